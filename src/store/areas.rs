//! Areas with their official codes and boundaries.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
};
use crate::domain::{
    area::{Area, AreaLevel, UnknownLevel},
    hierarchy::AreaName,
};

const ALL: &str = "select code, name, level, parent, polygons from areas order by code";
const NAMES: &str = "select code, name, level, parent from areas order by code";
const UPSERT: &str = "on conflict (code) do update set name = excluded.name, level = excluded.level, parent = excluded.parent,
    polygons = excluded.polygons, import_id = excluded.import_id";
const REMOVE: &str = "delete from areas where import_id = $1";

type Row = (String, String, String, String, String);

impl Store {
    pub async fn areas(&self) -> Result<Vec<Area>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(area).collect()
    }

    /// All areas without their boundaries.
    pub async fn area_names(&self) -> Result<Vec<AreaName>, StoreError> {
        let rows: Vec<(String, String, String, String)> = reading!(&self.database, |executor| sqlx::query_as(NAMES).fetch_all(executor).await)?;
        let named = rows.into_iter().map(|(code, name, level, parent)| {
            let level = level.parse().map_err(|error: UnknownLevel| StoreError::Damaged(format!("area {code}: {error}")))?;
            Ok(AreaName { code, name, level, parent })
        });
        named.collect()
    }
}

impl Write {
    pub async fn areas(&mut self) -> Result<Vec<Area>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        rows.into_iter().map(area).collect()
    }

    pub async fn put_areas(&mut self, areas: &[Area], import_id: &str) -> Result<(), StoreError> {
        let mut rows = areas.iter().map(|area| {
            vec![
                Value::Text(area.code.clone()),
                Value::Text(area.name.clone()),
                Value::Text(area.level.as_str().to_owned()),
                Value::Text(area.parent.clone()),
                Value::Text(serde_json::json!(area.polygons).to_string()),
                Value::Text(import_id.to_owned()),
            ]
        });
        self.insert_many("areas", &["code", "name", "level", "parent", "polygons", "import_id"], UPSERT, &mut rows).await
    }

    /// Takes away the areas that an import brought or replaced last.
    pub async fn remove_areas(&mut self, import_id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(REMOVE).bind(import_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}

fn area(row: Row) -> Result<Area, StoreError> {
    let (code, name, level, parent, polygons) = row;
    let damaged = |what: String| StoreError::Damaged(format!("area {code}: {what}"));
    let level = level.parse::<AreaLevel>().map_err(|error| damaged(error.to_string()))?;
    let polygons = serde_json::from_str(&polygons).map_err(|error| damaged(error.to_string()))?;
    Ok(Area { code, name, level, parent, polygons })
}
