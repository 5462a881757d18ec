//! Whatever comes in: a problem with a code and a place, nothing half-stored, the server stays up.

use sanshi::{app::ImportedKind, domain::access::Role, transfer::Mapping};

use crate::world::{Engine, SQUARE, World, shared};

#[test]
fn polygons_that_are_none_are_refused_with_the_place() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let ring = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
    let cases = [
        ring("[[0,0],[1,1],[1,0],[0,1],[0,0]]"),
        ring("[[0,0],[1,0],[1,1],[0,1]]"),
        ring("[[0,0],[1,0],[0,0]]"),
        ring("[[0,0],[1,0],[2,0],[0,0]]"),
        ring("[[0,0],[1e308,0],[1,1],[0,0]]"),
        ring("[[0,0],[999,0],[1,1],[0,0]]"),
        ring("[[31,120],[31,121],[32,121],[32,120],[31,120]]"),
        ring("[[170,0],[-170,0],[-170,10],[170,10],[170,0]]"),
        ring(""),
        ring("[]"),
        ring("[[\"a\",0],[1,0],[1,1],[0,0]]"),
        r#"{"type":"Point","coordinates":[120,31]}"#.to_owned(),
        r#"{"type":"FeatureCollection","features":[]}"#.to_owned(),
        r#"{"type":"Feature","geometry":null,"properties":null}"#.to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{".to_owned(),
        String::new(),
        format!("{}1{}", "[".repeat(5000), "]".repeat(5000)),
    ];
    for body in &cases {
        let answer = world.post("/api/areas/summary", body);
        assert_eq!(answer.code(), "bad_area", "{body:.100}");
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty());
    }
    let vertices = (0..100_001).map(|i| format!("[{},{}]", f64::from(i % 1000) / 1000.0, f64::from(i) / 1e6)).collect::<Vec<_>>().join(",");
    assert_eq!(world.post("/api/areas/summary", ring(&format!("[{vertices}]"))).code(), "bad_area");
    assert_eq!(world.post("/api/areas/summary", SQUARE).json()["total"], 4);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let world = World::new(Engine::Sqlite).unwrap();
    assert_eq!(world.post("/api/areas/summary", vec![b' '; (8 << 20) + 1]).code(), "too_large");
}

#[test]
fn every_file_of_the_geojson_corpus_is_answered() {
    let Some(shared) = shared() else { return };
    let world = World::new(Engine::Sqlite).unwrap();
    let admin = world.token(Role::Administrator);
    let mut files = 0;
    for folder in ["valid", "invalid_structure", "invalid_geometries", "problematic_geometries", "problematic_structure"] {
        for entry in std::fs::read_dir(shared.join("data/geojson").join(folder)).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for path in ["/api/areas/summary", "/api/areas/houses"] {
                let status = world.post(path, &bytes).status;
                assert!([200, 422].contains(&status), "{status}");
            }
            for what in ["houses", "areas", "base", "events"] {
                assert_eq!(world.post_as(&admin, &format!("/api/imports/{what}?dry_run=true"), &bytes).status, 200);
            }
            files += 1;
        }
    }
    assert_eq!(files, 74);
    assert_eq!(world.get("/readyz").status, 200);
}

#[test]
fn a_gbk_file_is_converted_and_a_broken_one_is_faulted() {
    let world = World::new(Engine::Sqlite).unwrap();
    // 前桥村1号 in GB 18030.
    let mut gbk = b"house_code,lon,lat,address,kind\nG-1,120.05,31.72,".to_vec();
    gbk.extend_from_slice(b"\xc7\xb0\xc7\xc5\xb4\xe51\xba\xc5,rental\n");
    let report = world.import_file(ImportedKind::Houses, &gbk, Mapping::default());
    assert_eq!((report.new, report.encoding), (1, "gb18030"), "{:?}", report.faults);
    assert_eq!(world.get("/api/houses/G-1").json()["address"], "前桥村1号");
    let mut broken =
        "house_code,lon,lat,address,kind\nG-2,120.05,31.72,前桥村2号,rental\nG-3,120.05,31.72,前桥村3号,rental\nG-4,120.05,31.72,".as_bytes().to_vec();
    broken.extend_from_slice(b"\xff\xfe\xfd,rental\n");
    let report = world.import_file(ImportedKind::Houses, &broken, Mapping::default());
    assert_eq!((report.new, report.faulty), (2, 1), "{:?}", report.faults);
    assert_eq!(report.faults[0].row, 4);
}

#[test]
fn empty_files_and_endless_lines_are_faults() {
    let world = World::new(Engine::Sqlite).unwrap();
    for empty in ["", "\n", "house_code,lon,lat\n", "\u{feff}"] {
        let report = world.import_file(ImportedKind::Houses, empty.as_bytes(), Mapping::default());
        assert_eq!((report.new, report.id, report.faults.len()), (0, None, 1), "{empty:?}");
    }
    let mut long = b"house_code,lon,lat,address\nL-1,120.05,31.72,".to_vec();
    long.resize(64 << 20, b'x');
    long.extend_from_slice(b"\nL-2,120.05,31.72,after\n");
    let report = world.import_file(ImportedKind::Houses, &long, Mapping::default());
    assert_eq!((report.new, report.faulty), (1, 1), "{:?}", report.faults);
}

#[test]
fn events_of_unknown_houses_and_of_the_future_are_faults() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let report = world.import(
        ImportedKind::Events,
        "house_code,date,kind\nA-1,2010-01-01,lead\nZ-1,2010-01-01,lead\nA-1,2999-01-01,lead\nA-1,2010-02-30,lead\nA-1,2010-01-01,rumour\nA-4,2010-01-01,lead\n",
    );
    let codes: Vec<_> = report.faults.iter().map(|fault| (fault.row, sanshi::http::fault_code(fault.code))).collect();
    let expected = [(3, "unknown_house"), (4, "future_day"), (5, "bad_day"), (6, "unknown_observation_kind"), (7, "not_let")];
    assert_eq!(codes, expected.map(|(row, code)| (row, code.to_owned())));
    assert_eq!(report.new, 1);
}

#[test]
fn nothing_is_observed_before_the_house_began() {
    let world = World::new(Engine::Sqlite).unwrap();
    world.import(ImportedKind::Houses, "house_code,lon,lat,kind,since\nN-1,120.05,31.72,rental,2010-03-01\n");
    let report = world.import(ImportedKind::Events, "house_code,date,kind\nN-1,2010-02-28,lead\nN-1,2010-03-01,lead\n");
    assert_eq!((report.new, report.faulty, sanshi::http::fault_code(report.faults[0].code)), (1, 1, "before_house".to_owned()));
    let officer = world.token(Role::Officer);
    let refused = world.post_as(&officer, "/api/houses/N-1/events", r#"{"date":"2009-01-01","kind":"lead"}"#);
    assert_eq!((refused.code().as_str(), refused.json()["errors"][0]["code"].as_str()), ("invalid", Some("before_house")));
    assert_eq!(world.get("/api/houses/N-1/events").json()["events"].as_array().unwrap().len(), 1);
}

#[test]
fn a_slow_client_does_not_hold_the_server() {
    use std::{io::Write, net::TcpStream};
    let world = World::new(Engine::Sqlite).unwrap();
    let address = world.url.trim_start_matches("http://").to_owned();
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(b"GET / HT").unwrap();
            stream
        })
        .collect();
    assert_eq!(world.get("/healthz").status, 200);
    drop(slow);
}
