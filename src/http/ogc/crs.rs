//! The coordinate reference systems of Part 2: their names, the order of their axes, and the way there and back.

use std::f64::consts::PI;

use crate::{earth::LonLat, http::problem::Problem};

/// Radius of the sphere of EPSG:3857, metres.
pub const RADIUS_M: f64 = 6_378_137.0;
/// The square map of EPSG:3857 ends here, degrees.
const FURTHEST_LAT: f64 = 85.051_128_779_806_59;

/// A coordinate reference system that answers can be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crs {
    /// WGS 84, longitude before latitude; the one of the store.
    #[default]
    Crs84,
    /// WGS 84, latitude before longitude.
    Epsg4326,
    /// CGCS2000, latitude before longitude; the same as WGS 84 within centimetres.
    Epsg4490,
    /// Web Mercator, metres east and north.
    Epsg3857,
}

impl Crs {
    pub const ALL: [Self; 4] = [Self::Crs84, Self::Epsg4326, Self::Epsg4490, Self::Epsg3857];

    pub fn uri(self) -> &'static str {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Epsg4326 => "http://www.opengis.net/def/crs/EPSG/0/4326",
            Self::Epsg4490 => "http://www.opengis.net/def/crs/EPSG/0/4490",
            Self::Epsg3857 => "http://www.opengis.net/def/crs/EPSG/0/3857",
        }
    }

    /// Reads the value of a parameter: the address of a system.
    pub fn read(parameter: &str, value: Option<&str>) -> Result<Self, Problem> {
        let Some(value) = value else { return Ok(Self::default()) };
        Self::ALL.into_iter().find(|crs| crs.uri() == value).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|crs| crs.uri()).collect();
            Problem::parameter(parameter, format!("one of {}", known.join(" ")), value)
        })
    }

    /// A place in this system, in the order of its axes.
    pub fn write(self, place: LonLat) -> [f64; 2] {
        match self {
            Self::Crs84 => [place.lon(), place.lat()],
            Self::Epsg4326 | Self::Epsg4490 => [place.lat(), place.lon()],
            Self::Epsg3857 => {
                let lat = place.lat().clamp(-FURTHEST_LAT, FURTHEST_LAT);
                [RADIUS_M * place.lon().to_radians(), RADIUS_M * (PI / 4.0 + lat.to_radians() / 2.0).tan().ln()]
            }
        }
    }

    /// Degrees east and north of two numbers in the order of the axes; not checked to be on the Earth.
    pub fn degrees(self, [a, b]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Crs84 => [a, b],
            Self::Epsg4326 | Self::Epsg4490 => [b, a],
            Self::Epsg3857 => [(a / RADIUS_M).to_degrees(), (2.0 * (b / RADIUS_M).exp().atan() - PI / 2.0).to_degrees()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_mercator_agrees_with_proj() {
        // gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:3857 <<< "120.05 31.72" (GDAL 3.6.2)
        let place = LonLat::new(120.05, 31.72).unwrap();
        let [x, y] = Crs::Epsg3857.write(place);
        assert!((x - 13_363_904.869_732_5).abs() < 1e-6 && (y - 3_726_612.134_540_44).abs() < 1e-6, "{x} {y}");
        let [lon, lat] = Crs::Epsg3857.degrees([x, y]);
        assert!((lon - 120.05).abs() < 1e-12 && (lat - 31.72).abs() < 1e-12);
    }

    #[test]
    fn axes_stand_in_the_order_of_the_system() {
        let place = LonLat::new(120.0, 31.0).unwrap();
        assert_eq!(Crs::Epsg4490.write(place), [31.0, 120.0]);
        assert_eq!(Crs::Epsg4326.degrees([31.0, 120.0]), Crs::Crs84.write(place));
    }
}
