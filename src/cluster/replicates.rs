//! Random data sets, all scanned at once. Knows counts at locations and lists of locations, no places.

use std::{
    ops::Range,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    best::Best,
    columns::{Greatest, Hurdle, Layout, Look, Sheet},
    counts::Counts,
    leaps::{List, spans},
    likelihood::Rates,
    models::Model,
    progress::Progress,
    windows::{Search, Windows},
};

/// Replicates side by side.
pub(super) const COLUMNS: usize = 128;

/// Random data sets under one model.
pub(super) struct Simulation<'a, M> {
    pub model: &'a M,
    pub rates: Rates,
    pub replicates: usize,
    pub seed: u64,
    /// In time, the number of steps and the longest span: then the model's cells are locations by step.
    pub spans: Option<(usize, usize)>,
}

impl<M: Model> Simulation<'_, M> {
    /// The numbers of the replicates in some sheets.
    fn numbers(&self, sheets: Range<usize>) -> Range<usize> {
        let end = |sheet: usize| (sheet * COLUMNS).min(self.replicates);
        end(sheets.start)..end(sheets.end)
    }

    /// The lists along which the windows of one shape around a centre grow, given its locations by distance.
    fn lists(&self, layout: &Layout, class: usize, order: &[u32]) -> Vec<List> {
        let orders = match self.spans {
            None => vec![order.to_vec()],
            Some((all, most)) => spans(order, all, most, |cell| self.model.base(cell) > 0.0),
        };
        orders.into_iter().map(|order| List::new(self.model, layout, class, order)).collect()
    }
}

/// The best window of every centre (in a round without `counts`, none), and the greatest ratio of every replicate of some sheets.
///
/// A few centres go first, then more: what is greatest there is a hurdle for the rest, and most of their windows need not be looked at. No
/// window above the hurdle is left out, so the answer is exact.
pub(super) fn simulate<C: Counts, M: Model>(
    windows: &Windows,
    counts: Option<&C>,
    simulation: &Simulation<M>,
    sheets: Range<usize>,
    progress: &Progress,
) -> (Vec<Option<Best>>, Vec<f64>) {
    /// A centre goes in the first of these rounds whose number divides its own.
    const ROUNDS: [usize; 3] = [256, 16, 1];
    let numbers = simulation.numbers(sheets.clone());
    let layout = if numbers.is_empty() { Layout::default() } else { Layout::new(&simulation.model.heights(numbers.clone(), simulation.seed)) };
    let deal = |sheet: usize| Sheet::deal(simulation.model, &layout, simulation.numbers(sheet..sheet + 1), simulation.seed);
    let dealt: Vec<Sheet> = sheets.into_par_iter().map(deal).collect();
    let mut greatest: Vec<Greatest> = vec![[0.0; COLUMNS]; dealt.len()];
    let mut bests = vec![None; windows.places.locations()];
    let mut left: Vec<usize> = (0..bests.len()).collect();
    for divisor in ROUNDS {
        let (centres, later) = left.into_iter().partition::<Vec<_>, _>(|centre| centre % divisor == 0);
        left = later;
        let least = greatest.concat().into_iter().take(numbers.len()).fold(f64::INFINITY, f64::min);
        let hurdle = |counts_for: &f64| Hurdle::new(simulation.model, simulation.rates, least / counts_for, windows.most_base);
        let hurdles: Vec<Hurdle> = if dealt.is_empty() { Vec::new() } else { windows.counts_for.par_iter().map(hurdle).collect() };
        let found = look(windows, counts, simulation, (&layout, &dealt, &hurdles), &centres, &mut greatest, progress);
        centres.into_iter().zip(found).for_each(|(centre, best)| bests[centre] = best);
    }
    (bests, greatest.concat().into_iter().take(numbers.len()).collect())
}

/// Looks at the windows of some centres: gives the best window of each and raises what is greatest in the replicates.
fn look<C: Counts, M: Model>(
    windows: &Windows,
    counts: Option<&C>,
    simulation: &Simulation<M>,
    (layout, dealt, hurdles): (&Layout, &[Sheet], &[Hurdle]),
    centres: &[usize],
    all: &mut Vec<Greatest>,
    progress: &Progress,
) -> Vec<Option<Best>> {
    let run = if windows.shapes.len() == 1 && simulation.spans.is_none() { 32 } else { 1 };
    // As many as threads at work. What they hold is a maximum: who merged first leaves no trace.
    let idle: Mutex<Vec<Vec<Greatest>>> = Mutex::new(Vec::new());
    let of_run = |centres: &[usize]| {
        if progress.stopped() {
            return vec![None; centres.len()];
        }
        let mut search = Search::new(windows);
        let (mut lists, mut bests) = (Vec::new(), Vec::new());
        for &centre in centres {
            let mut best = None;
            for shape in 0..windows.shapes.len() {
                let (near, order) = search.around(windows, centre, shape);
                if let Some(counts) = counts {
                    best = Best::better(best, Best::of(windows, counts, shape, near, order));
                }
                if !dealt.is_empty() {
                    lists.extend(simulation.lists(layout, windows.shapes[shape].class, order));
                }
            }
            bests.push(best);
        }
        let idle_set = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut set = idle_set.unwrap_or_else(|| all.clone());
        for (sheet, greatest) in dealt.iter().zip(&mut set) {
            for list in &lists {
                // Of ellipses and many replicates one centre alone is long work.
                if progress.stopped() {
                    break;
                }
                let (hurdle, counts_for) = (&hurdles[list.class], windows.counts_for[list.class]);
                Look { model: simulation.model, rates: simulation.rates, layout, sheet, hurdle, counts_for }.grow(list, greatest);
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
        all.iter_mut().zip(&set).for_each(|(into, other)| into.iter_mut().zip(other).for_each(|(greatest, &ratio)| *greatest = greatest.max(ratio)));
    }
    bests
}
