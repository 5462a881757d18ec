use std::{collections::BTreeMap, task::Poll};

use sanshi::{
    app::{Caller, Conflict, Draft, Recorded, Refusal},
    domain::{access::Role, house::HouseCode},
    store::AuditQuery,
};

use crate::world::{World, on_both_engines};

on_both_engines! {
    a_recorded_observation_is_seen_by_the_next_read
    a_voided_observation_counts_as_never_made_and_stays_in_the_record
    a_repeated_request_with_the_same_key_is_one
    observations_that_come_at_once_are_written_together_and_each_is_told_its_own
    an_observation_is_recorded_even_when_who_sent_it_went_away
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
    assert!(events["events"][0]["recorded_by"].as_str().unwrap().starts_with("test"));
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

/// Observations sent while another process writes: `(house, kind, key)`.
fn at_once(world: &World, sent: &[(&str, &str, Option<&str>)]) -> Vec<Result<Recorded, Refusal>> {
    let caller = Caller::console();
    world.runtime.block_on(async {
        let other = world.app.store().begin(0).await.unwrap();
        let records = futures_util::future::join_all(sent.iter().map(|(code, kind, key)| {
            let (app, caller) = (&world.app, &caller);
            async move {
                let draft = Draft { day: "2010-02-10".parse().unwrap(), kind: (*kind).to_owned(), fields: BTreeMap::new() };
                app.record(caller, &HouseCode::new(code).unwrap(), draft, *key).await
            }
        }));
        // The first poll puts them all on the desk.
        tokio::join!(records, async move { drop(other) }).0
    })
}

fn observations_that_come_at_once_are_written_together_and_each_is_told_its_own(world: World) {
    let world = world.with_four_houses();
    let (first, second) = ("A-1", "A-2");
    let before = world.app.snapshot().revision();
    let sent = [
        (first, "public_order_case", None),
        (second, "criminal_case", Some("k1")),
        ("NO-SUCH", "criminal_case", None),
        (first, "public_order_case", None),
        (second, "criminal_case", Some("k1")),
        (first, "criminal_case", Some("k1")),
        (second, "public_order_case", None),
    ];
    let outcomes = at_once(&world, &sent);
    assert!(matches!(&outcomes[2], Err(Refusal::NotFound { what: "house", .. })), "{:?}", outcomes[2]);
    assert!(matches!(&outcomes[5], Err(Refusal::Conflict { conflict: Conflict::KeyReused, .. })), "{:?}", outcomes[5]);
    let ids: Vec<&str> = [0, 1, 3, 4, 6].map(|at| outcomes[at].as_ref().unwrap().id.as_str()).to_vec();
    assert_eq!(ids[1], ids[3], "one key, one observation");
    let recorded = |code: &str| -> Vec<String> {
        let events = world.get(&format!("/api/houses/{code}/events")).json();
        events["events"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(recorded(first), [ids[0], ids[2]]);
    assert_eq!(recorded(second), [ids[1], ids[4]]);
    let written = world.app.snapshot().revision() - before;
    assert!((1..=4).contains(&written), "{written} transactions for four observations of two houses, two of each");
    let audit = world.runtime.block_on(world.app.store().latest_audit(&AuditQuery::default(), 100)).unwrap();
    assert_eq!(audit.iter().filter(|row| row.action == "record_event").count(), 4);
}

fn an_observation_is_recorded_even_when_who_sent_it_went_away(world: World) {
    let world = world.with_four_houses();
    let code = HouseCode::new("A-1").unwrap();
    world.runtime.block_on(async {
        let other = world.app.store().begin(0).await.unwrap();
        let draft = |day: &str| Draft { day: day.parse().unwrap(), kind: "criminal_case".to_owned(), fields: BTreeMap::new() };
        let caller = Caller::console();
        let mut gone = Box::pin(world.app.record(&caller, &code, draft("2010-02-10"), None));
        assert!(std::future::poll_fn(|context| Poll::Ready(gone.as_mut().poll(context).is_pending())).await);
        drop(gone);
        drop(other);
        // Another one that comes later is written after it.
        world.app.record(&caller, &code, draft("2010-02-11"), None).await.unwrap();
    });
    let events = world.get("/api/houses/A-1/events").json();
    let days: Vec<&str> = events["events"].as_array().unwrap().iter().map(|event| event["date"].as_str().unwrap()).collect();
    assert_eq!(days, ["2010-02-10", "2010-02-11"]);
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
