//! Who lives in a house: masked lists, moving in and out, and the one way to see a person: for a purpose, with its audit row first.

use super::{
    App, Caller, Conflict, Refusal,
    entering::bind_to_key,
    persons::{index_of_number, tag_of, unseal},
    record::no_house,
};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::HouseCode,
        id_number::{BadIdNumber, IdNumber},
        person::{Person, Purpose},
        residency::Residency,
    },
    store::{FoundPerson, HouseCensus, PersonWithin, ResidencyRecord, Touched, Write},
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

/// At most so many are listed of one house.
pub const MOST_RESIDENTS: i64 = 1_000;

const REVEAL: &str = "reveal_person";
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

    /// Records that somebody lives in a house, or owns it. The same again is the same. Says also whether another residency of the person
    /// overlaps.
    pub async fn join(&self, caller: &Caller, code: &HouseCode, person: Person, residency: Residency) -> Result<(MaskedResident, bool), Refusal> {
        caller.must(Right::RecordResidency)?;
        let keys = self.keys()?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let rows = vec![(1, ResidentRow { house_code: code.clone(), person, residency })];
        let entered = self.enter(&mut write, &keys, &caller.scope, rows).await?;
        if let Some(fault) = entered.faults.first() {
            return Err(refused(fault, code));
        }
        let overlaps = !entered.warnings.is_empty();
        let id = entered.last.clone().unwrap_or_default();
        if !entered.is_nothing() {
            entered.write(&mut write, caller, None).await?;
        }
        let record = write.residency(&caller.scope, &id).await?.ok_or_else(|| no_house(code))?;
        if !entered.is_nothing() {
            let detail = serde_json::json!({ "residency": id, "house": code.as_str(), "overlaps": overlaps });
            let touched = bind_to_key(&mut write, &self.site().people_key, &keys).await?;
            write.commit(caller.audit("record_residency", &record.person_id, detail), touched).await?;
            self.catch_up().await?;
        }
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
        caller.must(Right::RevealPerson)?;
        let (keys, why) = (self.keys()?, looking.checked()?);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let within = write.person(&caller.scope, id).await?.ok_or_else(|| no_such("person", id))?;
        let write = self.within_quota(write, caller).await?;
        write.commit(caller.audit(REVEAL, id, why), Touched::Houses).await?;
        let keys = self.keys_that_open(keys, [within.person.name.key_id()])?;
        let person = unseal(&keys, &within.person)?;
        self.catch_up().await?;
        Ok(person)
    }

    /// The person with an identity number, masked, with the residencies within the caller's reach. Each search stands in the audit, by
    /// what was found and never by the number, and counts as a look.
    pub async fn find_person(&self, caller: &Caller, number: &str, looking: &Looking) -> Result<Vec<MaskedResident>, Refusal> {
        caller.must(Right::RevealPerson)?;
        let (keys, why) = (self.keys()?, looking.checked()?);
        let number = IdNumber::parse(number).map_err(|bad| Refusal::one("id_number", FaultCode::BadIdNumber, BadIdNumber::EXPECTED, bad.to_string()))?;
        let write = self.store.begin(Self::now_ms()).await?;
        let mut write = self.within_quota(write, caller).await?;
        let index = index_of_number(&keys, &number);
        let found = match write.persons_indexed(&caller.scope, &[index]).await?.remove(&index) {
            Some(FoundPerson::Within(within)) => Some(*within),
            Some(FoundPerson::Elsewhere(_)) | None => None,
        };
        let subject = found.as_ref().map_or("nobody", |within| within.person.id.as_str());
        write.commit(caller.audit(FIND, subject, why), Touched::Houses).await?;
        self.catch_up().await?;
        let PersonWithin { residencies, .. } = found.ok_or(Refusal::NotFound { what: "person", name: "with this identity number".to_owned() })?;
        Ok(residencies.into_iter().map(|record| masked(&keys, record)).collect())
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
        if self.purpose == Purpose::Case && case.is_empty() {
            return Err(Refusal::one("case_number", FaultCode::MissingValue, "the number of the case", ""));
        }
        Ok(serde_json::json!({ "purpose": self.purpose, "text": text, "case_number": case }))
    }
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
