//! Which houses of a region are meant, and how many there are.

use std::sync::Arc;

use super::{
    block::Block,
    moment::{Moment, MomentKey},
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
}

impl Filter {
    /// Houses with one of these standings (on the day that is asked about) and of one of these kinds; none given means all of them.
    /// With an area code, only houses recorded under just that code.
    #[must_use]
    pub fn new(standings: &[Standing], kinds: &[HouseKind], area_code: Option<String>) -> Self {
        Self {
            standings: standings.iter().fold(0, |bits, &standing| bits | bit(standing as u8)),
            kinds: kinds.iter().fold(0, |bits, &kind| bits | bit(kind as u8)),
            area_code,
        }
    }

    /// The filter made ready for one block and one moment; `None` when no house there can be meant.
    pub(super) fn sieve<'a>(&self, block: &'a Block, moment: Moment) -> Option<Sieve<'a>> {
        let area = match &self.area_code {
            None => None,
            Some(code) => Some(block.area_number(code)?),
        };
        let or_all = |bits: u8| if bits == 0 { u8::MAX } else { bits };
        Some(Sieve { block, moment: moment.into(), column: None, standings: or_all(self.standings), kinds: or_all(self.kinds), area })
    }
}

/// From this share of a block's houses on, all their standings are looked up at once and kept.
const WORTH_A_COLUMN: usize = 8;

fn bit(number: u8) -> u8 {
    1 << number
}

pub(super) struct Sieve<'a> {
    block: &'a Block,
    moment: MomentKey,
    /// All standings of the block, where most are asked for.
    column: Option<Arc<[Standing]>>,
    standings: u8,
    kinds: u8,
    area: Option<u32>,
}

impl Sieve<'_> {
    /// The same, ready for so many questions.
    pub fn for_many(self, questions: usize) -> Self {
        let column = (questions >= self.block.len() / WORTH_A_COLUMN).then(|| self.block.standings(self.moment));
        Self { column, ..self }
    }

    /// The standing of a house that is meant.
    #[inline]
    pub fn pass(&self, at: usize) -> Option<Standing> {
        let is_meant = self.kinds & bit(self.block.kinds[at] as u8) != 0 && self.area.is_none_or(|area| area == self.block.area_number_of(at));
        if !is_meant {
            return None;
        }
        let standing = match &self.column {
            Some(column) => column[at],
            None => self.block.standing_on(at, self.moment),
        };
        (self.standings & bit(standing as u8) != 0).then_some(standing)
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
