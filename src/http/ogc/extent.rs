//! The `bbox` parameter: a box in any of the systems, edges included.

use super::crs::Crs;
use crate::{
    earth::{Bounds, LonLat, Region},
    http::problem::Problem,
};

/// Wider than rounding on the way from metres to degrees, degrees.
const SLACK: f64 = 1e-9;
const EARTH: Bounds = Bounds { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

/// Where houses are wanted.
#[derive(Debug)]
pub struct Extent {
    /// Holds the whole extent.
    bounds: Bounds,
    exact: Exact,
}

/// What the bounds do not say by themselves.
#[derive(Debug)]
enum Exact {
    Bounds,
    /// From `west` eastward over the antimeridian to `east`.
    Crossing {
        west: f64,
        east: f64,
    },
    /// A box in metres: minimum x, y, maximum x, y.
    Projected([f64; 4]),
}

impl Extent {
    pub fn everywhere() -> Self {
        Self { bounds: EARTH, exact: Exact::Bounds }
    }

    /// Reads `bbox` in the system of `bbox-crs`.
    pub fn read(text: &str, crs: Crs) -> Result<Self, Problem> {
        let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
        Self::of(&numbers.unwrap_or_default(), crs).map_err(|expected| Problem::parameter("bbox", expected, text))
    }

    /// The lower corner, then the upper one, in the order of the axes. Of six numbers the heights say nothing: houses have none.
    ///
    /// # Errors
    /// What was expected.
    pub fn of(numbers: &[f64], crs: Crs) -> Result<Self, String> {
        let (low, high) = match *numbers {
            [a, b, c, d] => ([a, b], [c, d]),
            [a, b, low, c, d, high] if low <= high => ([a, b], [c, d]),
            _ => return Err("4 numbers (or 6 with heights), separated by commas: the lower corner, then the upper".to_owned()),
        };
        if [low, high].iter().flatten().any(|number| !number.is_finite()) {
            return Err("finite numbers".to_owned());
        }
        let turned = || "the lower corner before the upper".to_owned();
        if crs == Crs::Epsg3857 {
            if low[0] > high[0] || low[1] > high[1] {
                return Err(turned());
            }
            let ([west, south], [east, north]) = (crs.degrees(low), crs.degrees(high));
            let bounds = Bounds { west: west - SLACK, south: south - SLACK, east: east + SLACK, north: north + SLACK };
            return Ok(Self { bounds, exact: Exact::Projected([low[0], low[1], high[0], high[1]]) });
        }
        let ([west, south], [east, north]) = (crs.degrees(low), crs.degrees(high));
        for [lon, lat] in [[west, south], [east, north]] {
            LonLat::new(lon, lat).map_err(|error| format!("degrees in the order of the axes of its system ({error})"))?;
        }
        if south > north {
            return Err(turned());
        }
        if west > east {
            return Ok(Self { bounds: Bounds { south, north, ..EARTH }, exact: Exact::Crossing { west, east } });
        }
        Ok(Self { bounds: Bounds { west, south, east, north }, exact: Exact::Bounds })
    }

    /// A region that holds it.
    pub fn region(&self) -> Region {
        Region::from_bounds(&self.bounds)
    }

    pub fn is_everywhere(&self) -> bool {
        self.is_region() && self.bounds == EARTH
    }

    /// Whether the region is just the extent.
    pub fn is_region(&self) -> bool {
        matches!(self.exact, Exact::Bounds)
    }

    /// Whether a place is in the extent.
    pub fn has(&self, place: LonLat) -> bool {
        match self.exact {
            _ if !self.bounds.contains(place.lon(), place.lat()) => false,
            Exact::Bounds => true,
            Exact::Crossing { west, east } => place.lon() >= west || place.lon() <= east,
            Exact::Projected([left, bottom, right, top]) => {
                let [x, y] = Crs::Epsg3857.write(place);
                (left..=right).contains(&x) && (bottom..=top).contains(&y)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_may_cross_the_antimeridian_and_its_edges_count() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        let pacific = Extent::read("170,-10,-170,10", Crs::Crs84).unwrap();
        assert!(pacific.has(at(170.0, 0.0)) && pacific.has(at(-170.0, 0.0)) && pacific.has(at(180.0, 0.0)) && !pacific.has(at(0.0, 0.0)));
        let place = at(120.05, 31.72);
        let [x, y] = Crs::Epsg3857.write(place);
        let point = Extent::read(&format!("{x},{y},{x},{y}"), Crs::Epsg3857).unwrap();
        assert!(point.has(place) && point.region().contains(120.05, 31.72));
    }

    #[test]
    fn what_is_no_box_is_refused() {
        for bad in ["", "1,2,3", "1,2,3,4,5", "a,2,3,4", "1,2,3,NaN", "1,4,3,2", "0,0,200,10", "31,120,32,121", "1,2,9,3,4,8"] {
            assert!(Extent::read(bad, Crs::Crs84).is_err(), "{bad}");
        }
        assert!(Extent::read("31,120,32,121", Crs::Epsg4490).is_ok());
        assert!(Extent::read("120,31,0,121,32,50", Crs::Crs84).is_ok());
    }
}
