//! Which edges come near a box: boxes over runs of neighbouring edges, boxes over runs of those, and so on.

use super::edge::Edge;
use crate::earth::Bounds;

/// Boxes under one box.
const RUN: usize = 8;

#[derive(Clone, Debug)]
pub(super) struct Chains {
    /// Lowest first; a box of level `n` is around `RUN` boxes (or edges) of the level below.
    levels: Vec<Vec<Bounds>>,
}

impl Chains {
    /// Edges in the order of their rings, so that neighbours are near.
    pub fn over(edges: &[Edge]) -> Self {
        let around = |boxes: &mut dyn Iterator<Item = Bounds>| {
            boxes.fold(Bounds::EMPTY, |mut all, bounds| {
                all.join(&bounds);
                all
            })
        };
        let mut levels: Vec<Vec<Bounds>> = vec![edges.chunks(RUN).map(|run| around(&mut run.iter().map(Edge::bounds))).collect()];
        while let Some(below) = levels.last().filter(|below| below.len() > RUN) {
            let level = below.chunks(RUN).map(|run| around(&mut run.iter().copied())).collect();
            levels.push(level);
        }
        Self { levels }
    }

    /// Whether some edge hits. Edges in boxes that are not near are not tried.
    pub fn any(&self, edges: &[Edge], near: impl Fn(&Bounds) -> bool, hits: impl Fn(&Edge) -> bool) -> bool {
        let Some(top) = self.levels.len().checked_sub(1) else { return false };
        self.any_below(edges, &near, &hits, top, 0..self.levels[top].len())
    }

    fn any_below(&self, edges: &[Edge], near: &impl Fn(&Bounds) -> bool, hits: &impl Fn(&Edge) -> bool, level: usize, mut run: std::ops::Range<usize>) -> bool {
        run.any(|at| {
            if !near(&self.levels[level][at]) {
                return false;
            }
            let from = at * RUN;
            match level.checked_sub(1) {
                None => edges[from..].iter().take(RUN).any(hits),
                Some(below) => self.any_below(edges, near, hits, below, from..(from + RUN).min(self.levels[below].len())),
            }
        })
    }
}
