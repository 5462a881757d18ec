//! A house as a feature of the standard: named by its code, in the system asked for, with the same properties in every answer.
//! (`http::feature` leaves out what is not known; clients here read the fields of a layer from its first page.)

use serde::Serialize;

use super::{
    crs::Crs,
    visit::{Link, Visit, percent},
};
use crate::{
    atlas::{HouseView, Moment, View},
    domain::{house::HouseKind, points::Points, tier::Standing},
};

/// A house.
#[derive(Serialize)]
pub struct Feature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    geometry: Point,
    pub properties: Properties<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

#[derive(Serialize)]
struct Point {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

/// What is said of it.
#[derive(Serialize)]
pub struct Properties<'a> {
    pub code: &'a str,
    pub tier: Standing,
    /// What is public; for those who see tiers as computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Standing>,
    pub kind: HouseKind,
    pub address: &'a str,
    pub door_plate: &'a str,
    pub area_code: &'a str,
    pub score: Option<Points>,
}

impl<'a> Feature<'a> {
    pub fn of(house: HouseView<'a>, moment: Moment, crs: Crs) -> Self {
        Self {
            kind: "Feature",
            id: house.code(),
            geometry: Point { kind: "Point", coordinates: crs.write(house.place()) },
            properties: Properties {
                code: house.code(),
                tier: house.standing_on(moment),
                published: (moment.view == View::Computed).then(|| house.standing_on(Moment::published(moment.day))),
                kind: house.kind(),
                address: house.address(),
                door_plate: house.door_plate(),
                area_code: house.area_code(),
                score: house.score_on(moment),
            },
            links: Vec::new(),
        }
    }

    /// In the system that was asked for.
    pub fn coordinates(&self) -> [f64; 2] {
        self.geometry.coordinates
    }
}

/// The path of a house.
pub fn path_of(code: &str) -> String {
    format!("/ogc/collections/houses/items/{}", percent(code).replace('/', "%2F"))
}

/// Links of a single house.
pub fn links_of(visit: &Visit) -> Vec<Link> {
    let mut links = visit.self_and_alternate(super::GEOJSON);
    links.push(visit.link("collection", "/ogc/collections/houses", super::JSON, "房屋", "Houses"));
    links
}
