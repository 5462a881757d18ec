//! A block, and which of its houses still count.

use std::{
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use super::{
    block::Block,
    house::{Facts, HouseView},
    kept::{Reader, Unfit, Writer, must},
    moment::{MomentKey, View},
    patience::Patience,
    spans::DayKey,
    tree::{FAN, each_run},
    veil::{Veil, shown},
};
use crate::{
    domain::{day::Day, scope::Scope},
    earth::{Bounds, Region},
};

/// Houses between two looks at whether the answer is still wanted, and in one core's share of work.
const CHUNK: usize = 4096;

#[derive(Clone)]
pub(super) struct Layer {
    pub block: Arc<Block>,
    /// One bit per house that was replaced or removed since; empty while there is none.
    gone: Arc<Vec<u64>>,
    live: usize,
    veil: Option<Arc<Veil>>,
}

impl Layer {
    pub fn pack<F: Facts>(houses: &[F]) -> Self {
        let block = Block::pack(houses);
        Self { live: block.len(), block: Arc::new(block), gone: Arc::default(), veil: None }
    }

    /// Houses that still count.
    pub fn len(&self) -> usize {
        self.live
    }

    /// The position of a house that still counts.
    pub fn find(&self, code: &str) -> Option<usize> {
        self.block.find(code).filter(|&at| self.has(at))
    }

    #[inline]
    pub fn has(&self, at: usize) -> bool {
        self.gone.get(at / 64).is_none_or(|bits| bits >> (at % 64) & 1 == 0)
    }

    pub fn remove(&mut self, at: usize) {
        let gone = Arc::make_mut(&mut self.gone);
        gone.resize(self.block.len().div_ceil(64), 0);
        gone[at / 64] |= 1 << (at % 64);
        self.live -= 1;
    }

    pub fn view(&self, at: usize) -> HouseView<'_> {
        HouseView { block: &self.block, at, veil: self.veil.as_deref() }
    }

    /// The same as who answers for a scope sees it.
    pub fn seen_by(&self, scope: &Scope, until: Day) -> Self {
        Self { veil: Veil::over(&self.block, scope, until).map(Arc::new), ..self.clone() }
    }

    pub fn is_veiled(&self) -> bool {
        self.veil.is_some()
    }

    /// The moment that is shown of a house when another one is asked for.
    #[inline]
    pub fn shown(&self, at: usize, asked: MomentKey) -> MomentKey {
        shown(&self.block, self.veil.as_deref(), at, asked)
    }

    /// Whose tiers are shown of a house over time, and the last day of which anything is told.
    pub fn told(&self, at: usize, asked: View) -> (View, Option<DayKey>) {
        match &self.veil {
            Some(veil) if veil.hides(&self.block, at) => (View::Published, Some(veil.until())),
            _ => (asked, None),
        }
    }

    /// Calls with runs of positions, none longer than some thousand, of all houses in the region, while there is patience.
    pub fn within(&self, region: &Region, patience: &Patience, visit: &mut impl FnMut(Range<usize>)) {
        let Block { places, tree, .. } = &*self.block;
        tree.within(places, region, patience, &mut |run| self.chunks(run, patience, visit));
    }

    /// Calls with runs of positions of all houses in the same way.
    pub fn all(&self, patience: &Patience, visit: &mut impl FnMut(Range<usize>)) {
        self.chunks(0..self.block.len(), patience, visit);
    }

    fn chunks(&self, run: Range<usize>, patience: &Patience, visit: &mut impl FnMut(Range<usize>)) {
        for from in run.clone().step_by(CHUNK) {
            let chunk = from..(from + CHUNK).min(run.end);
            if patience.is_over() {
                return;
            }
            if self.gone.is_empty() {
                visit(chunk);
            } else {
                each_run(chunk, |at| self.has(at), visit);
            }
        }
    }

    /// The smallest box around all houses.
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        let leaves = self.block.tree.levels.first().map_or(&[][..], Vec::as_slice);
        for (leaf, around) in leaves.iter().enumerate() {
            if bounds.covers(around) {
                continue;
            }
            for at in leaf * FAN..((leaf + 1) * FAN).min(self.block.len()) {
                if self.has(at) {
                    bounds.include(self.block.places[at].lon(), self.block.places[at].lat());
                }
            }
        }
        bounds
    }

    pub fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        self.block.write(out)?;
        out.column(&self.gone)
    }

    pub fn read<R: Read>(input: &mut Reader<R>) -> Result<Self, Unfit> {
        let block = Block::read(input)?;
        let gone: Vec<u64> = input.column()?;
        must(gone.is_empty() || gone.len() == block.len().div_ceil(64), "its columns do not fit together")?;
        let removed: usize = gone.iter().map(|bits| bits.count_ones() as usize).sum();
        let live = block.len().checked_sub(removed).ok_or(Unfit::Damaged("more houses are gone than there were"))?;
        Ok(Self { block: Arc::new(block), gone: Arc::new(gone), live, veil: None })
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.block.bytes() + 8 * self.gone.len()
    }
}
