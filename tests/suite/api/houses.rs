use sanshi::{
    app::{Caller, ImportedKind, TokenDraft},
    domain::access::Role,
};
use serde_json::Value;

use crate::world::{World, on_both_engines};

on_both_engines! {
    a_house_is_found_by_its_code
    a_receipt_s_lines_sum_to_the_score
    the_public_does_not_see_points_for_staff_only
    the_nearest_houses_come_in_order_of_metres
    a_house_that_is_not_let_has_no_tier
    a_search_finds_any_part_of_an_address
    a_search_finds_an_address_by_pinyin_and_by_initials
    a_search_of_staff_finds_units_by_name_within_their_reach
}

fn a_house_is_found_by_its_code(world: World) {
    let world = world.with_four_houses();
    let house = world.get("/api/houses/A-1?date=2010-01-01").json();
    assert_eq!((&house["lon"], &house["lat"], &house["address"], &house["tier"]), (&120.0501.into(), &31.7201.into(), &"前桥村1号".into(), &"unrated".into()));
    assert_eq!(world.get("/api/houses/A-9").code(), "not_found");
    assert_eq!(world.get("/api/houses/%00").code(), "not_found");
}

fn a_receipt_s_lines_sum_to_the_score(world: World) {
    let world = world.with_four_houses();
    world.import(
        ImportedKind::Events,
        "house_code,date,kind,registration,facilities,sanitation,hazard,supervised
A-1,2010-01-10,assessment,passive,missing,good,yes,1
A-1,2010-03-01,criminal_case,,,,,
A-1,2010-03-01,criminal_case,,,,,
A-1,2010-05-01,lead,,,,,
",
    );
    for (date, score, tier) in [("2010-02-28", 3, "red"), ("2010-03-01", -3, "red"), ("2010-06-01", 2, "red"), ("2011-03-01", 8, "yellow")] {
        let receipt = world.get(&format!("/api/houses/A-1/tier?date={date}")).json();
        assert_eq!((&receipt["score"], &receipt["tier"]), (&score.into(), &tier.into()), "{date}: {receipt:#}");
        assert_eq!(sum(&receipt), f64::from(score), "{date}");
    }
    let receipt = world.get("/api/houses/A-1/tier?date=2010-06-01").json();
    assert_eq!(receipt["next_change"], serde_json::json!({ "from": "2011-03-01", "tier": "yellow", "score": 8 }));
    let lead = receipt["lines"].as_array().unwrap().iter().find(|line| line["criterion"] == "leads").unwrap();
    assert_eq!((&lead["until"], &lead["observation"]["date"]), (&"2011-05-01".into(), &"2010-05-01".into()));
}

fn sum(receipt: &Value) -> f64 {
    receipt["lines"].as_array().unwrap().iter().map(|line| line["points"].as_f64().unwrap()).sum()
}

fn the_public_does_not_see_points_for_staff_only(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, "house_code,date,kind,supervised,followed\nA-1,2010-01-10,assessment,2,1\nA-2,2010-01-10,assessment,0,0\n");
    let world = world.published();
    let (path, events) = ("/api/houses/A-1/tier?date=2010-02-01", "/api/houses/A-1/events");
    let public = world.public_get(path);
    // Neither the lines nor a score from which they could be told.
    assert_eq!((&public.json()["tier"], &public.json()["score"]), (&"red".into(), &Value::Null));
    assert_eq!(world.public_get("/api/houses/A-1?date=2010-02-01").json()["score"], Value::Null);
    assert_eq!(world.public_get("/api/houses/A-2/tier?date=2010-02-01").json()["score"], 10);
    let staff = world.get(path);
    assert_eq!((staff.json()["score"].as_i64(), sum(&staff.json())), (Some(2), 2.0));
    let shown = |answer: &[u8]| String::from_utf8_lossy(answer).contains("supervised");
    assert!(!shown(&public.bytes) && shown(&staff.bytes));
    // The record itself is for staff.
    assert_eq!(world.public_get(events).json(), serde_json::json!({ "events": [], "withheld": true }));
    assert!(shown(&world.get(events).bytes));
}

fn the_nearest_houses_come_in_order_of_metres(world: World) {
    let world = world.with_four_houses();
    let answer = world.get("/api/houses/nearest?lon=120.0500&lat=31.7200&n=3").json();
    let codes: Vec<_> = answer["features"].as_array().unwrap().iter().map(|f| f["properties"]["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes, ["A-1", "A-2", "A-3"]);
    // GeographicLib 2.x GeodSolve -i: 14.592 m from (31.72, 120.05) to (31.7201, 120.0501).
    let metres = answer["features"][0]["properties"]["distance_m"].as_f64().unwrap();
    assert!((metres - 14.59).abs() < 0.02, "{metres}");
}

fn a_house_that_is_not_let_has_no_tier(world: World) {
    let world = world.with_four_houses();
    let receipt = world.get("/api/houses/A-4/tier").json();
    assert_eq!((&receipt["tier"], &receipt["score"], &receipt["spans"]), (&"none".into(), &Value::Null, &serde_json::json!([])));
    let officer = world.token(Role::Officer);
    let refused = world.post_as(&officer, "/api/houses/A-4/events", r#"{"date":"2010-01-01","kind":"lead"}"#);
    assert_eq!((refused.code().as_str(), &refused.json()["errors"][0]["code"]), ("invalid", &"not_let".into()));
}

fn a_search_finds_any_part_of_an_address(world: World) {
    let world = world.with_four_houses();
    let found = world.get("/api/houses/search?q=%E6%A1%A5%E6%9D%912").json();
    assert_eq!(found["houses"][0]["code"], "A-2");
    assert_eq!(found["houses"].as_array().unwrap().len(), 1);
    let found = world.get("/api/houses/search?q=a-&limit=2").json();
    assert_eq!(found["houses"].as_array().unwrap().len(), 2);
    assert_eq!(world.get("/api/houses/search?q=").code(), "bad_parameter");
}

fn a_search_finds_an_address_by_pinyin_and_by_initials(world: World) {
    let world = world.with_four_houses();
    let codes = |q: &str| {
        let found = world.get(&format!("/api/houses/search?q={q}")).json();
        found["houses"].as_array().unwrap().iter().map(|house| house["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for q in ["qianqiao", "qian+qiao", "QianQ", "qqc", "%E5%89%8D%E6%A1%A5cun"] {
        assert_eq!(codes(q), ["A-1", "A-2", "A-3", "A-4"], "{q}");
    }
    assert_eq!(codes("qianqiaocun2hao"), ["A-2"]);
    assert_eq!(codes("qqc3"), ["A-3"]);
    assert_eq!(codes("qiaoqian"), Vec::<String>::new());
}

fn a_search_of_staff_finds_units_by_name_within_their_reach(world: World) {
    let world = world.with_four_houses();
    let second = world.second_process();
    let officer = world.token(Role::Officer);
    for (house, name) in [("A-4", "潞城五金厂"), ("A-1", "潞城超市")] {
        let unit = format!(r#"{{"name":"{name}","kind":"shop"}}"#);
        let answer = world.post_as(&officer, &format!("/api/houses/{house}/units"), unit);
        assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.bytes));
    }
    let found = |token: Option<&str>, text: &str| -> Vec<(String, String)> {
        let houses = world.ask("GET", &format!("/api/houses/search?q={text}"), token, b"", &[]).json();
        let pair = |house: &Value| (house["code"].as_str().unwrap().to_owned(), house["unit"].as_str().unwrap_or_default().to_owned());
        houses["houses"].as_array().unwrap().iter().map(pair).collect()
    };
    let hardware = vec![("A-4".to_owned(), "潞城五金厂".to_owned())];
    assert_eq!(found(Some(&officer), "%E4%BA%94%E9%87%91"), hardware, "by a part of the name");
    assert_eq!(found(Some(&officer), "lcwj"), hardware, "by initials");
    assert_eq!(found(Some(&officer), "lucheng").len(), 2);
    for other in [None, Some(world.staff.as_str())] {
        assert!(found(other, "lcwj").is_empty(), "the public and analysts do not look for units");
    }
    let elsewhere = TokenDraft { areas: Some(vec!["V2".to_owned()]), ..TokenDraft::new("elsewhere", Role::Officer) };
    let elsewhere = world.runtime.block_on(world.app.make_token(&Caller::console(), elsewhere)).unwrap().secret;
    assert!(found(Some(&elsewhere), "lcwj").is_empty());
    // A process that wrote none of it hears of it, and one that starts now reads it.
    for other in [second, world.second_process()] {
        world.runtime.block_on(other.catch_up()).unwrap();
        let mut names: Vec<String> = other
            .find_units(&Caller::new("o".to_owned(), Role::Officer, sanshi::domain::scope::Scope::everywhere()), "潞城", 10)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.sort();
        assert_eq!(names, ["潞城五金厂", "潞城超市"]);
    }
}
