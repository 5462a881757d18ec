//! Promises about cards.

use proptest::prelude::*;

use super::*;
use crate::domain::{day::Day, suppression::LEAST_TOLD};

fn asked(ask: Ask, number: u32) -> Asked {
    Asked {
        study: "S".to_owned(),
        number,
        ask,
        date: Day::new(2010, 10, 31).unwrap(),
        view: "computed",
        policy: PolicyName { name: "qishuyan-2010".to_owned(), version: 1 },
        alpha: 0.05,
        question_hash: "q".to_owned(),
        data_hash: "d".to_owned(),
        by: "li".to_owned(),
        at_ms: 1,
    }
}

fn scan() -> Ask {
    serde_json::from_str(r#"{"method":"scan"}"#).unwrap()
}

fn found(ask: Ask, red: u64, houses: u64, outside: (u64, u64), p: f64, earlier: &[f64]) -> Card {
    let split = Split { inside: Count { houses, red }, outside: Count { houses: outside.1, red: outside.0 } };
    let base = Count { houses: houses + outside.1, red: red + outside.0 };
    Card::new(asked(ask, 1), Finding { base, p: Some(p), groups: vec![Group::compared(1, Label::Cluster, &split)], ..Finding::default() }, earlier)
}

#[test]
fn a_finding_is_said_in_one_sentence() {
    let card = found(scan(), 22, 58, (31, 237), 0.001, &[]);
    assert!(card.is_significant);
    assert_eq!(card.sentence.en, "22 of 58 rated houses here are red, 2.9 times the rest; chance alone does this in 1 of 1,000.");
    assert_eq!(card.sentence.zh, "此处 58 户已评级出租房中有 22 户为红色，是其余地方的 2.9 倍；单凭偶然，1,000 次中约有 1 次会出现这种情况。");
    let card = found(scan(), 22, 58, (0, 237), 0.001, &[0.5, 0.7, 0.9]);
    assert_eq!((card.questions_so_far, card.p_corrected), (4, Some(0.004)));
    assert_eq!(
        card.sentence.en,
        "22 of 58 rated houses here are red, none elsewhere is; chance alone does this in 1 of 1,000; corrected over 4 questions so far, in 1 of 250."
    );
}

#[test]
fn of_a_drawn_area_it_is_said_on_what_it_rests() {
    let card = found(Ask::Area {}, 5, 5, (48, 290), 0.0003, &[]);
    assert!(card.sentence.en.ends_with("for an area fixed before looking, chance alone does this in 1 of 3,300."), "{}", card.sentence.en);
    assert!(card.sentence.zh.contains("若区域是看图之前定下的，单凭偶然"), "{}", card.sentence.zh);
    assert!(!found(scan(), 22, 58, (31, 237), 0.001, &[]).sentence.en.contains("fixed"));
}

#[test]
fn what_chance_explains_is_not_suggested() {
    for (ask, p, earlier) in [(scan(), 0.2, &[][..]), (Ask::Area {}, 0.06, &[]), (Ask::Area {}, 0.02, &[0.5, 0.5, 0.5])] {
        let card = found(ask, 9, 20, (40, 200), p, earlier);
        assert!(!card.is_significant);
        for hint in ["times", "nearly", "倍", "1 of", "几乎"] {
            assert!(!card.sentence.en.contains(hint) && !card.sentence.zh.contains(hint), "{:?}", card.sentence);
        }
        assert!(card.sentence.en.contains("chance") && card.sentence.zh.contains("偶然"));
    }
}

#[test]
fn a_lesser_cluster_is_named_only_when_it_stands_after_all_questions_too() {
    let window = |number, p| {
        let split = Split { inside: Count { houses: 30, red: 20 }, outside: Count { houses: 200, red: 40 } };
        Group { p: Some(p), ..Group::compared(number, Label::Cluster, &split) }
    };
    let base = Count { houses: 230, red: 60 };
    let card = |earlier: &[f64]| {
        let finding = Finding { base, p: Some(0.001), groups: vec![window(1, 0.001), window(2, 0.03)], ..Finding::default() };
        Card::new(asked(scan(), 1), finding, earlier)
    };
    let corrected = |card: &Card| card.groups.iter().map(|group| group.p_corrected.unwrap()).collect::<Vec<_>>();
    assert_eq!(corrected(&card(&[])), [0.001, 0.03]);
    assert_eq!(corrected(&card(&[0.5, 0.6])), [0.003]);
    let now = |others: &[f64]| card(&[]).groups_now(others).into_iter().map(|group| (group.number, group.p_corrected.unwrap())).collect::<Vec<_>>();
    assert_eq!(now(&[]), [(1, 0.001), (2, 0.03)]);
    assert_eq!(now(&[0.5, 0.6]), [(1, 0.003)], "asked first it holds no more than asked last");
    assert_eq!(now(&[0.5; 60]), []);
}

proptest! {
    #[test]
    fn a_group_holds_whether_its_question_was_asked_first_or_last(
        p in prop::collection::vec((1u32..200).prop_map(|k| f64::from(k) / 2000.0), 1..5), others in prop::collection::vec(0.0005f64..1.0, 0..6)
    ) {
        let groups = (1..).zip(&p).map(|(number, p)| Group { p: Some(*p), ..Group::of(number, Label::Cluster, Count { houses: 30, red: 20 }) });
        let least = p.iter().copied().fold(1.0, f64::min);
        let finding = Finding { base: Count { houses: 230, red: 60 }, p: Some(least), groups: groups.collect(), ..Finding::default() };
        let [first, last] = [&[][..], &others].map(|earlier| Card::new(asked(scan(), 1), finding.clone(), earlier));
        let named: Vec<GroupNow> = last.groups.iter().map(|group| GroupNow { number: group.number, p_corrected: group.p_corrected }).collect();
        prop_assert_eq!(first.groups_now(&others), named);
    }
}

#[test]
fn a_card_says_what_more_questions_left_of_it() {
    let card = found(scan(), 22, 58, (31, 237), 0.004, &[]);
    assert_eq!(card.since(1, true), None);
    let one = card.since(2, true).unwrap().en;
    assert_eq!(one, "1 more question was asked in this study since; over all 2 of them chance still does not explain it.");
    assert!(card.since(3, true).unwrap().en.contains("2 more questions") && card.since(3, true).unwrap().en.ends_with("still does not explain it."));
    let lost = card.since(20, false).unwrap();
    assert!(lost.en.ends_with("this is no longer a finding.") && lost.zh.contains("不再成立"), "{lost:?}");
}

#[test]
fn exploration_has_no_p_and_does_not_count() {
    for ask in [Ask::Dbscan { eps_m: 100.0, min_points: 5 }, Ask::Hdbscan { min_points: 5, min_cluster: 5 }, Ask::Density { bandwidth_m: 150.0, cell_m: 50.0 }]
    {
        let card = Card::new(asked(ask, 3), Finding { base: Count { houses: 90, red: 30 }, ..Finding::default() }, &[0.01, 0.2]);
        assert_eq!((card.is_test, card.p, card.p_corrected, card.is_significant, card.questions_so_far), (false, None, None, false, 2));
        assert!(card.test.is_none() && card.sentence.en.contains("without a test") && card.sentence.zh.contains("没有检验"));
        assert_eq!(card.since(9, false), None);
    }
}

#[test]
fn houses_without_neighbours_are_told_but_to_those_who_see_no_houses() {
    for method in ["gistar", "moran", "joins"] {
        let ask: Ask = serde_json::from_str(&format!(r#"{{"method":"{method}"}}"#)).unwrap();
        let card = |without_neighbours| {
            let finding = Finding { base: Count { houses: 90, red: 30 }, p: Some(0.001), without_neighbours, ..Finding::default() };
            Card::new(asked(ask.clone(), 1), finding, &[])
        };
        let (all, some) = (card(None), card(Some(1_234)));
        assert!(!serde_json::to_string(&all).unwrap().contains("without") && !all.held_back().held_back);
        assert!(some.note.en.contains("Houses without neighbours: 1,234;") && some.note.zh.contains("没有邻居的房屋有 1,234 户"), "{:?}", some.note);
        let seen = some.held_back();
        assert_eq!((seen.without_neighbours, seen.held_back, &seen.note), (None, true, &card(None).note));
    }
}

/// Whoever knows the base and the groups told knows the rest by a difference.
fn known(card: &Card) -> Vec<Count> {
    let mut known = Vec::new();
    let told: Vec<Count> = card.groups.iter().filter_map(Group::count).collect();
    known.extend(told.iter().copied());
    if let (Some(houses), Some(red)) = (card.houses, card.red) {
        for chosen in 0..1u32 << told.len() {
            let taken = told.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, count)| *count);
            known.push(taken.fold(Count { houses, red }, |left, count| Count { houses: left.houses - count.houses, red: left.red - count.red }));
        }
    }
    known
}

proptest! {
    #[test]
    fn who_sees_no_houses_learns_no_small_count_nor_one_by_a_difference(counts in prop::collection::vec((0u64..40, 0u64..40), 1..6), told in 1usize..5) {
        let counts: Vec<Count> = counts.into_iter().map(|(red, others)| Count { houses: red + others, red }).collect();
        let base = counts.iter().fold(Count::default(), |all, count| Count { houses: all.houses + count.houses, red: all.red + count.red });
        let groups = (1..).zip(counts.iter().take(told)).map(|(number, count)| {
            let outside = Count { houses: base.houses - count.houses, red: base.red - count.red };
            Group::compared(number, Label::Cluster, &Split { inside: *count, outside })
        });
        let card = Card::new(asked(scan(), 1), Finding { base, p: Some(0.00123), groups: groups.collect(), ..Finding::default() }, &[]).held_back();
        for count in known(&card) {
            prop_assert!(count == Count::default() || count.red >= LEAST_TOLD && count.houses - count.red >= LEAST_TOLD, "{:?}", card);
        }
        for group in card.groups.iter().filter(|group| group.held_back) {
            prop_assert!(group.relative_risk.is_none() && group.llr.is_none() && group.p.is_none() && group.centre.is_none());
        }
        prop_assert_eq!(card.p, Some(0.002));
        prop_assert_eq!(card.groups.iter().any(|group| group.held_back) || card.red.is_none(), card.held_back);
    }
}

#[test]
fn a_card_reads_back_as_it_was_written() {
    let card = found(scan(), 22, 58, (31, 237), 0.001, &[0.5]);
    let read: Card = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
    assert_eq!(read.groups[0].count(), card.groups[0].count());
    // Numbers of many digits may differ by the last one.
    assert_eq!(Card { groups: Vec::new(), ..read }, Card { groups: Vec::new(), ..card });
}
