//! A calendar day, the only time that the domain knows.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, years 1 to 9999. The site's own time zone decides which day an instant falls on, outside of this room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected a day as YYYY-MM-DD; found \"{0}\"")]
pub struct BadDay(pub String);

impl Day {
    /// Before every observation: a policy valid from here has always been valid.
    pub const FIRST: Self = Self(Date::constant(1, 1, 1));
    pub const LAST: Self = Self(Date::constant(9999, 12, 31));

    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().filter(|date| date.year() >= 1).map(Self)
    }

    /// The same day of the month so many months later, clamped to the month's end (31 August + 6 months = 28 or 29 February).
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        self.0.checked_add(i32::from(months).months()).map_or(Self::LAST, Self)
    }

    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        self.0.saturating_add(days.days()).into()
    }

    /// Days since 1970-01-01; negative before.
    #[must_use]
    pub fn number(self) -> i32 {
        // A span in days between two dates of years 1 to 9999 fits.
        self.0.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
    }

    /// The day so many days after 1970-01-01, clamped to years 1 to 9999.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        Self::from(Date::constant(1970, 1, 1).saturating_add(number.days()))
    }

    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    /// The first and the last day of its calendar month.
    #[must_use]
    pub fn month(self) -> (Self, Self) {
        (Self(self.0.first_of_month()), Self(self.0.last_of_month()))
    }

    /// The first of each month from one day to another, both included; `None` when there are more than so many.
    #[must_use]
    pub fn firsts_of_months(from: Self, to: Self, most: usize) -> Option<Vec<Self>> {
        let mut days = Vec::new();
        let mut day = from.first_of_month();
        while day <= to {
            if day >= from {
                days.push(day);
            }
            if days.len() > most {
                return None;
            }
            let next = day.plus_months(1);
            if next <= day {
                break;
            }
            day = next;
        }
        Some(days)
    }

    #[must_use]
    pub fn is_last_of_month(self) -> bool {
        self.0 == self.0.last_of_month()
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date).clamp(Self::FIRST, Self::LAST)
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl FromStr for Day {
    type Err = BadDay;

    /// `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, BadDay> {
        let bad = || BadDay(text.chars().take(40).collect());
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(bad());
        }
        let number =
            |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit())).and_then(|part| part.parse::<i16>().ok());
        let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
            return Err(bad());
        };
        Self::new(year, i8::try_from(month).map_err(|_| bad())?, i8::try_from(day).map_err(|_| bad())?).ok_or_else(bad)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_of_months_is_clamped_to_the_month_s_end() {
        assert_eq!(day("2009-08-31").plus_months(6), day("2010-02-28"));
        assert_eq!(day("2011-08-31").plus_months(6), day("2012-02-29"));
        assert_eq!(day("2010-02-28").plus_months(12), day("2011-02-28"));
    }

    #[test]
    fn a_month_ends_where_the_next_one_begins() {
        for text in ["2010-01-31", "2012-02-29", "2011-02-01", "2026-12-15"] {
            let (first, last) = day(text).month();
            assert!(first <= day(text) && day(text) <= last && first == day(text).first_of_month(), "{text}");
            assert_eq!(last.plus_days(1), first.plus_months(1), "{text}");
        }
        assert_eq!(Day::LAST.month(), (day("9999-12-01"), Day::LAST));
    }

    #[test]
    fn only_a_whole_calendar_day_is_read() {
        for bad in ["2010-2-1", "2010-02-30", "10-02-2010", "2010/02/01", "", "0000-01-01", "2010-02-01T00:00", "+010-02-01", "２０10-1"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_s_number_leads_back_to_it() {
        for text in ["1970-01-01", "1969-12-31", "2012-02-29", "9999-12-31", "0001-01-01"] {
            assert_eq!(Day::from_number(day(text).number()), day(text));
        }
        assert_eq!(day("1970-02-01").number(), 31);
    }
}
