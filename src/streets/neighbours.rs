//! Who is whose neighbour on foot.
//!
//! Distances are metres walked from door to door: straight to the nearest place on a street as [`Network::snap`] has it, along the streets,
//! and straight to the other door. Walking knows no one-way street but those that are tagged one-way on foot; there somebody may be a neighbour
//! who has none in return. Whole centimetres are added, so that the same places give the same lists everywhere.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;

use super::{
    Mode, Network,
    search::{cm, on_foot},
    snap::Snap,
};
use crate::earth::LonLat;

/// Which others are neighbours of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// This many others; of places equally far, the earlier ones. Fewer where no more can be walked to.
    Nearest(usize),
    /// All others within so many metres.
    Within(f64),
}

/// The neighbours of every place, the nearest first, the place itself not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walks {
    pub neighbours: Vec<Vec<u32>>,
    /// Places that no street is near ([`super::MOST_SNAP_M`]): they have no neighbours and are nobody's.
    pub off_streets: usize,
}

/// Why there are no neighbours to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWalks {
    #[error("more than {most} pairs of neighbours")]
    TooMany { most: usize },
    #[error("stopped before the end")]
    Stopped,
}

/// Farther nobody walks: seven days, as in a matrix.
const FARTHEST_CM: u32 = 84_000_000;
const UNREACHED: u32 = u32::MAX;

impl Network {
    /// One search for each distinct place, no farther than asked for. Places at one spot are neighbours at distance 0. It holds 4 bytes for each pair,
    /// at most so many of them. `going` hears how many places of how many are done, and says whether to go on.
    pub fn neighbours(&self, places: &[LonLat], reach: Reach, most_pairs: usize, going: &(dyn Fn(usize, usize) -> bool + Sync)) -> Result<Walks, NoWalks> {
        let homes = self.homes(places);
        let off_streets = places.len() - homes.iter().map(|home| home.members.len()).sum::<usize>();
        let lanes = Lanes::of(self, &homes);
        let (nearest, most_cm) = match reach {
            Reach::Nearest(count) => (count, FARTHEST_CM),
            Reach::Within(metres) => (usize::MAX, (metres * 100.0).round().clamp(0.0, f64::from(FARTHEST_CM)) as u32),
        };
        let (done, pairs) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let of_home = |walker: &mut Walker, number: usize| {
            if !going(done.fetch_add(1, Ordering::Relaxed), homes.len()) {
                return Err(NoWalks::Stopped);
            }
            let members = &homes[number].members;
            let found = walker.around(&lanes, &homes, number, nearest, most_cm);
            let each = (found.len() - 1).min(nearest);
            if pairs.fetch_add(each * members.len(), Ordering::Relaxed) + each * members.len() > most_pairs {
                return Err(NoWalks::TooMany { most: most_pairs });
            }
            let others = |own: u32| found.iter().copied().filter(|point| *point != own).take(nearest).collect::<Vec<u32>>();
            Ok(members.iter().map(|&own| (own, others(own))).collect::<Vec<_>>())
        };
        let found: Vec<_> = (0..homes.len()).into_par_iter().map_init(Walker::default, of_home).collect::<Result<_, _>>()?;
        let mut neighbours = vec![Vec::new(); places.len()];
        found.into_iter().flatten().for_each(|(own, others)| neighbours[own as usize] = others);
        Ok(Walks { neighbours, off_streets })
    }

    /// The distinct places that a street is near, in the order in which they come first.
    fn homes(&self, places: &[LonLat]) -> Vec<Home> {
        let mut known: HashMap<[u64; 2], usize> = HashMap::new();
        let mut spots: Vec<(LonLat, Vec<u32>)> = Vec::new();
        for (number, place) in (0..).zip(places) {
            // + 0.0 makes one zero of the two.
            let at = *known.entry([place.lon(), place.lat()].map(|part| (part + 0.0).to_bits())).or_insert(spots.len());
            if at == spots.len() {
                spots.push((*place, Vec::new()));
            }
            spots[at].1.push(number);
        }
        let home = |(place, members)| self.snap(Mode::Walk, place).map(|snap| Home { snap, members });
        spots.into_par_iter().filter_map(home).collect()
    }
}

/// Places at one spot, and where the street begins for them.
struct Home {
    snap: Snap,
    members: Vec<u32>,
}

/// All that can be walked, as nodes and steps: first the junctions, then the foot of each home on its street, then the homes.
struct Lanes {
    first: Vec<u32>,
    /// The node and the centimetres to it.
    steps: Vec<(u32, u32)>,
    first_home: u32,
}

impl Lanes {
    fn of(network: &Network, homes: &[Home]) -> Self {
        let first_foot = network.junctions.len() as u32;
        let first_home = first_foot + homes.len() as u32;
        let mut by_edge: Vec<u32> = (0..homes.len() as u32).collect();
        by_edge.sort_unstable_by(|a, b| {
            let [a_snap, b_snap] = [a, b].map(|home| &homes[*home as usize].snap);
            a_snap.edge.cmp(&b_snap.edge).then(a_snap.along.total_cmp(&b_snap.along)).then(a.cmp(b))
        });
        // The same steps twice: to count them, and to put them down.
        let each = |step: &mut dyn FnMut(u32, u32, u32)| {
            let mut rest = by_edge.as_slice();
            for (number, edge) in (0..).zip(&network.edges) {
                let (here, after) = rest.split_at(rest.iter().take_while(|home| homes[**home as usize].snap.edge == number).count());
                rest = after;
                let foot = |home: &u32| {
                    let snap = &homes[*home as usize].snap;
                    (first_foot + home, cm(network.split(Mode::Walk, snap).0) as u32, snap.along)
                };
                let [begin, end] = edge.ends;
                let stops = std::iter::once((begin, 0, -1.0)).chain(here.iter().map(foot)).chain([(end, edge.length_cm, 2.0)]);
                let [forward, backward] = [2 * number, 2 * number + 1].map(|arc| network.is_open(Mode::Walk, arc));
                let is_shut = |node: u32| node < first_foot && network.is_shut(Mode::Walk, node);
                let mut before: Option<(u32, u32, f64)> = None;
                for (node, at_cm, along) in stops {
                    if let Some((last, last_cm, last_along)) = before.filter(|(last, ..)| !is_shut(*last) && !is_shut(node)) {
                        // Homes at one spot of a one-way street are there both ways.
                        if forward || last_along == along {
                            step(last, node, at_cm - last_cm);
                        }
                        if backward || last_along == along {
                            step(node, last, at_cm - last_cm);
                        }
                    }
                    before = Some((node, at_cm, along));
                }
            }
            for (number, home) in (0..).zip(homes) {
                let off_cm = cm(on_foot(home.snap.off_m)) as u32;
                step(first_home + number, first_foot + number, off_cm);
                step(first_foot + number, first_home + number, off_cm);
            }
        };
        let mut first = vec![0; (first_home as usize + homes.len()) + 1];
        each(&mut |from, _, _| first[from as usize + 1] += 1);
        (1..first.len()).for_each(|node| first[node] += first[node - 1]);
        let (mut next, mut steps) = (first.clone(), vec![(0, 0); first.last().map_or(0, |all| *all as usize)]);
        each(&mut |from, to, cm| {
            steps[next[from as usize] as usize] = (to, cm);
            next[from as usize] += 1;
        });
        Self { first, steps, first_home }
    }

    fn steps(&self, node: u32) -> &[(u32, u32)] {
        &self.steps[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }
}

/// One search after another in the same memory (Dijkstra 1959), each cleared by what it touched.
#[derive(Default)]
struct Walker {
    cm: Vec<u32>,
    touched: Vec<u32>,
    /// Centimetres in the upper half, the node in the lower.
    queue: BinaryHeap<Reverse<u64>>,
}

impl Walker {
    /// The places around a home by distance, then number, its own among them: all within the distance, or at least one more than the nearest asked for.
    fn around(&mut self, lanes: &Lanes, homes: &[Home], home: usize, nearest: usize, mut most_cm: u32) -> Vec<u32> {
        self.cm.resize(lanes.first.len() - 1, UNREACHED);
        self.reach(lanes.first_home + home as u32, 0);
        let mut found: Vec<(u32, u32)> = Vec::new();
        while let Some(Reverse(key)) = self.queue.pop() {
            let (here_cm, node) = ((key >> 32) as u32, key as u32);
            if here_cm > most_cm {
                break;
            }
            if here_cm > self.cm[node as usize] {
                continue;
            }
            if let Some(reached) = node.checked_sub(lanes.first_home) {
                found.extend(homes[reached as usize].members.iter().map(|point| (here_cm, *point)));
                if found.len() > nearest {
                    // Those equally far are still looked at: the earlier ones count.
                    most_cm = here_cm;
                }
            }
            for &(to, step_cm) in lanes.steps(node) {
                if here_cm + step_cm <= most_cm {
                    self.reach(to, here_cm + step_cm);
                }
            }
        }
        self.queue.clear();
        self.touched.drain(..).for_each(|node| self.cm[node as usize] = UNREACHED);
        found.sort_unstable();
        found.into_iter().map(|(_, point)| point).collect()
    }

    fn reach(&mut self, node: u32, cm: u32) {
        let known = &mut self.cm[node as usize];
        if cm < *known {
            if *known == UNREACHED {
                self.touched.push(node);
            }
            *known = cm;
            self.queue.push(Reverse(u64::from(cm) << 32 | u64::from(node)));
        }
    }
}
