//! Space and time: every circle over every span of steps. Knows counts by location and step, no places and no calendar.

use super::{
    counts::{Counts, Description, Rank, relative_risk},
    likelihood::{Likelihood, Rates},
};
use crate::random::Random;

/// How the rate inside a cluster's places moved; the span of a cluster alone does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It lasts to the end, and its later half has the higher rate: one in twenty such differences is chance, at most.
    Growing,
    /// It lasts to the end, and its later half has the lower rate, likewise.
    Fading,
    /// It lasts to the end, and its halves do not differ by more than chance.
    Lasting,
    /// It ended before the last step.
    Over,
}

/// Cases and a base by location and step.
pub(super) struct Cylinders<'a> {
    /// At a location, from `location * steps` on.
    cases: Vec<u32>,
    base: &'a [f64],
    steps: usize,
    /// The longest span.
    most_steps: usize,
    likelihood: &'a Likelihood,
    rates: Rates,
}

impl<'a> Cylinders<'a> {
    pub(super) fn new(cases: Vec<u32>, base: &'a [f64], spans: (usize, usize), likelihood: &'a Likelihood, rates: Rates) -> Self {
        Self { cases, base, steps: spans.0, most_steps: spans.1, likelihood, rates }
    }
}

/// By step.
pub(super) struct Held {
    cases: Vec<u32>,
    base: Vec<f64>,
}

impl Counts for Cylinders<'_> {
    type Sum = Held;

    fn empty(&self) -> Held {
        Held { cases: vec![0; self.steps], base: vec![0.0; self.steps] }
    }

    fn add(&self, sum: &mut Held, location: usize) {
        let cells = location * self.steps..(location + 1) * self.steps;
        sum.cases.iter_mut().zip(&self.cases[cells.clone()]).for_each(|(sum, count)| *sum += count);
        sum.base.iter_mut().zip(&self.base[cells]).for_each(|(sum, base)| *sum += base);
    }

    fn rank(&self, sum: &Held) -> Rank {
        let mut best = Rank::NONE;
        for from in 0..self.steps {
            let (mut cases, mut base) = (0, 0.0);
            for to in from..(from + self.most_steps).min(self.steps) {
                cases += sum.cases[to] as usize;
                base += sum.base[to];
                for &side in self.rates.sides() {
                    let ratio = self.likelihood.rank(cases, base, side);
                    if ratio > best.ratio {
                        best = Rank { ratio, side, steps: Some(from as u32..to as u32 + 1) };
                    }
                }
            }
        }
        best
    }

    fn all_cases(&self) -> usize {
        self.cases.iter().map(|&count| count as usize).sum()
    }

    fn describe(&self, inside: &[usize], rank: &Rank) -> Description {
        let mut sum = self.empty();
        inside.iter().for_each(|&location| self.add(&mut sum, location));
        let span = rank.steps.clone().map_or(0..self.steps, |steps| steps.start as usize..steps.end as usize);
        let cases = sum.cases[span.clone()].iter().map(|&count| count as usize).sum();
        let base = sum.base[span].iter().sum();
        let expected = self.likelihood.expected(base);
        Description {
            cases,
            base,
            expected,
            relative_risk: relative_risk(cases, expected, self.all_cases()),
            llr: self.likelihood.exact(cases, base, rank.side),
            categories: Vec::new(),
            by_step: sum.cases.iter().zip(&sum.base).map(|(&count, &base)| (count as usize, self.likelihood.expected(base))).collect(),
        }
    }
}

/// The sums of the base up to each cell.
pub(super) fn running_sums(base: &[f64]) -> Vec<f64> {
    let add = |sum: &mut f64, share: &f64| {
        *sum += share;
        Some(*sum)
    };
    base.iter().scan(0.0, add).collect()
}

/// A cell, with a chance proportional to its base.
pub(super) fn falls_on(up_to: &[f64], random: &mut Random) -> usize {
    let falls = random.fraction() * up_to.last().copied().unwrap_or(0.0);
    // Rounding may let the last case fall beyond the end.
    up_to.partition_point(|&end| end <= falls).min(up_to.len() - 1)
}

/// Compares the halves of a span, given cases and expected cases by step; of an odd number of steps the middle one belongs to neither.
/// Given the cases of both halves, those of the later one are binomial (Przyborowski & Wilenski, "Homogeneity of results in testing
/// samples from Poisson series", Biometrika 31:313-323, 1940); two-sided at 5 %.
pub(super) fn course(by_step: &[(usize, f64)], span: &std::ops::Range<u32>) -> Course {
    let (from, to) = (span.start as usize, span.end as usize);
    if to < by_step.len() {
        return Course::Over;
    }
    let half = (to - from) / 2;
    let sum = |steps: &[(usize, f64)]| steps.iter().fold((0, 0.0), |sum, step| (sum.0 + step.0, sum.1 + step.1));
    let ((early, early_expected), (late, late_expected)) = (sum(&by_step[from..from + half]), sum(&by_step[to - half..to]));
    if early + late == 0 || early_expected + late_expected <= 0.0 {
        return Course::Lasting;
    }
    let share = late_expected / (early_expected + late_expected);
    if binomial_tail(late, early + late, share) <= 0.025 {
        Course::Growing
    } else if binomial_tail(early, early + late, 1.0 - share) <= 0.025 {
        Course::Fading
    } else {
        Course::Lasting
    }
}

/// The chance of at least `hits` in so many trials.
fn binomial_tail(hits: usize, trials: usize, share: f64) -> f64 {
    let mut ln_choose = 0.0;
    let mut tail = 0.0;
    for k in 0..=trials {
        if k > 0 {
            ln_choose += ((trials - k + 1) as f64 / k as f64).ln();
        }
        if k >= hits {
            let part = |count: usize, chance: f64| if count == 0 { 0.0 } else { count as f64 * chance.ln() };
            tail += (ln_choose + part(k, share) + part(trials - k, 1.0 - share)).exp();
        }
    }
    tail.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_coins() {
        assert!((binomial_tail(3, 4, 0.5) - 5.0 / 16.0).abs() < 1e-12);
        assert!((binomial_tail(0, 4, 0.5) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_course_is_told_only_where_the_halves_differ() {
        let rising = [(1, 2.0), (1, 2.0), (9, 2.0), (9, 2.0)];
        assert_eq!(course(&rising, &(0..4)), Course::Growing);
        assert_eq!(course(&rising, &(2..4)), Course::Lasting);
        assert_eq!(course(&rising, &(0..3)), Course::Over);
        let falling: Vec<(usize, f64)> = rising.iter().rev().copied().collect();
        assert_eq!(course(&falling, &(0..4)), Course::Fading);
    }
}
