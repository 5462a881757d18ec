use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{
    tier::{Tier, span_on},
    words::Words,
};

fn day(number: i32) -> Day {
    Day::from_number(number)
}

fn follows(officer: Option<u16>, assistant: Option<u16>) -> Consequence {
    Consequence {
        called: Words::default(),
        officer_every_days: officer,
        assistant_every_days: assistant,
        evening_checks: false,
        days_to_repair: None,
        notice: None,
        follows: Vec::new(),
    }
}

fn red(since: i32) -> (Standing, Day) {
    (Standing::Red, day(since))
}

impl Inspected {
    fn visited(&mut self, duty: Duty, outcome: Outcome, day: Day) {
        let last = match (outcome, duty) {
            (Outcome::Done, Duty::Officer) => &mut self.officer,
            (Outcome::Done, Duty::Assistant) => &mut self.assistant,
            (Outcome::NobodyHome | Outcome::Refused, _) => &mut self.tried,
        };
        *last = Some(day).max(*last);
    }
}

/// (duty, reason, day) of each occasion on day 100.
fn due(stands: (Standing, Day), follows: Option<&Consequence>, record: &Inspected) -> Vec<(Duty, Reason, i32)> {
    occasions(stands, follows, record, day(100)).into_iter().map(|occasion| (occasion.duty, occasion.reason, occasion.due.number())).collect()
}

#[test]
fn a_cadence_runs_from_the_last_visit_of_its_duty_and_not_before_the_tier() {
    let weekly = follows(Some(10), Some(7));
    let cadence = |every_days| Reason::Cadence { every_days };
    let visited = Inspected { officer: Some(day(95)), assistant: Some(day(60)), ..Inspected::default() };
    assert_eq!(due(red(90), Some(&weekly), &visited), [(Duty::Officer, cadence(10), 105), (Duty::Assistant, cadence(7), 90)]);
    assert_eq!(due(red(90), Some(&weekly), &Inspected::default()), [(Duty::Officer, cadence(10), 90), (Duty::Assistant, cadence(7), 90)]);
    // Who assessed it is not on record: it counts for both.
    let assessed = Inspected { assessed: Some(day(99)), ..visited };
    assert_eq!(due(red(90), Some(&weekly), &assessed), [(Duty::Officer, cadence(10), 109), (Duty::Assistant, cadence(7), 106)]);
    assert_eq!(due((Standing::Green, day(0)), Some(&follows(None, None)), &Inspected::default()), []);
    assert_eq!(due((Standing::Unrated, Day::FIRST), None, &Inspected::default()), [(Duty::Assistant, Reason::NeverAssessed, 100)]);
}

#[test]
fn of_several_reasons_the_one_due_first_counts() {
    let mut record = Inspected { officer: Some(day(95)), ..Inspected::default() };
    record.improvement(false, day(97));
    record.repair_asked(day(80), day(98));
    let officer = |record: &Inspected| due(red(90), Some(&follows(Some(4), None)), record)[0];
    assert_eq!(officer(&record), (Duty::Officer, Reason::FormalNotice { refused: day(97) }, 97));
    record.formal_notice_served(day(97));
    assert_eq!(officer(&record), (Duty::Officer, Reason::Reinspection { deadline: day(98) }, 99));
    // On one day the deadline comes before the cadence; a visit after it, of either duty, was the re-inspection.
    record.visited(Duty::Assistant, Outcome::Done, day(98));
    assert_eq!(officer(&record).1, Reason::Reinspection { deadline: day(98) });
    record.visited(Duty::Assistant, Outcome::Done, day(99));
    assert_eq!(officer(&record), (Duty::Officer, Reason::Cadence { every_days: 4 }, 99));
}

#[test]
fn an_accepted_repair_closes_what_was_asked_before_it_and_a_later_deadline_takes_the_place_of_an_earlier_one() {
    let mut record = Inspected::default();
    record.improvement(false, day(10));
    record.improvement(true, day(20));
    for (asked, until) in [(5, 50), (20, 60)] {
        record.repair_asked(day(asked), day(until));
    }
    assert_eq!((record.refused, record.deadline), (None, None));
    for (asked, until) in [(30, 45), (21, 40)] {
        record.repair_asked(day(asked), day(until));
    }
    assert_eq!(record.deadline, Some(day(45)));
    record.improvement(false, day(50));
    record.formal_notice_served(day(49));
    assert_eq!(record.refused, Some(day(50)));
}

#[test]
fn a_visit_in_vain_ends_no_cadence_and_gives_the_house_some_days_of_peace() {
    let mut record = Inspected::default();
    record.visited(Duty::Officer, Outcome::Done, day(80));
    for outcome in [Outcome::NobodyHome, Outcome::Refused] {
        record.visited(Duty::Officer, outcome, day(99));
    }
    assert_eq!(due(red(0), Some(&follows(Some(10), None)), &record), [(Duty::Officer, Reason::Cadence { every_days: 10 }, 90)]);
    assert_eq!((record.not_before(2), record.not_before(0)), (Some(day(101)), Some(day(99))));
    // Somebody opened since.
    record.visited(Duty::Assistant, Outcome::Done, day(99));
    assert_eq!(record.not_before(2), None);
}

#[test]
fn an_evening_check_takes_two_people_an_allowed_tier_an_hour_and_a_call_that_is_left() {
    let rules = VisitRules::default();
    let at = |text: &str| Some(text.parse::<TimeOfDay>().unwrap());
    assert!(rules.is_evening(false, at("18:00")) && rules.is_evening(false, at("03:00")) && rules.is_evening(true, None));
    assert!(!rules.is_evening(false, at("17:59")) && !rules.is_evening(false, at("06:00")) && !rules.is_evening(false, None));
    assert_eq!(rules.check_evening(true, 2, at("21:00"), 0), Ok(()));
    assert_eq!(rules.check_evening(false, 2, at("21:00"), 0), Err(EveningFault::TierForbids));
    for late in ["21:01", "05:59", "00:00"] {
        assert_eq!(rules.check_evening(true, 2, at(late), 0), Err(EveningFault::TooLate(rules.evening_until)), "{late}");
    }
    assert_eq!(rules.check_evening(true, 1, None, 0), Err(EveningFault::NeedsTwo));
    assert_eq!(rules.check_evening(true, 2, None, 1), Err(EveningFault::CapReached(1)));
}

#[test]
fn the_place_in_a_list_can_be_written_and_read() {
    let key = DueKey { due: day(7), standing: Standing::Red, duty: Duty::Assistant, code: "A~1~2".to_owned() };
    assert_eq!(key.to_string().parse(), Ok(key));
    for bad in ["", "1970-01-08", "1970-01-08~red~officer", "x~red~officer~A", "1970-01-08~pink~officer~A"] {
        assert!(bad.parse::<DueKey>().is_err(), "{bad}");
    }
}

/// A small generator: the tests of a room without randomness bring their own.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Three teams an evening go by lists made in the morning, so they meet at doors: what a list promised may be gone.
#[test]
fn in_ten_thousand_evenings_no_house_is_called_on_more_often_than_its_month_allows() {
    const HOUSES: u64 = 60;
    for cap in 0..=3 {
        let rules = VisitRules { evening_checks_per_month: cap, ..VisitRules::default() };
        let (mut dice, mut calls, mut refused) = (Dice(7 + u64::from(cap)), HashMap::<(u64, String), u32>::new(), 0);
        for evening in 0..10_000 {
            let month = day(evening).to_string()[..7].to_owned();
            let calls_of = |calls: &HashMap<(u64, String), u32>, house: u64| calls.get(&(house, month.clone())).copied().unwrap_or(0);
            let list: Vec<u64> = (0..HOUSES).filter(|house| rules.leaves_an_evening(calls_of(&calls, *house))).collect();
            for _ in 0..3 * 4 {
                let Some(house) = list.get(dice.below(HOUSES) as usize).copied() else { continue };
                match rules.check_evening(true, 2, None, calls_of(&calls, house)) {
                    Ok(()) => *calls.entry((house, month.clone())).or_default() += 1,
                    Err(fault) => {
                        assert_eq!(fault, EveningFault::CapReached(cap));
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!(calls.values().copied().max().unwrap_or(0), cap, "reached, and never passed");
        assert!(cap == 0 || refused > 100, "teams met at a door {refused} times");
    }
}

fn any_visits() -> impl Strategy<Value = Vec<(i32, bool, u8)>> {
    prop::collection::vec((0i32..60, any::<bool>(), 0u8..4), 0..12)
}

proptest! {
    /// The oracle walks the days one by one.
    #[test]
    fn what_is_due_is_what_somebody_finds_who_walks_through_the_days(
        visits in any_visits(), turns in prop::collection::vec((0i32..60, 0usize..4), 0..5), every in prop::array::uniform4((0u16..15, 0u16..15)), asked in 0i32..70
    ) {
        let mut turns: Vec<TierSpan> = turns.into_iter().map(|(from, tier)| TierSpan { from: day(from), standing: Tier::ALL[tier].into(), score: None }).collect();
        turns.sort_by_key(|span| span.from);
        turns.dedup_by_key(|span| span.from);
        let some = |every: u16| (every > 0).then_some(every);
        let consequences: Vec<Consequence> = every.iter().map(|(officer, assistant)| follows(some(*officer), some(*assistant))).collect();
        let of = |standing: Standing| standing.tier().map(|tier| &consequences[tier as usize]);
        let mut record = Inspected::default();
        for (at, by_officer, outcome) in visits.iter().filter(|(at, ..)| *at <= asked) {
            let duty = if *by_officer { Duty::Officer } else { Duty::Assistant };
            match outcome {
                0 | 1 => record.visited(duty, Outcome::Done, day(*at)),
                2 => record.visited(duty, Outcome::NobodyHome, day(*at)),
                _ => record.assessed = record.assessed.max(Some(day(*at))),
            }
        }
        let stands = standing_since(turns.iter().copied(), day(asked));
        let found = occasions(stands, of(stands.0), &record, day(asked));

        let standing_on = |at: i32| span_on(&turns, day(at)).map_or(Standing::Unrated, |span| span.standing);
        let standing = standing_on(asked);
        for duty in [Duty::Officer, Duty::Assistant] {
            let every = of(standing).and_then(|follows| if duty == Duty::Officer { follows.officer_every_days } else { follows.assistant_every_days });
            let expected = every.map(|every| {
                let mut begin = asked;
                while begin > 0 && standing_on(begin - 1) == standing {
                    begin -= 1;
                }
                let (mut since_visit, mut open) = (None, None);
                for today in 0.. {
                    since_visit = since_visit.map(|days: i32| days + 1);
                    let counts = |(at, by_officer, outcome): &(i32, bool, u8)| {
                        *at == today && *at <= asked && (*outcome == 3 || *outcome < 2 && *by_officer == (duty == Duty::Officer))
                    };
                    if visits.iter().any(counts) {
                        (since_visit, open) = (Some(0), None);
                    }
                    let waits = since_visit.is_none_or(|days| days >= i32::from(every));
                    if today >= begin && open.is_none() && waits {
                        open = Some(today);
                    }
                    if today >= asked && open.is_some() {
                        break;
                    }
                }
                (Reason::Cadence { every_days: every }, day(open.unwrap()))
            });
            let expected = expected.or((standing == Standing::Unrated && duty == Duty::Assistant).then(|| (Reason::NeverAssessed, day(asked))));
            let found = found.iter().find(|occasion| occasion.duty == duty).map(|occasion| (occasion.reason, occasion.due));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_reached_is_what_a_queue_lets_through(mut ready in prop::collection::vec(0i32..20, 0..40), per_day in 0usize..6, days in 1u16..12) {
        ready.sort_unstable();
        let ready: Vec<Day> = ready.into_iter().map(day).collect();
        let (mut waiting, mut made) = (ready.clone(), Vec::new());
        for today in 5..5 + i32::from(days) {
            for _ in 0..per_day {
                if waiting.first().is_some_and(|ready| *ready <= day(today)) {
                    made.push(waiting.remove(0));
                }
            }
        }
        prop_assert_eq!(reached(&ready, per_day, day(5), days), made.len());
        prop_assert_eq!(&ready[..made.len()], &made[..]);
    }
}
