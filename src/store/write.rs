//! A write: one transaction that raises the revision first and cannot be committed without its audit row.

use super::{
    Audit, Audited, Store, StoreError,
    database::{Tx, writing},
};

/// An open write. Dropped without [`Write::commit`], nothing of it ever happened.
#[derive(Debug)]
pub struct Write {
    pub(super) tx: Tx,
    pub(super) audited: Audited,
    revision: i64,
    at_ms: i64,
}

/// What other processes must read anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The houses stamped with this revision.
    Houses,
    /// The same houses, and what units there are.
    Units,
    /// Everything: policies, base map, site.
    All,
}

const RAISE: &str = "insert into revisions (number, at_ms, scope) select max(number) + 1, $1, 'houses' from revisions returning number";
const SCOPE: &str = "update revisions set scope = $1 where number = $2";

impl Store {
    /// Begins a write at a moment (milliseconds since 1970, UTC). Writes of all processes follow one another.
    pub async fn begin(&self, at_ms: i64) -> Result<Write, StoreError> {
        let mut tx = self.database.begin().await?;
        if let Tx::Postgres(tx) = &mut tx {
            // SQLite's `begin immediate` has the same effect.
            sqlx::query("lock table revisions in exclusive mode").execute(&mut **tx).await?;
        }
        let revision: i64 = writing!(&mut tx, |executor| sqlx::query_scalar(RAISE).bind(at_ms).fetch_one(executor).await)?;
        Ok(Write { tx, audited: self.audited.clone(), revision, at_ms })
    }
}

impl Write {
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    #[must_use]
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Makes the write durable together with its audit row; gives the new revision.
    pub async fn commit(self, audit: Audit<'_>, touched: Touched) -> Result<i64, StoreError> {
        self.commit_all(audit, Vec::new(), touched).await
    }

    /// The same for a write that did several things: a row for each.
    pub async fn commit_all<'a>(mut self, audit: Audit<'a>, mut more: Vec<Audit<'a>>, touched: Touched) -> Result<i64, StoreError> {
        more.insert(0, audit);
        self.add_audits(&more).await?;
        let scope = match touched {
            Touched::Houses => None,
            Touched::Units => Some("units"),
            Touched::All => Some("all"),
        };
        if let Some(scope) = scope {
            writing!(&mut self.tx, |executor| sqlx::query(SCOPE).bind(scope).bind(self.revision).execute(executor).await.map(|_| ()))?;
        }
        self.tx.commit().await?;
        Ok(self.revision)
    }
}
