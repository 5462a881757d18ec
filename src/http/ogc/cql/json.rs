//! CQL2 as JSON.

use serde_json::Value;

use super::{
    Fault,
    expression::{Comparison, DEEPEST, Expression, FIELDS, Field, MOST_TERMS, Mismatch, Scalar},
    place::{Place, Polygon, Position},
};
use crate::http::ogc::crs::Crs;

pub fn parse(text: &str, crs: Crs) -> Result<Expression, Fault> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| Fault { at: "the start".to_owned(), expected: "JSON".to_owned(), found: error.to_string() })?;
    Reader { crs, terms: 0 }.expression(&value, "$", 0)
}

struct Reader {
    crs: Crs,
    terms: usize,
}

fn fault<T>(at: &str, expected: impl Into<String>, found: &Value) -> Result<T, Fault> {
    Err(Fault { at: at.to_owned(), expected: expected.into(), found: found.to_string().chars().take(60).collect() })
}

const OPERATORS: &str = "an op of and, or, not, =, <>, <, >, <=, >=, like, between, in, isNull, s_intersects";

impl Reader {
    fn expression(&mut self, value: &Value, at: &str, depth: usize) -> Result<Expression, Fault> {
        self.terms += 1;
        if self.terms > MOST_TERMS || depth > DEEPEST {
            return fault(at, format!("at most {MOST_TERMS} terms, {DEEPEST} within one another"), &Value::from("more"));
        }
        if let Value::Bool(truth) = value {
            return Ok(Expression::Const(*truth));
        }
        let Some(op) = value["op"].as_str() else { return fault(&format!("{at}.op"), OPERATORS, &value["op"]) };
        let within = format!("{at}.args");
        let Some(args) = value["args"].as_array() else { return fault(&within, "a list", &value["args"]) };
        let count = match op {
            "and" | "or" => 2..=MOST_TERMS,
            "not" | "isNull" => 1..=1,
            "between" => 3..=3,
            _ => 2..=2,
        };
        if !count.contains(&args.len()) {
            let (least, most) = (count.start(), count.end());
            let expected = if least == most { format!("{least} arguments") } else { format!("{least} to {most} arguments") };
            return fault(&within, expected, &Value::from(args.len()));
        }
        let path = |n: usize| format!("{within}[{n}]");
        let joined = |reader: &mut Self| args.iter().enumerate().map(|(n, arg)| reader.expression(arg, &path(n), depth + 1)).collect::<Result<Vec<_>, _>>();
        let built = match op {
            "and" => return joined(self).map(Expression::And),
            "or" => return joined(self).map(Expression::Or),
            "not" => return Ok(Expression::Not(Box::new(self.expression(&args[0], &path(0), depth + 1)?))),
            "isNull" => return scalar(&args[0], &path(0)).map(Expression::IsNull),
            "s_intersects" => return self.intersects(args, &within),
            "like" => match args[1].as_str() {
                Some(pattern) => Expression::like(scalar(&args[0], &path(0))?, pattern),
                None => return fault(&path(1), "a text as pattern", &args[1]),
            },
            "between" => Expression::between(scalar(&args[0], &path(0))?, scalar(&args[1], &path(1))?, scalar(&args[2], &path(2))?),
            "in" => {
                let Some(list) = args[1].as_array() else { return fault(&path(1), "a list", &args[1]) };
                self.terms += list.len();
                if self.terms > MOST_TERMS {
                    return fault(&path(1), format!("at most {MOST_TERMS} terms"), &Value::from(self.terms));
                }
                let list = list.iter().enumerate().map(|(n, one)| scalar(one, &format!("{}[{n}]", path(1)))).collect::<Result<_, _>>()?;
                Expression::within(scalar(&args[0], &path(0))?, list)
            }
            sign => match Comparison::signed(sign) {
                Some(comparison) => Expression::compare(comparison, scalar(&args[0], &path(0))?, scalar(&args[1], &path(1))?),
                None => return fault(&format!("{at}.op"), OPERATORS, &value["op"]),
            },
        };
        built.map_err(|Mismatch { expected, found }| Fault { at: within, expected, found })
    }

    fn intersects(&self, args: &[Value], at: &str) -> Result<Expression, Fault> {
        let is_place = |value: &Value| value["property"] == "geometry";
        let drawn = match args {
            [place, drawn] | [drawn, place] if is_place(place) => drawn,
            _ => return fault(at, r#"{"property": "geometry"} and a geometry"#, &args[0]),
        };
        let place = if drawn.get("bbox").is_some() && drawn.get("type").is_none() {
            let numbers: Option<Vec<f64>> = drawn["bbox"].as_array().and_then(|numbers| numbers.iter().map(Value::as_f64).collect());
            Place::of_box(&numbers.unwrap_or_default(), self.crs)
        } else {
            let coordinates = &drawn["coordinates"];
            let drawn = match drawn["type"].as_str() {
                Some("Point") => position(coordinates).map(|point| Place::of_points(vec![point], self.crs)),
                Some("MultiPoint") => each(coordinates, position).map(|points| Place::of_points(points, self.crs)),
                Some("Polygon") => polygon(coordinates).map(|polygon| Place::of_polygons(vec![polygon], self.crs)),
                Some("MultiPolygon") => each(coordinates, polygon).map(|polygons| Place::of_polygons(polygons, self.crs)),
                _ => None,
            };
            drawn.unwrap_or_else(|| Err("no such geometry".to_owned()))
        };
        place.map(Expression::Intersects).map_err(|found| Fault {
            at: at.to_owned(),
            expected: "a GeoJSON Point, MultiPoint, valid Polygon or MultiPolygon of at most 10000 positions, or a bbox".to_owned(),
            found,
        })
    }
}

fn scalar(value: &Value, at: &str) -> Result<Scalar, Fault> {
    match value {
        Value::String(text) => return Ok(Scalar::Text(text.clone())),
        Value::Bool(truth) => return Ok(Scalar::Bool(*truth)),
        Value::Number(number) => return Ok(Scalar::Number(number.as_f64().unwrap_or(f64::NAN))),
        _ => {}
    }
    if let Some(property) = value.get("property") {
        return property.as_str().and_then(Field::named).map(Scalar::Field).map_or_else(|| fault(&format!("{at}.property"), FIELDS, property), Ok);
    }
    let day = value["date"].as_str().and_then(Scalar::day);
    let instant = value["timestamp"].as_str().and_then(Scalar::instant);
    day.or(instant).map_or_else(|| fault(at, "a property or a literal", value), Ok)
}

fn each<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

fn position(value: &Value) -> Option<Position> {
    let numbers = each(value, Value::as_f64)?;
    matches!(numbers.len(), 2 | 3).then(|| [numbers[0], numbers[1]])
}

fn polygon(value: &Value) -> Option<Polygon> {
    each(value, |ring| each(ring, position))
}
