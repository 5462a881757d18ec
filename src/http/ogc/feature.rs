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
    http::json::JsonText,
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

/// Writes a [`Feature`] without links, piece by piece.
pub fn write(out: &mut JsonText<'_>, house: HouseView<'_>, moment: Moment, crs: Crs) {
    let ([first, second], (tier, score)) = (crs.write(house.place()), house.rated_on(moment));
    out.raw("{\"type\":\"Feature\",\"id\":").string(house.code());
    out.raw(",\"geometry\":{\"type\":\"Point\",\"coordinates\":[").number(first).raw(",").number(second);
    out.raw("]},\"properties\":{\"code\":").string(house.code()).raw(",\"tier\":\"").raw(tier.as_str());
    if moment.view == View::Computed {
        out.raw("\",\"published\":\"").raw(house.standing_on(Moment::published(moment.day)).as_str());
    }
    out.raw("\",\"kind\":\"").raw(house.kind().as_str()).raw("\",\"address\":").string(house.address());
    out.raw(",\"door_plate\":").string(house.door_plate()).raw(",\"area_code\":").string(house.area_code());
    out.raw(",\"score\":").value(&score).raw("}}");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        atlas::{BaseMap, HouseFacts, Snapshot},
        domain::{day::Day, house::HouseCode, tier::TierSpan},
        earth::LonLat,
    };

    #[test]
    fn a_feature_of_a_page_is_written_as_a_single_one_is() {
        let day = Day::new(2010, 1, 1).unwrap();
        let red = TierSpan { from: day, standing: Standing::Red, score: Some(Points::from_hundredths(1750)) };
        let house = |code: &str, spans| HouseFacts {
            serial: 1,
            code: HouseCode::new(code).unwrap(),
            place: LonLat::new(120.05, 31.7).unwrap(),
            kind: HouseKind::Rental,
            address: "\"quoted\" 村".to_owned(),
            door_plate: String::new(),
            area_code: "V1".to_owned(),
            spans,
            published: Vec::new(),
        };
        let snapshot = Snapshot::pack(vec![house("A\"1", vec![red]), house("A-2", Vec::new())], BaseMap::default(), 1);
        for code in ["A\"1", "A-2"] {
            for moment in [Moment::from(day), Moment::published(day)] {
                for crs in Crs::ALL {
                    let (house, mut bytes) = (snapshot.house(code).unwrap(), Vec::new());
                    write(&mut JsonText(&mut bytes), house, moment, crs);
                    assert_eq!(String::from_utf8(bytes).unwrap(), serde_json::to_string(&Feature::of(house, moment, crs)).unwrap());
                }
            }
        }
    }
}
