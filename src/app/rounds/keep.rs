//! Keeping a round: within the write it is asked anew whether nobody else changed it, and whether its houses may be called on.

use super::{changed_meanwhile, held::Held, no_round};
use crate::{
    app::{App, Caller, Conflict, Refusal},
    domain::{inspection::has_evening_checks, round::StopState, tier::Standing},
    store::{Touched, Write},
};

/// So many go together in the evening at least; a draft with fewer is refused.
const PEOPLE: usize = 2;

impl App {
    /// Writes a round; its revision goes up. Whatever a search or somebody's hand put into the order of a team is asked anew: other rounds may
    /// call there by now, and in the evening the tier and the cap of the month must leave it.
    pub(super) async fn keep(&self, caller: &Caller, held: &mut Held, action: &str) -> Result<(), Refusal> {
        let mut write = self.begin_keeping(held).await?;
        self.must_call_there(&mut write, held).await?;
        self.finish_keeping(write, caller, held, action).await
    }

    /// The same after an act on one stop that puts none into any order. What another stop may not be does not hold it up: whoever drops them
    /// one by one gets through.
    pub(super) async fn keep_fewer(&self, caller: &Caller, held: &mut Held, action: &str) -> Result<(), Refusal> {
        let write = self.begin_keeping(held).await?;
        self.finish_keeping(write, caller, held, action).await
    }

    async fn begin_keeping(&self, held: &Held) -> Result<Write, Refusal> {
        let mut write = self.store.begin(Self::now_ms()).await?;
        if held.revision > 0 {
            let now = write.round(&held.id).await?.ok_or_else(|| no_round(&held.id))?;
            if now.revision != held.revision {
                return Err(changed_meanwhile(now.revision));
            }
        }
        Ok(write)
    }

    /// Refuses a round with a stop at which nobody may call, naming the house and why.
    async fn must_call_there(&self, write: &mut Write, held: &Held) -> Result<(), Refusal> {
        let called_on = held.stops.iter().filter(|stop| stop.state == StopState::Planned && stop.team.is_some());
        let codes: Vec<&str> = called_on.map(|stop| stop.code.as_str()).collect();
        let taken = write.houses_taken(&held.id, held.day, held.evening, self.today()).await?;
        if let Some(code) = codes.iter().find(|code| taken.contains(**code)) {
            return Err(not_to_call(code, Conflict::AlreadyPlanned, "another round calls on it, or has; plan again without it"));
        }
        if !held.evening {
            return Ok(());
        }
        let rulebook = self.rulebook();
        let policy = &rulebook.on(held.day).policy;
        let standings = self.standings(write, &codes, held.day).await?;
        let calls = write.evenings_of(&codes, held.day).await?;
        for code in codes {
            let (computed, public) = standings.get(code).copied().unwrap_or((Standing::None, Standing::None));
            let checked = policy.visits.check_evening(has_evening_checks(policy, computed, public), PEOPLE, None, calls.get(code).copied().unwrap_or(0));
            checked.map_err(|fault| not_to_call(code, fault.into(), fault))?;
        }
        Ok(())
    }

    async fn finish_keeping(&self, mut write: Write, caller: &Caller, held: &mut Held, action: &str) -> Result<(), Refusal> {
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
}

fn not_to_call(code: &str, conflict: Conflict, why: impl ToString) -> Refusal {
    Refusal::NotToCall { house: code.to_owned(), conflict, why: why.to_string() }
}
