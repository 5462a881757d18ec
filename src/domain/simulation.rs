//! What an edited policy would change: every house that changes tier, visits needed, and whether an area is hit more than chance.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    day::Day,
    points::Points,
    policy::Policy,
    population::Population,
    tier::{Standing, Tier, TierSpan, span_on},
};

/// A house before and after, gathered one by one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    pub code: String,
    pub area_code: String,
    pub before: Standing,
    pub after: Standing,
    pub score_before: Option<Points>,
    pub score_after: Option<Points>,
}

/// The difference that a policy makes on a day.
#[derive(Clone, Debug, Serialize)]
pub struct Simulation {
    pub day: Day,
    /// Rental houses looked at.
    pub houses: u64,
    /// Counts by standing (none, unrated, red, yellow, green, star).
    pub before: [u64; 6],
    pub after: [u64; 6],
    /// `moves[b][a]`: houses that stand as b under the policy in force and as a under the edited one.
    pub moves: [[u64; 6]; 6],
    /// Every house whose standing changes, in the order in which they were added.
    pub flips: Vec<Flip>,
    pub visits_before: Visits,
    pub visits_after: Visits,
    /// Shares by area under the edited policy.
    pub areas: Vec<AreaImpact>,
    /// The same by share of temporary residents, each once; a group without houses is all zero.
    pub shares: [ShareImpact; 4],
}

/// Visits that the tiers of a day ask for, per 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Visits {
    pub officer: f64,
    pub assistant: f64,
}

/// How the houses of one area fare against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaImpact {
    pub area_code: String,
    #[serde(flatten)]
    pub impact: Impact,
}

/// How houses with a share of temporary residents fare against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShareImpact {
    pub share: TemporaryShare,
    #[serde(flatten)]
    pub impact: Impact,
}

/// How many of a house's residents are temporary ones. It is looked at to see whom a policy hits; no policy can count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TemporaryShare {
    /// Nobody is known to live there.
    Nobody,
    None,
    UnderHalf,
    HalfOrMore,
}

impl TemporaryShare {
    pub const ALL: [Self; 4] = [Self::Nobody, Self::None, Self::UnderHalf, Self::HalfOrMore];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::None => "none",
            Self::UnderHalf => "under_half",
            Self::HalfOrMore => "half_or_more",
        }
    }

    #[must_use]
    pub fn of(population: Population) -> Self {
        match (population.registered, population.temporary) {
            (0, 0) => Self::Nobody,
            (_, 0) => Self::None,
            (registered, temporary) if temporary < registered => Self::UnderHalf,
            _ => Self::HalfOrMore,
        }
    }
}

/// How one group of houses fares against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Impact {
    pub rated: u64,
    pub red_before: u64,
    pub red_after: u64,
    pub changed: u64,
    /// Share of red here over the share of red elsewhere; absent where there is nothing to divide by.
    pub ratio: Option<f64>,
    /// Fisher's exact test, two-sided: how often chance alone gives a table at least as extreme.
    pub p: f64,
    /// The same, corrected for looking at all groups (Benjamini and Hochberg 1995).
    pub p_corrected: f64,
    /// Red far more or less often than elsewhere, beyond chance: look why before activating.
    pub warning: bool,
}

/// Ratios within this band are no cause for a warning, however many houses (the four-fifths rule and its inverse).
const BAND: std::ops::RangeInclusive<f64> = 0.8..=1.25;
const SIGNIFICANT: f64 = 0.05;

impl Simulation {
    #[must_use]
    pub fn new(day: Day) -> Self {
        Self {
            day,
            houses: 0,
            before: [0; 6],
            after: [0; 6],
            moves: [[0; 6]; 6],
            flips: Vec::new(),
            visits_before: Visits::default(),
            visits_after: Visits::default(),
            areas: Vec::new(),
            shares: TemporaryShare::ALL.map(|share| ShareImpact { share, impact: Impact::default() }),
        }
    }

    /// Compares the spans of one rental house under the policy in force and under the edited one.
    pub fn add(&mut self, code: &str, area_code: &str, share: TemporaryShare, before: &[TierSpan], after: &[TierSpan]) {
        let on = |spans: &[TierSpan]| span_on(spans, self.day).map_or((Standing::Unrated, None), |span| (span.standing, span.score));
        let ((before, score_before), (after, score_after)) = (on(before), on(after));
        self.houses += 1;
        self.before[before as usize] += 1;
        self.after[after as usize] += 1;
        self.moves[before as usize][after as usize] += 1;
        let at = match self.areas.binary_search_by(|area| area.area_code.as_str().cmp(area_code)) {
            Ok(at) => at,
            Err(at) => {
                self.areas.insert(at, AreaImpact { area_code: area_code.to_owned(), impact: Impact::default() });
                at
            }
        };
        self.areas[at].impact.add(before, after);
        self.shares[share as usize].impact.add(before, after);
        if before != after {
            self.flips.push(Flip { code: code.to_owned(), area_code: area_code.to_owned(), before, after, score_before, score_after });
        }
    }

    /// Visits and the test of each area, once all houses are in.
    #[must_use]
    pub fn finish(mut self, in_force: &Policy, edited: &Policy) -> Self {
        self.visits_before = visits(&self.before, in_force);
        self.visits_after = visits(&self.after, edited);
        compare(&mut self.areas.iter_mut().map(|area| &mut area.impact).collect::<Vec<_>>());
        compare(&mut self.shares.iter_mut().map(|share| &mut share.impact).filter(|impact| impact.rated > 0).collect::<Vec<_>>());
        self
    }
}

impl Default for Impact {
    fn default() -> Self {
        Self { rated: 0, red_before: 0, red_after: 0, changed: 0, ratio: None, p: 1.0, p_corrected: 1.0, warning: false }
    }
}

impl Impact {
    fn add(&mut self, before: Standing, after: Standing) {
        self.rated += u64::from(after.tier().is_some());
        self.red_before += u64::from(before == Standing::Red);
        self.red_after += u64::from(after == Standing::Red);
        self.changed += u64::from(before != after);
    }
}

/// Tests each group against all others together.
fn compare(groups: &mut [&mut Impact]) {
    let (rated, red): (u64, u64) = groups.iter().fold((0, 0), |(rated, red), group| (rated + group.rated, red + group.red_after));
    let logs = log_factorials(rated);
    for group in &mut *groups {
        let (others, red_others) = (rated - group.rated, red - group.red_after);
        group.p = fisher(&logs, group.red_after, group.rated - group.red_after, red_others, others - red_others);
        group.ratio = (group.rated > 0 && red_others > 0).then(|| (group.red_after as f64 / group.rated as f64) / (red_others as f64 / others as f64));
    }
    correct(groups);
}

fn visits(counts: &[u64; 6], policy: &Policy) -> Visits {
    let per_30_days: BTreeMap<Tier, (f64, f64)> = policy
        .consequences()
        .iter()
        .map(|(tier, follows)| {
            let per = |days: Option<u16>| days.filter(|days| *days > 0).map_or(0.0, |days| 30.0 / f64::from(days));
            (*tier, (per(follows.officer_every_days), per(follows.assistant_every_days)))
        })
        .collect();
    Tier::ALL.iter().fold(Visits::default(), |sum, tier| {
        let houses = counts[Standing::from(*tier) as usize] as f64;
        let (officer, assistant) = per_30_days.get(tier).copied().unwrap_or_default();
        Visits { officer: sum.officer + houses * officer, assistant: sum.assistant + houses * assistant }
    })
}

/// ln(k!) for k from 0 to n.
pub(super) fn log_factorials(n: u64) -> Vec<f64> {
    let mut logs = vec![0.0f64];
    for k in 1..=n {
        logs.push(logs[logs.len() - 1] + (k as f64).ln());
    }
    logs
}

/// Two-sided p of Fisher's exact test on the table [[a, b], [c, d]]: the sum of all tables with the same margins that are no more likely.
pub(super) fn fisher(logs: &[f64], a: u64, b: u64, c: u64, d: u64) -> f64 {
    let (row, other_row, column) = (a + b, c + d, a + c);
    let n = row + other_row;
    if row == 0 || other_row == 0 || column == 0 || column == n {
        return 1.0;
    }
    let choose = |n: u64, k: u64| logs[n as usize] - logs[k as usize] - logs[(n - k) as usize];
    let chance = |a: u64| choose(row, a) + choose(other_row, column - a) - choose(n, column);
    let here = chance(a);
    // Equal tables may differ in the last bits.
    let sum: f64 = (column.saturating_sub(other_row)..=column.min(row)).map(chance).filter(|other| *other <= here + 1e-7).map(f64::exp).sum();
    sum.min(1.0)
}

/// Each p corrected for looking at all of them (Benjamini and Hochberg 1995).
pub(super) fn corrected(ps: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|a, b| ps[*b].total_cmp(&ps[*a]));
    let (count, mut smallest, mut corrected) = (ps.len() as f64, 1.0f64, vec![1.0; ps.len()]);
    for (from_worst, at) in order.into_iter().enumerate() {
        smallest = smallest.min(ps[at] * count / (count - from_worst as f64));
        corrected[at] = smallest;
    }
    corrected
}

fn correct(groups: &mut [&mut Impact]) {
    let ps = corrected(&groups.iter().map(|group| group.p).collect::<Vec<_>>());
    for (group, p) in groups.iter_mut().zip(ps) {
        group.p_corrected = p;
        let beyond_band = group.ratio.is_none_or(|ratio| !BAND.contains(&ratio));
        group.warning = p < SIGNIFICANT && beyond_band;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fisher_s_test_agrees_with_published_values() {
        // Fisher's tea tasting, 3 of 4: 0.4857 two-sided; R 4.x fisher.test(matrix(c(3,1,1,3),2)).
        let logs = log_factorials(100);
        assert!((fisher(&logs, 3, 1, 1, 3) - 0.485_714_285_7).abs() < 1e-9);
        // scipy 1.11 fisher_exact([[8, 2], [1, 5]]): 0.034965034965034965.
        assert!((fisher(&logs, 8, 2, 1, 5) - 0.034_965_034_965).abs() < 1e-9);
        assert_eq!(fisher(&logs, 0, 0, 3, 4), 1.0);
        assert_eq!(fisher(&logs, 5, 0, 7, 0), 1.0);
    }

    fn spans(standing: Standing) -> [TierSpan; 1] {
        [TierSpan { from: Day::FIRST, standing, score: None }]
    }

    #[test]
    fn an_area_hit_more_than_chance_is_warned_of() {
        let policy = Policy::parse(include_str!("../../seeds/policies/qishuyan-2010.toml")).unwrap();
        let mut simulation = Simulation::new("2010-01-01".parse().unwrap());
        for at in 0..60 {
            let area = ["A", "B", "C"][at % 3];
            let after = if area == "A" || at % 10 == 0 { Standing::Red } else { Standing::Green };
            simulation.add(&format!("H{at}"), area, TemporaryShare::HalfOrMore, &spans(Standing::Green), &spans(after));
        }
        let simulation = simulation.finish(&policy, &policy);
        assert_eq!((simulation.houses, simulation.before[4], simulation.after[2]), (60, 60, 24));
        assert_eq!((simulation.flips.len(), simulation.moves[4][2]), (24, 24));
        let warned: Vec<_> = simulation.areas.iter().filter(|area| area.impact.warning).map(|area| area.area_code.as_str()).collect();
        assert_eq!(warned, ["A", "B", "C"], "A far above, the others far below: {:#?}", simulation.areas);
        // Red: an officer every 10 days, an assistant every 7.
        assert!((simulation.visits_after.officer - 24.0 * 3.0).abs() < 1e-9 && simulation.visits_before.officer.abs() < 1e-9);
        assert!((simulation.visits_after.assistant - 24.0 * 30.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn houses_of_temporary_residents_that_are_hit_more_than_chance_are_warned_of() {
        let policy = Policy::parse(include_str!("../../seeds/policies/qishuyan-2010.toml")).unwrap();
        let mut simulation = Simulation::new("2010-01-01".parse().unwrap());
        for at in 0..80u64 {
            let share = TemporaryShare::of(Population { registered: 4 * (at % 2), temporary: at % 4 });
            let after = if share == TemporaryShare::HalfOrMore { Standing::Red } else { Standing::Green };
            simulation.add(&format!("H{at}"), "A", share, &spans(Standing::Green), &spans(after));
        }
        let simulation = simulation.finish(&policy, &policy);
        // 0 of 4: nobody; 4 and 1: under half; none and 2: all; 4 and 3: under half.
        let found = simulation.shares.each_ref().map(|share| (share.share, share.impact.rated, share.impact.red_after, share.impact.warning));
        let expected = [
            (TemporaryShare::Nobody, 20, 0, true),
            (TemporaryShare::None, 0, 0, false),
            (TemporaryShare::UnderHalf, 40, 0, true),
            (TemporaryShare::HalfOrMore, 20, 20, true),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn no_difference_is_no_flip_and_no_warning() {
        let policy = Policy::parse(include_str!("../../seeds/policies/qishuyan-2010.toml")).unwrap();
        let mut simulation = Simulation::new("2010-01-01".parse().unwrap());
        for at in 0..30 {
            let standing = if at % 3 == 0 { Standing::Red } else { Standing::Green };
            simulation.add(&format!("H{at}"), ["A", "B"][at / 15], TemporaryShare::Nobody, &spans(standing), &spans(standing));
        }
        let simulation = simulation.finish(&policy, &policy);
        assert!(simulation.flips.is_empty() && simulation.areas.iter().all(|area| !area.impact.warning && area.impact.p > 0.9));
        assert_eq!(simulation.visits_before, simulation.visits_after);
    }
}
