//! Studies: every question counts, a card can be made again to the byte, nobody learns more than they may.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use sanshi::{
    app::ImportedKind,
    domain::access::{Right, Role},
};
use serde_json::{Value, json};

use super::access::id_number;
use crate::world::{Answer, Engine, World, on_both_engines};

on_both_engines! {
    every_question_counts_and_the_correction_covers_them_all
    the_same_question_of_the_same_data_is_one_question
    a_card_made_again_is_the_same_to_the_byte_unless_the_record_was_corrected
    who_may_not_analyse_gets_no_small_counts_and_no_houses
    each_role_may_what_the_table_of_rights_says
    a_study_of_foreign_areas_is_as_missing
    asking_elsewhere_until_it_fits_is_told
    what_goes_out_of_the_house_says_what_became_of_it
    a_group_that_no_longer_holds_is_told_as_such
    a_card_is_the_same_after_a_restart
    studies_of_others_do_not_crowd_out_ones_own
    where_there_is_nothing_to_test_no_p_is_told
    a_cancelled_question_was_not_asked
    what_a_card_names_can_be_taken_along
    a_preview_counts_and_is_no_question
    every_method_answers
    along_the_streets_neighbours_are_those_that_can_be_walked_to
    a_card_along_the_streets_rests_on_those_that_were_imported
    what_does_not_fit_is_named
}

const DAY: &str = "2010-06-01";

/// A rated rental house, or one that is not rated yet.
struct Rated {
    code: String,
    place: [f64; 2],
    area: &'static str,
    is_red: Option<bool>,
}

/// Twelve columns of ten houses, 95 by 110 metres apart: the first eight columns are V1, the others W1. Red are 14 of the 16 in the corner and every eleventh
/// of the rest; every seventeenth of the rest is not rated.
fn town() -> Vec<Rated> {
    let house = |at: usize| {
        let (column, row) = (at / 10, at % 10);
        let in_corner = column < 4 && row < 4;
        let is_red = if in_corner { Some(at != 3 && at != 11) } else { (!at.is_multiple_of(17)).then(|| at.is_multiple_of(11)) };
        Rated {
            code: format!("H-{at:03}"),
            place: [120.0 + column as f64 * 0.001, 31.7 + row as f64 * 0.001],
            area: if column < 8 { "V1" } else { "W1" },
            is_red,
        }
    };
    (0..120).map(house).collect()
}

fn with(world: World, houses: &[Rated]) -> World {
    let mut text = "house_code,lon,lat,kind,area_code\n".to_owned();
    let mut events = "house_code,date,kind,registration,facilities,neighbours,sanitation\n".to_owned();
    for Rated { code, place: [lon, lat], area, is_red } in houses {
        text += &format!("{code},{lon:.6},{lat:.6},rental,{area}\n");
        if let Some(is_red) = is_red {
            let found = if *is_red { "passive,missing,bad,bad" } else { "proactive,fitted,good,good" };
            events += &format!("{code},2010-01-10,assessment,{found}\n");
        }
    }
    assert_eq!(world.import(ImportedKind::Houses, &text).new, houses.len() as u64);
    let report = world.import(ImportedKind::Events, &events);
    assert_eq!(report.faulty, 0, "{:?}", report.faults);
    world
}

fn in_town(world: World) -> World {
    with(world, &town())
}

fn boxed(w: f64, s: f64, e: f64, n: f64) -> Value {
    json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } })
}

/// The corner where red houses gather.
fn corner() -> Value {
    boxed(119.9995, 31.6995, 120.0035, 31.7035)
}

/// Columns in the middle where they do not.
fn middle() -> Value {
    boxed(120.0045, 31.6995, 120.0075, 31.7095)
}

fn study(world: &World, token: &str) -> String {
    let answer = world.post_as(token, "/api/studies", json!({ "name": "红色房屋" }).to_string());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn ask(world: &World, token: &str, study: &str, question: &Value) -> Answer {
    let mut question = question.clone();
    if question["date"].is_null() {
        question["date"] = json!(DAY);
    }
    world.post_as(token, &format!("/api/studies/{study}/questions"), question.to_string())
}

fn card(answer: &Answer) -> Value {
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

fn ledger(world: &World, study: &str) -> Value {
    let answer = world.get(&format!("/api/studies/{study}"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

/// Holm's correction of one of the p-values, the slow way: rejected at a level means that it and all smaller ones are small enough there.
fn corrected(p: &[f64], of: f64) -> f64 {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upto = sorted.iter().rposition(|p| *p <= of).unwrap();
    (0..=upto).map(|at| sorted[at] * (sorted.len() - at) as f64).fold(0.0, f64::max).min(1.0)
}

fn every_question_counts_and_the_correction_covers_them_all(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    let questions = [
        json!({ "ask": { "method": "area" }, "area": corner() }),
        json!({ "ask": { "method": "area" }, "area": middle() }),
        json!({ "ask": { "method": "dbscan" } }),
        json!({ "ask": { "method": "scan" } }),
        json!({ "ask": { "method": "area" }, "area": corner(), "other": middle() }),
        json!({ "ask": { "method": "gistar", "within_m": 160.0 } }),
    ];
    let mut p: Vec<f64> = Vec::new();
    for (at, question) in (1..).zip(&questions) {
        let answer = ask(&world, &world.staff, &study, question);
        let card = card(&answer);
        assert_eq!((answer.status, &card["number"]), (201, &json!(at)));
        p.extend(card["p"].as_f64());
        assert_eq!(card["questions_so_far"], p.len());
        match card["p"].as_f64() {
            Some(own) => {
                let expected = corrected(&p, own);
                assert!((card["p_corrected"].as_f64().unwrap() - expected).abs() < 1e-15, "{card}");
                assert_eq!(card["is_significant"], expected <= 0.05);
            }
            None => assert_eq!((&card["is_test"], &card["method"]), (&json!(false), &json!("dbscan"))),
        }
    }
    assert_eq!(p.len(), 5);
    let ledger = ledger(&world, &study);
    assert_eq!(ledger["questions_so_far"], 5);
    for row in ledger["questions"].as_array().unwrap() {
        let now = row["p"].as_f64().map(|own| corrected(&p, own));
        assert_eq!(row["p_corrected"].as_f64().is_some(), now.is_some());
        assert!((row["p_corrected"].as_f64().unwrap_or_default() - now.unwrap_or_default()).abs() < 1e-15, "{row}");
    }
    // The first card stays as it was made; the study tells what is left of it.
    let first = world.get(&format!("/api/studies/{study}/questions/1")).json();
    assert_eq!(first["questions_so_far"], 1);
    assert!(ledger["questions"][0]["p_corrected"].as_f64().unwrap() > first["p_corrected"].as_f64().unwrap());
    // Red ones gather in the corner: 14 of 16.
    assert_eq!((&first["groups"][0]["houses"], &first["groups"][0]["red"], &first["is_significant"]), (&json!(16), &json!(14), &json!(true)));
    let second = world.get(&format!("/api/studies/{study}/questions/2")).json();
    assert_eq!(second["is_significant"], false);
    assert!(!second["sentence"]["en"].as_str().unwrap().contains("times"), "{}", second["sentence"]);
}

fn the_same_question_of_the_same_data_is_one_question(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    let question = json!({ "ask": { "method": "scan", "replicates": 199 } });
    // Written otherwise, and the usual named: it is the same question.
    let alike = json!({ "as": "computed", "ask": { "seed": 1, "model": "bernoulli", "replicates": 199, "method": "scan", "max_share": 0.5 } });
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asked = [&question, &alike, &question].map(|question| scope.spawn(|| ask(&world, &world.staff, &study, question)));
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.status < 300 && answer.bytes == answers[0].bytes));
    assert_eq!(ledger(&world, &study)["questions"].as_array().unwrap().len(), 1);
    // Another seed is another question.
    assert_eq!(ask(&world, &world.staff, &study, &json!({ "ask": { "method": "scan", "replicates": 199, "seed": 2 } })).status, 201);
    assert_eq!(ledger(&world, &study)["questions_so_far"], 2);
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

/// Method, path, body, the right that it takes and how it answers then.
fn routes(study: &str) -> [(&'static str, String, String, Right, u16); 10] {
    let (area, question) =
        (json!({ "area": corner(), "date": DAY }).to_string(), json!({ "ask": { "method": "area" }, "area": corner(), "date": DAY }).to_string());
    let path = |rest: &str| format!("/api/studies/{study}{rest}");
    [
        ("GET", "/api/studies".to_owned(), String::new(), Right::SeeWork, 200),
        ("POST", "/api/studies".to_owned(), r#"{"name":"x"}"#.to_owned(), Right::Analyse, 201),
        ("GET", path(""), String::new(), Right::SeeWork, 200),
        ("POST", path("/preview"), area, Right::Analyse, 200),
        ("POST", path("/questions"), question, Right::Analyse, 200),
        ("GET", path("/questions/1"), String::new(), Right::SeeWork, 200),
        ("GET", path("/questions/1?f=pdf"), String::new(), Right::SeeWork, 200),
        ("GET", path("/questions/1?f=csv"), String::new(), Right::Analyse, 200),
        ("GET", path("/questions/1?f=geojson"), String::new(), Right::Analyse, 200),
        ("POST", path("/questions/1/again"), String::new(), Right::Analyse, 200),
    ]
}

fn each_role_may_what_the_table_of_rights_says(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": corner() })));
    for role in Role::ALL {
        let token = (role != Role::Public).then(|| world.token(role));
        for (method, path, body, right, status) in routes(&study) {
            let answer = world.ask(method, &path, token.as_deref(), body.as_bytes(), &[]);
            let here = format!("{method} {path} as {role}: {}", String::from_utf8_lossy(&answer.bytes));
            if role.may(right) {
                assert_eq!((answer.status, answer.headers["cache-control"].as_bytes()), (status, &b"no-store"[..]), "{here}");
            } else {
                assert_eq!(answer.code(), if role == Role::Public { "sign_in_needed" } else { "forbidden" }, "{here}");
            }
        }
    }
}

fn a_study_of_foreign_areas_is_as_missing(world: World) {
    let world = in_town(world);
    let (here, there) = (world.token_for("here", Role::Analyst, Some("V1")), world.token_for("there", Role::Analyst, Some("W1")));
    let studies = [study(&world, &world.staff), study(&world, &here)];
    let question = json!({ "ask": { "method": "area" }, "area": boxed(119.0, 31.0, 120.0035, 31.7035) });
    card(&ask(&world, &world.staff, &studies[0], &question));
    let mine = card(&ask(&world, &here, &studies[1], &question));
    // Only houses of the own areas take part.
    let of_v1 = town().iter().filter(|house| house.area == "V1" && house.is_red.is_some()).count();
    assert_eq!(mine["houses"], of_v1);
    let none = "01J00000000000000000000000";
    for foreign in &studies {
        for ((method, path, body, ..), (_, missing, ..)) in routes(foreign).iter().zip(routes(none)).skip(2) {
            let [seen, nothing] = [path, &missing].map(|path| world.ask(method, path, Some(&there), body.as_bytes(), &[]));
            let seen_text = String::from_utf8_lossy(&seen.bytes).replace(foreign.as_str(), none);
            assert_eq!((seen.status, seen_text.as_str()), (404, String::from_utf8_lossy(&nothing.bytes).as_ref()), "{method} {path}");
        }
    }
    let listed = |token: &str| world.ask("GET", "/api/studies", Some(token), b"", &[]).json()["studies"].as_array().unwrap().len();
    assert_eq!((listed(&world.staff), listed(&here), listed(&there)), (2, 1, 0));
    for (area, status) in [("W1", 404), ("Z9", 404), ("V1", 201)] {
        assert_eq!(world.post_as(&here, "/api/studies", json!({ "name": "x", "area": area }).to_string()).status, status, "{area}");
    }
}

fn asking_elsewhere_until_it_fits_is_told(world: World) {
    let world = in_town(world);
    let (wang, zhao) = (world.token_for("wang", Role::Analyst, None), world.token_for("zhao", Role::Analyst, None));
    let (first, second) = (study(&world, &wang), study(&world, &wang));
    for seed in 0..3 {
        card(&ask(&world, &wang, &first, &json!({ "ask": { "method": "joins", "replicates": 99, "seed": seed } })));
    }
    card(&ask(&world, &wang, &first, &json!({ "ask": { "method": "dbscan" } })));
    card(&ask(&world, &wang, &second, &json!({ "ask": { "method": "area" }, "area": corner() })));
    let said = |study: &str| (ledger(&world, study)["questions_so_far"].clone(), ledger(&world, study)["questions_elsewhere"].clone());
    assert_eq!((said(&first), said(&second)), ((json!(3), json!(1)), (json!(1), json!(3))));
    // Another analyst may ask in the same study: it counts there, under their name.
    let third = card(&ask(&world, &zhao, &second, &json!({ "ask": { "method": "area" }, "area": middle() })));
    assert_eq!((&third["by"], &third["questions_so_far"]), (&json!("zhao"), &json!(2)));
    let rows = ledger(&world, &second)["questions"].clone();
    assert_eq!((&rows[0]["by"], &rows[1]["by"]), (&json!("wang"), &json!("zhao")));
    // Who is only told of V1 is not told how often somebody asked about the whole site.
    let here = world.token_for("here", Role::Analyst, Some("V1"));
    let own = study(&world, &here);
    let told = || world.ask("GET", &format!("/api/studies/{own}"), Some(&here), b"", &[]).json()["questions_elsewhere"].clone();
    let here_too = study(&world, &here);
    for study in [&own, &here_too] {
        card(&ask(&world, &here, study, &json!({ "ask": { "method": "joins", "replicates": 99 } })));
    }
    card(&ask(&world, &here, &here_too, &json!({ "ask": { "method": "joins", "replicates": 99, "seed": 2 } })));
    assert_eq!(told(), 2);
    // However many studies were opened since.
    world
        .execute(
            "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 700)
            insert into studies (id, name, author, areas, alpha, at_ms) select 'S' || n, 'other', 'x', '[\"V1\"]', 0.05, 9000000000000 + n from numbers",
        )
        .unwrap();
    assert_eq!((told(), said(&second).1), (json!(2), json!(3)));
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
        let rows = csv(number);
        assert!(
            rows.iter().all(|row| row["question"] == number.to_string() && row["questions_so_far"] == ledger(&world, &study)["questions_so_far"].to_string())
        );
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

fn studies_of_others_do_not_crowd_out_ones_own(world: World) {
    let analyst = world.token_for("here", Role::Analyst, Some("V1"));
    let opened = world.post_as(&analyst, "/api/studies", r#"{"name":"own"}"#);
    assert!(opened.status < 300, "{}", String::from_utf8_lossy(&opened.bytes));
    // 1,203 newer ones of another area; of some the moment is the same.
    world
        .execute(
            "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1203)
            insert into studies (id, name, author, areas, alpha, at_ms) select 'S' || n, 'other', 'x', '[\"W1\"]', 0.05, 9000000000000 + n / 9 from numbers",
        )
        .unwrap();
    let own = world.ask("GET", "/api/studies", Some(&analyst), b"", &[]).json();
    let names: Vec<&str> = own["studies"].as_array().unwrap().iter().map(|study| study["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["own"]);
    let whole = world.ask("GET", "/api/studies", Some(&world.token_for("whole", Role::Analyst, None)), b"", &[]).json();
    assert_eq!(whole["studies"].as_array().unwrap().len(), 500);
}

fn where_there_is_nothing_to_test_no_p_is_told(world: World) {
    // Blocks of their own, a kilometre apart.
    let block = |name: &str, at: usize, red: &[bool], step: f64| -> Vec<Rated> {
        let house = |(number, is_red): (usize, &bool)| {
            let place = [120.0 + at as f64 * 0.01 + number as f64 * step, 31.7];
            Rated { code: format!("{name}-{number}"), place, area: "V1", is_red: Some(*is_red) }
        };
        red.iter().enumerate().map(house).collect()
    };
    let blocks = [
        ("no_houses", block("A", 0, &[], 0.0)),
        ("too_few_houses", block("B", 1, &[true, false], 0.001)),
        ("no_red", block("C", 2, &[false; 5], 0.001)),
        ("all_red", block("D", 3, &[true; 5], 0.001)),
        ("one_location", block("E", 4, &[true, false, true, false], 0.0)),
    ];
    let all: Vec<Rated> = blocks.iter().flat_map(|(_, block)| block.iter()).map(|rated| Rated { code: rated.code.clone(), ..*rated }).collect();
    let world = with(world, &all);
    let study = study(&world, &world.staff);
    let told = |question: Value| {
        let answer = ask(&world, &world.staff, &study, &question);
        assert_eq!((answer.status, answer.code().as_str()), (422, "nothing_to_test"), "{question}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("\"p\""));
        answer.json()["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    for (at, (reason, _)) in blocks.iter().enumerate() {
        let around = boxed(119.998 + at as f64 * 0.01, 31.69, 120.006 + at as f64 * 0.01, 31.71);
        for method in ["scan", "gistar", "moran", "joins"] {
            assert_eq!(told(json!({ "ask": { "method": method }, "area": around })), *reason, "{method}");
        }
    }
    let area = |area: Value, other: Option<Value>| told(json!({ "ask": { "method": "area" }, "area": area, "other": other }));
    assert_eq!(area(boxed(100.0, 31.0, 101.0, 32.0), None), "empty_area");
    assert_eq!(area(boxed(119.0, 31.0, 121.0, 32.0), None), "whole_area");
    assert_eq!(area(boxed(120.015, 31.0, 120.029, 32.0), Some(boxed(120.0, 31.0, 120.025, 32.0))), "shared_houses");
    assert_eq!(told(json!({ "ask": { "method": "scan", "model": "poisson" } })), "no_population");
    for method in ["dbscan", "hdbscan", "density"] {
        assert_eq!(told(json!({ "ask": { "method": method }, "area": boxed(120.018, 31.69, 120.026, 31.71) })), "no_red", "{method}");
    }
    assert_eq!(ledger(&world, &study)["questions"], json!([]));
}

fn a_cancelled_question_was_not_asked(world: World) {
    // So many that the work outlasts the first line.
    let house = |at: usize| Rated {
        code: format!("H-{at}"),
        place: [120.0 + (at % 40) as f64 * 0.001, 31.7 + (at / 40) as f64 * 0.001],
        area: "V1",
        is_red: Some(at.is_multiple_of(7)),
    };
    let world = with(world, &(0..600).map(house).collect::<Vec<_>>());
    let study = study(&world, &world.staff);
    let body = json!({ "date": DAY, "ask": { "method": "scan", "replicates": 4999 } }).to_string();
    let mut stream = TcpStream::connect(world.url.trim_start_matches("http://")).unwrap();
    let token = &world.staff;
    let length = body.len();
    write!(stream, "POST /api/studies/{study}/questions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\naccept: application/x-ndjson\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    while !line.contains("progress") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the answer ended before any progress");
    }
    drop(lines);
    // One long question is worked on at a time: this one is answered after that one has ended.
    let quick = card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "scan", "replicates": 99, "max_share": 0.05 } })));
    assert_eq!((&quick["number"], &quick["questions_so_far"]), (&json!(1), &json!(1)));
    assert_eq!(ledger(&world, &study)["questions"].as_array().unwrap().len(), 1);
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

fn a_preview_counts_and_is_no_question(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    let preview = |body: Value| {
        let answer = world.post(&format!("/api/studies/{study}/preview"), body.to_string());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    };
    let rated = town().iter().filter(|house| house.is_red.is_some()).count();
    let red = town().iter().filter(|house| house.is_red == Some(true)).count();
    let counts = preview(json!({ "date": DAY, "area": corner() }));
    assert_eq!(counts["inside"], json!({ "houses": 16, "red": 14, "share": 0.875 }));
    assert_eq!((&counts["rest"]["houses"], &counts["rest"]["red"]), (&json!(rated - 16), &json!(red - 14)));
    assert_eq!((&counts["is_test"], counts.get("p")), (&json!(false), None));
    let both = preview(json!({ "date": DAY, "area": corner(), "other": middle() }));
    assert_eq!((both.get("rest"), both["other"]["houses"].as_u64().unwrap() > 20), (None, true));
    assert_eq!(preview(json!({ "date": "2009-01-01", "area": corner() }))["inside"], json!({ "houses": 0, "red": 0, "share": null }));
    assert_eq!(ledger(&world, &study)["questions"], json!([]));
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

fn what_does_not_fit_is_named(world: World) {
    let world = in_town(world);
    let study = study(&world, &world.staff);
    for (question, code, field) in [
        (json!({ "ask": { "method": "area" } }), "invalid", "area"),
        (json!({ "ask": { "method": "scan" }, "other": corner() }), "invalid", "other"),
        (json!({ "ask": { "method": "scan", "replicates": 5 } }), "invalid", "ask.replicates"),
        (json!({ "ask": { "method": "gistar", "within_m": 10.0, "nearest": 3 } }), "invalid", "ask.within_m"),
        (json!({ "ask": { "method": "hdbscan", "min_cluster": 1 } }), "invalid", "ask.min_cluster"),
        (json!({ "ask": { "method": "density", "bandwidth_m": 5000.0, "cell_m": 5.0 } }), "invalid", "ask.cell_m"),
        (json!({ "ask": { "method": "scan" }, "date": "2999-01-01" }), "invalid", "date"),
        (json!({ "ask": { "method": "scan", "from": "0001-01-01" } }), "invalid", "ask.from"),
        (json!({ "ask": { "method": "scan", "from": "2010-06-02" } }), "invalid", "ask.from"),
        (json!({ "ask": { "method": "scan" }, "area": { "geometry": { "type": "Point", "coordinates": [120, 31] } } }), "bad_area", "area"),
        (json!({ "ask": { "method": "area" }, "area": corner(), "other": boxed(1.0, 1.0, 1.0, 2.0) }), "bad_area", "other"),
        (json!({ "ask": { "method": "scan" }, "as": "guessed" }), "bad_parameter", "as"),
        (json!({ "ask": { "method": "guess" } }), "bad_json", ""),
        (json!({ "ask": { "method": "scan" }, "why": 1 }), "bad_json", ""),
        (json!({ "ask": { "method": "density", "bandwidth_m": 5000.0, "cell_m": 5.0 } }), "invalid", "ask.cell_m"),
    ] {
        let answer = ask(&world, &world.staff, &study, &question);
        assert_eq!(answer.code(), code, "{question}");
        if !field.is_empty() {
            assert_eq!(answer.json()["errors"][0]["field"], field, "{question}");
        }
    }
    for (draft, field) in [(json!({ "name": " " }), "name"), (json!({ "name": "x", "alpha": 0.5 }), "alpha")] {
        assert_eq!(world.post("/api/studies", draft.to_string()).json()["errors"][0]["field"], field);
    }
    assert_eq!(ledger(&world, &study)["questions"], json!([]));
    // The ledger is only ever added to.
    card(&ask(&world, &world.staff, &study, &json!({ "ask": { "method": "area" }, "area": corner() })));
    for statement in ["delete from study_results", "delete from study_questions", "update study_questions set p = 1", "update studies set alpha = 0.2"] {
        assert!(world.execute(statement).is_err(), "{statement}");
    }
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
