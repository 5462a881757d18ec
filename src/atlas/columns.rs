//! The standings of all houses of a block at one moment, kept for the next question about most of them.

use std::sync::{Arc, Mutex, PoisonError};

use super::moment::MomentKey;
use crate::domain::tier::Standing;

/// Moments kept, a byte a house each: today and yesterday, as computed and as published.
const MOST: usize = 4;

type Column = Arc<[Standing]>;

/// The last columns asked for, the newest first.
#[derive(Default)]
pub(super) struct Columns {
    kept: Mutex<Vec<(MomentKey, Column)>>,
}

impl Columns {
    /// The column of a moment; two who ask for a new one at the same time both make it.
    pub fn at(&self, moment: MomentKey, make: impl FnOnce() -> Column) -> Column {
        let known = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().position(|(known, _)| *known == moment).map(|at| {
                kept[..=at].rotate_right(1);
                Arc::clone(&kept[0].1)
            })
        };
        known.unwrap_or_else(|| {
            let column = make();
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|(known, _)| *known != moment);
            kept.insert(0, (moment, Arc::clone(&column)));
            kept.truncate(MOST);
            column
        })
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, column)| column.len()).sum()
    }
}

/// A byte each.
const _: () = assert!(size_of::<Standing>() == 1);
