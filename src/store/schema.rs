//! The schema, brought up to date at every start: forward only, each step in one transaction, checked by its hash.

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{StoreError, database::Database};

/// The step of a number: its scripts have the same file name for both engines.
macro_rules! step {
    ($number:literal, $name:literal, $file:literal) => {
        Step {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../migrations/postgres/", $file)),
        }
    };
}

/// Twin scripts: same number, same name, same tables.
const STEPS: [Step; 13] = [
    step!(1, "foundation", "0001_foundation.sql"),
    step!(2, "publication", "0002_publication.sql"),
    step!(3, "voids", "0003_voids.sql"),
    step!(4, "accounts", "0004_accounts.sql"),
    step!(5, "people", "0005_people.sql"),
    step!(6, "audit", "0006_audit.sql"),
    step!(7, "disclosure", "0007_disclosure.sql"),
    step!(8, "services", "0008_services.sql"),
    step!(9, "several_records", "0009_several_records.sql"),
    step!(10, "photos", "0010_photos.sql"),
    step!(11, "inspections", "0011_inspections.sql"),
    step!(12, "rounds", "0012_rounds.sql"),
    step!(13, "studies", "0013_studies.sql"),
];

struct Step {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

pub(super) async fn migrate(database: &Database) -> Result<(), StoreError> {
    let migrator = |text: fn(&Step) -> &'static str| {
        Migrator::with_migrations(
            STEPS.iter().map(|step| Migration::new(step.number, step.name.into(), MigrationType::Simple, text(step).into_sql_str(), false)).collect(),
        )
    };
    let result = match database {
        Database::Sqlite { write, .. } => migrator(|step| step.sqlite).run(write).await,
        Database::Postgres(pool) => migrator(|step| step.postgres).run(pool).await,
    };
    result.map_err(|error| match error {
        MigrateError::VersionMissing(number) => {
            StoreError::Incompatible(format!("the database was written by a newer sanshi (schema step {number}); use that version or a backup"))
        }
        MigrateError::VersionMismatch(number) => StoreError::Incompatible(format!("schema step {number} of the database is not this binary's")),
        other => StoreError::Unavailable(other.to_string()),
    })
}
