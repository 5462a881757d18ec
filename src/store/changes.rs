//! What was committed since a revision: how a process hears of the writes of others.

use super::{
    Reading, Store, StoreError,
    database::{reading, writing},
};

/// What must be read anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The newest revision.
    pub revision: i64,
    /// Whether other units are there.
    pub units: bool,
    pub what: Change,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Nothing,
    /// So many houses stamped later than the given revision; the removed codes are gone.
    Houses {
        changed: usize,
        removed: Vec<String>,
    },
    All,
}

const NEWEST: &str = "select max(number) from revisions";
// One statement: each is handed from one thread to another and back, which costs more than the counting.
const COUNTS: &str = "select (select max(number) from revisions), (select count(*) from revisions where number > $1 and scope = 'all'),
    (select count(*) from houses where revision > $1), (select count(*) from removed_houses where revision > $1),
    (select count(*) from revisions where number > $1 and scope = 'units')";
const REMOVED: &str = "select code from removed_houses where revision > $1
    and code not in (select code from houses) order by code";
const HISTORY: &str = "select r.number || ' ' || r.at_ms || ' ' || a.serial || ' ' || a.action || ' ' || a.subject
    from revisions r join audit a on a.revision = r.number where r.number in (1, $1) order by r.number";

impl Store {
    pub async fn revision(&self) -> Result<i64, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_scalar(NEWEST).fetch_one(executor).await)?)
    }
}

impl Reading {
    pub async fn revision(&mut self) -> Result<i64, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(NEWEST).fetch_one(executor).await)?)
    }

    pub async fn changes_since(&mut self, revision: i64) -> Result<Changes, StoreError> {
        let counts: (i64, i64, i64, i64, i64) = writing!(&mut self.tx, |executor| sqlx::query_as(COUNTS).bind(revision).fetch_one(executor).await)?;
        let (newest, wide, changed, removed, units) = counts;
        let what = match (newest == revision, wide > 0) {
            (true, _) => Change::Nothing,
            (_, true) => Change::All,
            _ => {
                let removed = match removed {
                    0 => Vec::new(),
                    _ => writing!(&mut self.tx, |executor| sqlx::query_scalar(REMOVED).bind(revision).fetch_all(executor).await)?,
                };
                Change::Houses { changed: usize::try_from(changed).unwrap_or(0), removed }
            }
        };
        Ok(Changes { revision: newest, units: units > 0, what })
    }

    /// What tells the history up to a revision from every other one: when and by what the site and this revision came to be.
    /// `None` when there is no such revision.
    pub async fn history(&mut self, revision: i64) -> Result<Option<String>, StoreError> {
        let moments: Vec<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(HISTORY).bind(revision).fetch_all(executor).await)?;
        Ok((moments.len() == if revision == 1 { 1 } else { 2 }).then(|| moments.join("; ")))
    }
}
