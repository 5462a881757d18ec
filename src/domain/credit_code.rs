//! Unified social credit codes of organisations (GB 32100-2015).

use std::fmt;

use super::id_number::narrow;

/// A credit code of 18 characters whose check character fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditCode(String);

/// Which rule a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCreditCode {
    #[error("{0} characters")]
    Length(usize),
    /// From 1.
    #[error("18 characters, number {0} cannot stand there")]
    Character(usize),
    #[error("18 characters, wrong check character")]
    CheckCharacter,
}

impl BadCreditCode {
    /// What would have been right.
    pub const EXPECTED: &str = "a unified social credit code of 18 digits and capitals (never I, O, S, V, Z); compare it with the licence";
}

/// The characters by their values (GB 32100-2015, table 3).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Three to the power of the place, modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Places 3 to 8 are the code of an area: digits.
const AREA: std::ops::Range<usize> = 2..8;

impl CreditCode {
    /// Reads a code; full-width characters and small letters are taken, blanks around are not part of it.
    pub fn parse(text: &str) -> Result<Self, BadCreditCode> {
        let code: String = text.trim().chars().map(narrow).collect();
        let length = code.chars().count();
        if length != 18 {
            return Err(BadCreditCode::Length(length));
        }
        let fits = |(at, c): (usize, char)| if AREA.contains(&at) { c.is_ascii_digit() } else { value(c).is_some() };
        if let Some(at) = code.chars().enumerate().position(|place| !fits(place)) {
            return Err(BadCreditCode::Character(at + 1));
        }
        if code.ends_with(check_of(&code)) { Ok(Self(code)) } else { Err(BadCreditCode::CheckCharacter) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The check character of the first 17.
pub(crate) fn check_of(code: &str) -> char {
    let sum: usize = code.chars().zip(WEIGHTS).map(|(c, weight)| value(c).unwrap_or(0) * weight).sum();
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

fn value(c: char) -> Option<usize> {
    ALPHABET.iter().position(|known| char::from(*known) == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_known_organisations_are_read() {
        // Published on the organisations' own pages: Tencent, Alibaba, Baidu.
        for code in ["9144030071526726XG", "91330100799655058B", "91110000802100433B"] {
            assert_eq!(CreditCode::parse(code).map(|read| read.to_string()).as_deref(), Ok(code));
        }
        assert_eq!(CreditCode::parse(" ９１４４０３００７１５２６７２６ｘｇ").unwrap().as_str(), "9144030071526726XG");
    }

    #[test]
    fn an_error_names_the_rule() {
        for (text, bad) in [
            ("", BadCreditCode::Length(0)),
            ("9144030071526726X", BadCreditCode::Length(17)),
            ("914403007152672IXG", BadCreditCode::Character(16)),
            ("91A4030071526726XG", BadCreditCode::Character(3)),
            ("长144030071526726XG", BadCreditCode::Character(1)),
            ("9144030071526726XH", BadCreditCode::CheckCharacter),
            ("9144030071526762XG", BadCreditCode::CheckCharacter),
        ] {
            assert_eq!(CreditCode::parse(text), Err(bad), "{text}");
        }
    }

    #[test]
    fn every_single_wrong_character_is_found() {
        let right = b"9144030071526726XG";
        for at in 0..18 {
            for other in ALPHABET.iter().filter(|other| **other != right[at]) {
                let mut wrong = *right;
                wrong[at] = *other;
                assert!(CreditCode::parse(std::str::from_utf8(&wrong).unwrap()).is_err(), "{} at {at}", char::from(*other));
            }
        }
    }
}
