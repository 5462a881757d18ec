//! The statistics on reference data, on small cases by hand, against plain code, and on chance.

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
    let with = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| Scan { replicates: 99, ..Scan::default() }.bernoulli(&places, &cases, ON).unwrap())
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
        prop_assert_eq!(dbscan(&Places::on_plane(&points).unwrap(), density), plain_dbscan(&points, density));
    }
}
