//! A plan in full: who is where at what time, how far it is, and what is left out with the reason.

use super::{
    left_out::LeftOut,
    problem::{Measure, Problem, Team, Worth},
    travel::NEVER,
};

/// One round for each team, empty for a team that stays at home.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub rounds: Vec<Tour>,
    pub left_out: Vec<LeftOut>,
    /// What was made small, in thousandths of the goal's unit: travel, teams, balance, and values of what is left out.
    pub cost: i64,
}

/// A team's round with its timetable, in milliseconds since the origin of the problem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tour {
    pub visits: Vec<Visit>,
    pub breaks: Vec<Taken>,
    pub leaves_ms: u32,
    pub ends_ms: u32,
    pub travel_ms: u64,
    pub length_mm: u64,
}

/// One visit: the way there, and the visit itself. Between arriving and beginning one waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    pub stop: usize,
    pub travel_ms: u32,
    pub length_mm: u32,
    pub arrives_ms: u32,
    pub begins_ms: u32,
    pub leaves_ms: u32,
}

/// A break that is taken after so many visits (0: at the start).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub after: usize,
    pub begins_ms: u32,
    pub ends_ms: u32,
}

impl Plan {
    pub(super) fn new(problem: &Problem, visits: &[Vec<usize>], left_out: Vec<LeftOut>) -> Self {
        let rounds: Vec<Tour> = problem.teams.iter().zip(visits).map(|(team, stops)| Tour::new(problem, team, stops)).collect();
        let values = left_out.iter().map(|out| if let Worth::Value(value) = problem.stops[out.stop].worth { i64::from(value) } else { 0 });
        let cost = values.sum::<i64>() + rounds.iter().zip(&problem.teams).map(|(tour, team)| tour.cost(problem, team)).sum::<i64>();
        Self { rounds, left_out, cost }
    }

    /// The stops of each team in order.
    #[must_use]
    pub fn orders(&self) -> Vec<Vec<usize>> {
        self.rounds.iter().map(|tour| tour.visits.iter().map(|visit| visit.stop).collect()).collect()
    }
}

impl Tour {
    /// The earliest timetable, except that the team leaves as late as the first visit allows.
    fn new(problem: &Problem, team: &Team, stops: &[usize]) -> Self {
        let mut tour = Self { leaves_ms: team.shift_ms.0, ends_ms: team.shift_ms.0, ..Self::default() };
        if stops.is_empty() {
            return tour;
        }
        let pauses = pauses(problem, team, stops);
        let mut now = team.shift_ms.0;
        let mut last = team.start;
        let mut taken = pauses.iter().zip(&team.breaks).peekable();
        for after in 0..=stops.len() {
            while let Some((_, pause)) = taken.next_if(|(at, _)| **at == after) {
                let begins_ms = now.max(pause.from_ms);
                now = begins_ms.saturating_add(pause.duration_ms);
                tour.breaks.push(Taken { after, begins_ms, ends_ms: now });
            }
            let Some(&at) = stops.get(after) else { break };
            let stop = &problem.stops[at];
            let (travel_ms, length_mm) = leg(problem, last, Some(stop.place));
            let mut arrives_ms = now.saturating_add(travel_ms);
            let begins_ms = arrives_ms.max(stop.window_ms.0);
            if after == 0 {
                arrives_ms = if tour.breaks.is_empty() { begins_ms } else { arrives_ms };
                tour.leaves_ms = if tour.breaks.is_empty() { begins_ms - travel_ms } else { team.shift_ms.0 };
            }
            now = begins_ms.saturating_add(stop.service_ms);
            tour.visits.push(Visit { stop: at, travel_ms, length_mm, arrives_ms, begins_ms, leaves_ms: now });
            last = stop.place;
        }
        let (back_ms, back_mm) = leg(problem, last, team.end);
        tour.ends_ms = now.saturating_add(back_ms);
        tour.travel_ms = tour.visits.iter().map(|visit| u64::from(visit.travel_ms)).sum::<u64>() + u64::from(back_ms);
        tour.length_mm = tour.visits.iter().map(|visit| u64::from(visit.length_mm)).sum::<u64>() + u64::from(back_mm);
        tour
    }

    fn cost(&self, problem: &Problem, team: &Team) -> i64 {
        if self.visits.is_empty() {
            return 0;
        }
        let measure = match problem.goal.measure {
            Measure::Time => self.travel_ms,
            Measure::Length => self.length_mm,
        };
        measure as i64
            + i64::from(team.fixed)
            + (problem.goal.balance * (self.work_ms() as f64).powi(2) / f64::from(team.shift_ms.1 - team.shift_ms.0).max(1.0)) as i64
    }

    /// Travel and visits, without waiting and breaks.
    #[must_use]
    pub fn work_ms(&self) -> u64 {
        self.travel_ms + self.visits.iter().map(|visit| u64::from(visit.leaves_ms - visit.begins_ms)).sum::<u64>()
    }
}

/// Time and length; nothing for a round that may end anywhere.
fn leg(problem: &Problem, from: usize, to: Option<usize>) -> (u32, u32) {
    let leg = to.map_or(Some((0, 0)), |to| problem.travel.time_ms(from, to).zip(problem.travel.length_mm(from, to)));
    leg.unwrap_or((NEVER, NEVER))
}

/// After how many visits each break is taken, so that the round ends as early as it can: the earliest time after each visit for each number
/// of breaks taken, forward, then the way back from the end. Breaks that are not owed are left out.
fn pauses(problem: &Problem, team: &Team, stops: &[usize]) -> Vec<usize> {
    let levels = team.breaks.len() + 1;
    let mut ready = vec![None; levels];
    ready[0] = Some(team.shift_ms.0);
    let mut last = team.start;
    let mut rested = Vec::with_capacity(stops.len() + 1);
    for at in 0..=stops.len() {
        if let Some(stop) = at.checked_sub(1).map(|at| &problem.stops[stops[at]]) {
            let (there, _) = leg(problem, last, Some(stop.place));
            let leaves = |ready: u32| (ready + there <= stop.window_ms.1).then(|| (ready + there).max(stop.window_ms.0) + stop.service_ms);
            ready.iter_mut().for_each(|ready| *ready = ready.and_then(leaves));
            last = stop.place;
        }
        let mut here = vec![false; levels];
        if !within_run(problem, stops, at) {
            for (taken, pause) in team.breaks.iter().enumerate() {
                let Some(now) = ready[taken].filter(|now| *now <= pause.until_ms) else { continue };
                let ends = now.max(pause.from_ms) + pause.duration_ms;
                if ready[taken + 1].is_none_or(|before| ends < before) {
                    (ready[taken + 1], here[taken + 1]) = (Some(ends), true);
                }
            }
        }
        rested.push(here);
    }
    let (back, _) = leg(problem, last, team.end);
    let owed = |taken: usize| team.breaks.get(taken).map_or(team.shift_ms.1, |pause| pause.until_ms);
    let ends = (0..levels).filter_map(|taken| Some((ready[taken]? + back, taken))).filter(|(end, taken)| *end <= owed(*taken));
    let mut taken = ends.min().map_or(0, |(_, taken)| taken);
    let mut after = vec![0; taken];
    for at in (0..=stops.len()).rev() {
        while taken > 0 && rested[at][taken] {
            taken -= 1;
            after[taken] = at;
        }
    }
    after
}

/// Whether the position after so many visits lies between two stops of one run.
fn within_run(problem: &Problem, stops: &[usize], after: usize) -> bool {
    let Some((before, next)) = after.checked_sub(1).and_then(|before| Some((stops.get(before)?, stops.get(after)?))) else { return false };
    problem.runs.iter().any(|run| run.windows(2).any(|pair| pair == [*before, *next]))
}
