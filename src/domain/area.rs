//! An area of the hierarchy city, district, street, community, village.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::earth::{LonLat, Region};

/// An area with its official code and boundary.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub code: String,
    pub name: String,
    pub level: AreaLevel,
    /// Code of the area that it is part of; empty at the top.
    pub parent: String,
    /// Polygons, rings, positions (lon, lat); the first ring of a polygon is the outer one.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

/// From large to small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AreaLevel {
    City,
    District,
    Street,
    Community,
    Village,
    Estate,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of city, district, street, community, village, estate; found \"{0}\"")]
pub struct UnknownLevel(pub String);

impl AreaLevel {
    pub const ALL: [Self; 6] = [Self::City, Self::District, Self::Street, Self::Community, Self::Village, Self::Estate];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Street => "street",
            Self::Community => "community",
            Self::Village => "village",
            Self::Estate => "estate",
        }
    }
}

impl FromStr for AreaLevel {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == text.trim()).ok_or_else(|| UnknownLevel(text.chars().take(40).collect()))
    }
}

/// The areas of a site, ready to be asked which of them hold a place.
pub struct Divisions(Vec<(String, Region)>);

impl Divisions {
    /// Smaller levels are looked at first, then in order of code. An area whose boundary is not valid holds nothing.
    #[must_use]
    pub fn new(areas: &[Area]) -> Self {
        let mut areas: Vec<&Area> = areas.iter().collect();
        areas.sort_by(|a, b| (b.level, &a.code).cmp(&(a.level, &b.code)));
        Self(areas.into_iter().filter_map(|area| Some((area.code.clone(), Region::new(area.polygons.clone()).ok()?))).collect())
    }

    /// The code of the smallest area that holds a place, its border included; of several on one level the first by code.
    #[must_use]
    pub fn smallest_around(&self, place: LonLat) -> Option<&str> {
        let (lon, lat) = (place.lon(), place.lat());
        self.0.iter().find(|(_, region)| region.bounds().contains(lon, lat) && region.contains(lon, lat)).map(|(code, _)| code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(code: &str, level: AreaLevel, west: f64, east: f64) -> Area {
        let ring = vec![[west, 31.0], [east, 31.0], [east, 32.0], [west, 32.0], [west, 31.0]];
        Area { code: code.to_owned(), name: code.to_owned(), level, parent: String::new(), polygons: vec![vec![ring]] }
    }

    #[test]
    fn a_place_is_in_the_smallest_area_around_it_and_on_a_border_in_the_first_by_code() {
        let divisions = Divisions::new(&[
            square("320400", AreaLevel::City, 119.0, 121.0),
            square("320402008002", AreaLevel::Community, 120.1, 120.2),
            square("320402008001", AreaLevel::Community, 120.0, 120.1),
        ]);
        let at = |lon, lat| divisions.smallest_around(LonLat::new(lon, lat).unwrap());
        assert_eq!(at(120.05, 31.5), Some("320402008001"));
        assert_eq!(at(120.15, 31.5), Some("320402008002"));
        assert_eq!(at(120.1, 31.5), Some("320402008001"));
        assert_eq!(at(120.2, 32.0), Some("320402008002"));
        assert_eq!(at(120.5, 31.5), Some("320400"));
        assert_eq!(at(121.0, 31.0), Some("320400"));
        assert_eq!(at(121.5, 31.5), None);
    }
}
