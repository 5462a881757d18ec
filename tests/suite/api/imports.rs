use sanshi::domain::access::Role;

use crate::world::{FOUR_HOUSES, World, on_both_engines};

on_both_engines! {
    a_file_brings_its_good_rows_and_lists_its_faulty_ones
    the_same_file_twice_changes_nothing
    a_dry_run_lists_everything_and_writes_nothing
    an_import_of_events_is_undone_as_one
    an_undo_that_something_rests_on_is_refused_whole
    a_house_without_an_area_finds_the_smallest_one_around_its_place
}

fn a_file_brings_its_good_rows_and_lists_its_faulty_ones(world: World) {
    let admin = world.token(Role::Administrator);
    let file = "id,x,y,use\nH1,120.05,31.72,rental\nH2,31.72,120.05,rental\nH3,nonsense,31.72,rental\nH1,120.06,31.72,rental\nH4,120.05,31.72,palace\nH5,,31.72,rental\n";
    let report = world.post_as(&admin, "/api/imports/houses?map=house_code=id,lon=x,lat=y,kind=use", file).json();
    assert_eq!((&report["new"], &report["faulty"]), (&1.into(), &5.into()), "{report:#}");
    let faults: Vec<_> = report["faults"].as_array().unwrap().iter().map(|f| (f["row"].as_u64().unwrap(), f["code"].as_str().unwrap().to_owned())).collect();
    let expected = [(3, "swapped_coordinates"), (4, "not_a_number"), (5, "duplicate_code"), (6, "unknown_kind"), (7, "missing_value")];
    assert_eq!(faults, expected.map(|(row, code)| (row, code.to_owned())));
    assert_eq!(world.get("/api/site").json()["houses"], 1);
}

fn the_same_file_twice_changes_nothing(world: World) {
    let admin = world.token(Role::Administrator);
    let events = "house_code,date,kind,facilities\nA-1,2010-01-10,assessment,missing\nA-1,2010-02-01,criminal_case,\nA-1,2010-02-01,criminal_case,\n";
    for (path, file, rows) in [("/api/imports/houses", FOUR_HOUSES, 4), ("/api/imports/events", events, 3)] {
        let first = world.post_as(&admin, path, file).json();
        assert_eq!((first["new"].as_u64(), first["same"].as_u64()), (Some(rows), Some(0)), "{first:#}");
        let revision = world.get("/api/site").json()["revision"].clone();
        let again = world.post_as(&admin, path, file).json();
        assert_eq!((again["new"].as_u64(), again["same"].as_u64(), again["id"].is_null()), (Some(0), Some(rows), true), "{again:#}");
        assert_eq!(world.get("/api/site").json()["revision"], revision);
    }
    // Two equal cases on one day are two, and a third one is new.
    let third = format!("{events}A-1,2010-02-01,criminal_case,\n");
    assert_eq!(world.post_as(&admin, "/api/imports/events", third).json()["new"], 1);
}

fn a_dry_run_lists_everything_and_writes_nothing(world: World) {
    let admin = world.token(Role::Administrator);
    let before = world.get("/api/site").json();
    let report = world.post_as(&admin, "/api/imports/houses?dry_run=true", format!("{FOUR_HOUSES}A-5,999,31,,rental,,\n")).json();
    assert_eq!((&report["new"], &report["faulty"], &report["id"]), (&4.into(), &1.into(), &serde_json::Value::Null));
    assert_eq!(world.get("/api/site").json(), before);
}

fn an_import_of_events_is_undone_as_one(world: World) {
    let world = world.with_four_houses();
    let admin = world.token(Role::Administrator);
    let file = "house_code,date,kind,facilities\nA-1,2010-01-10,assessment,missing\nA-2,2010-01-10,assessment,missing\n";
    let id = world.post_as(&admin, "/api/imports/events", file).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.get("/api/houses/A-1?date=2010-02-01").json()["tier"], "green");
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{id}/undo"), "").status, 200);
    for code in ["A-1", "A-2"] {
        assert_eq!(world.get(&format!("/api/houses/{code}?date=2010-02-01")).json()["tier"], "unrated");
    }
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{id}/undo"), "").code(), "already_undone");
    // The same file can come again.
    assert_eq!(world.post_as(&admin, "/api/imports/events", file).json()["new"], 2);
    let listed = world.ask("GET", "/api/imports", Some(&admin), b"", &[]).json();
    assert!(listed["imports"].as_array().unwrap().iter().any(|import| import["id"] == id.as_str() && import["undone_at_ms"].is_i64()));
}

fn an_undo_that_something_rests_on_is_refused_whole(world: World) {
    let admin = world.token(Role::Administrator);
    let houses = world.post_as(&admin, "/api/imports/houses", FOUR_HOUSES).json()["id"].as_str().unwrap().to_owned();
    world.post_as(&admin, "/api/houses/A-3/events", r#"{"date":"2010-01-10","kind":"lead"}"#);
    let before = world.get("/api/site").json();
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{houses}/undo"), "").code(), "has_events");
    assert_eq!(world.get("/api/site").json(), before);
    let moved = world.post_as(&admin, "/api/imports/houses", "house_code,lon,lat,kind\nA-1,120.06,31.72,rental\n").json();
    assert_eq!(moved["changed"], 1);
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{houses}/undo"), "").code(), "changed_again");
}

fn a_house_without_an_area_finds_the_smallest_one_around_its_place(world: World) {
    let area = |code: &str, level: &str, west: f64, east: f64| {
        serde_json::json!({ "type": "Feature", "properties": { "area_code": code, "name": code, "level": level },
            "geometry": { "type": "Polygon", "coordinates": [[[west, 31.7], [east, 31.7], [east, 31.8], [west, 31.8], [west, 31.7]]] } })
    };
    let areas = |features: &[serde_json::Value]| serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string();
    let admin = world.token(Role::Administrator);
    let bring = |what: &str, file: &str| {
        let report = world.post_as(&admin, &format!("/api/imports/{what}"), file).json();
        assert_eq!(report["faulty"], 0, "{report:#}");
        report
    };
    let area_of = |house: &str| world.get(&format!("/api/houses/{house}")).json()["area_code"].as_str().unwrap().to_owned();
    let houses = "house_code,lon,lat,area_code\nH1,120.05,31.72,\nH2,120.1,31.72,\nH3,120.15,31.72,elsewhere\nH4,121,31,\n";

    // Areas first, then houses; on the border the first by code.
    bring("areas", &areas(&[area("320402", "district", 120.0, 120.2), area("320402008002", "community", 120.1, 120.2)]));
    let report = bring("houses", houses);
    assert_eq!(["H1", "H2", "H3", "H4"].map(area_of), ["320402", "320402008002", "elsewhere", ""]);
    assert_eq!(bring("houses", houses)["same"], 4);
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{}/undo", report["id"].as_str().unwrap()), "").status, 200);

    // Houses first, then areas: what was unknown is found, and unknown again when the areas go.
    bring("houses", "house_code,lon,lat,area_code\nH5,119.5,31.75,\nH6,119.5,31.75,elsewhere\n");
    assert_eq!(area_of("H5"), "");
    let report = bring("areas", &areas(&[area("320499001001", "community", 119.4, 119.6)]));
    assert_eq!(["H5", "H6"].map(area_of), ["320499001001", "elsewhere"]);
    assert_eq!(world.post_as(&admin, &format!("/api/imports/{}/undo", report["id"].as_str().unwrap()), "").status, 200);
    assert_eq!(["H5", "H6"].map(area_of), ["", "elsewhere"]);
}
