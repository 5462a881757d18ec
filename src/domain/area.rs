//! An area of the hierarchy city, district, street, community, village.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An area with its official code and boundary.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub code: String,
    pub name: String,
    pub level: AreaLevel,
    /// Code of the area that it is part of; empty at the top.
    pub parent: String,
    /// Polygons, rings, positions (lon, lat); the first ring of a polygon is the outer one.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

/// From large to small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AreaLevel {
    City,
    District,
    Street,
    Community,
    Village,
    Estate,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of city, district, street, community, village, estate; found \"{0}\"")]
pub struct UnknownLevel(pub String);

impl AreaLevel {
    pub const ALL: [Self; 6] = [Self::City, Self::District, Self::Street, Self::Community, Self::Village, Self::Estate];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Street => "street",
            Self::Community => "community",
            Self::Village => "village",
            Self::Estate => "estate",
        }
    }
}

impl FromStr for AreaLevel {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == text.trim()).ok_or_else(|| UnknownLevel(text.chars().take(40).collect()))
    }
}
