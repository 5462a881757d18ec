use sanshi::app::ImportedKind;

use crate::world::{EVERYWHERE, Engine, World, on_both_engines};

on_both_engines! {
    a_tile_shows_each_house_once_with_its_tier_of_the_day
}

/// The tile of the four houses at zoom 16.
const TILE: &str = "/tiles/16/54622/26673.mvt";

fn a_tile_shows_each_house_once_with_its_tier_of_the_day(world: World) {
    let world = world.with_four_houses();
    world.import(ImportedKind::Events, "house_code,date,kind,facilities\nA-1,2010-01-10,assessment,missing\n");
    let tile = world.get(&format!("{TILE}?date=2010-02-01"));
    assert_eq!((tile.status, tile.headers["content-type"].to_str().unwrap()), (200, "application/vnd.mapbox-vector-tile"));
    let text = String::from_utf8_lossy(&tile.bytes).into_owned();
    for word in ["houses", "A-1", "A-4", "unrated", "none", "rental", "owner_occupied"] {
        assert!(text.contains(word), "{word}");
    }
    let tag = tile.headers["etag"].to_str().unwrap().to_owned();
    let again = |tag: &str| world.ask("GET", &format!("{TILE}?date=2010-02-01"), Some(&world.staff), b"", &[("if-none-match", tag)]).status;
    assert_eq!(again(&tag), 304);
    world.import(ImportedKind::Events, "house_code,date,kind,facilities\nA-2,2010-01-10,assessment,missing\n");
    assert_eq!(again(&tag), 200);
}

#[test]
fn tiles_hold_as_many_houses_of_each_tier_as_the_summary_counts() {
    let world = World::new(Engine::Sqlite).unwrap().demo();
    let date = "2010-10-31";
    let expected = world.post(&format!("/api/areas/summary?date={date}"), EVERYWHERE).json();
    let bounds: Vec<f64> = serde_json::from_value(world.get("/api/site").json()["bounds"].clone()).unwrap();
    for z in [14u8, 16] {
        let tiles = f64::from(1 << z);
        let column = |lon: f64| (sanshi::earth::world_x(lon) * tiles) as u32;
        let row = |lat: f64| (sanshi::earth::world_y(lat) * tiles) as u32;
        let mut counts = std::collections::BTreeMap::<String, u64>::new();
        for x in column(bounds[0])..=column(bounds[2]) {
            for y in row(bounds[3])..=row(bounds[1]) {
                let tile = world.get(&format!("/tiles/{z}/{x}/{y}.mvt?date={date}"));
                for tier in tiers_of(tile.bytes) {
                    *counts.entry(tier).or_default() += 1;
                }
            }
        }
        for (tier, count) in &counts {
            assert_eq!(expected["by_tier"][tier], *count, "zoom {z}, {tier}");
        }
        assert_eq!(counts.values().sum::<u64>(), expected["total"].as_u64().unwrap());
    }
}

/// The attribute `tier` of every feature of the layer `houses`.
fn tiers_of(bytes: Vec<u8>) -> Vec<String> {
    let tile = fast_mvt::MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap();
    let houses = tile.layers.into_iter().filter(|layer| layer.name() == "houses").flat_map(|layer| layer.features);
    houses
        .map(|house| {
            let tier = house.properties.iter().find(|(key, _)| key == "tier").map(|(_, value)| value.clone());
            let Some(fast_mvt::MvtValue::String(tier)) = tier else { panic!("{tier:?}") };
            tier
        })
        .collect()
}

#[test]
fn zoomed_out_there_are_cells_and_detail_asks_for_houses() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let has = |path: &str, word: &str| String::from_utf8_lossy(&world.get(path).bytes).contains(word);
    assert!(has("/tiles/12/3413/1667.mvt", "cells") && !has("/tiles/12/3413/1667.mvt", "houses"));
    assert!(has("/tiles/12/3413/1667.mvt?detail=houses", "houses"));
    assert!(has("/tiles/11/1706/833.mvt?detail=houses", "cells"));
    assert_eq!(world.get("/tiles/12/3413/1667.mvt?detail=all").code(), "bad_parameter");
    for nowhere in ["/tiles/3/8/0.mvt", "/tiles/23/0/0.mvt", "/tiles/1/0/0.png", "/tiles/a/0/0.mvt", "/tiles/1/-1/0.mvt"] {
        assert_eq!(world.get(nowhere).code(), "not_found", "{nowhere}");
    }
    let json = world.get("/tiles.json?date=2010-01-01").json();
    assert!(json["tiles"][0].as_str().unwrap().ends_with("/tiles/{z}/{x}/{y}.mvt?date=2010-01-01"));
}

#[test]
fn the_demo_s_base_map_is_drawn_by_our_own_tiles() {
    let world = World::new(Engine::Sqlite).unwrap().demo();
    let tile = world.get("/tiles/base/14/13655/6668.mvt");
    let text = String::from_utf8_lossy(&tile.bytes).into_owned();
    for layer in ["water", "streets", "areas"] {
        assert!(text.contains(layer), "{layer}");
    }
}
