use std::sync::{Arc, Mutex};

use sanshi::{
    app::{Caller, ImportedKind},
    domain::access::Role,
    store::AuditQuery,
    vault::Keys,
};
use serde_json::{Value, json};

use crate::world::{Answer, Engine, World, on_both_engines};

on_both_engines! {
    a_site_without_a_key_keeps_no_persons_and_does_everything_else
    who_lives_in_a_house_is_listed_masked
    a_wrong_check_digit_is_a_fault_and_the_other_rows_go_in
    the_same_file_twice_changes_nothing_and_a_later_end_ends_the_residency
    one_person_in_two_places_is_a_warning_and_is_stored
    what_is_recorded_is_not_overwritten
    somebody_moves_in_and_out_one_by_one
    what_is_sent_wrong_is_named_and_never_repeated
    a_person_is_revealed_for_a_purpose_and_the_audit_says_so
    beyond_the_hour_s_quota_nobody_is_revealed_and_the_alert_stands_in_the_audit
    a_person_is_found_by_the_whole_identity_number
    foreign_and_missing_look_alike
    what_another_area_recorded_is_not_opened_by_an_act_in_this_one
    a_name_and_a_phone_on_record_are_corrected_and_never_overwritten
    whoever_tries_what_is_on_record_stands_in_the_audit
    nobody_s_number_stays_in_the_audit
    a_look_that_fails_for_want_of_a_key_is_no_look
    an_import_of_residents_is_undone_as_one
    after_a_rotation_everything_is_read_while_the_site_goes_on
    the_keys_of_another_site_are_refused
    who_lost_the_key_file_is_told_to_put_it_back_and_not_to_make_one
    a_rotation_takes_the_second_factors_along
}

/// An identity number of an area that no one has, with the check digit of ISO 7064 MOD 11-2 counted as the standard defines it.
pub fn id_number(serial: u32) -> String {
    let body = format!("990000{:04}0101{:03}", 1950 + serial / 1000 % 50, serial % 1000);
    let weighted: u32 = body.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * (2u32.pow(17 - at as u32) % 11)).sum();
    let check = (12 - weighted % 11) % 11;
    format!("{body}{}", if check == 10 { "X".to_owned() } else { check.to_string() })
}

/// One whose check digit is wrong.
fn wrong_number(serial: u32) -> String {
    let mut number = id_number(serial);
    let last = number.pop().unwrap();
    number.push(if last == '1' { '2' } else { '1' });
    number
}

pub const HEADER: &str = "house_code,name,id_number,phone,registration,role,from,to\n";

/// Two tenants of A-1, the owner who lives in A-4, and a child without a number.
fn residents() -> String {
    format!(
        "{HEADER}A-1,陆建国,{},12900000001,temporary,tenant,2010-01-01,\nA-1,王芳,{},,temporary,family,2010-03-01,2010-06-01\n\
         A-1,李东,{},,,owner,2009-01-01,\nA-4,李东,{},12900000003,registered,owner,2009-01-01,\nA-4,李小东,,,registered,family,2009-05-05,\n",
        id_number(1),
        id_number(2),
        id_number(3),
        id_number(3),
    )
}

fn peopled(world: World) -> World {
    let world = world.with_keys().with_four_houses();
    let report = world.import(ImportedKind::Residents, &residents());
    assert_eq!((report.new, report.faulty, report.warnings.len()), (5, 0, 0), "{:?} {:?}", report.faults, report.warnings);
    world
}

fn get(world: &World, token: &str, path: &str) -> Answer {
    world.ask("GET", path, Some(token), b"", &[])
}

fn of_house(world: &World, token: &str, path: &str) -> Vec<Value> {
    let answer = get(world, token, path);
    assert_eq!((answer.status, &answer.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    answer.json()["residents"].as_array().unwrap().clone()
}

const LOOK: &str = r#"{"purpose":"visit"}"#;

fn a_site_without_a_key_keeps_no_persons_and_does_everything_else(world: World) {
    let world = world.with_four_houses();
    let (officer, admin) = (world.token(Role::Officer), world.token(Role::Administrator));
    let body = json!({ "name": "陆建国", "role": "owner", "from": "2010-01-01" }).to_string();
    for answer in [
        get(&world, &officer, "/api/houses/A-1/residents"),
        world.post_as(&officer, "/api/houses/A-1/residents", &body),
        world.post_as(&officer, "/api/persons/01J00000000000000000000000/reveal", LOOK),
        world.post_as(&officer, "/api/persons/find", json!({ "id_number": id_number(1), "purpose": "visit" }).to_string()),
        world.post_as(&admin, "/api/imports/residents", residents()),
    ] {
        assert_eq!((answer.status, answer.code().as_str()), (409, "people_off"));
        assert!(answer.json()["detail"].as_str().unwrap().contains("sanshi key make"));
    }
    assert_eq!(world.get("/api/houses/A-1").json()["residents"], json!({ "registered": 0, "temporary": 0 }));
    assert_eq!(get(&world, &officer, "/api/houses/A-1/units").json()["units"], json!([]));
}

fn who_lives_in_a_house_is_listed_masked(world: World) {
    let world = peopled(world);
    let officer = world.token(Role::Officer);
    let on = |day: &str| of_house(&world, &officer, &format!("/api/houses/A-1/residents?date={day}"));
    assert_eq!(["2008-12-31", "2009-12-31", "2010-01-01", "2010-05-31", "2010-06-01"].map(|day| on(day).len()), [0, 1, 2, 3, 2]);
    let listed = on("2010-04-01");
    let roles: Vec<_> = listed.iter().map(|one| (one["role"].as_str().unwrap(), one["registration"].as_str(), one["from"].as_str().unwrap())).collect();
    assert_eq!(roles, [("owner", None, "2009-01-01"), ("tenant", Some("temporary"), "2010-01-01"), ("family", Some("temporary"), "2010-03-01")]);
    for one in &listed {
        let fields: Vec<&String> = one.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["from", "house_code", "id", "person", "registration", "role", "tag", "to"]);
        let tag = one["tag"].as_str().unwrap();
        assert!(tag.len() == 5 && tag.starts_with('#') && tag[1..].chars().all(|c| c.is_ascii_hexdigit()), "{tag}");
    }
    // The owner lives in A-4: the same person, and not the same tag.
    let home = of_house(&world, &officer, "/api/houses/A-4/residents");
    let same = home.iter().find(|one| one["person"] == listed[0]["person"]).expect("the owner is one person");
    assert_ne!(same["tag"], listed[0]["tag"]);
    // Counts: owning a house is not living in it.
    let census = |code: &str, day: &str| world.get(&format!("/api/houses/{code}?date={day}")).json()["residents"].clone();
    assert_eq!(census("A-1", "2010-04-01"), json!({ "registered": 0, "temporary": 2 }));
    assert_eq!(census("A-1", "2010-06-01"), json!({ "registered": 0, "temporary": 1 }));
    assert_eq!(census("A-4", "2010-04-01"), json!({ "registered": 2, "temporary": 0 }));
    assert!(world.public_get("/api/houses/A-1").json().get("residents").is_none());
}

fn a_wrong_check_digit_is_a_fault_and_the_other_rows_go_in(world: World) {
    let world = world.with_keys().with_four_houses();
    let admin = world.token(Role::Administrator);
    let wrong = wrong_number(7);
    let file = format!(
        "{HEADER}A-1,陆建国,{},,temporary,tenant,2010-01-01,\nA-1,王芳,{wrong},,temporary,tenant,2010-01-01,\nX-9,李东,,,temporary,tenant,2010-01-01,\nA-2,钱一,,,temporary,tenant,2999-01-01,\n",
        id_number(1)
    );
    for dry_run in [true, false] {
        let answer = world.post_as(&admin, &format!("/api/imports/residents?dry_run={dry_run}"), &file);
        let report = answer.json();
        assert_eq!((&report["new"], &report["faulty"], report["id"].is_null()), (&json!(1), &json!(3), dry_run), "{report:#}");
        let faults: Vec<_> =
            report["faults"].as_array().unwrap().iter().map(|fault| (fault["row"].as_u64().unwrap(), fault["code"].as_str().unwrap())).collect();
        assert_eq!(faults, [(3, "bad_id_number"), (4, "unknown_house"), (5, "future_day")]);
        assert_eq!(report["faults"][0]["found"], "18 characters, wrong check digit");
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!text.contains(&wrong[..10]) && !text.contains("王芳") && !text.contains("李东"), "{text}");
    }
    // Of a file of persons neither its name nor its plain hash is kept.
    let listed = get(&world, &admin, "/api/imports").json();
    assert_eq!(listed["imports"][0]["file"], "residents");
}

fn the_same_file_twice_changes_nothing_and_a_later_end_ends_the_residency(world: World) {
    let world = peopled(world);
    let again = world.import(ImportedKind::Residents, &residents());
    assert_eq!((again.new, again.changed, again.same, again.faulty, again.id.is_none()), (0, 0, 5, 0, true), "{:?}", again.faults);
    let ended = residents().replacen("tenant,2010-01-01,\n", "tenant,2010-01-01,2010-08-01\n", 1);
    let report = world.import(ImportedKind::Residents, &ended);
    assert_eq!((report.new, report.changed, report.same), (0, 1, 4));
    let officer = world.token(Role::Officer);
    assert_eq!(of_house(&world, &officer, "/api/houses/A-1/residents?date=2010-07-31").len(), 2);
    assert_eq!(of_house(&world, &officer, "/api/houses/A-1/residents?date=2010-08-01").len(), 1);
    // The older file does not open it again.
    assert_eq!(world.import(ImportedKind::Residents, &residents()).same, 5);
    assert_eq!(of_house(&world, &officer, "/api/houses/A-1/residents?date=2010-08-01").len(), 1);
}

fn one_person_in_two_places_is_a_warning_and_is_stored(world: World) {
    let world = peopled(world);
    // Moved without being signed off in A-1, and once more within the file.
    let file = format!("{HEADER}A-2,陆建国,{0},,temporary,tenant,2010-05-01,2010-07-01\nA-3,陆建国,{0},,temporary,tenant,2010-06-30,\n", id_number(1));
    let report = world.import(ImportedKind::Residents, &file);
    assert_eq!((report.new, report.faulty), (2, 0));
    assert_eq!(report.warnings.iter().map(|warning| (warning.row, warning.column.as_str())).collect::<Vec<_>>(), [(2, "from"), (3, "from")]);
    let officer = world.token(Role::Officer);
    assert_eq!(of_house(&world, &officer, "/api/houses/A-3/residents").len(), 1);
}

fn what_is_recorded_is_not_overwritten(world: World) {
    let world = peopled(world);
    let rows = [
        format!("A-1,陆建国,{},,registered,tenant,2010-01-01,\n", id_number(1)),
        format!("A-1,王芳,{},,temporary,family,2010-03-01,2010-06-02\n", id_number(2)),
    ];
    let report = world.import(ImportedKind::Residents, &format!("{HEADER}{}", rows.concat()));
    let faults: Vec<_> = report.faults.iter().map(|fault| (fault.row, fault.column.as_str(), sanshi::http::fault_code(fault.code))).collect();
    assert_eq!(faults, [(2, "role", "already_recorded".to_owned()), (3, "to", "already_recorded".to_owned())]);
    assert_eq!((report.new, report.changed, report.same, report.faulty), (0, 0, 0, 2));
    // Nor by whoever holds the database.
    for statement in ["update residencies set registration = 'registered'", "update residencies set to_day = '2011-01-01' where to_day is not null"] {
        assert!(world.execute(statement).is_err(), "{statement} went through");
    }
}

fn somebody_moves_in_and_out_one_by_one(world: World) {
    let world = peopled(world);
    let assistant = world.token(Role::Assistant);
    let draft =
        json!({ "name": "周敏", "id_number": id_number(9), "phone": "129 0000 0009", "registration": "temporary", "role": "tenant", "from": "2010-02-01" });
    let joined = world.post_as(&assistant, "/api/houses/A-2/residents", draft.to_string());
    assert_eq!(joined.status, 201);
    let joined = joined.json();
    assert_eq!((&joined["overlaps"], &joined["to"]), (&json!(false), &Value::Null));
    // The same again is the same.
    assert_eq!(world.post_as(&assistant, "/api/houses/A-2/residents", draft.to_string()).json()["id"], joined["id"]);
    let moved = json!({ "name": "周敏", "id_number": id_number(9), "registration": "temporary", "role": "tenant", "from": "2010-03-01" });
    assert_eq!(world.post_as(&assistant, "/api/houses/A-3/residents", moved.to_string()).json()["overlaps"], true);
    let end = |body: Value| world.post_as(&assistant, &format!("/api/residencies/{}/end", joined["id"].as_str().unwrap()), body.to_string());
    assert_eq!(end(json!({ "to": "2010-01-31" })).code(), "invalid");
    assert_eq!(end(json!({ "to": "2999-01-31" })).code(), "invalid");
    assert_eq!(end(json!({ "to": "2010-03-01" })).json()["to"], "2010-03-01");
    assert_eq!(end(json!({ "to": "2010-03-02" })).code(), "already_ended");
    assert_eq!(of_house(&world, &assistant, "/api/houses/A-2/residents?date=2010-02-28").len(), 1);
    assert_eq!(of_house(&world, &assistant, "/api/houses/A-2/residents?date=2010-03-01").len(), 0);
    // A mistake is ended on its first day and may be entered anew.
    let wrong = json!({ "name": "钱一", "registration": "temporary", "role": "tenant", "from": "2010-02-01" });
    let first = world.post_as(&assistant, "/api/houses/A-2/residents", wrong.to_string()).json();
    let path = format!("/api/residencies/{}/end", first["id"].as_str().unwrap());
    assert_eq!(world.post_as(&assistant, &path, r#"{"to":"2010-02-01"}"#).status, 200);
    let anew = world.post_as(&assistant, "/api/houses/A-2/residents", wrong.to_string()).json();
    assert!(anew["id"] != first["id"] && anew["person"] == first["person"]);
    assert_eq!(world.post_as(&world.staff, "/api/houses/A-2/residents", draft.to_string()).code(), "forbidden");
}

fn what_is_sent_wrong_is_named_and_never_repeated(world: World) {
    let world = world.with_keys().with_four_houses();
    let officer = world.token(Role::Officer);
    let wrong = wrong_number(1);
    for (body, code, fields) in [
        (
            json!({ "name": "\u{7}记号", "id_number": wrong, "phone": "记号", "registration": "记号", "role": "记号", "from": "记号", "to": "记号" })
                .to_string(),
            "bad_id_number",
            vec!["name", "id_number", "phone", "registration", "role", "from", "to"],
        ),
        (json!({ "name": "记号", "role": "tenant", "from": "2010-01-01" }).to_string(), "invalid", vec!["registration"]),
        (json!({ "name": "记号", "role": "owner", "from": "2010-01-01", "to": "2009-01-01" }).to_string(), "invalid", vec!["to"]),
        (format!(r#"{{"name":"记号","id_number":{},"role":"owner"}}"#, wrong), "bad_json", vec![]),
        (format!(r#"{{"name":"记号{}"#, wrong), "bad_json", vec![]),
    ] {
        let answer = world.post_as(&officer, "/api/houses/A-1/residents", &body);
        assert_eq!(answer.code(), code, "{body}");
        let empty = vec![];
        let problem = answer.json();
        let named: Vec<_> = problem["errors"].as_array().unwrap_or(&empty).iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect();
        assert_eq!(named, fields, "{body}");
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(!text.contains("记号") && !text.contains(&wrong[6..]), "{text}");
    }
    assert_eq!(of_house(&world, &officer, "/api/houses/A-1/residents").len(), 0);
}

/// The latest rows first.
fn audit(world: &World) -> Vec<sanshi::store::AuditRow> {
    world.runtime.block_on(world.app.store().latest_audit(&AuditQuery::default(), 100)).unwrap()
}

fn latest_audit(world: &World) -> sanshi::store::AuditRow {
    audit(world).remove(0)
}

fn a_person_is_revealed_for_a_purpose_and_the_audit_says_so(world: World) {
    let world = peopled(world);
    let (officer, assistant, admin) = (world.token_for("Li", Role::Officer, None), world.token(Role::Assistant), world.token(Role::Administrator));
    let person = of_house(&world, &officer, "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    let path = format!("/api/persons/{person}/reveal");
    for (token, body, code) in [
        (&assistant, LOOK, "forbidden"),
        (&admin, LOOK, "forbidden"),
        (&officer, "{}", "bad_json"),
        (&officer, r#"{"purpose":"curiosity"}"#, "invalid"),
        (&officer, r#"{"purpose":"case"}"#, "invalid"),
    ] {
        assert_eq!(world.post_as(token, &path, body).code(), code);
        assert_ne!(latest_audit(&world).action, "reveal_person");
    }
    let answer = world.post_as(&officer, &path, r#"{"purpose":"case","case_number":"2010-17","text":"theft next door"}"#);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.json(), json!({ "name": "陆建国", "id_number": id_number(1), "phone": "12900000001" }));
    let row = latest_audit(&world);
    assert_eq!((row.who.as_str(), row.action.as_str(), &row.subject), ("Li", "reveal_person", &person));
    assert_eq!(serde_json::from_str::<Value>(&row.detail).unwrap(), json!({ "purpose": "case", "case_number": "2010-17", "text": "theft next door" }));
    assert_eq!(world.post_as(&officer, "/api/persons/01J00000000000000000000000/reveal", LOOK).code(), "not_found");
}

fn beyond_the_hour_s_quota_nobody_is_revealed_and_the_alert_stands_in_the_audit(world: World) {
    let world = peopled(world);
    world.runtime.block_on(world.app.describe_site(&Caller::console(), &[("reveal_quota", "3")])).unwrap();
    let (li, wang) = (world.token_for("Li", Role::Officer, None), world.token_for("Wang", Role::Officer, None));
    let person = of_house(&world, &li, "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    let path = format!("/api/persons/{person}/reveal");
    // A search is a look too, also one that finds nobody.
    assert_eq!(world.post_as(&li, "/api/persons/find", json!({ "id_number": id_number(99), "purpose": "visit" }).to_string()).code(), "not_found");
    assert_eq!([world.post_as(&li, &path, LOOK).status, world.post_as(&li, &path, LOOK).status], [200, 200]);
    for _ in 0..2 {
        let refused = world.post_as(&li, &path, LOOK);
        assert_eq!((refused.status, refused.code().as_str()), (429, "quota_reached"));
        assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 3_000);
    }
    assert_eq!(world.post_as(&li, "/api/persons/find", json!({ "id_number": id_number(1), "purpose": "visit" }).to_string()).code(), "quota_reached");
    assert_eq!(world.post_as(&wang, &path, LOOK).status, 200, "each has a quota of their own");
    let audit = world.runtime.block_on(world.app.store().latest_audit(&AuditQuery::default(), 100)).unwrap();
    let count = |action: &str| audit.iter().filter(|row| row.action == action && row.who == "Li").count();
    assert_eq!((count("reveal_quota_reached"), count("reveal_person"), count("find_person")), (1, 2, 1));
}

fn a_person_is_found_by_the_whole_identity_number(world: World) {
    let world = peopled(world);
    let officer = world.token(Role::Officer);
    let find = |number: &str| world.post_as(&officer, "/api/persons/find", json!({ "id_number": number, "purpose": "emergency" }).to_string());
    let found = find(&format!(" {}", id_number(3).to_lowercase())).json();
    let houses: Vec<_> = found["residencies"].as_array().unwrap().iter().map(|one| one["house_code"].as_str().unwrap()).collect();
    assert_eq!(houses, ["A-1", "A-4"]);
    assert!(found["residencies"][0].get("name").is_none());
    assert_eq!((find(&id_number(8)).code(), find(&id_number(3)[..17]).code()), ("not_found".to_owned(), "bad_id_number".to_owned()));
    for row in world.runtime.block_on(world.app.store().latest_audit(&AuditQuery::default(), 100)).unwrap() {
        assert!(!format!("{row:?}").contains(&id_number(3)[6..14]) && !format!("{row:?}").contains("李东"), "{row:?}");
    }
}

fn foreign_and_missing_look_alike(world: World) {
    let world = peopled(world);
    let (here, elsewhere) = (world.token_for("Li", Role::Officer, Some("V1")), world.token_for("Wang", Role::Officer, Some("V2")));
    let resident = of_house(&world, &here, "/api/houses/A-1/residents")[1].clone();
    let (person, residency) = (resident["person"].as_str().unwrap(), resident["id"].as_str().unwrap());
    let nobody = "01J00000000000000000000000";
    let join = json!({ "name": "周敏", "registration": "temporary", "role": "tenant", "from": "2010-02-01" }).to_string();
    let find = |serial: u32| json!({ "id_number": id_number(serial), "purpose": "visit" }).to_string();
    for (method, foreign, missing, (foreign_body, missing_body)) in [
        ("GET", "/api/houses/A-1/residents".to_owned(), "/api/houses/X-9/residents".to_owned(), (String::new(), String::new())),
        ("GET", "/api/houses/A-1/units".to_owned(), "/api/houses/X-9/units".to_owned(), (String::new(), String::new())),
        ("POST", "/api/houses/A-1/residents".to_owned(), "/api/houses/X-9/residents".to_owned(), (join.clone(), join.clone())),
        ("POST", "/api/houses/A-1/units".to_owned(), "/api/houses/X-9/units".to_owned(), (r#"{"name":"x"}"#.to_owned(), r#"{"name":"x"}"#.to_owned())),
        (
            "POST",
            format!("/api/residencies/{residency}/end"),
            format!("/api/residencies/{nobody}/end"),
            (r#"{"to":"2010-07-01"}"#.to_owned(), r#"{"to":"2010-07-01"}"#.to_owned()),
        ),
        ("POST", format!("/api/persons/{person}/reveal"), format!("/api/persons/{nobody}/reveal"), (LOOK.to_owned(), LOOK.to_owned())),
        ("POST", "/api/persons/find".to_owned(), "/api/persons/find".to_owned(), (find(1), find(77))),
    ] {
        let ask = |path: &str, body: &str| world.ask(method, path, Some(&elsewhere), body.as_bytes(), &[]);
        let (foreign, missing) = (ask(&foreign, &foreign_body), ask(&missing, &missing_body));
        assert_eq!((foreign.status, foreign.code()), (404, "not_found".to_owned()), "{method}");
        let shape = |answer: &Answer| String::from_utf8_lossy(&answer.bytes).replace("A-1", "X-9").replace(person, nobody).replace(residency, nobody);
        assert_eq!(shape(&foreign), shape(&missing));
    }
    // The count of a house elsewhere is not told.
    assert!(get(&world, &elsewhere, "/api/houses/A-1").json().get("residents").is_none());
    assert_eq!(get(&world, &here, "/api/houses/A-1?date=2010-04-01").json()["residents"]["temporary"], 2);
}

/// Somebody of A-1 (area V1) is entered in B-1 (area V2) under another name, by an assistant there.
fn known_in_two_areas(world: World) -> (World, [String; 2], [String; 2]) {
    let world = peopled(world);
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind,area_code\nB-1,120.06,31.73,rental,V2\n");
    let officers = [world.token_for("Li", Role::Officer, Some("V1")), world.token_for("Wang", Role::Officer, Some("V2"))];
    let assistant = world.token_for("Zhao", Role::Assistant, Some("V2"));
    let draft = json!({ "name": "另一个名字", "id_number": id_number(1), "registration": "temporary", "role": "tenant", "from": "2010-02-01" });
    let joined = world.post_as(&assistant, "/api/houses/B-1/residents", draft.to_string());
    assert_eq!((joined.status, &joined.json()["overlaps"]), (201, &json!(false)), "nor is it told that the person lives elsewhere too");
    let here = of_house(&world, &officers[0], "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    let there = joined.json()["person"].as_str().unwrap().to_owned();
    (world, officers, [here, there])
}

fn what_another_area_recorded_is_not_opened_by_an_act_in_this_one(world: World) {
    let (world, [li, wang], [here, there]) = known_in_two_areas(world);
    assert_ne!(here, there);
    let reveal = |token: &str, person: &str| world.post_as(token, &format!("/api/persons/{person}/reveal"), LOOK);
    assert_eq!((reveal(&wang, &here).code(), reveal(&li, &there).code()), ("not_found".to_owned(), "not_found".to_owned()));
    assert_eq!(reveal(&wang, &there).json(), json!({ "name": "另一个名字", "id_number": id_number(1), "phone": null }));
    assert_eq!(reveal(&li, &here).json()["name"], "陆建国");
    let find = |token: &str| {
        let found = world.post_as(token, "/api/persons/find", json!({ "id_number": id_number(1), "purpose": "visit" }).to_string()).json();
        found["residencies"].as_array().unwrap().iter().map(|one| one["house_code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((find(&li), find(&wang)), (vec!["A-1".to_owned()], vec!["B-1".to_owned()]));
    // Who answers for both finds both, each look on record; a file of the whole site finds each stay where it is.
    let everywhere = world.token_for("Chen", Role::Officer, None);
    assert_eq!(find(&everywhere), ["A-1", "B-1"]);
    let looked: Vec<String> = [0, 1].map(|at| audit(&world)[at].subject.clone()).into();
    assert!(audit(&world)[..2].iter().all(|row| row.action == "find_person") && looked.contains(&here) && looked.contains(&there));
    let file = format!("{}B-1,另一个名字,{},,temporary,tenant,2010-02-01,\n", residents(), id_number(1));
    let report = world.import(ImportedKind::Residents, &file);
    assert_eq!((report.new, report.changed, report.same, report.faulty), (0, 0, 6, 0), "{:?}", report.faults);
    // What is wrong in one area stands in nobody's way in another.
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind,area_code\nC-1,120.08,31.75,rental,V3\n");
    let file = format!("{HEADER}C-1,陆健国,{},,temporary,tenant,2011-02-01,\nC-1,陆建国,{0},,temporary,tenant,2012-02-01,\n", id_number(1));
    let report = world.import(ImportedKind::Residents, &file);
    assert_eq!((report.new, report.faulty, report.faults[0].column.as_str()), (1, 1, "name"), "{:?}", report.faults);
    world.runtime.block_on(world.app.undo_import(&Caller::console(), &report.id.unwrap())).unwrap();
    // Whom the site erases is gone from both.
    assert_eq!(world.runtime.block_on(world.app.erase_person(&Caller::console(), &here, "asked for at the counter")).unwrap(), 2);
    assert_eq!((reveal(&li, &here).code(), reveal(&wang, &there).code()), ("not_found".to_owned(), "not_found".to_owned()));
    let erased: Vec<&str> = ["erase_person"; 2].into();
    assert_eq!(audit(&world)[..2].iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), erased);
}

fn a_name_and_a_phone_on_record_are_corrected_and_never_overwritten(world: World) {
    let (world, [li, wang], [person, _]) = known_in_two_areas(world);
    let shown = || world.post_as(&li, &format!("/api/persons/{person}/reveal"), LOOK).json();
    let known = json!({ "name": "陆建国", "id_number": id_number(1), "phone": "12900000001" });
    for (wrong, column) in [(residents().replace("陆建国", "陆健国"), "name"), (residents().replace("12900000001", "12900000002"), "phone")] {
        let report = world.import(ImportedKind::Residents, &wrong);
        assert_eq!((report.new, report.changed, report.same, report.faulty), (0, 0, 4, 1));
        assert_eq!((report.faults[0].row, report.faults[0].column.as_str(), report.faults[0].found.as_str()), (2, column, "another one"));
    }
    let draft = json!({ "name": "陆健国", "id_number": id_number(1), "registration": "temporary", "role": "tenant", "from": "2010-09-01" });
    assert_eq!(world.post_as(&li, "/api/houses/A-2/residents", draft.to_string()).code(), "already_recorded");
    assert_eq!(shown(), known);
    // A phone that was not known is news.
    let first = residents().replace(&format!("{},,temporary,family", id_number(2)), &format!("{},12900000022,temporary,family", id_number(2)));
    assert_eq!(world.import(ImportedKind::Residents, &first).changed, 1);

    let correct = |token: &str, body: Value| world.post_as(token, &format!("/api/persons/{person}/correct"), body.to_string());
    assert_eq!(correct(&li, json!({ "reason": "as in the document" })).code(), "invalid");
    assert_eq!(correct(&li, json!({ "name": "陆健国", "reason": "" })).code(), "invalid");
    assert_eq!(correct(&li, json!({ "phone": "12", "reason": "he said so" })).code(), "invalid");
    assert_eq!(correct(&wang, json!({ "name": "陆健国", "reason": "x" })).code(), "not_found");
    assert_eq!(correct(&world.token_for("Qian", Role::Assistant, Some("V1")), json!({ "name": "陆健国", "reason": "x" })).code(), "forbidden");
    assert_eq!(shown(), known);
    let corrected = correct(&li, json!({ "name": "陆健国", "reason": "as in the document" }));
    assert_eq!((corrected.status, corrected.bytes.len()), (204, 0));
    let row = latest_audit(&world);
    assert_eq!((row.action.as_str(), &row.subject, row.detail.as_str()), ("correct_person", &person, r#"{"fields":["name"],"reason":"as in the document"}"#));
    assert_eq!(shown()["name"], "陆健国");
    assert_eq!(shown()["phone"], "12900000001");
    // Without a number a person is found by what is right now.
    let child = of_house(&world, &li, "/api/houses/A-4/residents").into_iter().find(|one| one["role"] == "family").unwrap();
    let path = format!("/api/persons/{}/correct", child["person"].as_str().unwrap());
    assert_eq!(world.post_as(&li, &path, json!({ "name": "李晓东", "reason": "misspelt" }).to_string()).status, 204);
    let again = json!({ "name": "李晓东", "registration": "registered", "role": "family", "from": "2009-05-05" }).to_string();
    assert_eq!(world.post_as(&li, "/api/houses/A-4/residents", again).json()["person"], child["person"]);
}

fn whoever_tries_what_is_on_record_stands_in_the_audit(world: World) {
    let world = peopled(world);
    let assistant = world.token_for("Zhao", Role::Assistant, None);
    let person = of_house(&world, &assistant, "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    let same =
        json!({ "name": "陆建国", "id_number": id_number(1), "phone": "12900000001", "registration": "temporary", "role": "tenant", "from": "2010-01-01" });
    for (field, value, status) in [("name", "陆建国", 201), ("name", "陆健国", 409), ("phone", "12900000009", 409), ("registration", "registered", 409)] {
        let mut draft = same.clone();
        draft[field] = json!(value);
        assert_eq!(world.post_as(&assistant, "/api/houses/A-1/residents", draft.to_string()).status, status);
        let row = latest_audit(&world);
        assert_eq!((row.who.as_str(), row.action.as_str(), &row.subject), ("Zhao", "try_residency", &person), "{field}: {value}");
        assert!(row.detail.contains("A-1") && !row.detail.contains(value), "{}", row.detail);
    }
    // A dry run and a file that changes nothing tell as much.
    let admin = world.token_for("Sun", Role::Administrator, None);
    for dry_run in ["true", "false"] {
        assert_eq!(world.post_as(&admin, &format!("/api/imports/residents?dry_run={dry_run}"), residents()).json()["same"], 5);
        let row = latest_audit(&world);
        assert_eq!((row.who.as_str(), row.action.as_str()), ("Sun", "try_import"));
        assert!(row.detail.contains(r#""same":5"#), "{}", row.detail);
    }
}

fn nobody_s_number_stays_in_the_audit(world: World) {
    let world = peopled(world);
    let officer = world.token(Role::Officer);
    let person = of_house(&world, &officer, "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    let number = id_number(1);
    let full_width: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let before = audit(&world).len();
    for text in [format!("asked about {number}"), full_width, "call 12900000001".to_owned()] {
        for (path, body, field) in [
            ("reveal", json!({ "purpose": "visit", "text": text }), "text"),
            ("file", json!({ "purpose": "case", "case_number": text }), "case_number"),
            ("correct", json!({ "name": "陆健国", "reason": text }), "reason"),
        ] {
            let refused = world.post_as(&officer, &format!("/api/persons/{person}/{path}"), body.to_string());
            let problem = refused.json();
            assert_eq!((refused.status, &problem["errors"][0]["field"], &problem["errors"][0]["code"]), (422, &json!(field), &json!("personal_number")));
            assert!(!String::from_utf8_lossy(&refused.bytes).contains(&text));
        }
        assert!(world.runtime.block_on(world.app.erase_person(&Caller::console(), &person, &text)).is_err());
    }
    assert_eq!(audit(&world).len(), before);
}

fn a_look_that_fails_for_want_of_a_key_is_no_look(world: World) {
    let world = world.with_four_houses();
    let file = Arc::new(Mutex::new(Keys::generate().unwrap().to_text()));
    world.app.read_keys_with(Box::new({
        let file = Arc::clone(&file);
        move || Keys::parse(&file.lock().unwrap() as &String).map(Some).map_err(|bad| bad.to_string())
    }));
    let (officer, console) = (world.token(Role::Officer), Caller::console());
    let older = file.lock().unwrap().clone();
    world.import(ImportedKind::Residents, &residents());
    let newer = Keys::parse(&older).unwrap().with_new_key().unwrap().to_text();
    *file.lock().unwrap() = newer;
    world.runtime.block_on(world.app.announce_key(&console)).unwrap();
    world.runtime.block_on(world.app.reseal_some(&console)).unwrap();
    let person = of_house(&world, &officer, "/api/houses/A-1/residents")[1]["person"].as_str().unwrap().to_owned();
    // Somebody puts an older copy of the key file back: another process reads it, and goes no further.
    let other = world.second_process();
    other.read_keys_with(Box::new(move || Keys::parse(&older).map(Some).map_err(|bad| bad.to_string())));
    let looking = sanshi::app::Looking { purpose: sanshi::domain::person::Purpose::Visit, text: String::new(), case_number: String::new() };
    let li = Caller::new("Li".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere());
    let before = audit(&world).len();
    let refused = world.runtime.block_on(other.reveal(&li, &person, &looking)).unwrap_err();
    assert!(refused.to_string().contains("safety copy"), "{refused}");
    assert!(world.runtime.block_on(other.announce_key(&console)).is_err(), "nor does a rotation go back to it");
    assert_eq!(audit(&world).len(), before);
}

fn an_import_of_residents_is_undone_as_one(world: World) {
    let world = peopled(world);
    let officer = world.token(Role::Officer);
    let undo = |id: &str| world.runtime.block_on(world.app.undo_import(&Caller::console(), id));
    let first = world.runtime.block_on(world.app.store().latest_imports(1)).unwrap().remove(0).id;
    let file = format!("{HEADER}A-2,周敏,{},,temporary,tenant,2010-01-01,\nA-2,陆建国,{},,temporary,tenant,2011-01-01,\n", id_number(9), id_number(1));
    let second = world.import(ImportedKind::Residents, &file).id.unwrap();
    let residency = of_house(&world, &officer, "/api/houses/A-2/residents")[0]["id"].as_str().unwrap().to_owned();
    undo(&second).unwrap();
    assert_eq!(of_house(&world, &officer, "/api/houses/A-2/residents").len(), 0);
    assert_eq!(of_house(&world, &officer, "/api/houses/A-1/residents").len(), 2, "who was there before is there still");
    assert_eq!(world.post_as(&officer, &format!("/api/residencies/{residency}/end"), r#"{"to":"2010-07-01"}"#).code(), "not_found");
    // Something rests on the first one by now: refused whole.
    let resident = of_house(&world, &officer, "/api/houses/A-1/residents")[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.post_as(&officer, &format!("/api/residencies/{resident}/end"), r#"{"to":"2010-07-01"}"#).status, 200);
    assert!(undo(&first).unwrap_err().to_string().contains("ended since"));
    // Whoever answers for a part of the site only takes nothing back.
    let scope = sanshi::domain::scope::Scope::of(["V1".to_owned()]);
    assert!(world.runtime.block_on(world.app.undo_import(&Caller::new("test".to_owned(), Role::Administrator, scope), &first)).is_err());
    assert_eq!(world.import(ImportedKind::Residents, &residents()).same, 5);
}

fn after_a_rotation_everything_is_read_while_the_site_goes_on(world: World) {
    let world = world.with_four_houses();
    let file = Arc::new(Mutex::new(Keys::generate().unwrap().to_text()));
    let source = |file: &Arc<Mutex<_>>| {
        let file = Arc::clone(file);
        Box::new(move || Keys::parse(&file.lock().unwrap() as &String).map(Some).map_err(|bad| bad.to_string()))
    };
    world.app.read_keys_with(source(&file));
    let rows: String = (0..1_100).map(|serial| format!("A-1,住户{serial},{},,temporary,tenant,2010-01-01,\n", id_number(serial))).collect();
    assert_eq!(world.import(ImportedKind::Residents, &format!("{HEADER}{rows}")).new, 1_100);
    let officer = world.token(Role::Officer);
    let people: Vec<String> = of_house(&world, &officer, "/api/houses/A-1/residents").iter().map(|one| one["person"].as_str().unwrap().to_owned()).collect();
    assert_eq!(people.len(), 1_000, "a list is bounded");
    let name = |at: usize| world.post_as(&officer, &format!("/api/persons/{}/reveal", people[at]), LOOK).json()["name"].as_str().unwrap().to_owned();
    let before = [name(0), name(999)];

    // Another process rotates, is killed after its first portion, and goes on.
    let other = world.second_process();
    let rotated = Keys::parse(&file.lock().unwrap()).unwrap().with_new_key().unwrap();
    *file.lock().unwrap() = rotated.to_text();
    other.read_keys_with(source(&file));
    let console = Caller::console();
    let left = |app: &sanshi::app::App| world.runtime.block_on(app.sealed_with_older_keys(&console)).unwrap();
    assert_eq!(left(&other), 1_100);
    world.runtime.block_on(other.announce_key(&console)).unwrap();
    assert_eq!(world.runtime.block_on(other.reseal_some(&console)).unwrap(), 600);
    assert_eq!([name(0), name(999)], before, "read by a process that had the old key only");
    assert_eq!(world.runtime.block_on(other.reseal_some(&console)).unwrap(), 100);
    assert_eq!(world.runtime.block_on(other.reseal_some(&console)).unwrap(), 0);
    assert_eq!(left(&other), 0);
    assert_eq!([name(0), name(999)], before);
    // Whoever moves in meanwhile is sealed with the new key, by a process that began with the old one.
    world.runtime.block_on(world.app.catch_up()).unwrap();
    let draft = json!({ "name": "周敏", "registration": "temporary", "role": "tenant", "from": "2010-02-01" }).to_string();
    assert_eq!(world.post_as(&officer, "/api/houses/A-2/residents", draft).status, 201);
    assert_eq!(left(&other), 0);
    // Search goes on with the index of the oldest key, and the file still matches.
    let found = world.post_as(&officer, "/api/persons/find", json!({ "id_number": id_number(7), "purpose": "visit" }).to_string());
    assert_eq!(found.status, 200);
    assert_eq!(world.import(ImportedKind::Residents, &format!("{HEADER}{rows}")).same, 1_100);
}

fn the_keys_of_another_site_are_refused(world: World) {
    let world = peopled(world);
    let other = world.second_process();
    let text = Keys::generate().unwrap().to_text();
    other.read_keys_with(Box::new(move || Keys::parse(&text).map(Some).map_err(|bad| bad.to_string())));
    let refused = world.runtime.block_on(other.residents(
        &Caller::new("test".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere()),
        &sanshi::domain::house::HouseCode::new("A-1").unwrap(),
        other.today(),
    ));
    assert!(refused.unwrap_err().to_string().contains("safety copy"));
}

fn who_lost_the_key_file_is_told_to_put_it_back_and_not_to_make_one(world: World) {
    let world = peopled(world);
    let officer = Caller::new("test".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere());
    let house = sanshi::domain::house::HouseCode::new("A-1").unwrap();
    let (gone, broken) = (world.second_process(), world.second_process());
    gone.read_keys_with(Box::new(|| Ok(None)));
    broken.read_keys_with(Box::new(|| Err("/secret/place/site.key: permission denied".to_owned())));
    let told = |app: &sanshi::app::App| world.runtime.block_on(app.residents(&officer, &house, app.today())).unwrap_err().to_string();
    assert!(told(&gone).contains("safety copy") && !told(&gone).contains("key make"), "{}", told(&gone));
    assert!(!told(&broken).contains("/secret/place"), "{}", told(&broken));
}

fn a_rotation_takes_the_second_factors_along(world: World) {
    let world = world.with_keys();
    let console = Caller::console();
    let mut account = sanshi::store::AccountRecord {
        id: "01J00000000000000000000001".to_owned(),
        name: "li".to_owned(),
        folded: "li".to_owned(),
        password: "$none$".to_owned(),
        role: Role::Officer,
        areas: None,
        totp: None,
        totp_next: None,
        totp_step: None,
        made_at_ms: 0,
        disabled_at_ms: None,
    };
    let put = |account: &sanshi::store::AccountRecord, is_new: bool| {
        world.runtime.block_on(async {
            let mut write = world.app.store().begin(0).await.unwrap();
            if is_new {
                write.add_account(account).await.unwrap();
            }
            write.put_account(account).await.unwrap();
            let audit = sanshi::store::Audit { who: "test", role: "officer", action: "test", subject: "li", detail: Value::Null, place: "" };
            write.commit(audit, sanshi::store::Touched::Houses).await.unwrap();
        });
    };
    let older = world.app.keys().unwrap();
    let seal = |plain: &[u8]| Some(older.seal("totp", &account.id, plain).unwrap().as_bytes().to_vec());
    (account.totp, account.totp_next) = (seal(b"the one in use"), seal(b"the next one"));
    put(&account, true);
    let newer = Keys::parse(&older.to_text()).unwrap().with_new_key().unwrap();
    let text = newer.to_text();
    let other = world.second_process();
    other.read_keys_with(Box::new(move || Keys::parse(&text).map(Some).map_err(|bad| bad.to_string())));
    let left = |app: &sanshi::app::App| world.runtime.block_on(app.sealed_with_older_keys(&console)).unwrap();
    assert_eq!(left(&other), 1);
    world.runtime.block_on(other.announce_key(&console)).unwrap();
    assert_eq!((world.runtime.block_on(other.reseal_some(&console)).unwrap(), left(&other)), (0, 0));
    let stored = world.runtime.block_on(world.app.store().accounts()).unwrap().remove(0);
    for (sealed, plain) in [(stored.totp, "the one in use"), (stored.totp_next, "the next one")] {
        let sealed = sanshi::vault::Sealed::from_bytes(sealed.unwrap()).unwrap();
        assert_eq!(sealed.key_id(), newer.newest());
        assert_eq!(&*newer.open("totp", &account.id, &sealed).unwrap(), plain.as_bytes());
    }
}

#[test]
fn warnings_beyond_those_listed_are_counted() {
    let world = World::new(Engine::Sqlite).unwrap().with_keys().with_four_houses();
    let first: sanshi::domain::day::Day = "1960-01-01".parse().unwrap();
    let rows: String = (0..10_003).map(|days| format!("A-1,陆建国,{},,temporary,tenant,{},\n", id_number(1), first.plus_days(days))).collect();
    let file = format!("{HEADER}{rows}");
    let answer = world.post_as(&world.token(Role::Administrator), "/api/imports/residents?dry_run=true", file).json();
    assert_eq!((&answer["new"], answer["warnings"].as_array().unwrap().len(), &answer["unlisted"]), (&json!(10_003), 10_000, &json!(2)));
}

#[test]
fn the_demo_has_the_residents_and_units_of_the_report() {
    let world = World::new(Engine::Sqlite).unwrap().with_keys().demo();
    let imports = world.runtime.block_on(world.app.store().latest_imports(10)).unwrap();
    let brought = |what: &str| imports.iter().find(|import| import.what == what).map(|import| (import.rows, import.new, import.faulty)).unwrap();
    assert_eq!((brought("residents"), brought("units")), ((13_109, 13_109, 0), (149, 149, 0)));
    let console = Caller::new("test".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere());
    let (mut registered, mut temporary, mut units, day) = (0, 0, 0, "2010-10-31".parse().unwrap());
    let mut codes = Vec::new();
    world.app.snapshot().each(|house| codes.push(sanshi::domain::house::HouseCode::new(house.code()).unwrap()));
    for code in codes {
        let census = world.runtime.block_on(world.app.house_census(&console, &code, day)).unwrap().unwrap();
        (registered, temporary) = (registered + census.registered, temporary + census.temporary);
        units += world.runtime.block_on(world.app.units(&console, &code, day)).unwrap().len();
    }
    assert_eq!((registered, temporary, units), (3_237, 4_470, 149));
}
