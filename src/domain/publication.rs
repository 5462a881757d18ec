//! From computed to published: a better tier is public at once, a worse one only after a named officer confirmed it and the time to repair has run.

use super::{
    day::Day,
    tier::{Standing, Tier, TierSpan, span_on},
};

/// An officer's word that a worse tier is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    pub tier: Tier,
    /// The day on which it was given.
    pub given: Day,
    /// The first day on which the tier may be public: the time to repair lies between.
    pub effective: Day,
    /// The day on which it was taken back (a review upheld); `None` while it stands.
    pub withdrawn: Option<Day>,
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
    /// It is confirmed and the time to repair runs; from `until` on it is public.
    UnderRepair { tier: Tier, until: Day },
}

/// What was and will be public, given the computed spans and the confirmations of a house.
///
/// The first rating of a house is public at once when it is green or better; red and yellow carry a warning and wait like any worse
/// tier. A confirmation is used up as soon as the house is computed better than what it confirms: falling again needs a new one.
#[must_use]
pub fn published(spans: &[TierSpan], confirmations: &[Confirmation]) -> Vec<PublishedSpan> {
    let mut days: Vec<Day> = spans.iter().map(|span| span.from).collect();
    if let Some(first) = days.first().copied() {
        let moments = confirmations.iter().flat_map(|confirmation| [Some(confirmation.given), Some(confirmation.effective), confirmation.withdrawn]);
        days.extend(moments.flatten().filter(|day| *day > first));
    }
    days.sort_unstable();
    days.dedup();

    let mut published: Vec<PublishedSpan> = Vec::new();
    let mut public = Standing::Unrated;
    let mut used_up = vec![false; confirmations.len()];
    // By whose word the public tier fell, and from where: a word taken back gives it back.
    let mut fell: Option<(usize, Standing)> = None;
    for day in days {
        let computed = span_on(spans, day).map_or(Standing::Unrated, |span| span.standing);
        let mut pending = None;
        match computed.tier() {
            None => {
                (public, fell) = (computed, None);
                used_up.iter_mut().zip(confirmations).for_each(|(used, confirmation)| *used |= confirmation.given <= day);
            }
            Some(tier) => {
                for (used, confirmation) in used_up.iter_mut().zip(confirmations) {
                    *used |= confirmation.given <= day && (tier > confirmation.tier || confirmation.withdrawn.is_some_and(|withdrawn| withdrawn <= day));
                }
                if let Some((by, before)) = fell.take_if(|(by, _)| confirmations[*by].withdrawn.is_some_and(|withdrawn| withdrawn <= day)) {
                    used_up[by] = true;
                    public = before;
                }
                let in_force = || confirmations.iter().enumerate().filter(|(at, confirmation)| !used_up[*at] && confirmation.given <= day);
                let better = public.tier().map_or(tier >= Tier::Green, |public| tier >= public);
                if better {
                    (public, fell) = (computed, None);
                } else {
                    let word =
                        in_force().filter(|(_, confirmation)| confirmation.effective <= day).map(|(at, confirmation)| (confirmation.tier.max(tier), at)).min();
                    if let Some((worst, by)) = word.filter(|(worst, _)| public.tier().is_none_or(|public| *worst < public)) {
                        fell = Some((by, fell.map_or(public, |(_, before)| before)));
                        public = worst.into();
                    }
                    if public != computed {
                        let repair =
                            in_force().filter(|(_, confirmation)| confirmation.tier <= tier && confirmation.effective > day).map(|(_, c)| c.effective).min();
                        pending = Some(repair.map_or(Pending::Provisional(tier), |until| Pending::UnderRepair { tier, until }));
                    }
                }
            }
        }
        if published.last().is_none_or(|last| (last.standing, last.pending) != (public, pending)) {
            published.push(PublishedSpan { from: day, standing: public, pending });
        }
    }
    published
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
        Confirmation { tier, given: day(given), effective: day(effective), withdrawn: None }
    }

    fn shown(spans: &[TierSpan], confirmations: &[Confirmation], on: i32) -> (Standing, Option<Pending>) {
        let span = public_on(&published(spans, confirmations), day(on));
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
        assert_eq!(shown(&spans, &[withdrawn], 39), (Red, None));
        assert_eq!(shown(&spans, &[withdrawn], 40), (Green, Some(Pending::Provisional(Tier::Red))));
    }

    proptest! {
        #[test]
        fn nothing_worse_is_ever_public_without_a_word(
            tiers in proptest::collection::vec((0..200i32, 1..6usize), 1..12),
            words in proptest::collection::vec((0..200i32, 0..40i32, 0..4usize), 0..5),
        ) {
            let mut spans: Vec<TierSpan> = tiers.iter().map(|(from, at)| span(*from, Standing::ALL[*at])).collect();
            spans.sort_by_key(|span| span.from);
            spans.dedup_by_key(|span| span.from);
            let confirmations: Vec<_> = words.iter().map(|(given, wait, tier)| confirmed(Tier::ALL[*tier], *given, given + wait)).collect();
            let all = published(&spans, &confirmations);
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
                    let allowed = confirmations.iter().any(|c| c.tier <= tier && c.effective <= day(on));
                    prop_assert!(allowed, "day {on}: {before:?} became {now:?} without a word");
                }
                before = now;
            }
        }
    }
}
