use sanshi::app::ImportedKind;

use crate::world::{EVERYWHERE, Engine, SQUARE, World, on_both_engines};

on_both_engines! {
    counts_of_an_area_agree_with_its_houses
    pages_of_an_area_join_to_the_whole
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

#[test]
fn the_reference_community_has_its_figures() {
    let world = World::new(Engine::Sqlite).unwrap().demo();
    for (date, red, yellow, green, star) in [("2009-10-31", 38, 87, 170, 0), ("2010-10-31", 25, 61, 206, 3)] {
        let summary = world.post(&format!("/api/areas/summary?date={date}"), EVERYWHERE).json();
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
