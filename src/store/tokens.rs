//! API tokens. The secret itself is never stored, only its SHA-256.

use super::{
    Store, StoreError, Write,
    accounts::{as_json, from_json},
    database::{reading, writing},
};
use crate::domain::{
    access::{Right, Role, UnknownRole},
    account,
};

/// A token as it stands in the record. Times in milliseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRecord {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Codes; `None`: the whole site.
    pub areas: Option<Vec<String>>,
    /// Those of its role's rights that it keeps; `None`: all of them.
    pub rights: Option<Vec<Right>>,
    pub made_at_ms: i64,
    /// `None`: in force until revoked.
    pub expires_at_ms: Option<i64>,
}

type Row = (String, String, String, Option<String>, Option<String>, i64, Option<i64>);

const ADD: &str = "insert into tokens (id, secret_hash, name, role, areas, rights, made_at_ms, expires_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)";
const REVOKE: &str = "update tokens set revoked_at_ms = $1 where id = $2 and revoked_at_ms is null";
const IN_FORCE: &str = "select id, name, role, areas, rights, made_at_ms, expires_at_ms from tokens
    where secret_hash = $1 and revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > $2)";
const ALL: &str = "select id, name, role, areas, rights, made_at_ms, expires_at_ms from tokens
    where revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > $1) order by made_at_ms desc, id limit $2";
const NAMES: &str = "select id, name from tokens where revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > $1)";

impl Store {
    /// The token with this secret, if it is in force at the moment.
    pub async fn token(&self, secret_hash: &str, now_ms: i64) -> Result<Option<TokenRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(IN_FORCE).bind(secret_hash).bind(now_ms).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// The tokens in force, the newest first.
    pub async fn tokens(&self, now_ms: i64, limit: i64) -> Result<Vec<TokenRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).bind(now_ms).bind(limit).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }
}

impl Write {
    /// Ends a token; `false` when it was not in force.
    pub async fn revoke_token(&mut self, id: &str) -> Result<bool, StoreError> {
        let at_ms = self.at_ms();
        let rows = writing!(&mut self.tx, |executor| sqlx::query(REVOKE).bind(at_ms).bind(id).execute(executor).await.map(|done| done.rows_affected()))?;
        Ok(rows > 0)
    }

    /// The id of the token in force with a name, as names are compared.
    pub async fn token_named(&mut self, folded: &str) -> Result<Option<String>, StoreError> {
        let now_ms = self.at_ms();
        let names: Vec<(String, String)> = writing!(&mut self.tx, |executor| sqlx::query_as(NAMES).bind(now_ms).fetch_all(executor).await)?;
        Ok(names.into_iter().find_map(|(id, name)| (account::folded(&name) == folded).then_some(id)))
    }

    pub async fn add_token(&mut self, token: &TokenRecord, secret_hash: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&token.id)
            .bind(secret_hash)
            .bind(&token.name)
            .bind(token.role.as_str())
            .bind(as_json(token.areas.as_ref()))
            .bind(as_json(token.rights.as_ref()))
            .bind(token.made_at_ms)
            .bind(token.expires_at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}

fn record(row: Row) -> Result<TokenRecord, StoreError> {
    let (id, name, role, areas, rights, made_at_ms, expires_at_ms) = row;
    let role = role.parse().map_err(|error: UnknownRole| StoreError::Damaged(error.to_string()))?;
    Ok(TokenRecord { id, name, role, areas: from_json(areas)?, rights: from_json(rights)?, made_at_ms, expires_at_ms })
}
