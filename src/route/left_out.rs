//! Why a stop is left out, and the smallest thing that would take it in while the rest of the plan stays as it is.

use super::{
    instance::{Instance, Node, TOO_LATE},
    problem::{Impossible, Problem},
    round::{Blinks, Round},
    state::State,
    travel::LONGEST,
};
use crate::random::Random;

/// A stop that is in no round.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    pub stop: usize,
    pub why: Why,
    /// `None` where no single change of this kind helps, or where there were too many to work out.
    pub relax: Option<Relax>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No team could visit it even on a round of its own.
    Impossible(Impossible),
    /// It would fit, but the detour costs more than the stop is worth.
    Detour,
    /// The teams' hours, and the windows of what they visit, leave no room.
    Hours,
    /// The teams that have time are full.
    Capacity,
    /// The rounds would get longer than they may be.
    Length,
}

/// One change that takes the stop in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relax {
    /// The team ends so much later.
    LaterEnd { team: usize, by_ms: u32 },
    /// The window of the stop opens so much earlier; the team would visit it.
    EarlierOpening { team: usize, by_ms: u32 },
    /// The window of the stop closes so much later; the team would visit it.
    LaterClosing { team: usize, by_ms: u32 },
    /// The team can carry so much more.
    Capacity { team: usize, by: u32 },
    /// The round of the team may be so much longer.
    Length { team: usize, by_mm: u32 },
    /// The stop is worth at least so much.
    Worth { at_least: u32 },
    /// The team has these skills too (and the stop is not locked to another one).
    Skills { team: usize, missing: u64 },
    /// One more team like this one.
    AnotherTeam { like: usize },
}

/// How many steps through rounds may go into working out what helps; at a few nanoseconds each, about a second.
const MOST_STEPS: usize = 100_000_000;

/// The reason for every node that is in no round. The instance is bent while it is asked what would help, and is as before at the end.
pub(super) fn explain(problem: &Problem, instance: &mut Instance, state: &State, fewest_teams: bool) -> Vec<LeftOut> {
    let mut absent: Vec<usize> = state.absent.iter().map(|&node| node as usize).collect();
    absent.sort_by_key(|&node| (!instance.nodes[node].must, std::cmp::Reverse(instance.nodes[node].value), node));
    // Where teams are scarce, nobody else is sent out for it; then the help is one more team.
    let open: Vec<&Round> = state.rounds.iter().filter(|round| !(fewest_teams && round.is_empty())).collect();
    let per_node: usize = state.rounds.iter().map(|round| 4 * (round.nodes.len() + 1).pow(2)).sum();
    let mut explained = Vec::new();
    for (number, node) in absent.into_iter().enumerate() {
        let alone = instance.nodes[node].stops.iter().find_map(|&stop| problem.impossible(stop));
        let asked = number.saturating_mul(per_node) < MOST_STEPS;
        let (why, relax) = match alone {
            Some(why @ Impossible::Skills) => (Why::Impossible(why), skills(problem, &instance.nodes[node])),
            alone => match (reason(problem, instance, &open, node, asked), alone) {
                // Where a way around is shorter than the way, a stop can fit into a round and not be visited alone.
                ((Why::Detour, relax), _) => (Why::Detour, relax),
                ((_, relax), Some(why)) => (Why::Impossible(why), relax),
                (found, None) => found,
            },
        };
        explained.extend(instance.nodes[node].stops.iter().map(|&stop| LeftOut { stop, why, relax }));
    }
    explained.sort_by_key(|out| out.stop);
    explained
}

fn reason(problem: &Problem, instance: &mut Instance, open: &[&Round], node: usize, asked: bool) -> (Why, Option<Relax>) {
    let mut random = Random::stream(0, 0);
    let detours = open
        .iter()
        .filter(|round| instance.allows(round.team, node))
        .filter_map(|round| round.place(instance, node, i64::MAX, &mut Blinks::none(), &mut random));
    if let Some((cost, _)) = detours.min() {
        return (Why::Detour, Some(Relax::Worth { at_least: u32::try_from(cost).unwrap_or(u32::MAX) }));
    }
    let relax = if asked { smallest(instance, open, node) } else { None };
    match relax {
        Some(Relax::Capacity { .. }) => (Why::Capacity, relax),
        Some(Relax::Length { .. }) => (Why::Length, relax),
        Some(_) => (Why::Hours, relax),
        None => (Why::Hours, another_team(problem, instance, node)),
    }
}

/// A team that could visit the node on a round of its own, if there were one more like it.
fn another_team(problem: &Problem, instance: &Instance, node: usize) -> Option<Relax> {
    let locked = instance.nodes[node].stops.iter().any(|&stop| problem.stops[stop].team.is_some());
    let could = |team: &usize| instance.allows(*team, node) && Round::of(instance, *team, &[node as u32]).holds(instance);
    (0..instance.crews.len()).filter(|_| !locked).find(could).map(|like| Relax::AnotherTeam { like })
}

/// The team that lacks the fewest of the skills.
fn skills(problem: &Problem, node: &Node) -> Option<Relax> {
    let needed = node.stops.iter().fold(0, |all, &stop| all | problem.stops[stop].skills);
    let missing = |team: usize| needed & !problem.teams[team].skills;
    let locked = node.stops.iter().find_map(|&stop| problem.stops[stop].team);
    let team = locked.or_else(|| (0..problem.teams.len()).min_by_key(|&team| missing(team).count_ones()))?;
    Some(Relax::Skills { team, missing: missing(team) })
}

/// The smallest change of one bound: of time where that helps, else of load, else of length.
fn smallest(instance: &mut Instance, open: &[&Round], node: usize) -> Option<Relax> {
    let mut best: Option<((u8, i64), Relax)> = None;
    for round in open {
        let team = round.team;
        if !instance.allows(team, node) {
            continue;
        }
        let mut offer = |rank: u8, by: i64, relax: Relax| {
            if by > 0 && best.is_none_or(|(least, _)| (rank, by) < least) {
                best = Some(((rank, by), relax));
            }
        };
        let crew = instance.crews[team].clone();
        instance.crews[team].until = LONGEST as i32;
        for longer in with(instance, round, node).filter(|longer| longer.holds(instance)) {
            let by = longer.ends(instance).map_or(0, |end| end - crew.until);
            offer(0, by.into(), Relax::LaterEnd { team, by_ms: by as u32 });
        }
        instance.crews[team].until = crew.until;
        if instance.nodes[node].stops.len() == 1 {
            let visit = instance.nodes[node].clone();
            (instance.nodes[node].latest, instance.nodes[node].leaves) = (LONGEST as i32, TOO_LATE);
            for (position, free) in with(instance, round, node).enumerate().filter(|(_, free)| free.holds(instance)) {
                for (earliest, latest) in free.arrivals(instance, position + 1) {
                    let (later, earlier) = (earliest - visit.latest, visit.opens - latest);
                    if later > 0 && earlier <= 0 {
                        offer(0, later.into(), Relax::LaterClosing { team, by_ms: later as u32 });
                    } else if earlier > 0 && later <= 0 && earlier <= visit.opens {
                        offer(0, earlier.into(), Relax::EarlierOpening { team, by_ms: earlier as u32 });
                    }
                }
            }
            instance.nodes[node] = visit;
        }
        let over = round.load() + instance.nodes[node].load - crew.capacity;
        if over > 0 {
            instance.crews[team].capacity = i64::MAX;
            if with(instance, round, node).any(|fuller| fuller.holds(instance)) {
                offer(1, over, Relax::Capacity { team, by: over as u32 });
            }
            instance.crews[team].capacity = crew.capacity;
        }
        if crew.longest < i64::MAX {
            instance.crews[team].longest = i64::MAX;
            for longer in with(instance, round, node).filter(|longer| longer.holds(instance)) {
                let by = longer.length() - crew.longest;
                offer(2, by, Relax::Length { team, by_mm: by as u32 });
            }
            instance.crews[team].longest = crew.longest;
        }
    }
    best.map(|(_, relax)| relax)
}

/// The round with the node at each position.
fn with(instance: &Instance, round: &Round, node: usize) -> impl Iterator<Item = Round> {
    let bent = round.anew(instance);
    (1..round.nodes.len()).map(move |position| {
        let mut with = bent.clone();
        with.insert(instance, node, position);
        with
    })
}
