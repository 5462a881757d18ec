//! What waits for somebody: tiers to confirm, repairs, notices, reviews.

use super::{App, Caller, Refusal};
use crate::{
    atlas::Moment,
    domain::{
        access::Right,
        day::Day,
        house::HouseKind,
        tier::{Standing, Tier},
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
        let here = |code: &str| snapshot.house(code).is_some_and(|house| area_code.is_none_or(|area| area == house.area_code()));
        let address = |code: &str| snapshot.house(code).map_or_else(String::new, |house| house.address().to_owned());
        let mut repairs = Vec::new();
        for record in self.store.confirmations().await? {
            let confirmation = record.confirmation;
            if confirmation.effective <= confirmation.given || confirmation.withdrawn.is_some() || !here(&record.house_code) {
                continue;
            }
            // Under repair while it runs; afterwards for as long as nothing got better.
            let computed = snapshot.house(&record.house_code).map_or(Standing::None, |house| house.standing_on(day));
            if computed.tier().is_some_and(|tier| tier <= confirmation.tier) {
                repairs.push(Repair { address: address(&record.house_code), code: record.house_code, tier: confirmation.tier, until: confirmation.effective.plus_days(-1) });
            }
        }
        repairs.sort_by(|a, b| (a.until, &a.code).cmp(&(b.until, &b.code)));
        let mut provisional = Vec::new();
        snapshot.each(|house| {
            if house.kind() != HouseKind::Rental || area_code.is_some_and(|area| area != house.area_code()) {
                return;
            }
            let (computed, public) = (house.standing_on(day), house.standing_on(Moment::published(day)));
            let waits = computed.tier().is_some() && computed != public && !repairs.iter().any(|repair| repair.code == house.code() && repair.until >= day);
            if waits {
                let since = house.spans().take_while(|span| span.from <= day).fold((Day::FIRST, Standing::None), |(from, before), span| {
                    if span.standing == before { (from, before) } else { (span.from, span.standing) }
                });
                provisional.push(Waiting { code: house.code().to_owned(), address: house.address().to_owned(), computed, public, since: since.0 });
            }
        });
        provisional.sort_by(|a, b| (a.since, &a.code).cmp(&(b.since, &b.code)));
        let provisional_total = provisional.len();
        provisional.truncate(limit);
        repairs.truncate(limit);
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let notices = self.store.open_notices(most).await?.into_iter().filter(|notice| here(&notice.house_code)).collect();
        let reviews = self.store.open_reviews(most).await?.into_iter().filter(|review| here(&review.house_code)).collect();
        Ok(Work { day, provisional, provisional_total, repairs, notices, reviews })
    }
}
