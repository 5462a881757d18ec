//! The coordinate systems that Chinese data come in, and the way from each to WGS 84.
//!
//! CGCS 2000 and WGS 84 differ by less than a metre and are taken as one. GCJ-02 is the obfuscated system of Chinese web maps, BD-09 the
//! further shifted one of Baidu; neither is published, the formulas are the ones that all open libraries share (compared in
//! `tests/` with npm gcoord 1.0.7 and PyPI prcoords 1.0.2). Outside the box in which those libraries shift, both are WGS 84.

use std::{f64::consts::PI, str::FromStr};

use super::{BadPosition, LonLat};

/// A coordinate system at the door. Inside, everything is [`Datum::Wgs84`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    #[default]
    Wgs84,
    Cgcs2000,
    Gcj02,
    Bd09,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of wgs84, cgcs2000, gcj02, bd09; found \"{0}\"")]
pub struct UnknownDatum(pub String);

impl Datum {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Cgcs2000 => "cgcs2000",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// Reads a position given in this system. Inverse shifts are iterated until they stand still (below 0.1 mm).
    pub fn to_wgs84(self, lon: f64, lat: f64) -> Result<LonLat, BadPosition> {
        let given = LonLat::new(lon, lat)?;
        let (lon, lat) = match self {
            Self::Wgs84 | Self::Cgcs2000 => return Ok(given),
            Self::Gcj02 => gcj02_to_wgs84(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = bd09_to_gcj02(lon, lat);
                gcj02_to_wgs84(lon, lat)
            }
        };
        LonLat::new(lon, lat)
    }

    /// Writes a position in this system, degrees (lon, lat).
    #[must_use]
    pub fn from_wgs84(self, place: LonLat) -> (f64, f64) {
        let (lon, lat) = (place.lon(), place.lat());
        match self {
            Self::Wgs84 | Self::Cgcs2000 => (lon, lat),
            Self::Gcj02 => wgs84_to_gcj02(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = wgs84_to_gcj02(lon, lat);
                gcj02_to_bd09(lon, lat)
            }
        }
    }
}

impl FromStr for Datum {
    type Err = UnknownDatum;

    fn from_str(text: &str) -> Result<Self, UnknownDatum> {
        match text.trim().to_ascii_lowercase().replace(['-', '_', ' '], "").as_str() {
            "wgs84" | "epsg:4326" => Ok(Self::Wgs84),
            "cgcs2000" | "epsg:4490" => Ok(Self::Cgcs2000),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" | "bd09ll" => Ok(Self::Bd09),
            _ => Err(UnknownDatum(text.to_owned())),
        }
    }
}

// Krasovsky 1940 ellipsoid, on which the GCJ-02 shift is written.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
const STEPS: usize = 50;
/// Degrees; a ten-thousandth of a metre on the ground.
const STANDS_STILL: f64 = 1e-9;

/// The box in which open libraries shift (gcoord, eviltransform, prcoords alike). It holds neighbours of China too, as theirs does.
fn is_shifted(lon: f64, lat: f64) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

fn wgs84_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if !is_shifted(lon, lat) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (wave + 20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin() + 160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (wave + 20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin() + 150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let radians = lat.to_radians();
    let w = 1.0 - ECCENTRICITY_SQUARED * radians.sin().powi(2);
    let metres_per_lat = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (w * w.sqrt()) * PI / 180.0;
    let metres_per_lon = AXIS_M / w.sqrt() * radians.cos() * PI / 180.0;
    (lon + east / metres_per_lon, lat + north / metres_per_lat)
}

fn gcj02_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    if !is_shifted(lon, lat) {
        return (lon, lat);
    }
    invert(wgs84_to_gcj02, lon, lat)
}

const BD_TURNS: f64 = PI * 3000.0 / 180.0;

fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    if !is_shifted(lon, lat) {
        return (lon, lat);
    }
    let radius = lon.hypot(lat) + 0.000_02 * (lat * BD_TURNS).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * BD_TURNS).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if !is_shifted(lon, lat) {
        return (lon, lat);
    }
    invert(gcj02_to_bd09, lon, lat)
}

/// Fixed-point inverse of a small shift. Bounded: at the box's edge the shift jumps and no inverse exists; the last step is then kept.
fn invert(shift: fn(f64, f64) -> (f64, f64), lon: f64, lat: f64) -> (f64, f64) {
    let (mut x, mut y) = (lon, lat);
    for _ in 0..STEPS {
        let (shifted_x, shifted_y) = shift(x, y);
        let (dx, dy) = (lon - shifted_x, lat - shifted_y);
        x += dx;
        y += dy;
        if dx.abs() < STANDS_STILL && dy.abs() < STANDS_STILL {
            break;
        }
    }
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shenzhen_is_shifted_as_by_gcoord() {
        let place = LonLat::new(114.0579, 22.5431).unwrap();
        let (lon, lat) = Datum::Gcj02.from_wgs84(place);
        assert!((lon - 114.063_013_999).abs() < 1e-9 && (lat - 22.540_382_814).abs() < 1e-9);
        let (lon, lat) = Datum::Bd09.from_wgs84(place);
        assert!((lon - 114.069_563_987).abs() < 1e-9 && (lat - 22.546_041_559).abs() < 1e-9);
    }

    #[test]
    fn outside_the_box_nothing_is_shifted() {
        let place = LonLat::new(-79.37, 43.65).unwrap();
        assert_eq!(Datum::Gcj02.from_wgs84(place), (-79.37, 43.65));
        assert_eq!(Datum::Bd09.to_wgs84(-79.37, 43.65), Ok(place));
    }

    proptest::proptest! {
        #[test]
        fn there_and_back_is_within_a_millimetre(lon in 75.0..135.0f64, lat in 4.0..53.0f64) {
            let place = LonLat::new(lon, lat).unwrap();
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let (x, y) = datum.from_wgs84(place);
                let back = datum.to_wgs84(x, y).unwrap();
                proptest::prop_assert!(back.metres_to(place) < 0.001, "{datum:?} {}", back.metres_to(place));
            }
        }

        #[test]
        fn an_inverse_always_ends(lon in -180.0..180.0f64, lat in -90.0..90.0f64) {
            for datum in [Datum::Gcj02, Datum::Bd09] {
                let _ = datum.to_wgs84(lon, lat);
            }
        }
    }
}
