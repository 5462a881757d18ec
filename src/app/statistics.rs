//! The yearly figures of any houses: what everybody may know, and for staff what the record says of the houses they answer for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{App, Caller, DueWanted, PublicFigures, Refusal};
use crate::{
    atlas::{Filter, HouseView, Moment, Snapshot, View},
    census::Census,
    domain::{
        access::Right,
        day::Day,
        hierarchy::Hierarchy,
        house::HouseKind,
        observation::Timeline,
        population::Population,
        scope::Scope,
        statistics::{Counting, Figures, Period, Record, Recorded, Sees, Statistics, ToldArea, Wanted},
        suppression::is_told_of,
    },
    earth::Region,
    store::{HouseTallies, WaitingPhoto},
    transfer::FaultCode,
};

/// Houses whose record is read in one go.
pub(super) const PORTION: usize = 5_000;
/// Months that are listed at most.
const MOST_MONTHS: usize = 240;
/// An assessment or photo of ten years ago is not recent.
const MOST_RECENT_DAYS: u16 = 3_653;

/// Of which houses and days statistics are wanted.
#[derive(Clone, Debug)]
pub struct StatisticsOf {
    pub period: Period,
    /// Only houses of this area of the hierarchy and its parts.
    pub area: Option<String>,
    /// A photo or an assessment not older than so many days is recent.
    pub recent_days: u16,
    /// Whose tiers are meant.
    pub view: View,
}

/// Statistics made ready: they need nothing but a snapshot.
pub struct Survey {
    period: Period,
    months: Vec<Day>,
    recent_days: u16,
    view: View,
    hierarchy: Arc<Hierarchy>,
    area: Option<usize>,
    census: Arc<Census>,
    /// The houses whose record is wanted too; `None` for the public.
    reach: Option<Scope>,
    /// Residents as far as everybody may know.
    told: Option<PublicFigures>,
}

/// What a snapshot says, and the houses whose record is wanted, in order of code.
pub struct Surveyed {
    survey: Survey,
    region: Option<Region>,
    counted: Statistics,
    reached: Vec<Counted>,
}

/// A house within reach, as statistics count it.
struct Counted {
    code: String,
    kind: HouseKind,
    has_plate: bool,
    population: [Population; 3],
}

impl App {
    /// Makes statistics ready. The work is for whoever has the time for it ([`Survey::work`]); then see [`App::statistics`].
    pub fn survey(&self, caller: &Caller, of: StatisticsOf) -> Result<Survey, Refusal> {
        let StatisticsOf { period, area, recent_days, view } = of;
        check(period, self.today())?;
        if !(1..=MOST_RECENT_DAYS).contains(&recent_days) {
            return Err(Refusal::one("recent_days", FaultCode::OutOfRange, format!("1 to {MOST_RECENT_DAYS} days"), recent_days.to_string()));
        }
        let months = months(period)?;
        let hierarchy = self.hierarchy.load_full();
        let area = area.map(|code| find_area(&hierarchy, &code)).transpose()?;
        let reach = caller.may(Right::SeeWork).then(|| caller.scope.clone());
        let told = self.told_day(period.to).and_then(|day| self.public_figures(day));
        Ok(Survey { period, months, recent_days, view, hierarchy, area, census: self.census(), reach, told })
    }

    /// The figures of the houses counted, with what the record holds of those within reach.
    pub async fn statistics(&self, caller: &Caller, surveyed: Surveyed) -> Result<Statistics, Refusal> {
        let Surveyed { survey, region, mut counted, reached } = surveyed;
        if !reached.is_empty() {
            let to = counted.period.to;
            let wanted = Wanted::new(&self.rulebook().on(to).policy, counted.period, survey.recent_days);
            let sees = Sees { residents: caller.may(Right::SeeCensus), units: caller.may(Right::SeePersons), visits: caller.may(Right::SeeInspections) };
            let due = self.due_of(caller, to, &reached).await?;
            let is_meant = |photo: &WaitingPhoto| survey.has_photo(photo, region.as_ref());
            counted.record = Some(Record { figures: self.reckon(wanted, &reached, sees, is_meant).await?, due });
        }
        Ok(counted)
    }

    /// Counts what the record says of these houses, and the photos that are meant and have none yet; as of one moment.
    async fn reckon(&self, wanted: Wanted, houses: &[Counted], sees: Sees, is_meant: impl Fn(&WaitingPhoto) -> bool) -> Result<Figures, Refusal> {
        let last = wanted.period.to;
        let mut counting = Counting::new(wanted, sees);
        let mut reading = self.store.read().await?;
        for portion in houses.chunks(PORTION) {
            let codes: Vec<&str> = portion.iter().map(|house| house.code.as_str()).collect();
            let mut recorded = by_house(reading.tallies(&codes, last).await?);
            for of_house in reading.observed_of(&codes).await? {
                recorded.entry(of_house.house_code).or_default().observations = Timeline::new(of_house.observations).observations().to_vec();
            }
            let nothing = Recorded::default();
            for house in portion {
                counting.add(house.kind, house.has_plate, house.population, recorded.get(&house.code).unwrap_or(&nothing));
            }
        }
        let photos_waiting = reading.waiting_photos(last).await?.iter().filter(|photo| is_meant(photo)).count() as u64;
        Ok(Figures { photos_waiting, ..counting.finish() })
    }

    async fn due_of(&self, caller: &Caller, day: Day, houses: &[Counted]) -> Result<Option<(u64, u64)>, Refusal> {
        if !caller.may(Right::SeeInspections) {
            return Ok(None);
        }
        let due = self.due(caller, &DueWanted::on(day)).await?;
        let is_meant = |code: &str| houses.binary_search_by(|house| house.code.as_str().cmp(code)).is_ok();
        let meant: Vec<i32> = due.items.iter().filter(|due| is_meant(&due.code)).map(|due| due.days_overdue).collect();
        Ok(Some((meant.len() as u64, meant.iter().filter(|days| **days > 0).count() as u64)))
    }

    /// The last day up to another of which everybody is told how many live where.
    fn told_day(&self, upto: Day) -> Option<Day> {
        let last_month = upto.plus_days(1).first_of_month().plus_days(-1);
        [upto, last_month].into_iter().find(|day| is_told_of(*day, self.today(), self.site().opening_day))
    }
}

impl Survey {
    /// Whether the record is read too, which takes longer.
    #[must_use]
    pub fn reads_record(&self) -> bool {
        self.reach.is_some()
    }

    /// Counts the houses in the region, or in all of the site. Tiers are those in the eyes of whoever the snapshot is for.
    pub fn work(self, snapshot: &Snapshot, region: Option<Region>) -> Result<Surveyed, Refusal> {
        let Self { period, view, .. } = self;
        let mut houses = [0u64; 5];
        let mut days = period.counted().map(|day| (day, [0u64; 6]));
        let mut months: Vec<(Day, [u64; 6])> = self.months.iter().map(|day| (*day, [0u64; 6])).collect();
        let mut reached = Vec::new();
        let mut is_in_area: HashMap<&str, bool> = HashMap::new();
        snapshot.each_meant(region.as_ref(), Moment { day: period.to, view }, &Filter::default(), |house| {
            let code = house.area_code();
            if !*is_in_area.entry(code).or_insert_with(|| self.has(code)) {
                return;
            }
            houses[HouseKind::ALL.iter().position(|kind| *kind == house.kind()).unwrap_or_default()] += 1;
            for (day, counts) in days.iter_mut().chain(&mut months) {
                counts[house.standing_on(Moment { day: *day, view }) as usize] += 1;
            }
            if self.reach.as_ref().is_some_and(|reach| reach.includes(code)) {
                reached.push(Counted::of(house, &self.census, period));
            }
        });
        let told = self.told(snapshot);
        if snapshot.is_given_up() {
            return Err(Refusal::GivenUp);
        }
        reached.sort_unstable_by(|a, b| a.code.cmp(&b.code));
        let told_on = self.told.as_ref().map(|figures| figures.day);
        let counted = Statistics { period, revision: snapshot.revision(), houses, days, months, record: None, told, told_on };
        Ok(Surveyed { survey: self, region, counted, reached })
    }

    /// Whether what is recorded under a code lies in the area that is asked about.
    fn has(&self, code: &str) -> bool {
        self.area.is_none_or(|area| self.hierarchy.home_of(code).is_some_and(|home| self.hierarchy.is_within(home, area)))
    }

    /// Whether a photo without a house waits within reach and in what is asked about.
    fn has_photo(&self, photo: &WaitingPhoto, region: Option<&Region>) -> bool {
        let WaitingPhoto { area_code, place } = photo;
        let is_in = |region: &Region| place.is_some_and(|place| region.contains(place.lon(), place.lat()));
        self.reach.as_ref().is_some_and(|reach| reach.includes(area_code)) && self.has(area_code) && region.is_none_or(is_in)
    }

    /// Residents of the area and its parts, or of all areas.
    fn told(&self, snapshot: &Snapshot) -> Vec<ToldArea> {
        let Some(figures) = &self.told else { return Vec::new() };
        let areas = figures.hierarchy.areas().iter().zip(figures.told(snapshot)).filter(|(area, _)| self.has(&area.code));
        areas.map(|(area, population)| ToldArea { code: area.code.clone(), name: area.name.clone(), population }).collect()
    }
}

impl Counted {
    fn of(house: HouseView<'_>, census: &Census, period: Period) -> Self {
        Self {
            code: house.code().to_owned(),
            kind: house.kind(),
            has_plate: !house.door_plate().is_empty(),
            population: period.counted().map(|day| census.on(house.serial(), day)),
        }
    }
}

fn by_house(tallies: HouseTallies) -> BTreeMap<String, Recorded> {
    let mut houses: BTreeMap<String, Recorded> = BTreeMap::new();
    for (code, day) in tallies.photos {
        houses.entry(code).or_default().photos.push(day);
    }
    for (code, day, outcome) in tallies.visits {
        houses.entry(code).or_default().visits.push((day, outcome));
    }
    for (code, count) in tallies.residencies {
        houses.entry(code).or_default().residencies = count;
    }
    for (code, count) in tallies.units {
        houses.entry(code).or_default().units = count;
    }
    houses
}

/// A period that can be asked about.
pub(super) fn check(Period { from, to }: Period, today: Day) -> Result<(), Refusal> {
    if from > to {
        return Err(Refusal::one("to", FaultCode::OutOfRange, format!("a day not before {from}"), to.to_string()));
    }
    if to > today {
        return Err(Refusal::one("to", FaultCode::FutureDay, format!("a day not after today, {today}"), to.to_string()));
    }
    if Some(from) < Day::new(1900, 1, 1) {
        return Err(Refusal::one("from", FaultCode::OutOfRange, "a day from 1900 on", from.to_string()));
    }
    Ok(())
}

/// An area that can be asked about: one of the hierarchy.
pub(super) fn find_area(hierarchy: &Hierarchy, code: &str) -> Result<usize, Refusal> {
    hierarchy.find(code).ok_or_else(|| Refusal::NotFound { what: "area", name: code.chars().take(80).collect() })
}

/// The first of each month of a period.
fn months(Period { from, to }: Period) -> Result<Vec<Day>, Refusal> {
    Day::firsts_of_months(from, to, MOST_MONTHS)
        .ok_or_else(|| Refusal::one("from", FaultCode::OutOfRange, format!("at most {MOST_MONTHS} months up to `to`"), from.to_string()))
}
