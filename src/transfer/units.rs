//! Businesses and organisations from a file.

use super::{
    FaultCode, Form, Mapping, Parsed, Row, What,
    fault::Faults,
    number::fold_width,
    read,
    residents::{day, house_code},
};
use crate::domain::{
    credit_code::{BadCreditCode, CreditCode},
    day::Day,
    house::HouseCode,
    unit::{MOST_STAFF, Unit, is_name},
};

/// A unit as its row tells it. Whether the house exists is not checked here.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRow {
    pub house_code: HouseCode,
    pub unit: Unit,
    pub from: Option<Day>,
    pub to: Option<Day>,
}

/// Reads units, in the order of the file. Needed are `house_code` and `name`. As a name may be a natural person's, no fault repeats what
/// stood in the file.
#[must_use]
pub fn units(bytes: &[u8], form: Form, mapping: &Mapping) -> Parsed<UnitRow> {
    read(bytes, form, mapping, What::Units, None, |row, faults| unit(row, mapping, faults))
}

fn unit(row: &Row, mapping: &Mapping, faults: &mut Faults) -> Option<UnitRow> {
    let house_code = house_code(row, faults);
    let name = row.needed("name", "a name", faults).and_then(|text| {
        let fits = is_name(&text);
        if !fits {
            row.fault("name", FaultCode::BadName, "a name of 1 to 200 visible characters", &text, faults);
        }
        fits.then(|| text.into_owned())
    });
    let kind = row.text("kind");
    let kind_fits = kind.is_empty() || is_name(&kind);
    if !kind_fits {
        row.fault("kind", FaultCode::UnknownValue, "what the unit does, in 1 to 200 visible characters", &kind, faults);
    }
    let credit_code = row.value("credit_code").map(|text| {
        CreditCode::parse(&text).map_err(|bad| row.fault("credit_code", FaultCode::BadCreditCode, BadCreditCode::EXPECTED, &bad.to_string(), faults))
    });
    let staff = row.value("staff").map(|text| {
        let count = fold_width(&text).parse::<u32>().ok().filter(|count| *count <= MOST_STAFF);
        count.ok_or_else(|| row.fault("staff", FaultCode::NotANumber, format!("a whole number from 0 to {MOST_STAFF}"), &text, faults))
    });
    let (from, to) = (day(row, "from", mapping, faults), day(row, "to", mapping, faults));
    if let (Ok(Some(from)), Ok(Some(to))) = (from, to)
        && to < from
    {
        row.fault("to", FaultCode::UnknownValue, "a day not before that of moving in", "", faults);
        return None;
    }
    let (credit_code, staff) = (credit_code.transpose().ok()?, staff.transpose().ok()?);
    let unit = Unit { name: name?, kind: Some(kind).filter(|_| kind_fits)?, credit_code, staff };
    Some(UnitRow { house_code: house_code?, unit, from: from.ok()?, to: to.ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_their_faults_named() {
        let text = "房屋编码,单位名称,行业,统一社会信用代码,从业人数,from,to\nB-1,恒达机械,机械,9144030071526726XG,１２,2009-01-01,\nB-1,,x,9144030071526726XH,many,2010-01-02,2010-01-01\nB-1,王记早点,,,,,\n";
        let parsed = units(text.as_bytes(), Form::Csv, &Mapping::default());
        let (_, first) = &parsed.rows[0];
        assert_eq!((first.unit.staff, first.unit.credit_code.as_ref().map(CreditCode::as_str)), (Some(12), Some("9144030071526726XG")));
        assert_eq!(parsed.rows[1].1.unit.name, "王记早点");
        let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code)).collect();
        use FaultCode::{BadCreditCode, MissingValue, NotANumber, UnknownValue};
        assert_eq!(faults, [(3, "单位名称", MissingValue), (3, "统一社会信用代码", BadCreditCode), (3, "从业人数", NotANumber), (3, "to", UnknownValue)]);
        assert_eq!(parsed.faults[1].found, "18 characters, wrong check character");
    }
}
