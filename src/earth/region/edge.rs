//! One edge of a region, and the exact questions asked of it.
//!
//! Positions are ordered from south to north and, on one parallel, from west to east. An edge runs from its lower to its higher end in
//! that order, so a horizontal edge needs no special case: it is an upward one in a plane sheared by next to nothing.

use std::cmp::Ordering;

use geo::{Coord, Kernel, Orientation, kernels::RobustKernel};

use crate::earth::Bounds;

/// Longitude, latitude; finite.
pub(super) type Position = [f64; 2];

/// South before north, west before east.
#[inline]
pub(super) fn order(a: Position, b: Position) -> Ordering {
    if a[1] < b[1] || a[1] == b[1] && a[0] < b[0] {
        Ordering::Less
    } else if a == b {
        Ordering::Equal
    } else {
        Ordering::Greater
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub low: Position,
    pub high: Position,
}

impl Edge {
    pub fn between(a: Position, b: Position) -> Self {
        if order(a, b).is_lt() { Self { low: a, high: b } } else { Self { low: b, high: a } }
    }

    /// On which side of the edge's line a position lies: `Less` west of it, `Greater` east, `Equal` on it. Exact.
    #[inline]
    pub fn side(&self, position: Position) -> Ordering {
        let coord = |[x, y]: Position| Coord { x, y };
        match RobustKernel::orient2d(coord(self.low), coord(self.high), coord(position)) {
            Orientation::CounterClockwise => Ordering::Less,
            Orientation::Clockwise => Ordering::Greater,
            Orientation::Collinear => Ordering::Equal,
        }
    }

    /// The order from west to east of two edges that do not cross and whose spans, from low to high, share more than a point.
    /// `Equal` only when they overlap.
    pub fn west_to_east(&self, other: &Self) -> Ordering {
        let lower = if order(self.low, other.low).is_le() { self.side(other.low).reverse() } else { other.side(self.low) };
        lower.then_with(|| if order(self.high, other.high).is_le() { other.side(self.high) } else { self.side(other.high).reverse() })
    }

    /// Whether the two cross at a place inside of both.
    pub fn crosses(&self, other: &Self) -> bool {
        let apart = |a: Ordering, b: Ordering| a.is_lt() && b.is_gt() || a.is_gt() && b.is_lt();
        apart(self.side(other.low), self.side(other.high)) && apart(other.side(self.low), other.side(self.high))
    }

    /// Where two crossing edges meet, rounded.
    pub fn meeting_place(&self, other: &Self) -> Position {
        let ([ax, ay], [bx, by]) = (self.low, other.low);
        let (a, b) = ([self.high[0] - ax, self.high[1] - ay], [other.high[0] - bx, other.high[1] - by]);
        let along = ((bx - ax) * b[1] - (by - ay) * b[0]) / (a[0] * b[1] - a[1] * b[0]);
        // Nearly parallel edges: the quotient may be anything, the place must stay on the edge.
        let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
        [ax + along * a[0], ay + along * a[1]]
    }

    /// Whether the edge has a point in the box, its border included.
    pub fn touches(&self, bounds: &Bounds) -> bool {
        let (west, east) = (self.low[0].min(self.high[0]), self.low[0].max(self.high[0]));
        if west > bounds.east || east < bounds.west || self.low[1] > bounds.north || self.high[1] < bounds.south {
            return false;
        }
        // The two corners furthest to either side of the edge's direction decide for all four.
        let (a, b) = if self.high[0] >= self.low[0] {
            ([bounds.west, bounds.north], [bounds.east, bounds.south])
        } else {
            ([bounds.west, bounds.south], [bounds.east, bounds.north])
        };
        let (a, b) = (self.side(a), self.side(b));
        a != b || a.is_eq()
    }

    pub fn bounds(&self) -> Bounds {
        Bounds { west: self.low[0].min(self.high[0]), south: self.low[1], east: self.low[0].max(self.high[0]), north: self.high[1] }
    }
}
