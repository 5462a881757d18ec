//! What waits for somebody: tiers to confirm, repairs, notices, reviews.

use std::{collections::BTreeSet, sync::Arc};

use super::{App, Caller, Refusal, load::blocking};
use crate::{
    atlas::Moment,
    domain::{
        access::Right,
        day::Day,
        house::HouseKind,
        publication::{Pending, public_on, published},
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
        let (scope, area) = (caller.scope.clone(), area_code.unwrap_or_default().to_owned());
        let is_limited = scope.codes().is_some() || !area.is_empty();
        let of = Arc::clone(&snapshot);
        // Of the whole record only what is about houses whose public tier is another one is read.
        let found = blocking(move || {
            let (mut areas, mut codes) = (BTreeSet::new(), Vec::new());
            of.each(|house| {
                if !(area.is_empty() || area == house.area_code()) || !scope.includes(house.area_code()) {
                    return;
                }
                if !areas.contains(house.area_code()) {
                    areas.insert(house.area_code().to_owned());
                }
                let (computed, public) = (house.standing_on(day), house.standing_on(Moment::published(day)));
                if house.kind() == HouseKind::Rental && computed.tier().is_some() && computed != public {
                    codes.push(house.code().to_owned());
                }
            });
            (areas.into_iter().collect::<Vec<_>>(), codes)
        });
        let (areas, codes) = found.await?;
        let (areas, most) = (is_limited.then_some(areas.as_slice()), i64::try_from(limit).unwrap_or(i64::MAX));
        let notices = self.store.open_notices(areas, most).await?;
        let reviews = self.store.open_reviews(areas, most).await?;
        let named: Vec<&str> = codes.iter().map(String::as_str).collect();
        let mut reading = self.store.read().await?;
        let (words, frozen) = (reading.confirmations_of_houses(&named).await?, reading.frozen_of_houses(&named).await?);
        drop(reading);
        let listed = blocking(move || {
            let (mut provisional, mut repairs) = (Vec::new(), Vec::new());
            for house in codes.iter().filter_map(|code| snapshot.house(code)) {
                let (computed, public) = (house.standing_on(day), house.standing_on(Moment::published(day)));
                let (code, address) = (house.code().to_owned(), house.address().to_owned());
                let spans: Vec<TierSpan> = house.spans().collect();
                let words = words.get(&code).map_or(&[][..], Vec::as_slice);
                match public_on(&published(&spans, words, frozen.get(&code)), day).pending {
                    Some(Pending::UnderRepair { tier, until }) => repairs.push(Repair { code, address, tier, until: until.plus_days(-1) }),
                    Some(Pending::Provisional(_)) => {
                        let since = spans.iter().take_while(|span| span.from <= day).fold((Day::FIRST, Standing::None), |(from, before), span| {
                            if span.standing == before { (from, before) } else { (span.from, span.standing) }
                        });
                        provisional.push(Waiting { code, address, computed, public, since: since.0 });
                    }
                    None => {}
                }
            }
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
