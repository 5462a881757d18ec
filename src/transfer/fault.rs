//! What is wrong with a file, and where: a list for the person who has to mend it.

use serde::{Deserialize, Serialize};

/// One thing wrong with a file, at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// As a person counts, from 1: the line of a CSV or JSON Lines file on which the record begins, the number of a feature or array item.
    pub row: u64,
    /// The file's own name of the column; empty when the fault is about the whole row or file.
    pub column: String,
    pub code: FaultCode,
    /// What would have been right, and where it helps what to do next.
    pub expected: String,
    /// What stood there, cut to 80 characters.
    pub found: String,
}

impl Fault {
    /// A fault; what was found is cut here, so that a fault never carries a megabyte.
    #[must_use]
    pub fn new(row: u64, column: &str, code: FaultCode, expected: impl Into<String>, found: &str) -> Self {
        Self { row, column: cut(column), code, expected: expected.into(), found: cut(found) }
    }
}

/// The first 80 characters, with a mark where something was left out.
pub(super) fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

/// The kinds of faults; the texts for people belong to whoever shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    // The file.
    EmptyFile,
    /// Not a text file of a shape that is read here (a workbook, an archive).
    UnknownForm,
    BadJson,
    /// Coordinates in a system that is not read here.
    UnknownCrs,
    /// The mapping was written for files of another content.
    WrongMapping,
    MissingColumn,
    DuplicateColumn,
    /// A name that is none of the targets.
    UnknownColumn,
    /// Longer or more than is read.
    TooLarge,
    // The row.
    BrokenText,
    LineTooLong,
    /// A quote that is not closed, or text after a closing quote.
    BadQuote,
    WrongFieldCount,
    // The value.
    MissingValue,
    NotANumber,
    OutOfRange,
    SwappedCoordinates,
    NotAPoint,
    NotAPolygon,
    BadGeometry,
    BadCode,
    DuplicateCode,
    BadDay,
    UnknownKind,
    UnknownValue,
    // What only `app` can know: the site's houses, its day and its policy.
    UnknownHouse,
    FutureDay,
    /// Before the house existed.
    BeforeHouse,
    UnknownObservationKind,
    UnknownField,
    BadFieldValue,
    /// Something was observed at a house that is not let.
    NotLet,
    InThePast,
    BadPolicy,
    /// A round that cannot be made as it was asked for.
    BadPlan,
    // People and units. What was found is described, never repeated.
    BadName,
    BadIdNumber,
    BadPhone,
    BadCreditCode,
    /// A text that stays for good holds somebody's number.
    PersonalNumber,
    /// The record says otherwise; it is not overwritten.
    AlreadyRecorded,
    /// Not a fault but a warning: one person in two places at a time.
    Overlapping,
    /// A photo that is not there or shows another house.
    UnknownPhoto,
}

/// The faults of one file while it is read. Bounded in memory; the count goes on.
#[derive(Debug, Default)]
pub(super) struct Faults {
    held: Vec<Fault>,
    unlisted: u64,
    faulty: u64,
    latest_row: Option<u64>,
    is_masked: bool,
}

impl Faults {
    /// A file of a million faulty rows is described well enough by the first ones.
    const MOST_HELD: usize = 10_000;

    /// Faults of a file with personal data: how long a text was, never what it was.
    pub fn masked() -> Self {
        Self { is_masked: true, ..Self::default() }
    }

    pub fn is_masked(&self) -> bool {
        self.is_masked
    }

    pub fn add(&mut self, row: u64, column: &str, code: FaultCode, expected: impl Into<String>, found: &str) {
        // Faults of one row come one after another, so a row with several is counted once.
        if self.latest_row.replace(row) != Some(row) {
            self.faulty += 1;
        }
        if self.held.len() < Self::MOST_HELD {
            let found = if self.is_masked { &masked(code, found) } else { found };
            self.held.push(Fault::new(row, column, code, expected, found));
        } else {
            self.unlisted += 1;
        }
    }

    /// Forgets all, where one fault of the whole file says more.
    pub fn clear(&mut self) {
        *self = Self { is_masked: self.is_masked, ..Self::default() };
    }

    pub fn faulty(&self) -> u64 {
        self.faulty
    }

    pub fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// In the order of the file: shape faults are found before those of values.
    pub fn into_sorted(mut self) -> Vec<Fault> {
        self.held.sort_by_key(|fault| fault.row);
        self.held
    }
}

/// The length of a text, where the code does not say that the text is a description of our own.
fn masked(code: FaultCode, found: &str) -> String {
    use FaultCode::{BadCreditCode, BadIdNumber, DuplicateColumn, EmptyFile, UnknownForm, WrongFieldCount, WrongMapping};
    match code {
        BadCreditCode | BadIdNumber | DuplicateColumn | EmptyFile | UnknownForm | WrongFieldCount | WrongMapping => found.to_owned(),
        _ if found.is_empty() => String::new(),
        _ => format!("{} characters", found.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_ten_thousand_faults_the_count_goes_on() {
        let mut faults = Faults::default();
        for row in 0..10_005 {
            faults.add(row, "lon", FaultCode::NotANumber, "a number", "x");
            faults.add(row, "lat", FaultCode::NotANumber, "a number", "x");
        }
        assert_eq!((faults.faulty(), faults.unlisted()), (10_005, 10_010));
        assert_eq!(faults.into_sorted().len(), 10_000);
    }

    #[test]
    fn what_was_found_is_cut_to_eighty_characters() {
        let fault = Fault::new(1, "", FaultCode::BadDay, "a day", &"房".repeat(1000));
        assert_eq!(fault.found.chars().count(), 80);
        assert!(fault.found.ends_with('…'));
        assert_eq!(Fault::new(1, "", FaultCode::BadDay, "a day", &"房".repeat(80)).found, "房".repeat(80));
    }

    #[test]
    fn codes_are_written_in_snake_case() {
        assert_eq!(serde_json::to_string(&FaultCode::NotANumber).unwrap(), "\"not_a_number\"");
        assert_eq!(serde_json::to_string(&FaultCode::UnknownObservationKind).unwrap(), "\"unknown_observation_kind\"");
    }
}
