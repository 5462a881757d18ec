//! Dense groups of points, without a test. Knows places only.

use rayon::prelude::*;

use super::{
    parts::Parts,
    places::{ALL, Places},
    progress::{Going, Progress, RUN},
    report::NothingToTest,
};

/// A density: at least this many points, the point itself included, within this many metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Density {
    /// How near neighbours are.
    pub eps_m: f64,
    /// How many make the point in their middle a core point, itself counted.
    pub min_points: usize,
}

/// DBSCAN (Ester, Kriegel, Sander & Xu, "A density-based algorithm for discovering clusters", KDD 1996): the group of every point, or
/// `None` for noise. Groups are numbered from 0 by their first core point; a point at the border of several groups belongs
/// to the first of them, so that the answer depends on the order of the points alone (as in scikit-learn).
///
/// No pair is looked at twice where a whole part of the k-d tree lies within `eps_m`: the work does not grow with the number of neighbours.
/// The only error is [`NothingToTest::Stopped`].
///
/// This is exploration: it says where points lie densely, never whether that is more than chance.
pub fn dbscan(places: &Places, density: Density, going: Going) -> Result<Vec<Option<u32>>, NothingToTest> {
    let locations = places.locations();
    let square = places.still_equal(places.square_of(density.eps_m));
    let progress = Progress::new(going, 3 * locations);
    let mut core = vec![false; locations];
    core.par_chunks_mut(RUN).enumerate().for_each(|(run, cores)| {
        if !progress.stopped() {
            cores
                .iter_mut()
                .zip(run * RUN..)
                .for_each(|(core, location)| *core = places.count_within(location, square, density.min_points) >= density.min_points);
            progress.add(cores.len());
        }
    });
    let mut joining = Joining {
        places,
        square,
        core: &core,
        parts: Parts::new(locations),
        has_core: places.over(|location| core[location], |a, b| a || b),
        one: vec![None; places.nodes()],
    };
    for (location, &is_core) in core.iter().enumerate() {
        if location % RUN == 0 {
            progress.add(RUN.min(locations - location));
        }
        if progress.stopped() {
            return Err(NothingToTest::Stopped);
        }
        if is_core {
            joining.join(location, ALL);
        }
    }
    let mut parts = joining.parts;
    let mut by_first_point: Vec<usize> = (0..locations).filter(|&location| core[location]).collect();
    by_first_point.sort_by_key(|&location| places.points_at(location)[0]);
    let (mut number, mut next) = (vec![None; locations], 0);
    let mut group = vec![None; locations];
    for location in by_first_point {
        let number = &mut number[parts.of(location)];
        if number.is_none() {
            *number = Some(next);
            next += 1;
        }
        group[location] = *number;
    }
    let first = places.over(|location| group[location], |a, b| a.into_iter().chain(b).min());
    let border = |location: usize| {
        let mut found = None;
        first_within(places, (&group, &first), location, square, ALL, &mut found);
        found
    };
    let mut at_border: Vec<Option<u32>> = vec![None; locations];
    at_border.par_chunks_mut(RUN).enumerate().for_each(|(run, groups)| {
        if !progress.stopped() {
            groups.iter_mut().zip(run * RUN..).filter(|(_, location)| !core[*location]).for_each(|(group, location)| *group = border(location));
            progress.add(groups.len());
        }
    });
    if progress.stopped() {
        return Err(NothingToTest::Stopped);
    }
    let mut labels = vec![None; places.points()];
    for (location, group) in group.iter().zip(at_border).map(|(core, border)| core.or(border)).enumerate() {
        places.points_at(location).iter().for_each(|&point| labels[point as usize] = group);
    }
    Ok(labels)
}

/// Which core locations belong together.
struct Joining<'a> {
    places: &'a Places,
    square: f64,
    core: &'a [bool],
    parts: Parts,
    /// Of each part of the tree.
    has_core: Vec<bool>,
    /// Of each part of the tree: a core location, where all in it are known to belong together.
    one: Vec<Option<u32>>,
}

impl Joining<'_> {
    /// Joins a core location with all near ones in a part of the tree.
    fn join(&mut self, location: usize, node: usize) {
        let (least, most) = self.places.reach(location, node);
        if least > self.square || !self.has_core[node] {
            return;
        }
        if let Some(one) = self.one[node] {
            if self.parts.of(one as usize) == self.parts.of(location) {
                return;
            }
            if most <= self.square {
                self.parts.join(one as usize, location);
                return;
            }
        }
        if most <= self.square {
            let cores = self.places.held(node).filter(|&other| self.core[other]);
            for other in cores {
                self.parts.join(other, location);
                self.one[node] = Some(other as u32);
            }
            return;
        }
        let Some([first, second]) = self.places.halves(node) else {
            for other in self.places.held(node).filter(|&other| self.core[other]) {
                if self.places.square_between(location, other) <= self.square {
                    self.parts.join(other, location);
                }
            }
            return;
        };
        self.join(location, first);
        self.join(location, second);
        if let (Some(first), Some(second)) = (self.one[first], self.one[second])
            && self.parts.of(first as usize) == self.parts.of(second as usize)
        {
            self.one[node] = Some(first);
        }
    }
}

/// The first group of which a core location is near.
fn first_within(places: &Places, known: (&[Option<u32>], &[Option<u32>]), location: usize, square: f64, node: usize, found: &mut Option<u32>) {
    let (group, first) = known;
    let is_earlier = |group: Option<u32>, found: Option<u32>| group.is_some_and(|group| found.is_none_or(|found| group < found));
    let (least, most) = places.reach(location, node);
    if least > square || !is_earlier(first[node], *found) {
        return;
    }
    if most <= square {
        *found = first[node];
        return;
    }
    match places.halves(node) {
        Some(halves) => halves.into_iter().for_each(|half| first_within(places, known, location, square, half, found)),
        None => {
            for other in places.held(node) {
                if is_earlier(group[other], *found) && places.square_between(location, other) <= square {
                    *found = group[other];
                }
            }
        }
    }
}
