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

#[cfg(test)]
mod tests {
    use super::super::{
        tests::{MINUTE, line, problem, stop, team},
        *,
    };

    /// Three stops at 10, 20 and 30 minutes: 0 with a window, 2 locked to team 1, which has a break.
    fn evening() -> (Problem, Plan) {
        let stops = vec![
            Stop { window_ms: (30 * MINUTE, 40 * MINUTE), ..stop(1) },
            Stop { service_ms: 5 * MINUTE, skills: 2, ..stop(2) },
            Stop { team: Some(1), ..stop(3) },
            Stop { worth: Worth::Value(MINUTE), ..stop(4) },
        ];
        let lunch = Break { from_ms: 0, until_ms: 50 * MINUTE, duration_ms: 10 * MINUTE };
        let teams = vec![Team { capacity: 2, longest_mm: Some(50_000_000), ..team() }, Team { skills: 2, breaks: vec![lunch], ..team() }];
        let problem = problem(stops, teams, line(&[0.0, 10.0, 20.0, 30.0, 300.0]));
        let out = vec![LeftOut { stop: 3, why: Why::Detour, relax: None }];
        let plan = Plan::new(&problem, &[vec![0], vec![1, 2]], out);
        assert_eq!(check(&problem, &plan), Ok(()));
        (problem, plan)
    }

    #[test]
    fn the_checker_refuses_planted_wrong_plans() {
        let (problem, good) = evening();
        let flaws = |orders: &[Vec<usize>], left_out: &[usize]| {
            let out = left_out.iter().map(|&stop| LeftOut { stop, why: Why::Hours, relax: None }).collect();
            check(&problem, &Plan::new(&problem, orders, out)).unwrap_err()
        };
        assert_eq!(flaws(&[vec![0, 2], vec![1]], &[3]), [Flaw::Lock { team: 0, stop: 2 }, Flaw::TooLong(0)]);
        assert_eq!(flaws(&[vec![0, 1], vec![2]], &[3]), [Flaw::Skills { team: 0, stop: 1 }]);
        assert_eq!(flaws(&[vec![0], vec![1, 0, 2]], &[3]), [Flaw::Doubled(0)]);
        assert_eq!(flaws(&[vec![0], vec![1]], &[3]), [Flaw::Forgotten(2)]);
        assert_eq!(flaws(&[vec![], vec![1, 2, 0]], &[3])[0], Flaw::Visit { team: 1, stop: 0 });
        assert_eq!(flaws(&[vec![0], vec![1]], &[2, 3]), [Flaw::Skipped { stop: 2, team: 1 }]);
        assert_eq!(flaws(&[vec![0]], &[1, 2, 3]), [Flaw::Rounds { expected: 2, found: 1 }]);
        let wrong = |change: fn(&mut Plan)| {
            let mut plan = good.clone();
            change(&mut plan);
            check(&problem, &plan).unwrap_err()
        };
        assert_eq!(wrong(|plan| plan.rounds[0].length_mm -= 1), [Flaw::Sums(0)]);
        assert_eq!(wrong(|plan| plan.cost -= 1_000), [Flaw::Cost { stated: good.cost - 1_000, found: good.cost }]);
        assert_eq!(wrong(|plan| plan.rounds[1].visits[1].arrives_ms -= 1), [Flaw::Arrival { team: 1, stop: 2 }]);
        assert_eq!(wrong(|plan| plan.rounds[1].visits[0].leaves_ms += 1)[0], Flaw::Visit { team: 1, stop: 1 });
        assert_eq!(wrong(|plan| plan.rounds[1].ends_ms -= 1), [Flaw::Shift(1)]);
        assert!(wrong(|plan| plan.rounds[1].breaks.clear()).contains(&Flaw::Break(1)));
        assert!(wrong(|plan| plan.left_out[0].stop = 9).contains(&Flaw::NoSuchStop(9)));
    }

    #[test]
    fn the_checker_refuses_a_run_that_is_torn_apart_and_a_team_that_carries_too_much() {
        let all =
            Problem::new((1..4).map(stop).collect(), vec![Team { capacity: 2, ..team() }; 2], line(&[0.0, 1.0, 2.0, 3.0]), vec![vec![2, 0]], Goal::default())
                .unwrap();
        let flaws = |orders: &[Vec<usize>]| check(&all, &Plan::new(&all, orders, Vec::new())).unwrap_err();
        assert_eq!(flaws(&[vec![0, 2], vec![1]]), [Flaw::Run(0)]);
        assert_eq!(flaws(&[vec![2], vec![0, 1]]), [Flaw::Run(0)]);
        assert_eq!(flaws(&[vec![2, 0, 1], vec![]]), [Flaw::Capacity(0)]);
        let plan = solve(&all, 1, iterations(100));
        assert!(plan.orders().iter().any(|order| order.windows(2).any(|pair| pair == [2, 0])));
    }

    #[test]
    fn an_order_by_hand_is_timed_and_the_checker_says_what_does_not_hold() {
        let (problem, good) = evening();
        assert_eq!(timetable(&problem, &[vec![0], vec![1, 2]]).rounds, good.rounds);
        let late = timetable(&problem, &[vec![], vec![1, 2, 0]]);
        assert_eq!(check(&problem, &late).unwrap_err()[0], Flaw::Visit { team: 1, stop: 0 });
        let nobody = timetable(&problem, &[vec![99]]);
        assert_eq!((nobody.left_out.len(), check(&problem, &nobody).unwrap_err()[0]), (4, Flaw::Skipped { stop: 0, team: 0 }));
    }
}
