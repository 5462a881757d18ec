//! From a question to a finding: which houses take part, and what the room `cluster` says of them. Nothing is recorded here.

mod base;
mod exploration;
mod marks;
#[cfg(test)]
mod tests;
mod windows;

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::{
    base::{Base, Placed, Rated},
    exploration::{dense, smooth, standing_out},
};
use super::{Refusal, streets::Streets, studies::Study};
use crate::{
    atlas::{Filter, HouseView, Moment, Snapshot, View},
    census::Census,
    cluster::{self, Density, Hdbscan},
    domain::{
        day::Day,
        house::HouseKind,
        scope::Scope,
        study::{Ask, Count, Finding, Group, Label, NothingToTest, Split},
        tier::{Standing, Tier},
    },
    earth::Region,
    store::StoreError,
    transfer::{self, FaultCode},
};

/// Over time at most 20 years: each month takes work.
const MOST_DAYS: i32 = 20 * 366;

/// A place as it was drawn: a GeoJSON geometry, with metres around it where it is a point or a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub geometry: Value,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance_m: Option<f64>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub moment: Moment,
    /// The subject of [`Ask::Area`]; for the other methods only houses in it take part.
    pub area: Option<Drawn>,
    /// What it is compared with, instead of with the rest.
    pub other: Option<Drawn>,
    pub ask: Ask,
}

/// A question made ready: it needs nothing but the snapshot.
#[derive(Clone)]
pub struct Inquiry {
    pub(super) study: Study,
    pub(super) question: Question,
    /// The same as it is recorded.
    pub(super) text: String,
    scope: Scope,
    census: Arc<Census>,
    area: Option<Region>,
    other: Option<Region>,
    /// Where the question is along them.
    streets: Option<Arc<Streets>>,
}

/// What was found, and of which data.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub(super) finding: Finding,
    /// Houses with the numbers of their groups, and cells.
    pub(super) places: Value,
    pub(super) data_hash: String,
}

/// Counts without a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview {
    pub inside: Count,
    /// All others, or those of the area that it is compared with.
    pub outside: Count,
}

impl Question {
    /// `computed` or `published`.
    #[must_use]
    pub fn view(&self) -> &'static str {
        match self.moment.view {
            View::Computed => "computed",
            View::Published => "published",
        }
    }

    /// One text for one question, however it was written.
    fn canonical(&self) -> String {
        let Self { moment, area, other, ask } = self;
        json!({ "ask": ask, "date": moment.day, "as": self.view(), "area": area, "other": other }).to_string()
    }

    /// Reads a question back as it was recorded.
    pub(super) fn recorded(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Recorded {
            ask: Ask,
            date: Day,
            r#as: String,
            area: Option<Drawn>,
            other: Option<Drawn>,
        }
        let Recorded { ask, date, r#as, area, other } = serde_json::from_str(text).ok()?;
        let view = if r#as == "published" { View::Published } else { View::Computed };
        Some(Self { moment: Moment { day: date, view }, area, other, ask })
    }
}

impl Drawn {
    /// Without what is no part of the place.
    fn bare(self) -> Self {
        let Self { geometry, distance_m } = self;
        Self { geometry: json!({ "type": geometry["type"], "coordinates": geometry["coordinates"] }), distance_m }
    }

    fn region(&self, field: &str) -> Result<Region, Refusal> {
        transfer::region(self.geometry.to_string().as_bytes(), self.distance_m)
            .map_err(|fault| Refusal::bad_area(field, fault.code, fault.expected, fault.found))
    }
}

impl Inquiry {
    pub(super) fn new(study: Study, scope: Scope, census: Arc<Census>, streets: Option<Arc<Streets>>, question: Question) -> Result<Self, Refusal> {
        let Question { moment, area, other, ask } = question;
        let ask = ask.checked().map_err(|bad| Refusal::one(bad.field, FaultCode::OutOfRange, bad.expected, bad.found))?;
        if ask == (Ask::Area {}) && area.is_none() {
            return Err(Refusal::one("area", FaultCode::MissingValue, "the area that is asked about, a GeoJSON Feature", "nothing"));
        }
        if ask != (Ask::Area {}) && other.is_some() {
            return Err(Refusal::one("other", FaultCode::UnknownField, "a second area only with the method area", "other"));
        }
        if let Ask::Scan { from: Some(from), .. } = &ask
            && !(moment.day.plus_days(-MOST_DAYS)..=moment.day).contains(from)
        {
            return Err(Refusal::one("ask.from", FaultCode::OutOfRange, "a day within the 20 years before the date", from.to_string()));
        }
        let question = Question { moment, area: area.map(Drawn::bare), other: other.map(Drawn::bare), ask };
        Self::recorded(study, scope, census, streets, question.canonical())
    }

    /// A question as it is recorded. Every question is worked on as it is read from its record: a number of many digits may be read
    /// otherwise by its last one, but always alike.
    pub(super) fn recorded(study: Study, scope: Scope, census: Arc<Census>, streets: Option<Arc<Streets>>, text: String) -> Result<Self, Refusal> {
        let damaged = || StoreError::Damaged(format!("a question of study {} cannot be read", study.id));
        let question = Question::recorded(&text).ok_or_else(damaged)?;
        let area = question.area.as_ref().map(|drawn| drawn.region("area")).transpose()?;
        let other = question.other.as_ref().map(|drawn| drawn.region("other")).transpose()?;
        Ok(Self { study, question, text, scope, census, area, other, streets })
    }

    /// Whether it takes seconds to minutes on all cores.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.question.ask.is_long()
    }

    /// Counts inside the drawn area and outside of it. No test, and nothing of it is recorded.
    pub fn preview(&self, snapshot: &Snapshot) -> Result<Preview, Refusal> {
        let count = |region: Option<&Region>| {
            let mut count = Count::default();
            self.each_rated(snapshot, region, |_, tier| count.add(tier == Tier::Red));
            count
        };
        let inside = count(self.area.as_ref());
        let beside = count(self.other.as_ref());
        // A count that was broken off is none; before this is known, nothing is made of them.
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        Ok(Preview { inside, outside: if self.other.is_some() { beside } else { beside.without(inside) } })
    }

    /// Every rated house of the study in the region, or in all of it, with its tier.
    fn each_rated<'a>(&self, snapshot: &'a Snapshot, region: Option<&Region>, mut visit: impl FnMut(HouseView<'a>, Tier)) {
        let moment = self.question.moment;
        let filter = Filter::new(&Tier::ALL.map(Standing::from), &[HouseKind::Rental], None);
        let mut reached: HashMap<&str, bool> = HashMap::new();
        snapshot.each_meant(region, moment, &filter, |house| {
            if let Some(tier) = house.standing_on(moment).tier()
                && *reached.entry(house.area_code()).or_insert_with(|| self.scope.includes(house.area_code()))
            {
                visit(house, tier);
            }
        });
    }

    /// Answers the question. `tell` hears how much is done, from 0 to 1; the work stops when the snapshot's patience is over.
    pub fn work(&self, snapshot: &Snapshot, tell: &(dyn Fn(f64) + Sync)) -> Result<Found, Refusal> {
        // A scan may keep every core busy for minutes: its threads are its own, so that nothing short waits behind it.
        match rayon::ThreadPoolBuilder::new().build() {
            Ok(threads) => threads.install(|| self.find(snapshot, tell)),
            Err(_) => self.find(snapshot, tell),
        }
    }

    fn find(&self, snapshot: &Snapshot, tell: &(dyn Fn(f64) + Sync)) -> Result<Found, Refusal> {
        let within = if self.question.ask == (Ask::Area {}) { None } else { self.area.as_ref() };
        let base = Base::gather(self, snapshot, within)?;
        let going = |done: usize, of: usize| {
            tell(done as f64 / of.max(1) as f64);
            !snapshot.is_given_up()
        };
        let data_hash = base.hash();
        let (finding, places) = match &self.question.ask {
            Ask::Area {} => self.compare(&base)?,
            Ask::Scan { model, .. } => match base.past {
                Some(past) => self.scan_in_time(&base, past, &going)?,
                None => self.scan(&base, *model, &going)?,
            },
            Ask::Gistar { .. } | Ask::Moran { .. } => self.mark(&base, &going)?,
            Ask::Joins { .. } => self.join(&base, &going)?,
            Ask::Dbscan { eps_m, min_points } => dense(&base, Density { eps_m: *eps_m, min_points: *min_points }, &going)?,
            Ask::Hdbscan { min_points, min_cluster } => standing_out(&base, Hdbscan { min_points: *min_points, min_cluster: *min_cluster }, &going)?,
            Ask::Density { bandwidth_m, cell_m } => smooth(&base, *bandwidth_m, *cell_m, &going)?,
        };
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        Ok(Found { finding, places, data_hash })
    }

    fn count(&self, base: &Base<'_>, region: Option<&Region>) -> Count {
        base.houses.iter().filter(|rated| region.is_none_or(|region| rated.is_in(region))).map(Rated::is_red).collect()
    }

    fn split(&self, base: &Base<'_>) -> Result<Split, NothingToTest> {
        let inside = self.count(base, self.area.as_ref());
        let outside = match &self.other {
            Some(other) => {
                if base.houses.iter().any(|rated| rated.is_in(other) && self.area.as_ref().is_some_and(|area| rated.is_in(area))) {
                    return Err(NothingToTest::SharedHouses);
                }
                self.count(base, Some(other))
            }
            None => base.count().without(inside),
        };
        Ok(Split { inside, outside })
    }

    fn compare<'a>(&self, base: &Base<'a>) -> Result<(Finding, Value), Refusal> {
        let split = self.split(base)?;
        let (houses, red) = (split.inside.houses + split.outside.houses, split.inside.red + split.outside.red);
        let nothing = match (split.inside.houses, split.outside.houses) {
            _ if base.houses.is_empty() => Some(NothingToTest::NoHouses),
            (0, _) => Some(NothingToTest::EmptyArea),
            (_, 0) if self.other.is_some() => Some(NothingToTest::EmptyArea),
            (_, 0) => Some(NothingToTest::WholeArea),
            _ if houses < 3 => Some(NothingToTest::TooFewHouses),
            _ if red == 0 => Some(NothingToTest::NoRed),
            _ if red == houses => Some(NothingToTest::AllRed),
            _ => None,
        };
        if let Some(nothing) = nothing {
            return Err(nothing.into());
        }
        let (label, p) = if self.other.is_some() { (Label::Other, split.p_different()) } else { (Label::Rest, split.p_greater()) };
        let groups = vec![Group::compared(1, Label::Inside, &split), Group::of(2, label, split.outside)];
        let named = |region: Option<&Region>, group: u32| -> Vec<Placed<'a>> {
            base.houses.iter().filter(|rated| region.is_some_and(|region| rated.is_in(region))).map(|rated| rated.placed(group)).collect()
        };
        let mut placed = named(self.area.as_ref(), 1);
        placed.extend(named(self.other.as_ref(), 2));
        Ok((Finding { base: base.count(), p: Some(p), groups, ..Finding::default() }, places_of(&placed)))
    }
}

fn places_of(placed: &[Placed<'_>]) -> Value {
    json!({ "houses": placed, "cells": [] })
}

fn refused(nothing: cluster::NothingToTest) -> Refusal {
    use cluster::NothingToTest as Nothing;
    let nothing = match nothing {
        Nothing::Stopped => return Refusal::GivenUp,
        Nothing::NoPoints => NothingToTest::NoHouses,
        Nothing::TooFewPoints => NothingToTest::TooFewHouses,
        Nothing::NoCases => NothingToTest::NoRed,
        Nothing::AllCases => NothingToTest::AllRed,
        Nothing::OneLocation => NothingToTest::OneLocation,
        Nothing::NoWindow => NothingToTest::NoWindow,
        Nothing::NoPopulation => NothingToTest::NoPopulation,
        Nothing::OneCategory | Nothing::NoLabels => NothingToTest::OneTier,
        Nothing::OneStep => NothingToTest::OneMonth,
        Nothing::NoNeighbours => NothingToTest::NoNeighbours,
        Nothing::NeighboursAlike => NothingToTest::NeighboursAlike,
    };
    nothing.into()
}
