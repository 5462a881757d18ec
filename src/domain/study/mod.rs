//! Studies: questions about where red houses stand, an honest count of them, and cards that say what was found.
//!
//! Nothing here looks at places: the statistics come from the room `cluster` or from [`exact`]; here they are corrected for how often
//! somebody asked, put into words, and held back where counts are small.

mod ask;
mod card;
pub mod correction;
pub mod exact;
#[cfg(test)]
mod tests;
mod wording;

pub use ask::{Ask, BadAsk, Model, Neighbours, Rates, Window};
pub use card::{AlongStreets, Asked, Card, Course, Ellipse, Finding, Group, GroupNow, Joins, Label, PolicyName, Span, TierCount, to_one_digit};
pub use exact::{Count, Split};

/// Levels of significance that a study may have, and the usual one.
pub const ALPHAS: std::ops::RangeInclusive<f64> = 0.001..=0.2;
pub const ALPHA: f64 = 0.05;

/// Why there is nothing to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NothingToTest {
    #[error("no house is rated here")]
    NoHouses,
    #[error("fewer than three houses are rated here")]
    TooFewHouses,
    #[error("no rated house is red")]
    NoRed,
    #[error("every rated house is red")]
    AllRed,
    #[error("all rated houses stand at one place")]
    OneLocation,
    #[error("no window of the greatest size holds a house")]
    NoWindow,
    #[error("no rated house stands in the area")]
    EmptyArea,
    #[error("all rated houses stand in the area, so there is no rest to compare with")]
    WholeArea,
    #[error("some houses stand in both areas")]
    SharedHouses,
    #[error("nobody lives in the rated houses")]
    NoPopulation,
    #[error("all rated houses have one tier")]
    OneTier,
    #[error("no tier began in more than one of the months")]
    OneMonth,
    #[error("no rated house has a neighbour so near")]
    NoNeighbours,
    #[error("of the rated houses that have neighbours none is red, or every one is")]
    NeighboursAlike,
}

impl NothingToTest {
    /// Stable, for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoHouses => "no_houses",
            Self::TooFewHouses => "too_few_houses",
            Self::NoRed => "no_red",
            Self::AllRed => "all_red",
            Self::OneLocation => "one_location",
            Self::NoWindow => "no_window",
            Self::EmptyArea => "empty_area",
            Self::WholeArea => "whole_area",
            Self::SharedHouses => "shared_houses",
            Self::NoPopulation => "no_population",
            Self::OneTier => "one_tier",
            Self::OneMonth => "one_month",
            Self::NoNeighbours => "no_neighbours",
            Self::NeighboursAlike => "neighbours_alike",
        }
    }
}
