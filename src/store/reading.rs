//! A reading: everything read through it is as of one moment, whatever others write meanwhile.

use super::{Store, StoreError, database::Tx};

/// An open reading.
#[derive(Debug)]
pub struct Reading {
    pub(super) tx: Tx,
}

/// Which houses a reading is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portion {
    /// Codes greater than the first text and not greater than the second.
    Codes { after: String, upto: String },
    /// What was stamped after a revision.
    Since(i64),
}

/// Between the fields of a row that is read as one text, and between rows. What a value costs on its way out of SQLite is more than
/// what joining and splitting costs: a million houses with their observations come in half the time.
pub(super) const FIELD: &str = "\u{1f}";
pub(super) const ROW: &str = "\u{1e}";

impl Store {
    /// Begins a reading. It keeps a connection for as long as it is held.
    pub async fn read(&self) -> Result<Reading, StoreError> {
        Ok(Reading { tx: self.database.begin_reading().await? })
    }
}

/// Runs one of two statements, as the portion asks, and gives all rows; what the portion binds comes first.
macro_rules! rows_of {
    ($reading:expr, $portion:expr, $in_codes:expr, $since:expr $(, $more:expr)*) => {
        match $portion {
            $crate::store::Portion::Codes { after, upto } => $crate::store::database::writing!(&mut $reading.tx, |executor| {
                sqlx::query_as($in_codes).bind(after).bind(upto)$(.bind($more))*.fetch_all(executor).await
            }),
            $crate::store::Portion::Since(revision) => $crate::store::database::writing!(&mut $reading.tx, |executor| {
                sqlx::query_as($since).bind(revision)$(.bind($more))*.fetch_all(executor).await
            }),
        }
    };
}

pub(super) use rows_of;
