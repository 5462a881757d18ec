//! What somebody's scope does not reach is seen as the public sees it.

use super::{
    block::Block,
    moment::{Moment, MomentKey, View},
    spans::DayKey,
};
use crate::domain::{day::Day, scope::Scope};

/// Which houses of a block are foreign, and the last day that the public is told of.
pub(super) struct Veil {
    /// By the number of the area code.
    foreign: Vec<bool>,
    until: Day,
}

impl Veil {
    /// `None` where nothing is foreign.
    pub fn over(block: &Block, scope: &Scope, until: Day) -> Option<Self> {
        let foreign: Vec<bool> = block.area_codes().map(|code| !scope.includes(code)).collect();
        foreign.contains(&true).then_some(Self { foreign, until })
    }

    pub fn hides(&self, block: &Block, at: usize) -> bool {
        self.foreign[block.area_number_of(at) as usize]
    }

    fn shown(&self, asked: MomentKey) -> MomentKey {
        let until = MomentKey::from(Moment::published(self.until));
        MomentKey { day: asked.day.min(until.day), view: View::Published }
    }

    /// After it nothing is told of a foreign house.
    pub fn until(&self) -> DayKey {
        self.until.into()
    }
}

/// The moment that is shown of a house when another one is asked for.
#[inline]
pub(super) fn shown(block: &Block, veil: Option<&Veil>, at: usize, asked: MomentKey) -> MomentKey {
    match veil {
        Some(veil) if veil.hides(block, at) => veil.shown(asked),
        _ => asked,
    }
}
