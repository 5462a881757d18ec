//! The best window of a centre, and how certain the border of a cluster is. Knows windows and what they are judged by.

use rayon::prelude::*;

use super::{
    counts::{Counts, Rank},
    places::Near,
    windows::{END, Search, Windows},
};

/// The best window of one centre.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub rank: Rank,
    /// The ratio as windows are compared by it: after the penalty of the shape.
    pub statistic: f64,
    pub shape: usize,
    pub locations: usize,
    /// The squared distance of its farthest location; of an ellipse, the square of its shorter half axis.
    pub square: f64,
}

impl Best {
    /// The best window of a list of locations by distance; `None` when the list is empty.
    pub(super) fn of<C: Counts>(windows: &Windows, counts: &C, shape: usize, near: &[Near], order: &[u32]) -> Option<Self> {
        let counts_for = windows.counts_for[windows.shapes[shape].class];
        let mut best = Self { rank: Rank::NONE, statistic: 0.0, shape, locations: 0, square: 0.0 };
        let mut sum = counts.empty();
        for (at, &flagged) in order.iter().enumerate() {
            counts.add(&mut sum, (flagged & !END) as usize);
            if flagged & END != 0 && counts.rises(&mut sum) {
                let rank = counts.rank(&sum);
                if rank.ratio > best.rank.ratio {
                    best = Self { statistic: rank.ratio * counts_for, rank, shape, locations: at + 1, square: near[at].0 };
                }
            }
        }
        (!order.is_empty()).then_some(best)
    }

    /// The better of two; of equals the first.
    pub(super) fn better(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) if second.statistic > first.statistic => Some(second),
            (None, second) => second,
            (first, _) => first,
        }
    }
}

/// Windows whose log-likelihood ratio is at most so much below that of the cluster explain the data nearly as well: the support limits
/// of Edwards, "Likelihood" (1972), within which a value is e² = 7.4 times less likely at worst.
const SUPPORT: f64 = 2.0;

/// For every location, the share of the nearly optimal windows (within two units of support of the cluster, on its side, and sharing
/// a location with it) that hold it: 1 well inside, towards 0 outside. It describes where the border may lie and is no test. (The idea of
/// border analysis: Oliveira, Duczmal, Cançado & Tavares, "Nonparametric intensity bounds for the delineation of spatial clusters",
/// International Journal of Health Geographics 10:1, 2011, who count over bootstrapped data what is here counted over windows.)
pub(super) fn border<C: Counts>(windows: &Windows, counts: &C, bests: &[Option<Best>], cluster: &Best, inside: &[usize]) -> Vec<(usize, f64)> {
    let least = cluster.statistic - SUPPORT;
    let locations = windows.places.locations();
    let mut within = vec![false; locations];
    inside.iter().for_each(|&location| within[location] = true);
    let centres: Vec<usize> = (0..bests.len()).filter(|&centre| bests[centre].as_ref().is_some_and(|best| best.statistic >= least)).collect();
    // How many of these windows there are, and by location how many hold it.
    let none = || (0, vec![0_u32; locations]);
    let one = |(mut all, mut held): (u32, Vec<u32>), centre: &usize| {
        let mut search = Search::new(windows);
        let mut ends = Vec::new();
        for shape in 0..windows.shapes.len() {
            let counts_for = windows.counts_for[windows.shapes[shape].class];
            let (_, order) = search.around(windows, *centre, shape);
            let mut sum = counts.empty();
            let mut shares = false;
            ends.clear();
            for (at, &flagged) in order.iter().enumerate() {
                let location = (flagged & !END) as usize;
                counts.add(&mut sum, location);
                shares |= within[location];
                if flagged & END != 0 && shares {
                    let rank = counts.rank(&sum);
                    if rank.side == cluster.rank.side && rank.ratio > 0.0 && rank.ratio * counts_for >= least {
                        ends.push(at);
                    }
                }
            }
            all += ends.len() as u32;
            let mut from = 0;
            for (passed, &end) in ends.iter().enumerate() {
                order[from..=end].iter().for_each(|&flagged| held[(flagged & !END) as usize] += (ends.len() - passed) as u32);
                from = end + 1;
            }
        }
        (all, held)
    };
    let both = |mut a: (u32, Vec<u32>), b: (u32, Vec<u32>)| {
        a.1.iter_mut().zip(b.1).for_each(|(a, b)| *a += b);
        (a.0 + b.0, a.1)
    };
    let (all, held) = centres.par_iter().with_min_len(64).fold(none, one).reduce(none, both);
    (0..locations).filter(|&location| held[location] > 0).map(|location| (location, f64::from(held[location]) / f64::from(all))).collect()
}
