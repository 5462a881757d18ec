use sanshi::domain::access::Role;

use crate::world::{World, on_both_engines};

on_both_engines! {
    every_write_is_in_the_audit_and_only_the_auditor_sees_it
    the_auditor_sees_whether_the_audit_was_touched
}

fn every_write_is_in_the_audit_and_only_the_auditor_sees_it(world: World) {
    let world = world.with_four_houses();
    let (officer, auditor) = (world.token(Role::Officer), world.token(Role::Auditor));
    for (house, day) in [("A-1", "2010-01-10"), ("A-2", "2010-01-11"), ("A-1", "2010-01-12")] {
        world.post_as(&officer, &format!("/api/houses/{house}/events"), format!(r#"{{"date":"{day}","kind":"criminal_case"}}"#));
    }
    let ask = |query: &str| world.ask("GET", &format!("/api/audit{query}"), Some(&auditor), b"", &[]).json();
    let recorded = ask("?action=record_event");
    let subjects: Vec<&str> = recorded["rows"].as_array().unwrap().iter().map(|row| row["subject"].as_str().unwrap()).collect();
    assert_eq!((subjects, &recorded["more"]), (vec!["A-1", "A-2", "A-1"], &false.into()));
    assert_eq!(ask("?action=record_event&subject=A-2")["rows"][0]["detail"]["date"], "2010-01-11");
    assert_eq!(ask("?who=nobody")["rows"], serde_json::json!([]));
    // Pages follow one another without a gap.
    let first = ask("?limit=2");
    assert_eq!(first["more"], true);
    let last = first["rows"][1]["serial"].as_i64().unwrap();
    assert_eq!(ask(&format!("?limit=1&before={last}"))["rows"][0]["serial"], last - 1);
    assert_eq!(world.ask("GET", "/api/audit?limit=0", Some(&auditor), b"", &[]).code(), "bad_parameter");
    for role in Role::ALL.into_iter().filter(|role| ![Role::Public, Role::Auditor].contains(role)) {
        for path in ["/api/audit", "/api/audit/verdict"] {
            assert_eq!(world.ask("GET", path, Some(&world.token(role)), b"", &[]).code(), "forbidden", "{role} {path}");
        }
    }
    assert_eq!(world.ask("GET", "/api/audit", None, b"", &[]).code(), "sign_in_needed");
}

fn the_auditor_sees_whether_the_audit_was_touched(world: World) {
    let world = world.with_four_houses();
    let auditor = world.token(Role::Auditor);
    let verdict = || world.ask("GET", "/api/audit/verdict", Some(&auditor), b"", &[]).json();
    let before = verdict();
    assert_eq!((&before["whole"], &before["broken"]), (&true.into(), &"".into()));
    assert!(before["rows"].as_i64().unwrap() >= 3);
    world.runtime.block_on(crate::audit::tamper(&world.database_url, "update audit set subject = 'another' where serial = 2"));
    let after = verdict();
    assert_eq!(after["whole"], false);
    assert!(after["broken"].as_str().unwrap().contains("row 2"), "{after}");
}
