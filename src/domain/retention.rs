//! How long what is kept of people is kept: a period for each class, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::day::Day;

/// What has a period, in the order in which it is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// From the day of moving out.
    EndedResidency,
    /// A person without any residency, from the day of being first recorded.
    PersonWithoutResidency,
    /// A business that moved out, from that day.
    EndedUnit,
    /// A token, from when it was revoked or expired.
    EndedToken,
    /// Who was signed in, from when the session began.
    Session,
    /// A picture of a house, from the day of taking.
    Photo,
}

/// How long; calendar months are clamped as [`Day::plus_months`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    Months(u16),
    Days(u16),
}

/// The period of each class; a class without one is kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods(BTreeMap<Class, Period>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("retention, line {line}: {reason}")]
pub struct BadPeriods {
    pub line: usize,
    pub reason: String,
}

/// A century.
const MOST_MONTHS: u16 = 1_200;

impl Periods {
    /// Reads the document, see `seeds/retention.toml`. Refuses a class or a unit of time that is not known, and periods of more than a
    /// century.
    pub fn parse(text: &str) -> Result<Self, BadPeriods> {
        let fault = |at: usize, reason: String| BadPeriods { line: text[..at.min(text.len())].matches('\n').count() + 1, reason };
        let periods: BTreeMap<toml::Spanned<Class>, toml::Spanned<Period>> =
            toml::from_str(text).map_err(|error| fault(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        if let Some(long) = periods.values().find(|period| matches!(period.get_ref(), Period::Months(months) if *months > MOST_MONTHS)) {
            return Err(fault(long.span().start, format!("expected at most {MOST_MONTHS} months")));
        }
        Ok(Self(periods.into_iter().map(|(class, period)| (class.into_inner(), period.into_inner())).collect()))
    }

    /// In the order in which they are erased.
    pub fn iter(&self) -> impl Iterator<Item = (Class, Period)> + '_ {
        self.0.iter().map(|(class, period)| (*class, *period))
    }

    #[must_use]
    pub fn of(&self, class: Class) -> Option<Period> {
        self.0.get(&class).copied()
    }
}

impl Class {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EndedResidency => "ended_residency",
            Self::PersonWithoutResidency => "person_without_residency",
            Self::EndedUnit => "ended_unit",
            Self::EndedToken => "ended_token",
            Self::Session => "session",
            Self::Photo => "photo",
        }
    }
}

impl Period {
    /// The last day whose period is over today: what is of that day or before goes.
    #[must_use]
    pub fn over_until(self, today: Day) -> Day {
        match self {
            Self::Days(days) => today.plus_days(-i32::from(days)),
            Self::Months(months) => {
                // A month has at least 28 days, so this day is not before the one looked for.
                let mut day = today.plus_days(-28 * i32::from(months));
                while day > Day::FIRST && day.plus_months(months) > today {
                    day = day.plus_days(-1);
                }
                day
            }
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Months(months) => write!(f, "{months} months"),
            Self::Days(days) => write!(f, "{days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_has_a_period_for_every_class() {
        let periods = Periods::parse(include_str!("../../seeds/retention.toml")).unwrap();
        let names: Vec<&str> = periods.iter().map(|(class, _)| class.as_str()).collect();
        assert_eq!(names, ["ended_residency", "person_without_residency", "ended_unit", "ended_token", "session", "photo"]);
        assert_eq!(periods.of(Class::EndedResidency), Some(Period::Months(36)));
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        for (text, line, reason) in [
            ("session = { days = 1 }\n\nrumours = { months = 2 }\n", 3, "rumours"),
            ("# a comment\nsession = { weeks = 1 }", 2, "weeks"),
            ("session = { days = -1 }", 1, "-1"),
            ("session = { days = 70000 }", 1, "70000"),
            ("session = 3", 1, "wanted"),
            ("\nended_unit = { months = 1201 }", 2, "1200"),
            ("session = { days = 1 }\nsession = { days = 2 }", 2, "duplicate"),
            ("session = {", 1, ""),
        ] {
            let bad = Periods::parse(text).unwrap_err();
            assert!(bad.line == line && bad.reason.contains(reason), "{text}: {bad}");
        }
        assert_eq!(Periods::parse("").unwrap().iter().count(), 0);
    }

    #[test]
    fn a_period_is_over_on_the_same_days_as_when_counted_forwards() {
        for today in (0..800).map(|offset| Day::from_number(14_600 + offset)) {
            for months in [0, 1, 6, 12, 36, 1_200] {
                let until = Period::Months(months).over_until(today);
                assert!(until.plus_months(months) <= today && until.plus_days(1).plus_months(months) > today, "{today} {months}");
            }
            assert_eq!(Period::Days(2).over_until(today).plus_days(2), today);
        }
    }
}
