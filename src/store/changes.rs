//! What was committed since a revision: how a process hears of the writes of others.

use super::{Store, StoreError, database::reading};

/// What must be read anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The newest revision.
    pub revision: i64,
    pub what: Change,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Nothing,
    /// Houses stamped later than the given revision; these codes are gone.
    Houses {
        removed: Vec<String>,
    },
    All,
}

const NEWEST: &str = "select max(number) from revisions";
const WIDEST: &str = "select count(*) from revisions where number > $1 and number <= $2 and scope = 'all'";
const REMOVED: &str = "select code from removed_houses where revision > $1 and revision <= $2
    and code not in (select code from houses) order by code";

impl Store {
    pub async fn revision(&self) -> Result<i64, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_scalar(NEWEST).fetch_one(executor).await)?)
    }

    pub async fn changes_since(&self, revision: i64) -> Result<Changes, StoreError> {
        let newest = self.revision().await?;
        if newest == revision {
            return Ok(Changes { revision: newest, what: Change::Nothing });
        }
        let wide: i64 = reading!(&self.database, |executor| sqlx::query_scalar(WIDEST).bind(revision).bind(newest).fetch_one(executor).await)?;
        if wide > 0 {
            return Ok(Changes { revision: newest, what: Change::All });
        }
        let removed = reading!(&self.database, |executor| sqlx::query_scalar(REMOVED).bind(revision).bind(newest).fetch_all(executor).await)?;
        Ok(Changes { revision: newest, what: Change::Houses { removed } })
    }
}
