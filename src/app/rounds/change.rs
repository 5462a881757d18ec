//! A round on its way: stops done, dropped, added, locked, put in another order, and the rest planned again with few changes.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Planned, Round, changed_meanwhile,
    held::{Held, HeldStop},
    no_round,
    plan::{misfits, new_seed},
};
use crate::{
    app::{App, Caller, Flaw, Refusal, load::blocking, running::Running},
    domain::{
        access::Right,
        inspection::Duty,
        round::{Clock, StopState},
    },
    route::{self, MOST_STOPS},
    store::{VisitRecord, Write},
    transfer::FaultCode,
};

/// What is to change before the rest is planned again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Replanning {
    /// The revision that the planner has seen.
    pub revision: i64,
    /// Houses by code: to be visited too, or no more; to stay with their team in their order, or no longer.
    pub add: Vec<String>,
    pub drop: Vec<String>,
    pub lock: Vec<String>,
    pub unlock: Vec<String>,
    /// The time from which the teams go on; the time of day when left out, where the round is of today.
    pub now: Option<Clock>,
}

/// An order made by hand: the houses still to be visited by each team; those not named are left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    pub revision: i64,
    pub teams: Vec<Vec<String>>,
    /// As in [`Replanning`].
    #[serde(default)]
    pub now: Option<Clock>,
}

/// What somebody does with one stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StopAct {
    /// It stays with its team, and in order with locked ones beside it.
    Lock,
    Unlock,
    /// It is not visited.
    Drop,
}

/// Houses by what became of them against the plan before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlannedChanges {
    /// With another team or in another order; as few as explain the difference.
    pub moved: Vec<String>,
    pub added: Vec<String>,
    pub dropped: Vec<String>,
}

/// A round after an act, and what differs from before.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    pub round: Round,
    pub changes: PlannedChanges,
}

impl PlannedChanges {
    pub(super) fn between(held: &Held, was: &[Vec<usize>]) -> Self {
        let now: Vec<Vec<usize>> = (0..held.teams.len()).map(|team| held.order(team)).collect();
        let changes = route::changes(was, &now);
        let codes = |stops: &[usize]| stops.iter().map(|&at| held.stops[at].code.clone()).collect();
        Self { moved: codes(&changes.moved), added: codes(&changes.added), dropped: codes(&changes.dropped) }
    }
}

impl App {
    /// Plans what is still to be visited again, near to what was planned.
    pub async fn replan_round(self: &Arc<Self>, caller: &Caller, id: &str, wanted: Replanning) -> Result<Running<Planned>, Refusal> {
        let mut held = self.to_change(caller, id, wanted.revision).await?;
        let was = orders(&held);
        let has_officer = held.teams.iter().any(|(team, _)| team.duty == Duty::Officer);
        let mut fresh = BTreeSet::new();
        for code in &wanted.add {
            match held.stops.iter_mut().find(|stop| stop.code == *code) {
                Some(stop) if stop.state == StopState::Dropped => (stop.state, stop.team) = (StopState::Planned, None),
                Some(_) => {}
                None => drop(fresh.insert(code.clone())),
            }
        }
        let stops = held.stops.len() + fresh.len();
        if stops > MOST_STOPS {
            let expected = format!("at most {MOST_STOPS} stops in all, dropped ones included: make another round");
            return Err(Refusal::one("add", FaultCode::TooLarge, expected, stops.to_string()));
        }
        if !fresh.is_empty() {
            held.stops.extend(self.called_on(caller, fresh.into_iter().collect(), held.evening, held.day, has_officer).await?);
        }
        for code in &wanted.drop {
            let stop = open_stop(&mut held, code)?;
            (stop.state, stop.team, stop.locked) = (StopState::Dropped, None, false);
        }
        for (codes, locked) in [(&wanted.lock, true), (&wanted.unlock, false)] {
            for code in codes {
                let stop = open_stop(&mut held, code)?;
                stop.locked = locked && stop.team.is_some();
            }
        }
        let now_ms = self.goes_on_ms(&held, wanted.now);
        self.search(caller, held, Some(was), now_ms, new_seed()?).await
    }

    /// Puts what is still to be visited in an order made by hand. An order that does not hold is refused with all that is wrong.
    pub async fn order_round(self: &Arc<Self>, caller: &Caller, id: &str, by_hand: ByHand) -> Result<Changed, Refusal> {
        let mut held = self.to_change(caller, id, by_hand.revision).await?;
        if by_hand.teams.len() != held.teams.len() {
            let expected = format!("an order for each of the {} teams", held.teams.len());
            return Err(Refusal::one("teams", FaultCode::WrongFieldCount, expected, by_hand.teams.len().to_string()));
        }
        let was = orders(&held);
        let mut seen = BTreeSet::new();
        let mut wanted = Vec::new();
        for codes in &by_hand.teams {
            let mut order = Vec::new();
            for code in codes {
                open_stop(&mut held, code)?;
                if !seen.insert(code) {
                    return Err(Refusal::one("teams", FaultCode::DuplicateCode, "each house once", code.as_str()));
                }
                order.extend(held.stops.iter().position(|stop| stop.code == *code));
            }
            wanted.push(order);
        }
        let now_ms = self.goes_on_ms(&held, by_hand.now);
        self.retime(&mut held, wanted, now_ms).await?;
        let changes = PlannedChanges::between(&held, &was);
        self.keep(caller, &mut held, "order_round").await?;
        Ok(Changed { round: self.told(&held), changes })
    }

    /// Locks, unlocks or drops one stop; the others keep their order, and come earlier where one is dropped.
    pub async fn change_stop(self: &Arc<Self>, caller: &Caller, id: &str, code: &str, revision: i64, act: StopAct) -> Result<Changed, Refusal> {
        let mut held = self.to_change(caller, id, revision).await?;
        let was = orders(&held);
        let stop = open_stop(&mut held, code)?;
        let action = match act {
            StopAct::Lock => {
                stop.locked = stop.team.is_some();
                "lock_stop"
            }
            StopAct::Unlock => {
                stop.locked = false;
                "unlock_stop"
            }
            StopAct::Drop => {
                (stop.state, stop.team, stop.locked) = (StopState::Dropped, None, false);
                let left =
                    (0..held.teams.len()).map(|team| held.order(team)).map(|order| order.into_iter().filter(|&at| held.stops[at].state == StopState::Planned));
                let left = left.map(Iterator::collect).collect();
                let now_ms = self.goes_on_ms(&held, None);
                match self.retime(&mut held, left, now_ms).await {
                    // A team that is late already may drop a stop all the same, and so may one while others plan: the rest stays as it was.
                    Ok(()) | Err(Refusal::Invalid(_) | Refusal::Overloaded) => {}
                    Err(other) => return Err(other),
                }
                "drop_stop"
            }
        };
        let changes = PlannedChanges::between(&held, &was);
        self.keep_fewer(caller, &mut held, action).await?;
        Ok(Changed { round: self.told(&held), changes })
    }

    /// Marks how a stop went, in the write that records the visit. What happened at a door is taken whatever was planned meanwhile.
    pub(in crate::app) async fn mark_stop(&self, write: &mut Write, caller: &Caller, visit: &VisitRecord) -> Result<(), Refusal> {
        let record = write.round(&visit.round).await?.ok_or_else(|| no_round(&visit.round))?;
        self.must_reach_all(caller, &Held::read(record)?)?;
        let state = StopState::from(visit.outcome);
        let is_of_round = write.mark_stop(&visit.round, &visit.house_code, state.as_str()).await?;
        if is_of_round { Ok(()) } else { Err(Refusal::one("round", FaultCode::UnknownHouse, "a round that this house is of", visit.round.as_str())) }
    }

    /// Opens the stop of a visit again, in the write that says that the visit was a mistake: it is as the last visit that counts left it, else
    /// still to be visited. What another round calls on meanwhile is dropped from this one. Gives its state; `None` where the visit was of
    /// no round or the day of the round is over: then what is planned is of no use to anybody.
    pub(in crate::app) async fn reopen_stop(&self, write: &mut Write, visit: &VisitRecord) -> Result<Option<StopState>, Refusal> {
        let Some(record) = write.round(&visit.round).await? else { return Ok(None) };
        let held = Held::read(record)?;
        let is_stop = held.stops.iter().any(|stop| stop.code == visit.house_code);
        if held.day < self.today() || !is_stop {
            return Ok(None);
        }
        let state = match write.outcome_at(&visit.round, &visit.house_code).await? {
            Some(outcome) => outcome.into(),
            None if write.houses_taken(&held.id, held.day, held.evening, self.today()).await?.contains(&visit.house_code) => StopState::Dropped,
            None => StopState::Planned,
        };
        write.mark_stop(&visit.round, &visit.house_code, state.as_str()).await?;
        Ok(Some(state))
    }

    /// A round that the caller may change and has seen as it is.
    async fn to_change(&self, caller: &Caller, id: &str, revision: i64) -> Result<Held, Refusal> {
        caller.must(Right::PlanRounds)?;
        let held = self.held(caller, id).await?;
        if held.revision != revision {
            return Err(changed_meanwhile(held.revision));
        }
        if held.day < self.today() {
            return Err(Refusal::one("day", FaultCode::InThePast, "a round of today or later", held.day.to_string()));
        }
        Ok(held)
    }

    /// Gives the open stops the times that these orders bring from a time of the day on; refused where they do not hold.
    async fn retime(self: &Arc<Self>, held: &mut Held, wanted: Vec<Vec<usize>>, now_ms: Option<u32>) -> Result<(), Refusal> {
        let (mut question, open) = held.ask(now_ms, held.question.seed);
        let orders: Vec<Vec<usize>> = wanted.iter().map(|order| order.iter().filter_map(|at| open.binary_search(at).ok()).collect()).collect();
        question.before = Some(orders.clone());
        (question.iterations, question.made) = (0, 0);
        let (app, place) = (Arc::clone(self), self.place_to_plan().await?);
        // Whoever goes away drops it, and it ends.
        let timing = Running::begin(move |teller| async move {
            let _place = place;
            let (problem, question) = app.posed(question, &teller).await?;
            let timed = blocking(move || {
                problem.map(|problem| {
                    let plan = route::timetable(&problem, &orders);
                    (route::check(&problem, &plan), plan)
                })
            });
            Ok((timed.await?, question))
        });
        let (made, question) = timing.finish().await?;
        let (checked, plan) = made.map_err(|faults| misfits(held, &open, &faults))?;
        checked.map_err(|flaws| flawed(held, &open, &flaws))?;
        held.follow(question, &open, &plan)?;
        Ok(())
    }

    /// The time from which the teams of a round go on: the one told, else now where the round is of today.
    fn goes_on_ms(&self, held: &Held, told: Option<Clock>) -> Option<u32> {
        told.map(Clock::ms).or_else(|| (held.day == self.today()).then(|| self.ms_of_today()))
    }

    /// Milliseconds since midnight, now, where the site is.
    fn ms_of_today(&self) -> u32 {
        let now = Timestamp::now().to_zoned(self.zone.clone()).time();
        let seconds = u32::from(now.hour().unsigned_abs()) * 3600 + u32::from(now.minute().unsigned_abs()) * 60 + u32::from(now.second().unsigned_abs());
        seconds * 1000
    }
}

fn orders(held: &Held) -> Vec<Vec<usize>> {
    (0..held.teams.len()).map(|team| held.order(team)).collect()
}

/// A stop that nobody has visited or dropped yet.
fn open_stop<'a>(held: &'a mut Held, code: &str) -> Result<&'a mut HeldStop, Refusal> {
    let stop = held.stops.iter_mut().find(|stop| stop.code == code && stop.state == StopState::Planned);
    stop.ok_or_else(|| Refusal::one("code", FaultCode::UnknownHouse, "a house of this round that is still to be visited", code))
}

/// What the checker found, in words of the round.
fn flawed(held: &Held, open: &[usize], flaws: &[route::Flaw]) -> Refusal {
    use route::Flaw as F;
    let flaws = flaws.iter().take(20).map(|flaw| {
        let (what, team, stop) = match *flaw {
            F::Skills { team, stop } => ("skills", Some(team), Some(stop)),
            F::Lock { team, stop } => ("lock", Some(team), Some(stop)),
            F::Visit { team, stop } => ("window", Some(team), Some(stop)),
            F::Run(_) => ("run", None, None),
            F::NoWay(team) => ("no_way", Some(team), None),
            F::Shift(team) => ("shift", Some(team), None),
            F::Break(team) => ("break", Some(team), None),
            F::TooLong(team) => ("too_long", Some(team), None),
            _ => ("order", None, None),
        };
        let name = team.and_then(|team| held.teams.get(team)).map_or_else(String::new, |(team, _)| team.name.clone());
        let code = stop.and_then(|stop| open.get(stop)).map_or_else(String::new, |&at| held.stops[at].code.clone());
        Flaw { field: what.to_owned(), code: FaultCode::BadPlan, expected: flaw.to_string(), found: format!("{name} {code}").trim().to_owned() }
    });
    Refusal::Invalid(flaws.collect())
}
