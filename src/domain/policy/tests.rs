//! The engine against a stupid oracle, and the loader's refusals.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;

use super::{Edition, Policy, Rulebook};
use crate::domain::{
    day::Day,
    observation::{Observation, Timeline},
    points::Points,
    tier::{Standing, span_on},
};

const QISHUYAN: &str = include_str!("../../../seeds/policies/qishuyan-2010.toml");
const HOUSE_CONDUCT: &str = include_str!("../../../seeds/policies/house-conduct.toml");
const TORONTO: &str = include_str!("../../../seeds/policies/toronto-rentsafe.toml");
const MINNEAPOLIS: &str = include_str!("../../../seeds/policies/minneapolis-tiers.toml");

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn observation(id: usize, day: Day, kind: &str, fields: &[(&str, &str)]) -> Observation {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Observation { id: id.to_string(), day, kind: kind.to_owned(), fields }
}

/// Any history that the policy admits: days within three years, some of them equal.
fn any_history(document: &str) -> impl Strategy<Value = Vec<Observation>> + use<> {
    let policy = Policy::parse(document).unwrap();
    type Fields = Vec<(String, Vec<String>)>;
    let kinds: Vec<(String, Fields)> = policy
        .kinds()
        .map(|(kind, fields)| {
            let fields = fields.iter().map(|field| {
                let values = match &field.values {
                    super::FieldValues::OneOf(words) => words.iter().map(|(word, _)| word.clone()).collect(),
                    super::FieldValues::Count { max, .. } => (0..=*max.min(&3)).map(|count| count.to_string()).collect(),
                };
                (field.name.clone(), values)
            });
            (kind.name.clone(), fields.collect())
        })
        .collect();
    let first = day("2009-01-15").number();
    let one = (0..kinds.len(), 0..1100i32, proptest::collection::vec(any::<Option<u8>>(), 12)).prop_map(move |(kind, after, picks)| {
        let (kind, fields) = &kinds[kind];
        let chosen = fields
            .iter()
            .zip(picks.iter().cycle())
            .filter_map(|((name, values), pick)| Some((name.clone(), values[usize::from((*pick)?) % values.len()].clone())));
        // Every third day only, so that days meet and windows end on days of other observations.
        Observation { id: String::new(), day: Day::from_number(first + after / 3 * 3), kind: kind.clone(), fields: chosen.collect::<BTreeMap<_, _>>() }
    });
    proptest::collection::vec(one, 0..14).prop_map(|mut history| {
        for (at, observation) in history.iter_mut().enumerate() {
            observation.id = at.to_string();
        }
        history
    })
}

fn days_of(timeline: &Timeline) -> impl Iterator<Item = Day> + use<> {
    let first = timeline.first_day().map_or(0, Day::number);
    let last = timeline.observations().last().map_or(-1, |last| last.day.number() + 800);
    (first - 1..=last).map(Day::from_number)
}

fn standing_on(policy: &Policy, timeline: &Timeline, day: Day) -> (Standing, Option<Points>) {
    span_on(&policy.spans(timeline), day).map_or((Standing::Unrated, None), |span| (span.standing, span.score))
}

macro_rules! for_each_policy {
    ($($name:ident $document:expr;)*) => { $( mod $name {
        use super::*;

        proptest! {
            #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

            #[test]
            fn one_sweep_gives_what_counting_each_day_from_nothing_gives(history in any_history($document)) {
                let policy = Policy::parse($document).unwrap();
                let timeline = Timeline::new(history);
                let (spans, public_spans) = policy.spans_and_public(&timeline);
                prop_assert_eq!(&spans, &policy.spans(&timeline));
                for day in days_of(&timeline) {
                    let receipt = policy.assess(&timeline, day);
                    let span = span_on(&spans, day).map_or((Standing::Unrated, None), |span| (span.standing, span.score));
                    prop_assert_eq!(span, (receipt.standing, receipt.score), "on {}", day);
                    if let Some(score) = receipt.score {
                        prop_assert_eq!(receipt.lines.iter().map(|line| line.points).sum::<Points>(), score, "the lines on {}", day);
                        let public = receipt.clone().for_the_public();
                        prop_assert!(public.lines.iter().all(|line| !line.staff_only));
                        prop_assert!(public.score.is_none() || public.lines.iter().map(|line| line.points).sum::<Points>() == score);
                        prop_assert_eq!(span_on(&public_spans, day).and_then(|span| span.score), public.score, "public on {}", day);
                    }
                }
            }

            #[test]
            fn a_span_begins_only_where_something_changes(history in any_history($document)) {
                let policy = Policy::parse($document).unwrap();
                let spans = policy.spans(&Timeline::new(history));
                for pair in spans.windows(2) {
                    prop_assert!(pair[0].from < pair[1].from);
                    prop_assert_ne!((pair[0].standing, pair[0].score), (pair[1].standing, pair[1].score));
                }
            }

            #[test]
            fn the_next_change_is_foreseen(history in any_history($document)) {
                let policy = Policy::parse($document).unwrap();
                let timeline = Timeline::new(history);
                let Some(last) = timeline.observations().last().map(|last| last.day) else { return Ok(()) };
                let receipt = policy.assess(&timeline, last);
                let next = policy.spans(&timeline).into_iter().find(|span| span.from > last);
                prop_assert_eq!(receipt.next_change, next);
            }

            #[test]
            fn the_order_of_entry_of_different_days_does_not_matter(history in any_history($document), seed in any::<u64>()) {
                let policy = Policy::parse($document).unwrap();
                let mut entered = history.clone();
                // Days in a mixed order, the observations of one day as recorded.
                entered.sort_by_key(|observation| i64::from(observation.day.number()).wrapping_mul(0x9e37_79b9).wrapping_add(seed as i64) % 1009);
                prop_assert_eq!(policy.spans(&Timeline::new(entered)), policy.spans(&Timeline::new(history)));
            }

            #[test]
            fn an_added_criminal_case_never_improves_a_tier(history in any_history($document), after in 0..1100i32) {
                let policy = Policy::parse($document).unwrap();
                if policy.kinds().all(|(kind, _)| kind.name != "criminal_case") {
                    return Ok(());
                }
                let before = Timeline::new(history.clone());
                let case = observation(99, Day::from_number(day("2009-01-15").number() + after), "criminal_case", &[]);
                let with_case = Timeline::new(history.into_iter().chain([case]));
                for day in days_of(&with_case) {
                    let (without, with) = (standing_on(&policy, &before, day).0, standing_on(&policy, &with_case, day).0);
                    prop_assert!(with <= without, "{with:?} instead of {without:?} on {day}");
                }
            }
        }
    } )* };
}

for_each_policy! {
    qishuyan QISHUYAN;
    house_conduct HOUSE_CONDUCT;
    toronto TORONTO;
    minneapolis MINNEAPOLIS;
}

#[test]
fn observations_of_one_day_apply_in_the_order_in_which_they_were_recorded() {
    let policy = Policy::parse(QISHUYAN).unwrap();
    let on = day("2010-01-01");
    let fitted = observation(1, on, "assessment", &[("facilities", "fitted")]);
    let missing = observation(2, on, "assessment", &[("facilities", "missing")]);
    let score = |first: &Observation, second: &Observation| policy.assess(&Timeline::new([first.clone(), second.clone()]), on).score.unwrap();
    assert_eq!((score(&fitted, &missing), score(&missing, &fitted)), (Points::from_hundredths(700), Points::from_hundredths(1300)));
}

#[test]
fn an_improvement_heals_after_three_months_unless_a_later_case_breaks_it() {
    let policy = Policy::parse(QISHUYAN).unwrap();
    let history = |case_day: &str| {
        Timeline::new([
            observation(1, day("2010-01-01"), "assessment", &[("registration", "proactive"), ("facilities", "fitted")]),
            observation(2, day("2010-02-01"), "criminal_case", &[]),
            observation(3, day("2010-03-31"), "rectified", &[]),
            observation(4, day(case_day), "criminal_case", &[]),
        ])
    };
    let conduct = |case_day: &str, on: &str| policy.assess(&history(case_day), day(on)).conduct_tier.unwrap().as_str();
    // On its own day a case counts as before the improvement; three months after 31 March are 30 June.
    assert_eq!((conduct("2010-03-31", "2010-06-29"), conduct("2010-03-31", "2010-06-30")), ("yellow", "green"));
    assert_eq!(conduct("2010-04-01", "2010-06-30"), "yellow");
}

#[test]
fn a_share_is_rounded_half_up_and_leaves_out_what_does_not_apply() {
    let policy = Policy::parse(
        &MINNEAPOLIS
            .replace("rated_from = { field = \"city_tier\" }", "rated_from = { kind = \"visit\" }")
            .replace("[kinds.licence]", "[kinds.visit]\ntitle = { zh = \"访\", en = \"visit\" }\nfields = [\"a\", \"b\"]\n[fields.a]\ntitle = { zh = \"甲\", en = \"a\" }\ncount = { max = 3, may_not_apply = true }\n[fields.b]\ntitle = { zh = \"乙\", en = \"b\" }\ncount = { max = 3, may_not_apply = true }\n[score]\ncriteria = [{ id = \"share\", title = { zh = \"占比\", en = \"share\" }, share = { whole = 100, item_max = 3, weights = { a = 7, b = 1 } } }]\nbands = [{ tier = \"red\", below = 50 }, { tier = \"star\" }]\n[kinds.licence]"),
    )
    .unwrap();
    let score = |a: &str, b: &str| policy.assess(&Timeline::new([observation(1, day("2010-01-01"), "visit", &[("a", a), ("b", b)])]), day("2010-01-01")).score;
    // 7·1 + 1·2 = 9 of 24 = 37.5.
    assert_eq!(score("1", "2"), Some(Points::from_hundredths(3800)));
    assert_eq!(score("1", "n/a"), Some(Points::from_hundredths(3300)));
    assert_eq!(score("n/a", "n/a"), None);
}

#[test]
fn a_new_edition_does_not_change_what_an_older_one_decided() {
    let edition = |from: &str, version: i64, document: &str| Edition {
        valid_from: day(from),
        version,
        hash: String::new(),
        policy: Arc::new(Policy::parse(document).unwrap()),
    };
    let stricter = QISHUYAN.replace("always = 10", "always = 2");
    let rulebook = Rulebook::new(vec![edition("2010-06-01", 2, &stricter), edition("0001-01-01", 1, QISHUYAN)]).unwrap();
    let timeline = Timeline::new([observation(1, day("2010-01-01"), "assessment", &[("registration", "proactive")])]);
    let spans = rulebook.spans(&timeline);
    let shown: Vec<_> = spans.iter().map(|span| (span.from.to_string(), span.standing.as_str(), span.score.unwrap().to_string())).collect();
    assert_eq!(shown, [("2010-01-01".to_owned(), "green", "12".to_owned()), ("2010-06-01".to_owned(), "red", "4".to_owned())]);
    assert_eq!(rulebook.assess(&timeline, day("2010-05-31")).score, Some(Points::from_hundredths(1200)));
    assert_eq!((rulebook.on(day("2010-05-31")).version, rulebook.on(day("2010-06-01")).version), (1, 2));
}

#[test]
fn a_policy_that_will_not_do_is_refused_with_line_and_reason() {
    let line = |text: &str| QISHUYAN.lines().position(|line| line.contains(text)).unwrap() + 1;
    let cases = [
        ("below = 7", "below = 5", "overlap", None),
        ("tier = \"yellow\"\nbelow = 7", "tier = \"red\"\nbelow = 7", "worst tier to the best", None),
        ("field = \"sanitation\"", "field = \"smell\"", "unknown field \"smell\"", None),
        ("points = { good = 1, bad = -1 }", "points = { good = 1, awful = -1 }", "expected one of good, bad", None),
        ("kind = \"lead\"\nmonths = 12\nonce = 5", "kind = \"lead\"\nmonths = 0\nonce = 5", "1 to 1200 months", None),
        ("once = 5", "twice = 5", "unknown field `twice`", Some(line("once = 5"))),
        ("id = \"leads\"", "id = \"base\"", "stands twice", None),
        ("[fields.sanitation]", "[fields.tenant_origin]", "may not count anything about \"origin\"", Some(line("[fields.sanitation]"))),
        ("[kinds.dispute]", "[kinds.emergency_call]", "may not count", Some(line("[kinds.dispute]"))),
        (
            "title = { zh = \"其余情形\", en = \"otherwise\" }",
            "title = { zh = \"其余情形\", en = \"otherwise\" }\nall = [{ field = \"hazard\", is = [\"yes\"], title = { zh = \"有\", en = \"x\" } }]",
            "without a tier",
            None,
        ),
        ("name = \"qishuyan-2010\"", "name = \"Qishuyan 2010\"", "lower-case", None),
        ("each = -1\n", "each = -1.005\n", "two decimals", None),
        ("evening_until = \"21:00\"", "evening_until = \"18:00\"", "after evening_from, 18:00", Some(line("[inspections]"))),
        ("evening_until = \"21:00\"", "evening_until = \"9 pm\"", "HH:MM", None),
        ("evening_checks_per_month = 1", "evening_checks_per_month = 32", "0 to 31", None),
        ("rest_days = 2", "rest_days = 61", "0 to 60", None),
        ("rest_days = 2", "days_of_rest = 2", "unknown field", Some(line("rest_days = 2"))),
    ];
    for (from, to, reason, at) in cases {
        assert!(QISHUYAN.contains(from), "{from}");
        let fault = Policy::parse(&QISHUYAN.replacen(from, to, 1)).unwrap_err();
        assert!(fault.reason.contains(reason), "{to}: {fault}");
        assert!(fault.line > 1 || from.starts_with("name"), "{fault}");
        if let Some(at) = at {
            assert_eq!(fault.line, at, "{fault}");
        }
    }
    let fault = Policy::parse("name = ").unwrap_err();
    assert_eq!(fault.line, 1);
}

#[test]
fn a_policy_that_says_nothing_of_inspections_is_read_as_before_and_has_the_usual_bounds() {
    let (before, rest) = QISHUYAN.split_once("[inspections]").unwrap();
    let without = format!("{before}{}", &rest[rest.find("[tiers.red]").unwrap()..]);
    assert_eq!(Policy::parse(&without).unwrap().visits, Policy::parse(QISHUYAN).unwrap().visits);
    assert_eq!(Policy::parse(QISHUYAN).unwrap().kinds_rated_from(), ["assessment"]);
}

#[test]
fn admitted_fields_are_written_as_the_policy_writes_them() {
    let policy = Policy::parse(QISHUYAN).unwrap();
    let fields = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>();
    let admitted = policy.admit("assessment", &fields(&[("hazard", "true"), ("complex_occupancy", "否"), ("supervised", " 2 ")])).unwrap();
    assert_eq!(admitted, fields(&[("hazard", "yes"), ("complex_occupancy", "no"), ("supervised", "2")]));
}

/// Every set of up to three steps tried by hand, without leaving any out.
fn any_way_at_all(policy: &Policy, timeline: &Timeline, day: Day) -> bool {
    !policy.ways_up(timeline, day, usize::MAX).is_empty()
}

#[test]
fn the_way_up_names_the_fewest_steps_and_the_day() {
    let policy = Policy::parse(QISHUYAN).unwrap();
    let timeline = Timeline::new([
        observation(1, day("2010-01-01"), "assessment", &[("registration", "passive"), ("facilities", "missing"), ("sanitation", "good"), ("hazard", "yes")]),
        observation(2, day("2010-02-01"), "criminal_case", &[]),
    ]);
    let today = day("2010-03-01");
    assert_eq!(policy.assess(&timeline, today).standing, Standing::Red);
    let ways = policy.ways_up(&timeline, today, 5);
    assert!(!ways.is_empty());
    for way in &ways {
        assert!(way.tier > crate::domain::tier::Tier::Red && way.reached >= today, "{way:?}");
    }
    // Fitting doors (+6) lifts 3 to 9: conduct then decides, yellow at once.
    let doors = super::Step::Make {
        field: "facilities".into(),
        title: crate::domain::words::Words::new("防盗门窗", "security door and windows"),
        value: "fitted".into(),
        state: crate::domain::words::Words::new("已安装", "fitted"),
    };
    assert!(ways.iter().any(|way| way.steps == [doors.clone()] && way.reached == today), "{ways:#?}");
    // Waiting alone helps only when the case leaves its window; never listed after something sooner with as few steps.
    let waiting: Vec<_> = ways.iter().filter(|way| way.steps.is_empty()).collect();
    assert!(waiting.iter().all(|way| way.reached == day("2011-02-01")), "{waiting:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn what_a_way_promises_happens_when_its_steps_are_seen(history in any_history(QISHUYAN)) {
        let policy = Policy::parse(QISHUYAN).unwrap();
        let timeline = Timeline::new(history);
        let Some(last) = timeline.observations().last().map(|last| last.day) else { return Ok(()) };
        let now = policy.assess(&timeline, last).standing;
        for way in policy.ways_up(&timeline, last, 5) {
            let done = way.steps.iter().enumerate().map(|(at, step)| match step {
                super::Step::Make { field, value, .. } => observation(900 + at, last, "assessment", &[(field, value)]),
                super::Step::Do { kind, .. } => observation(900 + at, last, kind, &[]),
            });
            let after = Timeline::new(timeline.observations().iter().cloned().chain(done));
            let reached = policy.assess(&after, way.reached).standing;
            prop_assert!(reached == Standing::from(way.tier) && reached > now, "{way:?}: {reached:?}");
            if way.reached > last {
                prop_assert!(policy.assess(&after, way.reached.plus_days(-1)).standing <= now, "{way:?} comes sooner");
            }
            if let Some(until) = way.until {
                prop_assert!(policy.assess(&after, until).standing < reached, "{way:?} does not end");
            }
        }
        if now == Standing::Star || now == Standing::Unrated {
            prop_assert!(!any_way_at_all(&policy, &timeline, last));
        }
    }
}
