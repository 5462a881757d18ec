//! The one room with SQL: what was recorded, on SQLite or PostgreSQL, in one text for both.
//!
//! Reading is by methods of [`Store`], or of a [`Reading`] where several answers must be of one moment; writing by a [`Write`], which is one transaction and can only be committed together with its
//! audit row and a raised revision. This room knows no atlas, no HTTP and decides nothing about houses.

mod accounts;
mod areas;
mod audit;
mod base;
mod bulk;
mod chain;
mod changes;
mod confirmations;
mod database;
mod erasure;
mod events;
mod houses;
mod imports;
mod keeping;
mod notices;
mod persons;
mod photos;
mod policies;
mod publications;
mod reading;
mod residencies;
mod reviews;
mod rounds;
mod schema;
mod services;
mod sessions;
mod site;
mod statistics;
mod streets;
mod studies;
mod tokens;
mod units;
mod visits;
mod write;

pub use accounts::AccountRecord;
pub use audit::{Audit, AuditQuery, AuditRow};
pub use base::StoredShape;
pub use chain::{Audited, Broken, Checkpoint, NoCheckpoint, Verified, Verifier};
pub use changes::{Change, Changes};
pub use confirmations::ConfirmationRecord;
pub use erasure::Overdue;
pub use events::{NewEvent, Observed, RecordedEvent};
pub use houses::{HouseRecord, NumberedHouse, StoredHouse};
pub use imports::{ImportRecord, NewImport};
pub use notices::{NewNotice, NoticeRecord};
pub use persons::{PersonWithin, SealedPerson};
pub use photos::PhotoRecord;
pub use policies::StoredEdition;
pub use reading::{Portion, Reading};
pub use residencies::{FiledResidency, HouseCensus, ResidencyRecord};
pub use reviews::ReviewRecord;
pub use rounds::{RoundRecord, RoundSummary, StopRecord, TeamRecord};
pub use sessions::SessionRecord;
pub use statistics::{HouseTallies, WaitingPhoto};
pub use streets::StreetsRecord;
pub use studies::{QuestionRecord, ResultRecord, StudyRecord};
pub use tokens::TokenRecord;
pub use units::UnitRecord;
pub use visits::{InspectionFacts, LastVisits, VisitRecord};
pub use write::{Touched, Write};

use std::sync::Arc;

use crate::vault::Keys;
use database::Database;

/// The database of a site.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    audited: Audited,
}

/// What went wrong, by what the caller can do about it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Try again later.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// This binary and this database do not belong together.
    #[error("{0}")]
    Incompatible(String),
    /// Somebody else did it first; look again.
    #[error("{0}")]
    Conflict(String),
    /// What is stored cannot be read: restore a backup.
    #[error("the database holds what it should not: {0}")]
    Damaged(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict(database.message().to_owned()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…` and brings the schema up to date. Refuses a SQLite older than 3.51.3, a PostgreSQL older
    /// than 15, a schema newer than this binary, and a database whose audit is held together by another key.
    pub async fn open(url: &str, audit_keys: Arc<Keys>) -> Result<Self, StoreError> {
        let database = Self::migrated(url).await?;
        let audited = chain::begun(&database, audit_keys).await?;
        Ok(Self { database, audited })
    }

    /// Whether the audit of this database is held together by a key already.
    pub async fn has_audit_key(url: &str) -> Result<bool, StoreError> {
        Ok(chain::key_of(&Self::migrated(url).await?).await?.is_some())
    }

    /// Opens a database whose audit key is lost and goes on with another one: the rows that are there are held as they are now. An audit row
    /// says so, with the reason.
    pub async fn open_with_new_audit_key(url: &str, audit_keys: Arc<Keys>, at_ms: i64, reason: &str) -> Result<Self, StoreError> {
        let database = Self::migrated(url).await?;
        let store = Self { audited: chain::begun_anew(&database, audit_keys).await?, database };
        let mut write = store.begin(at_ms).await?;
        for (key, value) in store.audited.settings() {
            write.set_site(key, &value).await?;
        }
        let audit =
            Audit { who: "console", role: "administrator", action: "begin_audit", subject: "site", detail: serde_json::json!({ "reason": reason }), place: "" };
        write.commit(audit, Touched::Houses).await?;
        Ok(store)
    }

    async fn migrated(url: &str) -> Result<Database, StoreError> {
        let database = Database::open(url).await?;
        schema::migrate(&database).await?;
        Ok(database)
    }

    /// `sqlite` or `postgres`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        self.database.engine()
    }

    pub async fn close(&self) {
        self.database.close().await;
    }
}
