//! A tree of boxes over places that lie along a Hilbert curve: packed, never changed.

use std::ops::Range;

use super::patience::Patience;
use crate::earth::{Bounds, LonLat, Region};

/// Boxes (or places) under one box.
pub(super) const FAN: usize = 16;

/// Boxes only; the places themselves stay with the block.
#[derive(Default)]
pub(super) struct Tree {
    /// Lowest first; box `n` of a level is around `FAN` boxes of the level below, or places, from `n * FAN` on.
    pub levels: Vec<Vec<Bounds>>,
}

impl Tree {
    /// Places in the order of the curve.
    pub fn over(places: &[LonLat]) -> Self {
        let mut levels: Vec<Vec<Bounds>> = Vec::new();
        if !places.is_empty() {
            levels.push(places.chunks(FAN).map(|places| Bounds::around(places.iter().copied()).unwrap_or(Bounds::EMPTY)).collect());
        }
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let around = |boxes: &[Bounds]| {
                boxes.iter().fold(Bounds::EMPTY, |mut all, bounds| {
                    all.join(bounds);
                    all
                })
            };
            let level = below.chunks(FAN).map(around).collect();
            levels.push(level);
        }
        Self { levels }
    }

    /// Calls with runs of numbers of all places in the region, in order, while there is patience. `places` are the ones this was made of.
    pub fn within(&self, places: &[LonLat], region: &Region, patience: &Patience, visit: &mut impl FnMut(Range<usize>)) {
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.within_below(places, region, patience, visit, top, 0);
        }
    }

    fn within_below(&self, places: &[LonLat], region: &Region, patience: &Patience, visit: &mut impl FnMut(Range<usize>), level: usize, at: usize) {
        if patience.is_over() {
            return;
        }
        let cover = region.classify(&self.levels[level][at]);
        if cover.is_outside() {
            return;
        }
        if cover.is_inside() {
            let width = FAN.pow(u32::try_from(level).unwrap_or(0) + 1);
            return visit(at * width..((at + 1) * width).min(places.len()));
        }
        let children = at * FAN..(at + 1) * FAN;
        let Some(below) = level.checked_sub(1) else {
            let children = children.start..children.end.min(places.len());
            return each_run(children, |at| region.contains(places[at].lon(), places[at].lat()), visit);
        };
        for child in children.start..children.end.min(self.levels[below].len()) {
            self.within_below(places, region, patience, visit, below, child);
        }
    }

    /// Takes the places under lowest boxes that meet the box from a number; `false` as soon as there are more.
    pub fn counts_down(&self, bounds: &Bounds, left: &mut usize) -> bool {
        self.levels.len().checked_sub(1).is_none_or(|top| self.counts_down_below(bounds, left, top, 0))
    }

    fn counts_down_below(&self, bounds: &Bounds, left: &mut usize, level: usize, at: usize) -> bool {
        if !self.levels[level][at].intersects(bounds) {
            return true;
        }
        let Some(below) = level.checked_sub(1) else {
            let rest = left.checked_sub(FAN);
            *left = rest.unwrap_or(0);
            return rest.is_some();
        };
        (at * FAN..((at + 1) * FAN).min(self.levels[below].len())).all(|child| self.counts_down_below(bounds, left, below, child))
    }

    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.len() * size_of::<Bounds>()).sum()
    }
}

/// Calls with the longest runs of numbers that all belong.
pub(super) fn each_run(numbers: Range<usize>, belongs: impl Fn(usize) -> bool, visit: &mut impl FnMut(Range<usize>)) {
    let mut start = None;
    for at in numbers.clone() {
        match (belongs(at), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                visit(from..at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        visit(from..numbers.end);
    }
}

/// Where a point of the world grid lies along the Hilbert curve: near on the curve is near on the ground.
pub(super) fn hilbert([mut x, mut y]: [u32; 2]) -> u64 {
    let mut along = 0;
    for bit in (0..u32::BITS).rev() {
        let (east, south) = (x >> bit & 1, y >> bit & 1);
        along = along << 2 | u64::from((3 * east) ^ south);
        if south == 0 {
            if east == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    along
}
