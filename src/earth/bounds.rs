//! Boxes in degrees, edges included.

use super::{BadPosition, LonLat};

/// WGS 84: less than the least radius of curvature of any way along the ground, which is a meridian's at the equator.
pub(super) const LEAST_CURVE_M: f64 = 6_335_000.0;
/// More than the greatest radius of curvature of anything, which is at the poles.
pub(super) const MOST_CURVE_M: f64 = 6_400_000.0;

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

    /// The place in the middle, in degrees.
    ///
    /// # Errors
    /// The box is empty or not on the Earth.
    pub fn center(&self) -> Result<LonLat, BadPosition> {
        LonLat::new((self.west + self.east) / 2.0, (self.south + self.north) / 2.0)
    }

    /// Metres that no place of the box is farther from its centre: those of the straight way in degrees, where the box is widest.
    #[must_use]
    pub fn reach_m(&self) -> f64 {
        let nearest_equator = self.south.max(-self.north).max(0.0);
        let across = (self.east - self.west).to_radians() * nearest_equator.to_radians().cos();
        across.hypot((self.north - self.south).to_radians()) / 2.0 * MOST_CURVE_M
    }

    /// A box around every place within so many metres of this one. Where that lies over a pole or the antimeridian, it has all longitudes.
    #[must_use]
    pub fn grown(&self, metres: f64) -> Self {
        let rise = (metres / LEAST_CURVE_M).to_degrees();
        let (south, north) = (self.south - rise, self.north + rise);
        // No way of that length is farther from the equator, so none makes more degrees of longitude.
        let turn = rise / south.abs().max(north.abs()).min(90.0).to_radians().cos();
        let (west, east) = (self.west - turn, self.east + turn);
        let is_whole = south < -90.0 || north > 90.0 || west < -180.0 || east > 180.0;
        let (west, east) = if is_whole { (-180.0, 180.0) } else { (west, east) };
        Self { west, south: south.max(-90.0), east, north: north.min(90.0) }
    }
}
