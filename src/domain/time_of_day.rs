//! A time of day, to the minute.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// From 00:00 to 23:59, in the site's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected a time of day as HH:MM; found \"{0}\"")]
pub struct BadTimeOfDay(pub String);

impl TimeOfDay {
    /// `None` past 23:59.
    #[must_use]
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        if hour < 24 && minute < 60 { Some(Self { minutes: 60 * hour + minute }) } else { None }
    }

    /// Since midnight.
    pub(super) const fn minutes(self) -> u16 {
        self.minutes
    }

    /// So many full hours after midnight, 23 at most.
    #[must_use]
    pub(super) const fn at_hour(hour: u16) -> Self {
        Self { minutes: 60 * if hour < 24 { hour } else { 23 } }
    }
}

impl FromStr for TimeOfDay {
    type Err = BadTimeOfDay;

    /// `HH:MM` and nothing else.
    fn from_str(text: &str) -> Result<Self, BadTimeOfDay> {
        let two_digits = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten();
        let parts = text.split_once(':').and_then(|(hour, minute)| Some((two_digits(hour)?, two_digits(minute)?)));
        parts.and_then(|(hour, minute)| Self::new(hour, minute)).ok_or_else(|| BadTimeOfDay(text.chars().take(40).collect()))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_time_of_day_is_read() {
        for bad in ["", "7:30", "24:00", "12:60", "12", "12:3", "+1:30", "12:30:00", "１2:30"] {
            assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
        }
        for good in ["00:00", "07:05", "23:59"] {
            assert_eq!(good.parse::<TimeOfDay>().unwrap().to_string(), good);
        }
    }
}
