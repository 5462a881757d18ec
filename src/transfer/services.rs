//! Service points from a file.

use std::collections::HashMap;

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, houses::place, read};
use crate::{
    domain::{
        service::{ServiceKind, ServicePoint},
        unit::is_name,
    },
    earth::Datum,
};

/// Reads service points. Needed are `code`, `name`, `kind`, `lon` and `lat` (the last two from the geometry in GeoJSON). Of two rows of one
/// code the later one is a fault.
#[must_use]
pub fn services(bytes: &[u8], form: Form, mapping: &Mapping, datum: Option<Datum>) -> Parsed<ServicePoint> {
    // Code to the number of its row.
    let mut seen: HashMap<String, u64> = HashMap::new();
    read(bytes, form, mapping, What::Services, datum, |row, faults| {
        let point = point(row, faults)?;
        if let Some(first) = seen.get(&point.code) {
            row.fault("code", FaultCode::DuplicateCode, format!("each code once; this one stands in row {first} too"), &point.code, faults);
            return None;
        }
        seen.insert(point.code.clone(), row.number);
        Some(point)
    })
}

/// All that is wrong with a row is noted, not just the first.
fn point(row: &Row, faults: &mut Faults) -> Option<ServicePoint> {
    let code = row.needed("code", "the code of the service point", faults).and_then(|text| {
        let fits = text.chars().count() <= 64 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if !fits {
            row.fault("code", FaultCode::BadCode, "a code of 1 to 64 visible characters without blanks", &text, faults);
        }
        fits.then(|| text.into_owned())
    });
    let name = row.needed("name", "a name", faults).and_then(|text| {
        let fits = is_name(&text);
        if !fits {
            row.fault("name", FaultCode::BadName, "a name of 1 to 200 visible characters", &text, faults);
        }
        fits.then(|| text.into_owned())
    });
    let kind = row.needed("kind", ServiceKind::EXPECTED, faults).and_then(|text| {
        let kind = text.parse::<ServiceKind>();
        if kind.is_err() {
            row.fault("kind", FaultCode::UnknownValue, format!("one of {}", ServiceKind::EXPECTED), &text, faults);
        }
        kind.ok()
    });
    let place = place(row, faults);
    Some(ServicePoint { code: code?, name: name?, kind: kind?, place: place?.1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_points_are_read_and_their_faults_named() {
        let text = "编码,名称,类型,经度,纬度\nS1,正新小学,school,120.05,31.72\nS1,正新二小,school,120.06,31.72\nC 1,,hospital,31.7,120.05\nO1,站,other,,31.7\n";
        let parsed = services(text.as_bytes(), Form::Csv, &Mapping::default(), None);
        let (_, first) = &parsed.rows[0];
        assert_eq!((first.code.as_str(), first.name.as_str(), first.kind, first.place.lon()), ("S1", "正新小学", ServiceKind::School, 120.05));
        let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code)).collect();
        use FaultCode::{BadCode, DuplicateCode, MissingValue, SwappedCoordinates, UnknownValue};
        let of_third = [(4, "编码", BadCode), (4, "名称", MissingValue), (4, "类型", UnknownValue), (4, "经度", SwappedCoordinates)];
        assert_eq!(faults, [&[(3, "编码", DuplicateCode)][..], &of_third, &[(5, "经度", MissingValue)]].concat());
        assert_eq!((parsed.read, parsed.faulty, parsed.rows.len()), (4, 3, 1));
    }
}
