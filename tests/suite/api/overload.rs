use std::{io::Write, net::TcpStream};

use crate::world::{EVERYWHERE, Engine, World};

/// Teeth so many that reading the polygon takes a while.
fn comb(teeth: u32) -> String {
    let step = 1.0 / f64::from(teeth);
    let upper = (0..teeth).map(|at| {
        format!(
            "[{:.7},{:.7}],[{:.7},31.1]",
            120.0 + (f64::from(at) + 0.25) * step,
            31.9 - f64::from(at * 7919 % 997) / 1e4,
            120.0 + (f64::from(at) + 0.5) * step
        )
    });
    format!(r#"{{"type":"Polygon","coordinates":[[[120,31],{},[121,31],[120,31]]]}}"#, upper.collect::<Vec<_>>().join(","))
}

fn metric(world: &World, name: &str) -> u64 {
    let text = String::from_utf8(world.get("/metrics").bytes).unwrap();
    text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().parse().unwrap()
}

const RUNNING: &str = "sanshi_questions{state=\"running\"}";
const WAITING: &str = "sanshi_questions{state=\"waiting\"}";

#[test]
fn more_questions_than_may_wait_are_refused_while_all_else_answers() {
    let world = World::new(Engine::Sqlite).unwrap().with_four_houses();
    let body = comb(10_000);
    assert_eq!(world.post("/api/areas/summary", &body).status, 200);
    let request = format!("POST /api/areas/summary HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    // Sent from many threads: the queue must fill before it is worked off.
    let address = world.url.trim_start_matches("http://");
    let asked: Vec<TcpStream> = std::thread::scope(|scope| {
        let ask = || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            stream
        };
        let threads: Vec<_> = (0..cores + 64 + 60).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let started = std::time::Instant::now();
    while metric(&world, "sanshi_questions_refused_total") == 0 {
        assert!(started.elapsed().as_secs() < 30, "nobody was refused");
    }
    for path in ["/healthz", "/readyz", "/tiles/16/54622/26673.mvt", "/api/houses/A-1"] {
        assert_eq!(world.get(path).status, 200, "{path}");
    }
    assert!(metric(&world, RUNNING) > 0, "the questions were answered before the others were asked");
    // Nobody waits any longer: those in the queue leave at once, those in work soon.
    drop(asked);
    while metric(&world, RUNNING) + metric(&world, WAITING) > 0 {
        assert!(started.elapsed().as_secs() < 60, "an abandoned question keeps its place");
    }
    assert_eq!(world.post("/api/areas/summary", EVERYWHERE).json()["total"], 4);
}
