//! All spans of a house in one pass over its timeline: windows open and close as days go by.

use super::{Condition, Policy, Rule, Window, state::State};
use crate::domain::{
    day::Day,
    observation::Timeline,
    points::Points,
    tier::{Standing, TierSpan},
};

impl Policy {
    /// Every span of standing and score that the timeline gives, from its first observation on, the known future included:
    /// after the last span nothing changes by the passing of time any more.
    #[must_use]
    pub fn spans(&self, timeline: &Timeline) -> Vec<TierSpan> {
        let mut spans = Vec::new();
        self.sweep(timeline, |state, day, count| push(&mut spans, day, self.rate(state, day, count)));
        spans
    }

    /// The spans, and the same without the scores that points for staff only are part of: whoever knows the rest could tell them.
    #[must_use]
    pub fn spans_and_public(&self, timeline: &Timeline) -> (Vec<TierSpan>, Vec<TierSpan>) {
        let hidden: Vec<&Rule> =
            self.score.iter().flat_map(|score| &score.criteria).filter(|criterion| criterion.staff_only).map(|criterion| &criterion.rule).collect();
        if hidden.is_empty() {
            let spans = self.spans(timeline);
            return (spans.clone(), spans);
        }
        let (mut spans, mut public) = (Vec::new(), Vec::new());
        self.sweep(timeline, |state, day, count| {
            let (standing, score) = self.rate(state, day, count);
            push(&mut spans, day, (standing, score));
            push(&mut public, day, (standing, score.filter(|_| hidden.iter().all(|rule| state.points(rule, count).unwrap_or_default() == Points::ZERO))));
        });
        (spans, public)
    }

    /// Visits every day on which something may change.
    fn sweep(&self, timeline: &Timeline, mut visit: impl FnMut(&State, Day, &dyn Fn(Window) -> u32)) {
        let (windows, quiet) = (self.windows(), self.quiet_months());
        let mut counts = vec![0u32; windows.len()];
        let mut state = State::new(self);
        // Windows that close, and days on which it has been quiet for long enough.
        let mut ahead: Vec<(Day, Option<usize>)> = Vec::new();
        for observation in timeline.observations() {
            let Some(kind) = self.kinds.iter().position(|kind| kind.name == observation.kind) else { continue };
            for (at, window) in windows.iter().enumerate().filter(|(_, window)| window.kind == kind) {
                ahead.push((observation.day.plus_months(window.months), Some(at)));
            }
            for (_, months) in quiet.iter().filter(|(since, _)| *since == kind) {
                ahead.push((observation.day.plus_months(*months), None));
            }
        }
        ahead.sort_unstable();

        let mut observations = timeline.observations().iter().peekable();
        let mut ahead = ahead.into_iter().peekable();
        loop {
            let day = match (observations.peek().map(|observation| observation.day), ahead.peek().map(|(day, _)| *day)) {
                (Some(a), Some(b)) => a.min(b),
                (Some(day), None) | (None, Some(day)) => day,
                (None, None) => return,
            };
            while let Some(observation) = observations.next_if(|observation| observation.day == day) {
                if let Some(kind) = state.apply(self, observation) {
                    for (at, _) in windows.iter().enumerate().filter(|(_, window)| window.kind == kind) {
                        counts[at] += 1;
                    }
                }
            }
            while let Some((_, closing)) = ahead.next_if(|(closes, _)| *closes == day) {
                if let Some(at) = closing {
                    counts[at] -= 1;
                }
            }
            let count = |window: Window| windows.iter().position(|known| *known == window).map_or(0, |at| counts[at]);
            visit(&state, day, &count);
        }
    }

    /// Standing and score in a state on a day.
    pub(super) fn rate(&self, state: &State, day: Day, count: &dyn Fn(Window) -> u32) -> (Standing, Option<Points>) {
        if !state.rated {
            return (Standing::Unrated, None);
        }
        let score = self.score.as_ref().and_then(|score| score.criteria.iter().map(|criterion| state.points(&criterion.rule, count)).sum::<Option<Points>>());
        let standing = self.standing(score, state.conduct(&self.gates, day, count));
        (standing, score.filter(|_| standing != Standing::Unrated))
    }

    fn windows(&self) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut add = |window: Window| {
            if !windows.contains(&window) {
                windows.push(window);
            }
        };
        for criterion in self.score.iter().flat_map(|score| &score.criteria) {
            if let Rule::Once { window, .. } | Rule::Each { window, .. } = criterion.rule {
                add(window);
            }
        }
        self.each_condition(&mut |condition| {
            if let Condition::Count { window, .. } = condition {
                add(*window);
            }
        });
        windows
    }

    /// Kinds after which it must be quiet, each with the months.
    fn quiet_months(&self) -> Vec<(usize, u16)> {
        let mut all = Vec::new();
        self.each_condition(&mut |condition| {
            if let Condition::Quiet { since, months, .. } = condition {
                all.push((*since, *months));
            }
        });
        all
    }

    fn each_condition(&self, visit: &mut impl FnMut(&Condition)) {
        fn walk(conditions: &[Condition], visit: &mut impl FnMut(&Condition)) {
            for condition in conditions {
                visit(condition);
                if let Condition::Any { conditions, .. } = condition {
                    walk(conditions, visit);
                }
            }
        }
        for gate in &self.gates {
            walk(&gate.conditions, visit);
        }
    }
}

/// Adds a span where something changed.
fn push(spans: &mut Vec<TierSpan>, from: Day, (standing, score): (Standing, Option<Points>)) {
    if spans.last().is_none_or(|last| (last.standing, last.score) != (standing, score)) {
        spans.push(TierSpan { from, standing, score });
    }
}
