//! Tiers, and what a house has on a day.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{day::Day, points::Points};

/// The rating of a rental house, worst first: `red < yellow < green < star`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Red,
    Yellow,
    Green,
    Star,
}

impl Tier {
    pub const ALL: [Self; 4] = [Self::Red, Self::Yellow, Self::Green, Self::Star];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Standing::from(self).as_str()
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a house stands on a day: not let (no tier), let but not rated yet, or rated.
/// Unknown is `Unrated`, never the best or the worst tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Standing {
    /// Not let: only rental houses have a tier.
    None,
    Unrated,
    Red,
    Yellow,
    Green,
    Star,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of red, yellow, green, star, unrated, none; found \"{0}\"")]
pub struct UnknownTier(pub String);

impl Standing {
    pub const ALL: [Self; 6] = [Self::None, Self::Unrated, Self::Red, Self::Yellow, Self::Green, Self::Star];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unrated => "unrated",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Star => "star",
        }
    }

    #[must_use]
    pub fn tier(self) -> Option<Tier> {
        match self {
            Self::None | Self::Unrated => None,
            Self::Red => Some(Tier::Red),
            Self::Yellow => Some(Tier::Yellow),
            Self::Green => Some(Tier::Green),
            Self::Star => Some(Tier::Star),
        }
    }
}

impl From<Tier> for Standing {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Red => Self::Red,
            Tier::Yellow => Self::Yellow,
            Tier::Green => Self::Green,
            Tier::Star => Self::Star,
        }
    }
}

impl FromStr for Standing {
    type Err = UnknownTier;

    fn from_str(text: &str) -> Result<Self, UnknownTier> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text.trim()).ok_or_else(|| UnknownTier(text.chars().take(40).collect()))
    }
}

/// From this day on (until the next span) a rental house has this standing and score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TierSpan {
    pub from: Day,
    #[serde(rename = "tier")]
    pub standing: Standing,
    /// `None` while unrated.
    pub score: Option<Points>,
}

/// The span that holds on a day, of spans in order of their days; `None` before the first.
#[must_use]
pub fn span_on(spans: &[TierSpan], day: Day) -> Option<&TierSpan> {
    spans[..spans.partition_point(|span| span.from <= day)].last()
}
