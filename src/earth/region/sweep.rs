//! Whether rings cross or overlap, and how they lie in one another: one sweep from south to north (Shamos and Hoey 1976).
//!
//! All decisions rest on the exact side test of [`Edge`], no meeting point is ever computed, so there is nothing to tune. Edges in the
//! sweep are in order from west to east; two that cross become neighbours before the sweep gets there. Rings may touch, themselves or
//! one another, at single points; there the ways of the rings through the point must not interlock.

use std::{cmp::Ordering, collections::BTreeSet, ops::Bound};

use super::edge::{Edge, Position, order};

/// Rings as runs of directed edges; edge `n` runs from vertex `n` to the next one of its ring.
pub(super) struct Rings<'a> {
    pub edges: &'a [Edge],
    /// Whether each edge is walked from its low to its high end.
    pub upward: &'a [bool],
    /// Ring of each edge.
    pub ring: &'a [u32],
    /// First edge of each ring, and the number of edges at the end.
    pub starts: &'a [usize],
}

/// Two edges meet where they must not.
pub(super) struct Crossing {
    pub edge: usize,
    pub place: Position,
}

/// The innermost ring around each ring, where there is one.
pub(super) type Parents = Vec<Option<u32>>;

impl Rings<'_> {
    /// Sweeps over all rings at once. Each must have some area.
    pub fn sweep(&self) -> Result<Parents, Crossing> {
        let mut rising: Vec<usize> = (0..self.edges.len()).collect();
        rising.sort_unstable_by(|&a, &b| order(self.edges[a].low, self.edges[b].low));
        let mut places: Vec<Position> = self.edges.iter().flat_map(|edge| [edge.low, edge.high]).collect();
        places.sort_unstable_by(|a, b| order(*a, *b));
        places.dedup();

        let mut active: BTreeSet<Mark<'_>> = BTreeSet::new();
        let mut nesting = Nesting { parents: vec![None; self.starts.len() - 1], inside_is_east: vec![None; self.starts.len() - 1] };
        let mut next = 0;
        let (mut met, mut above) = (Vec::new(), Vec::new());
        for place in places {
            // Edges through the place from below, from west to east, and their neighbour to the west.
            met.clear();
            let mut west = None;
            for edge in active.range(..Mark::After(place)).rev().filter_map(Mark::number) {
                if self.edges[edge].side(place).is_ne() {
                    west = Some(edge);
                    break;
                }
                met.push(edge);
            }
            met.reverse();
            let east = active.range((Bound::Excluded(Mark::After(place)), Bound::Unbounded)).next().and_then(Mark::number);

            above.clear();
            while next < rising.len() && self.edges[rising[next]].low == place {
                above.push(rising[next]);
                next += 1;
            }
            let crossing = |edge: usize| Crossing { edge, place };
            let mut passing = met.iter().filter(|&&edge| self.edges[edge].high != place);
            if let Some(&edge) = passing.next() {
                if passing.next().is_some() {
                    return Err(crossing(edge));
                }
                above.push(edge);
            }
            above.sort_by(|&a, &b| self.edges[a].west_to_east(&self.edges[b]));
            let overlapping = above.windows(2).find(|pair| self.edges[pair[0]].west_to_east(&self.edges[pair[1]]).is_eq());
            if let Some(pair) = overlapping {
                return Err(crossing(pair[0]));
            }
            if self.interlock(place, &met, &above) {
                return Err(crossing(above.first().or(met.first()).copied().unwrap_or_default()));
            }
            for pair in [(west, above.first().copied().or(east)), (above.last().copied(), east)] {
                if let (Some(a), Some(b)) = pair
                    && self.edges[a].crosses(&self.edges[b])
                {
                    return Err(Crossing { edge: a.min(b), place: self.edges[a].meeting_place(&self.edges[b]) });
                }
            }
            for &edge in met.iter().filter(|&&edge| self.edges[edge].high == place) {
                active.remove(&Mark::Edge(&self.edges[edge], edge));
            }
            let mut neighbour = west;
            for &edge in &above {
                nesting.meet(self, edge, neighbour);
                neighbour = Some(edge);
                if self.edges[edge].low == place {
                    active.insert(Mark::Edge(&self.edges[edge], edge));
                }
            }
        }
        Ok(nesting.parents)
    }

    /// Whether two ways of rings through a place cross there: around it, each way has two ends, and the pairs must nest like brackets.
    fn interlock(&self, place: Position, met: &[usize], above: &[usize]) -> bool {
        if met.len() + above.len() <= 2 {
            return false;
        }
        // The same name for both ends of a way: its vertex here, or the edge itself when it has no vertex here.
        let way = |edge: usize| {
            let Edge { low, high } = self.edges[edge];
            if low != place && high != place {
                self.edges.len() + edge
            } else if (low == place) == self.upward[edge] {
                edge
            } else {
                self.vertex_after(edge)
            }
        };
        let mut open: Vec<usize> = Vec::new();
        for end in met.iter().chain(above.iter().rev()).map(|&edge| way(edge)) {
            if open.last() == Some(&end) {
                open.pop();
            } else {
                open.push(end);
            }
        }
        !open.is_empty()
    }

    fn vertex_after(&self, edge: usize) -> usize {
        let ring = self.ring[edge] as usize;
        if edge + 1 == self.starts[ring + 1] { self.starts[ring] } else { edge + 1 }
    }
}

/// What the sweep has learnt of how rings lie in one another.
struct Nesting {
    parents: Parents,
    /// Of each ring met so far, whether its inside is to the east of the edges that are walked upward (or else of the others).
    inside_is_east: Vec<Option<bool>>,
}

impl Nesting {
    /// A ring is first met at its lowest place, by its westernmost edge there: west of that is outside, east is inside. What the
    /// neighbour to the west has on its east side is what the ring lies in.
    fn meet(&mut self, rings: &Rings<'_>, edge: usize, neighbour: Option<usize>) {
        let ring = rings.ring[edge] as usize;
        if self.inside_is_east[ring].is_some() {
            return;
        }
        self.inside_is_east[ring] = Some(rings.upward[edge]);
        self.parents[ring] = neighbour.and_then(|neighbour| {
            let other = rings.ring[neighbour];
            let is_inside_other = self.inside_is_east[other as usize] == Some(rings.upward[neighbour]);
            if is_inside_other { Some(other) } else { self.parents[other as usize] }
        });
    }
}

/// An edge in the sweep, or a place to look for, just east of every edge through it.
#[derive(Clone, Copy)]
enum Mark<'a> {
    Edge(&'a Edge, usize),
    After(Position),
}

impl Mark<'_> {
    fn number(&self) -> Option<usize> {
        match self {
            Self::Edge(_, number) => Some(*number),
            Self::After(_) => None,
        }
    }
}

impl Ord for Mark<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Edge(_, number), Self::Edge(_, other)) if number == other => Ordering::Equal,
            (Self::Edge(a, number), Self::Edge(b, other)) => a.west_to_east(b).then(number.cmp(other)),
            (Self::Edge(edge, _), Self::After(place)) => edge.side(*place).reverse().then(Ordering::Less),
            (Self::After(place), Self::Edge(edge, _)) => edge.side(*place).then(Ordering::Greater),
            (Self::After(a), Self::After(b)) => order(*a, *b),
        }
    }
}

impl PartialOrd for Mark<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Mark<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Mark<'_> {}
