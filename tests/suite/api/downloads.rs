use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::TcpStream,
};

use sanshi::app::ImportedKind;
use serde_json::Value;

use crate::world::{Answer, EVERYWHERE, Engine, World, on_both_engines};

on_both_engines! {
    a_file_is_the_pages_joined
}

const HOUSES: usize = 20_000;
const DOWNLOADS: &str = "sanshi_downloads ";

/// So many houses, with addresses so long that no socket's buffers hold a file of them.
fn crowded(world: World) -> World {
    let street = "前桥村长街".repeat(30);
    let mut rows = "house_code,lon,lat,address,kind,area_code,door_plate\n".to_owned();
    for at in 0..HOUSES {
        let (lon, lat) = (120.0 + (at % 200) as f64 / 5000.0, 31.7 + (at / 200) as f64 / 5000.0);
        let _ = writeln!(rows, "H-{:05},{lon},{lat},{street}{at}号,rental,V1,{}号", at * 7919 % HOUSES, at % 90);
    }
    let report = world.import(ImportedKind::Houses, &rows);
    assert_eq!((report.new, report.faulty), (HOUSES as u64, 0), "{:?}", report.faults);
    world
}

fn codes_of<'a>(features: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    features.into_iter().map(|feature| feature["properties"]["code"].as_str().unwrap().to_owned()).collect()
}

fn metric(world: &World, name: &str) -> u64 {
    let text = String::from_utf8(world.get("/metrics").bytes).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
    line.trim().parse().unwrap()
}

fn until(is_so: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !is_so() {
        assert!(started.elapsed().as_secs() < 30, "never came to be");
        std::thread::yield_now();
    }
}

/// A request whose answer nobody reads yet.
fn open_file(world: &World) -> TcpStream {
    let mut stream = TcpStream::connect(world.url.trim_start_matches("http://")).unwrap();
    stream.write_all(b"GET /api/areas/houses?f=geojsonl&bbox=-180,-90,180,90 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    stream
}

fn a_file_is_the_pages_joined(world: World) {
    let world = crowded(world);
    let (mut pages, mut after): (Vec<Value>, _) = (Vec::new(), String::new());
    loop {
        let page = world.post(&format!("/api/areas/houses?limit=7000{after}"), EVERYWHERE).json();
        pages.extend(page["features"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(pages.len(), HOUSES);

    let lines = world.post("/api/areas/houses?f=geojsonl", EVERYWHERE);
    assert_eq!((lines.status, &lines.headers["content-type"]), (200, &"application/x-ndjson".parse().unwrap()));
    let houses: Vec<Value> = lines.bytes.split_inclusive(|&byte| byte == b'\n').map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert!(houses == pages);

    let whole = world.get("/api/areas/houses?f=geojson&bbox=-180,-90,180,90").json();
    assert_eq!(whole["type"], "FeatureCollection");
    assert!(*whole["features"].as_array().unwrap() == pages);

    let csv = world.post("/api/areas/houses?f=csv", EVERYWHERE);
    assert!(csv.headers["content-disposition"].to_str().unwrap().ends_with(".csv\""));
    let text = String::from_utf8(csv.bytes).unwrap();
    let mut table = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
    assert_eq!(table.headers().unwrap().iter().next(), Some("house_code"));
    assert_eq!(table.records().map(|row| row.unwrap()[0].to_owned()).collect::<Vec<_>>(), codes_of(&pages));

    let zipped: Answer = world.ask("POST", "/api/areas/houses?f=csv", Some(&world.staff), EVERYWHERE.as_bytes(), &[("accept-encoding", "gzip")]);
    assert_eq!(zipped.headers["content-encoding"], "gzip");
    let mut unzipped = String::new();
    flate2::read::GzDecoder::new(&zipped.bytes[..]).read_to_string(&mut unzipped).unwrap();
    assert!(unzipped == text && zipped.bytes.len() < text.len() / 5);
    assert_eq!(metric(&world, DOWNLOADS), 0);
}

#[test]
fn a_file_holds_what_is_wanted_and_can_be_imported_again() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let file = |query: &str| String::from_utf8(world.get(&format!("/api/areas/houses?bbox=-180,-90,180,90&date=2010-02-01&{query}")).bytes).unwrap();
    assert_eq!(file("f=geojson&tier=red"), "{\"type\":\"FeatureCollection\",\"day\":\"2010-02-01\",\"features\":[\n]}\n");
    assert_eq!(file("f=geojsonl&q=nowhere"), "");
    let csv = file("f=csv");
    assert_eq!(csv.lines().nth(1), Some("A-1,120.0501,31.7201,前桥村1号,rental,V1,1号,unrated,,2010-02-01"));
    let again = world.import(ImportedKind::Houses, &csv);
    assert_eq!((again.new, again.changed, again.faulty), (0, 0, 0), "{:?}", again.faults);
    world.import(ImportedKind::Houses, "house_code,lon,lat,address,kind\n=A-5,120,31,\"=cmd, \"\"x\"\"\",rental\n");
    let row = file("f=csv&q=cmd").lines().nth(1).unwrap().to_owned();
    assert_eq!(row, "'=A-5,120,31,\"'=cmd, \"\"x\"\"\",rental,,,unrated,,2010-02-01");
    for query in ["f=xlsx", "f=csv&limit=5", "f=csv&after=A-1"] {
        assert_eq!(world.post(&format!("/api/areas/houses?{query}"), EVERYWHERE).code(), "bad_parameter", "{query}");
    }
    assert_eq!(world.post("/api/areas/houses?f=csv", "{}").code(), "bad_area");
    assert_eq!(metric(&world, DOWNLOADS), 0);
}

#[test]
fn a_file_nobody_reads_is_not_written_on_and_shows_one_state_of_the_houses() {
    let world = crowded(World::new(Engine::Sqlite).unwrap());
    let mut stream = open_file(&world);
    let mut text = vec![0; 12];
    stream.read_exact(&mut text).unwrap();
    assert_eq!(text, b"HTTP/1.1 200");
    // Were it written on, its place would become free.
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind\nA-new,120,31,rental\n");
    assert_eq!(metric(&world, DOWNLOADS), 1);
    stream.read_to_end(&mut text).unwrap();
    assert!(text.ends_with(b"\r\n0\r\n\r\n"), "the end of a whole body");
    let text = String::from_utf8_lossy(&text);
    assert_eq!((text.matches("\"Feature\"").count(), text.contains("A-new")), (HOUSES, false));
    until(|| metric(&world, DOWNLOADS) == 0);
}

#[test]
fn a_file_ends_with_its_connection_and_only_so_many_are_written_at_once() {
    let world = crowded(World::new(Engine::Sqlite).unwrap());
    let unread: Vec<TcpStream> = (0..16).map(|_| open_file(&world)).collect();
    until(|| metric(&world, DOWNLOADS) == 16);
    let refused = world.post("/api/areas/houses?f=csv", EVERYWHERE);
    assert_eq!((refused.status, refused.code().as_str(), &refused.headers["retry-after"]), (503, "overloaded", &"1".parse().unwrap()));
    assert_eq!(world.post("/api/areas/houses", EVERYWHERE).status, 200);
    drop(unread);
    until(|| metric(&world, DOWNLOADS) == 0);
}
