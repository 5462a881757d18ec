use std::io::Read;

use sanshi::pmtiles::Archive;

use crate::world::{Answer, Engine, World};

/// A real file of vector tiles, written by another program; see `tests/data/README.md`.
const MONACO: &[u8] = include_bytes!("../../data/monaco.pmtiles");
const TILE: &str = "/tiles/basemap/14/8529/5974.mvt";

fn world() -> World {
    let world = World::new(Engine::Sqlite).unwrap();
    world.app.show_basemap(Archive::open(std::io::Cursor::new(MONACO)).unwrap());
    world
}

fn ask(world: &World, path: &str, encoding: &str, tag: &str) -> Answer {
    world.ask("GET", path, None, b"", &[("accept-encoding", encoding), ("if-none-match", tag)])
}

#[test]
fn a_site_without_a_basemap_says_so() {
    let world = World::new(Engine::Sqlite).unwrap();
    assert_eq!(world.public_get("/basemap.json").code(), "not_found");
    assert_eq!(world.public_get(TILE).code(), "not_found");
    assert!(world.public_get("/api/site").json()["basemap"].is_null());
}

#[test]
fn a_basemap_credits_its_source_and_names_its_tiles() {
    let world = world();
    let json = world.public_get("/basemap.json").json();
    assert_eq!(json["tiles"][0], format!("{}/tiles/basemap/{{z}}/{{x}}/{{y}}.mvt", world.url));
    assert!(json["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    assert_eq!((&json["minzoom"], &json["maxzoom"], json["vector_layers"].as_array().unwrap().len()), (&10.into(), &14.into(), 5));
    let site = world.public_get("/api/site").json();
    assert_eq!((&site["basemap"]["attribution"], &site["basemap"]["bounds"]), (&json["attribution"], &json["bounds"]));
    assert_eq!((site["basemap"]["kind"].as_str().unwrap(), site["basemap"]["tiles"].as_str().unwrap()), ("vector", "/tiles/basemap/{z}/{x}/{y}.mvt"));
}

#[test]
fn a_tile_of_the_basemap_is_the_same_packed_and_not() {
    let world = world();
    let plain = ask(&world, TILE, "identity", "");
    assert_eq!((plain.status, plain.headers["content-type"].to_str().unwrap()), (200, "application/vnd.mapbox-vector-tile"));
    assert!(plain.headers.get("content-encoding").is_none());
    let layers = fast_mvt::MvtReaderRef::new(&plain.bytes).unwrap().to_tile().unwrap().layers;
    assert!(layers.iter().any(|layer| layer.name() == "roads" && layer.features.len() > 100));
    // A client that says itself what it takes gets the bytes of the file, unchanged.
    let packed = ask(&world, TILE, "gzip", "");
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert!(MONACO.windows(packed.bytes.len()).any(|bytes| bytes == packed.bytes), "the file has these bytes");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.bytes);
    let tag = packed.headers["etag"].to_str().unwrap();
    assert_eq!((ask(&world, TILE, "gzip", tag).status, ask(&world, TILE, "identity", tag).status), (304, 200));
}

#[test]
fn where_the_basemap_has_nothing_there_is_no_content_and_elsewhere_no_address() {
    let world = world();
    for empty in ["/tiles/basemap/14/0/0.mvt", "/tiles/basemap/9/266/186.mvt", "/tiles/basemap/22/0/0.pbf"] {
        let answer = world.public_get(empty);
        assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{empty}");
    }
    for nowhere in ["/tiles/basemap/3/8/0.mvt", "/tiles/basemap/23/0/0.mvt", "/tiles/basemap/1/0/0.png", "/tiles/basemap/1/0/0", "/tiles/basemap/1/0/-1.mvt"] {
        assert_eq!(world.public_get(nowhere).code(), "not_found", "{nowhere}");
    }
}
