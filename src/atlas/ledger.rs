//! Houses as they are read, before they are packed: column by column, so that few allocations hold many houses and go back whole.

use super::{
    house::{Facts, HouseFacts},
    spans::{Span, Spans},
    texts::Texts,
};
use crate::{domain::house::HouseKind, earth::LonLat};

/// Houses one after the other, in little more room than the atlas needs.
#[derive(Default)]
pub struct Ledger {
    serials: Vec<u64>,
    places: Vec<LonLat>,
    kinds: Vec<HouseKind>,
    codes: Texts,
    addresses: Texts,
    door_plates: Texts,
    area_codes: Texts,
    spans: Spans,
    published: Spans,
}

impl Ledger {
    /// Adds houses at the end.
    pub fn add(&mut self, houses: &[HouseFacts]) {
        for house in houses {
            self.serials.push(house.serial);
            self.places.push(house.place);
            self.kinds.push(house.kind);
            self.codes.push(house.code.as_str());
            self.addresses.push(&house.address);
            self.door_plates.push(&house.door_plate);
            self.area_codes.push(&house.area_code);
            house.each_span(&mut |span| self.spans.push(span));
            self.spans.end_house();
            house.each_published(&mut |span| self.published.push(span));
            self.published.end_house();
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.serials.len()).map(|at| Entry { ledger: self, at })
    }
}

/// A house of a ledger.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    ledger: &'a Ledger,
    at: usize,
}

impl Facts for Entry<'_> {
    fn serial(&self) -> u64 {
        self.ledger.serials[self.at]
    }

    fn code(&self) -> &str {
        self.ledger.codes.get(self.at)
    }

    fn place(&self) -> LonLat {
        self.ledger.places[self.at]
    }

    fn kind(&self) -> HouseKind {
        self.ledger.kinds[self.at]
    }

    fn address(&self) -> &str {
        self.ledger.addresses.get(self.at)
    }

    fn door_plate(&self) -> &str {
        self.ledger.door_plates.get(self.at)
    }

    fn area_code(&self) -> &str {
        self.ledger.area_codes.get(self.at)
    }

    fn each_span(&self, put: &mut dyn FnMut(Span)) {
        self.ledger.spans.of(self.at).for_each(put);
    }

    fn each_published(&self, put: &mut dyn FnMut(Span)) {
        self.ledger.published.of(self.at).for_each(put);
    }
}
