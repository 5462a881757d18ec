//! Which side of an outline a position is on, in logarithmic time whatever the outline looks like.
//!
//! The plane is cut into bands of latitude at every few vertices. An edge that ends inside a band is tested by itself. Edges that run
//! through whole bands hang in a tree over the bands; those in one node never cross, so they lie in order from west to east and a binary
//! search counts the ones to the west. Even a comb of 50,000 teeth costs a few searches.

use std::cmp::Ordering;

use super::edge::{Edge, Position, order};

/// Vertices inside one band, at most: few enough to try each edge that ends there.
const CROWD: usize = 6;
/// Nodes below a node of the tree, as a power of two: fewer levels to search against more nodes that an edge hangs in.
const FAN_BITS: u32 = 2;

#[derive(Clone, Debug)]
pub(super) struct Slabs {
    /// Lower borders of all bands but the first, in order; each is a vertex.
    cuts: Vec<Position>,
    /// Edges that begin or end inside each band.
    ending: Lists,
    /// Edges that run through all bands below a node of the tree, from west to east; level by level, bands first.
    passing: Lists,
    /// First node of each level.
    levels: Vec<usize>,
}

/// Many short lists of edge numbers in one allocation.
#[derive(Clone, Debug)]
struct Lists {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    /// `each` calls back with every (list, number) pair, the same in both of its runs.
    #[expect(clippy::cast_possible_truncation, reason = "100,000 edges in some fifty lists each, at most")]
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
    fn range(&self, list: usize) -> std::ops::Range<usize> {
        self.starts[list] as usize..self.starts[list + 1] as usize
    }
}

impl Slabs {
    /// The edges of rings that do not cross or overlap; they may touch at points.
    pub fn over(edges: &[Edge]) -> Self {
        let cuts = cuts(edges);
        // For both ends of each edge the band, and whether it lies on that band's lower border.
        let ends: Vec<[(usize, bool); 2]> = edges
            .iter()
            .map(|edge| {
                [edge.low, edge.high].map(|end| {
                    let band = cuts.partition_point(|cut| order(*cut, end).is_le());
                    (band, band > 0 && cuts[band - 1] == end)
                })
            })
            .collect();
        let ending = Lists::collect(cuts.len() + 1, |put| {
            for (number, &[(low, low_is_border), (high, high_is_border)]) in ends.iter().enumerate() {
                if !low_is_border {
                    put(low, number);
                }
                if !high_is_border && (low_is_border || high != low) {
                    put(high, number);
                }
            }
        });
        let mut levels = vec![0];
        let mut nodes = cuts.len() + 1;
        let mut width = nodes;
        while width > 1 {
            levels.push(nodes);
            width = width.div_ceil(1 << FAN_BITS);
            nodes += width;
        }
        let mut passing = Lists::collect(nodes, |put| {
            for (number, &[(low, low_is_border), (high, _)]) in ends.iter().enumerate() {
                let (mut from, mut to) = (if low_is_border { low } else { low + 1 }, high);
                for first in &levels {
                    while from < to && from & ((1 << FAN_BITS) - 1) != 0 {
                        put(first + from, number);
                        from += 1;
                    }
                    while from < to && to & ((1 << FAN_BITS) - 1) != 0 {
                        to -= 1;
                        put(first + to, number);
                    }
                    if from >= to {
                        break;
                    }
                    from >>= FAN_BITS;
                    to >>= FAN_BITS;
                }
            }
        });
        for node in 0..nodes {
            let list = passing.range(node);
            passing.numbers[list].sort_by(|&a, &b| edges[a as usize].west_to_east(&edges[b as usize]));
        }
        Self { cuts, ending, passing, levels }
    }

    /// Whether a position is in the outline or on it. `edges` are the ones this was made of.
    pub fn contain(&self, edges: &[Edge], position: Position) -> bool {
        let band = self.cuts.partition_point(|cut| order(*cut, position).is_le());
        if band > 0 && self.cuts[band - 1] == position {
            return true;
        }
        let mut inside = false;
        for &number in &self.ending.numbers[self.ending.range(band)] {
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
        let mut node = band;
        for first in &self.levels {
            let list = &self.passing.numbers[self.passing.range(first + node)];
            if !list.is_empty() {
                let west = list.partition_point(|&number| edges[number as usize].side(position).is_gt());
                if list.get(west).is_some_and(|&number| edges[number as usize].side(position).is_eq()) {
                    return true;
                }
                inside ^= west & 1 == 1;
            }
            node >>= FAN_BITS;
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
