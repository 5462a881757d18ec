//! What lies within some metres of lines and points, measured along the ellipsoid.
//!
//! A line runs straight in degrees from position to position, as in GeoJSON. The nearest place on it is looked for along straight ways
//! through the ground: the line bends away from the way between its ends by a known number of metres at most, and is halved until that
//! no longer matters. What is left to say is said by the length of the geodesic (Karney).

use super::{
    Cover,
    chains::Chains,
    edge::{Edge, Position},
};
use crate::earth::{
    Bounds, LonLat,
    bounds::{LEAST_CURVE_M, MOST_CURVE_M},
};

/// WGS 84: half the equatorial axis in metres, and the first eccentricity squared.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_316;
/// A line that bends by less is straight. Twice this, a twentieth of a millimetre, is the error of a distance to a line; none to a point.
const FLAT_M: f64 = 2.5e-5;
/// More than all errors together.
const SLACK_M: f64 = 1e-4;
/// Larger boxes are not compared with anything.
const FAR_M: f64 = 1_000_000.0;

#[derive(Clone, Debug)]
pub(super) struct Corridor {
    /// In the order of the lines; a point is an edge without length.
    edges: Vec<Edge>,
    chains: Chains,
    distance_m: f64,
}

impl Corridor {
    pub fn along(edges: Vec<Edge>, distance_m: f64) -> Self {
        Self { chains: Chains::over(&edges), edges, distance_m }
    }

    /// Whether a place lies within the distance, to [`FLAT_M`].
    pub fn contain(&self, place: LonLat) -> bool {
        self.come_within(place, self.distance_m)
    }

    /// By the distance of the box's centre, to which none of its places is farther than its reach.
    pub fn classify(&self, bounds: &Bounds) -> Cover {
        let reach_m = bounds.reach_m() + SLACK_M;
        let Ok(center) = bounds.center() else { return Cover::Crossing };
        if reach_m > FAR_M {
            Cover::Crossing
        } else if !self.come_within(center, self.distance_m + reach_m) {
            Cover::Outside
        } else if reach_m < self.distance_m && self.come_within(center, self.distance_m - reach_m) {
            Cover::Inside
        } else {
            Cover::Crossing
        }
    }

    /// Whether some place on the lines is at most so many metres away.
    fn come_within(&self, place: LonLat, metres: f64) -> bool {
        let around = Bounds { west: place.lon(), south: place.lat(), east: place.lon(), north: place.lat() }.grown(metres + SLACK_M);
        let reach = Reach::from(place, metres);
        self.chains.any(&self.edges, |bounds| bounds.intersects(&around), |edge| edge.bounds().intersects(&around) && reach.meets(edge))
    }
}

/// Everything that is at most so many metres from a place.
struct Reach {
    place: LonLat,
    spot: Spot,
    metres: f64,
    /// Straight through the ground: what is no farther belongs, and what is farther than the other does not (Schur's theorem on arcs).
    surely_m: f64,
    hardly_m: f64,
}

impl Reach {
    fn from(place: LonLat, metres: f64) -> Self {
        let chord = |radius: f64| 2.0 * radius * (metres / (2.0 * radius)).sin();
        let spot = spot([place.lon(), place.lat()]);
        Self { place, spot, metres, surely_m: chord(LEAST_CURVE_M) - SLACK_M, hardly_m: chord(MOST_CURVE_M) + SLACK_M }
    }

    fn meets(&self, edge: &Edge) -> bool {
        self.meets_between((edge.low, spot(edge.low)), (edge.high, spot(edge.high)))
    }

    fn meets_between(&self, from: (Position, Spot), to: (Position, Spot)) -> bool {
        let ((a, from_spot), (b, to_spot)) = (from, to);
        let (way, gap) = (difference(to_spot, from_spot), difference(self.spot, from_spot));
        let squared = dot(way, way);
        let share = if squared > 0.0 { (dot(gap, way) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let rest = difference(gap, way.map(|metres| share * metres));
        let turn = ((b[0] - a[0]).abs() + (b[1] - a[1]).abs()).to_radians();
        // An eighth of the greatest second derivative of the place in space along the line.
        let bend_m = MOST_CURVE_M * turn * turn / 8.0;
        if dot(rest, rest).sqrt() - bend_m > self.hardly_m {
            return false;
        }
        if self.holds(between(a, b, share)) {
            return true;
        }
        if bend_m < FLAT_M {
            return false;
        }
        let middle = between(a, b, 0.5);
        let middle = (middle, spot(middle));
        self.meets_between(from, middle) || self.meets_between(middle, to)
    }

    fn holds(&self, position: Position) -> bool {
        let gap = difference(spot(position), self.spot);
        let straight_m = dot(gap, gap).sqrt();
        straight_m <= self.surely_m
            || straight_m <= self.hardly_m && LonLat::new(position[0], position[1]).is_ok_and(|foot| foot.metres_to(self.place) <= self.metres)
    }
}

/// Metres from the centre of the Earth: towards 0° E on the equator, 90° E, and the north pole.
type Spot = [f64; 3];

fn spot([lon, lat]: Position) -> Spot {
    let ((sin_lon, cos_lon), (sin, cos)) = (lon.to_radians().sin_cos(), lat.to_radians().sin_cos());
    let normal = AXIS_M / (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
    [normal * cos * cos_lon, normal * cos * sin_lon, normal * (1.0 - ECCENTRICITY_SQUARED) * sin]
}

fn between(a: Position, b: Position, share: f64) -> Position {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

fn difference(a: Spot, b: Spot) -> Spot {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Spot, b: Spot) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use geo::{Destination, Geodesic, Point};
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::earth::Region;

    fn place([lon, lat]: Position) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn off(from: Position, bearing: f64, metres: f64) -> Position {
        let to = Geodesic.destination(Point::new(from[0], from[1]), bearing, metres);
        [to.x(), to.y()]
    }

    /// The least distance to many places on each edge, and to those around the best of them.
    fn distance_to(lines: &[Vec<Position>], from: Position) -> f64 {
        const PIECES: usize = 150;
        let mut least = f64::INFINITY;
        for line in lines {
            least = least.min(place(line[0]).metres_to(place(from)));
            for pair in line.windows(2) {
                let metres = |share: f64| place(between(pair[0], pair[1], share)).metres_to(place(from));
                let best = (0..=PIECES).min_by(|&a, &b| metres(a as f64 / PIECES as f64).total_cmp(&metres(b as f64 / PIECES as f64))).unwrap();
                let (mut low, mut high) = ((best as f64 - 1.0).max(0.0) / PIECES as f64, (best as f64 + 1.0).min(PIECES as f64) / PIECES as f64);
                for _ in 0..60 {
                    let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
                    if metres(a) < metres(b) { high = b } else { low = a }
                }
                least = least.min(metres(low));
            }
        }
        least
    }

    /// Lines of some size near a place, the ends of the world included.
    fn any_lines() -> impl Strategy<Value = Vec<Vec<Position>>> {
        let center = (select(vec![120.05, 0.0, -180.0, 180.0, 179.999]), select(vec![31.72, 0.0, -65.0, 84.0, 89.9, -90.0]));
        let size = select(vec![1e-5, 1e-3, 0.01, 0.3, 2.0]);
        (center, size, vec(vec((-1.0..1.0f64, -1.0..1.0f64), 1..4), 1..3)).prop_map(|((lon, lat), size, lines)| {
            let position = |(x, y): (f64, f64)| [(lon + size * x).clamp(-180.0, 180.0), (lat + size * y).clamp(-90.0, 90.0)];
            lines.into_iter().map(|line| line.into_iter().map(position).collect()).collect()
        })
    }

    fn any_distance() -> impl Strategy<Value = f64> {
        (0.0..5.0f64).prop_map(|power| 10f64.powf(power))
    }

    #[test]
    fn a_circle_ends_where_its_radius_does() {
        for center in [[120.05, 31.72], [180.0, 10.0], [0.0, 90.0], [-179.9999, -89.99]] {
            for radius_m in [1.0, 500.0, 100_000.0] {
                let circle = Region::circle(place(center), radius_m).unwrap();
                for bearing in 0..36 {
                    let bearing = f64::from(bearing) * 10.0;
                    let [within, beyond] = [radius_m - 1e-6, radius_m + 1e-6].map(|metres| off(center, bearing, metres));
                    assert!(circle.contains(within[0], within[1]), "{center:?} {radius_m} {bearing}");
                    assert!(!circle.contains(beyond[0], beyond[1]), "{center:?} {radius_m} {bearing}");
                }
            }
        }
        // The border belongs to it: a house is in the circle whose radius is its own distance.
        let (center, house) = (place([120.05, 31.72]), place([120.06, 31.73]));
        assert!(Region::circle(center, center.metres_to(house)).unwrap().contains(house.lon(), house.lat()));
    }

    #[test]
    fn a_parallel_is_followed_however_long_it_is() {
        // The geodesic between these ends runs over 85° N; the line in degrees stays on 60° N.
        let corridor = Region::corridor(&[vec![[-90.0, 60.0], [90.0, 60.0]]], 1000.0).unwrap();
        assert!(corridor.contains(0.0, 60.0) && corridor.contains(33.3, 60.008) && corridor.contains(33.3, 59.992));
        assert!(!corridor.contains(33.3, 60.01) && !corridor.contains(33.3, 59.99) && !corridor.contains(0.0, 85.0));
    }

    #[test]
    fn a_line_of_a_hundred_thousand_positions_is_read_and_asked() {
        let line: Vec<Position> = (0..100_000).map(|at| [120.0 + f64::from(at) / 1e6, 31.0 + f64::from(at * 7919 % 997) / 1e4]).collect();
        let corridor = Region::corridor(std::slice::from_ref(&line), 30.0).unwrap();
        for at in 0..1000 {
            let position = [120.0 + f64::from(at) / 9990.0, 31.0 + f64::from(at % 120) / 1100.0];
            let is_in = corridor.contains(position[0], position[1]);
            if at % 250 == 0 {
                let near: Vec<Vec<Position>> = line.windows(2).filter(|pair| (pair[0][0] - position[0]).abs() < 0.001).map(<[Position]>::to_vec).collect();
                assert_eq!(is_in, distance_to(&near, position) <= 30.0);
            }
        }
    }

    #[test]
    fn what_is_no_corridor_is_refused_by_name_and_place() {
        use crate::earth::RegionFault::*;
        for (lines, metres, fault, part, position) in [
            (vec![], 10.0, Empty, 0, 0),
            (vec![vec![[0.0, 0.0]], vec![]], 10.0, Empty, 1, 0),
            (vec![vec![[0.0, 0.0]]], 0.99, BadDistance, 0, 0),
            (vec![vec![[0.0, 0.0]]], 100_000.1, BadDistance, 0, 0),
            (vec![vec![[0.0, 0.0]]], f64::NAN, BadDistance, 0, 0),
            (vec![vec![[0.0, 0.0], [0.0, f64::NAN]]], 10.0, NotFinite, 0, 1),
            (vec![vec![[31.0, 120.0]]], 10.0, Swapped, 0, 0),
            (vec![vec![[0.0, 0.0]], vec![[0.0, 0.0], [170.0, 0.0], [-170.0, 0.0]]], 10.0, CrossesAntimeridian, 1, 1),
            (vec![vec![[0.0, 0.0]; 100_001]], 10.0, TooManyVertices, 0, 0),
        ] {
            let bad = Region::corridor(&lines, metres).unwrap_err();
            assert_eq!((bad.fault, bad.part, bad.ring, bad.position), (fault, part, None, position), "{bad}");
        }
        let bad = Region::corridor(&[vec![[170.0, 0.0], [-170.0, 0.0]]], 10.0).unwrap_err();
        assert_eq!(bad.to_string(), "an edge is longer than 180 degrees; split it at the antimeridian (line 0, position 0, at 170.0000000 0.0000000)");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

        #[test]
        fn a_corridor_holds_just_what_is_near_enough(lines in any_lines(), distance_m in any_distance(), askers in vec((0..4usize, 0.0..1.0f64, 0.0..360.0f64, 0.9..1.1f64), 6)) {
            let corridor = Region::corridor(&lines, distance_m).unwrap();
            for (line, share, bearing, factor) in askers {
                let line = &lines[line % lines.len()];
                let on_line = if line.len() > 1 { between(line[0], line[1], share) } else { line[0] };
                let position = off(on_line, bearing, factor * distance_m);
                let metres = distance_to(&lines, position);
                if (metres - distance_m).abs() > 1e-4 {
                    prop_assert_eq!(corridor.contains(position[0], position[1]), metres < distance_m, "{:?} is {} m away", position, metres);
                }
            }
        }

        #[test]
        fn a_box_is_inside_or_outside_a_corridor_only_when_all_of_it_is(lines in any_lines(), distance_m in any_distance(), boxes in vec((0.0..360.0f64, 0.0..2.5f64, 0.0..1.5f64, 0.0..1.5f64), 10), shares in vec((0.0..=1.0f64, 0.0..=1.0f64), 6)) {
            let corridor = Region::corridor(&lines, distance_m).unwrap();
            for (bearing, far, width, height) in boxes {
                let [west, south] = off(lines[0][0], bearing, far * distance_m);
                let degrees = distance_m / 111_000.0;
                let bounds = Bounds { west, south, east: (west + width * degrees).min(180.0), north: (south + height * degrees).min(90.0) };
                let cover = corridor.classify(&bounds);
                for &(x, y) in shares.iter().chain(&[(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]) {
                    let is_in = corridor.contains(bounds.west + x * (bounds.east - bounds.west), bounds.south + y * (bounds.north - bounds.south));
                    prop_assert!(cover == Cover::Crossing || cover.is_inside() == is_in, "{:?} {:?}", cover, bounds);
                }
            }
        }
    }
}
