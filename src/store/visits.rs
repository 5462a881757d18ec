//! Visits as recorded, only ever added, and what else says when a house is due for one.

use std::collections::HashMap;

use super::{
    Reading, Store, StoreError, Write,
    database::{Tx, reading, writing},
    reading::{FIELD, ROW, fields},
};
use crate::domain::{
    day::{BadDay, Day},
    house::HouseCode,
    inspection::{Duty, Outcome},
};

/// A visit as it stands in the record, voided or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRecord {
    pub id: String,
    pub house_code: String,
    pub day: Day,
    /// `HH:MM`, when known.
    pub at: Option<String>,
    pub duty: Duty,
    pub outcome: Outcome,
    pub evening: bool,
    /// Who came along; empty when nobody did.
    pub second: String,
    /// The round it was a stop of; empty when of none.
    pub round: String,
    /// The observation that holds its findings.
    pub event_id: Option<String>,
    pub note: String,
    pub recorded_by: String,
    pub recorded_at_ms: i64,
    pub voided: bool,
}

/// What the record says of all houses by a day, each part with the code of the house. Voided is left out.
#[derive(Clone, Debug, Default)]
pub struct InspectionFacts {
    pub visits: Vec<(String, LastVisits)>,
    /// The last observation of those from which a house is rated that no visit brought.
    pub assessed: Vec<(String, Day)>,
    /// Improvements accepted (`true`) and refused, in order of house and time.
    pub improvements: Vec<(String, bool, Day)>,
    /// When a formal notice was last served.
    pub formal_notices: Vec<(String, Day)>,
    /// Times to repair that were set on a day and their last days.
    pub repairs: Vec<(String, Day, Day)>,
}

/// The last visits to a house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastVisits {
    /// Done by an officer …
    pub officer: Option<Day>,
    /// … and by an assistant.
    pub assistant: Option<Day>,
    /// In vain.
    pub tried: Option<Day>,
    /// How many calls there were in the evenings of the month.
    pub evenings: u32,
}

type Row = (String, String, String, Option<String>, String, String, i64, String, String, Option<String>, String, String, i64, bool);

const ADD: &str = "insert into visits (id, house_code, day, at, duty, outcome, evening, second, round, event_id, note, recorded_by, recorded_at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const VOID: &str = "insert into voided_visits (visit_id, reason, by_whom, at_ms) values ($1, $2, $3, $4)";
const ONE: &str =
    "select v.id, v.house_code, v.day, v.at, v.duty, v.outcome, v.evening, v.second, v.round, v.event_id, v.note, v.recorded_by, v.recorded_at_ms,
    x.visit_id is not null
    from visits v left join voided_visits x on x.visit_id = v.id where v.id = $1";
const OF_HOUSE: &str = "select v.id, v.house_code, v.day, v.at, v.duty, v.outcome, v.evening, v.second, v.round, v.event_id, v.note, v.recorded_by,
    v.recorded_at_ms, x.visit_id is not null
    from visits v left join voided_visits x on x.visit_id = v.id where v.house_code = $1 order by v.day, v.recorded_at_ms, v.id";
const EVENINGS_SQLITE: &str = "select v.house_code, count(*) from visits v left join voided_visits x on x.visit_id = v.id
    where v.house_code in (select value from json_each($1)) and v.day >= $2 and v.day <= $3 and v.evening = 1 and x.visit_id is null group by v.house_code";
const EVENINGS_POSTGRES: &str = "select v.house_code, count(*) from visits v left join voided_visits x on x.visit_id = v.id
    where v.house_code = any($1) and v.day >= $2 and v.day <= $3 and v.evening = 1 and x.visit_id is null group by v.house_code";
const OUTCOME_AT: &str = "select v.outcome from visits v left join voided_visits x on x.visit_id = v.id
    where v.house_code = $1 and v.round = $2 and x.visit_id is null order by v.recorded_at_ms desc, v.id desc limit 1";

// Houses have many visits and observations: one row for each house, and all rows in one text (see `reading.rs`). Of all houses or of one:
// each statement is of the codes between two, both included.
const VISITS: &str = "select string_agg(house_code || $1 || coalesce(officer, '') || $1 || coalesce(assistant, '') || $1 || coalesce(tried, '') || $1 || evenings, $2)
    from (select v.house_code, max(case when v.duty = 'officer' and v.outcome = 'done' and v.day <= $3 then v.day end) as officer,
        max(case when v.duty = 'assistant' and v.outcome = 'done' and v.day <= $3 then v.day end) as assistant, max(case when v.outcome <> 'done' and v.day <= $3 then v.day end) as tried,
        sum(case when v.evening = 1 and v.day >= $4 and v.day <= $5 then 1 else 0 end) as evenings
        from visits v left join voided_visits x on x.visit_id = v.id
        where v.house_code between $6 and $7 and (v.day <= $3 or v.evening = 1 and v.day >= $4 and v.day <= $5) and x.visit_id is null group by v.house_code) as of_house";
const ASSESSED_SQLITE: &str = "select string_agg(house_code || $1 || day, $2) from (select e.house_code, max(e.day) as day
    from events e left join events x on x.voids = e.id left join visits v on v.event_id = e.id
    where e.house_code between $5 and $6 and e.voids is null and e.day <= $3 and x.id is null and v.id is null and e.kind in (select value from json_each($4)) group by e.house_code) as of_house";
const ASSESSED_POSTGRES: &str = "select string_agg(house_code || $1 || day, $2) from (select e.house_code, max(e.day) as day
    from events e left join events x on x.voids = e.id left join visits v on v.event_id = e.id
    where e.house_code between $5 and $6 and e.voids is null and e.day <= $3 and x.id is null and v.id is null and e.kind = any($4) group by e.house_code) as of_house";
const IMPROVEMENTS: &str = "select e.house_code, e.kind, e.day from events e left join events x on x.voids = e.id
    where e.house_code between $2 and $3 and e.kind in ('refused', 'rectified') and e.day <= $1 and x.id is null order by e.house_code, e.day, e.serial";
const FORMAL_NOTICES: &str = "select house_code, max(served) from notices where house_code between $2 and $3 and kind = 'formal_notice' and served <= $1
    group by house_code";
/// Times to repair of letters, but for those whose confirmation was taken back, and of confirmations without a letter. What is confirmed
/// may be public from `effective` on: the time to repair has run the day before.
const LETTERS: &str = "select n.house_code, n.day, n.deadline from notices n left join confirmations c on c.id = n.confirmation_id
    where n.house_code between $2 and $3 and n.kind <> 'certificate' and n.deadline is not null and n.day <= $1 and (c.withdrawn is null or c.withdrawn > $1)";
const CONFIRMATIONS: &str = "select house_code, given, effective from confirmations
    where house_code between $2 and $3 and effective > given and given <= $1 and (withdrawn is null or withdrawn > $1)";

/// No code of a house is greater.
const AFTER_ALL: &str = "\u{10ffff}";

impl Store {
    /// The visits to a house in order of day, voided ones marked.
    pub async fn visits_of(&self, code: &HouseCode) -> Result<Vec<VisitRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }
}

impl Reading {
    /// What the record says of all houses by a day, or of one. `kinds` are the kinds of observations from which a house is rated; evenings are
    /// counted in the calendar month of the day.
    pub async fn inspection_facts(&mut self, kinds: &[&str], day: Day, house: Option<&str>) -> Result<InspectionFacts, StoreError> {
        let (upto, (first, last)) = (day.to_string(), day.month());
        let (field, row) = (FIELD.to_string(), ROW.to_string());
        let (from, to) = house.map_or(("", AFTER_ALL), |code| (code, code));
        let visits: Option<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(VISITS)
            .bind(&field)
            .bind(&row)
            .bind(&upto)
            .bind(first.to_string())
            .bind(last.to_string())
            .bind(from)
            .bind(to)
            .fetch_one(executor)
            .await)?;
        let assessed: Option<String> = match &mut self.tx {
            Tx::Sqlite(tx) => {
                let kinds = serde_json::json!(kinds).to_string();
                sqlx::query_scalar(ASSESSED_SQLITE).bind(&field).bind(&row).bind(&upto).bind(kinds).bind(from).bind(to).fetch_one(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_scalar(ASSESSED_POSTGRES).bind(&field).bind(&row).bind(&upto).bind(kinds).bind(from).bind(to).fetch_one(&mut **tx).await?
            }
        };
        let improvements: Vec<(String, String, String)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(IMPROVEMENTS).bind(&upto).bind(from).bind(to).fetch_all(executor).await)?;
        let served: Vec<(String, String)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(FORMAL_NOTICES).bind(&upto).bind(from).bind(to).fetch_all(executor).await)?;
        let letters: Vec<(String, String, String)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(LETTERS).bind(&upto).bind(from).bind(to).fetch_all(executor).await)?;
        let words: Vec<(String, String, String)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(CONFIRMATIONS).bind(&upto).bind(from).bind(to).fetch_all(executor).await)?;
        let letters = letters.into_iter().map(|(code, asked, until)| Ok((code, day_of(&asked)?, day_of(&until)?)));
        let words = words.into_iter().map(|(code, given, effective)| Ok((code, day_of(&given)?, day_of(&effective)?.plus_days(-1))));
        Ok(InspectionFacts {
            visits: rows_in(visits.as_deref()).map(last_visits).collect::<Result<_, _>>()?,
            assessed: rows_in(assessed.as_deref()).map(assessment).collect::<Result<_, _>>()?,
            improvements: improvements
                .into_iter()
                .map(|(code, kind, day)| Ok((code, kind == "rectified", day_of(&day)?)))
                .collect::<Result<_, StoreError>>()?,
            formal_notices: served.into_iter().map(|(code, day)| Ok((code, day_of(&day)?))).collect::<Result<_, StoreError>>()?,
            repairs: letters.chain(words).collect::<Result<_, StoreError>>()?,
        })
    }
}

impl Write {
    pub async fn visit(&mut self, id: &str) -> Result<Option<VisitRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// How many calls there were at each of these houses in the evenings of the calendar month of a day; houses without any are not named.
    pub async fn evenings_of(&mut self, codes: &[&str], day: Day) -> Result<HashMap<String, u32>, StoreError> {
        let (first, last) = day.month();
        let (first, last) = (first.to_string(), last.to_string());
        let counts: Vec<(String, i64)> = match &mut self.tx {
            Tx::Sqlite(tx) => {
                let codes = serde_json::json!(codes).to_string();
                sqlx::query_as(EVENINGS_SQLITE).bind(codes).bind(&first).bind(&last).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => sqlx::query_as(EVENINGS_POSTGRES).bind(codes).bind(&first).bind(&last).fetch_all(&mut **tx).await?,
        };
        Ok(counts.into_iter().map(|(code, count)| (code, u32::try_from(count).unwrap_or(u32::MAX))).collect())
    }

    /// What became of the last visit of a round to a house that counts.
    pub async fn outcome_at(&mut self, round_id: &str, house_code: &str) -> Result<Option<Outcome>, StoreError> {
        let outcome: Option<String> =
            writing!(&mut self.tx, |executor| sqlx::query_scalar(OUTCOME_AT).bind(house_code).bind(round_id).fetch_optional(executor).await)?;
        outcome.map(|outcome| word(&outcome)).transpose()
    }

    pub async fn add_visit(&mut self, new: &VisitRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.id)
            .bind(&new.house_code)
            .bind(new.day.to_string())
            .bind(&new.at)
            .bind(new.duty.as_str())
            .bind(new.outcome.as_str())
            .bind(i64::from(new.evening))
            .bind(&new.second)
            .bind(&new.round)
            .bind(&new.event_id)
            .bind(&new.note)
            .bind(&new.recorded_by)
            .bind(new.recorded_at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Records that a visit counts as never made. It stays in the record.
    pub async fn void_visit(&mut self, id: &str, reason: &str, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(VOID).bind(id).bind(reason).bind(by).bind(at_ms).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn rows_in(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.into_iter().flat_map(|text| text.split(ROW))
}

fn last_visits(row: &str) -> Result<(String, LastVisits), StoreError> {
    let damaged = || StoreError::Damaged(format!("visits as read: {row}"));
    let [code, officer, assistant, tried, evenings] = fields(row).ok_or_else(damaged)?;
    let maybe = |text: &str| if text.is_empty() { Ok(None) } else { day_of(text).map(Some) };
    let evenings = evenings.parse().map_err(|_| damaged())?;
    Ok((code.to_owned(), LastVisits { officer: maybe(officer)?, assistant: maybe(assistant)?, tried: maybe(tried)?, evenings }))
}

fn assessment(row: &str) -> Result<(String, Day), StoreError> {
    let [code, day] = fields(row).ok_or_else(|| StoreError::Damaged(format!("an assessment as read: {row}")))?;
    Ok((code.to_owned(), day_of(day)?))
}

fn day_of(text: &str) -> Result<Day, StoreError> {
    text.parse().map_err(|error: BadDay| StoreError::Damaged(format!("a visit, notice or event: {error}")))
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error| StoreError::Damaged(format!("a visit: {error}")))
}

fn record(row: Row) -> Result<VisitRecord, StoreError> {
    let (id, house_code, day, at, duty, outcome, evening, second, round, event_id, note, recorded_by, recorded_at_ms, voided) = row;
    Ok(VisitRecord {
        id,
        house_code,
        day: day_of(&day)?,
        at,
        duty: word(&duty)?,
        outcome: word(&outcome)?,
        evening: evening != 0,
        second,
        round,
        event_id,
        note,
        recorded_by,
        recorded_at_ms,
        voided,
    })
}
