//! Businesses and organisations at a house.

use super::{App, Caller, Refusal, new_id, record::no_house};
use crate::{
    domain::{access::Right, day::Day, house::HouseCode, unit::Unit},
    store::{Touched, UnitRecord},
    transfer::UnitRow,
};

/// At most so many are listed of one house.
pub const MOST_UNITS: i64 = 1_000;

/// What a row comes to against what is there.
pub(super) enum UnitCourse {
    New(UnitRecord),
    Changed(UnitRecord),
    Same,
}

impl App {
    /// The units at a house on a day, by name.
    pub async fn units(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<Vec<UnitRecord>, Refusal> {
        caller.must(Right::SeePersons)?;
        self.store.units_on(&caller.scope, code, day, MOST_UNITS).await?.ok_or_else(|| no_house(code))
    }

    /// The units whose name holds or spells a text, each with the code of its house, within the caller's reach; nothing for those who may not see
    /// units.
    #[must_use]
    pub fn find_units(&self, caller: &Caller, text: &str, limit: usize) -> Vec<(String, String)> {
        if !caller.may(Right::SeePersons) {
            return Vec::new();
        }
        let (directory, snapshot) = (self.directory.load(), self.snapshot());
        let within = |code: &str| snapshot.house(code).is_some_and(|house| caller.scope.includes(house.area_code()));
        directory.1.search(text, limit, within).into_iter().map(|(name, code)| (name.to_owned(), code.to_owned())).collect()
    }

    /// Records a unit at a house, or what is new about it: one with the same credit code, or without one the same name, is the same.
    pub async fn record_unit(&self, caller: &Caller, code: &HouseCode, unit: Unit, from: Option<Day>, to: Option<Day>) -> Result<UnitRecord, Refusal> {
        caller.must(Right::RecordResidency)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        caller.must_reach(&write.house(code).await?.ok_or_else(|| no_house(code))?.record.house)?;
        let standing = write.units_of_houses(&[code.as_str()]).await?;
        let row = UnitRow { house_code: code.clone(), unit, from, to };
        let record = match course(&standing, row.clone()) {
            UnitCourse::New(record) | UnitCourse::Changed(record) => record,
            UnitCourse::Same => {
                let same = standing.into_iter().find(|known| is_same(known, &row));
                return same.ok_or_else(|| no_house(code));
            }
        };
        write.put_units(std::slice::from_ref(&record), None, &caller.name).await?;
        write.commit(caller.audit("record_unit", code.as_str(), serde_json::json!({ "unit": record.id })), Touched::Units).await?;
        self.catch_up().await?;
        Ok(record)
    }
}

/// `standing` holds the units of the row's house.
pub(super) fn course(standing: &[UnitRecord], row: UnitRow) -> UnitCourse {
    let UnitRow { house_code, unit, from, to } = row.clone();
    match standing.iter().find(|known| is_same(known, &row)) {
        None => UnitCourse::New(UnitRecord { id: new_id(), house_code: house_code.as_str().to_owned(), unit, from, to }),
        Some(known) => {
            // What is left out says nothing.
            let unit = Unit {
                name: unit.name,
                kind: if unit.kind.is_empty() { known.unit.kind.clone() } else { unit.kind },
                credit_code: unit.credit_code.or_else(|| known.unit.credit_code.clone()),
                staff: unit.staff.or(known.unit.staff),
            };
            let record = UnitRecord { id: known.id.clone(), house_code: known.house_code.clone(), unit, from: from.or(known.from), to: to.or(known.to) };
            if record == *known { UnitCourse::Same } else { UnitCourse::Changed(record) }
        }
    }
}

fn is_same(known: &UnitRecord, row: &UnitRow) -> bool {
    let one = match (&known.unit.credit_code, &row.unit.credit_code) {
        (Some(known), Some(code)) => known == code,
        _ => known.unit.name == row.unit.name,
    };
    one && known.house_code == row.house_code.as_str()
}
