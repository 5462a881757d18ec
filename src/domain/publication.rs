//! From computed to published: a better tier is public at once, a worse one only after a named officer confirmed it, the owner was told
//! and the time to repair has run. What was public stays what it was, whatever is corrected later.

use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    tier::{Standing, Tier, TierSpan, span_on},
};

/// An officer's word that a worse tier is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    pub id: String,
    pub tier: Tier,
    /// The day on which it was given.
    pub given: Day,
    /// The first day after the time to repair.
    pub effective: Day,
    /// The day on which the owner was told: the notice was served. `None` until then; nothing is public before.
    pub told: Option<Day>,
    /// The day on which it was taken back (a review upheld); `None` while it stands.
    pub withdrawn: Option<Day>,
}

impl Confirmation {
    /// The first day on which the tier may be public: the owner was told and the time to repair has run.
    fn public_from(&self) -> Option<Day> {
        self.told.map(|told| told.max(self.effective))
    }
}

/// What is public from a day on, until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedSpan {
    pub from: Day,
    pub standing: Standing,
    /// The tier computed is worse than the one that is public.
    pub pending: Option<Pending>,
}

/// Why a worse tier is not public yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// Nobody has confirmed it.
    Provisional(Tier),
    /// It is confirmed; the time to repair runs, or the owner is not told yet. From `until` on it may be public.
    UnderRepair { tier: Tier, until: Day },
}

/// What was public up to a day, kept when the record changes: a correction never rewrites what was on the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The day of the change; from it on the record as it is now counts.
    pub day: Day,
    /// What was public before that day: (first day, standing).
    pub spans: Vec<(Day, Standing)>,
    /// What was public on that day before the change.
    pub public: Standing,
    /// By whose confirmation the public tier had fallen, and from where.
    pub fell: Option<(String, Standing)>,
    /// Confirmations that no longer counted.
    pub used_up: Vec<String>,
}

/// What was and will be public, given the computed spans and the confirmations of a house.
///
/// The first rating of a house is public at once when it is green or better; red and yellow carry a warning and wait like any worse
/// tier. A confirmation is used up as soon as the house is computed better than what it confirms: falling again needs a new one.
#[must_use]
pub fn published(spans: &[TierSpan], confirmations: &[Confirmation], frozen: Option<&Frozen>) -> Vec<PublishedSpan> {
    let mut publisher = Publisher::new(confirmations, frozen);
    for day in moments(spans, confirmations, frozen) {
        publisher.pass(spans, day);
    }
    publisher.published
}

/// Freezes what is public on a day, before the record changes; `None` while nothing ever was.
#[must_use]
pub fn freeze(spans: &[TierSpan], confirmations: &[Confirmation], frozen: Option<&Frozen>, day: Day) -> Option<Frozen> {
    let mut publisher = Publisher::new(confirmations, frozen);
    for moment in moments(spans, confirmations, frozen).into_iter().filter(|moment| *moment <= day) {
        publisher.pass(spans, moment);
    }
    let was_public = publisher.published.iter().any(|span| span.standing.tier().is_some());
    was_public.then(|| Frozen {
        day,
        spans: publisher.published.iter().filter(|span| span.from < day).map(|span| (span.from, span.standing)).collect(),
        public: publisher.public,
        fell: publisher.fell.map(|(by, before)| (confirmations[by].id.clone(), before)),
        used_up: confirmations.iter().zip(&publisher.used_up).filter(|(_, used)| **used).map(|(confirmation, _)| confirmation.id.clone()).collect(),
    })
}

/// The days on which something may change.
fn moments(spans: &[TierSpan], confirmations: &[Confirmation], frozen: Option<&Frozen>) -> Vec<Day> {
    let Some(first) = frozen.map(|frozen| frozen.day).or(spans.first().map(|span| span.from)) else { return Vec::new() };
    let words = confirmations.iter().flat_map(|word| [Some(word.given), Some(word.effective), word.public_from(), word.withdrawn]);
    let mut days: Vec<Day> = spans.iter().map(|span| span.from).chain(words.flatten()).filter(|day| *day > first).chain([first]).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Goes through the days and remembers what is public.
struct Publisher<'a> {
    confirmations: &'a [Confirmation],
    public: Standing,
    used_up: Vec<bool>,
    /// By whose word the public tier fell, and from where: a word taken back gives it back.
    fell: Option<(usize, Standing)>,
    published: Vec<PublishedSpan>,
}

impl<'a> Publisher<'a> {
    fn new(confirmations: &'a [Confirmation], frozen: Option<&Frozen>) -> Self {
        let place = |id: &str| confirmations.iter().position(|confirmation| confirmation.id == id);
        Self {
            confirmations,
            public: frozen.map_or(Standing::Unrated, |frozen| frozen.public),
            used_up: confirmations.iter().map(|confirmation| frozen.is_some_and(|frozen| frozen.used_up.contains(&confirmation.id))).collect(),
            fell: frozen.and_then(|frozen| frozen.fell.as_ref()).and_then(|(id, before)| Some((place(id)?, *before))),
            published: frozen.map_or_else(Vec::new, |frozen| {
                frozen.spans.iter().map(|(from, standing)| PublishedSpan { from: *from, standing: *standing, pending: None }).collect()
            }),
        }
    }

    fn pass(&mut self, spans: &[TierSpan], day: Day) {
        let computed = span_on(spans, day).map_or(Standing::Unrated, |span| span.standing);
        let mut pending = None;
        match computed.tier() {
            None => {
                (self.public, self.fell) = (computed, None);
                for (used, confirmation) in self.used_up.iter_mut().zip(self.confirmations) {
                    *used |= confirmation.given <= day;
                }
            }
            Some(tier) => pending = self.rated(tier, day),
        }
        if self.published.last().is_none_or(|last| (last.standing, last.pending) != (self.public, pending)) {
            self.published.push(PublishedSpan { from: day, standing: self.public, pending });
        }
    }

    fn rated(&mut self, tier: Tier, day: Day) -> Option<Pending> {
        let passed = |moment: Option<Day>| moment.is_some_and(|moment| moment <= day);
        for (used, confirmation) in self.used_up.iter_mut().zip(self.confirmations) {
            *used |= confirmation.given <= day && (tier > confirmation.tier || passed(confirmation.withdrawn));
        }
        if let Some((by, before)) = self.fell.take_if(|(by, _)| passed(self.confirmations[*by].withdrawn)) {
            self.used_up[by] = true;
            self.public = before;
        }
        if self.public == Standing::from(tier) {
            return None; // How it fell is remembered: the word may still be taken back.
        }
        let better = self.public.tier().map_or(tier >= Tier::Green, |public| tier > public);
        if better {
            (self.public, self.fell) = (tier.into(), None);
            return None;
        }
        let in_force = || self.confirmations.iter().enumerate().filter(|(at, confirmation)| !self.used_up[*at] && confirmation.given <= day);
        let word = in_force().filter(|(_, word)| passed(word.public_from())).map(|(at, word)| (word.tier.max(tier), at)).min();
        let waiting = in_force().filter(|(_, word)| word.tier <= tier && !passed(word.public_from())).map(|(_, word)| word.effective).min();
        if let Some((worst, by)) = word.filter(|(worst, _)| self.public.tier().is_none_or(|public| *worst < public)) {
            self.fell = Some((by, self.fell.map_or(self.public, |(_, before)| before)));
            self.public = worst.into();
        }
        (self.public != Standing::from(tier)).then(|| waiting.map_or(Pending::Provisional(tier), |until| Pending::UnderRepair { tier, until }))
    }
}

/// What is public on a day; a house before its first span is unrated.
#[must_use]
pub fn public_on(spans: &[PublishedSpan], day: Day) -> PublishedSpan {
    let unrated = PublishedSpan { from: Day::FIRST, standing: Standing::Unrated, pending: None };
    spans[..spans.partition_point(|span| span.from <= day)].last().copied().unwrap_or(unrated)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> Day {
        Day::from_number(number)
    }

    fn span(from: i32, standing: Standing) -> TierSpan {
        TierSpan { from: day(from), standing, score: None }
    }

    fn confirmed(tier: Tier, given: i32, effective: i32) -> Confirmation {
        Confirmation { id: format!("{given}-{effective}-{tier}"), tier, given: day(given), effective: day(effective), told: Some(day(given)), withdrawn: None }
    }

    fn shown(spans: &[TierSpan], confirmations: &[Confirmation], on: i32) -> (Standing, Option<Pending>) {
        let span = public_on(&published(spans, confirmations, None), day(on));
        (span.standing, span.pending)
    }

    use Standing::{Green, Red, Star, Unrated, Yellow};

    #[test]
    fn a_better_tier_is_public_at_once_and_a_worse_one_waits_for_an_officer() {
        let spans = [span(0, Unrated), span(10, Green), span(20, Red), span(30, Star)];
        assert_eq!(shown(&spans, &[], 10), (Green, None));
        assert_eq!(shown(&spans, &[], 25), (Green, Some(Pending::Provisional(Tier::Red))));
        assert_eq!(shown(&spans, &[], 30), (Star, None));
    }

    #[test]
    fn a_first_rating_with_a_warning_waits_too() {
        let spans = [span(0, Unrated), span(10, Yellow)];
        assert_eq!(shown(&spans, &[], 11), (Unrated, Some(Pending::Provisional(Tier::Yellow))));
        assert_eq!(shown(&spans, &[confirmed(Tier::Yellow, 12, 12)], 12), (Yellow, None));
    }

    #[test]
    fn a_confirmed_tier_is_public_when_the_time_to_repair_has_run() {
        let spans = [span(0, Green), span(20, Yellow)];
        let confirmations = [confirmed(Tier::Yellow, 21, 51)];
        assert_eq!(shown(&spans, &confirmations, 20), (Green, Some(Pending::Provisional(Tier::Yellow))));
        assert_eq!(shown(&spans, &confirmations, 50), (Green, Some(Pending::UnderRepair { tier: Tier::Yellow, until: day(51) })));
        assert_eq!(shown(&spans, &confirmations, 51), (Yellow, None));
    }

    #[test]
    fn repaired_in_time_it_never_becomes_public_and_falling_again_needs_a_new_word() {
        let spans = [span(0, Green), span(20, Yellow), span(40, Green), span(60, Yellow)];
        let confirmations = [confirmed(Tier::Yellow, 21, 51)];
        for on in [30, 45, 55, 59] {
            assert_eq!(shown(&spans, &confirmations, on).0, Green, "day {on}");
        }
        assert_eq!(shown(&spans, &confirmations, 70), (Green, Some(Pending::Provisional(Tier::Yellow))));
    }

    #[test]
    fn a_confirmation_of_yellow_is_none_of_red() {
        let spans = [span(0, Green), span(20, Yellow), span(30, Red)];
        assert_eq!(shown(&spans, &[confirmed(Tier::Yellow, 21, 21)], 31), (Yellow, Some(Pending::Provisional(Tier::Red))));
    }

    #[test]
    fn a_withdrawn_confirmation_no_longer_counts() {
        let spans = [span(0, Green), span(20, Red)];
        let withdrawn = Confirmation { withdrawn: Some(day(25)), ..confirmed(Tier::Red, 21, 30) };
        assert_eq!(shown(&spans, &[withdrawn], 31), (Green, Some(Pending::Provisional(Tier::Red))));
        // Also when it was public by then.
        let withdrawn = Confirmation { withdrawn: Some(day(40)), ..confirmed(Tier::Red, 21, 30) };
        assert_eq!(shown(&spans, std::slice::from_ref(&withdrawn), 39), (Red, None));
        assert_eq!(shown(&spans, std::slice::from_ref(&withdrawn), 40), (Green, Some(Pending::Provisional(Tier::Red))));
        // Also when something else happened, or the record was frozen, in between.
        let late = confirmed(Tier::Green, 35, 35);
        assert_eq!(shown(&spans, &[withdrawn.clone(), late], 41).0, Green);
        let frozen = freeze(&spans, std::slice::from_ref(&withdrawn), None, day(30));
        assert_eq!(public_on(&published(&spans, &[withdrawn], frozen.as_ref()), day(40)).standing, Green);
    }

    #[test]
    fn nothing_is_public_before_the_owner_was_told() {
        let spans = [span(0, Green), span(20, Red)];
        let untold = Confirmation { told: None, ..confirmed(Tier::Red, 21, 21) };
        assert_eq!(shown(&spans, std::slice::from_ref(&untold), 60), (Green, Some(Pending::UnderRepair { tier: Tier::Red, until: day(21) })));
        let told = Confirmation { told: Some(day(50)), ..untold };
        assert_eq!(shown(&spans, std::slice::from_ref(&told), 49).0, Green);
        assert_eq!(shown(&spans, &[told], 50), (Red, None));
    }

    #[test]
    fn a_correction_does_not_rewrite_what_was_on_the_door() {
        let before = [span(0, Unrated), span(10, Star)];
        let frozen = freeze(&before, &[], None, day(100)).unwrap();
        // The past is corrected: it was green all along, and red from day 90.
        let after = [span(0, Unrated), span(5, Green), span(90, Red)];
        let all = published(&after, &[], Some(&frozen));
        for (on, standing) in [(9, Unrated), (10, Star), (99, Star), (100, Star), (200, Star)] {
            assert_eq!(public_on(&all, day(on)).standing, standing, "day {on}");
        }
        assert_eq!(public_on(&all, day(100)).pending, Some(Pending::Provisional(Tier::Red)));
        let words = [confirmed(Tier::Red, 101, 101)];
        assert_eq!(public_on(&published(&after, &words, Some(&frozen)), day(101)).standing, Red);
        assert_eq!(freeze(&[span(0, Unrated)], &[], None, day(100)), None, "nothing was public yet");
    }

    proptest! {
        #[test]
        fn freezing_without_a_change_changes_nothing(
            tiers in proptest::collection::vec((0..200i32, 1..6usize), 1..10),
            words in proptest::collection::vec((0..200i32, 0..40i32, 0..4usize, proptest::option::of(0..60i32)), 0..5),
            at in 0..220i32,
        ) {
            let mut spans: Vec<TierSpan> = tiers.iter().map(|(from, at)| span(*from, Standing::ALL[*at])).collect();
            spans.sort_by_key(|span| span.from);
            spans.dedup_by_key(|span| span.from);
            let confirmations: Vec<_> = words
                .iter()
                .enumerate()
                .map(|(at, (given, wait, tier, withdrawn))| Confirmation {
                    id: at.to_string(),
                    withdrawn: withdrawn.map(|after| day(given + after)),
                    ..confirmed(Tier::ALL[*tier], *given, given + wait)
                })
                .collect();
            let whole = published(&spans, &confirmations, None);
            let frozen = freeze(&spans, &confirmations, None, day(at));
            let again = published(&spans, &confirmations, frozen.as_ref());
            for on in -1..280 {
                let (a, b) = (public_on(&whole, day(on)), public_on(&again, day(on)));
                prop_assert_eq!(a.standing, b.standing, "day {}", on);
                if on >= at {
                    prop_assert_eq!(a.pending, b.pending, "day {}", on);
                }
            }
        }

        #[test]
        fn nothing_worse_is_ever_public_without_a_word(
            tiers in proptest::collection::vec((0..200i32, 1..6usize), 1..12),
            words in proptest::collection::vec((0..200i32, 0..40i32, 0..4usize), 0..5),
        ) {
            let mut spans: Vec<TierSpan> = tiers.iter().map(|(from, at)| span(*from, Standing::ALL[*at])).collect();
            spans.sort_by_key(|span| span.from);
            spans.dedup_by_key(|span| span.from);
            let confirmations: Vec<_> = words.iter().map(|(given, wait, tier)| confirmed(Tier::ALL[*tier], *given, given + wait)).collect();
            let all = published(&spans, &confirmations, None);
            let mut before = Unrated;
            for on in -1..260 {
                let computed = span_on(&spans, day(on)).map_or(Unrated, |span| span.standing);
                let now = public_on(&all, day(on)).standing;
                let Some(tier) = now.tier() else {
                    prop_assert!(computed.tier().is_none() || before.tier().is_none(), "a public tier went away on day {on}");
                    before = now;
                    continue;
                };
                // Never better than what was public unless computed so, never worse than computed.
                prop_assert!(now >= computed, "day {on}: public {now:?}, computed {computed:?}");
                let fell = before.tier().map_or(tier < Tier::Green, |before| tier < before);
                if fell {
                    let allowed = confirmations.iter().any(|c| c.tier <= tier && c.effective <= day(on) && c.told.is_some());
                    prop_assert!(allowed, "day {on}: {before:?} became {now:?} without a word");
                }
                before = now;
            }
        }
    }
}
