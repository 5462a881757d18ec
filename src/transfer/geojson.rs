//! GeoJSON (RFC 7946): a FeatureCollection or a single Feature, read feature by feature. A feature at fault costs only itself.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    FaultCode,
    fault::Faults,
    objects::Objects,
    shape::{Shape, brief, is_bbox},
};
use crate::earth::Datum;

/// The coordinate system that the document names, as GeoJSON did before RFC 7946.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Crs {
    #[default]
    Unnamed,
    Known(Datum),
    /// One that is not read here, by its name.
    Unknown(String),
}

/// The features of a document; `None`, with one fault, when it is broken as a whole.
pub(super) fn features(text: &str, faults: &mut Faults) -> Option<(Objects, Crs)> {
    let mut document = Document { objects: Objects::default(), others: Map::new(), has_features: false, read: 0, faults };
    let mut json = serde_json::Deserializer::from_str(text);
    if let Err(error) = json.deserialize_map(&mut document).and_then(|()| json.end()) {
        // What was read before the break is not taken: half a document is not the file that was meant.
        faults.clear();
        broken(&error, faults);
        return None;
    }
    let Document { mut objects, others, has_features, .. } = document;
    let crs = crs(others.get("crs").unwrap_or(&Value::Null));
    let kind = others.get("type").unwrap_or(&Value::Null);
    let mut refuse = |expected: &str, found: &str| {
        faults.clear();
        faults.add(1, "", FaultCode::BadJson, expected, found);
        None
    };
    if !others.get("bbox").is_none_or(is_bbox) {
        return refuse("a bbox of 4 or 6 numbers", &brief(&others["bbox"]));
    }
    match (kind.as_str(), has_features) {
        (Some("FeatureCollection"), true) => {}
        (Some("FeatureCollection"), false) => return refuse("a list of features", "no features"),
        (Some("Feature"), false) => feature(1, Value::Object(others), &mut objects, faults),
        _ => return refuse("a FeatureCollection or a Feature", &brief(kind)),
    }
    Some((objects, crs))
}

/// One fault for a document that is no JSON, at its line.
pub(super) fn broken(error: &serde_json::Error, faults: &mut Faults) {
    faults.add(error.line().max(1) as u64, "", FaultCode::BadJson, "a whole JSON document", &error.to_string());
}

fn crs(member: &Value) -> Crs {
    if member.is_null() {
        return Crs::Unnamed;
    }
    let Some(name) = member.pointer("/properties/name").and_then(Value::as_str) else { return Crs::Unknown(brief(member)) };
    match name.to_ascii_uppercase().rsplit(':').next() {
        Some("CRS84" | "4326" | "WGS84") => Crs::Known(Datum::Wgs84),
        Some("4490") => Crs::Known(Datum::Cgcs2000),
        _ => Crs::Unknown(name.to_owned()),
    }
}

/// Checks one feature and takes its properties and geometry.
fn feature(row: u64, value: Value, objects: &mut Objects, faults: &mut Faults) {
    let Value::Object(mut members) = value else {
        return objects.refuse(row, FaultCode::BadJson, "a Feature", &brief(&value), faults);
    };
    let kind = members.get("type").unwrap_or(&Value::Null);
    let odd_id = || members.get("id").filter(|id| !id.is_string() && !id.is_number());
    let odd_bbox = || members.get("bbox").filter(|bbox| !is_bbox(bbox));
    let flaw = (kind != "Feature").then_some(("a Feature", kind));
    let flaw = flaw.or_else(|| Some(("an id that is a text or a number", odd_id()?))).or_else(|| Some(("a bbox of 4 or 6 numbers", odd_bbox()?)));
    if let Some((expected, found)) = flaw {
        return objects.refuse(row, FaultCode::BadJson, expected, &brief(found), faults);
    }
    let properties = match members.remove("properties") {
        Some(Value::Object(properties)) => properties,
        Some(Value::Null) => Map::new(),
        other => return objects.refuse(row, FaultCode::BadJson, "properties: an object or null", &other.as_ref().map_or_else(String::new, brief), faults),
    };
    let Some(geometry) = members.remove("geometry") else {
        return objects.refuse(row, FaultCode::BadGeometry, "a geometry, or null for none", "", faults);
    };
    match Shape::of(&geometry) {
        Ok(shape) => objects.push(row, properties, shape, faults),
        Err(bad) => objects.refuse(row, bad.code, bad.expected, &bad.found, faults),
    }
}

/// The document while it is read: features go one by one, so that never all of them stand in memory as JSON.
struct Document<'f> {
    objects: Objects,
    others: Map<String, Value>,
    has_features: bool,
    read: u64,
    faults: &'f mut Faults,
}

impl<'de> Visitor<'de> for &mut Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "features" {
                self.has_features = true;
                map.next_value_seed(Features(self))?;
            } else {
                self.others.insert(name, map.next_value()?);
            }
        }
        Ok(())
    }
}

/// The member `features`.
struct Features<'d, 'f>(&'d mut Document<'f>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Document { objects, read, faults, .. } = self.0;
        while let Some(value) = seq.next_element::<Value>()? {
            *read += 1;
            feature(*read, value, objects, faults);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<usize>, Vec<(u64, FaultCode)>) {
        let mut faults = Faults::default();
        let rows = features(text, &mut faults).map(|(objects, _)| objects.rows.len());
        (rows, faults.into_sorted().into_iter().map(|fault| (fault.row, fault.code)).collect())
    }

    #[test]
    fn a_feature_at_fault_costs_only_itself() {
        let text = r#"{"features": [null, {"type": "Feature", "properties": null, "geometry": {"type": "Point", "coordinates": ["1", 2]}},
            {"type": "Feature", "properties": {"a": 1}, "geometry": null}], "type": "FeatureCollection"}"#;
        assert_eq!(read(text), (Some(1), vec![(1, FaultCode::BadJson), (2, FaultCode::BadGeometry)]));
    }

    #[test]
    fn a_broken_document_is_one_fault_at_its_line() {
        let text = "{\"type\": \"FeatureCollection\",\n\"features\": [null,\n{\"type\": ]}";
        let mut faults = Faults::default();
        assert!(features(text, &mut faults).is_none());
        let faults = faults.into_sorted();
        assert_eq!((faults.len(), faults[0].row, faults[0].code), (1, 3, FaultCode::BadJson));
        assert!(faults[0].found.contains("line 3 column"), "{}", faults[0].found);
    }

    #[test]
    fn what_is_no_collection_of_features_is_refused_as_a_whole() {
        for text in [
            "",
            "[]",
            "3",
            "{}",
            r#"{"type": "Point", "coordinates": [1, 2]}"#,
            r#"{"type": "FeatureCollection", "features": {}}"#,
            r#"{"type": "FeatureCollection", "features": [1e999]}"#,
        ] {
            let (rows, faults) = read(text);
            assert_eq!((rows, faults.len()), (None, 1), "{text}");
        }
        let deep = format!("{{\"type\":\"Feature\",\"geometry\":{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).0, None);
    }

    #[test]
    fn the_coordinate_system_is_read() {
        let named = |name: &str| crs(&serde_json::json!({"type": "name", "properties": {"name": name}}));
        assert_eq!(named("urn:ogc:def:crs:OGC:1.3:CRS84"), Crs::Known(Datum::Wgs84));
        assert_eq!(named("EPSG:4490"), Crs::Known(Datum::Cgcs2000));
        assert_eq!(named("urn:ogc:def:crs:EPSG::32632"), Crs::Unknown("urn:ogc:def:crs:EPSG::32632".to_owned()));
        assert_eq!(crs(&Value::Null), Crs::Unnamed);
    }
}
