//! The ordinal model: points in ordered categories, such as tiers. Knows counts only.

use std::ops::Range;

use super::{
    counts::{Category, Counts, Description, Rank, relative_risk},
    likelihood::{Rates, Side},
    models::Model,
};
use crate::random::Random;

/// Log-likelihood ratio of the ordinal model, high rates (Jung, Kulldorff & Klassen, "A spatial scan statistic for ordinal data", Statistics in
/// Medicine 26:1594-1607, 2007): `inside` and `all` count points by category, least first. The higher the category, the more frequent it
/// must be inside: neighbours in the order that break this are taken as one (pool adjacent violators). 0 where all become one. With two categories
/// it is that of the Bernoulli model.
#[must_use]
pub fn ordinal_llr(inside: &[u32], all: &[u32]) -> f64 {
    let x_ln_x = |count: usize| if count == 0 { 0.0 } else { count as f64 * (count as f64).ln() };
    pooled_ratio(inside.iter().zip(all).map(|(&inside, &all)| (inside as usize, all as usize)), x_ln_x)
}

/// The ratio of (inside, all) by category, from the least one that should be frequent inside to the most.
fn pooled_ratio(categories: impl Iterator<Item = (usize, usize)>, x_ln_x: impl Fn(usize) -> f64) -> f64 {
    let mut pools = [(0_usize, 0_usize); MOST_CATEGORIES];
    let mut held = 0;
    let (mut all_inside, mut all) = (0, 0);
    for (mut inside, mut count) in categories.filter(|category| category.1 > 0).take(MOST_CATEGORIES) {
        all_inside += inside;
        all += count;
        // A share not above that of the pool before joins it.
        while held > 0 && inside * pools[held - 1].1 <= pools[held - 1].0 * count {
            held -= 1;
            inside += pools[held].0;
            count += pools[held].1;
        }
        pools[held] = (inside, count);
        held += 1;
    }
    if held < 2 {
        return 0.0;
    }
    let of_pools: f64 = pools[..held].iter().map(|&(inside, count)| x_ln_x(inside) + x_ln_x(count - inside) - x_ln_x(count)).sum();
    of_pools - (x_ln_x(all_inside) + x_ln_x(all - all_inside) - x_ln_x(all))
}

/// More categories than this are not told apart.
pub(super) const MOST_CATEGORIES: usize = 16;

/// Points by location and category.
pub(super) struct Ordered<'a> {
    /// How many categories there are.
    categories: usize,
    /// At a location, from `location * categories` on.
    points: Vec<u32>,
    all: Vec<usize>,
    k_ln_k: &'a [f64],
    rates: Rates,
}

impl<'a> Ordered<'a> {
    /// `points` holds the counts of all categories of a location one after the other, least category first; `k_ln_k` reaches up to their sum.
    pub(super) fn new(categories: usize, points: Vec<u32>, k_ln_k: &'a [f64], rates: Rates) -> Self {
        let mut all = vec![0; categories];
        points.chunks_exact(categories).for_each(|here| all.iter_mut().zip(here).for_each(|(sum, &count)| *sum += count as usize));
        Self { categories, points, all, k_ln_k, rates }
    }

    fn points_at(&self, location: usize) -> u32 {
        self.points[location * self.categories..][..self.categories].iter().sum()
    }

    /// The share of all points that are of a later category than this.
    fn share_above(&self, category: usize) -> f64 {
        self.all[category + 1..].iter().sum::<usize>() as f64 / self.all.iter().sum::<usize>() as f64
    }

    fn ratio(&self, inside: &[u32; MOST_CATEGORIES], side: Side) -> f64 {
        let category = |at: usize| (inside[at] as usize, self.all[at]);
        let x_ln_x = |count: usize| self.k_ln_k[count];
        match side {
            Side::High => pooled_ratio((0..self.categories).map(category), x_ln_x),
            Side::Low => pooled_ratio((0..self.categories).rev().map(category), x_ln_x),
        }
    }
}

impl Counts for Ordered<'_> {
    type Sum = [u32; MOST_CATEGORIES];

    fn empty(&self) -> Self::Sum {
        [0; MOST_CATEGORIES]
    }

    fn add(&self, sum: &mut Self::Sum, location: usize) {
        let here = &self.points[location * self.categories..][..self.categories];
        sum.iter_mut().zip(here).for_each(|(sum, &count)| *sum += count);
    }

    fn rank(&self, sum: &Self::Sum) -> Rank {
        let of = |&side: &Side| Rank { ratio: self.ratio(sum, side), side, steps: None };
        self.rates.sides().iter().map(of).fold(Rank::NONE, |best, rank| if rank.ratio > best.ratio { rank } else { best })
    }

    /// The cases are the points of the highest category.
    fn all_cases(&self) -> usize {
        self.all.last().copied().unwrap_or(0)
    }

    fn describe(&self, inside: &[usize], rank: &Rank) -> Description {
        let mut sum = self.empty();
        inside.iter().for_each(|&location| self.add(&mut sum, location));
        let held: usize = sum.iter().map(|&count| count as usize).sum();
        let all: usize = self.all.iter().sum();
        let expected = |category: usize| self.all[category] as f64 * held as f64 / all as f64;
        let last = self.categories - 1;
        Description {
            cases: sum[last] as usize,
            base: held as f64,
            expected: expected(last),
            relative_risk: relative_risk(sum[last] as usize, expected(last), self.all[last]),
            llr: self.ratio(&sum, rank.side),
            categories: (0..self.categories).map(|at| Category { points: sum[at] as usize, expected: expected(at) }).collect(),
            by_step: Vec::new(),
        }
    }
}

/// Above a cut are the points of all categories after it: the ratio of high rates rises with their number at every cut, and falls with the
/// points of a window. (Frequencies that rise against those of all by category: to move a point up one category, or one of the least
/// category out of the window, can only make the best of them more likely.)
impl Model for Ordered<'_> {
    fn cuts(&self) -> usize {
        self.categories - 1
    }

    fn cells(&self) -> usize {
        self.points.len() / self.categories
    }

    fn base(&self, cell: usize) -> f64 {
        f64::from(self.points_at(cell))
    }

    fn heights(&self, _: Range<usize>, _: u64) -> Vec<u32> {
        (0..self.cells()).map(|cell| self.points_at(cell)).collect()
    }

    fn deal(&self, random: &mut Random, put: &mut dyn FnMut(usize, usize)) {
        let mut deck: Vec<u8> = self.all.iter().enumerate().flat_map(|(category, &count)| std::iter::repeat_n(category as u8, count)).collect();
        let mut dealt = 0;
        for cell in 0..self.cells() {
            for _ in 0..self.points_at(cell) {
                let left = deck.len() - dealt;
                deck.swap(dealt, dealt + random.below(left));
                put(cell, usize::from(deck[dealt]));
                dealt += 1;
            }
        }
    }

    fn expected(&self, cut: usize, base: f64) -> f64 {
        base * self.share_above(cut)
    }

    fn deviation(&self, cut: usize, base: f64) -> f64 {
        (base * self.share_above(cut) * (1.0 - self.share_above(cut))).sqrt()
    }

    fn ratio(&self, held: &[u32], base: f64, side: Side) -> f64 {
        let above = |cut: usize| held.get(cut).copied().unwrap_or(0);
        let mut inside = [0; MOST_CATEGORIES];
        inside[0] = base as u32 - above(0);
        (1..self.categories).for_each(|category| inside[category] = above(category - 1) - above(category));
        Self::ratio(self, &inside, side)
    }

    fn bound(&self, held: &[u32], base: f64, side: Side) -> f64 {
        let mut above = [0; MOST_CATEGORIES];
        above[..held.len()].copy_from_slice(held);
        let (all, least) = (|category: usize| self.all[category] as u32, self.all[0] as u32);
        let mut base = base as u32;
        match side {
            // As many as there can be: of each category no more than in all.
            Side::High => {
                (0..held.len()).rev().for_each(|cut| above[cut] = above[cut].min(above[cut + 1] + all(cut + 1)));
                (1..held.len()).for_each(|cut| above[cut] = above[cut].min(above[cut - 1]));
                base = base.min(above[0] + least);
                if above[0] > base {
                    return f64::INFINITY;
                }
            }
            Side::Low => {
                (0..held.len()).rev().for_each(|cut| above[cut] = above[cut].min(self.all[cut + 1..].iter().sum::<usize>() as u32).max(above[cut + 1]));
                (1..held.len()).for_each(|cut| above[cut] = above[cut].max(above[cut - 1].saturating_sub(all(cut))));
                if base < above[0] {
                    return 0.0;
                }
                if base - above[0] > least {
                    return f64::INFINITY;
                }
            }
        }
        Model::ratio(self, &above[..held.len()], f64::from(base), side)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Random, bernoulli_llr};
    use super::*;

    /// The greatest likelihood over all ways to join neighbouring categories whose frequencies inside rise: what the model maximises.
    fn plain(inside: &[u32], all: &[u32]) -> f64 {
        let (held, sum): (f64, f64) = (inside.iter().sum::<u32>().into(), all.iter().sum::<u32>().into());
        let x_ln = |x: f64, y: f64| if x > 0.0 { x * (x / y).ln() } else { 0.0 };
        let last = inside.len() - 1;
        let mut greatest: f64 = 0.0;
        for cuts in 0..1_u32 << last {
            let mut pools = vec![(0.0, 0.0)];
            for at in 0..=last {
                if let Some(pool) = pools.last_mut() {
                    *pool = (pool.0 + f64::from(inside[at]), pool.1 + f64::from(all[at]));
                }
                if at < last && cuts & (1 << at) != 0 {
                    pools.push((0.0, 0.0));
                }
            }
            if pools.windows(2).all(|pair| pair[0].0 * pair[1].1 <= pair[1].0 * pair[0].1) {
                let of = |&(c, all): &(f64, f64)| x_ln(c, held) + x_ln(all - c, sum - held) - x_ln(all, sum);
                greatest = greatest.max(pools.iter().map(of).sum());
            }
        }
        greatest
    }

    #[test]
    fn the_ratio_is_the_greatest_of_all_rising_frequencies() {
        let mut random = Random::stream(3, 3);
        for _ in 0..500 {
            let inside: Vec<u32> = (0..4).map(|_| random.below(6) as u32).collect();
            let all: Vec<u32> = inside.iter().map(|count| count + 1 + random.below(9) as u32).collect();
            assert!((ordinal_llr(&inside, &all) - plain(&inside, &all)).abs() < 1e-9, "{inside:?} of {all:?}");
        }
    }

    #[test]
    fn two_categories_are_the_bernoulli_model() {
        assert!((ordinal_llr(&[8, 11], &[113, 30]) - bernoulli_llr(11.0, 19.0, 30.0, 143.0)).abs() < 1e-12);
        assert_eq!(ordinal_llr(&[18, 1], &[113, 30]), 0.0);
    }
}
