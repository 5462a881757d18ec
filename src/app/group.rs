//! Group commit: observations that come while another is being written are written together, in one transaction. A commit waits for the
//! disk and each statement is handed from thread to thread; a group pays for both once.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as Queue, oneshot};

use super::{App, Caller, Conflict, Draft, Recorded, Refusal, new_id, publish::keep_public, record::no_house};
use crate::{
    domain::house::{HouseCode, HouseKind},
    store::{Audit, NewEvent, RecordedEvent, StoreError, StoredHouse, Touched},
    transfer::FaultCode,
};

/// Most observations of one transaction.
const GROUP: usize = 256;

/// An observation that fits the policy, and who saw it.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub caller: Caller,
    pub code: HouseCode,
    pub draft: Draft,
    /// The photos that it rests on.
    pub photos: Vec<String>,
    /// The same key means the same observation.
    pub key: Option<String>,
}

/// Where observations wait until the one before is written.
#[derive(Debug, Default)]
pub(super) struct Desk {
    waiting: Mutex<Vec<Waiting>>,
    /// Whoever holds the pen writes for all who wait.
    pen: Queue<()>,
}

#[derive(Debug)]
struct Waiting {
    observed: Observed,
    answer: oneshot::Sender<Result<Recorded, Refusal>>,
}

/// What becomes of an observation.
enum Verdict {
    New(NewEvent),
    /// It was recorded before, as this event.
    Known(String),
    Refused(Refusal),
}

impl Desk {
    fn put(&self, waiting: Waiting) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(waiting);
    }

    /// Those that can be written together, in order of coming. What is about the same house or under the same key stays for the next
    /// time: it is judged by what the first one leaves behind.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut codes, mut keys) = (HashSet::new(), HashSet::new());
        let (mut group, mut rest) = (Vec::new(), Vec::new());
        for one in waiting.drain(..) {
            let apart = codes.insert(one.observed.code.as_str().to_owned()) & one.observed.key.as_ref().is_none_or(|key| keys.insert(key.clone()));
            if apart && group.len() < GROUP { group.push(one) } else { rest.push(one) }
        }
        *waiting = rest;
        group
    }
}

impl App {
    /// Puts an observation on record, together with others that wait.
    pub(super) async fn write_down(self: &Arc<Self>, observed: Observed) -> Result<Recorded, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.desk.put(Waiting { observed, answer });
        let app = Arc::clone(self);
        // A task of its own: whoever writes for others must not stop because its own client went away.
        tokio::spawn(async move { app.write_group().await });
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the write ended early; ask what is on record".to_owned()).into()))
    }

    async fn write_group(&self) {
        let _pen = self.desk.pen.lock().await;
        let group = self.desk.take();
        if group.is_empty() {
            // Somebody wrote it down already.
            return;
        }
        let (observed, answers): (Vec<_>, Vec<_>) = group.into_iter().map(|one| (one.observed, one.answer)).unzip();
        match self.commit_group(&observed).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // Who went away is not told.
                    let _ = answer.send(outcome);
                }
            }
            Err(error) => {
                for answer in answers {
                    let _ = answer.send(Err(error.clone().into()));
                }
            }
        }
    }

    /// Records what can be recorded, in one transaction; says of each what came of it.
    async fn commit_group(&self, group: &[Observed]) -> Result<Vec<Result<Recorded, Refusal>>, StoreError> {
        let mut write = self.store.begin(Self::now_ms()).await?;
        let codes: Vec<&HouseCode> = group.iter().map(|observed| &observed.code).collect();
        let keys: Vec<&str> = group.iter().filter_map(|observed| observed.key.as_deref()).collect();
        let houses = write.houses_named(&codes).await?;
        let known = write.events_under_keys(&keys).await?;
        let photos = write.houses_of_photos(&group.iter().flat_map(|observed| &observed.photos).map(String::as_str).collect()).await?;
        let verdicts: Vec<Verdict> = group
            .iter()
            .map(|observed| judge(observed, houses.get(observed.code.as_str()), observed.key.as_ref().and_then(|key| known.get(key)), &photos))
            .collect();
        let new: Vec<(&Caller, &NewEvent)> = group
            .iter()
            .zip(&verdicts)
            .filter_map(|(observed, verdict)| match verdict {
                Verdict::New(event) => Some((&observed.caller, event)),
                Verdict::Known(_) | Verdict::Refused(_) => None,
            })
            .collect();
        let mut audits = new.iter().map(|(caller, event)| audit_of(caller, event));
        let revision = match audits.next() {
            None => write.revision() - 1,
            Some(audit) => {
                let more = audits.collect();
                let written: Vec<&str> = new.iter().map(|(_, event)| event.house_code.as_str()).collect();
                keep_public(&mut write, &self.rulebook(), &written, self.today()).await?;
                write.add_events(new.iter().map(|(_, event)| (*event).clone()).collect(), None).await?;
                let named = group.iter().zip(&verdicts).flat_map(|(observed, verdict)| {
                    let event = if let Verdict::New(event) = verdict { Some(&*event.id) } else { None };
                    event.into_iter().flat_map(|event| observed.photos.iter().map(move |photo| (event, &**photo)))
                });
                write.add_event_photos(&named.collect::<Vec<_>>()).await?;
                write.stamp_houses(&written).await?;
                write.commit_all(audit, more, Touched::Houses).await?
            }
        };
        let seen = self.catch_up_to(revision).await;
        let outcome = |(observed, verdict): (&Observed, Verdict)| {
            let id = match verdict {
                Verdict::Refused(refusal) => return Err(refusal),
                Verdict::New(event) => event.id,
                Verdict::Known(id) => id,
            };
            match &seen {
                Ok(()) => self.shown(id, &observed.code),
                Err(trouble) => Err(StoreError::Unavailable(format!("recorded as {id}, but not shown yet: {trouble}")).into()),
            }
        };
        Ok(group.iter().zip(verdicts).map(outcome).collect())
    }
}

/// `photos` holds the houses of the photos that are named.
fn judge(observed: &Observed, house: Option<&StoredHouse>, known: Option<&RecordedEvent>, photos: &HashMap<String, String>) -> Verdict {
    let Observed { caller, code, draft, photos: named, key } = observed;
    let Some(house) = house.map(|stored| &stored.record.house) else { return Verdict::Refused(no_house(code)) };
    if let Err(refusal) = caller.must_reach(house) {
        return Verdict::Refused(refusal);
    }
    if let Some(before) = known {
        let seen = &before.observation;
        return if before.house_code == code.as_str() && (seen.day, &seen.kind, &seen.fields) == (draft.day, &draft.kind, &draft.fields) {
            Verdict::Known(seen.id.clone())
        } else {
            let detail = "this Idempotency-Key was used for another observation".to_owned();
            Verdict::Refused(Refusal::Conflict { conflict: Conflict::KeyReused, detail })
        };
    }
    if house.kind != HouseKind::Rental {
        return Verdict::Refused(Refusal::one("code", FaultCode::NotLet, "a rental house", house.kind.as_str()));
    }
    if let Some(since) = house.since.filter(|since| draft.day < *since) {
        return Verdict::Refused(Refusal::one("date", FaultCode::BeforeHouse, format!("a day from {since} on, when the house began"), draft.day.to_string()));
    }
    if let Some(other) = named.iter().find(|photo| photos.get(*photo).is_none_or(|shown| shown != code.as_str())) {
        return Verdict::Refused(Refusal::one("photos", FaultCode::UnknownPhoto, format!("photos of house {code}"), other.as_str()));
    }
    Verdict::New(NewEvent {
        id: new_id(),
        house_code: code.clone(),
        day: draft.day,
        kind: draft.kind.clone(),
        fields: draft.fields.clone(),
        recorded_by: caller.name.clone(),
        idempotency_key: key.clone(),
    })
}

fn audit_of<'a>(caller: &'a Caller, event: &'a NewEvent) -> Audit<'a> {
    let detail = serde_json::json!({ "event": event.id, "date": event.day, "kind": event.kind });
    caller.audit("record_event", event.house_code.as_str(), detail)
}
