//! Residents from a file: who lives in which house, from when to when.

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, read};
use crate::domain::{
    day::Day,
    house::HouseCode,
    id_number::{BadIdNumber, IdNumber},
    person::{Person, PersonName, Phone},
    residency::{BadResidency, Registration, Residency, ResidencyRole},
};

/// A person at a house for a period, as the row tells it. Whether the house exists is not checked here.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidentRow {
    pub house_code: HouseCode,
    pub person: Person,
    pub residency: Residency,
}

/// Reads residents, in the order of the file. Needed are `house_code`, `name`, `role` and `from`; `registration` too, save of an owner who
/// lives elsewhere. No fault repeats what stood in the file: it says where, which rule, and how long the text was.
#[must_use]
pub fn residents(bytes: &[u8], form: Form, mapping: &Mapping) -> Parsed<ResidentRow> {
    read(bytes, form, mapping, What::Residents, None, |row, faults| resident(row, mapping, faults))
}

/// All that is wrong with a row is noted, not just the first.
fn resident(row: &Row, mapping: &Mapping, faults: &mut Faults) -> Option<ResidentRow> {
    let house_code = house_code(row, faults);
    let name = row.needed("name", "a name", faults).and_then(|text| {
        PersonName::new(&text).map_err(|_| row.fault("name", FaultCode::BadName, "a name of 1 to 100 visible characters", &text, faults)).ok()
    });
    let id_number = row
        .value("id_number")
        .map(|text| IdNumber::parse(&text).map_err(|bad| row.fault("id_number", FaultCode::BadIdNumber, BadIdNumber::EXPECTED, &bad.to_string(), faults)));
    let phone = row
        .value("phone")
        .map(|text| Phone::new(&text).map_err(|_| row.fault("phone", FaultCode::BadPhone, "a telephone number of 5 to 20 digits", &text, faults)));
    let registration = row.value("registration").map(|text| {
        let unknown = |_| row.fault("registration", FaultCode::UnknownValue, format!("one of {}, or nothing", Registration::EXPECTED), &text, faults);
        text.parse::<Registration>().map_err(unknown)
    });
    let roles = ResidencyRole::EXPECTED;
    let role = row
        .needed("role", roles, faults)
        .and_then(|text| text.parse::<ResidencyRole>().map_err(|_| row.fault("role", FaultCode::UnknownValue, format!("one of {roles}"), &text, faults)).ok());
    let (from, to) = (day(row, "from", mapping, faults), day(row, "to", mapping, faults));
    if from == Ok(None) {
        row.fault("from", FaultCode::MissingValue, "the day of moving in", "", faults);
    }
    let (id_number, phone, registration) = (id_number.transpose().ok()?, phone.transpose().ok()?, registration.transpose().ok()?);
    let (house_code, name, role, from, to) = (house_code?, name?, role?, from.ok()??, to.ok()?);
    match Residency::new(role, registration, from, to) {
        Ok(residency) => Some(ResidentRow { house_code, person: Person { name, id_number, phone }, residency }),
        Err(bad) => {
            let column = if bad == BadResidency::EndsBefore { "to" } else { "registration" };
            row.fault(column, FaultCode::UnknownValue, bad.to_string(), &row.text(column), faults);
            None
        }
    }
}

pub(super) fn house_code(row: &Row, faults: &mut Faults) -> Option<HouseCode> {
    let expected = "a house code of 1 to 64 visible characters without blanks and slashes";
    let text = row.needed("house_code", "a house code", faults)?;
    HouseCode::new(&text).map_err(|_| row.fault("house_code", FaultCode::BadCode, expected, &text, faults)).ok()
}

/// A day that may be left out; an error when it was noted as a fault.
pub(super) fn day(row: &Row, target: &str, mapping: &Mapping, faults: &mut Faults) -> Result<Option<Day>, ()> {
    let Some(text) = row.value(target) else { return Ok(None) };
    let day = mapping.day_format.read(&text);
    if day.is_none() {
        row.fault(target, FaultCode::BadDay, format!("a day of the calendar as {}", mapping.day_format.as_str()), &text, faults);
    }
    day.map(Some).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "house_code,name,id_number,phone,registration,role,from,to\n";

    fn csv(rows: &str) -> Parsed<ResidentRow> {
        residents(format!("{HEADER}{rows}").as_bytes(), Form::Csv, &Mapping::default())
    }

    #[test]
    fn a_row_of_our_own_columns_becomes_a_residency() {
        let parsed =
            csv("A-1,陆建国,１１０１０５１９４９１２３１００２ｘ,129-0000-0001,temporary,tenant,2010-01-02,\nA-1,王芳,,,,owner,2009-01-01,2010-02-01\n");
        assert_eq!(parsed.faults, []);
        let (_, tenant) = &parsed.rows[0];
        assert_eq!(tenant.person.id_number.as_ref().map(IdNumber::expose), Some("11010519491231002X"));
        assert_eq!(tenant.person.phone.as_ref().map(Phone::expose), Some("12900000001"));
        assert_eq!((tenant.residency.registration, tenant.residency.to), (Some(Registration::Temporary), None));
        let (_, owner) = &parsed.rows[1];
        assert_eq!((owner.residency.role, owner.residency.registration), (ResidencyRole::Owner, None));
    }

    #[test]
    fn every_fault_is_named_by_row_column_and_rule() {
        let parsed = csv(
            "A 1,陆\u{7}建国,110105194912310021,12a,settled,guest,2010-02-30,2010/01/01\nA-1,王芳,,,,tenant,2010-01-01,\nA-1,王芳,,,temporary,family,2010-01-01,2009-12-31\nA-1,王芳,,,temporary,family,,\n",
        );
        let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code)).collect();
        use FaultCode::{BadCode, BadDay, BadIdNumber, BadName, BadPhone, MissingValue, UnknownValue};
        let expected = [
            (2, "house_code", BadCode),
            (2, "name", BadName),
            (2, "id_number", BadIdNumber),
            (2, "phone", BadPhone),
            (2, "registration", UnknownValue),
            (2, "role", UnknownValue),
            (2, "from", BadDay),
            (2, "to", BadDay),
            (3, "registration", UnknownValue),
            (4, "to", UnknownValue),
            (5, "from", MissingValue),
        ];
        assert_eq!(faults, expected);
        assert_eq!(parsed.faults[2].found, "18 characters, wrong check digit");
    }

    #[test]
    fn whatever_is_wrong_with_a_file_no_fault_repeats_what_stood_in_it() {
        let marks = ["陆建国标记", "110105194912310021", "12955500011"];
        let row = format!("A-1,{},{},{},x", marks[0], marks[1], marks[2]);
        let long = "陆建国标记".repeat(300);
        let files = [
            // No header at all: the first row is taken for one.
            format!("{row}\n{row}\n"),
            format!("{HEADER}{row}\n"),
            format!("{HEADER}{},temporary,tenant,2010-01-01,\n", row.replace("A-1,", "A 1,")),
            format!("{HEADER}{0},{0},{0},{0},{0},{0},{0},{0}\n{1},{1},{1},{1},{1},{1},{1},{1}\n", marks[0], marks[1]),
            format!("{HEADER}A-1,\"{}\"x,{},,temporary,tenant,2010-01-01,\n", marks[0], marks[1]),
            format!("{HEADER}A-1,{long},,,temporary,tenant,2010-01-01,\n"),
            format!("{HEADER}A-1,{}\u{fffd},,,temporary,tenant,2010-01-01,\n", marks[0]),
            format!("{HEADER}A-1,\"{}\n{}\n", marks[0], marks[1]),
            format!("{{\"name\":\"{}\",\n\"{}\"\n[\"{}\"]\n{{\"house_code\":[\"{}\"]}}\n", marks[0], marks[1], marks[2], marks[0]),
            format!("[{{\"house_code\":\"A-1\",\"name\":{{\"{}\":1}}}},\"{}\"]", marks[0], marks[1]),
            format!("name;{}\n{}\n", marks[0], marks[1]),
        ];
        for (file, form) in files.iter().flat_map(|file| [(file, Form::Csv), (file, Form::JsonLines), (file, Form::GeoJson)]) {
            let parsed = residents(file.as_bytes(), form, &Mapping::default());
            assert!(!parsed.faults.is_empty());
            let said = format!("{:?} {:?}", parsed.faults, parsed.unmapped);
            assert!(marks.iter().all(|mark| !said.contains(mark)), "{file}\n{said}");
        }
    }
}
