//! A drawn area: one GeoJSON polygon or multipolygon, or all within a distance of a point or lines; bare or as a feature.

use serde_json::Value;

use super::{Fault, FaultCode, shape::Shape};
use crate::earth::{BadRegion, Region};

const EXPECTED: &str =
    "a GeoJSON Polygon or MultiPolygon, or with a distance a Point, LineString or MultiLineString; bare, as a Feature or as a FeatureCollection of one";

/// Reads a drawn area in WGS 84, with the metres around it where it is a point or a line. The fault names what is wrong and where in the
/// geometry.
pub fn region(bytes: &[u8], distance_m: Option<f64>) -> Result<Region, Fault> {
    let fault = |code, expected: &str, found: &str| Fault::new(1, "geometry", code, expected, found);
    let value: Value = serde_json::from_slice(bytes).map_err(|error| fault(FaultCode::BadJson, EXPECTED, &error.to_string()))?;
    let mut geometry = &value;
    if geometry["type"] == "FeatureCollection" {
        geometry = match geometry["features"].as_array().map(Vec::as_slice) {
            Some([one]) => one,
            other => return Err(fault(FaultCode::BadGeometry, EXPECTED, &format!("{} features", other.map_or(0, <[Value]>::len)))),
        };
    }
    if geometry["type"] == "Feature" {
        geometry = &geometry["geometry"];
    }
    let bad_place = |expected: &'static str| move |bad: BadRegion| fault(FaultCode::BadGeometry, expected, &bad.to_string());
    match (Shape::of(geometry).map_err(|bad| fault(bad.code, bad.expected, &bad.found))?, distance_m) {
        (Shape::Polygons(polygons), None) => Region::new(polygons).map_err(bad_place("a closed polygon that does not cross itself")),
        (Shape::Point(point), Some(metres)) => Region::corridor(&[vec![point]], metres).map_err(bad_place("a point on the Earth")),
        (Shape::Lines(lines), Some(metres)) => Region::corridor(&lines, metres).map_err(bad_place("lines on the Earth")),
        (shape, None) => Err(fault(FaultCode::NotAPolygon, EXPECTED, shape.name())),
        (shape, Some(_)) => Err(fault(FaultCode::BadGeometry, "a Point, LineString or MultiLineString with the distance", shape.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [121, 32], [120, 32], [120, 31]]]}"#;

    #[test]
    fn a_polygon_is_read_bare_as_a_feature_and_as_a_collection_of_one() {
        let feature = format!(r#"{{"type": "Feature", "properties": null, "geometry": {SQUARE}}}"#);
        for text in [SQUARE.to_owned(), feature.clone(), format!(r#"{{"type": "FeatureCollection", "features": [{feature}]}}"#)] {
            assert!(region(text.as_bytes(), None).is_ok_and(|region| region.contains(120.5, 31.5)), "{text}");
        }
    }

    #[test]
    fn what_is_no_area_is_refused_with_the_reason() {
        for (text, code) in [
            ("{", FaultCode::BadJson),
            ("[]", FaultCode::BadGeometry),
            ("null", FaultCode::NotAPolygon),
            (r#"{"type": "FeatureCollection", "features": []}"#, FaultCode::BadGeometry),
            (r#"{"type": "Point", "coordinates": [120, 31]}"#, FaultCode::NotAPolygon),
            (r#"{"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [121, 32], [120, 32]]]}"#, FaultCode::BadGeometry),
            (r#"{"type": "Polygon", "coordinates": [[[120, 31], [121, 32], [121, 31], [120, 32], [120, 31]]]}"#, FaultCode::BadGeometry),
            (r#"{"type": "Polygon", "coordinates": [[[120, 31], [1e308, 31], [121, 32], [120, 31]]]}"#, FaultCode::BadGeometry),
        ] {
            assert_eq!(region(text.as_bytes(), None).err().map(|fault| fault.code), Some(code), "{text}");
        }
    }

    #[test]
    fn a_point_and_lines_are_areas_with_a_distance() {
        const POINT: &str = r#"{"type": "Point", "coordinates": [120, 31]}"#;
        const LINE: &str = r#"{"type": "LineString", "coordinates": [[120, 31], [121, 31]]}"#;
        assert!(region(POINT.as_bytes(), Some(150.0)).is_ok_and(|region| region.contains(120.001, 31.001) && !region.contains(120.002, 31.0)));
        assert!(region(LINE.as_bytes(), Some(150.0)).is_ok_and(|region| region.contains(120.5, 31.001) && !region.contains(120.5, 31.002)));
        for (text, metres, code) in [
            (LINE, None, FaultCode::NotAPolygon),
            (SQUARE, Some(10.0), FaultCode::BadGeometry),
            (POINT, Some(0.0), FaultCode::BadGeometry),
            (POINT, Some(f64::NAN), FaultCode::BadGeometry),
            (r#"{"type": "MultiLineString", "coordinates": []}"#, Some(10.0), FaultCode::BadGeometry),
            (r#"{"type": "LineString", "coordinates": [[31, 120], [31, 121]]}"#, Some(10.0), FaultCode::BadGeometry),
        ] {
            assert_eq!(region(text.as_bytes(), metres).err().map(|fault| fault.code), Some(code), "{text} {metres:?}");
        }
    }
}
