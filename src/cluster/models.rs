//! What replicates are: how chance deals them, and how strongly a window of one speaks for a cluster. Knows counts in cells, no places.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    cylinders::{falls_on, running_sums},
    likelihood::{Likelihood, Side},
};
use crate::random::Random;

/// A model under which cases are dealt over cells: locations, or locations by step of time. Of ordered categories every cut between two is
/// counted: the points above it.
pub(super) trait Model: Sync {
    /// How many counts a window is judged by.
    fn cuts(&self) -> usize {
        1
    }
    fn cells(&self) -> usize;
    fn base(&self, cell: usize) -> f64;
    /// The most cases that any cell has in any of these replicates, or more.
    fn heights(&self, numbers: Range<usize>, seed: u64) -> Vec<u32>;
    /// Deals one replicate: tells the cell of every case, and of how many cuts it is one, from the first.
    fn deal(&self, random: &mut Random, put: &mut dyn FnMut(usize, usize));
    /// Cases above a cut that a base would have at the rate of the whole.
    fn expected(&self, cut: usize, base: f64) -> f64;
    /// About their standard deviation: it decides how long leaps are, no answer depends on it.
    fn deviation(&self, cut: usize, base: f64) -> f64;
    /// The log-likelihood ratio of a window with so many cases above each cut, 0 where its rate is not on this side.
    fn ratio(&self, held: &[u32], base: f64, side: Side) -> f64;
    /// No window has a greater ratio that has at most these cases above every cut and at least this base; of few cases: that has at least
    /// these cases and at most this base.
    fn bound(&self, held: &[u32], base: f64, side: Side) -> f64;
}

/// Points that are cases or not, drawn without putting back; or cases that fall on cells with a chance proportional to their base.
pub(super) struct Dealing<'a> {
    base: &'a [f64],
    cases: usize,
    likelihood: &'a Likelihood,
    /// Bernoulli: the cell of every point. Poisson: empty.
    deck: Vec<u32>,
    /// Poisson: the sums of the base up to each cell.
    up_to: Vec<f64>,
}

impl<'a> Dealing<'a> {
    pub(super) fn new(base: &'a [f64], cases: usize, likelihood: &'a Likelihood) -> Self {
        let (mut deck, mut up_to) = (Vec::new(), Vec::new());
        match likelihood {
            Likelihood::Bernoulli { .. } => {
                deck = base.iter().enumerate().flat_map(|(cell, &points)| std::iter::repeat_n(cell as u32, points as usize)).collect();
            }
            Likelihood::Poisson { .. } => up_to = running_sums(base),
        }
        Self { base, cases, likelihood, deck, up_to }
    }
}

impl Model for Dealing<'_> {
    fn cells(&self) -> usize {
        self.base.len()
    }

    fn base(&self, cell: usize) -> f64 {
        self.base[cell]
    }

    fn heights(&self, numbers: Range<usize>, seed: u64) -> Vec<u32> {
        if let Likelihood::Bernoulli { .. } = self.likelihood {
            return self.base.iter().map(|&points| points as u32).collect();
        }
        let none = || vec![0_u32; self.base.len()];
        let greater = |mut a: Vec<u32>, b: Vec<u32>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a = (*a).max(b));
            a
        };
        let of_one = |most: Vec<u32>, number: usize| {
            let mut counts = none();
            self.deal(&mut Random::stream(seed, number as u64), &mut |cell, _| counts[cell] += 1);
            greater(most, counts)
        };
        numbers.into_par_iter().fold(none, of_one).reduce(none, greater)
    }

    fn deal(&self, random: &mut Random, put: &mut dyn FnMut(usize, usize)) {
        if self.deck.is_empty() {
            return (0..self.cases).for_each(|_| put(falls_on(&self.up_to, random), 1));
        }
        let mut deck = self.deck.clone();
        for dealt in 0..self.cases {
            let left = deck.len() - dealt;
            deck.swap(dealt, dealt + random.below(left));
            put(deck[dealt] as usize, 1);
        }
    }

    fn expected(&self, _: usize, base: f64) -> f64 {
        self.likelihood.expected(base)
    }

    fn deviation(&self, _: usize, base: f64) -> f64 {
        let others = if self.deck.is_empty() { 1.0 } else { 1.0 - self.cases as f64 / self.deck.len() as f64 };
        (self.likelihood.expected(base) * others).sqrt()
    }

    fn ratio(&self, held: &[u32], base: f64, side: Side) -> f64 {
        self.likelihood.rank(held[0] as usize, base, side)
    }

    fn bound(&self, held: &[u32], base: f64, side: Side) -> f64 {
        let cases = (held[0] as usize).min(self.cases);
        if self.deck.is_empty() {
            let ratio = self.likelihood.rank(cases, base, side);
            // All of the base, by rounding more than all: no bound.
            return if ratio.is_nan() { f64::INFINITY } else { ratio };
        }
        // As near to this base as a window with so many cases can come: one of nothing but cases is the stronger the larger it is, and of
        // those with all that are none the smallest is the weakest.
        let others = self.deck.len() - self.cases;
        self.likelihood.rank(cases, base.clamp(cases as f64, (cases + others) as f64), side)
    }
}
