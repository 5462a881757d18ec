//! A place on the Earth.

use geo::{Distance, Geodesic, Point};

/// A WGS 84 position in degrees. Once made it is finite and in range; nobody asks again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// Why two numbers are no position.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum BadPosition {
    #[error("longitude is not a number between -180 and 180")]
    Longitude,
    #[error("latitude is not a number between -90 and 90")]
    Latitude,
    /// The latitude is out of range but would be a longitude, and the other way round.
    #[error("longitude and latitude are swapped")]
    Swapped,
}

impl LonLat {
    /// Degrees east and north. Refuses what is not finite or out of range, and says so when the two are plainly swapped.
    pub fn new(lon: f64, lat: f64) -> Result<Self, BadPosition> {
        let in_lon = lon.is_finite() && lon.abs() <= 180.0;
        let in_lat = lat.is_finite() && lat.abs() <= 90.0;
        match (in_lon, in_lat) {
            (true, true) => Ok(Self { lon, lat }),
            (true, false) if lat.is_finite() && lat.abs() <= 180.0 && lon.abs() <= 90.0 => Err(BadPosition::Swapped),
            (true, false) => Err(BadPosition::Latitude),
            (false, _) => Err(BadPosition::Longitude),
        }
    }

    /// Degrees east, -180 to 180.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north, -90 to 90.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Metres along the WGS 84 ellipsoid (Karney 2013, as in the `geo` crate).
    #[must_use]
    pub fn metres_to(self, other: Self) -> f64 {
        Geodesic.distance(Point::new(self.lon, self.lat), Point::new(other.lon, other.lat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_or_out_of_range_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, 1e308, -180.000_1] {
            assert_eq!(LonLat::new(bad, 10.0), Err(BadPosition::Longitude), "{bad}");
        }
        assert_eq!(LonLat::new(10.0, f64::NAN), Err(BadPosition::Latitude));
        assert_eq!(LonLat::new(100.0, 95.0), Err(BadPosition::Latitude));
    }

    #[test]
    fn swapped_degrees_are_named_as_such() {
        assert_eq!(LonLat::new(31.7, 120.05), Err(BadPosition::Swapped));
    }

    #[test]
    fn one_degree_of_latitude_at_the_equator_has_the_ellipsoid_s_length() {
        let a = LonLat::new(0.0, 0.0).unwrap();
        let b = LonLat::new(0.0, 1.0).unwrap();
        // 110 574.389 m: GeographicLib 2.x, GeodSolve -i, WGS 84.
        assert!((a.metres_to(b) - 110_574.389).abs() < 0.01);
    }
}
