//! What the room of streets costs, on a file of OpenStreetMap.
//!
//! `cargo bench --bench streets -- FILE [PLACES]` reads the file (`.osm.pbf`, `.osm.gz` or `.osm`), keeps it, loads it, and makes matrices of
//! so many random places (200) in each mode, beside a search of its own for each pair.
//! `cargo bench --bench streets -- FILE harm [TIMES]` cuts the file short or damages it at random so many times (200) and counts what comes.
//! `cargo bench --bench streets -- FILE pairs [PAIRS]` prints random pairs of places with the metres on foot and by car between them, to lay
//! beside another router.
//! `cargo bench --bench streets -- FILE neighbours [PLACES]` finds the 8 nearest on foot, and those within 400 m, of so many random places (10,000).

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use sanshi::{
    earth::LonLat,
    streets::{BadStreets, Matrix, Mode, Network, Reach, Reading, read_pbf, read_xml_gz},
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(path) = arguments.first() else { return println!("expected the path of a file of OpenStreetMap") };
    let number = |at: usize, default: usize| arguments.get(at).map_or(default, |count| count.parse().unwrap());
    let file = std::fs::read(path).unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("harm") => return harm(path, &file, number(2, 200)),
        Some("pairs") => return pairs(&read(path, &file).unwrap().0, number(2, 100)),
        Some("neighbours") => return neighbours(&read(path, &file).unwrap().0, number(2, 10_000)),
        _ => {}
    }
    let count = number(1, 200);

    let began = Instant::now();
    let (read, reading) = read(path, &file).unwrap();
    println!("read in {:.0} ms: {reading:?}", 1e3 * began.elapsed().as_secs_f64());
    let bytes = read.to_bytes();
    let began = Instant::now();
    let network = Network::from_bytes(&bytes).unwrap();
    println!("{} kB kept, loaded in {:.1} ms: {:?}", bytes.len() / 1000, 1e3 * began.elapsed().as_secs_f64(), network.summary());

    for mode in Mode::ALL {
        let places = places(&network, mode, count);
        let began = Instant::now();
        for place in &places {
            black_box(network.snap(mode, *place));
        }
        let snapped = began.elapsed();
        let mut took: Vec<f64> = Vec::new();
        let mut matrix = Matrix::default();
        for _ in 0..9 {
            let began = Instant::now();
            matrix = black_box(network.matrix(mode, &places, || true).unwrap());
            took.push(1e3 * began.elapsed().as_secs_f64());
        }
        took.sort_by(f64::total_cmp);
        let unreachable = matrix.seconds.iter().filter(|seconds| **seconds == Matrix::UNREACHABLE).count();

        // One search for each pair, of 2,000 pairs.
        let mut seed = Seed(7);
        let pairs: Vec<(usize, usize)> = (0..2000).map(|_| (seed.below(count as u64) as usize, seed.below(count as u64) as usize)).collect();
        let began = Instant::now();
        let differ = pairs
            .iter()
            .filter(|(from, to)| {
                let path =
                    network.path(mode, places[*from], places[*to]).map_or((Matrix::UNREACHABLE, Matrix::UNREACHABLE), |path| (path.seconds, path.metres));
                path != (matrix.seconds[from * count + to], matrix.metres[from * count + to])
            })
            .count();
        let single = 1e3 * began.elapsed().as_secs_f64() / pairs.len() as f64;
        println!(
            "{mode:?}: {count} x {count} in {:.0} ms (median of 9; least {:.0}), {unreachable} unreachable; snapping alone {:.1} ms; a pair by itself {single:.2} ms, {differ} of {} differ",
            took[4],
            took[0],
            1e3 * snapped.as_secs_f64(),
            pairs.len()
        );
    }
}

fn read(path: &str, file: &[u8]) -> Result<(Network, Reading), BadStreets> {
    if path.ends_with(".pbf") { read_pbf(file, &mut |_| true) } else { read_xml_gz(file, &mut |_| true) }
}

fn harm(path: &str, file: &[u8], times: usize) {
    let (mut seed, mut came) = (Seed(3), BTreeMap::<String, u32>::new());
    for time in 0..times {
        let at = seed.below(file.len() as u64) as usize;
        let mut bytes = file.to_vec();
        if time % 2 == 0 {
            bytes.truncate(at)
        } else {
            bytes[at] ^= 1 << seed.below(8)
        }
        let what = match read(path, &bytes) {
            Ok(_) => "read".to_owned(),
            Err(bad) => bad.to_string().replace(|c: char| c.is_ascii_digit(), ""),
        };
        *came.entry(format!("{}: {what}", if time % 2 == 0 { "cut" } else { "flipped" })).or_default() += 1;
    }
    came.iter().for_each(|(what, times)| println!("{times:5} {what}"));
}

fn pairs(network: &Network, count: usize) {
    let places = places(network, Mode::Drive, 2 * count);
    println!("from_lon,from_lat,to_lon,to_lat,walk_m,drive_m");
    for ends in places.chunks_exact(2) {
        let metres = |mode| network.path(mode, ends[0], ends[1]).map_or(-1, |path| i64::from(path.metres));
        let [from, to] = [ends[0], ends[1]];
        println!("{:.7},{:.7},{:.7},{:.7},{},{}", from.lon(), from.lat(), to.lon(), to.lat(), metres(Mode::Walk), metres(Mode::Drive));
    }
}

fn neighbours(network: &Network, count: usize) {
    let places = places(network, Mode::Walk, count);
    for reach in [Reach::Nearest(8), Reach::Within(400.0)] {
        let mut took: Vec<f64> = Vec::new();
        let mut pairs = 0;
        for _ in 0..5 {
            let began = Instant::now();
            let walks = black_box(network.neighbours(&places, reach, usize::MAX, &|_, _| true)).unwrap();
            took.push(1e3 * began.elapsed().as_secs_f64());
            pairs = walks.neighbours.iter().map(Vec::len).sum();
        }
        took.sort_by(f64::total_cmp);
        println!("{reach:?} on foot of {count} places: {pairs} pairs in {:.0} ms (median of 5; least {:.0}, most {:.0})", took[2], took[0], took[4]);
    }
}

/// Random places of the box that are near a street.
fn places(network: &Network, mode: Mode, count: usize) -> Vec<LonLat> {
    let (bounds, mut seed) = (network.bounds(), Seed(1));
    let mut between = |low: f64, high: f64| low + (high - low) * seed.below(1 << 40) as f64 / (1u64 << 40) as f64;
    let mut places = Vec::new();
    while places.len() < count {
        let place = LonLat::new(between(bounds.west, bounds.east), between(bounds.south, bounds.north)).unwrap();
        if network.snap(mode, place).is_some_and(|snap| snap.off_m < 100.0) {
            places.push(place);
        }
    }
    places
}

struct Seed(u64);

impl Seed {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % n.max(1)
    }
}
