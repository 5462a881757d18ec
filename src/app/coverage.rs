//! Which houses have no photo, or none of late.

use std::collections::{BTreeMap, HashMap};

use super::{App, Caller, Refusal, load::blocking};
use crate::{
    atlas::HouseView,
    domain::{access::Right, day::Day, scope::Scope},
    earth::LonLat,
};

/// Houses of an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaCoverage {
    pub houses: u64,
    /// Without any photo.
    pub without: u64,
    /// With photos, none of which is late enough.
    pub older: u64,
}

/// A house without a photo, or with none of late.
#[derive(Clone, Debug, PartialEq)]
pub struct Bare {
    pub code: String,
    pub address: String,
    pub area_code: String,
    pub place: LonLat,
    /// The day of its latest photo.
    pub last: Option<Day>,
}

/// What decides whether a house counts.
struct Measure {
    /// By house code.
    latest: HashMap<String, Day>,
    /// What is older does not count.
    oldest: Option<Day>,
    reach: Scope,
    asked: Scope,
}

impl Measure {
    /// The day of a house's latest photo, and whether it lacks one; `None` for a house that is not asked about.
    fn of(&self, house: HouseView<'_>) -> Option<(Option<Day>, bool)> {
        if !self.reach.includes(house.area_code()) || !self.asked.includes(house.area_code()) {
            return None;
        }
        let last = self.latest.get(house.code()).copied();
        Some((last, last.is_none_or(|last| self.oldest.is_some_and(|oldest| last < oldest))))
    }
}

impl App {
    /// How many houses have no photo, and how many none of the last so many days, by area code: of an area and its parts, or of all within
    /// reach when it is empty.
    pub async fn photo_coverage(&self, caller: &Caller, area: &str, older_than: Option<u16>) -> Result<BTreeMap<String, AreaCoverage>, Refusal> {
        caller.must(Right::SeeWork)?;
        let (measure, snapshot) = (self.measure(caller, area, older_than).await?, self.snapshot());
        let count = move || {
            let mut areas: BTreeMap<String, AreaCoverage> = BTreeMap::new();
            snapshot.each(|house| {
                let Some((last, is_bare)) = measure.of(house) else { return };
                let counts = areas.entry(house.area_code().to_owned()).or_default();
                counts.houses += 1;
                counts.without += u64::from(is_bare && last.is_none());
                counts.older += u64::from(is_bare && last.is_some());
            });
            areas
        };
        Ok(blocking(count).await?)
    }

    /// A page of those houses themselves, in order of code, those after a code where it is given; and whether more come after it.
    pub async fn bare_houses(
        &self,
        caller: &Caller,
        area: &str,
        older_than: Option<u16>,
        after: Option<String>,
        limit: usize,
    ) -> Result<(Vec<Bare>, bool), Refusal> {
        caller.must(Right::SeePhotos)?;
        let (measure, snapshot) = (self.measure(caller, area, older_than).await?, self.snapshot());
        let find = move || {
            let mut bare = Vec::new();
            snapshot.each(|house| {
                if after.as_deref().is_none_or(|after| house.code() > after)
                    && let Some((last, true)) = measure.of(house)
                {
                    bare.push((house, last));
                }
            });
            let goes_on = bare.len() > limit;
            if goes_on {
                // All are looked at, but only those of the page are put in order.
                bare.select_nth_unstable_by(limit, |(a, _), (b, _)| a.code().cmp(b.code()));
                bare.truncate(limit);
            }
            bare.sort_unstable_by(|(a, _), (b, _)| a.code().cmp(b.code()));
            let tell = |(house, last): (HouseView<'_>, Option<Day>)| Bare {
                code: house.code().to_owned(),
                address: house.address().to_owned(),
                area_code: house.area_code().to_owned(),
                place: house.place(),
                last,
            };
            (bare.into_iter().map(tell).collect(), goes_on)
        };
        Ok(blocking(find).await?)
    }

    /// The numbers of all of them, as the map knows them.
    pub async fn bare_serials(&self, caller: &Caller, area: &str, older_than: Option<u16>) -> Result<Vec<u64>, Refusal> {
        caller.must(Right::SeePhotos)?;
        let (measure, snapshot) = (self.measure(caller, area, older_than).await?, self.snapshot());
        let find = move || {
            let mut serials = Vec::new();
            snapshot.each(|house| {
                if let Some((_, true)) = measure.of(house) {
                    serials.push(house.serial());
                }
            });
            serials.sort_unstable();
            serials
        };
        Ok(blocking(find).await?)
    }

    async fn measure(&self, caller: &Caller, area: &str, older_than: Option<u16>) -> Result<Measure, Refusal> {
        let asked = if area.is_empty() { Scope::everywhere() } else { self.scope_of(Some(vec![area.to_owned()])) };
        // A photo of the first of so many days is not older.
        let oldest = older_than.map(|days| self.today().plus_days(-i32::from(days)));
        Ok(Measure { latest: self.store.latest_photos().await?, oldest, reach: caller.scope.clone(), asked })
    }
}
