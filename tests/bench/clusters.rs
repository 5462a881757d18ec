//! What the cluster statistics cost.
//!
//! `cargo bench --bench clusters -- scan 100000 0.05` scans so many houses (a tenth of them red, more in one disc) for windows up to that share of
//! them, with 999 replicates; so do `ellipse`, `ordinal` and `time`. `gathered 100000 0.05 100` compares the scan of houses gathered in cells
//! 100 m wide with the exact one; with a fourth argument it scans the gathered houses alone. `local 100000` times the local statistics with 999
//! permutations. `table` (the default) runs what the README tells of.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::time::Instant;

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
        Some(which @ ("scan" | "ellipse" | "ordinal" | "time")) => scan(which, houses, share),
        Some(other) => println!("expected table, scan, ellipse, ordinal, time, gathered or local; found {other}"),
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
    println!("{what}: {:.2} s, {:.2} s of CPU", began.elapsed().as_secs_f64(), cpu() - spent);
    done
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
