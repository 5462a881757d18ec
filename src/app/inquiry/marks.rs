//! Houses against their neighbours: one by one, and all at once.

use serde_json::Value;

use super::{
    Inquiry,
    base::{Base, Placed, Rated, places},
    places_of, refused,
};
use crate::{
    app::{Refusal, streets::Streets},
    cluster::{self, Neighbourhood, Permutations, Quadrant},
    domain::study::{AlongStreets, Ask, Count, Finding, Group, Joins, Label, Neighbours, correction::simes},
    earth::LonLat,
    store::{StoreError, StreetsRecord},
    streets::{NoWalks, Reach},
    transfer::FaultCode,
};

/// Pairs of neighbours that are held at once, 4 bytes each.
const MOST_PAIRS: usize = 40_000_000;

impl Inquiry {
    /// Who is whose neighbour, and along which streets that was found.
    fn neighbours(&self, base: &Base<'_>, going: cluster::Going<'_>) -> Result<(cluster::Neighbours, Option<AlongStreets>), Refusal> {
        base.testable()?;
        let asked = self.question.ask.neighbours().unwrap_or(Neighbours::Nearest(1));
        if let Some(streets) = &base.streets {
            return walked(base, streets, asked, going);
        }
        let neighbourhood = match asked {
            Neighbours::WithinM(metres) if base.pairs_at_most(metres) > MOST_PAIRS => return Err(too_many(asked)),
            Neighbours::WithinM(metres) => Neighbourhood::Within(metres),
            Neighbours::Nearest(count) => Neighbourhood::Nearest(count),
        };
        Ok((cluster::Neighbours::of_while(&places(&base.houses), neighbourhood, going).map_err(refused)?, None))
    }

    fn permutations(&self) -> Permutations {
        match &self.question.ask {
            Ask::Moran { replicates, seed, .. } | Ask::Joins { replicates, seed, .. } => Permutations { replicates: *replicates, seed: *seed },
            _ => Permutations { replicates: 999, seed: 1 },
        }
    }

    /// The houses that stand out one by one, at a false discovery rate of alpha.
    pub(super) fn mark(&self, base: &Base<'_>, going: cluster::Going<'_>) -> Result<(Finding, Value), Refusal> {
        let (neighbours, streets) = self.neighbours(base, going)?;
        let without_neighbours = without_neighbours(base, neighbours.linked().len());
        let values: Vec<f64> = base.houses.iter().map(|rated| f64::from(u8::from(rated.is_red()))).collect();
        /// Of one house.
        struct Mark {
            label: Label,
            z: Option<f64>,
            p: f64,
            p_corrected: f64,
        }
        let marks: Vec<Mark> = if matches!(self.question.ask, Ask::Gistar { .. }) {
            let spots = cluster::gistar(&neighbours, &values, None, going).map_err(refused)?;
            spots.into_iter().map(|spot| Mark { label: Label::Hot, z: Some(spot.z), p: spot.p, p_corrected: spot.p_corrected }).collect()
        } else {
            let label = |quadrant| match quadrant {
                Quadrant::HighHigh => Label::RedAmongRed,
                Quadrant::LowHigh => Label::OtherAmongRed,
                Quadrant::LowLow => Label::OtherAmongOther,
                Quadrant::HighLow => Label::RedAmongOther,
            };
            let found = cluster::local_moran(&neighbours, &values, self.permutations(), going).map_err(refused)?;
            found.into_iter().map(|one| Mark { label: label(one.quadrant), z: None, p: one.p, p_corrected: one.p_corrected }).collect()
        };
        let p = simes(&marks.iter().map(|mark| mark.p).collect::<Vec<_>>());
        let (mut groups, mut placed) = (Vec::new(), Vec::new());
        for label in [Label::Hot, Label::RedAmongRed, Label::OtherAmongRed, Label::RedAmongOther, Label::OtherAmongOther] {
            let number = groups.len() as u32 + 1;
            let mut count = Count::default();
            for (rated, mark) in base.houses.iter().zip(&marks).filter(|(_, mark)| mark.label == label && mark.p_corrected <= self.study.alpha) {
                count.add(rated.is_red());
                placed.push(Placed { z: mark.z, p: Some(mark.p), p_corrected: Some(mark.p_corrected), ..rated.placed(number) });
            }
            if count.houses > 0 {
                groups.push(Group::of(number, label, count));
            }
        }
        Ok((Finding { base: base.count(), p, groups, joins: None, streets, without_neighbours }, places_of(&placed)))
    }

    pub(super) fn join(&self, base: &Base<'_>, going: cluster::Going<'_>) -> Result<(Finding, Value), Refusal> {
        let cases: Vec<bool> = base.houses.iter().map(Rated::is_red).collect();
        let (neighbours, streets) = self.neighbours(base, going)?;
        let counted = cluster::join_counts(&neighbours, &cases, self.permutations(), going).map_err(refused)?;
        let (red, mixed, others) = counted.expected;
        let joins = Joins { red_red: counted.bb, red_other: counted.bw, other_other: counted.ww, expected: [red, mixed, others] };
        let without_neighbours = without_neighbours(base, counted.points);
        let base = Count { houses: counted.points as u64, red: counted.cases as u64 };
        Ok((Finding { base, p: Some(counted.p_bb), groups: Vec::new(), joins: Some(joins), streets, without_neighbours }, places_of(&[])))
    }
}

/// Given how many have neighbours or are neighbours.
fn without_neighbours(base: &Base<'_>, linked: usize) -> Option<u64> {
    Some((base.houses.len() - linked) as u64).filter(|alone| *alone > 0)
}

/// Neighbours on foot along the streets.
fn walked(base: &Base<'_>, streets: &Streets, asked: Neighbours, going: cluster::Going<'_>) -> Result<(cluster::Neighbours, Option<AlongStreets>), Refusal> {
    let points: Vec<LonLat> = base.houses.iter().map(|rated| rated.house.place()).collect();
    let reach = match asked {
        Neighbours::WithinM(metres) => Reach::Within(metres),
        Neighbours::Nearest(count) => Reach::Nearest(count),
    };
    // What is drawn afterwards tells how far it is; here it is only heard whether to go on.
    let walks = streets.network.neighbours(&points, reach, MOST_PAIRS, &|_, _| going(0, 1)).map_err(|none| match none {
        NoWalks::TooMany { .. } => too_many(asked),
        NoWalks::Stopped => Refusal::GivenUp,
    })?;
    let neighbours = cluster::Neighbours::listed(&places(&base.houses), &walks.neighbours);
    let neighbours = neighbours.ok_or_else(|| StoreError::Damaged("the streets named a house that is not there".to_owned()))?;
    let StreetsRecord { hash, attribution, .. } = streets.record.clone();
    Ok((neighbours, Some(AlongStreets { off_streets: Some(walks.off_streets as u64), hash, attribution })))
}

fn too_many(asked: Neighbours) -> Refusal {
    match asked {
        Neighbours::WithinM(metres) => {
            let expected = "a distance within which fewer houses are neighbours";
            Refusal::one("ask.within_m", FaultCode::TooLarge, expected, metres.to_string())
        }
        Neighbours::Nearest(count) => Refusal::one("ask.nearest", FaultCode::TooLarge, "fewer neighbours, or an area with fewer houses", count.to_string()),
    }
}
