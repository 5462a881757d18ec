//! Whom tiers hit: the rental houses within reach, their tiers and when they were assessed.

use std::sync::Arc;

use super::{
    App, Caller, Refusal,
    load::blocking,
    statistics::{PORTION, check, find_area},
};
use crate::{
    atlas::{Filter, Moment, Snapshot},
    census::Census,
    domain::{
        access::Right,
        day::Day,
        fairness::{Fairness, Seen, report},
        house::HouseKind,
        scope::Scope,
        statistics::Period,
    },
    earth::Region,
};

/// A report made ready: it needs nothing but a snapshot.
pub struct Comparison {
    period: Period,
    reach: Scope,
    asked: Scope,
    census: Arc<Census>,
}

/// The houses that are compared, in order of code.
pub struct Compared {
    period: Period,
    houses: Vec<(String, Seen)>,
}

impl App {
    /// Makes a report ready on an area and its parts, or on all within reach without one. The work is for whoever has the time for it
    /// ([`Comparison::work`]); then see [`App::fairness`].
    pub fn compare(&self, caller: &Caller, period: Period, area: Option<&str>) -> Result<Comparison, Refusal> {
        caller.must(Right::SeeFairness)?;
        check(period, self.today())?;
        let hierarchy = self.hierarchy.load();
        let asked = match area {
            None => Scope::everywhere(),
            Some(code) => {
                find_area(&hierarchy, code)?;
                Scope::of_areas([code.to_owned()], &hierarchy)
            }
        };
        Ok(Comparison { period, reach: caller.scope.clone(), asked, census: self.census() })
    }

    /// Whom tiers hit among these houses, with what the record says of their assessments.
    pub async fn fairness(&self, caller: &Caller, compared: Compared) -> Result<Fairness, Refusal> {
        caller.must(Right::SeeFairness)?;
        let Compared { period, mut houses } = compared;
        let (rulebook, middle) = (self.rulebook(), middle(period));
        let assessed_by = rulebook.on(period.to).policy.kinds_rated_from();
        let mut reading = self.store.read().await?;
        for portion in houses.chunks_mut(PORTION) {
            let codes: Vec<&str> = portion.iter().map(|(code, _)| code.as_str()).collect();
            for of_house in reading.observed_of(&codes).await? {
                let Ok(at) = portion.binary_search_by(|(code, _)| code.cmp(&of_house.house_code)) else { continue };
                let seen = &mut portion[at].1;
                let assessed = of_house.observations.iter().filter(|o| o.day <= period.to && assessed_by.contains(&o.kind.as_str()));
                for day in assessed.map(|o| o.day) {
                    seen.is_assessed = true;
                    seen.assessments[0] += u64::from(day >= period.from && day <= middle);
                    seen.assessments[1] += u64::from(day >= period.from);
                }
            }
        }
        drop(reading);
        Ok(blocking(move || report(period, &houses.into_iter().map(|(_, seen)| seen).collect::<Vec<_>>())).await?)
    }
}

impl Comparison {
    /// Looks at the rental houses in the region, or at all.
    pub fn work(&self, snapshot: &Snapshot, region: Option<&Region>) -> Result<Compared, Refusal> {
        let (period, middle) = (self.period, middle(self.period));
        let mut houses = Vec::new();
        snapshot.each_meant(region, Moment::from(period.to), &Filter::new(&[], &[HouseKind::Rental], None), |house| {
            if self.reach.includes(house.area_code()) && self.asked.includes(house.area_code()) {
                let standings = [middle, period.to].map(|day| house.standing_on(day));
                let population = self.census.on(house.serial(), period.to);
                let seen = Seen { area: house.area_code().to_owned(), population, standings, assessments: [0; 2], is_assessed: false };
                houses.push((house.code().to_owned(), seen));
            }
        });
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        houses.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(Compared { period, houses })
    }
}

/// Between the half in which one looked and the half in which tiers may have fallen.
fn middle(Period { from, to }: Period) -> Day {
    from.plus_days((to.number() - from.number()) / 2)
}
