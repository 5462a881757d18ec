//! What was observed about a house, and the timeline that observations make.

use std::collections::BTreeMap;

use serde::Serialize;

use super::day::Day;

/// Something observed at a house on a day: a visit's assessment, an incident, an improvement.
/// Which kinds and fields there are is the policy's to say. It can hold no attribute of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// Unique in the site; in a case file the position in the list.
    pub id: String,
    #[serde(rename = "date")]
    pub day: Day,
    pub kind: String,
    /// Field name to value, both as the policy writes them. A field left out says nothing.
    pub fields: BTreeMap<String, String>,
}

/// The observations of one house that count: none voided, in order of their days, those of one day as recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline(Vec<Observation>);

impl Timeline {
    /// Takes observations in the order in which they were recorded, the voided ones left out.
    #[must_use]
    pub fn new(recorded: impl IntoIterator<Item = Observation>) -> Self {
        let mut observations: Vec<_> = recorded.into_iter().collect();
        observations.sort_by_key(|observation| observation.day);
        Self(observations)
    }

    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.0
    }

    /// What had happened by the end of this day.
    #[must_use]
    pub fn as_of(&self, day: Day) -> &[Observation] {
        &self.0[..self.0.partition_point(|observation| observation.day <= day)]
    }

    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        self.0.first().map(|observation| observation.day)
    }
}
