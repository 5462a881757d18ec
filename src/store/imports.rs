//! Imports: which file brought what, and how to take it back.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
    houses::{HouseRecord, KeptHouse, StoredHouse},
};

/// An import about to be noted.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    pub id: &'a str,
    /// `houses`, `events`, `areas` or `base`.
    pub what: &'a str,
    pub file_name: &'a str,
    pub file_hash: &'a str,
    pub encoding: &'a str,
    pub datum: &'a str,
    pub by: &'a str,
    pub rows: i64,
    pub added: i64,
    pub changed: i64,
    pub same: i64,
    pub faulty: i64,
}

/// An import as noted.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ImportRecord {
    pub id: String,
    pub what: String,
    pub file: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    pub by: String,
    pub rows: i64,
    pub new: i64,
    pub changed: i64,
    pub same: i64,
    pub faulty: i64,
    pub undone_at_ms: Option<i64>,
}

type Row = (String, String, String, i64, String, i64, i64, i64, i64, i64, Option<i64>);

const ADD: &str = "insert into imports (id, what, file_name, file_hash, encoding, datum, at_ms, by_whom, rows_read, added, changed, same, faulty)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const LATEST: &str = "select id, what, file_name, at_ms, by_whom, rows_read, added, changed, same, faulty, undone_at_ms
    from imports order by id desc limit $1";
const ONE: &str = "select id, what, file_name, at_ms, by_whom, rows_read, added, changed, same, faulty, undone_at_ms from imports where id = $1";
const UNDO: &str = "update imports set undone_at_ms = $1, undone_by = $2 where id = $3";
const CHANGED_SINCE: &str = "select count(*) from import_houses a join import_houses b on b.house_code = a.house_code and b.import_id > a.import_id
    join imports i on i.id = b.import_id and i.undone_at_ms is null where a.import_id = $1";
const KEPT: &str = "select house_code, before from import_houses where import_id = $1 order by house_code";

impl Store {
    /// The latest imports, newest first.
    pub async fn latest_imports(&self, limit: i64) -> Result<Vec<ImportRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(LATEST).bind(limit).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(import).collect())
    }
}

impl Write {
    pub async fn note_import(&mut self, new: &NewImport<'_>) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(new.id)
            .bind(new.what)
            .bind(new.file_name)
            .bind(new.file_hash)
            .bind(new.encoding)
            .bind(new.datum)
            .bind(at_ms)
            .bind(new.by)
            .bind(new.rows)
            .bind(new.added)
            .bind(new.changed)
            .bind(new.same)
            .bind(new.faulty)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Keeps what an import of houses replaces: the house as it was, or nothing for a new one.
    pub async fn keep_before<'a>(
        &mut self,
        import_id: &str,
        houses: impl Iterator<Item = (&'a HouseRecord, Option<&'a StoredHouse>)> + Send,
    ) -> Result<(), StoreError> {
        let mut rows = houses.map(|(record, before)| {
            vec![
                Value::Text(import_id.to_owned()),
                Value::Text(record.house.code.as_str().to_owned()),
                Value::MaybeText(before.map(|before| serde_json::json!(KeptHouse::of(&before.record)).to_string())),
            ]
        });
        self.insert_many("import_houses", &["import_id", "house_code", "before"], "", &mut rows).await
    }

    pub async fn import(&mut self, id: &str) -> Result<Option<ImportRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(import))
    }

    /// How many houses of an import a later import, still standing, changed again.
    pub async fn changed_again(&mut self, id: &str) -> Result<i64, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(CHANGED_SINCE).bind(id).fetch_one(executor).await)?)
    }

    /// The houses of an import as they were before: code, and the record or nothing for a new one.
    pub async fn kept_before(&mut self, id: &str) -> Result<Vec<(String, Option<HouseRecord>)>, StoreError> {
        let rows: Vec<(String, Option<String>)> = writing!(&mut self.tx, |executor| sqlx::query_as(KEPT).bind(id).fetch_all(executor).await)?;
        rows.into_iter()
            .map(|(code, before)| {
                let record = before
                    .map(|text| {
                        serde_json::from_str::<KeptHouse>(&text).map_err(|error| StoreError::Damaged(format!("house {code} before an import: {error}")))
                    })
                    .transpose()?
                    .map(|kept| kept.into_record(&code))
                    .transpose()?;
                Ok((code, record))
            })
            .collect()
    }

    pub async fn note_undone(&mut self, id: &str, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(UNDO).bind(at_ms).bind(by).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn import(row: Row) -> ImportRecord {
    let (id, what, file, at_ms, by, rows, new, changed, same, faulty, undone_at_ms) = row;
    ImportRecord { id, what, file, at_ms, by, rows, new, changed, same, faulty, undone_at_ms }
}
