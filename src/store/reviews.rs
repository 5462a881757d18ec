//! Owners' requests to look at something again.

use super::{
    Store, StoreError, Write,
    database::{Database, reading, writing},
};
use crate::domain::house::HouseCode;

/// A review as it stands in the record. Days as YYYY-MM-DD.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ReviewRecord {
    pub id: String,
    pub house_code: String,
    /// What is contested: an observation …
    pub event_id: Option<String>,
    /// … or a confirmed tier.
    pub confirmation_id: Option<String>,
    pub statement: String,
    pub asked: String,
    pub due: String,
    pub recorded_by: String,
    pub decided: Option<String>,
    pub decided_by: Option<String>,
    pub upheld: Option<bool>,
    pub reason: Option<String>,
}

type Row = (String, String, Option<String>, Option<String>, String, String, String, String, Option<String>, Option<String>, Option<i64>, Option<String>);

const ADD: &str = "insert into reviews (id, house_code, event_id, confirmation_id, statement, asked, due, recorded_by, at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OF_HOUSE: &str = "select id, house_code, event_id, confirmation_id, statement, asked, due, recorded_by, decided, decided_by, upheld, reason
    from reviews where house_code = $1 order by at_ms, id";
const ONE: &str = "select id, house_code, event_id, confirmation_id, statement, asked, due, recorded_by, decided, decided_by, upheld, reason
    from reviews where id = $1";
const OPEN_SQLITE: &str = "select r.id, r.house_code, r.event_id, r.confirmation_id, r.statement, r.asked, r.due, r.recorded_by, r.decided, r.decided_by,
    r.upheld, r.reason from reviews r join houses h on h.code = r.house_code
    where r.decided is null and ($1 is null or h.area_code in (select value from json_each($1))) order by r.due, r.id limit $2";
const OPEN_POSTGRES: &str = "select r.id, r.house_code, r.event_id, r.confirmation_id, r.statement, r.asked, r.due, r.recorded_by, r.decided, r.decided_by,
    r.upheld, r.reason from reviews r join houses h on h.code = r.house_code
    where r.decided is null and ($1 is null or h.area_code = any($1)) order by r.due, r.id limit $2";
const DECIDE: &str = "update reviews set decided = $1, decided_by = $2, upheld = $3, reason = $4 where id = $5";

impl Store {
    pub async fn reviews_of(&self, code: &HouseCode) -> Result<Vec<ReviewRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(record).collect())
    }

    /// Reviews not decided yet, of these areas (`None`: of all), those due first before the others.
    pub async fn open_reviews(&self, areas: Option<&[String]>, limit: i64) -> Result<Vec<ReviewRecord>, StoreError> {
        let rows: Vec<Row> = match &self.database {
            Database::Sqlite { read, .. } => {
                sqlx::query_as(OPEN_SQLITE).bind(areas.map(|areas| serde_json::json!(areas).to_string())).bind(limit).fetch_all(read).await?
            }
            Database::Postgres(pool) => sqlx::query_as(OPEN_POSTGRES).bind(areas).bind(limit).fetch_all(pool).await?,
        };
        Ok(rows.into_iter().map(record).collect())
    }
}

impl Write {
    pub async fn review(&mut self, id: &str) -> Result<Option<ReviewRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(record))
    }

    pub async fn reviews_of(&mut self, code: &HouseCode) -> Result<Vec<ReviewRecord>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(record).collect())
    }

    pub async fn add_review(&mut self, new: &ReviewRecord) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.id)
            .bind(&new.house_code)
            .bind(&new.event_id)
            .bind(&new.confirmation_id)
            .bind(&new.statement)
            .bind(&new.asked)
            .bind(&new.due)
            .bind(&new.recorded_by)
            .bind(at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    pub async fn decide_review(&mut self, id: &str, day: &str, by: &str, upheld: bool, reason: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(DECIDE)
            .bind(day)
            .bind(by)
            .bind(i64::from(upheld))
            .bind(reason)
            .bind(id)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}

fn record(row: Row) -> ReviewRecord {
    let (id, house_code, event_id, confirmation_id, statement, asked, due, recorded_by, decided, decided_by, upheld, reason) = row;
    let upheld = upheld.map(|upheld| upheld != 0);
    ReviewRecord { id, house_code, event_id, confirmation_id, statement, asked, due, recorded_by, decided, decided_by, upheld, reason }
}
