//! Safety copies and the database's own check.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::{
    Store, StoreError,
    database::{Database, reading},
};

const ORPHANS: &str = "select count(*) from events e left join houses h on h.code = e.house_code where h.code is null";
const UNAUDITED: &str = "select count(*) from revisions r left join audit a on a.revision = r.number where r.number > 0 and a.revision is null";

impl Store {
    /// What is wrong with the database; empty when nothing is.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        integrity(&self.database).await
    }

    /// Copies the database, as of one moment, into a new file, while others read and write.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite { write, .. } => {
                sqlx::query("vacuum into $1").bind(file.display().to_string()).execute(write).await?;
                Ok(())
            }
            Database::Postgres(_) => Err(StoreError::Incompatible("a PostgreSQL database is backed up with pg_dump --format=custom".to_owned())),
        }
    }

    /// What is wrong with a safety copy; empty when nothing is.
    pub async fn faults_of_copy(file: &Path) -> Result<Vec<String>, StoreError> {
        integrity(&copy(file).await?).await
    }

    /// The hashes of the photos of a safety copy, in their order.
    pub async fn photo_hashes_of_copy(file: &Path) -> Result<Vec<String>, StoreError> {
        super::photos::photo_hashes(&copy(file).await?).await
    }

    /// The key that holds a safety copy's audit together; `None` where there is none yet.
    pub async fn audit_key_of_copy(file: &Path) -> Result<Option<String>, StoreError> {
        super::chain::key_of(&copy(file).await?).await
    }
}

async fn copy(file: &Path) -> Result<Database, StoreError> {
    if !file.is_file() {
        return Err(StoreError::Incompatible(format!("expected a safety copy; found no file {}", file.display())));
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    Ok(Database::Sqlite { read: pool.clone(), write: pool })
}

async fn integrity(database: &Database) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    if let Database::Sqlite { read, .. } = database {
        let lines: Vec<String> = sqlx::query_scalar("select * from pragma_integrity_check").fetch_all(read).await?;
        faults.extend(lines.into_iter().filter(|line| line != "ok"));
    }
    let orphans: i64 = reading!(database, |executor| sqlx::query_scalar(ORPHANS).fetch_one(executor).await)?;
    if orphans > 0 {
        faults.push(format!("{orphans} events of houses that do not exist"));
    }
    let unaudited: i64 = reading!(database, |executor| sqlx::query_scalar(UNAUDITED).fetch_one(executor).await)?;
    if unaudited > 0 {
        faults.push(format!("{unaudited} writes without an audit row"));
    }
    Ok(faults)
}
