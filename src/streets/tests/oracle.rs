//! Plain Dijkstra over the network's own tables, with a list instead of a queue: slow, and nothing to be wrong.

use super::{
    super::{
        gathering::Place,
        network::{Ban, Edge},
        rules::Open,
        search::on_foot,
    },
    *,
};

/// Milliseconds and centimetres.
type Sum = (u64, u64);

fn add(a: Sum, b: Sum) -> Sum {
    (a.0 + b.0, a.1 + b.1)
}

fn may_follow(network: &Network, mode: Mode, arc: u32, next: u32) -> bool {
    let junction = network.head(arc);
    if network.head(next ^ 1) != junction || !network.is_open(mode, next) {
        return false;
    }
    let is_shut = network.is_shut(mode, junction);
    if mode == Mode::Walk {
        return !is_shut && !network.is_shut(mode, network.head(next));
    }
    let banned = network.bans.iter().any(|ban| (ban.from, ban.to) == (arc, next) && ban.modes >> mode as u8 & 1 == 1);
    let others = (0..2 * network.edges.len() as u32).any(|other| other != arc ^ 1 && network.head(other ^ 1) == junction && network.is_open(mode, other));
    !banned && if next == arc ^ 1 { is_shut || !others } else { !is_shut }
}

/// What stands in a matrix, for all pairs.
fn plain(network: &Network, mode: Mode, places: &[LonLat]) -> Vec<(u32, u32)> {
    let arcs = 2 * network.edges.len();
    let follow: Vec<Vec<u32>> = {
        let mut by_tail: Vec<Vec<u32>> = vec![Vec::new(); network.junctions.len()];
        (0..arcs as u32).for_each(|arc| by_tail[network.head(arc ^ 1) as usize].push(arc));
        (0..arcs as u32).map(|arc| by_tail[network.head(arc) as usize].iter().copied().filter(|next| may_follow(network, mode, arc, *next)).collect()).collect()
    };
    let whole = |arc: u32| -> Sum { (network.edge_ms(mode, arc / 2).into(), network.edges[arc as usize / 2].length_cm.into()) };
    let part = |snap: &Snap| -> Sum {
        let (ms, cm) = whole(2 * snap.edge);
        ((ms as f64 * snap.along).round() as u64, (cm as f64 * snap.along).round() as u64)
    };
    let snaps: Vec<Option<Snap>> = places.iter().map(|place| network.snap(mode, *place)).collect();
    let mut cells = Vec::new();
    for (row, from) in snaps.iter().enumerate() {
        // The cost of having gone over each arc, to its end.
        let mut cost: Vec<Option<Sum>> = vec![None; arcs];
        let mut open: Vec<u32> = Vec::new();
        if let Some(from) = from {
            let (ms, cm) = whole(2 * from.edge);
            let before = part(from);
            for (arc, rest) in [(2 * from.edge, (ms - before.0, cm - before.1)), (2 * from.edge + 1, before)] {
                // On foot, an end that is shut is no way out.
                if network.is_open(mode, arc) && !(mode == Mode::Walk && network.is_shut(mode, network.head(arc))) {
                    cost[arc as usize] = Some(rest);
                    open.push(arc);
                }
            }
        }
        let first = cost.clone();
        // Going once more over the arc of the start costs all of it: it has a number of its own.
        let mut gone: Vec<Option<Sum>> = vec![None; arcs];
        let mut starting = true;
        let mut queue: Vec<(Sum, u32)> = open.iter().map(|arc| (first[*arc as usize].unwrap(), *arc)).collect();
        while starting || !queue.is_empty() {
            if starting {
                // Leave the start's own arcs.
                let starts = std::mem::take(&mut queue);
                for (sum, arc) in starts {
                    for next in &follow[arc as usize] {
                        relax(&mut gone, &mut queue, *next, add(sum, whole(*next)));
                    }
                }
                starting = false;
                continue;
            }
            let least = (0..queue.len()).min_by_key(|at| queue[*at]).unwrap();
            let (sum, arc) = queue.swap_remove(least);
            if gone[arc as usize] != Some(sum) {
                continue;
            }
            for next in &follow[arc as usize] {
                relax(&mut gone, &mut queue, *next, add(sum, whole(*next)));
            }
        }
        for (column, to) in snaps.iter().enumerate() {
            let (Some(from), Some(to)) = (from, to) else {
                cells.push(if row == column { (0, 0) } else { (u32::MAX, u32::MAX) });
                continue;
            };
            let (ms, cm) = whole(2 * to.edge);
            let before = part(to);
            let mut ways: Vec<Sum> = Vec::new();
            // Entering the arc costs what having gone over it does, less all of it.
            for (arc, within) in [(2 * to.edge, before), (2 * to.edge + 1, (ms - before.0, cm - before.1))] {
                let enters = !(mode == Mode::Walk && network.is_shut(mode, network.head(arc ^ 1)));
                let via = gone[arc as usize].filter(|_| enters).map(|sum| (sum.0 - whole(arc).0, sum.1 - whole(arc).1));
                ways.extend(via.map(|sum| add(sum, within)));
                // On foot the last arc may end at a junction that is shut, which no search passes.
                if mode == Mode::Walk && enters && network.is_open(mode, arc) {
                    let tail = network.head(arc ^ 1);
                    let arrived =
                        (0..arcs).filter(|last| network.head(*last as u32) == tail).filter_map(|last| gone[last].into_iter().chain(first[last]).min());
                    ways.extend(arrived.map(|sum| add(sum, within)));
                }
            }
            if from.edge == to.edge {
                let a = part(from);
                if network.is_open(mode, 2 * to.edge) && from.along <= to.along {
                    ways.push((before.0 - a.0, before.1 - a.1));
                }
                if network.is_open(mode, 2 * to.edge + 1) && to.along <= from.along {
                    ways.push((a.0 - before.0, a.1 - before.1));
                }
            }
            let feet = add(split(on_foot(from.off_m)), split(on_foot(to.off_m)));
            cells.push(match ways.into_iter().min() {
                _ if row == column => (0, 0),
                Some(sum) => (((sum.0 + feet.0 + 500) / 1000) as u32, ((sum.1 + feet.1 + 50) / 100) as u32),
                None => (u32::MAX, u32::MAX),
            });
        }
    }
    cells
}

fn relax(gone: &mut [Option<Sum>], queue: &mut Vec<(Sum, u32)>, arc: u32, sum: Sum) {
    if gone[arc as usize].is_none_or(|known| sum < known) {
        gone[arc as usize] = Some(sum);
        queue.push((sum, arc));
    }
}

fn split(cost: u64) -> Sum {
    (cost >> 32, cost & 0xffff_ffff)
}

pub fn places(network: &Network, count: usize, seed: u64) -> Vec<LonLat> {
    let (bounds, mut seed) = (network.bounds(), Seed(seed));
    (0..count).map(|_| LonLat::new(seed.between(bounds.west, bounds.east), seed.between(bounds.south, bounds.north)).unwrap()).collect()
}

pub struct Seed(pub u64);

impl Seed {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % n.max(1)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1 << 40) as f64 / (1u64 << 40) as f64
    }
}

fn compare(network: &Network, places: &[LonLat]) -> usize {
    let mut reached = 0;
    for mode in Mode::ALL {
        let matrix = network.matrix(mode, places, || true).unwrap();
        for (at, cell) in plain(network, mode, places).into_iter().enumerate() {
            assert_eq!((matrix.seconds[at], matrix.metres[at]), cell, "{mode:?} {} to {}", at / places.len(), at % places.len());
            reached += usize::from(cell.0 != u32::MAX);
        }
    }
    reached
}

#[test]
fn every_matrix_of_monaco_equals_a_plain_search() {
    let (network, _) = monaco();
    // Near the streets: the box has the sea in it.
    let places: Vec<LonLat> = places(&network, 400, 11).into_iter().filter(|place| network.snap(Mode::Walk, *place).is_some()).take(40).collect();
    let reached = compare(&network, &places);
    assert!(reached > 3000, "{reached}");
}

#[test]
fn every_matrix_of_a_random_network_equals_a_plain_search() {
    let mut reached = 0;
    for number in 0..60 {
        let network = random(&mut Seed(number));
        let places = places(&network, 26, number);
        // Few rows go over the whole graph, many over a reduced one.
        reached += compare(&network, &places[..6]) + compare(&network, &places);
    }
    assert!(reached > 5000, "{reached}");
}

/// Some dozen junctions on one or two square kilometres with one-way streets, loops, parallel streets, barriers and forbidden turns.
pub fn random(seed: &mut Seed) -> Network {
    let count = 4 + seed.below(16);
    let step = |seed: &mut Seed| seed.below(150_000) as i32;
    let junctions: Vec<Place> = (0..count).map(|_| [95_000_000 + step(seed), 471_000_000 + step(seed)]).collect();
    let shut = (0..count).map(|_| if seed.below(8) == 0 { seed.below(8) as u8 } else { 0 }).collect();
    let mut shape: Vec<Place> = Vec::new();
    let mut edges: Vec<Edge> = Vec::new();
    for _ in 0..3 * count {
        let ends = [seed.below(count) as u32, seed.below(count) as u32];
        let first_shape = shape.len() as u32;
        let between = if ends[0] == ends[1] { 2 } else { seed.below(3) };
        shape.extend((0..between).map(|_| [95_000_000 + step(seed), 471_000_000 + step(seed)]));
        let [first, last] = ends.map(|end| junctions[end as usize]);
        let length_m = gathering::metres([first].into_iter().chain(shape[first_shape as usize..].iter().copied()).chain([last]));
        let open = Open((seed.below(64) | seed.below(64)) as u8);
        edges.push(Edge { ends, first_shape, length_cm: (length_m * 100.0).round() as u32, open, kmh: 10 + seed.below(60) as u8 });
    }
    let arcs = 2 * edges.len() as u64;
    let mut bans: Vec<Ban> = (0..200).map(|_| Ban { from: seed.below(arcs) as u32, to: seed.below(arcs) as u32, modes: seed.below(8) as u8 }).collect();
    bans.sort();
    Network::new(junctions, shut, edges, shape, bans).unwrap()
}
