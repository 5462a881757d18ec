//! A geometry written in an expression.

use crate::{
    earth::{LonLat, Region},
    http::ogc::{crs::Crs, extent::Extent},
};

/// Positions of one geometry.
const MOST_POSITIONS: usize = 10_000;

/// Where a house may stand.
#[derive(Debug)]
pub enum Place {
    Region(Region),
    Box(Extent),
    /// In the system they were written in.
    Points(Crs, Vec<[f64; 2]>),
}

pub type Position = [f64; 2];
pub type Polygon = Vec<Vec<Position>>;

impl Place {
    pub fn of_points(points: Vec<Position>, crs: Crs) -> Result<Self, String> {
        bounded(points.len())?;
        Ok(Self::Points(crs, points))
    }

    pub fn of_polygons(polygons: Vec<Polygon>, crs: Crs) -> Result<Self, String> {
        bounded(polygons.iter().flatten().map(Vec::len).sum())?;
        let in_degrees =
            polygons.into_iter().map(|rings| rings.into_iter().map(|ring| ring.into_iter().map(|position| crs.degrees(position)).collect()).collect());
        Region::new(in_degrees.collect()).map(Self::Region).map_err(|bad| bad.to_string())
    }

    pub fn of_box(numbers: &[f64], crs: Crs) -> Result<Self, String> {
        Extent::of(numbers, crs).map(Self::Box)
    }

    pub fn has(&self, place: LonLat) -> bool {
        match self {
            Self::Region(region) => region.contains(place.lon(), place.lat()),
            Self::Box(extent) => extent.has(place),
            Self::Points(crs, points) => points.contains(&crs.write(place)),
        }
    }
}

fn bounded(positions: usize) -> Result<(), String> {
    if positions > MOST_POSITIONS { Err(format!("{positions} positions")) } else { Ok(()) }
}
