//! Which houses of a region are meant, and how many there are.

use std::sync::Arc;

use super::{
    block::Block,
    layer::Layer,
    moment::{Moment, MomentKey},
    search::Needle,
};
use crate::domain::{house::HouseKind, tier::Standing};

/// Which houses are meant. The default means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// One bit per standing; none for all.
    standings: u8,
    /// One bit per kind; none for all.
    kinds: u8,
    area_code: Option<String>,
    text: Option<String>,
}

impl Filter {
    /// Houses with one of these standings (on the day that is asked about) and of one of these kinds; none given means all of them.
    /// With an area code, only houses recorded under just that code; with an asterisk at its end, under all codes that begin like it, as the
    /// official codes of the parts of an area do.
    #[must_use]
    pub fn new(standings: &[Standing], kinds: &[HouseKind], area_code: Option<String>) -> Self {
        Self {
            standings: standings.iter().fold(0, |bits, &standing| bits | bit(standing as u8)),
            kinds: kinds.iter().fold(0, |bits, &kind| bits | bit(kind as u8)),
            area_code,
            text: None,
        }
    }

    /// Only houses whose code, address or door plate contains the text, ASCII letters alike in either case. The empty text means all.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        Self { text: Some(text.to_owned()).filter(|text| !text.is_empty()), ..self }
    }

    /// Whether houses with this standing are meant.
    pub(super) fn wants(&self, standing: Standing) -> bool {
        self.standings == 0 || self.standings & bit(standing as u8) != 0
    }

    /// The filter made ready for one block and one moment; `None` when no house there can be meant.
    pub(super) fn sieve<'a>(&self, layer: &'a Layer, moment: Moment) -> Option<Sieve<'a>> {
        let block = &*layer.block;
        let or_all = |bits: u8| if bits == 0 { u8::MAX } else { bits };
        let areas = self.area_code.as_ref().map(|wanted| {
            let begin = wanted.strip_suffix('*');
            block.area_codes().map(|code| begin.map_or(code == wanted, |begin| code.starts_with(begin))).collect::<Vec<_>>()
        });
        if areas.as_ref().is_some_and(|areas| !areas.contains(&true)) {
            return None;
        }
        let text = self.text.as_deref().and_then(|text| Needle::new(text, &block.addresses));
        Some(Sieve { layer, block, moment: moment.into(), column: None, standings: or_all(self.standings), kinds: or_all(self.kinds), areas, text })
    }
}

/// From this share of a block's houses on, all their standings are looked up at once and kept.
const WORTH_A_COLUMN: usize = 8;

fn bit(number: u8) -> u8 {
    1 << number
}

pub(super) struct Sieve<'a> {
    layer: &'a Layer,
    block: &'a Block,
    moment: MomentKey,
    /// All standings of the block, where most are asked for.
    column: Option<Arc<[Standing]>>,
    standings: u8,
    kinds: u8,
    /// For each number of an area code whether it is meant; `None` for all.
    areas: Option<Vec<bool>>,
    text: Option<Needle>,
}

impl Sieve<'_> {
    /// The same, ready for so many questions.
    pub fn for_many(self, questions: usize) -> Self {
        let is_worth_it = questions > self.block.len() / WORTH_A_COLUMN && !self.layer.is_veiled();
        let column = is_worth_it.then(|| self.block.standings(self.moment));
        Self { column, ..self }
    }

    /// The standing of a house that is meant.
    #[inline]
    pub fn pass(&self, at: usize) -> Option<Standing> {
        if self.kinds & bit(self.block.kinds[at] as u8) == 0 {
            return None;
        }
        let standing = match &self.column {
            Some(column) => column[at],
            None => self.block.standing_on(at, self.layer.shown(at, self.moment)),
        };
        (self.standings & bit(standing as u8) != 0 && self.is_named(at)).then_some(standing)
    }

    /// Whether a house is meant, whatever its standing.
    pub fn concerns(&self, at: usize) -> bool {
        self.kinds & bit(self.block.kinds[at] as u8) != 0 && self.is_named(at)
    }

    /// Whether its area and its words are those that are meant.
    #[inline]
    fn is_named(&self, at: usize) -> bool {
        self.areas.as_ref().is_none_or(|areas| areas[self.block.area_number_of(at) as usize]) && self.text.as_ref().is_none_or(|text| self.holds(at, text))
    }

    fn holds(&self, at: usize, text: &Needle) -> bool {
        let house = self.layer.view(at);
        [house.code(), house.address(), house.door_plate()].iter().any(|words| text.is_in(words))
    }
}

/// Counts of houses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub total: u64,
    /// By [`Standing`], in its order.
    pub by_standing: [u64; 6],
    /// By [`HouseKind`], in the order of `HouseKind::ALL`.
    pub by_kind: [u64; 5],
}

impl Summary {
    pub(super) fn count(&mut self, standing: Standing, kind: HouseKind) {
        self.total += 1;
        self.by_standing[standing as usize] += 1;
        self.by_kind[kind as usize] += 1;
    }
}
