//! Observations (events) from a file.

use std::collections::BTreeMap;

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, read};
use crate::domain::{day::Day, house::HouseCode};

/// An observation as its row tells it. Whether the house, the kind and the fields exist is not checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservationRow {
    pub house_code: HouseCode,
    pub day: Day,
    pub kind: String,
    /// Field to value, both as the file or its mapping writes them. What the row leaves out is not among them.
    pub fields: BTreeMap<String, String>,
    /// Taken back later: it counts as never made, and stays on record.
    pub voided: bool,
}

/// Reads observations, in the order of the file. Needed are `house_code`, `date` and `kind`; `voided` says yes or no; every other
/// column is a field, unless the mapping names the fields.
#[must_use]
pub fn observations(bytes: &[u8], form: Form, mapping: &Mapping) -> Parsed<ObservationRow> {
    read(bytes, form, mapping, What::Events, None, |row, faults| observation(row, mapping, faults))
}

fn observation(row: &Row, mapping: &Mapping, faults: &mut Faults) -> Option<ObservationRow> {
    let house_code = row.needed("house_code", "a house code", faults).and_then(|text| match HouseCode::new(&text) {
        Ok(code) => Some(code),
        Err(_) => {
            row.fault("house_code", FaultCode::BadCode, "a house code of 1 to 64 visible characters without blanks and slashes", &text, faults);
            None
        }
    });
    let as_written = || format!("a day of the calendar as {}", mapping.day_format.as_str());
    let day = row.needed("date", "a day", faults).and_then(|text| {
        let day = mapping.day_format.read(&text);
        if day.is_none() {
            row.fault("date", FaultCode::BadDay, as_written(), &text, faults);
        }
        day
    });
    let kind = row.needed("kind", "a kind of observation", faults);
    let voided = match row.value("voided").map(|text| text.to_lowercase()).as_deref() {
        None | Some("no" | "false" | "0" | "否") => Some(false),
        Some("yes" | "true" | "1" | "是") => Some(true),
        Some(other) => {
            row.fault("voided", FaultCode::UnknownValue, "yes or no", other, faults);
            None
        }
    };
    let (house_code, day, kind, voided) = (house_code?, day?, kind?.into_owned(), voided?);
    Some(ObservationRow { house_code, day, kind, fields: row.binding.fields(row.record), voided })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(row: &ObservationRow) -> String {
        row.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_further_column_is_a_field_and_blanks_are_left_out() {
        let text = "house_code,date,kind,voided,registration,supervised\nA1,2009-11-03,assessment,,passive,2\nA1,2009-12-01,assessment,yes,,0\n";
        let parsed = observations(text.as_bytes(), Form::Csv, &Mapping::default());
        assert_eq!(parsed.faults, []);
        let (_, first) = &parsed.rows[0];
        assert_eq!((first.day.to_string().as_str(), first.kind.as_str(), first.voided), ("2009-11-03", "assessment", false));
        assert_eq!(fields(first), "registration=passive supervised=2");
        assert_eq!((fields(&parsed.rows[1].1).as_str(), parsed.rows[1].1.voided), ("supervised=0", true));
    }

    #[test]
    fn json_lines_have_the_same_names() {
        let text = "{\"house_code\":\"A1\",\"date\":\"2009-11-03\",\"kind\":\"assessment\",\"hazard\":true,\"supervised\":2,\"followed\":null}\n\
                    {\"house_code\":\"A1\",\"date\":\"2009-11-04\",\"kind\":\"lead\",\"voided\":true}\n{\"house_code\":\"A1\",\"kind\":\"lead\"}\n";
        for (bytes, form) in [(text.to_owned(), Form::JsonLines), (format!("[{}]", text.trim().replace('\n', ",")), Form::JsonLines)] {
            let parsed = observations(bytes.as_bytes(), form, &Mapping::default());
            assert_eq!(parsed.rows.iter().map(|(_, row)| fields(row)).collect::<Vec<_>>(), ["hazard=yes supervised=2", ""]);
            assert!(parsed.rows[1].1.voided);
            assert_eq!((parsed.faults[0].row, parsed.faults[0].column.as_str(), parsed.faults[0].code), (3, "date", FaultCode::MissingValue));
        }
    }

    #[test]
    fn a_day_that_is_none_and_an_unclear_voided_are_faults() {
        let text = "房屋编码,日期,事项,作废\nA1,2010-02-30,lead,\nA1,2010/02/03,lead,\nA1,2010-02-03,,perhaps\n";
        let parsed = observations(text.as_bytes(), Form::Csv, &Mapping::default());
        let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code)).collect();
        assert_eq!(
            faults,
            [(2, "日期", FaultCode::BadDay), (3, "日期", FaultCode::BadDay), (4, "事项", FaultCode::MissingValue), (4, "作废", FaultCode::UnknownValue)]
        );
        assert_eq!(parsed.faults[0].expected, "a day of the calendar as YYYY-MM-DD");
    }
}
