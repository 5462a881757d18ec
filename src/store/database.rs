//! The two engines behind one face. An enum and two macros, not a trait: every statement stands once and runs on both typed drivers.

use std::{str::FromStr, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::StoreError;

#[derive(Clone, Debug)]
pub(super) enum Database {
    /// Many readers, one writer: SQLite lets only one write, and waiting in the pool is fairer than waiting for the file's lock.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

#[derive(Debug)]
pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same body on whichever pool reads.
macro_rules! reading {
    ($database:expr, |$executor:ident| $body:expr) => {
        match $database {
            $crate::store::database::Database::Sqlite { read: $executor, .. } => $body,
            $crate::store::database::Database::Postgres($executor) => $body,
        }
    };
}

/// Runs the same body on whichever transaction is open, for writing or for reading.
macro_rules! writing {
    ($tx:expr, |$executor:ident| $body:expr) => {
        match $tx {
            $crate::store::database::Tx::Sqlite(tx) => {
                let $executor = &mut **tx;
                $body
            }
            $crate::store::database::Tx::Postgres(tx) => {
                let $executor = &mut **tx;
                $body
            }
        }
    };
}

pub(super) use {reading, writing};

/// A race in older versions can lose committed writes in WAL mode (sqlite.org/wal.html, "the WAL-reset bug").
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const OLDEST_POSTGRES: i32 = 150_000;
const READERS: u32 = 8;

impl Database {
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(StoreError::Incompatible("expected a database address that begins with sqlite: or postgres://".to_owned()))
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        // A file does not go away as a server does; to ask costs as much as a statement.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| StoreError::Incompatible(error.to_string()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL lost acknowledged commits at a power cut; FULL lost none.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20))
            .pragma("trusted_schema", "off")
            // What is erased is overwritten with zeros.
            .pragma("secure_delete", "on");
        let write = pool().max_connections(1).connect_with(options.clone()).await?;
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await?;
        if version_of(&version) < OLDEST_SQLITE {
            return Err(StoreError::Incompatible(format!("SQLite {version} is linked; 3.51.3 or later is needed (older ones can lose committed writes)")));
        }
        let read = pool().max_connections(READERS).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Self::Sqlite { read, write })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(20)).connect(url).await?;
        let version: i32 = sqlx::query_scalar("select cast(current_setting('server_version_num') as int)").fetch_one(&pool).await?;
        if version < OLDEST_POSTGRES {
            return Err(StoreError::Incompatible(format!("PostgreSQL 15 or later is needed; found version number {version}")));
        }
        Ok(Self::Postgres(pool))
    }

    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// A transaction that sees one moment and writes nothing.
    pub async fn begin_reading(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?),
        })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

fn version_of(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}
