//! What the cluster statistics cost.
//!
//! `cargo bench --bench clusters -- scan 100000 0.05` scans so many houses (a tenth of them red, more in one disc) for windows up to that share of
//! them, with 999 replicates; so do `ellipse`, `ordinal` and `time`. `gathered 100000 0.05 100` compares the scan of houses gathered in cells
//! 100 m wide with the exact one; with a fourth argument it scans the gathered houses alone. `local 100000` times the local statistics with 999
//! permutations. `error 1000` tells how often so many random labellings are called a cluster (`error 1000 ordinal` of one model), `power 20` how often planted clusters are found,
//! `exact 1000000 0.001 200` what gathering loses of a cluster of 200 m, without replicates. `table` (the default) runs what the README tells of.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::time::Instant;

use rayon::prelude::*;
use sanshi::cluster::{
    Density, Going, Hdbscan, Kernel, Neighbourhood, Neighbours, Permutations, Places, Random, Scan, ScanReport, Window, dbscan, density, gistar, join_counts,
    local_moran,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |at: usize, default: f64| arguments.get(at).and_then(|number| number.parse().ok()).unwrap_or(default);
    let (houses, share) = (number(1, 10_000.0) as usize, number(2, 0.05));
    match arguments.first().map(String::as_str) {
        None | Some("table") => {
            scan("scan", 10_000, 0.05);
            scan("scan", 10_000, 0.5);
            scan("ordinal", 2_000, 0.1);
            scan("ellipse", 2_000, 0.1);
            scan("time", 2_000, 0.1);
            gathered(10_000, 0.05, 50.0, true);
            local(100_000);
            scan("scan", 100_000, 0.05);
        }
        Some("gathered") => gathered(houses, share, number(3, 100.0), arguments.len() < 5),
        Some("local") => local(houses),
        Some("error") => error(houses as u64, arguments.get(2).map_or("", String::as_str)),
        Some("power") => power(houses as u64),
        Some("exact") => exact(houses, share, number(3, 200.0)),
        Some(which @ ("scan" | "ellipse" | "ordinal" | "time")) => scan(which, houses, share),
        Some(other) => println!("expected table, scan, ellipse, ordinal, time, gathered, local, error, power or exact; found {other}"),
    }
}

const ON: Going = &|_, _| true;

/// Houses in a square town, 400 m² each; a tenth are red, four tenths within 300 m of a place south-west of the middle.
fn town(houses: usize) -> (Vec<(f64, f64)>, Vec<bool>) {
    let side = (houses as f64).sqrt() * 20.0;
    let mut random = Random::stream(11, houses as u64);
    let points: Vec<(f64, f64)> = (0..houses).map(|_| (random.fraction() * side, random.fraction() * side)).collect();
    let near = |&(x, y): &(f64, f64)| (x - 0.4 * side).hypot(y - 0.3 * side) < 300.0;
    let red = points.iter().map(|point| random.fraction() < if near(point) { 0.4 } else { 0.1 }).collect();
    (points, red)
}

/// Wall clock and the seconds of all cores.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (began, spent) = (Instant::now(), cpu());
    let done = work();
    println!("{what}: {:.2} s, {:.2} s of CPU, at most {:.0} MB so far", began.elapsed().as_secs_f64(), cpu() - spent, peak_mb());
    done
}

/// The most memory this process ever held (Linux; 0 elsewhere).
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let held = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|held| held.trim().trim_end_matches(" kB").parse::<f64>().ok());
    held.unwrap_or(0.0) / 1024.0
}

/// Seconds of CPU of this process (Linux; 0 elsewhere).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn told(report: &ScanReport) -> String {
    let first = &report.clusters[0];
    format!("{} of {} within {:.0} m, llr {:.6}, p {:.3}", first.cases, first.base, first.radius_m, first.llr, first.p().unwrap_or(f64::NAN))
}

fn scan(which: &str, houses: usize, max_share: f64) {
    let (points, red) = town(houses);
    let places = Places::on_plane(&points).unwrap();
    let scan = Scan { max_share, ..Scan::default() };
    let report = timed(&format!("{which}, {houses} houses, windows up to {max_share}, 999 replicates"), || match which {
        "ellipse" => Scan { window: Window::Ellipse { penalty: 0.5 }, ..scan }.bernoulli(&places, &red, ON),
        "ordinal" => {
            let tiers: Vec<u8> = red.iter().enumerate().map(|(house, &red)| if red { 3 } else { (house % 3) as u8 }).collect();
            scan.ordinal(&places, &tiers, ON)
        }
        "time" => {
            let steps: Vec<u32> = (0..houses).map(|house| (house % 12) as u32).collect();
            scan.bernoulli_in_time(&places, &red, &steps, ON)
        }
        _ => scan.bernoulli(&places, &red, ON),
    });
    println!("  {}", told(&report.unwrap()));
}

fn gathered(houses: usize, max_share: f64, cell_m: f64, compare: bool) {
    let (points, red) = town(houses);
    let places = Places::on_plane(&points).unwrap();
    let cells = places.gathered(cell_m);
    let scan = Scan { max_share, ..Scan::default() };
    let title = format!("{houses} houses gathered in {} cells of {cell_m} m, windows up to {max_share}, 999 replicates", cells.locations());
    let rough = timed(&title, || scan.bernoulli(&cells, &red, ON)).unwrap();
    println!("  {}", told(&rough));
    if compare {
        let exact = timed("  the same, exact", || scan.bernoulli(&places, &red, ON)).unwrap();
        let (a, b) = (&rough.clusters[0], &exact.clusters[0]);
        let shared = a.points.iter().filter(|point| b.points.contains(point)).count();
        println!("  {}; the ratio is {:.2} % lower, {shared} houses shared", told(&exact), 100.0 * (1.0 - a.llr / b.llr));
    }
}

fn local(houses: usize) {
    let (points, red) = town(houses);
    let places = Places::on_plane(&points).unwrap();
    let values: Vec<f64> = red.iter().map(|&red| f64::from(u8::from(red))).collect();
    let near = timed(&format!("20 nearest of {houses} houses"), || Neighbours::of(&places, Neighbourhood::Nearest(20)));
    timed("Gi*, exact", || gistar(&near, &values, None, ON)).unwrap();
    timed("Gi*, 999 permutations", || gistar(&near, &values, Some(Permutations::default()), ON)).unwrap();
    timed("Local Moran's I, 999 permutations", || local_moran(&near, &values, Permutations::default(), ON)).unwrap();
    timed("join counts, 999 permutations", || join_counts(&near, &red, Permutations::default(), ON)).unwrap();
    for eps_m in [30.0, 300.0, 3_000.0] {
        let groups = timed(&format!("DBSCAN, {eps_m} m"), || dbscan(&places, Density { eps_m, min_points: 5 }, ON)).unwrap();
        println!("  {} groups", groups.iter().flatten().max().map_or(0, |last| last + 1));
    }
    let members = timed("HDBSCAN, 5 points, groups of 5", || Hdbscan::default().members(&places, ON)).unwrap();
    let noise = members.iter().filter(|member| member.is_none()).count();
    println!("  {} groups, {noise} points in none", members.iter().flatten().map(|member| member.group).max().map_or(0, |last| last + 1));
    timed("kernel density, 200 m, cells of 50 m", || density(&points, Kernel::Quartic, 200.0, 50.0, ON)).unwrap();
}

/// How often labels without any cluster are called one at 5 %, under the models whose name holds this.
fn error(labellings: u64, of: &str) {
    const HOUSES: usize = 200;
    let mut random = Random::stream(21, 0);
    let points: Vec<(f64, f64)> = (0..HOUSES).map(|_| (random.fraction() * 280.0, random.fraction() * 280.0)).collect();
    let people: Vec<f64> = (0..HOUSES).map(|_| 1.0 + random.below(9) as f64).collect();
    let steps: Vec<u32> = (0..HOUSES).map(|_| random.below(6) as u32).collect();
    let places = Places::on_plane(&points).unwrap();
    let near = Neighbours::of(&places, Neighbourhood::Nearest(8));
    let scan = |seed: u64| Scan { seed, limit: 1, ..Scan::default() };
    let red = |random: &mut Random| -> Vec<bool> { (0..HOUSES).map(|_| random.fraction() < 0.3).collect() };
    let values = |random: &mut Random| -> Vec<f64> { red(random).into_iter().map(|red| f64::from(u8::from(red))).collect() };
    let all_people: f64 = people.iter().sum();
    let strewn = |random: &mut Random| {
        let mut cases = vec![0; HOUSES];
        for _ in 0..150 {
            let mut falls = random.fraction() * all_people;
            cases[people
                .iter()
                .position(|people| {
                    falls -= people;
                    falls < 0.0
                })
                .unwrap_or(0)] += 1;
        }
        cases
    };
    let tiers = |random: &mut Random| -> Vec<u8> { (0..HOUSES).map(|_| [0, 1, 1, 1, 1, 2, 2, 2, 3, 3][random.below(10)]).collect() };
    let found = |report: ScanReport| report.clusters.first().and_then(|cluster| cluster.p()).unwrap_or(1.0);
    type P<'a> = (&'a str, &'a (dyn Fn(&mut Random, u64) -> f64 + Sync));
    let least = |p: &mut dyn Iterator<Item = f64>| p.fold(1.0, f64::min);
    let models: [P; 8] = [
        ("Bernoulli", &|random, seed| found(scan(seed).bernoulli(&places, &red(random), ON).unwrap())),
        ("Poisson", &|random, seed| found(scan(seed).poisson(&places, &strewn(random), &people, ON).unwrap())),
        ("ordinal", &|random, seed| found(scan(seed).ordinal(&places, &tiers(random), ON).unwrap())),
        ("space-time", &|random, seed| found(scan(seed).bernoulli_in_time(&places, &red(random), &steps, ON).unwrap())),
        ("join counts", &|random, seed| join_counts(&near, &red(random), Permutations { replicates: 999, seed }, ON).unwrap().p_bb),
        ("Gi*, exact, any house after correction", &|random, _| {
            least(&mut gistar(&near, &values(random), None, ON).unwrap().into_iter().map(|spot| spot.p_corrected))
        }),
        ("Local Moran's I, 9,999 permutations, any house after correction", &|random, seed| {
            least(&mut local_moran(&near, &values(random), Permutations { replicates: 9_999, seed }, ON).unwrap().into_iter().map(|spot| spot.p_corrected))
        }),
        ("ellipse", &|random, seed| {
            let scan = Scan { window: Window::Ellipse { penalty: 0.5 }, max_share: 0.2, ..scan(seed) };
            found(scan.bernoulli(&places, &red(random), ON).unwrap())
        }),
    ];
    for (name, p) in models.into_iter().filter(|model| model.0.contains(of)) {
        let alarms =
            timed(name, || (0..labellings).into_par_iter().filter(|&labelling| p(&mut Random::stream(22, labelling), labelling) <= 0.05 + 1e-9).count());
        println!("  {alarms} of {labellings} labellings without a cluster at p <= 0.05: {:.1} %", 100.0 * alarms as f64 / labellings as f64);
    }
}

/// How often planted clusters are found at 5 %, and how much of them.
fn power(labellings: u64) {
    const HOUSES: usize = 2_000;
    let side = (HOUSES as f64).sqrt() * 20.0;
    let mut random = Random::stream(31, 0);
    let points: Vec<(f64, f64)> = (0..HOUSES).map(|_| (random.fraction() * side, random.fraction() * side)).collect();
    let places = Places::on_plane(&points).unwrap();
    let nearest = |x: f64, y: f64, stretch: f64, size: usize| {
        let mut order: Vec<usize> = (0..HOUSES).collect();
        let distance = |&house: &usize| ((points[house].0 - x) / stretch).hypot(points[house].1 - y);
        order.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        order.truncate(size);
        order
    };
    let ask = |title: &str, window: Window, truth: &[usize], risk: f64| {
        let spent = cpu();
        let of_one = |labelling: u64| {
            let mut random = Random::stream(32, labelling);
            let red: Vec<bool> = (0..HOUSES).map(|house| random.fraction() < if truth.contains(&house) { 0.1 * risk } else { 0.1 }).collect();
            let report = Scan { window, max_share: 0.15, seed: labelling, limit: 1, ..Scan::default() }.bernoulli(&places, &red, ON).unwrap();
            let first = report.clusters.into_iter().next().filter(|cluster| cluster.p().unwrap() <= 0.05)?;
            let shared = first.points.iter().filter(|point| truth.contains(&(**point as usize))).count() as f64;
            (shared > 0.0).then(|| (shared / truth.len() as f64, shared / first.points.len() as f64))
        };
        let found: Vec<(f64, f64)> = (0..labellings).into_par_iter().filter_map(of_one).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| 100.0 * found.iter().map(of).fold(0.0, |sum, part| sum + part) / found.len().max(1) as f64;
        let share = 100.0 * found.len() as f64 / labellings as f64;
        println!(
            "{title}, {} houses, risk {risk}: found {share:.0} %, of it {:.0} % held, {:.0} % of what is held right; {:.1} s of CPU",
            truth.len(),
            mean(|one| one.0),
            mean(|one| one.1),
            cpu() - spent
        );
    };
    for size in [20, 60, 200] {
        for risk in [1.5, 2.0, 3.0, 5.0] {
            ask("in the middle", Window::Circle, &nearest(0.5 * side, 0.5 * side, 1.0, size), risk);
            ask("at an edge", Window::Circle, &nearest(0.0, 0.5 * side, 1.0, size), risk);
            ask("five times as long as wide, circles", Window::Circle, &nearest(0.5 * side, 0.5 * side, 5.0, size), risk);
        }
    }
    for risk in [1.5, 2.0, 3.0, 5.0] {
        ask("five times as long as wide, ellipses", Window::Ellipse { penalty: 0.5 }, &nearest(0.5 * side, 0.5 * side, 5.0, 60), risk);
    }
}

/// What gathering loses of a planted cluster (three times the risk within a radius) against the exact scan.
fn exact(houses: usize, max_share: f64, radius_m: f64) {
    let (points, _) = town(houses);
    let side = (houses as f64).sqrt() * 20.0;
    let inside = |&(x, y): &(f64, f64)| (x - 0.4 * side).hypot(y - 0.3 * side) < radius_m;
    let mut random = Random::stream(41, houses as u64);
    let red: Vec<bool> = points.iter().map(|point| random.fraction() < if inside(point) { 0.3 } else { 0.1 }).collect();
    let places = Places::on_plane(&points).unwrap();
    let scan = Scan { max_share, replicates: 0, limit: 1, ..Scan::default() };
    let truth = points.iter().filter(|point| inside(point)).count();
    let title = format!("{houses} houses, {truth} of them within {radius_m} m at three times the risk, windows up to {max_share}, exact");
    let best = timed(&title, || scan.bernoulli(&places, &red, ON)).unwrap().clusters.remove(0);
    println!("  {} of {} within {:.0} m, llr {:.3}", best.cases, best.base, best.radius_m, best.llr);
    for cell_m in [25.0, 50.0, 100.0] {
        let cells = places.gathered(cell_m);
        let rough = timed(&format!("  gathered in {} cells of {cell_m} m", cells.locations()), || scan.bernoulli(&cells, &red, ON)).unwrap().clusters.remove(0);
        let held: std::collections::HashSet<u32> = best.points.iter().copied().collect();
        let shared = rough.points.iter().filter(|point| held.contains(point)).count() as f64;
        let (a, b) = (points[rough.centre as usize], points[best.centre as usize]);
        println!(
            "    llr {:.3}: {:.1} % lower; centre {:.0} m away; {:.0} % of the exact cluster's houses held, {:.0} % of its own among them",
            rough.llr,
            100.0 * (1.0 - rough.llr / best.llr),
            (a.0 - b.0).hypot(a.1 - b.1),
            100.0 * shared / best.points.len() as f64,
            100.0 * shared / rough.points.len() as f64
        );
    }
}
