//! The yearly figures: those of the report of 2010 from the demo, and what each asker is told.

use sanshi::{
    app::{Caller, ImportedKind, Refusal, StatisticsOf},
    atlas::{Patience, View},
    domain::{access::Role, statistics::Period},
};
use serde_json::{Value, json};

use super::{photos::picture, population::keyed};
use crate::world::{EVERYWHERE, Engine, SQUARE, World, on_both_engines};

on_both_engines! {
    what_happened_is_counted_once_and_voided_never
    a_drawn_area_is_the_sum_of_its_houses_whatever_their_codes
    whom_tiers_hit_is_told_of_a_drawn_area_and_two_days
    photos_without_a_house_are_counted_apart
    visits_are_counted_for_those_who_may_see_them
    units_are_counted_for_those_who_may_see_them
    who_has_gone_is_not_answered
    staff_are_told_of_the_houses_they_answer_for_and_the_public_of_published_tiers_alone
    a_question_that_cannot_be_answered_says_what_was_expected
    a_workbook_holds_the_same_and_no_formula
    an_observation_of_any_house_is_taken_for_kinds_that_the_policy_says
}

fn happened<'a>(answer: &'a Value, kind: &str) -> &'a Value {
    let all = answer["record"]["happened"].as_array().unwrap_or_else(|| panic!("{answer}"));
    all.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("{kind} in {answer}"))
}

fn tiers(day: &Value) -> [u64; 4] {
    ["red", "yellow", "green", "star"].map(|tier| day["by_tier"][tier].as_u64().unwrap())
}

/// Shares of the report are rounded to whole percent, changes to five.
fn percent(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value}"))
}

fn to_five(percent: f64) -> i64 {
    (percent / 5.0).round() as i64 * 5
}

#[test]
fn the_demo_reproduces_each_figure_of_the_report() {
    let world = keyed(World::new(Engine::Sqlite).unwrap()).demo();
    let officer = world.token_for("li", Role::Officer, None);
    let of = |from: &str, to: &str| world.get(&format!("/api/statistics?from={from}&to={to}&area=320405002201")).json();
    let (first, year, ten_months) = (of("2009-01-01", "2009-12-31"), of("2009-10-31", "2010-10-31"), of("2010-01-01", "2010-10-31"));

    // 1,131 registered households, 395 rental houses: 26 % of all households; 3,237 and 4,470 residents: 58 %.
    let (homes, rental) = (&year["houses"]["owner_occupied"], &year["houses"]["rental"]);
    assert_eq!((homes, rental), (&json!(1131), &json!(395)));
    assert_eq!((100.0_f64 * 395.0 / (1131.0 + 395.0)).round(), 26.0);
    let people = &year["record"]["coverage"][2]["population"];
    assert_eq!(people, &json!({ "registered": 3237, "temporary": 4470 }));
    assert_eq!((100.0_f64 * 4470.0 / (3237.0 + 4470.0)).round(), 58.0);
    let told = &year["population"]["areas"][0];
    assert_eq!((&told["code"], &told["registered"], &told["temporary"]), (&json!("320405002201"), &json!(3237), &json!(4470)));

    // 1,137 plates, 149 units, 13,109 records of persons.
    let record = &year["record"];
    assert_eq!((&record["plates"], &record["residencies"]), (&json!(1137), &json!(13_109)));
    let seen = world.ask("GET", "/api/statistics?from=2009-10-31&to=2010-10-31&area=320405002201", Some(&officer), b"", &[]).json();
    assert_eq!(seen["record"]["units"], 149);

    // Criminal cases of 2009: 68, 26 of them in rental houses (38.2 %). Disputes: 19, 58 % of all.
    let cases = happened(&first, "criminal_case");
    assert_eq!((&cases["now"]["all"], &cases["now"]["in_rental"], &cases["rental_percent"]), (&json!(68), &json!(26), &json!(38.2)));
    let disputes = happened(&first, "dispute");
    assert_eq!((&disputes["now"]["in_rental"], percent(&disputes["rental_percent"]).round()), (&json!(19), 58.0));

    // Tiers of 295 rated houses.
    assert_eq!((tiers(&year["days"][1]), tiers(&year["days"][2])), ([38, 87, 170, 0], [25, 61, 206, 3]));
    assert_eq!((&year["days"][1]["day"], &year["days"][2]["day"]), (&json!("2009-10-31"), &json!("2010-10-31")));

    // After a year 9 cases, down 60 %; disputes down 45 %: by the same ten months, to five percent (history.rs says why).
    let (cases, disputes) = (happened(&ten_months, "criminal_case"), happened(&ten_months, "dispute"));
    assert_eq!((&cases["now"]["in_rental"], to_five(percent(&cases["rental_change_percent"]))), (&json!(9), -60));
    assert_eq!(to_five(percent(&disputes["rental_change_percent"])), -45);

    // 170 doors and windows fitted, 37 landlords improved, 5 alarms or cameras, 156 volunteers.
    let fitted = record["improved"].as_array().unwrap().iter().find(|one| one["field"] == "facilities").unwrap();
    assert_eq!(fitted["now"], 170);
    let landlords = |kind: &str| happened(&year, kind)["now"]["rental_houses"].clone();
    assert_eq!((landlords("rectified"), landlords("alarm"), landlords("volunteer")), (json!(37), json!(5), json!(156)));

    // All of it is one community: asked by its border or by nothing it is the same.
    let told_apart = |mut answer: Value| {
        answer["population"] = Value::Null;
        answer
    };
    let everywhere = world.post("/api/statistics?from=2009-10-31&to=2010-10-31", EVERYWHERE).json();
    assert_eq!(told_apart(everywhere), told_apart(year.clone()));
    assert_eq!(year["months"].as_array().unwrap().len(), 12);
    // 23 natural villages and an estate are the parts of the community.
    assert_eq!(year["population"]["areas"].as_array().unwrap().len(), 1 + 23 + 1);
    let bounds = world.get("/api/site").json()["bounds"].clone();
    let [west, south, east, north] = [0, 1, 2, 3].map(|at| bounds[at].as_f64().unwrap());
    let framed = world.get(&format!("/api/statistics?from=2009-10-31&to=2010-10-31&bbox={west},{south},{east},{north}")).json();
    assert_eq!(told_apart(framed), told_apart(year.clone()));
}

fn observed(world: &World, house: &str, day: &str, kind: &str, more: &Value) -> String {
    let officer = world.token(Role::Officer);
    let mut body = json!({ "date": day, "kind": kind });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let answer = world.post_as(&officer, &format!("/api/houses/{house}/events"), body.to_string());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()["id"].as_str().unwrap().to_owned()
}

const YEAR: &str = "/api/statistics?from=2020-01-01&to=2020-12-31";

fn what_happened_is_counted_once_and_voided_never(world: World) {
    let world = world.with_four_houses();
    for (house, day, kind) in [
        ("A-1", "2020-01-01", "criminal_case"),
        ("A-1", "2020-12-31", "criminal_case"),
        ("A-2", "2021-01-01", "criminal_case"),
        ("A-2", "2019-12-31", "criminal_case"),
        ("A-2", "2018-12-31", "criminal_case"),
        ("A-4", "2020-05-05", "criminal_case"),
    ] {
        observed(&world, house, day, kind, &json!({}));
    }
    let mistake = observed(&world, "A-3", "2020-06-06", "criminal_case", &json!({}));
    let officer = world.token(Role::Officer);
    assert_eq!(world.post_as(&officer, &format!("/api/events/{mistake}/void"), r#"{"reason":"x"}"#).status, 200);
    observed(&world, "A-1", "2019-03-01", "assessment", &json!({ "facilities": "missing" }));
    observed(&world, "A-1", "2020-03-01", "assessment", &json!({ "facilities": "fitted" }));
    observed(&world, "A-2", "2020-11-01", "assessment", &json!({ "facilities": "fitted" }));

    let answer = world.get(YEAR).json();
    let cases = happened(&answer, "criminal_case");
    assert_eq!(cases["now"], json!({ "all": 3, "in_rental": 2, "rental_houses": 1 }));
    assert_eq!(cases["year_before"], json!({ "all": 1, "in_rental": 1, "rental_houses": 1 }));
    assert_eq!((&cases["rental_percent"], &cases["rental_change_percent"]), (&json!(66.7), &json!(100.0)));
    let improved = answer["record"]["improved"].as_array().unwrap();
    assert_eq!(improved.iter().find(|one| one["field"] == "facilities").unwrap()["now"], 1);
    let coverage = &answer["record"]["coverage"][2];
    assert_eq!((&coverage["assessed"], &coverage["assessed_recently"]), (&json!(2), &json!(1)));
    assert_eq!(answer["record"]["plates"], 3);
    assert_eq!(world.post(YEAR, SQUARE).json(), answer);
    let elsewhere = world.get(&format!("{YEAR}&bbox=1,1,2,2")).json();
    assert_eq!((&elsewhere["houses"]["rental"], elsewhere.get("record")), (&json!(0), None));
}

fn a_drawn_area_is_the_sum_of_its_houses_whatever_their_codes(world: World) {
    // Codes in an order in which any two of an area have others between them, and that mean something in lists, JSON or SQL.
    let codes = ["A", "A\"1", "A'1", "B", "B{1}", "B%", "a-1", "甲-1", "甲_2", "Ä", "\u{1F3E0}", "null"];
    let mut houses = "house_code,lon,lat,kind,area_code\n".to_owned();
    for (at, code) in codes.iter().enumerate() {
        houses += &format!("\"{}\",{},{},rental,V1\n", code.replace('"', "\"\""), 120.05 + (at % 3) as f64 * 0.01, 31.72);
    }
    assert_eq!(world.import(ImportedKind::Houses, &houses).new, codes.len() as u64);
    let mut events = "house_code,date,kind\n".to_owned();
    for (at, code) in codes.iter().enumerate() {
        for day in 0..=at {
            events += &format!("\"{}\",2020-05-{:02},criminal_case\n", code.replace('"', "\"\""), day + 1);
        }
    }
    assert_eq!(world.import(ImportedKind::Events, &events).faulty, 0);
    for column in 0..3 {
        let west = 120.049 + f64::from(column) * 0.01;
        let answer = world.get(&format!("{YEAR}&bbox={west},31.7,{},31.8", west + 0.002)).json();
        let expected: usize = (0..codes.len()).filter(|at| at % 3 == column as usize).map(|at| at + 1).sum();
        let cases = happened(&answer, "criminal_case");
        assert_eq!((&answer["record"]["houses"], &cases["now"]["all"], &cases["now"]["rental_houses"]), (&json!(4), &json!(expected), &json!(4)));
    }
}

fn whom_tiers_hit_is_told_of_a_drawn_area_and_two_days(world: World) {
    let mut houses = "house_code,lon,lat,kind,area_code\n".to_owned();
    let mut events = "house_code,date,kind,registration,facilities,neighbours,sanitation\n".to_owned();
    for at in 0..60 {
        let (west, is_red) = (at % 2 == 0, at % 3 == 0 || at % 2 == 0);
        houses += &format!("H-{at},{},31.72,rental,{}\n", if west { 120.01 } else { 120.03 }, if at < 30 { "V1" } else { "W1" });
        events += &format!("H-{at},2020-05-05,assessment,{}\n", if is_red { "passive,missing,bad,bad" } else { "proactive,fitted,good,good" });
    }
    assert_eq!(world.import(ImportedKind::Houses, &houses).new, 60);
    assert_eq!(world.import(ImportedKind::Events, &events).faulty, 0);
    let area = json!({ "type": "Feature", "properties": { "code": "V1", "name": "V1", "level": "village" },
        "geometry": { "type": "Polygon", "coordinates": [[[119, 31], [119.1, 31], [119.1, 31.1], [119, 31]]] } });
    assert_eq!(world.import(ImportedKind::Areas, &json!({ "type": "FeatureCollection", "features": [area] }).to_string()).new, 1);
    let of = |more: &str| world.get(&format!("/api/fairness?from=2020-01-01&to=2020-12-31{more}")).json();
    let counts = |report: &Value| ["rental", "rated", "red"].map(|field| report[field].as_u64().unwrap());
    assert_eq!(counts(&of("")), [60, 60, 40]);
    assert_eq!(counts(&of("&bbox=120,31,120.02,32")), [30, 30, 30]);
    assert_eq!(counts(&of("&bbox=120.02,31,120.04,32&area=V1")), [15, 15, 5]);
    let ring = r#"{"type":"Polygon","coordinates":[[[120.02,31],[120.04,31],[120.04,32],[120.02,32],[120.02,31]]]}"#;
    let drawn = world.post("/api/fairness?from=2020-01-01&to=2020-12-31", ring).json();
    assert_eq!(drawn, of("&bbox=120.02,31,120.04,32"));
    assert_eq!(drawn["dimensions"][0]["groups"][0]["assessments"], 15);
    // On a day before anything was assessed nothing is rated.
    let early = world.post("/api/fairness?from=2019-01-01&to=2019-12-31", ring).json();
    assert_eq!((counts(&early), &early["feedback"]), ([30, 0, 0], &json!(null)));
    let everywhere = world.post("/api/fairness?from=2020-01-01&to=2020-12-31", EVERYWHERE).json();
    assert_eq!(everywhere, of(""));
    assert_eq!(world.post("/api/fairness?from=2020-01-01&to=2020-12-31", r#"{"type":"Point","coordinates":[1,1]}"#).code(), "bad_area");
}

fn photos_without_a_house_are_counted_apart(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    for (seed, path) in [(1, "/api/photos?house=A-1"), (2, "/api/photos"), (3, "/api/photos")] {
        let answer = world.post_as(&officer, path, picture(seed));
        assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.bytes));
    }
    let today = world.app.today();
    let path = format!("/api/statistics?from={}&to={today}", today.plus_days(-9));
    let counts = |answer: Value| (answer["record"]["photos"].clone(), answer["record"]["photos_waiting"].clone());
    assert_eq!(counts(world.get(&path).json()), (json!(1), json!(2)));
    // They were taken nobody knows where: in no drawn area, and of no area of the hierarchy.
    assert_eq!(counts(world.post(&path, SQUARE).json()), (json!(1), json!(0)));
    let at_home = world.token_for("at home", Role::Analyst, Some("V1"));
    assert_eq!(counts(world.ask("GET", &path, Some(&at_home), b"", &[]).json()), (json!(1), json!(0)));
    let before = format!("/api/statistics?from={}&to={}", today.plus_days(-9), today.plus_days(-1));
    assert_eq!(counts(world.get(&before).json()), (json!(0), json!(0)));
}

fn visits_are_counted_for_those_who_may_see_them(world: World) {
    let world = world.with_four_houses();
    let officer = world.token_for("li", Role::Officer, None);
    let today = world.app.today();
    let visit = json!({ "id": ulid::Ulid::generate().to_string(), "date": today, "at": "10:30", "outcome": "nobody_home" });
    let made = world.post_as(&officer, "/api/houses/A-1/visits", visit.to_string());
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
    let path = format!("/api/statistics?from={}&to={today}", today.plus_days(-9));
    let seen = world.ask("GET", &path, Some(&officer), b"", &[]).json();
    assert_eq!(seen["record"]["visits"][0], json!({ "done": 0, "nobody_home": 1, "refused": 0 }));
    // An analyst sees no visits of a house, so none of an area either: it could be drawn around one house.
    assert_eq!(world.get(&path).json()["record"]["visits"], Value::Null);
}

fn units_are_counted_for_those_who_may_see_them(world: World) {
    let world = world.with_four_houses();
    assert_eq!(world.import(ImportedKind::Units, "house_code,name\nA-4,恒达机械厂\nA-4,王记早点\n").new, 2);
    let today = world.app.today();
    let path = format!("/api/statistics?from={}&to={today}", today.plus_days(-9));
    let units = |role| world.ask("GET", &path, Some(&world.token(role)), b"", &[]).json()["record"]["units"].clone();
    for role in [Role::Assistant, Role::Officer] {
        assert_eq!(units(role), 2, "{role}");
    }
    // Who sees none of a house is told none of an area either: it could be drawn around one house.
    for role in [Role::Analyst, Role::Planner, Role::Auditor, Role::Administrator] {
        assert_eq!(units(role), Value::Null, "{role}");
    }
}

fn who_has_gone_is_not_answered(world: World) {
    let world = world.with_four_houses();
    let period = Period { from: "2020-01-01".parse().unwrap(), to: "2020-12-31".parse().unwrap() };
    let of = StatisticsOf { period, area: None, recent_days: 90, view: View::Computed };
    let survey = || world.app.survey(&Caller::console(), of.clone()).unwrap();
    let comparison = world.app.compare(&Caller::console(), period, None).unwrap();
    let patience = Patience::limited();
    let snapshot = world.app.snapshot().with_patience(patience.clone());
    assert!(survey().work(&snapshot, None).is_ok() && comparison.work(&snapshot, None).is_ok());
    patience.end();
    assert!(matches!(survey().work(&snapshot, None).err(), Some(Refusal::GivenUp)));
    assert!(matches!(comparison.work(&snapshot, None).err(), Some(Refusal::GivenUp)));
}

fn staff_are_told_of_the_houses_they_answer_for_and_the_public_of_published_tiers_alone(world: World) {
    let houses = "house_code,lon,lat,kind,area_code\nA-1,120.05,31.72,rental,V1\nB-1,120.06,31.72,rental,W1\n";
    assert_eq!(world.import(ImportedKind::Houses, houses).new, 2);
    let poor = json!({ "registration": "passive", "facilities": "missing", "neighbours": "bad" });
    let today = world.app.today();
    let day = today.plus_days(-10).to_string();
    observed(&world, "A-1", &day, "assessment", &poor);
    observed(&world, "B-1", &day, "assessment", &poor);
    let path = format!("/api/statistics?from={}&to={today}", today.plus_days(-30));
    let red = |answer: &Value| answer["days"][2]["by_tier"]["red"].clone();

    let public = world.public_get(&path).json();
    assert_eq!((red(&public), public.get("record")), (json!(0), None), "nobody confirmed it");
    assert_eq!(red(&world.get(&path).json()), 2);
    assert_eq!(red(&world.get(&format!("{path}&as=published")).json()), 0);
    assert_eq!(world.public_get(&format!("{path}&as=computed")).code(), "sign_in_needed");

    let at_home = world.token_for("at home", Role::Officer, Some("V1"));
    let mine = world.ask("GET", &path, Some(&at_home), b"", &[]).json();
    assert_eq!((red(&mine), &mine["record"]["houses"]), (json!(1), &json!(1)), "of the other one what is public");
    // Who may not see visits is told none.
    assert!(mine["record"].get("due").is_some() && world.get(&path).json()["record"].get("due").is_none());
}

fn a_question_that_cannot_be_answered_says_what_was_expected(world: World) {
    let world = world.with_four_houses();
    let tomorrow = world.app.today().plus_days(1);
    for (query, code) in [
        ("from=2020-01-02&to=2020-01-01".to_owned(), "invalid"),
        (format!("from=2020-01-01&to={tomorrow}"), "invalid"),
        ("from=1800-01-01&to=2020-01-01".to_owned(), "invalid"),
        ("from=1950-01-01&to=2020-01-01".to_owned(), "invalid"),
        ("from=2020-01-01&to=2020-02-01&recent_days=0".to_owned(), "invalid"),
        ("from=2020-01-01&to=2020-02-01&area=nowhere".to_owned(), "not_found"),
        ("from=2020-01-01&to=2020-02-01&f=pdf".to_owned(), "bad_parameter"),
        ("from=2020-01-01&to=2020-02-01&f=xlsx&lang=fr".to_owned(), "bad_parameter"),
        ("from=2020-01-01&to=2020-02-30".to_owned(), "bad_parameter"),
        ("to=2020-02-01".to_owned(), "bad_parameter"),
        ("from=2020-01-01&to=2020-02-01&bbox=1,2,3".to_owned(), "bad_parameter"),
    ] {
        assert_eq!(world.get(&format!("/api/statistics?{query}")).code(), code, "{query}");
    }
    for area in ["nowhere", ""] {
        assert_eq!(world.get(&format!("/api/fairness?from=2020-01-01&to=2020-02-01&area={area}")).code(), "not_found", "{area}");
    }
    assert_eq!(world.post("/api/statistics?from=2020-01-01&to=2020-02-01", r#"{"type":"Point","coordinates":[1,1]}"#).code(), "bad_area");
}

fn a_workbook_holds_the_same_and_no_formula(world: World) {
    let world = world.with_four_houses();
    let kinds = "house_code,lon,lat,kind,area_code,address\nE-1,120.05,31.72,rental,V1,=1+1\n";
    assert_eq!(world.import(ImportedKind::Houses, kinds).new, 1);
    observed(&world, "A-1", "2020-05-05", "dispute", &json!({}));
    for lang in ["zh", "en"] {
        let answer = world.get(&format!("{YEAR}&f=xlsx&lang={lang}"));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert!(answer.headers["content-disposition"].to_str().unwrap().ends_with("statistics-2020-01-01-2020-12-31.xlsx\""));
        assert!(answer.bytes.starts_with(b"PK\x03\x04"));
    }
    let public = world.public_get(&format!("{YEAR}&f=xlsx"));
    assert!(public.bytes.len() < world.get(&format!("{YEAR}&f=xlsx")).bytes.len(), "the sheet of the record is for staff");
}

fn an_observation_of_any_house_is_taken_for_kinds_that_the_policy_says(world: World) {
    let world = world.with_four_houses();
    observed(&world, "A-4", "2020-05-05", "dispute", &json!({}));
    let officer = world.token(Role::Officer);
    let refused = world.post_as(&officer, "/api/houses/A-4/events", r#"{"date":"2020-05-05","kind":"lead"}"#);
    assert_eq!((refused.status, refused.code().as_str()), (422, "invalid"));
    let report = world.import(ImportedKind::Events, "house_code,date,kind\nA-4,2020-05-06,criminal_case\nA-4,2020-05-07,rectified\n");
    assert_eq!((report.new, report.faulty), (1, 1), "{:?}", report.faults);
    // It has no tier for it, neither here nor in another process, and nothing of it is public.
    assert_eq!(world.get("/api/houses/A-4").json()["tier"], "none");
    assert_eq!(world.public_get("/api/houses/A-4/events").json()["events"], json!([]));
    let other = world.second_process();
    assert_eq!(other.snapshot().difference(&world.app.snapshot()), None);
    let id = report.id.unwrap();
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &id)).unwrap();
    assert_eq!(happened(&world.get(YEAR).json(), "criminal_case")["now"]["all"], 0);
}

#[test]
fn the_fairness_report_of_the_demo_tells_groups_and_no_small_one() {
    let world = keyed(World::new(Engine::Sqlite).unwrap()).demo();
    let report = world.get("/api/fairness?from=2009-10-31&to=2010-10-31").json();
    assert_eq!((&report["rental"], &report["rated"], &report["red"]), (&json!(395), &json!(295), &json!(25)));
    let dimensions = report["dimensions"].as_array().unwrap();
    assert_eq!(dimensions.iter().map(|one| one["by"].as_str().unwrap()).collect::<Vec<_>>(), ["area", "size", "temporary_share"]);
    for dimension in dimensions {
        let groups = dimension["groups"].as_array().unwrap();
        assert!(groups.iter().all(|group| group["rated"].as_u64().unwrap() >= 10), "{dimension}");
        let sum = |field: &str| groups.iter().map(|group| group[field].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("rated"), sum("assessed")), (295, 295), "{dimension}");
    }
    // The demo gathers red around the yard.
    assert!(dimensions[0]["cramers_v"].as_f64().unwrap() > 0.1);
    let doses = report["feedback"]["doses"].as_array().unwrap();
    let could_fall: u64 = doses.iter().map(|dose| dose["houses"].as_u64().unwrap()).sum();
    assert!((250..295).contains(&could_fall) && doses.iter().all(|dose| dose["worse"].as_u64() <= dose["houses"].as_u64()));
    assert_eq!(world.get("/api/fairness?from=2010-10-31&to=2009-10-31").code(), "invalid");
    assert_eq!(world.public_get("/api/fairness?from=2009-10-31&to=2010-10-31").code(), "sign_in_needed");
}
