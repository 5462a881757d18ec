//! The search: ruin and recreate under simulated annealing. Stops that must be visited weigh more the longer they are left out; with "fewest
//! teams first" one team after the other is closed until the rest cannot take over its stops.

use super::{
    changes::{Before, changes},
    instance::Instance,
    order::Order,
    problem::Problem,
    ruin::{complete, recreate, ruin},
    state::{NOWHERE, Sequences, State},
};
use crate::random::Random;

/// How far a search is, for whoever decides when it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub iterations: u64,
    /// The best cost so far, in thousandths of the goal's unit: rounds, and values of what is left out.
    pub cost: i64,
    /// How many stops and runs are left out of the best plan.
    pub left_out: usize,
    /// How many teams go out in it.
    pub teams: usize,
}

/// Temperatures in mean costs of a leg: at the start and at the end, and as long as places for musts are sought.
const HOT: f64 = 15.0;
const COLD: f64 = 0.03;
const WARM: f64 = 0.1;
/// How much of the budget may go into finding a place for all musts, and into closing teams.
const MUSTS_UNTIL: f64 = 0.5;
const TEAMS_UNTIL: f64 = 0.4;
/// A budget of many iterations is spent on several searches from nothing, as many as get so many iterations per node, at most four: a tight
/// problem falls apart into regions that no single search gets out of.
const CYCLE: f64 = 700.0;
const MOST_CYCLES: f64 = 4.0;
const GAUGE: f64 = 0.02;
/// How often the caller is asked.
const ASK_EVERY: u64 = 16;
/// How many kicks an order gets before the caller is asked, and how often in a search it is taken over into the plan.
const KICKS: u32 = 64;
const NOTED_ORDERS: f64 = 64.0;
/// How many near-equal plans are kept for the draw.
const POOL: usize = 32;

pub(super) struct Search<'a, B: FnMut(Progress) -> f64> {
    instance: &'a Instance,
    state: State,
    cost: i64,
    /// Of this cycle, and of those before.
    best: Best,
    overall: Best,
    /// Musts left out, cost, plan.
    pool: Vec<(u64, i64, Sequences)>,
    near_equal: f64,
    /// The plan before, where changes against it have their price.
    before: Option<&'a Before>,
    /// How often each node was left out although it is a must.
    missed: Vec<u64>,
    random: Random,
    budget: B,
    iterations: u64,
    spent: f64,
}

#[derive(Clone)]
struct Best {
    musts_out: u64,
    cost: i64,
    sequences: Sequences,
    teams: usize,
    left_out: usize,
}

impl Default for Best {
    /// Worse than any plan.
    fn default() -> Self {
        Self { musts_out: u64::MAX, cost: i64::MAX, sequences: Vec::new(), teams: usize::MAX, left_out: usize::MAX }
    }
}

impl<'a, B: FnMut(Progress) -> f64> Search<'a, B> {
    pub fn new(problem: &Problem, instance: &'a Instance, before: Option<&'a Before>, seed: u64, budget: B) -> Self {
        let mut random = Random::stream(seed, 0);
        let mut state = State::new(instance);
        if let Some(before) = before {
            state.restore(instance, &instance.sequences(&before.orders));
        }
        complete(instance, &mut state, &mut random);
        let cost = state.cost(instance);
        let best = Best::default();
        let near_equal = problem.goal.near_equal;
        let missed = vec![1; instance.nodes.len()];
        let mut search = Self {
            instance,
            state,
            cost,
            overall: best.clone(),
            best,
            pool: Vec::new(),
            near_equal,
            before,
            missed,
            random,
            budget,
            iterations: 0,
            spent: 0.0,
        };
        search.note();
        search
    }

    /// Searches until the budget is spent; returns the best plan found, or one drawn among those that are nearly as good.
    pub fn run(mut self, fewest_teams: bool) -> Sequences {
        self.ask();
        let mut cycles = 1.0;
        let mut cycle = 0.0;
        while self.spent < 1.0 {
            let (from, mut until) = (cycle / cycles, (cycle + 1.0) / cycles);
            if cycle == 0.0 {
                // How much the budget holds shows once it has begun.
                while self.spent < GAUGE {
                    self.seek();
                }
                let whole = self.iterations as f64 / self.spent;
                let one = CYCLE * self.instance.nodes.len() as f64;
                cycles = if self.before.is_some() { 1.0 } else { (whole / one).floor().clamp(1.0, MOST_CYCLES) };
                until = 1.0 / cycles;
            } else {
                self.start_anew();
            }
            self.cycle(from, until, fewest_teams);
            self.overall = self.best_of_all().clone();
            cycle += 1.0;
        }
        self.best = self.best_of_all().clone();
        self.state.restore(self.instance, &self.best.sequences);
        complete(self.instance, &mut self.state, &mut self.random);
        self.cost = self.state.cost(self.instance);
        self.note();
        self.draw()
    }

    /// Forgets the plan at hand and builds another one from nothing.
    fn start_anew(&mut self) {
        self.state = State::new(self.instance);
        complete(self.instance, &mut self.state, &mut self.random);
        self.cost = self.state.cost(self.instance);
        self.best = Best::default();
        self.note();
    }

    /// One search from hot to cold within a part of the budget: places for all musts first, then few teams, then short ways. Where the first two
    /// went worse than in a cycle before, the third goes on from the best plan so far.
    fn cycle(&mut self, from: f64, until: f64, fewest_teams: bool) {
        let at = |share: f64| from + share * (until - from);
        while self.best.musts_out > 0 && self.spent < at(MUSTS_UNTIL) {
            self.seek();
        }
        if fewest_teams && self.best.musts_out == 0 {
            self.close_teams(at(TEAMS_UNTIL));
        }
        let teams = if fewest_teams { self.best.teams } else { self.overall.teams };
        if (self.overall.musts_out, self.overall.teams) < (self.best.musts_out, teams) {
            self.best = self.overall.clone();
            self.go_on_from_best(fewest_teams);
        }
        self.order_rounds(until);
        let began = self.spent;
        while self.spent < until {
            let share = (self.spent - began) / (until - began);
            self.step(self.leg() * HOT * (COLD / HOT).powf(share));
        }
    }

    /// Where one team makes all visits and may make them at any time, only their order is left to find.
    fn order_rounds(&mut self, until: f64) {
        let is_settled = self.instance.crews.len() == 1 && self.instance.nodes.iter().all(|node| node.must) && self.best.musts_out == 0;
        if !is_settled || self.before.is_some() {
            return;
        }
        self.go_on_from_best(false);
        let Some(mut order) = Order::of(self.instance, &self.state.rounds[0]) else { return };
        let (step, mut next) = ((until - self.spent) / NOTED_ORDERS, self.spent);
        while self.spent < until {
            order.improve(KICKS, &mut self.random);
            self.iterations += u64::from(KICKS);
            self.ask();
            if self.spent < next {
                continue;
            }
            next += step;
            self.state.restore(self.instance, &vec![order.visits()]);
            self.cost = self.state.cost(self.instance);
            self.note();
        }
    }

    /// The best plan is the one at hand again; where teams are scarce, those that stay at home in it stay there.
    fn go_on_from_best(&mut self, fewest_teams: bool) {
        self.state.restore(self.instance, &self.best.sequences);
        for (team, round) in self.state.rounds.iter().enumerate() {
            self.state.closed[team] = fewest_teams && round.is_empty();
        }
        self.cost = self.state.cost(self.instance);
    }

    /// Closes teams for as long as the others can take over.
    fn close_teams(&mut self, until: f64) {
        while self.spent < until && self.best.teams > self.least_teams() {
            self.go_on_from_best(true);
            let weight = |team: &usize| self.state.rounds[*team].visits().iter().map(|&node| self.missed[node as usize]).sum::<u64>();
            let used = (0..self.state.rounds.len()).filter(|&team| !self.state.closed[team]);
            let Some(team) = used.min_by_key(weight) else { return };
            self.state.closed[team] = true;
            let end = self.state.rounds[team].nodes.len() - 1;
            self.state.remove(self.instance, team, 1, end);
            self.state.keep();
            self.cost = self.state.cost(self.instance);
            let target = self.best.teams;
            while self.best.teams >= target && self.spent < until {
                self.seek();
            }
        }
        self.go_on_from_best(true);
    }

    /// No fewer teams than this can carry all loads of the musts.
    fn least_teams(&self) -> usize {
        let mut capacities: Vec<i64> = self.instance.crews.iter().map(|crew| crew.capacity).collect();
        capacities.sort_unstable_by(|a, b| b.cmp(a));
        let mut load: i64 = self.instance.nodes.iter().filter(|node| node.must).map(|node| node.load).sum();
        let fits = |capacity: &i64| {
            load -= capacity;
            load > 0
        };
        1 + capacities.iter().copied().take_while(fits).count()
    }

    /// What a leg costs on average in the best plan.
    fn leg(&self) -> f64 {
        let rounds = self.best.sequences.iter().zip(&self.instance.crews);
        let (mut cost, mut legs) = (0, 1);
        for (sequence, crew) in rounds.filter(|(sequence, _)| !sequence.is_empty()) {
            let mut at = crew.start;
            for &node in sequence.iter().chain([&crew.end]) {
                cost += self.instance.leg(at, node).cost;
                legs += 1;
                at = node;
            }
        }
        cost as f64 / f64::from(legs)
    }

    /// Tears down, builds up, and keeps the outcome if it is better or by the luck that the temperature allows. Musts that are left out count
    /// before all else.
    fn step(&mut self, temperature: f64) {
        self.rebuild();
        let (now, before) = (self.musts_in(&self.state.absent), self.musts_in(self.state.kept_absent()));
        self.decide(now, before, temperature);
    }

    /// A step in search of places for all musts: each weighs more the more often it was left out.
    fn seek(&mut self) {
        self.rebuild();
        let (now, before) = (self.missed(&self.state.absent), self.missed(self.state.kept_absent()));
        for &node in &self.state.absent {
            self.missed[node as usize] += u64::from(self.instance.nodes[node as usize].must);
        }
        self.decide(now, before, self.leg() * WARM);
    }

    fn rebuild(&mut self) {
        let around = ruin(self.instance, &mut self.state, &mut self.random);
        recreate(self.instance, &mut self.state, around, &mut self.random);
    }

    /// Keeps the step or takes it back: by what it misses now and before it, then by its cost.
    fn decide(&mut self, missed_now: u64, missed_before: u64, temperature: f64) {
        let change = self.state.change(self.instance);
        let worse_by = -temperature * (1.0 - self.random.fraction()).ln();
        let better = missed_now < missed_before || missed_now == missed_before && (change as f64) < worse_by;
        if better {
            self.state.keep();
            self.cost += change;
            self.note();
        } else {
            self.state.undo();
        }
        self.iterations += 1;
        if self.iterations.is_multiple_of(ASK_EVERY) {
            self.ask();
        }
    }

    fn ask(&mut self) {
        let progress = self.progress();
        self.spent = (self.budget)(progress);
    }

    fn missed(&self, absent: &[u32]) -> u64 {
        absent.iter().filter(|&&node| self.instance.nodes[node as usize].must).map(|&node| self.missed[node as usize]).sum()
    }

    fn musts_in(&self, absent: &[u32]) -> u64 {
        absent.iter().map(|&node| u64::from(self.instance.nodes[node as usize].must)).sum()
    }

    fn progress(&self) -> Progress {
        let best = self.best_of_all();
        let cost = best.cost - self.instance.per_team * best.teams as i64;
        Progress { iterations: self.iterations, cost, left_out: best.left_out, teams: best.teams }
    }

    fn best_of_all(&self) -> &Best {
        let rank = |best: &Best| (best.musts_out, best.cost);
        if rank(&self.best) < rank(&self.overall) { &self.best } else { &self.overall }
    }

    /// Remembers the plan at hand if it is the best, or near enough to be drawn.
    fn note(&mut self) {
        let musts_out = self.musts_in(&self.state.absent);
        if (musts_out, self.cost) < (self.best.musts_out, self.best.cost) {
            let sequences = self.state.sequences();
            let cost = self.cost + self.uncharged(&sequences);
            if (musts_out, cost) < (self.best.musts_out, self.best.cost) {
                self.best = Best { musts_out, cost, sequences, teams: self.state.used(), left_out: self.state.absent.len() };
            }
        }
        if self.near_equal > 0.0 && musts_out == self.best.musts_out && self.is_near(self.cost) {
            let sequences = self.state.sequences();
            if self.pool.iter().any(|(_, _, known)| *known == sequences) {
                return;
            }
            if self.pool.len() == POOL {
                self.keep_near();
            }
            if self.pool.len() == POOL {
                let out = self.random.below(POOL);
                self.pool.swap_remove(out);
            }
            self.pool.push((musts_out, self.cost, sequences));
        }
    }

    /// The price of changes against the plan before that the legs did not see: an order that is turned with another visit between.
    fn uncharged(&self, sequences: &Sequences) -> i64 {
        let Some(before) = self.before else { return 0 };
        let orders = self.instance.orders(sequences);
        let moved = changes(&before.orders, &orders).moved.len() as i64;
        let seats = |order: &Vec<usize>| order.iter().map(|&stop| before.seat(stop)).collect::<Vec<_>>();
        let charged = |(team, seats): (usize, Vec<Option<(usize, usize)>>)| {
            let others = seats.iter().flatten().filter(|seat| seat.0 != team).count();
            let turned = seats.windows(2).filter(|pair| matches!(pair, [Some(a), Some(b)] if a.0 == b.0 && b.1 < a.1)).count();
            (others + turned) as i64
        };
        before.price * (moved - orders.iter().map(seats).enumerate().map(charged).sum::<i64>()).max(0)
    }

    fn travel(&self) -> f64 {
        let used = self.best.sequences.iter().filter(|sequence| !sequence.is_empty()).count();
        let stops: usize = self.best.sequences.iter().map(Vec::len).sum();
        self.leg() * (used + stops) as f64
    }

    /// Forgets what is not near the best plan; returns the most that a near one may cost.
    fn keep_near(&mut self) -> i64 {
        let bound = self.best.cost + (self.near_equal * self.travel()) as i64;
        self.pool.retain(|(musts_out, cost, _)| *musts_out == self.best.musts_out && *cost <= bound);
        bound
    }

    fn is_near(&self, cost: i64) -> bool {
        (cost - self.best.cost) as f64 <= self.near_equal * self.travel()
    }

    /// One of the near-equal plans, each as likely; rounds that are as good the other way round are turned by the toss of a coin.
    fn draw(mut self) -> Sequences {
        if self.near_equal == 0.0 {
            return self.best.sequences;
        }
        let bound = self.keep_near();
        if !self.pool.is_empty() {
            let drawn = self.random.below(self.pool.len());
            self.best.sequences = self.pool.swap_remove(drawn).2;
        }
        let mut sequences = self.best.sequences;
        for team in 0..sequences.len() {
            if self.random.fraction() < 0.5 {
                continue;
            }
            let straight = sequences.clone();
            sequences[team].reverse();
            self.state.restore(self.instance, &sequences);
            let whole = sequences[team].iter().all(|&node| self.state.home[node as usize] != NOWHERE);
            if !whole || self.state.cost(self.instance) > bound {
                sequences = straight;
            }
        }
        sequences
    }
}
