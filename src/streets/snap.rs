//! The nearest place on a street.

use rstar::{AABB, RTree, RTreeObject};

use super::{Mode, Network};
use crate::earth::{Bounds, LonLat};

/// Farther from a street nobody is taken to it.
pub const MOST_SNAP_M: f64 = 500.0;
/// Where it looks first: most doors are near a street, and a small box holds few.
const LOOKS_M: [f64; 3] = [40.0, 150.0, MOST_SNAP_M];

/// A place on a street and how far the door is off it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// On the street.
    pub at: LonLat,
    /// Metres from the door, straight.
    pub off_m: f64,
    pub(super) edge: u32,
    /// The part of the edge's length that lies before the place, 0 to 1.
    pub(super) along: f64,
}

/// An edge and the box around it, in degrees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxed {
    edge: u32,
    corners: [[f64; 2]; 2],
}

impl RTreeObject for Boxed {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let [low, high] = self.corners;
        AABB::from_corners(low, high)
    }
}

impl Network {
    pub(super) fn boxes(&self) -> RTree<Boxed> {
        let boxed = |edge: u32| {
            let mut bounds = Bounds::EMPTY;
            self.points(edge).iter().for_each(|point| bounds.include(point.lon(), point.lat()));
            Boxed { edge, corners: [[bounds.west, bounds.south], [bounds.east, bounds.north]] }
        };
        RTree::bulk_load((0..self.edges.len() as u32).map(boxed).collect())
    }

    /// The nearest place on a street that the mode may use, within [`MOST_SNAP_M`]. Streets of small islands of the network are passed over.
    #[must_use]
    pub fn snap(&self, mode: Mode, at: LonLat) -> Option<Snap> {
        let catches = &self.graph(mode).catches;
        let plane = Plane::at(at);
        for look_m in LOOKS_M {
            let area = Bounds::around([at])?.grown(look_m);
            let near = self.index.locate_in_envelope_intersecting(AABB::from_corners([area.west, area.south], [area.east, area.north]));
            let nearest = near
                .filter(|boxed| catches[boxed.edge as usize])
                .map(|boxed| (plane.nearest(&self.points(boxed.edge)), boxed.edge))
                .filter(|(foot, _)| foot.off_m <= look_m)
                .min_by(|(a, edge_a), (b, edge_b)| a.off_m.total_cmp(&b.off_m).then(edge_a.cmp(edge_b)));
            if let Some((foot, edge)) = nearest {
                return self.snapped(at, edge, foot);
            }
        }
        None
    }

    fn snapped(&self, at: LonLat, edge: u32, foot: Foot) -> Option<Snap> {
        let points = self.points(edge);
        let lengths: Vec<f64> = points.windows(2).map(|ends| ends[0].metres_to(ends[1])).collect();
        let whole_m: f64 = lengths.iter().sum();
        let before_m = lengths[..foot.segment].iter().sum::<f64>() + lengths[foot.segment] * foot.along;
        let along = if whole_m > 0.0 { (before_m / whole_m).clamp(0.0, 1.0) } else { 0.0 };
        let [a, b] = [points[foot.segment], points[foot.segment + 1]];
        let on_street = LonLat::new(a.lon() + (b.lon() - a.lon()) * foot.along, a.lat() + (b.lat() - a.lat()) * foot.along).ok()?;
        Some(Snap { at: on_street, off_m: at.metres_to(on_street), edge, along })
    }
}

/// The ground around a place, flat: metres east and north of it. Within half a kilometre it is true to centimetres.
struct Plane {
    at: LonLat,
    east_m: f64,
    north_m: f64,
}

/// WGS 84.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_14;

struct Foot {
    off_m: f64,
    segment: usize,
    /// The part of the segment before the foot.
    along: f64,
}

impl Plane {
    fn at(at: LonLat) -> Self {
        let (sin, cos) = at.lat().to_radians().sin_cos();
        let w = (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
        let degree = 1f64.to_radians();
        Self { at, east_m: AXIS_M / w * cos * degree, north_m: AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (w * w * w) * degree }
    }

    fn xy(&self, point: LonLat) -> [f64; 2] {
        let turn = point.lon() - self.at.lon();
        let turn = if turn > 180.0 {
            turn - 360.0
        } else if turn < -180.0 {
            turn + 360.0
        } else {
            turn
        };
        [turn * self.east_m, (point.lat() - self.at.lat()) * self.north_m]
    }

    fn nearest(&self, points: &[LonLat]) -> Foot {
        let mut nearest = Foot { off_m: f64::INFINITY, segment: 0, along: 0.0 };
        for (segment, ends) in points.windows(2).enumerate() {
            let ([ax, ay], [bx, by]) = (self.xy(ends[0]), self.xy(ends[1]));
            let (dx, dy) = (bx - ax, by - ay);
            let squared = dx * dx + dy * dy;
            let along = if squared > 0.0 { (-(ax * dx + ay * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
            let off_m = (ax + dx * along).hypot(ay + dy * along);
            if off_m < nearest.off_m {
                nearest = Foot { off_m, segment, along };
            }
        }
        nearest
    }
}
