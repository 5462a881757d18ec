//! Regions: polygons and multipolygons prepared for many questions about points and boxes.
//!
//! A region's answers are exact, its border belongs to it, and each costs about the same for 20 vertices as for 10,000. What is no region
//! is refused with the place of the fault. This room knows no GeoJSON: whoever reads a file hands over bare positions.

mod chains;
mod edge;
mod slabs;
mod sweep;

use std::fmt;

use geo::{Destination, Geodesic, Point};

use self::{
    chains::Chains,
    edge::{Edge, Position},
    slabs::Slabs,
    sweep::Rings,
};
use super::{BadPosition, Bounds, LonLat};

const MOST_VERTICES: usize = 100_000;
const MOST_RINGS: usize = 1_000;
/// Corners of the polygon that stands for a circle; its area is 0.16 % smaller than the circle's.
const CIRCLE_CORNERS: u32 = 64;
/// Degrees. Nearer to zero the exact side test could underflow; such a coordinate is taken as zero, 10^-95 metres away.
const NEXT_TO_NOTHING: f64 = 1e-100;

/// A part of the Earth's surface, border included.
#[derive(Clone, Debug)]
pub struct Region {
    bounds: Bounds,
    vertices: usize,
    /// `None` when the region is its own box.
    outline: Option<Outline>,
}

#[derive(Clone, Debug)]
struct Outline {
    edges: Vec<Edge>,
    slabs: Slabs,
    chains: Chains,
}

/// How a box lies to a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// No point of the box is in the region.
    Outside,
    /// Every point of the box, its border included, is in the region.
    Inside,
    /// Part of it, or not known.
    Crossing,
}

/// Why a polygon is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionFault {
    #[error("there is no polygon, or a polygon without rings")]
    Empty,
    #[error("a ring needs at least four positions, the last equal to the first")]
    TooFewPositions,
    #[error("the ring is not closed: its last position must equal its first")]
    NotClosed,
    #[error("a coordinate is not a finite number")]
    NotFinite,
    #[error("expected a longitude of -180 to 180 and a latitude of -90 to 90")]
    OutOfRange,
    #[error("longitude and latitude are swapped: longitude comes first")]
    Swapped,
    #[error("an edge is longer than 180 degrees; split the polygon at the antimeridian")]
    CrossesAntimeridian,
    #[error("the ring encloses no area")]
    NoArea,
    #[error("edges cross or overlap")]
    SelfCrossing,
    #[error("a hole must lie directly inside the outer ring of its polygon")]
    HoleOutside,
    #[error("one polygon lies inside another")]
    PolygonsOverlap,
    #[error("more than 100000 vertices")]
    TooManyVertices,
    #[error("more than 1000 rings")]
    TooManyRings,
}

/// A fault and its place: indices into the polygons given, the degrees where there are any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BadRegion {
    pub fault: RegionFault,
    pub polygon: usize,
    pub ring: usize,
    pub position: usize,
    /// Longitude, latitude: of the position, or of the point where edges cross.
    pub place: Option<[f64; 2]>,
}

impl fmt::Display for BadRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (polygon {}, ring {}, position {}", self.fault, self.polygon, self.ring, self.position)?;
        if let Some([lon, lat]) = self.place {
            write!(f, ", at {lon:.7} {lat:.7}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for BadRegion {}

impl Region {
    /// Polygons of rings of positions (longitude, latitude), the first ring of each being its outer one. Either winding will do; rings may
    /// touch themselves and one another at single points.
    ///
    /// # Errors
    /// The first fault found, with its place. Costs n log n for n vertices, whatever they look like.
    pub fn new(polygons: Vec<Vec<Vec<[f64; 2]>>>) -> Result<Self, BadRegion> {
        let drawing = Drawing::read(&polygons)?;
        drawing.check_nesting()?;
        let edges = drawing.edges;
        let mut bounds = Bounds::EMPTY;
        for edge in &edges {
            bounds.join(&edge.bounds());
        }
        let outline = Outline { slabs: Slabs::over(&edges), chains: Chains::over(&edges), edges };
        Ok(Self { bounds, vertices: outline.edges.len(), outline: Some(outline) })
    }

    /// The box itself. An empty box is a region that contains nothing.
    #[must_use]
    pub fn from_bounds(bounds: &Bounds) -> Self {
        Self { bounds: *bounds, vertices: 4, outline: None }
    }

    /// Everything within `radius_m` metres of a place along the ellipsoid, as a polygon of 64 corners on the circle.
    ///
    /// # Errors
    /// No radius, or a circle around a pole or across the antimeridian.
    pub fn circle(center: LonLat, radius_m: f64) -> Result<Self, BadRegion> {
        let corner = |at: u32| {
            let bearing = 360.0 * f64::from(at % CIRCLE_CORNERS) / f64::from(CIRCLE_CORNERS);
            let corner = Geodesic.destination(Point::new(center.lon(), center.lat()), bearing, radius_m);
            [corner.x(), corner.y()]
        };
        Self::new(vec![vec![(0..=CIRCLE_CORNERS).map(corner).collect()]])
    }

    /// Whether a position in degrees is in the region or on its border. Exact; `false` for what is no number.
    #[must_use]
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        self.bounds.contains(lon, lat) && self.outline.as_ref().is_none_or(|outline| outline.slabs.contain(&outline.edges, [lon, lat]))
    }

    /// How a box lies to the region.
    #[must_use]
    pub fn classify(&self, bounds: &Bounds) -> Cover {
        if !self.bounds.intersects(bounds) {
            return Cover::Outside;
        }
        let is_inside = match &self.outline {
            None if self.bounds.covers(bounds) => true,
            None => return Cover::Crossing,
            Some(outline) if outline.chains.touch(&outline.edges, bounds) => return Cover::Crossing,
            // No edge comes near, so that one corner speaks for all of the box.
            Some(outline) => outline.slabs.contain(&outline.edges, [bounds.west, bounds.south]),
        };
        if is_inside { Cover::Inside } else { Cover::Outside }
    }

    /// The smallest box around the region, in degrees.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Distinct consecutive vertices of all rings, the closing ones not counted.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.vertices
    }
}

impl Cover {
    #[must_use]
    pub fn is_outside(self) -> bool {
        self == Self::Outside
    }

    #[must_use]
    pub fn is_inside(self) -> bool {
        self == Self::Inside
    }
}

/// The rings as edges, before it is known whether they make a region.
#[derive(Default)]
struct Drawing {
    edges: Vec<Edge>,
    upward: Vec<bool>,
    ring: Vec<u32>,
    /// Position in the given ring that each edge starts at.
    position: Vec<usize>,
    /// First edge of each ring, and their number at the end.
    starts: Vec<usize>,
    /// Polygon and ring, as given, of each ring.
    names: Vec<(usize, usize)>,
}

impl Drawing {
    fn read(polygons: &[Vec<Vec<[f64; 2]>>]) -> Result<Self, BadRegion> {
        let fault = |fault, polygon| BadRegion { fault, polygon, ring: 0, position: 0, place: None };
        if polygons.is_empty() {
            return Err(fault(RegionFault::Empty, 0));
        }
        if polygons.iter().map(Vec::len).sum::<usize>() > MOST_RINGS {
            return Err(fault(RegionFault::TooManyRings, 0));
        }
        if polygons.iter().flatten().map(Vec::len).sum::<usize>() > MOST_VERTICES {
            return Err(fault(RegionFault::TooManyVertices, 0));
        }
        let mut drawing = Self { starts: vec![0], ..Self::default() };
        for (polygon, rings) in polygons.iter().enumerate() {
            if rings.is_empty() {
                return Err(fault(RegionFault::Empty, polygon));
            }
            for (ring, positions) in rings.iter().enumerate() {
                drawing.add(positions).map_err(|(fault, position)| BadRegion {
                    fault,
                    polygon,
                    ring,
                    position,
                    place: positions.get(position).copied().filter(|place| place.iter().all(|degrees| degrees.is_finite())),
                })?;
                drawing.names.push((polygon, ring));
            }
        }
        Ok(drawing)
    }

    /// One ring; the fault and the position where it is no ring by itself.
    #[expect(clippy::cast_possible_truncation, reason = "at most 1,000 rings")]
    fn add(&mut self, positions: &[Position]) -> Result<(), (RegionFault, usize)> {
        for (at, &[lon, lat]) in positions.iter().enumerate() {
            LonLat::new(lon, lat).map_err(|bad| match bad {
                _ if !lon.is_finite() || !lat.is_finite() => (RegionFault::NotFinite, at),
                BadPosition::Swapped => (RegionFault::Swapped, at),
                BadPosition::Longitude | BadPosition::Latitude => (RegionFault::OutOfRange, at),
            })?;
        }
        if positions.len() < 4 {
            return Err((RegionFault::TooFewPositions, 0));
        }
        if positions.first() != positions.last() {
            return Err((RegionFault::NotClosed, positions.len() - 1));
        }
        let ring = self.names.len() as u32;
        let from = self.edges.len();
        for (at, pair) in positions.windows(2).enumerate() {
            let [a, b] = [pair[0], pair[1]].map(|place| place.map(|degrees| if degrees.abs() < NEXT_TO_NOTHING { 0.0 } else { degrees }));
            if (a[0] - b[0]).abs() > 180.0 {
                return Err((RegionFault::CrossesAntimeridian, at));
            }
            if a != b {
                let edge = Edge::between(a, b);
                self.edges.push(edge);
                self.upward.push(edge.low == a);
                self.ring.push(ring);
                self.position.push(at);
            }
        }
        let has_area =
            self.edges[from..].split_first().is_some_and(|(first, rest)| rest.iter().any(|edge| first.side(edge.low).is_ne() || first.side(edge.high).is_ne()));
        if !has_area {
            return Err((RegionFault::NoArea, 0));
        }
        self.starts.push(self.edges.len());
        Ok(())
    }

    /// Rings must not cross; holes lie in their outer ring and in no other hole, polygons in no other polygon.
    fn check_nesting(&self) -> Result<(), BadRegion> {
        let rings = Rings { edges: &self.edges, upward: &self.upward, ring: &self.ring, starts: &self.starts };
        let parents = rings.sweep().map_err(|crossing| {
            let (polygon, ring) = self.names[self.ring[crossing.edge] as usize];
            BadRegion { fault: RegionFault::SelfCrossing, polygon, ring, position: self.position[crossing.edge], place: Some(crossing.place) }
        })?;
        for (at, parent) in parents.into_iter().enumerate() {
            let (polygon, ring) = self.names[at];
            let around = parent.map(|parent| self.names[parent as usize]);
            let fault = match (ring, around) {
                (0, None | Some((_, 1..))) => continue,
                (0, Some((_, 0))) => RegionFault::PolygonsOverlap,
                (_, around) if around == Some((polygon, 0)) => continue,
                _ => RegionFault::HoleOutside,
            };
            let first = &self.edges[self.starts[at]];
            let start = if self.upward[self.starts[at]] { first.low } else { first.high };
            return Err(BadRegion { fault, polygon, ring, position: self.position[self.starts[at]], place: Some(start) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
