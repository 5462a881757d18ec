//! A graph without the states that a matrix does not ask for.
//!
//! One state after another is taken out, and the ways through it are joined, wherever that leaves no more steps than before: dead ends go,
//! bends and most small crossings too. What it costs to come from one of the states that stay to another is the same to the last bit, for
//! costs are whole numbers.

use super::search::{Cost, Graph, Step, within_reach};

/// A state with more neighbours than this stays: joining its ways would cost more than it saves.
const MOST_NEIGHBOURS: usize = 8;

struct Reducing {
    out: Vec<Vec<(u32, Cost)>>,
    into: Vec<Vec<u32>>,
}

impl Graph {
    /// The graph of the states to keep and those that could not be taken out, and for each state its number in it.
    pub fn reduced(&self, keep: &[bool]) -> (Self, Vec<u32>) {
        let count = self.states();
        let mut reducing = Reducing { out: vec![Vec::new(); count], into: vec![Vec::new(); count] };
        for state in 0..count as u32 {
            for step in self.steps(state) {
                reducing.join(state, step.to, step.cost);
            }
        }
        let mut is_gone = vec![false; count];
        let mut is_waiting: Vec<bool> = keep.iter().map(|keep| !keep).collect();
        let mut waiting: Vec<u32> = (0..count as u32).rev().filter(|state| !keep[*state as usize]).collect();
        while let Some(state) = waiting.pop() {
            is_waiting[state as usize] = false;
            if !reducing.is_worth_it(state) {
                continue;
            }
            is_gone[state as usize] = true;
            for neighbour in reducing.take_out(state) {
                let at = neighbour as usize;
                if !keep[at] && !is_gone[at] && !std::mem::replace(&mut is_waiting[at], true) {
                    waiting.push(neighbour);
                }
            }
        }

        let mut numbers = vec![u32::MAX; count];
        let staying = (0..count).filter(|state| !is_gone[*state]);
        staying.clone().zip(0..).for_each(|(state, number)| numbers[state] = number);
        let steps = |state: usize| reducing.out[state].iter().map(|(to, cost)| Step { to: numbers[*to as usize], arc: u32::MAX, cost: *cost });
        (Self::from_steps(staying.map(steps)), numbers)
    }
}

impl Reducing {
    /// One more step, unless there is one that costs no more.
    fn join(&mut self, from: u32, to: u32, cost: Cost) {
        if from == to || !within_reach(cost) {
            return;
        }
        let out = &mut self.out[from as usize];
        match out.iter_mut().find(|(known, _)| *known == to) {
            Some((_, known)) => *known = cost.min(*known),
            None => {
                out.push((to, cost));
                self.into[to as usize].push(from);
            }
        }
    }

    fn is_worth_it(&self, state: u32) -> bool {
        let (into, out) = (&self.into[state as usize], &self.out[state as usize]);
        let round = into.iter().filter(|from| out.iter().any(|(to, _)| to == *from)).count();
        into.len().max(out.len()) <= MOST_NEIGHBOURS && into.len() * out.len() - round <= into.len() + out.len()
    }

    /// The states beside it, some of them twice.
    fn take_out(&mut self, state: u32) -> Vec<u32> {
        let into = std::mem::take(&mut self.into[state as usize]);
        let out = std::mem::take(&mut self.out[state as usize]);
        for (to, _) in &out {
            self.into[*to as usize].retain(|from| *from != state);
        }
        for from in &into {
            let steps = &mut self.out[*from as usize];
            let Some(at) = steps.iter().position(|(to, _)| *to == state) else { continue };
            let (_, before) = steps.swap_remove(at);
            for (to, after) in &out {
                self.join(*from, *to, before + after);
            }
        }
        into.into_iter().chain(out.into_iter().map(|(to, _)| to)).collect()
    }
}
