//! CQL2 (21-065r2), the part that asks about houses: comparisons, `and`, `or`, `not`, `like`, `between`, `in`, `is null`, `s_intersects`;
//! as text and as JSON. Why the parser is our own: `decisions/0007-own-parser-of-cql2.md`.

mod expression;
mod json;
mod place;
mod text;

use super::{crs::Crs, visit::Visit};
use crate::{
    atlas::{HouseView, Moment},
    earth::Region,
    http::problem::{Code, Problem},
};
use expression::Expression;

/// A condition that a house meets or not. Bounded: see [`expression::MOST_TERMS`].
#[derive(Debug)]
pub struct Condition(Expression);

/// Where an expression is wrong, and how.
#[derive(Debug, PartialEq)]
struct Fault {
    /// The number of a character, or the path in the JSON.
    at: String,
    expected: String,
    found: String,
}

impl Condition {
    /// Reads `filter`, `filter-lang` and `filter-crs`.
    pub fn read(visit: &Visit) -> Result<Option<Self>, Problem> {
        let crs = Crs::read("filter-crs", visit.parameter("filter-crs"))?;
        let parse = match visit.parameter("filter-lang") {
            None | Some("cql2-text") => text::parse,
            Some("cql2-json") => json::parse,
            Some(other) => return Err(Problem::parameter("filter-lang", "cql2-text or cql2-json", other)),
        };
        let Some(filter) = visit.parameter("filter") else { return Ok(None) };
        match parse(filter, crs) {
            Ok(expression) => Ok(Some(Self(expression))),
            Err(Fault { at, expected, found }) => {
                let detail = format!("filter, at {at}: expected {expected}; found {found}");
                Err(Problem::new(Code::BadParameter, detail).with("filter", "bad_parameter", format!("{expected}, at {at}"), found))
            }
        }
    }

    /// Whether it is surely met: what is unknown is not.
    pub fn holds(&self, house: HouseView<'_>, moment: Moment) -> bool {
        self.0.eval(house, moment) == Some(true)
    }

    /// A region outside of which it is never met, if that is plain to see.
    pub fn region(&self) -> Option<&Region> {
        self.0.region()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BOUND: &str = "at most 200 terms, 32 within one another";
    const MOST_DRAWN: &str = "at most 10000 positions";

    fn refused(parse: fn(&str, Crs) -> Result<Expression, Fault>, filter: &str, expected: &str) {
        let start: String = filter.chars().take(40).collect();
        let fault = parse(filter, Crs::Crs84).expect_err(&start);
        assert!(fault.expected.contains(expected), "{start}: {fault:?}");
        assert!(fault.found.len() < 300, "{start}: {} bytes are told back", fault.found.len());
    }

    /// The first three and the long chains took another parser minutes, or the process (`decisions/0007-own-parser-of-cql2.md`).
    #[test]
    fn a_text_that_would_exhaust_the_parser_is_refused() {
        let joined = |part: &str, joint: &str, count: usize| vec![part; count].join(joint);
        for (filter, expected) in [
            (format!("{}1", "(".repeat(30)), "=, <>"),
            (format!("{}tier == 'red'{}", "(".repeat(30), ")".repeat(30)), "a property or a literal"),
            (format!("{}true{}", "(".repeat(361), ")".repeat(361)), BOUND),
            ("(".repeat(100_000), BOUND),
            (format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000)), BOUND),
            (format!("{}true", "NOT ".repeat(100_000)), BOUND),
            (format!("{}1 = 1", "-".repeat(100_000)), "a property, a literal or an operator"),
            (format!("score{}", " = 1".repeat(1000)), "and, or, or the end"),
            (joined("code = 'x'", " AND ", 10_000), BOUND),
            (joined("code = 'x'", " OR ", 10_000), BOUND),
            (joined("code = 'x'", " AND tier = 'red' OR ", 10_000), BOUND),
            (format!("code IN ({})", joined("'x'", ", ", 10_000)), BOUND),
            (format!("code = '{}", "''".repeat(500_000)), "a closing quote"),
            (format!("{} = 'x'", "桥".repeat(100_000)), "one of code, tier"),
            ("s_intersects(".repeat(100_000), "geometry, POINT"),
            (format!("s_intersects(geometry, POLYGON{}", "(".repeat(100_000)), "a number"),
            (format!("s_intersects(geometry, POLYGON(({})))", joined("0 0", ", ", 10_001)), MOST_DRAWN),
            (format!("s_intersects(geometry, MULTIPOINT({}))", joined("0 0", ", ", 10_001)), MOST_DRAWN),
        ] {
            refused(text::parse, &filter, expected);
        }
    }

    #[test]
    fn json_that_would_exhaust_the_parser_is_refused() {
        let within = |open: &str, close: &str, count: usize| format!("{}true{}", open.repeat(count), close.repeat(count));
        let not = r#"{"op": "not", "args": ["#;
        let same = json!({ "op": "=", "args": [{ "property": "code" }, "x"] });
        let drawn =
            |kind: &str, coordinates| json!({ "op": "s_intersects", "args": [{ "property": "geometry" }, { "type": kind, "coordinates": coordinates }] });
        for (filter, expected) in [
            (within("[", "]", 100), "an op of and"),
            (within("[", "]", 100_000), "JSON"),
            (within(not, "]}", 40), BOUND),
            (within(not, "]}", 100_000), "JSON"),
            (within(r#"{"date": "#, "}", 100), "an op of and"),
            (json!({ "op": "and", "args": vec![same.clone(); 10_000] }).to_string(), "2 to 200 arguments"),
            (json!({ "op": "or", "args": vec![json!({ "op": "and", "args": vec![same; 150] }); 150] }).to_string(), BOUND),
            (json!({ "op": "in", "args": [{ "property": "code" }, vec!["x"; 10_000]] }).to_string(), "at most 200 terms"),
            (drawn("Polygon", json!([vec![[0, 0]; 10_001]])).to_string(), MOST_DRAWN),
            (drawn("MultiPoint", json!(vec![[0, 0]; 10_001])).to_string(), MOST_DRAWN),
        ] {
            refused(json::parse, &filter, expected);
        }
    }

    /// Forms of the standard's grammar that are easily left out: both ways to write a quote, numbers without a leading digit and with an exponent.
    #[test]
    fn quotes_and_numbers_are_read_in_every_form_the_standard_has() {
        for filter in [
            "address = 'O''Brien'",
            r"address = 'O\'Brien'",
            "address LIKE '%桥_' AND \"tier\" = 'red'",
            "score > .5",
            "score > -1.5e3",
            "s_intersects(geometry, POINT(.5 1e1))",
            "s_intersects(geometry, POINT Z (1 2 3))",
            "s_intersects(geometry, MULTIPOINT((1 2), (3 4)))",
        ] {
            assert!(text::parse(filter, Crs::Crs84).is_ok(), "{filter}");
        }
    }
}
