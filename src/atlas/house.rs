//! A house as it goes into the atlas, and as it is seen there.

use super::{
    block::Block,
    moment::{Moment, MomentKey},
    spans::Span,
    veil::{Veil, shown},
};
use crate::{
    domain::{
        house::{House, HouseCode, HouseKind},
        points::Points,
        tier::{Standing, TierSpan},
    },
    earth::LonLat,
};

/// All that the atlas knows of a house.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseFacts {
    /// Number given by the store, above zero, the same for as long as the house exists.
    pub serial: u64,
    pub code: HouseCode,
    pub place: LonLat,
    pub kind: HouseKind,
    /// Empty when unknown.
    pub address: String,
    /// Empty when there is no plate.
    pub door_plate: String,
    /// Empty when unknown.
    pub area_code: String,
    /// In order of day, future ones included; empty when the house is not let.
    pub spans: Vec<TierSpan>,
    /// What is public of them, in order of day, with the scores that are.
    pub published: Vec<TierSpan>,
}

impl HouseFacts {
    /// A house with its number and its tiers.
    #[must_use]
    pub fn of(serial: u64, house: House, spans: Vec<TierSpan>, published: Vec<TierSpan>) -> Self {
        let House { code, place, kind, address, door_plate, area_code, since: _ } = house;
        Self { serial, code, place, kind, address, door_plate, area_code, spans, published }
    }
}

/// A house in a snapshot.
#[derive(Clone, Copy)]
pub struct HouseView<'a> {
    pub(super) block: &'a Block,
    pub(super) at: usize,
    pub(super) veil: Option<&'a Veil>,
}

impl<'a> HouseView<'a> {
    /// Number given by the store.
    #[must_use]
    pub fn serial(self) -> u64 {
        self.block.serials[self.at]
    }

    /// The unique code.
    #[must_use]
    pub fn code(self) -> &'a str {
        self.block.codes.get(self.at)
    }

    /// Where the house stands.
    #[must_use]
    pub fn place(self) -> LonLat {
        self.block.places[self.at]
    }

    /// Where it stands on the web map, as in the block.
    pub(super) fn world(self) -> [u32; 2] {
        self.block.world[self.at]
    }

    /// What it is used for.
    #[must_use]
    pub fn kind(self) -> HouseKind {
        self.block.kinds[self.at]
    }

    /// As written on letters; empty when unknown.
    #[must_use]
    pub fn address(self) -> &'a str {
        self.block.addresses.get(self.at)
    }

    /// The number on the door; empty when there is none.
    #[must_use]
    pub fn door_plate(self) -> &'a str {
        self.block.door_plates.get(self.at)
    }

    /// Code of the smallest area that holds it; empty when unknown.
    #[must_use]
    pub fn area_code(self) -> &'a str {
        self.block.area_code(self.at)
    }

    /// Its tiers over time, in order of day, future ones included.
    #[must_use]
    pub fn spans(self) -> impl ExactSizeIterator<Item = TierSpan> + DoubleEndedIterator + 'a {
        self.block.spans.of(self.at).map(Span::unpack)
    }

    /// What is public of them, with the scores that are.
    #[must_use]
    pub fn published(self) -> impl ExactSizeIterator<Item = TierSpan> + DoubleEndedIterator + 'a {
        self.block.published.of(self.at).map(Span::unpack)
    }

    /// Whether everything known of it is the same.
    pub(super) fn is_like(self, other: &impl Facts) -> bool {
        let mut spans = Vec::new();
        other.each_span(&mut |span| spans.push(span));
        self.code() == other.code() && self.is_told_like(other) && self.block.spans.of(self.at).eq(spans)
    }

    /// Whether everything that the public is told of it is the same.
    pub(super) fn is_told_like(self, other: &impl Facts) -> bool {
        let mut published = Vec::new();
        other.each_published(&mut |span| published.push(span));
        (self.serial(), self.place(), self.kind()) == (other.serial(), other.place(), other.kind())
            && (self.address(), self.door_plate(), self.area_code()) == (other.address(), other.door_plate(), other.area_code())
            && self.block.published.of(self.at).eq(published)
    }

    /// Its standing on a day, as computed or as published: before its first span a rental house is unrated, any other house has none.
    #[must_use]
    pub fn standing_on(self, moment: impl Into<Moment>) -> Standing {
        self.block.standing_on(self.at, shown(self.block, self.veil, self.at, moment.into().into()))
    }

    /// Its score on a day, as computed or as far as it is public; `None` while unrated or not let.
    #[must_use]
    pub fn score_on(self, moment: impl Into<Moment>) -> Option<Points> {
        self.rated_on(moment).1
    }

    /// Both, for the price of one.
    #[must_use]
    pub fn rated_on(self, moment: impl Into<Moment>) -> (Standing, Option<Points>) {
        let MomentKey { day, view } = shown(self.block, self.veil, self.at, moment.into().into());
        let span = self.block.spans_in(view).on(self.at, day);
        span.map_or((self.block.standing_before(self.at), None), |span| (span.standing(), span.score()))
    }
}

impl std::fmt::Debug for HouseView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("HouseView").field(&self.code()).finish()
    }
}

/// What a block is packed from: houses that come from the store, and houses of older blocks.
pub(super) trait Facts: Sync {
    fn serial(&self) -> u64;
    fn code(&self) -> &str;
    fn place(&self) -> LonLat;
    fn kind(&self) -> HouseKind;
    fn address(&self) -> &str;
    fn door_plate(&self) -> &str;
    fn area_code(&self) -> &str;
    fn each_span(&self, put: &mut dyn FnMut(Span));
    fn each_published(&self, put: &mut dyn FnMut(Span));
}

impl Facts for HouseFacts {
    fn serial(&self) -> u64 {
        self.serial
    }

    fn code(&self) -> &str {
        self.code.as_str()
    }

    fn place(&self) -> LonLat {
        self.place
    }

    fn kind(&self) -> HouseKind {
        self.kind
    }

    fn address(&self) -> &str {
        &self.address
    }

    fn door_plate(&self) -> &str {
        &self.door_plate
    }

    fn area_code(&self) -> &str {
        &self.area_code
    }

    fn each_span(&self, put: &mut dyn FnMut(Span)) {
        self.spans.iter().map(Span::pack).for_each(put);
    }

    fn each_published(&self, put: &mut dyn FnMut(Span)) {
        self.published.iter().map(Span::pack).for_each(put);
    }
}

impl Facts for HouseView<'_> {
    fn serial(&self) -> u64 {
        (*self).serial()
    }

    fn code(&self) -> &str {
        (*self).code()
    }

    fn place(&self) -> LonLat {
        (*self).place()
    }

    fn kind(&self) -> HouseKind {
        (*self).kind()
    }

    fn address(&self) -> &str {
        (*self).address()
    }

    fn door_plate(&self) -> &str {
        (*self).door_plate()
    }

    fn area_code(&self) -> &str {
        (*self).area_code()
    }

    fn each_span(&self, put: &mut dyn FnMut(Span)) {
        self.block.spans.of(self.at).for_each(put);
    }

    fn each_published(&self, put: &mut dyn FnMut(Span)) {
        self.block.published.of(self.at).for_each(put);
    }
}
