//! The link between a person and a house, for a period.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::day::Day;

/// That somebody lives in a house, or owns it without living there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residency {
    pub role: ResidencyRole,
    /// `None` only of an owner who does not live in the house, who is no resident and is not counted as one.
    pub registration: Option<Registration>,
    pub from: Day,
    /// The day of moving out, the first that no longer counts; `None` while it lasts. A residency that ends on the day on which it began
    /// was recorded by mistake and never counted.
    pub to: Option<Day>,
}

/// Where a person has the registered home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    Registered,
    Temporary,
}

/// What a person is to the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResidencyRole {
    Owner,
    Tenant,
    Family,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadResidency {
    #[error("registered or temporary; only an owner who lives elsewhere has neither")]
    Unregistered,
    #[error("a day not before that of moving in")]
    EndsBefore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {0}")]
pub struct UnknownWord(pub &'static str);

impl Residency {
    pub fn new(role: ResidencyRole, registration: Option<Registration>, from: Day, to: Option<Day>) -> Result<Self, BadResidency> {
        if registration.is_none() && role != ResidencyRole::Owner {
            return Err(BadResidency::Unregistered);
        }
        if to.is_some_and(|to| to < from) {
            return Err(BadResidency::EndsBefore);
        }
        Ok(Self { role, registration, from, to })
    }

    /// Whether it lasts on a day.
    #[must_use]
    pub fn is_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether two residencies of one person say that he or she lived in two places on one day. Owning a house is not living in it.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let lives = |residency: &Self| residency.registration.is_some() && residency.to != Some(residency.from);
        let begins_in = |one: &Self, other: &Self| other.to.is_none_or(|to| one.from < to);
        lives(self) && lives(other) && begins_in(self, other) && begins_in(other, self)
    }
}

impl Registration {
    pub const ALL: [Self; 2] = [Self::Registered, Self::Temporary];
    pub const EXPECTED: &str = "registered, temporary";

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Temporary => "temporary",
        }
    }
}

impl ResidencyRole {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Tenant, Self::Family];
    pub const EXPECTED: &str = "owner, tenant, family";

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Tenant => "tenant",
            Self::Family => "family",
        }
    }
}

impl FromStr for Registration {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|known| known.as_str() == text.trim()).ok_or(UnknownWord(Self::EXPECTED))
    }
}

impl FromStr for ResidencyRole {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|known| known.as_str() == text.trim()).ok_or(UnknownWord(Self::EXPECTED))
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lived(from: i32, to: Option<i32>) -> Residency {
        Residency::new(ResidencyRole::Tenant, Some(Registration::Temporary), Day::from_number(from), to.map(Day::from_number)).unwrap()
    }

    #[test]
    fn two_residencies_overlap_when_one_day_is_in_both() {
        let ends = |from: i32| (from..=12).map(Some).chain([None]);
        for a_from in 0..=11 {
            for a in ends(a_from).map(|to| lived(a_from, to)) {
                for b_from in 0..=11 {
                    for b in ends(b_from).map(|to| lived(b_from, to)) {
                        let shares_a_day = (0..=30).map(Day::from_number).any(|day| a.is_on(day) && b.is_on(day));
                        assert_eq!((a.overlaps(&b), b.overlaps(&a)), (shares_a_day, shares_a_day), "{a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn who_moves_out_and_in_on_one_day_lives_in_one_place() {
        assert!(!lived(0, Some(10)).overlaps(&lived(10, None)));
        assert!(!lived(0, Some(10)).is_on(Day::from_number(10)));
    }

    #[test]
    fn owning_a_house_is_not_living_in_it() {
        let owns = Residency::new(ResidencyRole::Owner, None, Day::from_number(0), None).unwrap();
        assert!(!owns.overlaps(&lived(0, None)));
        assert_eq!(Residency::new(ResidencyRole::Tenant, None, Day::from_number(0), None), Err(BadResidency::Unregistered));
        let backwards = Residency::new(ResidencyRole::Owner, None, Day::from_number(2), Some(Day::from_number(1)));
        assert_eq!(backwards, Err(BadResidency::EndsBefore));
    }
}
