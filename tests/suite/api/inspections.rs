use std::collections::BTreeSet;

use sanshi::{
    app::{AccountDraft, Caller, DueWanted, ImportedKind, TokenDraft, VisitDraft},
    domain::{
        access::Role,
        day::Day,
        house::HouseCode,
        inspection::{Duty, Outcome},
    },
};
use serde_json::{Value, json};

use crate::world::{Answer, World, on_both_engines};

on_both_engines! {
    a_visit_sent_twice_is_one_and_its_findings_are_recorded_with_it
    who_found_nobody_or_was_not_let_in_learned_nothing_of_the_house
    an_evening_check_is_for_confirmed_tiers_two_people_and_once_a_month
    two_who_call_in_one_evening_are_one_call_too_many
    the_due_list_says_why_and_since_when_and_comes_page_by_page
    one_house_s_list_is_that_of_the_whole_list
    a_repair_is_looked_at_again_when_its_time_has_run
    a_refused_improvement_brings_a_formal_notice_until_it_is_served
    a_visit_taken_back_counts_as_never_made
    what_does_not_fit_is_refused_and_nothing_is_half_stored
    what_slips_when_hours_are_short_is_told
    what_is_due_in_other_areas_is_not_counted
    a_visit_stays_in_the_record
    no_answer_about_visits_names_a_resident
}

/// A-1 red since 10 January 2010, A-2 green, A-3 yellow, A-4 not let.
fn rated(world: World) -> World {
    let world = world.with_four_houses();
    let report = world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,neighbours,hazard
A-1,2010-01-10,assessment,passive,missing,bad,
A-2,2010-01-10,assessment,proactive,fitted,good,no
A-3,2010-01-10,assessment,proactive,fitted,good,yes
",
    );
    assert_eq!(report.faulty, 0);
    world
}

fn token(world: &World, name: &str, role: Role) -> String {
    world.runtime.block_on(world.app.make_token(&Caller::console(), TokenDraft::new(name, role))).unwrap().secret
}

fn get(world: &World, token: &str, path: &str) -> Value {
    let answer = world.ask("GET", path, Some(token), b"", &[]);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

fn visit(world: &World, token: &str, code: &str, body: Value) -> Answer {
    world.post_as(token, &format!("/api/houses/{code}/visits"), body.to_string())
}

/// (code, duty, kind of reason, due) of what is listed.
fn listed(list: &Value) -> Vec<(String, String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|due| (text(&due["code"]), text(&due["duty"]), text(&due["reason"]["kind"]), text(&due["due"]))).collect()
}

fn of(list: &Value, code: &str, duty: &str) -> Option<Value> {
    list["items"].as_array().unwrap().iter().find(|due| due["code"] == code && due["duty"] == duty).cloned()
}

/// An officer confirms that A-1 is red and the owner is told: it is public.
fn public_red(world: &World, li: &str) {
    let confirmed = world.post_as(li, "/api/houses/A-1/confirmations", r#"{"tier":"red","reason":"seen"}"#).json();
    let path = format!("/api/notices/{}/served", confirmed["notice"]["id"].as_str().unwrap());
    assert_eq!(world.post_as(li, &path, json!({ "date": world.app.today(), "how": "by hand" }).to_string()).status, 200);
}

fn a_visit_sent_twice_is_one_and_its_findings_are_recorded_with_it(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let today = world.app.today();
    let body = json!({ "id": ulid::Ulid::generate().to_string(), "date": today, "at": "10:30", "outcome": "done", "note": "the door was open",
        "findings": { "kind": "assessment", "registration": "proactive", "facilities": "fitted", "neighbours": "good", "hazard": false } });
    let first = visit(&world, &li, "A-1", body.clone());
    assert_eq!(first.status, 201, "{}", String::from_utf8_lossy(&first.bytes));
    let again = visit(&world, &li, "A-1", body.clone());
    assert_eq!((again.status, again.json()), (200, first.json()));
    let recorded = first.json();
    assert_eq!(
        (&recorded["duty"], &recorded["at"], &recorded["evening"], &recorded["recorded_by"]),
        (&json!("officer"), &json!("10:30"), &json!(false), &json!("Li"))
    );
    assert_eq!(world.get("/api/houses/A-1").json()["tier"], "green", "the next read sees what was found");
    let events = get(&world, &li, "/api/houses/A-1/events");
    assert_eq!((events["events"].as_array().unwrap().len(), &events["events"][1]["id"]), (2, &recorded["event_id"]));
    assert_eq!(get(&world, &li, "/api/houses/A-1/visits")["visits"], json!([recorded]));
    let auditor = token(&world, "auditor", Role::Auditor);
    let audit = get(&world, &auditor, "/api/audit").to_string();
    for action in ["record_visit", "record_event"] {
        assert_eq!(audit.matches(&format!("\"{action}\"")).count(), 1, "{action}");
    }
    assert!(!audit.contains("the door was open"), "what was noted stays with the visit");
    // The same id for something else is not the same visit, whoever sends it.
    for (field, other) in [("outcome", json!("nobody_home")), ("note", json!("x")), ("findings", json!({ "kind": "lead" })), ("findings", Value::Null)] {
        let mut body = body.clone();
        body[field] = other;
        if body["outcome"] == "nobody_home" {
            body["findings"] = Value::Null;
        }
        assert_eq!(visit(&world, &li, "A-1", body).code(), "key_reused", "{field}");
    }
    assert_eq!(visit(&world, &li, "A-2", body.clone()).code(), "key_reused");
    assert_eq!(visit(&world, &token(&world, "Wang", Role::Officer), "A-1", body).code(), "key_reused");
}

fn who_found_nobody_or_was_not_let_in_learned_nothing_of_the_house(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let today = world.app.today();
    let due = || of(&get(&world, &li, "/api/inspections/due"), "A-1", "officer");
    let before = due().unwrap();
    for outcome in ["nobody_home", "refused"] {
        assert_eq!(visit(&world, &li, "A-1", json!({ "date": today.plus_days(-5), "outcome": outcome })).status, 201);
        let after = due().unwrap();
        assert_eq!((&after["due"], &after["last_visit"], &after["tried"]), (&before["due"], &before["last_visit"], &json!(today.plus_days(-5))));
    }
    // Fresh, it gives the house some days of peace, but is not forgotten.
    assert_eq!(visit(&world, &li, "A-1", json!({ "date": today, "outcome": "refused" })).status, 201);
    assert_eq!(due(), None);
    let later = of(&get(&world, &li, "/api/inspections/due?until_days=2"), "A-1", "officer").unwrap();
    assert_eq!((&later["not_before"], &later["due"]), (&json!(today.plus_days(2)), &before["due"]));
    assert!(of(&get(&world, &li, &format!("/api/inspections/due?date={}", today.plus_days(2))), "A-1", "officer").is_some());
    // Entry refused is no improvement refused: no tier, no observation, no formal notice.
    assert_eq!(get(&world, &li, "/api/houses/A-1/events")["events"].as_array().unwrap().len(), 1);
    assert_eq!(world.post_as(&li, "/api/houses/A-1/notices", r#"{"kind":"formal_notice"}"#).code(), "not_fitting");
    assert_eq!(visit(&world, &li, "A-1", json!({ "date": today, "outcome": "refused", "findings": { "kind": "lead" } })).code(), "invalid");
    // A visit done ends the cadence.
    assert_eq!(visit(&world, &li, "A-1", json!({ "date": today, "outcome": "done" })).status, 201);
    let next = of(&get(&world, &li, "/api/inspections/due?until_days=20"), "A-1", "officer").unwrap();
    assert_eq!((&next["due"], &next["days_overdue"], &next["last_visit"]), (&json!(today.plus_days(10)), &json!(-10), &json!(today)));
}

fn an_evening_check_is_for_confirmed_tiers_two_people_and_once_a_month(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let today = world.app.today();
    let evening = |code: &str, at: &str, second: &str| visit(&world, &li, code, json!({ "date": today, "at": at, "outcome": "done", "second": second }));
    let allowed = || of(&get(&world, &li, "/api/inspections/due?until_days=30"), "A-1", "officer").unwrap()["evening_allowed"].clone();
    assert_eq!((evening("A-1", "19:00", "Wang").code(), allowed()), ("evening_not_allowed".to_owned(), json!(false)), "nobody has confirmed it");
    assert_eq!(evening("A-2", "19:00", "Wang").code(), "evening_not_allowed", "green has none");
    public_red(&world, &li);
    assert_eq!(allowed(), json!(true));
    for late in ["21:30", "02:00"] {
        assert_eq!(evening("A-1", late, "Wang").code(), "evening_not_allowed", "{late}");
    }
    // The hour says it, whatever the sender says.
    assert_eq!(evening("A-1", "19:00", " ").code(), "evening_needs_two");
    assert_eq!(evening("A-1", "19:00", "li").code(), "invalid", "nobody comes along with themselves");
    assert_eq!(visit(&world, &li, "A-1", json!({ "date": today, "evening": true, "outcome": "done" })).code(), "evening_needs_two");
    let made = evening("A-1", "19:00", "Wang");
    assert_eq!((made.status, &made.json()["evening"], allowed()), (201, &json!(true), json!(false)));
    assert_eq!(evening("A-1", "20:00", "Wang").code(), "evening_cap_reached");
    assert_eq!(evening("A-1", "17:59", "").status, 201, "by day there is no such bound");
    // Taken back, it was none.
    let void = format!("/api/visits/{}/void", made.json()["id"].as_str().unwrap());
    assert_eq!(world.post_as(&li, &void, r#"{"reason":"another house"}"#).status, 200);
    let in_vain = visit(&world, &li, "A-1", json!({ "date": today, "evening": true, "second": "Wang", "outcome": "nobody_home" }));
    assert_eq!((in_vain.status, allowed()), (201, json!(false)), "a call in vain is a call");
    // The next month is another one.
    let next_month = today.first_of_month().plus_months(1);
    let planned = of(&get(&world, &li, &format!("/api/inspections/due?date={next_month}&until_days=30")), "A-1", "officer").unwrap();
    assert_eq!(planned["evening_allowed"], true);
}

fn two_who_call_in_one_evening_are_one_call_too_many(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    public_red(&world, &li);
    let body = json!({ "date": world.app.today(), "evening": true, "outcome": "done", "second": "Zhao" }).to_string();
    let (mut answers, asked) = (Vec::new(), &world);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| asked.post_as(&li, "/api/houses/A-1/visits", &body))).collect();
        answers.extend(all.into_iter().map(|answer| answer.join().unwrap()));
    });
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    assert_eq!(refused.iter().map(|answer| answer.code()).collect::<BTreeSet<_>>(), BTreeSet::from(["evening_cap_reached".to_owned()]));
    // Another process on the same record knows of it.
    let other = world.second_process();
    let officer = Caller::new("Wang".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere());
    let draft = VisitDraft {
        id: None,
        house: HouseCode::new("A-1").unwrap(),
        day: world.app.today(),
        at: None,
        duty: None,
        outcome: Outcome::NobodyHome,
        evening: true,
        second: "Zhao".to_owned(),
        round: String::new(),
        findings: None,
        note: String::new(),
    };
    assert!(world.runtime.block_on(other.record_visit(&officer, draft)).unwrap_err().to_string().contains("1 times"));
}

fn the_due_list_says_why_and_since_when_and_comes_page_by_page(world: World) {
    let world = rated(world);
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind,area_code\nA-5,120.0505,31.7205,rental,V1\nB-1,120.06,31.73,rental,W1\n");
    let wang = token(&world, "Wang", Role::Planner);
    let today = world.app.today();
    let list = get(&world, &wang, "/api/inspections/due");
    let row = |code: &str, duty: &str, why: &str, due: &str| (code.to_owned(), duty.to_owned(), why.to_owned(), due.to_owned());
    let now = today.to_string();
    // The assessment on record was somebody's visit. Green asks for none, and A-4 is not let.
    let all = [
        row("A-1", "assistant", "cadence", "2010-01-17"),
        row("A-1", "officer", "cadence", "2010-01-20"),
        row("A-3", "assistant", "cadence", "2010-02-09"),
        row("A-5", "assistant", "never_assessed", &now),
        row("B-1", "assistant", "never_assessed", &now),
    ];
    assert_eq!((listed(&list), &list["total"], &list["overdue"]), (all.to_vec(), &json!(5), &json!(3)));
    let first = &list["items"][0];
    assert_eq!((&first["reason"]["every_days"], &first["tier"], &first["last_visit"]), (&json!(7), &json!("red"), &json!("2010-01-10")));
    assert_eq!(first["days_overdue"], today.number() - "2010-01-17".parse::<Day>().unwrap().number());
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&world, &wang, &format!("/api/inspections/due?limit=2{after}"));
        assert_eq!((&page["total"], page["items"].as_array().unwrap().len() <= 2), (&json!(5), true));
        pages.extend(listed(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(pages, all);
    assert_eq!(listed(&get(&world, &wang, "/api/inspections/due?duty=officer")), [all[1].clone()]);
    assert_eq!(listed(&get(&world, &wang, "/api/inspections/due?area=W1")), [all[4].clone()]);
    // As it stood on an earlier day, when less was on record.
    let then = get(&world, &wang, "/api/inspections/due?date=2010-01-18&area=V1");
    assert_eq!(listed(&then), [row("A-1", "assistant", "cadence", "2010-01-17"), row("A-5", "assistant", "never_assessed", "2010-01-18")]);
    let before = get(&world, &wang, "/api/inspections/due?date=2010-01-09&duty=officer");
    assert_eq!(before["total"], 0);
    for (bad, code) in [("date=1812-01-01", "invalid"), ("date=2999-01-01", "invalid"), ("duty=cook", "bad_parameter"), ("limit=0", "bad_parameter")] {
        assert_eq!(world.ask("GET", &format!("/api/inspections/due?{bad}"), Some(&wang), b"", &[]).code(), code, "{bad}");
    }
    for bad in ["until_days=367", "after=x", "until_days=-1"] {
        assert_eq!(world.ask("GET", &format!("/api/inspections/due?{bad}"), Some(&wang), b"", &[]).code(), "bad_parameter", "{bad}");
    }
    assert_eq!(world.public_get("/api/inspections/due").code(), "sign_in_needed");
}

fn one_house_s_list_is_that_of_the_whole_list(world: World) {
    let world = world.demo();
    let (wang, here) = (token(&world, "Wang", Role::Planner), world.token_for("here", Role::Planner, Some("nowhere")));
    // Visits, voided ones among them, repairs, refusals and notices: the record of a year.
    let day = world.app.today().plus_days(30);
    let whole = get(&world, &wang, &format!("/api/inspections/due?date={day}&until_days=366&limit=1000"));
    let items = whole["items"].as_array().unwrap();
    let codes: BTreeSet<&str> = items.iter().map(|item| item["code"].as_str().unwrap()).collect();
    assert!(codes.len() > 100, "{}", codes.len());
    for code in codes.into_iter().step_by(7) {
        let one = get(&world, &wang, &format!("/api/inspections/due?date={day}&until_days=366&house={code}"));
        let of_whole: Vec<&Value> = items.iter().filter(|item| item["code"] == code).collect();
        assert_eq!((one["items"].as_array().unwrap().iter().collect::<Vec<_>>(), &one["total"]), (of_whole.clone(), &json!(of_whole.len())), "{code}");
    }
    let code = items[0]["code"].as_str().unwrap();
    let ask = |token: &str, code: &str| world.ask("GET", &format!("/api/inspections/due?house={code}"), Some(token), b"", &[]).code();
    assert_eq!((ask(&wang, "Z-9").as_str(), ask(&here, code).as_str()), ("not_found", "not_found"));
}

fn a_repair_is_looked_at_again_when_its_time_has_run(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let today = world.app.today();
    assert_eq!(world.post_as(&li, "/api/houses/A-3/confirmations", r#"{"tier":"yellow","reason":"wiring"}"#).status, 201);
    let due = |until: &str| of(&get(&world, &li, &format!("/api/inspections/due?{until}")), "A-3", "officer");
    assert_eq!(due("until_days=30"), None, "the owner has 30 days");
    let later = due("until_days=31").unwrap();
    assert_eq!((&later["reason"], &later["due"]), (&json!({ "kind": "reinspection", "deadline": today.plus_days(30) }), &json!(today.plus_days(31))));
    assert_eq!(due(&format!("date={}", today.plus_days(40))).unwrap()["days_overdue"], 9);
    // Accepted in time, there is nothing to look at.
    let accepted = visit(&world, &li, "A-3", json!({ "date": today, "outcome": "done", "findings": { "kind": "rectified" } }));
    assert_eq!(accepted.status, 201, "{}", String::from_utf8_lossy(&accepted.bytes));
    assert_eq!(due("until_days=60"), None);
}

fn a_refused_improvement_brings_a_formal_notice_until_it_is_served(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let today = world.app.today();
    public_red(&world, &li);
    let refused = visit(&world, &li, "A-1", json!({ "date": today, "outcome": "done", "findings": { "kind": "refused" } }));
    assert_eq!(refused.status, 201, "{}", String::from_utf8_lossy(&refused.bytes));
    let reason = || of(&get(&world, &li, "/api/inspections/due?until_days=30"), "A-1", "officer").unwrap()["reason"].clone();
    assert_eq!(reason(), json!({ "kind": "formal_notice", "refused": today }));
    let notice = world.post_as(&li, "/api/houses/A-1/notices", r#"{"kind":"formal_notice"}"#).json();
    assert_eq!(reason()["kind"], "formal_notice", "made, but not handed over");
    let served = format!("/api/notices/{}/served", notice["id"].as_str().unwrap());
    assert_eq!(world.post_as(&li, &served, json!({ "date": today, "how": "by hand" }).to_string()).status, 200);
    assert_eq!(reason(), json!({ "kind": "cadence", "every_days": 10 }));
}

fn a_visit_taken_back_counts_as_never_made(world: World) {
    let world = rated(world);
    let (li, assistant) = (token(&world, "Li", Role::Officer), token(&world, "Sun", Role::Assistant));
    let today = world.app.today();
    let due = || listed(&get(&world, &li, "/api/inspections/due"));
    let before = due();
    let findings = json!({ "kind": "assessment", "registration": "proactive", "facilities": "fitted", "neighbours": "good" });
    let made = visit(&world, &assistant, "A-1", json!({ "date": today, "outcome": "done", "findings": findings })).json();
    assert_eq!(made["duty"], "assistant");
    assert_eq!((world.get("/api/houses/A-1").json()["tier"].as_str(), due() == before), (Some("green"), false));
    let void = format!("/api/visits/{}/void", made["id"].as_str().unwrap());
    assert_eq!(world.post_as(&assistant, &void, r#"{"reason":"x"}"#).code(), "forbidden");
    assert_eq!(world.post_as(&li, &void, r#"{"reason":" "}"#).code(), "invalid");
    let voided = world.post_as(&li, &void, r#"{"reason":"another house"}"#);
    assert_eq!((voided.status, &voided.json()["voided"]), (200, &json!(true)));
    assert_eq!((world.get("/api/houses/A-1").json()["tier"].as_str(), due()), (Some("red"), before));
    assert_eq!(world.post_as(&li, &void, r#"{"reason":"again"}"#).code(), "already_voided");
    assert_eq!(world.post_as(&li, "/api/visits/01J00000000000000000000000/void", r#"{"reason":"x"}"#).code(), "not_found");
    let kept = get(&world, &li, "/api/houses/A-1/visits");
    assert_eq!((kept["visits"].as_array().unwrap().len(), &kept["visits"][0]["voided"]), (1, &json!(true)));
}

fn what_does_not_fit_is_refused_and_nothing_is_half_stored(world: World) {
    let world = rated(world);
    let (li, assistant) = (token(&world, "Li", Role::Officer), token(&world, "Sun", Role::Assistant));
    let today = world.app.today();
    let good = json!({ "date": today, "outcome": "done" });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let long = "x".repeat(501);
    let cases = [
        ("date", json!(today.plus_days(1)), "future_day"),
        ("date", json!("1812-01-01"), "out_of_range"),
        ("id", json!("not an id"), "bad_code"),
        ("note", json!(long), "too_large"),
        ("note", json!("tenant 110101199001011237"), "personal_number"),
        ("second", json!("x\u{7}"), "too_large"),
        ("round", json!("a b"), "bad_code"),
        ("findings", json!({ "kind": "gossip" }), "unknown_observation_kind"),
        ("findings", json!({ "kind": "assessment", "smell": "bad" }), "unknown_field"),
        ("findings", json!({ "kind": "assessment", "hazard": "perhaps" }), "bad_field_value"),
    ];
    for (field, value, code) in cases {
        let answer = visit(&world, &li, "A-1", with(field, value));
        assert_eq!((answer.code().as_str(), answer.json()["errors"][0]["code"].as_str().unwrap()), ("invalid", code), "{field}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("110101199001011237"));
    }
    for (field, value) in [("at", json!("7 pm")), ("outcome", json!("slept")), ("duty", json!("cook")), ("who", json!("x")), ("date", json!("soon"))] {
        assert_eq!(visit(&world, &li, "A-1", with(field, value)).code(), "bad_json", "{field}");
    }
    assert_eq!(visit(&world, &li, "A-4", good.clone()).json()["errors"][0]["code"], "not_let");
    assert_eq!(visit(&world, &li, "Z-9", good.clone()).code(), "not_found");
    assert_eq!(visit(&world, &assistant, "A-1", with("duty", json!("officer"))).json()["errors"][0]["field"], "duty");
    assert_eq!(get(&world, &li, "/api/houses/A-1/visits")["visits"], json!([]));
    assert_eq!(get(&world, &li, "/api/houses/A-1/events")["events"].as_array().unwrap().len(), 1);
    // A house with visits is not taken back with its import.
    assert_eq!(visit(&world, &li, "A-2", good).status, 201);
    let import = world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nC-1,120.1,31.7,rental\n").id.unwrap();
    assert_eq!(visit(&world, &li, "C-1", json!({ "date": today, "outcome": "nobody_home" })).status, 201);
    assert!(world.runtime.block_on(world.app.undo_import(&Caller::console(), &import)).unwrap_err().to_string().contains("C-1"));
}

fn what_slips_when_hours_are_short_is_told(world: World) {
    let world = rated(world);
    let wang = token(&world, "Wang", Role::Planner);
    let slips = |query: &str| get(&world, &wang, &format!("/api/inspections/slips?{query}"));
    // Three are due: one a day for two days leaves the last one.
    let short = slips("hours_per_day=0.5&minutes_per_visit=30&days=2");
    assert_eq!((&short["visits_per_day"], &short["reached"], &short["slipped"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!(listed(&short)[0].0, "A-3");
    assert_eq!(slips("hours_per_day=0.5&minutes_per_visit=30&days=3")["slipped"], 0);
    assert_eq!(slips("hours_per_day=0&minutes_per_visit=30&days=30")["slipped"], 3);
    assert_eq!(slips("hours_per_day=0.5&minutes_per_visit=30&days=1&duty=officer")["slipped"], 0);
    for bad in [
        "hours_per_day=-1&minutes_per_visit=30&days=1",
        "hours_per_day=1&minutes_per_visit=0&days=1",
        "hours_per_day=NaN&minutes_per_visit=1&days=1",
        "hours_per_day=1&minutes_per_visit=1&days=0",
    ] {
        assert_eq!(world.ask("GET", &format!("/api/inspections/slips?{bad}"), Some(&wang), b"", &[]).code(), "invalid", "{bad}");
    }
}

fn what_is_due_in_other_areas_is_not_counted(world: World) {
    let world = rated(world);
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind,area_code\nB-1,120.06,31.73,rental,W1\n");
    let add = |name: &str, role: Role, area: Option<&str>| {
        let areas = area.map(|area| vec![area.to_owned()]);
        let draft = AccountDraft { name: name.to_owned(), password: "a long enough one 7".to_owned(), role, areas };
        world.runtime.block_on(world.app.add_account(&Caller::console(), draft)).unwrap();
    };
    add("Li", Role::Officer, Some("V1"));
    add("Sun", Role::Assistant, None);
    add("Wu", Role::Assistant, Some("W1"));
    add("Qian", Role::Analyst, None);
    let (all, here) = (world.token_for("all", Role::Planner, None), world.token_for("here", Role::Planner, Some("V1")));
    let overdue = |day: &str| world.app.today().number() - day.parse::<Day>().unwrap().number();
    let load = get(&world, &all, "/api/inspections/load");
    let v1 = json!({ "area_code": "V1", "due": 3, "overdue": 3, "most_days_overdue": overdue("2010-01-17") });
    assert_eq!(load["areas"], json!([v1, { "area_code": "W1", "due": 1, "overdue": 0, "most_days_overdue": 0 }]));
    let staff =
        |load: &Value| load["staff"].as_array().unwrap().iter().map(|of| (of["name"].as_str().unwrap().to_owned(), of["due"].clone())).collect::<Vec<_>>();
    assert_eq!(staff(&load), [("Li".to_owned(), json!(1)), ("Sun".to_owned(), json!(3)), ("Wu".to_owned(), json!(1))]);
    let near = get(&world, &here, "/api/inspections/load");
    assert_eq!((&near["areas"], staff(&near)), (&json!([v1]), vec![("Li".to_owned(), json!(1)), ("Sun".to_owned(), json!(2))]));
    assert_eq!(get(&world, &here, "/api/inspections/due?area=W1")["total"], 0);
    assert_eq!(world.get("/api/inspections/load").code(), "forbidden", "an analyst plans nothing");
}

fn a_visit_stays_in_the_record(world: World) {
    let world = rated(world);
    let li = token(&world, "Li", Role::Officer);
    let made = visit(&world, &li, "A-1", json!({ "date": world.app.today(), "outcome": "done" })).json();
    assert_eq!(world.post_as(&li, &format!("/api/visits/{}/void", made["id"].as_str().unwrap()), r#"{"reason":"x"}"#).status, 200);
    for statement in ["update visits set outcome = 'refused'", "delete from visits", "delete from voided_visits", "update voided_visits set reason = ''"] {
        assert!(world.execute(statement).is_err(), "{statement}");
    }
}

fn no_answer_about_visits_names_a_resident(world: World) {
    let world = rated(world).with_keys();
    let li = token(&world, "Li", Role::Officer);
    let joined = json!({ "name": "欧阳小明", "registration": "temporary", "role": "tenant", "from": "2020-01-01" });
    assert_eq!(world.post_as(&li, "/api/houses/A-1/residents", joined.to_string()).status, 201);
    visit(&world, &li, "A-1", json!({ "date": world.app.today().plus_days(-9), "outcome": "nobody_home" }));
    for path in ["/api/inspections/due", "/api/inspections/load", "/api/inspections/slips?hours_per_day=0&minutes_per_visit=9&days=9", "/api/houses/A-1/visits"]
    {
        let text = get(&world, &li, path).to_string();
        assert!(text.contains("A-1") || path.ends_with("load"), "{path}");
        for word in ["欧阳", "resident", "person", "tenant", "temporary"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
    let list = world.runtime.block_on(world.app.due(&Caller::console(), &DueWanted::on(world.app.today()))).unwrap();
    assert!(list.items.iter().any(|due| due.duty == Duty::Officer));
}
