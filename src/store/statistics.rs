//! What statistics count beside observations: photos, visits, entries of residents and units, by house. Of residents numbers alone.

use super::{
    Reading, StoreError,
    database::{Tx, writing},
};
use crate::{
    domain::{day::Day, inspection::Outcome},
    earth::LonLat,
};

/// What is on record of some houses, each part with the code of the house.
#[derive(Clone, Debug, Default)]
pub struct HouseTallies {
    /// The days of photos that show a house for certain or by hand.
    pub photos: Vec<(String, Day)>,
    /// Visits that were not voided.
    pub visits: Vec<(String, Day, Outcome)>,
    /// How many entries of residents there are, of those who left too.
    pub residencies: Vec<(String, u64)>,
    /// How many units are there on a day.
    pub units: Vec<(String, u64)>,
}

/// A photo of which it is not known yet which house it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingPhoto {
    /// In which it waits; empty when only the whole site sees it.
    pub area_code: String,
    pub place: Option<LonLat>,
}

const WAITING: &str = "select area_code, lon, lat from photos where house_code is null and day <= $1 order by id";
/// A statement about houses that are named in $1, for each engine.
macro_rules! of_houses {
    ($before:literal, $after:literal) => {
        [concat!($before, " in (select value from json_each($1)) ", $after), concat!($before, " = any($1) ", $after)]
    };
}
const PHOTOS: [&str; 2] = of_houses!("select house_code, day from photos where house_code", "order by house_code, day, id");
const VISITS: [&str; 2] = of_houses!(
    "select v.house_code, v.day, v.outcome from visits v left join voided_visits x on x.visit_id = v.id where x.visit_id is null and v.house_code",
    "order by v.house_code, v.day, v.id"
);
const RESIDENCIES: [&str; 2] = of_houses!("select house_code, count(*) from residencies where house_code", "group by house_code order by house_code");
const UNITS: [&str; 2] = of_houses!(
    "select house_code, count(*) from units where (from_day is null or from_day <= $2) and (to_day is null or to_day > $2) and house_code",
    "group by house_code order by house_code"
);

/// Runs the statement of the engine.
macro_rules! rows {
    ($tx:expr, $statements:expr, $codes:expr $(, $more:expr)?) => {
        match $tx {
            Tx::Sqlite(tx) => sqlx::query_as($statements[0]).bind(serde_json::json!($codes).to_string())$(.bind($more))?.fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as($statements[1]).bind($codes)$(.bind($more))?.fetch_all(&mut **tx).await?,
        }
    };
}

impl Reading {
    /// Photos up to a day that wait for their house.
    pub async fn waiting_photos(&mut self, upto: Day) -> Result<Vec<WaitingPhoto>, StoreError> {
        let rows: Vec<(String, Option<f64>, Option<f64>)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(WAITING).bind(upto.to_string()).fetch_all(executor).await)?;
        let photo = |(area_code, lon, lat): (String, Option<f64>, Option<f64>)| {
            let place = lon.zip(lat).map(|(lon, lat)| LonLat::new(lon, lat)).transpose();
            Ok(WaitingPhoto { area_code, place: place.map_err(|bad| StoreError::Damaged(format!("the place of a photo: {bad}")))? })
        };
        rows.into_iter().map(photo).collect()
    }

    /// What is on record of some thousands of houses; units on a day.
    pub async fn tallies(&mut self, codes: &[&str], day: Day) -> Result<HouseTallies, StoreError> {
        let photos: Vec<(String, String)> = rows!(&mut self.tx, PHOTOS, codes);
        let visits: Vec<(String, String, String)> = rows!(&mut self.tx, VISITS, codes);
        let residencies: Vec<(String, i64)> = rows!(&mut self.tx, RESIDENCIES, codes);
        let units: Vec<(String, i64)> = rows!(&mut self.tx, UNITS, codes, day.to_string());
        let count = |(code, count): (String, i64)| (code, count.unsigned_abs());
        Ok(HouseTallies {
            photos: photos.into_iter().map(|(code, day)| Ok((code, day_of(&day)?))).collect::<Result<_, StoreError>>()?,
            visits: visits
                .into_iter()
                .map(|(code, day, outcome)| {
                    let outcome = outcome.parse().map_err(|_| StoreError::Damaged(format!("the outcome of a visit: {outcome}")))?;
                    Ok((code, day_of(&day)?, outcome))
                })
                .collect::<Result<_, StoreError>>()?,
            residencies: residencies.into_iter().map(count).collect(),
            units: units.into_iter().map(count).collect(),
        })
    }
}

fn day_of(text: &str) -> Result<Day, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("a day of a photo or a visit: {text}")))
}
