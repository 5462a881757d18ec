//! Visits: recording one with its findings, and saying that one was a mistake.

use std::collections::{BTreeMap, HashMap};

use super::{
    App, Caller, Conflict, Draft, Refusal,
    load::timeline,
    new_id,
    people::without_numbers,
    publish::{keep_public, reason_of},
    record::{check, check_day, no_house},
};
use crate::{
    domain::{
        access::{Right, Role},
        day::Day,
        house::{HouseCode, HouseKind},
        inspection::{Duty, EveningFault, Outcome, has_evening_checks},
        publication::{public_on, published},
        round::StopState,
        tier::{Standing, span_on},
        time_of_day::TimeOfDay,
    },
    store::{Audit, NewEvent, StoreError, Touched, VisitRecord, Write},
    transfer::FaultCode,
};

/// A visit as somebody sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitDraft {
    /// A ULID made by whoever sends it: sent twice it is one visit.
    pub id: Option<String>,
    pub house: HouseCode,
    pub day: Day,
    pub at: Option<TimeOfDay>,
    /// By the role of who records it when left out.
    pub duty: Option<Duty>,
    pub outcome: Outcome,
    pub evening: bool,
    /// Who came along; empty when nobody did.
    pub second: String,
    /// The round it was a stop of; empty when of none.
    pub round: String,
    pub findings: Option<Findings>,
    pub note: String,
}

/// What was seen, as an observation of the day of the visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    pub kind: String,
    pub fields: BTreeMap<String, String>,
}

/// A visit within a write.
pub(super) struct PutVisit {
    pub visit: VisitRecord,
    findings: Option<Findings>,
    /// It was not on record before.
    pub is_new: bool,
}

impl PutVisit {
    /// The rows of the audit to commit it with.
    pub(super) fn audits<'a>(&'a self, caller: &'a Caller) -> Vec<Audit<'a>> {
        let visit = &self.visit;
        let detail = serde_json::json!({ "visit": visit.id, "date": visit.day, "duty": visit.duty, "outcome": visit.outcome, "evening": visit.evening });
        let of_findings = self.findings.as_ref().map(|findings| {
            let detail = serde_json::json!({ "event": visit.event_id, "date": visit.day, "kind": findings.kind });
            caller.audit("record_event", &visit.house_code, detail)
        });
        [caller.audit("record_visit", &visit.house_code, detail)].into_iter().chain(of_findings).collect()
    }
}

const LONGEST_NOTE: usize = 500;
const LONGEST_NAME: usize = 100;

impl App {
    /// The visits to a house in order of day; voided ones stay and are marked.
    pub async fn visits_of(&self, caller: &Caller, code: &HouseCode) -> Result<Vec<VisitRecord>, Refusal> {
        caller.must(Right::SeeInspections)?;
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).filter(|house| caller.scope.includes(house.area_code()));
        house.ok_or_else(|| no_house(code))?;
        Ok(self.store.visits_of(code).await?)
    }

    /// Records a visit, with what was found in the same transaction. The same visit sent again is the one on record: `false`.
    pub async fn record_visit(&self, caller: &Caller, mut draft: VisitDraft) -> Result<(VisitRecord, bool), Refusal> {
        caller.must(Right::RecordVisit)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        if !draft.round.is_empty()
            && let Some(round) = write.round(&draft.round).await?
        {
            // Whoever leaves it out is bound by the evening's rules all the same.
            draft.evening |= round.evening;
        }
        let put = self.put_visit(&mut write, caller, draft).await?;
        if put.is_new {
            if !put.visit.round.is_empty() {
                self.mark_stop(&mut write, caller, &put.visit).await?;
            }
            let mut audits = put.audits(caller).into_iter();
            let first = audits.next().ok_or_else(|| StoreError::Damaged("a visit without a row of the audit".to_owned()))?;
            let more = audits.collect();
            let revision = write.commit_all(first, more, Touched::Houses).await?;
            self.catch_up_to(revision).await?;
        }
        Ok((put.visit, put.is_new))
    }

    /// The same within a write that does more; whoever commits it adds [`PutVisit::audits`].
    pub(super) async fn put_visit(&self, write: &mut Write, caller: &Caller, draft: VisitDraft) -> Result<PutVisit, Refusal> {
        caller.must(Right::RecordVisit)?;
        let (today, code) = (self.today(), &draft.house);
        check_day(draft.day, today)?;
        let rulebook = self.rulebook();
        let policy = &rulebook.on(draft.day).policy;
        let (second, note) = (draft.second.trim(), draft.note.trim());
        check_words(caller, &draft, second, note)?;
        let duty = match (draft.duty, duty_of(caller.role)) {
            (Some(Duty::Officer), Some(Duty::Assistant)) => {
                return Err(Refusal::one("duty", FaultCode::OutOfRange, "assistant: an officer's visit is recorded by an officer", "officer"));
            }
            (Some(duty), _) => duty,
            (None, own) => own.unwrap_or(Duty::Officer),
        };
        let findings = match &draft.findings {
            None => None,
            Some(_) if draft.outcome != Outcome::Done => {
                return Err(Refusal::one("findings", FaultCode::UnknownField, "no findings where nobody went in", draft.outcome.as_str()));
            }
            Some(Findings { kind, fields }) => {
                caller.must(Right::RecordEvent)?;
                let seen = Draft { day: draft.day, kind: kind.clone(), fields: fields.clone() };
                Some(Findings { kind: kind.clone(), fields: check(&rulebook.on(today).policy, &seen, today)? })
            }
        };
        let id = match &draft.id {
            None => new_id(),
            Some(id) => {
                let id: ulid::Ulid = id.parse().map_err(|_| Refusal::one("id", FaultCode::BadCode, "a ULID: 26 characters, or left out", id))?;
                id.to_string()
            }
        };
        let house = write.house(code).await?.ok_or_else(|| no_house(code))?.record.house;
        caller.must_reach(&house)?;
        let mut visit = VisitRecord {
            id,
            house_code: code.as_str().to_owned(),
            day: draft.day,
            at: draft.at.map(|at| at.to_string()),
            duty,
            outcome: draft.outcome,
            evening: policy.visits.is_evening(draft.evening, draft.at),
            second: second.to_owned(),
            round: draft.round,
            event_id: None,
            note: note.to_owned(),
            recorded_by: caller.name.clone(),
            recorded_at_ms: write.at_ms(),
            voided: false,
        };
        if let Some(known) = write.visit(&visit.id).await? {
            return known_visit(write, known, &visit, findings).await;
        }
        if house.kind != HouseKind::Rental {
            return Err(Refusal::one("code", FaultCode::NotLet, "a rental house", house.kind.as_str()));
        }
        if let Some(since) = house.since.filter(|since| draft.day < *since) {
            return Err(Refusal::one("date", FaultCode::BeforeHouse, format!("a day from {since} on, when the house began"), draft.day.to_string()));
        }
        if visit.evening {
            let codes = [code.as_str()];
            let (computed, public) = self.standings(write, &codes, draft.day).await?.remove(code.as_str()).unwrap_or((Standing::None, Standing::None));
            let calls = write.evenings_of(&codes, draft.day).await?.remove(code.as_str()).unwrap_or(0);
            let people = 1 + usize::from(!second.is_empty());
            policy.visits.check_evening(has_evening_checks(policy, computed, public), people, draft.at, calls).map_err(not_in_the_evening)?;
        }
        if let Some(Findings { kind, fields }) = findings.clone() {
            let event =
                NewEvent { id: new_id(), house_code: code.clone(), day: draft.day, kind, fields, recorded_by: caller.name.clone(), idempotency_key: None };
            visit.event_id = Some(event.id.clone());
            keep_public(write, &rulebook, &[code.as_str()], today).await?;
            write.add_events(vec![event], None).await?;
            write.stamp_house(code).await?;
        }
        write.add_visit(&visit).await?;
        Ok(PutVisit { visit, findings, is_new: true })
    }

    /// Says that a visit was a mistake: it counts as never made, and so do its findings. It stays in the record. Gives also how its stop stands
    /// since, where it was one of a round that is not over.
    pub async fn void_visit(&self, caller: &Caller, id: &str, reason: &str) -> Result<(VisitRecord, Option<StopState>), Refusal> {
        caller.must(Right::VoidEvent)?;
        let reason = reason_of(reason)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let no_visit = || Refusal::NotFound { what: "visit", name: id.chars().take(80).collect() };
        let visit = write.visit(id).await?.ok_or_else(no_visit)?;
        let code = caller.must_reach_of(&mut write, &visit.house_code, no_visit).await?;
        if visit.voided {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyVoided, detail: "this visit is already voided".to_owned() });
        }
        write.void_visit(id, reason, &caller.name).await?;
        if let Some(event) = &visit.event_id {
            let is_voided = write.event(event).await?.is_none_or(|event| event.voided);
            if !is_voided {
                keep_public(&mut write, &self.rulebook(), &[code.as_str()], self.today()).await?;
                write.void_event(&new_id(), event, self.today(), reason, &caller.name).await?;
                write.stamp_house(&code).await?;
            }
        }
        let stop = self.reopen_stop(&mut write, &visit).await?;
        let detail = serde_json::json!({ "visit": id, "event": visit.event_id });
        let reopened = stop.map(|state| caller.audit("reopen_stop", &visit.round, serde_json::json!({ "house": code.as_str(), "visit": id, "state": state })));
        let revision = write.commit_all(caller.audit("void_visit", code.as_str(), detail), reopened.into_iter().collect(), Touched::Houses).await?;
        self.catch_up_to(revision).await?;
        Ok((VisitRecord { voided: true, ..visit }, stop))
    }

    /// Where houses stand on a day, as computed and as public, by code and as the write finds them.
    pub(super) async fn standings(&self, write: &mut Write, codes: &[&str], day: Day) -> Result<HashMap<String, (Standing, Standing)>, Refusal> {
        let (mut events, words) = (write.events_of_houses(codes).await?, write.confirmations_of_houses(codes).await?);
        let frozen = write.frozen_of_houses(codes).await?;
        let rulebook = self.rulebook();
        let standings = codes.iter().map(|&code| {
            let spans = rulebook.spans(&timeline(&events.remove(code).unwrap_or_default()));
            let computed = span_on(&spans, day).map_or(Standing::Unrated, |span| span.standing);
            let public = public_on(&published(&spans, words.get(code).map_or(&[], Vec::as_slice), frozen.get(code)), day).standing;
            (code.to_owned(), (computed, public))
        });
        Ok(standings.collect())
    }
}

/// What a role does on visits; `None` for roles that make none.
pub(super) fn duty_of(role: Role) -> Option<Duty> {
    match role {
        Role::Officer => Some(Duty::Officer),
        Role::Assistant => Some(Duty::Assistant),
        _ => None,
    }
}

fn check_words(caller: &Caller, draft: &VisitDraft, second: &str, note: &str) -> Result<(), Refusal> {
    if second.chars().count() > LONGEST_NAME || second.chars().any(char::is_control) {
        return Err(Refusal::one("second", FaultCode::TooLarge, format!("a name of at most {LONGEST_NAME} characters, or nothing"), second));
    }
    if second.to_lowercase() == caller.name.to_lowercase() {
        return Err(Refusal::one("second", FaultCode::UnknownValue, "somebody else than who records the visit", second));
    }
    if note.chars().count() > LONGEST_NOTE || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::one("note", FaultCode::TooLarge, format!("at most {LONGEST_NOTE} characters"), ""));
    }
    if draft.round.len() > LONGEST_NAME || !draft.round.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::one("round", FaultCode::BadCode, "the id of a round, or nothing", draft.round.as_str()));
    }
    without_numbers("note", note)?;
    without_numbers("second", second)
}

/// A visit sent again: the one on record where it says the same.
async fn known_visit(write: &mut Write, known: VisitRecord, sent: &VisitRecord, findings: Option<Findings>) -> Result<PutVisit, Refusal> {
    let event = match &known.event_id {
        None => None,
        Some(event) => write.event(event).await?.map(|event| Findings { kind: event.observation.kind, fields: event.observation.fields }),
    };
    let same = VisitRecord { event_id: known.event_id.clone(), recorded_at_ms: known.recorded_at_ms, voided: known.voided, ..sent.clone() };
    if same != known || event != findings {
        return Err(Refusal::Conflict { conflict: Conflict::KeyReused, detail: "this id was used for another visit".to_owned() });
    }
    Ok(PutVisit { visit: known, findings, is_new: false })
}

impl From<EveningFault> for Conflict {
    fn from(fault: EveningFault) -> Self {
        match fault {
            EveningFault::TierForbids | EveningFault::TooLate(_) => Self::EveningNotAllowed,
            EveningFault::NeedsTwo => Self::EveningNeedsTwo,
            EveningFault::CapReached(_) => Self::EveningCapReached,
        }
    }
}

fn not_in_the_evening(fault: EveningFault) -> Refusal {
    Refusal::Conflict { conflict: fault.into(), detail: fault.to_string() }
}
