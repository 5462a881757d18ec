//! How strongly a window speaks for a cluster. Knows counts only, no places.

use std::f64::consts::PI;

/// Log-likelihood ratio of the Bernoulli model, high rates (Kulldorff, "A spatial scan statistic", Communications in Statistics
/// 26:1481-1496, 1997): `cases` of `base` points inside, `all_cases` of `all_base` in total; 0 where the rate inside is not higher.
#[must_use]
pub fn bernoulli_llr(cases: f64, base: f64, all_cases: f64, all_base: f64) -> f64 {
    if cases * all_base <= all_cases * base {
        return 0.0;
    }
    let (outside, outside_base) = (all_cases - cases, all_base - base);
    let split = |cases: f64, base: f64| x_ln_ratio(cases, base) + x_ln_ratio(base - cases, base);
    split(cases, base) + split(outside, outside_base) - split(all_cases, all_base)
}

/// Log-likelihood ratio of the discrete Poisson model, high rates (Kulldorff 1997): c ln(c/e) + (C-c) ln((C-c)/(C-e)), 0 unless c > e.
#[must_use]
pub fn poisson_llr(cases: f64, expected: f64, all_cases: f64) -> f64 {
    if cases <= expected {
        return 0.0;
    }
    x_ln_ratio(cases, expected) + x_ln_ratio(all_cases - cases, all_cases - expected)
}

/// x ln(x / y), and 0 at x = 0.
fn x_ln_ratio(x: f64, y: f64) -> f64 {
    if x > 0.0 { x * (x / y).ln() } else { 0.0 }
}

/// Whether a window is remarkable for many cases or for few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    High,
    Low,
}

/// Which rates a scan looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rates {
    #[default]
    High,
    Low,
    /// High and low: p covers having looked for either.
    Both,
}

impl Rates {
    pub(super) fn sides(self) -> &'static [Side] {
        match self {
            Self::High => &[Side::High],
            Self::Low => &[Side::Low],
            Self::Both => &[Side::High, Side::Low],
        }
    }

    pub(super) fn include(self, side: Side) -> bool {
        self.sides().contains(&side)
    }
}

/// The likelihood ratio of one data set as a function of a window's cases and base.
#[derive(Clone, Debug)]
pub(super) enum Likelihood {
    Bernoulli {
        all_cases: usize,
        /// k ln k for every whole number up to the base: a million ratios cost no logarithm.
        k_ln_k: Vec<f64>,
    },
    Poisson {
        all_cases: f64,
        all_base: f64,
    },
}

/// k ln k of the whole numbers up to one.
pub(super) fn k_ln_k(to: usize) -> Vec<f64> {
    (0..=to).map(|k| if k == 0 { 0.0 } else { k as f64 * (k as f64).ln() }).collect()
}

impl Likelihood {
    pub(super) fn bernoulli(all_cases: usize, all_base: usize) -> Self {
        Self::Bernoulli { all_cases, k_ln_k: k_ln_k(all_base) }
    }

    /// The ratio used to rank windows and replicates, 0 where the rate inside is not on this side: equal counts give equal bits.
    pub(super) fn rank(&self, cases: usize, base: f64, side: Side) -> f64 {
        match self {
            Self::Bernoulli { all_cases, k_ln_k } => {
                let (n, all, all_cases) = (base as usize, k_ln_k.len() - 1, *all_cases);
                let (inside, even) = (cases * all, all_cases * n);
                if inside == even || (inside > even) != (side == Side::High) {
                    return 0.0;
                }
                let split = |cases: usize, base: usize| k_ln_k[cases] + k_ln_k[base - cases] - k_ln_k[base];
                split(cases, n) + split(all_cases - cases, all - n) - split(all_cases, all)
            }
            Self::Poisson { all_cases, all_base } => {
                let (inside, even) = (cases as f64, all_cases * base / all_base);
                if inside == even || (inside > even) != (side == Side::High) {
                    return 0.0;
                }
                x_ln_ratio(inside, even) + x_ln_ratio(all_cases - inside, all_cases - even)
            }
        }
    }

    /// The ratio without the rounding of the sums in [`Likelihood::rank`]: the one that is shown.
    pub(super) fn exact(&self, cases: usize, base: f64, side: Side) -> f64 {
        match (self, side) {
            (Self::Bernoulli { all_cases, k_ln_k }, side) => {
                let (all_cases, all) = (*all_cases as f64, (k_ln_k.len() - 1) as f64);
                match side {
                    Side::High => bernoulli_llr(cases as f64, base, all_cases, all),
                    // Few cases are many others.
                    Side::Low => bernoulli_llr(base - cases as f64, base, all - all_cases, all),
                }
            }
            (Self::Poisson { .. }, side) => self.rank(cases, base, side),
        }
    }

    /// Cases that a base would have at the rate of the whole.
    pub(super) fn expected(&self, base: f64) -> f64 {
        match self {
            Self::Bernoulli { all_cases, k_ln_k } => *all_cases as f64 * base / (k_ln_k.len() - 1) as f64,
            Self::Poisson { all_cases, all_base } => all_cases * base / all_base,
        }
    }
}

/// A Gumbel distribution fitted by moments to the replicates' greatest ratios: p-values finer than 1 / (replicates + 1)
/// (Abrams, Kleinman & Kulldorff, "Gumbel based p-value approximations for spatial scan statistics", Int J Health Geographics 9:61, 2010).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gumbel {
    /// The mode.
    pub location: f64,
    /// The spread: standard deviation times √6 / π.
    pub scale: f64,
}

impl Gumbel {
    /// `None` for fewer than ten values or values that are all the same: there is no tail to extend.
    #[must_use]
    pub fn fit(values: &[f64]) -> Option<Self> {
        const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
        if values.len() < 10 {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let scale = variance.sqrt() * 6.0_f64.sqrt() / PI;
        (scale > 1e-9).then_some(Self { location: mean - EULER_GAMMA * scale, scale })
    }

    /// The chance of a value at least this great.
    #[must_use]
    pub fn tail(self, value: f64) -> f64 {
        -(-(-(value - self.location) / self.scale).exp()).exp_m1()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratios_are_those_of_satscan_s_reports() {
        assert!((bernoulli_llr(11.0, 19.0, 30.0, 143.0) - 7.419_340).abs() < 1e-6);
        assert!((bernoulli_llr(3.0, 3.0, 30.0, 143.0) - 4.808_517).abs() < 1e-6);
        assert!((poisson_llr(106.0, 552.0 * 119_050.0 / 1_057_673.0, 552.0) - 14.780_276).abs() < 1e-3);
    }

    #[test]
    fn the_fast_ratio_is_the_plain_one() {
        let fast = Likelihood::bernoulli(30, 143);
        for n in 1..143 {
            for c in 0..=n.min(30) {
                for side in [Side::High, Side::Low].into_iter().filter(|_| n - c <= 113) {
                    assert!((fast.rank(c, n as f64, side) - fast.exact(c, n as f64, side)).abs() < 1e-11, "{c} of {n}");
                }
            }
        }
    }

    #[test]
    fn a_lower_rate_inside_is_no_cluster() {
        assert_eq!(bernoulli_llr(1.0, 10.0, 30.0, 143.0), 0.0);
        assert_eq!(poisson_llr(1.0, 1.0, 30.0), 0.0);
    }

    #[test]
    fn a_gumbel_tail_is_that_of_the_values_it_was_fitted_to() {
        let values: Vec<f64> = (1..1000).map(|k| 3.0 - 0.7 * (-(f64::from(k) / 1000.0).ln()).ln()).collect();
        let gumbel = Gumbel::fit(&values).unwrap();
        assert!((gumbel.location - 3.0).abs() < 0.02 && (gumbel.scale - 0.7).abs() < 0.02, "{gumbel:?}");
        assert!((gumbel.tail(3.0) - (1.0 - (-1.0_f64).exp())).abs() < 0.01);
        assert_eq!(Gumbel::fit(&[2.0; 99]), None);
    }
}
