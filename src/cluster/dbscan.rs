//! Dense groups of points, without a test. Knows places only.

use super::places::Places;

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
/// This is exploration: it says where points lie densely, never whether that is more than chance.
#[must_use]
pub fn dbscan(places: &Places, density: Density) -> Vec<Option<u32>> {
    let locations = places.locations();
    let square = places.still_equal(places.square_of(density.eps_m));
    let mut near = Vec::new();
    let mut core = vec![false; locations];
    for (location, is_core) in core.iter_mut().enumerate() {
        places.within(location, square, &mut near);
        *is_core = near.iter().map(|&(_, other)| places.points_at(other as usize).len()).sum::<usize>() >= density.min_points;
    }
    let mut by_first_point: Vec<usize> = (0..locations).filter(|&location| core[location]).collect();
    by_first_point.sort_by_key(|&location| places.points_at(location)[0]);
    let mut group: Vec<Option<u32>> = vec![None; locations];
    let mut next = 0;
    let mut open = Vec::new();
    for seed in by_first_point {
        if group[seed].is_some() {
            continue;
        }
        group[seed] = Some(next);
        open.push(seed);
        while let Some(location) = open.pop() {
            places.within(location, square, &mut near);
            for &(_, other) in &near {
                let other = other as usize;
                if group[other].is_none() {
                    group[other] = Some(next);
                    if core[other] {
                        open.push(other);
                    }
                }
            }
        }
        next += 1;
    }
    let mut labels = vec![None; places.points()];
    for (location, group) in group.into_iter().enumerate() {
        places.points_at(location).iter().for_each(|&point| labels[point as usize] = group);
    }
    labels
}
