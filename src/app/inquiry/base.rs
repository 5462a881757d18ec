//! The houses that take part in a question.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;

use super::{Inquiry, Question};
use crate::{
    app::{Refusal, caller::hash, streets::Streets},
    atlas::{HouseView, Snapshot, View},
    cluster::Places,
    domain::{
        day::Day,
        study::{Ask, Count, NothingToTest},
        tier::{Tier, TierSpan},
    },
    earth::{LonLat, Region, Squares},
    transfer::FaultCode,
};

/// More rated houses than this in one question would take minutes and gigabytes: an area makes it smaller.
const MOST_HOUSES: usize = 200_000;

/// A rated house that takes part.
pub(super) struct Rated<'a> {
    pub(super) house: HouseView<'a>,
    pub(super) tier: Tier,
    /// Who live in it, where they are asked for.
    pub(super) residents: u64,
}

impl<'a> Rated<'a> {
    pub(super) fn is_red(&self) -> bool {
        self.tier == Tier::Red
    }

    /// From the best tier, 0, to the worst.
    pub(super) fn category(&self) -> u8 {
        (Tier::ALL.len() - 1 - self.tier as usize) as u8
    }

    pub(super) fn is_in(&self, region: &Region) -> bool {
        let place = self.house.place();
        region.contains(place.lon(), place.lat())
    }

    pub(super) fn placed(&self, group: u32) -> Placed<'a> {
        let place = self.house.place();
        let tier = self.tier.as_str();
        Placed { code: self.house.code(), lon: place.lon(), lat: place.lat(), tier, group, certainty: None, z: None, p: None, p_corrected: None }
    }

    /// The tiers that it came to have, each where it differs from the one before.
    pub(super) fn begun(&self, past: Past) -> Vec<TierSpan> {
        let mut spans: Vec<TierSpan> = match past.view {
            View::Computed => self.house.spans().collect(),
            View::Published => self.house.published().collect(),
        };
        spans.dedup_by(|later, kept| later.standing == kept.standing);
        spans.retain(|span| span.standing.tier().is_some() && span.from >= past.from && span.from <= past.to);
        spans
    }
}

/// Days that a question over time is about, and in whose eyes.
#[derive(Clone, Copy)]
pub(super) struct Past {
    pub(super) view: View,
    /// The first of a month.
    pub(super) from: Day,
    pub(super) to: Day,
}

/// The houses that take part, in order of code.
pub(super) struct Base<'a> {
    pub(super) houses: Vec<Rated<'a>>,
    /// Where the question is about it.
    pub(super) past: Option<Past>,
    /// Where the question is along them.
    pub(super) streets: Option<Arc<Streets>>,
}

impl<'a> Base<'a> {
    pub(super) fn gather(inquiry: &Inquiry, snapshot: &'a Snapshot, region: Option<&Region>) -> Result<Self, Refusal> {
        let Question { moment, ask, .. } = &inquiry.question;
        let past = match ask {
            Ask::Scan { from: Some(from), .. } => Some(Past { view: moment.view, from: from.first_of_month(), to: moment.day }),
            _ => None,
        };
        let mut houses = Vec::new();
        inquiry.each_rated(snapshot, region, |house, tier| {
            let residents = if ask.needs_residents() { inquiry.census.on(house.serial(), moment.day).all() } else { 0 };
            houses.push(Rated { house, tier, residents });
        });
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        if houses.len() > MOST_HOUSES {
            let expected = format!("at most {MOST_HOUSES} rated houses: draw an area, or make the study of a part");
            return Err(Refusal::one("area", FaultCode::TooLarge, expected, houses.len().to_string()));
        }
        houses.sort_unstable_by(|a, b| a.house.code().cmp(b.house.code()));
        Ok(Self { houses, past, streets: inquiry.streets.clone() })
    }

    pub(super) fn count(&self) -> Count {
        self.houses.iter().map(Rated::is_red).collect()
    }

    /// SHA-256 of all that takes part: codes, places, tiers, and residents, the past and the streets where they count.
    pub(super) fn hash(&self) -> String {
        let mut text = String::new();
        for rated in &self.houses {
            let place = rated.house.place();
            text += &format!("{}\t{}\t{}\t{}\t{}", rated.house.code(), place.lon(), place.lat(), rated.tier, rated.residents);
            if let Some(past) = self.past {
                rated.begun(past).iter().for_each(|span| text += &format!("\t{} {}", span.from, span.standing.as_str()));
            }
            text.push('\n');
        }
        if let Some(streets) = &self.streets {
            text += &format!("streets\t{}\n", streets.record.hash);
        }
        hash(&text)
    }

    pub(super) fn testable(&self) -> Result<(), NothingToTest> {
        let Count { houses, red } = self.count();
        match houses {
            0 => Err(NothingToTest::NoHouses),
            1 | 2 => Err(NothingToTest::TooFewHouses),
            _ if red == 0 => Err(NothingToTest::NoRed),
            _ if red == houses => Err(NothingToTest::AllRed),
            _ if self.houses.windows(2).all(|pair| pair[0].house.place() == pair[1].house.place()) => Err(NothingToTest::OneLocation),
            _ => Ok(()),
        }
    }

    /// No fewer pairs of neighbours than there are: all within a cell of so many metres and the eight around it.
    pub(super) fn pairs_at_most(&self, metres: f64) -> usize {
        let Some(first) = self.houses.first() else { return 0 };
        // Somewhat wider, as the grid is exact at one latitude only.
        let squares = Squares::new(metres * 1.1, first.house.place().lat());
        let mut cells: HashMap<(i64, i64), usize> = HashMap::new();
        self.houses.iter().for_each(|rated| *cells.entry(squares.cell_of(rated.house.place())).or_default() += 1);
        let around = |(east, north): (i64, i64)| (-1..=1).flat_map(move |x| (-1..=1).map(move |y| (east + x, north + y)));
        cells.iter().map(|(cell, count)| count * around(*cell).filter_map(|beside| cells.get(&beside)).sum::<usize>()).sum()
    }
}

pub(super) fn places<'a: 'b, 'b>(houses: impl IntoIterator<Item = &'b Rated<'a>>) -> Places {
    let points: Vec<LonLat> = houses.into_iter().map(|rated| rated.house.place()).collect();
    Places::on_sphere(&points)
}

/// A house that a finding names.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Placed<'a> {
    pub(super) code: &'a str,
    pub(super) lon: f64,
    pub(super) lat: f64,
    pub(super) tier: &'static str,
    pub(super) group: u32,
    /// The share of nearly optimal windows that hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certainty: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) z: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) p_corrected: Option<f64>,
}
