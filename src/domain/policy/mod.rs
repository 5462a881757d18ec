//! Policies: the published rubric by which a rental house is rated, as data, and the general engine that reads it.
//!
//! No rule of any rubric stands in this code: kinds, fields, points, windows, gates, thresholds and what follows come from the policy's
//! document (see `seeds/policies/`). A tier is a function of policy, timeline and day and of nothing else.

mod document;
mod receipt;
mod rulebook;
mod state;
mod sweep;
#[cfg(test)]
mod tests;
mod way;

use std::collections::BTreeMap;

pub use document::PolicyFault;
pub use receipt::{Basis, ConditionCheck, GateCheck, Line, Part, Receipt};
pub use rulebook::{Edition, Rulebook};
pub use way::{Step, Way};

use super::{
    inspection::VisitRules,
    notice::NoticeKind,
    points::Points,
    tier::{Standing, Tier},
    words::Words,
};

/// A rubric, checked and ready to rate.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: String,
    pub title: Words,
    pub source: String,
    kinds: Vec<Kind>,
    fields: Vec<Field>,
    rated_from: RatedFrom,
    /// Points; `None` when the policy has no score and rests on conduct alone.
    score: Option<Score>,
    gates: Vec<Gate>,
    consequences: BTreeMap<Tier, Consequence>,
    /// Days within which a review must be decided.
    pub review_days: u16,
    /// When and how often one may call at a house.
    pub visits: VisitRules,
}

/// A kind of observation that the policy knows.
#[derive(Clone, Debug)]
pub struct Kind {
    pub name: String,
    pub title: Words,
    /// Whether the landlord can bring one about (a repair, a lead).
    pub landlord_can: bool,
    /// Indices of the fields that such an observation may carry.
    fields: Vec<usize>,
}

/// A property of a house that observations set; its last known value holds.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub title: Words,
    pub values: FieldValues,
    /// Its lines are shown to staff only; the public sees their points summed.
    pub staff_only: bool,
    /// The value that the landlord can bring about.
    can_become: Option<i32>,
    /// Other kinds of observation that set it: (kind, value).
    set_by: Vec<(usize, i32)>,
}

/// What a field can hold. Inside the engine a value is a number: the index of a word, or the count itself.
#[derive(Clone, Debug)]
pub enum FieldValues {
    /// One of these words.
    OneOf(Vec<(String, Words)>),
    /// A whole number from 0 to `max`; with `may_not_apply` also `n/a`.
    Count { max: i32, may_not_apply: bool },
}

/// The value of an item that does not apply to this house.
const NOT_APPLICABLE: i32 = -1;
const NOT_APPLICABLE_TEXT: &str = "n/a";

#[derive(Clone, Debug)]
enum RatedFrom {
    Kind(usize),
    Field(usize),
}

#[derive(Clone, Debug)]
struct Score {
    criteria: Vec<Criterion>,
    /// Tier and the score below which it holds, ascending; the last has no limit.
    bands: Vec<(Tier, Option<Points>)>,
}

impl Score {
    fn tier(&self, score: Points) -> Tier {
        // The loader makes sure that the last band has no limit.
        self.bands.iter().find(|(_, below)| below.is_none_or(|below| score < below)).map_or(Tier::Red, |(tier, _)| *tier)
    }
}

#[derive(Clone, Debug)]
struct Criterion {
    id: String,
    title: Words,
    staff_only: bool,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Always(Points),
    /// Points by the field's last known word; unknown gives none.
    State {
        field: usize,
        points: Vec<Points>,
    },
    /// Points for each one counted by the field.
    PerCount {
        field: usize,
        each: Points,
    },
    /// Points once, when there is at least one such observation in the window.
    Once {
        window: Window,
        points: Points,
    },
    /// Points for each such observation in the window.
    Each {
        window: Window,
        points: Points,
    },
    /// `whole` points times the weighted share of the applicable maximum that the items reach, rounded half up.
    Share {
        whole: i32,
        item_max: i32,
        unit_hundredths: i32,
        items: Vec<(usize, i32)>,
    },
}

/// An observation of day d counts on day t when d <= t < d + months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    kind: usize,
    months: u16,
}

/// The first gate that holds decides the conduct tier.
#[derive(Clone, Debug)]
struct Gate {
    tier: Tier,
    title: Words,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
enum Condition {
    /// The field's last known value is one of these; unknown is none of them.
    Is {
        field: usize,
        values: Vec<i32>,
        title: Words,
    },
    /// The field's last known value is none of these; unknown fits.
    IsNot {
        field: usize,
        values: Vec<i32>,
        title: Words,
    },
    Count {
        window: Window,
        at_least: u32,
        at_most: u32,
        title: Words,
    },
    /// Some observation of `since` lies at least so many months back, with none of `without` on a later day.
    Quiet {
        since: usize,
        months: u16,
        without: usize,
        title: Words,
    },
    Any {
        conditions: Vec<Condition>,
        title: Words,
    },
}

/// What a tier brings.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consequence {
    /// What houses of this tier are called.
    pub called: Words,
    /// Longest time in days between two visits by an officer; absent when none is due.
    pub officer_every_days: Option<u16>,
    /// Longest time in days between two visits by an assistant; absent when none is due.
    pub assistant_every_days: Option<u16>,
    #[serde(default)]
    pub evening_checks: bool,
    /// Days that the owner has to repair before a worse tier is public.
    pub days_to_repair: Option<u16>,
    /// The notice that goes to the owner when an officer confirms this tier.
    pub notice: Option<NoticeKind>,
    pub follows: Vec<Words>,
}

/// Why an observation does not fit the policy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Misfit {
    #[error("expected one of {expected}; found \"{found}\"")]
    UnknownKind { expected: String, found: String },
    #[error("a {kind} has {expected}; found the field \"{found}\"")]
    UnknownField { kind: String, expected: String, found: String },
    #[error("{field}: expected {expected}; found \"{found}\"")]
    BadValue { field: String, expected: String, found: String },
}

impl Policy {
    /// Reads a policy document. A fault names the line and the reason.
    pub fn parse(document: &str) -> Result<Self, PolicyFault> {
        document::read(document)
    }

    /// The kinds of observations that it knows, each with its fields.
    pub fn kinds(&self) -> impl Iterator<Item = (&Kind, Vec<&Field>)> {
        self.kinds.iter().map(|kind| (kind, kind.fields.iter().map(|field| &self.fields[*field]).collect()))
    }

    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The kinds of observations that a house is rated from: somebody was there to see it.
    #[must_use]
    pub fn kinds_rated_from(&self) -> Vec<&str> {
        let rates = |(at, kind): (usize, &Kind)| match self.rated_from {
            RatedFrom::Kind(kind) => kind == at,
            RatedFrom::Field(field) => kind.fields.contains(&field),
        };
        self.kinds.iter().enumerate().filter(|(at, kind)| rates((*at, kind))).map(|(_, kind)| kind.name.as_str()).collect()
    }

    #[must_use]
    pub fn consequences(&self) -> &BTreeMap<Tier, Consequence> {
        &self.consequences
    }

    /// Checks an observation before it is recorded and gives its fields as the policy writes them (`true` becomes `yes`).
    pub fn admit(&self, kind: &str, fields: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Misfit> {
        let known = self.kinds.iter().find(|known| known.name == kind).ok_or_else(|| Misfit::UnknownKind {
            expected: self.kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", "),
            found: cut(kind),
        })?;
        let mut admitted = BTreeMap::new();
        for (name, text) in fields {
            let field = known.fields.iter().map(|field| &self.fields[*field]).find(|field| &field.name == name).ok_or_else(|| Misfit::UnknownField {
                kind: kind.to_owned(),
                expected: match known.fields.as_slice() {
                    [] => "no fields".to_owned(),
                    fields => format!("the fields {}", fields.iter().map(|field| self.fields[*field].name.as_str()).collect::<Vec<_>>().join(", ")),
                },
                found: cut(name),
            })?;
            let value = field.values.read(text).ok_or_else(|| Misfit::BadValue { field: name.clone(), expected: field.values.expected(), found: cut(text) })?;
            admitted.insert(name.clone(), field.values.write(value));
        }
        Ok(admitted)
    }

    /// Tier of score and conduct together: the worse of the two.
    fn standing(&self, score: Option<Points>, conduct: Option<Tier>) -> Standing {
        let by_score = score.zip(self.score.as_ref()).map(|(points, score)| score.tier(points));
        match (by_score, conduct) {
            (Some(by_score), Some(conduct)) => by_score.min(conduct).into(),
            (Some(tier), None) | (None, Some(tier)) if self.score.is_none() || self.gates.is_empty() => tier.into(),
            // A policy with a score that could not be made (no item applies) knows nothing about the house.
            _ => Standing::Unrated,
        }
    }
}

impl FieldValues {
    fn read(&self, text: &str) -> Option<i32> {
        let text = text.trim();
        match self {
            Self::OneOf(words) => {
                let place = |text: &str| words.iter().position(|(word, _)| word == text).and_then(|place| i32::try_from(place).ok());
                place(text).or_else(|| match text.to_lowercase().as_str() {
                    "true" | "yes" | "1" | "是" | "有" => place("yes"),
                    "false" | "no" | "0" | "否" | "无" => place("no"),
                    _ => None,
                })
            }
            Self::Count { may_not_apply: true, .. } if text.eq_ignore_ascii_case(NOT_APPLICABLE_TEXT) => Some(NOT_APPLICABLE),
            Self::Count { max, .. } => text.parse().ok().filter(|count| (0..=*max).contains(count)),
        }
    }

    fn write(&self, value: i32) -> String {
        match self {
            Self::OneOf(words) => usize::try_from(value).ok().and_then(|place| words.get(place)).map_or_else(String::new, |(word, _)| word.clone()),
            Self::Count { .. } if value == NOT_APPLICABLE => NOT_APPLICABLE_TEXT.to_owned(),
            Self::Count { .. } => value.to_string(),
        }
    }

    fn words(&self, value: i32) -> Words {
        match self {
            Self::OneOf(words) => usize::try_from(value).ok().and_then(|place| words.get(place)).map_or_else(Words::default, |(_, words)| words.clone()),
            Self::Count { .. } if value == NOT_APPLICABLE => Words::new("不适用", "does not apply"),
            Self::Count { .. } => Words::new(&value.to_string(), &value.to_string()),
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::OneOf(words) => format!("one of {}", words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(", ")),
            Self::Count { max, may_not_apply: false } => format!("a whole number from 0 to {max}"),
            Self::Count { max, may_not_apply: true } => format!("a whole number from 0 to {max}, or n/a"),
        }
    }
}

impl Condition {
    fn title(&self) -> &Words {
        match self {
            Self::Is { title, .. } | Self::IsNot { title, .. } | Self::Count { title, .. } | Self::Quiet { title, .. } | Self::Any { title, .. } => title,
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
