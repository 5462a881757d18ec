use sanshi::app::ImportedKind;

use crate::world::{EVERYWHERE, Engine, SQUARE, World, on_both_engines};

on_both_engines! {
    counts_of_an_area_agree_with_its_houses
    pages_of_an_area_join_to_the_whole
    an_area_is_a_box_a_circle_or_what_lies_along_a_line
    only_houses_that_are_wanted_count
}

const EVENTS: &str = "house_code,date,kind,registration,facilities
A-1,2010-01-10,assessment,passive,missing
A-2,2010-01-10,assessment,proactive,fitted
";

fn counts_of_an_area_agree_with_its_houses(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, EVENTS);
    let summary = world.post("/api/areas/summary?date=2010-02-01&ids=true", SQUARE).json();
    assert_eq!(summary["total"], 4);
    assert_eq!(summary["by_tier"], serde_json::json!({ "red": 1, "yellow": 0, "green": 1, "star": 0, "unrated": 1, "none": 1 }));
    assert_eq!((&summary["by_kind"]["rental"], &summary["by_kind"]["owner_occupied"]), (&3.into(), &1.into()));
    assert_eq!(summary["codes"], serde_json::json!(["A-1", "A-2", "A-3", "A-4"]));
    // The same polygon as a feature; another day; filters.
    let feature = format!(r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":null,"geometry":{SQUARE}}}]}}"#);
    assert_eq!(world.post("/api/areas/summary?date=2009-12-31", &feature).json()["by_tier"]["unrated"], 3);
    assert_eq!(world.post("/api/areas/summary?date=2010-02-01&tier=red,green", SQUARE).json()["total"], 2);
    assert_eq!(world.post("/api/areas/summary?date=2010-02-01&kind=owner_occupied", SQUARE).json()["total"], 1);
    assert_eq!(world.post("/api/areas/summary?tier=purple", SQUARE).code(), "bad_parameter");
    let trend = world.post("/api/areas/trend?from=2010-01-01&to=2010-03-01", SQUARE).json();
    assert_eq!(trend["days"], serde_json::json!(["2010-01-01", "2010-02-01", "2010-03-01"]));
    assert_eq!((&trend["by_tier"]["red"], &trend["by_tier"]["unrated"]), (&serde_json::json!([0, 1, 1]), &serde_json::json!([3, 1, 1])));
    assert_eq!(world.post("/api/areas/trend?from=2010-01-01&to=2010-03-01", "").json(), trend);
}

fn pages_of_an_area_join_to_the_whole(world: World) {
    let world = world.with_four_houses();
    let (mut codes, mut after) = (Vec::new(), String::new());
    for _ in 0..5 {
        let page = world.post(&format!("/api/areas/houses?limit=2{after}"), EVERYWHERE);
        assert_eq!(page.headers["content-type"], "application/geo+json");
        let page = page.json();
        codes.extend(page["features"].as_array().unwrap().iter().map(|f| f["properties"]["code"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(codes, ["A-1", "A-2", "A-3", "A-4"]);
    assert_eq!(world.post("/api/areas/houses?limit=0", EVERYWHERE).code(), "bad_parameter");
    assert_eq!(world.post("/api/areas/houses?limit=10001", EVERYWHERE).code(), "bad_parameter");
}

/// The meridian between the first two houses, each 4.7 m from it; the third is 14.2 m away.
const MERIDIAN: &str = r#"{"type":"LineString","coordinates":[[120.05015,31.72],[120.05015,31.73]]}"#;
const FIRST_HOUSE: &str = r#"{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[120.0501,31.7201]}}"#;

fn an_area_is_a_box_a_circle_or_what_lies_along_a_line(world: World) {
    let world = world.with_four_houses();
    let codes = |query: &str, body: &str| {
        let codes = world.post(&format!("/api/areas/summary?ids=true&{query}"), body).json()["codes"].clone();
        serde_json::from_value::<Vec<String>>(codes).unwrap().join(" ")
    };
    assert_eq!(codes("bbox=120.0502,31.72,120.0503,31.7203", ""), "A-2 A-3");
    assert_eq!(codes("distance_m=1", FIRST_HOUSE), "A-1");
    assert_eq!(codes("distance_m=20", FIRST_HOUSE), "A-1 A-2");
    assert_eq!(codes("distance_m=4.7", MERIDIAN), "");
    assert_eq!(codes("distance_m=4.8", MERIDIAN), "A-1 A-2");
    assert_eq!(codes("distance_m=15", MERIDIAN), "A-1 A-2 A-3");
    assert_eq!(world.get("/api/areas/houses?bbox=120.0502,31.72,120.0503,31.7203").json()["numberReturned"], 2);
    assert_eq!(world.post("/api/areas/houses?distance_m=15", MERIDIAN).json()["numberReturned"], 3);
    let trend = |query: &str, body: &str| world.post(&format!("/api/areas/trend?from=2010-01-01&to=2010-01-01{query}"), body).json()["by_tier"].clone();
    assert_eq!(trend("&distance_m=15", MERIDIAN)["unrated"], serde_json::json!([3]));
    assert_eq!(trend("&bbox=120.0502,31.72,120.0504,31.7204", "")["none"], serde_json::json!([1]));

    for (query, body, code) in [
        ("", FIRST_HOUSE, "bad_area"),
        ("", MERIDIAN, "bad_area"),
        ("distance_m=5", SQUARE, "bad_area"),
        ("distance_m=0.5", MERIDIAN, "bad_area"),
        ("distance_m=100001", MERIDIAN, "bad_area"),
        ("distance_m=NaN", MERIDIAN, "bad_area"),
        ("distance_m=far", MERIDIAN, "bad_parameter"),
        ("distance_m=5", r#"{"type":"LineString","coordinates":[[179,0],[-179,0]]}"#, "bad_area"),
        ("distance_m=5", r#"{"type":"MultiLineString","coordinates":[]}"#, "bad_area"),
        ("bbox=120,31,121,32", SQUARE, "bad_parameter"),
        ("bbox=120,31,121,32&distance_m=5", "", "bad_parameter"),
        ("bbox=121,31,120,32", "", "bad_parameter"),
        ("bbox=120,31,121", "", "bad_parameter"),
        ("bbox=120,31,121,x", "", "bad_parameter"),
        ("bbox=120,31,121,91", "", "bad_parameter"),
    ] {
        assert_eq!(world.post(&format!("/api/areas/summary?{query}"), body).code(), code, "{query} {body}");
    }
    assert_eq!(world.get("/api/areas/houses").code(), "bad_area");
}

fn only_houses_that_are_wanted_count(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Houses, "house_code,lon,lat,address,kind,area_code,door_plate\nB-1,120.0509,31.7209,东桥村Lane 1号,rental,V1-2,9号\n");
    world.import(ImportedKind::Events, EVENTS);
    let total = |query: &str| world.post(&format!("/api/areas/summary?date=2010-02-01&{query}"), EVERYWHERE).json()["total"].as_u64().unwrap();
    for (query, expected) in [
        ("area=V1", 4),
        ("area=V1*", 5),
        ("area=V", 0),
        ("area=V*", 5),
        ("q=前桥村", 4),
        ("q=lane%201", 1),
        ("q=2号", 1),
        ("q=a-", 4),
        ("q=", 5),
        ("q=前桥村&kind=rental", 3),
    ] {
        assert_eq!(total(query), expected, "{query}");
    }
    assert_eq!(world.post(&format!("/api/areas/summary?q={}", "x".repeat(101)), EVERYWHERE).code(), "bad_parameter");
    let near = |query: &str| {
        let found = world.get(&format!("/api/houses/nearest?lon=120.0504&lat=31.7204&date=2010-02-01&{query}")).json();
        found["features"].as_array().unwrap().iter().map(|house| house["properties"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(near("n=2"), "A-4 A-3");
    assert_eq!(near("n=2&kind=rental"), "A-3 A-2");
    assert_eq!(near("n=2&tier=red"), "A-1");
    assert_eq!(near("n=2&q=东桥"), "B-1");
    assert_eq!(near("n=2&tier=star"), "");
    let trend = world.post("/api/areas/trend?from=2010-02-01&to=2010-02-01&q=前桥村&tier=red,unrated", "").json();
    assert_eq!(trend["by_tier"], serde_json::json!({ "red": [1], "yellow": [0], "green": [0], "star": [0], "unrated": [1], "none": [0] }));
}

#[test]
fn a_polygon_and_a_line_of_a_hundred_thousand_positions_are_answered() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let position = |at: u32| {
        let turn = std::f64::consts::TAU * f64::from(at % 99_999) / 99_999.0;
        format!("[{:.9},{:.9}]", 120.0503 + 0.01 * turn.cos(), 31.7203 + 0.01 * turn.sin())
    };
    let positions = (0..100_000).map(position).collect::<Vec<_>>().join(",");
    let polygon = format!(r#"{{"type":"Polygon","coordinates":[[{positions}]]}}"#);
    assert_eq!(world.post("/api/areas/summary", polygon).json()["total"], 4);
    let line = format!(r#"{{"type":"LineString","coordinates":[{positions}]}}"#);
    assert_eq!(world.post("/api/areas/summary?distance_m=900", &line).json()["total"], 0);
    assert_eq!(world.post("/api/areas/summary?distance_m=1200", &line).json()["total"], 4);
}

#[test]
fn the_reference_community_has_its_figures() {
    let world = World::new(Engine::Sqlite).unwrap().demo();
    for (date, red, yellow, green, star) in [("2009-10-31", 38, 87, 170, 0), ("2010-10-31", 25, 61, 206, 3)] {
        let mut summary = world.post(&format!("/api/areas/summary?date={date}"), EVERYWHERE).json();
        summary.as_object_mut().unwrap().remove("population");
        // What was computed was on the doors.
        assert_eq!(world.public_post(&format!("/api/areas/summary?date={date}"), EVERYWHERE).json(), summary);
        assert_eq!(
            summary["by_tier"],
            serde_json::json!({ "red": red, "yellow": yellow, "green": green, "star": star, "unrated": 100, "none": 1131 + 149 }),
            "{date}"
        );
        assert_eq!(summary["by_kind"], serde_json::json!({ "rental": 395, "owner_occupied": 1131, "business": 149, "public": 0, "vacant": 0 }));
    }
    // Filling it again changes nothing.
    let before = world.get("/api/site").json();
    let world = world.demo();
    assert_eq!(world.get("/api/site").json(), before);
}
