//! The geometry of one GeoJSON feature, checked against RFC 7946 as far as its nesting goes.

use serde_json::Value;

use super::FaultCode;

pub(super) type Position = [f64; 2];
pub(super) type Line = Vec<Position>;
/// Rings; the first is the outer one.
pub(super) type Polygon = Vec<Line>;

/// A geometry in the degrees of the file; heights are left out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A file without geometry, or `null`.
    Nothing,
    Point(Position),
    Lines(Vec<Line>),
    Polygons(Vec<Polygon>),
    /// Sound, but of a type that nothing here is made of.
    Other(&'static str),
}

/// What is wrong with a geometry.
pub(super) struct BadShape {
    pub code: FaultCode,
    pub expected: &'static str,
    pub found: String,
}

/// Beyond these a boundary is a mistake or an attack; a province of China has some 10,000.
const MOST_POSITIONS: usize = 100_000;
const MOST_RINGS: usize = 1_000;

impl Shape {
    pub fn of(geometry: &Value) -> Result<Self, BadShape> {
        if geometry.is_null() {
            return Ok(Self::Nothing);
        }
        let object = geometry.as_object().ok_or_else(|| bad("a geometry object or null", geometry))?;
        if !object.get("bbox").is_none_or(is_bbox) {
            return Err(bad("a bbox of 4 or 6 numbers", &object["bbox"]));
        }
        let kind = object.get("type").unwrap_or(&Value::Null);
        if kind == "GeometryCollection" {
            let members = object.get("geometries").and_then(Value::as_array).ok_or_else(|| bad("a list of geometries", geometry))?;
            for member in members {
                if Self::of(member)? == Self::Nothing {
                    return Err(bad("geometries, none of them null", member));
                }
            }
            return Ok(Self::Other("GeometryCollection"));
        }
        let coordinates = object.get("coordinates").unwrap_or(&Value::Null);
        let mut budget = Budget { positions: MOST_POSITIONS, rings: MOST_RINGS };
        match kind.as_str() {
            Some("Point") => position(coordinates).map(Self::Point),
            Some("MultiPoint") => budget.positions(coordinates).map(|_| Self::Other("MultiPoint")),
            Some("LineString") => budget.line(coordinates).map(|line| Self::Lines(vec![line])),
            Some("MultiLineString") => list(coordinates)?.iter().map(|line| budget.line(line)).collect::<Result<_, _>>().map(Self::Lines),
            Some("Polygon") => budget.polygon(coordinates).map(|polygon| Self::Polygons(vec![polygon])),
            Some("MultiPolygon") => list(coordinates)?.iter().map(|polygon| budget.polygon(polygon)).collect::<Result<_, _>>().map(Self::Polygons),
            _ => Err(bad("a geometry type of GeoJSON", kind)),
        }
    }

    /// What it is, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "no geometry",
            Self::Point(_) => "a point",
            Self::Lines(_) => "a line",
            Self::Polygons(_) => "a polygon",
            Self::Other(name) => name,
        }
    }
}

/// What may still come in one geometry.
struct Budget {
    positions: usize,
    rings: usize,
}

impl Budget {
    fn positions(&mut self, value: &Value) -> Result<Line, BadShape> {
        let positions = list(value)?;
        self.positions = self.positions.checked_sub(positions.len()).ok_or_else(|| too_large("at most 100,000 positions in a feature"))?;
        positions.iter().map(position).collect()
    }

    fn line(&mut self, value: &Value) -> Result<Line, BadShape> {
        let line = self.positions(value)?;
        if line.len() < 2 { Err(bad("a line of at least two positions", value)) } else { Ok(line) }
    }

    fn polygon(&mut self, value: &Value) -> Result<Polygon, BadShape> {
        let rings = list(value)?;
        if rings.is_empty() {
            return Err(bad("a polygon of at least one ring", value));
        }
        self.rings = self.rings.checked_sub(rings.len()).ok_or_else(|| too_large("at most 1,000 rings in a feature"))?;
        rings.iter().map(|ring| self.ring(ring)).collect()
    }

    fn ring(&mut self, value: &Value) -> Result<Line, BadShape> {
        let ring = self.positions(value)?;
        if ring.len() < 4 {
            return Err(bad("a ring of at least four positions", value));
        }
        if ring.first() != ring.last() {
            return Err(bad("a closed ring: its last position equal to its first", value));
        }
        Ok(ring)
    }
}

fn position(value: &Value) -> Result<Position, BadShape> {
    let numbers = value.as_array().filter(|numbers| numbers.len() >= 2 && numbers.iter().all(Value::is_number));
    let degrees = numbers.and_then(|numbers| Some([numbers[0].as_f64()?, numbers[1].as_f64()?]));
    degrees.ok_or_else(|| bad("a position of two or more numbers", value))
}

fn list(value: &Value) -> Result<&Vec<Value>, BadShape> {
    value.as_array().ok_or_else(|| bad("coordinates nested as the geometry's type asks", value))
}

pub(super) fn is_bbox(value: &Value) -> bool {
    value.as_array().is_some_and(|numbers| matches!(numbers.len(), 4 | 6) && numbers.iter().all(Value::is_number))
}

fn bad(expected: &'static str, found: &Value) -> BadShape {
    BadShape { code: FaultCode::BadGeometry, expected, found: brief(found) }
}

fn too_large(expected: &'static str) -> BadShape {
    BadShape { code: FaultCode::TooLarge, expected, found: String::new() }
}

/// The beginning of a JSON value, without writing the whole of a large one.
pub(super) fn brief(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let begin: Vec<_> = items.iter().take(4).map(|item| if item.is_array() { "[…]".to_owned() } else { brief(item) }).collect();
            format!("[{}{}]", begin.join(","), if items.len() > 4 { ",…" } else { "" })
        }
        Value::Object(members) => format!("{{{}}}", members.keys().take(4).map(String::as_str).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn geometries_are_read_with_their_nesting() {
        let shape = |value| Shape::of(&value).ok();
        assert_eq!(shape(json!(null)), Some(Shape::Nothing));
        assert_eq!(shape(json!({"type": "Point", "coordinates": [1, 2.5, 100]})), Some(Shape::Point([1.0, 2.5])));
        assert_eq!(shape(json!({"type": "LineString", "coordinates": [[0, 0], [1, 1]]})), Some(Shape::Lines(vec![vec![[0.0, 0.0], [1.0, 1.0]]])));
        let ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        assert_eq!(shape(json!({"type": "Polygon", "coordinates": [ring]})), Some(Shape::Polygons(vec![vec![ring.clone()]])));
        assert_eq!(shape(json!({"type": "MultiPolygon", "coordinates": [[ring], [ring]]})), Some(Shape::Polygons(vec![vec![ring.clone()], vec![ring]])));
    }

    #[test]
    fn wrong_nesting_is_refused() {
        for bad in [
            json!("text"),
            json!({"type": "Point"}),
            json!({"type": "Point", "coordinates": []}),
            json!({"type": "Point", "coordinates": [[1, 2]]}),
            json!({"type": "Point", "coordinates": ["1", 2]}),
            json!({"type": "Point", "coordinates": [1, null]}),
            json!({"type": "LineString", "coordinates": [[1, 2]]}),
            json!({"type": "Polygon", "coordinates": []}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}),
            json!({"type": "MultiPolygon", "coordinates": [1, 2]}),
            json!({"type": "GeometryCollection", "geometries": [null]}),
            json!({"type": "Circle", "coordinates": [1, 2]}),
            json!({"type": "Point", "coordinates": [1, 2], "bbox": [1, 2, 3]}),
        ] {
            assert!(Shape::of(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn too_many_positions_are_refused() {
        let line = json!({"type": "LineString", "coordinates": vec![[1.0, 2.0]; MOST_POSITIONS + 1]});
        assert_eq!(Shape::of(&line).err().map(|bad| bad.code), Some(FaultCode::TooLarge));
    }
}
