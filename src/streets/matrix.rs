//! Times and lengths between many places, and one way with its points.

use rayon::prelude::*;

use super::{
    Mode, Network,
    search::{Cost, Door, START, Search, UNREACHED, cm, ms, on_foot},
    snap::Snap,
};
use crate::earth::LonLat;

/// From each place (row) to each (column), row after row; from door to door: the way to the street and from it is walked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    pub count: usize,
    /// [`Matrix::UNREACHABLE`] where there is no way.
    pub seconds: Vec<u32>,
    /// The length of the fastest way; [`Matrix::UNREACHABLE`] where there is none.
    pub metres: Vec<u32>,
}

impl Matrix {
    pub const UNREACHABLE: u32 = u32::MAX;
}

/// One way from door to door.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub points: Vec<LonLat>,
    pub metres: u32,
    pub seconds: u32,
}

/// From so many rows on, taking the states out of the graph that no row asks for costs less than it saves.
const MANY: usize = 24;

fn rounded(cost: Cost) -> (u32, u32) {
    let whole = |thousandths: u64, of: u64| u32::try_from((thousandths + of / 2) / of).unwrap_or(u32::MAX);
    (whole(ms(cost), 1000), whole(cm(cost), 100))
}

impl Network {
    /// Times and lengths of the fastest ways between all places. A place that no street is near is unreachable. `going` is asked before each
    /// row, on any thread; `None` once it says no.
    #[must_use]
    pub fn matrix(&self, mode: Mode, places: &[LonLat], going: impl Fn() -> bool + Sync) -> Option<Matrix> {
        let whole = self.graph(mode);
        let snaps: Vec<Option<Snap>> = places.par_iter().map(|place| self.snap(mode, *place)).collect();
        let doors = |of: fn(&Self, Mode, &Snap) -> Vec<Door>| -> Vec<Vec<Door>> {
            snaps.iter().map(|snap| snap.as_ref().map_or_else(Vec::new, |snap| of(self, mode, snap))).collect()
        };
        let (mut leaving, mut arriving) = (doors(Self::leaving), doors(Self::arriving));
        let reduced = (places.len() >= MANY).then(|| {
            let mut keep = vec![false; whole.states()];
            leaving.iter().chain(&arriving).flatten().for_each(|door| keep[door.state as usize] = true);
            let (reduced, numbers) = whole.reduced(&keep);
            leaving.iter_mut().chain(&mut arriving).flatten().for_each(|door| door.state = numbers[door.state as usize]);
            reduced
        });
        let graph = reduced.as_ref().unwrap_or(whole);
        let mut wanted = vec![false; graph.states()];
        arriving.iter().flatten().for_each(|door| wanted[door.state as usize] = true);
        let left = wanted.iter().filter(|wanted| **wanted).count();

        let rows: Option<Vec<Vec<(u32, u32)>>> = (0..places.len())
            .into_par_iter()
            .map_init(Search::default, |search, row| {
                if !going() {
                    return None;
                }
                let mut cells = vec![(Matrix::UNREACHABLE, Matrix::UNREACHABLE); places.len()];
                cells[row] = (0, 0);
                let Some(from) = &snaps[row] else { return Some(cells) };
                search.run(graph, &leaving[row], &wanted, left);
                for (column, to) in snaps.iter().enumerate() {
                    let Some(to) = to.as_ref().filter(|_| column != row) else { continue };
                    let by_state = arriving[column].iter().filter(|door| search.cost[door.state as usize] != UNREACHED);
                    let over = by_state.map(|door| search.cost[door.state as usize] + door.cost).chain(self.along(mode, from, to).map(|(_, cost)| cost)).min();
                    if let Some(over) = over {
                        cells[column] = rounded(on_foot(from.off_m) + over + on_foot(to.off_m));
                    }
                }
                Some(cells)
            })
            .collect();
        let (seconds, metres) = rows?.into_iter().flatten().unzip();
        Some(Matrix { count: places.len(), seconds, metres })
    }

    /// The fastest way between two places, as in [`Network::matrix`], with its points: both doors, and the street between them.
    #[must_use]
    pub fn path(&self, mode: Mode, from: LonLat, to: LonLat) -> Option<Path> {
        let (start, end) = (self.snap(mode, from)?, self.snap(mode, to)?);
        let graph = self.graph(mode);
        let mut search = Search::default();
        let found = search.trace(graph, &self.leaving(mode, &start), &self.arriving(mode, &end));
        let direct = self.along(mode, &start, &end);
        let mut points = vec![from, start.at];
        let over = match (found, direct) {
            (Some((_, cost)), Some((arc, direct))) if direct <= cost => self.follow(arc, start.along, end.along, &mut points, direct),
            (None, Some((arc, direct))) => self.follow(arc, start.along, end.along, &mut points, direct),
            (None, None) => return None,
            (Some((door, cost)), _) => {
                let mut arcs = vec![door.arc];
                let mut state = door.state;
                while state != START {
                    let (before, arc) = search.came[state as usize];
                    arcs.push(arc);
                    state = before;
                }
                let last = arcs.len() - 1;
                for (i, arc) in arcs.iter().rev().enumerate() {
                    let (first, whole) = if arc % 2 == 0 { (0.0, 1.0) } else { (1.0, 0.0) };
                    let begins = if i == 0 { start.along } else { first };
                    let ends = if i == last { end.along } else { whole };
                    self.follow(*arc, begins, ends, &mut points, 0);
                }
                cost
            }
        };
        points.extend([end.at, to]);
        points.dedup();
        let (seconds, metres) = if from == to { (0, 0) } else { rounded(on_foot(start.off_m) + over + on_foot(end.off_m)) };
        Some(Path { points, metres, seconds })
    }

    /// Adds the points of an arc between two parts of its edge's length, ends included only where they are the edge's own.
    fn follow(&self, arc: u32, begins: f64, ends: f64, points: &mut Vec<LonLat>, cost: Cost) -> Cost {
        let edge = self.points(arc / 2);
        let mut before_m = vec![0.0];
        for ends in edge.windows(2) {
            before_m.push(before_m[before_m.len() - 1] + ends[0].metres_to(ends[1]));
        }
        let whole_m = before_m[before_m.len() - 1].max(f64::MIN_POSITIVE);
        let (low, high) = (begins.min(ends), begins.max(ends));
        let within = edge.iter().zip(&before_m).map(|(point, before)| (*point, before / whole_m)).filter(|(_, part)| (low..=high).contains(part));
        let mut within: Vec<LonLat> = within.map(|(point, _)| point).collect();
        if arc % 2 == 1 {
            within.reverse();
        }
        points.extend(within);
        cost
    }
}
