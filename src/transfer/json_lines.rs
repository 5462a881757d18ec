//! JSON Lines, one object a line, and the array of objects that programs write instead.

use std::fmt;

use serde::{
    Deserializer as _,
    de::{SeqAccess, Visitor},
};
use serde_json::Value;

use super::{FaultCode, fault::Faults, geojson::broken, objects::Objects, shape::Shape, shape::brief, table::LONGEST_RECORD};

/// The objects of a file; `None`, with one fault, when an array is broken.
pub(super) fn objects(text: &str, faults: &mut Faults) -> Option<Objects> {
    if text.trim_start().starts_with('[') {
        return array(text, faults);
    }
    let mut objects = Objects::default();
    for (line, row) in text.split('\n').zip(1..) {
        if line.len() > LONGEST_RECORD {
            objects.refuse(row, FaultCode::LineTooLong, "a line of at most 1 MiB", line, faults);
        } else if line.contains('\u{fffd}') {
            objects.refuse(row, FaultCode::BrokenText, "text in UTF-8, UTF-16 or GB 18030", line, faults);
        } else if !line.trim().is_empty() {
            match serde_json::from_str::<Value>(line) {
                Ok(value) => object(row, value, &mut objects, faults),
                // The reason ends with "at line 1 column n"; the line is the row's.
                Err(error) => {
                    objects.refuse(row, FaultCode::BadJson, "one JSON object", &error.to_string().replace(" at line 1 column ", " at column "), faults)
                }
            }
        }
    }
    Some(objects)
}

fn object(row: u64, value: Value, objects: &mut Objects, faults: &mut Faults) {
    match value {
        Value::Object(members) => objects.push(row, members, Shape::Nothing, faults),
        other => objects.refuse(row, FaultCode::BadJson, "one JSON object", &brief(&other), faults),
    }
}

fn array(text: &str, faults: &mut Faults) -> Option<Objects> {
    let mut array = Array { objects: Objects::default(), faults };
    let mut json = serde_json::Deserializer::from_str(text);
    match json.deserialize_seq(&mut array).and_then(|()| json.end()) {
        Ok(()) => Some(array.objects),
        Err(error) => {
            faults.clear();
            broken(&error, faults);
            None
        }
    }
}

struct Array<'f> {
    objects: Objects,
    faults: &'f mut Faults,
}

impl<'de> Visitor<'de> for &mut Array<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut row = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            row += 1;
            object(row, value, &mut self.objects, self.faults);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Vec<u64>>, Vec<(u64, FaultCode)>) {
        let mut faults = Faults::default();
        let rows = objects(text, &mut faults).map(|objects| objects.rows.iter().map(|object| object.row).collect());
        (rows, faults.into_sorted().into_iter().map(|fault| (fault.row, fault.code)).collect())
    }

    #[test]
    fn each_line_stands_for_itself() {
        let text = "{\"a\":1}\r\n\n{\"a\":\n[1]\n{\"a\":\"\u{fffd}\"}\n{\"a\":2}";
        assert_eq!(read(text), (Some(vec![1, 6]), vec![(3, FaultCode::BadJson), (4, FaultCode::BadJson), (5, FaultCode::BrokenText)]));
    }

    #[test]
    fn an_array_is_counted_by_its_items() {
        assert_eq!(read(" [{\"a\":1},\n\n3,{\"a\":2}]"), (Some(vec![1, 3]), vec![(2, FaultCode::BadJson)]));
        assert_eq!(read("[{\"a\":1},\n3,{\"a\""), (None, vec![(2, FaultCode::BadJson)]));
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        let text = format!("{{\"a\":\"{}\"}}\n{{\"a\":2}}", "x".repeat(LONGEST_RECORD));
        assert_eq!(read(&text), (Some(vec![2]), vec![(1, FaultCode::LineTooLong)]));
    }
}
