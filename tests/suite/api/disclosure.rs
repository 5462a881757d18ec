//! What a person is told who asks what is kept of him or her.

use sanshi::{
    app::{Caller, ImportedKind},
    domain::access::Role,
};
use serde_json::{Value, json};

use super::people::{HEADER, id_number};
use crate::world::{World, on_both_engines};

on_both_engines! {
    a_person_is_told_everything_that_is_kept_and_who_looked
    a_file_tells_nothing_of_where_else_the_person_lives
    a_file_counts_as_a_look_and_is_not_given_without_its_audit_row
}

/// Two houses in two areas.
const HOUSES: &str = "house_code,lon,lat,address,kind,area_code\nA-1,120.0501,31.7201,前桥村1号,rental,V1\nB-1,120.2501,31.9201,后桥村1号,rental,W1\n";

fn peopled(world: World) -> World {
    let world = world.with_keys();
    world.import(ImportedKind::Houses, HOUSES);
    world
}

/// Moves somebody in; gives the ids of the person and the residency.
fn join(world: &World, token: &str, house: &str, serial: u32, from: &str) -> [String; 2] {
    let draft =
        json!({ "name": "陆建国", "id_number": id_number(serial), "phone": "12900000001", "registration": "temporary", "role": "tenant", "from": from });
    let answer = world.post_as(token, &format!("/api/houses/{house}/residents"), draft.to_string());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    ["person", "id"].map(|field| answer.json()[field].as_str().unwrap().to_owned())
}

fn file(world: &World, token: &str, person: &str) -> Value {
    let answer = world.post_as(token, &format!("/api/persons/{person}/file"), r#"{"purpose":"person_asked"}"#);
    assert_eq!((answer.status, &answer.headers["cache-control"]), (200, &"no-store".parse().unwrap()), "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

fn actions(file: &Value) -> Vec<&str> {
    file["uses"].as_array().unwrap().iter().map(|of| of["action"].as_str().unwrap()).collect()
}

fn a_person_is_told_everything_that_is_kept_and_who_looked(world: World) {
    let world = peopled(world);
    let (zhang, li) = (world.token_for("张警官", Role::Officer, None), world.token_for("李助理", Role::Assistant, None));
    let [person, residency] = join(&world, &li, "A-1", 1, "2010-01-01");
    assert_eq!(world.post_as(&li, &format!("/api/residencies/{residency}/end"), r#"{"to":"2010-06-01"}"#).status, 200);
    let report = world.import(ImportedKind::Residents, &format!("{HEADER}B-1,陆建国,{},12900000001,registered,owner,2010-06-01,\n", id_number(1)));
    assert_eq!((report.new, report.faulty), (1, 0));
    let case = json!({ "purpose": "case", "case_number": "甲字第7号", "text": "另一人的事" }).to_string();
    assert_eq!(world.post_as(&zhang, &format!("/api/persons/{person}/reveal"), case).status, 200);
    assert_eq!(world.post_as(&zhang, "/api/persons/find", json!({ "id_number": id_number(1), "purpose": "visit" }).to_string()).status, 200);
    // Another person's rows are no business of this one.
    join(&world, &li, "A-1", 2, "2010-01-01");

    let told = file(&world, &zhang, &person);
    assert_eq!(told["person"], json!({ "name": "陆建国", "id_number": id_number(1), "phone": "12900000001" }));
    assert!(told["recorded_at"].as_str().unwrap().ends_with('Z') && told["cut"] == false);
    let [first, second] = &told["residencies"].as_array().unwrap()[..] else { panic!("{told:#}") };
    assert_eq!(
        (&first["house_code"], &first["address"], &first["role"], &first["registration"], &first["from"], &first["to"]),
        (&json!("A-1"), &json!("前桥村1号"), &json!("tenant"), &json!("temporary"), &json!("2010-01-01"), &json!("2010-06-01"))
    );
    assert_eq!((&first["recorded_by"], &first["ended_by"]), (&json!("李助理"), &json!("李助理")));
    assert_eq!((&second["house_code"], &second["recorded_by"], &second["ended_by"]), (&json!("B-1"), &json!("console"), &Value::Null));
    assert_eq!(actions(&told), ["record_residency", "end_residency", "reveal_person", "find_person", "disclose_person"]);
    let purposes: Vec<&Value> = told["uses"].as_array().unwrap().iter().map(|of| &of["purpose"]).collect();
    assert_eq!(purposes, [&Value::Null, &Value::Null, &json!("case"), &json!("visit"), &json!("person_asked")]);
    assert_eq!((&told["uses"][2]["who"], &told["uses"][2]["role"]), (&json!("张警官"), &json!("officer")));
    // What was noted of a case may concern others.
    let text = told.to_string();
    assert!(!text.contains("甲字第7号") && !text.contains("另一人的事"));
}

fn a_file_tells_nothing_of_where_else_the_person_lives(world: World) {
    let world = peopled(world);
    let here = world.token_for("here", Role::Officer, Some("V1"));
    let everywhere = world.token_for("everywhere", Role::Officer, None);
    let [person, _] = join(&world, &here, "A-1", 1, "2010-01-01");
    let shown = |told: &Value| (told["residencies"].as_array().unwrap().len(), told["residencies"].to_string());
    let before = file(&world, &here, &person);
    let [same, residency] = join(&world, &everywhere, "B-1", 1, "2011-01-01");
    assert_eq!(same, person);
    assert_eq!(world.post_as(&everywhere, &format!("/api/residencies/{residency}/end"), r#"{"to":"2012-01-01"}"#).status, 200);
    let after = file(&world, &here, &person);
    assert_eq!(shown(&before), shown(&after));
    assert_eq!((actions(&before).len(), actions(&after)), (2, vec!["record_residency", "disclose_person", "disclose_person"]));
    let text = after.to_string();
    assert!(!text.contains("B-1") && !text.contains("后桥村") && !text.contains("2011-01-01"), "{text}");
    assert_eq!(actions(&file(&world, &everywhere, &person)).len(), 6);
    // From the other area alone nobody who never lived there is known.
    let [other, _] = join(&world, &here, "A-1", 2, "2010-01-01");
    let there = world.token_for("there", Role::Officer, Some("W1"));
    let ask = |id: &str| world.post_as(&there, &format!("/api/persons/{id}/file"), r#"{"purpose":"person_asked"}"#);
    let (foreign, missing) = (ask(&other), ask("01J00000000000000000000000"));
    assert_eq!((foreign.status, foreign.code(), missing.code()), (404, "not_found".to_owned(), "not_found".to_owned()));
    for role in [Role::Assistant, Role::Administrator, Role::Auditor] {
        let answer = world.post_as(&world.token(role), &format!("/api/persons/{person}/file"), r#"{"purpose":"person_asked"}"#);
        assert_eq!(answer.code(), "forbidden", "{role}");
    }
}

fn a_file_counts_as_a_look_and_is_not_given_without_its_audit_row(world: World) {
    let world = peopled(world);
    world.runtime.block_on(world.app.describe_site(&Caller::console(), &[("reveal_quota", "3")])).unwrap();
    let officer = world.token_for("officer", Role::Officer, None);
    let [person, _] = join(&world, &officer, "A-1", 1, "2010-01-01");
    let ask = |what: &str, body: &str| world.post_as(&officer, &format!("/api/persons/{person}/{what}"), body);
    assert_eq!(ask("file", r#"{"purpose":"curiosity"}"#).code(), "invalid");
    assert_eq!(ask("file", r#"{"purpose":"case"}"#).code(), "invalid");
    for what in ["file", "reveal", "file"] {
        assert_eq!(ask(what, r#"{"purpose":"visit"}"#).status, 200);
    }
    for what in ["file", "reveal"] {
        assert_eq!(ask(what, r#"{"purpose":"visit"}"#).code(), "quota_reached");
    }
    let rows = world.runtime.block_on(world.app.store().audit_about(&person, 100)).unwrap();
    let looks: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(looks, ["disclose_person", "reveal_person", "disclose_person", "record_residency"]);
    assert_eq!(rows[0].detail, r#"{"case_number":"","purpose":"visit","text":""}"#);
}
