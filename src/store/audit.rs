//! The audit: who did what, kept for good.

use super::{
    Store, StoreError, Write,
    bulk::Value,
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

const LAST: &str = "select coalesce(max(serial), 0) from audit";
const COLUMNS: [&str; 8] = ["serial", "at_ms", "who", "role", "action", "subject", "detail", "revision"];
const LATEST: &str = "select serial, at_ms, who, role, action, subject, detail, revision from audit order by serial desc limit $1";

impl Write {
    pub(super) async fn add_audits(&mut self, audits: &[Audit<'_>]) -> Result<(), StoreError> {
        let (at_ms, revision) = (self.at_ms(), self.revision());
        let last: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(LAST).fetch_one(executor).await)?;
        let mut rows = audits.iter().zip(last + 1..).map(|(audit, serial)| {
            vec![
                Value::Whole(serial),
                Value::Whole(at_ms),
                Value::Text(audit.who.to_owned()),
                Value::Text(audit.role.to_owned()),
                Value::Text(audit.action.to_owned()),
                Value::Text(audit.subject.to_owned()),
                Value::Text(audit.detail.to_string()),
                Value::Whole(revision),
            ]
        });
        self.insert_many("audit", &COLUMNS, "", &mut rows).await
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
