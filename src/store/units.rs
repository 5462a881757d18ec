//! Businesses and organisations. Their names may be those of natural persons, so they too are answered only within a scope.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{Tx, reading, writing},
};
use crate::domain::{
    credit_code::CreditCode,
    day::{BadDay, Day},
    house::HouseCode,
    scope::Scope,
    unit::Unit,
};

/// A unit as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRecord {
    pub id: String,
    pub house_code: String,
    pub unit: Unit,
    pub from: Option<Day>,
    /// The day of moving out; `None` while it is there.
    pub to: Option<Day>,
}

type Row = (String, String, String, String, Option<String>, Option<i64>, Option<String>, Option<String>);

const COLUMNS: [&str; 11] = ["id", "house_code", "name", "kind", "credit_code", "staff", "from_day", "to_day", "import_id", "recorded_by", "recorded_at_ms"];
const OF_HOUSE: &str = "select id, house_code, name, kind, credit_code, staff, from_day, to_day from units
    where house_code = $1 and (from_day is null or from_day <= $2) and (to_day is null or to_day > $2) order by name, id limit $3";
const OF_HOUSES_SQLITE: &str = "select id, house_code, name, kind, credit_code, staff, from_day, to_day from units
    where house_code in (select value from json_each($1)) order by house_code, id";
const OF_HOUSES_POSTGRES: &str = "select id, house_code, name, kind, credit_code, staff, from_day, to_day from units
    where house_code = any($1) order by house_code, id";
const UPSERT: &str = "on conflict (id) do update set name = excluded.name, kind = excluded.kind, credit_code = excluded.credit_code,
    staff = excluded.staff, from_day = excluded.from_day, to_day = excluded.to_day";
const NAMES: &str = "select name, house_code from units
    where (from_day is null or from_day <= $1) and (to_day is null or to_day > $1) order by name, id";
const REMOVE: &str = "delete from units where import_id = $1";
const CHUNK: usize = 5_000;

impl Store {
    /// The names of all units that are there on a day, each with the code of its house, in order of name.
    pub async fn unit_names(&self, day: Day) -> Result<Vec<(String, String)>, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_as(NAMES).bind(day.to_string()).fetch_all(executor).await)?)
    }

    /// The units at a house on a day, by name, at most so many. `None` when there is no such house within the scope.
    pub async fn units_on(&self, scope: &Scope, code: &HouseCode, day: Day, limit: i64) -> Result<Option<Vec<UnitRecord>>, StoreError> {
        if !self.has_within(scope, code).await? {
            return Ok(None);
        }
        let rows: Vec<Row> =
            reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).bind(day.to_string()).bind(limit).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect::<Result<_, _>>().map(Some)
    }
}

impl Write {
    /// All units of some houses, which were found within a scope.
    pub async fn units_of_houses(&mut self, codes: &[&str]) -> Result<Vec<UnitRecord>, StoreError> {
        let mut units = Vec::new();
        for chunk in codes.chunks(CHUNK) {
            let rows: Vec<Row> = match &mut self.tx {
                Tx::Sqlite(tx) => sqlx::query_as(OF_HOUSES_SQLITE).bind(serde_json::json!(chunk).to_string()).fetch_all(&mut **tx).await?,
                Tx::Postgres(tx) => sqlx::query_as(OF_HOUSES_POSTGRES).bind(chunk).fetch_all(&mut **tx).await?,
            };
            units.extend(rows.into_iter().map(record).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(units)
    }

    /// Adds units of houses that are there, or replaces what is known of them.
    pub async fn put_units(&mut self, units: &[UnitRecord], import_id: Option<&str>, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        let mut rows = units.iter().map(|record| {
            let unit = &record.unit;
            vec![
                Value::Text(record.id.clone()),
                Value::Text(record.house_code.clone()),
                Value::Text(unit.name.clone()),
                Value::Text(unit.kind.clone()),
                Value::MaybeText(unit.credit_code.as_ref().map(|code| code.as_str().to_owned())),
                Value::MaybeWhole(unit.staff.map(i64::from)),
                Value::MaybeText(record.from.map(|day| day.to_string())),
                Value::MaybeText(record.to.map(|day| day.to_string())),
                Value::MaybeText(import_id.map(str::to_owned)),
                Value::Text(by.to_owned()),
                Value::Whole(at_ms),
            ]
        });
        self.insert_many("units", &COLUMNS, UPSERT, &mut rows).await
    }

    /// Takes away the units that an import brought.
    pub async fn remove_units(&mut self, import_id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(REMOVE).bind(import_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn record(row: Row) -> Result<UnitRecord, StoreError> {
    let (id, house_code, name, kind, credit_code, staff, from, to) = row;
    let damaged = |what: &str| StoreError::Damaged(format!("unit {id}: {what}"));
    let day = |text: Option<String>| text.map(|text| text.parse()).transpose().map_err(|_: BadDay| damaged("a day"));
    let credit_code = credit_code.map(|code| CreditCode::parse(&code)).transpose().map_err(|bad| damaged(&bad.to_string()))?;
    let staff = staff.map(u32::try_from).transpose().map_err(|_| damaged("its staff"))?;
    Ok(UnitRecord { unit: Unit { name, kind, credit_code, staff }, from: day(from)?, to: day(to)?, id, house_code })
}
