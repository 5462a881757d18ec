//! API tokens. The secret itself is never stored, only its SHA-256.

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};
use crate::domain::access::Role;

/// A token about to be made.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    pub id: &'a str,
    pub secret_hash: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub area_code: Option<&'a str>,
    /// Milliseconds since 1970, UTC; `None`: until revoked.
    pub expires_at_ms: Option<i64>,
}

/// A token that is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRecord {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub area_code: Option<String>,
}

const ADD: &str = "insert into tokens (id, secret_hash, name, role, area_code, made_at_ms, expires_at_ms) values ($1, $2, $3, $4, $5, $6, $7)";
const REVOKE: &str = "update tokens set revoked_at_ms = $1 where id = $2 and revoked_at_ms is null";
const IN_FORCE: &str = "select id, name, role, area_code from tokens
    where secret_hash = $1 and revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > $2)";

impl Store {
    /// The token with this secret, if it is in force at the moment.
    pub async fn token(&self, secret_hash: &str, now_ms: i64) -> Result<Option<TokenRecord>, StoreError> {
        let row: Option<(String, String, String, Option<String>)> =
            reading!(&self.database, |executor| sqlx::query_as(IN_FORCE).bind(secret_hash).bind(now_ms).fetch_optional(executor).await)?;
        row.map(|(id, name, role, area_code)| {
            let role = role.parse().map_err(|error: crate::domain::access::UnknownRole| StoreError::Damaged(error.to_string()))?;
            Ok(TokenRecord { id, name, role, area_code })
        })
        .transpose()
    }
}

impl Write {
    /// Ends a token; `false` when it was not in force.
    pub async fn revoke_token(&mut self, id: &str) -> Result<bool, StoreError> {
        let at_ms = self.at_ms();
        let rows = writing!(&mut self.tx, |executor| sqlx::query(REVOKE).bind(at_ms).bind(id).execute(executor).await.map(|done| done.rows_affected()))?;
        Ok(rows > 0)
    }

    pub async fn add_token(&mut self, token: &NewToken<'_>) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(token.id)
            .bind(token.secret_hash)
            .bind(token.name)
            .bind(token.role.as_str())
            .bind(token.area_code)
            .bind(at_ms)
            .bind(token.expires_at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }
}
