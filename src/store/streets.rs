//! Networks of streets, as bytes that only their room understands.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
};

/// Which streets there are. The network itself is read by [`Store::street_bytes`].
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StreetsRecord {
    pub id: String,
    /// The file they were read from, and its SHA-256.
    pub name: String,
    pub file_hash: String,
    pub pieces: i64,
    /// SHA-256 of the network's bytes.
    pub hash: String,
    /// Whom the streets must be credited to.
    pub attribution: String,
    /// JSON: what was read and what was left out.
    pub reading: String,
    pub by: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
}

type Row = (String, String, String, i64, String, String, String, String, i64);

const NEWEST: &str = "select id, name, file_hash, pieces, hash, attribution, reading, by_whom, at_ms from streets order by id desc limit 1";
const ONE: &str = "select id, name, file_hash, pieces, hash, attribution, reading, by_whom, at_ms from streets where id = $1";
const PIECE: &str = "select bytes from street_pieces where streets_id = $1 and number = $2";
const ADD: &str = "insert into streets (id, name, file_hash, pieces, hash, attribution, reading, by_whom, at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const IDLE_PIECES: &str = "delete from street_pieces where streets_id <> $1 and streets_id not in (select streets_id from rounds where streets_id is not null)";
const IDLE: &str = "delete from streets where id <> $1 and id not in (select streets_id from rounds where streets_id is not null)";

/// SQLite reads a value whole, and PostgreSQL takes at most 1 GiB: a network is kept in pieces of so many bytes.
const PIECE_BYTES: usize = 4 << 20;

impl Store {
    /// The streets that plans are made on; `None` before the first import.
    pub async fn newest_streets(&self) -> Result<Option<StreetsRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(NEWEST).fetch_optional(executor).await)?;
        Ok(row.map(record))
    }

    pub async fn streets(&self, id: &str) -> Result<Option<StreetsRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        Ok(row.map(record))
    }

    /// The bytes of a network, whole.
    pub async fn street_bytes(&self, streets: &StreetsRecord) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        for number in 0..streets.pieces {
            let piece: Option<Vec<u8>> =
                reading!(&self.database, |executor| sqlx::query_scalar(PIECE).bind(&streets.id).bind(number).fetch_optional(executor).await)?;
            bytes.extend(piece.ok_or_else(|| StoreError::Damaged(format!("piece {number} of the streets {} is missing; import them again", streets.id)))?);
        }
        Ok(bytes)
    }
}

impl Write {
    /// Keeps a network as the newest; those that no round names any more go. `record.pieces` is set here.
    pub async fn put_streets(&mut self, record: &StreetsRecord, bytes: &[u8]) -> Result<(), StoreError> {
        let pieces = bytes.chunks(PIECE_BYTES).len();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&record.id)
            .bind(&record.name)
            .bind(&record.file_hash)
            .bind(i64::try_from(pieces).unwrap_or(i64::MAX))
            .bind(&record.hash)
            .bind(&record.attribution)
            .bind(&record.reading)
            .bind(&record.by)
            .bind(record.at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        for (piece, number) in bytes.chunks(PIECE_BYTES).zip(0_i64..) {
            // One at a time: a statement with all of them would hold the network in memory several times.
            let mut row = std::iter::once(vec![Value::Text(record.id.clone()), Value::Whole(number), Value::Bytes(piece.to_vec())]);
            self.insert_many("street_pieces", &["streets_id", "number", "bytes"], "", &mut row).await?;
        }
        for statement in [IDLE_PIECES, IDLE] {
            writing!(&mut self.tx, |executor| sqlx::query(statement).bind(&record.id).execute(executor).await.map(|_| ()))?;
        }
        Ok(())
    }
}

fn record((id, name, file_hash, pieces, hash, attribution, reading, by, at_ms): Row) -> StreetsRecord {
    StreetsRecord { id, name, file_hash, pieces, hash, attribution, reading, by, at_ms }
}
