//! CQL2 (21-065r2), the part that asks about houses: comparisons, `and`, `or`, `not`, `like`, `between`, `in`, `is null`, `s_intersects`;
//! as text and as JSON. Our own parser: the crate `cql2` brings 150 others and turns on `serde_json/preserve_order` for the whole program.

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
