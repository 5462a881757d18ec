//! What is known of a house while its timeline passes, and what the rubric says of it.
//!
//! The sweep (all spans) keeps one running state; the receipt (one day) builds the same state from nothing. Only how they
//! count windows differs, and a property test holds them equal.

use super::{Condition, Gate, NOT_APPLICABLE, Policy, Rule, Window};
use crate::domain::{day::Day, observation::Observation, points::Points, tier::Tier};

/// Last known values, and for each `Quiet` condition the day since when it has been quiet.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub values: Vec<Option<i32>>,
    pub rated: bool,
    quiet: Vec<Calm>,
}

/// Follows one (since, without) pair of kinds.
#[derive(Clone, Debug)]
struct Calm {
    since: usize,
    without: usize,
    /// The earliest day of `since` on or after the last day of `without`.
    from: Option<Day>,
    last_since: Option<Day>,
}

impl State {
    pub fn new(policy: &Policy) -> Self {
        let mut quiet = Vec::new();
        for gate in &policy.gates {
            collect_calms(&gate.conditions, &mut quiet);
        }
        Self { values: vec![None; policy.fields.len()], rated: false, quiet }
    }

    /// Takes in the next observation. What the policy does not know has no effect.
    pub fn apply(&mut self, policy: &Policy, observation: &Observation) -> Option<usize> {
        let kind = policy.kinds.iter().position(|kind| kind.name == observation.kind)?;
        if matches!(policy.rated_from, super::RatedFrom::Kind(from) if from == kind) {
            self.rated = true;
        }
        for field in &policy.kinds[kind].fields {
            let described = &policy.fields[*field];
            if let Some(value) = observation.fields.get(&described.name).and_then(|text| described.values.read(text)) {
                self.values[*field] = Some(value);
            }
        }
        for (field, described) in policy.fields.iter().enumerate() {
            for (by, value) in &described.set_by {
                if *by == kind {
                    self.values[field] = Some(*value);
                }
            }
        }
        if let super::RatedFrom::Field(field) = policy.rated_from {
            self.rated |= self.values[field].is_some();
        }
        for calm in &mut self.quiet {
            calm.pass(kind, observation.day);
        }
        Some(kind)
    }

    fn calm_since(&self, since: usize, without: usize) -> Option<Day> {
        self.quiet.iter().find(|calm| calm.since == since && calm.without == without).and_then(|calm| calm.from)
    }

    /// The tier of the first gate that holds; `None` when the policy has no gates.
    pub fn conduct(&self, gates: &[Gate], day: Day, count: &dyn Fn(Window) -> u32) -> Option<Tier> {
        gates.iter().find(|gate| gate.conditions.iter().all(|condition| self.holds(condition, day, count))).map(|gate| gate.tier)
    }

    pub fn holds(&self, condition: &Condition, day: Day, count: &dyn Fn(Window) -> u32) -> bool {
        match condition {
            Condition::Is { field, values, .. } => self.values[*field].is_some_and(|value| values.contains(&value)),
            Condition::IsNot { field, values, .. } => !self.values[*field].is_some_and(|value| values.contains(&value)),
            Condition::Count { window, at_least, at_most, .. } => (*at_least..=*at_most).contains(&count(*window)),
            Condition::Quiet { since, months, without, .. } => self.calm_since(*since, *without).is_some_and(|from| from.plus_months(*months) <= day),
            Condition::Any { conditions, .. } => conditions.iter().any(|condition| self.holds(condition, day, count)),
        }
    }

    /// Points that a rule gives; `None` when they cannot be known (a share of which no item applies).
    pub fn points(&self, rule: &Rule, count: &dyn Fn(Window) -> u32) -> Option<Points> {
        let times = |points: &Points, count: u32| points.times(i32::try_from(count).unwrap_or(i32::MAX));
        Some(match rule {
            Rule::Always(points) => *points,
            Rule::State { field, points } => {
                self.values[*field].and_then(|value| usize::try_from(value).ok()).and_then(|value| points.get(value)).copied().unwrap_or_default()
            }
            Rule::PerCount { field, each } => self.values[*field].map_or(Points::ZERO, |number| each.times(number)),
            Rule::Once { window, points } => times(points, count(*window).min(1)),
            Rule::Each { window, points } => times(points, count(*window)),
            Rule::Share { whole, item_max, unit_hundredths, items } => {
                let (mut reached, mut possible) = (0i64, 0i64);
                for (field, weight) in items {
                    if let Some(value) = self.values[*field].filter(|value| *value != NOT_APPLICABLE) {
                        reached += i64::from(*weight) * i64::from(value);
                        possible += i64::from(*weight) * i64::from(*item_max);
                    }
                }
                if possible == 0 {
                    return None;
                }
                // Whole units, half up: floor((2 * reached * whole * 100 / unit + possible) / (2 * possible)).
                let scaled = 2 * reached * i64::from(*whole) * 100 / i64::from(*unit_hundredths);
                let units = (scaled + possible) / (2 * possible);
                Points::from_hundredths(i32::try_from(units * i64::from(*unit_hundredths)).unwrap_or(i32::MAX))
            }
        })
    }
}

impl Calm {
    fn pass(&mut self, kind: usize, day: Day) {
        if kind == self.since {
            self.last_since = Some(day);
            self.from.get_or_insert(day);
        }
        // On the day of the incident itself the improvement still stands: that day counts as before.
        if kind == self.without && self.from.is_some_and(|from| from < day) {
            self.from = self.last_since.filter(|last| *last == day);
        }
    }
}

fn collect_calms(conditions: &[Condition], quiet: &mut Vec<Calm>) {
    for condition in conditions {
        match condition {
            Condition::Quiet { since, without, .. } if !quiet.iter().any(|calm| calm.since == *since && calm.without == *without) => {
                quiet.push(Calm { since: *since, without: *without, from: None, last_since: None });
            }
            Condition::Any { conditions, .. } => collect_calms(conditions, quiet),
            _ => {}
        }
    }
}
