//! Replicates of the Poisson model, side by side. Knows counts at locations and lists of locations, no places.
//!
//! As with the Bernoulli model no ratio is computed while windows grow: it is enough to keep, for each replicate, the least base of any window
//! with so many cases.

use super::{
    cylinders::{falls_on, running_sums},
    likelihood::{Likelihood, Rates, Side},
    replicates::{COLUMNS, Simulation},
    windows::END,
};
use crate::random::Random;

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
        (0..COLUMNS.min(self.replicates - table * COLUMNS)).for_each(|column| {
            let mut random = Random::stream(self.seed, (table * COLUMNS + column) as u64);
            (0..self.cases).for_each(|_| counts[falls_on(&self.up_to, &mut random)][column] += 1);
        });
        counts
    }

    type Hurdle = ();

    fn hurdle(&self, _: &Bases) {}

    fn grow(&self, counts: &Self::Data, kept: &mut Bases, order: &[u32], _: Option<&()>) {
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
