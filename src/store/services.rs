//! Service points as imported.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
};
use crate::{
    domain::service::{ServicePoint, UnknownServiceKind},
    earth::{BadPosition, LonLat},
};

const ALL: &str = "select code, name, kind, lon, lat from services order by code";
const COLUMNS: [&str; 6] = ["code", "name", "kind", "lon", "lat", "import_id"];
const UPSERT: &str = "on conflict (code) do update set name = excluded.name, kind = excluded.kind, lon = excluded.lon, lat = excluded.lat,
    import_id = excluded.import_id";
const REMOVE: &str = "delete from services where import_id = $1";

type Row = (String, String, String, f64, f64);

impl Store {
    /// All service points in order of code.
    pub async fn services(&self) -> Result<Vec<ServicePoint>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(point).collect()
    }
}

impl Write {
    pub async fn services(&mut self) -> Result<Vec<ServicePoint>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(point).collect()
    }

    /// Adds or replaces service points.
    pub async fn put_services(&mut self, points: &[ServicePoint], import_id: &str) -> Result<(), StoreError> {
        let mut rows = points.iter().map(|point| {
            vec![
                Value::Text(point.code.clone()),
                Value::Text(point.name.clone()),
                Value::Text(point.kind.as_str().to_owned()),
                Value::Real(point.place.lon()),
                Value::Real(point.place.lat()),
                Value::Text(import_id.to_owned()),
            ]
        });
        self.insert_many("services", &COLUMNS, UPSERT, &mut rows).await
    }

    /// Takes away the service points that an import brought.
    pub async fn remove_services(&mut self, import_id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(REMOVE).bind(import_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn point((code, name, kind, lon, lat): Row) -> Result<ServicePoint, StoreError> {
    let damaged = |what: String| StoreError::Damaged(format!("service point {code}: {what}"));
    let kind = kind.parse().map_err(|error: UnknownServiceKind| damaged(error.to_string()))?;
    let place = LonLat::new(lon, lat).map_err(|error: BadPosition| damaged(error.to_string()))?;
    Ok(ServicePoint { code, name, kind, place })
}
