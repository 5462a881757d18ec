//! The way up: what the landlord can do that lifts the house to a better tier, found by trying it out under the policy.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{NOT_APPLICABLE, Policy, RatedFrom, state::State};
use crate::domain::{
    day::Day,
    observation::{Observation, Timeline},
    tier::{Standing, Tier, span_on},
    words::Words,
};

/// A set of things to do, and what comes of it when nothing else happens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// All of them are needed; none at all: the tier heals by waiting.
    pub steps: Vec<Step>,
    pub tier: Tier,
    /// The first day on which the house has that tier; until then what was done must hold.
    pub reached: Day,
    /// The first day on which it would fall again by the mere passing of time; absent when it stays.
    pub until: Option<Day>,
}

/// One thing the landlord can do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Bring a property of the house into this state, and have it seen at a visit.
    Make { field: String, title: Words, value: String, state: Words },
    /// Bring about an observation of this kind.
    Do { kind: String, title: Words },
}

/// More steps at once are no advice that anybody follows.
const MOST_STEPS: usize = 4;
/// With more than so many possible steps (a rubric of 50 items) only those that help most by themselves are combined.
const MOST_CONSIDERED: usize = 12;

impl Policy {
    /// The best few ways to a better tier from this day on, soonest first, then fewest steps. Empty when there is none, or for a house
    /// that is unrated or has the best tier.
    #[must_use]
    pub fn ways_up(&self, timeline: &Timeline, day: Day, most: usize) -> Vec<Way> {
        let known = Timeline::new(timeline.as_of(day).iter().cloned());
        let Some(now) = span_on(&self.spans(&known), day).and_then(|span| span.standing.tier()) else { return Vec::new() };
        let steps = self.possible_steps(&known, day);
        let mut found: Vec<(Vec<usize>, Way)> = Vec::new();
        for size in 0..=MOST_STEPS.min(steps.len()) {
            each_choice(steps.len(), size, &mut |chosen| {
                let better_way = self.try_out(&known, day, now, chosen.iter().map(|at| &steps[*at]));
                if let Some(way) = better_way {
                    // More steps are worth naming only when they get there sooner or higher.
                    let needless = found
                        .iter()
                        .any(|(fewer, known)| fewer.iter().all(|step| chosen.contains(step)) && known.reached <= way.reached && known.tier >= way.tier);
                    if !needless {
                        found.push((chosen.to_vec(), way));
                    }
                }
            });
        }
        let mut ways: Vec<Way> = found.into_iter().map(|(_, way)| way).collect();
        ways.sort_by(|a, b| {
            (a.reached, a.steps.len(), std::cmp::Reverse(a.tier), &a.steps).cmp(&(b.reached, b.steps.len(), std::cmp::Reverse(b.tier), &b.steps))
        });
        ways.truncate(most);
        ways
    }

    /// What the policy says a landlord can bring about and is not so yet.
    fn possible_steps(&self, known: &Timeline, day: Day) -> Vec<Step> {
        let mut state = State::new(self);
        for observation in known.observations() {
            state.apply(self, observation);
        }
        let fields = self.fields.iter().enumerate().filter_map(|(at, field)| {
            let value = field.can_become?;
            (state.values[at] != Some(value) && state.values[at] != Some(NOT_APPLICABLE)).then(|| Step::Make {
                field: field.name.clone(),
                title: field.title.clone(),
                value: field.values.write(value),
                state: field.values.words(value),
            })
        });
        let kinds = self.kinds.iter().filter(|kind| kind.landlord_can).map(|kind| Step::Do { kind: kind.name.clone(), title: kind.title.clone() });
        let mut steps: Vec<Step> = fields.chain(kinds).collect();
        if steps.len() > MOST_CONSIDERED {
            let gain = |step: &Step| span_on(&self.spans(&self.after(known, day, [step])), day).and_then(|span| span.score);
            steps.sort_by_key(|step| std::cmp::Reverse(gain(step)));
            steps.truncate(MOST_CONSIDERED);
        }
        steps
    }

    fn try_out<'a>(&self, known: &Timeline, day: Day, now: Tier, steps: impl IntoIterator<Item = &'a Step>) -> Option<Way> {
        let steps: Vec<Step> = steps.into_iter().cloned().collect();
        let spans = self.spans(&self.after(known, day, &steps));
        let first = spans.partition_point(|span| span.from <= day).saturating_sub(1);
        let (at, tier) = spans.iter().enumerate().skip(first).find_map(|(at, span)| span.standing.tier().filter(|tier| *tier > now).map(|tier| (at, tier)))?;
        let until = spans[at..].iter().find(|span| span.standing < Standing::from(tier)).map(|span| span.from);
        Some(Way { steps, tier, reached: spans[at].from.max(day), until })
    }

    /// The timeline as it would be if these steps were seen on that day.
    fn after<'a>(&self, known: &Timeline, day: Day, steps: impl IntoIterator<Item = &'a Step>) -> Timeline {
        let mut seen: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Make { field, value, .. } => {
                    if let Some(kind) = self.kind_that_sees(field) {
                        seen.entry(kind).or_default().insert(field.clone(), value.clone());
                    }
                }
                Step::Do { kind, .. } => {
                    seen.entry(kind).or_default();
                }
            }
        }
        let supposed = seen.into_iter().map(|(kind, fields)| Observation { id: String::new(), day, kind: kind.to_owned(), fields });
        Timeline::new(known.observations().iter().cloned().chain(supposed))
    }

    /// The kind of observation at which a field is seen: the one that rates the house where it can.
    fn kind_that_sees(&self, field: &str) -> Option<&str> {
        let at = self.fields.iter().position(|known| known.name == field)?;
        let rating = match self.rated_from {
            RatedFrom::Kind(kind) if self.kinds[kind].fields.contains(&at) => Some(kind),
            _ => None,
        };
        let kind = rating.or_else(|| self.kinds.iter().position(|kind| kind.fields.contains(&at)))?;
        Some(&self.kinds[kind].name)
    }
}

/// Visits every choice of `size` of the numbers below `of`, in order.
fn each_choice(of: usize, size: usize, visit: &mut impl FnMut(&[usize])) {
    fn grow(from: usize, of: usize, left: usize, chosen: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
        if left == 0 {
            visit(chosen);
            return;
        }
        for at in from..=of - left {
            chosen.push(at);
            grow(at + 1, of, left - 1, chosen, visit);
            chosen.pop();
        }
    }
    if size <= of {
        grow(0, of, size, &mut Vec::with_capacity(size), visit);
    }
}
