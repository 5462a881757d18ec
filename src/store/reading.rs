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

/// Between the fields of a row, and between rows, where many rows are read as one text. Each row, and each value in it, is handed
/// from one thread to another, which costs more than joining and splitting: 12 s of CPU for a million houses became 7.5 s.
pub(super) const FIELD: char = '\u{1f}';
pub(super) const ROW: char = '\u{1e}';

/// Exactly so many fields of a row; `None` when there are fewer or more.
pub(super) fn fields<const N: usize>(row: &str) -> Option<[&str; N]> {
    let mut fields = [""; N];
    let mut found = row.split(FIELD);
    for field in &mut fields {
        *field = found.next()?;
    }
    found.next().is_none().then_some(fields)
}

impl Reading {
    /// For `format`: a number with all its digits.
    pub(super) fn number_format(&self) -> &'static str {
        match self.tx {
            Tx::Sqlite(_) => "%!.20e",
            Tx::Postgres(_) => "%s",
        }
    }
}

impl Store {
    /// Begins a reading. It keeps a connection for as long as it is held.
    pub async fn read(&self) -> Result<Reading, StoreError> {
        Ok(Reading { tx: self.database.begin_reading().await? })
    }
}

/// Runs one of two statements, as the portion asks, and gives all rows.
macro_rules! rows_of {
    ($reading:expr, $portion:expr, $in_codes:expr, $since:expr) => {
        match $portion {
            $crate::store::Portion::Codes { after, upto } => {
                $crate::store::database::writing!(&mut $reading.tx, |executor| sqlx::query_as($in_codes).bind(after).bind(upto).fetch_all(executor).await)
            }
            $crate::store::Portion::Since(revision) => {
                $crate::store::database::writing!(&mut $reading.tx, |executor| sqlx::query_as($since).bind(revision).fetch_all(executor).await)
            }
        }
    };
}

/// Runs one of two statements, as the portion asks, that joins all its rows to one text. Bound are the separators of fields and rows,
/// the way in which this engine writes numbers in full, then the portion.
macro_rules! joined_rows_of {
    ($reading:expr, $portion:expr, $in_codes:expr, $since:expr) => {{
        let (field, row) = ($crate::store::reading::FIELD.to_string(), $crate::store::reading::ROW.to_string());
        let number = $reading.number_format();
        match $portion {
            $crate::store::Portion::Codes { after, upto } => $crate::store::database::writing!(&mut $reading.tx, |executor| {
                sqlx::query_scalar::<_, Option<String>>($in_codes).bind(field).bind(row).bind(number).bind(after).bind(upto).fetch_one(executor).await
            }),
            $crate::store::Portion::Since(revision) => $crate::store::database::writing!(&mut $reading.tx, |executor| {
                sqlx::query_scalar::<_, Option<String>>($since).bind(field).bind(row).bind(number).bind(revision).fetch_one(executor).await
            }),
        }
    }};
}

pub(super) use {joined_rows_of, rows_of};
