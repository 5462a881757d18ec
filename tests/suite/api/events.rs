use sanshi::domain::access::Role;

use crate::world::{World, on_both_engines};

on_both_engines! {
    a_recorded_observation_is_seen_by_the_next_read
    a_voided_observation_counts_as_never_made_and_stays_in_the_record
    a_repeated_request_with_the_same_key_is_one
    only_those_with_the_right_record_and_void
    an_observation_that_does_not_fit_the_policy_is_refused
}

fn a_recorded_observation_is_seen_by_the_next_read(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let answer = world.post_as(
        &officer,
        "/api/houses/A-1/events",
        r#"{"date":"2010-01-10","kind":"assessment","facilities":"fitted","complex_occupancy":true,"supervised":1}"#,
    );
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.json()["score"], 10);
    assert_eq!(world.get("/api/houses/A-1?date=2010-01-10").json()["score"], 10);
    let events = world.ask("GET", "/api/houses/A-1/events", Some(&officer), b"", &[]).json();
    assert_eq!(events["events"][0]["fields"], serde_json::json!({ "facilities": "fitted", "complex_occupancy": "yes", "supervised": "1" }));
    assert_eq!(events["events"][0]["recorded_by"], "test");
}

fn a_voided_observation_counts_as_never_made_and_stays_in_the_record(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let path = "/api/houses/A-1/events";
    world.post_as(&officer, path, r#"{"date":"2010-01-10","kind":"assessment","facilities":"fitted"}"#);
    let before = world.get("/api/houses/A-1/tier?date=2010-06-01").json();
    let case = world.post_as(&officer, path, r#"{"date":"2010-02-10","kind":"criminal_case"}"#).json();
    assert_ne!(world.get("/api/houses/A-1/tier?date=2010-06-01").json()["score"], before["score"]);
    let void = format!("/api/events/{}/void", case["id"].as_str().unwrap());
    assert_eq!(world.post_as(&officer, &void, r#"{"reason":""}"#).code(), "invalid");
    assert_eq!(world.post_as(&officer, &void, r#"{"reason":"another house"}"#).status, 200);
    assert_eq!(world.get("/api/houses/A-1/tier?date=2010-06-01").json(), before);
    let events = world.get(path).json();
    assert_eq!((events["events"].as_array().unwrap().len(), &events["events"][1]["voided"]), (2, &true.into()));
    assert_eq!(world.post_as(&officer, &void, r#"{"reason":"again"}"#).code(), "already_voided");
    assert_eq!(world.post_as(&officer, "/api/events/nothing/void", r#"{"reason":"x"}"#).code(), "not_found");
}

fn a_repeated_request_with_the_same_key_is_one(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let (path, body) = ("/api/houses/A-1/events", br#"{"date":"2010-02-10","kind":"public_order_case"}"#);
    let first = world.ask("POST", path, Some(&officer), body, &[("idempotency-key", "k1")]).json();
    let again = world.ask("POST", path, Some(&officer), body, &[("idempotency-key", "k1")]).json();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(world.get(path).json()["events"].as_array().unwrap().len(), 1);
    let other = br#"{"date":"2010-02-11","kind":"public_order_case"}"#;
    assert_eq!(world.ask("POST", path, Some(&officer), other, &[("idempotency-key", "k1")]).code(), "key_reused");
    // Without a key two equal observations are two.
    world.post_as(&officer, path, body);
    world.post_as(&officer, path, body);
    assert_eq!(world.get(path).json()["events"].as_array().unwrap().len(), 3);
}

fn only_those_with_the_right_record_and_void(world: World) {
    let world = world.with_four_houses();
    let body = r#"{"date":"2010-01-10","kind":"lead"}"#;
    assert_eq!(world.public_post("/api/houses/A-1/events", body).code(), "sign_in_needed");
    for role in Role::ALL.into_iter().skip(1) {
        let token = world.token(role);
        let may = matches!(role, Role::Officer | Role::Assistant | Role::Administrator);
        let answer = world.post_as(&token, "/api/houses/A-1/events", body);
        assert_eq!(answer.status, if may { 201 } else { 403 }, "{role}");
        let may_void = matches!(role, Role::Officer | Role::Administrator);
        let answer = world.post_as(&token, "/api/events/none/void", r#"{"reason":"x"}"#);
        assert_eq!(answer.status, if may_void { 404 } else { 403 }, "{role}");
        let answer = world.post_as(&token, "/api/imports/houses", "house_code,lon,lat\n");
        assert_eq!(answer.status, if role == Role::Administrator { 200 } else { 403 }, "{role}");
    }
}

fn an_observation_that_does_not_fit_the_policy_is_refused(world: World) {
    let world = world.with_four_houses();
    let officer = world.token(Role::Officer);
    let cases = [
        (r#"{"date":"2999-01-01","kind":"lead"}"#, "future_day", "date"),
        (r#"{"date":"1210-01-01","kind":"lead"}"#, "out_of_range", "date"),
        (r#"{"date":"2010-01-01","kind":"gossip"}"#, "unknown_observation_kind", "kind"),
        (r#"{"date":"2010-01-01","kind":"lead","facilities":"fitted"}"#, "unknown_field", "facilities"),
        (r#"{"date":"2010-01-01","kind":"assessment","origin":"elsewhere"}"#, "unknown_field", "origin"),
        (r#"{"date":"2010-01-01","kind":"assessment","facilities":"gold"}"#, "bad_field_value", "facilities"),
        (r#"{"date":"2010-01-01","kind":"assessment","supervised":-1}"#, "bad_field_value", "supervised"),
        (r#"{"date":"2010-01-01","kind":"assessment","hazard":["yes"]}"#, "bad_field_value", "hazard"),
    ];
    for (body, code, field) in cases {
        let answer = world.post_as(&officer, "/api/houses/A-1/events", body);
        assert_eq!(answer.code(), "invalid", "{body}");
        let error = &answer.json()["errors"][0];
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(field)), "{body}");
        assert!(!error["expected"].as_str().unwrap().is_empty());
    }
    for broken in ["", "{", "[]", r#"{"kind":"lead"}"#, r#"{"date":"yesterday","kind":"lead"}"#] {
        assert_eq!(world.post_as(&officer, "/api/houses/A-1/events", broken).code(), "bad_json", "{broken}");
    }
    assert_eq!(world.post_as(&officer, "/api/houses/A-9/events", r#"{"date":"2010-01-01","kind":"lead"}"#).code(), "not_found");
    assert_eq!(world.get("/api/houses/A-1/events").json()["events"], serde_json::json!([]));
}
