//! What statistics count beside observations: photos, visits, entries of residents and units, by house. Of residents numbers alone.

use super::{Reading, StoreError, database::writing};
use crate::domain::{day::Day, inspection::Outcome};

/// What is on record of the houses of a range of codes, each part with the code of the house.
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

const PHOTOS: &str = "select house_code, day from photos where house_code > $1 and house_code <= $2 order by house_code, day, id";
const VISITS: &str = "select v.house_code, v.day, v.outcome from visits v left join voided_visits x on x.visit_id = v.id
    where v.house_code > $1 and v.house_code <= $2 and x.visit_id is null order by v.house_code, v.day, v.id";
const RESIDENCIES: &str = "select house_code, count(*) from residencies where house_code > $1 and house_code <= $2 group by house_code order by house_code";
const UNITS: &str = "select house_code, count(*) from units where house_code > $1 and house_code <= $2
    and (from_day is null or from_day <= $3) and (to_day is null or to_day > $3) group by house_code order by house_code";

impl Reading {
    /// What is on record of the houses whose codes are greater than the first text and not greater than the second; units on a day.
    pub async fn tallies(&mut self, after: &str, upto: &str, day: Day) -> Result<HouseTallies, StoreError> {
        let photos: Vec<(String, String)> = writing!(&mut self.tx, |executor| sqlx::query_as(PHOTOS).bind(after).bind(upto).fetch_all(executor).await)?;
        let visits: Vec<(String, String, String)> = writing!(&mut self.tx, |executor| sqlx::query_as(VISITS).bind(after).bind(upto).fetch_all(executor).await)?;
        let residencies: Vec<(String, i64)> = writing!(&mut self.tx, |executor| sqlx::query_as(RESIDENCIES).bind(after).bind(upto).fetch_all(executor).await)?;
        let units: Vec<(String, i64)> =
            writing!(&mut self.tx, |executor| sqlx::query_as(UNITS).bind(after).bind(upto).bind(day.to_string()).fetch_all(executor).await)?;
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
