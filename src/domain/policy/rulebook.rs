//! Which policy held when.

use std::sync::Arc;

use super::{Policy, Receipt};
use crate::domain::{
    day::Day,
    observation::Timeline,
    tier::{TierSpan, span_on},
};

/// A version of a policy and the day from which it holds.
#[derive(Clone, Debug)]
pub struct Edition {
    pub valid_from: Day,
    pub version: i64,
    /// SHA-256 of the document, in hexadecimal.
    pub hash: String,
    pub policy: Arc<Policy>,
}

/// The policies of a site in the order of their days. A later edition never changes what an earlier one decided.
#[derive(Clone, Debug)]
pub struct Rulebook(Vec<Edition>);

impl Rulebook {
    /// `None` without editions. The first holds for all days before it too.
    #[must_use]
    pub fn new(mut editions: Vec<Edition>) -> Option<Self> {
        editions.sort_by_key(|edition| (edition.valid_from, edition.version));
        editions.first_mut()?.valid_from = Day::FIRST;
        Some(Self(editions))
    }

    /// The edition that holds on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> &Edition {
        let after = self.0.partition_point(|edition| edition.valid_from <= day);
        // `new` made sure that the first one holds from the first day on.
        &self.0[after.saturating_sub(1)]
    }

    /// What tells this rulebook from every other one: the days and documents of its editions.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.iter().map(|edition| format!("{} {}", edition.valid_from, edition.hash)).collect::<Vec<_>>().join("; ")
    }

    /// Rates a house on a day under the edition of that day. The next change is the one that this edition foresees.
    #[must_use]
    pub fn assess(&self, timeline: &Timeline, day: Day) -> Receipt {
        self.on(day).policy.assess(timeline, day)
    }

    /// Every span of standing, each stretch of days under the edition that held then.
    #[must_use]
    pub fn spans(&self, timeline: &Timeline) -> Vec<TierSpan> {
        let [spans] = self.joined(timeline, |policy| [policy.spans(timeline)]);
        spans
    }

    /// The spans, and the same without the scores that are not for the public.
    #[must_use]
    pub fn spans_and_public(&self, timeline: &Timeline) -> (Vec<TierSpan>, Vec<TierSpan>) {
        let [spans, public] = self.joined(timeline, |policy| policy.spans_and_public(timeline).into());
        (spans, public)
    }

    fn joined<const N: usize>(&self, timeline: &Timeline, spans_under: impl Fn(&Policy) -> [Vec<TierSpan>; N]) -> [Vec<TierSpan>; N] {
        let mut joined = [const { Vec::new() }; N];
        let Some(first_day) = timeline.first_day() else { return joined };
        for (at, edition) in self.0.iter().enumerate() {
            let from = edition.valid_from.max(first_day);
            let until = self.0.get(at + 1).map_or(Day::LAST, |next| next.valid_from.plus_days(-1));
            if until < from {
                continue;
            }
            for (joined, spans) in joined.iter_mut().zip(spans_under(&edition.policy)) {
                let opening = span_on(&spans, from).map(|span| TierSpan { from, ..*span });
                let rest = spans.iter().copied().filter(|span| span.from > from && span.from <= until);
                for span in opening.into_iter().chain(rest) {
                    if joined.last().is_none_or(|last: &TierSpan| (last.standing, last.score) != (span.standing, span.score)) {
                        joined.push(span);
                    }
                }
            }
        }
        joined
    }
}
