//! Photos of houses, as rows: the bytes lie on a shelf beside the database. Whoever answers with one sees to the scope, by the area that the
//! row gives.

use std::collections::{HashMap, HashSet};

use super::{
    Store, StoreError, Write,
    bulk::Value,
    database::{Database, Tx, reading, writing},
};
use crate::{
    domain::{
        day::{BadDay, Day},
        house::HouseCode,
        photo::{Link, UnknownLink},
    },
    earth::{BadPosition, Bounds, LonLat},
};

/// A photo as it stands in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoRecord {
    pub id: String,
    /// SHA-256 of the file as received, in hexadecimal.
    pub hash: String,
    pub house_code: Option<String>,
    pub link: Link,
    /// Of its house; without one, that in which it waits.
    pub area_code: String,
    /// Local, YYYY-MM-DDTHH:MM:SS, as the camera says.
    pub taken_at: Option<String>,
    /// Of taking, or of uploading where that is not known.
    pub day: Day,
    pub place: Option<LonLat>,
    /// Degrees clockwise from north.
    pub heading: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub width: u32,
    pub height: u32,
    /// Of the file as received.
    pub bytes: u64,
    /// See `media::Likeness`.
    pub likeness: u64,
    /// Codes, by spaces.
    pub notes: String,
    pub uploaded_by: String,
    pub uploaded_at_ms: i64,
}

type Row =
    (String, String, Option<String>, String, String, Option<String>, String, Option<f64>, Option<f64>, Option<f64>, Option<f64>, String, String, String, i64);

/// `$what` are the clauses after the join with the photo's house.
macro_rules! select {
    ($what:literal) => {
        concat!(
            "select p.id, p.hash, p.house_code, p.link, coalesce(h.area_code, p.area_code), p.taken_at, p.day, p.lon, p.lat, p.heading, p.accuracy_m,
            p.width || ' ' || p.height || ' ' || p.bytes || ' ' || p.likeness, p.notes, p.uploaded_by, p.uploaded_at_ms
            from photos p left join houses h on h.code = p.house_code ",
            $what
        )
    };
}

const ONE: &str = select!("where p.id = $1");
const HASHED: &str = select!("where p.hash = $1");
const OF_HOUSE: &str = select!("where p.house_code = $1 order by p.day desc, p.id desc limit $2");
const WAITING: &str = select!("where p.link = $1 and p.id > $2 order by p.id limit $3");
const AROUND: &str = select!("where p.house_code = $1 or (p.lat between $2 and $3 and p.lon between $4 and $5) order by p.id desc limit $6");
const SOME_HASHED_SQLITE: &str = select!("where p.hash in (select value from json_each($1))");
const SOME_HASHED_POSTGRES: &str = select!("where p.hash = any($1)");
const HOUSES_SQLITE: &str = "select id, house_code from photos where id in (select value from json_each($1))";
const HOUSES_POSTGRES: &str = "select id, house_code from photos where id = any($1)";
const COUNT_OF_HOUSE: &str = "select count(*) from photos where house_code = $1";
const LATEST: &str = "select house_code, max(day) from photos where house_code is not null group by house_code";
const HASHES: &str = "select hash from photos order by hash";
const NAMED_BY_EVENTS: &str = "select n.event_id, n.photo_id from event_photos n join events e on e.id = n.event_id
    where e.house_code = $1 order by n.event_id, n.photo_id";
const ADD: &str = "insert into photos (id, hash, house_code, link, area_code, taken_at, day, lon, lat, heading, accuracy_m, width, height, bytes,
    likeness, notes, uploaded_by, uploaded_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
const LINK: &str = "update photos set house_code = $1, link = $2, area_code = $3 where id = $4";
const DELETE: &str = "delete from photos where id = $1";

impl Store {
    pub async fn photo(&self, id: &str) -> Result<Option<PhotoRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    pub async fn photo_hashed(&self, hash: &str) -> Result<Option<PhotoRecord>, StoreError> {
        let row: Option<Row> = reading!(&self.database, |executor| sqlx::query_as(HASHED).bind(hash).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// Those of some files that are photos.
    pub async fn photos_hashed(&self, hashes: &[String]) -> Result<Vec<PhotoRecord>, StoreError> {
        let rows: Vec<Row> = match &self.database {
            Database::Sqlite { read, .. } => sqlx::query_as(SOME_HASHED_SQLITE).bind(serde_json::json!(hashes).to_string()).fetch_all(read).await?,
            Database::Postgres(pool) => sqlx::query_as(SOME_HASHED_POSTGRES).bind(hashes).fetch_all(pool).await?,
        };
        rows.into_iter().map(record).collect()
    }

    /// The photos of a house, the newest day first.
    pub async fn photos_of(&self, code: &HouseCode, limit: i64) -> Result<Vec<PhotoRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(OF_HOUSE).bind(code.as_str()).bind(limit).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }

    pub async fn photo_count(&self, code: &HouseCode) -> Result<i64, StoreError> {
        Ok(reading!(&self.database, |executor| sqlx::query_scalar(COUNT_OF_HOUSE).bind(code.as_str()).fetch_one(executor).await)?)
    }

    /// Photos of a link in order of their ids, those after one.
    pub async fn photos_waiting(&self, link: Link, after: &str, limit: i64) -> Result<Vec<PhotoRecord>, StoreError> {
        let rows: Vec<Row> =
            reading!(&self.database, |executor| sqlx::query_as(WAITING).bind(link.as_str()).bind(after).bind(limit).fetch_all(executor).await)?;
        rows.into_iter().map(record).collect()
    }

    /// Photos of a house or taken within a box, the latest uploaded first.
    pub async fn photos_around(&self, house_code: Option<&str>, bounds: &Bounds, limit: i64) -> Result<Vec<PhotoRecord>, StoreError> {
        let rows: Vec<Row> = reading!(&self.database, |executor| sqlx::query_as(AROUND)
            .bind(house_code)
            .bind(bounds.south)
            .bind(bounds.north)
            .bind(bounds.west)
            .bind(bounds.east)
            .bind(limit)
            .fetch_all(executor)
            .await)?;
        rows.into_iter().map(record).collect()
    }

    /// The day of the latest photo of each house that has any, by house code.
    pub async fn latest_photos(&self) -> Result<HashMap<String, Day>, StoreError> {
        let rows: Vec<(String, String)> = reading!(&self.database, |executor| sqlx::query_as(LATEST).fetch_all(executor).await)?;
        let latest = |(code, day): (String, String)| match day.parse() {
            Ok(day) => Ok((code, day)),
            Err(error) => Err(StoreError::Damaged(format!("the day of a photo of house {code}: {error}"))),
        };
        rows.into_iter().map(latest).collect()
    }

    /// The hashes of all photos, in their order.
    pub async fn photo_hashes(&self) -> Result<Vec<String>, StoreError> {
        photo_hashes(&self.database).await
    }

    /// The photos that the observations of a house rest on, by event.
    pub async fn photos_of_events(&self, code: &HouseCode) -> Result<HashMap<String, Vec<String>>, StoreError> {
        let rows: Vec<(String, String)> = reading!(&self.database, |executor| sqlx::query_as(NAMED_BY_EVENTS).bind(code.as_str()).fetch_all(executor).await)?;
        let mut named: HashMap<String, Vec<String>> = HashMap::new();
        for (event, photo) in rows {
            named.entry(event).or_default().push(photo);
        }
        Ok(named)
    }
}

pub(super) async fn photo_hashes(database: &Database) -> Result<Vec<String>, StoreError> {
    Ok(reading!(database, |executor| sqlx::query_scalar(HASHES).fetch_all(executor).await)?)
}

impl Write {
    pub async fn photo(&mut self, id: &str) -> Result<Option<PhotoRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(ONE).bind(id).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    pub async fn photo_hashed(&mut self, hash: &str) -> Result<Option<PhotoRecord>, StoreError> {
        let row: Option<Row> = writing!(&mut self.tx, |executor| sqlx::query_as(HASHED).bind(hash).fetch_optional(executor).await)?;
        row.map(record).transpose()
    }

    /// Those of some photos that show a house, with its code.
    pub async fn houses_of_photos(&mut self, ids: &HashSet<&str>) -> Result<HashMap<String, String>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<&str> = ids.iter().copied().collect();
        let rows: Vec<(String, Option<String>)> = match &mut self.tx {
            Tx::Sqlite(tx) => sqlx::query_as(HOUSES_SQLITE).bind(serde_json::json!(ids).to_string()).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as(HOUSES_POSTGRES).bind(ids).fetch_all(&mut **tx).await?,
        };
        Ok(rows.into_iter().filter_map(|(id, code)| Some((id, code?))).collect())
    }

    pub async fn add_photo(&mut self, new: &PhotoRecord) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(ADD)
            .bind(&new.id)
            .bind(&new.hash)
            .bind(&new.house_code)
            .bind(new.link.as_str())
            .bind(&new.area_code)
            .bind(&new.taken_at)
            .bind(new.day.to_string())
            .bind(new.place.map(LonLat::lon))
            .bind(new.place.map(LonLat::lat))
            .bind(new.heading)
            .bind(new.accuracy_m)
            .bind(i64::from(new.width))
            .bind(i64::from(new.height))
            .bind(i64::try_from(new.bytes).unwrap_or(i64::MAX))
            .bind(new.likeness.cast_signed())
            .bind(&new.notes)
            .bind(&new.uploaded_by)
            .bind(new.uploaded_at_ms)
            .execute(executor)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Says which house a photo shows; without one, in which area it waits.
    pub async fn link_photo(&mut self, id: &str, house_code: Option<&str>, link: Link, area_code: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(LINK).bind(house_code).bind(link.as_str()).bind(area_code).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn delete_photo(&mut self, id: &str) -> Result<(), StoreError> {
        writing!(&mut self.tx, |executor| sqlx::query(DELETE).bind(id).execute(executor).await.map(|_| ()))?;
        Ok(())
    }

    /// Notes the photos that events rest on, as (event, photo).
    pub async fn add_event_photos(&mut self, named: &[(&str, &str)]) -> Result<(), StoreError> {
        let mut rows = named.iter().map(|(event, photo)| vec![Value::Text((*event).to_owned()), Value::Text((*photo).to_owned())]);
        self.insert_many("event_photos", &["event_id", "photo_id"], "", &mut rows).await
    }
}

fn record(row: Row) -> Result<PhotoRecord, StoreError> {
    let (id, hash, house_code, link, area_code, taken_at, day, lon, lat, heading, accuracy_m, numbers, notes, uploaded_by, uploaded_at_ms) = row;
    let damaged = |what: String| StoreError::Damaged(format!("photo {id}: {what}"));
    let numbers: Vec<i64> = numbers.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [width, height, bytes, likeness] = numbers[..] else { return Err(damaged("its size".to_owned())) };
    let place = lon.zip(lat).map(|(lon, lat)| LonLat::new(lon, lat)).transpose().map_err(|error: BadPosition| damaged(error.to_string()))?;
    Ok(PhotoRecord {
        link: link.parse().map_err(|error: UnknownLink| damaged(error.to_string()))?,
        day: day.parse().map_err(|error: BadDay| damaged(error.to_string()))?,
        width: u32::try_from(width).unwrap_or_default(),
        height: u32::try_from(height).unwrap_or_default(),
        bytes: u64::try_from(bytes).unwrap_or_default(),
        likeness: likeness.cast_unsigned(),
        id,
        hash,
        house_code,
        area_code,
        taken_at,
        place,
        heading,
        accuracy_m,
        notes,
        uploaded_by,
        uploaded_at_ms,
    })
}
