//! Base layers from a GeoJSON file: what a map shows under the houses.

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, read, shape::Shape};
use crate::earth::Datum;

/// One feature of a base layer, in WGS 84.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseRow {
    /// One of [`BaseRow::LAYERS`].
    pub layer: String,
    /// Empty when not told.
    pub class: String,
    /// Empty when not told.
    pub name: String,
    pub lines: Vec<Vec<[f64; 2]>>,
    /// Polygons, rings, positions; the first ring is the outer one.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

impl BaseRow {
    pub const LAYERS: [&'static str; 5] = ["water", "green", "buildings", "streets", "areas"];
}

/// Reads base layers: features with `layer` and perhaps `class` and `name`, and lines or polygons.
#[must_use]
pub fn base(bytes: &[u8], form: Form, mapping: &Mapping, datum: Option<Datum>) -> Parsed<BaseRow> {
    read(bytes, form, mapping, What::Base, datum, feature)
}

fn feature(row: &Row, faults: &mut Faults) -> Option<BaseRow> {
    let layer = row.needed("layer", "the name of a layer", faults).and_then(|text| {
        let known = BaseRow::LAYERS.contains(&text.as_ref());
        if !known {
            row.fault("layer", FaultCode::UnknownValue, format!("one of {}", BaseRow::LAYERS.join(", ")), &text, faults);
        }
        known.then(|| text.into_owned())
    });
    let converted: Option<(Vec<_>, Vec<_>)> = match row.record.shape() {
        Shape::Lines(lines) => row.lines(lines, faults).map(|lines| (lines, Vec::new())),
        Shape::Polygons(polygons) => row.polygons(polygons, faults).map(|polygons| (Vec::new(), polygons)),
        other => {
            faults.add(row.number, "geometry", FaultCode::BadGeometry, "a line or polygon, or several", other.name());
            None
        }
    };
    let (layer, (lines, polygons)) = (layer?, converted?);
    Some(BaseRow { layer, class: row.text("class"), name: row.text("name"), lines, polygons })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_polygons_of_known_layers_are_read() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"layer": "streets", "class": "main", "name": "东街"}, "geometry": {"type": "LineString", "coordinates": [[120, 31], [120.1, 31]]}},
            {"type": "Feature", "properties": {"layer": "water"}, "geometry": {"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [121, 32], [120, 31]]]}},
            {"type": "Feature", "properties": {"layer": "clouds"}, "geometry": {"type": "Point", "coordinates": [120, 31]}},
            {"type": "Feature", "properties": {"layer": "water"}, "geometry": {"type": "LineString", "coordinates": [[120, 31], [31, 120]]}}]}"#;
        let parsed = base(text.as_bytes(), Form::GeoJson, &Mapping::default(), None);
        let read: Vec<_> = parsed.rows.iter().map(|(row, feature)| (*row, feature.layer.as_str(), feature.lines.len(), feature.polygons.len())).collect();
        assert_eq!(read, [(1, "streets", 1, 0), (2, "water", 0, 1)]);
        let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.row, fault.code)).collect();
        assert_eq!(faults, [(3, FaultCode::UnknownValue), (3, FaultCode::BadGeometry), (4, FaultCode::SwappedCoordinates)]);
    }
}
