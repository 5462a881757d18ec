//! An account: the name and the password by which somebody signs in, and what the site asks beside them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The name of an account: 1 to 40 visible characters, single blanks inside allowed, and none that the audit gives to who has no name.
/// Two names that differ in case only are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName(String);

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected a name of 1 to 40 visible characters with single blanks, other than console and public")]
pub struct BadAccountName;

impl AccountName {
    pub fn new(text: &str) -> Result<Self, BadAccountName> {
        let text = text.trim();
        if names_somebody(text, 40) { Ok(Self(text.to_owned())) } else { Err(BadAccountName) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As names are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

/// A name as names are compared.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Whether a text of at most so many characters can stand in the audit for somebody: it looks like no other name.
#[must_use]
pub fn names_somebody(text: &str, most: usize) -> bool {
    let is_seen = |c: char| c == ' ' || !(c.is_whitespace() || c.is_control() || is_invisible(c));
    let is_trim = text.trim() == text && !text.contains("  ");
    (1..=most).contains(&text.chars().count()) && is_trim && text.chars().all(is_seen) && !["console", "public"].contains(&folded(text).as_str())
}

/// Format characters (general category Cf), fillers and variation selectors of Unicode 16: they draw nothing or turn what stands around
/// them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffd}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A password fit to be kept: 12 to 128 characters and not the name. No kinds of characters are asked for (OWASP ASVS 5.0, 6.2.1 and
/// 6.2.5): length is what counts.
#[derive(Clone)]
pub struct Password(String);

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected a password of 12 to 128 characters that is not the name")]
pub struct BadPassword;

impl Password {
    pub fn new(text: &str, name: &AccountName) -> Result<Self, BadPassword> {
        let fits = (12..=128).contains(&text.chars().count()) && text.trim().to_lowercase() != name.folded();
        if fits { Ok(Self(text.to_owned())) } else { Err(BadPassword) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// From whom the site asks a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Who has enrolled one is asked for it.
    #[default]
    Off,
    /// Everybody with an account; who has none yet may only enrol one.
    Staff,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected off or staff; found \"{0}\"")]
pub struct UnknownSecondFactor(pub String);

impl SecondFactor {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Staff => "staff",
        }
    }
}

impl FromStr for SecondFactor {
    type Err = UnknownSecondFactor;

    fn from_str(text: &str) -> Result<Self, UnknownSecondFactor> {
        [Self::Off, Self::Staff].into_iter().find(|known| known.as_str() == text).ok_or_else(|| UnknownSecondFactor(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_only_are_the_same() {
        let name = |text| AccountName::new(text).map(|name| name.folded());
        assert_eq!(name(" Li Na "), name("li na"));
        assert_eq!(name("ÄNNE"), name("änne"));
        let look_alike = ["li\u{200b}", "li\u{a0}na", "li  na", "li\u{3000}na", "\u{202e}il", "li\u{ad}", "Console", "PUBLIC"];
        for bad in ["", "  ", "a\u{0}b", &"x".repeat(41)].into_iter().chain(look_alike) {
            assert_eq!(name(bad), Err(BadAccountName), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_the_name_and_never_printed() {
        let name = AccountName::new("station officer").unwrap();
        for (text, fits) in [("elevenchars", false), ("twelve chars", true), ("十二个字的密码也是可以的", true), ("Station OFFICER", false)] {
            assert_eq!(Password::new(text, &name).is_ok(), fits, "{text}");
        }
        assert!(Password::new(&"x".repeat(128), &name).is_ok());
        assert!(Password::new(&"x".repeat(129), &name).is_err());
        assert_eq!(format!("{:?}", Password::new("twelve chars", &name)), "Ok(***)");
    }
}
