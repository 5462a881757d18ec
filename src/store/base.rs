//! The base map: lines and polygons under the houses.

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{reading, writing},
};

/// A line or polygon of the base map; the shape is JSON that only its writer and reader in `app` understand.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredShape {
    pub layer: String,
    pub class: String,
    pub name: String,
    pub shape: String,
}

const ALL: &str = "select layer, class, name, shape from base_features order by serial";
const LAST_SERIAL: &str = "select coalesce(max(serial), 0) from base_features";
const REMOVE: &str = "delete from base_features where import_id = $1";

type Row = (String, String, String, String);

impl Store {
    pub async fn base_shapes(&self) -> Result<Vec<StoredShape>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(|(layer, class, name, shape)| StoredShape { layer, class, name, shape }).collect())
    }
}

impl Write {
    pub async fn base_shapes(&mut self) -> Result<Vec<StoredShape>, StoreError> {
        let rows: Vec<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ALL).fetch_all(executor).await)?;
        Ok(rows.into_iter().map(|(layer, class, name, shape)| StoredShape { layer, class, name, shape }).collect())
    }

    pub async fn add_base_shapes(&mut self, shapes: Vec<StoredShape>, import_id: &str) -> Result<(), StoreError> {
        let last: i64 = writing!(&mut self.tx, |executor| sqlx::query_scalar(LAST_SERIAL).fetch_one(executor).await)?;
        let mut rows = shapes.into_iter().zip(last + 1..).map(|(shape, serial)| {
            vec![
                Value::Whole(serial),
                Value::Text(shape.layer),
                Value::Text(shape.class),
                Value::Text(shape.name),
                Value::Text(shape.shape),
                Value::Text(import_id.to_owned()),
            ]
        });
        self.insert_many("base_features", &["serial", "layer", "class", "name", "shape", "import_id"], "", &mut rows).await
    }

    pub async fn remove_base_shapes(&mut self, import_id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(REMOVE).bind(import_id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }
}
