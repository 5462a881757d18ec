//! Ruin and recreate: tears neighbouring strings out of rounds that pass near one spot and puts the nodes back one by one, each where it is
//! cheapest. After Christiaens & Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science 54
//! (2020); stops that may be left out and the choice among many of them are ours.

use super::{
    instance::Instance,
    round::Blinks,
    state::{NOWHERE, State},
};
use crate::random::Random;

/// The longest string, and how many nodes are torn out on average (L_max and c̄ of the paper).
const LONGEST_STRING: f64 = 10.0;
const MEAN_REMOVED: f64 = 10.0;
/// How often a string keeps some nodes in its middle, and how often those grow by no more.
const SPLIT: f64 = 0.5;
const STOP_GROWING: f64 = 0.99;
/// Several visits can pay together though none does alone: one rebuilding in so many takes in what costs at most so many times its worth.
const BOLD_ONE_IN: usize = 10;
const BOLD: i64 = 4;
/// Of many absent nodes, how many are tried in one step: so many near the ruin, so many anywhere.
const TRIED: usize = 12;

/// Tears strings out around one node. Returns that node.
pub(super) fn ruin(instance: &Instance, state: &mut State, random: &mut Random) -> usize {
    let used = state.used();
    let placed = instance.nodes.len() - state.absent.len();
    let must = state.absent.iter().copied().find(|&node| instance.nodes[node as usize].must);
    let seed = match must {
        Some(node) if random.fraction() < 0.5 => node as usize,
        _ => random.below(instance.nodes.len()),
    };
    if used == 0 {
        return seed;
    }
    let longest = LONGEST_STRING.min(placed as f64 / used as f64).max(1.0);
    let most_strings = 4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0;
    let strings = 1 + (random.fraction() * most_strings) as usize;
    let mut torn: Vec<usize> = Vec::with_capacity(strings);
    for &node in std::iter::once(&(seed as u32)).chain(instance.near(seed)) {
        let team = state.home[node as usize];
        // With fewer rounds than strings, one round may lose several.
        if team == NOWHERE || torn.contains(&team) && used >= strings {
            continue;
        }
        tear(instance, state, team, node, longest, random);
        torn.push(team);
        if torn.len() == strings {
            break;
        }
    }
    seed
}

/// Takes a string that contains the node out of a round, in one piece or with some nodes left standing in its middle.
fn tear(instance: &Instance, state: &mut State, team: usize, node: u32, longest: f64, random: &mut Random) {
    let visits = state.rounds[team].visits();
    let Some(at) = visits.iter().position(|&visit| visit == node) else { return };
    let count = visits.len();
    let length = 1 + (random.fraction() * longest.min(count as f64)) as usize;
    let length = length.min(count);
    let mut spared = 0;
    if length < count && length > 1 && random.fraction() < SPLIT {
        spared = 1;
        while length + spared < count && random.fraction() > STOP_GROWING {
            spared += 1;
        }
    }
    let span = length + spared;
    let first = at.saturating_sub(span - 1) + random.below(at.min(count - span) - at.saturating_sub(span - 1) + 1);
    if spared == 0 {
        state.remove(instance, team, first + 1, first + 1 + span);
        return;
    }
    let before = 1 + random.below(length - 1);
    state.remove(instance, team, first + 1 + before + spared, first + 1 + span);
    if !state.rounds[team].is_empty() {
        state.remove(instance, team, first + 1, first + 1 + before);
    }
}

/// Puts absent nodes back where they are cheapest, as long as they fit and are worth it.
pub(super) fn recreate(instance: &Instance, state: &mut State, around: usize, random: &mut Random) {
    let mut pending = tried(instance, state, around, random);
    sort(instance, &mut pending, random);
    let mut blinks = Blinks::new(random);
    let bold = if random.below(BOLD_ONE_IN) == 0 { BOLD } else { 1 };
    for &node in &pending {
        insert_cheapest(instance, state, node as usize, bold, &mut blinks, random);
    }
    state.absent.retain(|&node| state.home[node as usize] == NOWHERE);
}

/// Everything that still fits and pays, best places first, without chance.
pub(super) fn complete(instance: &Instance, state: &mut State, random: &mut Random) {
    let mut pending = state.absent.clone();
    pending.sort_by_key(|&node| (!instance.nodes[node as usize].must, std::cmp::Reverse(instance.nodes[node as usize].value)));
    loop {
        pending.iter().for_each(|&node| insert_cheapest(instance, state, node as usize, 1, &mut Blinks::none(), random));
        let before = pending.len();
        pending.retain(|&node| state.home[node as usize] == NOWHERE);
        // Where a way around is shorter than the way, one visit may make room for another.
        if pending.len() == before {
            break;
        }
    }
    state.absent.retain(|&node| state.home[node as usize] == NOWHERE);
    state.keep();
}

/// Where it is cheapest, at no more than so many times its value.
fn insert_cheapest(instance: &Instance, state: &mut State, node: usize, bold: i64, blinks: &mut Blinks, random: &mut Random) {
    let visit = &instance.nodes[node];
    let mut below = if visit.must { i64::MAX } else { visit.value.saturating_mul(bold) };
    let mut best = None;
    let mut empty_kind = usize::MAX;
    for (team, round) in state.rounds.iter().enumerate() {
        if state.closed[team] || !instance.allows(team, node) {
            continue;
        }
        if round.is_empty() {
            let kind = instance.crews[team].kind;
            if kind == empty_kind {
                continue;
            }
            empty_kind = kind;
        }
        if let Some((cost, position)) = round.place(instance, node, below, blinks, random) {
            below = cost;
            best = Some((team, position));
        }
    }
    if let Some((team, position)) = best {
        state.insert(instance, node, team, position);
    }
}

/// The absent nodes to be tried: those just torn out and, of those that were absent before, at most some.
fn tried(instance: &Instance, state: &State, around: usize, random: &mut Random) -> Vec<u32> {
    let before = state.kept_absent();
    let mut pending = state.absent[before.len()..].to_vec();
    if before.len() <= 2 * TRIED {
        pending.extend_from_slice(before);
        return pending;
    }
    let torn = pending.len();
    let absent_before = |node: &u32| state.home[*node as usize] == NOWHERE && !pending[..torn].contains(node);
    let near: Vec<u32> = instance.near(around).iter().copied().filter(absent_before).take(TRIED).collect();
    pending.extend(near);
    pending.extend((0..TRIED).map(|_| before[random.below(before.len())]));
    pending.sort_unstable();
    pending.dedup();
    pending
}

/// Musts first, then by one of several keys, drawn with the weights of the paper.
fn sort(instance: &Instance, pending: &mut [u32], random: &mut Random) {
    for at in (1..pending.len()).rev() {
        pending.swap(at, random.below(at + 1));
    }
    let node = |at: u32| &instance.nodes[at as usize];
    let depot = instance.crews[0].start;
    let far = |at: u32| instance.leg(depot, at).cost;
    let must = |at: u32| !node(at).must;
    match random.below(21) {
        0..4 => pending.sort_by_key(|&at| must(at)),
        4..8 => pending.sort_by_key(|&at| (must(at), -node(at).load)),
        8..10 => pending.sort_by_key(|&at| (must(at), -far(at))),
        10..11 => pending.sort_by_key(|&at| (must(at), far(at))),
        11..13 => pending.sort_by_key(|&at| (must(at), node(at).latest - node(at).opens)),
        13..15 => pending.sort_by_key(|&at| (must(at), node(at).opens)),
        15..17 => pending.sort_by_key(|&at| (must(at), -node(at).latest)),
        _ => pending.sort_by_key(|&at| (must(at), -node(at).value)),
    }
}
