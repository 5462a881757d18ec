//! What a planner asks for, and whether it makes sense by itself.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    app::{Flaw, Refusal},
    domain::{day::Day, inspection::Duty, round::Clock},
    earth::LonLat,
    route::{MOST_BREAKS, MOST_STOPS},
    streets::Mode,
    transfer::FaultCode,
};

/// A round to be planned: which houses, on which day, by whom.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoundDraft {
    /// Today when left out.
    pub day: Option<Day>,
    pub name: String,
    /// An evening check: only where the policy allows one, by two people. A team that is out in the evening makes it one.
    pub evening: bool,
    pub mode: Mode,
    /// For each visit.
    pub minutes: u16,
    /// The houses of an area and its parts …
    pub area: Option<String>,
    /// … of a GeoJSON polygon …
    pub polygon: Option<serde_json::Value>,
    /// … or these and no others. With none of the three: all that the planner answers for.
    pub houses: Vec<String>,
    /// What falls due within so many days may be visited too.
    pub until_days: u16,
    /// Houses that must be visited.
    pub musts: Vec<String>,
    /// The share of the visits that is drawn by lot among all rental houses chosen from, whatever their tier.
    pub share: f64,
    /// When visits may begin.
    pub window: Option<(Clock, Clock)>,
    pub teams: Vec<TeamDraft>,
    /// How much teams of unequal work cost; see [`crate::route::Goal`].
    pub balance: f64,
    /// How long to search: 20,000 are plenty for an evening.
    pub iterations: u64,
}

impl Default for RoundDraft {
    fn default() -> Self {
        Self {
            day: None,
            name: String::new(),
            evening: false,
            mode: Mode::Walk,
            minutes: 10,
            area: None,
            polygon: None,
            houses: Vec::new(),
            until_days: 3,
            musts: Vec::new(),
            share: 0.1,
            window: None,
            teams: Vec::new(),
            balance: 0.5,
            iterations: 20_000,
        }
    }
}

/// A team with its shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamDraft {
    pub name: String,
    /// An officer's team makes visits of assistants too.
    pub duty: Duty,
    /// The staff who go.
    #[serde(default)]
    pub members: Vec<String>,
    /// Longitude and latitude.
    pub start: [f64; 2],
    /// The start when left out.
    #[serde(default)]
    pub end: Option<[f64; 2]>,
    /// It ends wherever its last visit is.
    #[serde(default)]
    pub open_end: bool,
    pub from: Clock,
    pub until: Clock,
    #[serde(default)]
    pub breaks: Vec<BreakDraft>,
    /// The longest way it may make in all.
    #[serde(default)]
    pub most_km: Option<f64>,
}

/// A break that begins between two times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakDraft {
    pub from: Clock,
    pub until: Clock,
    pub minutes: u16,
}

const MOST_TEAMS: usize = 50;
const MOST_MEMBERS: usize = 10;
const MOST_ITERATIONS: u64 = 1_000_000;
/// Plans are made for at most so many days ahead.
const MOST_AHEAD: i32 = 366;

impl RoundDraft {
    /// Refuses what makes no sense whatever the houses are, all of it at once.
    pub(super) fn must_make_sense(&self, day: Day, today: Day) -> Result<(), Refusal> {
        let mut flaws = Flaws::default();
        let last = today.plus_days(MOST_AHEAD);
        flaws.unless((today..=last).contains(&day), "day", FaultCode::OutOfRange, format!("a day from today to {last}"), day.to_string());
        flaws.unless(is_name(&self.name, 0), "name", FaultCode::BadName, "at most 40 characters on one line", &self.name);
        flaws.unless((1..=240).contains(&self.minutes), "minutes", FaultCode::OutOfRange, "1 to 240 minutes", self.minutes.to_string());
        flaws.unless((0.0..=1.0).contains(&self.share), "share", FaultCode::OutOfRange, "a share of 0 to 1", self.share.to_string());
        flaws.unless((0.0..=10.0).contains(&self.balance), "balance", FaultCode::OutOfRange, "0 to 10", self.balance.to_string());
        flaws.unless(self.until_days <= 366, "until_days", FaultCode::OutOfRange, "0 to 366 days", self.until_days.to_string());
        let iterations = (1..=MOST_ITERATIONS).contains(&self.iterations);
        flaws.unless(iterations, "iterations", FaultCode::OutOfRange, "1 to 1,000,000", self.iterations.to_string());
        let window = self.window.is_none_or(|(from, until)| from <= until);
        flaws.unless(window, "window", FaultCode::OutOfRange, "a window that ends after it begins", "the other way round");
        let choices = [self.area.is_some(), self.polygon.is_some(), !self.houses.is_empty()].into_iter().filter(|given| *given).count();
        flaws.unless(choices < 2, "houses", FaultCode::UnknownField, "one of area, polygon and houses", "several of them");
        for (field, codes) in [("houses", &self.houses), ("musts", &self.musts)] {
            let expected = format!("at most {MOST_STOPS} houses: choose a smaller area, or make several rounds");
            flaws.unless(codes.len() <= MOST_STOPS, field, FaultCode::TooLarge, expected, codes.len().to_string());
        }
        flaws.unless(!self.teams.is_empty(), "teams", FaultCode::MissingValue, "at least one team", "none");
        flaws.unless(self.teams.len() <= MOST_TEAMS, "teams", FaultCode::TooLarge, format!("at most {MOST_TEAMS} teams"), self.teams.len().to_string());
        for (at, team) in self.teams.iter().enumerate().take(MOST_TEAMS) {
            team.tell_flaws(at, self.evening, &mut flaws);
        }
        let names: BTreeSet<&str> = self.teams.iter().map(|team| team.name.trim()).collect();
        flaws.unless(names.len() == self.teams.len(), "teams", FaultCode::DuplicateCode, "a name of its own for each team", "the same name twice");
        flaws.refuse()
    }
}

impl TeamDraft {
    fn tell_flaws(&self, at: usize, evening: bool, flaws: &mut Flaws) {
        let field = |name: &str| format!("teams[{at}].{name}");
        flaws.unless(is_name(&self.name, 1), &field("name"), FaultCode::BadName, "1 to 40 characters on one line", &self.name);
        let members: BTreeSet<&str> = self.members.iter().map(|name| name.trim()).collect();
        let fitting = members.len() == self.members.len() && members.len() <= MOST_MEMBERS && members.iter().all(|name| is_name(name, 1));
        flaws.unless(fitting, &field("members"), FaultCode::BadName, "different names of at most 40 characters", self.members.join(", "));
        flaws.unless(
            !evening || members.len() >= 2,
            &field("members"),
            FaultCode::MissingValue,
            "two people: nobody calls alone in the evening",
            members.len().to_string(),
        );
        for (name, place) in [("start", Some(self.start)), ("end", self.end)] {
            if let Some(bad) = place.and_then(|[lon, lat]| LonLat::new(lon, lat).err()) {
                flaws.unless(false, &field(name), FaultCode::OutOfRange, "longitude and latitude in degrees", bad.to_string());
            }
        }
        flaws.unless(!(self.open_end && self.end.is_some()), &field("end"), FaultCode::UnknownField, "an end or open_end, not both", "both");
        flaws.unless(
            self.from < self.until,
            &field("until"),
            FaultCode::OutOfRange,
            format!("a time after the team starts, {}", self.from),
            self.until.to_string(),
        );
        let most_km = self.most_km.is_none_or(|km| (0.1..=500.0).contains(&km));
        flaws.unless(most_km, &field("most_km"), FaultCode::OutOfRange, "0.1 to 500 km", self.most_km.unwrap_or_default().to_string());
        flaws.unless(
            self.breaks.len() <= MOST_BREAKS,
            &field("breaks"),
            FaultCode::TooLarge,
            format!("at most {MOST_BREAKS} breaks"),
            self.breaks.len().to_string(),
        );
        let mut free_ms = self.from.ms();
        for (number, pause) in self.breaks.iter().enumerate() {
            let ends_ms = pause.from.ms() + u32::from(pause.minutes) * 60_000;
            let fits = pause.from.ms() >= free_ms && pause.from <= pause.until && pause.until <= self.until && ends_ms <= self.until.ms() && pause.minutes > 0;
            let found = format!("{} to {}, {} min", pause.from, pause.until, pause.minutes);
            flaws.unless(fits, &field(&format!("breaks[{number}]")), FaultCode::OutOfRange, "a break within the shift, after the one before it", found);
            free_ms = ends_ms;
        }
    }
}

/// What does not fit, as it is found.
#[derive(Default)]
pub(super) struct Flaws(Vec<Flaw>);

impl Flaws {
    pub fn unless(&mut self, fits: bool, field: &str, code: FaultCode, expected: impl Into<String>, found: impl AsRef<str>) {
        if !fits {
            let found = found.as_ref().chars().take(80).collect();
            self.0.push(Flaw { field: field.to_owned(), code, expected: expected.into(), found });
        }
    }

    pub fn refuse(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.0)) }
    }
}

fn is_name(text: &str, least: usize) -> bool {
    (least..=40).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}
