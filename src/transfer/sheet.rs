//! Any file as a header and rows, whatever its form.

use csv::StringRecord;

use super::{
    FaultCode, Form,
    fault::Faults,
    geojson::{self, Crs},
    json_lines,
    objects::{Object, Objects},
    shape::Shape,
    table::Table,
};

/// An opened file.
pub(super) struct Sheet<'t> {
    pub crs: Crs,
    body: Body<'t>,
}

enum Body<'t> {
    Table(Table<'t>),
    Objects(Objects),
}

/// One row of it.
#[derive(Clone, Copy)]
pub(super) enum Record<'a> {
    Line(&'a StringRecord),
    Object(&'a Object),
}

impl<'t> Sheet<'t> {
    /// Opens the text of a file; `None`, with faults, when it has no rows to read.
    pub fn open(text: &'t str, form: Form, faults: &mut Faults) -> Option<Self> {
        let (crs, body) = match form {
            _ if text.trim().is_empty() => (Crs::Unnamed, Body::Objects(Objects::default())),
            Form::Csv => (Crs::Unnamed, Body::Table(Table::open(text, faults)?)),
            Form::JsonLines => (Crs::Unnamed, Body::Objects(json_lines::objects(text, faults)?)),
            Form::GeoJson => {
                let (objects, crs) = geojson::features(text, faults)?;
                (crs, Body::Objects(objects))
            }
        };
        if matches!(&body, Body::Objects(objects) if objects.rows.is_empty() && objects.refused == 0) {
            faults.add(1, "", FaultCode::EmptyFile, "at least one row", "");
            return None;
        }
        Some(Self { crs, body })
    }

    pub fn header(&self) -> &[String] {
        match &self.body {
            Body::Table(table) => &table.header,
            Body::Objects(objects) => &objects.header,
        }
    }

    /// Where the names of the columns stand.
    pub fn header_row(&self) -> u64 {
        match &self.body {
            Body::Table(table) => table.header_line,
            Body::Objects(_) => 1,
        }
    }

    /// Hands over each row with its number. Returns how many rows the file has, those included that could not be handed over.
    pub fn rows(&self, faults: &mut Faults, mut row: impl FnMut(u64, Record, &mut Faults)) -> u64 {
        match &self.body {
            Body::Table(table) => table.refused + table.rows(faults, |line, record, faults| row(line, Record::Line(record), faults)),
            Body::Objects(objects) => {
                for object in &objects.rows {
                    row(object.row, Record::Object(object), faults);
                }
                objects.refused + objects.rows.len() as u64
            }
        }
    }
}

impl<'a> Record<'a> {
    pub fn cell(self, column: usize) -> Option<&'a str> {
        match self {
            Self::Line(record) => record.get(column),
            Self::Object(object) => object.cell(column),
        }
    }

    /// Whether a list or object stands in the column.
    pub fn is_nested(self, column: usize) -> bool {
        match self {
            Self::Line(_) => false,
            Self::Object(object) => object.is_nested(column),
        }
    }

    pub fn shape(self) -> &'a Shape {
        match self {
            Self::Line(_) => &Shape::Nothing,
            Self::Object(object) => &object.shape,
        }
    }

    /// The first column whose text the file's encoding garbled, or that holds a zero byte, which PostgreSQL cannot store.
    pub fn broken(self) -> Option<(usize, &'a str)> {
        match self {
            // Of nearly all rows one look at the whole line says that nothing is broken.
            Self::Line(record) if !is_broken(record.as_slice()) => None,
            Self::Line(record) => record.iter().enumerate().find(|(_, text)| is_broken(text)),
            Self::Object(object) => object.texts().find(|(_, text)| is_broken(text)),
        }
    }
}

fn is_broken(text: &str) -> bool {
    text.contains('\u{fffd}') || text.contains('\0')
}
