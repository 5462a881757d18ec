//! Sessions of those who signed in. The secret itself is never stored, only its SHA-256.

use super::{
    AccountRecord, Store, StoreError, Write,
    accounts::record,
    database::{reading, writing},
};

/// A session and whose it is. Times in milliseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRecord {
    pub account: AccountRecord,
    pub begun_at_ms: i64,
    /// When it was last used, written at most once a minute.
    pub seen_at_ms: i64,
}

type Row = (String, String, String, String, String, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>, i64, Option<i64>, i64, i64);

const OF_HASH: &str = "select a.id, a.name, a.folded, a.password, a.role, a.areas, a.totp, a.totp_next, a.totp_step, a.made_at_ms, a.disabled_at_ms,
    s.made_at_ms, s.seen_at_ms from sessions s join accounts a on a.id = s.account_id where s.id_hash = $1";
const SEEN: &str = "update sessions set seen_at_ms = $1 where id_hash = $2";
const ADD: &str = "insert into sessions (id_hash, account_id, made_at_ms, seen_at_ms) values ($1, $2, $3, $3)";
const END: &str = "delete from sessions where id_hash = $1";
const END_OF: &str = "delete from sessions where account_id = $1";
const FORGET: &str = "delete from sessions where made_at_ms <= $1 or seen_at_ms <= $2";

impl Store {
    pub async fn session(&self, id_hash: &str) -> Result<Option<SessionRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HASH).bind(id_hash).fetch_optional(executor).await)?;
        let Some((id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms, begun_at_ms, seen_at_ms)) = row else {
            return Ok(None);
        };
        let account = record((id, name, folded, password, role, areas, totp, totp_next, totp_step, made_at_ms, disabled_at_ms))?;
        Ok(Some(SessionRecord { account, begun_at_ms, seen_at_ms }))
    }

    /// Notes that a session was used. It changes nothing that anybody is told, so no revision and no audit row go with it.
    pub async fn session_seen(&self, id_hash: &str, at_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        writing!(&mut tx, |executor| sqlx::query(SEEN).bind(at_ms).bind(id_hash).execute(executor).await.map(|_| ()))?;
        tx.commit().await
    }
}

impl Write {
    pub async fn add_session(&mut self, id_hash: &str, account_id: &str) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD).bind(id_hash).bind(account_id).bind(at_ms).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn end_session(&mut self, id_hash: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(END).bind(id_hash).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn end_sessions_of(&mut self, account_id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(END_OF).bind(account_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes away the sessions made or last seen at these moments or before.
    pub async fn forget_sessions(&mut self, made_ms: i64, seen_ms: i64) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(FORGET).bind(made_ms).bind(seen_ms).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}
