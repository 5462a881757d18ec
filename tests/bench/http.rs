//! What a whole server costs over HTTP: CPU time per request, beside a bare axum that says hello, in the same run.
//!
//! `cargo bench --bench site -- 1000000 DIR` makes the site; `cargo bench --bench http -- 1000000 DIR [SECONDS]` serves it with the release
//! binary (`cargo build --release` before), asks through `wrk` (Debian: `apt install wrk`) over 8 connections on the same machine, and
//! compares a sample of the answers with counting the houses one by one. Figures are for the server's process alone.
//!
//! With the address of an empty PostgreSQL that has PostGIS as last argument (superuser, `fsync` on), the same questions go to PostGIS behind a
//! thin axum service in the same run; its figures include the database's processes.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a bench talks to who runs it and may stop")]

mod pgthin;
mod villages;

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sanshi::{
    domain::{
        day::Day,
        house::{House, HouseKind},
    },
    earth::{Bounds, LonLat, Region, world_x, world_y},
};
use serde_json::Value;
use villages::{District, Seed};

const QUERIES: usize = 200;
/// Sampled answers per workload that are counted anew.
const CHECKED: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match &arguments[..] {
        [word] if word == "hello" => hello(),
        [word, url] if word == "pgthin" => tokio::runtime::Runtime::new().unwrap().block_on(pgthin::serve(url)),
        [houses, folder, more @ ..] => {
            let seconds = more.first().map_or(5, |text| text.parse().unwrap());
            measure(houses.parse().unwrap(), Path::new(folder), seconds, more.get(1).map(String::as_str));
        }
        _ => println!("expected HOUSES DIR [SECONDS [postgres://…]]; found {arguments:?}"),
    }
}

/// The least that a server of this kind can cost: one route, one word; and bodies of the sizes asked for.
fn hello() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/", listener.local_addr().unwrap());
        let bodies: Vec<axum::body::Bytes> = (0..=400).map(|kb| vec![b'x'; kb * 1000].into()).collect();
        let sized = move |axum::extract::Path(kb): axum::extract::Path<usize>| async move { bodies[kb.min(400)].clone() };
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "hello\n" })).route("/{kb}", axum::routing::get(sized));
        axum::serve(listener, router).await.unwrap();
    });
}

/// The houses of the site, in the order of its making: the visits to each draw from the same stream.
fn made_up(count: usize) -> impl Iterator<Item = House> {
    let mut district = District::new(count);
    (0..count).map(move |number| {
        let house = district.house(number);
        if house.kind == HouseKind::Rental {
            district.visits();
        }
        house
    })
}

struct Place {
    place: LonLat,
    code: String,
    is_let: bool,
}

fn measure(count: usize, folder: &Path, seconds: u64, postgres: Option<&str>) {
    let peer = postgres.map(|url| Server::pgthin(url, count));
    let houses: Vec<Place> =
        made_up(count).map(|house| Place { place: house.place, code: house.code.to_string(), is_let: house.kind == HouseKind::Rental }).collect();
    let mut seed = Seed(7);
    let hello = Server::hello();
    let server = Server::sanshi(folder);
    println!("\n{count} houses; ready after {:.2} s; {} MB resident", server.ready_after.as_secs_f64(), server.resident_mb());
    println!("{:<34}{:>10}{:>11}{:>9}{:>10}{:>9}{:>9}{:>8}", "workload", "answer B", "CPU us", "x hello", "req/s", "p50 ms", "p99 ms", "bad");
    let bench = Bench { houses: &houses, folder, seconds, hello: 0.0, peer: peer.as_ref() };
    let floor = bench.run(&hello, "bare axum: hello", &[get("/")], None).cpu_us;
    let bench = Bench { hello: floor, ..bench };

    let around_one: Vec<LonLat> = (0..QUERIES).map(|_| houses[seed.below(count)].place).collect();
    let index = Grid::over(&houses);
    let boxes = |target: usize| around_one.iter().map(|&place| index.sized(target, |size| square(place, size))).collect::<Vec<Bounds>>();
    let (small, large) = (boxes(60), boxes(6000));
    let bbox = |bounds: &Bounds| format!("{:.7},{:.7},{:.7},{:.7}", bounds.west, bounds.south, bounds.east, bounds.north);
    let items = |bounds: &Bounds, limit: usize| get(&format!("/ogc/collections/houses/items?bbox={}&limit={limit}", bbox(bounds)));
    let matched = |of: &[Bounds]| Some(Check { field: "/numberMatched", counts: of.iter().map(|bounds| index.count_as_written(bounds)).collect() });
    bench.both(&server, "OGC items, box of 60", &small.iter().map(|bounds| items(bounds, 100)).collect::<Vec<_>>(), matched(&small));
    bench.both(&server, "OGC items, box of 6,000", &large.iter().map(|bounds| items(bounds, 10_000)).collect::<Vec<_>>(), matched(&large));
    let in_box = |bounds: &Bounds, limit: usize| post(&format!("/api/areas/houses?limit={limit}"), &ring_of(&corners(bounds)));
    let returned = |of: &[Bounds]| Some(Check { field: "/numberReturned", counts: of.iter().map(|bounds| index.count_as_written(bounds)).collect() });
    bench.both(&server, "areas/houses, box of 60", &small.iter().map(|bounds| in_box(bounds, 100)).collect::<Vec<_>>(), returned(&small));
    bench.both(&server, "areas/houses, box of 6,000", &large.iter().map(|bounds| in_box(bounds, 10_000)).collect::<Vec<_>>(), returned(&large));
    for (vertices, target) in [(20, 1240), (200, 1360)] {
        let rings: Vec<Vec<[f64; 2]>> = around_one
            .iter()
            .map(|&place| {
                let radii: Vec<f64> = (0..vertices).map(|_| 0.6 + 0.4 * seed.next()).collect();
                index.sized(target, |size| Star { place, size, radii: radii.clone() }).ring()
            })
            .collect();
        let counts = rings.iter().take(CHECKED).map(|ring| index.count_in(&Region::new(vec![vec![ring.clone()]]).unwrap())).collect();
        let asked: Vec<String> = rings.iter().map(|ring| post("/api/areas/summary?ids=true", &ring_of(ring))).collect();
        bench.both(&server, &format!("polygon of {vertices}, counts and ids"), &asked, Some(Check { field: "/total", counts }));
    }
    let near: Vec<String> = around_one.iter().map(|place| get(&format!("/api/houses/nearest?lon={:.6}&lat={:.6}&n=10", place.lon(), place.lat()))).collect();
    bench.both(&server, "nearest 10", &near, Some(Check { field: "/numberReturned", counts: vec![10; CHECKED] }));

    let tiles = |z: u8| {
        move |place: &LonLat| {
            let tiles = f64::from(z).exp2();
            format!("/tiles/{z}/{}/{}.mvt", (world_x(place.lon()) * tiles) as u32, (world_y(place.lat()) * tiles) as u32)
        }
    };
    let mixed: Vec<String> = around_one.iter().zip((12..=16).cycle()).map(|(place, z)| format!("{}?detail=houses", tiles(z)(place))).collect();
    // Each with a day of its own, so that none is kept.
    let first = Day::new(2009, 1, 1).unwrap();
    let uncached: Vec<String> = (0..4000)
        .flat_map(|days| mixed.iter().skip(days % 7).step_by(7).map(move |path| get(&format!("{path}&date={}", first.plus_days(days as i32)))))
        .collect();
    bench.both(&server, "tile z12-16, uncached", &uncached, None);
    // Few enough to be kept, all of them.
    let same: Vec<String> = mixed.iter().take(20).map(|path| get(path)).collect();
    let cached = bench.run(&server, "tile z12-16, cached", &same, None);
    let kb = ((cached.bytes / 1000.0).round() as usize).min(400);
    bench.run(&hello, &format!("bare axum: {kb} kB"), &[get(&format!("/{kb}"))], None);
    for z in [4, 8, 10] {
        let cells: Vec<String> =
            (0..300).map(|days| get(&format!("{}?date={}", tiles(z)(&around_one[days % QUERIES]), first.plus_days(days as i32 % 3)))).collect();
        bench.run(&server, &format!("cells z{z}, three days"), &cells, None);
    }
    let search: Vec<String> = (0..QUERIES).map(|_| get(&format!("/api/houses/search?q={}", houses[seed.below(count)].code))).collect();
    bench.run(&server, "search by code", &search, None);

    let token = format!("authorization: Bearer {}", server.token(folder));
    let observed = r#"{"date":"2025-12-01","kind":"assessment","registration":"proactive"}"#;
    let mut observe = || {
        let house = std::iter::repeat_with(|| &houses[seed.below(count)]).find(|house| house.is_let).map_or("", |house| &house.code);
        request("POST", &format!("/api/houses/{house}/events"), &token, observed)
    };
    let mix: Vec<String> = (0..2000).map(|at| if at % 20 == 0 { observe() } else { items(&small[at % QUERIES], 100) }).collect();
    bench.both(&server, "95 % box of 60, 5 % observation", &mix, None);
    let writes: Vec<String> = (0..2000).map(|_| observe()).collect();
    bench.both(&server, "observation", &writes, None);
    println!("{} MB resident at the end", server.resident_mb());
}

struct Bench<'a> {
    houses: &'a [Place],
    folder: &'a Path,
    seconds: u64,
    hello: f64,
    /// Asked the same as sanshi, right after it.
    peer: Option<&'a Server>,
}

/// A number in the answer, and what it must be for the first requests.
struct Check {
    field: &'static str,
    counts: Vec<usize>,
}

struct Row {
    cpu_us: f64,
    bytes: f64,
}

impl Bench<'_> {
    /// Asks sanshi, and then the peer.
    fn both(&self, server: &Server, name: &str, requests: &[String], check: Option<Check>) -> Row {
        let row = self.run(server, name, requests, check.as_ref());
        if let Some(peer) = self.peer {
            self.run(peer, "  PostGIS behind axum", requests, check.as_ref());
        }
        row
    }

    fn run(&self, server: &Server, name: &str, requests: &[String], check: Option<&Check>) -> Row {
        assert!(!self.houses.is_empty());
        for (request, expected) in requests.iter().zip(check.iter().flat_map(|check| &check.counts)).take(CHECKED) {
            let answer = server.answer(request);
            let found = answer.pointer(check.unwrap().field).and_then(Value::as_u64);
            assert_eq!(found, Some(*expected as u64), "{name}: {request}");
        }
        let script = self.folder.join("wrk.lua");
        let list = self.folder.join("wrk.txt");
        fs::write(&list, requests.iter().fold(String::new(), |all, request| all + &request.replace("\r\n", "\u{1}") + "\n")).unwrap();
        fs::write(&script, LUA.replace("LIST", list.to_str().unwrap())).unwrap();
        let (before, began) = (server.cpu_s(), Instant::now());
        let out = Command::new("wrk")
            .args(["-t2", "-c8", &format!("-d{}s", self.seconds), "--latency", "--timeout", "20s", "-s"])
            .arg(&script)
            .arg(&server.url)
            .output()
            .unwrap_or_else(|error| panic!("wrk: {error}; install it (Debian: apt install wrk)"));
        let (cpu, wall) = (server.cpu_s() - before, began.elapsed().as_secs_f64());
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "wrk: {said}{}", String::from_utf8_lossy(&out.stderr));
        let figure = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).map_or(0.0, |text| text.trim().parse().unwrap());
        let (requests, bytes) = (figure("SUM requests"), figure("SUM bytes"));
        let row = Row { cpu_us: cpu * 1e6 / requests, bytes: bytes / requests };
        let ratio = if self.hello > 0.0 { row.cpu_us / self.hello } else { 1.0 };
        println!(
            "{name:<34}{:>10.0}{:>11.1}{ratio:>9.1}{:>10.0}{:>9.2}{:>9.2}{:>8}",
            row.bytes,
            row.cpu_us,
            requests / wall,
            figure("SUM p50") / 1e3,
            figure("SUM p99") / 1e3,
            figure("SUM bad")
        );
        row
    }
}

/// Sends the requests of a file in turn, each thread from another place on.
const LUA: &str = r#"
all, at, bad, threads = {}, 0, 0, {}
for line in io.lines("LIST") do all[#all + 1] = line:gsub("\1", "\r\n") end
function setup(thread) thread:set("number", #threads); table.insert(threads, thread) end
function init() at = number * math.floor(#all / 2) end
function request() at = at % #all + 1; return all[at] end
function response(status) if status ~= 200 and status ~= 201 then bad = bad + 1 end end
function done(summary, latency)
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get("bad") end
  print("SUM requests " .. summary.requests)
  print("SUM bytes " .. summary.bytes)
  print("SUM p50 " .. latency:percentile(50))
  print("SUM p99 " .. latency:percentile(99))
  print("SUM bad " .. sum + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout)
end
"#;

fn request(method: &str, path: &str, header: &str, body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
    if !header.is_empty() {
        let _ = write!(text, "{header}\r\n");
    }
    if !body.is_empty() {
        let _ = write!(text, "content-length: {}\r\n", body.len());
    }
    text + "\r\n" + body
}

fn get(path: &str) -> String {
    request("GET", path, "", "")
}

fn post(path: &str, body: &str) -> String {
    request("POST", path, "", body)
}

fn ring_of(ring: &[[f64; 2]]) -> String {
    let positions: Vec<String> = ring.iter().map(|[lon, lat]| format!("[{lon:.7},{lat:.7}]")).collect();
    format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, positions.join(","))
}

fn corners(bounds: &Bounds) -> Vec<[f64; 2]> {
    let Bounds { west, south, east, north } = *bounds;
    vec![[west, south], [east, south], [east, north], [west, north], [west, south]]
}

fn square(place: LonLat, size: f64) -> Bounds {
    Bounds { west: place.lon() - size, south: place.lat() - size, east: place.lon() + size, north: place.lat() + size }
}

/// As it is read from seven decimals.
fn written(number: f64) -> f64 {
    format!("{number:.7}").parse().unwrap()
}

#[derive(Clone)]
struct Star {
    place: LonLat,
    size: f64,
    radii: Vec<f64>,
}

impl Star {
    fn ring(&self) -> Vec<[f64; 2]> {
        let corner = |at: usize| {
            let turn = std::f64::consts::TAU * at as f64 / self.radii.len() as f64;
            [written(self.place.lon() + self.size * self.radii[at] * turn.cos()), written(self.place.lat() + self.size * self.radii[at] * turn.sin())]
        };
        (0..self.radii.len()).chain([0]).map(corner).collect()
    }
}

/// What a shape holds, counted house by house within its box.
trait Counted {
    fn count(&self, grid: &Grid<'_>) -> usize;
}

impl Counted for Bounds {
    fn count(&self, grid: &Grid<'_>) -> usize {
        grid.count(self, |_, _| true)
    }
}

impl Counted for Star {
    fn count(&self, grid: &Grid<'_>) -> usize {
        Region::new(vec![vec![self.ring()]]).map_or(0, |region| grid.count_in(&region))
    }
}

/// Houses in squares of a thousandth of a degree: the plainest index there is, to check the server's.
struct Grid<'a> {
    houses: &'a [Place],
    squares: std::collections::HashMap<(i64, i64), Vec<u32>>,
}

impl<'a> Grid<'a> {
    fn over(houses: &'a [Place]) -> Self {
        let mut squares: std::collections::HashMap<(i64, i64), Vec<u32>> = std::collections::HashMap::new();
        for (at, house) in houses.iter().enumerate() {
            squares.entry(Self::square(house.place.lon(), house.place.lat())).or_default().push(at as u32);
        }
        Self { houses, squares }
    }

    fn square(lon: f64, lat: f64) -> (i64, i64) {
        ((lon * 1000.0).floor() as i64, (lat * 1000.0).floor() as i64)
    }

    fn count(&self, bounds: &Bounds, is_in: impl Fn(f64, f64) -> bool) -> usize {
        let ((west, south), (east, north)) = (Self::square(bounds.west, bounds.south), Self::square(bounds.east, bounds.north));
        let all = (west..=east).flat_map(|x| (south..=north).filter_map(move |y| self.squares.get(&(x, y)))).flatten();
        all.map(|&at| self.houses[at as usize].place).filter(|place| bounds.contains(place.lon(), place.lat()) && is_in(place.lon(), place.lat())).count()
    }

    fn count_in(&self, region: &Region) -> usize {
        self.count(region.bounds(), |lon, lat| region.contains(lon, lat))
    }

    /// Of the box as it stands in a request.
    fn count_as_written(&self, bounds: &Bounds) -> usize {
        let [west, south, east, north] = [bounds.west, bounds.south, bounds.east, bounds.north].map(written);
        self.count(&Bounds { west, south, east, north }, |_, _| true)
    }

    /// The shape whose size in degrees makes it hold about so many houses.
    fn sized<T: Counted>(&self, target: usize, shape: impl Fn(f64) -> T) -> T {
        let (mut low, mut high) = (0.0f64, 0.25);
        for _ in 0..20 {
            let middle = (low + high) / 2.0;
            if shape(middle).count(self) < target { low = middle } else { high = middle }
        }
        shape(high)
    }
}

/// A server of its own process.
struct Server {
    child: Child,
    url: String,
    ready_after: Duration,
    /// Of the database that it needs.
    postmaster: Option<u32>,
}

impl Server {
    fn hello() -> Self {
        Self::start(Command::new(std::env::current_exe().unwrap()).arg("hello"))
    }

    fn pgthin(url: &str, count: usize) -> Self {
        tokio::runtime::Runtime::new().unwrap().block_on(pgthin::fill(url, made_up(count)));
        Self::start(Command::new(std::env::current_exe().unwrap()).args(["pgthin", url]))
    }

    fn sanshi(folder: &Path) -> Self {
        let server = Self::start(Command::new(binary()).args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder).env("RUST_LOG", "warn"));
        let ready = ureq::get(format!("{}/readyz", server.url)).call().unwrap();
        assert_eq!(ready.status(), 200);
        server
    }

    /// Waits for the line with the address.
    fn start(command: &mut Command) -> Self {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut postmaster = None;
        let said = BufReader::new(child.stdout.take().unwrap());
        let address = said.lines().map_while(Result::ok).find_map(|line| {
            postmaster = line.strip_prefix("postmaster ").and_then(|pid| pid.parse().ok()).or(postmaster);
            line.find("http://").map(|at| line[at..].trim_end_matches('/').to_owned())
        });
        Self { child, url: address.unwrap(), ready_after: began.elapsed(), postmaster }
    }

    fn token(&self, folder: &Path) -> String {
        let out = Command::new(binary()).args(["token", "add", "--role", "officer", "--data"]).arg(folder).output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        said.split_whitespace().find(|word| word.starts_with("sanshi_")).unwrap_or_else(|| panic!("no token in {said}")).to_owned()
    }

    fn answer(&self, request: &str) -> Value {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let mut words = head.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let url = format!("{}{path}", self.url);
        let mut response = if method == "GET" { ureq::get(url).call() } else { ureq::post(url).send(body) }.unwrap();
        response.body_mut().with_config().limit(1 << 30).read_json().unwrap()
    }

    /// User and system time so far, ended threads included, and that of the database's processes.
    fn cpu_s(&self) -> f64 {
        let fields = |pid: &str| -> Option<Vec<f64>> {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            Some(stat.rsplit(')').next()?.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0.0)).collect())
        };
        // Counted from the parent's number: user and system time, and those of ended children.
        let own = |fields: &[f64]| fields[10] + fields[11];
        let mut ticks = fields(&self.child.id().to_string()).map_or(0.0, |fields| own(&fields));
        if let Some(postmaster) = self.postmaster {
            ticks += fields(&postmaster.to_string()).map_or(0.0, |fields| own(&fields) + fields[12] + fields[13]);
            let processes = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fields(entry.file_name().to_str()?));
            ticks += processes.filter(|fields| fields[0] == f64::from(postmaster)).map(|fields| own(&fields)).sum::<f64>();
        }
        ticks / 100.0
    }

    fn resident_mb(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn binary() -> PathBuf {
    // target/release/deps/http-… → target/release/sanshi
    std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("sanshi")
}
