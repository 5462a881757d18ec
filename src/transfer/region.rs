//! A drawn area: one GeoJSON polygon or multipolygon, bare or as a feature.

use serde_json::Value;

use super::{Fault, FaultCode, shape::Shape};
use crate::earth::Region;

const EXPECTED: &str = "a GeoJSON Polygon, MultiPolygon, Feature, or FeatureCollection of one";

/// Reads a drawn area in WGS 84. The fault names what is wrong and where in the geometry.
pub fn region(bytes: &[u8]) -> Result<Region, Fault> {
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
    match Shape::of(geometry).map_err(|bad| fault(bad.code, bad.expected, &bad.found))? {
        Shape::Polygons(polygons) => {
            Region::new(polygons).map_err(|bad| fault(FaultCode::BadGeometry, "a closed polygon that does not cross itself", &bad.to_string()))
        }
        other => Err(fault(FaultCode::NotAPolygon, EXPECTED, other.name())),
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
            assert!(region(text.as_bytes()).is_ok_and(|region| region.contains(120.5, 31.5)), "{text}");
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
            assert_eq!(region(text.as_bytes()).err().map(|fault| fault.code), Some(code), "{text}");
        }
    }
}
