//! The yearly figures of some houses: how they stand on days, what happened in a period, and how that compares with the year before.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{day::Day, house::HouseKind, inspection::Outcome, observation::Observation, policy::Policy, population::Population, words::Words};

/// Which days are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day that counts.
    pub from: Day,
    /// The last day that counts.
    pub to: Day,
}

impl Period {
    #[must_use]
    pub fn has(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// The same days of the year before; 29 February becomes the 28th.
    #[must_use]
    pub fn year_before(self) -> Self {
        Self { from: year_before(self.from), to: year_before(self.to) }
    }

    /// The days on which houses are counted: a year before the end, the beginning, the end.
    #[must_use]
    pub fn counted(self) -> [Day; 3] {
        [year_before(self.to), self.from, self.to]
    }
}

fn year_before(day: Day) -> Day {
    // From a leap day there is no way back by months forward; the end of its February is the day before March.
    let mut earlier = day.plus_days(-366);
    if earlier.plus_months(12) != day {
        earlier = day.plus_days(-365);
    }
    if earlier.plus_months(12) == day { earlier } else { day.plus_days(-1).plus_days(-365) }
}

/// Figures of some houses.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub period: Period,
    pub revision: i64,
    /// By kind, in the order of [`HouseKind::ALL`].
    pub houses: [u64; 5],
    /// A year before the end, at the beginning, at the end: counts by standing, in its order.
    pub days: [(Day, [u64; 6]); 3],
    /// The same on the first of each month of the period.
    pub months: Vec<(Day, [u64; 6])>,
    /// What staff may know; `None` for the public, and where none of the houses is within reach.
    pub record: Option<Record>,
    /// Residents of areas as far as everybody may know, on the last day that is told and not after the end.
    pub told: Vec<ToldArea>,
    pub told_on: Option<Day>,
}

/// What the record says of the houses within somebody's reach.
#[derive(Clone, Debug)]
pub struct Record {
    pub figures: Figures,
    /// Visits that are due on the last day, and of these overdue; `None` for who may not see them.
    pub due: Option<(u64, u64)>,
}

/// An area with its residents; `None` where it is not told.
#[derive(Clone, Debug)]
pub struct ToldArea {
    pub code: String,
    pub name: String,
    pub population: Option<Population>,
}

/// What the record says of one house.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Those that count, in order of day.
    pub observations: Vec<Observation>,
    /// The days of its photos.
    pub photos: Vec<Day>,
    /// Visits that were not voided.
    pub visits: Vec<(Day, Outcome)>,
    /// Entries of residents, those who left included; none where the asker may not see counts.
    pub residencies: u64,
    /// Units that are there at the end.
    pub units: u64,
}

/// What is counted, by a policy.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub period: Period,
    /// A photo or an assessment not older than so many days is recent.
    pub recent_days: u16,
    /// Kinds of observations from which a house is rated.
    assessed_by: Vec<String>,
    kinds: Vec<(String, Words)>,
    /// Fields with the value that a landlord can bring about.
    fields: Vec<(String, String, Words)>,
}

impl Wanted {
    #[must_use]
    pub fn new(policy: &Policy, period: Period, recent_days: u16) -> Self {
        Self {
            period,
            recent_days,
            assessed_by: policy.kinds_rated_from().into_iter().map(str::to_owned).collect(),
            kinds: policy.kinds().map(|(kind, _)| (kind.name.clone(), kind.title.clone())).collect(),
            fields: policy.fields().iter().filter_map(|field| Some((field.name.clone(), field.can_become()?, field.title.clone()))).collect(),
        }
    }

    fn is_recent(&self, day: Day, on: Day) -> bool {
        day <= on && day >= on.plus_days(-i32::from(self.recent_days))
    }
}

/// The figures of a set of houses, as staff may know them.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    pub period: Period,
    pub year_before: Period,
    pub recent_days: u16,
    pub houses: u64,
    pub rental: u64,
    /// Houses with a door plate, as the register is now.
    pub plates: u64,
    /// Units on the last day; `None` for who may not see those of a house.
    pub units: Option<u64>,
    /// Entries of residents, history included; `None` for who may not see counts.
    pub residencies: Option<u64>,
    /// Photos of these houses up to the last day, more than one of a house included.
    pub photos: u64,
    /// Photos of the same places and days of which it is not known yet which house they show.
    pub photos_waiting: u64,
    /// A year before the end, at the beginning, at the end.
    pub coverage: [Coverage; 3],
    /// By kind of observation, in the order of the policy.
    pub happened: Vec<Happened>,
    pub improved: Vec<Improved>,
    /// Of the period and of the same days a year before; `None` for who may not see visits.
    pub visits: Option<[Visits; 2]>,
}

/// How well the houses are known on a day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Coverage {
    pub day: Day,
    /// Rental houses with any assessment by then, and with a recent one.
    pub assessed: u64,
    pub assessed_recently: u64,
    /// Houses with any photo by then, and with a recent one.
    pub photographed: u64,
    pub photographed_recently: u64,
    pub population: Option<Population>,
}

/// Observations of a kind.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    pub kind: String,
    pub title: Words,
    pub now: Count,
    pub year_before: Count,
    /// Share of those in rental houses, percent; `None` when nothing happened.
    pub rental_percent: Option<f64>,
    /// Change of those in rental houses since the year before, percent; `None` when there were none.
    pub rental_change_percent: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub all: u64,
    pub in_rental: u64,
    /// Rental houses with at least one.
    pub rental_houses: u64,
}

/// Rental houses in which something was found wanting before and in order since.
#[derive(Clone, Debug, Serialize)]
pub struct Improved {
    pub field: String,
    pub title: Words,
    pub now: u64,
    pub year_before: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Visits {
    pub done: u64,
    pub nobody_home: u64,
    pub refused: u64,
}

/// What whoever asks may know beside tiers and observations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sees {
    /// How many live somewhere.
    pub residents: bool,
    pub units: bool,
    pub visits: bool,
}

/// Counts house by house; [`finish`](Self::finish) makes shares of them.
#[derive(Clone, Debug)]
pub struct Counting {
    wanted: Wanted,
    figures: Figures,
    /// By place in the policy.
    kinds: BTreeMap<String, usize>,
}

impl Counting {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(wanted: Wanted, sees: Sees) -> Self {
        let period = wanted.period;
        let coverage = |day| Coverage {
            day,
            assessed: 0,
            assessed_recently: 0,
            photographed: 0,
            photographed_recently: 0,
            population: sees.residents.then(Population::default),
        };
        let happened = wanted.kinds.iter().map(|(kind, title)| Happened {
            kind: kind.clone(),
            title: title.clone(),
            now: Count::default(),
            year_before: Count::default(),
            rental_percent: None,
            rental_change_percent: None,
        });
        let improved = wanted.fields.iter().map(|(field, _, title)| Improved { field: field.clone(), title: title.clone(), now: 0, year_before: 0 });
        let figures = Figures {
            period,
            year_before: period.year_before(),
            recent_days: wanted.recent_days,
            houses: 0,
            rental: 0,
            plates: 0,
            units: sees.units.then_some(0),
            residencies: sees.residents.then_some(0),
            photos: 0,
            photos_waiting: 0,
            coverage: period.counted().map(coverage),
            happened: happened.collect(),
            improved: improved.collect(),
            visits: sees.visits.then(Default::default),
        };
        let kinds = wanted.kinds.iter().enumerate().map(|(at, (kind, _))| (kind.clone(), at)).collect();
        Self { figures, kinds, wanted }
    }

    /// Counts a house with how many lived there on each of the three days.
    pub fn add(&mut self, kind: HouseKind, has_plate: bool, population: [Population; 3], recorded: &Recorded) {
        let (figures, wanted) = (&mut self.figures, &self.wanted);
        let is_rental = kind == HouseKind::Rental;
        let periods = [figures.period, figures.year_before];
        figures.houses += 1;
        figures.rental += u64::from(is_rental);
        figures.plates += u64::from(has_plate);
        figures.photos += recorded.photos.iter().filter(|day| **day <= figures.period.to).count() as u64;
        if let Some(residencies) = &mut figures.residencies {
            *residencies += recorded.residencies;
        }
        if let Some(units) = &mut figures.units {
            *units += recorded.units;
        }
        let assessed: Vec<Day> = recorded.observations.iter().filter(|o| is_rental && wanted.assessed_by.contains(&o.kind)).map(|o| o.day).collect();
        for (coverage, population) in figures.coverage.iter_mut().zip(population) {
            let on = coverage.day;
            coverage.assessed += u64::from(assessed.iter().any(|day| *day <= on));
            coverage.assessed_recently += u64::from(assessed.iter().any(|day| wanted.is_recent(*day, on)));
            coverage.photographed += u64::from(recorded.photos.iter().any(|day| *day <= on));
            coverage.photographed_recently += u64::from(recorded.photos.iter().any(|day| wanted.is_recent(*day, on)));
            if let Some(counted) = &mut coverage.population {
                *counted += population;
            }
        }
        let mut of_house = vec![[0u64; 2]; figures.happened.len()];
        for observation in &recorded.observations {
            let Some(&at) = self.kinds.get(&observation.kind) else { continue };
            for (count, period) in of_house[at].iter_mut().zip(periods) {
                *count += u64::from(period.has(observation.day));
            }
        }
        for (happened, [now, before]) in figures.happened.iter_mut().zip(of_house) {
            happened.now.add(now, is_rental);
            happened.year_before.add(before, is_rental);
        }
        if is_rental {
            for (improved, (field, good, _)) in figures.improved.iter_mut().zip(&wanted.fields) {
                let days = mended(&recorded.observations, field, good);
                improved.now += u64::from(days.iter().any(|day| periods[0].has(*day)));
                improved.year_before += u64::from(days.iter().any(|day| periods[1].has(*day)));
            }
        }
        for (visits, period) in figures.visits.iter_mut().flatten().zip(periods) {
            for (_, outcome) in recorded.visits.iter().filter(|(day, _)| period.has(*day)) {
                match outcome {
                    Outcome::Done => visits.done += 1,
                    Outcome::NobodyHome => visits.nobody_home += 1,
                    Outcome::Refused => visits.refused += 1,
                }
            }
        }
    }

    #[must_use]
    pub fn finish(mut self) -> Figures {
        for happened in &mut self.figures.happened {
            happened.rental_percent = percent(happened.now.in_rental, happened.now.all);
            happened.rental_change_percent = change_percent(happened.now.in_rental, happened.year_before.in_rental);
        }
        self.figures
    }
}

impl Count {
    fn add(&mut self, count: u64, is_rental: bool) {
        self.all += count;
        if is_rental {
            self.in_rental += count;
            self.rental_houses += u64::from(count > 0);
        }
    }
}

/// The days on which a field that was known to be otherwise became good.
fn mended(observations: &[Observation], field: &str, good: &str) -> Vec<Day> {
    let said: Vec<(Day, &str)> = observations.iter().filter_map(|o| Some((o.day, o.fields.get(field)?.as_str()))).collect();
    said.windows(2).filter(|pair| pair[0].1 != good && pair[1].1 == good).map(|pair| pair[1].0).collect()
}

/// A part of a whole in percent, to a tenth; `None` of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| tenth(part as f64 / whole as f64))
}

/// How much more there is than before, in percent of before, to a tenth; `None` where there was nothing.
#[must_use]
pub fn change_percent(now: u64, before: u64) -> Option<f64> {
    (before > 0).then(|| tenth((now as f64 - before as f64) / before as f64))
}

fn tenth(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_before_is_the_same_day_and_of_a_leap_day_the_28th() {
        for (of, is) in [("2010-10-31", "2009-10-31"), ("2012-03-01", "2011-03-01"), ("2013-03-01", "2012-03-01"), ("2012-02-29", "2011-02-28")] {
            assert_eq!(year_before(day(of)), day(is), "{of}");
        }
        assert_eq!(year_before(day("2013-02-28")), day("2012-02-28"));
    }

    proptest! {
        #[test]
        fn a_year_before_any_day_has_its_month_and_its_date_or_is_the_28th(number in -20_000i32..60_000) {
            let (of, is) = (Day::from_number(number).to_string(), year_before(Day::from_number(number)).to_string());
            let (of_year, is_year): (i32, i32) = (of[..4].parse().unwrap(), is[..4].parse().unwrap());
            prop_assert_eq!(of_year - 1, is_year);
            prop_assert_eq!(of[4..].replace("-02-29", "-02-28"), &is[4..]);
        }

        /// Against counting each observation by itself.
        #[test]
        fn observations_are_counted_once_in_each_period_that_has_them(
            days in prop::collection::vec((0i32..900, 0usize..3), 0..30), from in 300i32..600, length in 0i32..400, is_rental: bool
        ) {
            let policy = Policy::parse(include_str!("../../seeds/policies/qishuyan-2010.toml")).unwrap();
            let kinds = ["criminal_case", "dispute", "void of meaning"];
            let period = Period { from: Day::from_number(14_000 + from), to: Day::from_number(14_000 + from + length) };
            let mut observations: Vec<Observation> = days
                .iter()
                .map(|(number, kind)| Observation { id: String::new(), day: Day::from_number(14_000 + number), kind: kinds[*kind].to_owned(), fields: BTreeMap::new() })
                .collect();
            observations.sort_by_key(|o| o.day);
            let mut counting = Counting::new(Wanted::new(&policy, period, 90), Sees::default());
            let house = if is_rental { HouseKind::Rental } else { HouseKind::Business };
            counting.add(house, false, [Population::default(); 3], &Recorded { observations: observations.clone(), ..Recorded::default() });
            let figures = counting.finish();
            for happened in &figures.happened {
                for (count, within) in [(happened.now, period), (happened.year_before, period.year_before())] {
                    let all = observations.iter().filter(|o| o.kind == happened.kind && o.day >= within.from && o.day <= within.to).count() as u64;
                    let expected = Count { all, in_rental: if is_rental { all } else { 0 }, rental_houses: u64::from(is_rental && all > 0) };
                    prop_assert_eq!(count, expected);
                }
            }
        }
    }

    #[test]
    fn a_thing_is_mended_when_it_was_known_to_be_wanting() {
        let said = |on: &str, value: &str| Observation {
            id: String::new(),
            day: day(on),
            kind: "assessment".to_owned(),
            fields: BTreeMap::from([("facilities".to_owned(), value.to_owned())]),
        };
        let history = [said("2009-01-01", "fitted"), said("2009-02-01", "missing"), said("2009-03-01", "missing"), said("2009-04-01", "fitted")];
        assert_eq!(mended(&history, "facilities", "fitted"), [day("2009-04-01")]);
        assert!(mended(&history[..1], "facilities", "fitted").is_empty(), "never known to be missing");
    }

    #[test]
    fn shares_of_nothing_are_not_told() {
        assert_eq!((percent(26, 68), percent(0, 0)), (Some(38.2), None));
        assert_eq!((change_percent(9, 22), change_percent(3, 0)), (Some(-59.1), None));
    }
}
