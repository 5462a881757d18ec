//! Settings of the site itself: its name, the day its map opens on.

use std::collections::BTreeMap;

use super::{
    Store, StoreError, Write,
    database::{reading, writing},
};

const ALL: &str = "select key, value from site order by key";
const SET: &str = "insert into site (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value";

impl Store {
    pub async fn site_settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows: Vec<(String, String)> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        Ok(rows.into_iter().collect())
    }
}

impl Write {
    pub async fn set_site(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(SET).bind(key).bind(value).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}
