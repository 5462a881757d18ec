//! A house as a GeoJSON feature.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    atlas::{HouseView, Moment},
    domain::{day::Day, house::HouseKind, points::Points, tier::Standing},
};

/// A point with what the map shows of a house.
#[derive(Serialize, ToSchema)]
pub struct HouseFeature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: u64,
    geometry: PointGeometry,
    properties: HouseProperties<'a>,
}

#[derive(Serialize, ToSchema)]
pub struct PointGeometry {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Degrees, WGS 84: longitude, latitude.
    coordinates: [f64; 2],
}

#[derive(Serialize, ToSchema)]
pub struct HouseProperties<'a> {
    code: &'a str,
    tier: Standing,
    /// What is public, for staff and where it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Standing>,
    kind: HouseKind,
    address: &'a str,
    door_plate: &'a str,
    area_code: &'a str,
    /// Absent while unrated.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Points>,
    /// Metres on the WGS 84 ellipsoid; only where a place was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_m: Option<f64>,
}

/// Features sorted by house code, or by distance.
#[derive(Serialize, ToSchema)]
pub struct HouseCollection<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub day: Day,
    #[serde(rename = "numberReturned")]
    pub number_returned: usize,
    /// Pass as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<&'a str>,
    pub features: Vec<HouseFeature<'a>>,
}

impl<'a> HouseFeature<'a> {
    pub fn of(house: &HouseView<'a>, moment: Moment, distance_m: Option<f64>) -> Self {
        let place = house.place();
        let (tier, public) = (house.standing_on(moment), house.standing_on(Moment::published(moment.day)));
        let score = house.score_on(moment);
        Self {
            kind: "Feature",
            id: house.serial(),
            geometry: PointGeometry { kind: "Point", coordinates: [place.lon(), place.lat()] },
            properties: HouseProperties {
                code: house.code(),
                tier,
                published: (public != tier).then_some(public),
                kind: house.kind(),
                address: house.address(),
                door_plate: house.door_plate(),
                area_code: house.area_code(),
                score,
                distance_m: distance_m.map(|metres| (metres * 1000.0).round() / 1000.0),
            },
        }
    }
}
