//! All houses of a question in order of code, one after the other, however many: what is held is one bit per house of the site.

use std::sync::Arc;

use super::{filter::Filter, house::HouseView, moment::Moment, snapshot::Snapshot};
use crate::earth::Region;

/// Houses in order of code, called one by one. Holds its snapshot, so that what is written meanwhile changes nothing.
pub struct Roll {
    snapshot: Arc<Snapshot>,
    marks: Vec<Marks>,
}

impl Roll {
    /// The houses of the region that are meant by the filter at that moment.
    #[must_use]
    pub fn of(snapshot: Arc<Snapshot>, region: &Region, moment: impl Into<Moment>, filter: &Filter) -> Self {
        let moment = moment.into();
        let marks = snapshot.ranks(region, moment, filter, |block| Marks::new(block.len()), Marks::set);
        Self { snapshot, marks }
    }

    /// The house with the smallest code that was not called yet.
    #[expect(clippy::should_implement_trait, reason = "the house is borrowed from the roll, which an iterator cannot say")]
    pub fn next(&mut self) -> Option<HouseView<'_>> {
        let Self { snapshot, marks } = self;
        let heads = marks.iter_mut().enumerate().filter_map(|(layer, marks)| Some((snapshot.ranked(layer, marks.first()?), layer)));
        let (house, layer) = heads.min_by(|(a, _), (b, _)| a.code().cmp(b.code()))?;
        marks[layer].next += 1;
        Some(house)
    }
}

/// Ranks of one layer.
struct Marks {
    bits: Vec<u64>,
    /// Below it nothing is left.
    next: usize,
}

impl Marks {
    fn new(len: usize) -> Self {
        Self { bits: vec![0; len.div_ceil(64)], next: 0 }
    }

    fn set(&mut self, rank: u32) {
        self.bits[rank as usize / 64] |= 1 << (rank % 64);
    }

    /// The least rank left; `next` moves up to it.
    fn first(&mut self) -> Option<u32> {
        loop {
            let rest = self.bits.get(self.next / 64)? >> (self.next % 64);
            if rest != 0 {
                self.next += rest.trailing_zeros() as usize;
                return u32::try_from(self.next).ok();
            }
            self.next = (self.next / 64 + 1) * 64;
        }
    }
}
