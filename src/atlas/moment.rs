//! When, and in whose eyes: a day, and tiers as computed or as published.

use super::spans::DayKey;
use crate::domain::day::Day;

/// Whose tiers are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// As the policy gives them.
    #[default]
    Computed,
    /// As the public knows them: worse ones only once they were confirmed.
    Published,
}

/// A day in a view. A bare day means tiers as computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    pub day: Day,
    pub view: View,
}

impl Moment {
    #[must_use]
    pub fn published(day: Day) -> Self {
        Self { day, view: View::Published }
    }
}

impl From<Day> for Moment {
    fn from(day: Day) -> Self {
        Self { day, view: View::Computed }
    }
}

/// The same, as spans are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct MomentKey {
    pub day: DayKey,
    pub view: View,
}

impl From<Moment> for MomentKey {
    fn from(moment: Moment) -> Self {
        Self { day: moment.day.into(), view: moment.view }
    }
}
