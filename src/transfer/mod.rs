//! Files in: the bytes of a file become typed rows and faults.
//!
//! This room knows the shapes of files (CSV, GeoJSON, JSON Lines), their encodings, their columns and the ways people write numbers and
//! days. It must never know the database, the network, a clock or a policy: kinds of observations and their fields are only text here,
//! and whether a house exists or a day lies ahead is for `app` to say.
//!
//! Nothing here fails as a whole: whatever the bytes are, an answer lists the good rows and the faults, and its size is bounded by the
//! file's. Every row that was read is a row given, a fault or replaced by a later one: `read = rows + faulty + replaced`. Only a fault
//! of the whole file (no such column, no JSON, nothing in it) leaves every row unread; `read` is 0 then.

mod areas;
mod base;
mod binding;
mod day_format;
mod encoding;
mod fault;
mod form;
mod geojson;
mod houses;
mod json_lines;
mod mapping;
mod navigation;
mod number;
mod objects;
mod observations;
mod paper;
mod qr;
mod region;
mod residents;
mod services;
mod shape;
mod sheet;
mod table;
mod target;
#[cfg(test)]
mod tests;
mod tracks;
mod units;
mod workbook;

pub use areas::{AreaRow, areas};
pub use base::{BaseRow, base};
pub use fault::{Fault, FaultCode};
pub use form::Form;
pub use houses::{HouseRow, SourcePlace, houses};
pub use mapping::{BadMapping, Mapping};
pub use navigation::{Navigation, navigation};
pub use observations::{ObservationRow, observations};
pub use paper::{CardToday, Paper, PaperFault, Printed, card_pdf, pdf, pdf_of_many, round_pdf};
pub use qr::{TooLongForQr, qr_svg};
pub use region::region;
pub use residents::{ResidentRow, residents};
pub use services::services;
pub use tracks::{geojson as round_geojson, gpx, kml};
pub use units::{UnitRow, units};
pub use workbook::{Language, NoWorkbook, workbook};

use binding::Binding;
use encoding::{NoText, Text};
use fault::Faults;
use geojson::Crs;
use number::PlaceColumns;
use shape::{Line, Polygon, Position};
use sheet::{Record, Sheet};
use target::What;

use crate::earth::Datum;

/// What a file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    /// The good rows in the order of the file, each with its number (see [`Fault::row`]).
    pub rows: Vec<(u64, T)>,
    /// What is wrong, in the order of the file; at most 10,000 are listed.
    pub faults: Vec<Fault>,
    /// Faults beyond those listed.
    pub unlisted: u64,
    /// Rows that became faults; not 0 either when the file as a whole is at fault.
    pub faulty: u64,
    /// Rows that a later row of the same house replaced, where the mapping says so.
    pub replaced: u64,
    /// Rows seen, good or not.
    pub read: u64,
    /// "utf-8", "utf-8 with bom", "gb18030" or "utf-16".
    pub encoding: &'static str,
    /// Columns of the file that nothing used.
    pub unmapped: Vec<String>,
}

/// One row while it is read.
struct Row<'r> {
    number: u64,
    record: Record<'r>,
    binding: &'r Binding<'r>,
    /// The coordinate system that holds in this file.
    datum: Datum,
}

impl<T> Parsed<T> {
    fn nothing(encoding: &'static str, faults: Faults) -> Self {
        let (faulty, unlisted) = (faults.faulty(), faults.unlisted());
        Self { rows: Vec::new(), faults: faults.into_sorted(), unlisted, faulty, replaced: 0, read: 0, encoding, unmapped: Vec::new() }
    }
}

/// The way of every file: decode, open, bind the columns, read row by row. A row that gives `None` has noted a fault.
fn read<T>(bytes: &[u8], form: Form, mapping: &Mapping, what: What, datum: Option<Datum>, mut of_row: impl FnMut(&Row, &mut Faults) -> Option<T>) -> Parsed<T> {
    let mut faults = if what.is_personal() { Faults::masked() } else { Faults::default() };
    let text = match Text::of(bytes) {
        Ok(text) => text,
        Err(NoText(found)) => {
            faults.add(1, "", FaultCode::UnknownForm, "a text file: CSV, GeoJSON or JSON Lines", found);
            return Parsed::nothing("", faults);
        }
    };
    let Some(sheet) = Sheet::open(&text.text, form, &mut faults) else { return Parsed::nothing(text.encoding, faults) };
    let datum = match (datum.or(mapping.datum), &sheet.crs) {
        (Some(said), _) => said,
        (None, Crs::Unnamed) => Datum::Wgs84,
        (None, Crs::Known(datum)) => *datum,
        (None, Crs::Unknown(name)) => {
            faults.add(
                1,
                "crs",
                FaultCode::UnknownCrs,
                "coordinates in CRS84, EPSG:4326 or EPSG:4490; convert the file, or name the system when importing",
                name,
            );
            return Parsed::nothing(text.encoding, faults);
        }
    };
    let header = sheet.header();
    let Some(binding) = Binding::lay(mapping, what, header, sheet.header_row(), form == Form::GeoJson, &mut faults) else {
        return Parsed::nothing(text.encoding, faults);
    };
    let mut rows = Vec::new();
    let read = sheet.rows(&mut faults, |number, record, faults| {
        if binding.accepts(number, record, header, faults) {
            let row = Row { number, record, binding: &binding, datum };
            rows.extend(of_row(&row, faults).map(|value| (number, value)));
        }
    });
    if read == 0 {
        faults.add(1, "", FaultCode::EmptyFile, "at least one row after the header", "a header only");
    }
    let (faulty, unlisted) = (faults.faulty(), faults.unlisted());
    Parsed { rows, faults: faults.into_sorted(), unlisted, faulty, replaced: 0, read, encoding: text.encoding, unmapped: binding.unmapped }
}

impl Row<'_> {
    /// What the row gives for a target; `None` when it is left out.
    fn value(&self, target: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.binding.value(self.record, target)
    }

    /// The same as an owned text, empty when left out.
    fn text(&self, target: &str) -> String {
        self.value(target).map_or_else(String::new, |text| text.into_owned())
    }

    /// What the row must give; a fault when it is left out.
    fn needed(&self, target: &str, expected: &str, faults: &mut Faults) -> Option<std::borrow::Cow<'_, str>> {
        let value = self.value(target);
        if value.is_none() {
            self.fault(target, FaultCode::MissingValue, expected, "", faults);
        }
        value
    }

    /// Lines or rings in WGS 84; a fault at the first position that is none.
    fn lines(&self, lines: &[Line], faults: &mut Faults) -> Option<Vec<Line>> {
        let columns = PlaceColumns { lon: "geometry", lat: "geometry" };
        let mut convert = |[lon, lat]: &Position| {
            let place = columns.convert(self.number, [*lon, *lat], self.datum, faults)?;
            Some([place.lon(), place.lat()])
        };
        lines.iter().map(|line| line.iter().map(&mut convert).collect()).collect()
    }

    fn polygons(&self, polygons: &[Polygon], faults: &mut Faults) -> Option<Vec<Polygon>> {
        polygons.iter().map(|rings| self.lines(rings, faults)).collect()
    }

    fn fault(&self, target: &str, code: FaultCode, expected: impl Into<String>, found: &str, faults: &mut Faults) {
        faults.add(self.number, self.binding.column(target), code, expected, found);
    }
}
