//! Planning a round, and keeping what came out.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Round, RoundDraft, TeamDraft,
    change::PlannedChanges,
    held::{Held, Terms, Trip},
    question::{DETOUR, Question, Ways},
};
use crate::{
    app::{
        App, Caller, Flaw, Refusal,
        caller::random,
        load::blocking,
        new_id,
        running::{Running, Teller},
        streets::Streets,
    },
    domain::{
        access::Right,
        inspection::{MORNING, VisitRules},
        round::Clock,
    },
    earth::LonLat,
    route::{Fault, Problem},
    store::StoreError,
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
        draft.evening |= draft.teams.iter().any(|team| team.until > visits.evening_from.into() || team.from < MORNING.into());
        draft.must_make_sense(day, today)?;
        let window = if draft.evening { Some(evening_window(&draft, visits)?) } else { draft.window };
        let seed = new_seed()?;
        let (stops, lot) = self.choose(caller, &draft, draft.evening, day, seed).await?;
        let streets = self.newest_streets().await?;
        let ways = ways(&draft.teams, draft.mode, streets.as_deref())?;
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
        let place = self.place_to_plan().await?;
        let (app, caller) = (Arc::clone(self), caller.clone());
        Ok(Running::begin(move |teller| async move {
            let _place = place;
            let (question, open) = held.ask(now_ms, seed);
            let (problem, mut question) = app.posed(question, &teller).await?;
            let problem = problem.map_err(|faults| misfits(&held, &open, &faults))?;
            let telling = teller.clone();
            let searched = blocking(move || {
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

    /// A place among those who plan; held for as long as the cores are busy with it, whoever has gone meanwhile.
    pub(super) async fn place_to_plan(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.planning).acquire_owned()).await;
        Ok(place.map_err(|_| Refusal::Overloaded)?.map_err(|error| StoreError::Unavailable(error.to_string()))?)
    }

    /// A question with its ways, as a problem or with what is wrong with it. Given up once nobody waits for it.
    pub(super) async fn posed(&self, question: Question, teller: &Teller) -> Result<(Result<Problem, Vec<Fault>>, Question), Refusal> {
        let streets = self.streets_for(&question.ways).await?;
        let teller = teller.clone();
        let posed = blocking(move || {
            let travel = question.travel(streets.as_deref(), || teller.is_wanted())?;
            Ok((question.problem(travel), question))
        });
        posed.await?
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

/// When somebody may ring on a round of the evening: while a team is out, or within the window asked for, but neither by night nor later than
/// the policy allows.
fn evening_window(draft: &RoundDraft, visits: VisitRules) -> Result<(Clock, Clock), Refusal> {
    let shifts = draft.teams.iter().map(|team| team.from).min().zip(draft.teams.iter().map(|team| team.until).max());
    let Some((from, until)) = draft.window.or(shifts) else { return Err(Refusal::one("teams", FaultCode::MissingValue, "at least one team", "none")) };
    visits.part_to_call(from, until).ok_or_else(|| {
        let field = if draft.window.is_some() { "window" } else { "teams" };
        let expected = format!("hours between {MORNING} and {}: nobody calls by night, and evening checks end then", visits.evening_until);
        Refusal::one(field, FaultCode::OutOfRange, expected, format!("{from} to {until}"))
    })
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
