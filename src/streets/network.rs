//! The network: junctions, the edges between them with their shape, and the turns that may not be made.

use rstar::RTree;

use super::{
    BadStreets, CYCLE_KMH, Mode, WALK_KMH,
    gathering::{Place, position},
    rules::{Open, bit},
    search::Graph,
    snap::Boxed,
};
use crate::earth::{Bounds, LonLat};

/// The streets that people walk, cycle and drive on; made once, never changed.
pub struct Network {
    pub(super) junctions: Vec<Place>,
    /// Modes that may not pass each junction, as bits.
    pub(super) shut: Vec<u8>,
    pub(super) edges: Vec<Edge>,
    /// The points of all edges between their ends.
    pub(super) shape: Vec<Place>,
    pub(super) bans: Vec<Ban>,
    /// By mode. What follows here is worked out from what stands above, and not kept.
    pub(super) graphs: [Graph; 3],
    pub(super) index: RTree<Boxed>,
    bounds: Bounds,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(to, "Network of {} junctions and {} edges", self.junctions.len(), self.edges.len())
    }
}

/// A stretch of street between two junctions. Its arcs, one for each direction, are numbered 2e (forward) and 2e + 1 (backward).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub ends: [u32; 2],
    pub first_shape: u32,
    pub length_cm: u32,
    pub open: Open,
    pub kmh: u8,
}

/// From one arc into another, for the modes of the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ban {
    pub from: u32,
    pub to: u32,
    pub modes: u8,
}

/// How much street there is.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Summary {
    pub junctions: usize,
    pub edges: usize,
    /// Kilometres that may be used in one direction at least.
    pub walk_km: f64,
    pub cycle_km: f64,
    pub drive_km: f64,
}

/// No edge is longer; some more than what a reading lets in.
const LONGEST_CM: u32 = 10_000_001;

impl Network {
    /// Checks all that searching relies on, for it may come from bytes that anybody wrote.
    pub(super) fn new(junctions: Vec<Place>, shut: Vec<u8>, edges: Vec<Edge>, shape: Vec<Place>, bans: Vec<Ban>) -> Result<Self, BadStreets> {
        if !junctions.iter().chain(&shape).all(|place| position(*place).is_some()) || junctions.is_empty() || shut.len() != junctions.len() {
            return Err(BadStreets::Kept("a junction is not on the Earth"));
        }
        if edges.is_empty() || edges.len() > u32::MAX as usize / 4 {
            return Err(BadStreets::Kept("no edges, or too many"));
        }
        let mut shape_so_far = 0;
        for Edge { ends, first_shape, length_cm, kmh, .. } in &edges {
            let is_sound = ends.iter().all(|end| (*end as usize) < junctions.len()) && *first_shape >= shape_so_far && *length_cm <= LONGEST_CM && *kmh > 0;
            if !is_sound {
                return Err(BadStreets::Kept("an edge does not fit"));
            }
            shape_so_far = *first_shape;
        }
        if shape_so_far as usize > shape.len() {
            return Err(BadStreets::Kept("the shape of an edge is missing"));
        }
        let arcs = 2 * edges.len() as u32;
        if !bans.iter().all(|ban| ban.from < arcs && ban.to < arcs) || !bans.is_sorted() {
            return Err(BadStreets::Kept("a forbidden turn does not fit"));
        }
        let bounds = Bounds::around(junctions.iter().chain(&shape).filter_map(|place| position(*place))).ok_or(BadStreets::Kept("no junction"))?;
        let mut network = Self { junctions, shut, edges, shape, bans, graphs: Default::default(), index: RTree::new(), bounds };
        network.graphs = Mode::ALL.map(|mode| Graph::of(&network, mode));
        network.index = network.boxes();
        Ok(network)
    }

    /// The box around all streets.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    #[must_use]
    pub fn summary(&self) -> Summary {
        let km = |mode| {
            let usable = self.edges.iter().filter(|edge| edge.open.allows(mode, false) || edge.open.allows(mode, true));
            usable.map(|edge| f64::from(edge.length_cm)).sum::<f64>() / 100_000.0
        };
        Summary { junctions: self.junctions.len(), edges: self.edges.len(), walk_km: km(Mode::Walk), cycle_km: km(Mode::Cycle), drive_km: km(Mode::Drive) }
    }

    pub(super) fn graph(&self, mode: Mode) -> &Graph {
        &self.graphs[mode as usize]
    }

    /// The junction to which an arc leads.
    pub(super) fn head(&self, arc: u32) -> u32 {
        self.edges[arc as usize / 2].ends[1 - arc as usize % 2]
    }

    pub(super) fn is_open(&self, mode: Mode, arc: u32) -> bool {
        self.edges[arc as usize / 2].open.allows(mode, arc % 2 == 1)
    }

    pub(super) fn is_shut(&self, mode: Mode, junction: u32) -> bool {
        self.shut[junction as usize] & bit(mode) != 0
    }

    pub(super) fn is_banned(&self, mode: Mode, from: u32, to: u32) -> bool {
        let first = self.bans.partition_point(|ban| (ban.from, ban.to) < (from, to));
        self.bans[first..].iter().take_while(|ban| (ban.from, ban.to) == (from, to)).any(|ban| ban.modes & bit(mode) != 0)
    }

    /// Milliseconds over an edge, rounded.
    pub(super) fn edge_ms(&self, mode: Mode, edge: u32) -> u32 {
        let Edge { length_cm, kmh, .. } = self.edges[edge as usize];
        let kmh = match mode {
            Mode::Walk => WALK_KMH,
            Mode::Cycle => CYCLE_KMH,
            Mode::Drive => f64::from(kmh),
        };
        // 1 km/h is 100,000 cm in 3,600,000 ms.
        (f64::from(length_cm) * 36.0 / kmh).round() as u32
    }

    /// All places of an edge, forward.
    pub(super) fn places(&self, edge: u32) -> impl DoubleEndedIterator<Item = Place> + '_ {
        let edge = edge as usize;
        let Edge { ends, first_shape, .. } = self.edges[edge];
        let next = self.edges.get(edge + 1).map_or(self.shape.len(), |next| next.first_shape as usize);
        let between = &self.shape[first_shape as usize..next];
        let [first, last] = ends.map(|end| self.junctions[end as usize]);
        std::iter::once(first).chain(between.iter().copied()).chain([last])
    }

    pub(super) fn points(&self, edge: u32) -> Vec<LonLat> {
        self.places(edge).filter_map(position).collect()
    }
}
