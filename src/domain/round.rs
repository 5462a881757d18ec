//! Rounds of visits: how they come on, what a visit is worth, and what a round looks like to those who print it or carry it along.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    inspection::Outcome,
    tier::{Standing, Tier},
    time_of_day::TimeOfDay,
    words::Words,
};
use crate::earth::LonLat;

/// How a stop of a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopState {
    Planned,
    Done,
    NobodyHome,
    Refused,
    /// Taken off the round by somebody.
    Dropped,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected planned, done, nobody_home, refused or dropped; found \"{0}\"")]
pub struct UnknownState(pub String);

impl StopState {
    pub const ALL: [Self; 5] = [Self::Planned, Self::Done, Self::NobodyHome, Self::Refused, Self::Dropped];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Done => "done",
            Self::NobodyHome => "nobody_home",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }

    /// Whether somebody stood at the door.
    #[must_use]
    pub fn is_visited(self) -> bool {
        matches!(self, Self::Done | Self::NobodyHome | Self::Refused)
    }
}

impl From<Outcome> for StopState {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::NobodyHome => Self::NobodyHome,
            Outcome::Refused => Self::Refused,
        }
    }
}

impl FromStr for StopState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| UnknownState(text.chars().take(40).collect()))
    }
}

/// Whether a visit may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// Others give way to it.
    Must,
    Should,
    May,
}

/// How important a visit is, and how many minutes of travel it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    pub importance: Importance,
    pub minutes: u32,
}

/// After so many days overdue a visit gets no more urgent.
const MOST_DAYS: u32 = 60;

impl Worth {
    /// A visit with a deadline of its own (a re-inspection, a formal notice) that has come is a must. Another one that is due should be made:
    /// (60 + 5 × days overdue, at most 60 of them) minutes × 2 for a red house, × 1.5 for a yellow one. One that is due later may be made:
    /// 10 minutes × the same.
    #[must_use]
    pub fn of_due(has_deadline: bool, standing: Standing, days_overdue: i32) -> Self {
        // Halves, so that numbers stay whole.
        let halves = match standing.tier() {
            Some(Tier::Red) => 4,
            Some(Tier::Yellow) => 3,
            _ => 2,
        };
        let overdue = u32::try_from(days_overdue);
        let importance = match overdue {
            Err(_) => Importance::May,
            Ok(_) if has_deadline => Importance::Must,
            Ok(_) => Importance::Should,
        };
        let minutes = overdue.map_or(10, |days| 60 + 5 * days.min(MOST_DAYS));
        Self { importance, minutes: minutes * halves / 2 }
    }

    /// What was asked for by name, or drawn by lot.
    pub const MUST: Self = Self { importance: Importance::Must, minutes: 60 };
}

/// A time of a day or of the night after it, in minutes since midnight; written `18:05`, or `25:30` for half past one at night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time as HH:MM, 00:00 to 29:59; found \"{0}\"")]
pub struct BadClock(pub String);

impl Clock {
    #[must_use]
    pub fn ms(self) -> u32 {
        u32::from(self.0) * 60_000
    }

    /// The minute in which a moment of the day lies; milliseconds since midnight.
    #[must_use]
    pub fn of_ms(ms: u32) -> Self {
        Self(u16::try_from(ms / 60_000).unwrap_or(u16::MAX))
    }
}

impl From<TimeOfDay> for Clock {
    fn from(time: TimeOfDay) -> Self {
        Self(time.minutes())
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Clock {
    type Err = BadClock;

    fn from_str(text: &str) -> Result<Self, BadClock> {
        let two = |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u16>().ok()).flatten();
        let parts = text.split_once(':').and_then(|(hours, minutes)| Some((two(hours)?, two(minutes)?)));
        match parts {
            Some((hours @ 0..30, minutes @ 0..60)) => Ok(Self(hours * 60 + minutes)),
            _ => Err(BadClock(text.chars().take(20).collect())),
        }
    }
}

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A round as it is printed or carried along: nothing of anybody who lives there.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub title: String,
    pub site: Words,
    pub day: Day,
    pub evening: bool,
    /// Streets with whom to credit, or that the ways are only estimates.
    pub ways: Words,
    pub teams: Vec<SheetTeam>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SheetTeam {
    pub name: String,
    /// The staff who go.
    pub members: Vec<String>,
    pub leaves: Clock,
    pub ends: Clock,
    pub length_m: f64,
    /// The way from stop to stop, home included.
    pub path: Vec<LonLat>,
    pub stops: Vec<SheetStop>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SheetStop {
    /// From 1, in the order of the team.
    pub number: usize,
    pub code: String,
    pub address: String,
    pub place: LonLat,
    pub standing: Standing,
    pub arrives: Clock,
    pub state: StopState,
    /// Where the web shows the house; empty where the site has no address.
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overdue_is_worth_more_and_a_deadline_makes_a_must() {
        let of = |deadline, standing, days| Worth::of_due(deadline, standing, days);
        assert_eq!(of(false, Standing::Green, 0), Worth { importance: Importance::Should, minutes: 60 });
        assert_eq!(of(false, Standing::Red, 4), Worth { importance: Importance::Should, minutes: 160 });
        assert_eq!(of(false, Standing::Yellow, 9_999), Worth { importance: Importance::Should, minutes: 540 });
        assert_eq!(of(false, Standing::Unrated, -1), Worth { importance: Importance::May, minutes: 10 });
        assert_eq!(of(true, Standing::Red, -3), Worth { importance: Importance::May, minutes: 20 });
        assert_eq!(of(true, Standing::Green, 0).importance, Importance::Must);
    }

    #[test]
    fn times_are_read_and_written_alike() {
        for text in ["00:00", "18:05", "25:30", "29:59"] {
            assert_eq!(text.parse::<Clock>().map(|clock| clock.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("18:05".parse::<Clock>().map(Clock::ms), Ok(65_100_000));
        for text in ["", "8:05", "18:5", "30:00", "18:60", "18:05:00", "+8:05", "１8:05"] {
            assert_eq!(text.parse::<Clock>(), Err(BadClock(text.to_owned())));
        }
    }
}
