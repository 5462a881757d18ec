//! Who lives in a house: masked lists, moving in and out, and the one way to see a person: for a purpose, with its audit row first.

use std::sync::Arc;

use super::{
    App, Caller, Conflict, Refusal,
    entering::bind_to_key,
    persons::{index_of, index_of_number, seal, tag_of, unseal},
    record::no_house,
};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::HouseCode,
        id_number::{BadIdNumber, IdNumber, holds_number},
        person::{Person, PersonName, Phone, Purpose},
        residency::Residency,
    },
    store::{HouseCensus, PersonWithin, ResidencyRecord, SealedPerson, StoreError, Touched, Write},
    transfer::{Fault, FaultCode, ResidentRow},
    vault::Keys,
};

/// A resident as staff see one in a list: nothing of name and numbers, as the first digits of an identity number already tell a person's
/// origin.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskedResident {
    /// The residency's id.
    pub id: String,
    pub person_id: String,
    pub house_code: String,
    /// Tells the residents of one house apart: `7F3A`.
    pub tag: String,
    pub residency: Residency,
}

/// Why somebody looks at a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Looking {
    pub purpose: Purpose,
    /// More on the purpose; at most 200 characters, may be empty.
    pub text: String,
    /// Of a case; at most 60 characters, may be empty.
    pub case_number: String,
}

/// What is right of a person, where the record is not; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonCorrection {
    pub name: Option<PersonName>,
    pub phone: Option<Phone>,
}

/// At most so many are listed of one house.
pub const MOST_RESIDENTS: i64 = 1_000;

const REVEAL: &str = "reveal_person";
pub(super) const CORRECT: &str = "correct_person";
const FIND: &str = "find_person";
pub(super) const DISCLOSE: &str = "disclose_person";
/// What counts as a look at a person.
pub(super) const LOOKS: [&str; 3] = [REVEAL, FIND, DISCLOSE];
const QUOTA_REACHED: &str = "reveal_quota_reached";
const HOUR_MS: i64 = 3_600_000;

impl App {
    /// Who lives in a house on a day, masked.
    pub async fn residents(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<Vec<MaskedResident>, Refusal> {
        caller.must(Right::SeePersons)?;
        let keys = self.keys()?;
        let records = self.store.residents_on(&caller.scope, code, day, MOST_RESIDENTS).await?.ok_or_else(|| no_house(code))?;
        Ok(records.into_iter().map(|record| masked(&keys, record)).collect())
    }

    /// How many live in a house on a day; `None` for a house out of reach.
    pub async fn house_census(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<Option<HouseCensus>, Refusal> {
        caller.must(Right::SeeCensus)?;
        Ok(self.store.census_on(&caller.scope, code, day).await?)
    }

    /// Records that somebody lives in a house, or owns it. The same again is the same, and what says otherwise than the record is refused;
    /// both tell something of the person, so they stand in the audit too. Says also whether another residency of the person overlaps.
    pub async fn join(&self, caller: &Caller, code: &HouseCode, person: Person, residency: Residency) -> Result<(MaskedResident, bool), Refusal> {
        caller.must(Right::RecordResidency)?;
        let keys = self.keys()?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let rows = vec![(1, ResidentRow { house_code: code.clone(), person, residency })];
        let entered = self.enter(&mut write, &keys, &caller.scope, rows).await?;
        if let Some(fault) = entered.faults.first() {
            if let Some(person) = &entered.contradicted {
                let detail = serde_json::json!({ "house": code.as_str(), "otherwise": fault.column });
                write.commit(caller.audit("try_residency", person, detail), Touched::Houses).await?;
                self.catch_up().await?;
            }
            return Err(refused(fault, code));
        }
        let overlaps = !entered.warnings.is_empty();
        let id = entered.last.clone().unwrap_or_default();
        if !entered.is_nothing() {
            entered.write(&mut write, caller, None).await?;
        }
        let record = write.residency(&caller.scope, &id).await?.ok_or_else(|| no_house(code))?;
        let detail = serde_json::json!({ "residency": id, "house": code.as_str(), "overlaps": overlaps });
        if entered.is_nothing() {
            write.commit(caller.audit("try_residency", &record.person_id, detail), Touched::Houses).await?;
        } else {
            let touched = bind_to_key(&mut write, &self.site().people_key, &keys).await?;
            write.commit(caller.audit("record_residency", &record.person_id, detail), touched).await?;
        }
        self.catch_up().await?;
        Ok((masked(&keys, record), overlaps))
    }

    /// Records that a residency ended: `to` is the day of moving out, the first that no longer counts.
    pub async fn leave(&self, caller: &Caller, id: &str, to: Day) -> Result<MaskedResident, Refusal> {
        caller.must(Right::RecordResidency)?;
        let keys = self.keys()?;
        let today = self.today();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut record = write.residency(&caller.scope, id).await?.ok_or_else(|| no_such("residency", id))?;
        if let Some(ended) = record.residency.to {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyEnded, detail: format!("this residency ended on {ended}") });
        }
        if to < record.residency.from || to > today {
            let expected = format!("a day from {}, when it began, to today, {today}", record.residency.from);
            return Err(Refusal::one("to", FaultCode::OutOfRange, expected, to.to_string()));
        }
        write.end_residency(&record, to, &caller.name).await?;
        record.residency.to = Some(to);
        let detail = serde_json::json!({ "residency": id, "house": record.house_code, "to": to });
        write.commit(caller.audit("end_residency", &record.person_id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(masked(&keys, record))
    }

    /// One person, for a stated purpose. The audit row is durable before anything is opened: no audit, no answer.
    pub async fn reveal(&self, caller: &Caller, id: &str, looking: &Looking) -> Result<Person, Refusal> {
        let person = self.begin_look(caller, id, looking).await?.take(caller, REVEAL).await?;
        self.catch_up().await?;
        Ok(person)
    }

    /// A look at a person that may be had: it has its purpose, its key and its place within the quota.
    pub(super) async fn begin_look(&self, caller: &Caller, id: &str, looking: &Looking) -> Result<Look, Refusal> {
        caller.must(Right::RevealPerson)?;
        let (keys, why) = (self.keys()?, looking.checked()?);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let PersonWithin { person, .. } = write.person(&caller.scope, id).await?.ok_or_else(|| no_such("person", id))?;
        let write = self.within_quota(write, caller).await?;
        let keys = self.keys_that_open(keys, [person.name.key_id()])?;
        Ok(Look { write, sealed: person, keys, why })
    }

    /// Corrects the name or the telephone number on record. It answers nothing of what was there, and stands in the audit by the names of the
    /// fields; a person without an identity number is found by the new name and number from now on.
    pub async fn correct_person(&self, caller: &Caller, id: &str, correction: PersonCorrection, reason: &str) -> Result<(), Refusal> {
        caller.must(Right::RecordResidency)?;
        caller.must(Right::RevealPerson)?;
        let (keys, reason) = (self.keys()?, reason_about(reason)?);
        let PersonCorrection { name, phone } = correction;
        let fields: Vec<&str> = [name.as_ref().map(|_| "name"), phone.as_ref().map(|_| "phone")].into_iter().flatten().collect();
        if fields.is_empty() {
            return Err(Refusal::one("name", FaultCode::MissingValue, "a name or a phone that is right", ""));
        }
        let mut write = self.store.begin(Self::now_ms()).await?;
        let PersonWithin { person: sealed, residencies, .. } = write.person(&caller.scope, id).await?.ok_or_else(|| no_such("person", id))?;
        let keys = self.keys_that_open(keys, [sealed.name.key_id()])?;
        let known = unseal(&keys, &sealed)?;
        let person = Person { name: name.unwrap_or(known.name), phone: phone.or(known.phone), id_number: known.id_number };
        // Without a number it is a person of one house.
        let code = residencies.first().map_or("", |record| &record.house_code);
        let code = HouseCode::new(code).map_err(|bad| StoreError::Damaged(bad.to_string()))?;
        write.put_persons(&[seal(&keys, sealed.id, index_of(&keys, &person, &code), &person, sealed.made_at_ms)?]).await?;
        let detail = serde_json::json!({ "fields": fields, "reason": reason });
        write.commit(caller.audit(CORRECT, id, detail), Touched::Houses).await?;
        self.catch_up().await
    }

    /// The person with an identity number, masked, with the residencies within the caller's reach. Each search stands in the audit, by
    /// what was found and never by the number, and counts as a look at each record of the person.
    pub async fn find_person(&self, caller: &Caller, number: &str, looking: &Looking) -> Result<Vec<MaskedResident>, Refusal> {
        caller.must(Right::RevealPerson)?;
        let (keys, why) = (self.keys()?, looking.checked()?);
        let number = IdNumber::parse(number).map_err(|bad| Refusal::one("id_number", FaultCode::BadIdNumber, BadIdNumber::EXPECTED, bad.to_string()))?;
        let write = self.store.begin(Self::now_ms()).await?;
        let mut write = self.within_quota(write, caller).await?;
        let index = index_of_number(&keys, &number);
        let found = write.persons_indexed(&caller.scope, &[index]).await?.remove(&index).unwrap_or_default();
        let subject = found.first().map_or("nobody", |within| within.person.id.as_str());
        let others = found.iter().skip(1).map(|within| caller.audit(FIND, &within.person.id, why.clone())).collect();
        write.commit_all(caller.audit(FIND, subject, why.clone()), others, Touched::Houses).await?;
        self.catch_up().await?;
        if found.is_empty() {
            return Err(Refusal::NotFound { what: "person", name: "with this identity number".to_owned() });
        }
        let mut records: Vec<ResidencyRecord> = found.into_iter().flat_map(|within| within.residencies).collect();
        records.sort_by_key(|record| record.residency.from);
        Ok(records.into_iter().map(|record| masked(&keys, record)).collect())
    }

    /// Gives the write back while the caller has looked at fewer persons within the hour than the site allows. Otherwise refuses, and
    /// notes so in the audit, once an hour.
    pub(super) async fn within_quota(&self, mut write: Write, caller: &Caller) -> Result<Write, Refusal> {
        let quota = self.site().reveal_quota;
        let since = write.at_ms() - HOUR_MS;
        let (looks, first) = write.done_since(&caller.name, LOOKS, since).await?;
        if looks < quota {
            return Ok(write);
        }
        let (told, _) = write.done_since(&caller.name, [QUOTA_REACHED; 3], since).await?;
        let wait_ms = first.map_or(HOUR_MS, |first| first - since);
        if told == 0 {
            tracing::warn!(looks, quota, "a member of staff reached the hour's quota of looks at persons; see the audit");
            write.commit(caller.audit(QUOTA_REACHED, &caller.name, serde_json::json!({ "looks": looks, "quota": quota })), Touched::Houses).await?;
            self.catch_up().await?;
        }
        Err(Refusal::QuotaReached { quota, retry_after_s: u32::try_from(wait_ms / 1000 + 1).unwrap_or(3600) })
    }
}

/// A look at a person before it is had: nothing is opened and nothing stands in the audit.
pub(super) struct Look {
    pub write: Write,
    pub sealed: SealedPerson,
    keys: Arc<Keys>,
    why: serde_json::Value,
}

impl Look {
    /// Puts it into the audit, then opens the person.
    pub async fn take(self, caller: &Caller, action: &str) -> Result<Person, Refusal> {
        self.write.commit(caller.audit(action, &self.sealed.id, self.why), Touched::Houses).await?;
        unseal(&self.keys, &self.sealed)
    }
}

impl Looking {
    /// What the audit keeps.
    pub(super) fn checked(&self) -> Result<serde_json::Value, Refusal> {
        let fits = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
        let (text, case) = (self.text.trim(), self.case_number.trim());
        if !fits(text, 200) {
            return Err(Refusal::one("text", FaultCode::TooLarge, "at most 200 visible characters", ""));
        }
        if !fits(case, 60) {
            return Err(Refusal::one("case_number", FaultCode::TooLarge, "at most 60 visible characters", ""));
        }
        for (field, text) in [("text", text), ("case_number", case)] {
            without_numbers(field, text)?;
        }
        if self.purpose == Purpose::Case && case.is_empty() {
            return Err(Refusal::one("case_number", FaultCode::MissingValue, "the number of the case", ""));
        }
        Ok(serde_json::json!({ "purpose": self.purpose, "text": text, "case_number": case }))
    }
}

/// A reason that concerns a person; the audit keeps it for good.
pub(super) fn reason_about(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control) {
        return Err(Refusal::one("reason", FaultCode::MissingValue, "1 to 200 visible characters, no personal data", ""));
    }
    without_numbers("reason", reason)?;
    Ok(reason)
}

/// What the audit keeps stays when the person is erased: nobody's number may be in it, nor in anything else that is only ever added.
pub(super) fn without_numbers(field: &str, text: &str) -> Result<(), Refusal> {
    let expected = "words without anybody's identity or telephone number: they are kept for good";
    if holds_number(text) { Err(Refusal::one(field, FaultCode::PersonalNumber, expected, "")) } else { Ok(()) }
}

fn masked(keys: &Keys, record: ResidencyRecord) -> MaskedResident {
    let tag = tag_of(keys, &record.person_id, &record.house_code);
    MaskedResident { tag, id: record.id, person_id: record.person_id, house_code: record.house_code, residency: record.residency }
}

pub(super) fn no_such(what: &'static str, id: &str) -> Refusal {
    // An id has 26 characters; whoever sends something else may have sent a name.
    Refusal::NotFound { what, name: if id.len() == 26 && id.is_ascii() { id.to_owned() } else { "of this id".to_owned() } }
}

fn refused(fault: &Fault, code: &HouseCode) -> Refusal {
    match fault.code {
        FaultCode::UnknownHouse => no_house(code),
        FaultCode::AlreadyRecorded => Refusal::Conflict { conflict: Conflict::AlreadyRecorded, detail: format!("expected {}", fault.expected) },
        code => Refusal::one(&fault.column, code, fault.expected.clone(), fault.found.clone()),
    }
}
