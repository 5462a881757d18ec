//! CSV: RFC 4180 with a comma, semicolon or tab between the fields.
//!
//! The `csv` crate reads the fields but forgives every quote and knows no longest record, so one unclosed quote could swallow the rest
//! of a file without a word. Therefore the records are bounded first, strictly; what is no sound record becomes a fault at the line on
//! which it begins, and reading goes on with the next line.

use csv::StringRecord;

use super::{FaultCode, fault::Faults, objects::Objects};

/// A line or record is read up to this length. No honest row of houses comes near it.
pub(super) const LONGEST_RECORD: usize = 1 << 20;
/// Bytes that may be looked at a second time after bad quotes, so that a hostile file costs no more than its size allows.
const MOST_RESCANNED: usize = 64 << 20;

/// A CSV text, bounded into records.
pub(super) struct Table<'t> {
    text: &'t str,
    delimiter: u8,
    runs: Vec<Run>,
    pub header: Vec<String>,
    /// The line that the header stands on.
    pub header_line: u64,
    /// Records that became faults while they were bounded.
    pub refused: u64,
}

/// Sound records one after another, ready for the `csv` crate.
struct Run {
    from: usize,
    to: usize,
    /// The line on which each record begins.
    lines: Vec<u64>,
}

impl<'t> Table<'t> {
    /// Finds the header and the records; `None`, with a fault, when there is no header.
    pub fn open(text: &'t str, faults: &mut Faults) -> Option<Self> {
        let first_line = text.split(['\n', '\r']).find(|line| !line.is_empty()).unwrap_or_default();
        let delimiter = sniff_delimiter(first_line);
        let mut bounding = Bounding { text: text.as_bytes(), delimiter, at: 0, line: 1, rescanned: 0, refused: 0, first_refused: u64::MAX };
        let runs = bounding.runs(faults);
        let mut table = Self { text, delimiter, runs, header: Vec::new(), header_line: 0, refused: bounding.refused };
        let mut header = None;
        table.records(|line, record| {
            let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
            let has_names = names.iter().any(|name| !name.is_empty());
            if has_names {
                header = Some((line, names));
            }
            !has_names
        });
        match header {
            Some((line, names)) if names.len() > Objects::MOST_COLUMNS => {
                faults.add(line, "", FaultCode::TooLarge, "at most 4,096 columns", &format!("{} columns", names.len()));
                None
            }
            // What follows a header that is itself at fault is no header.
            Some((line, names)) if line < bounding.first_refused => {
                (table.header_line, table.header) = (line, names);
                Some(table)
            }
            None if bounding.refused == 0 => {
                faults.add(1, "", FaultCode::EmptyFile, "a header line and at least one row", "");
                None
            }
            _ => None,
        }
    }

    /// Hands over each row that is not blank and has as many fields as the header, with its line. Returns how many rows were seen.
    pub fn rows(&self, faults: &mut Faults, mut row: impl FnMut(u64, &StringRecord, &mut Faults)) -> u64 {
        let mut seen = 0;
        self.records(|line, record| {
            if line <= self.header_line || record.iter().all(|field| field.trim().is_empty()) {
                return true;
            }
            seen += 1;
            if record.len() == self.header.len() {
                row(line, record, faults);
            } else {
                let expected = format!("{} fields as in the header", self.header.len());
                faults.add(line, "", FaultCode::WrongFieldCount, expected, &format!("{} fields", record.len()));
            }
            true
        });
        seen
    }

    /// Hands over each sound record until the reader has had enough.
    fn records(&self, mut go_on: impl FnMut(u64, &StringRecord) -> bool) {
        let mut record = StringRecord::new();
        for run in &self.runs {
            let text = &self.text.as_bytes()[run.from..run.to];
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(self.delimiter).from_reader(text);
            for line in &run.lines {
                // The text is valid UTF-8 and in memory: reading cannot fail.
                if !matches!(reader.read_record(&mut record), Ok(true)) || !go_on(*line, &record) {
                    return;
                }
            }
        }
    }
}

/// The delimiter that stands most often in the line, outside of quotes.
fn sniff_delimiter(line: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    // Of equals the first: a comma.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// The walk over the text that finds where records begin and end.
struct Bounding<'t> {
    text: &'t [u8],
    delimiter: u8,
    at: usize,
    line: u64,
    rescanned: usize,
    refused: u64,
    first_refused: u64,
}

/// How a record ended.
enum End {
    Sound { lines: u64 },
    TooLong,
    BadQuote,
}

impl Bounding<'_> {
    fn runs(&mut self, faults: &mut Faults) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        while self.at < self.text.len() {
            let (from, line) = (self.at, self.line);
            let first_line = self.first_line();
            let (end, to) = self.record(first_line);
            if let End::Sound { lines } = end {
                (self.at, self.line) = (to, line + lines);
                // The csv crate skips empty lines without a word, so they count for no record.
                let is_empty = matches!(self.text[from], b'\n' | b'\r');
                match runs.last_mut().filter(|run| run.to == from) {
                    Some(run) => {
                        run.to = to;
                        run.lines.extend((!is_empty).then_some(line));
                    }
                    None => runs.push(Run { from, to, lines: Vec::from_iter((!is_empty).then_some(line)) }),
                }
                continue;
            }
            let begin = String::from_utf8_lossy(&self.text[from..first_line.min(from + 400)]);
            if matches!(end, End::TooLong) {
                faults.add(line, "", FaultCode::LineTooLong, "a record of at most 1 MiB", begin.trim());
            } else {
                faults.add(line, "", FaultCode::BadQuote, "quotes that are closed right before the next field (a quote inside is doubled)", begin.trim());
            }
            self.refused += 1;
            self.first_refused = self.first_refused.min(line);
            (self.at, self.line) = (first_line, line + 1);
            self.rescanned += to.saturating_sub(first_line);
            if self.rescanned > MOST_RESCANNED {
                self.refused += 1;
                faults.add(line + 1, "", FaultCode::TooLarge, "fewer bad quotes: from this line on nothing was read", "");
                break;
            }
        }
        runs
    }

    /// Where the line that begins here ends, its line break included.
    fn first_line(&self) -> usize {
        let rest = &self.text[self.at..];
        rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(self.text.len(), |length| after_break(self.text, self.at + length))
    }

    /// Walks over one record; says how it ended and where.
    fn record(&self, first_line: usize) -> (End, usize) {
        if first_line - self.at > LONGEST_RECORD {
            return (End::TooLong, first_line);
        }
        if !self.text[self.at..first_line].contains(&b'"') {
            return (End::Sound { lines: 1 }, first_line);
        }
        let (mut at, mut lines) = (self.at, 1);
        let mut starts_field = true;
        loop {
            match self.text.get(at) {
                None => return (End::Sound { lines }, at),
                Some(b'\n' | b'\r') => return (End::Sound { lines }, after_break(self.text, at)),
                Some(b'"') if starts_field => {
                    // Inside quotes: up to the first quote that is not doubled.
                    loop {
                        at += 1;
                        match self.text.get(at) {
                            Some(b'"') if self.text.get(at + 1) == Some(&b'"') => at += 1,
                            Some(b'"') => break,
                            Some(b'\n') => lines += 1,
                            Some(b'\r') if self.text.get(at + 1) != Some(&b'\n') => lines += 1,
                            Some(_) => {}
                            None => return (End::BadQuote, at),
                        }
                        if at - self.at > LONGEST_RECORD {
                            return (if lines > 1 { End::BadQuote } else { End::TooLong }, at);
                        }
                    }
                    at += 1;
                    if self.text.get(at).is_some_and(|byte| *byte != self.delimiter && !matches!(byte, b'\n' | b'\r')) {
                        return (End::BadQuote, at);
                    }
                    starts_field = false;
                }
                Some(byte) => {
                    starts_field = *byte == self.delimiter;
                    at += 1;
                }
            }
        }
    }
}

/// The place after the line break at `at`: LF, CR LF or CR.
fn after_break(text: &[u8], at: usize) -> usize {
    let is_pair = text[at] == b'\r' && text.get(at + 1) == Some(&b'\n');
    at + 1 + usize::from(is_pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rows = Vec<(u64, Vec<String>)>;

    fn rows(text: &str) -> (Rows, Vec<(u64, FaultCode)>) {
        let mut faults = Faults::default();
        let mut rows = Vec::new();
        if let Some(table) = Table::open(text, &mut faults) {
            table.rows(&mut faults, |line, record, _| rows.push((line, record.iter().map(str::to_owned).collect())));
        }
        (rows, faults.into_sorted().into_iter().map(|fault| (fault.row, fault.code)).collect())
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for eol in ["\n", "\r\n", "\r"] {
            let text = ["", "a,b", "1,\"two", "lines\"", "", "3,\"say \"\"hi\"\"\"", " , ", "5,6"].join(eol);
            let (rows, faults) = rows(&text);
            assert_eq!(rows, [row(3, &["1", &format!("two{eol}lines")]), row(6, &["3", "say \"hi\""]), row(8, &["5", "6"])], "{eol:?}");
            assert_eq!(faults, []);
        }
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        assert_eq!(rows("a;b;c,d\n1;2;3").0, [row(2, &["1", "2", "3"])]);
        assert_eq!(rows("a\tb\n1\t2").0, [row(2, &["1", "2"])]);
        assert_eq!(rows("\"a;b;c\",d\n1,2").0, [row(2, &["1", "2"])]);
        assert_eq!(rows("a\n1").0, [row(2, &["1"])]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let (rows_read, faults) = rows("a,b\n1,\"open\n2,x\n3,y\n");
        assert_eq!(rows_read, [row(3, &["2", "x"]), row(4, &["3", "y"])]);
        assert_eq!(faults, [(2, FaultCode::BadQuote)]);
        // A later quoted field closes it by accident; the number of fields would even be right.
        let (rows_read, faults) = rows("a,b\n1,\"open\n2,x\n3,\"y, z\"\n");
        assert_eq!(rows_read, [row(3, &["2", "x"]), row(4, &["3", "y, z"])]);
        assert_eq!(faults, [(2, FaultCode::BadQuote)]);
        assert_eq!(rows("a,\"b\n1,2\n3,4\n"), (vec![], vec![(1, FaultCode::BadQuote)]));
    }

    #[test]
    fn a_quote_within_a_field_is_a_sign_like_others() {
        assert_eq!(rows("a,b\n1,12\" pipe\n").0, [row(2, &["1", "12\" pipe"])]);
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        let text = format!("a,b\n1,{}\n2,x\n3,\"{}\"\n4,y\n", "x".repeat(LONGEST_RECORD), "z".repeat(LONGEST_RECORD));
        let (rows, faults) = rows(&text);
        assert_eq!(rows, [row(3, &["2", "x"]), row(5, &["4", "y"])]);
        assert_eq!(faults, [(2, FaultCode::LineTooLong), (4, FaultCode::LineTooLong)]);
    }

    #[test]
    fn a_row_of_another_width_is_a_fault() {
        assert_eq!(rows("a,b\n1\n1,2,3\n1,2").1, [(2, FaultCode::WrongFieldCount), (3, FaultCode::WrongFieldCount)]);
    }

    #[test]
    fn thousands_of_columns_are_refused() {
        assert_eq!(rows(&format!("{}\n1", "a,".repeat(5000))).1, [(1, FaultCode::TooLarge)]);
    }

    #[test]
    fn a_hostile_file_of_quotes_ends() {
        let text = format!("a,b\n{}", "x\",\"y\n".repeat(400_000));
        let (_, faults) = rows(&text);
        assert!(!faults.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn a_written_table_is_read_as_it_was(table in proptest::collection::vec(proptest::collection::vec("[ -~房\n\r]{0,6}", 3), 1..8)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["h1", "h2", "h3"]).unwrap();
            for fields in &table {
                writer.write_record(fields).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let (read, faults) = rows(&text);
            let expected: Vec<_> = table.into_iter().filter(|fields| fields.iter().any(|field| !field.trim().is_empty())).collect();
            proptest::prop_assert_eq!(read.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>(), expected);
            proptest::prop_assert_eq!(faults, []);
        }

        #[test]
        fn without_a_bad_quote_all_is_read_as_by_the_csv_crate(text in "[ab,\"\n\r]{0,40}") {
            let text = format!("h1,h2\n{text}");
            let (read, faults) = rows(&text);
            if faults.iter().all(|(_, code)| *code == FaultCode::WrongFieldCount) {
                let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
                let all: Vec<Vec<String>> = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
                let (even, odd): (Vec<_>, Vec<_>) = all.into_iter().filter(|fields| fields.iter().any(|field| !field.trim().is_empty())).partition(|fields| fields.len() == 2);
                proptest::prop_assert_eq!(read.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>(), even);
                proptest::prop_assert_eq!(faults.len(), odd.len());
            }
        }
    }
}
