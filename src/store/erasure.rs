//! Erasing what is kept of people: one person, or what is past its period. The only way in which a residency or a person goes, but for an
//! import that is taken back.

use std::collections::BTreeSet;

use super::{
    Store, StoreError, Write,
    database::{Database, reading, writing},
};
use crate::domain::{day::Day, retention::Class, scope::Scope};

/// What is past its period: all of a class up to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    pub class: Class,
    pub until: Day,
    /// The moment at which the day after begins; milliseconds since 1970, UTC.
    pub before_ms: i64,
}

const RECORDS_OF: &str = "select id from persons where index_key = (select index_key from persons where id = $1) order by id";
const ERASE_RESIDENCIES_OF: &str = "delete from residencies where person_id = $1 returning house_code";
const ERASE_PERSON: &str = "delete from persons where id = $1";

const COUNT_RESIDENCIES: &str = "select count(*) from residencies where to_day <= $1";
const COUNT_PERSONS: &str = "select count(*) from persons p where made_at_ms < $1
    and not exists (select 1 from residencies r where r.person_id = p.id and (r.to_day is null or r.to_day > $2))";
const COUNT_UNITS: &str = "select count(*) from units where to_day <= $1";
const COUNT_TOKENS: &str = "select count(*) from tokens where revoked_at_ms < $1 or expires_at_ms < $1";
const COUNT_SESSIONS: &str = "select count(*) from sessions where made_at_ms < $1";
const COUNT_PHOTOS: &str = "select count(*) from photos where day <= $1";

const ERASE_RESIDENCIES: &str = "delete from residencies where id in (select id from residencies where to_day <= $1 order by id limit $2) returning house_code";
const ERASE_PERSONS: &str = "delete from persons where id in (select id from persons p where made_at_ms < $1
    and not exists (select 1 from residencies r where r.person_id = p.id) order by id limit $2) returning id";
const ERASE_UNITS: &str = "delete from units where id in (select id from units where to_day <= $1 order by id limit $2) returning id";
const ERASE_TOKENS: &str = "delete from tokens where id in (select id from tokens where revoked_at_ms < $1 or expires_at_ms < $1 order by id limit $2)
    returning id";
const ERASE_SESSIONS: &str = "delete from sessions where id_hash in (select id_hash from sessions where made_at_ms < $1 order by id_hash limit $2)
    returning account_id";
const ERASE_PHOTOS: &str = "delete from photos where id in (select id from photos where day <= $1 order by day, id limit $2) returning hash";

impl Store {
    /// How much is past its period. Of persons also those whose last residency ended on `ended_until` or before and will go with it.
    pub async fn overdue(&self, overdue: &Overdue, ended_until: Option<Day>) -> Result<i64, StoreError> {
        let (until, ended_until) = (overdue.until.to_string(), ended_until.map(|day| day.to_string()).unwrap_or_default());
        Ok(reading!(&self.database, |executor| match overdue.class {
            Class::EndedResidency => sqlx::query_scalar(COUNT_RESIDENCIES).bind(until).fetch_one(executor).await,
            Class::PersonWithoutResidency => sqlx::query_scalar(COUNT_PERSONS).bind(overdue.before_ms).bind(ended_until).fetch_one(executor).await,
            Class::EndedUnit => sqlx::query_scalar(COUNT_UNITS).bind(until).fetch_one(executor).await,
            Class::EndedToken => sqlx::query_scalar(COUNT_TOKENS).bind(overdue.before_ms).fetch_one(executor).await,
            Class::Session => sqlx::query_scalar(COUNT_SESSIONS).bind(overdue.before_ms).fetch_one(executor).await,
            Class::Photo => sqlx::query_scalar(COUNT_PHOTOS).bind(until).fetch_one(executor).await,
        })?)
    }

    /// Makes sure that no file of the database holds what was erased any longer: writes anew the pages in which it may have left remains,
    /// and empties the log of writes. Takes as long as a copy of the database (SQLite) or of the tables of persons (PostgreSQL, which
    /// keeps its log, its archive and its backups as it is told to).
    pub async fn scrub(&self) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite { write, .. } => {
                // What was erased is overwritten with zeros first, then the rest is written anew: of 1,000 erased of 4,000 persons, pages that were
                // split or merged held up to 2 values that the zeros had not reached.
                for statement in ["pragma wal_checkpoint(truncate)", "vacuum", "pragma wal_checkpoint(truncate)"] {
                    let busy: Option<i64> = sqlx::query_scalar(statement).fetch_optional(write).await?;
                    if busy == Some(1) {
                        return Err(StoreError::Unavailable(
                            "somebody reads for long, so the log of writes still holds what was erased: run it again".to_owned(),
                        ));
                    }
                }
            }
            Database::Postgres(pool) => {
                // A plain vacuum leaves the bytes in place until they are written over.
                for statement in ["vacuum (full) residencies", "vacuum (full) persons", "vacuum (full) units", "vacuum (full) photos"] {
                    sqlx::query(statement).execute(pool).await?;
                }
            }
        }
        Ok(())
    }
}

impl Write {
    /// Erases a person and every residency, and stamps the houses; gives how many residencies each of the person's records had, by its
    /// id, or nothing when there is no such person. All of the person goes, whichever area recorded it: for none but those who answer for the whole site.
    pub async fn erase_person(&mut self, scope: &Scope, id: &str) -> Result<Vec<(String, usize)>, StoreError> {
        let mut erased = Vec::new();
        if scope.codes().is_some() {
            return Ok(erased);
        }
        let records: Vec<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(RECORDS_OF).bind(id).fetch_all(executor).await)?;
        for record in records {
            let houses: Vec<String> = writing!(&mut self.tx, |executor| sqlx::query_scalar(ERASE_RESIDENCIES_OF).bind(&record).fetch_all(executor).await)?;
            writing!(&mut self.tx, |executor| sqlx::query(ERASE_PERSON).bind(&record).execute(executor).await.map(|_| ()))?;
            self.stamp(&houses).await?;
            erased.push((record, houses.len()));
        }
        Ok(erased)
    }

    /// Erases some of what is past its period, and stamps the houses of residencies; gives for each thing that went what it was of: the
    /// house of a residency, the id of a person, unit or token, the account of a session, the hash of a photo.
    pub async fn erase_overdue(&mut self, overdue: &Overdue, limit: i64) -> Result<Vec<String>, StoreError> {
        let (until, before_ms) = (overdue.until.to_string(), overdue.before_ms);
        let erased = writing!(&mut self.tx, |executor| match overdue.class {
            Class::EndedResidency => sqlx::query_scalar(ERASE_RESIDENCIES).bind(until).bind(limit).fetch_all(executor).await,
            Class::PersonWithoutResidency => sqlx::query_scalar(ERASE_PERSONS).bind(before_ms).bind(limit).fetch_all(executor).await,
            Class::EndedUnit => sqlx::query_scalar(ERASE_UNITS).bind(until).bind(limit).fetch_all(executor).await,
            Class::EndedToken => sqlx::query_scalar(ERASE_TOKENS).bind(before_ms).bind(limit).fetch_all(executor).await,
            Class::Session => sqlx::query_scalar(ERASE_SESSIONS).bind(before_ms).bind(limit).fetch_all(executor).await,
            Class::Photo => sqlx::query_scalar(ERASE_PHOTOS).bind(until).bind(limit).fetch_all(executor).await,
        })?;
        if overdue.class == Class::EndedResidency {
            self.stamp(&erased).await?;
        }
        Ok(erased)
    }

    async fn stamp(&mut self, houses: &[String]) -> Result<(), StoreError> {
        let houses: BTreeSet<&str> = houses.iter().map(String::as_str).collect();
        self.stamp_houses(&houses.into_iter().collect::<Vec<_>>()).await
    }
}
