//! What of a population may be told to everybody: counts under 10 are not, nor what would give them away by a sum.
//!
//! Told are, of each area of the hierarchy, the registered and the temporary residents, both or neither: so nothing follows from the one
//! for the other. The rest is sums: an area has as many as its parts together with those recorded under none of them, who are never told
//! of. [`told`] holds back counts until nobody who solves all those sums learns more of a held back count under 10 than that it is one.

use super::{day::Day, population::Population};

/// Smaller counts are not told.
pub const LEAST_TOLD: u64 = 10;

/// Whether counts of a day are told: of the last days of months that are over, and of the day on which a site opens. Of any day that one
/// likes, two days apart would tell of everybody who moved between them.
#[must_use]
pub fn is_told_of(day: Day, today: Day, opening_day: Option<Day>) -> bool {
    day < today && (day.is_last_of_month() || opening_day == Some(day))
}

/// Of each area what may be told: given the area that it is part of, and how many live in what is recorded under it and under none of its
/// parts. No area may be part of itself.
///
/// What is held back is found by what an attacker could compute ([`Sums::ranges`]): while some small count is known better than "0 to 9 at
/// least", one count more is held back, the smallest beside it first.
#[must_use]
pub fn told(parents: &[Option<usize>], own: &[Population]) -> Vec<Option<Population>> {
    let mut sums = Sums::of(parents, own);
    while let Some(known) = sums.known_too_well() {
        if !sums.hold_back_for(known) {
            break;
        }
    }
    (0..parents.len()).map(|at| sums.told[at].then_some(sums.totals[at])).collect()
}

/// The areas, and behind them, of those with parts, what is recorded under none of them.
struct Sums {
    parents: Vec<Option<usize>>,
    parts: Vec<Vec<usize>>,
    totals: Vec<Population>,
    told: Vec<bool>,
    /// Each after what it is part of.
    downwards: Vec<usize>,
}

/// Counts that fit all that is told, from the least to the greatest.
type Range = (u64, u64);
const ANY: Range = (0, u64::MAX);

impl Sums {
    fn of(parents: &[Option<usize>], own: &[Population]) -> Self {
        let (mut parents, mut totals) = (parents.to_vec(), own.to_vec());
        let areas = parents.len();
        let mut has_parts = vec![false; areas];
        parents.iter().flatten().for_each(|parent| has_parts[*parent] = true);
        for at in (0..areas).filter(|at| has_parts[*at] && own[*at].all() > 0) {
            parents.push(Some(at));
            totals.push(own[at]);
            totals[at] = Population::default();
        }
        let mut parts = vec![Vec::new(); parents.len()];
        for (at, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                parts[*parent].push(at);
            }
        }
        let mut downwards: Vec<usize> = (0..parents.len()).filter(|at| parents[*at].is_none()).collect();
        for next in 0.. {
            let Some(at) = downwards.get(next) else { break };
            downwards.extend_from_slice(&parts[*at]);
        }
        for at in downwards.iter().rev() {
            if let Some(parent) = parents[*at] {
                let part = totals[*at];
                totals[parent] += part;
            }
        }
        let told = totals.iter().enumerate().map(|(at, total)| at < areas && total.registered >= LEAST_TOLD && total.temporary >= LEAST_TOLD).collect();
        Self { parents, parts, totals, told, downwards }
    }

    /// For each count what an attacker knows of it who knows all sums and that nobody is counted less than once. Exact, as the sums make a
    /// tree: first what follows from the parts, then what follows from the whole and the other parts.
    fn ranges(&self, count: impl Fn(Population) -> u64) -> Vec<Range> {
        let mut ranges = vec![ANY; self.parents.len()];
        for &at in self.downwards.iter().rev() {
            let exact = count(self.totals[at]);
            if self.told[at] {
                ranges[at] = (exact, exact);
            } else if !self.parts[at].is_empty() {
                ranges[at] = self.parts[at].iter().fold((0, 0), |(low, high), part| {
                    let (least, most) = ranges[*part];
                    (u64::saturating_add(low, least), u64::saturating_add(high, most))
                });
            }
        }
        for &at in &self.downwards {
            let (low, high) = ranges[at];
            let least: u64 = self.parts[at].iter().map(|part| ranges[*part].0).sum();
            let unbounded = self.parts[at].iter().filter(|part| ranges[**part].1 == u64::MAX).count();
            let most: u64 = self.parts[at].iter().map(|part| ranges[*part].1).filter(|most| *most < u64::MAX).sum();
            for &part in &self.parts[at] {
                let (part_least, part_most) = ranges[part];
                let others_least = least - part_least;
                let is_only_unbounded = unbounded == usize::from(part_most == u64::MAX);
                let others_most = if is_only_unbounded { most - if part_most == u64::MAX { 0 } else { part_most } } else { u64::MAX };
                let greatest = if high == u64::MAX { u64::MAX } else { high.saturating_sub(others_least) };
                ranges[part] = (part_least.max(low.saturating_sub(others_most)), part_most.min(greatest));
            }
        }
        ranges
    }

    /// A small count of which an attacker could know more than that it is small.
    fn known_too_well(&self) -> Option<usize> {
        [(|population: Population| population.registered) as fn(Population) -> u64, |population| population.temporary].into_iter().find_map(|count| {
            let ranges = self.ranges(count);
            let is_hidden = |(low, high): Range| low == 0 && high >= LEAST_TOLD - 1;
            (0..ranges.len()).find(|&at| count(self.totals[at]) < LEAST_TOLD && !is_hidden(ranges[at]))
        })
    }

    /// Holds back one count more for the sake of another: the smallest of those beside it, or of what it is part of. `false` when there is
    /// none left, which then hides nothing any better.
    fn hold_back_for(&mut self, known: usize) -> bool {
        let mut at = known;
        while let Some(parent) = self.parents[at] {
            let beside = self.parts[parent].iter().copied().filter(|other| *other != at && !self.is_open(*other)).min_by_key(|other| self.totals[*other].all());
            if let Some(beside) = beside {
                self.open(beside);
                return true;
            }
            if self.told[parent] {
                self.told[parent] = false;
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether nothing told bounds a count from its parts: it could be any higher.
    fn is_open(&self, at: usize) -> bool {
        !self.told[at] && (self.parts[at].is_empty() || self.parts[at].iter().any(|part| self.is_open(*part)))
    }

    /// Holds back a count, and of its parts the smallest, all the way down, so that it does not follow from them.
    fn open(&mut self, at: usize) {
        self.told[at] = false;
        if !self.is_open(at)
            && let Some(smallest) = self.parts[at].iter().copied().min_by_key(|part| self.totals[*part].all())
        {
            self.open(smallest);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people(registered: u64, temporary: u64) -> Population {
        Population { registered, temporary }
    }

    #[test]
    fn a_small_count_takes_the_smallest_beside_it_along() {
        // 0 has three parts; of the first one only four are registered.
        let parents = [None, Some(0), Some(0), Some(0)];
        let told = told(&parents, &[people(0, 0), people(4, 50), people(40, 30), people(200, 100)]);
        assert_eq!(told, [Some(people(244, 180)), None, None, Some(people(200, 100))]);
    }

    #[test]
    fn two_small_counts_whose_sum_is_small_take_a_third_along() {
        let parents = [None, Some(0), Some(0), Some(0), Some(0)];
        let told = told(&parents, &[people(0, 0), people(1, 50), people(2, 50), people(40, 30), people(200, 100)]);
        assert_eq!(told[1..], [None, None, None, Some(people(200, 100))]);
    }

    #[test]
    fn where_nothing_is_small_all_is_told() {
        let parents = [None, Some(0), Some(0)];
        assert!(told(&parents, &[people(0, 0), people(10, 10), people(12, 99)]).iter().all(Option::is_some));
        assert_eq!(told(&[None], &[people(3, 70)]), [None]);
    }

    /// Tries all counts of what was not told, and says whether some that agree with all that was told are as is wanted: of what is recorded
    /// under each area itself, and of each area as a whole.
    struct Attacker<'a> {
        parents: &'a [Option<usize>],
        told: &'a [Option<u64>],
        /// What is recorded under an area and under none of its parts, where there is any, and the areas without parts that are not told of.
        unknown: Vec<usize>,
        is_wanted: &'a dyn Fn(&[u64], &[u64]) -> bool,
    }

    impl Attacker<'_> {
        fn succeeds(&self, own: &mut [u64], next: usize) -> bool {
            // Parents stand before their parts here.
            let mut totals = own.to_vec();
            for at in (1..totals.len()).rev() {
                if let Some(parent) = self.parents[at] {
                    totals[parent] += totals[at];
                }
            }
            let pairs = || self.told.iter().zip(&totals).filter_map(|(told, total)| told.map(|told| (told, *total)));
            if pairs().any(|(told, total)| total > told) {
                return false;
            }
            let Some(&unknown) = self.unknown.get(next) else { return pairs().all(|(told, total)| told == total) && (self.is_wanted)(own, &totals) };
            // A count below 14 takes at most nine more over from a small one.
            let found = (0..=24).any(|value| {
                own[unknown] = value;
                self.succeeds(own, next + 1)
            });
            own[unknown] = 0;
            found
        }
    }

    /// A tree of at most six areas, each after its parent, and how many live in each.
    fn any_tree() -> impl Strategy<Value = (Vec<Option<usize>>, Vec<Population>)> {
        let count = || prop_oneof![5 => 10u64..15, 2 => 0u64..10];
        prop::collection::vec((any::<prop::sample::Index>(), count(), count(), 0..4u8), 1..7).prop_map(|areas| {
            let parents: Vec<_> = areas.iter().enumerate().map(|(at, (above, ..))| (at > 0).then(|| above.index(at.max(1)))).collect();
            // Beside the parts of an area something is recorded under it now and then.
            let is_counted = |at: usize, chance: u8| !parents.contains(&Some(at)) || chance == 0;
            let own = areas.iter().enumerate();
            let own = own.map(|(at, (_, registered, temporary, chance))| if is_counted(at, *chance) { people(*registered, *temporary) } else { people(0, 0) });
            let own = own.collect();
            (parents, own)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn who_solves_all_sums_still_takes_every_small_count_for_anything_from_0_to_9((parents, own) in any_tree()) {
            let told = told(&parents, &own);
            let mut totals = own.clone();
            for at in (1..parents.len()).rev() {
                if let Some(parent) = parents[at] {
                    let part = totals[at];
                    totals[parent] += part;
                }
            }
            for count in [(|one: Population| one.registered) as fn(Population) -> u64, |one| one.temporary] {
                let counts: Vec<Option<u64>> = told.iter().map(|told| told.map(count)).collect();
                let has_parts = |at: usize| parents.contains(&Some(at));
                let unknown: Vec<usize> = (0..parents.len()).filter(|at| if has_parts(*at) { own[*at].all() > 0 } else { told[*at].is_none() }).collect();
                // More would take too long to try.
                prop_assume!(unknown.len() < 5);
                let known: Vec<u64> = (0..parents.len()).map(|at| if unknown.contains(&at) { 0 } else { count(own[at]) }).collect();
                let could_be = |is_wanted: &dyn Fn(&[u64], &[u64]) -> bool| {
                    Attacker { parents: &parents, told: &counts, unknown: unknown.clone(), is_wanted }.succeeds(&mut known.clone(), 0)
                };
                for at in 0..parents.len() {
                    if let Some(told) = counts[at] {
                        prop_assert!(told == count(totals[at]) && told >= LEAST_TOLD);
                    } else if count(totals[at]) < LEAST_TOLD {
                        for wanted in 0..LEAST_TOLD {
                            prop_assert!(could_be(&|_, totals| totals[at] == wanted), "{:?}: {} is not {}", told, at, wanted);
                        }
                    }
                    if has_parts(at) && own[at].all() > 0 && count(own[at]) < LEAST_TOLD {
                        for wanted in 0..LEAST_TOLD {
                            prop_assert!(could_be(&|own, _| own[at] == wanted), "{:?}: what is under {} itself is not {}", told, at, wanted);
                        }
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn large_hierarchies_are_told_of_in_time_and_nothing_small_is(seed in prop::collection::vec((0usize..1000, 0u64..60, 0u64..60), 2..400)) {
            let parents: Vec<_> = seed.iter().enumerate().map(|(at, (above, ..))| (at > 0).then(|| above % at.min(40))).collect();
            let own: Vec<_> = seed.iter().map(|(_, registered, temporary)| people(*registered, *temporary)).collect();
            let mut sums = Sums::of(&parents, &own);
            while let Some(known) = sums.known_too_well() {
                prop_assert!(sums.hold_back_for(known));
            }
            prop_assert!(told(&parents, &own).into_iter().flatten().all(|told| told.registered >= LEAST_TOLD && told.temporary >= LEAST_TOLD));
        }
    }
}
