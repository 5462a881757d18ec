//! Plans against the checker and against all plans there are, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::random::Random;

pub(super) const MINUTE: u32 = 60_000;

/// A stop at a place that must be visited at any time, in no time.
pub(super) fn stop(place: usize) -> Stop {
    Stop { place, service_ms: 0, window_ms: (0, 600 * MINUTE), load: 1, skills: 0, worth: Worth::Must, team: None }
}

/// A team that starts and ends at place 0 and has ten hours.
pub(super) fn team() -> Team {
    Team { start: 0, end: Some(0), shift_ms: (0, 600 * MINUTE), breaks: Vec::new(), skills: 0, capacity: 100, longest_mm: None, fixed: 0 }
}

/// Places on a line, so many minutes (and as many kilometres) from the first.
pub(super) fn line(minutes: &[f64]) -> Travel {
    Travel::straight(minutes.len(), |a, b| (minutes[a] - minutes[b]).abs() * 1000.0, 1000.0 / 60.0, 1.0).unwrap()
}

pub(super) fn problem(stops: Vec<Stop>, teams: Vec<Team>, travel: Travel) -> Problem {
    Problem::new(stops, teams, travel, Vec::new(), Goal::default()).unwrap()
}

/// A small world with a bit of everything.
fn world(seed: u64, most_stops: usize, most_teams: usize) -> Problem {
    let mut random = Random::stream(seed, 7);
    let (count, teams) = (1 + random.below(most_stops), 1 + random.below(most_teams));
    let places: Vec<(f64, f64)> = (0..=count + 1).map(|_| (random.fraction() * 3000.0, random.fraction() * 3000.0)).collect();
    let uneven = random.below(3) == 0;
    let twist: Vec<f64> = (0..places.len().pow(2)).map(|_| if uneven { 1.0 + random.fraction() } else { 1.0 }).collect();
    let metres = |a: usize, b: usize| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1) * twist[a * places.len() + b];
    let travel = Travel::straight(places.len(), metres, 1.5, 1.2).unwrap();
    let shift = 60 * MINUTE + random.below(180) as u32 * MINUTE;
    let mut some = |one_in: usize| random.below(one_in) == 0;
    let teams: Vec<Team> = (0..teams)
        .map(|_| Team {
            end: if some(3) { None } else { Some(usize::from(some(4))) },
            shift_ms: (if some(3) { 20 * MINUTE } else { 0 }, shift),
            breaks: if some(3) { vec![Break { from_ms: 20 * MINUTE, until_ms: 45 * MINUTE, duration_ms: 15 * MINUTE }] } else { Vec::new() },
            skills: if some(2) { 3 } else { 1 },
            capacity: if some(3) { 3 } else { 100 },
            longest_mm: some(4).then_some(5_000_000),
            fixed: if some(3) { 5 * MINUTE } else { 0 },
            ..team()
        })
        .collect();
    let mut stops: Vec<Stop> = (0..count)
        .map(|at| {
            let opens = random.below(shift as usize) as u32;
            Stop {
                service_ms: random.below(15) as u32 * MINUTE,
                window_ms: if random.below(2) == 0 { (opens, opens + 30 * MINUTE) } else { (0, shift) },
                load: 1 + random.below(2) as u32,
                skills: random.below(4) as u64 / 3 * 2,
                worth: if random.below(3) == 0 { Worth::Value(random.below(40) as u32 * MINUTE) } else { Worth::Must },
                team: (random.below(8) == 0).then(|| random.below(teams.len())),
                ..stop(at + 2)
            }
        })
        .collect();
    let runs = if count >= 4 && random.below(2) == 0 { vec![vec![1, 0]] } else { Vec::new() };
    if !runs.is_empty() {
        (stops[0].team, stops[1].team) = (None, None);
    }
    let goal = Goal {
        measure: if random.below(3) == 0 { Measure::Length } else { Measure::Time },
        fewest_teams: random.below(4) == 0,
        balance: if random.below(3) == 0 { 1.0 } else { 0.0 },
        near_equal: 0.0,
    };
    loop {
        let made = Problem::new(stops.clone(), teams.clone(), travel.clone(), runs.clone(), goal);
        match made {
            Ok(problem) => return problem,
            // What nobody could visit may be left out.
            Err(faults) => faults.iter().for_each(|fault| match fault {
                Fault::CannotBeVisited { stop, .. } => (stops[*stop].worth, stops[*stop].team) = (Worth::Value(MINUTE), None),
                other => panic!("{other}"),
            }),
        }
    }
}

fn musts_out(problem: &Problem, plan: &Plan) -> usize {
    // A run that holds a must is one.
    let must = |stop: usize| problem.is_must(stop) || problem.runs.iter().any(|run| run.contains(&stop) && run.iter().any(|&other| problem.is_must(other)));
    plan.left_out.iter().filter(|out| must(out.stop) && !problem.runs.iter().any(|run| run[1..].contains(&out.stop))).count()
}

/// Every plan there is: each team goes on with any stop that is left, or the next team's turn comes.
fn best_of_all(problem: &Problem) -> (usize, usize, i64) {
    fn go(problem: &Problem, orders: &mut Vec<Vec<usize>>, left: &mut Vec<usize>, best: &mut (usize, usize, i64)) {
        let out = left.iter().map(|&stop| LeftOut { stop, why: Why::Hours, relax: None }).collect();
        let mut all = orders.clone();
        all.resize(problem.teams.len(), Vec::new());
        let plan = Plan::new(problem, &all, out);
        if check(problem, &plan).is_ok() {
            let teams = if problem.goal.fewest_teams { all.iter().filter(|order| !order.is_empty()).count() } else { 0 };
            *best = (*best).min((musts_out(problem, &plan), teams, plan.cost));
        }
        for at in 0..left.len() {
            let stop = left.remove(at);
            orders.last_mut().unwrap().push(stop);
            go(problem, orders, left, best);
            orders.last_mut().unwrap().pop();
            left.insert(at, stop);
        }
        if orders.len() < problem.teams.len() {
            orders.push(Vec::new());
            go(problem, orders, left, best);
            orders.pop();
        }
    }
    let mut best = (usize::MAX, usize::MAX, i64::MAX);
    go(problem, &mut vec![Vec::new()], &mut (0..problem.stops.len()).collect(), &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_passes_the_checker(seed in any::<u64>()) {
        let problem = world(seed, 25, 4);
        let plan = solve(&problem, seed, iterations(300));
        prop_assert_eq!(check(&problem, &plan), Ok(()));
        let again = replan(&problem, &plan.orders(), 5 * MINUTE, seed, iterations(100));
        prop_assert_eq!(check(&problem, &again), Ok(()));
    }

    #[test]
    fn a_round_kept_up_to_date_is_the_round_made_anew(seed in any::<u64>()) {
        let problem = world(seed, 12, 1);
        let instance = Instance::new(&problem, None);
        let mut random = Random::stream(seed, 8);
        let mut round = round::Round::new(&instance, 0);
        for _ in 0..40 {
            let inside = round.visits().to_vec();
            let node = random.below(instance.nodes.len());
            if inside.contains(&(node as u32)) || inside.len() > 8 {
                let from = 1 + random.below(inside.len());
                round.remove(&instance, from, from + 1 + random.below(inside.len() + 1 - from));
            } else {
                round.insert(&instance, node, 1 + random.below(inside.len() + 1));
            }
            let anew = round::Round::of(&instance, 0, round.visits());
            prop_assert_eq!(format!("{round:?}"), format!("{anew:?}"));
        }
    }

    #[test]
    fn the_help_that_is_named_takes_the_stop_in_and_a_little_less_does_not(seed in any::<u64>()) {
        let problem = world(seed, 12, 2);
        let plan = solve(&problem, seed, iterations(200));
        for out in plan.left_out.iter().filter(|out| !problem.runs.iter().flatten().any(|stop| *stop == out.stop)) {
            let Some(relax) = out.relax else { continue };
            prop_assert!(takes_in(&problem, &plan, out.stop, relax, 0), "{out:?}");
            if matches!(relax, Relax::LaterEnd { .. } | Relax::EarlierOpening { .. } | Relax::LaterClosing { .. }) {
                prop_assert!(!takes_in(&problem, &plan, out.stop, relax, 1), "{out:?}");
            }
        }
    }

    #[test]
    fn changes_are_as_few_as_explain_the_difference(before in order(), after in order()) {
        let found = changes(std::slice::from_ref(&before), std::slice::from_ref(&after));
        // All ways to leave common stops out of the new order until the rest stands as before.
        let common: Vec<usize> = after.iter().filter(|stop| before.contains(stop)).copied().collect();
        let rank = |stop: &usize| before.iter().position(|old| old == stop);
        let least = (0_u32..1 << common.len()).filter(|kept| {
            let kept: Vec<usize> = common.iter().enumerate().filter(|(at, _)| kept >> at & 1 == 1).map(|(_, stop)| *stop).collect();
            kept.is_sorted_by_key(rank)
        }).map(|kept| common.len() - kept.count_ones() as usize).min();
        prop_assert_eq!(Some(found.moved.len()), least);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_small_problems_the_plan_leaves_no_must_out_needlessly_and_is_no_better_than_the_best(seed in any::<u64>()) {
        let problem = world(seed, 5, 2);
        prop_assume!(is_shortest(&problem));
        let plan = solve(&problem, seed, iterations(4_000));
        let teams = if problem.goal.fewest_teams { plan.rounds.iter().filter(|tour| !tour.visits.is_empty()).count() } else { 0 };
        let (musts, fewest, cost) = best_of_all(&problem);
        prop_assert_eq!((musts_out(&problem, &plan), teams), (musts, fewest));
        prop_assert!(plan.cost >= cost - 2, "{} is better than {}", plan.cost, cost);
    }
}

/// Where a way around is shorter than the way, two visits may fit only together; the search puts in one at a time.
fn is_shortest(problem: &Problem) -> bool {
    let places = 0..problem.travel.places();
    let way = |a, b| problem.travel.time_ms(a, b).unwrap();
    places.clone().all(|a| places.clone().all(|b| places.clone().all(|c| way(a, c) <= way(a, b) + way(b, c) + 1)))
}

#[test]
fn of_small_problems_99_plans_in_100_are_the_best_there_is() {
    let problems = (0..300).map(|seed| (seed, world(seed, 5, 2))).filter(|(_, problem)| is_shortest(problem));
    let differ: Vec<bool> = problems.map(|(seed, problem)| solve(&problem, seed, iterations(4_000)).cost > best_of_all(&problem).2 + 2).collect();
    let misses = differ.iter().filter(|differs| **differs).count();
    assert!(misses * 100 <= differ.len(), "{misses} of {}", differ.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_seven_stops_the_order_is_the_best_there_is(seed in any::<u64>(), ends in 0_usize..3) {
        let mut random = Random::stream(seed, 3);
        let places: Vec<(f64, f64)> = (0..9).map(|_| (random.fraction() * 900.0, random.fraction() * 900.0)).collect();
        let travel = Travel::straight(9, |a, b| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1), 1.0, 1.0).unwrap();
        let one = Team { end: [None, Some(0), Some(8)][ends], ..team() };
        let problem = problem((1..8).map(stop).collect(), vec![one], travel);
        let plan = solve(&problem, seed, iterations(2_000));
        prop_assert_eq!(check(&problem, &plan), Ok(()));
        prop_assert_eq!(plan.cost, best_of_all(&problem).2);
    }
}

fn order() -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..9).collect::<Vec<usize>>(), 0..9).prop_shuffle()
}

/// Whether the stop fits into the plan somewhere once the change is made, all but so many thousandths of it.
fn takes_in(problem: &Problem, plan: &Plan, at: usize, relax: Relax, short_by: u32) -> bool {
    let mut eased = problem.clone();
    let mut orders = plan.orders();
    match relax {
        Relax::LaterEnd { team, by_ms } => eased.teams[team].shift_ms.1 += by_ms - short_by,
        Relax::EarlierOpening { by_ms, .. } => eased.stops[at].window_ms.0 -= by_ms - short_by,
        Relax::LaterClosing { by_ms, .. } => eased.stops[at].window_ms.1 += by_ms - short_by,
        Relax::Capacity { team, by } => eased.teams[team].capacity += by,
        Relax::Length { team, by_mm } => eased.teams[team].longest_mm = eased.teams[team].longest_mm.map(|longest| longest + by_mm),
        Relax::AnotherTeam { like } => {
            eased.teams.push(eased.teams[like].clone());
            orders.push(Vec::new());
        }
        // Skills alone need not be enough, and a detour fits already.
        Relax::Skills { .. } => return true,
        Relax::Worth { .. } => {}
    }
    let named = match relax {
        Relax::LaterEnd { team, .. } | Relax::EarlierOpening { team, .. } | Relax::LaterClosing { team, .. } => team..team + 1,
        _ => 0..orders.len(),
    };
    let out: Vec<LeftOut> = plan.left_out.iter().filter(|out| out.stop != at).cloned().collect();
    named.into_iter().any(|team| {
        (0..=orders[team].len()).any(|position| {
            let mut with = orders.clone();
            with[team].insert(position, at);
            // Eased, others might fit as well.
            let flaws = check(&eased, &Plan::new(&eased, &with, out.clone())).err().unwrap_or_default();
            flaws.iter().all(|flaw| matches!(flaw, Flaw::Skipped { .. }))
        })
    })
}

#[test]
fn where_musts_do_not_all_fit_the_best_choice_among_them_is_made() {
    let seed = 339_110_723_582_729_045;
    let problem = world(seed, 5, 2);
    let plan = solve(&problem, seed, iterations(1_000));
    let (musts, _, cost) = best_of_all(&problem);
    assert_eq!((musts, musts_out(&problem, &plan)), (2, 2));
    assert!((plan.cost - cost).abs() <= 2);
}

#[test]
fn stops_that_pay_only_together_are_visited_together() {
    let far = |place| Stop { worth: Worth::Value(45 * MINUTE), ..stop(place) };
    let plan = solve(&problem((1..4).map(far).collect(), vec![team()], line(&[0.0, 60.0, 60.0, 60.0])), 1, iterations(500));
    assert_eq!((plan.left_out.len(), plan.cost), (0, i64::from(120 * MINUTE)));
}

#[test]
fn the_same_seed_and_iterations_give_the_same_plan() {
    let problem = world(5, 25, 3);
    assert_eq!(solve(&problem, 3, iterations(2_000)), solve(&problem, 3, iterations(2_000)));
}

#[test]
fn near_equal_plans_are_drawn_and_none_is_much_worse() {
    let places: Vec<(f64, f64)> = (0..9).map(|at| (f64::from(at % 3) * 100.0, f64::from(at / 3) * 100.0)).collect();
    let travel = Travel::straight(9, |a, b| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1), 1.0, 1.0).unwrap();
    let with = |near_equal| Problem::new((1..9).map(stop).collect(), vec![team()], travel.clone(), Vec::new(), Goal { near_equal, ..Goal::default() }).unwrap();
    let best = solve(&with(0.0), 1, iterations(2_000)).cost;
    let plans: Vec<Plan> = (0..20).map(|seed| solve(&with(0.1), seed, iterations(2_000))).collect();
    let mut orders: Vec<_> = plans.iter().map(Plan::orders).collect();
    orders.sort();
    orders.dedup();
    assert!(orders.len() >= 5, "{} different orders", orders.len());
    assert!(plans.iter().all(|plan| plan.cost as f64 <= 1.1 * best as f64));
}

#[test]
fn a_must_pushes_out_what_is_only_worth_something() {
    let dear = Stop { worth: Worth::Value(500 * MINUTE), service_ms: 400 * MINUTE, ..stop(1) };
    let must = Stop { service_ms: 400 * MINUTE, ..stop(2) };
    let plan = solve(&problem(vec![dear, must], vec![team()], line(&[0.0, 1.0, 1.0])), 1, iterations(500));
    assert_eq!(plan.orders(), [[1]]);
    assert_eq!((plan.left_out[0].stop, plan.left_out[0].why), (0, Why::Hours));
    assert_eq!(plan.left_out[0].relax, Some(Relax::LaterEnd { team: 0, by_ms: 202 * MINUTE }));
}

#[test]
fn a_stop_is_visited_only_for_a_detour_that_it_is_worth() {
    let with = |value| solve(&problem(vec![Stop { worth: Worth::Value(value), ..stop(1) }], vec![team()], line(&[0.0, 10.0])), 1, iterations(200));
    assert_eq!(with(21 * MINUTE).orders(), [[0]]);
    let plan = with(19 * MINUTE);
    assert_eq!((plan.left_out[0].why, plan.left_out[0].relax), (Why::Detour, Some(Relax::Worth { at_least: 20 * MINUTE })));
}

#[test]
fn balance_shares_the_work() {
    let stops: Vec<Stop> = (1..7).map(|place| Stop { service_ms: 30 * MINUTE, ..stop(place) }).collect();
    let with = |balance| {
        let goal = Goal { balance, ..Goal::default() };
        let all = Problem::new(stops.clone(), vec![team(), team()], line(&[0.0, 5.0, 5.1, 5.2, 5.3, 5.4, 5.5]), Vec::new(), goal).unwrap();
        let mut counts: Vec<usize> = solve(&all, 1, iterations(1_000)).orders().iter().map(Vec::len).collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(with(0.0), [0, 6]);
    assert_eq!(with(1.0), [3, 3]);
}

#[test]
fn fewest_teams_goes_before_short_ways() {
    let stops = vec![stop(1), stop(2)];
    let far_team = Team { start: 2, end: Some(2), ..team() };
    let with = |fewest_teams| {
        let goal = Goal { fewest_teams, ..Goal::default() };
        let all = Problem::new(stops.clone(), vec![team(), far_team.clone()], line(&[0.0, 1.0, 60.0]), Vec::new(), goal).unwrap();
        solve(&all, 1, iterations(500)).orders().iter().filter(|order| !order.is_empty()).count()
    };
    assert_eq!((with(false), with(true)), (2, 1));
}

#[test]
fn a_break_is_taken_by_those_who_are_out_long_enough_to_be_owed_one() {
    let lunch = Break { from_ms: 100 * MINUTE, until_ms: 130 * MINUTE, duration_ms: 30 * MINUTE };
    let with = |service: u32| {
        let first = Stop { service_ms: service * MINUTE, window_ms: (0, 15 * MINUTE), ..stop(1) };
        let stops = vec![first, Stop { service_ms: 20 * MINUTE, ..stop(2) }];
        let all = problem(stops, vec![Team { breaks: vec![lunch], ..team() }], line(&[0.0, 10.0, 20.0]));
        let plan = solve(&all, 1, iterations(300));
        check(&all, &plan).unwrap();
        plan.rounds[0].breaks.clone()
    };
    assert_eq!(with(50), []);
    assert_eq!(with(100), [Taken { after: 1, begins_ms: 110 * MINUTE, ends_ms: 140 * MINUTE }]);
}

#[test]
fn a_new_plan_changes_little_when_a_stop_is_dropped() {
    let places: Vec<f64> = (0..13).map(|at| f64::from(at * 7 % 13)).collect();
    let all = problem((1..13).map(stop).collect(), vec![team(), team()], line(&places));
    let mut orders = solve(&all, 1, iterations(500)).orders();
    let gone = orders.iter_mut().find(|order| !order.is_empty()).and_then(|order| order.pop()).unwrap();
    // A poor order, which a change for less than its price would mend.
    orders.iter_mut().filter(|order| order.len() > 2).for_each(|order| order.swap(0, 1));
    let mut stops: Vec<Stop> = (1..13).map(stop).collect();
    stops[gone].worth = Worth::Value(0);
    let after = replan(&problem(stops, vec![team(), team()], line(&places)), &orders, 100 * MINUTE, 2, iterations(500)).orders();
    let found = changes(&orders, &after);
    assert_eq!((found.moved, found.dropped), (vec![], vec![]));
}

#[test]
fn every_candidate_is_drawn_as_often_as_is_said() {
    let mut times = [0_u32; 30];
    for evening in 0..10_000 {
        let found = draw(30, 6, evening);
        assert_eq!((found.drawn.len(), found.probability), (6, 0.2));
        found.drawn.iter().for_each(|&stop| times[stop] += 1);
    }
    // 2,000 ± 5 standard deviations (40).
    assert!(times.iter().all(|count| (1_800..2_200).contains(count)), "{times:?}");
    assert_eq!((draw(3, 9, 1).probability, draw(0, 2, 1).drawn.len()), (1.0, 0));
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let faults =
        |stops: Vec<Stop>, teams: Vec<Team>, runs: Vec<Vec<usize>>, goal: Goal| Problem::new(stops, teams, line(&[0.0, 10.0]), runs, goal).unwrap_err();
    let one = |stop: Stop, team: Team| faults(vec![stop], vec![team], Vec::new(), Goal::default());
    assert_eq!(faults(vec![stop(1)], Vec::new(), Vec::new(), Goal::default()), [Fault::NoTeam]);
    assert_eq!(faults(vec![stop(1); 10_000], vec![team()], Vec::new(), Goal::default()), [Fault::TooManyStops(10_000)]);
    assert_eq!(one(stop(2), team()), [Fault::StopNowhere(0)]);
    assert_eq!(one(stop(1), Team { end: Some(7), ..team() }), [Fault::TeamNowhere(0)]);
    assert_eq!(one(stop(1), Team { shift_ms: (2, 1), ..team() }), [Fault::ShiftBackwards(0)]);
    assert_eq!(one(Stop { window_ms: (2, 1), ..stop(1) }, team()), [Fault::WindowBackwards(0)]);
    assert_eq!(one(Stop { window_ms: (0, u32::MAX), ..stop(1) }, team()), [Fault::StopTooLate(0)]);
    assert_eq!(one(Stop { team: Some(1), ..stop(1) }, team()), [Fault::LockedToNobody(0)]);
    let night = Break { from_ms: 590 * MINUTE, until_ms: 595 * MINUTE, duration_ms: 15 * MINUTE };
    assert_eq!(one(stop(1), Team { breaks: vec![night], ..team() }), [Fault::BadBreak(0, 0)]);
    let never = |why| vec![Fault::CannotBeVisited { stop: 0, why }];
    assert_eq!(one(Stop { window_ms: (0, 9 * MINUTE), ..stop(1) }, team()), never(Impossible::Window));
    assert_eq!(one(Stop { service_ms: 581 * MINUTE, ..stop(1) }, team()), never(Impossible::Window));
    assert_eq!(one(Stop { skills: 1, ..stop(1) }, team()), never(Impossible::Skills));
    assert_eq!(one(Stop { load: 101, ..stop(1) }, team()), never(Impossible::Capacity));
    assert_eq!(one(stop(1), Team { longest_mm: Some(19_999_999), ..team() }), never(Impossible::Length));
    let with = |runs, goal| faults(vec![stop(1), stop(1)], vec![team()], runs, goal);
    assert_eq!(with(vec![vec![0, 0]], Goal::default()), [Fault::BadRun(0)]);
    assert_eq!(with(vec![vec![0, 2]], Goal::default()), [Fault::BadRun(0)]);
    assert!(matches!(with(Vec::new(), Goal { balance: f64::NAN, ..Goal::default() })[..], [Fault::Balance(_)]));
    assert_eq!(with(Vec::new(), Goal { near_equal: 0.5, ..Goal::default() }), [Fault::NearEqual(0.5)]);
}

#[test]
fn a_stop_on_an_island_is_named_and_what_is_not_a_must_is_only_left_out() {
    let times = vec![vec![Some(0.0), Some(60.0), None], vec![Some(60.0), Some(0.0), None], vec![None, None, Some(0.0)]];
    let travel = Travel::matrices(&times, &times).unwrap();
    let refused = Problem::new(vec![stop(1), stop(2)], vec![team()], travel.clone(), Vec::new(), Goal::default()).unwrap_err();
    assert_eq!(refused, [Fault::CannotBeVisited { stop: 1, why: Impossible::Unreachable }]);
    let plan = solve(&problem(vec![stop(1), Stop { worth: Worth::Value(900 * MINUTE), ..stop(2) }], vec![team()], travel), 1, iterations(200));
    assert_eq!(plan.left_out, [LeftOut { stop: 1, why: Why::Impossible(Impossible::Unreachable), relax: None }]);
}

#[test]
fn a_matrix_that_is_none_is_refused() {
    let rows = |entry| vec![vec![Some(0.0), Some(entry)], vec![Some(1.0), Some(0.0)]];
    assert!(matches!(Travel::matrices(&rows(-1.0), &rows(1.0)), Err(BadTravel::Number { from: 0, to: 1, .. })));
    assert!(matches!(Travel::matrices(&rows(f64::NAN), &rows(1.0)), Err(BadTravel::Number { .. })));
    assert!(matches!(Travel::matrices(&rows(1e308), &rows(1.0)), Err(BadTravel::Number { .. })));
    assert!(matches!(Travel::matrices(&rows(1.0)[..1], &rows(1.0)), Err(BadTravel::Different { .. })));
    assert!(matches!(Travel::matrices(&[vec![None, None]], &[vec![None]]), Err(BadTravel::NotSquare { row: 0, expected: 1, found: 2, .. })));
    assert!(matches!(Travel::straight(1, |_, _| 0.0, 0.0, 1.3), Err(BadTravel::Speed(_))));
    assert!(matches!(Travel::straight(1, |_, _| 0.0, 1.0, 0.5), Err(BadTravel::Detour(_))));
}

#[test]
fn without_stops_everybody_stays_at_home() {
    let plan = solve(&problem(Vec::new(), vec![team()], line(&[0.0])), 1, iterations(100));
    assert_eq!((plan.cost, plan.orders()), (0, vec![Vec::new()]));
}
