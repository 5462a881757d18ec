//! A round in memory: read from its record, asked about, changed, and written back.

use serde::{Deserialize, Serialize};

use super::{
    TeamDraft,
    question::{AskedStop, AskedTeam, Question, Ways},
};
use crate::{
    app::route_problem::LeftOutAnswer,
    domain::{
        day::Day,
        inspection::Duty,
        round::{Clock, StopState, Worth},
    },
    route::Plan,
    store::{RoundRecord, StopRecord, StoreError, TeamRecord},
    streets::Mode,
};

/// Later than any visit begins.
const ANY_TIME_MS: u32 = 1 << 29;

/// What all of a round has in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub mode: Mode,
    pub ways: Ways,
    /// For each visit.
    pub minutes: u16,
    /// When visits may begin; `None`: within the shifts.
    pub window: Option<(Clock, Clock)>,
    pub balance: f64,
    pub iterations: u64,
    pub lot: Option<Lot>,
}

/// What was drawn by lot when the round was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    /// As asked for.
    pub share: f64,
    /// Houses that each could have been drawn, and how many were.
    pub candidates: usize,
    pub drawn: usize,
    /// The chance of each candidate. Its inverse is the weight of a drawn house in an estimate.
    pub probability: f64,
}

/// A team's trip as a whole, times in milliseconds since midnight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trip {
    pub leaves_ms: u32,
    pub ends_ms: u32,
    pub travel_ms: u64,
    pub length_mm: u64,
    pub breaks: Vec<(u32, u32)>,
}

/// A visit that somebody may make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Call {
    pub place: [f64; 2],
    pub duty: Duty,
    /// Why it is due, as the due list tells it; `None`: asked for by name, or drawn.
    pub reason: Option<serde_json::Value>,
    pub days_overdue: Option<i32>,
    pub worth: Worth,
    pub drawn: bool,
}

/// Where a stop is in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Seat {
    At(Timing),
    /// Why, and what would take it in.
    LeftOut(serde_json::Value),
}

/// The way there and the visit, times in milliseconds since midnight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Timing {
    pub travel_ms: u32,
    pub length_mm: u32,
    pub arrives_ms: u32,
    pub begins_ms: u32,
    pub leaves_ms: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct HeldStop {
    pub code: String,
    pub team: Option<usize>,
    pub rank: usize,
    pub state: StopState,
    pub locked: bool,
    pub call: Call,
    pub seat: Seat,
}

impl HeldStop {
    pub fn new(code: String, call: Call) -> Self {
        Self { code, team: None, rank: 0, state: StopState::Planned, locked: false, call, seat: Seat::LeftOut(serde_json::Value::Null) }
    }

    pub fn timing(&self) -> Timing {
        if let Seat::At(timing) = self.seat { timing } else { Timing::default() }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub id: String,
    pub day: Day,
    pub name: String,
    pub evening: bool,
    pub revision: i64,
    pub terms: Terms,
    pub question: Question,
    pub made_by: String,
    pub at_ms: i64,
    pub teams: Vec<(TeamDraft, Trip)>,
    pub stops: Vec<HeldStop>,
}

impl Held {
    pub fn read(record: RoundRecord) -> Result<Self, StoreError> {
        let id = &record.id;
        let damaged = |what: &str, error: String| StoreError::Damaged(format!("{what} of round {id}: {error}"));
        let teams = record.teams.iter().map(|team| Ok((parsed(&team.team)?, parsed(&team.tour)?))).collect::<Result<_, serde_json::Error>>();
        let stops = record.stops.iter().map(|stop| {
            Ok(HeldStop {
                code: stop.house_code.clone(),
                team: stop.team.and_then(|team| usize::try_from(team).ok()),
                rank: usize::try_from(stop.rank).unwrap_or_default(),
                state: stop.state.parse().map_err(|unknown| damaged("a stop", format!("{unknown}")))?,
                locked: stop.locked,
                call: parsed(&stop.stop).map_err(|error| damaged("a stop", error.to_string()))?,
                seat: parsed(&stop.visit).map_err(|error| damaged("a stop", error.to_string()))?,
            })
        });
        Ok(Self {
            day: record.day.parse().map_err(|bad| damaged("the day", format!("{bad}")))?,
            terms: parsed(&record.terms).map_err(|error| damaged("the terms", error.to_string()))?,
            question: parsed(&record.question).map_err(|error| damaged("the question", error.to_string()))?,
            teams: teams.map_err(|error| damaged("a team", error.to_string()))?,
            stops: stops.collect::<Result<_, StoreError>>()?,
            name: record.name,
            evening: record.evening,
            revision: record.revision,
            made_by: record.made_by,
            at_ms: record.at_ms,
            id: record.id,
        })
    }

    pub fn record(&self) -> Result<RoundRecord, StoreError> {
        let number = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        let teams = self.teams.iter().map(|(team, trip)| Ok(TeamRecord { team: written(team)?, tour: written(trip)? }));
        let stops = self.stops.iter().map(|stop| {
            Ok(StopRecord {
                house_code: stop.code.clone(),
                team: stop.team.map(number),
                rank: number(stop.rank),
                state: stop.state.as_str().to_owned(),
                locked: stop.locked,
                stop: written(&stop.call)?,
                visit: written(&stop.seat)?,
            })
        });
        Ok(RoundRecord {
            id: self.id.clone(),
            day: self.day.to_string(),
            name: self.name.clone(),
            evening: self.evening,
            streets_id: if let Ways::Streets { id, .. } = &self.terms.ways { Some(id.clone()) } else { None },
            revision: self.revision,
            terms: written(&self.terms)?,
            question: written(&self.question)?,
            made_by: self.made_by.clone(),
            at_ms: self.at_ms,
            teams: teams.collect::<Result<_, StoreError>>()?,
            stops: stops.collect::<Result<_, StoreError>>()?,
        })
    }

    /// The stops of a team in order, by their number; dropped ones are in no order.
    pub fn order(&self, team: usize) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.stops.len()).filter(|&at| self.stops[at].team == Some(team) && self.stops[at].state != StopState::Dropped).collect();
        // Who was visited comes before who is still to be.
        order.sort_by_key(|&at| (!self.stops[at].state.is_visited(), self.stops[at].rank));
        order
    }

    /// Asks for a plan of what is still to be visited, and says which stops that are, by their number. Each team goes on from where it was
    /// last, not before `now_ms`.
    pub fn ask(&self, now_ms: Option<u32>, seed: u64) -> (Question, Vec<usize>) {
        let open: Vec<usize> = (0..self.stops.len()).filter(|&at| self.stops[at].state == StopState::Planned).collect();
        let in_problem = |at: &usize| open.binary_search(at).ok();
        let (mut teams, mut runs, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (draft, _)) in self.teams.iter().enumerate() {
            let order = self.order(number);
            let last = order.iter().rev().find(|&&at| self.stops[at].state.is_visited()).map(|&at| &self.stops[at]);
            let until_ms = draft.until.ms();
            let goes_on_ms = now_ms.or(last.map(|last| last.timing().leaves_ms)).unwrap_or(0);
            let begun = self.breaks_begun(number, goes_on_ms);
            // Whoever is having a break goes on after it.
            let rested_ms = begun.last().map_or(0, |(_, ends_ms)| *ends_ms);
            let from_ms = draft.from.ms().max(goes_on_ms).max(rested_ms).min(until_ms);
            teams.push(AskedTeam {
                start: last.map_or(draft.start, |last| last.call.place),
                end: if draft.open_end { None } else { Some(draft.end.unwrap_or(draft.start)) },
                shift_ms: (from_ms, until_ms),
                breaks: breaks_ahead(draft, &begun, from_ms),
                officer: draft.duty == Duty::Officer,
                longest_mm: draft.most_km.map(|km| (km * 1e6).clamp(0.0, f64::from(u32::MAX)) as u32),
            });
            let planned: Vec<usize> = order.into_iter().filter(|at| self.stops[*at].state == StopState::Planned).collect();
            let locked = planned.split(|&at| !self.stops[at].locked).filter(|run| run.len() > 1);
            runs.extend(locked.map(|run| run.iter().filter_map(in_problem).collect::<Vec<_>>()));
            before.push(planned.iter().filter_map(in_problem).collect::<Vec<_>>());
        }
        let window_ms = self.terms.window.map_or((0, ANY_TIME_MS), |(from, until)| (from.ms(), until.ms()));
        let stops = open.iter().map(|&at| &self.stops[at]).map(|stop| AskedStop {
            place: stop.call.place,
            service_ms: u32::from(self.terms.minutes) * 60_000,
            window_ms,
            officer: stop.call.duty == Duty::Officer,
            worth: stop.call.worth,
            team: stop.team.filter(|_| stop.locked),
        });
        let question = Question {
            mode: self.terms.mode,
            ways: self.terms.ways.clone(),
            stops: stops.collect(),
            teams,
            runs,
            balance: self.terms.balance,
            before: before.iter().any(|order| !order.is_empty()).then_some(before),
            seed,
            iterations: self.terms.iterations,
            made: self.terms.iterations,
        };
        (question, open)
    }

    /// The breaks of a team that were to begin before a time, but for those before which it still has somebody to visit: then it is late, and
    /// they are ahead of it. One after which it has visited somebody is behind it.
    fn breaks_begun(&self, team: usize, by_ms: u32) -> Vec<(u32, u32)> {
        let order = self.order(team);
        let of = |is_visited: bool| order.iter().map(|&at| &self.stops[at]).filter(move |stop| stop.state.is_visited() == is_visited);
        let first_open_ms = of(false).map(|stop| stop.timing().leaves_ms).min().unwrap_or(u32::MAX);
        let last_visited_ms = of(true).map(|stop| stop.timing().begins_ms).max().unwrap_or(0);
        let breaks = self.teams[team].1.breaks.iter().copied();
        breaks.filter(|(begins_ms, _)| *begins_ms < by_ms && (*begins_ms < first_open_ms || *begins_ms <= last_visited_ms)).collect()
    }

    /// Takes over a plan of the open stops.
    pub fn follow(&mut self, question: Question, open: &[usize], plan: &Plan) -> Result<(), StoreError> {
        let begun: Vec<_> = question.teams.iter().enumerate().map(|(team, asked)| self.breaks_begun(team, asked.shift_ms.0)).collect();
        self.question = question;
        for (number, tour) in plan.rounds.iter().enumerate() {
            let visited: Vec<usize> = self.order(number).into_iter().filter(|&at| self.stops[at].state.is_visited()).collect();
            visited.iter().enumerate().for_each(|(rank, &at)| self.stops[at].rank = rank);
            let trip = &mut self.teams[number].1;
            let was_out = visited.last().map(|&at| self.stops[at].timing());
            trip.leaves_ms = if was_out.is_some() { trip.leaves_ms } else { tour.leaves_ms };
            trip.ends_ms = was_out.filter(|_| tour.visits.is_empty()).map_or(tour.ends_ms, |last| last.leaves_ms);
            trip.travel_ms = tour.travel_ms + visited.iter().map(|&at| u64::from(self.stops[at].timing().travel_ms)).sum::<u64>();
            trip.length_mm = tour.length_mm + visited.iter().map(|&at| u64::from(self.stops[at].timing().length_mm)).sum::<u64>();
            trip.breaks.clone_from(&begun[number]);
            trip.breaks.extend(tour.breaks.iter().map(|taken| (taken.begins_ms, taken.ends_ms)));
            for (rank, visit) in tour.visits.iter().enumerate() {
                let stop = &mut self.stops[open[visit.stop]];
                (stop.team, stop.rank) = (Some(number), visited.len() + rank);
                stop.seat = Seat::At(Timing {
                    travel_ms: visit.travel_ms,
                    length_mm: visit.length_mm,
                    arrives_ms: visit.arrives_ms,
                    begins_ms: visit.begins_ms,
                    leaves_ms: visit.leaves_ms,
                });
            }
        }
        let names: Vec<String> = self.teams.iter().map(|(team, _)| team.name.clone()).collect();
        for out in &plan.left_out {
            let stop = &mut self.stops[open[out.stop]];
            (stop.team, stop.rank, stop.locked) = (None, 0, false);
            let why = serde_json::to_value(LeftOutAnswer::new(&stop.code, out, &names));
            stop.seat = Seat::LeftOut(why.map_err(|error| StoreError::Damaged(error.to_string()))?);
        }
        Ok(())
    }
}

/// The breaks that a team still owes, of those asked for: the ones begun are behind it, one whose time has passed will not be, and none begins
/// before the one before it can end.
fn breaks_ahead(draft: &TeamDraft, begun: &[(u32, u32)], from_ms: u32) -> Vec<(u32, u32, u32)> {
    let mut begun = begun.iter().peekable();
    let mut free_ms = from_ms;
    let mut ahead = Vec::new();
    for pause in &draft.breaks {
        let (from_ms, until_ms, duration_ms) = (pause.from.ms(), pause.until.ms(), u32::from(pause.minutes) * 60_000);
        if begun.next_if(|(begins_ms, _)| (from_ms..=until_ms).contains(begins_ms)).is_some() {
            continue;
        }
        let from_ms = from_ms.max(free_ms);
        if from_ms <= until_ms && from_ms + duration_ms <= draft.until.ms() {
            ahead.push((from_ms, until_ms, duration_ms));
            free_ms = from_ms + duration_ms;
        }
    }
    ahead
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text)
}

fn written<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged(error.to_string()))
}
