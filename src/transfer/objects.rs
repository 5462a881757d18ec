//! JSON objects as rows: their names together make the header, as if they stood in a table.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{FaultCode, fault::Faults, shape::Shape};

/// The objects of a file. What it holds is bounded by the file, however different their names are.
#[derive(Default)]
pub(super) struct Objects {
    pub header: Vec<String>,
    pub rows: Vec<Object>,
    /// Objects that became faults instead of rows.
    pub refused: u64,
    index: HashMap<String, u32>,
}

/// One object.
pub(super) struct Object {
    pub row: u64,
    pub shape: Shape,
    /// By column, in the order of columns.
    cells: Vec<(u32, Cell)>,
}

enum Cell {
    Text(String),
    /// A list or object, which no column of ours holds.
    Nested,
}

impl Objects {
    /// Files have tens of columns; thousands are data written as names.
    pub const MOST_COLUMNS: usize = 4096;

    /// Adds an object. Numbers become their text, true and false "yes" and "no", null is left out.
    pub fn push(&mut self, row: u64, members: Map<String, Value>, shape: Shape, faults: &mut Faults) {
        let mut cells = Vec::with_capacity(members.len());
        for (name, value) in members {
            let cell = match value {
                Value::Null => continue,
                Value::Bool(yes) => Cell::Text(if yes { "yes" } else { "no" }.to_owned()),
                // 3.0 is the 3 that a program without whole numbers wrote.
                Value::Number(number) => Cell::Text(
                    number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15).map_or_else(|| number.to_string(), |float| format!("{float}")),
                ),
                Value::String(text) => Cell::Text(text),
                Value::Array(_) | Value::Object(_) => Cell::Nested,
            };
            let column = match self.index.get(&name) {
                Some(column) => *column,
                None if self.header.len() == Self::MOST_COLUMNS => {
                    return self.refuse(row, FaultCode::TooLarge, "at most 4,096 different names in a file", &name, faults);
                }
                None => {
                    #[expect(clippy::cast_possible_truncation, reason = "at most 4,096")]
                    let column = self.header.len() as u32;
                    self.header.push(name.trim().to_owned());
                    self.index.insert(name, column);
                    column
                }
            };
            cells.push((column, cell));
        }
        cells.sort_unstable_by_key(|(column, _)| *column);
        self.rows.push(Object { row, shape, cells });
    }

    /// Notes that an object is a fault.
    pub fn refuse(&mut self, row: u64, code: FaultCode, expected: &str, found: &str, faults: &mut Faults) {
        self.refused += 1;
        faults.add(row, "", code, expected, found);
    }
}

impl Object {
    pub fn cell(&self, column: usize) -> Option<&str> {
        match self.find(column)? {
            Cell::Text(text) => Some(text),
            Cell::Nested => None,
        }
    }

    pub fn is_nested(&self, column: usize) -> bool {
        matches!(self.find(column), Some(Cell::Nested))
    }

    /// All texts with their columns.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().filter_map(|(column, cell)| if let Cell::Text(text) = cell { Some((*column as usize, text.as_str())) } else { None })
    }

    fn find(&self, column: usize) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(column, _)| *column as usize).ok()?;
        Some(&self.cells[at].1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_become_texts_and_names_the_header() {
        let (mut objects, mut faults) = (Objects::default(), Faults::default());
        for (row, object) in
            [json!({"b": true, "a": 3.0}), json!({"c": 1.25, "a": null, "b": [1], "d": 12_345_678_901_234_567_890_u64})].into_iter().enumerate()
        {
            objects.push(row as u64 + 1, object.as_object().unwrap().clone(), Shape::Nothing, &mut faults);
        }
        assert_eq!(objects.header, ["a", "b", "c", "d"]);
        assert_eq!(objects.rows[0].texts().collect::<Vec<_>>(), [(0, "3"), (1, "yes")]);
        assert_eq!(objects.rows[1].texts().collect::<Vec<_>>(), [(2, "1.25"), (3, "12345678901234567890")]);
        assert!(objects.rows[1].is_nested(1) && objects.rows[1].cell(1).is_none() && objects.rows[1].cell(0).is_none());
    }

    #[test]
    fn too_many_different_names_are_refused() {
        let (mut objects, mut faults) = (Objects::default(), Faults::default());
        for row in 1..=5000_u64 {
            objects.push(row, Map::from_iter([(format!("n{row}"), json!(1))]), Shape::Nothing, &mut faults);
        }
        assert_eq!((objects.header.len(), objects.rows.len(), objects.refused), (4096, 4096, 904));
    }
}
