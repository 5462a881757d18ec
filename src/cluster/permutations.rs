//! Conditional permutation: a point keeps its value, its neighbours' values are drawn from all others. Knows values and lists of neighbours.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    neighbours::Neighbours,
    progress::{Going, Progress, RUN},
    report::NothingToTest,
};
use crate::random::Random;

/// Random data sets for a local or global statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutations {
    pub replicates: usize,
    /// The replicates depend on it and on nothing else.
    pub seed: u64,
}

impl Default for Permutations {
    fn default() -> Self {
        Self { replicates: 999, seed: 1 }
    }
}

/// How the sum over a point's neighbours compares with the replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    /// Replicates with at least this sum.
    pub as_high: usize,
    /// Replicates with at most this sum.
    pub as_low: usize,
}

/// Compares the sum over every point's neighbours with that over as many others drawn at random (Anselin, "Local indicators of spatial
/// association", Geographical Analysis 27:93-115, 1995). As in PySAL, all points share the draws: a replicate is one row of distinct points, and a
/// point with k neighbours takes the first k of it; where it meets itself, the last point stands in. With equal weights a row's sums are
/// the same for all points but for the few it holds, so that a point costs a binary search and not a row per replicate.
///
/// The only error is [`NothingToTest::Stopped`].
pub(super) fn compared(neighbours: &Neighbours, values: &[f64], permutations: Permutations, going: Going) -> Result<Vec<Compared>, NothingToTest> {
    let all = values.len();
    let progress = Progress::new(going, permutations.replicates + all);
    let longest = (0..all).map(|point| neighbours.around(point).len()).max().unwrap_or(0);
    let row = |number: usize| {
        progress.add(1);
        if progress.stopped() { Vec::new() } else { distinct(&mut Random::stream(permutations.seed, number as u64), longest, all - 1) }
    };
    let rows: Vec<Vec<u32>> = (0..permutations.replicates).into_par_iter().map(row).collect();
    if progress.stopped() {
        return Err(NothingToTest::Stopped);
    }
    let compared = if neighbours.plain() { by_rank(neighbours, values, &rows, &progress) } else { one_by_one(neighbours, values, &rows, &progress) };
    compared.ok_or(NothingToTest::Stopped)
}

/// So many distinct numbers below a bound, all rows equally likely (Floyd's algorithm would leave them in a biased order: a sparse shuffle).
fn distinct(random: &mut Random, count: usize, bound: usize) -> Vec<u32> {
    let mut moved: std::collections::HashMap<usize, usize> = std::collections::HashMap::new();
    let draw = |at: usize| {
        let with = at + random.below(bound - at);
        let here = moved.get(&at).copied().unwrap_or(at);
        let drawn = moved.insert(with, here).unwrap_or(with);
        if with == at { here as u32 } else { drawn as u32 }
    };
    (0..count.min(bound)).map(draw).collect()
}

/// Equal weights. `None` when stopped, as below.
fn by_rank(neighbours: &Neighbours, values: &[f64], rows: &[Vec<u32>], progress: &Progress) -> Option<Vec<Compared>> {
    let last = values.len() - 1;
    // The sum of the first k of every row, and the same in order.
    let lengths: std::collections::BTreeSet<usize> = (0..values.len()).map(|point| neighbours.around(point).len()).collect();
    let sums_of = |k: usize| {
        progress.add(0);
        if progress.stopped() {
            return None;
        }
        let sums: Vec<f64> = rows.iter().map(|row| row[..k].iter().map(|&other| values[other as usize]).sum()).collect();
        let mut sorted = sums.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        Some((k, (sums, sorted)))
    };
    let sums: Option<BTreeMap<usize, _>> = lengths.into_iter().collect::<Vec<_>>().into_par_iter().map(sums_of).collect();
    let sums = sums?;
    // Where a point stands in the rows, as (point, row, place).
    let mut stands: Vec<(u32, u32, u32)> =
        rows.iter().enumerate().flat_map(|(row, others)| others.iter().enumerate().map(move |(place, &other)| (other, row as u32, place as u32))).collect();
    stands.par_sort_unstable();
    let of_one = |point: usize| {
        let k = neighbours.around(point).len();
        let (by_row, sorted) = &sums[&k];
        let observed = Observed::new(neighbours.sum(point, values));
        let mut high = sorted.len() - sorted.partition_point(|&sum| !observed.as_high(sum));
        let mut low = sorted.partition_point(|&sum| observed.as_low(sum));
        let from = stands.partition_point(|stand| stand.0 < point as u32);
        for &(_, row, place) in stands[from..].iter().take_while(|stand| stand.0 == point as u32) {
            if (place as usize) < k {
                let shared = by_row[row as usize];
                let own = shared - values[point] + values[last];
                high = high + usize::from(observed.as_high(own)) - usize::from(observed.as_high(shared));
                low = low + usize::from(observed.as_low(own)) - usize::from(observed.as_low(shared));
            }
        }
        Compared { as_high: high, as_low: low }
    };
    one_after_another(values.len(), of_one, progress)
}

/// Any weights: every row is summed for every point.
fn one_by_one(neighbours: &Neighbours, values: &[f64], rows: &[Vec<u32>], progress: &Progress) -> Option<Vec<Compared>> {
    let last = values.len() - 1;
    let of_one = |point: usize| {
        let observed = Observed::new(neighbours.sum(point, values));
        let value = |&other: &u32| if other as usize == point { values[last] } else { values[other as usize] };
        let mut compared = Compared { as_high: 0, as_low: 0 };
        for row in rows {
            let sum = neighbours.weights(point).zip(row).map(|(weight, other)| weight * value(other)).sum();
            compared.as_high += usize::from(observed.as_high(sum));
            compared.as_low += usize::from(observed.as_low(sum));
        }
        compared
    };
    one_after_another(values.len(), of_one, progress)
}

fn one_after_another(points: usize, of_one: impl Fn(usize) -> Compared + Sync, progress: &Progress) -> Option<Vec<Compared>> {
    let of_one = |point: usize| {
        if point.is_multiple_of(RUN) {
            progress.add(RUN.min(points - point));
        }
        (!progress.stopped()).then(|| of_one(point))
    };
    (0..points).into_par_iter().map(of_one).collect()
}

/// Sums that differ by rounding alone are ties.
struct Observed {
    sum: f64,
    rounding: f64,
}

impl Observed {
    fn new(sum: f64) -> Self {
        Self { sum, rounding: 1e-9 * (1.0 + sum.abs()) }
    }

    fn as_high(&self, other: f64) -> bool {
        other >= self.sum - self.rounding
    }

    fn as_low(&self, other: f64) -> bool {
        other <= self.sum + self.rounding
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Neighbourhood, Places};
    use super::*;

    #[test]
    fn rows_are_distinct_and_every_point_is_as_likely_at_every_place() {
        let mut seen = [[0_u32; 6]; 3];
        for number in 0..60_000 {
            let row = distinct(&mut Random::stream(4, number), 3, 6);
            assert!(row[0] != row[1] && row[1] != row[2] && row[0] != row[2]);
            row.iter().enumerate().for_each(|(place, &point)| seen[place][point as usize] += 1);
        }
        assert!(seen.iter().flatten().all(|count| (9_600..10_400).contains(count)), "{seen:?}");
    }

    #[test]
    fn the_short_cut_is_the_plain_way() {
        let mut random = Random::stream(8, 1);
        let points: Vec<(f64, f64)> = (0..60).map(|_| (random.fraction() * 9.0, (random.fraction() * 9.0).floor())).collect();
        let values: Vec<f64> = (0..60).map(|_| random.below(4) as f64).collect();
        for neighbourhood in [Neighbourhood::Nearest(5), Neighbourhood::Within(2.0), Neighbourhood::Within(0.01), Neighbourhood::Nearest(59)] {
            let neighbours = Neighbours::of(&Places::on_plane(&points).unwrap(), neighbourhood);
            let longest = (0..60).map(|point| neighbours.around(point).len()).max().unwrap();
            let rows: Vec<Vec<u32>> = (0..99).map(|number| distinct(&mut Random::stream(2, number), longest, 59)).collect();
            let progress = Progress::new(&|_, _| true, 60);
            let short = by_rank(&neighbours, &values, &rows, &progress);
            assert!(short.is_some() && short == one_by_one(&neighbours, &values, &rows, &progress));
        }
    }
}
