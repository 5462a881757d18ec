//! How many live somewhere: counts, and how those of a house change over time. Nothing here tells one person from another but by a number
//! that is good within one house.

use std::ops::AddAssign;

use serde::Serialize;

use super::day::Day;

/// How many live somewhere, by registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Population {
    pub registered: u64,
    pub temporary: u64,
}

/// That somebody lived in a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    /// Tells the persons of one house apart, and nothing else.
    pub who: u32,
    /// Registered there, otherwise a temporary resident.
    pub is_registered: bool,
    pub from: Day,
    /// The first day that no longer counts; `None` while it lasts.
    pub to: Option<Day>,
}

/// From a day on so many live in a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub from: Day,
    pub registered: u32,
    pub temporary: u32,
}

impl Population {
    #[must_use]
    pub fn all(self) -> u64 {
        self.registered + self.temporary
    }
}

impl AddAssign for Population {
    fn add_assign(&mut self, other: Self) {
        self.registered += other.registered;
        self.temporary += other.temporary;
    }
}

impl From<Step> for Population {
    fn from(step: Step) -> Self {
        Self { registered: step.registered.into(), temporary: step.temporary.into() }
    }
}

/// How the number of residents of one house changes, in order of day. Each person counts once by registration, however many stays overlap.
#[must_use]
pub fn steps(mut stays: Vec<Stay>) -> Vec<Step> {
    stays.sort_unstable_by_key(|stay| (stay.who, stay.is_registered, stay.from));
    let mut changes: Vec<(Day, bool, i32)> = Vec::with_capacity(2 * stays.len());
    // Stays of one person that overlap are one.
    for of_one in stays.chunk_by(|a, b| (a.who, a.is_registered) == (b.who, b.is_registered)) {
        let mut until = Day::FIRST;
        for stay in of_one {
            let (from, to) = (stay.from.max(until), stay.to.unwrap_or(Day::LAST));
            if from < to {
                changes.extend([(from, stay.is_registered, 1), (to, stay.is_registered, -1)]);
                until = to;
            }
        }
    }
    changes.sort_unstable();
    let (mut steps, mut registered, mut temporary) = (Vec::new(), 0u32, 0u32);
    for on_day in changes.chunk_by(|a, b| a.0 == b.0) {
        let before = (registered, temporary);
        for (_, is_registered, change) in on_day {
            let count = if *is_registered { &mut registered } else { &mut temporary };
            *count = count.saturating_add_signed(*change);
        }
        if (registered, temporary) != before {
            steps.push(Step { from: on_day[0].0, registered, temporary });
        }
    }
    // Who lives there on the last of all days lives there still.
    steps.retain(|step| step.from < Day::LAST);
    steps
}

/// How many live there on a day, by the steps of a house.
#[must_use]
pub fn on(steps: &[Step], day: Day) -> Population {
    let begun = steps.partition_point(|step| step.from <= day);
    steps[..begun].last().copied().map_or_else(Population::default, Population::from)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn any_stay() -> impl Strategy<Value = Stay> {
        (0u32..4, any::<bool>(), 0i32..20, prop::option::of(0i32..8)).prop_map(|(who, is_registered, from, days)| Stay {
            who,
            is_registered,
            from: Day::from_number(from),
            to: days.map(|days| Day::from_number(from + days)),
        })
    }

    proptest! {
        #[test]
        fn the_steps_of_a_house_count_each_person_once_on_each_day(stays in prop::collection::vec(any_stay(), 0..12)) {
            let steps = steps(stays.clone());
            prop_assert!(steps.is_sorted_by(|a, b| a.from < b.from && Population::from(*a) != Population::from(*b)));
            for day in (-1..40).map(Day::from_number) {
                let there = |is_registered| {
                    let lasts = |stay: &&Stay| stay.is_registered == is_registered && stay.from <= day && stay.to.is_none_or(|to| day < to);
                    stays.iter().filter(lasts).map(|stay| stay.who).collect::<BTreeSet<_>>().len() as u64
                };
                let expected = Population { registered: there(true), temporary: there(false) };
                prop_assert_eq!(on(&steps, day), expected, "{:?}", day);
            }
        }
    }
}
