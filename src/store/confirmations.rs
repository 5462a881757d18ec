//! Officers' words that a worse tier is right.

use std::collections::HashMap;

use super::{
    Portion, Reading, Store, StoreError, Write,
    database::{Tx, reading, writing},
    reading::rows_of,
};
use crate::domain::{
    day::{BadDay, Day},
    house::HouseCode,
    publication::Confirmation,
    tier::{Standing, Tier},
};

/// A confirmation as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfirmationRecord {
    pub house_code: String,
    pub confirmation: Confirmation,
    pub reason: String,
    /// The policy version under which the tier was computed.
    pub policy_hash: String,
    pub by: String,
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
}

type Row = (String, String, String, String, String, String, String, String, i64, Option<String>, Option<String>);

const ADD: &str = "insert into confirmations (id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, told)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const IN_CODES: &str = "select id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, withdrawn, told
    from confirmations where house_code > $1 and house_code <= $2 order by house_code, at_ms, id";
const SINCE: &str = "select c.id, c.house_code, c.tier, c.given, c.effective, c.reason, c.policy_hash, c.by_whom, c.at_ms, c.withdrawn, c.told
    from confirmations c where c.house_code in (select code from houses where revision > $1) order by c.house_code, c.at_ms, c.id";
const OF_HOUSE: &str = "select id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, withdrawn, told
    from confirmations where house_code = $1 order by at_ms, id";
const NAMED_SQLITE: &str = "select id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, withdrawn, told
    from confirmations where house_code in (select value from json_each($1)) order by house_code, at_ms, id";
const NAMED_POSTGRES: &str = "select id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, withdrawn, told
    from confirmations where house_code = any($1) order by house_code, at_ms, id";
const ONE: &str = "select id, house_code, tier, given, effective, reason, policy_hash, by_whom, at_ms, withdrawn, told from confirmations where id = $1";
const TELL: &str = "update confirmations set told = $1 where id = $2 and told is null";
const WITHDRAW: &str = "update confirmations set withdrawn = $1 where id = $2";

impl Store {
    pub async fn confirmations_of(&self, code: &HouseCode) -> Result<Vec<ConfirmationRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }
}

impl Reading {
    /// Confirmations of these houses, by house code, in order of time.
    pub async fn confirmations_of_houses(&mut self, codes: &[&str]) -> Result<HashMap<String, Vec<Confirmation>>, StoreError> {
        of_houses(&mut self.tx, codes).await
    }

    /// Confirmations in order of house and time.
    pub async fn confirmations(&mut self, portion: &Portion) -> Result<Vec<ConfirmationRecord>, StoreError> {
        let rows: Vec<Row> = rows_of!(self, portion, IN_CODES, SINCE)?;
        rows.into_iter().map(record).collect()
    }
}

impl Write {
    /// Confirmations of these houses, by house code, in order of time.
    pub async fn confirmations_of_houses(&mut self, codes: &[&str]) -> Result<HashMap<String, Vec<Confirmation>>, StoreError> {
        of_houses(&mut self.tx, codes).await
    }

    pub async fn confirmations_of(&mut self, code: &HouseCode) -> Result<Vec<ConfirmationRecord>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }

    pub async fn confirmation(&mut self, id: &str) -> Result<Option<ConfirmationRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    pub async fn add_confirmation(&mut self, new: &ConfirmationRecord) -> Result<(), StoreError> {
        let at_ms = self.at_ms();
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.confirmation.id)
            .bind(&new.house_code)
            .bind(new.confirmation.tier.as_str())
            .bind(new.confirmation.given.to_string())
            .bind(new.confirmation.effective.to_string())
            .bind(&new.reason)
            .bind(&new.policy_hash)
            .bind(&new.by)
            .bind(at_ms)
            .bind(new.confirmation.told.map(|day| day.to_string()))
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Notes the day on which the owner was told of a confirmation.
    pub async fn tell_confirmation(&mut self, id: &str, day: Day) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(TELL).bind(day.to_string()).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a confirmation back from a day on.
    pub async fn withdraw_confirmation(&mut self, id: &str, day: Day) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(WITHDRAW).bind(day.to_string()).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

async fn of_houses(tx: &mut Tx, codes: &[&str]) -> Result<HashMap<String, Vec<Confirmation>>, StoreError> {
    let mut found: HashMap<String, Vec<Confirmation>> = HashMap::new();
    for chunk in codes.chunks(5_000) {
        let rows: Vec<Row> = match tx {
            Tx::Sqlite(tx) => sqlx::query_as(NAMED_SQLITE).bind(serde_json::json!(chunk).to_string()).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as(NAMED_POSTGRES).bind(chunk).fetch_all(&mut **tx).await?,
        };
        for row in rows {
            let record = record(row)?;
            found.entry(record.house_code).or_default().push(record.confirmation);
        }
    }
    Ok(found)
}

fn record(row: Row) -> Result<ConfirmationRecord, StoreError> {
    let (id, house_code, tier, given, effective, reason, policy_hash, by, at_ms, withdrawn, told) = row;
    let day = |text: String| text.parse::<Day>().map_err(|error: BadDay| StoreError::Damaged(format!("confirmation of {house_code}: {error}")));
    let confirmation = Confirmation {
        tier: tier_named(&tier).ok_or_else(|| StoreError::Damaged(format!("confirmation {id}: unknown tier {tier}")))?,
        given: day(given)?,
        effective: day(effective)?,
        told: told.map(day).transpose()?,
        withdrawn: withdrawn.map(day).transpose()?,
        id,
    };
    Ok(ConfirmationRecord { house_code, confirmation, reason, policy_hash, by, at_ms })
}

pub(super) fn tier_named(text: &str) -> Option<Tier> {
    text.parse::<Standing>().ok().and_then(Standing::tier)
}
