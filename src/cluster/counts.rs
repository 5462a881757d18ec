//! What a window is judged by: the counts at its locations, and how strongly their sum speaks for a cluster. Knows no places.

use std::ops::Range;

use super::likelihood::{Likelihood, Rates, Side};

/// The counts that were observed.
pub(super) trait Counts: Sync {
    /// Of a window.
    type Sum;

    fn empty(&self) -> Self::Sum;
    fn add(&self, sum: &mut Self::Sum, location: usize);
    /// How strongly the window speaks for a cluster.
    fn rank(&self, sum: &Self::Sum) -> Rank;
    /// Whether the window can be better than all within it; asked of windows as they grow.
    fn rises(&self, _: &mut Self::Sum) -> bool {
        true
    }
    fn all_cases(&self) -> usize;
    /// What is told of the window that holds these locations.
    fn describe(&self, inside: &[usize], rank: &Rank) -> Description;
}

/// The log-likelihood ratio of a window, 0 for none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rank {
    pub ratio: f64,
    pub side: Side,
    /// Of a cylinder: the steps of time it spans.
    pub steps: Option<Range<u32>>,
}

impl Rank {
    pub(super) const NONE: Self = Self { ratio: 0.0, side: Side::High, steps: None };
}

/// A window in numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Description {
    pub cases: usize,
    pub base: f64,
    pub expected: f64,
    pub relative_risk: Option<f64>,
    pub llr: f64,
    /// Of an ordinal scan.
    pub categories: Vec<Category>,
    /// Of a cylinder: cases and expected cases inside its circle, by step.
    pub by_step: Vec<(usize, f64)>,
}

/// One category of an ordinal scan, in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Category {
    /// Points of it inside.
    pub points: usize,
    /// If it were as frequent inside as everywhere.
    pub expected: f64,
}

/// The rate inside over the rate outside; `None` when no case lies outside.
pub(super) fn relative_risk(cases: usize, expected: f64, all_cases: usize) -> Option<f64> {
    let outside = (all_cases - cases) as f64 / (all_cases as f64 - expected);
    (cases < all_cases).then(|| cases as f64 / expected / outside)
}

/// Cases and a base at each location: the Bernoulli and the Poisson model.
pub(super) struct Counted<'a> {
    pub cases: &'a [usize],
    pub base: &'a [f64],
    pub likelihood: &'a Likelihood,
    pub rates: Rates,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Held {
    cases: usize,
    base: f64,
    /// The cases when it was last asked whether the ratio rises.
    judged: usize,
}

impl Counts for Counted<'_> {
    type Sum = Held;

    fn empty(&self) -> Held {
        Held::default()
    }

    fn add(&self, sum: &mut Held, location: usize) {
        sum.cases += self.cases[location];
        sum.base += self.base[location];
    }

    fn rises(&self, sum: &mut Held) -> bool {
        // Without a new case a high ratio only falls.
        let risen = self.rates != Rates::High || sum.cases > sum.judged;
        sum.judged = sum.cases;
        risen
    }

    fn rank(&self, sum: &Held) -> Rank {
        let of = |&side: &Side| Rank { ratio: self.likelihood.rank(sum.cases, sum.base, side), side, steps: None };
        self.rates.sides().iter().map(of).fold(Rank::NONE, |best, rank| if rank.ratio > best.ratio { rank } else { best })
    }

    fn all_cases(&self) -> usize {
        self.cases.iter().sum()
    }

    fn describe(&self, inside: &[usize], rank: &Rank) -> Description {
        let cases = inside.iter().map(|&location| self.cases[location]).sum();
        let base = inside.iter().map(|&location| self.base[location]).sum();
        let expected = self.likelihood.expected(base);
        Description {
            cases,
            base,
            expected,
            relative_risk: relative_risk(cases, expected, self.all_cases()),
            llr: self.likelihood.exact(cases, base, rank.side),
            categories: Vec::new(),
            by_step: Vec::new(),
        }
    }
}
