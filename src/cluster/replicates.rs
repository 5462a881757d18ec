//! Random data sets, all scanned at once. Knows counts at locations and lists of locations, no places.
//!
//! A window's ratio rises with its cases and falls with its base. So no ratio is computed while windows grow: it is enough to keep, for
//! each replicate, the most cases of any window with this base (Bernoulli: the bases are whole numbers) or the least base of any window with
//! these cases (Poisson). Both are exact. Replicates lie side by side in columns, so that a window grows in all of them by a few
//! vector instructions.

use std::{
    ops::{AddAssign, Range},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use rayon::prelude::*;

use super::{
    best::Best,
    counts::{Counts, Deal},
    cylinders::{falls_on, running_sums},
    likelihood::{Likelihood, Rates, Side},
    random::Random,
    windows::{END, Search, Windows, runs},
};

/// Replicates side by side.
pub(super) const COLUMNS: usize = 64;

/// Random data sets under one model.
pub(super) trait Simulation: Sync {
    /// [`COLUMNS`] replicates.
    type Data: Send + Sync;
    /// What is kept of the windows seen so far, for as many.
    type Table: Send + Sync + Default;

    fn replicates(&self) -> usize;
    /// The replicates from `table * COLUMNS` on.
    fn deal(&self, table: usize) -> Self::Data;
    /// Grows the windows along a list of locations.
    fn grow(&self, data: &Self::Data, kept: &mut Self::Table, order: &[u32]);
    fn merge(into: &mut Self::Table, other: &Self::Table);
    /// The greatest ratio of one replicate.
    fn greatest(&self, kept: &Self::Table, column: usize) -> f64;
}

/// How far the work is, and whether whoever asked still wants it.
pub(super) struct Progress<'a> {
    going: &'a (dyn Fn(usize, usize) -> bool + Sync),
    done: AtomicUsize,
    of: usize,
    stopped: AtomicBool,
}

impl<'a> Progress<'a> {
    pub(super) fn new(going: &'a (dyn Fn(usize, usize) -> bool + Sync), of: usize) -> Self {
        Self { going, done: AtomicUsize::new(0), of, stopped: AtomicBool::new(false) }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn add(&self, done: usize) {
        let done = self.done.fetch_add(done, Ordering::Relaxed) + done;
        if !(self.going)(done.min(self.of), self.of) {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }
}

/// The best window of every centre (in a round without `counts`, none), and the greatest ratio of every replicate of some tables.
pub(super) fn simulate<C: Counts, S: Simulation>(
    windows: &Windows,
    counts: Option<&C>,
    simulation: &S,
    tables: Range<usize>,
    progress: &Progress,
) -> (Vec<Option<Best>>, Vec<f64>) {
    let dealt: Vec<S::Data> = tables.clone().into_par_iter().map(|table| simulation.deal(table)).collect();
    let classes = windows.counts_for.len();
    // As many sets of tables as threads at work. What they hold is a maximum (or minimum): who merged first leaves no trace.
    let idle: Mutex<Vec<Vec<S::Table>>> = Mutex::new(Vec::new());
    let fresh = || (0..dealt.len() * classes).map(|_| S::Table::default()).collect::<Vec<_>>();
    let bests: Vec<Vec<Option<Best>>> = runs(windows)
        .map(|centres| {
            if progress.stopped() {
                return Vec::new();
            }
            let mut search = Search::new(windows);
            let (mut orders, mut lists, mut bests) = (Vec::new(), Vec::new(), Vec::new());
            let all = centres.len();
            for centre in centres {
                let mut best = None;
                for shape in 0..windows.shapes.len() {
                    let (near, order) = search.around(windows, centre, shape);
                    if let Some(counts) = counts {
                        best = Best::better(best, Best::of(windows, counts, shape, near, order));
                    }
                    let from = orders.len();
                    orders.extend_from_slice(order);
                    lists.push((from..orders.len(), windows.shapes[shape].class));
                }
                bests.push(best);
            }
            let idle_set = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut set = idle_set.unwrap_or_else(fresh);
            for (data, kept) in dealt.iter().zip(set.chunks_exact_mut(classes)) {
                lists.iter().for_each(|(list, class)| simulation.grow(data, &mut kept[*class], &orders[list.clone()]));
            }
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(set);
            progress.add(all * dealt.len().max(1));
            bests
        })
        .collect();
    let mut sets = idle.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter();
    let mut all = sets.next().unwrap_or_else(fresh);
    for set in sets {
        all.iter_mut().zip(&set).for_each(|(into, other)| S::merge(into, other));
    }
    let replicates = (tables.end * COLUMNS).min(simulation.replicates()).saturating_sub(tables.start * COLUMNS);
    let greatest = |number: usize| {
        let kept = &all[number / COLUMNS * classes..][..classes];
        kept.iter().zip(&windows.counts_for).map(|(kept, counts_for)| simulation.greatest(kept, number % COLUMNS) * counts_for).fold(0.0, f64::max)
    };
    (bests.into_iter().flatten().collect(), (0..replicates).into_par_iter().map(greatest).collect())
}

/// Replicates of any model, each window judged by itself: no shortcut, for models with more than two counts.
pub(super) struct Each<'a, C> {
    pub observed: &'a C,
    pub replicates: usize,
    pub seed: u64,
}

impl<C: Deal> Simulation for Each<'_, C> {
    type Data = Vec<C>;
    /// The greatest ratio so far, per replicate.
    type Table = Vec<f64>;

    fn replicates(&self) -> usize {
        self.replicates
    }

    fn deal(&self, table: usize) -> Vec<C> {
        let numbers = table * COLUMNS..((table + 1) * COLUMNS).min(self.replicates);
        numbers.map(|number| self.observed.deal(&mut Random::stream(self.seed, number as u64))).collect()
    }

    fn grow(&self, data: &Vec<C>, kept: &mut Vec<f64>, order: &[u32]) {
        kept.resize(data.len(), 0.0);
        for (counts, greatest) in data.iter().zip(kept) {
            let mut sum = counts.empty();
            for &flagged in order {
                counts.add(&mut sum, (flagged & !END) as usize);
                if flagged & END != 0 {
                    *greatest = greatest.max(counts.rank(&sum).ratio);
                }
            }
        }
    }

    fn merge(into: &mut Vec<f64>, other: &Vec<f64>) {
        into.resize(into.len().max(other.len()), 0.0);
        into.iter_mut().zip(other).for_each(|(greatest, &ratio)| *greatest = greatest.max(ratio));
    }

    fn greatest(&self, kept: &Vec<f64>, column: usize) -> f64 {
        kept.get(column).copied().unwrap_or(0.0)
    }
}

/// Bernoulli replicates: which points are cases, drawn without putting back. Counts at a location fit into `L`, those of a window into `T`.
pub(super) struct Columns<'a, L, T> {
    pub weight: &'a [u32],
    pub cases: usize,
    pub likelihood: &'a Likelihood,
    pub rates: Rates,
    pub replicates: usize,
    pub seed: u64,
    pub counts: std::marker::PhantomData<(L, T)>,
}

/// By the points of a window: the most cases of any such window, and the most points that are none, per replicate.
pub(super) struct Most<T> {
    cases: Vec<[T; COLUMNS]>,
    others: Vec<[T; COLUMNS]>,
}

impl<T> Default for Most<T> {
    fn default() -> Self {
        Self { cases: Vec::new(), others: Vec::new() }
    }
}

impl<L, T> Simulation for Columns<'_, L, T>
where
    L: Copy + Default + AddAssign + From<u8> + Into<T> + Send + Sync,
    T: Copy + Default + Ord + AddAssign + std::ops::Sub<Output = T> + TryFrom<usize> + Into<i64> + Send + Sync,
{
    /// Cases at each location.
    type Data = Vec<[L; COLUMNS]>;
    type Table = Most<T>;

    fn replicates(&self) -> usize {
        self.replicates
    }

    fn deal(&self, table: usize) -> Self::Data {
        let mut deck: Vec<u32> = self.weight.iter().enumerate().flat_map(|(location, &points)| std::iter::repeat_n(location as u32, points as usize)).collect();
        let points = deck.clone();
        let mut counts = vec![[L::default(); COLUMNS]; self.weight.len()];
        for column in 0..COLUMNS.min(self.replicates - table * COLUMNS) {
            deck.copy_from_slice(&points);
            let mut random = Random::stream(self.seed, (table * COLUMNS + column) as u64);
            for dealt in 0..self.cases {
                let left = deck.len() - dealt;
                deck.swap(dealt, dealt + random.below(left));
                counts[deck[dealt] as usize][column] += L::from(1);
            }
        }
        counts
    }

    fn grow(&self, counts: &Self::Data, kept: &mut Most<T>, order: &[u32]) {
        let most: u32 = order.iter().map(|&flagged| self.weight[(flagged & !END) as usize]).sum();
        let rows = most as usize + 1;
        let (high, low) = (self.rates.include(Side::High), self.rates.include(Side::Low));
        let lengthen = |table: &mut Vec<[T; COLUMNS]>| table.resize(table.len().max(rows), [T::default(); COLUMNS]);
        if high {
            lengthen(&mut kept.cases);
        }
        if low {
            lengthen(&mut kept.others);
        }
        let mut inside = [T::default(); COLUMNS];
        let mut points = 0;
        for &flagged in order {
            let location = (flagged & !END) as usize;
            for (sum, &count) in inside.iter_mut().zip(&counts[location]) {
                *sum += count.into();
            }
            points += self.weight[location] as usize;
            if flagged & END == 0 {
                continue;
            }
            if high {
                for (most, &sum) in kept.cases[points].iter_mut().zip(&inside) {
                    *most = (*most).max(sum);
                }
            }
            if low && let Ok(all) = T::try_from(points) {
                for (most, &sum) in kept.others[points].iter_mut().zip(&inside) {
                    *most = (*most).max(all - sum);
                }
            }
        }
    }

    fn merge(into: &mut Most<T>, other: &Most<T>) {
        for (into, other) in [(&mut into.cases, &other.cases), (&mut into.others, &other.others)] {
            into.resize(into.len().max(other.len()), [T::default(); COLUMNS]);
            for (row, other) in into.iter_mut().zip(other) {
                row.iter_mut().zip(other).for_each(|(most, &sum)| *most = (*most).max(sum));
            }
        }
    }

    fn greatest(&self, kept: &Most<T>, column: usize) -> f64 {
        let count = |row: &[T; COLUMNS]| {
            let count: i64 = row[column].into();
            count as usize
        };
        let high = kept.cases.iter().enumerate().skip(1).map(|(points, row)| self.likelihood.rank(count(row), points as f64, Side::High));
        let low = kept.others.iter().enumerate().skip(1).filter(|(_, row)| count(row) > 0);
        let low = low.map(|(points, row)| self.likelihood.rank(points - count(row), points as f64, Side::Low));
        high.chain(low).fold(0.0, f64::max)
    }
}

/// Poisson replicates: every case falls on a location with a chance proportional to its base.
pub(super) struct Least<'a> {
    base: &'a [f64],
    up_to: Vec<f64>,
    cases: usize,
    likelihood: &'a Likelihood,
    rates: Rates,
    replicates: usize,
    seed: u64,
}

impl<'a> Least<'a> {
    pub(super) fn new(base: &'a [f64], cases: usize, likelihood: &'a Likelihood, rates: Rates, replicates: usize, seed: u64) -> Self {
        Self { base, up_to: running_sums(base), cases, likelihood, rates, replicates, seed }
    }
}

/// By the cases of a window: the least base of any such window, and the greatest, per replicate.
#[derive(Default)]
pub(super) struct Bases {
    least: Vec<[f64; COLUMNS]>,
    most: Vec<[f64; COLUMNS]>,
}

impl Simulation for Least<'_> {
    /// Cases at each location.
    type Data = Vec<[u32; COLUMNS]>;
    type Table = Bases;

    fn replicates(&self) -> usize {
        self.replicates
    }

    fn deal(&self, table: usize) -> Self::Data {
        let mut counts = vec![[0_u32; COLUMNS]; self.base.len()];
        for column in 0..COLUMNS.min(self.replicates - table * COLUMNS) {
            let mut random = Random::stream(self.seed, (table * COLUMNS + column) as u64);
            (0..self.cases).for_each(|_| counts[falls_on(&self.up_to, &mut random)][column] += 1);
        }
        counts
    }

    fn grow(&self, counts: &Self::Data, kept: &mut Bases, order: &[u32]) {
        let (high, low) = (self.rates.include(Side::High), self.rates.include(Side::Low));
        let mut inside = [0_u32; COLUMNS];
        let mut base = 0.0;
        for &flagged in order {
            let location = (flagged & !END) as usize;
            inside.iter_mut().zip(&counts[location]).for_each(|(sum, count)| *sum += count);
            base += self.base[location];
            if flagged & END == 0 {
                continue;
            }
            let rows = inside.iter().fold(0, |most, &sum| most.max(sum)) as usize + 1;
            if high {
                kept.least.resize(kept.least.len().max(rows), [f64::INFINITY; COLUMNS]);
                for (column, &sum) in inside.iter().enumerate() {
                    let least = &mut kept.least[sum as usize][column];
                    *least = least.min(base);
                }
            }
            if low {
                kept.most.resize(kept.most.len().max(rows), [0.0; COLUMNS]);
                for (column, &sum) in inside.iter().enumerate() {
                    let most = &mut kept.most[sum as usize][column];
                    *most = most.max(base);
                }
            }
        }
    }

    fn merge(into: &mut Bases, other: &Bases) {
        into.least.resize(into.least.len().max(other.least.len()), [f64::INFINITY; COLUMNS]);
        for (row, other) in into.least.iter_mut().zip(&other.least) {
            row.iter_mut().zip(other).for_each(|(least, &base)| *least = least.min(base));
        }
        into.most.resize(into.most.len().max(other.most.len()), [0.0; COLUMNS]);
        for (row, other) in into.most.iter_mut().zip(&other.most) {
            row.iter_mut().zip(other).for_each(|(most, &base)| *most = most.max(base));
        }
    }

    fn greatest(&self, kept: &Bases, column: usize) -> f64 {
        let ranks = |rows: &[[f64; COLUMNS]], side: Side| {
            let seen = rows.iter().enumerate().filter(|(_, row)| row[column].is_finite() && row[column] > 0.0);
            seen.map(|(cases, row)| self.likelihood.rank(cases, row[column], side)).fold(0.0, f64::max)
        };
        ranks(&kept.least, Side::High).max(ranks(&kept.most, Side::Low))
    }
}
