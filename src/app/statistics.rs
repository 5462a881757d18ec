//! The yearly figures of any houses: what everybody may know, and for staff what the record says of the houses they answer for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{App, Caller, DueWanted, Refusal, load::blocking};
use crate::{
    atlas::{Filter, HouseView, Moment, View},
    census::Census,
    domain::{
        access::Right,
        day::Day,
        fairness::{Fairness, Seen, report},
        hierarchy::Hierarchy,
        house::HouseKind,
        observation::Timeline,
        population::Population,
        scope::Scope,
        statistics::{Counting, Figures, Period, Record, Recorded, Statistics, ToldArea, Wanted},
        suppression::is_told_of,
    },
    earth::Region,
    store::{HouseTallies, Portion},
    transfer::FaultCode,
};

/// Houses whose record is read in one go.
const PORTION: usize = 5_000;
/// Months that are listed at most.
const MOST_MONTHS: usize = 240;
/// An assessment or photo of ten years ago is not recent.
const MOST_RECENT_DAYS: u16 = 3_653;

/// Of which houses and days statistics are wanted.
#[derive(Clone, Debug)]
pub struct StatisticsOf {
    pub period: Period,
    /// Only houses in it.
    pub region: Option<Region>,
    /// Only houses of this area of the hierarchy and its parts.
    pub area: Option<String>,
    /// A photo or an assessment not older than so many days is recent.
    pub recent_days: u16,
    /// Whose tiers are meant.
    pub view: View,
}

/// A house within reach, as statistics count it.
struct Counted {
    code: String,
    kind: HouseKind,
    has_plate: bool,
    population: [Population; 3],
}

impl App {
    /// Counts the houses asked about. Tiers are those in the eyes of the caller; what the record holds is counted of houses within reach alone.
    pub async fn statistics(&self, caller: &Caller, of: StatisticsOf) -> Result<Statistics, Refusal> {
        check(of.period, self.today())?;
        let to = of.period.to;
        if !(1..=MOST_RECENT_DAYS).contains(&of.recent_days) {
            return Err(Refusal::one("recent_days", FaultCode::OutOfRange, format!("1 to {MOST_RECENT_DAYS} days"), of.recent_days.to_string()));
        }
        let months = months(of.period)?;
        let hierarchy = self.hierarchy.load_full();
        let area = match &of.area {
            None => None,
            Some(code) => {
                let missing = || Refusal::NotFound { what: "area", name: code.chars().take(80).collect() };
                Some(hierarchy.find(code).ok_or_else(missing)?)
            }
        };
        let snapshot = self.snapshot_for(caller);
        let revision = snapshot.revision();
        let (period, view, census, scope) = (of.period, of.view, self.census(), caller.scope.clone());
        let is_staff = caller.may(Right::SeeWork);
        let within = Arc::clone(&hierarchy);
        let region = of.region;
        let (houses, days, of_months, mut reached) = blocking(move || {
            let mut houses = [0u64; 5];
            let mut days = period.counted().map(|day| (day, [0u64; 6]));
            let mut of_months: Vec<(Day, [u64; 6])> = months.into_iter().map(|day| (day, [0u64; 6])).collect();
            let mut reached = Vec::new();
            let mut is_in_area: HashMap<&str, bool> = HashMap::new();
            let lies_in = |code: &str| area.is_none_or(|area| within.home_of(code).is_some_and(|home| within.is_within(home, area)));
            snapshot.each_meant(region.as_ref(), Moment { day: period.to, view }, &Filter::default(), |house| {
                let code = house.area_code();
                if !*is_in_area.entry(code).or_insert_with(|| lies_in(code)) {
                    return;
                }
                houses[HouseKind::ALL.iter().position(|kind| *kind == house.kind()).unwrap_or_default()] += 1;
                for (day, counts) in days.iter_mut().chain(&mut of_months) {
                    counts[house.standing_on(Moment { day: *day, view }) as usize] += 1;
                }
                if is_staff && scope.includes(code) {
                    reached.push(Counted::of(house, &census, period));
                }
            });
            (houses, days, of_months, reached)
        })
        .await?;
        reached.sort_by(|a, b| a.code.cmp(&b.code));
        let record = if reached.is_empty() {
            None
        } else {
            let due = self.due_of(caller, to, &reached).await?;
            let wanted = Wanted::new(&self.rulebook().on(to).policy, period, of.recent_days);
            Some(Record { figures: self.reckon(wanted, &reached, caller.may(Right::SeeCensus)).await?, due })
        };
        let (told_on, told) = self.told_areas(to, &hierarchy, area);
        Ok(Statistics { period, revision, houses, days, months: of_months, record, told, told_on })
    }

    /// Counts what the record says of these houses, which are in order of code; as of one moment.
    async fn reckon(&self, wanted: Wanted, houses: &[Counted], sees_residents: bool) -> Result<Figures, Refusal> {
        let _alone = self.reckoning.lock().await;
        let last = wanted.period.to;
        let mut counting = Counting::new(wanted, sees_residents);
        let mut reading = self.store.read().await?;
        for portion in houses.chunks(PORTION) {
            let Some((after, upto)) = range(portion.first().map(|house| &house.code), portion.last().map(|house| &house.code)) else { continue };
            let tallies = reading.tallies(&after, &upto, last).await?;
            let observed = reading.observed(&Portion::Codes { after, upto }).await?;
            let mut recorded = by_house(tallies);
            for of_house in observed {
                recorded.entry(of_house.house_code).or_default().observations = Timeline::new(of_house.observations).observations().to_vec();
            }
            let nothing = Recorded::default();
            for house in portion {
                counting.add(house.kind, house.has_plate, house.population, recorded.get(&house.code).unwrap_or(&nothing));
            }
        }
        Ok(counting.finish())
    }

    /// Whom tiers hit among the rental houses within reach: in an area and its parts, or in all.
    pub async fn fairness(&self, caller: &Caller, period: Period, area: &str) -> Result<Fairness, Refusal> {
        caller.must(Right::SeeFairness)?;
        check(period, self.today())?;
        let asked = if area.is_empty() { Scope::everywhere() } else { self.scope_of(Some(vec![area.to_owned()])) };
        let (snapshot, census, scope) = (self.snapshot(), self.census(), caller.scope.clone());
        let middle = period.from.plus_days((period.to.number() - period.from.number()) / 2);
        let mut houses = blocking(move || {
            let mut houses = Vec::new();
            snapshot.each(|house| {
                if house.kind() == HouseKind::Rental && scope.includes(house.area_code()) && asked.includes(house.area_code()) {
                    let standings = [middle, period.to].map(|day| house.standing_on(day));
                    let population = census.on(house.serial(), period.to);
                    let seen = Seen { area: house.area_code().to_owned(), population, standings, assessments: [0; 2], is_assessed: false };
                    houses.push((house.code().to_owned(), seen));
                }
            });
            houses.sort_by(|a, b| a.0.cmp(&b.0));
            houses
        })
        .await?;
        let rulebook = self.rulebook();
        let assessed_by = rulebook.on(period.to).policy.kinds_rated_from();
        let _alone = self.reckoning.lock().await;
        let mut reading = self.store.read().await?;
        for portion in houses.chunks_mut(PORTION) {
            let Some((after, upto)) = range(portion.first().map(|(code, _)| code), portion.last().map(|(code, _)| code)) else { continue };
            for of_house in reading.observed(&Portion::Codes { after, upto }).await? {
                let Ok(at) = portion.binary_search_by(|(code, _)| code.cmp(&of_house.house_code)) else { continue };
                let seen = &mut portion[at].1;
                let assessed = of_house.observations.iter().filter(|o| o.day <= period.to && assessed_by.contains(&o.kind.as_str()));
                for day in assessed.map(|o| o.day) {
                    seen.is_assessed = true;
                    seen.assessments[0] += u64::from(day >= period.from && day <= middle);
                    seen.assessments[1] += u64::from(day >= period.from);
                }
            }
        }
        drop(reading);
        Ok(blocking(move || report(period, &houses.into_iter().map(|(_, seen)| seen).collect::<Vec<_>>())).await?)
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

    /// Residents of an area and its parts (or of all areas) as everybody may know them, on the last such day up to another.
    fn told_areas(&self, upto: Day, hierarchy: &Arc<Hierarchy>, area: Option<usize>) -> (Option<Day>, Vec<ToldArea>) {
        let opening = self.site().opening_day;
        let last_month = upto.plus_days(1).first_of_month().plus_days(-1);
        let day = [Some(upto), Some(last_month)].into_iter().flatten().find(|day| is_told_of(*day, self.today(), opening));
        let Some(figures) = day.and_then(|day| self.public_figures(day)) else { return (None, Vec::new()) };
        let told = figures.told(&self.snapshot());
        let areas = hierarchy.areas().iter().zip(told).enumerate().filter(|(at, _)| area.is_none_or(|area| hierarchy.is_within(*at, area)));
        let areas = areas.map(|(_, (area, population))| ToldArea { code: area.code.clone(), name: area.name.clone(), population });
        (day, areas.collect())
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

/// A range of codes from which the first and the last are not left out; some others before the first may be in it.
fn range(first: Option<&String>, last: Option<&String>) -> Option<(String, String)> {
    // A text that another one begins with comes before it.
    let mut after = first?.clone();
    after.pop();
    Some((after, last?.clone()))
}

fn check(Period { from, to }: Period, today: Day) -> Result<(), Refusal> {
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

/// The first of each month of a period.
fn months(Period { from, to }: Period) -> Result<Vec<Day>, Refusal> {
    Day::firsts_of_months(from, to, MOST_MONTHS)
        .ok_or_else(|| Refusal::one("from", FaultCode::OutOfRange, format!("at most {MOST_MONTHS} months up to `to`"), from.to_string()))
}
