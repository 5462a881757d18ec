//! How the days of a file are written.

use super::number::fold_width;
use crate::domain::day::Day;

/// A pattern of `YYYY`, `MM` or `M`, `DD` or `D` and the signs between them; `M` and `D` stand for one or two digits.
/// A `*` at the end lets anything follow, such as a time of day: the day is taken as written there, in whatever time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayFormat {
    parts: Vec<Part>,
    written: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month { least: usize },
    Day { least: usize },
    Sign(char),
    Anything,
}

impl Default for DayFormat {
    fn default() -> Self {
        use Part::{Day, Month, Sign, Year};
        Self { parts: vec![Year, Sign('-'), Month { least: 2 }, Sign('-'), Day { least: 2 }], written: "YYYY-MM-DD".to_owned() }
    }
}

impl DayFormat {
    /// Reads a pattern; `None` unless it holds year, month and day once each.
    pub fn of(pattern: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let folded = fold_width(pattern);
        let mut rest = folded.as_ref();
        while let Some(first) = rest.chars().next() {
            let (part, length) = match first {
                'Y' if rest.starts_with("YYYY") => (Part::Year, 4),
                'M' if rest.starts_with("MM") => (Part::Month { least: 2 }, 2),
                'M' => (Part::Month { least: 1 }, 1),
                'D' if rest.starts_with("DD") => (Part::Day { least: 2 }, 2),
                'D' => (Part::Day { least: 1 }, 1),
                '*' if rest == "*" => (Part::Anything, 1),
                'Y' | '*' | '0'..='9' => return None,
                sign => (Part::Sign(sign), sign.len_utf8()),
            };
            parts.push(part);
            rest = &rest[length..];
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let once = count(|part| *part == Part::Year) == 1
            && count(|part| matches!(part, Part::Month { .. })) == 1
            && count(|part| matches!(part, Part::Day { .. })) == 1;
        once.then(|| Self { parts, written: pattern.to_owned() })
    }

    /// The pattern, for people.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The day that the text writes; `None` when it is not of this pattern or no day of the calendar.
    pub fn read(&self, text: &str) -> Option<Day> {
        let folded = fold_width(text);
        let mut rest = folded.trim();
        let (mut year, mut month, mut day) = (0, 0, 0);
        for part in &self.parts {
            match part {
                Part::Year => year = digits(&mut rest, 4, 4)?,
                Part::Month { least } => month = digits(&mut rest, *least, 2)?,
                Part::Day { least } => day = digits(&mut rest, *least, 2)?,
                Part::Sign(sign) => rest = rest.strip_prefix(*sign)?,
                Part::Anything => rest = "",
            }
        }
        let day = Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        day.filter(|_| rest.is_empty())
    }
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i16> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at_checked(count).filter(|_| count >= least)?;
    *rest = after;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        DayFormat::of(pattern).unwrap().read(text).map(|day| day.to_string())
    }

    #[test]
    fn days_are_read_as_the_pattern_writes_them() {
        for (pattern, text, day) in [
            ("YYYY-MM-DD", "2010-10-31", "2010-10-31"),
            ("YYYY/MM/DD*", "2020/10/07 15:51:16+00", "2020-10-07"),
            ("YYYYMMDD", "20251007", "2025-10-07"),
            ("YYYY年M月D日", "２０２４年2月29日", "2024-02-29"),
            ("D.M.YYYY", "1.12.2020", "2020-12-01"),
            ("MM/DD/YYYY", " 02/03/2020 ", "2020-02-03"),
        ] {
            assert_eq!(read(pattern, text).as_deref(), Some(day), "{pattern} {text}");
        }
        assert_eq!(DayFormat::default(), DayFormat::of("YYYY-MM-DD").unwrap());
    }

    #[test]
    fn a_text_of_another_pattern_is_no_day() {
        for (pattern, text) in [
            ("YYYY-MM-DD", "2010-2-1"),
            ("YYYY-MM-DD", "2010-02-30"),
            ("YYYY-MM-DD", "2010-02-01T00:00"),
            ("YYYYMMDD", "202510"),
            ("YYYY/MM/DD*", "2020-10-07"),
            ("YYYY-MM-DD", "-001-01-01"),
            ("YYYY-MM-DD", ""),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_without_a_whole_day_is_refused() {
        for bad in ["", "YYYY-MM", "YYYY-MM-DD-DD", "*YYYYMMDD", "YY-MM-DD", "YYYY-MM-DD **"] {
            assert_eq!(DayFormat::of(bad), None, "{bad}");
        }
    }
}
