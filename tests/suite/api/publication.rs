use sanshi::{
    app::{Caller, ImportedKind, TokenDraft},
    domain::access::Role,
};
use serde_json::{Value, json};

use crate::world::{SQUARE, World, on_both_engines};

on_both_engines! {
    a_worse_tier_is_public_only_after_a_named_officer_confirmed_it
    the_owner_has_time_to_repair_and_a_better_tier_is_public_at_once
    two_officers_who_confirm_at_once_are_told
    a_notice_is_kept_with_its_bytes_and_served_once
    a_review_is_decided_by_another_officer_and_recomputes_everything
    the_work_that_waits_is_listed
    the_past_is_adopted_once
    a_correction_does_not_rewrite_what_was_on_the_door
    a_token_for_an_area_reaches_only_its_houses
    a_receipt_can_be_replayed_offline_to_the_same_bytes
    a_policy_is_simulated_before_it_is_activated_and_never_changes_the_past
}

fn officer(world: &World, name: &str) -> String {
    world.runtime.block_on(world.app.make_token(&Caller::console(), TokenDraft::new(name, Role::Officer))).unwrap().secret
}

fn as_staff(world: &World, token: &str, path: &str) -> Value {
    world.ask("GET", path, Some(token), b"", &[]).json()
}

/// A-1 red since 10 January 2010, A-2 green, A-3 yellow (an open hazard).
fn rated(world: World) -> World {
    let world = world.with_four_houses();
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,neighbours,hazard
A-1,2010-01-10,assessment,passive,missing,bad,
A-2,2010-01-10,assessment,proactive,fitted,good,no
A-3,2010-01-10,assessment,proactive,fitted,good,yes
",
    );
    world
}

/// The notice is handed over today.
fn served(world: &World, token: &str, notice: &Value) {
    let path = format!("/api/notices/{}/served", notice["id"].as_str().unwrap());
    let answer = world.post_as(token, &path, json!({ "date": world.app.today(), "how": "by hand" }).to_string());
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
}

fn a_worse_tier_is_public_only_after_a_named_officer_confirmed_it(world: World) {
    let world = rated(world);
    let li = officer(&world, "Li");
    // The public sees the good tier at once, the others not at all.
    let public = world.public_post("/api/areas/summary", SQUARE).json();
    assert_eq!(public["by_tier"], json!({ "red": 0, "yellow": 0, "green": 1, "star": 0, "unrated": 2, "none": 1 }));
    let staff = world.post_as(&li, "/api/areas/summary", SQUARE).json();
    assert_eq!(staff["by_tier"], json!({ "red": 1, "yellow": 1, "green": 1, "star": 0, "unrated": 0, "none": 1 }));
    assert_eq!(world.post_as(&li, "/api/areas/summary?as=published", SQUARE).json()["by_tier"], public["by_tier"]);
    assert_eq!(world.public_post("/api/areas/summary?as=computed", SQUARE).code(), "sign_in_needed");
    let receipt = world.public_get("/api/houses/A-1/tier").json();
    assert_eq!((&receipt["tier"], &receipt["score"], &receipt["lines"]), (&json!("unrated"), &Value::Null, &json!([])));
    assert_eq!(world.public_get("/api/houses/A-1/ways").json()["ways"], json!([]));
    assert_eq!(world.public_get("/api/houses/A-1/publication").json()["pending"], Value::Null);
    assert_eq!(as_staff(&world, &li, "/api/houses/A-1/publication")["pending"], json!({ "kind": "provisional", "tier": "red" }));
    let tile = |token: Option<&str>| String::from_utf8_lossy(&world.ask("GET", "/tiles/16/54622/26673.mvt", token, b"", &[]).bytes).into_owned();
    assert!(!tile(None).contains("red") && tile(Some(&li)).contains("red"));

    assert_eq!(world.public_post("/api/houses/A-1/confirmations", r#"{"tier":"red","reason":"seen"}"#).code(), "sign_in_needed");
    assert_eq!(world.post_as(&li, "/api/houses/A-1/confirmations", r#"{"tier":"red","reason":" "}"#).code(), "invalid");
    assert_eq!(world.post_as(&li, "/api/houses/A-1/confirmations", r#"{"tier":"yellow","reason":"seen"}"#).code(), "tier_changed");
    assert_eq!(world.post_as(&li, "/api/houses/A-2/confirmations", r#"{"tier":"green","reason":"seen"}"#).code(), "nothing_to_confirm");
    assert_eq!(world.post_as(&li, "/api/houses/A-4/confirmations", r#"{"tier":"red","reason":"seen"}"#).code(), "invalid");
    let confirmed = world.post_as(&li, "/api/houses/A-1/confirmations", r#"{"tier":"red","reason":"seen on the spot"}"#);
    assert_eq!(confirmed.status, 201, "{}", String::from_utf8_lossy(&confirmed.bytes));
    // The notice was made in the same transaction.
    assert_eq!(confirmed.json()["notice"]["kind"], "rectification_notice");
    // Red has no time to repair in this policy, but nothing is public before the owner was told.
    assert_eq!(world.public_get("/api/houses/A-1").json()["tier"], "unrated");
    served(&world, &li, &confirmed.json()["notice"]);
    assert_eq!(world.public_get("/api/houses/A-1").json()["tier"], "red");
    assert_eq!(world.public_get("/api/houses/A-1/tier").json()["score"], 4);
    let told = as_staff(&world, &li, "/api/houses/A-1/publication");
    assert_eq!(
        (&told["confirmations"][0]["by"], &told["confirmations"][0]["reason"], &told["pending"]),
        (&json!("Li"), &json!("seen on the spot"), &Value::Null)
    );
    assert!(world.public_get("/api/houses/A-1/publication").json()["confirmations"].is_null(), "the public is not told by whom");
}

fn the_owner_has_time_to_repair_and_a_better_tier_is_public_at_once(world: World) {
    let world = rated(world);
    let li = officer(&world, "Li");
    let confirmed = world.post_as(&li, "/api/houses/A-3/confirmations", r#"{"tier":"yellow","reason":"wiring hangs open"}"#).json();
    let (today, effective) = (world.app.today(), confirmed["effective"].as_str().unwrap().to_owned());
    assert_eq!(effective, today.plus_days(31).to_string());
    served(&world, &li, &confirmed["notice"]);
    let public = world.public_get("/api/houses/A-3/publication").json();
    assert_eq!((&public["published"], &public["pending"]), (&json!("unrated"), &json!({ "kind": "under_repair", "until": today.plus_days(30) })));
    // When the time has run it is public, without anybody doing anything; until then the public is not told the future.
    let then = format!("/api/houses/A-3?as=published&date={effective}");
    assert_eq!(as_staff(&world, &li, &then)["tier"], "yellow");
    assert_eq!(world.public_get(&then).json()["tier"], "unrated");
    // Repaired in time it never is.
    world.post_as(&li, "/api/houses/A-3/events", json!({ "date": today, "kind": "rectified" }).to_string());
    assert_eq!(world.public_get("/api/houses/A-3").json()["tier"], "green");
    assert_eq!(as_staff(&world, &li, &then)["tier"], "green");
}

fn two_officers_who_confirm_at_once_are_told(world: World) {
    let world = rated(world);
    let (li, wang) = (officer(&world, "Li"), officer(&world, "Wang"));
    let (path, body) = ("/api/houses/A-1/confirmations", r#"{"tier":"red","reason":"seen"}"#);
    let (mut answers, url) = (Vec::new(), &world);
    std::thread::scope(|scope| {
        let both: Vec<_> = [&li, &wang].into_iter().map(|token| scope.spawn(move || url.post_as(token, path, body))).collect();
        answers.extend(both.into_iter().map(|answer| answer.join().unwrap()));
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(answers.iter().find(|answer| answer.status == 409).unwrap().code(), "already_confirmed");
    let told = as_staff(&world, &li, "/api/houses/A-1/publication");
    assert_eq!((told["confirmations"].as_array().unwrap().len(), told["notices"].as_array().unwrap().len()), (1, 1));
}

fn a_notice_is_kept_with_its_bytes_and_served_once(world: World) {
    let world = rated(world);
    let li = officer(&world, "Li");
    let (path, formal) = ("/api/houses/A-2/notices", r#"{"kind":"formal_notice"}"#);
    assert_eq!(world.post_as(&li, path, formal).code(), "not_fitting");
    assert_eq!(world.post_as(&li, "/api/houses/A-1/notices", r#"{"kind":"certificate"}"#).code(), "not_fitting");
    // A reminder may speak of what nobody confirmed yet: it changes nothing.
    assert_eq!(world.post_as(&li, "/api/houses/A-1/notices", r#"{"kind":"friendly_reminder"}"#).status, 201);
    let made = world.post_as(&li, path, r#"{"kind":"certificate","paper":"a5"}"#);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.bytes));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let pdf = world.ask("GET", &format!("/api/notices/{id}.pdf"), Some(&li), b"", &[]);
    assert_eq!((pdf.headers["content-type"].to_str().unwrap(), &pdf.bytes[..5]), ("application/pdf", &b"%PDF-"[..]));
    assert_eq!(world.public_get(&format!("/api/notices/{id}.pdf")).code(), "sign_in_needed");
    let served = format!("/api/notices/{id}/served");
    let today = world.app.today();
    assert_eq!(world.post_as(&li, &served, json!({ "date": today.plus_days(1), "how": "by hand" }).to_string()).code(), "invalid");
    assert_eq!(world.post_as(&li, &served, json!({ "date": "2009-01-01", "how": "by hand" }).to_string()).code(), "invalid");
    assert_eq!(world.post_as(&li, &served, json!({ "date": today, "how": "by hand" }).to_string()).json()["served_by"], "Li");
    assert_eq!(world.post_as(&li, &served, json!({ "date": today, "how": "by hand" }).to_string()).code(), "already_served");
    // After a refusal a formal notice fits.
    world.post_as(&li, "/api/houses/A-2/events", json!({ "date": today, "kind": "refused" }).to_string());
    assert_eq!(world.post_as(&li, path, formal).status, 201);
    let signs = world.post_as(&li, "/api/areas/notices", SQUARE);
    assert_eq!((signs.status, &signs.bytes[..5]), (200, &b"%PDF-"[..]));
    let nowhere = r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}"#;
    assert_eq!(world.post_as(&li, "/api/areas/notices", nowhere).code(), "not_fitting");
}

fn a_review_is_decided_by_another_officer_and_recomputes_everything(world: World) {
    let world = rated(world);
    let (li, wang) = (officer(&world, "Li"), officer(&world, "Wang"));
    let case = world.post_as(&li, "/api/houses/A-2/events", json!({ "date": world.app.today(), "kind": "criminal_case" }).to_string()).json();
    assert_eq!(case["tier"], "yellow");
    let event = case["id"].as_str().unwrap();
    let (path, ask) = ("/api/houses/A-2/reviews", json!({ "event_id": event, "statement": "it was at number 4" }).to_string());
    assert_eq!(world.post_as(&li, "/api/houses/A-1/reviews", &ask).code(), "not_found");
    assert_eq!(world.post_as(&li, path, json!({ "statement": "x" }).to_string()).code(), "bad_parameter");
    let review = world.post_as(&li, path, &ask).json();
    assert_eq!(review["due"], world.app.today().plus_days(14).to_string());
    assert_eq!(world.post_as(&li, path, &ask).code(), "already_under_review");
    assert_eq!(world.public_get("/api/houses/A-2/publication").json()["under_review"], true);
    let decide = format!("/api/reviews/{}/decide", review["id"].as_str().unwrap());
    let upheld = r#"{"upheld":true,"reason":"the record names number 4"}"#;
    assert_eq!(world.post_as(&li, &decide, upheld).code(), "same_officer");
    assert_eq!(world.post_as(&wang, &decide, upheld).json()["tier"], "green");
    assert_eq!(world.post_as(&wang, &decide, upheld).code(), "already_decided");
    let events = as_staff(&world, &li, "/api/houses/A-2/events");
    assert_eq!((events["events"].as_array().unwrap().len(), &events["events"][1]["voided"]), (2, &json!(true)));
    assert_eq!(world.public_get("/api/houses/A-2/publication").json()["under_review"], false);
    assert_eq!(world.post_as(&wang, &format!("/api/events/void-{event}/void"), r#"{"reason":"x"}"#).code(), "not_found");

    // A confirmed tier can be contested too: taken back, the public tier is what it was.
    let confirmed = world.post_as(&li, "/api/houses/A-1/confirmations", r#"{"tier":"red","reason":"seen"}"#).json();
    served(&world, &li, &confirmed["notice"]);
    let confirmation = as_staff(&world, &li, "/api/houses/A-1/publication")["confirmations"][0]["id"].clone();
    let review = world.post_as(&li, "/api/houses/A-1/reviews", json!({ "confirmation_id": confirmation, "statement": "never told" }).to_string()).json();
    assert_eq!(world.public_get("/api/houses/A-1").json()["tier"], "red");
    let decide = format!("/api/reviews/{}/decide", review["id"].as_str().unwrap());
    assert_eq!(world.post_as(&li, &decide, upheld).code(), "same_officer");
    assert_eq!(world.post_as(&wang, &decide, r#"{"upheld":true,"reason":"no proof of service"}"#).status, 200);
    assert_eq!(world.public_get("/api/houses/A-1").json()["tier"], "unrated");
}

fn the_work_that_waits_is_listed(world: World) {
    let world = rated(world);
    let li = officer(&world, "Li");
    let work = as_staff(&world, &li, "/api/work");
    let waiting: Vec<_> = work["provisional"].as_array().unwrap().iter().map(|w| (w["code"].as_str().unwrap(), w["since"].as_str().unwrap())).collect();
    assert_eq!(waiting, [("A-1", "2010-01-10"), ("A-3", "2010-01-10")]);
    world.post_as(&li, "/api/houses/A-3/confirmations", r#"{"tier":"yellow","reason":"seen"}"#);
    let work = as_staff(&world, &li, "/api/work");
    assert_eq!(
        (work["provisional_total"].as_u64(), work["repairs"][0]["code"].as_str(), work["repairs"][0]["overdue"].as_bool()),
        (Some(1), Some("A-3"), Some(false))
    );
    assert_eq!((work["notices"][0]["code"].as_str(), work["notices"][0]["kind"].as_str()), (Some("A-3"), Some("rectification_notice")));
    assert_eq!(as_staff(&world, &li, "/api/work?area=elsewhere")["provisional"], json!([]));
    assert_eq!(world.public_get("/api/work").code(), "sign_in_needed");
}

fn a_correction_does_not_rewrite_what_was_on_the_door(world: World) {
    let world = rated(world);
    let li = officer(&world, "Li");
    let past = "/api/houses/A-2?date=2010-06-01";
    assert_eq!(world.public_get(past).json()["tier"], "green");
    // Two cases are entered late: the house would have been yellow or worse all along.
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,complex_occupancy\nA-2,2010-01-20,assessment,yes\nA-2,2010-02-01,criminal_case,\nA-2,2010-02-02,criminal_case,\n",
    );
    assert_eq!(as_staff(&world, &li, past)["tier"], "red");
    assert_eq!(world.public_get(past).json()["tier"], "green", "what was on the door stays what it was");
    // The observation that the tier rested on was a mistake: what is worse today waits for an officer.
    let today = world.app.today();
    let hazard = world.post_as(&li, "/api/houses/A-2/events", json!({ "date": today, "kind": "assessment", "hazard": "yes" }).to_string());
    assert_eq!(hazard.json()["tier"], "yellow");
    assert_eq!(world.public_get("/api/houses/A-2").json()["tier"], "green");
    let void = format!("/api/events/{}/void", hazard.json()["id"].as_str().unwrap());
    world.post_as(&li, &void, r#"{"reason":"another house"}"#);
    assert_eq!(world.public_get("/api/houses/A-2").json()["tier"], "green");
    assert_eq!(world.public_get(past).json()["tier"], "green");
}

fn a_token_for_an_area_reaches_only_its_houses(world: World) {
    let world = rated(world);
    let token = |area: &str| {
        world
            .runtime
            .block_on(world.app.make_token(&Caller::console(), TokenDraft { areas: Some(vec![area.to_owned()]), ..TokenDraft::new(area, Role::Officer) }))
            .unwrap()
    };
    let (here, elsewhere) = (token("V1"), token("V2"));
    let body = json!({ "date": world.app.today(), "kind": "lead" }).to_string();
    for path in ["/api/houses/A-1/events", "/api/houses/A-1/confirmations", "/api/houses/A-1/notices", "/api/houses/A-1/reviews"] {
        let body = match path.rsplit('/').next() {
            Some("confirmations") => json!({ "tier": "red", "reason": "seen" }).to_string(),
            Some("notices") => json!({ "kind": "friendly_reminder" }).to_string(),
            Some("reviews") => json!({ "event_id": "x", "statement": "y" }).to_string(),
            _ => body.clone(),
        };
        assert_eq!(world.post_as(&elsewhere.secret, path, &body).code(), "not_found", "{path}");
    }
    assert_eq!(world.post_as(&here.secret, "/api/houses/A-1/events", &body).status, 201);
    // Revoked, it is nobody's any more.
    world.runtime.block_on(world.app.revoke_token(&Caller::console(), &here.id)).unwrap();
    assert_eq!(world.post_as(&here.secret, "/api/houses/A-1/events", &body).code(), "unauthenticated");
}

fn the_past_is_adopted_once(world: World) {
    let world = rated(world);
    let adopt = |until: &str| world.runtime.block_on(world.app.adopt_past(&Caller::console(), until.parse().unwrap(), "signs on paper"));
    assert!(adopt("2999-01-01").is_err());
    assert_eq!(adopt("2010-12-31").unwrap(), 2);
    assert_eq!(adopt("2010-12-31").unwrap(), 0);
    assert_eq!(world.public_post("/api/areas/summary?date=2010-02-01", SQUARE).json()["by_tier"]["red"], 1);
    assert_eq!(world.public_post("/api/areas/summary?date=2010-01-09", SQUARE).json()["by_tier"]["unrated"], 3);
}

fn a_receipt_can_be_replayed_offline_to_the_same_bytes(world: World) {
    use std::{io::Write, process::Stdio};
    let world = rated(world);
    let li = officer(&world, "Li");
    let receipt = as_staff(&world, &li, "/api/houses/A-1/tier?date=2010-06-01");
    let case = world.ask("GET", "/api/houses/A-1/case?date=2010-06-01", Some(&li), b"", &[]);
    let policy = &receipt["policy"];
    let document = world.public_get(&format!("/api/policies/{}/{}", policy["name"].as_str().unwrap(), policy["version"]));
    let file = world.folder.path().join("policy.toml");
    std::fs::write(&file, &document.bytes).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_sanshi"))
        .args(["tiers", "--explain", "--policy", &file.display().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&case.bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    let offline: Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in ["tier", "score", "score_tier", "conduct_tier", "lines", "gates", "next_change"] {
        assert_eq!(offline["receipt"][field].to_string(), receipt[field].to_string(), "{field}");
    }
    assert_eq!(offline["policy"]["hash"], policy["hash"]);
    assert!(!receipt["lines"].as_array().unwrap().is_empty());
}

fn a_policy_is_simulated_before_it_is_activated_and_never_changes_the_past(world: World) {
    let world = rated(world);
    let admin = world.token(Role::Administrator);
    let li = officer(&world, "Li");
    let stricter = sanshi::app::DEMO_POLICY.replace("always = 10", "always = -1");
    let broken = stricter.replace("below = 7", "below = 5");
    assert_eq!(world.public_post("/api/policies/check", &stricter).code(), "sign_in_needed");
    assert_eq!(world.post_as(&admin, "/api/policies/check", &stricter).json()["name"], "qishuyan-2010");
    let refused = world.post_as(&admin, "/api/policies/check", &broken);
    assert_eq!(refused.code(), "bad_policy");
    assert!(refused.json()["errors"][0]["field"].as_str().unwrap().starts_with("line "));
    assert_eq!(world.post_as(&li, "/api/policies/simulate", &stricter).code(), "forbidden");
    let stream = world.post_as(&admin, "/api/policies/simulate?date=2010-06-01", &stricter);
    let lines: Vec<Value> = String::from_utf8_lossy(&stream.bytes).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let result = &lines.last().unwrap()["result"];
    assert_eq!((&result["houses"], &result["before"], &result["after"]), (&json!(3), &json!([0, 0, 1, 1, 1, 0]), &json!([0, 0, 3, 0, 0, 0])), "{result:#}");
    let flips: Vec<_> = result["flips"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flip| (flip["code"].as_str().unwrap(), flip["after"].as_str().unwrap(), flip["lon"].is_f64()))
        .collect();
    assert_eq!(flips, [("A-2", "red", true), ("A-3", "red", true)]);

    // Nothing was changed by trying; the edited policy holds from its day on and not before.
    let (today, tomorrow) = (world.app.today(), world.app.today().plus_days(1));
    assert_eq!(world.post_as(&admin, &format!("/api/policies?valid_from={}", today.plus_days(-1)), &stricter).code(), "invalid");
    assert_eq!(world.post_as(&admin, &format!("/api/policies?valid_from={tomorrow}"), &broken).code(), "bad_policy");
    assert_eq!(world.post_as(&li, &format!("/api/policies?valid_from={tomorrow}"), &stricter).code(), "forbidden");
    let score = |day: &str| as_staff(&world, &li, &format!("/api/houses/A-2/tier?date={day}"))["score"].clone();
    let before = score(&today.to_string());
    assert_eq!(world.post_as(&admin, &format!("/api/policies?valid_from={tomorrow}"), &stricter).json()["version"], 2);
    assert_eq!(world.post_as(&admin, &format!("/api/policies?valid_from={tomorrow}"), &stricter).code(), "already_active");
    assert_eq!(score(&today.to_string()), before);
    assert_eq!(score(&tomorrow.to_string()).as_i64().unwrap(), before.as_i64().unwrap() - 11);
    assert_eq!(world.public_get("/api/policies").json()["editions"].as_array().unwrap().len(), 2);
}
