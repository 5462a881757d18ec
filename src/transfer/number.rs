//! Numbers and positions as people write them.

use std::borrow::Cow;

use super::{FaultCode, fault::Faults};
use crate::earth::{BadPosition, Datum, LonLat};

/// Full-width digits and signs, as Chinese input methods write them, become ASCII.
pub(super) fn fold_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let folded = text.chars().map(|c| match c {
        '０'..='９' | '．' | '－' | '＋' | '／' | '：' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2212}' => '-',
        '\u{3000}' => ' ',
        _ => c,
    });
    Cow::Owned(folded.collect())
}

/// Reads a decimal number with a point. Words that a float parser would take (`NaN`, `inf`) are no numbers here.
fn number(text: &str) -> Result<f64, &'static str> {
    let folded = fold_width(text);
    let folded = folded.trim();
    if folded.contains(',') {
        return Err("a number with a decimal point, not a comma");
    }
    let is_plain = folded.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    folded.parse().ok().filter(|_| is_plain).ok_or("a number in degrees")
}

/// The two columns of a position, as the file calls them.
pub(super) struct PlaceColumns<'a> {
    pub lon: &'a str,
    pub lat: &'a str,
}

impl PlaceColumns<'_> {
    /// Reads both texts and converts them; faults are noted and give `None`.
    pub fn read(&self, row: u64, lon: Option<&str>, lat: Option<&str>, datum: Datum, faults: &mut Faults) -> Option<([f64; 2], LonLat)> {
        let mut degrees = |column: &str, text: Option<&str>| match text {
            None => {
                faults.add(row, column, FaultCode::MissingValue, "a number in degrees", "");
                None
            }
            Some(text) => match number(text) {
                Ok(number) => Some(number),
                Err(expected) => {
                    faults.add(row, column, FaultCode::NotANumber, expected, text);
                    None
                }
            },
        };
        let (lon_degrees, lat_degrees) = (degrees(self.lon, lon), degrees(self.lat, lat));
        let (Some(x), Some(y)) = (lon_degrees, lat_degrees) else { return None };
        self.known(row, [x, y], datum, faults).map(|place| ([x, y], place))
    }

    /// Converts the place of a house. 0,0 lies in the sea off Ghana ("null island") and stands for a place that nobody knew.
    pub fn known(&self, row: u64, degrees: [f64; 2], datum: Datum, faults: &mut Faults) -> Option<LonLat> {
        if degrees == [0.0, 0.0] {
            faults.add(row, self.lon, FaultCode::MissingValue, "a place; 0,0 stands for a missing one", "0,0");
            return None;
        }
        self.convert(row, degrees, datum, faults)
    }

    /// Checks and converts a position; a fault gives `None`.
    pub fn convert(&self, row: u64, [lon, lat]: [f64; 2], datum: Datum, faults: &mut Faults) -> Option<LonLat> {
        let (column, code, expected, found) = match datum.to_wgs84(lon, lat) {
            Ok(place) => return Some(place),
            Err(BadPosition::Longitude) => (self.lon, FaultCode::OutOfRange, "a longitude from -180 to 180", brief(lon)),
            Err(BadPosition::Latitude) => (self.lat, FaultCode::OutOfRange, "a latitude from -90 to 90", brief(lat)),
            Err(BadPosition::Swapped) => (self.lon, FaultCode::SwappedCoordinates, "longitude and latitude the other way round", format!("{lon},{lat}")),
        };
        faults.add(row, column, code, expected, &found);
        None
    }
}

/// The shorter way to write a number; 1e308 has 309 digits otherwise.
fn brief(number: f64) -> String {
    if number.abs() < 1e9 { number.to_string() } else { format!("{number:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lon: &str, lat: &str) -> Result<[f64; 2], (String, FaultCode)> {
        let mut faults = Faults::default();
        let [lon, lat] = [lon, lat].map(|text| (!text.is_empty()).then_some(text));
        let columns = PlaceColumns { lon: "LON", lat: "LAT" };
        let place = columns.read(1, lon, lat, Datum::Wgs84, &mut faults).map(|(degrees, _)| degrees);
        place.ok_or_else(|| {
            let fault = faults.into_sorted().remove(0);
            (fault.column, fault.code)
        })
    }

    #[test]
    fn full_width_digits_and_blanks_are_folded() {
        assert_eq!(read(" １２０．０５ ", "+31.7"), Ok([120.05, 31.7]));
        assert_eq!(read("－79.4", "4.37e1"), Ok([-79.4, 43.7]));
    }

    #[test]
    fn every_wrong_coordinate_is_named_at_its_column() {
        use FaultCode::{MissingValue, NotANumber, OutOfRange, SwappedCoordinates};
        for (lon, lat, column, code) in [
            ("", "31.7", "LON", MissingValue),
            ("120", "", "LAT", MissingValue),
            ("NaN", "31.7", "LON", NotANumber),
            ("120", "inf", "LAT", NotANumber),
            ("120,05", "31.7", "LON", NotANumber),
            ("120°05'", "31.7", "LON", NotANumber),
            ("0x10", "31.7", "LON", NotANumber),
            ("1e308", "31.7", "LON", OutOfRange),
            ("1e999", "31.7", "LON", OutOfRange),
            ("120", "1e308", "LAT", OutOfRange),
            ("181", "31.7", "LON", OutOfRange),
            ("31.7", "120.05", "LON", SwappedCoordinates),
            ("0", "0.0", "LON", MissingValue),
            ("-0", "0", "LON", MissingValue),
        ] {
            assert_eq!(read(lon, lat), Err((column.to_owned(), code)), "{lon} {lat}");
        }
    }
}
