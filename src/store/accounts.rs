//! Accounts. Of a password only the hash is kept, of a second factor only the sealed secret.

use serde::de::DeserializeOwned;

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};
use crate::domain::access::{Role, UnknownRole};

/// An account as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountRecord {
    pub id: String,
    pub name: String,
    /// The name as names are compared; unique.
    pub folded: String,
    /// A PHC string.
    pub password: String,
    pub role: Role,
    /// Codes; `None`: the whole site.
    pub areas: Option<Vec<String>>,
    /// The sealed secret of the second factor.
    pub totp: Option<Vec<u8>>,
    /// One that waits for its first code.
    pub totp_next: Option<Vec<u8>>,
    /// The last step of which a code was used.
    pub totp_step: Option<i64>,
    /// Milliseconds since 1970, UTC.
    pub made_at_ms: i64,
    pub disabled_at_ms: Option<i64>,
}

impl AccountRecord {
    /// Whether it is an administrator of the whole site who can sign in.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.role == Role::Administrator && self.areas.is_none() && self.disabled_at_ms.is_none()
    }
}

type Row = (String, String, String, String, String, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>, i64, Option<i64>);

const ALL: &str = "select id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms from accounts order by folded";
const NAMED: &str = "select id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms from accounts where folded = $1";
const ONE: &str = "select id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms from accounts where id = $1";
const ADMINISTRATORS: &str = "select count(*) from accounts where role = 'administrator' and areas is null and disabled_at_ms is null";
const ADD: &str = "insert into accounts (id, name, folded, password, role, areas, made_at_ms) values ($1, $2, $3, $4, $5, $6, $7)";
const PUT: &str = "update accounts set password = $1, role = $2, areas = $3, totp = $4, totp_next = $5, totp_step = $6, disabled_at_ms = $7 where id = $8";
const USE_STEP: &str = "update accounts set totp_step = $1 where id = $2 and (totp_step is null or totp_step < $1)";

impl Store {
    /// All accounts in order of name.
    pub async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }

    pub async fn account_named(&self, folded: &str) -> Result<Option<AccountRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(NAMED).bind(folded).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// How many administrators of the whole site can sign in.
    pub async fn administrators(&self) -> Result<i64, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_scalar(ADMINISTRATORS).fetch_one(executor).await)?)
    }
}

impl Write {
    /// All accounts in order of name.
    pub async fn accounts(&mut self) -> Result<Vec<AccountRecord>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }

    pub async fn account(&mut self, id: &str) -> Result<Option<AccountRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    pub async fn account_named(&mut self, folded: &str) -> Result<Option<AccountRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(NAMED).bind(folded).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// How many administrators of the whole site can sign in.
    pub async fn administrators(&mut self) -> Result<i64, StoreError> {
        Ok(writing!(&mut self.tx, |executor| sqlx::query_scalar(ADMINISTRATORS).fetch_one(executor).await)?)
    }

    pub async fn add_account(&mut self, account: &AccountRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&account.id)
            .bind(&account.name)
            .bind(&account.folded)
            .bind(&account.password)
            .bind(account.role.as_str())
            .bind(as_json(account.areas.as_ref()))
            .bind(account.made_at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Writes what may change of an account: all but its name and the day it was made.
    pub async fn put_account(&mut self, account: &AccountRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(PUT)
            .bind(&account.password)
            .bind(account.role.as_str())
            .bind(as_json(account.areas.as_ref()))
            .bind(&account.totp)
            .bind(&account.totp_next)
            .bind(account.totp_step)
            .bind(account.disabled_at_ms)
            .bind(&account.id)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Uses the code of a step up; `false` when it was used before.
    pub async fn use_totp_step(&mut self, id: &str, step: i64) -> Result<bool, StoreError> {
        let rows = writing!(&mut self.tx, |executor| sqlx::query(USE_STEP).bind(step).bind(id).execute(executor).await.map(|done| done.rows_affected()))?;
        Ok(rows > 0)
    }
}

pub(super) fn record(row: Row) -> Result<AccountRecord, StoreError> {
    let (id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms) = row;
    let role = role.parse().map_err(|error: UnknownRole| StoreError::Damaged(error.to_string()))?;
    Ok(AccountRecord { areas: from_json(areas)?, id, name, folded, password, role, totp, totp_next, totp_step, made_at_ms, disabled_at_ms })
}

/// A list as it is kept in one column; `None` stays null.
pub(super) fn as_json<T: serde::Serialize>(list: Option<&Vec<T>>) -> Option<String> {
    list.map(|list| serde_json::json!(list).to_string())
}

pub(super) fn from_json<T: DeserializeOwned>(text: Option<String>) -> Result<Option<Vec<T>>, StoreError> {
    text.map(|text| serde_json::from_str(&text).map_err(|error| StoreError::Damaged(format!("a list of an account or a token: {error}")))).transpose()
}
