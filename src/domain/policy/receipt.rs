//! Why a house has its tier on a day: every point with the observation behind it, every gate with its conditions.
//!
//! Computed from nothing for one day, by counting; the sweep must agree with it (a property test compares them).

use serde::Serialize;

use super::{Condition, Criterion, NOT_APPLICABLE, Policy, Rule, Window, state::State};
use crate::domain::{
    day::Day,
    observation::{Observation, Timeline},
    points::Points,
    tier::{Standing, Tier, TierSpan},
    words::Words,
};

/// The account of one house on one day. The points of its lines sum to the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Receipt {
    pub day: Day,
    #[serde(rename = "tier")]
    pub standing: Standing,
    pub score: Option<Points>,
    pub score_tier: Option<Tier>,
    pub conduct_tier: Option<Tier>,
    pub lines: Vec<Line>,
    pub gates: Vec<GateCheck>,
    /// The next change by the mere passing of time, as known on that day.
    pub next_change: Option<TierSpan>,
}

/// One line of the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub criterion: String,
    pub title: Words,
    pub points: Points,
    /// What it rests on; absent for base points.
    pub observation: Option<Basis>,
    /// The value that the observation gave.
    pub value: Option<Words>,
    /// The first day on which it no longer counts; absent when it holds until something new is observed.
    pub until: Option<Day>,
    /// For a weighted share: the items it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    pub staff_only: bool,
}

/// The observation behind a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Basis {
    pub id: String,
    pub date: Day,
    pub kind: String,
}

/// One item of a weighted share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    pub field: String,
    pub title: Words,
    /// `None` when the item does not apply.
    pub value: Option<i32>,
    pub of: i32,
    pub weight: i32,
}

/// A gate of the conduct rules, in the policy's order; the first that held decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateCheck {
    pub tier: Tier,
    pub title: Words,
    pub held: bool,
    pub conditions: Vec<ConditionCheck>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConditionCheck {
    pub title: Words,
    pub held: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<ConditionCheck>,
}

impl Policy {
    /// Rates a house on a day and says why. Later observations are not looked at.
    #[must_use]
    pub fn assess(&self, timeline: &Timeline, day: Day) -> Receipt {
        let past = timeline.as_of(day);
        let mut state = State::new(self);
        for observation in past {
            state.apply(self, observation);
        }
        let count = |window: Window| u32::try_from(self.in_window(past, window, day).count()).unwrap_or(u32::MAX);
        let (standing, score) = self.rate(&state, day, &count);
        let rated = standing != Standing::Unrated;
        let known = Timeline::new(past.iter().cloned());
        let next_change = self.spans(&known).into_iter().find(|span| span.from > day);
        let mut receipt = Receipt { day, standing, score, score_tier: None, conduct_tier: None, lines: Vec::new(), gates: Vec::new(), next_change };
        if rated {
            receipt.score_tier = score.zip(self.score.as_ref()).map(|(points, rules)| rules.tier(points));
            receipt.conduct_tier = state.conduct(&self.gates, day, &count);
            receipt.lines =
                self.score.iter().flat_map(|score| &score.criteria).flat_map(|criterion| self.lines(criterion, &state, past, day, &count)).collect();
            receipt.gates = self
                .gates
                .iter()
                .map(|gate| GateCheck {
                    tier: gate.tier,
                    title: gate.title.clone(),
                    held: gate.conditions.iter().all(|condition| state.holds(condition, day, &count)),
                    conditions: checks(&gate.conditions, &state, day, &count),
                })
                .collect();
        }
        receipt
    }

    fn in_window<'a>(&'a self, past: &'a [Observation], window: Window, day: Day) -> impl Iterator<Item = &'a Observation> {
        let kind = self.kinds[window.kind].name.as_str();
        past.iter().filter(move |observation| observation.kind == kind && day < observation.day.plus_months(window.months))
    }

    /// The observation that gave the field its last known value.
    fn last_setting<'a>(&self, past: &'a [Observation], field: usize) -> Option<&'a Observation> {
        let described = &self.fields[field];
        past.iter().rev().find(|observation| {
            let Some(kind) = self.kinds.iter().position(|kind| kind.name == observation.kind) else { return false };
            let sets = described.set_by.iter().any(|(by, _)| *by == kind);
            let says =
                self.kinds[kind].fields.contains(&field) && observation.fields.get(&described.name).is_some_and(|text| described.values.read(text).is_some());
            sets || says
        })
    }

    fn lines(&self, criterion: &Criterion, state: &State, past: &[Observation], day: Day, count: &dyn Fn(Window) -> u32) -> Vec<Line> {
        let line = |points: Points, observation: Option<&Observation>, value: Option<Words>, until: Option<Day>| Line {
            criterion: criterion.id.clone(),
            title: criterion.title.clone(),
            points,
            observation: observation.map(|o| Basis { id: o.id.clone(), date: o.day, kind: o.kind.clone() }),
            value,
            until,
            parts: Vec::new(),
            staff_only: criterion.staff_only,
        };
        let total = state.points(&criterion.rule, count).unwrap_or_default();
        match &criterion.rule {
            Rule::Always(points) => vec![line(*points, None, None, None)],
            Rule::State { field, .. } | Rule::PerCount { field, .. } => state.values[*field]
                .map(|value| line(total, self.last_setting(past, *field), Some(self.fields[*field].values.words(value)), None))
                .into_iter()
                .collect(),
            Rule::Each { window, points } => {
                self.in_window(past, *window, day).map(|o| line(*points, Some(o), None, Some(o.day.plus_months(window.months)))).collect()
            }
            // Counts as long as any of them is in the window, so until the last one leaves it.
            Rule::Once { window, points } => {
                self.in_window(past, *window, day).last().map(|o| line(*points, Some(o), None, Some(o.day.plus_months(window.months)))).into_iter().collect()
            }
            Rule::Share { item_max, items, .. } => {
                let last = items.iter().filter_map(|(field, _)| self.last_setting(past, *field)).max_by_key(|observation| observation.day);
                let parts = items
                    .iter()
                    .filter_map(|(field, weight)| {
                        let value = state.values[*field]?;
                        Some(Part {
                            field: self.fields[*field].name.clone(),
                            title: self.fields[*field].title.clone(),
                            value: (value != NOT_APPLICABLE).then_some(value),
                            of: *item_max,
                            weight: *weight,
                        })
                    })
                    .collect();
                vec![Line { parts, ..line(total, last, None, None) }]
            }
        }
    }
}

impl Receipt {
    /// An account that tells the tier and nothing else.
    #[must_use]
    pub fn untold(day: Day, standing: Standing) -> Self {
        Self { day, standing, score: None, score_tier: None, conduct_tier: None, lines: Vec::new(), gates: Vec::new(), next_change: None }
    }

    /// What the public may see: no lines for staff only, and then no score either, since whoever knows the rest could tell them.
    #[must_use]
    pub fn for_the_public(mut self) -> Self {
        let (hidden, shown): (Vec<_>, Vec<_>) = self.lines.into_iter().partition(|line| line.staff_only);
        if hidden.iter().any(|line| line.points != Points::ZERO) {
            self.score = None;
            self.next_change = self.next_change.map(|next| TierSpan { score: None, ..next });
        }
        self.lines = shown;
        self
    }
}

fn checks(conditions: &[Condition], state: &State, day: Day, count: &dyn Fn(Window) -> u32) -> Vec<ConditionCheck> {
    conditions
        .iter()
        .map(|condition| ConditionCheck {
            title: condition.title().clone(),
            held: state.holds(condition, day, count),
            any_of: if let Condition::Any { conditions, .. } = condition { checks(conditions, state, day, count) } else { Vec::new() },
        })
        .collect()
}
