//! Neighbours on foot beside the plainest way to know them: all distances between all pairs (Floyd 1962).

use super::{
    super::search::{cm, on_foot},
    oracle::{Seed, places, random},
    *,
};

const ON: &(dyn Fn(usize, usize) -> bool + Sync) = &|_, _| true;
const MANY: usize = 1_000_000;
const FAR: u64 = u64::MAX / 4;

/// Centimetres on foot from each place to each, by all ways over all junctions and places.
fn all_pairs(network: &Network, places: &[LonLat]) -> Vec<Vec<u64>> {
    let (junctions, snaps) = (network.junctions.len(), places.iter().map(|place| network.snap(Mode::Walk, *place)).collect::<Vec<_>>());
    let mut cost = vec![vec![FAR; junctions + places.len()]; junctions + places.len()];
    let mut step = |from: usize, to: usize, centimetres: u64| cost[from][to] = cost[from][to].min(centimetres);
    for (number, edge) in network.edges.iter().enumerate() {
        let [begin, end] = edge.ends.map(|end| end as usize);
        let [to_begin, to_end] = edge.ends.map(|end| !network.is_shut(Mode::Walk, end));
        let [forward, backward] = [2 * number, 2 * number + 1].map(|arc| network.is_open(Mode::Walk, arc as u32));
        let length = u64::from(edge.length_cm);
        if forward && to_begin && to_end {
            step(begin, end, length);
        }
        if backward && to_begin && to_end {
            step(end, begin, length);
        }
        for (a, from) in snaps.iter().enumerate().filter_map(|(a, snap)| Some((a, snap.as_ref()?))).filter(|(_, snap)| snap.edge as usize == number) {
            let (at, off) = ((length as f64 * from.along).round() as u64, cm(on_foot(from.off_m)));
            let home = junctions + a;
            if forward && to_end {
                step(home, end, off + length - at);
            }
            if backward && to_end {
                step(end, home, off + length - at);
            }
            if backward && to_begin {
                step(home, begin, off + at);
            }
            if forward && to_begin {
                step(begin, home, off + at);
            }
            for (b, to) in snaps.iter().enumerate().filter_map(|(b, snap)| Some((b, snap.as_ref()?))).filter(|(_, snap)| snap.edge as usize == number) {
                let (there, to_off) = ((length as f64 * to.along).round() as u64, cm(on_foot(to.off_m)));
                if from.along == to.along || forward && from.along < to.along || backward && to.along < from.along {
                    step(home, junctions + b, off + at.abs_diff(there) + to_off);
                }
            }
        }
    }
    for (a, snap) in snaps.iter().enumerate().filter(|(_, snap)| snap.is_some()) {
        for b in 0..places.len() {
            if places[a] == places[b] && snap.is_some() {
                step(junctions + a, junctions + b, 0);
            }
        }
    }
    let nodes = cost.len();
    for over in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                cost[from][to] = cost[from][to].min(cost[from][over] + cost[over][to]);
            }
        }
    }
    cost[junctions..].iter().map(|row| row[junctions..].to_vec()).collect()
}

/// What must come out, from all distances.
fn expected(cost: &[Vec<u64>], reach: Reach) -> Vec<Vec<u32>> {
    let of_one = |(own, row): (usize, &Vec<u64>)| {
        let mut others: Vec<(u64, u32)> = row.iter().copied().zip(0..).filter(|(cost, other)| *cost < FAR && *other != own as u32).collect();
        others.sort_unstable();
        match reach {
            Reach::Nearest(count) => others.truncate(count),
            Reach::Within(metres) => others.retain(|(cost, _)| *cost <= (metres * 100.0).round() as u64),
        }
        others.into_iter().map(|(_, other)| other).collect()
    };
    cost.iter().enumerate().map(of_one).collect()
}

/// Two banks 50 m apart, a street along each, and one bridge 900 m to the east.
fn river() -> Network {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (1000, 0)], &[("highway", "residential"), ("oneway", "yes")]);
    map.street(2, &[(0, 50), (1000, 50)], &[("highway", "residential")]);
    map.street(3, &[(1000, 0), (1000, 50)], &[("highway", "footway"), ("bridge", "yes")]);
    map.network()
}

#[test]
fn houses_across_the_river_are_not_neighbours_and_those_at_the_bridge_are() {
    let network = river();
    let houses = [at(100, 0), at(100, 50), at(160, 0), at(980, 0), at(980, 50), at(160, 0)];
    let walks = network.neighbours(&houses, Reach::Within(100.0), MANY, ON).unwrap();
    assert_eq!(walks.neighbours, [vec![2, 5], vec![], vec![5, 0], vec![4], vec![3], vec![2, 0]]);
    assert_eq!(walks.neighbours, expected(&all_pairs(&network, &houses), Reach::Within(100.0)));
    // The nearest of the house over the water is 880 m away on its own bank.
    let nearest = network.neighbours(&houses, Reach::Nearest(1), MANY, ON).unwrap();
    assert_eq!(nearest.neighbours, [[2], [4], [5], [4], [3], [2]]);
}

#[test]
fn the_neighbours_in_every_random_network_are_those_of_all_pairs() {
    let (mut pairs, mut one_sided) = (0, 0);
    for number in 0..80 {
        let network = random(&mut Seed(number));
        let mut here = places(&network, 24, number + 1);
        // Some at one spot, some on the street itself.
        here.extend([here[3], here[3], here[7]]);
        here.extend(here.clone().iter().take(6).filter_map(|place| network.snap(Mode::Walk, *place)).map(|snap| snap.at));
        let cost = all_pairs(&network, &here);
        let off = here.iter().filter(|place| network.snap(Mode::Walk, **place).is_none()).count();
        for reach in [Reach::Within(0.0), Reach::Within(250.0), Reach::Within(2_000.0), Reach::Nearest(1), Reach::Nearest(5), Reach::Nearest(1000)] {
            let walks = network.neighbours(&here, reach, MANY, ON).unwrap();
            assert_eq!(walks.neighbours, expected(&cost, reach), "network {number}, {reach:?}");
            assert_eq!(walks.off_streets, off);
            pairs += walks.neighbours.iter().map(Vec::len).sum::<usize>();
            let is_mutual = |(own, other): (usize, &u32)| walks.neighbours[*other as usize].contains(&(own as u32));
            let all = walks.neighbours.iter().enumerate().flat_map(|(own, others)| others.iter().map(move |other| (own, other)));
            one_sided += usize::from(matches!(reach, Reach::Within(_))) * all.filter(|pair| !is_mutual(*pair)).count();
        }
    }
    assert!(pairs > 50_000 && one_sided > 100, "{pairs} {one_sided}");
}

#[test]
fn in_monaco_they_are_those_of_the_matrix() {
    let (network, _) = monaco();
    let here: Vec<LonLat> = places(&network, 600, 7).into_iter().filter(|place| network.snap(Mode::Walk, *place).is_some()).take(150).collect();
    let matrix = network.matrix(Mode::Walk, &here, || true).unwrap();
    let walks = network.neighbours(&here, Reach::Within(700.0), MANY, ON).unwrap();
    let mut near = 0;
    for (own, others) in walks.neighbours.iter().enumerate() {
        for other in (0..here.len()).filter(|other| *other != own) {
            let metres = matrix.metres[own * here.len() + other];
            // The matrix has the fastest way, and a time is rounded on every street.
            if !(698..=702).contains(&metres) {
                assert_eq!(others.contains(&(other as u32)), metres < 700, "{own} {other}: {metres}");
            }
        }
        near += others.len();
    }
    assert!(near > 500, "{near}");
}

#[test]
fn a_house_far_from_any_street_has_no_neighbours_and_is_counted() {
    let houses = [at(100, 0), at(300, 700), at(300, 700), at(120, 0)];
    let walks = river().neighbours(&houses, Reach::Nearest(3), MANY, ON).unwrap();
    assert_eq!((walks.off_streets, walks.neighbours), (2, vec![vec![3], vec![], vec![], vec![0]]));
    let none = river().neighbours(&[], Reach::Nearest(3), MANY, ON).unwrap();
    assert_eq!(none, Walks::default());
}

#[test]
fn where_walking_is_one_way_only_one_is_the_other_s_neighbour() {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (1000, 0)], &[("highway", "footway"), ("oneway:foot", "yes")]);
    map.street(2, &[(1000, 0), (1000, 1000), (0, 1000), (0, 0)], &[("highway", "footway")]);
    let walks = map.network().neighbours(&[at(400, 0), at(450, 0)], Reach::Within(100.0), MANY, ON).unwrap();
    assert_eq!(walks.neighbours, [vec![1], vec![]]);
}

#[test]
fn too_many_pairs_and_a_stop_are_told_and_threads_change_nothing() {
    let network = river();
    let houses: Vec<LonLat> = (0..40).map(|number| at(number * 20, 0)).collect();
    assert_eq!(network.neighbours(&houses, Reach::Nearest(3), 119, ON), Err(NoWalks::TooMany { most: 119 }));
    assert_eq!(network.neighbours(&houses, Reach::Nearest(3), MANY, &|done, _| done < 5), Err(NoWalks::Stopped));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| network.neighbours(&houses, Reach::Nearest(3), 120, ON)).unwrap()
    };
    assert_eq!(on(1), on(4));
}
