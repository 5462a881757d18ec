//! What the atlas costs: CPU time per query, by the sizes that `performance.md` measures peers with.
//!
//! `cargo bench --bench atlas [-- HOUSES]`, 10000 and 1000000 without an argument. Houses stand in villages of 2,000, with ten spans each.
#![allow(clippy::print_stdout, reason = "its whole purpose")]

mod villages;

use std::{hint::black_box, time::Instant};

use sanshi::{
    atlas::{BaseMap, Detail, Filter, HouseFacts, Snapshot, View},
    domain::{
        day::Day,
        points::Points,
        tier::{Standing, TierSpan},
    },
    earth::{Bounds, LonLat, Region, TileId, world_x, world_y},
};

use villages::District;

const SPANS: usize = 10;
const QUERIES: usize = 200;

fn main() {
    // cargo itself passes `--bench`.
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    for houses in if asked.is_empty() { vec![10_000, 1_000_000] } else { asked } {
        measure(houses);
    }
}

fn measure(count: usize) {
    let mut district = District::new(count);
    let houses: Vec<HouseFacts> = (0..count).map(|number| facts(&mut district, number)).collect();
    let changed: Vec<usize> = (0..2000).map(|_| district.seed.below(count)).collect();
    let (changes, places): (Vec<HouseFacts>, Vec<LonLat>) = changed.into_iter().map(|number| (facts(&mut district, number), houses[number].place)).unzip();
    let mut seed = district.seed;

    let (wall, cpu) = (Instant::now(), cpu_ms());
    let snapshot = Snapshot::pack(houses, BaseMap::default(), 1);
    println!("\n{count} houses, {SPANS} spans each");
    println!("pack            {:>10.1} ms   ({:.1} ms of CPU)", wall.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu);
    println!("memory          {:>10.1} bytes per house", snapshot.bytes() as f64 / count as f64);

    let day = Day::new(2010, 10, 1).unwrap_or(Day::FIRST);
    let all = Filter::default();
    for (name, target) in [("box-100", 100), ("box-6000", 6000)] {
        let boxes: Vec<Bounds> = places
            .iter()
            .take(QUERIES)
            .map(|&place| sized(target, |size| around(place, size), |bounds| count_in(&snapshot, &Region::from_bounds(bounds))))
            .collect();
        time(name, &boxes, |bounds| {
            let (mut hits, mut sum) = (0, 0);
            snapshot.each_in(bounds, |house| {
                hits += 1;
                sum += house.serial();
            });
            black_box(sum);
            hits
        });
    }
    let boxes: Vec<Region> = places
        .iter()
        .take(QUERIES)
        .map(|&place| Region::from_bounds(&sized(6000, |size| around(place, size), |bounds| count_in(&snapshot, &Region::from_bounds(bounds)))))
        .collect();
    time("page of 6000", &boxes, |region| snapshot.page(region, day, &all, None, 10_000).len());
    for (name, vertices, target) in [("polygon-20", 20, 1240), ("polygon-200", 200, 1360)] {
        let rings: Vec<Vec<[f64; 2]>> = places
            .iter()
            .take(QUERIES)
            .map(|&place| {
                let radii: Vec<f64> = (0..vertices).map(|_| 0.6 + 0.4 * seed.next()).collect();
                sized(target, |size| star(place, size, &radii), |ring| Region::new(vec![vec![ring.clone()]]).map_or(0, |region| count_in(&snapshot, &region)))
            })
            .collect();
        time(&format!("{name} read"), &rings, |ring| Region::new(vec![vec![ring.clone()]]).map_or(0, |region| region.vertices()));
        let regions: Vec<Region> = rings.iter().filter_map(|ring| Region::new(vec![vec![ring.clone()]]).ok()).collect();
        time(&format!("{name} summary"), &regions, |region| snapshot.summary(region, day, &all).total as usize);
        time(&format!("{name} with codes"), &regions, |region| snapshot.survey(region, day, &all).1.len());
    }
    let circles: Vec<Region> = places.iter().take(QUERIES).filter_map(|&place| Region::circle(place, 300.0).ok()).collect();
    time("circle of 300 m", &circles, |region| snapshot.summary(region, day, &all).total as usize);
    let street = |place: &LonLat| (0..100).map(|at| [place.lon() + f64::from(at) * 2e-4, place.lat() + f64::from(at % 3) * 1e-4]).collect::<Vec<_>>();
    let streets: Vec<Region> = places.iter().take(QUERIES).filter_map(|place| Region::corridor(&[street(place)], 50.0).ok()).collect();
    time("50 m along 2 km", &streets, |region| snapshot.summary(region, day, &all).total as usize);
    let radii: Vec<f64> = (0..99_999).map(|_| 0.9 + 0.1 * seed.next()).collect();
    let rings: Vec<Vec<[f64; 2]>> = places.iter().take(2).map(|&place| star(place, 0.05, &radii)).collect();
    let count_within = |region: Region| snapshot.summary(&region, day, &all).total as usize;
    time("100,000 vertices", &rings, |ring| Region::new(vec![vec![ring.clone()]]).map_or(0, count_within));
    time("30 m along them", &rings, |ring| Region::corridor(std::slice::from_ref(ring), 30.0).map_or(0, count_within));
    let named = Filter::default().with_text("71号");
    time("circle by text", &circles, |region| snapshot.summary(region, day, &named).total as usize);
    time("nearest-10", &places, |&place| snapshot.nearest(place, 10).len());
    let off: Vec<LonLat> = (0..QUERIES).filter_map(|_| LonLat::new(120.0 + seed.next() * 0.42, 31.5 + seed.next() * 0.36).ok()).collect();
    time("nearest-10 anywhere", &off, |&place| snapshot.nearest(place, 10).len());
    time("nearest-10 far off", &off, |place| LonLat::new(place.lon() - 200.0, place.lat() - 60.0).map_or(0, |place| snapshot.nearest(place, 10).len()));
    for (name, z, detail) in [
        ("tile z14 houses", 14, Detail::Houses),
        ("tile z12 houses", 12, Detail::Houses),
        ("tile z10 cells", 10, Detail::Cells),
        ("tile z4 cells", 4, Detail::Cells),
    ] {
        let tiles: Vec<TileId> = places.iter().take(if z < 10 { 10 } else { 60 }).filter_map(|&place| tile(place, z)).collect();
        time(name, &tiles, |&tile| snapshot.mvt(tile, day, &Filter::default(), detail).len());
    }
    let everywhere: Vec<Option<Region>> = vec![None; 3];
    let months: Vec<Day> = (0..36).map(|month| Day::new(2008, 1, 1).unwrap_or(Day::FIRST).plus_months(month)).collect();
    time("trend of 36 months", &everywhere, |region| snapshot.trend(region.as_ref(), &months, View::Computed, &all).len());
    let code = format!("QSY{:07}", count / 2);
    let long = ["a", "xian", "xy", "长沙", "1"].map(|part| part.chars().cycle().take(100).collect::<String>());
    let texts = [
        ("code", code.as_str()),
        ("address", "71号"),
        ("letter in codes", "s"),
        ("digit", "7"),
        ("pinyin", "lucheng"),
        ("pinyin and digits", "cun71zu"),
        ("unfinished", "jiedaod"),
        ("initials", "lcjd"),
        ("two initials", "cj"),
        ("letter", "l"),
        ("mixed", "潞城jd"),
        ("parted", "lu cheng jie dao"),
        ("across, rare", "zu199hao"),
        ("across, nowhere", "zu999"),
        ("nowhere", "qianqiao"),
        ("nowhere, Chinese", "前桥"),
    ];
    let worst = long.iter().map(|text| ("100 letters", text.as_str()));
    for (name, text) in texts.into_iter().chain(worst) {
        time(&format!("search {name}"), &[text], |text| snapshot.search(text, 10).len());
    }

    let mut newest = snapshot.clone();
    let (wall, cpu) = (Instant::now(), cpu_ms());
    let commits = changes.len();
    for (house, revision) in changes.into_iter().zip(2..) {
        newest = newest.succeed(vec![house], &[], revision);
    }
    println!(
        "commit of one   {:>10.1} us   ({:.1} us of CPU), mean of {commits}",
        wall.elapsed().as_secs_f64() * 1e6 / commits as f64,
        (cpu_ms() - cpu) * 1e3 / commits as f64
    );
    let boxes: Vec<Bounds> =
        places.iter().take(QUERIES).map(|&place| sized(100, |size| around(place, size), |bounds| count_in(&newest, &Region::from_bounds(bounds)))).collect();
    time("box-100 after them", &boxes, |bounds| {
        let mut hits = 0;
        newest.each_in(bounds, |house| hits += usize::from(house.serial() > 0));
        hits
    });
    time("nearest-10 after", &places, |&place| newest.nearest(place, 10).len());
}

/// Runs every query until a quarter of a second is gone, three times; the median of CPU time per query and the mean answer.
fn time<Q>(name: &str, queries: &[Q], mut answer: impl FnMut(&Q) -> usize) {
    let total: usize = queries.iter().map(&mut answer).sum();
    let mut passes: Vec<f64> = (0..3)
        .map(|_| {
            let (started, cpu, mut rounds) = (Instant::now(), cpu_ms(), 0);
            while rounds == 0 || started.elapsed().as_millis() < 250 {
                queries.iter().for_each(|query| _ = black_box(answer(query)));
                rounds += 1;
            }
            (cpu_ms() - cpu) * 1e3 / (rounds * queries.len()) as f64
        })
        .collect();
    passes.sort_by(f64::total_cmp);
    println!("{name:<20}{:>10.2} us   mean answer {:.1}", passes[1], total as f64 / queries.len() as f64);
}

/// CPU time of the process so far, milliseconds, all threads; wall time where there is no Linux.
fn cpu_ms() -> f64 {
    let of_thread = |path: std::path::PathBuf| std::fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse::<f64>().ok();
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten().filter_map(|task| of_thread(task.path()));
    match threads.sum::<f64>() / 1e6 {
        0.0 => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1e3),
        ms => ms,
    }
}

fn count_in(snapshot: &Snapshot, region: &Region) -> usize {
    let mut count = 0;
    snapshot.each_within(region, |_| count += 1);
    count
}

/// The shape whose size in degrees makes it hold about so many houses.
fn sized<T>(target: usize, shape: impl Fn(f64) -> T, count: impl Fn(&T) -> usize) -> T {
    let (mut low, mut high) = (0.0f64, 0.5);
    for _ in 0..24 {
        let middle = (low + high) / 2.0;
        if count(&shape(middle)) < target { low = middle } else { high = middle }
    }
    shape(high)
}

fn around(place: LonLat, size: f64) -> Bounds {
    Bounds { west: place.lon() - size, south: place.lat() - size, east: place.lon() + size, north: place.lat() + size }
}

fn star(place: LonLat, size: f64, radii: &[f64]) -> Vec<[f64; 2]> {
    let corner = |at: usize| {
        let turn = std::f64::consts::TAU * at as f64 / radii.len() as f64;
        [place.lon() + size * radii[at] * turn.cos(), place.lat() + size * radii[at] * turn.sin()]
    };
    (0..radii.len()).chain([0]).map(corner).collect()
}

fn tile(place: LonLat, z: u8) -> Option<TileId> {
    let tiles = f64::from(z).exp2();
    TileId::new(z, (world_x(place.lon()) * tiles) as u32, (world_y(place.lat()) * tiles) as u32)
}

/// A house of the district with tiers at random.
fn facts(district: &mut District, number: usize) -> HouseFacts {
    let house = district.house(number);
    let mut from = Day::new(2008, 1, 1).unwrap_or(Day::FIRST);
    let spans = (0..SPANS)
        .map(|_| {
            from = from.plus_days(1 + district.seed.below(200) as i32);
            let standing = Standing::ALL[1 + district.seed.below(5)];
            TierSpan { from, standing, score: standing.tier().map(|_| Points::from_hundredths(district.seed.below(1700) as i32)) }
        })
        .collect();
    HouseFacts::of(number as u64 + 1, house, spans, Vec::new())
}
