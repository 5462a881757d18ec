//! Tiles as they were sent, kept for the next who asks. An entry is named by all that its bytes depend on, so none is ever stale; those
//! that nobody asks for any more make room.

use axum::body::Bytes;
use quick_cache::{Weighter, sync::Cache};

use crate::{
    atlas::{Detail, Filter, Moment},
    domain::{day::Day, scope::Scope},
    earth::TileId,
};

/// Bytes of all entries together.
const MOST_BYTES: u64 = 32 << 20;
/// What is expected of a tile, for sizing the table.
const USUAL_BYTES: u64 = 16 << 10;

/// All that the bytes of a tile depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub tile: TileId,
    pub shown: Shown,
    /// The revision at which what it shows last changed.
    pub changed: i64,
    pub is_zipped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    Base,
    /// Beyond the scope nothing is told of days after `until`.
    Houses {
        moment: Moment,
        scope: Scope,
        until: Day,
        filter: Filter,
        detail: Detail,
    },
}

/// One for the whole server.
pub struct KeptTiles(Cache<Name, Bytes, Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<Name, Bytes> for Weight {
    fn weight(&self, name: &Name, bytes: &Bytes) -> u64 {
        (size_of_val(name) + bytes.len()) as u64
    }
}

impl KeptTiles {
    pub fn new() -> Self {
        let entries = usize::try_from(MOST_BYTES / USUAL_BYTES).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(entries, MOST_BYTES, Weight))
    }

    pub fn find(&self, name: &Name) -> Option<Bytes> {
        self.0.get(name)
    }

    pub fn keep(&self, name: Name, bytes: Bytes) {
        self.0.insert(name, bytes);
    }
}
