//! How the rows of the audit hold together, and how to see that they do.
//!
//! Row n carries link n = keyed hash(link n-1, row n). Without the key nobody can change a row, put one in, take one out or move one so that the
//! links fit again. That rows at the end are missing, or that somebody with the key wrote everything anew, is seen by checkpoints: the
//! number and link of a row, signed, and kept in another place.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

use jiff::Timestamp;

use super::{
    AuditRow, StoreError,
    database::{Database, reading},
};
use crate::vault::{Keys, Link};

/// By what an audit is held together.
#[derive(Clone, Debug)]
pub struct Audited {
    pub(super) keys: Arc<Keys>,
    /// The number of the last row that was there when this key began; such rows are held as they were then.
    pub(super) since: i64,
}

impl Audited {
    pub(super) fn link(&self, before: Link, row: &AuditRow) -> Link {
        let earlier = if row.serial <= self.since { row.link.as_str() } else { "" };
        let words = (row.serial, row.at_ms, &row.who, &row.role, &row.action, &row.subject, &row.detail, row.revision, &row.place, earlier);
        // Texts and numbers always have a JSON.
        self.keys.link(before, &serde_json::to_vec(&words).unwrap_or_default())
    }

    pub(super) fn settings(&self) -> [(&'static str, String); 2] {
        // With a link of its own: otherwise whoever can write the database could say that all rows are older than the key.
        let since = format!("{} {}", self.since, self.keys.link(Link::START, format!("since {}", self.since).as_bytes()));
        // First: whoever finds a key finds it, too.
        [(SINCE, since), (KEY, self.keys.oldest_id().to_string())]
    }

    /// By which anybody can check the checkpoints' signatures (Ed25519), in hexadecimal.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.keys.public_key()
    }

    /// A signed note of how far the audit has come.
    #[must_use]
    pub fn checkpoint(&self, serial: i64, link: &str, at_ms: i64) -> Checkpoint {
        let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
        let mut checkpoint = Checkpoint { serial, link: link.to_owned(), at, signature: String::new() };
        checkpoint.signature = self.keys.sign(&checkpoint.text());
        checkpoint
    }
}

const KEY: &str = "audit_key";
const SINCE: &str = "audit_since";
const SETTINGS: &str = "select key, value from site where key in ('audit_key', 'audit_since') order by key";
const BEGIN: &str = "insert into site (key, value) values ($1, $2) on conflict (key) do nothing";
const LAST: &str = "select coalesce(max(serial), 0) from audit";

/// The id of the key that holds the audit together.
pub(super) async fn key_of(database: &Database) -> Result<Option<String>, StoreError> {
    Ok(settings(database).await?.remove(KEY))
}

/// The audit under a key: the one it was begun with, or the first one.
pub(super) async fn begun(database: &Database, keys: Arc<Keys>) -> Result<Audited, StoreError> {
    if key_of(database).await?.is_none() {
        for (key, value) in begun_anew(database, Arc::clone(&keys)).await?.settings() {
            match database {
                Database::Sqlite { write, .. } => sqlx::query(BEGIN).bind(key).bind(value).execute(write).await.map(|_| ())?,
                Database::Postgres(pool) => sqlx::query(BEGIN).bind(key).bind(value).execute(pool).await.map(|_| ())?,
            }
        }
    }
    // Read again: another process may have begun at the same moment.
    let settings = settings(database).await?;
    let text = |key: &str| settings.get(key).map(String::as_str).unwrap_or_default();
    if text(KEY) != keys.oldest_id().to_string() {
        return Err(StoreError::Incompatible(format!(
            "the audit of this database is held together by the key {}, not by {}: put the site's audit.key into the data folder; if it is lost, `sanshi audit begin` goes on with a new one",
            text(KEY),
            keys.oldest_id()
        )));
    }
    let since = text(SINCE).split_once(' ').and_then(|(number, _)| number.parse().ok());
    let audited = since.map(|since| Audited { keys, since });
    let proven = audited.filter(|audited| audited.settings().contains(&(SINCE, text(SINCE).to_owned())));
    proven.ok_or_else(|| StoreError::Damaged(format!("the setting {SINCE}, which rows are older than the audit's key, is not what was written")))
}

/// The audit under a key that begins now.
pub(super) async fn begun_anew(database: &Database, keys: Arc<Keys>) -> Result<Audited, StoreError> {
    let since = reading!(database, |executor| sqlx::query_scalar(LAST).fetch_one(executor).await)?;
    Ok(Audited { keys, since })
}

async fn settings(database: &Database) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = reading!(database, |executor| sqlx::query_as(SETTINGS).fetch_all(executor).await)?;
    Ok(rows.into_iter().collect())
}

/// The number and link of a row, signed. As text: `sanshi-audit-1 NUMBER LINK TIME SIGNATURE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub serial: i64,
    link: String,
    at: Timestamp,
    signature: String,
}

const MARK: &str = "sanshi-audit-1";

impl Checkpoint {
    fn text(&self) -> String {
        format!("{MARK} {} {} {}", self.serial, self.link, self.at)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.text(), self.signature)
    }
}

/// A line that is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected \"sanshi-audit-1 NUMBER LINK TIME SIGNATURE\"")]
pub struct NoCheckpoint;

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;

    fn from_str(line: &str) -> Result<Self, NoCheckpoint> {
        let mut words = line.split_ascii_whitespace();
        let mut next = || words.next().ok_or(NoCheckpoint);
        if next()? != MARK {
            return Err(NoCheckpoint);
        }
        let serial = next()?.parse().map_err(|_| NoCheckpoint)?;
        let link = next()?.parse::<Link>().map_err(|_| NoCheckpoint)?.to_string();
        let at = next()?.parse().map_err(|_| NoCheckpoint)?;
        let signature = next()?.to_owned();
        if words.next().is_some() { Err(NoCheckpoint) } else { Ok(Self { serial, link, at, signature }) }
    }
}

/// What is wrong with an audit: the first row, or the checkpoint, that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("row {0} is missing")]
    Missing(i64),
    #[error("row {0} stands where no row can be")]
    Misplaced(i64),
    /// Changed, put in, moved, or written without the key.
    #[error("row {0} is not what was written, or does not follow the row before it")]
    Changed(i64),
    #[error("row {0} has another link than its checkpoint says: the audit was written anew")]
    Rewritten(i64),
    #[error("a checkpoint says that there were {checkpoint} rows; there are {rows}: the end was cut off")]
    CutOff { checkpoint: i64, rows: i64 },
    #[error("checkpoint {0} was not signed with the audit's key")]
    Unsigned(usize),
}

/// Follows an audit row by row, oldest first.
#[derive(Debug)]
pub struct Verifier<'a> {
    audited: &'a Audited,
    checkpoints: BTreeMap<i64, Vec<String>>,
    last: i64,
    link: Link,
    broken: Option<Broken>,
}

/// What was found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub rows: i64,
    /// So many of them were there before the key began.
    pub before: i64,
    /// The newest row that a checkpoint holds; 0 without any.
    pub held: i64,
}

impl<'a> Verifier<'a> {
    #[must_use]
    pub fn new(audited: &'a Audited, checkpoints: &[Checkpoint]) -> Self {
        let unsigned = checkpoints.iter().position(|checkpoint| !audited.keys.has_signed(&checkpoint.text(), &checkpoint.signature));
        let mut by_serial: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for checkpoint in checkpoints {
            by_serial.entry(checkpoint.serial).or_default().push(checkpoint.link.clone());
        }
        Self { audited, checkpoints: by_serial, last: 0, link: Link::START, broken: unsigned.map(|at| Broken::Unsigned(at + 1)) }
    }

    /// Takes the next row; `false` when nothing further needs to be seen.
    pub fn row(&mut self, row: &AuditRow) -> bool {
        if self.broken.is_some() {
            return false;
        }
        self.link = self.audited.link(self.link, row);
        let link = self.link.to_string();
        let wanted = self.last + 1;
        self.broken = if row.serial < wanted {
            Some(Broken::Misplaced(row.serial))
        } else if row.serial > wanted {
            Some(Broken::Missing(wanted))
        } else if row.serial > self.audited.since && row.link != link {
            Some(Broken::Changed(row.serial))
        } else if self.checkpoints.get(&row.serial).is_some_and(|links| links.iter().any(|known| *known != link)) {
            Some(Broken::Rewritten(row.serial))
        } else {
            None
        };
        self.last = row.serial;
        self.broken.is_none()
    }

    pub fn finish(self) -> Result<Verified, Broken> {
        let held = self.checkpoints.keys().next_back().copied().unwrap_or(0);
        match self.broken {
            Some(broken) => Err(broken),
            None if self.last < self.audited.since => Err(Broken::CutOff { checkpoint: self.audited.since, rows: self.last }),
            None if self.last < held => Err(Broken::CutOff { checkpoint: held, rows: self.last }),
            None => Ok(Verified { rows: self.last, before: self.audited.since, held }),
        }
    }
}

#[cfg(test)]
#[path = "chain/tests.rs"]
mod tests;
