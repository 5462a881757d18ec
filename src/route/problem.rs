//! What is asked: stops, teams, ways between places, and what is wanted. Once a [`Problem`] is made it makes sense; nobody asks again.

use super::travel::{LONGEST, Travel};

/// The most stops of one problem.
pub const MOST_STOPS: usize = 2_000;
/// The most teams of one problem.
pub const MOST_TEAMS: usize = 500;

/// The most breaks of one team.
pub const MOST_BREAKS: usize = 8;

/// A visit that may be made once, by one team.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Which place of the [`Travel`] it is at.
    pub place: usize,
    /// How long the visit takes.
    pub service_ms: u32,
    /// The earliest and the latest time at which the visit may begin, in milliseconds since an origin of the caller (midnight, say).
    pub window_ms: (u32, u32),
    /// How much of a team's capacity it takes.
    pub load: u32,
    /// A bit per skill that the team must have.
    pub skills: u64,
    pub worth: Worth,
    /// The team that it is locked to. A locked stop is one that must be visited.
    pub team: Option<usize>,
}

/// What it means to leave a stop out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Others give way to it.
    Must,
    /// Leaving it out costs as much as this many milliseconds of travel (millimetres, where the goal is length).
    Value(u32),
}

/// A team with its shift. It leaves `start` when its shift begins or later and is at `end` (or done, without one) before the shift ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    pub start: usize,
    /// Where the round ends; `None`: at its last stop.
    pub end: Option<usize>,
    pub shift_ms: (u32, u32),
    /// In the order of time, taken at a stop after its visit (or at the start), never on the way or within a run.
    pub breaks: Vec<Break>,
    pub skills: u64,
    pub capacity: u32,
    /// The longest round, in millimetres.
    pub longest_mm: Option<u32>,
    /// What it costs to send the team out at all, in the unit of the goal.
    pub fixed: u32,
}

/// A break that begins between two times. It is owed only by a team that is still out after the latest time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    pub from_ms: u32,
    pub until_ms: u32,
    pub duration_ms: u32,
}

/// What is made small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    pub measure: Measure,
    /// Fewest teams first, then the measure.
    pub fewest_teams: bool,
    /// How much teams of unequal work cost: `balance` × work² ÷ shift is added for each team, where work is its travel and visits; 0 to 10. At 1,
    /// a minute of work costs one minute more for a team that is busy half of its shift than for an idle one.
    pub balance: f64,
    /// Among plans that cost at most this share more than the best one found, one is drawn; 0 to 0.2, 0 for the best one.
    pub near_equal: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Time,
    Length,
}

impl Default for Goal {
    fn default() -> Self {
        Self { measure: Measure::Time, fewest_teams: false, balance: 0.0, near_equal: 0.0 }
    }
}

/// Stops, teams, ways and a goal that fit together.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) stops: Vec<Stop>,
    pub(super) teams: Vec<Team>,
    pub(super) travel: Travel,
    pub(super) runs: Vec<Vec<usize>>,
    pub(super) goal: Goal,
}

/// What is wrong with a problem. Stops, teams and runs count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("there is no team; give at least one")]
    NoTeam,
    #[error("there are {0} stops; at most {MOST_STOPS}: split the area, or ask for the most urgent ones")]
    TooManyStops(usize),
    #[error("there are {0} teams; at most {MOST_TEAMS}")]
    TooManyTeams(usize),
    #[error("its place is not among those of the travel times")]
    StopNowhere(usize),
    #[error("its start or end is not among the places of the travel times")]
    TeamNowhere(usize),
    #[error("its window ends before it begins; swap the two")]
    WindowBackwards(usize),
    #[error("a time of it is more than six days after the origin; count from midnight of the day")]
    StopTooLate(usize),
    #[error("a time of it is more than six days after the origin; count from midnight of the day")]
    TeamTooLate(usize),
    #[error("it ends its shift before it starts; swap the two")]
    ShiftBackwards(usize),
    #[error("break {at} does not lie in its shift after the break before it; breaks stand in the order of time", at = .1 + 1)]
    BadBreak(usize, usize),
    #[error("it has more than {MOST_BREAKS} breaks")]
    TooManyBreaks(usize),
    #[error("it is locked to a team that does not exist")]
    LockedToNobody(usize),
    #[error("run {at} names a stop that does not exist, or one that stands in a run already", at = .0 + 1)]
    BadRun(usize),
    #[error("run {at} has stops locked to different teams", at = .0 + 1)]
    RunOfTwoTeams(usize),
    #[error("it must be visited, but {why}")]
    CannotBeVisited { stop: usize, why: Impossible },
    #[error("the balance is {0}; expected 0 to 10")]
    Balance(f64),
    #[error("near_equal is {0}; expected a share of 0 to 0.2")]
    NearEqual(f64),
}

/// Why no team can visit a stop even on a round of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    #[error("no team (or not the one it is locked to) has its skills: give a team the skill, or unlock it")]
    Skills,
    #[error("no way leads there and back: check its place")]
    Unreachable,
    #[error("its load is above the capacity of each team that could go: raise the capacity")]
    Capacity,
    #[error("the way there and back is longer than a round may be: allow a longer one")]
    Length,
    #[error("no team can be there within its window and be back when the shift ends: widen the window or the shift")]
    Window,
}

impl Problem {
    /// Checks that all fits together and says everything that does not. `runs` are stops to be visited one right after the other by one team.
    pub fn new(stops: Vec<Stop>, teams: Vec<Team>, travel: Travel, runs: Vec<Vec<usize>>, goal: Goal) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        if teams.is_empty() {
            faults.push(Fault::NoTeam);
        }
        if stops.len() > MOST_STOPS {
            faults.push(Fault::TooManyStops(stops.len()));
        }
        if teams.len() > MOST_TEAMS {
            faults.push(Fault::TooManyTeams(teams.len()));
        }
        if !(0.0..=10.0).contains(&goal.balance) {
            faults.push(Fault::Balance(goal.balance));
        }
        if !(0.0..=0.2).contains(&goal.near_equal) {
            faults.push(Fault::NearEqual(goal.near_equal));
        }
        for (at, stop) in stops.iter().enumerate() {
            faults.extend(stop_fault(at, stop, teams.len(), travel.places()));
        }
        for (at, team) in teams.iter().enumerate() {
            faults.extend(team_fault(at, team, travel.places()));
        }
        faults.extend(run_faults(&runs, &stops));
        if !faults.is_empty() {
            return Err(faults);
        }
        let runs = runs.into_iter().filter(|run| run.len() > 1).collect();
        let problem = Self { stops, teams, travel, runs, goal };
        let impossible = problem.impossible_musts();
        if impossible.is_empty() { Ok(problem) } else { Err(impossible) }
    }

    #[must_use]
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    #[must_use]
    pub fn teams(&self) -> &[Team] {
        &self.teams
    }

    /// Whether the stop must be visited: by its worth, or because it is locked to a team.
    pub(super) fn is_must(&self, stop: usize) -> bool {
        self.stops[stop].worth == Worth::Must || self.stops[stop].team.is_some()
    }

    fn impossible_musts(&self) -> Vec<Fault> {
        let musts = (0..self.stops.len()).filter(|&stop| self.is_must(stop));
        musts.filter_map(|stop| self.impossible(stop).map(|why| Fault::CannotBeVisited { stop, why })).collect()
    }

    /// Why no team could visit the stop even if it were the only one; `None` when one could. Breaks and runs are not looked at.
    #[must_use]
    pub fn impossible(&self, at: usize) -> Option<Impossible> {
        let stop = &self.stops[at];
        // The reason of the team that comes nearest: the order of `Impossible`.
        let mut nearest = Impossible::Skills;
        for (number, team) in self.teams.iter().enumerate() {
            let why = self.impossible_for(stop, number, team)?;
            if why as u8 > nearest as u8 {
                nearest = why;
            }
        }
        Some(nearest)
    }

    fn impossible_for(&self, stop: &Stop, number: usize, team: &Team) -> Option<Impossible> {
        if stop.skills & !team.skills != 0 || stop.team.is_some_and(|locked| locked != number) {
            return Some(Impossible::Skills);
        }
        let leg = |from, to| self.travel.time_ms(from, to).zip(self.travel.length_mm(from, to));
        let back = team.end.map_or(Some((0, 0)), |end| leg(stop.place, end));
        let (Some(there), Some(back)) = (leg(team.start, stop.place), back) else { return Some(Impossible::Unreachable) };
        let begin = (team.shift_ms.0 + there.0).max(stop.window_ms.0);
        if stop.load > team.capacity {
            Some(Impossible::Capacity)
        } else if team.longest_mm.is_some_and(|longest| there.1 + back.1 > longest) {
            Some(Impossible::Length)
        } else if begin > stop.window_ms.1 || begin + stop.service_ms + back.0 > team.shift_ms.1 {
            Some(Impossible::Window)
        } else {
            None
        }
    }
}

fn stop_fault(at: usize, stop: &Stop, teams: usize, places: usize) -> Option<Fault> {
    if stop.place >= places {
        Some(Fault::StopNowhere(at))
    } else if stop.window_ms.0 > stop.window_ms.1 {
        Some(Fault::WindowBackwards(at))
    } else if stop.window_ms.1 > LONGEST || stop.service_ms > LONGEST {
        Some(Fault::StopTooLate(at))
    } else if stop.team.is_some_and(|team| team >= teams) {
        Some(Fault::LockedToNobody(at))
    } else {
        None
    }
}

fn team_fault(at: usize, team: &Team, places: usize) -> Option<Fault> {
    if team.start >= places || team.end.is_some_and(|end| end >= places) {
        return Some(Fault::TeamNowhere(at));
    }
    if team.shift_ms.0 > team.shift_ms.1 {
        return Some(Fault::ShiftBackwards(at));
    }
    if team.shift_ms.1 > LONGEST {
        return Some(Fault::TeamTooLate(at));
    }
    if team.breaks.len() > MOST_BREAKS {
        return Some(Fault::TooManyBreaks(at));
    }
    let mut free = team.shift_ms.0;
    for (number, pause) in team.breaks.iter().enumerate() {
        let end = pause.from_ms.max(free).saturating_add(pause.duration_ms);
        if pause.from_ms < free || pause.until_ms < pause.from_ms || end > team.shift_ms.1 || pause.until_ms > team.shift_ms.1 {
            return Some(Fault::BadBreak(at, number));
        }
        free = end;
    }
    None
}

fn run_faults(runs: &[Vec<usize>], stops: &[Stop]) -> Vec<Fault> {
    let mut seen = vec![false; stops.len()];
    let mut faults = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let fresh = run.iter().all(|&stop| seen.get_mut(stop).is_some_and(|seen| !std::mem::replace(seen, true)));
        if !fresh {
            faults.push(Fault::BadRun(at));
            continue;
        }
        let mut teams: Vec<usize> = run.iter().filter_map(|&stop| stops[stop].team).collect();
        teams.dedup();
        if teams.len() > 1 {
            faults.push(Fault::RunOfTwoTeams(at));
        }
    }
    faults
}
