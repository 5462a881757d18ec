//! Who lives where, by ids: the link between persons and houses. Answers only within a scope.

use std::collections::{BTreeSet, HashMap};

use super::{
    Portion, Reading, Store, StoreError, Write,
    bulk::Value,
    database::{Tx, reading, writing},
    reading::rows_of,
};
use crate::domain::{
    day::{BadDay, Day},
    house::HouseCode,
    population::Stay,
    residency::{Registration, Residency},
    scope::Scope,
};

/// A residency as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidencyRecord {
    pub id: String,
    pub person_id: String,
    pub house_code: String,
    pub residency: Residency,
}

/// A residency with all that is kept with it.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledResidency {
    pub record: ResidencyRecord,
    pub address: String,
    pub recorded_by: String,
    /// Milliseconds since 1970, UTC.
    pub recorded_at_ms: i64,
    /// Who recorded its end, and when.
    pub ended: Option<(String, i64)>,
}

/// How many live in a house, each person once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseCensus {
    pub registered: i64,
    pub temporary: i64,
}

type Row = (String, String, String, String, String, String, Option<String>);
type RowWithArea = (String, String, String, String, String, String, String, Option<String>);

type FiledRow = (String, String, String, i64, Option<String>, Option<i64>);

const COLUMNS: [&str; 10] = ["id", "person_id", "house_code", "registration", "role", "from_day", "to_day", "import_id", "recorded_by", "recorded_at_ms"];
const AREA_OF_HOUSE: &str = "select area_code from houses where code = $1";
const ON_DAY: &str = "select id, person_id, house_code, registration, role, from_day, to_day from residencies
    where house_code = $1 and from_day <= $2 and (to_day is null or to_day > $2) order by from_day, id limit $3";
const CENSUS: &str = "select count(distinct case when registration = 'registered' then person_id end),
    count(distinct case when registration = 'temporary' then person_id end) from residencies
    where house_code = $1 and from_day <= $2 and (to_day is null or to_day > $2)";
const ONE: &str = "select h.area_code, r.id, r.person_id, r.house_code, r.registration, r.role, r.from_day, r.to_day
    from residencies r join houses h on h.code = r.house_code where r.id = $1";
const OF_PERSONS_SQLITE: &str = "select h.area_code, r.id, r.person_id, r.house_code, r.registration, r.role, r.from_day, r.to_day
    from residencies r join houses h on h.code = r.house_code where r.person_id in (select value from json_each($1)) order by r.person_id, r.from_day, r.house_code, r.id";
const OF_PERSONS_POSTGRES: &str = "select h.area_code, r.id, r.person_id, r.house_code, r.registration, r.role, r.from_day, r.to_day
    from residencies r join houses h on h.code = r.house_code where r.person_id = any($1) order by r.person_id, r.from_day, r.house_code, r.id";
// One text for each house: a row is handed from thread to thread, which costs more than splitting it. None of the values has a comma.
// Neither is a group of houses: SQLite would go through all of them, in order of serial.
const STAYS_IN_CODES: &str = "select h.serial, j.stays from (
        select house_code, string_agg(person_id || ',' || registration || ',' || from_day || ',' || coalesce(to_day, ''), ';') as stays
        from residencies where registration <> '' and house_code > $1 and house_code <= $2 group by house_code
    ) j join houses h on h.code = j.house_code";
// A house where nobody is recorded any more has a row too.
const STAYS_SINCE: &str = "select h.serial, (
        select string_agg(r.person_id || ',' || r.registration || ',' || r.from_day || ',' || coalesce(r.to_day, ''), ';')
        from residencies r where r.house_code = h.code and r.registration <> ''
    ) from houses h where h.revision > $1";
const STAMP_OF_IMPORT: &str = "update houses set revision = $1 where code in (select house_code from residencies where import_id = $2)";
const FILED: &str = "select r.id, h.address, r.recorded_by, r.recorded_at_ms, r.ended_by, r.ended_at_ms
    from residencies r join houses h on h.code = r.house_code where r.person_id = $1";
const END: &str = "update residencies set to_day = $1, ended_by = $2, ended_at_ms = $3 where id = $4 and to_day is null";
const ENDED_SINCE: &str = "select count(*) from residencies where import_id = $1 and ended_by is not null";
const REMOVE: &str = "delete from residencies where import_id = $1 returning person_id";

impl Store {
    /// Who lives in a house on a day, at most so many, those who came first before the others. `None` when there is no such house within
    /// the scope.
    pub async fn residents_on(&self, scope: &Scope, code: &HouseCode, day: Day, limit: i64) -> Result<Option<Vec<ResidencyRecord>>, StoreError> {
        if !self.has_within(scope, code).await? {
            return Ok(None);
        }
        let rows: Vec<Row> =
            reading!(&self.database, |executor| sqlx::query_as(ON_DAY).bind(code.as_str()).bind(day.to_string()).bind(limit).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect::<Result<_, _>>().map(Some)
    }

    /// How many live in a house on a day. `None` when there is no such house within the scope.
    pub async fn census_on(&self, scope: &Scope, code: &HouseCode, day: Day) -> Result<Option<HouseCensus>, StoreError> {
        if !self.has_within(scope, code).await? {
            return Ok(None);
        }
        let (registered, temporary) =
            reading!(&self.database, |executor| sqlx::query_as(CENSUS).bind(code.as_str()).bind(day.to_string()).fetch_one(executor).await)?;
        Ok(Some(HouseCensus { registered, temporary }))
    }

    /// Whether there is such a house within a scope.
    pub(super) async fn has_within(&self, scope: &Scope, code: &HouseCode) -> Result<bool, StoreError> {
        let area: Option<String> = reading!(&self.database, |executor| sqlx::query_scalar(AREA_OF_HOUSE).bind(code.as_str()).fetch_optional(executor).await)?;
        Ok(area.is_some_and(|area| scope.includes(&area)))
    }
}

impl Reading {
    /// Who stayed in which house, by the serial number of the house: numbers in place of persons. Of a portion since a revision there are
    /// also houses where nobody is recorded.
    pub async fn stays(&mut self, portion: &Portion) -> Result<Vec<(u64, Vec<Stay>)>, StoreError> {
        let rows: Vec<(i64, Option<String>)> = rows_of!(self, portion, STAYS_IN_CODES, STAYS_SINCE)?;
        let of_houses = rows.iter().map(|(serial, joined)| {
            let damaged = || StoreError::Damaged(format!("a residency of house number {serial}"));
            let stays = joined.as_deref().map_or_else(|| Some(Vec::new()), stays).ok_or_else(damaged)?;
            Ok((u64::try_from(*serial).unwrap_or_default(), stays))
        });
        of_houses.collect()
    }
}

impl Write {
    /// A residency; `None` when there is none within the scope.
    pub async fn residency(&mut self, scope: &Scope, id: &str) -> Result<Option<ResidencyRecord>, StoreError> {
        let row: Option<RowWithArea> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(record_with_area).transpose()?.and_then(|(area, record)| scope.includes(&area).then_some(record)))
    }

    /// Adds residencies of houses and persons that are there, and stamps the houses. Answers nothing, so it needs no scope: the houses were
    /// found within one.
    pub async fn add_residencies(&mut self, new: &[ResidencyRecord], import_id: Option<&str>, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        let mut rows = new.iter().map(|record| {
            let residency = &record.residency;
            vec![
                Value::Text(record.id.clone()),
                Value::Text(record.person_id.clone()),
                Value::Text(record.house_code.clone()),
                Value::Text(residency.registration.map_or("", Registration::as_str).to_owned()),
                Value::Text(residency.role.as_str().to_owned()),
                Value::Text(residency.from.to_string()),
                Value::MaybeText(residency.to.map(|to| to.to_string())),
                Value::MaybeText(import_id.map(str::to_owned)),
                Value::Text(by.to_owned()),
                Value::Whole(at_ms),
            ]
        });
        self.insert_many("residencies", &COLUMNS, "", &mut rows).await?;
        let codes: BTreeSet<&str> = new.iter().map(|record| record.house_code.as_str()).collect();
        self.stamp_houses(&codes.into_iter().collect::<Vec<_>>()).await
    }

    /// Ends a residency that was found within a scope and lasts, and stamps its house; `false` when it had ended.
    pub async fn end_residency(&mut self, residency: &ResidencyRecord, to: Day, by: &str) -> Result<bool, StoreError> {
        self.stamp_houses(&[&residency.house_code]).await?;
        let at_ms = self.at_ms();
        let ended = writing!(&mut self.tx, |executor| sqlx::query(END)
            .bind(to.to_string())
            .bind(by)
            .bind(at_ms)
            .bind(&residency.id)
            .execute(executor)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(ended > 0)
    }

    /// How many residencies that an import brought were ended since.
    pub async fn ended_since(&mut self, import_id: &str) -> Result<i64, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(ENDED_SINCE).bind(import_id).fetch_one(executor).await)?)
    }

    /// Takes away what an import of residents brought, persons without any other residency included, and stamps the houses.
    pub async fn remove_residents(&mut self, import_id: &str) -> Result<(), StoreError> {
        let revision = self.revision();
        writing!(&mut self.tx, |executor| sqlx::query(STAMP_OF_IMPORT).bind(revision).bind(import_id).execute(executor).await.map(|_| ()))?;
        let persons: Vec<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(REMOVE).bind(import_id).fetch_all(executor).await)?;
        self.remove_homeless_persons(&persons).await
    }

    /// The residencies of a person within a scope, the earliest first, with all that is kept with them.
    pub async fn filed_residencies(&mut self, scope: &Scope, person_id: &str) -> Result<Vec<FiledResidency>, StoreError> {
        let filed: Vec<FiledRow> = writing!(&mut self.tx, |executor| sqlx::query_as(FILED).bind(person_id).fetch_all(executor).await)?;
        let mut filed: HashMap<String, FiledRow> = filed.into_iter().map(|row| (row.0.clone(), row)).collect();
        let within = with_areas(self, &[person_id]).await?.into_iter().filter(|(area, _)| scope.includes(area));
        Ok(within
            .filter_map(|(_, record)| {
                let (_, address, recorded_by, recorded_at_ms, ended_by, ended_at_ms) = filed.remove(&record.id)?;
                Some(FiledResidency { record, address, recorded_by, recorded_at_ms, ended: ended_by.zip(ended_at_ms) })
            })
            .collect())
    }
}

/// All residencies of some persons, each with the area of its house, for the caller to filter by scope.
pub(super) async fn with_areas(write: &mut Write, persons: &[&str]) -> Result<Vec<(String, ResidencyRecord)>, StoreError> {
    let rows: Vec<RowWithArea> = match &mut write.tx {
        Tx::Sqlite(tx) => sqlx::query_as(OF_PERSONS_SQLITE).bind(serde_json::json!(persons).to_string()).fetch_all(&mut **tx).await?,
        Tx::Postgres(tx) => sqlx::query_as(OF_PERSONS_POSTGRES).bind(persons).fetch_all(&mut **tx).await?,
    };
    rows.into_iter().map(record_with_area).collect()
}

fn record_with_area(row: RowWithArea) -> Result<(String, ResidencyRecord), StoreError> {
    let (area, id, person_id, house_code, registration, role, from, to) = row;
    Ok((area, record((id, person_id, house_code, registration, role, from, to))?))
}

/// The stays of one house, joined; `None` when they cannot be read.
fn stays(joined: &str) -> Option<Vec<Stay>> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let stay = |row| {
        let [person, registration, from, to] = <[&str; 4]>::try_from(str::split(row, ',').collect::<Vec<_>>()).ok()?;
        let next = u32::try_from(numbers.len()).ok()?;
        let is_registered = registration.parse::<Registration>().ok()? == Registration::Registered;
        let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
        Some(Stay { who: *numbers.entry(person).or_insert(next), is_registered, from: from.parse().ok()?, to })
    };
    joined.split(';').map(stay).collect()
}

fn record(row: Row) -> Result<ResidencyRecord, StoreError> {
    let (id, person_id, house_code, registration, role, from, to) = row;
    let damaged = |what: &str| StoreError::Damaged(format!("residency {id}: {what}"));
    let day = |text: &str| text.parse().map_err(|_: BadDay| damaged("a day"));
    let registration = Some(registration).filter(|text| !text.is_empty()).map(|text| text.parse()).transpose().map_err(|_| damaged("its registration"))?;
    let to = to.map(|to| day(&to)).transpose()?;
    let residency = Residency::new(role.parse().map_err(|_| damaged("its role"))?, registration, day(&from)?, to).map_err(|bad| damaged(&bad.to_string()))?;
    Ok(ResidencyRecord { id, person_id, house_code, residency })
}
