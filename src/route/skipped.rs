//! Musts that a plan leaves out although they would fit: part of the judge, which shares no code with the search.

use super::{
    plan::Plan,
    problem::{Problem, Team},
};

/// Stops that must be visited and are left out, each with a team into whose round, as it stands, they would fit.
pub(super) fn skipped(problem: &Problem, plan: &Plan) -> Vec<(usize, usize)> {
    let orders = plan.orders();
    let rounds: Vec<Walk> = problem.teams.iter().zip(&orders).map(|(team, stops)| Walk::new(problem, team, stops)).collect();
    let mut found = Vec::new();
    for unit in left_out_musts(problem, plan) {
        let may = |team: usize| {
            let locked_elsewhere = |stop: &usize| problem.stops[*stop].team.is_some_and(|locked| locked != team);
            let able = |stop: &usize| problem.stops[*stop].skills & !problem.teams[team].skills == 0;
            unit.iter().all(able) && !unit.iter().any(locked_elsewhere)
        };
        let fits = |team: &usize| may(*team) && (0..=orders[*team].len()).any(|position| rounds[*team].takes_in(position, &unit));
        found.extend((0..orders.len()).find(fits).map(|team| (unit[0], team)));
    }
    found
}

/// Stops, or whole runs, that hold a must and are left out.
fn left_out_musts(problem: &Problem, plan: &Plan) -> Vec<Vec<usize>> {
    let is_out = |stop: &usize| plan.left_out.iter().any(|out| out.stop == *stop);
    let musts = plan.left_out.iter().map(|out| out.stop).filter(|&stop| problem.is_must(stop));
    let unit = |stop: usize| problem.runs.iter().find(|run| run.contains(&stop)).cloned().unwrap_or_else(|| vec![stop]);
    let mut units: Vec<Vec<usize>> = musts.map(unit).filter(|unit| unit.iter().all(is_out)).collect();
    units.sort();
    units.dedup();
    units
}

/// A round walked as early as can be, once for each number of breaks taken.
struct Walk<'a> {
    problem: &'a Problem,
    team: &'a Team,
    stops: &'a [usize],
    /// When the team can go on after so many visits, by breaks taken.
    ready: Vec<Vec<Option<u64>>>,
}

impl<'a> Walk<'a> {
    fn new(problem: &'a Problem, team: &'a Team, stops: &'a [usize]) -> Self {
        let mut walk = Self { problem, team, stops, ready: Vec::with_capacity(stops.len() + 1) };
        let mut ready = vec![None; team.breaks.len() + 1];
        ready[0] = Some(u64::from(team.shift_ms.0));
        walk.ready.push(ready.clone());
        for (at, &stop) in stops.iter().enumerate() {
            walk.rest(at.checked_sub(1).map(|before| stops[before]), Some(stop), &mut ready);
            walk.go(walk.place_after(at), stop, &mut ready);
            walk.ready.push(ready.clone());
        }
        walk
    }

    fn place_after(&self, visits: usize) -> usize {
        visits.checked_sub(1).map_or(self.team.start, |last| self.problem.stops[self.stops[last]].place)
    }

    fn takes_in(&self, position: usize, unit: &[usize]) -> bool {
        let (before, behind) = self.stops.split_at(position);
        let joined = before.last().zip(behind.first()).is_some_and(|(a, b)| self.is_joined(*a, *b));
        let all = || before.iter().chain(unit).chain(behind);
        let load: u64 = all().map(|&stop| u64::from(self.problem.stops[stop].load)).sum();
        if joined || load > self.team.capacity.into() || self.length(all()).is_none_or(|length| self.team.longest_mm.is_some_and(|most| length > most.into())) {
            return false;
        }
        let mut ready = self.ready[position].clone();
        let (mut last, mut place) = (before.last().copied(), self.place_after(position));
        for &stop in unit.iter().chain(behind) {
            self.rest(last, Some(stop), &mut ready);
            self.go(place, stop, &mut ready);
            (last, place) = (Some(stop), self.problem.stops[stop].place);
            if ready.iter().all(Option::is_none) {
                return false;
            }
        }
        self.rest(last, None, &mut ready);
        let back = self.team.end.map_or(Some(0), |end| self.problem.travel.time_ms(place, end));
        let is_home = |(taken, ready): (usize, &Option<u64>)| {
            let owed = self.team.breaks.get(taken).map_or(self.team.shift_ms.1, |pause| pause.until_ms.min(self.team.shift_ms.1));
            ready.zip(back).is_some_and(|(ready, back)| ready + u64::from(back) <= owed.into())
        };
        ready.iter().enumerate().any(is_home)
    }

    /// The way to a stop and the visit.
    fn go(&self, from: usize, stop: usize, ready: &mut [Option<u64>]) {
        let stop = &self.problem.stops[stop];
        let there = self.problem.travel.time_ms(from, stop.place);
        for ready in ready {
            let arrives = ready.zip(there).map(|(ready, there)| ready + u64::from(there));
            *ready = arrives.filter(|&at| at <= stop.window_ms.1.into()).map(|at| at.max(stop.window_ms.0.into()) + u64::from(stop.service_ms));
        }
    }

    /// The breaks that may be taken between two visits.
    fn rest(&self, last: Option<usize>, next: Option<usize>, ready: &mut [Option<u64>]) {
        if last.zip(next).is_some_and(|(last, next)| self.is_joined(last, next)) {
            return;
        }
        for (taken, pause) in self.team.breaks.iter().enumerate() {
            let Some(now) = ready[taken].filter(|&now| now <= pause.until_ms.into()) else { continue };
            let over = now.max(pause.from_ms.into()) + u64::from(pause.duration_ms);
            ready[taken + 1] = Some(ready[taken + 1].map_or(over, |other| other.min(over)));
        }
    }

    fn is_joined(&self, a: usize, b: usize) -> bool {
        self.problem.runs.iter().any(|run| run.contains(&a) && run.contains(&b))
    }

    fn length<'b>(&self, stops: impl Iterator<Item = &'b usize>) -> Option<u64> {
        let places = stops.map(|&stop| self.problem.stops[stop].place).chain(self.team.end);
        let mut at = self.team.start;
        let mut length = 0;
        for place in places {
            length += u64::from(self.problem.travel.length_mm(at, place)?);
            at = place;
        }
        Some(length)
    }
}
