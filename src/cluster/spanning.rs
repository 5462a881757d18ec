//! The minimum spanning tree of locations by mutual reachability. Knows places only.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::{
    parts::Parts,
    places::{ALL, Places},
    progress::{Progress, RUN},
};

/// Two locations and their squared mutual reachability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    pub square: f64,
    pub ends: [u32; 2],
}

/// The squared core distance of every location: within it are so many points, its own included. Infinite where there are fewer in all. Empty when stopped.
pub(super) fn cores(places: &Places, min_points: usize, progress: &Progress) -> Vec<f64> {
    let of_run = |run: usize| {
        let locations = run * RUN..((run + 1) * RUN).min(places.locations());
        let cores: Vec<f64> = if progress.stopped() { Vec::new() } else { locations.map(|location| places.square_holding(location, min_points)).collect() };
        progress.add(cores.len());
        cores
    };
    let cores: Vec<f64> = (0..places.locations().div_ceil(RUN)).into_par_iter().flat_map_iter(of_run).collect();
    if progress.stopped() { Vec::new() } else { cores }
}

/// A tree over all locations with the least sum of mutual reachability: the greatest of the distance and of the core distances of both ends. Every
/// part finds its nearest foreign location, all at once, until there is one part (Borůvka 1926), in the k-d tree and not farther than the part has
/// found already. Of several such trees it is any; the parts below each length are the same in all of them. `None` when stopped.
pub(super) fn spanning_tree(places: &Places, cores: &[f64], progress: &Progress) -> Option<Vec<Edge>> {
    let all = places.locations();
    let search = Search { places, cores, least_core: places.over(|location| cores[location], f64::min) };
    let mut parts = Parts::new(all);
    let mut edges = Vec::with_capacity(all.saturating_sub(1));
    // What every location found last, and how far it has looked: as parts grow, nothing foreign comes nearer.
    let mut found: Vec<Option<Edge>> = vec![None; all];
    let mut looked = vec![0.0; all];
    while edges.len() + 1 < all {
        let part: Vec<u32> = (0..all).map(|location| parts.of(location) as u32).collect();
        let one_part = places.over(|location| part[location], |a, b| if a == b { a } else { MIXED });
        let best: Vec<AtomicU64> = (0..all).map(|_| AtomicU64::new(f64::INFINITY.to_bits())).collect();
        let is_foreign = |edge: &Edge| part[edge.ends[0] as usize] != part[edge.ends[1] as usize];
        for (location, edge) in found.iter_mut().enumerate() {
            *edge = edge.filter(is_foreign);
            if let Some(edge) = edge {
                lower(&best[part[location] as usize], edge.square);
            }
        }
        found.par_chunks_mut(RUN).zip(looked.par_chunks_mut(RUN)).enumerate().for_each(|(run, (found, looked))| {
            progress.add(0);
            for (at, (found, looked)) in found.iter_mut().zip(looked).enumerate() {
                let location = run * RUN + at;
                let best = &best[part[location] as usize];
                if found.is_none() && *looked < f64::from_bits(best.load(Ordering::Relaxed)) && !progress.stopped() {
                    (*found, *looked) = search.nearest_foreign(location, &part, &one_part, best);
                }
            }
        });
        if progress.stopped() {
            return None;
        }
        let before = edges.len();
        let mut nearest: Vec<Option<Edge>> = vec![None; all];
        for (location, edge) in found.iter().enumerate() {
            let kept = &mut nearest[part[location] as usize];
            if let Some(edge) = edge
                && kept.is_none_or(|kept| edge.square < kept.square)
            {
                *kept = Some(*edge);
            }
        }
        edges.extend(nearest.into_iter().flatten().filter(|edge| parts.join(edge.ends[0] as usize, edge.ends[1] as usize)));
        progress.add(edges.len() - before);
    }
    Some(edges)
}

/// No single part.
const MIXED: u32 = u32::MAX;

struct Search<'a> {
    places: &'a Places,
    cores: &'a [f64],
    /// Of the locations in each part of the tree.
    least_core: Vec<f64>,
}

impl Search<'_> {
    /// The nearest location of another part, if no other location of the own part knows a nearer one, and how far it was looked.
    fn nearest_foreign(&self, location: usize, part: &[u32], one_part: &[u32], best: &AtomicU64) -> (Option<Edge>, f64) {
        let (own, core) = (part[location], self.cores[location]);
        let mut bound = f64::INFINITY;
        let mut found: Option<Edge> = None;
        let mut open = vec![(core, ALL)];
        while let Some((least, node)) = open.pop() {
            bound = bound.min(f64::from_bits(best.load(Ordering::Relaxed)));
            if least >= bound || one_part[node] == own {
                continue;
            }
            if let Some(halves) = self.places.halves(node) {
                let [a, b] = halves.map(|half| (self.places.reach(location, half).0.max(self.least_core[half]).max(core), half));
                open.extend(if a.0 < b.0 { [b, a] } else { [a, b] });
                continue;
            }
            for other in self.places.held(node).filter(|&other| part[other] != own) {
                let square = self.places.square_between(location, other).max(core).max(self.cores[other]);
                if square < bound {
                    bound = square;
                    found = Some(Edge { square, ends: [location as u32, other as u32] });
                    lower(best, square);
                }
            }
        }
        (found.filter(|edge| edge.square <= bound), bound)
    }
}

/// Squares are not negative: their bits are in the order of the numbers.
fn lower(best: &AtomicU64, square: f64) {
    best.fetch_min(square.to_bits(), Ordering::Relaxed);
}
