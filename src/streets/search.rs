//! Shortest ways by time: Dijkstra over the states in which somebody can be.
//!
//! On foot a state is a junction. For wheels it is an arc about to be entered, so that a turn can be forbidden. Nobody turns round in the
//! street on wheels, unless there is no other way out.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{Mode, Network, WALK_KMH, snap::Snap};

/// Milliseconds in the upper half, centimetres in the lower: sums add both, the lesser time comes first, and of equal times the shorter way.
pub(super) type Cost = u64;

pub(super) const UNREACHED: Cost = u64::MAX;
/// A way that takes longer than seven days is none. So neither half can overflow: at the highest speed that is 23,520 km, and an edge has 100.
const FARTHEST: Cost = cost(7 * 86_400_000, 0);

pub(super) fn within_reach(cost: Cost) -> bool {
    cost < FARTHEST
}

pub(super) const fn cost(ms: u32, cm: u32) -> Cost {
    (ms as u64) << 32 | cm as u64
}

pub(super) fn ms(cost: Cost) -> u64 {
    cost >> 32
}

pub(super) fn cm(cost: Cost) -> u64 {
    cost & 0xffff_ffff
}

/// On foot over so many metres, no street needed.
pub(super) fn on_foot(metres: f64) -> Cost {
    cost((metres * 3600.0 / WALK_KMH).round() as u32, (metres * 100.0).round() as u32)
}

/// From one state to another, over an arc.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub to: u32,
    pub arc: u32,
    pub cost: Cost,
}

/// What one mode can do in a network.
#[derive(Default)]
pub(super) struct Graph {
    first: Vec<u32>,
    steps: Vec<Step>,
    /// Edges that catch those who look for a street nearby.
    pub catches: Vec<bool>,
}

/// Parts of a network that cannot be left, or not be come back to, are faults of the map or stubs at its edge. Such a part catches nobody
/// when it has less than 10 km, both directions counted, and is not the largest: who lives there goes to the next street of a larger one.
const LEAST_ISLAND_CM: u64 = 1_000_000;

impl Graph {
    pub fn of(network: &Network, mode: Mode) -> Self {
        let mut starting: Vec<(u32, u32)> = Vec::with_capacity(2 * network.edges.len());
        for arc in 0..2 * network.edges.len() as u32 {
            if network.is_open(mode, arc) {
                starting.push((network.head(arc ^ 1), arc));
            }
        }
        starting.sort_unstable();
        let arcs_at = |junction: u32| {
            let from = starting.partition_point(|(at, _)| *at < junction);
            starting[from..].iter().take_while(move |(at, _)| *at == junction).map(|(_, arc)| *arc)
        };
        let over = |arc: u32| cost(network.edge_ms(mode, arc / 2), network.edges[arc as usize / 2].length_cm);

        let mut graph = Self { first: vec![0], ..Self::default() };
        if mode == Mode::Walk {
            for junction in 0..network.junctions.len() as u32 {
                let passes = |arc: &u32| !network.is_shut(mode, junction) && !network.is_shut(mode, network.head(*arc));
                graph.steps.extend(arcs_at(junction).filter(passes).map(|arc| Step { to: network.head(arc), arc, cost: over(arc) }));
                graph.first.push(graph.steps.len() as u32);
            }
        } else {
            for arc in 0..2 * network.edges.len() as u32 {
                if network.is_open(mode, arc) {
                    let junction = network.head(arc);
                    let turns_round = arc ^ 1;
                    let is_end = network.is_shut(mode, junction) || arcs_at(junction).all(|next| next == turns_round);
                    let may_follow = |next: &u32| (*next == turns_round) == is_end && !network.is_banned(mode, arc, *next);
                    graph.steps.extend(arcs_at(junction).filter(may_follow).map(|next| Step { to: next, arc, cost: over(arc) }));
                }
                graph.first.push(graph.steps.len() as u32);
            }
        }
        graph.catches = graph.catching(network, mode);
        graph
    }

    /// States with their steps, in order; nobody snaps to it.
    pub fn from_steps(states: impl Iterator<Item = impl Iterator<Item = Step>>) -> Self {
        let mut graph = Self { first: vec![0], ..Self::default() };
        for steps in states {
            graph.steps.extend(steps);
            graph.first.push(graph.steps.len() as u32);
        }
        graph
    }

    pub fn states(&self) -> usize {
        self.first.len() - 1
    }

    pub fn steps(&self, state: u32) -> &[Step] {
        &self.steps[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
    }

    fn catching(&self, network: &Network, mode: Mode) -> Vec<bool> {
        let part = self.parts();
        let mut length_cm = vec![0u64; self.states()];
        for state in 0..self.states() as u32 {
            let mut last = None;
            for step in self.steps(state).iter().filter(|step| part[step.to as usize] == part[state as usize]) {
                if last.replace(step.arc) != Some(step.arc) {
                    length_cm[part[state as usize] as usize] += cm(step.cost);
                }
            }
        }
        let largest = length_cm.iter().max().copied().unwrap_or(0);
        let catches = |state: u32| length_cm[part[state as usize] as usize] >= LEAST_ISLAND_CM.min(largest.max(1));
        (0..network.edges.len() as u32)
            .map(|edge| match mode {
                Mode::Walk => {
                    (network.is_open(mode, 2 * edge) || network.is_open(mode, 2 * edge + 1))
                        && network.edges[edge as usize].ends.iter().any(|end| catches(*end))
                }
                Mode::Cycle | Mode::Drive => [2 * edge, 2 * edge + 1].iter().any(|arc| network.is_open(mode, *arc) && catches(*arc)),
            })
            .collect()
    }

    /// For each state the number of its part: all states of a part can be reached from each other (Tarjan 1972, without recursion).
    fn parts(&self) -> Vec<u32> {
        const NEW: u32 = u32::MAX;
        let count = self.states();
        let (mut order, mut low, mut part) = (vec![NEW; count], vec![0u32; count], vec![NEW; count]);
        let (mut open, mut walk): (Vec<u32>, Vec<(u32, u32)>) = (Vec::new(), Vec::new());
        let (mut next_order, mut next_part) = (0, 0);
        for root in 0..count as u32 {
            if order[root as usize] != NEW {
                continue;
            }
            walk.push((root, 0));
            while let Some((state, done)) = walk.pop() {
                let at = state as usize;
                if done == 0 {
                    (order[at], low[at]) = (next_order, next_order);
                    next_order += 1;
                    open.push(state);
                }
                if let Some(step) = self.steps(state).get(done as usize) {
                    let to = step.to as usize;
                    walk.push((state, done + 1));
                    if order[to] == NEW {
                        walk.push((step.to, 0));
                    } else if part[to] == NEW {
                        low[at] = low[at].min(order[to]);
                    }
                    continue;
                }
                if low[at] == order[at] {
                    while let Some(member) = open.pop() {
                        part[member as usize] = next_part;
                        if member == state {
                            break;
                        }
                    }
                    next_part += 1;
                }
                if let Some((parent, _)) = walk.last() {
                    let parent = *parent as usize;
                    low[parent] = low[parent].min(low[at]);
                }
            }
        }
        part
    }
}

/// A way between a place on a street and a state: what it costs, and over which arc it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    pub state: u32,
    pub arc: u32,
    pub cost: Cost,
}

impl Network {
    /// What the way from an edge's first end to a place on it costs, and the rest of the edge.
    pub(super) fn split(&self, mode: Mode, snap: &Snap) -> (Cost, Cost) {
        let (ms, cm) = (self.edge_ms(mode, snap.edge), self.edges[snap.edge as usize].length_cm);
        let part = |of: u32| ((f64::from(of) * snap.along).round() as u32).min(of);
        let (part_ms, part_cm) = (part(ms), part(cm));
        (cost(part_ms, part_cm), cost(ms - part_ms, cm - part_cm))
    }

    /// The states in which somebody can be who leaves a place.
    pub(super) fn leaving(&self, mode: Mode, snap: &Snap) -> Vec<Door> {
        let (before, after) = self.split(mode, snap);
        let mut doors = Vec::with_capacity(4);
        for (arc, cost) in [(2 * snap.edge, after), (2 * snap.edge + 1, before)] {
            if !self.is_open(mode, arc) {
                continue;
            }
            match mode {
                Mode::Walk if self.is_shut(mode, self.head(arc)) => {}
                Mode::Walk => doors.push(Door { state: self.head(arc), arc, cost }),
                Mode::Cycle | Mode::Drive => doors.extend(self.graph(mode).steps(arc).iter().map(|step| Door { state: step.to, arc, cost })),
            }
        }
        doors
    }

    /// The states from which a place is reached.
    pub(super) fn arriving(&self, mode: Mode, snap: &Snap) -> Vec<Door> {
        let (before, after) = self.split(mode, snap);
        let mut doors = Vec::with_capacity(2);
        for (arc, cost) in [(2 * snap.edge, before), (2 * snap.edge + 1, after)] {
            if !self.is_open(mode, arc) {
                continue;
            }
            match mode {
                Mode::Walk if self.is_shut(mode, self.head(arc ^ 1)) => {}
                Mode::Walk => doors.push(Door { state: self.head(arc ^ 1), arc, cost }),
                Mode::Cycle | Mode::Drive => doors.push(Door { state: arc, arc, cost }),
            }
        }
        doors
    }

    /// The way between two places of one edge that passes none of its ends.
    pub(super) fn along(&self, mode: Mode, from: &Snap, to: &Snap) -> Option<(u32, Cost)> {
        if from.edge != to.edge {
            return None;
        }
        let ((from_before, _), (to_before, _)) = (self.split(mode, from), self.split(mode, to));
        let forward = self.is_open(mode, 2 * from.edge) && from.along <= to.along;
        let backward = self.is_open(mode, 2 * from.edge + 1) && to.along <= from.along;
        match (forward, backward) {
            (true, _) => Some((2 * from.edge, to_before - from_before)),
            (false, true) => Some((2 * from.edge + 1, from_before - to_before)),
            (false, false) => None,
        }
    }
}

/// One search after another in the same memory.
#[derive(Default)]
pub(super) struct Search {
    pub cost: Vec<Cost>,
    /// By which state and over which arc each state was reached; only of a search that keeps it.
    pub came: Vec<(u32, u32)>,
    /// Milliseconds in the upper half, the state in the lower: half as long as a cost with a state, which is what the queue's time goes by.
    queue: BinaryHeap<Reverse<u64>>,
    settled: Vec<bool>,
}

/// Reached from the door itself.
pub(super) const START: u32 = u32::MAX;

impl Search {
    /// Costs from the doors to all states that are wanted, of which there are so many; then it ends.
    pub fn run(&mut self, graph: &Graph, doors: &[Door], wanted: &[bool], mut left: usize) {
        self.begin(graph, doors);
        self.settled.clear();
        self.settled.resize(graph.states(), false);
        // The last one wanted may still become shorter by ways that take no time.
        let mut last_ms = u64::MAX;
        while let Some((here_ms, state)) = self.next() {
            if here_ms > last_ms {
                break;
            }
            if wanted[state as usize] && !std::mem::replace(&mut self.settled[state as usize], true) {
                left -= 1;
                if left == 0 {
                    last_ms = here_ms;
                }
            }
            let here = self.cost[state as usize];
            for step in graph.steps(state) {
                self.reach(step.to, here + step.cost);
            }
        }
    }

    /// The cheapest door by which to arrive and what it costs, keeping how each state was reached.
    pub fn trace(&mut self, graph: &Graph, leaving: &[Door], arriving: &[Door]) -> Option<(Door, Cost)> {
        self.begin(graph, leaving);
        self.came.clear();
        self.came.resize(graph.states(), (START, START));
        for door in leaving {
            if self.cost[door.state as usize] == door.cost {
                self.came[door.state as usize] = (START, door.arc);
            }
        }
        let mut best: Option<(Door, Cost)> = None;
        while let Some((here_ms, state)) = self.next() {
            if best.is_some_and(|(_, best)| ms(best) < here_ms) {
                break;
            }
            let here = self.cost[state as usize];
            for door in arriving.iter().filter(|door| door.state == state) {
                if best.is_none_or(|(_, best)| here + door.cost < best) {
                    best = Some((*door, here + door.cost));
                }
            }
            for step in graph.steps(state) {
                if self.reach(step.to, here + step.cost) {
                    self.came[step.to as usize] = (state, step.arc);
                }
            }
        }
        best
    }

    fn begin(&mut self, graph: &Graph, doors: &[Door]) {
        self.cost.clear();
        self.cost.resize(graph.states(), UNREACHED);
        self.queue.clear();
        for door in doors {
            self.reach(door.state, door.cost);
        }
    }

    /// The state that is reached next, and when.
    fn next(&mut self) -> Option<(u64, u32)> {
        while let Some(Reverse(key)) = self.queue.pop() {
            let (here_ms, state) = (key >> 32, key as u32);
            if here_ms == ms(self.cost[state as usize]) {
                return Some((here_ms, state));
            }
        }
        None
    }

    /// Whether that is shorter than what was known.
    fn reach(&mut self, state: u32, cost: Cost) -> bool {
        let is_shorter = cost < self.cost[state as usize] && within_reach(cost);
        if is_shorter {
            self.cost[state as usize] = cost;
            self.queue.push(Reverse(ms(cost) << 32 | u64::from(state)));
        }
        is_shorter
    }
}
