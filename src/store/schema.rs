//! The schema, brought up to date at every start: forward only, each step in one transaction, checked by its hash.

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{StoreError, database::Database};

/// Twin scripts: same number, same name, same tables.
const STEPS: [Step; 9] = [
    Step {
        number: 1,
        name: "foundation",
        sqlite: include_str!("../../migrations/sqlite/0001_foundation.sql"),
        postgres: include_str!("../../migrations/postgres/0001_foundation.sql"),
    },
    Step {
        number: 2,
        name: "publication",
        sqlite: include_str!("../../migrations/sqlite/0002_publication.sql"),
        postgres: include_str!("../../migrations/postgres/0002_publication.sql"),
    },
    Step {
        number: 3,
        name: "voids",
        sqlite: include_str!("../../migrations/sqlite/0003_voids.sql"),
        postgres: include_str!("../../migrations/postgres/0003_voids.sql"),
    },
    Step {
        number: 4,
        name: "accounts",
        sqlite: include_str!("../../migrations/sqlite/0004_accounts.sql"),
        postgres: include_str!("../../migrations/postgres/0004_accounts.sql"),
    },
    Step {
        number: 5,
        name: "people",
        sqlite: include_str!("../../migrations/sqlite/0005_people.sql"),
        postgres: include_str!("../../migrations/postgres/0005_people.sql"),
    },
    Step {
        number: 6,
        name: "audit",
        sqlite: include_str!("../../migrations/sqlite/0006_audit.sql"),
        postgres: include_str!("../../migrations/postgres/0006_audit.sql"),
    },
    Step {
        number: 7,
        name: "disclosure",
        sqlite: include_str!("../../migrations/sqlite/0007_disclosure.sql"),
        postgres: include_str!("../../migrations/postgres/0007_disclosure.sql"),
    },
    Step {
        number: 8,
        name: "services",
        sqlite: include_str!("../../migrations/sqlite/0008_services.sql"),
        postgres: include_str!("../../migrations/postgres/0008_services.sql"),
    },
    Step {
        number: 9,
        name: "several_records",
        sqlite: include_str!("../../migrations/sqlite/0009_several_records.sql"),
        postgres: include_str!("../../migrations/postgres/0009_several_records.sql"),
    },
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
