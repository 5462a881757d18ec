//! The independent judge of plans: walks each round minute by minute and believes nothing that the plan says of itself. It shares no code with
//! the search; what it reads are the problem and the plan.

use super::{
    plan::{Plan, Taken, Tour},
    problem::{Measure, Problem, Team, Worth},
    skipped::skipped,
};

/// What is wrong with a plan. Stops and teams count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the plan has {found} rounds for {expected} teams")]
    Rounds { expected: usize, found: usize },
    #[error("stop {0} does not exist")]
    NoSuchStop(usize),
    #[error("stop {0} is in the plan twice")]
    Doubled(usize),
    #[error("stop {0} is neither visited nor named as left out")]
    Forgotten(usize),
    #[error("stop {stop} must be visited and is left out, though it would fit into the round of team {team}")]
    Skipped { stop: usize, team: usize },
    #[error("team {team} has not the skills for stop {stop}")]
    Skills { team: usize, stop: usize },
    #[error("stop {stop} is locked to another team than {team}")]
    Lock { team: usize, stop: usize },
    #[error("the stops of run {0} are not visited one right after the other")]
    Run(usize),
    #[error("no way leads team {0} on its round")]
    NoWay(usize),
    #[error("team {team} reaches stop {stop} at another time than the way there takes")]
    Arrival { team: usize, stop: usize },
    #[error("the visit of stop {stop} begins outside of its window, before the arrival, or takes another time than it should")]
    Visit { team: usize, stop: usize },
    #[error("team {0} leaves before its shift or is back after it")]
    Shift(usize),
    #[error("a break of team {0} is missing, too early, too late, too short, or within a run")]
    Break(usize),
    #[error("team {0} carries more than it can")]
    Capacity(usize),
    #[error("the round of team {0} is longer than it may be")]
    TooLong(usize),
    #[error("travel or length of the round of team {0} is not the sum of its legs")]
    Sums(usize),
    #[error("the cost of the plan is {stated}, not {found}")]
    Cost { stated: i64, found: i64 },
}

/// Says everything that is wrong with the plan; nothing when it can be walked as it stands.
pub fn check(problem: &Problem, plan: &Plan) -> Result<(), Vec<Flaw>> {
    if plan.rounds.len() != problem.teams.len() {
        return Err(vec![Flaw::Rounds { expected: problem.teams.len(), found: plan.rounds.len() }]);
    }
    let mut flaws = each_once(problem, plan);
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let mut cost: i64 = plan.left_out.iter().map(|out| if let Worth::Value(value) = problem.stops[out.stop].worth { i64::from(value) } else { 0 }).sum();
    for (number, (tour, team)) in plan.rounds.iter().zip(&problem.teams).enumerate() {
        cost += walk(problem, number, team, tour, &mut flaws);
    }
    flaws.extend(broken_runs(problem, plan).map(Flaw::Run));
    // Balance is a fraction; one rounding per team is allowed.
    if cost.abs_diff(plan.cost) > problem.teams.len() as u64 {
        flaws.push(Flaw::Cost { stated: plan.cost, found: cost });
    }
    if flaws.is_empty() {
        // What fits is asked only of rounds that hold.
        flaws.extend(skipped(problem, plan).into_iter().map(|(stop, team)| Flaw::Skipped { stop, team }));
    }
    if flaws.is_empty() { Ok(()) } else { Err(flaws) }
}

fn each_once(problem: &Problem, plan: &Plan) -> Vec<Flaw> {
    let mut times = vec![0_u32; problem.stops.len()];
    let mut flaws = Vec::new();
    let visited = plan.rounds.iter().flat_map(|tour| &tour.visits).map(|visit| visit.stop);
    for stop in visited.chain(plan.left_out.iter().map(|out| out.stop)) {
        match times.get_mut(stop) {
            None => flaws.push(Flaw::NoSuchStop(stop)),
            Some(1) => flaws.push(Flaw::Doubled(stop)),
            Some(times) => *times += 1,
        }
    }
    flaws.extend(times.iter().enumerate().filter(|(_, times)| **times == 0).map(|(stop, _)| Flaw::Forgotten(stop)));
    flaws
}

/// Walks one round and returns what it costs.
fn walk(problem: &Problem, number: usize, team: &Team, tour: &Tour, flaws: &mut Vec<Flaw>) -> i64 {
    if tour.visits.is_empty() {
        if (tour.travel_ms, tour.length_mm) != (0, 0) || !tour.breaks.is_empty() {
            flaws.push(Flaw::Sums(number));
        }
        return 0;
    }
    if tour.leaves_ms < team.shift_ms.0 || tour.ends_ms > team.shift_ms.1 {
        flaws.push(Flaw::Shift(number));
    }
    let (mut clock, mut place) = (u64::from(tour.leaves_ms), team.start);
    let (mut travel_ms, mut length_mm, mut work_ms, mut load) = (0_u64, 0_u64, 0_u64, 0_u64);
    for (at, visit) in tour.visits.iter().enumerate() {
        let stop = &problem.stops[visit.stop];
        rest(&tour.breaks, at, &mut clock, number, flaws);
        let Some((time, length)) = way(problem, place, stop.place) else {
            flaws.push(Flaw::NoWay(number));
            return 0;
        };
        clock += time;
        if u64::from(visit.arrives_ms) != clock || u64::from(visit.travel_ms) != time || u64::from(visit.length_mm) != length {
            flaws.push(Flaw::Arrival { team: number, stop: visit.stop });
        }
        let (begins, leaves) = (u64::from(visit.begins_ms), u64::from(visit.leaves_ms));
        let in_window = (stop.window_ms.0..=stop.window_ms.1).contains(&visit.begins_ms);
        if !in_window || begins < clock || leaves != begins + u64::from(stop.service_ms) {
            flaws.push(Flaw::Visit { team: number, stop: visit.stop });
        }
        if stop.skills & team.skills != stop.skills {
            flaws.push(Flaw::Skills { team: number, stop: visit.stop });
        }
        if stop.team.is_some_and(|locked| locked != number) {
            flaws.push(Flaw::Lock { team: number, stop: visit.stop });
        }
        (clock, place) = (leaves, stop.place);
        (travel_ms, length_mm) = (travel_ms + time, length_mm + length);
        (work_ms, load) = (work_ms + u64::from(stop.service_ms), load + u64::from(stop.load));
    }
    rest(&tour.breaks, tour.visits.len(), &mut clock, number, flaws);
    let home = team.end.map_or(Some((0, 0)), |end| way(problem, place, end));
    let Some((time, length)) = home else {
        flaws.push(Flaw::NoWay(number));
        return 0;
    };
    (travel_ms, length_mm) = (travel_ms + time, length_mm + length);
    if clock + time != u64::from(tour.ends_ms) {
        flaws.push(Flaw::Shift(number));
    }
    if (tour.travel_ms, tour.length_mm) != (travel_ms, length_mm) {
        flaws.push(Flaw::Sums(number));
    }
    if load > u64::from(team.capacity) {
        flaws.push(Flaw::Capacity(number));
    }
    if team.longest_mm.is_some_and(|longest| length_mm > u64::from(longest)) {
        flaws.push(Flaw::TooLong(number));
    }
    if !rested(problem, team, tour) {
        flaws.push(Flaw::Break(number));
    }
    let shift = f64::from(team.shift_ms.1 - team.shift_ms.0).max(1.0);
    let work = (travel_ms + work_ms) as f64;
    let measure = if problem.goal.measure == Measure::Time { travel_ms } else { length_mm };
    measure as i64 + i64::from(team.fixed) + (problem.goal.balance * work * work / shift) as i64
}

fn way(problem: &Problem, from: usize, to: usize) -> Option<(u64, u64)> {
    Some((problem.travel.time_ms(from, to)?.into(), problem.travel.length_mm(from, to)?.into()))
}

/// Moves the clock over the breaks that are said to be taken after so many visits.
fn rest(breaks: &[Taken], after: usize, clock: &mut u64, number: usize, flaws: &mut Vec<Flaw>) {
    for pause in breaks.iter().filter(|pause| pause.after == after) {
        if u64::from(pause.begins_ms) < *clock || pause.ends_ms < pause.begins_ms {
            flaws.push(Flaw::Break(number));
        }
        *clock = pause.ends_ms.into();
    }
}

/// Whether the breaks taken are the team's, in order, in time, long enough and outside of runs, and none is missing that is owed.
fn rested(problem: &Problem, team: &Team, tour: &Tour) -> bool {
    let as_agreed = tour.breaks.iter().zip(&team.breaks).all(|(taken, pause)| {
        (pause.from_ms..=pause.until_ms).contains(&taken.begins_ms) && taken.ends_ms.saturating_sub(taken.begins_ms) == pause.duration_ms
    });
    let outside = tour.breaks.iter().all(|taken| {
        let beside = |at: usize| tour.visits.get(at).map(|visit| visit.stop);
        let (before, next) = (taken.after.checked_sub(1).and_then(beside), beside(taken.after));
        let parts = |run: &Vec<usize>| before.zip(next).is_some_and(|(before, next)| run.contains(&before) && run.contains(&next));
        taken.after <= tour.visits.len() && !problem.runs.iter().any(parts)
    });
    let none_owed = team.breaks.get(tour.breaks.len()).is_none_or(|pause| tour.ends_ms <= pause.until_ms);
    as_agreed && outside && none_owed && tour.breaks.len() <= team.breaks.len() && tour.breaks.is_sorted_by_key(|taken| taken.after)
}

/// Runs that are visited in part, by several teams, out of order or with something between.
fn broken_runs(problem: &Problem, plan: &Plan) -> impl Iterator<Item = usize> {
    let seats: Vec<Option<(usize, usize)>> = {
        let mut seats = vec![None; problem.stops.len()];
        for (team, tour) in plan.rounds.iter().enumerate() {
            tour.visits.iter().enumerate().for_each(|(rank, visit)| seats[visit.stop] = Some((team, rank)));
        }
        seats
    };
    let whole = move |run: &Vec<usize>| {
        let first = seats[run[0]];
        run.iter().enumerate().all(|(at, &stop)| seats[stop] == first.map(|(team, rank)| (team, rank + at)))
    };
    problem.runs.iter().enumerate().filter(move |(_, run)| !whole(run)).map(|(number, _)| number)
}
