//! The statistics on reference data, on small cases by hand, against plain code, and on chance. One long file, as the methods share the points, the
//! plain code and the reference data that they are held to.

use std::{collections::BTreeMap, path::PathBuf};

use proptest::prelude::*;

use super::*;
use crate::earth::LonLat;

/// Whoever asks wants it to the end.
const ON: Going = &|_, _| true;

/// Rows of the project's reference data by column; `None` where they are not at hand.
fn reference(file: &str) -> Option<Vec<BTreeMap<String, f64>>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/kulldorff").join(file);
    let text = std::fs::read_to_string(path).ok()?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next()?.split(',').collect();
    Some(lines.map(|line| names.iter().map(|name| (*name).to_owned()).zip(line.split(',').map(|value| value.parse().unwrap())).collect()).collect())
}

/// Centre (numbered from 1), points, cases, expected to two decimals, ratio to six.
fn assert_clusters(report: &ScanReport, expected: &[(u32, usize, usize, f64, f64)]) {
    for (cluster, &(centre, points, cases, mean, llr)) in report.clusters.iter().zip(expected) {
        assert_eq!((cluster.centre + 1, cluster.points.len(), cluster.cases), (centre, points, cases), "{cluster:?}");
        assert!((cluster.expected - mean).abs() <= 0.005 + 1e-9, "{cluster:?}");
        assert!((cluster.llr - llr).abs() <= 0.6e-6, "{} is not {llr}", cluster.llr);
    }
    assert!(report.clusters.len() >= expected.len());
}

fn new_york(places: &Places, rows: &[BTreeMap<String, f64>]) -> ScanReport {
    let cases: Vec<u32> = rows.iter().map(|row| row["cases"] as u32).collect();
    let population: Vec<f64> = rows.iter().map(|row| row["population"]).collect();
    Scan::default().poisson(places, &cases, &population, ON).unwrap()
}

#[test]
fn new_york_leukaemia_on_the_sphere_is_satscan_s() {
    let Some(rows) = reference("ny_leukemia.csv") else { return };
    let points: Vec<LonLat> = rows.iter().map(|row| LonLat::new(row["lon"], row["lat"]).unwrap()).collect();
    let report = new_york(&Places::on_sphere(&points), &rows);
    assert_clusters(
        &report,
        &[
            (52, 31, 106, 62.13, 14.780_276),
            (88, 9, 42, 21.24, 8.287_056),
            (113, 16, 44, 23.83, 7.199_672),
            (62, 4, 25, 12.82, 4.651_839),
            (132, 6, 10, 3.65, 3.773_422),
            (166, 3, 11, 4.61, 3.209_485),
        ],
    );
    let [first, second, third] = [0, 1, 2].map(|at| &report.clusters[at]);
    assert_eq!(first.base, 119_050.0);
    assert!((first.radius_m / 1000.0 - 7.70).abs() < 0.01 && (first.relative_risk.unwrap() - 1.87).abs() < 0.005);
    assert_eq!(first.p(), Some(0.001));
    assert!(
        first.p_gumbel.unwrap() < 0.000_5 && (0.015..0.06).contains(&second.p().unwrap()) && (0.06..0.16).contains(&third.p().unwrap()),
        "{:?}",
        report.clusters.iter().map(|c| (c.p(), c.p_gumbel)).collect::<Vec<_>>()
    );
}

#[test]
fn new_york_leukaemia_on_the_plane_is_satscan_s() {
    let Some(rows) = reference("ny_leukemia.csv") else { return };
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (row["lon"], row["lat"])).collect();
    let report = new_york(&Places::on_plane(&points).unwrap(), &rows);
    assert_clusters(
        &report,
        &[
            (52, 28, 100, 58.28, 14.083_511),
            (89, 8, 38, 17.79, 9.019_716),
            (112, 33, 64, 40.85, 6.114_140),
            (62, 4, 25, 12.82, 4.651_839),
            (266, 4, 12, 5.14, 3.363_518),
            (166, 3, 11, 4.61, 3.209_485),
        ],
    );
    assert!(report.clusters[0].p() == Some(0.001) && (0.005..0.04).contains(&report.clusters[1].p().unwrap()));
}

#[test]
fn medieval_graves_are_satscan_s() {
    let Some(rows) = reference("medieval_graves.csv") else { return };
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (row["x"], row["y"])).collect();
    let cases: Vec<bool> = rows.iter().map(|row| row["case"] > 0.0).collect();
    let report = Scan::default().bernoulli(&Places::on_plane(&points).unwrap(), &cases, ON).unwrap();
    assert_clusters(&report, &[(126, 19, 11, 3.99, 7.419_340), (66, 3, 3, 0.63, 4.808_517), (77, 2, 2, 0.42, 3.177_442)]);
    let first = &report.clusters[0];
    assert!((first.radius_m - 1359.71).abs() < 0.005 && (first.relative_risk.unwrap() - 3.78).abs() < 0.005);
    assert!((0.04..0.09).contains(&first.p().unwrap()) && (0.04..0.09).contains(&first.p_gumbel.unwrap()), "{first:?}");
    assert!((0.55..0.75).contains(&report.clusters[1].p().unwrap()), "{:?}", report.clusters[1].p());
}

/// Points on a square grid with a side of `side`, 100 m apart.
fn grid(side: u32) -> Vec<(f64, f64)> {
    (0..side * side).map(|k| (f64::from(k % side) * 100.0, f64::from(k / side) * 100.0)).collect()
}

#[test]
fn locations_at_equal_distance_enter_together() {
    // A cross: the four arms are equally far from the middle, and one of them is a case.
    let places =
        Places::on_plane(&[(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (50.0, 0.0), (60.0, 0.0), (70.0, 0.0), (80.0, 0.0), (90.0, 0.0)])
            .unwrap();
    let mut cases = [false; 10];
    (cases[0], cases[1]) = (true, true);
    let report = Scan { replicates: 0, max_share: 0.5, ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap();
    // Around the middle: 1 of 1, or 2 of 5; around the case on the arm: itself, the middle, then two arms at √2 and the last at 2.
    let found = &report.clusters[0];
    assert_eq!((found.points.len(), found.cases, found.centre, found.radius_m), (2, 2, 1, 1.0));
    assert!((found.llr - bernoulli_llr(2.0, 2.0, 2.0, 10.0)).abs() < 1e-12);
    assert_eq!((found.relative_risk, found.p(), found.p_gumbel), (None, None, None));
}

#[test]
fn a_planted_cluster_is_found_and_the_radius_bounds_it() {
    let points = grid(20);
    let planted = |&(x, y): &(f64, f64)| (x - 500.0_f64).hypot(y - 700.0) <= 200.0;
    let cases: Vec<bool> = points.iter().enumerate().map(|(k, point)| planted(point) || k % 17 == 0).collect();
    let places = Places::on_plane(&points).unwrap();
    let scan = Scan { replicates: 199, ..Scan::default() };
    let found = scan.bernoulli(&places, &cases, ON).unwrap().clusters.remove(0);
    assert_eq!((found.points.len(), found.cases, found.radius_m, found.p()), (13, 13, 200.0, Some(0.005)));
    assert_eq!(points[found.centre as usize], (500.0, 700.0));
    let bounded = Scan { max_radius_m: Some(150.0), ..scan }.bernoulli(&places, &cases, ON).unwrap();
    assert!(bounded.clusters.iter().all(|cluster| cluster.radius_m <= 150.0));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let mut random = Random::stream(9, 9);
    let points: Vec<(f64, f64)> = (0..150).map(|_| ((random.fraction() * 40.0).floor(), random.fraction() * 40.0)).collect();
    let cases: Vec<bool> = (0..150).map(|_| random.fraction() < 0.3).collect();
    let places = Places::on_plane(&points).unwrap();
    let scan = Scan { replicates: 39, max_share: 0.1, ..Scan::default() };
    let with = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let steps: Vec<u32> = (0..150).map(|point| point % 4).collect();
            let tiers: Vec<u8> = cases.iter().enumerate().map(|(point, &case)| if case { 2 } else { (point % 2) as u8 }).collect();
            let near = Neighbours::of(&places, Neighbourhood::Nearest(6));
            let scans = [
                Scan { replicates: 99, ..Scan::default() }.bernoulli(&places, &cases, ON),
                Scan { window: Window::Ellipse { penalty: 1.0 }, rates: Rates::Both, ..scan.clone() }.bernoulli(&places, &cases, ON),
                scan.ordinal(&places, &tiers, ON),
                scan.bernoulli_in_time(&places, &cases, &steps, ON),
            ];
            (scans, join_counts(&near, &cases, Permutations { replicates: 99, seed: 1 }, ON))
        })
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn chance_alone_is_called_a_cluster_about_once_in_twenty() {
    let points = grid(8);
    let places = Places::on_plane(&points).unwrap();
    let false_alarms = (0..200).filter(|&labelling| {
        let mut random = Random::stream(2_024, labelling);
        let cases: Vec<bool> = points.iter().map(|_| random.fraction() < 0.35).collect();
        let report = Scan { replicates: 99, seed: labelling, ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap();
        report.clusters.first().is_some_and(|cluster| cluster.p().unwrap() <= 0.05)
    });
    let count = false_alarms.count();
    assert!((4..=18).contains(&count), "{count} of 200");
}

#[test]
fn a_strong_cluster_is_found_wherever_it_lies() {
    let mut random = Random::stream(51, 0);
    let points: Vec<(f64, f64)> = (0..300).map(|_| (random.fraction() * 350.0, random.fraction() * 350.0)).collect();
    let places = Places::on_plane(&points).unwrap();
    for (x, y) in [(175.0, 175.0), (0.0, 175.0), (0.0, 0.0)] {
        let mut order: Vec<usize> = (0..300).collect();
        order.sort_by(|&a, &b| (points[a].0 - x).hypot(points[a].1 - y).total_cmp(&(points[b].0 - x).hypot(points[b].1 - y)));
        let truth = &order[..30];
        let cases: Vec<bool> = (0..300).map(|point| random.fraction() < if truth.contains(&point) { 0.6 } else { 0.1 }).collect();
        let scan = Scan { replicates: 99, max_share: 0.2, ..Scan::default() };
        let found = scan.bernoulli(&places, &cases, ON).unwrap().clusters.remove(0);
        let shared = found.points.iter().filter(|point| truth.contains(&(**point as usize))).count();
        assert!(found.p().unwrap() <= 0.05 && shared >= 20 && found.points.len() <= 45, "{shared} of {}, p {:?}", found.points.len(), found.p());
    }
}

#[test]
fn replicates_are_scanned_as_the_observed_points_are() {
    // What leaps leave out must not be missed: each replicate's greatest ratio, found again by scanning it as if it had been observed, gives
    // the same rank. Towers and ties put windows, leaps and groups out of step.
    for (seed, spread) in [(1, 4.0), (2, 12.0), (3, 1000.0)] {
        let mut random = Random::stream(seed, 9);
        let points: Vec<(f64, f64)> = (0..120).map(|_| ((random.fraction() * spread).floor(), (random.fraction() * spread).floor())).collect();
        let places = Places::on_plane(&points).unwrap();
        let dealt = |number: u64| {
            // As the model deals: the deck in the order of locations.
            let mut deck: Vec<u32> =
                (0..places.locations()).flat_map(|location| std::iter::repeat_n(location as u32, places.points_at(location).len())).collect();
            let mut random = Random::stream(7, number);
            let mut cases = vec![false; 120];
            let mut taken = vec![0; places.locations()];
            for dealt in 0..40 {
                let left = deck.len() - dealt;
                deck.swap(dealt, dealt + random.below(left));
                let location = deck[dealt] as usize;
                cases[places.points_at(location)[taken[location]] as usize] = true;
                taken[location] += 1;
            }
            cases
        };
        for rates in [Rates::High, Rates::Low, Rates::Both] {
            let scan = Scan { rates, replicates: 0, ..Scan::default() };
            let observed: Vec<bool> = (0..120).map(|point| point % 3 == 0).collect();
            let greatest = |cases: &[bool]| scan.bernoulli(&places, cases, ON).unwrap().clusters.first().map_or(0.0, |cluster| cluster.statistic);
            let strongest = greatest(&observed);
            let times = 1 + (0..150).filter(|&number| greatest(&dealt(number)) >= strongest - 1e-9).count();
            let report = Scan { replicates: 150, seed: 7, ..scan.clone() }.bernoulli(&places, &observed, ON).unwrap();
            assert_eq!(report.clusters[0].chance, Some(Chance { times, of: 151 }), "{seed} {rates:?}");
        }
    }
}

#[test]
fn where_nothing_can_be_tested_the_reason_is_given() {
    let scan =
        |points: &[(f64, f64)], cases: &[bool]| Scan::default().bernoulli(&Places::on_plane(points).unwrap(), cases, ON).map(|report| report.clusters.len());
    let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)];
    assert_eq!(scan(&[], &[]), Err(NothingToTest::NoPoints));
    assert_eq!(scan(&line[..2], &[true, false]), Err(NothingToTest::TooFewPoints));
    assert_eq!(scan(&line, &[false; 3]), Err(NothingToTest::NoCases));
    assert_eq!(scan(&line, &[true; 3]), Err(NothingToTest::AllCases));
    assert_eq!(scan(&[(5.0, 5.0); 9], &[true, false, false, false, false, false, false, false, false]), Err(NothingToTest::OneLocation));
    let two_towers: Vec<(f64, f64)> = (0..10).map(|k| (f64::from(k % 2), 0.0)).collect();
    let shares = Scan { max_share: 0.4, ..Scan::default() };
    assert_eq!(
        shares.bernoulli(&Places::on_plane(&two_towers).unwrap(), &[true, false, false, false, false, false, true, false, false, false], ON),
        Err(NothingToTest::NoWindow)
    );
    assert_eq!(Scan::default().poisson(&Places::on_plane(&line).unwrap(), &[1, 0, 0], &[0.0, 1.0, 1.0], ON), Err(NothingToTest::NoPopulation));
}

#[test]
fn a_tower_of_a_thousand_points_is_one_location() {
    let mut points = vec![(0.0, 0.0); 1000];
    points.extend(grid(20));
    let cases: Vec<bool> = (0..points.len()).map(|k| k % 3 == 0).collect();
    let report = Scan { replicates: 99, ..Scan::default() }.bernoulli(&Places::on_plane(&points).unwrap(), &cases, ON).unwrap();
    assert_eq!(report.out_of_reach, 1001);
    assert!(report.clusters[0].p().unwrap() > 0.05);
    let report = Scan { replicates: 99, max_share: 0.8, ..Scan::default() }.bernoulli(&Places::on_plane(&points).unwrap(), &cases, ON).unwrap();
    assert!(report.out_of_reach == 0 && report.clusters[0].p().unwrap() > 0.05);
}

/// Every window of every centre by looking at all points: the greatest ratio.
fn plain_scan(points: &[(f64, f64)], cases: &[bool], share: f64) -> f64 {
    let (all, all_cases) = (points.len() as f64, cases.iter().filter(|case| **case).count() as f64);
    let square = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
    let mut greatest: f64 = 0.0;
    for &centre in points {
        for &edge in points {
            let inside: Vec<bool> =
                points.iter().zip(cases).filter(|(point, _)| square(**point, centre) <= square(edge, centre)).map(|(_, case)| *case).collect();
            if inside.len() as f64 <= all * share {
                greatest = greatest.max(bernoulli_llr(inside.iter().filter(|case| **case).count() as f64, inside.len() as f64, all_cases, all));
            }
        }
    }
    greatest
}

/// DBSCAN by looking at all pairs.
fn plain_dbscan(points: &[(f64, f64)], density: Density) -> Vec<Option<u32>> {
    let near =
        |a: usize| (0..points.len()).filter(move |&b| (points[a].0 - points[b].0).powi(2) + (points[a].1 - points[b].1).powi(2) <= density.eps_m.powi(2));
    let core: Vec<bool> = (0..points.len()).map(|a| near(a).count() >= density.min_points).collect();
    let mut labels = vec![None; points.len()];
    let mut next = 0;
    for seed in 0..points.len() {
        if !core[seed] || labels[seed].is_some() {
            continue;
        }
        labels[seed] = Some(next);
        let mut grown = true;
        while grown {
            grown = false;
            for a in (0..points.len()).filter(|&a| core[a]) {
                if labels[a] == Some(next) {
                    for b in near(a) {
                        if labels[b].is_none() {
                            labels[b] = Some(next);
                            grown = true;
                        }
                    }
                }
            }
        }
        next += 1;
    }
    labels
}

/// HDBSCAN by its definition: which points hold together by pairs below each distance, looked at for every distance there is.
fn plain_hdbscan(points: &[(f64, f64)], hdbscan: Hdbscan) -> Vec<Option<usize>> {
    struct Group {
        mass: f64,
        told: Vec<usize>,
        parts: Vec<Group>,
    }
    struct World {
        weight: Vec<Vec<f64>>,
        least: usize,
    }
    impl World {
        fn apart(&self, set: &[usize], below: f64) -> Vec<Vec<usize>> {
            let mut rest = set.to_vec();
            let mut parts = Vec::new();
            while let Some(seed) = rest.pop() {
                let mut part = vec![seed];
                let mut at = 0;
                while at < part.len() {
                    let here = part[at];
                    let (near, far) = rest.into_iter().partition(|&other| self.weight[here][other] < below);
                    part.extend::<Vec<usize>>(near);
                    rest = far;
                    at += 1;
                }
                parts.push(part);
            }
            parts
        }

        fn group(&self, set: &[usize], born: f64) -> Group {
            let mut group = Group { mass: 0.0, told: set.to_vec(), parts: Vec::new() };
            let mut held = set.to_vec();
            let mut distances: Vec<f64> = set.iter().flat_map(|&a| set.iter().map(move |&b| self.weight[a][b])).collect();
            distances.sort_by(|a, b| b.total_cmp(a));
            for distance in distances {
                let parts = self.apart(&held, distance);
                let large: Vec<&Vec<usize>> = parts.iter().filter(|part| part.len() >= self.least).collect();
                let density = 1.0 / distance.max(0.001);
                let stay = if let [one] = large.as_slice() { one.len() } else { 0 };
                group.mass += (density - born) * (held.len() - stay) as f64;
                if large.len() > 1 {
                    group.parts = large.iter().map(|part| self.group(part, density)).collect();
                }
                let [one] = large.as_slice() else { break };
                held.clone_from(one);
            }
            group
        }
    }
    impl Group {
        fn best(self) -> (f64, Vec<Vec<usize>>) {
            let mut parts = (0.0, Vec::new());
            for part in self.parts {
                let (mass, told) = part.best();
                parts.0 += mass;
                parts.1.extend(told);
            }
            if self.mass >= parts.0 * (1.0 - 1e-9) { (self.mass, vec![self.told]) } else { parts }
        }
    }
    let mut labels = vec![None; points.len()];
    if points.len() < hdbscan.min_points.max(hdbscan.min_cluster) {
        return labels;
    }
    let distance = |a: usize, b: usize| (points[a].0 - points[b].0).hypot(points[a].1 - points[b].1);
    let core = |a: usize| {
        let mut near: Vec<f64> = (0..points.len()).map(|b| distance(a, b)).collect();
        near.sort_by(f64::total_cmp);
        near[hdbscan.min_points - 1]
    };
    let weight = (0..points.len()).map(|a| (0..points.len()).map(|b| distance(a, b).max(core(a)).max(core(b))).collect()).collect();
    let world = World { weight, least: hdbscan.min_cluster };
    let all: Vec<usize> = (0..points.len()).collect();
    let root = world.group(&all, 0.0);
    // All together are no group, but the spot is that is left of them.
    let spots: Vec<Vec<usize>> = world.apart(&all, f64::MIN_POSITIVE).into_iter().filter(|spot| spot.len() >= hdbscan.min_cluster).collect();
    let told = match (root.parts.is_empty(), spots) {
        (true, spots) => spots,
        (false, _) => root.parts.into_iter().flat_map(|part| part.best().1).collect(),
    };
    let mut told: Vec<Vec<usize>> = told
        .into_iter()
        .map(|mut group| {
            group.sort_unstable();
            group
        })
        .collect();
    told.sort_unstable();
    told.iter().enumerate().for_each(|(number, group)| group.iter().for_each(|&point| labels[point] = Some(number)));
    labels
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_scan_is_the_plain_one(marked in prop::collection::vec((0_u8..12, 0_u8..12, any::<bool>()), 3..50), share in 0.2..0.9_f64) {
        let points: Vec<(f64, f64)> = marked.iter().map(|&(x, y, _)| (f64::from(x), f64::from(y))).collect();
        let cases: Vec<bool> = marked.iter().map(|mark| mark.2).collect();
        if let Ok(report) = (Scan { replicates: 0, max_share: share, ..Scan::default() }).bernoulli(&Places::on_plane(&points).unwrap(), &cases, ON) {
            let found = report.clusters.first().map_or(0.0, |cluster| cluster.llr);
            prop_assert!((found - plain_scan(&points, &cases, share)).abs() < 1e-9);
            let inside: usize = report.clusters.iter().map(|cluster| cluster.points.len()).sum();
            let distinct: std::collections::BTreeSet<u32> = report.clusters.iter().flat_map(|cluster| cluster.points.clone()).collect();
            prop_assert_eq!(inside, distinct.len());
        }
    }

    #[test]
    fn dbscan_is_the_plain_one(spots in prop::collection::vec((0_u8..20, 0_u8..20), 0..80), eps in 1_u8..4, min_points in 1_usize..6) {
        let points: Vec<(f64, f64)> = spots.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        let density = Density { eps_m: f64::from(eps), min_points };
        prop_assert_eq!(dbscan(&Places::on_plane(&points).unwrap(), density, ON), Ok(plain_dbscan(&points, density)));
    }

    #[test]
    fn dbscan_is_the_plain_one_where_whole_parts_are_near(spots in prop::collection::vec((0_u8..40, 0_u8..40), 60..200), eps in 1_u8..40, min_points in 1_usize..60) {
        let points: Vec<(f64, f64)> = spots.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        let density = Density { eps_m: f64::from(eps), min_points };
        prop_assert_eq!(dbscan(&Places::on_plane(&points).unwrap(), density, ON), Ok(plain_dbscan(&points, density)));
    }

    #[test]
    fn hdbscan_is_the_plain_one(
        spots in prop::collection::vec((0_u8..30, 0_u8..30, 1_usize..4), 0..40), min_points in 1_usize..7, min_cluster in 2_usize..7, tower in 0_usize..9,
    ) {
        let mut points: Vec<(f64, f64)> = spots.iter().flat_map(|&(x, y, homes)| vec![(f64::from(x), f64::from(y)); homes]).collect();
        points.extend(vec![(15.0, 15.0); tower]);
        let hdbscan = Hdbscan { min_points, min_cluster };
        let members = hdbscan.members(&Places::on_plane(&points).unwrap(), ON).unwrap();
        let groups: Vec<Option<usize>> = members.iter().map(|member| member.map(|member| member.group as usize)).collect();
        prop_assert_eq!(groups, plain_hdbscan(&points, hdbscan));
        prop_assert!(members.iter().flatten().all(|member| member.probability > 0.0 && member.probability <= 1.0));
    }
}

/// Points with a column of case counts, at random.
fn strewn(seed: u64, points: usize) -> Vec<(f64, f64)> {
    let mut random = Random::stream(seed, 0);
    (0..points).map(|_| ((random.fraction() * 12.0).floor(), (random.fraction() * 12.0).floor())).collect()
}

/// The greatest ratio over all circles (as far as the share of the base allows), each judged by `ratio` from the points inside.
fn plain_circles(points: &[(f64, f64)], base: impl Fn(usize) -> f64, share: f64, mut ratio: impl FnMut(&[usize]) -> f64) -> f64 {
    let square = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
    let all: f64 = (0..points.len()).map(&base).sum();
    let mut greatest: f64 = 0.0;
    for &centre in points {
        for &edge in points {
            let inside: Vec<usize> = (0..points.len()).filter(|&point| square(points[point], centre) <= square(edge, centre)).collect();
            if inside.iter().map(|&point| base(point)).sum::<f64>() <= all * share {
                greatest = greatest.max(ratio(&inside));
            }
        }
    }
    greatest
}

#[test]
fn low_and_both_rates_are_the_plain_ones() {
    for seed in 0..20 {
        let points = strewn(seed, 45);
        let mut random = Random::stream(seed, 1);
        let cases: Vec<u32> = (0..45).map(|_| random.below(4) as u32).collect();
        let people: Vec<f64> = (0..45).map(|_| 1.0 + random.below(9) as f64).collect();
        let (all, all_people) = (f64::from(cases.iter().sum::<u32>()), people.iter().sum::<f64>());
        let low = |inside: &[usize]| {
            let (c, e) =
                (inside.iter().map(|&point| f64::from(cases[point])).sum::<f64>(), inside.iter().map(|&point| people[point]).sum::<f64>() * all / all_people);
            let x_ln = |x: f64, y: f64| if x > 0.0 { x * (x / y).ln() } else { 0.0 };
            if c < e { x_ln(c, e) + x_ln(all - c, all - e) } else { 0.0 }
        };
        let expected = plain_circles(&points, |point| people[point], 0.5, low);
        let places = Places::on_plane(&points).unwrap();
        let scan = Scan { rates: Rates::Low, replicates: 0, ..Scan::default() };
        let greatest = |report: ScanReport| report.clusters.first().map_or(0.0, |cluster| cluster.llr);
        assert!((greatest(scan.poisson(&places, &cases, &people, ON).unwrap()) - expected).abs() < 1e-9);
        // Few cases are many others.
        let labels: Vec<bool> = cases.iter().map(|&count| count > 1).collect();
        let others: Vec<bool> = labels.iter().map(|label| !label).collect();
        let high = Scan { rates: Rates::High, ..scan.clone() };
        let few = greatest(scan.bernoulli(&places, &labels, ON).unwrap());
        assert!((few - greatest(high.bernoulli(&places, &others, ON).unwrap())).abs() < 1e-12);
        let both = Scan { rates: Rates::Both, ..scan };
        let many = greatest(high.bernoulli(&places, &labels, ON).unwrap());
        assert!((greatest(both.bernoulli(&places, &labels, ON).unwrap()) - few.max(many)).abs() < 1e-12);
    }
}

#[test]
fn replicates_of_low_rates_are_scanned_as_the_observed_points_are() {
    // Where the observed labels are one more replicate, p is even over its values: a fault in what replicates keep would tilt it.
    let points = strewn(5, 60);
    let places = Places::on_plane(&points).unwrap();
    for rates in [Rates::Low, Rates::Both] {
        let small = (0..200).filter(|&labelling| {
            let mut random = Random::stream(31, labelling);
            let cases: Vec<u32> = points.iter().map(|_| random.below(3) as u32).collect();
            let scan = Scan { rates, replicates: 39, seed: labelling, ..Scan::default() };
            scan.poisson(&places, &cases, &vec![1.0; 60], ON).unwrap().clusters[0].p().unwrap() <= 0.25
        });
        // Binomial of 200 and a quarter (labels are a little less spread than Poisson): 50 ± 4 standard deviations of 6.1 upwards.
        assert!(small.count() <= 75);
        let small = (0..200).filter(|&labelling| {
            let mut random = Random::stream(32, labelling);
            let cases: Vec<bool> = points.iter().map(|_| random.fraction() < 0.4).collect();
            let scan = Scan { rates, replicates: 39, seed: labelling, ..Scan::default() };
            scan.bernoulli(&places, &cases, ON).unwrap().clusters[0].p().unwrap() <= 0.25
        });
        let count = small.count();
        assert!((26..=75).contains(&count), "{count} of 200");
    }
}

#[test]
fn the_ordinal_scan_is_the_plain_one_and_of_two_categories_bernoulli_s() {
    for seed in 0..20 {
        let points = strewn(seed, 40);
        let mut random = Random::stream(seed, 2);
        let categories: Vec<u8> = (0..40).map(|_| random.below(4) as u8).collect();
        let count = |inside: &[usize]| {
            let mut held = [0_u32; 4];
            inside.iter().for_each(|&point| held[usize::from(categories[point])] += 1);
            held
        };
        let all = count(&(0..40).collect::<Vec<_>>());
        let expected = plain_circles(&points, |_| 1.0, 0.5, |inside| ordinal_llr(&count(inside), &all));
        let places = Places::on_plane(&points).unwrap();
        let scan = Scan { replicates: 99, ..Scan::default() };
        let report = scan.ordinal(&places, &categories, ON).unwrap();
        assert!((report.clusters[0].llr - expected).abs() < 1e-9);
        assert_eq!(report.clusters[0].categories.iter().map(|held| held.points).sum::<usize>(), report.clusters[0].points.len());
        let two: Vec<u8> = categories.iter().map(|&category| category / 2).collect();
        let labels: Vec<bool> = two.iter().map(|&category| category == 1).collect();
        let (a, b) = (scan.ordinal(&places, &two, ON).unwrap(), scan.bernoulli(&places, &labels, ON).unwrap());
        assert_eq!((&a.clusters[0].points, a.clusters[0].cases), (&b.clusters[0].points, b.clusters[0].cases));
        assert!((a.clusters[0].llr - b.clusters[0].llr).abs() < 1e-9);
    }
}

#[test]
fn an_ellipse_finds_a_street_that_circles_miss() {
    let points = grid(20);
    // A street from the south-west to the north-east, 100 m wide.
    let cases: Vec<bool> = points.iter().enumerate().map(|(k, &(x, y))| ((x - y).abs() < 150.0 && (400.0..1500.0).contains(&x)) || k % 23 == 0).collect();
    let places = Places::on_plane(&points).unwrap();
    let scan = Scan { replicates: 99, max_share: 0.2, ..Scan::default() };
    let circle = scan.bernoulli(&places, &cases, ON).unwrap().clusters.remove(0);
    let ellipse = Scan { window: Window::Ellipse { penalty: 0.5 }, ..scan }.bernoulli(&places, &cases, ON).unwrap().clusters.remove(0);
    let form = ellipse.ellipse.unwrap();
    assert!(ellipse.llr > 1.3 * circle.llr && ellipse.statistic < ellipse.llr, "{} {}", ellipse.llr, circle.llr);
    assert!((form.angle_deg - 45.0).abs() <= 12.0 && form.half_length_m >= 3.0 * ellipse.radius_m && ellipse.p() == Some(0.01), "{form:?}");
    // On the sphere the same town gives the same ellipse.
    let degrees: Vec<LonLat> = points.iter().map(|&(x, y)| LonLat::new(120.0 + x / 95_300.0, 31.0 + y / 111_195.0).unwrap()).collect();
    let round = Scan { replicates: 0, window: Window::Ellipse { penalty: 0.5 }, max_share: 0.2, ..Scan::default() };
    let there = round.bernoulli(&Places::on_sphere(&degrees), &cases, ON).unwrap().clusters.remove(0);
    assert!((there.llr - ellipse.llr).abs() < 0.05 * ellipse.llr && there.ellipse.unwrap().angle_deg == form.angle_deg);
}

#[test]
fn cylinders_are_the_plain_ones() {
    for seed in 0..10 {
        let points = strewn(seed, 40);
        let mut random = Random::stream(seed, 3);
        let cases: Vec<bool> = (0..40).map(|_| random.fraction() < 0.3).collect();
        let steps: Vec<u32> = (0..40).map(|_| random.below(6) as u32).collect();
        let all = cases.iter().filter(|case| **case).count() as f64;
        let longest = steps.iter().max().unwrap().div_ceil(2);
        let over_spans = |inside: &[usize]| {
            let mut greatest: f64 = 0.0;
            for from in 0..6 {
                for to in from..from + longest {
                    let held = inside.iter().filter(|&&point| (from..=to).contains(&steps[point]));
                    let (n, c) = held.fold((0.0, 0.0), |(n, c), &point| (n + 1.0, c + f64::from(u8::from(cases[point]))));
                    greatest = greatest.max(bernoulli_llr(c, n, all, 40.0));
                }
            }
            greatest
        };
        let expected = plain_circles(&points, |_| 1.0, 0.5, over_spans);
        let report = Scan { replicates: 9, ..Scan::default() }.bernoulli_in_time(&Places::on_plane(&points).unwrap(), &cases, &steps, ON).unwrap();
        let first = &report.clusters[0];
        assert!((first.llr - expected).abs() < 1e-9, "{} {expected}", first.llr);
        let (span, _) = first.span.clone().unwrap();
        assert!(first.points.iter().all(|&point| span.contains(&steps[point as usize])) && first.points.len() as f64 == first.base);
    }
}

#[test]
fn new_mexico_s_brain_cancer_is_that_of_the_paper() {
    let text = |file: &str| std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/kulldorff").join(file)).ok();
    let (Some(case_rows), Some(people_rows), Some(places_rows)) = (text("new_mexico_NMcas.csv"), text("new_mexico_NMpop.csv"), text("new_mexico_NMgeo.csv"))
    else {
        return;
    };
    let rows = |text: &str| text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>();
    let (case_rows, people_rows, places_rows) = (rows(&case_rows), rows(&people_rows), rows(&places_rows));
    let counties: Vec<&str> = places_rows.iter().map(|row| row[0].as_str()).collect();
    let county = |name: &str| counties.iter().position(|county| *county == name).unwrap();
    // People by county, census, age and sex; between censuses in proportion.
    let mut people: BTreeMap<(usize, i32, String), f64> = BTreeMap::new();
    for row in &people_rows {
        let census = 1900 + row[1].parse::<i32>().unwrap();
        *people.entry((county(&row[0]), census, format!("{} {}", row[3], row[4]))).or_default() += row[2].parse::<f64>().unwrap();
    }
    let groups: std::collections::BTreeSet<String> = people.keys().map(|key| key.2.clone()).collect();
    let in_year = |place: usize, year: i32, group: &String| {
        let at = |census: i32| people.get(&(place, census, group.clone())).copied().unwrap_or(0.0);
        let (from, to) = if year < 1982 { (1973, 1982) } else { (1982, 1991) };
        at(from) + (at(to) - at(from)) * f64::from(year - from) / f64::from(to - from)
    };
    let mut by_group: BTreeMap<String, f64> = BTreeMap::new();
    let mut cases = vec![0_u32; counties.len() * 19];
    for row in &case_rows {
        let count: u32 = row[1].parse().unwrap();
        cases[county(&row[0]) * 19 + (row[2].parse::<usize>().unwrap() - 1973)] += count;
        *by_group.entry(format!("{} {}", row[3], row[4])).or_default() += f64::from(count);
    }
    // Expected cases, adjusted for age and sex.
    let mut expected = vec![0.0; cases.len()];
    for group in &groups {
        let all: f64 =
            (0..counties.len()).flat_map(|place| (1973..=1991).map(move |year| (place, year))).map(|(place, year)| in_year(place, year, group)).sum();
        let rate = by_group.get(group).copied().unwrap_or(0.0) / all;
        for place in 0..counties.len() {
            (1973..=1991).for_each(|year| expected[place * 19 + (year - 1973) as usize] += rate * in_year(place, year, group));
        }
    }
    let at = |place: usize| (places_rows[place][1].parse::<f64>().unwrap(), places_rows[place][2].parse::<f64>().unwrap());
    let points: Vec<(f64, f64)> = (0..cases.len()).map(|cell| at(cell / 19)).collect();
    let steps: Vec<u32> = (0..cases.len()).map(|cell| (cell % 19) as u32).collect();
    // Over the whole state the metropolis around Albuquerque is stronger; the alarm itself is the strongest of smaller windows.
    let scan = Scan { replicates: 39, max_share: 0.2, ..Scan::default() };
    let report = scan.poisson_in_time(&Places::on_plane(&points).unwrap(), &cases, &expected, &steps, ON).unwrap();
    let first = &report.clusters[0];
    let inside: std::collections::BTreeSet<&str> = first.points.iter().map(|&point| counties[point as usize / 19]).collect();
    let (span, course) = first.span.clone().unwrap();
    assert_eq!(inside, ["LosAlamos", "SantaFe"].into(), "{first:?}");
    assert_eq!((1973 + span.start, 1973 + span.end - 1, course, report.cases), (1986, 1989, Course::Over, 1_175), "{first:?}");
    assert!(first.p().unwrap() > 0.05, "the alarm is not more than chance explains");
}

#[test]
fn an_early_end_gives_the_sequential_p_and_the_rest_of_the_answer_stays() {
    let points = grid(8);
    let places = Places::on_plane(&points).unwrap();
    let mut random = Random::stream(1, 7);
    let cases: Vec<bool> = points.iter().map(|_| random.fraction() < 0.3).collect();
    let whole = Scan::default().bernoulli(&places, &cases, ON).unwrap();
    let early = Scan { stop_after: Some(20), ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap();
    let (a, b) = (&whole.clusters[0], &early.clusters[0]);
    assert!(early.replicates < whole.replicates && (&a.points, a.llr) == (&b.points, b.llr));
    assert_eq!(b.chance.unwrap().times, 20);
    assert!((a.p().unwrap() - b.p().unwrap()).abs() < 0.2, "{a:?} {b:?}");
    // A remarkable cluster takes them all.
    let corner: Vec<bool> = points.iter().map(|&(x, y)| x < 300.0 && y < 300.0).collect();
    let early = Scan { stop_after: Some(20), ..Scan::default() }.bernoulli(&places, &corner, ON).unwrap();
    assert_eq!((early.replicates, early.clusters[0].chance), (999, Some(Chance { times: 1, of: 1_000 })));
}

#[test]
fn whoever_asked_can_stop_and_sees_how_far_it_is() {
    let points = grid(20);
    let places = Places::on_plane(&points).unwrap();
    let cases: Vec<bool> = (0..400).map(|k| k % 7 == 0).collect();
    assert_eq!(Scan::default().bernoulli(&places, &cases, &|_, _| false), Err(NothingToTest::Stopped));
    let seen = std::sync::Mutex::new(Vec::new());
    let watch = |done: usize, of: usize| {
        seen.lock().unwrap().push((done, of));
        true
    };
    Scan::default().bernoulli(&places, &cases, &watch).unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.iter().all(|&(done, of)| done <= of) && seen.iter().any(|&(done, of)| done == of));
    let near = Neighbours::of(&places, Neighbourhood::Nearest(4));
    assert_eq!(join_counts(&near, &cases, Permutations::default(), &|_, _| false), Err(NothingToTest::Stopped));
}

#[test]
fn gathered_points_stay_in_their_cells_and_are_all_there() {
    let points = strewn(2, 300);
    let places = Places::on_plane(&points).unwrap();
    let gathered = places.gathered(3.0);
    assert!(gathered.points() == 300 && gathered.locations() <= 16 && gathered.locations() < places.locations());
    assert_eq!(places.gathered(1e-6).locations(), places.locations());
}

#[test]
fn the_border_of_a_strong_cluster_is_certain_and_what_chance_explains_has_none() {
    let points = grid(20);
    let inside = |&(x, y): &(f64, f64)| (x - 500.0_f64).hypot(y - 700.0) <= 200.0;
    let cases: Vec<bool> = points.iter().enumerate().map(|(k, point)| inside(point) || k % 17 == 0).collect();
    let places = Places::on_plane(&points).unwrap();
    let report = Scan { replicates: 99, ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap();
    let border: BTreeMap<u32, f64> = report.clusters[0].border.iter().copied().collect();
    assert!(border.values().all(|share| (0.0..=1.0).contains(share)));
    let share = |x: u32, y: u32| border.get(&(y * 20 + x)).copied().unwrap_or(0.0);
    assert!(share(5, 7) > 0.99 && share(5, 9) > 0.5 && share(15, 15) == 0.0, "{border:?}");
    assert!(report.clusters.iter().all(|cluster| cluster.border.is_empty() == (cluster.p().unwrap() > 0.05)));
}

#[test]
fn under_no_clustering_p_is_even() {
    let points = grid(7);
    let places = Places::on_plane(&points).unwrap();
    let p: Vec<f64> = (0..200)
        .map(|labelling| {
            let mut random = Random::stream(77, labelling);
            let cases: Vec<bool> = points.iter().map(|_| random.fraction() < 0.4).collect();
            let report = Scan { replicates: 19, seed: labelling, ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap();
            report.clusters.first().map_or(1.0, |cluster| cluster.p().unwrap())
        })
        .collect();
    for quantile in [0.1, 0.25, 0.5, 0.75] {
        let count = p.iter().filter(|p| **p <= quantile + 1e-9).count() as f64;
        // Four standard deviations of a binomial of 200.
        let band = 4.0 * (200.0 * quantile * (1.0 - quantile)).sqrt();
        assert!((count - 200.0 * quantile).abs() <= band, "{count} of 200 at most {quantile}");
    }
}

#[test]
fn groups_of_any_density_are_scikit_learn_s() {
    let stored: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/hdbscan.json")).unwrap();
    let list = |value: &serde_json::Value| value.as_array().unwrap().clone();
    let numbers = |value: &serde_json::Value| list(value).iter().map(|number| number.as_f64().unwrap()).collect::<Vec<_>>();
    let (mut compared, mut strengths, mut unsure) = (0, 0, 0);
    for (number, town) in list(&stored["towns"]).iter().enumerate() {
        let points: Vec<(f64, f64)> = list(&town["points"]).iter().map(numbers).map(|point| (point[0], point[1])).collect();
        let places = Places::on_plane(&points).unwrap();
        for told in list(&town["told"]) {
            let [min_points, min_cluster] = ["min_points", "min_cluster"].map(|name| told[name].as_u64().unwrap() as usize);
            let members = Hdbscan { min_points, min_cluster }.members(&places, ON).unwrap();
            let mut named: BTreeMap<i64, Option<u32>> = BTreeMap::new();
            for (point, (member, label)) in members.iter().zip(list(&told["labels"])).enumerate() {
                let at = format!("town {number}, {min_points} and {min_cluster}, {point}: {member:?}");
                // A point between two groups: they give it to one of them, or to none, by the order of the points.
                let Some(label) = label.as_i64() else {
                    assert_eq!(*member, None, "{at}");
                    unsure += 1;
                    continue;
                };
                let group = member.map(|member| member.group);
                if label >= 0 && group.is_none() {
                    // The same in every order that was tried: then nobody belongs to the group less.
                    let of_group = list(&told["labels"]).into_iter().zip(list(&told["probabilities"])).filter(|(other, _)| *other == label);
                    let least = of_group.filter_map(|(_, p)| p.as_f64()).fold(1.0, f64::min);
                    assert!(told["probabilities"][point].as_f64().unwrap() <= least, "{at}");
                    unsure += 1;
                    continue;
                }
                assert_eq!(*named.entry(label).or_insert(group), group, "{at}");
                assert_eq!(group.is_none(), label < 0, "{at}");
                // A spot is infinitely dense to them, so that others beside it have nothing.
                if let (Some(member), Some(theirs)) = (member, told["probabilities"][point].as_f64()) {
                    assert!((member.probability - theirs).abs() < 0.001, "{at}, {theirs}");
                    strengths += 1;
                }
                compared += 1;
            }
            let groups: std::collections::BTreeSet<_> = named.values().flatten().collect();
            assert_eq!(groups.len(), named.keys().filter(|label| **label >= 0).count());
        }
    }
    assert!(compared > 5_000 && strengths > 2_000 && unsure * 50 < compared, "{compared} {strengths} {unsure}");
}

#[test]
fn towers_are_groups_of_their_own_and_one_tower_is_one() {
    let groups = |points: &[(f64, f64)]| {
        let members = Hdbscan::default().members(&Places::on_plane(points).unwrap(), ON).unwrap();
        members.iter().map(|member| member.map(|member| member.group)).collect::<Vec<_>>()
    };
    let tower = |x: f64, homes: usize| vec![(x, 0.0); homes];
    assert_eq!(groups(&tower(5.0, 1_000)), vec![Some(0); 1_000]);
    assert_eq!(groups(&[tower(5.0, 7), tower(90.0, 6)].concat()), [vec![Some(0); 7], vec![Some(1); 6]].concat());
    // Few houses strewn around the only tower.
    assert_eq!(groups(&[tower(5.0, 7), vec![(50.0, 9.0), (-70.0, 3.0), (10.0, 99.0)]].concat()), [vec![Some(0); 7], vec![None; 3]].concat());
    assert_eq!(groups(&tower(5.0, 4)), [None; 4]);
    assert_eq!(groups(&[]), []);
}

#[test]
fn groups_are_the_same_on_any_number_of_threads_and_in_any_order() {
    let mut random = Random::stream(12, 0);
    let points: Vec<(f64, f64)> = (0..3_000).map(|_| ((random.fraction() * 60.0).floor(), (random.fraction().powi(2) * 200.0).floor())).collect();
    let of = |points: &[(f64, f64)], threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Hdbscan { min_points: 4, min_cluster: 8 }.members(&Places::on_plane(points).unwrap(), ON)).unwrap()
    };
    let alone = of(&points, 1);
    assert!(alone.iter().flatten().map(|member| member.group).max() > Some(3));
    assert_eq!(of(&points, 4), alone);
    let backwards = of(&points.iter().rev().copied().collect::<Vec<_>>(), 3);
    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    for (there, here) in backwards.iter().rev().zip(&alone) {
        assert_eq!(there.map(|member| member.probability), here.map(|member| member.probability));
        let both = there.zip(*here);
        assert!(both.is_none_or(|(there, here)| *names.entry(there.group).or_insert(here.group) == here.group));
    }
}

#[test]
fn whoever_goes_away_stops_the_work() {
    let points: Vec<(f64, f64)> = (0..2_000_u32).map(|k| (f64::from(k % 50), f64::from(k / 50))).collect();
    let places = Places::on_plane(&points).unwrap();
    let values: Vec<f64> = (0..2_000_u32).map(|k| f64::from(u8::from(k % 7 == 0))).collect();
    let cases: Vec<bool> = values.iter().map(|&value| value == 1.0).collect();
    let near = Neighbours::of(&places, Neighbourhood::Nearest(8));
    let lists: Vec<Vec<(u32, f64)>> = (0..2_000).map(|point| near.around(point).iter().map(|&other| (other, 0.5)).collect()).collect();
    let weighted = Neighbours::given(&lists).unwrap();
    let gone = Neighbours::of_while(&places, Neighbourhood::Nearest(8), &|_, _| false);
    assert!(gone.err() == Some(NothingToTest::Stopped) && Neighbours::of_while(&places, Neighbourhood::Nearest(8), ON).unwrap() == near);
    // At the first word, and at later stages.
    for most in [0.0, 0.2, 0.5, 0.9] {
        let going: Going = &|done, of| (done as f64) < most * of as f64;
        let permutations = Permutations::default();
        let stopped = Some(NothingToTest::Stopped);
        assert_eq!(dbscan(&places, Density { eps_m: 3.0, min_points: 5 }, going).err(), stopped);
        assert_eq!(Hdbscan::default().members(&places, going).err(), stopped);
        assert_eq!(local_moran(&near, &values, permutations, going).err(), stopped);
        assert_eq!(local_moran(&weighted, &values, permutations, going).err(), stopped);
        assert_eq!(gistar(&near, &values, Some(permutations), going).err(), stopped);
        assert_eq!(gistar(&near, &values, None, going).err(), stopped);
        assert_eq!(join_counts(&near, &cases, permutations, going).err(), stopped);
        assert_eq!(density(&points, Kernel::Quartic, 10.0, 1.0, going).err(), Some(Undrawn::Stopped));
    }
}

#[test]
fn local_statistics_are_esda_s() {
    let stored: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/esda.json")).unwrap();
    let numbers = |value: &serde_json::Value| value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect::<Vec<_>>();
    let points: Vec<(f64, f64)> = stored["points"].as_array().unwrap().iter().map(numbers).map(|point| (point[0], point[1])).collect();
    let places = Places::on_plane(&points).unwrap();
    let permutations = Permutations { replicates: 9_999, seed: 5 };
    // Two shares of 9,999 replicates differ by less than five standard deviations of either.
    let alike = |a: f64, b: f64| (a - b).abs() < 0.002 + 7.0 * (a.min(b) / 10_000.0).sqrt();
    for (name, neighbourhood) in [("nearest_8", Neighbourhood::Nearest(8)), ("within_110", Neighbourhood::Within(110.0))] {
        let near = Neighbours::of(&places, neighbourhood);
        for column in ["labels", "values"] {
            let (values, theirs) = (numbers(&stored[column]), &stored[name][column]);
            let stars = gistar(&near, &values, Some(permutations), ON).unwrap();
            for (point, (star, (z, p))) in stars.iter().zip(numbers(&theirs["gistar_z"]).into_iter().zip(numbers(&theirs["gistar_p"]))).enumerate() {
                assert!((star.z - z).abs() < 1e-9, "{name} {column} {point}: {star:?}, {z}");
                assert!(near.around(point).is_empty() || alike(star.p, p), "{name} {column} {point}: {star:?}, {p}");
            }
            let local = local_moran(&near, &values, permutations, ON).unwrap();
            for (point, here) in local.iter().enumerate().filter(|(point, _)| !near.around(*point).is_empty()) {
                let quadrant = 1 + here.quadrant as u64;
                assert!((here.i - theirs["moran_i"][point].as_f64().unwrap()).abs() < 1e-9, "{name} {column} {point}: {here:?}");
                assert_eq!(quadrant, theirs["moran_quadrant"][point].as_u64().unwrap(), "{name} {column} {point}");
                assert!(alike(here.p, theirs["moran_p"][point].as_f64().unwrap()), "{name} {column} {point}: {here:?}");
            }
        }
        let labels: Vec<bool> = numbers(&stored["labels"]).into_iter().map(|label| label > 0.5).collect();
        let (joins, theirs) = (join_counts(&near, &labels, Permutations::default(), ON).unwrap(), &stored[name]["joins"]);
        let told = |key: &str| theirs[key].as_f64().unwrap();
        assert_eq!((joins.bb, joins.bw, joins.ww), (told("bb"), told("bw"), told("ww")));
        assert!((joins.expected.0 - told("mean_bb")).abs() < 0.05 * told("mean_bb") && (joins.p_bb - told("p_bb")).abs() < 0.02, "{joins:?}");
    }
}

#[test]
fn points_without_neighbours_take_no_part_in_join_counts() {
    let points = grid(20);
    let mut random = Random::stream(400, 0);
    let cases: Vec<bool> = points.iter().map(|_| random.fraction() < 0.2).collect();
    let joins = |points: &[(f64, f64)], cases: &[bool]| {
        let near = Neighbours::of(&Places::on_plane(points).unwrap(), Neighbourhood::Within(100.0));
        join_counts(&near, cases, Permutations { replicates: 99, seed: 1 }, ON)
    };
    let alone = joins(&points, &cases).unwrap();
    assert_eq!((alone.points, alone.cases), (400, cases.iter().filter(|case| **case).count()));
    assert!(alone.p_bb > 0.05, "{alone:?}");
    // As many beside them, each farther from all others than neighbours are, and none of them a case: they say nothing of who is beside whom.
    let far = (0..400_u32).map(|k| ((f64::from(k) * 1_000.0, -9_000.0), false));
    let both: Vec<((f64, f64), bool)> = points.iter().copied().zip(cases.iter().copied()).zip(far).flat_map(|(near, far)| [far, near]).collect();
    let (points, cases): (Vec<_>, Vec<_>) = both.into_iter().unzip();
    assert_eq!(joins(&points, &cases), Ok(alone));
    // Where only those alone are cases, or only they are none, there is nothing to deal.
    for is_case in [true, false] {
        let cases: Vec<bool> = points.iter().map(|&(_, y)| (y < 0.0) == is_case).collect();
        assert_eq!(joins(&points, &cases), Err(NothingToTest::NeighboursAlike));
    }
}

#[test]
fn who_is_only_the_neighbour_of_another_is_not_alone() {
    let near = Neighbours::given(&[vec![], vec![(3, 1.0)], vec![], vec![]]).unwrap();
    assert_eq!(near.linked(), [1, 3]);
}

#[test]
fn given_neighbours_are_weighed() {
    let lists: Vec<Vec<(u32, f64)>> =
        (0..6_u32).map(|point| (0..6).filter(|other| *other != point).map(|other| (other, f64::from(1 + (point + other) % 3))).collect()).collect();
    let near = Neighbours::given(&lists).unwrap();
    let values = [5.0, 1.0, 0.0, 2.0, 0.0, 0.0];
    let permutations = Permutations { replicates: 199, seed: 1 };
    let local = local_moran(&near, &values, permutations, ON).unwrap();
    // By hand for the first point: deviations from 4/3, weights 2 3 1 2 3 of 11.
    let mean = 8.0 / 6.0;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let lag = (2.0 * 1.0 + 3.0 * 0.0 + 1.0 * 2.0) / 11.0 - mean;
    assert!((local[0].i - 5.0 * (5.0 - mean) * lag / squares).abs() < 1e-12, "{local:?}");
    assert_eq!(gistar(&near, &values, None, ON), Err(NothingToTest::NoLabels));
    assert_eq!(gistar(&near, &values, Some(permutations), ON).unwrap().len(), 6);
}

#[test]
fn local_statistics_say_where_nothing_can_be_tested() {
    let near = |points: &[(f64, f64)]| Neighbours::of(&Places::on_plane(points).unwrap(), Neighbourhood::Within(1.5));
    let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)];
    let ask = |points: &[(f64, f64)], values: &[f64]| local_moran(&near(points), values, Permutations::default(), ON).map(|found| found.len());
    assert_eq!(ask(&[], &[]), Err(NothingToTest::NoPoints));
    assert_eq!(ask(&line[..1], &[1.0]), Err(NothingToTest::TooFewPoints));
    assert_eq!(ask(&line, &[0.0; 3]), Err(NothingToTest::NoCases));
    assert_eq!(ask(&line, &[1.0; 3]), Err(NothingToTest::AllCases));
    assert_eq!(ask(&line, &[1.0, f64::NAN, 0.0]), Err(NothingToTest::NoLabels));
    assert_eq!(ask(&[(0.0, 0.0), (9.0, 0.0), (18.0, 0.0)], &[1.0, 0.0, 0.0]), Err(NothingToTest::NoNeighbours));
    assert_eq!(ask(&[(0.0, 0.0); 4], &[1.0, 0.0, 0.0, 1.0]), Err(NothingToTest::OneLocation));
    assert_eq!(ask(&[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (1.0, 0.0)], &[1.0, 0.0, 0.0, 1.0]), Ok(4));
}
