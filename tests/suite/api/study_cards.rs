//! Result cards: what they say of each method, what goes out of the house, and that they can be made again to the byte.

use std::collections::{BTreeMap, BTreeSet};

use sanshi::{app::ImportedKind, domain::access::Role};
use serde_json::{Value, json};

use super::{
    access::id_number,
    studies::{Rated, ask, boxed, card, corner, corrected, in_town, ledger, middle, study, town, with},
};
use crate::world::{Answer, Engine, World, on_both_engines};

on_both_engines! {
    a_card_made_again_is_the_same_to_the_byte_unless_the_record_was_corrected
    who_may_not_analyse_gets_no_small_counts_and_no_houses
    what_goes_out_of_the_house_says_what_became_of_it
    a_group_that_no_longer_holds_is_told_as_such
    a_card_is_the_same_after_a_restart
    what_a_card_names_can_be_taken_along
    every_method_answers
    along_the_streets_neighbours_are_those_that_can_be_walked_to
    a_card_along_the_streets_rests_on_those_that_were_imported
}

fn a_card_made_again_is_the_same_to_the_byte_unless_the_record_was_corrected(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    let questions = [
        json!({ "ask": { "method": "area" }, "area": { "geometry": { "type": "Point", "coordinates": [120.001_500_000_000_01, 31.701_499_999_999_99] }, "distance_m": 250.000_000_000_000_03 } }),
        json!({ "ask": { "method": "scan", "replicates": 199, "max_share": 0.411_764_705_882_352_9 } }),
        json!({ "ask": { "method": "moran", "replicates": 99 } }),
        json!({ "ask": { "method": "scan", "from": "2009-12-01", "replicates": 99 } }),
    ];
    let cards: Vec<Answer> = questions.iter().map(|question| ask(&world, &world.staff, &study, question)).collect();
    let again = |number: usize| world.post(&format!("/api/studies/{study}/questions/{number}/again"), "");
    // The fourth has one month only and was not asked.
    assert_eq!(cards[3].code(), "nothing_to_test");
    for (number, card) in (1..).zip(&cards[..3]) {
        assert_eq!(card.status, 201, "{}", String::from_utf8_lossy(&card.bytes));
        let made = again(number);
        assert_eq!((made.status, &made.bytes), (200, &card.bytes));
        assert_eq!(world.get(&format!("/api/studies/{study}/questions/{number}")).bytes, card.bytes);
    }
    // What is recorded of later days changes nothing.
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,neighbours,sanitation\nH-050,2010-07-01,assessment,passive,missing,bad,bad\n",
    );
    assert_eq!(again(2).bytes, cards[1].bytes);
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,neighbours,sanitation\nH-050,2010-03-01,assessment,passive,missing,bad,bad\n",
    );
    let refused = again(2);
    assert_eq!(refused.code(), "record_corrected");
    let (detail, then) = (refused.json()["detail"].as_str().unwrap().to_owned(), cards[1].json()["data_hash"].as_str().unwrap().to_owned());
    let now = ask(&world, &world.staff, &study, &questions[1]);
    assert_eq!(now.status, 201, "of other data it is another question");
    assert!(detail.contains(&then) && detail.contains(now.json()["data_hash"].as_str().unwrap()) && !detail.contains("p_corrected"));
    assert_eq!(world.get(&format!("/api/studies/{study}/questions/2")).bytes, cards[1].bytes, "the card stays");
    assert_eq!(again(9).code(), "not_found");
}

fn who_may_not_analyse_gets_no_small_counts_and_no_houses(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": corner() })));
    let path = format!("/api/studies/{study}/questions/1");
    for role in [Role::Assistant, Role::Auditor, Role::Administrator] {
        let token = world.token(role);
        let as_role = |path: &str| world.ask("GET", path, Some(&token), b"", &[]);
        let seen = as_role(&path).json();
        assert_eq!(seen["held_back"], true);
        // 2 of the 16 are not red, so none of the counts is told; all others are red too seldom.
        for group in seen["groups"].as_array().unwrap() {
            assert_eq!(group.as_object().unwrap().keys().collect::<Vec<_>>(), ["held_back", "label", "number"]);
        }
        assert!(!seen["sentence"].to_string().contains("14"), "{}", seen["sentence"]);
        let p = seen["p"].as_f64().unwrap();
        assert!(p >= world.get(&path).json()["p"].as_f64().unwrap() && format!("{p:e}").split('e').next().unwrap().len() == 1, "{p} has one digit");
        let row = as_role(&format!("/api/studies/{study}")).json()["questions"][0].clone();
        assert_eq!((&row["p"], &row["is_significant"]), (&seen["p"], &json!(true)));
        for form in ["csv", "geojson"] {
            assert_eq!(as_role(&format!("{path}?f={form}")).code(), "forbidden");
        }
        assert!(as_role(&format!("{path}?f=pdf")).bytes.starts_with(b"%PDF"));
    }
}

fn what_goes_out_of_the_house_says_what_became_of_it(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    // Few enough red ones to be a finding alone, and none among many.
    let area = boxed(119.9995, 31.6995, 120.0035, 31.7005);
    let first = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": area })));
    let (path, own) = (format!("/api/studies/{study}/questions/1"), first["p"].as_f64().unwrap());
    assert!(first["is_significant"] == true && own > 0.0005, "{first}");
    let (pdf, places) = (world.get(&format!("{path}?f=pdf")).bytes, world.get(&format!("{path}?f=geojson")).json());
    assert_eq!((&places["is_significant"], &places["questions_so_far"], &places["p_corrected"]), (&json!(true), &json!(1), &json!(own)));
    assert_eq!(places["sentence"], first["sentence"]);
    let mut asked = 1;
    while own * f64::from(asked) <= 0.05 {
        let shifted = boxed(120.0045 + f64::from(asked) * 1e-5, 31.6995, 120.0075, 31.7095);
        card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": shifted })));
        asked += 1;
    }
    let later = world.get(&format!("{path}?f=geojson")).json();
    assert_eq!((&later["is_significant"], &later["questions_so_far"]), (&json!(false), &json!(asked)));
    assert_ne!(world.get(&format!("{path}?f=pdf")).bytes, pdf);
    assert_eq!(world.get(&path).json(), first, "the card itself stays");
}

fn a_group_that_no_longer_holds_is_told_as_such(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    let scanned = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "scan", "replicates": 199 } })));
    let own = scanned["p"].as_f64().unwrap();
    assert_eq!((&scanned["groups"][0]["number"], &scanned["groups"][0]["p"]), (&json!(1), &json!(own)));
    card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "gistar" } })));
    card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "dbscan", "eps_m": 120.0, "min_points": 4 } })));
    let path = |number: u32| format!("/api/studies/{study}/questions/{number}");
    let csv = |number: u32| -> Vec<BTreeMap<String, String>> {
        let text = String::from_utf8(world.get(&format!("{}?f=csv", path(number))).bytes).unwrap();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let head: Vec<&str> = lines.next().unwrap().split(',').collect();
        lines.map(|line| head.iter().zip(line.split(',')).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect()).collect()
    };
    let said = |number: u32| {
        let (rows, asked, so_far) = (csv(number), number.to_string(), ledger(&world, &study)["questions_so_far"].to_string());
        assert!(rows.iter().all(|row| row["question"] == asked && row["questions_so_far"] == so_far));
        let places = world.get(&format!("{}?f=geojson", path(number))).json();
        assert_eq!((places["features"].as_array().unwrap().len(), &places["questions_elsewhere"]), (rows.len(), &json!(0)));
        let said: BTreeSet<(String, String)> = rows.iter().map(|row| (row["is_test"].clone(), row["is_significant"].clone())).collect();
        let in_geojson: BTreeSet<String> =
            places["features"].as_array().unwrap().iter().map(|house| house["properties"]["is_significant"].to_string()).collect();
        assert_eq!(in_geojson, said.iter().map(|(_, is_significant)| is_significant.clone()).collect());
        Vec::from_iter(said)
    };
    let pair = |is_test: &str, is_significant: &str| vec![(is_test.to_owned(), is_significant.to_owned())];
    assert_eq!((said(1), said(2), said(3)), (pair("true", "true"), pair("true", "true"), pair("false", "false")));
    // What is corrected over the houses of one map has another name than what is corrected over the questions of a study.
    let houses = csv(2);
    assert!(houses.iter().all(|house| house["p_fdr"].parse::<f64>().unwrap() <= 0.05 && !house.contains_key("p_corrected")));
    let rows = ledger(&world, &study)["questions"].clone();
    let over_all = corrected(&[own, rows[1]["p"].as_f64().unwrap()], own);
    assert_eq!(rows[0]["groups_now"], json!([{ "number": 1, "p_corrected": over_all }]));
    assert_eq!((&rows[1]["groups_now"][0]["p_corrected"], &rows[2]["groups_now"]), (&Value::Null, &Value::Null));
    let seen = world.ask("GET", &format!("/api/studies/{study}"), Some(&world.token(Role::Assistant)), b"", &[]).json();
    assert_eq!(seen["questions"][0]["groups_now"], json!([{ "number": 1, "p_corrected": null }]), "its counts are small");
    // Asked as first of so many, chance explains it.
    for at in 1..=12 {
        let shifted = boxed(120.0045 + f64::from(at) * 1e-5, 31.6995, 120.0075, 31.7095);
        card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": shifted })));
    }
    let rows = ledger(&world, &study)["questions"].clone();
    assert_eq!((&rows[0]["is_significant"], &rows[0]["groups_now"]), (&json!(false), &json!([])));
    assert_eq!((said(1), said(3)), (pair("true", "false"), pair("false", "false")));
    assert_eq!(world.get(&path(1)).json(), scanned, "the card itself stays");
}

fn a_card_is_the_same_after_a_restart(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    for question in [
        json!({ "ask": { "method": "scan", "replicates": 199 } }),
        json!({ "ask": { "method": "moran", "replicates": 99 } }),
        json!({ "ask": { "method": "area" }, "area": corner(), "other": middle() }),
    ] {
        card(&ask(&world, &world.staff, &study, &question));
    }
    let other = world.second_process();
    for number in 1..=3 {
        let kept = world.get(&format!("/api/studies/{study}/questions/{number}")).bytes;
        let again = world.runtime.block_on(async {
            let analyst = other.bearer(&world.staff).await.unwrap().unwrap();
            let inquiry = other.inquire_again(&analyst, &study, number).await.unwrap();
            let found = inquiry.work(&other.snapshot(), &|_| {}).unwrap();
            other.compare_again(&analyst, &inquiry, number, found).await.unwrap()
        });
        assert_eq!(again.card.as_bytes(), kept);
    }
}

/// Of one card all that was found, without who asked when in which study.
fn found(mut card: Value) -> Value {
    for name in ["study", "at_ms", "by"] {
        card.as_object_mut().unwrap().remove(name);
    }
    card
}

#[test]
fn both_engines_give_the_same_cards() {
    let Some(postgres) = World::new(Engine::Postgres) else { return };
    let worlds = [World::new(Engine::Sqlite).unwrap(), postgres].map(in_town);
    let studies = worlds.each_ref().map(|world| study(world, &world.staff));
    for question in [
        json!({ "ask": { "method": "area" }, "area": corner() }),
        json!({ "ask": { "method": "scan", "window": "ellipse", "replicates": 199 } }),
        json!({ "ask": { "method": "gistar" } }),
        json!({ "ask": { "method": "joins", "replicates": 199 } }),
        json!({ "ask": { "method": "density" } }),
    ] {
        let [one, other] = [0, 1].map(|at| found(card(&ask(&worlds[at], &worlds[at].staff, &studies[at], &question))));
        assert_eq!(one, other);
        let [one, other] = [0, 1].map(|at| worlds[at].get(&format!("/api/studies/{}/questions/{}?f=csv", studies[at], one["number"])).bytes);
        assert_eq!(one, other);
    }
}

fn what_a_card_names_can_be_taken_along(world: World) {
    let mut houses = town();
    "=H-0".clone_into(&mut houses[0].code);
    let world = with(world, &houses);
    let study = study(&world, &world.staff);
    let found = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "scan" } })));
    assert_eq!((&found["is_significant"], &found["groups"][0]["label"]), (&json!(true), &json!("cluster")));
    let path = format!("/api/studies/{study}/questions/1");
    let places = world.get(&format!("{path}?f=geojson"));
    assert_eq!(places.headers["content-type"], "application/geo+json");
    let places = places.json();
    let certainty: BTreeMap<&str, f64> = places["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["properties"])
        .map(|house| (house["code"].as_str().unwrap(), house["certainty"].as_f64().unwrap()))
        .collect();
    // The heart of the corner belongs to the cluster as surely as any house; what is far away does not belong.
    let in_corner = |code: &str| town().iter().any(|house| house.code == code && house.place[0] < 120.0035 && house.place[1] < 31.7035);
    assert!(certainty.iter().all(|(code, certain)| in_corner(code) || *code == "=H-0" || *certain <= certainty["H-012"]), "{certainty:?}");
    assert!(certainty["H-012"] > 0.5 && !certainty.contains_key("H-099"), "{certainty:?}");
    let csv = String::from_utf8(world.get(&format!("{path}?f=csv")).bytes).unwrap();
    assert_eq!(csv.lines().count(), 1 + places["features"].as_array().unwrap().len());
    assert!(csv.contains("\n'=H-0,"), "no cell is a formula: {csv}");
    let pdf = world.get(&format!("{path}?f=pdf"));
    assert!(pdf.bytes.starts_with(b"%PDF") && pdf.bytes == world.get(&format!("{path}?f=pdf")).bytes);
    assert_eq!(world.get(&format!("{path}?f=xml")).code(), "bad_parameter");
    // Nothing was found in the middle, so nothing is named.
    let nothing = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "scan" }, "area": middle() })));
    assert_eq!((&nothing["is_significant"], &nothing["groups"]), (&json!(false), &json!([])));
    assert_eq!(world.get(&format!("/api/studies/{study}/questions/2?f=geojson")).json()["features"], json!([]));
}

fn every_method_answers(world: World) {
    let world = in_town(world.with_keys());
    let study = study(&world, &world.staff);
    for (asked, is_found) in [
        (json!({ "method": "scan", "window": "ellipse", "replicates": 99 }), true),
        (json!({ "method": "scan", "model": "ordinal", "replicates": 99, "rates": "both" }), true),
        (json!({ "method": "gistar" }), true),
        (json!({ "method": "moran", "within_m": 160.0, "replicates": 1999 }), true),
        (json!({ "method": "joins", "nearest": 4, "replicates": 199 }), true),
        (json!({ "method": "scan", "rates": "low", "max_share": 0.05, "replicates": 99 }), false),
    ] {
        let card = card(&ask(&world, &world.staff, &study, &json!({ "ask": asked })));
        assert_eq!((&card["is_test"], &card["is_significant"]), (&json!(true), &json!(is_found)), "{card}");
        let sentence = &card["sentence"];
        assert!(sentence["zh"].as_str().unwrap().contains("偶然") && sentence["en"].as_str().unwrap().to_lowercase().contains("chance"), "{sentence}");
    }
    let card_of = |asked: Value| card(&ask(&world, &world.staff, &study, &json!({ "ask": asked })));
    let dense = card_of(json!({ "method": "dbscan", "eps_m": 120.0, "min_points": 4 }));
    assert_eq!((&dense["groups"][0]["label"], &dense["p"], &dense["is_test"]), (&json!("dense"), &json!(null), &json!(false)));
    let apart = card_of(json!({ "method": "hdbscan", "min_points": 3, "min_cluster": 4 }));
    assert_eq!((&apart["groups"][0]["label"], &apart["p"], &apart["is_test"], &apart["test"]), (&json!("dense"), &json!(null), &json!(false), &json!(null)));
    assert_eq!((apart["groups"].as_array().unwrap().len(), &apart["groups"][0]["red"]), (2, &json!(14)));
    assert!(apart["sentence"]["zh"].as_str().unwrap().contains("没有检验") && apart["sentence"]["en"].as_str().unwrap().contains("without a test"));
    // Coarser, nothing falls apart into two: all together are no group.
    let whole = card_of(json!({ "method": "hdbscan" }));
    assert_eq!((&whole["ask"], &whole["groups"]), (&json!({ "method": "hdbscan", "min_points": 5, "min_cluster": 5 }), &json!([])));
    let smooth = card_of(json!({ "method": "density" }));
    let cells = world.get(&format!("/api/studies/{study}/questions/{}?f=geojson", smooth["number"])).json();
    assert!(cells["features"].as_array().unwrap().iter().any(|cell| cell["properties"]["value"].as_f64().unwrap() > 50.0));
    // Over residents, one in each house but the last ones.
    let lives = |(at, house): (u32, Rated)| format!("{},某,{},temporary,tenant,2010-01-01,\n", house.code, id_number(at));
    let residents: String = (0..).zip(town()).take(110).map(lives).collect();
    assert_eq!(world.import(ImportedKind::Residents, &format!("house_code,name,id_number,registration,role,from,to\n{residents}")).new, 110);
    let per_head = card_of(json!({ "method": "scan", "model": "poisson", "replicates": 199 }));
    assert_eq!((&per_head["is_significant"], &per_head["groups"][0]["residents"]), (&json!(true), &per_head["groups"][0]["houses"]), "{per_head}");
    assert_eq!(per_head["houses"], town().iter().take(110).filter(|house| house.is_red.is_some()).count());
    // The corner turns red in the spring: over time it is a cluster that is there.
    let later: String = (0..4)
        .flat_map(|column| (0..4).map(move |row| column * 10 + row))
        .map(|at| format!("H-{at:03},2010-05-10,assessment,passive,missing,bad,bad\n"))
        .collect();
    let earlier: String = (0..4)
        .flat_map(|column| (0..4).map(move |row| column * 10 + row))
        .map(|at| format!("H-{at:03},2010-04-10,assessment,proactive,fitted,good,good\n"))
        .collect();
    world.import(ImportedKind::Events, &format!("house_code,date,kind,registration,facilities,neighbours,sanitation\n{earlier}{later}"));
    let moving = card_of(json!({ "method": "scan", "from": "2010-01-01", "replicates": 199 }));
    // What begins later does not count.
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,neighbours,sanitation\nH-050,2010-07-01,assessment,passive,missing,bad,bad\n",
    );
    assert_eq!(world.post(&format!("/api/studies/{study}/questions/{}/again", moving["number"]), "").json(), moving);
    assert_eq!((&moving["is_significant"], moving["groups"][0]["span"]["from"].as_str().unwrap()), (&json!(true), "2010-05-01"), "{moving}");
    assert_eq!(moving["groups"][0]["houses"], moving["groups"][0]["red"]);
}

/// A street along each row of the town, joined by one along the first column: who lives beside one another has houses in between. With `more`, another
/// one along the last column.
fn comb(more: bool) -> String {
    let mut text = r#"<?xml version="1.0"?><osm version="0.6">"#.to_owned();
    let id = |column: usize, row: usize| 1 + column * 10 + row;
    for (column, row) in (0..12).flat_map(|column| (0..10).map(move |row| (column, row))) {
        text += &format!(r#"<node id="{}" lon="{:.7}" lat="{:.7}"/>"#, id(column, row), 120.0 + column as f64 * 0.001, 31.7 + row as f64 * 0.001);
    }
    let mut way = |number: usize, nodes: Vec<usize>| {
        let refs: String = nodes.iter().map(|node| format!(r#"<nd ref="{node}"/>"#)).collect();
        text += &format!(r#"<way id="{number}">{refs}<tag k="highway" v="residential"/></way>"#);
    };
    (0..10).for_each(|row| way(row + 1, (0..12).map(|column| id(column, row)).collect()));
    way(11, (0..10).map(|row| id(0, row)).collect());
    if more {
        way(12, (0..10).map(|row| id(11, row)).collect());
    }
    text + "</osm>"
}

fn import_streets(world: &World, text: &str) {
    let answer = world.post_as(&world.token(Role::Administrator), "/api/streets?name=comb.osm", text);
    assert!(String::from_utf8_lossy(&answer.bytes).contains("\"result\""), "{}", String::from_utf8_lossy(&answer.bytes));
}

fn along_the_streets_neighbours_are_those_that_can_be_walked_to(world: World) {
    // One house lies a kilometre from every street.
    let mut houses = town();
    houses.push(Rated { code: "H-far".to_owned(), place: [120.03, 31.7], area: "W1", is_red: Some(false) });
    let world = with(world, &houses);
    let study = study(&world, &world.staff);
    let joins = |along: bool| json!({ "ask": { "method": "joins", "within_m": 160.0, "replicates": 199, "along_streets": along } });
    let refused = ask(&world, &world.staff, &study, &joins(true));
    assert_eq!((refused.status, refused.code().as_str()), (409, "no_streets"));
    assert_eq!(ledger(&world, &study)["questions"], json!([]));
    import_streets(&world, &comb(false));
    let rated: Vec<&Rated> = houses.iter().filter(|house| house.is_red.is_some()).collect();
    // Beside one another in a row; above one another only in the first column.
    let steps = |a: &Rated, b: &Rated| [0, 1].map(|axis| ((a.place[axis] - b.place[axis]).abs() * 1000.0).round() as i64);
    let count = |is_near: &dyn Fn(&Rated, &Rated) -> bool| {
        let pairs = rated.iter().enumerate().flat_map(|(at, a)| rated[at + 1..].iter().map(move |b| (*a, *b)));
        pairs.filter(|(a, b)| is_near(a, b)).count() as f64
    };
    let on_foot = count(&|a, b| steps(a, b) == [1, 0] || steps(a, b) == [0, 1] && a.place[0] == 120.0);
    let straight = count(&|a, b| steps(a, b).iter().all(|step| *step <= 1));
    let total = |card: &Value| ["red_red", "red_other", "other_other"].iter().map(|pair| card["joins"][pair].as_f64().unwrap()).sum::<f64>();
    let walked = card(&ask(&world, &world.staff, &study, &joins(true)));
    assert_eq!(total(&walked), on_foot);
    assert_eq!((&walked["streets"]["off_streets"], &walked["ask"]["along_streets"]), (&json!(1), &json!(true)));
    assert!(walked["streets"]["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    assert!(walked["note"]["zh"].as_str().unwrap().contains("沿路") && walked["note"]["en"].as_str().unwrap().contains("on foot"));
    let answer = ask(&world, &world.staff, &study, &joins(false));
    assert_eq!(total(&card(&answer)), straight);
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("streets"), "a straight card has nothing of streets");
    // The others have it too.
    for method in ["gistar", "moran"] {
        let found = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": method, "nearest": 4, "along_streets": true } })));
        assert_eq!((&found["streets"]["off_streets"], &found["streets"]["hash"]), (&json!(1), &walked["streets"]["hash"]));
    }
    let path = format!("/api/studies/{study}/questions/1");
    assert!(world.get(&format!("{path}?f=pdf")).bytes.starts_with(b"%PDF"));
    let seen = world.ask("GET", &path, Some(&world.token(Role::Assistant)), b"", &[]).json();
    assert_eq!((&seen["streets"]["off_streets"], &seen["held_back"]), (&Value::Null, &json!(true)));
    for method in ["scan", "area", "dbscan"] {
        assert_eq!(ask(&world, &world.staff, &study, &json!({ "ask": { "method": method, "along_streets": true } })).code(), "bad_json");
    }
}

fn a_card_along_the_streets_rests_on_those_that_were_imported(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    import_streets(&world, &comb(false));
    let question = |along: bool| json!({ "ask": { "method": "gistar", "within_m": 160.0, "along_streets": along } });
    let cards = [true, false].map(|along| ask(&world, &world.staff, &study, &question(along)));
    assert!(cards.iter().all(|card| card.status == 201) && cards[0].json()["data_hash"] != cards[1].json()["data_hash"]);
    let again = |number: usize| world.post(&format!("/api/studies/{study}/questions/{number}/again"), "");
    assert_eq!((&again(1).bytes, &again(2).bytes), (&cards[0].bytes, &cards[1].bytes));
    import_streets(&world, &comb(true));
    let refused = again(1);
    assert_eq!((refused.status, refused.code().as_str()), (409, "streets_replaced"));
    assert!(refused.json()["detail"].as_str().unwrap().contains(cards[0].json()["streets"]["hash"].as_str().unwrap()));
    assert_eq!(again(2).bytes, cards[1].bytes, "a straight card does not rest on streets");
    let anew = ask(&world, &world.staff, &study, &question(true));
    assert_eq!((anew.status, &anew.json()["number"]), (201, &json!(3)));
    // With the first streets back, the first card comes out again.
    import_streets(&world, &comb(false));
    assert_eq!(again(1).bytes, cards[0].bytes);
    assert_eq!(ask(&world, &world.staff, &study, &question(true)).status, 200, "the same question of the same streets");
}
