//! Who visits what, when and in what order: a vehicle routing problem with time windows, skills, breaks and optional stops.
//!
//! This room knows stops, teams, times and lengths between places, and a seed. It must never know a house, a tier, a person, a street, a
//! file, a clock or a source of entropy: the caller says how much of the budget is spent, and the same problem, seed and number of
//! iterations give the same plan. [`check`] shares no code with the search and trusts none of it.

mod changes;
mod check;
mod draw;
mod instance;
mod left_out;
mod order;
mod plan;
mod problem;
mod round;
mod ruin;
mod search;
mod skipped;
mod state;
mod travel;

pub use changes::{Changes, changes};
pub use check::{Flaw, check};
pub use draw::{Draw, draw};
pub use left_out::{LeftOut, Relax, Why};
pub use plan::{Plan, Taken, Tour, Visit};
pub use problem::{Break, Fault, Goal, Impossible, MOST_BREAKS, MOST_STOPS, MOST_TEAMS, Measure, Problem, Stop, Team, Worth};
pub use search::Progress;
pub use travel::{BadTravel, Travel};

use crate::random::Random;
use changes::Before;
use instance::Instance;
use ruin::complete;
use search::Search;
use state::State;

/// Plans the rounds. `budget` is told how far the search is and says which share of what it may use is spent: at 1 the search ends with the
/// best plan so far. It is asked every few iterations; the share also sets how boldly the search tries, so that it should rise evenly.
#[must_use]
pub fn solve(problem: &Problem, seed: u64, budget: impl FnMut(Progress) -> f64) -> Plan {
    plan(problem, None, seed, budget)
}

/// Plans again with few changes: starts from the stops of each team before, and a stop that goes to another team, or two that swap their
/// order, must save at least `price` (milliseconds of travel; millimetres, where the goal is length). See [`changes`] for what then differs.
#[must_use]
pub fn replan(problem: &Problem, before: &[Vec<usize>], price: u32, seed: u64, budget: impl FnMut(Progress) -> f64) -> Plan {
    plan(problem, Some(&Before::new(problem.stops.len(), before, price.into())), seed, budget)
}

/// The plan with these stops for each team in this order, whatever comes of it: ask [`check`] what does not hold. Stops that do not exist are
/// left away, and teams without an order stay at home.
#[must_use]
pub fn timetable(problem: &Problem, orders: &[Vec<usize>]) -> Plan {
    let exists = |stop: &usize| *stop < problem.stops.len();
    let order = |team: usize| orders.get(team).into_iter().flatten().copied().filter(exists).collect();
    let orders: Vec<Vec<usize>> = (0..problem.teams.len()).map(order).collect();
    let mut instance = Instance::new(problem, None);
    let mut state = State::new(&instance);
    state.restore(&instance, &instance.sequences(&orders));
    let explained = left_out::explain(problem, &mut instance, &state, problem.goal.fewest_teams);
    let absent = (0..problem.stops.len()).filter(|stop| !orders.iter().any(|order| order.contains(stop)));
    let why = |stop| explained.iter().find(|out| out.stop == stop).cloned().unwrap_or(LeftOut { stop, why: Why::Hours, relax: None });
    Plan::new(problem, &orders, absent.map(why).collect())
}

/// A budget of so many iterations: the same plan on every machine.
pub fn iterations(most: u64) -> impl FnMut(Progress) -> f64 {
    move |progress| if most == 0 { 1.0 } else { progress.iterations as f64 / most as f64 }
}

fn plan(problem: &Problem, before: Option<&Before>, seed: u64, budget: impl FnMut(Progress) -> f64) -> Plan {
    let mut instance = Instance::new(problem, before);
    let sequences = Search::new(problem, &instance, before, seed, budget).run(problem.goal.fewest_teams);
    if before.is_some() {
        // What changes cost is for the search; the account of the plan is by what things really cost.
        instance = Instance::new(problem, None);
    }
    let mut state = State::new(&instance);
    state.restore(&instance, &sequences);
    complete(&instance, &mut state, &mut Random::stream(seed, 2));
    let left_out = left_out::explain(problem, &mut instance, &state, problem.goal.fewest_teams);
    Plan::new(problem, &instance.orders(&state.sequences()), left_out)
}

#[cfg(test)]
mod tests;
