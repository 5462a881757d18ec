//! Houses as recorded.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Portion, Reading, StoreError, Write,
    bulk::Value,
    database::{Tx, writing},
    reading::{ROW, fields, joined_rows_of},
};
use crate::{
    domain::{
        day::{BadDay, Day},
        house::{House, HouseCode, HouseKind},
    },
    earth::{Datum, LonLat},
};

/// A house as it comes in: with the coordinates as found, before conversion.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseRecord {
    pub house: House,
    pub datum: Datum,
    pub source_lon: f64,
    pub source_lat: f64,
}

/// A house as stored, with the number that tiles know it by.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredHouse {
    pub serial: i64,
    pub record: HouseRecord,
}

/// A house as the atlas needs it, with the number that tiles know it by.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedHouse {
    pub serial: i64,
    pub house: House,
}

type Row = (String, i64, f64, f64, String, String, String, String, Option<String>, String, f64, f64);

const COLUMNS: [&str; 13] =
    ["code", "serial", "lon", "lat", "kind", "address", "door_plate", "area_code", "since", "source_datum", "source_lon", "source_lat", "revision"];
const IN_CODES: &str =
    "select string_agg(format($3, lon) || $1 || format($3, lat) || $1 || serial || $1 || code || $1 || kind || $1 || coalesce(since, '') || $1
    || replace(replace(area_code, $1, ''), $2, '') || $1 || replace(replace(door_plate, $1, ''), $2, '') || $1 || replace(replace(address, $1, ''), $2, ''), $2)
    from houses where code > $4 and code <= $5";
const SINCE: &str = "select string_agg(format($3, lon) || $1 || format($3, lat) || $1 || serial || $1 || code || $1 || kind || $1 || coalesce(since, '') || $1
    || replace(replace(area_code, $1, ''), $2, '') || $1 || replace(replace(door_plate, $1, ''), $2, '') || $1 || replace(replace(address, $1, ''), $2, ''), $2)
    from houses where revision > $4";
const LAST_OF_NEXT: &str = "select max(code) from (select code from houses where code > $1 order by code limit $2) next_ones";
const ONE: &str =
    "select code, serial, lon, lat, kind, address, door_plate, area_code, since, source_datum, source_lon, source_lat from houses where code = $1";
const WITHOUT_AREA: &str = "select code, serial, lon, lat, kind, address, door_plate, area_code, since, source_datum, source_lon, source_lat
    from houses where area_code = '' order by code";
const SOME_SQLITE: &str = "select code, serial, lon, lat, kind, address, door_plate, area_code, since, source_datum, source_lon, source_lat
    from houses where code in (select value from json_each($1))";
const SOME_POSTGRES: &str = "select code, serial, lon, lat, kind, address, door_plate, area_code, since, source_datum, source_lon, source_lat
    from houses where code = any($1)";
const UPSERT: &str = "on conflict (code) do update set lon = excluded.lon, lat = excluded.lat, kind = excluded.kind, address = excluded.address,
    door_plate = excluded.door_plate, area_code = excluded.area_code, since = excluded.since, source_datum = excluded.source_datum,
    source_lon = excluded.source_lon, source_lat = excluded.source_lat, revision = excluded.revision";
const LAST_SERIAL: &str = "select coalesce(max(serial), 0) from houses";
const STAMP_SQLITE: &str = "update houses set revision = $1 where code in (select value from json_each($2))";
const STAMP_POSTGRES: &str = "update houses set revision = $1 where code = any($2)";
const REMOVE: &str = "delete from houses where code = $1";
const NOTE_REMOVED: &str = "insert into removed_houses (code, revision) values ($1, $2)";
const HAS_RECORDS: &str = "select (select count(*) from events where house_code = $1) + (select count(*) from residencies where house_code = $1)
    + (select count(*) from units where house_code = $1) + (select count(*) from photos where house_code = $1)
    + (select count(*) from visits where house_code = $1)";
/// Codes per look-up while importing.
const CHUNK: usize = 5_000;

impl Reading {
    /// The portion of so many houses that follow a code, and the last of their codes; `None` when there are none.
    pub async fn houses_after(&mut self, after: &str, count: i64) -> Result<Option<(Portion, String)>, StoreError> {
        let upto: Option<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(LAST_OF_NEXT).bind(after).bind(count).fetch_one(executor).await)?;
        Ok(upto.map(|upto| (Portion::Codes { after: after.to_owned(), upto: upto.clone() }, upto)))
    }

    /// Houses in order of code; those of a portion since a revision include houses with new events.
    pub async fn houses(&mut self, portion: &Portion) -> Result<Vec<NumberedHouse>, StoreError> {
        let Some(joined) = joined_rows_of!(self, portion, IN_CODES, SINCE)? else { return Ok(Vec::new()) };
        let mut houses = joined.split(ROW).map(numbered).collect::<Result<Vec<_>, _>>()?;
        houses.sort_by(|a, b| a.house.code.cmp(&b.house.code));
        Ok(houses)
    }
}

impl Write {
    pub async fn house(&mut self, code: &HouseCode) -> Result<Option<StoredHouse>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(code.as_str()).fetch_optional(executor).await)?;
        row.map(stored).transpose()
    }

    /// Those of the codes that are known.
    pub async fn houses_named(&mut self, codes: &[&HouseCode]) -> Result<HashMap<String, StoredHouse>, StoreError> {
        let mut found = HashMap::with_capacity(codes.len());
        for chunk in codes.chunks(CHUNK) {
            let codes: Vec<&str> = chunk.iter().map(|code| code.as_str()).collect();
            let rows: Vec<Row> = match &mut self.tx {
                Tx::Sqlite(tx) => sqlx::query_as(SOME_SQLITE).bind(serde_json::json!(codes).to_string()).fetch_all(&mut **tx).await?,
                Tx::Postgres(tx) => sqlx::query_as(SOME_POSTGRES).bind(codes).fetch_all(&mut **tx).await?,
            };
            for row in rows {
                let house = stored(row)?;
                found.insert(house.record.house.code.as_str().to_owned(), house);
            }
        }
        Ok(found)
    }

    /// Those of which no area is known, in order of code.
    pub async fn houses_without_area(&mut self) -> Result<Vec<StoredHouse>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(WITHOUT_AREA).fetch_all(executor).await)?;
        rows.into_iter().map(stored).collect()
    }

    /// Adds or replaces houses; new ones get the next serials.
    pub async fn put_houses(&mut self, houses: &[HouseRecord]) -> Result<(), StoreError> {
        let last: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(LAST_SERIAL).fetch_one(executor).await)?;
        let revision = self.revision();
        let mut rows = houses.iter().zip(last + 1..).map(|(record, serial)| {
            let house = &record.house;
            vec![
                Value::Text(house.code.as_str().to_owned()),
                // An existing house keeps its own: the update leaves the serial alone.
                Value::Whole(serial),
                Value::Real(house.place.lon()),
                Value::Real(house.place.lat()),
                Value::Text(house.kind.as_str().to_owned()),
                Value::Text(house.address.clone()),
                Value::Text(house.door_plate.clone()),
                Value::Text(house.area_code.clone()),
                Value::MaybeText(house.since.map(|day| day.to_string())),
                Value::Text(record.datum.as_str().to_owned()),
                Value::Real(record.source_lon),
                Value::Real(record.source_lat),
                Value::Whole(revision),
            ]
        });
        self.insert_many("houses", &COLUMNS, UPSERT, &mut rows).await
    }

    /// Says that something about the house changed, so that every process reads it anew.
    pub async fn stamp_house(&mut self, code: &HouseCode) -> Result<(), StoreError> {
        self.stamp_houses(&[code.as_str()]).await
    }

    /// The same of several houses.
    pub async fn stamp_houses(&mut self, codes: &[&str]) -> Result<(), StoreError> {
        let revision = self.revision();
        match &mut self.tx {
            Tx::Sqlite(tx) => sqlx::query(STAMP_SQLITE).bind(revision).bind(serde_json::json!(codes).to_string()).execute(&mut **tx).await.map(|_| ())?,
            Tx::Postgres(tx) => sqlx::query(STAMP_POSTGRES).bind(revision).bind(codes).execute(&mut **tx).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Takes a house away that nothing was recorded about; `false` when something was.
    pub async fn remove_house(&mut self, code: &str) -> Result<bool, StoreError> {
        let records: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(HAS_RECORDS).bind(code).fetch_one(executor).await)?;
        if records > 0 {
            return Ok(false);
        }
        let revision = self.revision();
        writing!(&mut self.tx, |executor| sqlx::query(REMOVE).bind(code).execute(executor).await.map(|_| ()))?;
        writing!(&mut self.tx, |executor| sqlx::query(NOTE_REMOVED).bind(code).bind(revision).execute(executor).await.map(|_| ()))?;
        Ok(true)
    }
}

fn stored(row: Row) -> Result<StoredHouse, StoreError> {
    let (code, serial, lon, lat, kind, address, door_plate, area_code, since, datum, source_lon, source_lat) = row;
    let damaged = |what: String| StoreError::Damaged(format!("house {code}: {what}"));
    let house = House {
        place: LonLat::new(lon, lat).map_err(|error| damaged(error.to_string()))?,
        kind: kind.parse::<HouseKind>().map_err(|error| damaged(error.to_string()))?,
        code: HouseCode::new(&code).map_err(|error| damaged(error.to_string()))?,
        since: since.map(|day| day.parse()).transpose().map_err(|error: BadDay| damaged(error.to_string()))?,
        address,
        door_plate,
        area_code,
    };
    let datum = datum.parse().map_err(|error: crate::earth::UnknownDatum| damaged(error.to_string()))?;
    Ok(StoredHouse { serial, record: HouseRecord { house, datum, source_lon, source_lat } })
}

fn numbered(row: &str) -> Result<NumberedHouse, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("a house as read: {what}"));
    let [lon, lat, serial, code, kind, since, area_code, door_plate, address] = fields(row).ok_or_else(|| damaged(row.to_owned()))?;
    let damaged = |what: String| damaged(format!("{code}: {what}"));
    let degrees = |text: &str| text.parse::<f64>().map_err(|_| damaged(format!("the degrees {text}")));
    let house = House {
        place: LonLat::new(degrees(lon)?, degrees(lat)?).map_err(|error| damaged(error.to_string()))?,
        kind: kind.parse::<HouseKind>().map_err(|error| damaged(error.to_string()))?,
        code: HouseCode::new(code).map_err(|error| damaged(error.to_string()))?,
        since: Some(since).filter(|day| !day.is_empty()).map(str::parse).transpose().map_err(|error: BadDay| damaged(error.to_string()))?,
        address: address.to_owned(),
        door_plate: door_plate.to_owned(),
        area_code: area_code.to_owned(),
    };
    Ok(NumberedHouse { serial: serial.parse().map_err(|_| damaged(format!("the serial {serial}")))?, house })
}

/// A house record as kept for undoing an import.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptHouse {
    lon: f64,
    lat: f64,
    kind: HouseKind,
    address: String,
    door_plate: String,
    area_code: String,
    #[serde(default)]
    since: Option<Day>,
    datum: Datum,
    source_lon: f64,
    source_lat: f64,
}

impl KeptHouse {
    pub fn of(record: &HouseRecord) -> Self {
        let house = &record.house;
        Self {
            lon: house.place.lon(),
            lat: house.place.lat(),
            kind: house.kind,
            address: house.address.clone(),
            door_plate: house.door_plate.clone(),
            area_code: house.area_code.clone(),
            since: house.since,
            datum: record.datum,
            source_lon: record.source_lon,
            source_lat: record.source_lat,
        }
    }

    pub fn into_record(self, code: &str) -> Result<HouseRecord, StoreError> {
        let damaged = |what: String| StoreError::Damaged(format!("house {code} before an import: {what}"));
        let house = House {
            code: HouseCode::new(code).map_err(|error| damaged(error.to_string()))?,
            place: LonLat::new(self.lon, self.lat).map_err(|error| damaged(error.to_string()))?,
            kind: self.kind,
            address: self.address,
            door_plate: self.door_plate,
            area_code: self.area_code,
            since: self.since,
        };
        Ok(HouseRecord { house, datum: self.datum, source_lon: self.source_lon, source_lat: self.source_lat })
    }
}
