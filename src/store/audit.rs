//! The audit: who did what, kept for good.

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};

/// What is noted of a write. It holds codes and counts, never a person's data.
#[derive(Clone, Debug)]
pub struct Audit<'a> {
    pub who: &'a str,
    pub role: &'a str,
    /// A verb: `record_event`, `import`, `undo_import` …
    pub action: &'a str,
    /// What it was done to: a code or an id.
    pub subject: &'a str,
    pub detail: serde_json::Value,
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct AuditRow {
    pub serial: i64,
    pub at_ms: i64,
    pub who: String,
    pub role: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
    pub revision: i64,
}

const ADD: &str = "insert into audit (serial, at_ms, who, role, action, subject, detail, revision)
    select coalesce(max(serial), 0) + 1, $1, $2, $3, $4, $5, $6, $7 from audit";
const LATEST: &str = "select serial, at_ms, who, role, action, subject, detail, revision from audit order by serial desc limit $1";

const SINCE: &str = "select count(*), min(at_ms) from audit where who = $1 and at_ms > $2 and (action = $3 or action = $4)";

impl Write {
    /// How often somebody did one of two things after a moment, and when first.
    pub async fn done_since(&mut self, who: &str, actions: [&str; 2], after_ms: i64) -> Result<(i64, Option<i64>), StoreError> {
        let [one, other] = actions;
        Ok(writing!(&mut self.tx, |executor| sqlx::query_as(SINCE).bind(who).bind(after_ms).bind(one).bind(other).fetch_one(executor).await)?)
    }

    pub(super) async fn add_audit(&mut self, audit: Audit<'_>) -> Result<(), StoreError> {
        let (at_ms, revision) = (self.at_ms(), self.revision());
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(at_ms)
            .bind(audit.who)
            .bind(audit.role)
            .bind(audit.action)
            .bind(audit.subject)
            .bind(audit.detail.to_string())
            .bind(revision)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}

impl Store {
    /// The latest rows, newest first.
    pub async fn latest_audit(&self, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        type Row = (i64, i64, String, String, String, String, String, i64);
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(LATEST).bind(limit).fetch_all(executor).await)?;
        Ok(rows
            .into_iter()
            .map(|(serial, at_ms, who, role, action, subject, detail, revision)| AuditRow { serial, at_ms, who, role, action, subject, detail, revision })
            .collect())
    }
}
