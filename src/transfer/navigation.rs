//! Addresses that open a place in a map or navigation program, each in the coordinates of that program.
//!
//! Programs of others hear where they are to lead and the number of the stop, never an address or the code of a house. The forms are those of
//! RFC 5870 (`geo:`), of Amap's URI API (lbs.amap.com/api/uri-api/guide/travel/route), of Baidu's (lbsyun.baidu.com, "URI API", `direction`)
//! and of Tencent's (lbs.qq.com/webApi/uriV1/uriGuide/uriWebRoute).

use serde::Serialize;

use crate::earth::{Datum, LonLat};

/// One place for several programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Navigation {
    /// WGS 84: what a telephone opens with its own map.
    pub geo: String,
    /// GCJ-02.
    pub amap: String,
    /// BD-09.
    pub baidu: String,
    /// GCJ-02.
    pub tencent: String,
}

/// How to get to a place, on foot or by car.
#[must_use]
pub fn navigation(place: LonLat, number: usize, by_car: bool) -> Navigation {
    let (lon, lat) = Datum::Gcj02.from_wgs84(place);
    let (bd_lon, bd_lat) = Datum::Bd09.from_wgs84(place);
    let [amap, baidu, tencent] = if by_car { ["car", "driving", "drive"] } else { ["walk", "walking", "walk"] };
    Navigation {
        geo: format!("geo:{:.6},{:.6}", place.lat(), place.lon()),
        amap: format!("https://uri.amap.com/navigation?to={lon:.6},{lat:.6},{number}&mode={amap}&coordinate=gaode&callnative=1&src=sanshi"),
        baidu: format!("baidumap://map/direction?destination=name:{number}%7Clatlng:{bd_lat:.6},{bd_lon:.6}&coord_type=bd09ll&mode={baidu}&src=sanshi"),
        tencent: format!("https://apis.map.qq.com/uri/v1/routeplan?type={tencent}&to={number}&tocoord={lat:.6},{lon:.6}&referer=sanshi"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_gets_the_place_in_its_own_coordinates() {
        let place = LonLat::new(120.05, 31.72).unwrap();
        let links = navigation(place, 3, false);
        assert_eq!(links.geo, "geo:31.720000,120.050000");
        let numbers = |text: &str, first: &str| -> [f64; 2] {
            let pair: Vec<f64> = text.split(first).nth(1).unwrap().split(['&', ',']).take(2).map(|number| number.parse().unwrap()).collect();
            [pair[0], pair[1]]
        };
        let back = |datum: Datum, lon: f64, lat: f64| datum.to_wgs84(lon, lat).unwrap().metres_to(place);
        let [lon, lat] = numbers(&links.amap, "to=");
        assert!(back(Datum::Gcj02, lon, lat) < 0.5 && LonLat::new(lon, lat).unwrap().metres_to(place) > 100.0);
        let [lat, lon] = numbers(&links.tencent, "tocoord=");
        assert!(back(Datum::Gcj02, lon, lat) < 0.5);
        let [lat, lon] = numbers(&links.baidu, "latlng:");
        assert!(back(Datum::Bd09, lon, lat) < 0.5);
    }
}
