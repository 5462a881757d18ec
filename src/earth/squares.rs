//! A grid of cells that are about square on the ground.

use super::{BadPosition, Bounds, LonLat};

/// WGS 84: half the longer axis in metres, and the square of the first eccentricity.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_14;
/// Towards the poles degrees of longitude become too short to divide by.
const FARTHEST: f64 = 85.0;

/// Cells between meridians and parallels, of equal steps in degrees. They are squares at one latitude, a whole degree, and at most a few
/// per cent too wide or too narrow within a degree of it; so a grid lies where it lay when the view of it moves a little.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Squares {
    lon_step: f64,
    lat_step: f64,
}

impl Squares {
    /// Cells of so many metres, more than 0, about a latitude.
    #[must_use]
    pub fn new(cell_m: f64, lat: f64) -> Self {
        let lat = lat.round().clamp(-FARTHEST, FARTHEST).to_radians();
        let squeezed = 1.0 - ECCENTRICITY_2 * lat.sin().powi(2);
        // Radii of curvature along the parallel and along the meridian.
        let along_parallel = AXIS_M / squeezed.sqrt() * lat.cos();
        let along_meridian = AXIS_M * (1.0 - ECCENTRICITY_2) / squeezed.powf(1.5);
        Self { lon_step: (cell_m / along_parallel).to_degrees(), lat_step: (cell_m / along_meridian).to_degrees() }
    }

    /// The cell of a place, by its number to the east and to the north.
    #[must_use]
    pub fn cell_of(&self, place: LonLat) -> (i64, i64) {
        ((place.lon() / self.lon_step).floor() as i64, (place.lat() / self.lat_step).floor() as i64)
    }

    /// Where a cell lies.
    #[must_use]
    pub fn bounds_of(&self, (east, north): (i64, i64)) -> Bounds {
        let edge = |number: i64, step: f64| number as f64 * step;
        Bounds {
            west: edge(east, self.lon_step),
            south: edge(north, self.lat_step),
            east: edge(east + 1, self.lon_step),
            north: edge(north + 1, self.lat_step),
        }
    }

    /// How many cells are in a box or on its border.
    ///
    /// # Errors
    /// The box is not on the Earth.
    pub fn count_in(&self, bounds: &Bounds) -> Result<u64, BadPosition> {
        let (west, south) = self.cell_of(LonLat::new(bounds.west, bounds.south)?);
        let (east, north) = self.cell_of(LonLat::new(bounds.east, bounds.north)?);
        Ok((east - west + 1).unsigned_abs().saturating_mul((north - south + 1).unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_its_length_on_the_ground_and_holds_its_places() {
        for (lon, lat) in [(120.05, 32.0), (-70.0, -45.0), (0.1, 0.0), (25.0, 60.0)] {
            let place = LonLat::new(lon, lat).unwrap();
            let squares = Squares::new(250.0, lat);
            let bounds = squares.bounds_of(squares.cell_of(place));
            assert!(bounds.contains(lon, lat));
            let corner = |lon, lat| LonLat::new(lon, lat).unwrap();
            let south_west = corner(bounds.west, bounds.south);
            for side in [south_west.metres_to(corner(bounds.east, bounds.south)), south_west.metres_to(corner(bounds.west, bounds.north))] {
                assert!((side - 250.0).abs() < 0.1, "{side} m at {lat}");
            }
        }
    }

    #[test]
    fn the_cells_of_a_box_are_counted() {
        let squares = Squares::new(1000.0, 32.0);
        let bounds = squares.bounds_of((11_300, 3500));
        let inner = Bounds { west: bounds.west + 1e-6, south: bounds.south + 1e-6, east: bounds.east - 1e-6, north: bounds.north - 1e-6 };
        assert_eq!(squares.count_in(&inner), Ok(1));
        assert_eq!(squares.count_in(&Bounds { east: bounds.east + 1e-6, ..inner }), Ok(2));
    }
}
