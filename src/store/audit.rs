//! The audit: who did what, why and from where, kept for good. Each row carries the link that holds it to all before it.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    chain::Audited,
    database::{Tx, reading, writing},
};
use crate::vault::Link;

/// What is noted of a write, or of a look at personal data. It holds codes and counts, never a person's data.
#[derive(Clone, Debug)]
pub struct Audit<'a> {
    pub who: &'a str,
    pub role: &'a str,
    /// A verb: `record_event`, `import`, `undo_import` …
    pub action: &'a str,
    /// What it was done to: a code or an id.
    pub subject: &'a str,
    /// What more there is to say, such as a stated purpose.
    pub detail: serde_json::Value,
    /// The address it was asked from; empty on the machine itself.
    pub place: &'a str,
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
    pub place: String,
    /// See [`crate::vault::Link`].
    #[serde(skip)]
    pub link: String,
}

/// Which rows somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only rows older than this serial.
    pub before: Option<i64>,
    /// Only of this name, action or subject; all when empty.
    pub who: String,
    pub action: String,
    pub subject: String,
}

type Row = (i64, i64, String, String, String, String, String, i64, String, String);

const COLUMNS: [&str; 10] = ["serial", "at_ms", "who", "role", "action", "subject", "detail", "revision", "place", "link"];
const LAST: &str = "select serial, link from audit order by serial desc limit 1";
const LATEST: &str = "select serial, at_ms, who, role, action, subject, detail, revision, place, link from audit
    where serial < $1 and ($2 = '' or who = $2) and ($3 = '' or action = $3) and ($4 = '' or subject = $4) order by serial desc limit $5";
const AFTER: &str = "select serial, at_ms, who, role, action, subject, detail, revision, place, link from audit
    where serial > $1 order by serial limit $2";
/// Rows read at a time where all are read.
const PAGE: i64 = 5_000;

const SINCE: &str = "select count(*), min(at_ms) from audit where who = $1 and at_ms > $2 and (action = $3 or action = $4 or action = $5)";
const ABOUT: &str = "select serial, at_ms, who, role, action, subject, detail, revision, place, link from audit
    where subject = $1 order by serial desc limit $2";

impl Write {
    /// How often somebody did one of three things after a moment, and when first.
    pub async fn done_since(&mut self, who: &str, actions: [&str; 3], after_ms: i64) -> Result<(i64, Option<i64>), StoreError> {
        let [one, two, three] = actions;
        Ok(writing!(&mut self.tx, |executor| sqlx::query_as(SINCE).bind(who).bind(after_ms).bind(one).bind(two).bind(three).fetch_one(executor).await)?)
    }

    pub(super) async fn add_audits(&mut self, audits: &[Audit<'_>]) -> Result<(), StoreError> {
        let (at_ms, revision) = (self.at_ms(), self.revision());
        let last: Option<(i64, String)> = writing!(&mut self.tx, |executor| sqlx::query_as(LAST).fetch_optional(executor).await)?;
        let (last, link) = last.unwrap_or_default();
        let mut link = if last == self.audited.since {
            self.link_of_what_was_before(last).await?
        } else {
            link.parse().map_err(|_| StoreError::Damaged(format!("the audit's row {last} has no link; see sanshi audit verify")))?
        };
        let mut rows = Vec::with_capacity(audits.len());
        for (audit, serial) in audits.iter().zip(last + 1..) {
            let mut row = AuditRow {
                serial,
                at_ms,
                who: audit.who.to_owned(),
                role: audit.role.to_owned(),
                action: audit.action.to_owned(),
                subject: audit.subject.to_owned(),
                detail: audit.detail.to_string(),
                revision,
                place: audit.place.to_owned(),
                link: String::new(),
            };
            link = self.audited.link(link, &row);
            row.link = link.to_string();
            rows.push(row);
        }
        let mut rows = rows.into_iter().map(|row| {
            let texts = [row.who, row.role, row.action, row.subject, row.detail].map(Value::Text);
            let rest = [row.place, row.link].map(Value::Text);
            [Value::Whole(row.serial), Value::Whole(row.at_ms)].into_iter().chain(texts).chain([Value::Whole(row.revision)]).chain(rest).collect()
        });
        self.insert_many("audit", &COLUMNS, "", &mut rows).await
    }

    /// The link of the last row of those that were there when this key began.
    async fn link_of_what_was_before(&mut self, last: i64) -> Result<Link, StoreError> {
        let (mut link, mut after) = (Link::START, 0);
        while after < last {
            let rows = rows_after(&mut self.tx, after).await?;
            let Some(newest) = rows.last() else { break };
            after = newest.serial;
            link = rows.iter().fold(link, |link, row| self.audited.link(link, row));
        }
        Ok(link)
    }
}

impl Store {
    /// The latest rows, newest first.
    pub async fn latest_audit(&self, query: &AuditQuery, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(LATEST)
            .bind(query.before.unwrap_or(i64::MAX))
            .bind(&query.who)
            .bind(&query.action)
            .bind(&query.subject)
            .bind(limit)
            .fetch_all(executor)
            .await)?;
        Ok(rows.into_iter().map(row_of).collect())
    }

    /// What was done to a subject, newest first, at most so many.
    pub async fn audit_about(&self, subject: &str, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ABOUT).bind(subject).bind(limit).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(row_of).collect())
    }

    /// Calls with every row, oldest first, as of one moment, until `visit` has seen enough.
    pub async fn each_audit(&self, mut visit: impl FnMut(&AuditRow) -> bool) -> Result<(), StoreError> {
        let mut tx = self.database.begin_reading().await?;
        let mut after = 0;
        loop {
            let rows = rows_after(&mut tx, after).await?;
            let Some(newest) = rows.last() else { return Ok(()) };
            after = newest.serial;
            if !rows.iter().all(&mut visit) {
                return Ok(());
            }
        }
    }

    /// Number and link of the newest row; `None` where there is none that this key links.
    pub async fn audit_head(&self) -> Result<Option<(i64, String)>, StoreError> {
        let last: Option<(i64, String)> = reading!(&self.database, |executor| sqlx::query_as(LAST).fetch_optional(executor).await)?;
        Ok(last.filter(|(serial, _)| *serial > self.audited.since))
    }

    /// By what this store's audit is held together.
    #[must_use]
    pub fn audited(&self) -> &Audited {
        &self.audited
    }
}

async fn rows_after(tx: &mut Tx, serial: i64) -> Result<Vec<AuditRow>, StoreError> {
    let rows: Vec<Row> = writing!(tx, |executor| sqlx::query_as(AFTER).bind(serial).bind(PAGE).fetch_all(executor).await)?;
    Ok(rows.into_iter().map(row_of).collect())
}

fn row_of((serial, at_ms, who, role, action, subject, detail, revision, place, link): Row) -> AuditRow {
    AuditRow { serial, at_ms, who, role, action, subject, detail, revision, place, link }
}
