//! What is true now, in memory: every house with its place, its words and its tiers over time, ready for questions about space.
//!
//! The truth is in the store; this room is rebuilt from it at any time and holds nothing else. A [`Snapshot`] never changes: a commit makes
//! a successor, [`Atlas`] swaps it in whole, and a request reads one snapshot from start to end. This room knows no SQL, no HTTP, no clock,
//! and never a person.
//!
//! Inside, a snapshot is a pile of layers, each a [`block`] of houses packed along a Hilbert curve under a tree of boxes, with marks on the
//! houses that a later layer has replaced. A commit lays a small block on top; a block is melted into the one below before it grows to a
//! quarter of it, and the whole pile, in the background, once the changed part passes two percent ([`melt`]). So one kind of tree answers
//! everything, and a commit costs microseconds however many houses there are.

mod base_map;
mod block;
mod changes;
mod clip;
mod columns;
mod directory;
mod filter;
mod house;
mod kept;
mod layer;
mod ledger;
mod melt;
mod moment;
mod mvt;
mod nearest;
mod patience;
mod pattern;
mod roll;
mod search;
mod snapshot;
mod spans;
mod texts;
mod tile;
mod tree;
mod veil;
mod wording;

use std::sync::Arc;

use arc_swap::ArcSwap;

pub use base_map::{BaseFeature, BaseLayer, BaseMap, Shape};
pub use changes::Changed;
pub use directory::Directory;
pub use filter::{Filter, Summary};
pub use house::{HouseFacts, HouseView};
pub use kept::{KeptAtlas, Origin, Unfit};
pub use ledger::Ledger;
pub use moment::{Moment, View};
pub use patience::Patience;
pub use roll::Roll;
pub use snapshot::Snapshot;
pub use tile::Detail;

/// The place where readers find the newest snapshot.
pub struct Atlas {
    snapshot: ArcSwap<Snapshot>,
}

impl Atlas {
    /// Without houses, at revision 0.
    #[must_use]
    pub fn new() -> Self {
        Self { snapshot: ArcSwap::from_pointee(Snapshot::default()) }
    }

    /// The newest snapshot. It stays as it is for as long as it is held.
    #[must_use]
    pub fn now(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Readers see the new snapshot from here on; those in the middle of a request finish with the old one.
    pub fn swap(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
    }
}

impl Default for Atlas {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
