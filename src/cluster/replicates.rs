//! Random data sets, all scanned at once. Knows counts at locations and lists of locations, no places.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    best::Best,
    counts::{Counts, Deal},
    progress::Progress,
    windows::{END, Search, Windows},
};
use crate::random::Random;

/// Replicates side by side.
pub(super) const COLUMNS: usize = 128;

/// Random data sets under one model.
pub(super) trait Simulation: Sync {
    /// [`COLUMNS`] replicates.
    type Data: Send + Sync;
    /// What is kept of the windows seen so far, for as many.
    type Table: Send + Sync + Default;

    fn replicates(&self) -> usize;
    /// The replicates from `table * COLUMNS` on.
    fn deal(&self, table: usize) -> Self::Data;
    /// What a window must pass to change what is kept in the end.
    type Hurdle: Send + Sync;
    fn hurdle(&self, kept: &Self::Table) -> Self::Hurdle;
    /// Grows the windows along a list of locations; with a hurdle, those that cannot pass it may be left out.
    fn grow(&self, data: &Self::Data, kept: &mut Self::Table, order: &[u32], hurdle: Option<&Self::Hurdle>);
    fn merge(into: &mut Self::Table, other: &Self::Table);
    /// The greatest ratio of one replicate.
    fn greatest(&self, kept: &Self::Table, column: usize) -> f64;
}

/// The best window of every centre (in a round without `counts`, none), and the greatest ratio of every replicate of some tables.
///
/// One centre in sixteen goes first: what is greatest there is a hurdle for the rest, and most of their windows need not be looked at. No
/// window above the hurdle is left out, so the answer is exact.
pub(super) fn simulate<C: Counts, S: Simulation>(
    windows: &Windows,
    counts: Option<&C>,
    simulation: &S,
    tables: Range<usize>,
    progress: &Progress,
) -> (Vec<Option<Best>>, Vec<f64>) {
    const FIRST: usize = 16;
    let dealt: Vec<S::Data> = tables.clone().into_par_iter().map(|table| simulation.deal(table)).collect();
    let classes = windows.counts_for.len();
    let mut all: Vec<S::Table> = (0..dealt.len() * classes).map(|_| S::Table::default()).collect();
    let mut bests = vec![None; windows.places.locations()];
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..bests.len()).partition(|centre| centre % FIRST == 0);
    let found = look(windows, counts, simulation, &dealt, (&first, None), &mut all, progress);
    first.into_iter().zip(found).for_each(|(centre, best)| bests[centre] = best);
    let hurdles: Vec<S::Hurdle> = all.par_iter().map(|kept| simulation.hurdle(kept)).collect();
    let found = look(windows, counts, simulation, &dealt, (&rest, Some(&hurdles)), &mut all, progress);
    rest.into_iter().zip(found).for_each(|(centre, best)| bests[centre] = best);
    let replicates = (tables.end * COLUMNS).min(simulation.replicates()).saturating_sub(tables.start * COLUMNS);
    let greatest = |number: usize| {
        let kept = &all[number / COLUMNS * classes..][..classes];
        kept.iter().zip(&windows.counts_for).map(|(kept, counts_for)| simulation.greatest(kept, number % COLUMNS) * counts_for).fold(0.0, f64::max)
    };
    (bests, (0..replicates).into_par_iter().map(greatest).collect())
}

/// Looks at the windows of some centres: gives the best window of each and merges what the replicates keep into `all`.
fn look<C: Counts, S: Simulation>(
    windows: &Windows,
    counts: Option<&C>,
    simulation: &S,
    dealt: &[S::Data],
    (centres, hurdles): (&[usize], Option<&[S::Hurdle]>),
    all: &mut [S::Table],
    progress: &Progress,
) -> Vec<Option<Best>> {
    let classes = windows.counts_for.len();
    let run = if windows.shapes.len() == 1 { 32 } else { 1 };
    // As many sets of tables as threads at work. What they hold is a maximum (or minimum): who merged first leaves no trace.
    let idle: Mutex<Vec<Vec<S::Table>>> = Mutex::new(Vec::new());
    let fresh = || (0..all.len()).map(|_| S::Table::default()).collect::<Vec<_>>();
    let of_run = |centres: &[usize]| {
        if progress.stopped() {
            return vec![None; centres.len()];
        }
        let mut search = Search::new(windows);
        let (mut orders, mut lists, mut bests) = (Vec::new(), Vec::new(), Vec::new());
        for &centre in centres {
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
        for (table, data) in dealt.iter().enumerate() {
            for (list, class) in &lists {
                // Of ellipses and many replicates one centre alone is long work.
                if progress.stopped() {
                    break;
                }
                let at = table * classes + class;
                simulation.grow(data, &mut set[at], &orders[list.clone()], hurdles.map(|hurdles| &hurdles[at]));
            }
            progress.add(centres.len());
        }
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(set);
        if dealt.is_empty() {
            progress.add(centres.len());
        }
        bests
    };
    let bests = centres.par_chunks(run).flat_map_iter(of_run).collect();
    for set in idle.into_inner().unwrap_or_else(PoisonError::into_inner) {
        all.iter_mut().zip(&set).for_each(|(into, other)| S::merge(into, other));
    }
    bests
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

    type Hurdle = ();

    fn hurdle(&self, _: &Vec<f64>) {}

    fn grow(&self, data: &Vec<C>, kept: &mut Vec<f64>, order: &[u32], _: Option<&()>) {
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
