//! A person who lives in a house or owns it. Nothing here is ever judged: no tier, filter or figure takes any of it.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::id_number::{IdNumber, narrow};

/// What is known of a person. It shows itself to nobody by accident: `Debug` prints `***`, there is no `Display` and no `Serialize`, and
/// memory is wiped when it is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: PersonName,
    /// `None` where it is not known, as of small children.
    pub id_number: Option<IdNumber>,
    pub phone: Option<Phone>,
}

/// A name of 1 to 100 visible characters.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(Zeroizing<String>);

/// A telephone number: 5 to 20 digits, a plus sign before them or not.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Zeroizing<String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a name of 1 to 100 visible characters")]
pub struct BadName;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a telephone number of 5 to 20 digits")]
pub struct BadPhone;

impl PersonName {
    pub fn new(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let is_visible = text.chars().all(|c| !c.is_control() && c != '\u{fffd}');
        if (1..=100).contains(&text.chars().count()) && is_visible { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(BadName) }
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Phone {
    /// Blanks, hyphens and brackets between the digits are left out; full-width digits are taken.
    pub fn new(text: &str) -> Result<Self, BadPhone> {
        let kept = text.trim().chars().map(narrow).filter(|c| !matches!(c, ' ' | '\u{3000}' | '-' | '－' | '(' | ')' | '（' | '）'));
        let phone = Zeroizing::new(kept.map(|c| if c == '＋' { '+' } else { c }).collect::<String>());
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        let fits = (5..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(phone)) } else { Err(BadPhone) }
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why somebody looks at personal data. It stands in the audit with every look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Registering a residency, or correcting one.
    Registration,
    /// A visit to the house.
    Visit,
    /// A case under its number.
    Case,
    /// Danger to life or property.
    Emergency,
    /// The person asked.
    PersonAsked,
}

impl Purpose {
    pub const ALL: [Self; 5] = [Self::Registration, Self::Visit, Self::Case, Self::Emergency, Self::PersonAsked];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Visit => "visit",
            Self::Case => "case",
            Self::Emergency => "emergency",
            Self::PersonAsked => "person_asked",
        }
    }

    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_written_in_many_ways_are_one() {
        for text in ["+86 519 8877-6655", "＋８６（５１９）８８７７６６５５", " +8651988776655 "] {
            assert_eq!(Phone::new(text).unwrap().expose(), "+8651988776655", "{text}");
        }
        for bad in ["", "1234", "123456789012345678901", "12a45", "+", "++12345"] {
            assert_eq!(Phone::new(bad), Err(BadPhone), "{bad}");
        }
    }

    #[test]
    fn names_are_visible_and_of_bounded_length() {
        assert_eq!(PersonName::new(" 古丽·买买提 ").unwrap().expose(), "古丽·买买提");
        for bad in ["", "  ", "a\u{0}b", "a\nb", &"长".repeat(101)] {
            assert_eq!(PersonName::new(bad), Err(BadName));
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_person() {
        let person = Person {
            name: PersonName::new("陆建国").unwrap(),
            id_number: Some(IdNumber::parse("11010519491231002X").unwrap()),
            phone: Some(Phone::new("12900000000").unwrap()),
        };
        assert_eq!(format!("{person:?}"), "Person { name: ***, id_number: Some(***), phone: Some(***) }");
    }
}
