use sanshi::domain::access::Role;

use crate::world::{Engine, World, on_both_engines};

on_both_engines! {
    an_empty_site_is_alive_and_ready
    the_public_has_no_rights_and_a_wrong_token_is_not_the_public
}

fn an_empty_site_is_alive_and_ready(world: World) {
    assert_eq!(world.get("/healthz").status, 200);
    assert_eq!(world.get("/readyz").status, 200);
    let site = world.get("/api/site").json();
    assert_eq!((site["houses"].as_u64(), &site["bounds"], &site["demo"]), (Some(0), &serde_json::Value::Null, &serde_json::json!(false)));
    assert!(world.get("/metrics").bytes.starts_with(b"# TYPE"));
}

fn the_public_has_no_rights_and_a_wrong_token_is_not_the_public(world: World) {
    assert_eq!(world.public_get("/api/me").json()["role"], "public");
    assert_eq!(world.public_get("/api/me").json()["rights"], serde_json::json!([]));
    let officer = world.token(Role::Officer);
    let me = world.ask("GET", "/api/me", Some(&officer), b"", &[]).json();
    assert_eq!((&me["role"], me["rights"].as_array().unwrap().contains(&"record_event".into())), (&"officer".into(), true));
    assert_eq!(world.ask("GET", "/api/me", Some("sanshi_wrong"), b"", &[]).code(), "unauthenticated");
}

#[test]
fn the_page_is_served_with_a_strict_policy_and_validators() {
    let world = World::new(Engine::Sqlite).unwrap();
    let page = world.get("/");
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    let tag = page.headers["etag"].to_str().unwrap();
    assert_eq!(world.ask("GET", "/", None, b"", &[("if-none-match", tag)]).status, 304);
    assert_eq!(world.get("/no/such/page").code(), "no_such_endpoint");
    assert_eq!(world.get("/../Cargo.toml").code(), "no_such_endpoint");
    assert!(page.headers.contains_key("x-request-id"));
}

#[test]
fn every_endpoint_stands_in_the_openapi_document() {
    let world = World::new(Engine::Sqlite).unwrap();
    let document = world.get("/api/openapi.json").json();
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/site",
        "/api/policy",
        "/api/me",
        "/tiles.json",
        "/tiles/{z}/{x}/{y}",
        "/api/areas/summary",
        "/api/areas/houses",
        "/api/areas/trend",
        "/api/houses/nearest",
        "/api/houses/search",
        "/api/houses/{code}",
        "/api/houses/{code}/tier",
        "/api/houses/{code}/events",
        "/api/events/{id}/void",
        "/api/imports",
        "/api/imports/{what}",
        "/api/imports/{id}/undo",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        assert!(paths.contains_key(path), "{path} is not described");
    }
}

#[test]
fn the_policy_is_told_with_its_texts() {
    let world = World::new(Engine::Sqlite).unwrap();
    let policy = world.get("/api/policy").json();
    assert_eq!(policy["name"], "qishuyan-2010");
    assert_eq!(policy["hash"].as_str().unwrap().len(), 64);
    assert_eq!(policy["tiers"]["red"]["called"]["zh"], "重点户");
    assert_eq!(policy["fields"]["registration"]["values"][0]["is"], "proactive");
    assert_eq!(policy["fields"]["supervised"]["staff_only"], true);
    assert!(policy["kinds"]["assessment"]["fields"].as_array().unwrap().contains(&"hazard".into()));
}
