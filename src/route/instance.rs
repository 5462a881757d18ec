//! The problem as the search sees it: runs melted into single nodes, places resolved, matrices laid out by row and by column.

use super::{
    changes::Before,
    problem::{Break, Measure, Problem, Worth},
    travel::NEVER,
};

/// A time that is never reached, and one before all others.
pub(super) const NEVER_READY: i32 = i32::MAX / 2;
pub(super) const TOO_LATE: i32 = i32::MIN / 2;

/// A stop, or a run of stops that stay together. Who arrives at `t ≤ latest` leaves at `max(t + takes, leaves)`: that holds for one window
/// and, concatenated, for any run of them.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub stops: Vec<usize>,
    pub latest: i32,
    pub takes: i32,
    pub leaves: i32,
    pub load: i64,
    pub must: bool,
    /// What leaving it out costs, where it is no must.
    pub value: i64,
    /// Travel within a run: in the goal's measure, and its length.
    pub inner_cost: i64,
    pub inner_length: i64,
    /// Visits and travel within.
    pub work: i64,
    /// Of its first stop, for orders of insertion.
    pub opens: i32,
}

#[derive(Clone, Debug)]
pub(super) struct Crew {
    pub start: u32,
    pub end: u32,
    pub from: i32,
    pub until: i32,
    pub breaks: Vec<Break>,
    pub capacity: i64,
    pub longest: i64,
    pub fixed: i64,
    /// Teams of one kind are exchangeable while they are empty.
    pub kind: usize,
    /// Balance ÷ shift.
    balance: f64,
}

impl Crew {
    pub fn is_balanced(&self) -> bool {
        self.balance != 0.0
    }

    pub fn balance_cost(&self, work: i64) -> i64 {
        (self.balance * work as f64 * work as f64) as i64
    }
}

/// One leg, or the way by a node, in all three measures.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Leg {
    pub cost: i64,
    pub time: i64,
    pub length: i64,
}

#[derive(Debug)]
pub(super) struct Instance {
    pub nodes: Vec<Node>,
    pub crews: Vec<Crew>,
    /// Nodes, then the places of starts and ends.
    pub width: usize,
    /// `times_from[x × width + q]` from x to q, `times_into[x × width + p]` from p to x: both rows of x lie together in memory.
    pub times_from: Vec<i32>,
    pub times_into: Vec<i32>,
    pub costs_from: Vec<i32>,
    pub costs_into: Vec<i32>,
    lengths_from: Vec<i32>,
    /// The nearest nodes of each node, nearest first.
    near: Vec<Vec<u32>>,
    /// `allowed[team × nodes + node]`
    allowed: Vec<bool>,
    /// What it costs to send any team out, where fewest teams come first.
    pub per_team: i64,
    /// What it costs that this team makes this visit, beside the travel: changes against the plan before.
    assign: Vec<i64>,
}

/// How many nearest nodes are kept for each.
const NEAR: usize = 100;

/// What going out costs in "fewest teams first": above any travel.
const ONE_TEAM: i64 = 1 << 40;

impl Instance {
    pub fn new(problem: &Problem, before: Option<&Before>) -> Self {
        let nodes = nodes(problem);
        let places = Places::new(problem, &nodes);
        let width = places.into.len();
        let mut instance = Self {
            crews: Vec::new(),
            width,
            times_from: places.matrix(|from, to| problem.travel.time_ms(from, to)),
            times_into: Vec::new(),
            costs_from: Vec::new(),
            costs_into: Vec::new(),
            lengths_from: places.matrix(|from, to| problem.travel.length_mm(from, to)),
            near: Vec::new(),
            allowed: Vec::new(),
            per_team: if problem.goal.fewest_teams { ONE_TEAM } else { 0 },
            assign: vec![0; problem.teams.len() * nodes.len()],
            nodes,
        };
        instance.costs_from = match problem.goal.measure {
            Measure::Time => instance.times_from.clone(),
            Measure::Length => instance.lengths_from.clone(),
        };
        instance.near = instance.nearest();
        if let Some(before) = before {
            instance.resist(before);
        }
        instance.times_into = transposed(&instance.times_from, width);
        instance.costs_into = transposed(&instance.costs_from, width);
        instance.allowed = allowed(problem, &instance.nodes);
        instance.crews = crews(problem, &places, &instance.allowed, &instance.assign, instance.nodes.len());
        instance
    }

    pub fn allows(&self, team: usize, node: usize) -> bool {
        self.allowed[team * self.nodes.len() + node]
    }

    pub fn assign_cost(&self, team: usize, node: usize) -> i64 {
        self.assign[team * self.nodes.len() + node]
    }

    pub fn time(&self, from: u32, to: u32) -> i32 {
        self.times_from[from as usize * self.width + to as usize]
    }

    pub fn leg(&self, from: u32, to: u32) -> Leg {
        let at = from as usize * self.width + to as usize;
        Leg { cost: self.costs_from[at].into(), time: self.times_from[at].into(), length: self.lengths_from[at].into() }
    }

    /// Stops of each team as nodes; a run counts where its first stop stands.
    pub fn sequences(&self, orders: &[Vec<usize>]) -> Vec<Vec<u32>> {
        let node = |stop: &usize| self.nodes.iter().position(|node| node.stops.first() == Some(stop)).map(|node| node as u32);
        let mut seen = vec![false; self.nodes.len()];
        let mut fresh = |node: &u32| !std::mem::replace(&mut seen[*node as usize], true);
        (0..self.crews.len()).map(|team| orders.get(team).into_iter().flatten().filter_map(node).filter(&mut fresh).collect()).collect()
    }

    /// Nodes of each team as stops.
    pub fn orders(&self, sequences: &[Vec<u32>]) -> Vec<Vec<usize>> {
        let stops = |node: &u32| self.nodes[*node as usize].stops.iter().copied();
        sequences.iter().map(|sequence| sequence.iter().flat_map(stops).collect()).collect()
    }

    /// The nodes around this one, nearest first, itself left out.
    pub fn near(&self, node: usize) -> &[u32] {
        &self.near[node]
    }

    fn nearest(&self) -> Vec<Vec<u32>> {
        let count = self.nodes.len();
        let between = |a: usize, b: usize| i64::from(self.costs_from[a * self.width + b]) + i64::from(self.costs_from[b * self.width + a]);
        let around = |a: usize| {
            let mut others: Vec<(i64, u32)> = (0..count).filter(|&b| b != a).map(|b| (between(a, b), b as u32)).collect();
            if others.len() > NEAR {
                others.select_nth_unstable(NEAR);
                others.truncate(NEAR);
            }
            others.sort_unstable();
            others.into_iter().map(|(_, b)| b).collect()
        };
        (0..count).map(around).collect()
    }

    /// Makes changes against the plan before cost something: another team, a turned order from one visit to the next, or dropping a stop.
    fn resist(&mut self, before: &Before) {
        let count = self.nodes.len();
        let price = i32::try_from(before.price).unwrap_or(i32::MAX);
        let seat = |node: &Node| node.stops.first().and_then(|&stop| before.seat(stop));
        let seats: Vec<Option<(usize, usize)>> = self.nodes.iter().map(seat).collect();
        for (a, from) in seats.iter().enumerate() {
            let Some((team, rank)) = *from else { continue };
            self.nodes[a].value += before.price;
            for other in 0..self.assign.len() / count {
                self.assign[other * count + a] = if other == team { 0 } else { before.price };
            }
            for (b, to) in seats.iter().enumerate() {
                if to.is_some_and(|to| to.0 == team && to.1 < rank) {
                    let cost = &mut self.costs_from[a * self.width + b];
                    *cost = cost.saturating_add(price).min(NEVER as i32);
                }
            }
        }
    }
}

/// Where nodes, starts and ends lie: where one comes in and where one goes out. No place: a round that ends anywhere.
struct Places {
    into: Vec<Option<usize>>,
    out: Vec<Option<usize>>,
}

impl Places {
    fn new(problem: &Problem, nodes: &[Node]) -> Self {
        let place = |stop: Option<&usize>| stop.map(|&stop| problem.stops[stop].place);
        let mut into: Vec<Option<usize>> = nodes.iter().map(|node| place(node.stops.first())).collect();
        let out: Vec<Option<usize>> = nodes.iter().map(|node| place(node.stops.last())).collect();
        let mut depots: Vec<Option<usize>> = problem.teams.iter().flat_map(|team| [Some(team.start), team.end]).collect();
        depots.sort_unstable();
        depots.dedup();
        into.extend(&depots);
        Self { into, out: out.into_iter().chain(depots).collect() }
    }

    /// The index of a start or an end behind the nodes.
    fn depot(&self, nodes: usize, place: Option<usize>) -> u32 {
        (nodes + self.into[nodes..].iter().position(|depot| *depot == place).unwrap_or_default()) as u32
    }

    fn matrix(&self, between: impl Fn(usize, usize) -> Option<u32>) -> Vec<i32> {
        let entry = |from: Option<usize>, to: Option<usize>| match (from, to) {
            (Some(from), Some(to)) => between(from, to).unwrap_or(NEVER) as i32,
            _ => 0,
        };
        self.out.iter().flat_map(|&from| self.into.iter().map(move |&to| entry(from, to))).collect()
    }
}

fn transposed(rows: &[i32], width: usize) -> Vec<i32> {
    (0..width * width).map(|at| rows[at % width * width + at / width]).collect()
}

fn nodes(problem: &Problem) -> Vec<Node> {
    let mut in_run = vec![false; problem.stops.len()];
    problem.runs.iter().flatten().for_each(|&stop| in_run[stop] = true);
    let alone = (0..problem.stops.len()).filter(|&stop| !in_run[stop]).map(|stop| vec![stop]);
    alone.chain(problem.runs.iter().cloned()).map(|stops| node(problem, stops)).collect()
}

fn node(problem: &Problem, stops: Vec<usize>) -> Node {
    let mut node =
        Node { stops: Vec::new(), latest: 0, takes: 0, leaves: 0, load: 0, must: false, value: 0, inner_cost: 0, inner_length: 0, work: 0, opens: 0 };
    let mut last: Option<usize> = None;
    for &at in &stops {
        let stop = &problem.stops[at];
        let (opens, closes, service) = (stop.window_ms.0 as i32, stop.window_ms.1 as i32, stop.service_ms as i32);
        if let Some(last) = last {
            let (time, length) = (problem.travel.time_ms(last, stop.place), problem.travel.length_mm(last, stop.place));
            let there = time.unwrap_or(NEVER) as i32;
            let arrives = node.leaves.saturating_add(there);
            node.latest = if arrives > closes { TOO_LATE } else { node.latest.min(closes - there - node.takes) };
            node.takes = node.takes.saturating_add(there).saturating_add(service).min(NEVER as i32);
            node.leaves = arrives.max(opens).saturating_add(service).min(NEVER as i32);
            node.inner_length += i64::from(length.unwrap_or(NEVER));
            node.inner_cost += i64::from(if problem.goal.measure == Measure::Time { time } else { length }.unwrap_or(NEVER));
        } else {
            (node.latest, node.takes, node.leaves, node.opens) = (closes, service, opens + service, opens);
        }
        node.load += i64::from(stop.load);
        node.must |= problem.is_must(at);
        node.value += if let Worth::Value(value) = stop.worth { i64::from(value) } else { 0 };
        last = Some(stop.place);
    }
    node.work = node.takes.into();
    node.stops = stops;
    node
}

fn allowed(problem: &Problem, nodes: &[Node]) -> Vec<bool> {
    let may = |team: usize, stop: usize| {
        let stop = &problem.stops[stop];
        stop.skills & !problem.teams[team].skills == 0 && stop.team.is_none_or(|locked| locked == team)
    };
    (0..problem.teams.len()).flat_map(|team| nodes.iter().map(move |node| node.stops.iter().all(|&stop| may(team, stop)))).collect()
}

fn crews(problem: &Problem, places: &Places, allowed: &[bool], assign: &[i64], nodes: usize) -> Vec<Crew> {
    let row = |team: usize| team * nodes..(team + 1) * nodes;
    let alike = |a: usize, b: usize| problem.teams[a] == problem.teams[b] && allowed[row(a)] == allowed[row(b)] && assign[row(a)] == assign[row(b)];
    let mut crews: Vec<Crew> = Vec::with_capacity(problem.teams.len());
    for (number, team) in problem.teams.iter().enumerate() {
        let kind = (0..number).find(|&other| crews[other].kind == other && alike(other, number)).unwrap_or(number);
        let (from, until) = (team.shift_ms.0 as i32, team.shift_ms.1 as i32);
        crews.push(Crew {
            start: places.depot(nodes, Some(team.start)),
            end: places.depot(nodes, team.end),
            from,
            until,
            breaks: team.breaks.clone(),
            capacity: team.capacity.into(),
            longest: team.longest_mm.map_or(i64::MAX, i64::from),
            fixed: i64::from(team.fixed) + if problem.goal.fewest_teams { ONE_TEAM } else { 0 },
            kind,
            balance: problem.goal.balance / f64::from((until - from).max(1)),
        });
    }
    crews
}
