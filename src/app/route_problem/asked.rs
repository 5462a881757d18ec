//! The problem as it is written down, and what it becomes.

use std::{collections::HashMap, fmt::Display};

use super::{
    BadProblem,
    written::{Importance, Written, WrittenBreak, WrittenMeasure, WrittenPlace, WrittenStop, WrittenTeam, WrittenTravel},
};
use crate::{
    earth::LonLat,
    route::{self, Break, Fault, Goal, Measure, Problem, Stop, Team, Travel, Worth},
};

/// The whole problem, with names made into numbers.
pub struct Asked {
    pub stop_ids: Vec<String>,
    pub team_ids: Vec<String>,
    /// Speed and detour factor, where ways are straight lines.
    pub straight: Option<(f64, f64)>,
    pub has_lengths: bool,
    /// The stops of each team in the plan before.
    pub before: Option<Vec<Vec<usize>>>,
    pub change: u32,
    stops: Vec<Stop>,
    teams: Vec<Team>,
    travel: Travel,
    runs: Vec<Vec<usize>>,
    goal: Goal,
    share: Option<f64>,
}

/// What the lot gave.
pub struct Drawn {
    pub candidates: usize,
    pub share: f64,
    pub stops: Vec<usize>,
    pub probability: f64,
}

impl Asked {
    pub fn read(text: &str) -> Result<Self, BadProblem> {
        let written = Written::read(text)?;
        let stop_numbers = numbered("stops", written.stops.iter().map(|stop| stop.id.as_str()))?;
        let team_numbers = numbered("teams", written.teams.iter().map(|team| team.id.as_str()))?;
        // Before anything grows with the square of the stops.
        if written.stops.len() > route::MOST_STOPS || written.teams.len() > route::MOST_TEAMS {
            let (stops, teams) = (written.stops.len(), written.teams.len());
            return Err(BadProblem::new(format!(
                "there are {stops} stops and {teams} teams; at most 2,000 and 500: split the area, or ask for the most urgent ones"
            )));
        }
        let mut map = Map::new(&written.travel);
        let mut skills = Skills::default();
        let whose = |list, number, id| Whose { list, number, id };
        let stops = written.stops.iter().enumerate();
        let stops = stops.map(|(at, stop)| stop.read(&whose("stops", at, &stop.id), &mut map, &mut skills, &team_numbers)).collect::<Result<Vec<_>, _>>()?;
        let teams = written.teams.iter().enumerate();
        let teams = teams.map(|(at, team)| team.read(&whose("teams", at, &team.id), &mut map, &mut skills)).collect::<Result<Vec<_>, _>>()?;
        let find = |run: usize, id: &String| {
            let unknown = || BadProblem::new(format!("runs[{run}]: expected ids of stops, found \"{id}\", which is none"));
            stop_numbers.get(id.as_str()).copied().ok_or_else(unknown)
        };
        let runs = written.runs.iter().enumerate();
        let runs = runs.map(|(at, run)| run.iter().map(|id| find(at, id)).collect()).collect::<Result<Vec<_>, _>>()?;
        let has_lengths = written.travel.times_s.is_none() || written.travel.lengths_m.is_some();
        let measure = match written.goal.measure {
            WrittenMeasure::Time => Measure::Time,
            WrittenMeasure::Length if has_lengths => Measure::Length,
            WrittenMeasure::Length => return Err(BadProblem::new("goal.measure: \"length\" needs travel.lengths_m beside times_s")),
        };
        if let Some(at) = teams.iter().position(|team| team.longest_mm.is_some()).filter(|_| !has_lengths) {
            return Err(BadProblem::new(format!("teams[{at}].max_length_m needs travel.lengths_m beside times_s")));
        }
        let goal = Goal { measure, fewest_teams: written.goal.fewest_teams, balance: written.goal.balance, near_equal: written.goal.near_equal };
        let share = written.random.map(|random| random.share);
        if let Some(share) = share.filter(|share| !(0.0..=1.0).contains(share)) {
            return Err(BadProblem::new(format!("random.share: expected 0 to 1, found {share}")));
        }
        let before = written.previous.map(|plan| {
            let mut orders = vec![Vec::new(); teams.len()];
            for tour in plan.teams {
                let Some(&team) = team_numbers.get(tour.id.as_str()) else { continue };
                orders[team] = tour.stops.iter().filter_map(|visit| stop_numbers.get(visit.id.as_str()).copied()).collect();
            }
            orders
        });
        let change = thousandths(written.change_s.unwrap_or(300.0)).map_err(|why| BadProblem::new(format!("change_s: {why}")))?;
        let stop_ids = written.stops.iter().map(|stop| stop.id.clone()).collect();
        let team_ids = written.teams.iter().map(|team| team.id.clone()).collect();
        let (straight, travel) = map.travel(written.travel)?;
        Ok(Self { stop_ids, team_ids, straight, has_lengths, before, change, stops, teams, travel, runs, goal, share })
    }

    /// Draws stops by lot and makes them musts: so many as a share of those that a first plan without chance visits.
    pub fn draw(&mut self, seed: u64) -> Result<Option<Drawn>, BadProblem> {
        let Some(share) = self.share else { return Ok(None) };
        let problem = self.problem()?;
        let possible: Vec<usize> = (0..self.stops.len()).filter(|&stop| problem.impossible(stop).is_none()).collect();
        let fit: usize = route::solve(&problem, 0, |_| 1.0).orders().iter().map(Vec::len).sum();
        let draw = route::draw(possible.len(), (share * fit as f64).ceil() as usize, seed);
        let stops: Vec<usize> = draw.drawn.iter().map(|&at| possible[at]).collect();
        stops.iter().for_each(|&stop| self.stops[stop].worth = Worth::Must);
        Ok(Some(Drawn { candidates: possible.len(), share, stops, probability: draw.probability }))
    }

    pub fn problem(&self) -> Result<Problem, BadProblem> {
        let problem = Problem::new(self.stops.clone(), self.teams.clone(), self.travel.clone(), self.runs.clone(), self.goal);
        problem.map_err(|faults| {
            let more = faults.len().saturating_sub(20);
            let mut lines: Vec<String> = faults.iter().take(20).map(|fault| self.sentence(fault)).collect();
            lines.extend((more > 0).then(|| format!("and {more} more")));
            BadProblem::new(lines.join("\n"))
        })
    }

    fn sentence(&self, fault: &Fault) -> String {
        let stop = |stop: usize, field: &str| Whose { list: "stops", number: stop, id: &self.stop_ids[stop] }.says(field, fault);
        let team = |team: usize, field: &str| Whose { list: "teams", number: team, id: &self.team_ids[team] }.says(field, fault);
        match *fault {
            Fault::StopNowhere(at) => stop(at, ".at"),
            Fault::WindowBackwards(at) => stop(at, ".window"),
            Fault::LockedToNobody(at) => stop(at, ".team"),
            Fault::StopTooLate(at) | Fault::CannotBeVisited { stop: at, .. } => stop(at, ""),
            Fault::TeamNowhere(at) | Fault::TeamTooLate(at) => team(at, ""),
            Fault::ShiftBackwards(at) => team(at, ".shift"),
            Fault::BadBreak(at, _) | Fault::TooManyBreaks(at) => team(at, ".breaks"),
            Fault::BadRun(_) | Fault::RunOfTwoTeams(_) => format!("runs: {fault}"),
            Fault::NoTeam | Fault::TooManyTeams(_) => format!("teams: {fault}"),
            Fault::TooManyStops(_) => format!("stops: {fault}"),
            Fault::Balance(_) | Fault::NearEqual(_) => format!("goal: {fault}"),
        }
    }
}

/// Whose field is spoken of: `stops[1].window ("H2")`.
struct Whose<'a> {
    list: &'static str,
    number: usize,
    id: &'a str,
}

impl Whose<'_> {
    fn says(&self, field: &str, what: impl Display) -> String {
        format!("{}[{}]{field} (\"{}\"): {what}", self.list, self.number, self.id)
    }

    fn refuse(&self, field: &str, what: impl Display) -> BadProblem {
        BadProblem::new(self.says(field, what))
    }

    fn thousandths(&self, field: &str, number: f64) -> Result<u32, BadProblem> {
        thousandths(number).map_err(|why| self.refuse(field, why))
    }
}

fn numbered<'a>(list: &'static str, ids: impl Iterator<Item = &'a str>) -> Result<HashMap<&'a str, usize>, BadProblem> {
    let mut numbers = HashMap::new();
    for (number, id) in ids.enumerate() {
        if let Some(first) = numbers.insert(id, number) {
            let twice = format!("{list}[{first}] has the same id; give each its own");
            return Err(Whose { list, number, id }.refuse(".id", twice));
        }
    }
    Ok(numbers)
}

/// Milliseconds of seconds, millimetres of metres.
fn thousandths(number: f64) -> Result<u32, String> {
    let whole = (number * 1000.0).round();
    let fits = (0.0..=f64::from(u32::MAX)).contains(&whole);
    if fits { Ok(whole as u32) } else { Err(format!("expected 0 to 4,294,967, found {number}")) }
}

/// Names of skills as bits.
#[derive(Default)]
struct Skills(Vec<String>);

impl Skills {
    fn bits(&mut self, whose: &Whose, names: &[String]) -> Result<u64, BadProblem> {
        let mut bits = 0;
        for name in names {
            let at = self.0.iter().position(|known| known == name).unwrap_or(self.0.len());
            if at == self.0.len() {
                self.0.push(name.clone());
            }
            let too_many = || whose.refuse(".skills", format!("expected at most 64 different skills in all, found one more: {name}"));
            bits |= 1_u64.checked_shl(at as u32).ok_or_else(too_many)?;
        }
        Ok(bits)
    }
}

/// The places named so far: rows of matrices, or coordinates, each once.
struct Map {
    by_matrix: bool,
    places: Vec<(f64, f64)>,
    planar: Option<bool>,
}

impl Map {
    fn new(travel: &WrittenTravel) -> Self {
        Self { by_matrix: travel.times_s.is_some(), places: Vec::new(), planar: None }
    }

    fn place(&mut self, whose: &Whose, field: &str, place: WrittenPlace) -> Result<usize, BadProblem> {
        let (at, planar) = match (place, self.by_matrix) {
            (WrittenPlace { at: Some(at), .. }, true) => return Ok(at),
            (_, true) => return Err(whose.refuse(field, "expected at, a row of the matrices from 0")),
            (WrittenPlace { lon: Some(lon), lat: Some(lat), x: None, y: None, at: None }, _) => {
                LonLat::new(lon, lat).map_err(|bad| whose.refuse(field, bad))?;
                ((lon, lat), false)
            }
            (WrittenPlace { lon: None, lat: None, x: Some(x), y: Some(y), at: None }, _) if x.is_finite() && y.is_finite() => ((x, y), true),
            _ => return Err(whose.refuse(field, "expected lon and lat, or x and y (or at, with matrices)")),
        };
        if *self.planar.get_or_insert(planar) != planar {
            return Err(whose.refuse(field, "degrees and metres do not mix; give all places in one of them"));
        }
        self.places.push(at);
        Ok(self.places.len() - 1)
    }

    /// The ways, with speed in km/h and detour factor where they are straight lines.
    fn travel(&self, written: WrittenTravel) -> Result<(Option<(f64, f64)>, Travel), BadProblem> {
        let fault = |error: route::BadTravel| BadProblem::new(format!("travel: {error}"));
        if let Some(times) = written.times_s {
            let none = || times.iter().map(|row| vec![Some(0.0); row.len()]).collect();
            return Ok((None, Travel::matrices(&times, &written.lengths_m.unwrap_or_else(none)).map_err(fault)?));
        }
        let speed = written.speed_kmh.ok_or_else(|| BadProblem::new("travel: expected speed_kmh, or times_s"))?;
        let detour = written.detour.unwrap_or(1.3);
        let at: Vec<LonLat> = self.places.iter().filter_map(|&(lon, lat)| LonLat::new(lon, lat).ok()).collect();
        let metres = |from: usize, to: usize| match self.planar {
            Some(true) => (self.places[from].0 - self.places[to].0).hypot(self.places[from].1 - self.places[to].1),
            _ => at[from].metres_to(at[to]),
        };
        Ok((Some((speed, detour)), Travel::straight(self.places.len(), metres, speed / 3.6, detour).map_err(fault)?))
    }
}

impl WrittenStop {
    fn read(&self, whose: &Whose, map: &mut Map, skills: &mut Skills, teams: &HashMap<&str, usize>) -> Result<Stop, BadProblem> {
        let (opens, closes) = match self.window {
            None => (0, 1 << 29),
            Some((opens, closes)) => (whose.thousandths(".window", opens)?, whose.thousandths(".window", closes)?),
        };
        let value = |usual: f64| whose.thousandths(".value", self.value.unwrap_or(usual)).map(Worth::Value);
        let find = |id: &String| teams.get(id.as_str()).copied().ok_or_else(|| whose.refuse(".team", format!("there is no team \"{id}\"")));
        Ok(Stop {
            place: map.place(whose, "", WrittenPlace { lon: self.lon, lat: self.lat, x: self.x, y: self.y, at: self.at })?,
            service_ms: whose.thousandths(".service_s", self.service_s)?,
            window_ms: (opens, closes),
            load: self.load,
            skills: skills.bits(whose, &self.skills)?,
            worth: match self.importance {
                Importance::Must => Worth::Must,
                Importance::Should => value(3600.0)?,
                Importance::May => value(600.0)?,
            },
            team: self.team.as_ref().map(find).transpose()?,
        })
    }
}

impl WrittenTeam {
    fn read(&self, whose: &Whose, map: &mut Map, skills: &mut Skills) -> Result<Team, BadProblem> {
        let time = |field: &str, seconds: f64| whose.thousandths(field, seconds);
        let pause = |pause: &WrittenBreak| {
            let (from_ms, until_ms) = (time(".breaks", pause.window.0)?, time(".breaks", pause.window.1)?);
            Ok(Break { from_ms, until_ms, duration_ms: time(".breaks", pause.duration_s)? })
        };
        let start = map.place(whose, ".start", self.start)?;
        let end = match self.end {
            Some(_) if self.open_end => return Err(whose.refuse(".end", "expected an end or open_end, not both")),
            Some(end) => Some(map.place(whose, ".end", end)?),
            None => (!self.open_end).then_some(start),
        };
        Ok(Team {
            start,
            end,
            shift_ms: (time(".shift", self.shift.0)?, time(".shift", self.shift.1)?),
            breaks: self.breaks.iter().map(pause).collect::<Result<_, BadProblem>>()?,
            skills: skills.bits(whose, &self.skills)?,
            capacity: self.capacity.unwrap_or(u32::MAX),
            longest_mm: self.max_length_m.map(|metres| time(".max_length_m", metres)).transpose()?,
            fixed: time(".fixed_cost", self.fixed_cost)?,
        })
    }
}
