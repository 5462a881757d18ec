//! What waits for somebody: tiers to confirm, repairs, notices, reviews.

use super::{App, Caller, Refusal, load::blocking};
use crate::{
    atlas::Moment,
    domain::{
        access::Right,
        day::Day,
        house::HouseKind,
        publication::{Confirmation, Pending, public_on, published},
        tier::{Standing, Tier, TierSpan},
    },
    store::{NoticeRecord, ReviewRecord},
};

/// A house whose worse tier nobody has confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub code: String,
    pub address: String,
    pub computed: Standing,
    pub public: Standing,
    /// The day from which the tier is computed as it is.
    pub since: Day,
}

/// A house whose owner has time to repair, or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pub code: String,
    pub address: String,
    pub tier: Tier,
    /// The last day of the time to repair.
    pub until: Day,
}

/// The office's list.
#[derive(Clone, Debug)]
pub struct Work {
    pub day: Day,
    /// The longest waiting first.
    pub provisional: Vec<Waiting>,
    pub provisional_total: usize,
    pub repairs: Vec<Repair>,
    pub notices: Vec<NoticeRecord>,
    pub reviews: Vec<ReviewRecord>,
}

impl App {
    /// What waits today, in an area or everywhere, at most so many of each kind.
    pub async fn work(&self, caller: &Caller, area_code: Option<&str>, limit: usize) -> Result<Work, Refusal> {
        caller.must(Right::SeeWork)?;
        let (day, snapshot) = (self.today(), self.snapshot());
        let words = self.store.confirmations().await?;
        let frozen = self.store.frozen().await?;
        let scope = caller.scope.clone();
        // What lies in a scope only its codes tell, not the database: all is read and the rest left out.
        let most = if scope.codes().is_none() { i64::try_from(limit).unwrap_or(i64::MAX) } else { i64::MAX };
        let area = area_code.unwrap_or_default().to_owned();
        let mut notices = self.store.open_notices(&area, most).await?;
        let mut reviews = self.store.open_reviews(&area, most).await?;
        let is_near = |code: &str| snapshot.house(code).is_some_and(|house| scope.includes(house.area_code()));
        notices.retain(|notice| is_near(&notice.house_code));
        reviews.retain(|review| is_near(&review.house_code));
        notices.truncate(limit);
        reviews.truncate(limit);
        let listed = blocking(move || {
            let (mut provisional, mut repairs) = (Vec::new(), Vec::new());
            snapshot.each(|house| {
                let (computed, public) = (house.standing_on(day), house.standing_on(Moment::published(day)));
                let here = (area.is_empty() || area == house.area_code()) && scope.includes(house.area_code());
                if !here || house.kind() != HouseKind::Rental || computed.tier().is_none() || computed == public {
                    return;
                }
                let (code, address) = (house.code().to_owned(), house.address().to_owned());
                let from = words.partition_point(|word| word.house_code < code);
                let words: Vec<Confirmation> = words[from..].iter().take_while(|word| word.house_code == code).map(|word| word.confirmation.clone()).collect();
                let frozen = frozen.binary_search_by(|(known, _)| known.cmp(&code)).ok().map(|at| &frozen[at].1);
                let spans: Vec<TierSpan> = house.spans().collect();
                match public_on(&published(&spans, &words, frozen), day).pending {
                    Some(Pending::UnderRepair { tier, until }) => repairs.push(Repair { code, address, tier, until: until.plus_days(-1) }),
                    Some(Pending::Provisional(_)) => {
                        let since = spans.iter().take_while(|span| span.from <= day).fold((Day::FIRST, Standing::None), |(from, before), span| {
                            if span.standing == before { (from, before) } else { (span.from, span.standing) }
                        });
                        provisional.push(Waiting { code, address, computed, public, since: since.0 });
                    }
                    None => {}
                }
            });
            repairs.sort_by(|a, b| (a.until, &a.code).cmp(&(b.until, &b.code)));
            provisional.sort_by(|a, b| (a.since, &a.code).cmp(&(b.since, &b.code)));
            (provisional, repairs)
        });
        let (mut provisional, mut repairs) = listed.await?;
        let provisional_total = provisional.len();
        provisional.truncate(limit);
        repairs.truncate(limit);
        Ok(Work { day, provisional, provisional_total, repairs, notices, reviews })
    }
}
