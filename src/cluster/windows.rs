//! Which windows there are: lists of locations that grow from every centre, as circles or as ellipses. Knows a base at each location, no cases.

use std::f64::consts::PI;

use super::places::{Near, Places};

/// Set on the last location of a group at equal distance, in a list of locations by distance: only there a window may end.
pub(super) const END: u32 = 1 << 31;

/// The form of the windows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Window {
    #[default]
    Circle,
    /// Circles, and ellipses 1.5, 2, 3, 4 and 5 times as long as wide in 4, 6, 9, 12 and 15 directions (Kulldorff, Huang, Pickle & Duczmal, "An
    /// elliptic spatial scan statistic", Statistics in Medicine 25:3929-3943, 2006; the shapes are those of the SaTScan User Guide). A
    /// likelihood ratio counts for (4 s / (s + 1)²)^penalty of itself in an ellipse s times as long as wide. On a sphere, ellipses lie
    /// on the plane that touches it at their centre.
    Ellipse {
        /// 0 for none, 0.5 for medium, 1 for strong.
        penalty: f64,
    },
}

/// A circle, or an ellipse in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Length over width.
    pub stretch: f64,
    /// Of the long axis, anticlockwise from east.
    pub angle: f64,
    /// All shapes of one length have the same penalty, the same number here.
    pub class: usize,
}

/// All windows: which they are does not depend on where the cases are.
pub(super) struct Windows<'a> {
    pub places: &'a Places,
    /// The base at each location.
    pub base: Vec<f64>,
    pub all_base: f64,
    pub most_base: f64,
    most_square: f64,
    pub shapes: Vec<Shape>,
    /// What a ratio counts for, by class of shape.
    pub counts_for: Vec<f64>,
}

impl<'a> Windows<'a> {
    /// Windows hold at most `max_share` of the base and reach at most `max_radius_m` from their centre.
    pub(super) fn new(places: &'a Places, base: Vec<f64>, max_share: f64, max_radius_m: Option<f64>, window: Window) -> Self {
        let all_base: f64 = base.iter().sum();
        // A share of 0.29 of 100 points is 29 points, whatever its last binary digit says.
        let most_base = all_base * max_share * (1.0 + 1e-12);
        let most_square = max_radius_m.map_or(f64::INFINITY, |metres| places.still_equal(places.square_of(metres)));
        let (mut shapes, mut counts_for) = (vec![Shape { stretch: 1.0, angle: 0.0, class: 0 }], vec![1.0]);
        if let Window::Ellipse { penalty } = window {
            for (stretch, directions) in [(1.5, 4), (2.0, 6), (3.0, 9), (4.0, 12), (5.0, 15)] {
                let class = counts_for.len();
                shapes.extend((0..directions).map(|at| Shape { stretch, angle: PI * f64::from(at) / f64::from(directions), class }));
                counts_for.push((4.0 * stretch / (stretch + 1.0_f64).powi(2)).powf(penalty));
            }
        }
        Self { places, base, all_base, most_base, most_square, shapes, counts_for }
    }
}

/// Finds the locations around a centre by distance, remembering how far it had to look.
pub(super) struct Search {
    /// By shape, of the circle around it.
    squares: Vec<f64>,
    near: Vec<Near>,
    spare: Vec<Near>,
    order: Vec<u32>,
}

impl Search {
    pub(super) fn new(windows: &Windows) -> Self {
        let share = (windows.most_base / windows.all_base).clamp(1e-6, 1.0);
        let square = windows.places.extent() * share * 0.25;
        Self { squares: windows.shapes.iter().map(|shape| square * shape.stretch).collect(), near: Vec::new(), spare: Vec::new(), order: Vec::new() }
    }

    /// The locations of the windows of one shape around a centre, the ends of the windows marked with [`END`], and their squared distances:
    /// in an ellipse, the square of the shorter half axis of the one they lie on.
    pub(super) fn around(&mut self, windows: &Windows, centre: usize, shape: usize) -> (&[Near], &[u32]) {
        let places = windows.places;
        let Shape { stretch, angle, .. } = windows.shapes[shape];
        let directions = places.east_and_north(centre);
        let (sin, cos) = angle.sin_cos();
        let mut reach = self.squares[shape].min(windows.most_square);
        loop {
            places.within(centre, reach, &mut self.near);
            let all = self.near.len() == places.locations();
            if stretch > 1.0 {
                for (square, location) in &mut self.near {
                    let [east, north] = places.offset(centre, *location as usize, &directions);
                    let (along, across) = (east * cos + north * sin, north * cos - east * sin);
                    *square = (along / stretch).powi(2) + across * across;
                }
                // Beyond this the circle may lack some of the ellipse.
                let whole = if all { windows.most_square } else { reach } / (stretch * stretch);
                self.near.retain(|near| near.0 <= whole);
            }
            let held: f64 = self.near.iter().map(|&(_, location)| windows.base[location as usize]).sum();
            if held > windows.most_base || all || reach >= windows.most_square {
                break;
            }
            reach = (reach * 1.5).min(windows.most_square);
        }
        sort_by_distance(&mut self.near, &mut self.spare);
        self.order.clear();
        let mut held = 0.0;
        let mut group = 0;
        while let Some(&(square, _)) = self.near.get(group) {
            let equal = places.still_equal(square);
            let mut end = group;
            while let Some(&(_, location)) = self.near.get(end).filter(|near| near.0 <= equal) {
                held += windows.base[location as usize];
                end += 1;
            }
            if held > windows.most_base {
                // Neighbours of this centre need about as much.
                reach = if square > 0.0 { square * stretch * stretch * 1.1 } else { reach };
                break;
            }
            self.order.extend(self.near[group..end].iter().map(|near| near.1));
            if let Some(last) = self.order.last_mut() {
                *last |= END;
            }
            group = end;
        }
        self.squares[shape] = reach;
        (&self.near, &self.order)
    }
}

/// Sorts by distance, then number. Squared distances in a plane are spread about evenly, so that dealing them into as many buckets leaves little
/// to sort: three times faster than sorting alone.
fn sort_by_distance(near: &mut Vec<Near>, spare: &mut Vec<Near>) {
    // Squares are never negative: their bits are in their order.
    let key = |&(square, location): &Near| (square.to_bits(), location);
    let farthest = near.iter().fold(0.0_f64, |farthest, near| farthest.max(near.0));
    if near.len() < 64 || farthest == 0.0 {
        return near.sort_unstable_by_key(key);
    }
    let buckets = near.len();
    let bucket = |square: f64| (square / farthest * (buckets - 1) as f64) as usize;
    let mut ends = vec![0_u32; buckets];
    near.iter().for_each(|near| ends[bucket(near.0)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    spare.clear();
    spare.resize(near.len(), (0.0, 0));
    // From behind, so that each end becomes the beginning.
    for &(square, location) in near.iter().rev() {
        let place = &mut ends[bucket(square)];
        *place -= 1;
        spare[*place as usize] = (square, location);
    }
    for (at, &from) in ends.iter().enumerate() {
        let to = ends.get(at + 1).map_or(spare.len(), |&to| to as usize);
        spare[from as usize..to].sort_unstable_by_key(key);
    }
    std::mem::swap(near, spare);
}

#[cfg(test)]
mod tests {
    use super::{super::Random, *};

    #[test]
    fn buckets_give_the_order_of_a_plain_sort() {
        let mut random = Random::stream(6, 6);
        for spread in [1, 7, 1_000_000] {
            let mut near: Vec<Near> = (0..500).map(|location| (random.below(spread) as f64 * 1e-3, location)).collect();
            let mut plain = near.clone();
            plain.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            sort_by_distance(&mut near, &mut Vec::new());
            assert_eq!(near, plain);
        }
    }
}
