//! A share of stops by lot, so that a plan cannot be foretold, every house has its chance, and rates can be estimated without bias.

use crate::random::Random;

/// Stops drawn by lot.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Ascending.
    pub drawn: Vec<usize>,
    /// The chance of each candidate to be among them, in advance; the weight of a drawn stop in an estimate is its inverse
    /// (Horvitz & Thompson, JASA 47 (1952)).
    pub probability: f64,
}

/// Draws `count` of `candidates`, all sets of that size as likely, without looking at anything else (a partial Fisher-Yates shuffle). The seed
/// belongs in the log, and must not be known before.
#[must_use]
pub fn draw(candidates: usize, count: usize, seed: u64) -> Draw {
    let count = count.min(candidates);
    let mut random = Random::stream(seed, 1);
    let mut order: Vec<usize> = (0..candidates).collect();
    for at in 0..count {
        order.swap(at, at + random.below(candidates - at));
    }
    order.truncate(count);
    order.sort_unstable();
    Draw { drawn: order, probability: if candidates == 0 { 0.0 } else { count as f64 / candidates as f64 } }
}
