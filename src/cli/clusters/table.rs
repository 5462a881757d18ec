//! The points as read from CSV: columns, faults by line and column, steps of time.

use std::{collections::HashSet, io::Read};

use jiff::{ToSpan, civil::Date};

use super::{Model, Step};
use crate::{
    cli::Refused,
    cluster::{EARTH_RADIUS_M, Places},
    earth::LonLat,
};

pub struct Table {
    pub ids: Vec<String>,
    /// As the model has it: 0 or 1, a count, or a category.
    pub cases: Vec<u32>,
    /// Poisson only.
    pub population: Vec<f64>,
    /// The step of every point, from 0.
    pub steps: Vec<u32>,
    /// What the steps are called, first to last, gaps included.
    pub step_names: Vec<String>,
    coordinates: Coordinates,
}

enum Coordinates {
    Degrees(Vec<LonLat>),
    Metres(Vec<(f64, f64)>),
}

impl Table {
    pub fn read(input: impl Read, model: Model, step: Option<Step>) -> Result<Self, Refused> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
        let headers = reader.headers().map_err(|error| Refused::new(error.to_string()))?.clone();
        let find = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
        let column = |name: &str| {
            let found = headers.iter().collect::<Vec<_>>().join(", ");
            find(name).ok_or_else(|| Refused::new(format!("line 1: expected a column \"{name}\"; found {found}")))
        };
        let planar = find("lon").is_none() && find("x").is_some();
        let (across, up) = if planar { ("x", "y") } else { ("lon", "lat") };
        let (id, first, second, case) = (column("id")?, column(across)?, column(up)?, column("case")?);
        let people = if model == Model::Poisson { Some(column("population")?) } else { None };
        let when_name = if find("date").is_none() && find("year").is_some() { "year" } else { "date" };
        let when = match step {
            Some(step) => Some((column(when_name)?, step)),
            None => None,
        };
        let (mut ids, mut cases, mut population, mut dates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut degrees, mut metres) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| Refused::new(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let text = |at: usize| record.get(at).unwrap_or_default();
            let fault = |name: &str, expected: &str, at: usize| Refused::new(format!("line {line}, {name}: expected {expected}; found \"{}\"", text(at)));
            let number = |at: usize, name: &str| text(at).parse::<f64>().ok().filter(|value| value.abs() < 1e15).ok_or_else(|| fault(name, "a number", at));
            let (x, y) = (number(first, across)?, number(second, up)?);
            if planar {
                metres.push((x, y));
            } else {
                degrees.push(
                    LonLat::new(x, y).map_err(|error| {
                        Refused::new(format!("line {line}, {across} and {up}: {error}; found \"{}\" and \"{}\"", text(first), text(second)))
                    })?,
                );
            }
            let whole = |most: u32| text(case).parse().ok().filter(|count: &u32| *count <= most);
            let count = match model {
                Model::Bernoulli => whole(1).filter(|_| text(case).len() == 1).ok_or_else(|| fault("case", "0 or 1", case))?,
                Model::Poisson => whole(1_000_000).ok_or_else(|| fault("case", "a whole number up to 1,000,000", case))?,
                Model::Ordinal => whole(15).ok_or_else(|| fault("case", "a category from 0 (least) to 15", case))?,
            };
            if let Some(people) = people {
                let here = number(people, "population").ok().filter(|here| *here >= 0.0).ok_or_else(|| fault("population", "a number not below 0", people))?;
                if here == 0.0 && count > 0 {
                    return Err(fault("population", "a number above 0 where there are cases", people));
                }
                population.push(here);
            }
            if let Some((at, step)) = when {
                dates.push(day(text(at), step).ok_or_else(|| fault(when_name, step.expected(), at))?);
            }
            cases.push(count);
            ids.push(text(id).to_owned());
        }
        let (steps, step_names) = match when {
            Some((_, step)) => numbered(&dates, step)?,
            None => (Vec::new(), Vec::new()),
        };
        let coordinates = if planar { Coordinates::Metres(metres) } else { Coordinates::Degrees(degrees) };
        Ok(Self { ids, cases, population, steps, step_names, coordinates })
    }

    /// How many lines have the id of an earlier one, and the first such id.
    pub fn repeated(&self) -> Option<(usize, &str)> {
        let mut known = HashSet::new();
        let mut again = self.ids.iter().filter(|id| !known.insert(id.as_str()));
        let first = again.next()?;
        Some((1 + again.count(), first))
    }

    /// Which points are cases.
    pub fn marks(&self) -> Vec<bool> {
        self.cases.iter().map(|&count| count > 0).collect()
    }

    /// All points, where they are given in degrees.
    pub fn degrees(&self) -> Option<&[LonLat]> {
        match &self.coordinates {
            Coordinates::Degrees(points) => Some(points),
            Coordinates::Metres(_) => None,
        }
    }

    /// Where the points are; those that are meant.
    pub fn places(&self, meant: impl Fn(usize) -> bool) -> Result<Places, Refused> {
        match &self.coordinates {
            Coordinates::Degrees(points) => Ok(Places::on_sphere(&kept(points, meant))),
            Coordinates::Metres(points) => Places::on_plane(&kept(points, meant)).ok_or_else(|| Refused::new("x and y: expected finite numbers")),
        }
    }

    /// The same on a plane of metres, and how many metres a unit of the input is there, across and up.
    /// Degrees are true to scale in the middle of the points.
    pub fn plan(&self, meant: impl Fn(usize) -> bool) -> (Vec<(f64, f64)>, (f64, f64)) {
        let points = match &self.coordinates {
            Coordinates::Degrees(points) => points,
            Coordinates::Metres(points) => return (kept(points, meant), (1.0, 1.0)),
        };
        let (south, north) = points.iter().fold((90.0_f64, -90.0_f64), |(south, north), point| (south.min(point.lat()), north.max(point.lat())));
        let degree = EARTH_RADIUS_M.to_radians();
        let scale = (degree * ((south + north) / 2.0).to_radians().cos(), degree);
        (kept(points, meant).iter().map(|point| (point.lon() * scale.0, point.lat() * scale.1)).collect(), scale)
    }
}

fn kept<T: Copy>(points: &[T], meant: impl Fn(usize) -> bool) -> Vec<T> {
    points.iter().enumerate().filter(|(at, _)| meant(*at)).map(|(_, point)| *point).collect()
}

/// The first day of the step that a text names: a year, a month of a year, or a day.
fn day(text: &str, step: Step) -> Option<Date> {
    let whole: Date = match (text.len(), step) {
        (4, Step::Year) => format!("{text}-01-01").parse().ok()?,
        (7, Step::Year | Step::Month) => format!("{text}-01").parse().ok()?,
        (10, _) => text.parse().ok()?,
        _ => return None,
    };
    match step {
        Step::Year => Date::new(whole.year(), 1, 1).ok(),
        Step::Month => Some(whole.first_of_month()),
        Step::Day => Some(whole),
    }
}

/// The step of every day, and the names of all steps from the first to the last.
fn numbered(days: &[Date], step: Step) -> Result<(Vec<u32>, Vec<String>), Refused> {
    const MOST: usize = 366;
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else { return Ok((Vec::new(), Vec::new())) };
    let length = match step {
        Step::Year => 1.year(),
        Step::Month => 1.month(),
        Step::Day => 1.day(),
    };
    let all: Vec<Date> = first.series(length).take_while(|day| *day <= last).take(MOST + 1).collect();
    if all.len() > MOST {
        return Err(Refused::new(format!("{first} to {last}: expected at most {MOST} steps; take longer ones with --over-time")));
    }
    let steps = days.iter().map(|day| all.partition_point(|start| start < day) as u32).collect();
    Ok((steps, all.iter().map(|day| step.name(*day)).collect()))
}
