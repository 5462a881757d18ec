//! The nearest houses, in the exact order of their distances along the ellipsoid.
//!
//! Best first over the trees of all layers: boxes and houses wait in one queue, by a distance that is never above the true one. The true one
//! (Karney) is computed for about as many houses as are asked for; a house that is not meant never comes into the queue.

use std::{cmp::Ordering, collections::BinaryHeap};

use super::{
    filter::{Filter, Sieve},
    house::HouseView,
    layer::Layer,
    moment::Moment,
    patience::Patience,
    tree::FAN,
};
use crate::earth::{Bounds, LonLat};

/// WGS 84: half the equatorial axis in metres, and the first eccentricity squared.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_316;
/// Least radius of curvature of a meridian, at the equator, and more than the greatest of anything, at the poles.
const LEAST_CURVE_M: f64 = AXIS_M * (1.0 - ECCENTRICITY_SQUARED);
const MOST_CURVE_M: f64 = 6_400_000.0;
/// Rounding of the distances below, metres; generous.
const SLACK_M: f64 = 1e-5;
/// From here on the straight way to a box falls short of the true one by more than a box of houses is wide.
const FAR_M: f64 = 20_000.0;

pub(super) fn nearest<'a>(layers: &'a [Layer], place: LonLat, n: usize, moment: Moment, filter: &Filter, patience: &Patience) -> Vec<(HouseView<'a>, f64)> {
    let from = Observer::at(place);
    let sieves: Vec<Option<Sieve<'_>>> = layers.iter().map(|layer| filter.sieve(layer, moment)).collect();
    let is_meant = |layer: usize, at: usize| layers[layer].has(at) && sieves[layer].as_ref().is_some_and(|sieve| sieve.pass(at).is_some());
    let mut queue: BinaryHeap<Candidate> = BinaryHeap::new();
    for (layer, Layer { block, .. }) in layers.iter().enumerate().filter(|(layer, _)| sieves[*layer].is_some()) {
        let roots = block.tree.levels.last().map_or(&[][..], Vec::as_slice);
        queue.extend((0..roots.len()).map(|at| Candidate { at_least_m: 0.0, layer, level: block.tree.levels.len(), at }));
    }
    let mut found: BinaryHeap<Found<'_>> = BinaryHeap::new();
    while let Some(Candidate { at_least_m, layer, level, at }) = queue.pop() {
        let is_done = found.len() >= n && found.peek().is_none_or(|worst| at_least_m > worst.metres);
        if is_done || patience.is_over() {
            break;
        }
        let block = &layers[layer].block;
        let children = at * FAN..(at + 1) * FAN;
        match level {
            0 => {
                found.push(Found { metres: place.metres_to(block.places[at]), house: layers[layer].view(at) });
                if found.len() > n {
                    found.pop();
                }
            }
            1 => {
                let houses = children.start..children.end.min(block.len());
                queue.extend(houses.filter(|&at| is_meant(layer, at)).map(|at| Candidate {
                    at_least_m: from.straight_to(block.places[at]),
                    layer,
                    level: 0,
                    at,
                }));
            }
            _ => {
                let boxes = &block.tree.levels[level - 2];
                let children = children.start..children.end.min(boxes.len());
                queue.extend(children.map(|at| Candidate { at_least_m: from.least_to(&boxes[at]), layer, level: level - 1, at }));
            }
        }
    }
    found.into_sorted_vec().into_iter().map(|found| (found.house, found.metres)).collect()
}

/// Where distances are measured from.
struct Observer {
    place: LonLat,
    from_axis_m: f64,
    from_equator_m: f64,
}

impl Observer {
    fn at(place: LonLat) -> Self {
        let (from_axis_m, from_equator_m) = in_space(place.lat());
        Self { place, from_axis_m, from_equator_m }
    }

    /// Metres straight through the ground, never more than along the surface; for a street's length the same to a micrometre.
    fn straight_to(&self, place: LonLat) -> f64 {
        let (from_axis_m, from_equator_m) = in_space(place.lat());
        let turn = ((place.lon() - self.place.lon()).to_radians() / 2.0).sin();
        let across = 4.0 * self.from_axis_m * from_axis_m * turn * turn;
        let squared = (self.from_axis_m - from_axis_m).powi(2) + across + (self.from_equator_m - from_equator_m).powi(2);
        squared.sqrt() - SLACK_M
    }

    /// Metres that no place in the box is nearer than.
    fn least_to(&self, bounds: &Bounds) -> f64 {
        let (lon, lat) = (self.place.lon(), self.place.lat());
        let rise = (bounds.south - lat).max(lat - bounds.north).max(0.0).to_radians();
        let turn = if lon >= bounds.west && lon <= bounds.east {
            0.0
        } else {
            (bounds.west - lon).rem_euclid(360.0).min((lon - bounds.east).rem_euclid(360.0)).to_radians()
        };
        // As in `straight_to`. Geodetic latitude is the angle of the normal, so a meridian's chord is no shorter than that of the circle
        // with its least radius; and no place in the box is nearer to the axis than its corner farthest from the equator.
        let along = 2.0 * LEAST_CURVE_M * least_sin(rise / 2.0);
        let from_axis_m = AXIS_M * bounds.south.abs().max(bounds.north.abs()).to_radians().cos();
        let across = 4.0 * self.from_axis_m * from_axis_m * least_sin(turn / 2.0).powi(2);
        let least = (along * along + across).sqrt() - SLACK_M;
        if least < FAR_M {
            return least;
        }
        let Ok(center) = LonLat::new((bounds.west + bounds.east) / 2.0, (bounds.south + bounds.north) / 2.0) else { return least };
        let radius = (bounds.east - bounds.west).hypot(bounds.north - bounds.south).to_radians() / 2.0 * MOST_CURVE_M;
        least.max(self.place.metres_to(center) - radius - SLACK_M)
    }
}

/// Not above the sine of an angle from 0 to 90 degrees, and as good as it for small ones.
fn least_sin(angle: f64) -> f64 {
    angle - angle * angle * angle / 6.0
}

/// Metres from the Earth's axis, and from the plane of the equator.
fn in_space(lat: f64) -> (f64, f64) {
    let (sin, cos) = lat.to_radians().sin_cos();
    let normal = AXIS_M / (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
    (normal * cos, normal * (1.0 - ECCENTRICITY_SQUARED) * sin)
}

/// Level 0 is a house, level `n` a box of level `n - 1` of the tree.
struct Candidate {
    at_least_m: f64,
    layer: usize,
    level: usize,
    at: usize,
}

/// The nearest is the greatest: the queue gives the greatest first.
impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at_least_m.total_cmp(&self.at_least_m)
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

/// Equal distances are in order of code.
struct Found<'a> {
    metres: f64,
    house: HouseView<'a>,
}

impl Ord for Found<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.metres.total_cmp(&other.metres).then_with(|| self.house.code().cmp(other.house.code()))
    }
}

impl PartialOrd for Found<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Found<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Found<'_> {}
