//! Recording an observation, and saying that one was a mistake.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    App, Caller, Conflict, Refusal,
    group::Observed,
    new_id,
    publish::{keep_public, reason_of},
};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::HouseCode,
        points::Points,
        policy::{Misfit, Policy},
        tier::Standing,
    },
    store::Touched,
    transfer::FaultCode,
};

/// An observation as somebody sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub day: Day,
    pub kind: String,
    pub fields: BTreeMap<String, String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub id: String,
    pub code: HouseCode,
    /// Where the house stands today.
    pub standing: Standing,
    pub score: Option<Points>,
    pub revision: i64,
}

impl App {
    /// Records one observation: durable when this returns, seen by the next read. The same `key` again is the same write.
    pub async fn record(self: &Arc<Self>, caller: &Caller, code: &HouseCode, draft: Draft, key: Option<&str>) -> Result<Recorded, Refusal> {
        self.record_with_photos(caller, code, draft, Vec::new(), key).await
    }

    /// The same of an observation that rests on photos of the house, given by their ids.
    pub async fn record_with_photos(
        self: &Arc<Self>,
        caller: &Caller,
        code: &HouseCode,
        draft: Draft,
        mut photos: Vec<String>,
        key: Option<&str>,
    ) -> Result<Recorded, Refusal> {
        caller.must(Right::RecordEvent)?;
        if !photos.is_empty() {
            caller.must(Right::SeePhotos)?;
        }
        photos.sort();
        photos.dedup();
        if photos.len() > MOST_NAMED {
            return Err(Refusal::one("photos", FaultCode::TooLarge, format!("at most {MOST_NAMED} photos"), photos.len().to_string()));
        }
        let today = self.today();
        let fields = check(&self.rulebook().on(today).policy, &draft, today)?;
        // A key belongs to who used it: nobody can learn of another's write by guessing one.
        let key = key.map(|key| format!("{}/{key}", caller.name));
        self.write_down(Observed { caller: caller.clone(), code: code.clone(), draft: Draft { fields, ..draft }, photos, key }).await
    }

    /// Says that an observation was a mistake: it counts as never made and stays in the record.
    pub async fn void(&self, caller: &Caller, event_id: &str, reason: &str) -> Result<Recorded, Refusal> {
        caller.must(Right::VoidEvent)?;
        let reason = reason_of(reason)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let no_event = || Refusal::NotFound { what: "event", name: event_id.chars().take(80).collect() };
        let event = write.event(event_id).await?.ok_or_else(no_event)?;
        let code = caller.must_reach_of(&mut write, &event.house_code, no_event).await?;
        if event.voided {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyVoided, detail: "this observation is already voided".to_owned() });
        }
        let id = new_id();
        keep_public(&mut write, &self.rulebook(), &[code.as_str()], self.today()).await?;
        write.void_event(&id, event_id, self.today(), reason, &caller.name).await?;
        write.stamp_house(&code).await?;
        let detail = serde_json::json!({ "event": event_id });
        let revision = write.commit(caller.audit("void_event", code.as_str(), detail), Touched::Houses).await?;
        self.recorded(id, &code, revision).await
    }

    /// What came of a write that made this revision.
    pub(super) async fn recorded(&self, id: String, code: &HouseCode, revision: i64) -> Result<Recorded, Refusal> {
        self.catch_up_to(revision).await?;
        self.shown(id, code)
    }

    /// Where the house of a write stands.
    pub(super) fn shown(&self, id: String, code: &HouseCode) -> Result<Recorded, Refusal> {
        let (snapshot, today) = (self.snapshot(), self.today());
        let house = snapshot.house(code.as_str()).ok_or_else(|| no_house(code))?;
        Ok(Recorded { id, code: code.clone(), standing: house.standing_on(today), score: house.score_on(today), revision: snapshot.revision() })
    }
}

pub(super) fn no_house(code: &HouseCode) -> Refusal {
    Refusal::NotFound { what: "house", name: code.to_string() }
}

/// Photos that one observation rests on.
const MOST_NAMED: usize = 20;
/// Observations before this day are slips of the pen: the centuries before the first rubric.
const EARLIEST: &str = "1900-01-01";

/// Fits the draft to the policy; gives its fields as the policy writes them.
pub(super) fn check(policy: &Policy, draft: &Draft, today: Day) -> Result<BTreeMap<String, String>, Refusal> {
    check_day(draft.day, today)?;
    policy.admit(&draft.kind, &draft.fields).map_err(|misfit| {
        let (field, code, expected, found) = misfit_parts(misfit);
        Refusal::one(&field, code, expected, found)
    })
}

/// What was seen or done was so on a day that has come.
pub(super) fn check_day(day: Day, today: Day) -> Result<(), Refusal> {
    if day > today {
        return Err(Refusal::one("date", FaultCode::FutureDay, format!("a day not after today, {today}"), day.to_string()));
    }
    if day.to_string().as_str() < EARLIEST {
        return Err(Refusal::one("date", FaultCode::OutOfRange, format!("a day not before {EARLIEST}"), day.to_string()));
    }
    Ok(())
}

/// A misfit as (field, code, expected, found).
pub(super) fn misfit_parts(misfit: Misfit) -> (String, FaultCode, String, String) {
    match misfit {
        Misfit::UnknownKind { expected, found } => ("kind".to_owned(), FaultCode::UnknownObservationKind, format!("one of {expected}"), found),
        Misfit::UnknownField { expected, found, .. } => (found.clone(), FaultCode::UnknownField, expected, found),
        Misfit::BadValue { field, expected, found } => (field, FaultCode::BadFieldValue, expected, found),
    }
}
