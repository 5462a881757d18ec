//! Conditional permutation: a point keeps its value, its neighbours' values are drawn from all others. Knows values and lists of neighbours.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{
    neighbours::Neighbours,
    progress::{Going, Progress},
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

/// Numbers that the rows of one block of replicates hold together: with their sums and their order 32 B each, 64 MB in all, however many
/// replicates and neighbours there are. A block has at least one row.
const HELD: usize = 2_000_000;

/// How the sum over a point's neighbours compares with the replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    let longest = (0..values.len()).map(|point| neighbours.around(point).len()).max().unwrap_or(0);
    in_blocks(neighbours, values, permutations, (longest, rows_at_once(longest)), going)
}

/// Rows of so many numbers that are held at once.
fn rows_at_once(longest: usize) -> usize {
    (HELD / (longest + 1)).max(1)
}

/// Given how long rows are, and how many are held at once.
fn in_blocks(
    neighbours: &Neighbours,
    values: &[f64],
    Permutations { replicates, seed }: Permutations,
    (longest, at_once): (usize, usize),
    going: Going,
) -> Result<Vec<Compared>, NothingToTest> {
    let all = values.len();
    let progress = Progress::new(going, replicates + replicates.div_ceil(at_once) * all);
    let row = |number: usize| {
        progress.add(1);
        if progress.stopped() { Vec::new() } else { distinct(&mut Random::stream(seed, number as u64), longest, all - 1) }
    };
    let mut compared = vec![Compared::default(); all];
    for from in (0..replicates).step_by(at_once) {
        let rows: Vec<Vec<u32>> = (from..replicates.min(from + at_once)).into_par_iter().map(row).collect();
        if progress.stopped() {
            return Err(NothingToTest::Stopped);
        }
        let block = if neighbours.plain() { by_rank(neighbours, values, &rows, &progress) } else { one_by_one(neighbours, values, &rows, &progress) };
        for (compared, block) in compared.iter_mut().zip(block.ok_or(NothingToTest::Stopped)?) {
            compared.as_high += block.as_high;
            compared.as_low += block.as_low;
        }
    }
    Ok(compared)
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
    // The sum of the first k of every row, for every k that some point has: by row, and for each k in order.
    let lengths: Vec<usize> = (0..values.len()).map(|point| neighbours.around(point).len()).collect::<BTreeSet<_>>().into_iter().collect();
    let by_row: Vec<Vec<f64>> = rows.par_iter().map(|row| running_sums(row, values, &lengths)).collect();
    let in_order = |length: usize| {
        progress.add(0);
        if progress.stopped() {
            return None;
        }
        let mut sums: Vec<f64> = by_row.iter().map(|sums| sums[length]).collect();
        sums.sort_unstable_by(f64::total_cmp);
        Some(sums)
    };
    let sorted: Option<Vec<Vec<f64>>> = (0..lengths.len()).into_par_iter().map(in_order).collect();
    let sorted = sorted?;
    // Where a point stands in the rows, as (point, row, place).
    let mut stands: Vec<(u32, u32, u32)> =
        rows.iter().enumerate().flat_map(|(row, others)| others.iter().enumerate().map(move |(place, &other)| (other, row as u32, place as u32))).collect();
    stands.par_sort_unstable();
    let of_one = |point: usize| {
        let k = neighbours.around(point).len();
        let length = lengths.partition_point(|&shorter| shorter < k);
        let sorted = &sorted[length];
        let observed = Observed::new(neighbours.sum(point, values));
        let mut high = sorted.len() - sorted.partition_point(|&sum| !observed.as_high(sum));
        let mut low = sorted.partition_point(|&sum| observed.as_low(sum));
        let from = stands.partition_point(|stand| stand.0 < point as u32);
        for &(_, row, place) in stands[from..].iter().take_while(|stand| stand.0 == point as u32) {
            if (place as usize) < k {
                let shared = by_row[row as usize][length];
                let own = shared - values[point] + values[last];
                high = high + usize::from(observed.as_high(own)) - usize::from(observed.as_high(shared));
                low = low + usize::from(observed.as_low(own)) - usize::from(observed.as_low(shared));
            }
        }
        Compared { as_high: high, as_low: low }
    };
    progress.of_each(values.len(), of_one)
}

/// The sums of the first so many values of a row, for rising lengths.
fn running_sums(row: &[u32], values: &[f64], lengths: &[usize]) -> Vec<f64> {
    let (mut sum, mut summed) = (0.0, 0);
    let mut to = |length: usize| {
        row[summed..length].iter().for_each(|&other| sum += values[other as usize]);
        summed = length;
        sum
    };
    lengths.iter().map(|&length| to(length)).collect()
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
    progress.of_each(values.len(), of_one)
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
    fn blocks_of_replicates_add_up_and_none_holds_more_than_its_share() {
        let mut random = Random::stream(6, 1);
        let points: Vec<(f64, f64)> = (0..50).map(|_| (random.fraction() * 9.0, random.fraction() * 9.0)).collect();
        let values: Vec<f64> = (0..50).map(|_| random.fraction()).collect();
        let near = Neighbours::of(&Places::on_plane(&points).unwrap(), Neighbourhood::Within(3.0));
        let longest = (0..50).map(|point| near.around(point).len()).max().unwrap();
        let lists: Vec<Vec<(u32, f64)>> = (0..50).map(|point| near.around(point).iter().map(|&other| (other, 0.5)).collect()).collect();
        for neighbours in [near, Neighbours::given(&lists).unwrap()] {
            let permutations = Permutations { replicates: 99, seed: 2 };
            let all = |at_once| in_blocks(&neighbours, &values, permutations, (longest, at_once), &|_, _| true).unwrap();
            let whole = all(99);
            assert!([1, 7, 98, 1_000].into_iter().all(|at_once| all(at_once) == whole));
            assert_eq!(compared(&neighbours, &values, permutations, &|_, _| true), Ok(whole));
        }
        for longest in [0, 1, 8, 6_300, 199_999] {
            assert!(rows_at_once(longest) >= 1 && rows_at_once(longest) * (longest + 1) <= HELD);
        }
        assert_eq!(rows_at_once(HELD * 2), 1);
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
