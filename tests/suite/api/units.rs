use sanshi::{app::Caller, app::ImportedKind, domain::access::Role};
use serde_json::json;

use crate::world::{World, on_both_engines};

on_both_engines! {
    units_come_in_by_file_and_are_shown_to_staff
    a_unit_is_recorded_and_corrected_one_by_one
    what_is_left_out_of_a_unit_says_nothing
    a_unit_that_comes_later_is_not_found_yet
}

const UNITS: &str =
    "house_code,name,kind,credit_code,staff\nA-4,恒达机械厂,机械,9144030071526726XG,12\nA-4,王记早点,,,2\nA-4,坏码公司,,9144030071526726XH,\nX-9,无此房屋,,,\n";

fn units_come_in_by_file_and_are_shown_to_staff(world: World) {
    let world = world.with_four_houses();
    let report = world.import(ImportedKind::Units, UNITS);
    assert_eq!((report.new, report.faulty), (2, 2));
    assert_eq!(report.faults[0].found, "18 characters, wrong check character");
    let again = world.import(ImportedKind::Units, UNITS);
    assert_eq!((again.new, again.same, again.id), (0, 2, None));
    let grown = world.import(ImportedKind::Units, &UNITS.replace("XG,12", "XG,15"));
    assert_eq!((grown.changed, grown.same), (1, 1));
    let assistant = world.token(Role::Assistant);
    let listed = world.ask("GET", "/api/houses/A-4/units", Some(&assistant), b"", &[]).json();
    let shown: Vec<_> = listed["units"].as_array().unwrap().iter().map(|unit| (unit["name"].as_str().unwrap(), unit["staff"].as_u64())).collect();
    assert_eq!(shown, [("恒达机械厂", Some(15)), ("王记早点", Some(2))]);
    assert_eq!(world.public_get("/api/houses/A-4/units").code(), "sign_in_needed");
    assert_eq!(world.get("/api/houses/A-4/units").code(), "forbidden");
    // What changed cannot be taken back, what was only added can.
    let undo = |id: &str| world.runtime.block_on(world.app.undo_import(&Caller::console(), id));
    assert!(undo(&grown.id.unwrap()).is_err());
    undo(&report.id.unwrap()).unwrap();
    assert_eq!(world.ask("GET", "/api/houses/A-4/units", Some(&assistant), b"", &[]).json()["units"], json!([]));
}

fn a_unit_is_recorded_and_corrected_one_by_one(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let post = |body: serde_json::Value| world.post_as(&officer, "/api/houses/A-1/units", body.to_string());
    let first = post(json!({ "name": "王记早点", "kind": "餐饮", "staff": 2, "from": "2010-01-01" })).json();
    let again = post(json!({ "name": "王记早点", "kind": "餐饮", "staff": 3, "to": "2010-05-01" })).json();
    assert_eq!((&again["id"], &again["staff"], &again["from"], &again["to"]), (&first["id"], &json!(3), &json!("2010-01-01"), &json!("2010-05-01")));
    let refused = post(json!({ "name": "", "credit_code": "记号", "staff": 3_000_000, "from": "2010-02-01", "to": "2010-01-01" }));
    assert_eq!(refused.code(), "invalid");
    let problem = refused.json();
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "staff", "to", "credit_code"]);
    assert!(!String::from_utf8_lossy(&refused.bytes).contains("记号"));
    let on = |day: &str| world.ask("GET", &format!("/api/houses/A-1/units?date={day}"), Some(&officer), b"", &[]).json()["units"].as_array().unwrap().len();
    assert_eq!([on("2009-12-31"), on("2010-04-30"), on("2010-05-01")], [0, 1, 0]);
}

fn what_is_left_out_of_a_unit_says_nothing(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Units, UNITS);
    let officer = world.token(Role::Officer);
    let unit = world.post_as(&officer, "/api/houses/A-4/units", json!({ "name": "恒达机械厂" }).to_string()).json();
    assert_eq!((&unit["kind"], &unit["credit_code"], &unit["staff"]), (&json!("机械"), &json!("9144030071526726XG"), &json!(12)));
    assert_eq!(world.import(ImportedKind::Units, "house_code,name\nA-4,恒达机械厂\n").same, 1);
}

fn a_unit_that_comes_later_is_not_found_yet(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let today = world.app.today();
    let found = |from: sanshi::domain::day::Day, name: &str| {
        let unit = world.post_as(&officer, "/api/houses/A-1/units", json!({ "name": name, "from": from }).to_string());
        assert!(unit.status < 300, "{}", String::from_utf8_lossy(&unit.bytes));
        let caller = Caller::new("test".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere());
        world.app.find_units(&caller, name, 10).len()
    };
    assert_eq!((found(today.plus_days(1), "明日小吃店"), found(today, "今日小吃店")), (0, 1));
}
