//! The `datetime` parameter: the day whose tiers are shown.

use crate::{domain::day::Day, http::problem::Problem};

const EXPECTED: &str = "a day (2010-02-01), an instant (2010-02-01T08:00:00+08:00), or an interval (2010-01-01/2010-02-01, ../2010-02-01, 2010-01-01/..)";

/// The day of an instant, or of the end of an interval; an open end is today. The day is the one written, in the offset it is written with.
pub fn day(text: Option<&str>, today: Day) -> Result<Day, Problem> {
    let Some(text) = text else { return Ok(today) };
    let bad = || Problem::parameter("datetime", EXPECTED, text);
    let Some((from, to)) = text.split_once('/') else { return Ok(instant(text).ok_or_else(bad)?.day) };
    let open = |end: &str| matches!(end, "" | "..");
    match (open(from), open(to)) {
        (true, true) => Err(bad()),
        (true, false) => Ok(instant(to).ok_or_else(bad)?.day),
        (false, true) => instant(from).map(|from| from.day.max(today)).ok_or_else(bad),
        (false, false) => {
            let (from, to) = (instant(from).ok_or_else(bad)?, instant(to).ok_or_else(bad)?);
            let turned = match (from.at, to.at) {
                (Some(from), Some(to)) => from > to,
                _ => from.day > to.day,
            };
            if turned {
                return Err(Problem::parameter("datetime", "an interval that does not end before it begins", text));
            }
            Ok(to.day)
        }
    }
}

struct Instant {
    day: Day,
    /// Absent when just a day is written.
    at: Option<jiff::Timestamp>,
}

fn instant(text: &str) -> Option<Instant> {
    let day = text.get(..10)?.parse().ok()?;
    if text.len() == 10 {
        return Some(Instant { day, at: None });
    }
    // RFC 3339 and nothing else: what the parser takes beyond it is kept out here.
    let plain = text[10..].starts_with(['T', 't']) && text[11..].bytes().all(|b| b.is_ascii_digit() || b":.+-Zz".contains(&b)) && text.len() >= 20;
    let at = plain.then(|| text.parse().ok()).flatten()?;
    Some(Instant { day, at: Some(at) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_interval_counts_and_an_open_one_is_today() {
        let today: Day = "2010-06-01".parse().unwrap();
        for (text, expected) in [
            ("2010-02-01", "2010-02-01"),
            ("2010-02-01T23:59:59Z", "2010-02-01"),
            ("2010-02-01T23:59:59.5+08:00", "2010-02-01"),
            ("2009-01-01/2010-02-01", "2010-02-01"),
            ("../2010-02-01", "2010-02-01"),
            ("/2010-02-01T00:00:00Z", "2010-02-01"),
            ("2010-02-01/..", "2010-06-01"),
            ("2010-02-01/", "2010-06-01"),
        ] {
            assert_eq!(day(Some(text), today).ok(), expected.parse().ok(), "{text}");
        }
        for bad in
            ["", "x", "2010-02-30", "2010-02-01T25:00:00Z", "2010-02-01T08:00:00", "2010-02-01/2010-01-01", "/", "../..", "2010-02-01/2010-03-01/..", "前2010"]
        {
            assert!(day(Some(bad), today).is_err(), "{bad}");
        }
        assert_eq!(day(None, today).ok(), Some(today));
    }
}
