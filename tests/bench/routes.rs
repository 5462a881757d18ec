//! How near the planner comes to the best known routes, and how fast.
//!
//! Seconds are those of the planning thread's own CPU time, so that other work on the machine does not count; one thread.
//!
//! `cargo bench --bench routes -- solomon 10 [seeds]` plans each Solomon instance for so many seconds: fewest vehicles first, then the sum of
//! Euclidean distances in double precision (the convention of SINTEF's table); every plan is checked twice, by `route::check` and here in
//! double precision. `homberger` and `cvrp` and `tsplib` likewise, by their conventions (one decimal cut off; whole numbers; TSPLIB's).
//! `files 10 1 FILE...` does it for other instances of Solomon's kind, whose best is not known here.
//! `random 1` plans made-up evenings of 50, 100 and 200 stops; `random 1 DIR` also writes them to
//! DIR, where `routes_peers.py` plans the same evenings with PyVRP, OR-Tools and VROOM.
//! `first` says how long it takes until a plan visits all of 200 stops.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a bench talks to who runs it and may stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use sanshi::{
    random::Random,
    route::{self, Goal, Measure, Plan, Problem, Progress, Stop, Team, Travel, Worth},
};

/// Best known: fewest vehicles first, distance in double precision (data/routing/README.md).
const SOLOMON: [(&str, usize, f64); 6] =
    [("r101", 19, 1650.80), ("c101", 10, 828.94), ("rc101", 14, 1696.95), ("r201", 4, 1252.37), ("c201", 3, 591.56), ("rc201", 4, 1406.94)];
const HOMBERGER: [(&str, f64); 2] = [("C1_10_1", 42444.8), ("R1_10_1", 53026.1)];
const CVRP: [(&str, f64); 2] = [("X-n101-k25", 27591.0), ("X-n200-k36", 58578.0)];
const TSPLIB: [(&str, f64); 5] = [("berlin52", 7542.0), ("eil51", 426.0), ("kroA100", 21282.0), ("lin318", 42029.0), ("ulysses22", 7013.0)];

/// Thousandths of a thousandth: an instance's unit is taken as ten seconds or metres, so that four decimals count.
const SCALE: f64 = 10.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let seconds: f64 = arguments.get(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(1.0);
    let seeds: u64 = arguments.get(2).and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    match arguments.first().map(String::as_str) {
        None | Some("solomon") => solomon(seconds, seeds),
        Some("files") => files(seconds, seeds, arguments.get(3..).unwrap_or_default()),
        Some("homberger") => depot_rounds("gehring_homberger", &HOMBERGER, seconds, |metres| (metres * 10.0).floor() / 10.0),
        Some("cvrp") => depot_rounds("cvrp_x", &CVRP, seconds, f64::round),
        Some("tsplib") => tsplib(seconds),
        Some("random") => random(seconds, arguments.get(2).map(Path::new)),
        Some("first") => first(),
        Some(other) => println!("expected solomon, files, homberger, cvrp, tsplib, random or first; found {other}"),
    }
}

fn data(file: &str) -> String {
    let folder = std::env::var("ROUTING_DATA").map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/routing"), PathBuf::from);
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}; say where the data is with ROUTING_DATA"))
}

/// A budget of seconds of this thread's own CPU time, so that other work on the machine does not count.
fn during(seconds: f64) -> impl FnMut(Progress) -> f64 {
    let began = cpu_seconds();
    move |_| (cpu_seconds() - began) / seconds
}

/// From Linux's scheduler: nanoseconds on the CPU.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn solomon(seconds: f64, seeds: u64) {
    let mut gaps = Vec::new();
    for (name, best_teams, best) in SOLOMON {
        let instance = Solomon::read(&data(&format!("solomon/{name}.txt")));
        for seed in 1..=seeds {
            let (teams, distance, iterations) = instance.plan(true, seconds, seed);
            let gap = 100.0 * (distance / best - 1.0);
            println!("{name:6} seed {seed}  {teams:2} vehicles ({best_teams})  {distance:9.2} ({best:.2})  {gap:+.2} %  {iterations} iterations");
            gaps.push((teams - best_teams, gap));
        }
    }
    let more: usize = gaps.iter().map(|(more, _)| more).sum();
    println!("mean gap {:+.2} % in {seconds} s; {more} vehicles above the best known", gaps.iter().map(|(_, gap)| gap).sum::<f64>() / gaps.len() as f64);
}

/// Instances of Solomon's kind without a best known value.
fn files(seconds: f64, seeds: u64, paths: &[String]) {
    for path in paths {
        let instance = Solomon::read(&fs::read_to_string(path).unwrap());
        for seed in 1..=seeds {
            let (teams, distance, iterations) = instance.plan(true, seconds, seed);
            println!("{path} seed {seed}  {teams:2} vehicles  {distance:9.2}  {iterations} iterations");
        }
    }
}

fn depot_rounds(folder: &str, known: &[(&str, f64)], seconds: f64, rounded: fn(f64) -> f64) {
    for &(name, best) in known {
        let instance = Solomon { rounded, ..Solomon::read_vrp(&data(&format!("{folder}/{name}.vrp"))) };
        let (teams, distance, iterations) = instance.plan(false, seconds, 1);
        println!("{name:12} {teams} vehicles  {distance:.1} ({best})  {:+.2} %  {iterations} iterations", 100.0 * (distance / best - 1.0));
    }
}

/// An instance of Solomon's kind: customer 0 is the depot.
struct Solomon {
    vehicles: usize,
    capacity: u32,
    customers: Vec<Customer>,
    rounded: fn(f64) -> f64,
}

#[derive(Clone, Copy, Default)]
struct Customer {
    x: f64,
    y: f64,
    demand: u32,
    ready: f64,
    due: f64,
    service: f64,
}

impl Solomon {
    fn read(text: &str) -> Self {
        let rows: Vec<Vec<f64>> = text.lines().map(|line| line.split_whitespace().map_while(|word| word.parse().ok()).collect()).collect();
        let fleet = rows.iter().find(|row| row.len() == 2).unwrap();
        let customer = |row: &Vec<f64>| Customer { x: row[1], y: row[2], demand: row[3] as u32, ready: row[4], due: row[5], service: row[6] };
        let customers = rows.iter().filter(|row| row.len() == 7).map(customer).collect();
        Self { vehicles: fleet[0] as usize, capacity: fleet[1] as u32, customers, rounded: |metres| metres }
    }

    /// VRPLIB text, as of CVRPLIB and PyVRP's instances.
    fn read_vrp(text: &str) -> Self {
        let mut section = String::new();
        let (mut vehicles, mut capacity, mut service) = (0, 0, 0.0);
        let mut customers: Vec<Customer> = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split([' ', '\t', ':']).filter(|word| !word.is_empty()).collect();
            let numbers: Vec<f64> = words.iter().map_while(|word| word.parse().ok()).collect();
            match (words.first().copied().unwrap_or_default(), numbers.as_slice()) {
                ("VEHICLES", _) => vehicles = words[1].parse().unwrap(),
                ("CAPACITY", _) => capacity = words[1].parse().unwrap(),
                ("SERVICE_TIME", _) => service = words[1].parse().unwrap(),
                (_, &[_, x, y]) if section == "NODE_COORD_SECTION" => customers.push(Customer { x, y, due: 1e6, ..Customer::default() }),
                (_, &[at, demand]) if section == "DEMAND_SECTION" => customers[at as usize - 1].demand = demand as u32,
                (_, &[at, time]) if section == "SERVICE_TIME_SECTION" => customers[at as usize - 1].service = time,
                (_, &[at, ready, due]) if section == "TIME_WINDOW_SECTION" => {
                    (customers[at as usize - 1].ready, customers[at as usize - 1].due) = (ready, due);
                }
                (word, _) if word.ends_with("_SECTION") => section = word.to_owned(),
                _ => {}
            }
        }
        customers.iter_mut().skip(1).filter(|customer| customer.service == 0.0).for_each(|customer| customer.service = service);
        // Enough vehicles where none are stated: half as many again as the loads need.
        let load: u32 = customers.iter().map(|customer| customer.demand).sum();
        let vehicles = if vehicles == 0 { (load.div_ceil(capacity) as usize * 3).div_ceil(2) } else { vehicles };
        Self { vehicles, capacity, customers, rounded: |metres| metres }
    }

    fn distance(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.customers[a], self.customers[b]);
        (self.rounded)((a.x - b.x).hypot(a.y - b.y))
    }

    fn problem(&self, fewest_teams: bool) -> Problem {
        let count = self.customers.len();
        let travel = Travel::straight(count, |a, b| self.distance(a, b) * SCALE, 1.0, 1.0).unwrap();
        let ms = |time: f64| ((time * SCALE * 1000.0).round() as u32).min(1 << 29);
        let stop = |(place, customer): (usize, &Customer)| Stop {
            place,
            service_ms: ms(customer.service),
            window_ms: (ms(customer.ready), ms(customer.due)),
            load: customer.demand,
            skills: 0,
            worth: Worth::Must,
            team: None,
        };
        let stops = self.customers.iter().enumerate().skip(1).map(stop).collect();
        let team = Team {
            start: 0,
            end: Some(0),
            shift_ms: (0, ms(self.customers[0].due)),
            breaks: Vec::new(),
            skills: 0,
            capacity: self.capacity,
            longest_mm: None,
            fixed: 0,
        };
        Problem::new(stops, vec![team; self.vehicles], travel, Vec::new(), Goal { fewest_teams, ..Goal::default() }).unwrap()
    }

    /// Vehicles, distance and iterations of a plan that passed both checks.
    fn plan(&self, fewest_teams: bool, seconds: f64, seed: u64) -> (usize, f64, u64) {
        let problem = self.problem(fewest_teams);
        let mut iterations = 0;
        let mut budget = during(seconds);
        let plan = route::solve(&problem, seed, |progress| {
            iterations = progress.iterations;
            budget(progress)
        });
        route::check(&problem, &plan).unwrap();
        let (teams, distance) = self.check(&plan);
        (teams, distance, iterations)
    }

    /// Vehicles and distance, after walking each round in double precision.
    fn check(&self, plan: &Plan) -> (usize, f64) {
        assert!(plan.left_out.is_empty(), "{} customers are left out", plan.left_out.len());
        let rounds: Vec<Vec<usize>> = plan.orders().into_iter().filter(|stops| !stops.is_empty()).collect();
        let mut total = 0.0;
        for stops in &rounds {
            let (mut at, mut clock, mut load) = (0, 0.0_f64, 0);
            for &customer in stops.iter().map(|stop| stop + 1).collect::<Vec<_>>().iter().chain([&0]) {
                let here = self.customers[customer];
                total += self.distance(at, customer);
                clock = (clock + self.distance(at, customer)).max(here.ready);
                assert!(clock <= here.due, "customer {customer} is late");
                clock += here.service;
                load += here.demand;
                at = customer;
            }
            assert!(load <= self.capacity);
        }
        (rounds.len(), total)
    }
}

fn tsplib(seconds: f64) {
    let mut gaps = Vec::new();
    for (name, best) in TSPLIB {
        let text = data(&format!("tsplib/{name}.tsp"));
        let geographic = text.contains("GEO");
        let cities: Vec<Vec<f64>> = text.lines().map(|line| line.split_whitespace().map_while(|word| word.parse().ok()).collect()).collect();
        let cities: Vec<(f64, f64)> = cities.into_iter().filter(|row: &Vec<f64>| row.len() == 3).map(|row| (row[1], row[2])).collect();
        let distance = |a: usize, b: usize| {
            let (a, b) = (cities[a], cities[b]);
            if geographic { sphere(a, b) } else { (a.0 - b.0).hypot(a.1 - b.1).round() }
        };
        let travel = Travel::straight(cities.len(), distance, 1.0, 1.0).unwrap();
        let stop = |place| Stop { place, service_ms: 0, window_ms: (0, 1 << 29), load: 0, skills: 0, worth: Worth::Must, team: None };
        let team = Team { start: 0, end: Some(0), shift_ms: (0, 1 << 29), breaks: Vec::new(), skills: 0, capacity: 0, longest_mm: None, fixed: 0 };
        let problem =
            Problem::new((1..cities.len()).map(stop).collect(), vec![team], travel, Vec::new(), Goal { measure: Measure::Length, ..Goal::default() }).unwrap();
        let mut iterations = 0;
        let mut budget = during(seconds);
        let plan = route::solve(&problem, 1, |progress| {
            iterations = progress.iterations;
            budget(progress)
        });
        route::check(&problem, &plan).unwrap();
        let length = plan.rounds[0].length_mm as f64 / 1000.0;
        println!("{name:10} {length:.0} ({best:.0})  {:+.2} %  {iterations} iterations", 100.0 * (length / best - 1.0));
        gaps.push(100.0 * (length / best - 1.0));
    }
    println!("mean gap {:+.2} % in {seconds} s", gaps.iter().sum::<f64>() / gaps.len() as f64);
}

/// TSPLIB's GEO: degrees and minutes written as a decimal, a sphere of 6378.388 km, cut to whole kilometres.
fn sphere(a: (f64, f64), b: (f64, f64)) -> f64 {
    #[allow(clippy::approx_constant, reason = "the format says so many digits")]
    let radians = |x: f64| 3.141_592 * (x.trunc() + 5.0 * (x - x.trunc()) / 3.0) / 180.0;
    let (a, b) = ((radians(a.0), radians(a.1)), (radians(b.0), radians(b.1)));
    let (q1, q2, q3) = ((a.1 - b.1).cos(), (a.0 - b.0).cos(), (a.0 + b.0).cos());
    (6378.388 * (0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)).acos() + 1.0).trunc()
}

/// Evenings: places in clusters, at random, or half and half on 10 × 10 km, eight hours, ten minutes a visit, every other one with a
/// window of two hours; at 30 km/h.
fn evening(kind: &str, count: usize, teams: usize, seed: u64) -> (Problem, Vec<(f64, f64)>) {
    let mut random = Random::stream(seed, count as u64);
    let side = 10_000.0;
    let centres: Vec<(f64, f64)> = (0..count / 12).map(|_| (random.fraction() * side, random.fraction() * side)).collect();
    let mut places = vec![(side / 2.0, side / 2.0)];
    while places.len() <= count {
        let clustered = kind == "C" || kind == "RC" && places.len() % 2 == 0;
        let (x, y) = centres[random.below(centres.len())];
        let near = |middle: f64, random: &mut Random| (middle + (random.fraction() + random.fraction() - 1.0) * 700.0).clamp(0.0, side);
        places.push(if clustered { (near(x, &mut random), near(y, &mut random)) } else { (random.fraction() * side, random.fraction() * side) });
    }
    let travel = Travel::straight(places.len(), |a, b| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1), 30.0 / 3.6, 1.0).unwrap();
    let shift = 8 * 3_600_000_u32 * (count as u32 / teams as u32) / 30;
    let mut stop = |place: usize| {
        let opens = random.below(shift as usize - 3 * 3_600_000) as u32;
        let window_ms = if place.is_multiple_of(2) { (opens, opens + 2 * 3_600_000) } else { (0, shift) };
        Stop { place, service_ms: 600_000, window_ms, load: 1, skills: 0, worth: Worth::Must, team: None }
    };
    let stops = (1..places.len()).map(&mut stop).collect();
    let team = Team { start: 0, end: Some(0), shift_ms: (0, shift), breaks: Vec::new(), skills: 0, capacity: u32::MAX, longest_mm: None, fixed: 0 };
    (Problem::new(stops, vec![team; teams], travel, Vec::new(), Goal::default()).unwrap(), places)
}

const EVENINGS: [(usize, usize); 3] = [(50, 3), (100, 4), (200, 5)];

fn random(seconds: f64, folder: Option<&Path>) {
    for (count, teams) in EVENINGS {
        for kind in ["C", "R", "RC"] {
            let (problem, places) = evening(kind, count, teams, 1);
            if let Some(folder) = folder {
                write(&folder.join(format!("{kind}{count}-1.json")), &problem, &places);
            }
            let plan = route::solve(&problem, 1, during(seconds));
            route::check(&problem, &plan).unwrap();
            println!("{kind}{count}-1 ({teams})  {:.0} s of travel, {} left out", plan.cost as f64 / 1000.0, plan.left_out.len());
        }
    }
}

/// The evening with its travel times in milliseconds, for other planners.
fn write(path: &Path, problem: &Problem, places: &[(f64, f64)]) {
    let all = 0..places.len();
    let times: Vec<Vec<f64>> = all
        .clone()
        .map(|a| all.clone().map(|b| ((places[a].0 - places[b].0).hypot(places[a].1 - places[b].1) / (30.0 / 3.6) * 1000.0).ceil()).collect())
        .collect();
    let stops: Vec<(u32, u32, u32)> = problem.stops().iter().map(|stop| (stop.window_ms.0, stop.window_ms.1, stop.service_ms)).collect();
    let text =
        serde_json::json!({"places": places, "times_ms": times, "stops": stops, "teams": problem.teams().len(), "shift_ms": problem.teams()[0].shift_ms.1});
    fs::write(path, text.to_string()).unwrap();
}

fn first() {
    for kind in ["C", "R", "RC"] {
        let (problem, _) = evening(kind, 200, 5, 1);
        let (mut iterations, began) = (0, Instant::now());
        let plan = route::solve(&problem, 1, |progress| {
            iterations = progress.iterations;
            if progress.left_out == 0 { 1.0 } else { 0.0 }
        });
        let took = began.elapsed().as_secs_f64();
        route::check(&problem, &plan).unwrap();
        println!("{kind}200-1  first whole plan in {:.1} ms, after {iterations} iterations", took * 1000.0);
    }
}
