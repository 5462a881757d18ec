//! Regions: polygons, circles and corridors along lines, prepared for many questions about points and boxes.
//!
//! A region's answers are exact (along lines to a tenth of a millimetre), its border belongs to it, and each costs about the same for 20
//! vertices as for 10,000. What is no region is refused with the place of the fault. This room knows no GeoJSON: whoever reads a file hands over bare positions.

mod chains;
mod corridor;
mod edge;
mod slabs;
mod sweep;

use std::fmt;

use self::{
    chains::Chains,
    corridor::Corridor,
    edge::{Edge, Position},
    slabs::Slabs,
    sweep::Rings,
};
use super::{BadPosition, Bounds, LonLat};

const MOST_VERTICES: usize = 100_000;
const MOST_RINGS: usize = 1_000;
/// Metres: houses are not placed better than the least, and nobody walks farther than the most; beyond, the Earth is no longer nearly flat.
const DISTANCES_M: std::ops::RangeInclusive<f64> = 1.0..=100_000.0;
/// Degrees. Nearer to zero the exact side test could underflow; such a coordinate is taken as zero, 10^-95 metres away.
const NEXT_TO_NOTHING: f64 = 1e-100;

/// A part of the Earth's surface, border included.
#[derive(Clone, Debug)]
pub struct Region {
    bounds: Bounds,
    vertices: usize,
    outline: Outline,
}

#[derive(Clone, Debug)]
enum Outline {
    /// The region is its own box.
    Box,
    Rings {
        edges: Vec<Edge>,
        slabs: Slabs,
        chains: Chains,
    },
    Corridor(Corridor),
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

/// Why a polygon or a line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionFault {
    #[error("there is no polygon and no line, or one without positions")]
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
    #[error("an edge is longer than 180 degrees; split it at the antimeridian")]
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
    #[error("a distance must be 1 to 100000 metres")]
    BadDistance,
}

/// A fault and its place: indices into the polygons or lines given, the degrees where there are any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BadRegion {
    pub fault: RegionFault,
    /// Number of the polygon, or of the line.
    pub part: usize,
    /// `None` in a line.
    pub ring: Option<usize>,
    pub position: usize,
    /// Longitude, latitude: of the position, or of the point where edges cross.
    pub place: Option<[f64; 2]>,
}

impl fmt::Display for BadRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ring {
            Some(ring) => write!(f, "{} (polygon {}, ring {ring}, position {}", self.fault, self.part, self.position)?,
            None => write!(f, "{} (line {}, position {}", self.fault, self.part, self.position)?,
        }
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
        let vertices = edges.len();
        Ok(Self { bounds, vertices, outline: Outline::Rings { slabs: Slabs::over(&edges), chains: Chains::over(&edges), edges } })
    }

    /// The box itself. An empty box is a region that contains nothing.
    #[must_use]
    pub fn from_bounds(bounds: &Bounds) -> Self {
        Self { bounds: *bounds, vertices: 4, outline: Outline::Box }
    }

    /// Everything within `radius_m` metres of a place along the ellipsoid, 1 to 100,000.
    ///
    /// # Errors
    /// [`RegionFault::BadDistance`].
    pub fn circle(center: LonLat, radius_m: f64) -> Result<Self, BadRegion> {
        Self::corridor(&[vec![[center.lon(), center.lat()]]], radius_m)
    }

    /// Everything within `distance_m` metres, 1 to 100,000, of lines of positions (longitude, latitude) that run straight in degrees. A line
    /// of one position is that point. Measured along the ellipsoid, from a point exactly, from a line to a tenth of a millimetre; over poles
    /// and the antimeridian too, though no edge of a line may cross it.
    ///
    /// # Errors
    /// The first fault found, with its place.
    pub fn corridor(lines: &[Vec<[f64; 2]>], distance_m: f64) -> Result<Self, BadRegion> {
        let bad = |fault, part, position, place| BadRegion { fault, part, ring: None, position, place };
        if !DISTANCES_M.contains(&distance_m) {
            return Err(bad(RegionFault::BadDistance, 0, 0, None));
        }
        let vertices = lines.iter().map(Vec::len).sum::<usize>();
        if vertices > MOST_VERTICES {
            return Err(bad(RegionFault::TooManyVertices, 0, 0, None));
        }
        let mut edges = Vec::with_capacity(vertices);
        for (part, positions) in lines.iter().enumerate() {
            check_positions(positions).map_err(|(fault, at)| bad(fault, part, at, finite(positions.get(at))))?;
            match positions[..] {
                [] => return Err(bad(RegionFault::Empty, part, 0, None)),
                [point] => edges.push(Edge::between(point, point)),
                _ => edges.extend(positions.windows(2).map(|pair| Edge::between(pair[0], pair[1]))),
            }
        }
        if edges.is_empty() {
            return Err(bad(RegionFault::Empty, 0, 0, None));
        }
        let mut bounds = Bounds::EMPTY;
        for edge in &edges {
            bounds.join(&edge.bounds());
        }
        Ok(Self { bounds: bounds.grown(distance_m), vertices, outline: Outline::Corridor(Corridor::along(edges, distance_m)) })
    }

    /// Whether a position in degrees is in the region or on its border; `false` for what is no number.
    #[must_use]
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        self.bounds.contains(lon, lat)
            && match &self.outline {
                Outline::Box => true,
                Outline::Rings { edges, slabs, .. } => slabs.contain(edges, [lon, lat]),
                Outline::Corridor(corridor) => LonLat::new(lon, lat).is_ok_and(|place| corridor.contain(place)),
            }
    }

    /// How a box lies to the region.
    #[must_use]
    pub fn classify(&self, bounds: &Bounds) -> Cover {
        if !self.bounds.intersects(bounds) {
            return Cover::Outside;
        }
        let is_inside = match &self.outline {
            Outline::Box if self.bounds.covers(bounds) => true,
            Outline::Box => return Cover::Crossing,
            Outline::Corridor(corridor) => return corridor.classify(bounds),
            Outline::Rings { edges, chains, .. } if chains.any(edges, |near| near.intersects(bounds), |edge| edge.touches(bounds)) => return Cover::Crossing,
            // No edge comes near, so that one corner speaks for all of the box.
            Outline::Rings { edges, slabs, .. } => slabs.contain(edges, [bounds.west, bounds.south]),
        };
        if is_inside { Cover::Inside } else { Cover::Outside }
    }

    /// A box around the region, in degrees; the smallest one around polygons.
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

/// The fault of the first position that is none, or that is farther than half around the Earth from the one before it.
fn check_positions(positions: &[Position]) -> Result<(), (RegionFault, usize)> {
    for (at, &[lon, lat]) in positions.iter().enumerate() {
        LonLat::new(lon, lat).map_err(|bad| match bad {
            _ if !lon.is_finite() || !lat.is_finite() => (RegionFault::NotFinite, at),
            BadPosition::Swapped => (RegionFault::Swapped, at),
            BadPosition::Longitude | BadPosition::Latitude => (RegionFault::OutOfRange, at),
        })?;
    }
    match positions.windows(2).position(|pair| (pair[0][0] - pair[1][0]).abs() > 180.0) {
        Some(at) => Err((RegionFault::CrossesAntimeridian, at)),
        None => Ok(()),
    }
}

fn finite(place: Option<&Position>) -> Option<Position> {
    place.copied().filter(|place| place.iter().all(|degrees| degrees.is_finite()))
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
        let fault = |fault, part| BadRegion { fault, part, ring: Some(0), position: 0, place: None };
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
                    part: polygon,
                    ring: Some(ring),
                    position,
                    place: finite(positions.get(position)),
                })?;
                drawing.names.push((polygon, ring));
            }
        }
        Ok(drawing)
    }

    /// One ring; the fault and the position where it is no ring by itself.
    #[expect(clippy::cast_possible_truncation, reason = "at most 1,000 rings")]
    fn add(&mut self, positions: &[Position]) -> Result<(), (RegionFault, usize)> {
        check_positions(positions)?;
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
            BadRegion { fault: RegionFault::SelfCrossing, part: polygon, ring: Some(ring), position: self.position[crossing.edge], place: Some(crossing.place) }
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
            return Err(BadRegion { fault, part: polygon, ring: Some(ring), position: self.position[self.starts[at]], place: Some(start) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
