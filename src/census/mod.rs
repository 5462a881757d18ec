//! How many live in each house over time, in memory beside the atlas: counts by a house's serial number, never a person.
//!
//! Apart from the atlas, so that nothing of it comes into its kept file or into a tile. Like it, it is made from the record at the start and
//! follows it commit by commit; nothing of it is kept anywhere.

use std::{collections::HashMap, sync::Arc};

use crate::domain::{
    day::Day,
    population::{Population, Step, on},
};

/// Houses counted anew that are kept apart; past them, and past a quarter of all, they are packed with the others.
const FEW: usize = 4096;

/// The residents of all houses as of one revision. It never changes: a commit makes a successor.
#[derive(Clone, Default)]
pub struct Census {
    revision: i64,
    packed: Arc<Packed>,
    /// Counted since, in place of what is packed.
    anew: HashMap<u64, Arc<[Step]>>,
}

/// The steps of all houses one after the other.
#[derive(Default)]
struct Packed {
    /// By serial number, and one more: where the steps of a house begin.
    begins: Vec<u32>,
    steps: Vec<Step>,
}

impl Census {
    /// The store's revision that it is of.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The successor in which these houses, by serial number, have these steps.
    #[must_use]
    pub fn succeed(&self, counted: Vec<(u64, Vec<Step>)>, revision: i64) -> Self {
        let mut anew = self.anew.clone();
        for (serial, steps) in counted {
            if steps.is_empty() && self.packed.of(serial).is_empty() {
                // Most houses that change have nobody before and after: they cost nothing.
                anew.remove(&serial);
            } else {
                anew.insert(serial, steps.into());
            }
        }
        let next = Self { revision, packed: Arc::clone(&self.packed), anew };
        if next.anew.len() > FEW.max(self.packed.begins.len() / 4) { next.pack() } else { next }
    }

    /// The same, all of it packed.
    #[must_use]
    pub fn pack(self) -> Self {
        let last = self.anew.keys().copied().max().unwrap_or_default().max(self.packed.begins.len().saturating_sub(2) as u64);
        let mut packed = Packed { begins: Vec::with_capacity(usize::try_from(last).unwrap_or_default() + 2), steps: Vec::new() };
        for serial in 0..=last {
            packed.begins.push(u32::try_from(packed.steps.len()).unwrap_or(u32::MAX));
            packed.steps.extend_from_slice(self.steps(serial));
        }
        packed.begins.push(u32::try_from(packed.steps.len()).unwrap_or(u32::MAX));
        packed.steps.shrink_to_fit();
        Self { revision: self.revision, packed: Arc::new(packed), anew: HashMap::new() }
    }

    /// How the number of residents of a house changes, in order of day; empty where nobody ever lived.
    #[must_use]
    pub fn steps(&self, serial: u64) -> &[Step] {
        self.anew.get(&serial).map(AsRef::as_ref).unwrap_or_else(|| self.packed.of(serial))
    }

    /// How many live in a house on a day.
    #[must_use]
    pub fn on(&self, serial: u64, day: Day) -> Population {
        on(self.steps(serial), day)
    }

    /// Memory held, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let anew: usize = self.anew.values().map(|steps| size_of::<(u64, Arc<[Step]>)>() + size_of_val(&**steps)).sum();
        size_of_val(&self.packed.begins[..]) + size_of_val(&self.packed.steps[..]) + anew
    }
}

impl Packed {
    fn of(&self, serial: u64) -> &[Step] {
        let at = |serial: u64| self.begins.get(usize::try_from(serial).ok()?).map(|begin| *begin as usize);
        match (at(serial), at(serial.saturating_add(1))) {
            (Some(from), Some(to)) => &self.steps[from..to],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn any_steps() -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((1i32..9, 0u32..5, 0u32..5), 0..4).prop_map(|parts| {
            let mut day = 0;
            let mut next = |days| {
                day += days;
                Day::from_number(day)
            };
            parts.into_iter().map(|(days, registered, temporary)| Step { from: next(days), registered, temporary }).collect()
        })
    }

    proptest! {
        #[test]
        fn a_census_says_of_each_house_what_was_counted_last(
            commits in prop::collection::vec((prop::collection::vec((1u64..12, any_steps()), 0..6), any::<bool>()), 0..8)
        ) {
            let (mut census, mut last) = (Census::default(), BTreeMap::new());
            for (revision, (counted, packs)) in (1..).zip(commits) {
                last.extend(counted.iter().cloned());
                census = census.succeed(counted, revision);
                if packs {
                    census = census.pack();
                }
                for serial in 0..14 {
                    prop_assert_eq!(census.steps(serial), last.get(&serial).map_or(&[][..], Vec::as_slice));
                }
                prop_assert_eq!(census.revision(), revision);
            }
        }
    }
}
