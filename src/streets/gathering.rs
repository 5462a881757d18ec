//! What a reader hands over, element by element, and the network that comes of it. Knows no format of a file.

use std::{collections::HashMap, ops::Range};

use super::{
    BadStreets, LeftOut, Mode, Network, Progress, Reading,
    network::{Ban, Edge},
    rules::{self, Street, Tags, Turn, bit},
};
use crate::earth::LonLat;

/// A file may hold so many nodes and one more for each byte: none packs them tighter, and so memory is bounded by the file's length.
const NODES_FOR_NOTHING: u64 = 1 << 20;
/// Of nodes, and of nodes named by streets: 16 bytes each in memory.
const MOST_NODES: u64 = 200_000_000;
/// Between two junctions.
const LONGEST_STRETCH_M: f64 = 100_000.0;
/// Ten-millionths of a degree, OpenStreetMap's own step.
pub(super) const STEPS: f64 = 1e7;

/// Longitude and latitude in ten-millionths of a degree.
pub(super) type Place = [i32; 2];

/// `None` when it is not on the Earth; no network holds such a place.
pub(super) fn position(place: Place) -> Option<LonLat> {
    LonLat::new(f64::from(place[0]) / STEPS, f64::from(place[1]) / STEPS).ok()
}

/// Metres along the ellipsoid over these places.
pub(super) fn metres(places: impl IntoIterator<Item = Place>) -> f64 {
    let mut places = places.into_iter().filter_map(position);
    let Some(mut last) = places.next() else { return 0.0 };
    places.map(|place| std::mem::replace(&mut last, place).metres_to(last)).sum()
}

pub(super) enum Member<'a> {
    Node(i64, &'a str),
    Way(i64, &'a str),
    Relation,
}

/// A way that became a street.
struct Way {
    id: i64,
    street: Street,
    /// Its nodes among those of all ways.
    refs: Range<usize>,
}

struct Restriction {
    from: Vec<i64>,
    via: i64,
    to: Vec<i64>,
    turn: Turn,
    modes: u8,
}

/// All that was read so far.
pub(super) struct Gathering<'a> {
    going: &'a mut dyn FnMut(Progress) -> bool,
    reading: Reading,
    ways_seen: u64,
    nodes: Vec<(i64, Place)>,
    shut: HashMap<i64, u8>,
    ways: Vec<Way>,
    refs: Vec<i64>,
    restrictions: Vec<Restriction>,
}

impl<'a> Gathering<'a> {
    pub fn new(going: &'a mut dyn FnMut(Progress) -> bool) -> Self {
        Self {
            going,
            reading: Reading::default(),
            ways_seen: 0,
            nodes: Vec::new(),
            shut: HashMap::new(),
            ways: Vec::new(),
            refs: Vec::new(),
            restrictions: Vec::new(),
        }
    }

    /// Tells how far the reading has come.
    ///
    /// # Errors
    /// It was cancelled.
    pub fn came_to(&mut self, bytes: u64) -> Result<(), BadStreets> {
        self.reading.bytes = bytes;
        let progress = Progress { bytes, nodes: self.reading.nodes, ways: self.ways_seen };
        if (self.going)(progress) { Ok(()) } else { Err(BadStreets::Cancelled) }
    }

    /// Degrees times ten million; what is no place is left out.
    ///
    /// # Errors
    /// There are more than a file of this length can hold.
    pub fn node(&mut self, id: i64, lon: i64, lat: i64, tags: Tags) -> Result<(), BadStreets> {
        self.reading.nodes += 1;
        let most = (NODES_FOR_NOTHING + self.reading.bytes).min(MOST_NODES);
        if self.reading.nodes > most {
            return Err(BadStreets::TooLarge { most, what: "nodes" });
        }
        let (Ok(x), Ok(y)) = (i32::try_from(lon), i32::try_from(lat)) else {
            self.leave_out(LeftOut::Place);
            return Ok(());
        };
        if position([x, y]).is_none() {
            self.leave_out(LeftOut::Place);
            return Ok(());
        }
        self.nodes.push((id, [x, y]));
        let shut = rules::shut_by_node(tags);
        if shut != 0 {
            self.shut.insert(id, shut);
        }
        Ok(())
    }

    /// # Errors
    /// Its streets have more nodes than a file of this length can hold.
    pub fn way(&mut self, id: i64, refs: &[i64], tags: Tags) -> Result<(), BadStreets> {
        self.ways_seen += 1;
        match rules::street(tags) {
            None => {}
            Some(Err(reason)) => self.leave_out(reason),
            Some(Ok(street)) => {
                let first = self.refs.len();
                let most = NODES_FOR_NOTHING.saturating_add(self.reading.bytes).min(MOST_NODES);
                if (first + refs.len()) as u64 > most {
                    return Err(BadStreets::TooLarge { most, what: "nodes of streets" });
                }
                self.refs.extend_from_slice(refs);
                self.ways.push(Way { id, street, refs: first..self.refs.len() });
            }
        }
        Ok(())
    }

    pub fn relation(&mut self, members: &[Member], tags: Tags) {
        let (turn, modes) = match rules::turn(tags) {
            None => return,
            Some(Err(reason)) => return self.leave_out(reason),
            Some(Ok(said)) => said,
        };
        let (mut from, mut via, mut to, mut is_via_way) = (Vec::new(), None, Vec::new(), false);
        for member in members {
            match *member {
                Member::Way(id, "from") => from.push(id),
                Member::Way(id, "to") => to.push(id),
                Member::Way(_, "via") => is_via_way = true,
                Member::Node(id, "via") => via = Some(id),
                _ => {}
            }
        }
        match via {
            _ if is_via_way => self.leave_out(LeftOut::ViaWay),
            // Several ways to be obliged to turn into, or a hundred to come from, are no restriction that anybody put up.
            Some(via) if (1..=8).contains(&from.len()) && (1..=8).contains(&to.len()) && (turn == Turn::No || to.len() == 1) => {
                self.restrictions.push(Restriction { from, via, to, turn, modes });
            }
            _ => self.leave_out(LeftOut::UnclearTurn),
        }
    }

    fn leave_out(&mut self, reason: LeftOut) {
        self.leave_out_many(reason, 1);
    }

    fn leave_out_many(&mut self, reason: LeftOut, count: u64) {
        if count > 0 {
            *self.reading.left_out.entry(reason).or_default() += count;
        }
    }

    /// The network of all that was gathered.
    pub fn network(mut self) -> Result<(Network, Reading), BadStreets> {
        self.nodes.sort_unstable();
        self.nodes.dedup_by_key(|(id, _)| *id);
        let making = self.edges();
        if making.edges.is_empty() {
            return Err(BadStreets::NoStreets { nodes: self.reading.nodes, ways: self.ways_seen });
        }
        let mut shut = vec![0u8; making.junctions.len()];
        for (id, modes) in &self.shut {
            if let Some(junction) = self.index_of(*id).and_then(|node| making.junction_of.get(&node)) {
                shut[*junction as usize] = *modes;
                self.reading.barriers += 1;
            }
        }
        let bans = self.bans(&making);
        let Making { junctions, edges, shape, .. } = making;
        Ok((Network::new(junctions, shut, edges, shape, bans)?, self.reading))
    }

    fn index_of(&self, id: i64) -> Option<usize> {
        self.nodes.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    /// Cuts the ways at junctions, barriers, ends and nodes that are not in the file.
    fn edges(&mut self) -> Making {
        let mut making = Making { named: self.named(), ..Making::default() };
        let mut stretch: Vec<usize> = Vec::new();
        let (mut cut, mut too_long, mut streets) = (0, 0, 0);
        for way in &self.ways {
            let before = making.edges.len();
            let mut end = |making: &mut Making, stretch: &[usize]| too_long += u64::from(making.edge(way, stretch, &self.nodes).is_err());
            stretch.clear();
            for id in &self.refs[way.refs.clone()] {
                let Some(node) = self.index_of(*id) else {
                    cut += 1;
                    end(&mut making, &stretch);
                    stretch.clear();
                    continue;
                };
                if stretch.last() == Some(&node) {
                    continue;
                }
                stretch.push(node);
                if stretch.len() > 1 && making.named[node] > 1 {
                    end(&mut making, &stretch);
                    stretch.clear();
                    stretch.push(node);
                }
            }
            end(&mut making, &stretch);
            streets += u64::from(making.edges.len() > before);
        }
        self.reading.ways = streets;
        self.leave_out_many(LeftOut::Cut, cut);
        self.leave_out_many(LeftOut::TooLong, too_long);
        making
    }

    /// How often streets name each node: twice makes a junction, and so does an end or a barrier.
    fn named(&self) -> Vec<u8> {
        let mut named = vec![0u8; self.nodes.len()];
        for way in &self.ways {
            let refs = &self.refs[way.refs.clone()];
            for (i, id) in refs.iter().enumerate() {
                let Some(node) = self.index_of(*id) else { continue };
                let is_end = i == 0 || i + 1 == refs.len() || self.shut.contains_key(id);
                named[node] = named[node].saturating_add(if is_end { 2 } else { 1 });
            }
        }
        named
    }

    fn bans(&mut self, making: &Making) -> Vec<Ban> {
        let starting = making.starting();
        let (mut bans, mut unclear) = (Vec::new(), 0);
        for restriction in &self.restrictions {
            let via = self.index_of(restriction.via).and_then(|node| making.junction_of.get(&node));
            match via.and_then(|via| making.banned(restriction, starting.get(via)?)) {
                Some(more) => bans.extend(more),
                None => unclear += 1,
            }
        }
        self.reading.restrictions = self.restrictions.len() as u64 - unclear;
        self.leave_out_many(LeftOut::UnclearTurn, unclear);
        bans.sort_unstable();
        bans
    }
}

struct TooLong;

/// The network in the making.
#[derive(Default)]
struct Making {
    named: Vec<u8>,
    junction_of: HashMap<usize, u32>,
    junctions: Vec<Place>,
    edges: Vec<Edge>,
    way_of: Vec<i64>,
    shape: Vec<Place>,
}

impl Making {
    /// A stretch of less than two nodes makes none.
    fn edge(&mut self, way: &Way, stretch: &[usize], nodes: &[(i64, Place)]) -> Result<(), TooLong> {
        let [first, between @ .., last] = stretch else { return Ok(()) };
        let length_m = metres(stretch.iter().map(|node| nodes[*node].1));
        if length_m > LONGEST_STRETCH_M {
            return Err(TooLong);
        }
        let ends = [*first, *last].map(|node| {
            *self.junction_of.entry(node).or_insert_with(|| {
                self.junctions.push(nodes[node].1);
                (self.junctions.len() - 1) as u32
            })
        });
        let first_shape = self.shape.len() as u32;
        self.shape.extend(between.iter().map(|node| nodes[*node].1));
        self.edges.push(Edge { ends, first_shape, length_cm: (length_m * 100.0).round() as u32, open: way.street.open, kmh: way.street.kmh });
        self.way_of.push(way.id);
        Ok(())
    }

    /// Arcs by the junction at which they begin.
    fn starting(&self) -> HashMap<u32, Vec<u32>> {
        let mut starting: HashMap<u32, Vec<u32>> = HashMap::new();
        for (edge, Edge { ends, .. }) in self.edges.iter().enumerate() {
            for backward in [0, 1] {
                starting.entry(ends[backward]).or_default().push((2 * edge + backward) as u32);
            }
        }
        starting
    }

    /// The turns that a restriction forbids among the arcs that leave its node; `None` when it does not say which street it means.
    fn banned(&self, restriction: &Restriction, leaving: &[u32]) -> Option<Vec<Ban>> {
        let usable = |arc: u32| {
            let open = self.edges[arc as usize / 2].open;
            [Mode::Cycle, Mode::Drive].iter().any(|mode| restriction.modes & bit(*mode) != 0 && open.allows(*mode, arc % 2 == 1))
        };
        // A way that runs on beyond the node has two arcs here: which one is meant is not said.
        let one = |way: i64, arrives: bool| {
            let turned = |arc: u32| if arrives { arc ^ 1 } else { arc };
            let mut arcs = leaving.iter().map(|arc| turned(*arc)).filter(|arc| self.way_of[*arc as usize / 2] == way && usable(*arc));
            arcs.next().filter(|_| arcs.next().is_none())
        };
        let mut bans = Vec::new();
        for from in &restriction.from {
            let from = one(*from, true)?;
            for to in &restriction.to {
                let to = one(*to, false)?;
                match restriction.turn {
                    Turn::No => bans.push(Ban { from, to, modes: restriction.modes }),
                    Turn::Only => bans.extend(leaving.iter().filter(|arc| **arc != to).map(|other| Ban { from, to: *other, modes: restriction.modes })),
                }
            }
        }
        Some(bans)
    }
}
