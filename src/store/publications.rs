//! What was public when the record changed, only ever added: a correction never rewrites what was on the door.

use std::collections::HashMap;

use super::{
    Portion, Reading, Store, StoreError, Write,
    bulk::Value,
    database::{Tx, reading},
    reading::rows_of,
};
use crate::domain::{house::HouseCode, publication::Frozen};

type Row = (String, String);

const IN_CODES: &str = "select p.house_code, p.frozen from publications p where p.house_code > $1 and p.house_code <= $2
    and p.revision = (select max(q.revision) from publications q where q.house_code = p.house_code) order by p.house_code";
// Not as a join: SQLite would begin with the publications, all of them.
const SINCE: &str = "select p.house_code, p.frozen from publications p where p.house_code in (select code from houses where revision > $1)
    and p.revision = (select max(q.revision) from publications q where q.house_code = p.house_code) order by p.house_code";
const OF_HOUSE: &str = "select house_code, frozen from publications where house_code = $1 order by revision desc limit 1";
const NAMED_SQLITE: &str = "select p.house_code, p.frozen from publications p where p.house_code in (select value from json_each($1))
    and p.revision = (select max(q.revision) from publications q where q.house_code = p.house_code)";
const NAMED_POSTGRES: &str = "select p.house_code, p.frozen from publications p where p.house_code = any($1)
    and p.revision = (select max(q.revision) from publications q where q.house_code = p.house_code)";

impl Store {
    pub async fn frozen_of(&self, code: &HouseCode) -> Result<Option<Frozen>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_optional(executor).await)?;
        row.map(|row| frozen(row).map(|(_, frozen)| frozen)).transpose()
    }
}

impl Reading {
    /// The newest frozen states of these houses, by house code.
    pub async fn frozen_of_houses(&mut self, codes: &[&str]) -> Result<HashMap<String, Frozen>, StoreError> {
        of_houses(&mut self.tx, codes).await
    }

    /// The newest frozen states of houses, in order of house.
    pub async fn frozen(&mut self, portion: &Portion) -> Result<Vec<(String, Frozen)>, StoreError> {
        let rows: Vec<Row> = rows_of!(self, portion, IN_CODES, SINCE)?;
        rows.into_iter().map(frozen).collect()
    }
}

impl Write {
    /// The newest frozen states of these houses, by house code.
    pub async fn frozen_of_houses(&mut self, codes: &[&str]) -> Result<HashMap<String, Frozen>, StoreError> {
        of_houses(&mut self.tx, codes).await
    }

    /// Keeps what was public of houses before this write changes their record.
    pub async fn keep_published(&mut self, states: &[(String, Frozen)]) -> Result<(), StoreError> {
        let revision = self.revision();
        let mut rows = states.iter().map(|(code, frozen)| {
            vec![Value::Text(code.clone()), Value::Whole(revision), Value::Text(frozen.day.to_string()), Value::Text(serde_json::json!(frozen).to_string())]
        });
        self.insert_many("publications", &["house_code", "revision", "day", "frozen"], "", &mut rows).await
    }
}

async fn of_houses(tx: &mut Tx, codes: &[&str]) -> Result<HashMap<String, Frozen>, StoreError> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(5_000) {
        let rows: Vec<Row> = match tx {
            Tx::Sqlite(tx) => sqlx::query_as(NAMED_SQLITE).bind(serde_json::json!(chunk).to_string()).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as(NAMED_POSTGRES).bind(chunk).fetch_all(&mut **tx).await?,
        };
        for row in rows {
            let (code, frozen) = frozen(row)?;
            found.insert(code, frozen);
        }
    }
    Ok(found)
}

fn frozen((code, text): Row) -> Result<(String, Frozen), StoreError> {
    let frozen = serde_json::from_str(&text).map_err(|error| StoreError::Damaged(format!("publication of {code}: {error}")))?;
    Ok((code, frozen))
}
