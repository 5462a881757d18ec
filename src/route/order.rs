//! The order of one round whose visits may be made at any time, a travelling salesman's: 2-opt and Or-opt among near neighbours until neither
//! helps, then a kick that swaps two short neighbouring stretches, taken back where it leads to nothing better (iterated local search after
//! Johnson & McGeoch, "The traveling salesman problem: a case study", in Local Search in Combinatorial Optimization, 1997).

use super::{instance::Instance, round::Round};
use crate::random::Random;

/// How many nearest nodes are looked at, how long a stretch Or-opt moves, and how long those are that a kick swaps.
const NEAR: usize = 10;
const MOVED: usize = 3;
const SWAPPED: usize = 50;
/// Below this many nodes ruin and recreate finds the best order by itself.
const FEWEST: usize = 8;
/// Costs as much as no way can: what holds the end of a round to its start, so that it is a circle.
const HELD: i64 = -(1 << 40);

/// A circle of nodes; positions and nodes count from 0, node 0 is the start.
#[derive(Debug)]
pub(super) struct Order {
    /// The end of a round that does not end at its start.
    end: Option<u32>,
    /// The nodes of the instance by the numbers used here.
    names: Vec<u32>,
    costs: Vec<i64>,
    near: Vec<Vec<u32>>,
    order: Vec<u32>,
    position: Vec<u32>,
    pub cost: i64,
    /// Nodes around which something may have become better.
    pending: Vec<u32>,
    is_pending: Vec<bool>,
    /// What was done since the kick.
    done: Vec<Done>,
}

#[derive(Clone, Copy, Debug)]
enum Done {
    /// From one position forward to another the order was turned.
    Turned(usize, usize),
    /// Between two positions (the second not included) all moved so many to the left.
    Rotated(usize, usize, usize),
}

impl Order {
    /// The order of a round, where windows and breaks do not matter, ways are as long in both directions, and there are nodes enough.
    pub fn of(instance: &Instance, round: &Round) -> Option<Self> {
        let crew = &instance.crews[round.team];
        let any_time = |&node: &u32| {
            let node = &instance.nodes[node as usize];
            node.latest >= crew.until && node.opens <= crew.from
        };
        if round.nodes.len() < FEWEST || !crew.breaks.is_empty() || !round.visits().iter().all(any_time) {
            return None;
        }
        let closed = crew.start == crew.end;
        let names = if closed { round.nodes[..round.nodes.len() - 1].to_vec() } else { round.nodes.clone() };
        let count = names.len();
        let way = |a: usize, b: usize| instance.leg(names[a], names[b]).cost;
        let mut costs: Vec<i64> = (0..count * count).map(|at| way(at / count, at % count)).collect();
        if !closed {
            (costs[count - 1], costs[(count - 1) * count]) = (HELD, HELD);
        }
        if (0..count * count).any(|at| costs[at] != costs[at % count * count + at / count]) {
            return None;
        }
        let around = |a: usize| {
            let mut others: Vec<u32> = (0..count as u32).filter(|&b| b != a as u32).collect();
            let cost = |b: &u32| (costs[a * count + *b as usize], *b);
            if others.len() > NEAR {
                others.select_nth_unstable_by_key(NEAR, cost);
                others.truncate(NEAR);
            }
            others.sort_unstable_by_key(cost);
            others
        };
        let near = (0..count).map(around).collect();
        let numbers: Vec<u32> = (0..count as u32).collect();
        let cost = (0..count).map(|at| costs[at * count + (at + 1) % count]).sum();
        Some(Self {
            end: (!closed).then_some(crew.end),
            names,
            costs,
            near,
            position: numbers.clone(),
            order: numbers.clone(),
            cost,
            pending: numbers,
            is_pending: vec![true; count],
            done: Vec::new(),
        })
    }

    /// The visits in their order now.
    pub fn visits(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.order.iter().map(|&node| self.names[node as usize]).collect();
        all.rotate_left(self.position[0] as usize);
        let visits = all.split_off(1);
        match self.end {
            None => visits,
            Some(end) if visits[0] == end => visits.into_iter().skip(1).rev().collect(),
            Some(end) => visits.into_iter().filter(|&node| node != end).collect(),
        }
    }

    /// Makes the order as good as it gets, then tries so many kicks; a kick that leads to nothing worse stays.
    pub fn improve(&mut self, kicks: u32, random: &mut Random) {
        self.settle();
        for _ in 0..kicks {
            let before = self.cost;
            self.done.clear();
            self.kick(random);
            self.settle();
            if self.cost > before {
                self.undo();
                self.cost = before;
            }
        }
    }

    fn way(&self, a: u32, b: u32) -> i64 {
        self.costs[a as usize * self.order.len() + b as usize]
    }

    /// The neighbour in the order: the next one forward, the one before backward.
    fn beside(&self, node: u32, forward: bool) -> u32 {
        let (at, count) = (self.position[node as usize] as usize, self.order.len());
        let at = if forward { at + 1 } else { at + count - 1 };
        self.order[if at >= count { at - count } else { at }]
    }

    fn kick(&mut self, random: &mut Random) {
        let count = self.order.len();
        let longest = SWAPPED.min((count - 2) / 2);
        let (first, second) = (1 + random.below(longest), 1 + random.below(longest));
        let from = 1 + random.below(count - 1 - first - second + 1);
        let middle = from + first;
        let until = middle + second;
        let at = |position: usize| self.order[position % count];
        let ends = [at(from - 1), at(from), at(middle - 1), at(middle), at(until - 1), at(until)];
        let [a, b, c, d, e, f] = ends;
        self.cost += self.way(a, d) + self.way(e, b) + self.way(c, f) - self.way(a, b) - self.way(c, d) - self.way(e, f);
        self.rotate(from, until, first);
        ends.into_iter().for_each(|node| self.look_at(node));
    }

    fn look_at(&mut self, node: u32) {
        if !std::mem::replace(&mut self.is_pending[node as usize], true) {
            self.pending.push(node);
        }
    }

    fn settle(&mut self) {
        while let Some(node) = self.pending.pop() {
            self.is_pending[node as usize] = false;
            while self.turn_at(node) || self.move_from(node) {}
        }
    }

    /// 2-opt: leaves the way from the node to its neighbour for a shorter one to a near node.
    fn turn_at(&mut self, a: u32) -> bool {
        for forward in [true, false] {
            let b = self.beside(a, forward);
            let left = self.way(a, b);
            for rank in 0..self.near[a as usize].len() {
                let x = self.near[a as usize][rank];
                let gained = left - self.way(a, x);
                if gained <= 0 {
                    break;
                }
                let y = self.beside(x, forward);
                let gain = gained + self.way(x, y) - self.way(b, y);
                if gain > 0 {
                    // Forward a b … x y becomes a x … b y; backward y x … b a likewise.
                    let (first, last) = if forward { (b, x) } else { (a, y) };
                    self.turn(self.position[first as usize] as usize, self.position[last as usize] as usize);
                    self.cost -= gain;
                    [a, b, x, y].into_iter().for_each(|node| self.look_at(node));
                    return true;
                }
            }
        }
        false
    }

    /// Or-opt: moves a short stretch that begins with the node next to one that is near.
    fn move_from(&mut self, c: u32) -> bool {
        let count = self.order.len();
        for forward in [true, false] {
            let before = self.beside(c, !forward);
            let mut e = c;
            for length in 1..=MOVED.min(count - 3) {
                if length > 1 {
                    e = self.beside(e, forward);
                }
                let after = self.beside(e, forward);
                let freed = self.way(before, c) + self.way(e, after) - self.way(before, after);
                for rank in 0..self.near[c as usize].len() {
                    let x = self.near[c as usize][rank];
                    if self.way(c, x) >= freed {
                        break;
                    }
                    if self.within(c, length, forward, x) {
                        continue;
                    }
                    for side in [true, false] {
                        let y = self.beside(x, side);
                        if self.within(c, length, forward, y) {
                            continue;
                        }
                        let gain = freed + self.way(x, y) - self.way(c, x) - self.way(e, y);
                        if gain > 0 && self.put(c, length, forward, x, side) {
                            self.cost -= gain;
                            [before, after, c, e, x, y].into_iter().for_each(|node| self.look_at(node));
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    /// Whether a node lies in the stretch.
    fn within(&self, first: u32, length: usize, forward: bool, node: u32) -> bool {
        let count = self.order.len();
        let (first, at) = (self.position[first as usize] as usize, self.position[node as usize] as usize);
        (if forward { at + count - first } else { first + count - at }) % count < length
    }

    /// Puts the stretch that begins with c beside x, c next to x. Not where it reaches over the seam of the array.
    fn put(&mut self, c: u32, length: usize, forward: bool, x: u32, after_x: bool) -> bool {
        let (first, to) = (self.position[c as usize] as usize, self.position[x as usize] as usize);
        let low = if forward { Some(first) } else { (first + 1).checked_sub(length) };
        let Some(low) = low.filter(|low| low + length <= self.order.len()) else { return false };
        // Where the stretch begins in the end.
        let low = if to > low {
            let until = if after_x { to + 1 } else { to };
            self.rotate(low, until, length);
            until - length
        } else {
            let from = if after_x { to + 1 } else { to };
            self.rotate(from, low + length, low - from);
            from
        };
        // Behind x it runs from c on, before x towards c.
        if forward != after_x {
            self.turn(low, low + length - 1);
        }
        true
    }

    /// Turns the order from one position forward to another, or, which is the same circle, the rest of it.
    fn turn(&mut self, from: usize, to: usize) {
        self.done.push(Done::Turned(from, to));
        let count = self.order.len();
        let inside = (to + count - from) % count + 1;
        let (mut low, mut high, length) = if 2 * inside <= count { (from, to, inside) } else { ((to + 1) % count, (from + count - 1) % count, count - inside) };
        for _ in 0..length / 2 {
            self.order.swap(low, high);
            self.position[self.order[low] as usize] = low as u32;
            self.position[self.order[high] as usize] = high as u32;
            low = if low + 1 == count { 0 } else { low + 1 };
            high = if high == 0 { count - 1 } else { high - 1 };
        }
    }

    fn rotate(&mut self, from: usize, until: usize, by: usize) {
        self.done.push(Done::Rotated(from, until, by));
        self.order[from..until].rotate_left(by);
        for at in from..until {
            self.position[self.order[at] as usize] = at as u32;
        }
    }

    fn undo(&mut self) {
        while let Some(done) = self.done.pop() {
            match done {
                Done::Turned(from, to) => self.turn(from, to),
                Done::Rotated(from, until, by) => self.rotate(from, until, until - from - by),
            }
            self.done.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{tests::*, *};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_long_round_keeps_its_start_and_end_and_is_no_longer_than_straight_along_a_circle(seed in any::<u64>(), open in any::<bool>()) {
            // On a circle the shortest order is known: around it, or once along it where the end is free.
            let count = 100;
            let mut random = Random::stream(seed, 4);
            let mut turned: Vec<usize> = (0..count).collect();
            (1..count).rev().for_each(|at| turned.swap(at, random.below(at + 1)));
            let angle = |place: usize| turned[place] as f64 * std::f64::consts::TAU / count as f64;
            let metres = |a: usize, b: usize| 2000.0 * ((angle(a) - angle(b)) / 2.0).sin().abs();
            let travel = Travel::straight(count, metres, 1.0, 1.0).unwrap();
            let one = Team { end: (!open).then_some(0), shift_ms: (0, 1 << 29), ..team() };
            let stops = (1..count).map(|place| Stop { window_ms: (0, 1 << 29), load: 0, ..stop(place) }).collect();
            let problem = problem(stops, vec![one], travel);
            let plan = solve(&problem, seed, iterations(2_000));
            prop_assert_eq!(check(&problem, &plan), Ok(()));
            let legs = count - usize::from(open);
            prop_assert!(plan.cost <= legs as i64 * i64::from(problem.travel.time_ms(0, turned.iter().position(|&at| at == (turned[0] + 1) % count).unwrap()).unwrap() + 1));
        }
    }
}
