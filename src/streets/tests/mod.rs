mod broken;
mod drawn;
mod neighbours;
mod oracle;
mod rules;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::earth::LonLat;
use drawn::{Drawn, at};

const MONACO: &[u8] = include_bytes!("../../../tests/data/monaco.osm.gz");

fn monaco() -> (Network, Reading) {
    read_xml_gz(MONACO, &mut |_| true).unwrap()
}

/// Seconds from one place to the other; `None` when it is unreachable.
fn seconds(network: &Network, mode: Mode, from: LonLat, to: LonLat) -> Option<u32> {
    let seconds = network.matrix(mode, &[from, to], || true).unwrap().seconds[1];
    assert_eq!(network.path(mode, from, to).map(|path| path.seconds), (seconds != Matrix::UNREACHABLE).then_some(seconds));
    (seconds != Matrix::UNREACHABLE).then_some(seconds)
}

#[test]
fn a_street_is_as_long_as_the_ellipsoid_says_and_walked_at_five_kilometres_an_hour() {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (1200, 0), (2000, 500)], &[("highway", "residential")]);
    let network = map.network();
    let metres = at(0, 0).metres_to(at(1200, 0)) + at(1200, 0).metres_to(at(2000, 500));
    let matrix = network.matrix(Mode::Walk, &[at(0, 0), at(2000, 500)], || true).unwrap();
    assert_eq!(matrix.metres, [0, metres.round() as u32, metres.round() as u32, 0]);
    assert_eq!(matrix.seconds[1], (metres / 5000.0 * 3600.0).round() as u32);
    assert!((network.summary().walk_km - metres / 1000.0).abs() < 0.001);
}

#[test]
fn the_way_from_the_door_to_the_street_is_walked() {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (3000, 0)], &[("highway", "residential")]);
    let network = map.network();
    let (on_street, behind) = (network.snap(Mode::Drive, at(1000, 0)).unwrap(), network.snap(Mode::Drive, at(1000, 100)).unwrap());
    assert!(on_street.off_m < 0.05 && (behind.off_m - 100.0).abs() < 1.0 && behind.at.metres_to(at(1000, 0)) < 0.2, "{behind:?}");
    let near = seconds(&network, Mode::Drive, at(1000, 0), at(2000, 0)).unwrap();
    let far = seconds(&network, Mode::Drive, at(1000, 100), at(2000, 0)).unwrap();
    assert_eq!(far - near, 72);
    assert_eq!(network.snap(Mode::Walk, at(1000, 600)), None);
    assert_eq!(seconds(&network, Mode::Walk, at(1000, 600), at(2000, 0)), None);
}

#[test]
fn a_path_s_points_lead_from_door_to_door_and_have_its_length() {
    let (network, _) = monaco();
    let places = oracle::places(&network, 24, 5);
    for mode in Mode::ALL {
        let matrix = network.matrix(mode, &places, || true).unwrap();
        for (i, from) in places.iter().enumerate() {
            for (j, to) in places.iter().enumerate() {
                let Some(path) = network.path(mode, *from, *to) else {
                    // A place is always reached from itself, be it on a street or not.
                    assert!(i == j || matrix.seconds[i * 24 + j] == Matrix::UNREACHABLE);
                    continue;
                };
                assert_eq!((path.seconds, path.metres), (matrix.seconds[i * 24 + j], matrix.metres[i * 24 + j]), "{mode:?} {i} {j}");
                assert_eq!((path.points.first(), path.points.last()), (Some(from), Some(to)));
                let metres: f64 = path.points.windows(2).map(|ends| ends[0].metres_to(ends[1])).sum();
                // Each edge on the way is rounded to a centimetre.
                assert!(i == j || (metres - f64::from(path.metres)).abs() < 2.0, "{mode:?} {i} {j}: {metres} {}", path.metres);
            }
        }
    }
}

#[test]
fn kept_bytes_give_the_same_network_and_answers() {
    let (network, _) = monaco();
    let bytes = network.to_bytes();
    let again = Network::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    let places = oracle::places(&network, 20, 3);
    for mode in Mode::ALL {
        assert_eq!(again.matrix(mode, &places, || true), network.matrix(mode, &places, || true));
    }
}

#[test]
fn monaco_is_read_whole() {
    let (network, reading) = monaco();
    assert_eq!(reading.nodes, 13_739);
    assert_eq!(reading.bytes, MONACO.len() as u64);
    let summary = network.summary();
    assert!(reading.ways > 700 && summary.walk_km > 60.0 && summary.drive_km > 40.0, "{reading:?} {summary:?}");
    assert!(network.bounds().contains(7.42, 43.73));
}

#[test]
fn a_reading_stops_when_it_is_told_to() {
    let mut told = 0;
    let stopped = read_xml_gz(MONACO, &mut |progress| {
        told += 1;
        progress.nodes < 5000
    });
    assert!(matches!(stopped, Err(BadStreets::Cancelled)) && told > 1, "{stopped:?}");
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (3000, 0)], &[("highway", "residential")]);
    assert!(matches!(read_pbf(map.pbf().as_slice(), &mut |_| false), Err(BadStreets::Cancelled)));
}

#[test]
fn a_matrix_that_nobody_waits_for_is_given_up() {
    let (network, _) = monaco();
    let places = oracle::places(&network, 200, 7);
    let asked = AtomicUsize::new(0);
    let given_up = network.matrix(Mode::Walk, &places, || asked.fetch_add(1, Ordering::Relaxed) < 3);
    assert_eq!(given_up, None);
    // Each thread may have begun a row.
    let asked = asked.into_inner();
    assert!(asked < places.len(), "{asked} rows were asked for");
}

#[test]
fn no_places_and_one_place_have_a_matrix() {
    let (network, _) = monaco();
    assert_eq!(network.matrix(Mode::Walk, &[], || true), Some(Matrix::default()));
    let matrix = network.matrix(Mode::Walk, &[at(0, 0)], || true).unwrap();
    assert_eq!((matrix.count, matrix.seconds, matrix.metres), (1, vec![0], vec![0]));
}
