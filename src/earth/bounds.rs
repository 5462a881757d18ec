//! Boxes in degrees, edges included.

use super::LonLat;

/// A box of longitudes and latitudes, edges included; west <= east, south <= north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Bounds {
    /// The box that holds nothing, ready to be grown by [`Bounds::include`].
    pub const EMPTY: Self = Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    /// The smallest box around all positions; `None` when there are none.
    #[must_use]
    pub fn around(places: impl IntoIterator<Item = LonLat>) -> Option<Self> {
        let mut bounds = Self::EMPTY;
        for place in places {
            bounds.include(place.lon(), place.lat());
        }
        (!bounds.is_empty()).then_some(bounds)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.west > self.east || self.south > self.north
    }

    pub fn include(&mut self, lon: f64, lat: f64) {
        self.west = self.west.min(lon);
        self.south = self.south.min(lat);
        self.east = self.east.max(lon);
        self.north = self.north.max(lat);
    }

    /// Grows the box to hold the other one too.
    pub fn join(&mut self, other: &Self) {
        self.west = self.west.min(other.west);
        self.south = self.south.min(other.south);
        self.east = self.east.max(other.east);
        self.north = self.north.max(other.north);
    }

    #[must_use]
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        lon >= self.west && lon <= self.east && lat >= self.south && lat <= self.north
    }

    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.west <= other.east && self.east >= other.west && self.south <= other.north && self.north >= other.south
    }

    /// Whether the other box lies wholly inside.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.west <= other.west && self.east >= other.east && self.south <= other.south && self.north >= other.north
    }
}
