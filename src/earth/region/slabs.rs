//! Which side of an outline a position is on, in logarithmic time whatever the outline looks like.
//!
//! The plane is cut into bands of latitude at every eighth vertex or so. An edge that ends inside a band is tested by itself. Edges that
//! run through whole bands hang in a segment tree over the bands; those in one node never cross, so they lie in order from west to east
//! and a binary search counts the ones to the west. Even a comb of 50,000 teeth costs a few searches.

use std::cmp::Ordering;

use super::edge::{Edge, Position, order};

/// Vertices inside one band, at most: few enough to try each edge that ends there.
const CROWD: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct Slabs {
    /// Lower borders of all bands but the first, in order; each is a vertex.
    cuts: Vec<Position>,
    /// Edges that begin or end inside each band.
    ending: Lists,
    /// Edges that run through all bands below a node of the segment tree, from west to east; node 1 is the root.
    passing: Lists,
    leaves: usize,
}

/// Many short lists of edge numbers in one allocation.
#[derive(Clone, Debug)]
struct Lists {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    /// `each` calls back with every (list, number) pair, the same in both of its runs.
    #[expect(clippy::cast_possible_truncation, reason = "100,000 edges in at most 34 lists each")]
    fn collect(lists: usize, each: impl Fn(&mut dyn FnMut(usize, usize))) -> Self {
        let mut starts = vec![0u32; lists + 1];
        each(&mut |list, _| starts[list + 1] += 1);
        for list in 0..lists {
            starts[list + 1] += starts[list];
        }
        let mut next = starts.clone();
        let mut numbers = vec![0u32; starts[lists] as usize];
        each(&mut |list, number| {
            numbers[next[list] as usize] = number as u32;
            next[list] += 1;
        });
        Self { starts, numbers }
    }

    #[inline]
    fn list(&self, list: usize) -> &[u32] {
        &self.numbers[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}

impl Slabs {
    /// The edges of rings that do not cross or overlap; they may touch at points.
    pub fn over(edges: &[Edge]) -> Self {
        let cuts = cuts(edges);
        let leaves = (cuts.len() + 1).next_power_of_two();
        let band = |position| cuts.partition_point(|cut| order(*cut, position).is_le());
        let is_border = |band: usize, position| band > 0 && cuts[band - 1] == position;
        let ending = Lists::collect(cuts.len() + 1, |put| {
            for (number, edge) in edges.iter().enumerate() {
                let (low, high) = (band(edge.low), band(edge.high));
                let low_is_inside = !is_border(low, edge.low);
                if low_is_inside {
                    put(low, number);
                }
                if !(is_border(high, edge.high) || low == high && low_is_inside) {
                    put(high, number);
                }
            }
        });
        let mut passing = Lists::collect(2 * leaves, |put| {
            for (number, edge) in edges.iter().enumerate() {
                let low = band(edge.low);
                let first = if is_border(low, edge.low) { low } else { low + 1 };
                let (mut from, mut to) = (first + leaves, band(edge.high).max(first) + leaves);
                while from < to {
                    if from & 1 == 1 {
                        put(from, number);
                        from += 1;
                    }
                    if to & 1 == 1 {
                        to -= 1;
                        put(to, number);
                    }
                    from >>= 1;
                    to >>= 1;
                }
            }
        });
        for node in 0..2 * leaves {
            let (from, to) = (passing.starts[node] as usize, passing.starts[node + 1] as usize);
            passing.numbers[from..to].sort_by(|&a, &b| edges[a as usize].west_to_east(&edges[b as usize]));
        }
        Self { cuts, ending, passing, leaves }
    }

    /// Whether a position is in the outline or on it. `edges` are the ones this was made of.
    pub fn contain(&self, edges: &[Edge], position: Position) -> bool {
        let band = self.cuts.partition_point(|cut| order(*cut, position).is_le());
        if band > 0 && self.cuts[band - 1] == position {
            return true;
        }
        let mut inside = false;
        for &number in self.ending.list(band) {
            let edge = &edges[number as usize];
            // The order proper is dear, and most edges are told apart by their latitudes.
            let is_level = (edge.low[1] <= position[1]) & (position[1] <= edge.high[1]);
            if is_level && order(edge.low, position).is_le() && order(position, edge.high).is_le() {
                match edge.side(position) {
                    Ordering::Equal => return true,
                    Ordering::Greater => inside = !inside,
                    Ordering::Less => {}
                }
            }
        }
        let mut node = band + self.leaves;
        while node > 0 {
            let list = self.passing.list(node);
            if !list.is_empty() {
                let west = list.partition_point(|&number| edges[number as usize].side(position).is_gt());
                if list.get(west).is_some_and(|&number| edges[number as usize].side(position).is_eq()) {
                    return true;
                }
                inside ^= west & 1 == 1;
            }
            node >>= 1;
        }
        inside
    }
}

/// Where to cut so that at most `CROWD` vertices lie strictly inside a band. Many at one place become a cut.
fn cuts(edges: &[Edge]) -> Vec<Position> {
    let mut vertices: Vec<Position> = edges.iter().flat_map(|edge| [edge.low, edge.high]).collect();
    vertices.sort_unstable_by(|a, b| order(*a, *b));
    let mut cuts = Vec::new();
    let mut inside = 0;
    for same in vertices.chunk_by(|a, b| a == b) {
        // Each vertex of a ring is met twice, once as the end of either edge.
        inside += same.len() / 2;
        if inside > CROWD {
            cuts.push(same[0]);
            inside = 0;
        }
    }
    cuts
}
