//! A house as a GeoJSON feature.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::json::JsonText;
use crate::{
    atlas::{HouseView, Moment, View},
    domain::{day::Day, house::HouseKind, points::Points, tier::Standing},
};

/// Bytes of a usual feature.
const USUAL: usize = 320;

/// A point with what the map shows of a house. The structure is for the description; [`write`] writes it.
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

/// Features sorted by house code, or by distance; written by [`collection`].
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

/// A page of houses, each with its distance where a place was asked about.
pub fn collection<'a>(moment: Moment, next: Option<&str>, houses: impl ExactSizeIterator<Item = (HouseView<'a>, Option<f64>)>) -> Response {
    let mut bytes = Vec::with_capacity(200 + USUAL * houses.len());
    let mut out = JsonText(&mut bytes);
    out.raw("{\"type\":\"FeatureCollection\",\"day\":").value(&moment.day).raw(",\"numberReturned\":").value(&houses.len());
    if let Some(next) = next {
        out.raw(",\"next\":").string(next);
    }
    out.raw(",\"features\":[");
    for (at, (house, distance_m)) in houses.enumerate() {
        out.raw(if at == 0 { "" } else { "," });
        write(&mut out, house, moment, distance_m);
    }
    out.raw("]}");
    ([(header::CONTENT_TYPE, "application/geo+json")], bytes).into_response()
}

/// Writes a [`HouseFeature`].
pub fn write(out: &mut JsonText<'_>, house: HouseView<'_>, moment: Moment, distance_m: Option<f64>) {
    let (place, (tier, score)) = (house.place(), house.rated_on(moment));
    let public = if moment.view == View::Published { tier } else { house.standing_on(Moment::published(moment.day)) };
    out.raw("{\"type\":\"Feature\",\"id\":").value(&house.serial());
    out.raw(",\"geometry\":{\"type\":\"Point\",\"coordinates\":[").number(place.lon()).raw(",").number(place.lat());
    out.raw("]},\"properties\":{\"code\":").string(house.code()).raw(",\"tier\":\"").raw(tier.as_str());
    if public != tier {
        out.raw("\",\"published\":\"").raw(public.as_str());
    }
    out.raw("\",\"kind\":\"").raw(house.kind().as_str());
    out.raw("\",\"address\":").string(house.address());
    out.raw(",\"door_plate\":").string(house.door_plate());
    out.raw(",\"area_code\":").string(house.area_code());
    if let Some(score) = score {
        out.raw(",\"score\":").value(&score);
    }
    if let Some(metres) = distance_m {
        out.raw(",\"distance_m\":").number((metres * 1000.0).round() / 1000.0);
    }
    out.raw("}}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        atlas::{BaseMap, HouseFacts, Snapshot},
        domain::{house::HouseCode, tier::TierSpan},
        earth::LonLat,
    };

    impl<'a> HouseFeature<'a> {
        fn of(house: HouseView<'a>, moment: Moment, distance_m: Option<f64>) -> Self {
            let place = house.place();
            let (tier, public) = (house.standing_on(moment), house.standing_on(Moment::published(moment.day)));
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
                    score: house.score_on(moment),
                    distance_m: distance_m.map(|metres| (metres * 1000.0).round() / 1000.0),
                },
            }
        }
    }

    #[test]
    fn what_is_written_piece_by_piece_is_what_the_description_says() {
        let (day, from) = (Day::new(2010, 5, 1).unwrap(), Day::new(2010, 1, 1).unwrap());
        let span = |standing, hundredths: i32| vec![TierSpan { from, standing, score: Some(Points::from_hundredths(hundredths)) }];
        let house = |serial, code: &str, address: &str, place: [f64; 2], spans, published| HouseFacts {
            serial,
            code: HouseCode::new(code).unwrap(),
            place: LonLat::new(place[0], place[1]).unwrap(),
            kind: HouseKind::Rental,
            address: address.to_owned(),
            door_plate: "1号".to_owned(),
            area_code: "V1".to_owned(),
            spans,
            published,
        };
        let houses = vec![
            house(1, "A-1", "plain 村", [120.05, 31.7], span(Standing::Red, 750), span(Standing::Green, 1000)),
            house(2, "A-\"2\"", "a \"quoted\" \\ back\u{7}slash", [-0.1, 1e-7], Vec::new(), Vec::new()),
            house(3, "A-3", "", [180.0, -90.0], span(Standing::Star, -125), span(Standing::Star, -125)),
        ];
        let snapshot = Snapshot::pack(houses, BaseMap::default(), 1);
        for view in [View::Computed, View::Published] {
            let moment = Moment { day, view };
            for (code, distance_m) in [("A-1", None), ("A-\"2\"", Some(12.345_678)), ("A-3", Some(0.0))] {
                let house = snapshot.house(code).unwrap();
                let mut bytes = Vec::new();
                write(&mut JsonText(&mut bytes), house, moment, distance_m);
                let expected = serde_json::to_string(&HouseFeature::of(house, moment, distance_m)).unwrap();
                assert_eq!(String::from_utf8(bytes).unwrap(), expected);
            }
        }
    }
}
