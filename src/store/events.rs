//! Observations as recorded, only ever added. A correction is an event that voids another.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Portion, Reading, Store, StoreError, Write,
    bulk::Value,
    database::{Tx, reading, writing},
    reading::{FIELD, ROW, fields, joined_rows_of},
};
use crate::domain::{day::Day, house::HouseCode, observation::Observation};

/// The kind of an event that voids another one.
const VOID: &str = "void";

/// An observation about to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub id: String,
    pub house_code: HouseCode,
    pub day: Day,
    pub kind: String,
    pub fields: BTreeMap<String, String>,
    pub recorded_by: String,
    /// The same key means the same write: a repeated one is not recorded again.
    pub idempotency_key: Option<String>,
}

/// An observation as it stands in the record, voided or not.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    pub house_code: String,
    pub observation: Observation,
    pub voided: bool,
    pub recorded_at_ms: i64,
    pub recorded_by: String,
    pub import_id: Option<String>,
}

/// The observations of a house that count, as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub house_code: String,
    pub observations: Vec<Observation>,
}

type Row = (String, String, String, String, String, i64, String, Option<String>, bool);
type KeyedRow = (String, String, String, String, String, String, i64, String, Option<String>, bool);

const COLUMNS: [&str; 12] =
    ["serial", "id", "house_code", "day", "kind", "fields", "voids", "reason", "recorded_at_ms", "recorded_by", "import_id", "idempotency_key"];
const ALL: &str = "select e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id where e.voids is null order by e.house_code, e.serial";
const OF_HOUSE: &str = "select e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id where e.voids is null and e.house_code = $1 order by e.serial";
/// An event that voids another is one of the same house.
macro_rules! joined {
    ($houses:literal) => {
        concat!(
            "select string_agg(house_code || $1 || serial || $1 || id || $1 || coalesce(voids, '') || $1 || day || $1 || kind || $1 || fields, $2)
    from events where house_code ",
            $houses
        )
    };
}
const IN_CODES: &str = joined!("> $4 and house_code <= $5");
const OF_HOUSES_SQLITE: &str = joined!("in (select value from json_each($3))");
const OF_HOUSES_POSTGRES: &str = joined!("= any($3)");
const SINCE: &str = "select string_agg(e.house_code || $1 || e.serial || $1 || e.id || $1 || coalesce(e.voids, '') || $1 || e.day || $1 || e.kind || $1
    || e.fields, $2) from events e join houses h on h.code = e.house_code where h.revision > $4";
const NAMED_SQLITE: &str = "select e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id
    where e.voids is null and e.house_code in (select value from json_each($1)) order by e.house_code, e.serial";
const NAMED_POSTGRES: &str = "select e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id
    where e.voids is null and e.house_code = any($1) order by e.house_code, e.serial";
const ONE: &str = "select e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id where e.voids is null and e.id = $1";
const KEYED_SQLITE: &str =
    "select e.idempotency_key, e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id where e.idempotency_key in (select value from json_each($1))";
const KEYED_POSTGRES: &str =
    "select e.idempotency_key, e.house_code, e.id, e.day, e.kind, e.fields, e.recorded_at_ms, e.recorded_by, e.import_id, v.id is not null
    from events e left join events v on v.voids = e.id where e.idempotency_key = any($1)";
const LAST_SERIAL: &str = "select coalesce(max(serial), 0) from events";
const ADD_VOID: &str = "insert into events (serial, id, house_code, day, kind, fields, voids, reason, recorded_at_ms, recorded_by)
    select (select max(serial) from events) + 1, $1, house_code, $2, 'void', '{}', id, $3, $4, $5 from events where id = $6";
const VOID_IMPORT: &str = "insert into events (serial, id, house_code, day, kind, fields, voids, reason, recorded_at_ms, recorded_by)
    select (select max(serial) from events) + row_number() over (order by e.serial), 'void-' || e.id, e.house_code, $1, 'void', '{}', e.id, 'import undone', $2, $3
    from events e left join events v on v.voids = e.id where e.import_id = $4 and e.voids is null and v.id is null";
const STAMP_OF_IMPORT: &str = "update houses set revision = $1 where code in (select house_code from events where import_id = $2)";
const HOUSES_OF_IMPORT: &str = "select distinct house_code from events where import_id = $1 order by house_code";
const CHUNK: usize = 5_000;

impl Store {
    /// Every observation, voided ones marked, in order of house and recording.
    pub async fn events(&self) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(recorded).collect()
    }

    /// The observations of one house as recorded.
    pub async fn events_of(&self, code: &HouseCode) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        rows.into_iter().map(recorded).collect()
    }
}

impl Reading {
    /// The observations of each house that has any, in order of house.
    pub async fn observed(&mut self, portion: &Portion) -> Result<Vec<Observed>, StoreError> {
        by_house(joined_rows_of!(self, portion, IN_CODES, SINCE)?)
    }

    /// The same of named houses, some thousands at a time.
    pub async fn observed_of(&mut self, codes: &[&str]) -> Result<Vec<Observed>, StoreError> {
        let (field, row) = (FIELD.to_string(), ROW.to_string());
        by_house(match &mut self.tx {
            Tx::Sqlite(tx) => {
                let codes = serde_json::json!(codes).to_string();
                sqlx::query_scalar(OF_HOUSES_SQLITE).bind(field).bind(row).bind(codes).fetch_one(&mut **tx).await?
            }
            Tx::Postgres(tx) => sqlx::query_scalar(OF_HOUSES_POSTGRES).bind(field).bind(row).bind(codes).fetch_one(&mut **tx).await?,
        })
    }
}

impl Write {
    /// The observations of these houses, by house code, in order of recording.
    pub async fn events_of_houses(&mut self, codes: &[&str]) -> Result<HashMap<String, Vec<RecordedEvent>>, StoreError> {
        let mut found: HashMap<String, Vec<RecordedEvent>> = HashMap::new();
        for chunk in codes.chunks(CHUNK) {
            let rows: Vec<Row> = match &mut self.tx {
                Tx::Sqlite(tx) => sqlx::query_as(NAMED_SQLITE).bind(serde_json::json!(chunk).to_string()).fetch_all(&mut **tx).await?,
                Tx::Postgres(tx) => sqlx::query_as(NAMED_POSTGRES).bind(chunk).fetch_all(&mut **tx).await?,
            };
            for row in rows {
                let event = recorded(row)?;
                found.entry(event.house_code.clone()).or_default().push(event);
            }
        }
        Ok(found)
    }

    pub async fn event(&mut self, id: &str) -> Result<Option<RecordedEvent>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(recorded).transpose()
    }

    /// The events that were recorded under these idempotency keys before, by key.
    pub async fn events_under_keys(&mut self, keys: &[&str]) -> Result<HashMap<String, RecordedEvent>, StoreError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<KeyedRow> = match &mut self.tx {
            Tx::Sqlite(tx) => sqlx::query_as(KEYED_SQLITE).bind(serde_json::json!(keys).to_string()).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as(KEYED_POSTGRES).bind(keys).fetch_all(&mut **tx).await?,
        };
        let event = |(key, code, id, day, kind, fields, at_ms, by, import_id, voided): KeyedRow| {
            recorded((code, id, day, kind, fields, at_ms, by, import_id, voided)).map(|event| (key, event))
        };
        rows.into_iter().map(event).collect()
    }

    /// Records observations in this order.
    pub async fn add_events(&mut self, events: Vec<NewEvent>, import_id: Option<&str>) -> Result<(), StoreError> {
        let last: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(LAST_SERIAL).fetch_one(executor).await)?;
        let at_ms = self.at_ms();
        let mut rows = events.into_iter().zip(last + 1..).map(|(event, serial)| {
            vec![
                Value::Whole(serial),
                Value::Text(event.id),
                Value::Text(event.house_code.as_str().to_owned()),
                Value::Text(event.day.to_string()),
                Value::Text(event.kind),
                Value::Text(serde_json::json!(event.fields).to_string()),
                Value::MaybeText(None),
                Value::Text(String::new()),
                Value::Whole(at_ms),
                Value::Text(event.recorded_by),
                Value::MaybeText(import_id.map(str::to_owned)),
                Value::MaybeText(event.idempotency_key),
            ]
        });
        self.insert_many("events", &COLUMNS, "", &mut rows).await
    }

    /// Records that an observation counts as never made. It stays in the record.
    pub async fn void_event(&mut self, void_id: &str, event_id: &str, day: Day, reason: &str, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD_VOID)
            .bind(void_id)
            .bind(day.to_string())
            .bind(reason)
            .bind(at_ms)
            .bind(by)
            .bind(event_id)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Voids everything that an import recorded and that still counts.
    pub async fn void_import(&mut self, import_id: &str, day: Day, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(VOID_IMPORT)
            .bind(day.to_string())
            .bind(at_ms)
            .bind(by)
            .bind(import_id)
            .execute(executor)
            .await
            .map(|_| ()))?;
        self.stamp_houses_of(import_id).await
    }

    /// The codes of the houses that an import of events is about.
    pub async fn houses_of_import(&mut self, import_id: &str) -> Result<Vec<String>, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(HOUSES_OF_IMPORT).bind(import_id).fetch_all(executor).await)?)
    }

    /// Says that the houses of an import of events changed, so that every process reads them anew.
    pub async fn stamp_houses_of(&mut self, import_id: &str) -> Result<(), StoreError> {
        let revision = self.revision();
        writing!(&mut self.tx, |executor| sqlx::query(STAMP_OF_IMPORT).bind(revision).bind(import_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn recorded(row: Row) -> Result<RecordedEvent, StoreError> {
    let (house_code, id, day, kind, fields, recorded_at_ms, recorded_by, import_id, voided) = row;
    debug_assert_ne!(kind, VOID);
    let observation = observation(id, &day, kind, &fields)?;
    Ok(RecordedEvent { house_code, observation, voided, recorded_at_ms, recorded_by, import_id })
}

/// A row as it comes joined with others.
struct JoinedEvent<'a> {
    house_code: &'a str,
    serial: i64,
    id: &'a str,
    /// The id of the event that this one voids; empty when it is an observation.
    voids: &'a str,
    day: &'a str,
    kind: &'a str,
    fields: &'a str,
}

impl<'a> JoinedEvent<'a> {
    fn read(row: &'a str) -> Result<Self, StoreError> {
        let damaged = || StoreError::Damaged(format!("an event as read: {row}"));
        let [house_code, serial, id, voids, day, kind, fields] = fields(row).ok_or_else(damaged)?;
        Ok(Self { house_code, serial: serial.parse().map_err(|_| damaged())?, id, voids, day, kind, fields })
    }
}

/// The observations of each house that count, of rows joined to one text in any order.
fn by_house(joined: Option<String>) -> Result<Vec<Observed>, StoreError> {
    let Some(joined) = joined else { return Ok(Vec::new()) };
    let mut events = joined.split(ROW).map(JoinedEvent::read).collect::<Result<Vec<_>, _>>()?;
    events.sort_by_key(|event| (event.house_code, event.serial));
    events.chunk_by(|a, b| a.house_code == b.house_code).map(counting).collect()
}

/// The observations that count among all events of one house.
fn counting(events: &[JoinedEvent<'_>]) -> Result<Observed, StoreError> {
    let voided: HashSet<&str> = events.iter().map(|event| event.voids).filter(|voids| !voids.is_empty()).collect();
    let counts = |event: &&JoinedEvent<'_>| event.voids.is_empty() && !voided.contains(event.id);
    let observations = events.iter().filter(counts).map(|event| observation(event.id.to_owned(), event.day, event.kind.to_owned(), event.fields));
    Ok(Observed {
        house_code: events.first().map_or_else(String::new, |event| event.house_code.to_owned()),
        observations: observations.collect::<Result<_, _>>()?,
    })
}

fn observation(id: String, day: &str, kind: String, fields: &str) -> Result<Observation, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("event {id}: {what}"));
    let day = day.parse::<Day>().map_err(|error| damaged(error.to_string()))?;
    let fields = serde_json::from_str(fields).map_err(|error| damaged(error.to_string()))?;
    Ok(Observation { id, day, kind, fields })
}
