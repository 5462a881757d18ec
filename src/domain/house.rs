//! A house: what everything else hangs on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::day::Day;
use crate::earth::LonLat;

/// A dwelling or premises with its own place and its own code.
#[derive(Clone, Debug, PartialEq)]
pub struct House {
    pub code: HouseCode,
    pub place: LonLat,
    pub kind: HouseKind,
    /// As written on letters; empty when unknown.
    pub address: String,
    /// The number on the door; empty when there is no plate.
    pub door_plate: String,
    /// Code of the smallest area (village, community) that it was recorded under; empty when unknown.
    pub area_code: String,
    /// The day from which it exists or is let, when known: nothing can have been observed before.
    pub since: Option<Day>,
}

/// The unique code of a house: 1 to 64 visible characters, no blanks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct HouseCode(String);

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected a house code of 1 to 64 visible characters without blanks")]
pub struct BadHouseCode;

impl HouseCode {
    pub fn new(text: &str) -> Result<Self, BadHouseCode> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= 64;
        let visible = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '\u{fffd}' && c != '/' && c != '\\');
        // Addresses of the interface that a code would hide behind.
        let taken = ["nearest", "search"].contains(&text);
        if fits && visible && !taken { Ok(Self(text.to_owned())) } else { Err(BadHouseCode) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HouseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a house is used for. Only a rental house has a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseKind {
    Rental,
    OwnerOccupied,
    Public,
    Business,
    Vacant,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of rental, owner_occupied, public, business, vacant; found \"{0}\"")]
pub struct UnknownKind(pub String);

impl HouseKind {
    pub const ALL: [Self; 5] = [Self::Rental, Self::OwnerOccupied, Self::Public, Self::Business, Self::Vacant];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rental => "rental",
            Self::OwnerOccupied => "owner_occupied",
            Self::Public => "public",
            Self::Business => "business",
            Self::Vacant => "vacant",
        }
    }
}

impl FromStr for HouseKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text.trim()).ok_or_else(|| UnknownKind(text.chars().take(40).collect()))
    }
}
