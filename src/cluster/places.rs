//! Where the points are: distinct locations in a k-d tree, with distances in metres. Knows no labels.

use std::{
    collections::{BTreeMap, BinaryHeap, HashMap},
    ops::Range,
};

use crate::earth::LonLat;

/// Radius of the sphere for distances between longitudes and latitudes: the mean radius (2a + b) / 3 of the ellipsoid
/// (Moritz, "Geodetic Reference System 1980", Journal of Geodesy 2000). Real distances differ by up to 0.6 %.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Locations per leaf of the tree.
const LEAF: usize = 16;

/// Points grouped into distinct locations. Locations are numbered along the tree, so that neighbours in space are near in number.
#[derive(Clone, Debug)]
pub struct Places {
    /// On a sphere: coordinates from the Earth's centre, and distances are straight through it.
    spherical: bool,
    at: Vec<[f64; 3]>,
    /// The points of location `l` are `members[first[l]..first[l + 1]]`, in the order they were given.
    members: Vec<u32>,
    first: Vec<u32>,
    nodes: Vec<Node>,
    /// How far rounding can move a coordinate.
    rounding_m: f64,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    from: u32,
    to: u32,
    low: [f64; 3],
    high: [f64; 3],
    /// The second child; the first is the next node. 0 in a leaf.
    second: u32,
}

/// The part of the tree that holds all locations.
pub(super) const ALL: usize = 0;

/// A location and its squared distance (through the Earth, on a sphere).
pub(super) type Near = (f64, u32);

impl Places {
    /// Points on the sphere.
    #[must_use]
    pub fn on_sphere(points: &[LonLat]) -> Self {
        let solid = |point: &LonLat| {
            let (lon, lat) = (point.lon().to_radians(), point.lat().to_radians());
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|part| part * EARTH_RADIUS_M)
        };
        Self::new(true, points.iter().map(solid))
    }

    /// Points on a plane, x and y in metres; `None` when a coordinate is not a finite number or its square is not.
    #[must_use]
    pub fn on_plane(points: &[(f64, f64)]) -> Option<Self> {
        let sound = |value: f64| value.abs() < 1e100;
        points.iter().all(|&(x, y)| sound(x) && sound(y)).then(|| Self::new(false, points.iter().map(|&(x, y)| [x, y, 0.0])))
    }

    fn new(spherical: bool, points: impl Iterator<Item = [f64; 3]>) -> Self {
        let mut known: HashMap<[u64; 3], usize> = HashMap::new();
        let mut locations: Vec<([f64; 3], Vec<u32>)> = Vec::new();
        for (number, point) in points.enumerate() {
            // + 0.0 makes one zero of the two.
            let place = *known.entry(point.map(|part| (part + 0.0).to_bits())).or_insert(locations.len());
            if place == locations.len() {
                locations.push((point, Vec::new()));
            }
            locations[place].1.push(number as u32);
        }
        let mut nodes = Vec::new();
        if !locations.is_empty() {
            let count = locations.len();
            build(&mut locations, 0, count, &mut nodes);
        }
        let mut first = vec![0];
        let mut members = Vec::new();
        for (_, points) in &locations {
            members.extend_from_slice(points);
            first.push(members.len() as u32);
        }
        let at: Vec<[f64; 3]> = locations.iter().map(|location| location.0).collect();
        let rounding_m = 4.0 * f64::EPSILON * at.iter().flatten().fold(0.0, |most: f64, part| most.max(part.abs()));
        Self { spherical, at, members, first, nodes, rounding_m }
    }

    /// The same points drawn together: those of one cell of a grid `cell_m` wide lie at their common mean. No point moves farther than the
    /// cell's diagonal, √2 cells (√3 on a sphere). So a million points are scanned at the cost of as many locations as there are cells.
    /// Replicates are scanned alike, so p stays honest; what is lost is strength: with cells a twelfth, a sixth and a third of a cluster's radius
    /// wide its ratio was 1.3, 8.7 and 19 % lower (`cargo bench --bench clusters -- gathered 100000 0.05 25`, 50, 100).
    #[must_use]
    pub fn gathered(&self, cell_m: f64) -> Self {
        let mut cells: BTreeMap<[i64; 3], Vec<usize>> = BTreeMap::new();
        for (location, at) in self.at.iter().enumerate() {
            cells.entry(at.map(|part| (part / cell_m).floor() as i64)).or_default().push(location);
        }
        let mut moved = vec![[0.0; 3]; self.points()];
        for locations in cells.values() {
            let weight = |location: usize| self.points_at(location).len() as f64;
            let all: f64 = locations.iter().map(|&location| weight(location)).sum();
            let mean = std::array::from_fn(|axis| locations.iter().map(|&location| self.at[location][axis] * weight(location)).sum::<f64>() / all);
            locations.iter().flat_map(|&location| self.points_at(location)).for_each(|&point| moved[point as usize] = mean);
        }
        Self::new(self.spherical, moved.into_iter())
    }

    /// How many points there are.
    #[must_use]
    pub fn points(&self) -> usize {
        self.members.len()
    }

    /// How many distinct locations there are.
    #[must_use]
    pub fn locations(&self) -> usize {
        self.at.len()
    }

    /// The points of a location, in the order they were given.
    #[must_use]
    pub fn points_at(&self, location: usize) -> &[u32] {
        &self.members[self.first[location] as usize..self.first[location + 1] as usize]
    }

    /// The squared distance that compares as this many metres do.
    pub(super) fn square_of(&self, metres: f64) -> f64 {
        let through =
            if self.spherical { 2.0 * EARTH_RADIUS_M * (metres / (2.0 * EARTH_RADIUS_M)).clamp(0.0, std::f64::consts::FRAC_PI_2).sin() } else { metres };
        through * through
    }

    /// Metres of a squared distance; on a sphere, along the great circle.
    pub(super) fn metres_of(&self, square: f64) -> f64 {
        let through = square.sqrt();
        if self.spherical { 2.0 * EARTH_RADIUS_M * (through / (2.0 * EARTH_RADIUS_M)).min(1.0).asin() } else { through }
    }

    /// The greatest squared distance that counts as equal to this one: distances that differ by rounding alone (nanometres on the
    /// sphere) are ties.
    pub(super) fn still_equal(&self, square: f64) -> f64 {
        let distance = square.sqrt() * (1.0 + 1e-13) + self.rounding_m;
        distance * distance
    }

    /// The directions of east and north at a location; distances along them are those on the plane that touches the Earth there.
    pub(super) fn east_and_north(&self, location: usize) -> [[f64; 3]; 2] {
        let [x, y, z] = self.at[location];
        let across = x.hypot(y);
        if !self.spherical || across == 0.0 {
            return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
        }
        let (sin_lon, cos_lon) = (y / across, x / across);
        let radius = across.hypot(z);
        [[-sin_lon, cos_lon, 0.0], [-cos_lon * z / radius, -sin_lon * z / radius, across / radius]]
    }

    /// From a location to another, in metres along two directions.
    pub(super) fn offset(&self, from: usize, to: usize, directions: &[[f64; 3]; 2]) -> [f64; 2] {
        directions.map(|direction| (0..3).map(|axis| (self.at[to][axis] - self.at[from][axis]) * direction[axis]).sum())
    }

    /// The squared diagonal of the box around all locations.
    pub(super) fn extent(&self) -> f64 {
        self.nodes.first().map_or(0.0, |all| square_between(all.low, all.high))
    }

    /// All locations not farther from a location than this, itself included, in no particular order.
    pub(super) fn within(&self, location: usize, square: f64, near: &mut Vec<Near>) {
        near.clear();
        self.visit(location, square, |held, whole| {
            for other in held {
                let distance = self.square_between(location, other);
                if whole || distance <= square {
                    near.push((distance, other as u32));
                }
            }
            true
        });
    }

    /// How many points are not farther from a location than this, its own included; no more are counted than are enough, or somewhat more.
    pub(super) fn count_within(&self, location: usize, square: f64, enough: usize) -> usize {
        let mut held = 0;
        self.visit(location, square, |locations, whole| {
            if whole {
                held += (self.first[locations.end] - self.first[locations.start]) as usize;
            } else {
                let near = locations.filter(|&other| self.square_between(location, other) <= square);
                held += near.map(|other| self.points_at(other).len()).sum::<usize>();
            }
            held < enough
        });
        held
    }

    /// The squared distance within which there are this many points, those of the location included; infinite where there are fewer in all.
    pub(super) fn square_holding(&self, location: usize, points: usize) -> f64 {
        // The farthest first; without those at `greatest` there would be too few.
        let mut nearest: BinaryHeap<(u64, u32)> = BinaryHeap::new();
        let (mut held, mut greatest) = (0, f64::INFINITY);
        let mut open = vec![(0.0, ALL)];
        while let Some((least, node)) = open.pop() {
            if least >= greatest {
                continue;
            }
            if let Some(halves) = self.halves(node) {
                let [a, b] = halves.map(|half| (self.reach(location, half).0, half));
                open.extend(if a.0 < b.0 { [b, a] } else { [a, b] });
                continue;
            }
            for other in self.held(node) {
                let square = self.square_between(location, other);
                if square >= greatest {
                    continue;
                }
                nearest.push((square.to_bits(), other as u32));
                held += self.points_at(other).len();
                while let Some(&(bits, farthest)) = nearest.peek()
                    && held >= points
                {
                    greatest = f64::from_bits(bits);
                    let without = held - self.points_at(farthest as usize).len();
                    if without < points {
                        break;
                    }
                    held = without;
                    nearest.pop();
                }
            }
        }
        greatest
    }

    /// How many parts the tree has. [`ALL`] is the first of them, and halves come after the part that they are halves of.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The two halves of a part of the tree; `None` where it is small.
    pub(super) fn halves(&self, node: usize) -> Option<[usize; 2]> {
        let second = self.nodes[node].second as usize;
        (second != 0).then_some([node + 1, second])
    }

    /// The locations of a part of the tree.
    pub(super) fn held(&self, node: usize) -> Range<usize> {
        self.nodes[node].from as usize..self.nodes[node].to as usize
    }

    /// The least and the greatest squared distance that a location of a part of the tree can have from another location.
    pub(super) fn reach(&self, location: usize, node: usize) -> (f64, f64) {
        let node = &self.nodes[node];
        let (mut least, mut most) = (0.0, 0.0);
        for ((here, low), high) in self.at[location].iter().zip(node.low).zip(node.high) {
            let (below, above) = (low - here, here - high);
            let outside = below.max(above).max(0.0);
            let farthest = below.min(above);
            least += outside * outside;
            most += farthest * farthest;
        }
        (least, most)
    }

    /// What the locations of each part of the tree have in common.
    pub(super) fn over<T: Copy>(&self, of: impl Fn(usize) -> T, both: impl Fn(T, T) -> T) -> Vec<T> {
        // From the last to the first, as halves come after their whole.
        let mut values: Vec<T> = Vec::with_capacity(self.nodes());
        for node in (0..self.nodes()).rev() {
            let told = |node: usize, values: &[T]| values[self.nodes() - 1 - node];
            let value = match self.halves(node) {
                Some([first, second]) => Some(both(told(first, &values), told(second, &values))),
                None => self.held(node).map(&of).reduce(&both),
            };
            values.extend(value);
        }
        values.reverse();
        values
    }

    /// The squared straight distance between two locations.
    pub(super) fn square_between(&self, a: usize, b: usize) -> f64 {
        square_between(self.at[a], self.at[b])
    }

    /// Calls for every run of locations that may lie within the distance, until `run` says that it is enough (`false`); its flag says that all of
    /// them do.
    fn visit(&self, location: usize, square: f64, mut run: impl FnMut(Range<usize>, bool) -> bool) {
        let mut open = [0_usize; 64];
        let mut depth = 1;
        while depth > 0 {
            depth -= 1;
            let node = open[depth];
            let (least, most) = self.reach(location, node);
            if least > square {
                continue;
            }
            match self.halves(node) {
                Some([first, second]) if most > square => {
                    open[depth] = second;
                    open[depth + 1] = first;
                    depth += 2;
                }
                _ => {
                    if !run(self.held(node), most <= square) {
                        return;
                    }
                }
            }
        }
    }
}

/// The squared straight distance.
fn square_between(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// Splits at the median of the widest axis. The depth is at most log2 of the locations: 32 levels, under the 64 that `visit` holds.
fn build(locations: &mut [([f64; 3], Vec<u32>)], from: usize, to: usize, nodes: &mut Vec<Node>) {
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for (place, _) in locations.iter() {
        for axis in 0..3 {
            low[axis] = low[axis].min(place[axis]);
            high[axis] = high[axis].max(place[axis]);
        }
    }
    let here = nodes.len();
    nodes.push(Node { from: from as u32, to: to as u32, low, high, second: 0 });
    if to - from <= LEAF {
        return;
    }
    let width = |axis: usize| high[axis] - low[axis];
    let axis = (1..3).fold(0, |widest, axis| if width(axis) > width(widest) { axis } else { widest });
    let half = (to - from) / 2;
    // The first point breaks ties: the numbering depends on the points alone.
    locations.select_nth_unstable_by(half, |a, b| a.0[axis].total_cmp(&b.0[axis]).then(a.1[0].cmp(&b.1[0])));
    let (left, right) = locations.split_at_mut(half);
    build(left, from, from + half, nodes);
    nodes[here].second = nodes.len() as u32;
    build(right, from + half, to, nodes);
}

#[cfg(test)]
mod tests {
    use super::super::Random;
    use super::*;

    #[test]
    fn the_tree_finds_what_looking_at_all_pairs_finds() {
        let mut random = Random::stream(1, 0);
        let points: Vec<(f64, f64)> = (0..300).map(|_| ((random.fraction() * 30.0).floor(), (random.fraction() * 30.0).floor())).collect();
        let places = Places::on_plane(&points).unwrap();
        assert!(places.locations() < 300 && places.points() == 300);
        let mut near = Vec::new();
        for location in 0..places.locations() {
            let reach = random.below(400) as f64;
            places.within(location, reach, &mut near);
            let mut found: Vec<u32> = near.iter().flat_map(|&(_, other)| places.points_at(other as usize)).copied().collect();
            found.sort_unstable();
            let (x, y) = points[places.points_at(location)[0] as usize];
            let expected: Vec<u32> = (0..300).filter(|&k: &u32| (points[k as usize].0 - x).powi(2) + (points[k as usize].1 - y).powi(2) <= reach).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_degree_of_the_meridian_is_a_360th_of_the_great_circle() {
        let points = [LonLat::new(120.0, 31.0).unwrap(), LonLat::new(120.0, 32.0).unwrap()];
        let places = Places::on_sphere(&points);
        let metres = places.metres_of(square_between(places.at[0], places.at[1]));
        assert!((metres - EARTH_RADIUS_M * 1.0_f64.to_radians()).abs() < 1e-6);
        assert!((places.metres_of(places.square_of(5_000.0)) - 5_000.0).abs() < 1e-6);
    }

    #[test]
    fn a_plane_takes_finite_numbers_only() {
        assert!(Places::on_plane(&[(0.0, f64::NAN)]).is_none());
        assert!(Places::on_plane(&[(0.0, 1e308)]).is_none());
        assert_eq!(Places::on_plane(&[]).unwrap().locations(), 0);
    }
}
