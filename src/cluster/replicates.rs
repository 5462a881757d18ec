//! Random data sets, all scanned at once. Knows counts at locations and lists of locations, no places.
//!
//! A window's ratio rises with its cases and falls with its base. So no ratio is computed while windows grow: it is enough to keep, for
//! each replicate, the most cases of any window with this base (Bernoulli: the bases are whole numbers) or the least base of any window with
//! these cases (Poisson). Both are exact. Replicates lie side by side in columns, so that a window grows in all of them by a few
//! vector instructions.

use std::{
    ops::AddAssign,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    likelihood::Likelihood,
    random::Random,
    scan::{Batch, Best, END, Windows, runs},
};

/// Replicates side by side.
const COLUMNS: usize = 64;

/// Random data sets under one model.
pub(super) trait Simulation: Sync {
    /// What is kept of the windows seen so far, for [`COLUMNS`] replicates.
    type Table: Send + Sync + Default;

    /// How many tables cover all replicates.
    fn tables(&self) -> usize;
    /// Grows the windows along a list of locations, in the replicates of one table.
    fn grow(&self, table: usize, kept: &mut Self::Table, order: &[u32]);
    fn merge(into: &mut Self::Table, other: &Self::Table);
    /// The greatest ratio of one replicate.
    fn greatest(kept: &Self::Table, column: usize, likelihood: &Likelihood) -> f64;
    fn replicates(&self) -> usize;
}

/// The best window of every centre, and the greatest ratio of every replicate.
pub(super) fn simulate<S: Simulation>(windows: &Windows, cases: &[usize], likelihood: &Likelihood, simulation: &S) -> (Vec<Option<Best>>, Vec<f64>) {
    // As many sets of tables as threads at work. What they hold is a maximum (or minimum): who merged first leaves no trace.
    let idle: Mutex<Vec<Vec<S::Table>>> = Mutex::new(Vec::new());
    let fresh = || (0..simulation.tables()).map(|_| S::Table::default()).collect::<Vec<_>>();
    let bests: Vec<Vec<Option<Best>>> = runs(windows.places.locations())
        .map(|centres| {
            let batch = Batch::of(windows, centres, cases, likelihood);
            let idle_set = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut set = idle_set.unwrap_or_else(fresh);
            for (number, kept) in set.iter_mut().enumerate() {
                batch.orders().for_each(|order| simulation.grow(number, kept, order));
            }
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(set);
            batch.bests
        })
        .collect();
    let mut sets = idle.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
    let mut all = sets.next().unwrap_or_else(fresh);
    for set in sets {
        all.iter_mut().zip(&set).for_each(|(into, other)| S::merge(into, other));
    }
    let greatest = (0..simulation.replicates()).into_par_iter().map(|number| S::greatest(&all[number / COLUMNS], number % COLUMNS, likelihood)).collect();
    (bests.into_iter().flatten().collect(), greatest)
}

/// Bernoulli replicates: which points are cases, drawn without putting back. Counts at a location fit into `L`, those of a window into `T`.
pub(super) struct Columns<L, T> {
    replicates: usize,
    weight: Vec<u32>,
    /// Cases at each location, per table.
    counts: Vec<Vec<[L; COLUMNS]>>,
    window: std::marker::PhantomData<T>,
}

impl<L: Copy + Default + AddAssign + From<u8> + Send + Sync, T> Columns<L, T> {
    pub(super) fn new(weight: Vec<u32>, cases: usize, replicates: usize, seed: u64) -> Self {
        let points: Vec<u32> = weight.iter().enumerate().flat_map(|(location, &points)| (0..points).map(move |_| location as u32)).collect();
        let table = |table: usize| {
            let mut counts = vec![[L::default(); COLUMNS]; weight.len()];
            let mut deck = points.clone();
            (0..COLUMNS.min(replicates - table * COLUMNS)).for_each(|column| {
                let mut random = Random::stream(seed, (table * COLUMNS + column) as u64);
                for dealt in 0..cases {
                    deck.swap(dealt, dealt + random.below(points.len() - dealt));
                    counts[deck[dealt] as usize][column] += L::from(1);
                }
            });
            counts
        };
        let counts = (0..replicates.div_ceil(COLUMNS)).into_par_iter().map(table).collect();
        Self { replicates, weight, counts, window: std::marker::PhantomData }
    }
}

impl<L, T> Simulation for Columns<L, T>
where
    L: Copy + Into<T> + Send + Sync,
    T: Copy + Default + Ord + AddAssign + Into<i64> + Send + Sync,
{
    /// By the points of a window: the most cases of any such window, per replicate.
    type Table = Vec<[T; COLUMNS]>;

    fn tables(&self) -> usize {
        self.counts.len()
    }

    fn grow(&self, table: usize, kept: &mut Self::Table, order: &[u32]) {
        let counts = &self.counts[table];
        let most: u32 = order.iter().map(|&flagged| self.weight[(flagged & !END) as usize]).sum();
        if kept.len() <= most as usize {
            kept.resize(most as usize + 1, [T::default(); COLUMNS]);
        }
        let mut inside = [T::default(); COLUMNS];
        let mut points = 0;
        for &flagged in order {
            let location = (flagged & !END) as usize;
            for (sum, &count) in inside.iter_mut().zip(&counts[location]) {
                *sum += count.into();
            }
            points += self.weight[location] as usize;
            if flagged & END != 0 {
                for (most, &sum) in kept[points].iter_mut().zip(&inside) {
                    *most = (*most).max(sum);
                }
            }
        }
    }

    fn merge(into: &mut Self::Table, other: &Self::Table) {
        into.resize(into.len().max(other.len()), [T::default(); COLUMNS]);
        for (row, other) in into.iter_mut().zip(other) {
            row.iter_mut().zip(other).for_each(|(most, &sum)| *most = (*most).max(sum));
        }
    }

    fn greatest(kept: &Self::Table, column: usize, likelihood: &Likelihood) -> f64 {
        let ranks = kept.iter().enumerate().skip(1).map(|(points, row)| {
            let cases: i64 = row[column].into();
            likelihood.rank(cases as usize, points as f64)
        });
        ranks.fold(0.0, f64::max)
    }

    fn replicates(&self) -> usize {
        self.replicates
    }
}

/// Poisson replicates: every case falls on a location with a chance proportional to its base.
pub(super) struct Least {
    replicates: usize,
    base: Vec<f64>,
    counts: Vec<Vec<[u32; COLUMNS]>>,
}

impl Least {
    pub(super) fn new(base: Vec<f64>, cases: usize, replicates: usize, seed: u64) -> Self {
        let up_to: Vec<f64> = base
            .iter()
            .scan(0.0, |sum, share| {
                *sum += share;
                Some(*sum)
            })
            .collect();
        let all = up_to.last().copied().unwrap_or(0.0);
        let table = |table: usize| {
            let mut counts = vec![[0_u32; COLUMNS]; base.len()];
            (0..COLUMNS.min(replicates - table * COLUMNS)).for_each(|column| {
                let mut random = Random::stream(seed, (table * COLUMNS + column) as u64);
                for _ in 0..cases {
                    let falls = random.fraction() * all;
                    // Rounding may let the last case fall beyond the end.
                    let location = up_to.partition_point(|&end| end <= falls).min(base.len() - 1);
                    counts[location][column] += 1;
                }
            });
            counts
        };
        let counts = (0..replicates.div_ceil(COLUMNS)).into_par_iter().map(table).collect();
        Self { replicates, base, counts }
    }
}

impl Simulation for Least {
    /// By the cases of a window: the least base of any such window, per replicate.
    type Table = Vec<[f64; COLUMNS]>;

    fn tables(&self) -> usize {
        self.counts.len()
    }

    fn grow(&self, table: usize, kept: &mut Self::Table, order: &[u32]) {
        let counts = &self.counts[table];
        let mut inside = [0_u32; COLUMNS];
        let mut base = 0.0;
        for &flagged in order {
            let location = (flagged & !END) as usize;
            inside.iter_mut().zip(&counts[location]).for_each(|(sum, count)| *sum += count);
            base += self.base[location];
            if flagged & END == 0 {
                continue;
            }
            let most = inside.iter().fold(0, |most, &sum| most.max(sum)) as usize;
            if kept.len() <= most {
                kept.resize(most + 1, [f64::INFINITY; COLUMNS]);
            }
            for (column, &sum) in inside.iter().enumerate() {
                let least = &mut kept[sum as usize][column];
                *least = least.min(base);
            }
        }
    }

    fn merge(into: &mut Self::Table, other: &Self::Table) {
        into.resize(into.len().max(other.len()), [f64::INFINITY; COLUMNS]);
        for (row, other) in into.iter_mut().zip(other) {
            row.iter_mut().zip(other).for_each(|(least, &base)| *least = least.min(base));
        }
    }

    fn greatest(kept: &Self::Table, column: usize, likelihood: &Likelihood) -> f64 {
        let seen = kept.iter().enumerate().skip(1).filter(|(_, row)| row[column].is_finite() && row[column] > 0.0);
        seen.map(|(cases, row)| likelihood.rank(cases, row[column])).fold(0.0, f64::max)
    }

    fn replicates(&self) -> usize {
        self.replicates
    }
}
