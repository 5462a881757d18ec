//! Rounds: who visits which houses on a day, planned on streets, planned again when things change, and told to those who go.
//!
//! Houses out of a caller's scope are as if they were not there, and so is a round that leads to one of them. Nothing of anybody who lives in
//! a house is in a round.

mod change;
mod choice;
mod draft;
mod held;
mod keep;
mod paths;
mod plan;
mod question;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

pub use change::{ByHand, Changed, PlannedChanges, Replanning, StopAct};
pub use draft::{RoundDraft, TeamDraft};
pub use held::Lot;
pub use paths::RoundFile;
pub use plan::Planned;
pub use question::Ways;

use super::{App, Caller, Conflict, Refusal};
use crate::{
    atlas::Snapshot,
    domain::{
        access::Right,
        day::Day,
        inspection::Duty,
        round::{Importance, StopState},
        tier::Standing,
    },
    earth::LonLat,
    store::{RoundSummary, StoreError},
    streets::Mode,
    transfer::{Navigation, navigation},
};
use held::{Held, HeldStop, Seat};

/// A round as those see it who plan it and go. Times are seconds since midnight of its day.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    pub id: String,
    pub day: Day,
    pub name: String,
    pub evening: bool,
    pub mode: Mode,
    /// Goes up with every change; named by whoever changes the round.
    pub revision: i64,
    pub ways: Ways,
    pub minutes: u16,
    /// What was drawn by lot; `None`: nothing.
    pub random: Option<Lot>,
    /// Of the last plan: decimal text, for it is longer than numbers of a browser are.
    pub seed: String,
    pub iterations: u64,
    pub teams: Vec<RoundTeam>,
    /// In no team's order; somebody may have called there all the same.
    pub left_out: Vec<RoundStop>,
    pub dropped: Vec<RoundStop>,
    pub made_by: String,
    pub at_ms: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct RoundTeam {
    /// As it was asked for.
    #[serde(flatten)]
    pub team: TeamDraft,
    pub leaves_s: u32,
    pub ends_s: u32,
    pub travel_s: u64,
    pub length_m: u64,
    pub breaks_taken: Vec<(u32, u32)>,
    pub stops: Vec<RoundStop>,
}

#[derive(Clone, Debug, Serialize)]
pub struct RoundStop {
    /// From 1, in the order of the team; 0: in no order.
    pub number: usize,
    pub code: String,
    pub address: String,
    pub area_code: String,
    pub lon: f64,
    pub lat: f64,
    /// As computed on the day of the round, today at the latest.
    pub tier: Standing,
    pub state: StopState,
    pub locked: bool,
    pub importance: Importance,
    /// How many minutes of travel it is worth.
    pub worth_min: u32,
    pub duty: Duty,
    /// Why it is due; `None`: asked for by name, or drawn.
    pub reason: Option<serde_json::Value>,
    pub days_overdue: Option<i32>,
    /// Drawn by lot.
    pub drawn: bool,
    #[serde(flatten)]
    pub times: Option<Times>,
    /// Why it is left out, and what would take it in: code, zh, en, help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<serde_json::Value>,
    /// Addresses that open a map or a navigation program there.
    pub links: Navigation,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Times {
    pub travel_s: u32,
    pub length_m: u32,
    pub arrives_s: u32,
    pub begins_s: u32,
    pub leaves_s: u32,
}

/// Days that a list of rounds may span.
const MOST_DAYS: i32 = 366;
/// Rounds read at once while those within a scope are looked for.
const PORTION: usize = 500;

impl App {
    /// Rounds of some days that the caller may see whole, the latest first.
    pub async fn rounds(&self, caller: &Caller, from: Day, to: Day, limit: usize) -> Result<Vec<RoundSummary>, Refusal> {
        caller.must(Right::SeeRounds)?;
        if to < from || to.number() - from.number() > MOST_DAYS {
            let expected = format!("a day from {from} on, within {MOST_DAYS} days");
            return Err(Refusal::one("to", crate::transfer::FaultCode::OutOfRange, expected, to.to_string()));
        }
        let (from, to) = (from.to_string(), to.to_string());
        let is_limited = caller.scope.codes().is_some();
        let areas = if is_limited { self.store.areas_of_rounds(&from, &to).await? } else { Vec::new() };
        let mut within: BTreeMap<&str, bool> = BTreeMap::new();
        for (round, area) in &areas {
            *within.entry(round).or_insert(true) &= caller.scope.includes(area);
        }
        // Where one leads that was made since then is not known.
        let is_seen = |round: &RoundSummary| !is_limited || within.get(round.id.as_str()).is_some_and(|is_within| *is_within);
        // What lies in a scope only its codes tell, not the database: page by page until there are enough.
        let portion = if is_limited { limit.max(PORTION) } else { limit };
        let (mut rounds, mut after): (Vec<RoundSummary>, Option<(String, String)>) = (Vec::new(), None);
        loop {
            let before = after.as_ref().map(|(day, id)| (day.as_str(), id.as_str()));
            let page = self.store.rounds_between(&from, &to, before, i64::try_from(portion).unwrap_or(i64::MAX)).await?;
            after = page.last().filter(|_| page.len() == portion).map(|last| (last.day.clone(), last.id.clone()));
            rounds.extend(page.into_iter().filter(is_seen));
            if after.is_none() || rounds.len() >= limit {
                rounds.truncate(limit);
                return Ok(rounds);
            }
        }
    }

    /// One round.
    pub async fn round(&self, caller: &Caller, id: &str) -> Result<Round, Refusal> {
        caller.must(Right::SeeRounds)?;
        let held = self.held(caller, id).await?;
        Ok(self.told(&held))
    }

    /// Plans the last plan of a round again from what was kept of it: gives whether the same stops come out in the same order.
    pub async fn repeats(self: &Arc<Self>, caller: &Caller, id: &str) -> Result<bool, Refusal> {
        caller.must(Right::SeeRounds)?;
        let held = self.held(caller, id).await?;
        let streets = match &held.question.ways {
            Ways::Streets { id, .. } => Some(self.streets_of(id).await?),
            Ways::StraightLines { .. } => None,
        };
        let planned = super::load::blocking(move || {
            let mut question = held.question.clone();
            let travel = question.travel(streets.as_deref(), || true)?;
            let problem = question.problem(travel).map_err(|faults| StoreError::Damaged(format!("a question that was asked once has faults: {faults:?}")))?;
            let plan = question.solve(&problem, |_| true)?;
            let planned = |team| held.order(team).into_iter().map(|at| &held.stops[at]).filter(|stop| stop.state == StopState::Planned);
            let orders = (0..held.teams.len()).map(|team| planned(team).map(|stop| stop.call.place).collect::<Vec<_>>());
            let again = plan.orders().into_iter().map(|order| order.into_iter().map(|stop| question.stops[stop].place).collect::<Vec<_>>()).collect::<Vec<_>>();
            Ok::<_, Refusal>(orders.collect::<Vec<_>>() == again)
        });
        planned.await?
    }

    /// A round that the caller may see: one whose houses all lie in the caller's scope.
    async fn held(&self, caller: &Caller, id: &str) -> Result<Held, Refusal> {
        let record = self.store.round(id).await?.ok_or_else(|| no_round(id))?;
        let held = Held::read(record)?;
        self.must_reach_all(caller, &held)?;
        Ok(held)
    }

    fn must_reach_all(&self, caller: &Caller, held: &Held) -> Result<(), Refusal> {
        let snapshot = self.snapshot();
        let area = |stop: &HeldStop| snapshot.house(&stop.code).map_or_else(String::new, |house| house.area_code().to_owned());
        if held.stops.iter().all(|stop| caller.scope.includes(&area(stop))) { Ok(()) } else { Err(no_round(&held.id)) }
    }

    fn told(&self, held: &Held) -> Round {
        let snapshot = self.snapshot();
        let tell = |at: usize, number: usize| told(&snapshot, held, &held.stops[at], number, held.day.min(self.today()));
        let in_no_order =
            |is_one: fn(&HeldStop) -> bool| -> Vec<RoundStop> { (0..held.stops.len()).filter(|&at| is_one(&held.stops[at])).map(|at| tell(at, 0)).collect() };
        let teams = held.teams.iter().enumerate().map(|(number, (team, trip))| RoundTeam {
            team: team.clone(),
            leaves_s: trip.leaves_ms / 1000,
            ends_s: trip.ends_ms / 1000,
            travel_s: trip.travel_ms / 1000,
            length_m: trip.length_mm / 1000,
            breaks_taken: trip.breaks.iter().map(|(from, until)| (from / 1000, until / 1000)).collect(),
            stops: held.order(number).into_iter().zip(1..).map(|(at, number)| tell(at, number)).collect(),
        });
        Round {
            teams: teams.collect(),
            left_out: in_no_order(|stop| stop.team.is_none() && stop.state != StopState::Dropped),
            dropped: in_no_order(|stop| stop.state == StopState::Dropped),
            id: held.id.clone(),
            day: held.day,
            name: held.name.clone(),
            evening: held.evening,
            mode: held.terms.mode,
            revision: held.revision,
            ways: held.terms.ways.clone(),
            minutes: held.terms.minutes,
            random: held.terms.lot.clone(),
            seed: held.question.seed.to_string(),
            iterations: held.question.made,
            made_by: held.made_by.clone(),
            at_ms: held.at_ms,
        }
    }
}

fn told(snapshot: &Snapshot, held: &Held, stop: &HeldStop, number: usize, day: Day) -> RoundStop {
    let house = snapshot.house(&stop.code);
    let [lon, lat] = stop.call.place;
    let (times, why) = match &stop.seat {
        Seat::LeftOut(why) => (None, (!why.is_null()).then(|| why.clone())),
        Seat::At(at) => (
            Some(Times {
                travel_s: at.travel_ms / 1000,
                length_m: at.length_mm / 1000,
                arrives_s: at.arrives_ms / 1000,
                begins_s: at.begins_ms / 1000,
                leaves_s: at.leaves_ms / 1000,
            }),
            None,
        ),
    };
    RoundStop {
        number,
        code: stop.code.clone(),
        address: house.map_or_else(String::new, |house| house.address().to_owned()),
        area_code: house.map_or_else(String::new, |house| house.area_code().to_owned()),
        lon,
        lat,
        tier: house.map_or(Standing::None, |house| house.standing_on(day)),
        state: stop.state,
        locked: stop.locked,
        importance: stop.call.worth.importance,
        worth_min: stop.call.worth.minutes,
        duty: stop.call.duty,
        reason: stop.call.reason.clone(),
        days_overdue: stop.call.days_overdue,
        drawn: stop.call.drawn,
        times,
        why,
        links: LonLat::new(lon, lat).map(|place| navigation(place, number, held.terms.mode == Mode::Drive)).unwrap_or_default(),
    }
}

fn no_round(id: &str) -> Refusal {
    Refusal::NotFound { what: "round", name: id.chars().take(80).collect() }
}

fn changed_meanwhile(found: i64) -> Refusal {
    Refusal::Conflict { conflict: Conflict::RoundChanged, detail: format!("somebody changed this round; it is at revision {found} now, look at it again") }
}
