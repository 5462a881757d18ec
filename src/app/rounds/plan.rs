//! Planning a round, and keeping what came out.

use std::{sync::Arc, time::Duration};

use serde::Serialize;

use super::{
    Round, RoundDraft, TeamDraft,
    change::PlannedChanges,
    changed_meanwhile,
    choice::month_of,
    held::{Held, Terms, Trip},
    question::{DETOUR, Question, Ways},
};
use crate::{
    app::{App, Caller, Conflict, Flaw, Refusal, caller::random, load::blocking, new_id, running::Running, streets::Streets},
    domain::{access::Right, round::StopState},
    earth::LonLat,
    route::Fault,
    store::{StoreError, Touched},
    streets::{MOST_SNAP_M, Mode},
    transfer::FaultCode,
};

/// What came of planning: the round as it is kept, and what differs from before.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    pub round: Round,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<PlannedChanges>,
}

/// Who is out before six in the morning comes by night.
const MORNING_MS: u32 = 6 * 3_600_000;
/// So long somebody waits until another plan is made.
const PATIENCE: Duration = Duration::from_secs(10);

impl App {
    /// Plans a round: chooses the stops, draws some of them by lot, finds the ways and searches. It is kept once it has passed the checker;
    /// given up before, nothing of it is.
    pub async fn plan_round(self: &Arc<Self>, caller: &Caller, mut draft: RoundDraft) -> Result<Running<Planned>, Refusal> {
        caller.must(Right::PlanRounds)?;
        let today = self.today();
        let day = draft.day.unwrap_or(today);
        let rulebook = self.rulebook();
        let visits = rulebook.on(day).policy.visits;
        // Both are written HH:MM.
        let evening_from = visits.evening_from.to_string();
        draft.evening |= draft.teams.iter().any(|team| team.until.to_string() > evening_from || team.from.ms() < MORNING_MS);
        draft.must_make_sense(day, today)?;
        let seed = new_seed()?;
        let (stops, lot) = self.choose(caller, &draft, draft.evening, day, seed).await?;
        let streets = self.newest_streets().await?;
        let ways = ways(&draft.teams, draft.mode, streets.as_deref())?;
        let mut window = draft.window;
        if draft.evening
            && let Ok(last) = visits.evening_until.to_string().parse()
        {
            // Nobody rings later than the policy allows.
            let (from, until) = window.unwrap_or((draft.teams.iter().map(|team| team.from).min().unwrap_or(last), last));
            window = Some((from.min(last), until.min(last)));
        }
        let terms = Terms { mode: draft.mode, ways, minutes: draft.minutes, window, balance: draft.balance, iterations: draft.iterations, lot };
        let teams: Vec<(TeamDraft, Trip)> = draft.teams.into_iter().map(|team| (team, Trip::default())).collect();
        let held = Held {
            id: new_id(),
            day,
            name: draft.name.trim().to_owned(),
            evening: draft.evening,
            revision: 0,
            question: Question::nothing(terms.mode, terms.ways.clone()),
            terms,
            made_by: caller.name.clone(),
            at_ms: Self::now_ms(),
            teams,
            stops,
        };
        self.search(caller, held, None, None, seed).await
    }

    /// Searches for a plan of what is still to be visited, and keeps the round. `was`: the orders before, by the number of the stop.
    pub(super) async fn search(
        self: &Arc<Self>,
        caller: &Caller,
        mut held: Held,
        was: Option<Vec<Vec<usize>>>,
        now_ms: Option<u32>,
        seed: u64,
    ) -> Result<Running<Planned>, Refusal> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.planning).acquire_owned()).await;
        let place = place.map_err(|_| Refusal::Overloaded)?.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let streets = self.streets_for(&held.terms.ways).await?;
        let (question, open) = held.ask(now_ms, seed);
        let made = blocking(move || {
            let travel = question.travel(streets.as_deref())?;
            Ok::<_, Refusal>((question.problem(travel), question))
        });
        let (problem, mut question) = made.await??;
        let problem = problem.map_err(|faults| misfits(&held, &open, &faults))?;
        let (app, caller) = (Arc::clone(self), caller.clone());
        Ok(Running::begin(move |teller| async move {
            let telling = teller.clone();
            let searched = blocking(move || {
                let _place = place;
                let plan = question.solve(&problem, |share| telling.goes_on(share))?;
                Ok::<_, Refusal>((question, plan))
            });
            let (question, plan) = searched.await??;
            teller.must_go_on()?;
            held.follow(question, &open, &plan)?;
            let changes = was.map(|was| PlannedChanges::between(&held, &was));
            app.keep(&caller, &mut held, if changes.is_some() { "replan_round" } else { "plan_round" }).await?;
            Ok(Planned { round: app.told(&held), changes })
        }))
    }

    /// Writes a round that nobody else has changed meanwhile; its revision goes up.
    pub(super) async fn keep(&self, caller: &Caller, held: &mut Held, action: &str) -> Result<(), Refusal> {
        let mut write = self.store.begin(Self::now_ms()).await?;
        if held.revision > 0 {
            let now = write.round(&held.id).await?.ok_or_else(|| super::no_round(&held.id))?;
            if now.revision != held.revision {
                return Err(changed_meanwhile(now.revision));
            }
        }
        let day = held.day.to_string();
        let mut others = write.houses_planned(&held.id, &day, &day, false).await?;
        if held.evening {
            let (first, last) = month_of(held.day);
            others.extend(write.houses_planned(&held.id, &first, &last, true).await?);
        }
        let is_called_on = |code: &String| others.iter().any(|other| other == code);
        if let Some(stop) = held.stops.iter().find(|stop| stop.state == StopState::Planned && stop.team.is_some() && is_called_on(&stop.code)) {
            let detail = format!("another round calls on house {} meanwhile; plan again", stop.code);
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyPlanned, detail });
        }
        held.revision += 1;
        if held.revision == 1 {
            write.add_round(&held.record()?).await?;
        } else {
            write.change_round(&held.record()?).await?;
        }
        let drawn: Vec<&str> = held.stops.iter().filter(|stop| stop.call.drawn).map(|stop| stop.code.as_str()).collect();
        let detail = serde_json::json!({
            "revision": held.revision,
            "day": held.day,
            "stops": held.stops.iter().filter(|stop| stop.team.is_some()).count(),
            "left_out": held.stops.iter().filter(|stop| stop.team.is_none()).count(),
            "seed": held.question.seed.to_string(),
            "iterations": held.question.made,
            "random": &held.terms.lot,
            "drawn": drawn,
        });
        write.commit(caller.audit(action, &held.id, detail), Touched::Houses).await?;
        self.catch_up().await
    }

    /// The streets that ways are found on; `None` for straight lines.
    pub(super) async fn streets_for(&self, ways: &Ways) -> Result<Option<Arc<Streets>>, Refusal> {
        match ways {
            Ways::Streets { id, .. } => self.streets_of(id).await.map(Some),
            Ways::StraightLines { .. } => Ok(None),
        }
    }
}

/// Not to be known before: who knows the seed knows the lot and the order.
pub(super) fn new_seed() -> Result<u64, Refusal> {
    Ok(u64::from_le_bytes(random::<8>()?))
}

/// On streets, where there are some near the teams; a team beside them is told, for it would get nowhere.
fn ways(teams: &[TeamDraft], mode: Mode, streets: Option<&Streets>) -> Result<Ways, Refusal> {
    let lines = Ways::StraightLines { factor: DETOUR };
    let Some(streets) = streets else { return Ok(lines) };
    let is_near = |[lon, lat]: [f64; 2]| LonLat::new(lon, lat).is_ok_and(|place| streets.network.snap(mode, place).is_some());
    let places = |(at, team): (usize, &TeamDraft)| {
        let end = team.end.map(|end| (format!("teams[{at}].end"), end));
        std::iter::once((format!("teams[{at}].start"), team.start)).chain(end).collect::<Vec<_>>()
    };
    let (near, far): (Vec<_>, Vec<_>) = teams.iter().enumerate().flat_map(places).partition(|(_, place)| is_near(*place));
    match far.first() {
        // The streets are of somewhere else.
        _ if near.is_empty() => Ok(lines),
        None => Ok(Ways::Streets { id: streets.record.id.clone(), name: streets.record.name.clone(), attribution: streets.record.attribution.clone() }),
        Some((field, [lon, lat])) => {
            let expected = format!("a place within {MOST_SNAP_M} m of a street that may be used");
            Err(Refusal::one(field, FaultCode::OutOfRange, expected, format!("{lon}, {lat}")))
        }
    }
}

/// Faults of a problem, in words of the round.
pub(super) fn misfits(held: &Held, open: &[usize], faults: &[Fault]) -> Refusal {
    let stop = |at: usize| open.get(at).map_or_else(String::new, |&at| held.stops[at].code.clone());
    let team = |at: usize| held.teams.get(at).map_or_else(String::new, |(team, _)| team.name.clone());
    let flaws = faults.iter().take(20).map(|fault| {
        let (field, found) = match *fault {
            Fault::StopNowhere(at)
            | Fault::WindowBackwards(at)
            | Fault::StopTooLate(at)
            | Fault::LockedToNobody(at)
            | Fault::CannotBeVisited { stop: at, .. } => ("stop", stop(at)),
            Fault::TeamNowhere(at) | Fault::TeamTooLate(at) | Fault::ShiftBackwards(at) | Fault::BadBreak(at, _) | Fault::TooManyBreaks(at) => {
                ("team", team(at))
            }
            _ => ("teams", String::new()),
        };
        Flaw { field: field.to_owned(), code: FaultCode::BadPlan, expected: fault.to_string(), found }
    });
    Refusal::Invalid(flaws.collect())
}
