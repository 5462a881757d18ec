//! Versions of policies, kept for good, and the days from which they hold.

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};
use crate::domain::day::Day;

/// A policy version that holds from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEdition {
    pub valid_from: Day,
    pub name: String,
    pub version: i64,
    pub hash: String,
    pub document: String,
    pub activated_by: String,
}

const EDITIONS: &str = "select e.valid_from, p.name, p.version, p.hash, p.document, e.activated_by
    from policy_editions e join policies p on p.name = e.name and p.version = e.version order by e.valid_from";
const BY_HASH: &str = "select name, version from policies where hash = $1";
const ADD: &str = "insert into policies (name, version, hash, document, added_at_ms, added_by)
    select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from policies where name = $1 returning version";
const ACTIVATE: &str = "insert into policy_editions (valid_from, name, version, activated_at_ms, activated_by) values ($1, $2, $3, $4, $5)";

impl Store {
    /// The editions in order of the days from which they hold.
    pub async fn policy_editions(&self) -> Result<Vec<StoredEdition>, StoreError> {
        let rows: Vec<(String, String, i64, String, String, String)> = reading!(&self.database, |executor| sqlx::query_as(EDITIONS).fetch_all(executor).await)?;
        rows.into_iter()
            .map(|(valid_from, name, version, hash, document, activated_by)| {
                let valid_from = valid_from.parse().map_err(|error: crate::domain::day::BadDay| StoreError::Damaged(error.to_string()))?;
                Ok(StoredEdition { valid_from, name, version, hash, document, activated_by })
            })
            .collect()
    }
}

impl Write {
    /// Keeps a policy document; the same document again is the same version. Gives its version.
    pub async fn keep_policy(&mut self, name: &str, hash: &str, document: &str, by: &str) -> Result<i64, StoreError> {
        let known: Option<(String, i64)> = writing!(&mut self.tx, |executor| sqlx::query_as(BY_HASH).bind(hash).fetch_optional(executor).await)?;
        if let Some((_, version)) = known {
            return Ok(version);
        }
        let at_ms = self.at_ms();
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(ADD).bind(name).bind(hash).bind(document).bind(at_ms).bind(by).fetch_one(executor).await)?)
    }

    /// Lets a kept version hold from a day on. A day has one edition: a second one is a conflict.
    pub async fn activate_policy(&mut self, valid_from: Day, name: &str, version: i64, by: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ACTIVATE)
            .bind(valid_from.to_string())
            .bind(name)
            .bind(version)
            .bind(at_ms)
            .bind(by)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}
