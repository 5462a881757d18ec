//! Citizen identity numbers (GB 11643-1999).

use std::fmt;

use zeroize::Zeroizing;

use super::day::Day;

/// An identity number of 18 characters whose birth date exists and whose check character fits. Personal: it shows itself to nobody by
/// accident.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber(Zeroizing<String>);

/// Which rule a text breaks. It holds nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdNumber {
    #[error("{0} characters")]
    Length(usize),
    /// From 1.
    #[error("{length} characters, number {position} cannot stand there")]
    Character { position: usize, length: usize },
    #[error("{0} characters, no such birth date")]
    BirthDate(usize),
    #[error("18 characters, wrong check digit")]
    CheckDigit,
}

impl BadIdNumber {
    /// What would have been right.
    pub const EXPECTED: &str = "an identity number of 18 digits (the last may be X), or an old one of 15; compare it with the document, digit by digit";
}

/// Weights of the first 17 digits: 2 to the power of 17, 16 … 1, modulo 11 (GB 11643-1999, ISO 7064 MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// By the weighted sum modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";

impl IdNumber {
    /// Reads 18 characters, or the 15 of numbers before 1999, which get the century 19 and a check character. Full-width characters and a
    /// lower-case x are taken, blanks around are not part of it.
    pub fn parse(text: &str) -> Result<Self, BadIdNumber> {
        let mut number = Zeroizing::new(text.trim().chars().map(narrow).collect::<String>());
        let length = number.chars().count();
        if length != 15 && length != 18 {
            return Err(BadIdNumber::Length(length));
        }
        let fits = |(at, c): (usize, char)| c.is_ascii_digit() || (at == 17 && c == 'X');
        if let Some(at) = number.chars().enumerate().position(|place| !fits(place)) {
            return Err(BadIdNumber::Character { position: at + 1, length });
        }
        if length == 15 {
            number.insert_str(6, "19");
            let check = check_of(&number);
            number.push(check);
        }
        if birth_date(&number).is_none() {
            return Err(BadIdNumber::BirthDate(length));
        }
        if !number.ends_with(check_of(&number)) {
            return Err(BadIdNumber::CheckDigit);
        }
        Ok(Self(number))
    }

    /// The 18 characters, for sealing, for the index, and for whoever may see them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The check character of the first 17 digits.
pub(crate) fn check_of(number: &str) -> char {
    let sum: u32 = number.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    char::from(CHECKS[(sum % 11) as usize])
}

fn birth_date(number: &str) -> Option<Day> {
    Day::new(number.get(6..10)?.parse().ok()?, number.get(10..12)?.parse().ok()?, number.get(12..14)?.parse().ok()?)
}

/// Whether a text holds what can only be somebody's number: an identity number, also one written in groups, a mobile number, or any run of
/// 11 to 20 digits. Longer runs are numbers of cases, which have 22.
#[must_use]
pub fn holds_number(text: &str) -> bool {
    let narrowed: String = text.chars().map(narrow).collect();
    let is_part = |c: char| c.is_ascii_digit() || c == 'X';
    let in_run = |run: &str| (11..=20).contains(&run.trim_end_matches('X').len());
    let in_groups = |groups: &str| {
        let joined: String = groups.chars().filter(|&c| is_part(c)).collect();
        let is_mobile = joined.len() == 11 && matches!(joined.as_bytes(), [b'1', b'3'..=b'9', ..]) && !joined.contains('X');
        is_mobile || joined.len() == 18 && IdNumber::parse(&joined).is_ok()
    };
    narrowed.split(|c: char| !c.is_ascii_digit() && c != 'X').any(in_run)
        || narrowed.split(|c: char| !is_part(c) && !matches!(c, ' ' | '\u{3000}' | '-' | '－' | '.')).any(in_groups)
}

/// Full-width digits and letters become ASCII, a lower-case x the upper one.
pub(super) fn narrow(c: char) -> char {
    let narrow = match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    narrow.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, BadIdNumber> {
        IdNumber::parse(text).map(|number| number.expose().to_owned())
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        // GB 11643-1999, annex: 11010519491231002X and 440524188001010014.
        assert_eq!(read("11010519491231002X").as_deref(), Ok("11010519491231002X"));
        assert_eq!(read("440524188001010014").as_deref(), Ok("440524188001010014"));
    }

    #[test]
    fn a_number_in_a_text_is_seen_however_it_is_written_and_days_and_cases_are_not() {
        for text in [
            "his number 11010519491231002X, as he said",
            "证件１１０１０５１９４９１２３１００２ｘ",
            "110105 19491231 002X",
            "110105-19491231-0021x 11010519491231002X",
            "110105491231002",
            "电话12900000001。",
            "138-1234-5678",
            "a wrong one: 110105194912310021",
        ] {
            assert!(holds_number(text), "{text}");
        }
        for text in ["", "visit of 2010-06-15 - 2010-07-15", "2010-17", "(2010)苏0404刑初123号", "A3204045000002010060001", "20100615 0930", "room 1203"] {
            assert!(!holds_number(text), "{text}");
        }
    }

    #[test]
    fn the_many_ways_of_writing_one_number_are_one() {
        for text in [
            "11010519491231002x",
            " 11010519491231002X\t",
            "\u{3000}１１０１０５１９４９１２３１００２Ｘ",
            "１１０１０５１９４９１２３１００２ｘ",
            "110105491231002",
        ] {
            assert_eq!(read(text).as_deref(), Ok("11010519491231002X"), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_rule_and_nothing_of_the_number() {
        for (text, bad) in [
            ("", BadIdNumber::Length(0)),
            ("1101051949123100", BadIdNumber::Length(16)),
            ("11010519491231002XX", BadIdNumber::Length(19)),
            ("1101051949123100２长", BadIdNumber::Character { position: 18, length: 18 }),
            ("1101O519491231002X", BadIdNumber::Character { position: 5, length: 18 }),
            ("1101051949123100X2", BadIdNumber::Character { position: 17, length: 18 }),
            ("11010549123100X", BadIdNumber::Character { position: 15, length: 15 }),
            ("110105194902300021", BadIdNumber::BirthDate(18)),
            ("110105490230002", BadIdNumber::BirthDate(15)),
            ("110105194912310021", BadIdNumber::CheckDigit),
            ("11010519491231003X", BadIdNumber::CheckDigit),
        ] {
            let found = read(text).unwrap_err();
            assert_eq!(found, bad, "{text}");
            assert!(text.len() < 4 || !found.to_string().contains(&text[..4]), "{found}");
        }
    }

    #[test]
    fn every_single_wrong_digit_and_every_swap_of_neighbours_is_found() {
        let right = "990000198001010013";
        let digits: Vec<char> = format!("{}{}", &right[..17], check_of(right)).chars().collect();
        assert!(IdNumber::parse(&digits.iter().collect::<String>()).is_ok());
        for at in 0..17 {
            for digit in ('0'..='9').filter(|digit| *digit != digits[at]) {
                let mut wrong = digits.clone();
                wrong[at] = digit;
                assert!(IdNumber::parse(&wrong.iter().collect::<String>()).is_err(), "{digit} at {at}");
            }
            let mut swapped = digits.clone();
            swapped.swap(at, at + 1);
            assert!(swapped == digits || IdNumber::parse(&swapped.iter().collect::<String>()).is_err(), "swapped at {at}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", IdNumber::parse("11010519491231002X").unwrap()), "***");
    }
}
