//! Areas and their boundaries from a GeoJSON file.

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, read, shape::Shape};
use crate::earth::Datum;

/// An area as its feature tells it, in WGS 84. Rings are closed; whether they cross themselves is not checked here.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaRow {
    pub code: String,
    pub name: String,
    pub level: String,
    /// Code of the area that it is part of; empty when not told.
    pub parent: String,
    /// Polygons, rings, positions; the first ring is the outer one.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

/// Reads areas: features with `code`, `name`, `level` and perhaps `parent`, and a polygon or several.
#[must_use]
pub fn areas(bytes: &[u8], form: Form, mapping: &Mapping, datum: Option<Datum>) -> Parsed<AreaRow> {
    read(bytes, form, mapping, What::Areas, datum, area)
}

fn area(row: &Row, faults: &mut Faults) -> Option<AreaRow> {
    let code = row.needed("code", "the code of the area", faults);
    let name = row.needed("name", "the name of the area", faults);
    let level = row.needed("level", "the level of the area", faults);
    let polygons = match row.record.shape() {
        Shape::Polygons(polygons) => row.polygons(polygons, faults),
        other => {
            faults.add(row.number, "geometry", FaultCode::BadGeometry, "a polygon or several", other.name());
            None
        }
    };
    Some(AreaRow { code: code?.into_owned(), name: name?.into_owned(), level: level?.into_owned(), parent: row.text("parent"), polygons: polygons? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_comes_out_in_wgs_84() {
        let text = r#"{"type": "Feature", "properties": {"code": "V1", "name": "东村", "level": "village"},
            "geometry": {"type": "Polygon", "coordinates": [[[114.063013999, 22.540382814], [114.1, 22.5], [114.1, 22.6], [114.063013999, 22.540382814]]]}}"#;
        let parsed = areas(text.as_bytes(), Form::GeoJson, &Mapping::default(), Some(Datum::Gcj02));
        let area = &parsed.rows[0].1;
        assert_eq!((area.code.as_str(), area.name.as_str(), area.level.as_str(), area.parent.as_str()), ("V1", "东村", "village", ""));
        let [lon, lat] = area.polygons[0][0][0];
        assert!((lon - 114.0579).abs() < 1e-8 && (lat - 22.5431).abs() < 1e-8);
        assert_eq!(area.polygons[0][0].first(), area.polygons[0][0].last());
    }

    #[test]
    fn what_bounds_nothing_is_a_fault() {
        let text =
            r#"{"type": "Feature", "properties": {"code": "V1", "name": "x", "level": "village"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}"#;
        let parsed = areas(text.as_bytes(), Form::GeoJson, &Mapping::default(), None);
        assert_eq!((parsed.faults[0].code, parsed.faults[0].found.as_str()), (FaultCode::BadGeometry, "a point"));
    }
}
