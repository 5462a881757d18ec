//! One team's round under construction: which nodes in which order, and in constant time per place whether one more fits and what it costs.
//!
//! For each position the round keeps the earliest time at which the team is ready to go on and the latest at which it may arrive, once for each
//! number of breaks taken by then. A visit fits between two positions when it can be reached from the one and leaves in time for the other.

use super::{
    instance::{Crew, Instance, Leg, NEVER_READY, Node, TOO_LATE},
    problem::MOST_BREAKS,
};
use crate::random::Random;

/// Breaks taken: none to all.
const MOST_LEVELS: usize = MOST_BREAKS + 1;

#[derive(Clone, Debug)]
pub(super) struct Round {
    pub team: usize,
    /// With the start before and the end behind.
    pub nodes: Vec<u32>,
    legs: Vec<i64>,
    /// `ready[position × levels + breaks taken]`, `late` likewise; levels = breaks of the team + 1.
    ready: Vec<i32>,
    late: Vec<i32>,
    load: i64,
    length: i64,
    work: i64,
    /// Legs, ways within runs, and changes against the plan before.
    measure: i64,
}

/// Leaves out one position in a hundred when places for a visit are looked at ("blinks", γ = 0.01 of Christiaens & Vanden Berghe 2020).
#[derive(Debug)]
pub(super) struct Blinks {
    next: u32,
}

impl Blinks {
    pub fn none() -> Self {
        Self { next: u32::MAX }
    }

    pub fn new(random: &mut Random) -> Self {
        Self { next: Self::gap(random) }
    }

    fn gap(random: &mut Random) -> u32 {
        ((1.0 - random.fraction()).ln() / 0.99_f64.ln()) as u32
    }

    fn blinks(&mut self, random: &mut Random) -> bool {
        if self.next > 0 {
            self.next -= 1;
            return false;
        }
        self.next = Self::gap(random);
        true
    }
}

impl Round {
    pub fn new(instance: &Instance, team: usize) -> Self {
        let crew = &instance.crews[team];
        let levels = crew.breaks.len() + 1;
        let mut round = Self {
            team,
            nodes: vec![crew.start, crew.end],
            legs: vec![0],
            ready: vec![NEVER_READY; 2 * levels],
            late: vec![TOO_LATE; 2 * levels],
            load: 0,
            length: 0,
            work: 0,
            measure: 0,
        };
        round.refresh(instance, 0, 1);
        round
    }

    /// The round that makes these visits in this order; the caller asks whether it `holds`.
    pub fn of(instance: &Instance, team: usize, visits: &[u32]) -> Self {
        let mut round = Self::new(instance, team);
        if visits.is_empty() {
            return round;
        }
        round.nodes.splice(1..1, visits.iter().copied());
        let legs: Vec<Leg> = round.nodes.windows(2).map(|pair| instance.leg(pair[0], pair[1])).collect();
        round.length = legs.iter().map(|leg| leg.length).sum();
        round.work = legs.iter().map(|leg| leg.time).sum();
        round.measure = legs.iter().map(|leg| leg.cost).sum();
        round.legs = legs.into_iter().map(|leg| leg.cost).collect();
        for &node in visits {
            let visit = &instance.nodes[node as usize];
            round.load += visit.load;
            round.length += visit.inner_length;
            round.work += visit.work;
            round.measure += visit.inner_cost + instance.assign_cost(team, node as usize);
        }
        let levels = instance.crews[team].breaks.len() + 1;
        round.ready = vec![NEVER_READY; round.nodes.len() * levels];
        round.late = vec![TOO_LATE; round.nodes.len() * levels];
        round.refresh(instance, 0, round.nodes.len() - 1);
        round
    }

    /// The same round by other bounds of its team: those that the instance has now.
    pub fn anew(&self, instance: &Instance) -> Self {
        let mut round = self.clone();
        round.refresh(instance, 0, self.nodes.len() - 1);
        round
    }

    /// The earliest time at which the round can be over, with all breaks that are owed; `None` where it does not hold.
    pub fn ends(&self, instance: &Instance) -> Option<i32> {
        let levels = instance.crews[self.team].breaks.len() + 1;
        let end = (self.nodes.len() - 1) * levels;
        (0..levels).map(|taken| (self.ready[end + taken], self.late[end + taken])).filter(|(ready, late)| ready <= late).map(|(ready, _)| ready).min()
    }

    /// The earliest and the latest possible arrival at a position, for each number of breaks taken before.
    pub fn arrivals(&self, instance: &Instance, position: usize) -> impl Iterator<Item = (i32, i32)> {
        let levels = instance.crews[self.team].breaks.len() + 1;
        let there = instance.time(self.nodes[position - 1], self.nodes[position]);
        let at = move |taken: usize| (self.ready[(position - 1) * levels + taken].saturating_add(there), self.late[position * levels + taken]);
        (0..levels).map(at).filter(|(earliest, latest)| earliest <= latest)
    }

    pub fn load(&self) -> i64 {
        self.load
    }

    pub fn length(&self) -> i64 {
        self.length
    }

    /// The same, in memory that is there already.
    pub fn copy_from(&mut self, other: &Self) {
        self.team = other.team;
        self.nodes.clone_from(&other.nodes);
        self.legs.clone_from(&other.legs);
        self.ready.clone_from(&other.ready);
        self.late.clone_from(&other.late);
        (self.load, self.length, self.work, self.measure) = (other.load, other.length, other.work, other.measure);
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 2
    }

    pub fn visits(&self) -> &[u32] {
        &self.nodes[1..self.nodes.len() - 1]
    }

    /// What this round costs: nothing when the team stays at home.
    pub fn cost(&self, instance: &Instance) -> i64 {
        let crew = &instance.crews[self.team];
        if self.is_empty() { 0 } else { self.measure + crew.fixed + crew.balance_cost(self.work) }
    }

    /// Whether all is in time and within bounds. Insertions never break that; removals can, where a way around is shorter than the way.
    pub fn holds(&self, instance: &Instance) -> bool {
        let crew = &instance.crews[self.team];
        self.is_empty() || self.late[0] >= crew.from && self.load <= crew.capacity && self.length <= crew.longest
    }

    /// The cheapest position for a node at less than `below`: what it costs more, and the position. `None` where it fits nowhere.
    pub fn place(&self, instance: &Instance, node: usize, below: i64, blinks: &mut Blinks, random: &mut Random) -> Option<(i64, usize)> {
        let crew = &instance.crews[self.team];
        let visit = &instance.nodes[node];
        if self.load + visit.load > crew.capacity {
            return None;
        }
        let row = node * instance.width..(node + 1) * instance.width;
        let (costs_into, costs_from) = (&instance.costs_into[row.clone()], &instance.costs_from[row.clone()]);
        let (times_into, times_from) = (&instance.times_into[row.clone()], &instance.times_from[row]);
        let extra = visit.inner_cost + instance.assign_cost(self.team, node) + if self.is_empty() { crew.fixed } else { 0 };
        let bounded = crew.longest != i64::MAX || crew.is_balanced();
        let levels = crew.breaks.len() + 1;
        let mut best = below;
        let mut found = None;
        for (at, pair) in self.nodes.windows(2).enumerate() {
            let (p, q) = (pair[0] as usize, pair[1] as usize);
            let mut cost = i64::from(costs_into[p]) + i64::from(costs_from[q]) - self.legs[at] + extra;
            if cost >= best {
                continue;
            }
            if self.ready[at * levels] > visit.latest && levels == 1 {
                break;
            }
            if blinks.blinks(random) {
                continue;
            }
            let fits = if levels == 1 {
                let arrives = self.ready[at] + times_into[p];
                arrives <= visit.latest && (arrives + visit.takes).max(visit.leaves) + times_from[q] <= self.late[at + 1]
            } else {
                self.fits_with_breaks(crew, visit, at, times_into[p], times_from[q])
            };
            if !fits {
                continue;
            }
            if bounded {
                let (length, work) = self.around(instance, node, at);
                if length > crew.longest {
                    continue;
                }
                cost += crew.balance_cost(work) - crew.balance_cost(self.work);
                if cost >= best {
                    continue;
                }
            }
            best = cost;
            found = Some((cost, at + 1));
        }
        found
    }

    /// Length and work of the round with the node behind this position.
    fn around(&self, instance: &Instance, node: usize, at: usize) -> (i64, i64) {
        let visit = &instance.nodes[node];
        let (there, onward) = (instance.leg(self.nodes[at], node as u32), instance.leg(node as u32, self.nodes[at + 1]));
        let skipped = if self.is_empty() { Leg::default() } else { instance.leg(self.nodes[at], self.nodes[at + 1]) };
        let length = self.length + there.length + onward.length - skipped.length + visit.inner_length;
        (length, self.work + there.time + onward.time - skipped.time + visit.work)
    }

    fn fits_with_breaks(&self, crew: &Crew, visit: &Node, at: usize, there: i32, onward: i32) -> bool {
        let levels = crew.breaks.len() + 1;
        let late = &self.late[(at + 1) * levels..(at + 2) * levels];
        (0..levels).any(|taken| {
            let ready = self.ready[at * levels + taken];
            if ready == NEVER_READY || ready + there > visit.latest {
                return false;
            }
            let mut leaves = (ready + there + visit.takes).max(visit.leaves);
            let mut now = taken;
            loop {
                if leaves + onward <= late[now] {
                    return true;
                }
                let Some(pause) = crew.breaks.get(now) else { return false };
                leaves = leaves.max(pause.from_ms as i32);
                if leaves > pause.until_ms as i32 {
                    return false;
                }
                leaves += pause.duration_ms as i32;
                now += 1;
            }
        })
    }

    /// Puts a node at a position that `place` found.
    pub fn insert(&mut self, instance: &Instance, node: usize, position: usize) {
        let visit = &instance.nodes[node];
        let levels = instance.crews[self.team].breaks.len() + 1;
        let (p, q) = (self.nodes[position - 1], self.nodes[position]);
        let (there, onward) = (instance.leg(p, node as u32), instance.leg(node as u32, q));
        (self.length, self.work) = self.around(instance, node, position - 1);
        self.load += visit.load;
        self.measure += there.cost + onward.cost - self.legs[position - 1] + visit.inner_cost + instance.assign_cost(self.team, node);
        self.nodes.insert(position, node as u32);
        self.legs[position - 1] = there.cost;
        self.legs.insert(position, onward.cost);
        let hole = position * levels;
        self.ready.splice(hole..hole, std::iter::repeat_n(NEVER_READY, levels));
        self.late.splice(hole..hole, std::iter::repeat_n(TOO_LATE, levels));
        self.refresh(instance, position, position);
    }

    /// Takes out the nodes from one position up to another, that one left in. The caller asks afterwards whether it still `holds`.
    pub fn remove(&mut self, instance: &Instance, from: usize, to: usize) {
        let levels = instance.crews[self.team].breaks.len() + 1;
        for at in from..to {
            let node = self.nodes[at] as usize;
            let visit = &instance.nodes[node];
            self.load -= visit.load;
            self.length -= visit.inner_length;
            self.work -= visit.work;
            self.measure -= visit.inner_cost + instance.assign_cost(self.team, node);
        }
        for pair in self.nodes[from - 1..=to].windows(2) {
            let leg = instance.leg(pair[0], pair[1]);
            self.length -= leg.length;
            self.work -= leg.time;
            self.measure -= leg.cost;
        }
        self.nodes.drain(from..to);
        self.legs.drain(from..to);
        self.ready.drain(from * levels..to * levels);
        self.late.drain(from * levels..to * levels);
        let leg = if self.is_empty() { Leg::default() } else { instance.leg(self.nodes[from - 1], self.nodes[from]) };
        self.legs[from - 1] = leg.cost;
        self.length += leg.length;
        self.work += leg.time;
        self.measure += leg.cost;
        self.refresh(instance, from, from - 1);
    }

    /// Brings the times up to date after a change: forward from the first position that changed, backward from the last one.
    fn refresh(&mut self, instance: &Instance, first: usize, last: usize) {
        let crew = &instance.crews[self.team];
        let levels = crew.breaks.len() + 1;
        for at in first..self.nodes.len() {
            let mut now = [NEVER_READY; MOST_LEVELS];
            self.ready_at(instance, crew, at, &mut now[..levels]);
            let old = &mut self.ready[at * levels..(at + 1) * levels];
            if at > last && *old == now[..levels] {
                break;
            }
            old.copy_from_slice(&now[..levels]);
        }
        for at in (0..=last).rev() {
            let mut now = [TOO_LATE; MOST_LEVELS];
            self.late_at(instance, crew, at, &mut now[..levels]);
            let old = &mut self.late[at * levels..(at + 1) * levels];
            if at < first && *old == now[..levels] {
                break;
            }
            old.copy_from_slice(&now[..levels]);
        }
    }

    fn ready_at(&self, instance: &Instance, crew: &Crew, at: usize, now: &mut [i32]) {
        if at == 0 {
            now[0] = crew.from;
        } else {
            let there = instance.time(self.nodes[at - 1], self.nodes[at]);
            let before = &self.ready[(at - 1) * now.len()..at * now.len()];
            for (now, &ready) in now.iter_mut().zip(before) {
                if ready == NEVER_READY {
                    continue;
                }
                let arrives = ready + there;
                *now = match instance.nodes.get(self.nodes[at] as usize) {
                    None => arrives,
                    Some(visit) if arrives <= visit.latest => (arrives + visit.takes).max(visit.leaves),
                    Some(_) => NEVER_READY,
                };
            }
        }
        if at + 1 == self.nodes.len() {
            return;
        }
        for (taken, pause) in crew.breaks.iter().enumerate() {
            if now[taken] <= pause.until_ms as i32 {
                let ends = now[taken].max(pause.from_ms as i32) + pause.duration_ms as i32;
                now[taken + 1] = now[taken + 1].min(ends);
            }
        }
    }

    fn late_at(&self, instance: &Instance, crew: &Crew, at: usize, now: &mut [i32]) {
        let levels = now.len();
        if at + 1 == self.nodes.len() {
            for (taken, now) in now.iter_mut().enumerate() {
                // A break that is still to come is owed only by those who are out after its latest time.
                *now = crew.breaks.get(taken).map_or(crew.until, |pause| crew.until.min(pause.until_ms as i32));
            }
            return;
        }
        let onward = instance.time(self.nodes[at], self.nodes[at + 1]);
        for taken in (0..levels).rev() {
            let next = self.late[(at + 1) * levels + taken];
            let mut ready_by = if next == TOO_LATE { TOO_LATE } else { next - onward };
            if let Some(pause) = crew.breaks.get(taken) {
                // `now` of one more break still holds until when one must be ready here.
                let rest = now[taken + 1];
                if rest != TOO_LATE && pause.from_ms as i32 + pause.duration_ms as i32 <= rest {
                    ready_by = ready_by.max((pause.until_ms as i32).min(rest - pause.duration_ms as i32));
                }
            }
            now[taken] = ready_by;
        }
        if let Some(visit) = instance.nodes.get(self.nodes[at] as usize) {
            for now in now {
                *now = if visit.leaves <= *now && visit.latest != TOO_LATE { visit.latest.min(*now - visit.takes) } else { TOO_LATE };
            }
        }
    }
}
