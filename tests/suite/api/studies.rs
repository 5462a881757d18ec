//! Studies: every question counts, nobody asks or learns more than they may.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use sanshi::{
    app::ImportedKind,
    domain::access::{Right, Role},
};
use serde_json::{Value, json};

use crate::world::{Answer, World, on_both_engines};

on_both_engines! {
    every_question_counts_and_the_correction_covers_them_all
    the_same_question_of_the_same_data_is_one_question
    each_role_may_what_the_table_of_rights_says
    a_study_of_foreign_areas_is_as_missing
    asking_elsewhere_until_it_fits_is_told
    studies_of_others_do_not_crowd_out_ones_own
    where_there_is_nothing_to_test_no_p_is_told
    a_cancelled_question_was_not_asked
    a_preview_counts_and_is_no_question
    what_does_not_fit_is_named
}

const DAY: &str = "2010-06-01";

/// A rated rental house, or one that is not rated yet.
pub(super) struct Rated {
    pub(super) code: String,
    pub(super) place: [f64; 2],
    pub(super) area: &'static str,
    pub(super) is_red: Option<bool>,
}

/// Twelve columns of ten houses, 95 by 110 metres apart: the first eight columns are V1, the others W1. Red are 14 of the 16 in the corner and every eleventh
/// of the rest; every seventeenth of the rest is not rated.
pub(super) fn town() -> Vec<Rated> {
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

pub(super) fn with(world: World, houses: &[Rated]) -> World {
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

pub(super) fn in_town(world: World) -> World {
    with(world, &town())
}

pub(super) fn boxed(w: f64, s: f64, e: f64, n: f64) -> Value {
    json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } })
}

/// The corner where red houses gather.
pub(super) fn corner() -> Value {
    boxed(119.9995, 31.6995, 120.0035, 31.7035)
}

/// Columns in the middle where they do not.
pub(super) fn middle() -> Value {
    boxed(120.0045, 31.6995, 120.0075, 31.7095)
}

pub(super) fn study(world: &World, token: &str) -> String {
    let answer = world.post_as(token, "/api/studies", json!({ "name": "红色房屋" }).to_string());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub(super) fn ask(world: &World, token: &str, study: &str, question: &Value) -> Answer {
    let mut question = question.clone();
    if question["date"].is_null() {
        question["date"] = json!(DAY);
    }
    world.post_as(token, &format!("/api/studies/{study}/questions"), question.to_string())
}

pub(super) fn card(answer: &Answer) -> Value {
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

pub(super) fn ledger(world: &World, study: &str) -> Value {
    let answer = world.get(&format!("/api/studies/{study}"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

/// Holm's correction of one of the p-values, the slow way: rejected at a level means that it and all smaller ones are small enough there.
pub(super) fn corrected(p: &[f64], of: f64) -> f64 {
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
