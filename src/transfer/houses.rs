//! Houses from a file.

use std::collections::HashMap;

use super::{FaultCode, Form, Mapping, Parsed, Row, What, fault::Faults, mapping::Repeated, number::PlaceColumns, read, shape::Shape};
use crate::{
    domain::{
        day::Day,
        house::{House, HouseCode, HouseKind},
    },
    earth::{Datum, LonLat},
};

/// A house as its row tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseRow {
    pub house: House,
    pub source: SourcePlace,
}

/// The place as it stood in the file, before conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourcePlace {
    pub datum: Datum,
    pub lon: f64,
    pub lat: f64,
}

/// Reads houses. Needed are `house_code`, `lon` and `lat` (the last two from the geometry in GeoJSON).
///
/// `datum` is the coordinate system that the person importing named; without it the mapping's holds, then the file's own, then WGS 84.
/// A house without a kind is `owner_occupied`: nobody has said that it is let, so it is not rated.
/// Of two rows of one code the later one is a fault, unless the mapping says that the last holds.
#[must_use]
pub fn houses(bytes: &[u8], form: Form, mapping: &Mapping, datum: Option<Datum>) -> Parsed<HouseRow> {
    // Code to the number of its row.
    let mut seen: HashMap<HouseCode, u64> = HashMap::new();
    let mut parsed = read(bytes, form, mapping, What::Houses, datum, |row, faults| {
        let house = house(row, faults)?;
        match (seen.get(&house.house.code), mapping.repeated) {
            (Some(first), Repeated::Refused) => {
                let expected = format!("each house code once; this one stands in row {first} too");
                row.fault("house_code", FaultCode::DuplicateCode, expected, house.house.code.as_str(), faults);
                return None;
            }
            _ => seen.insert(house.house.code.clone(), row.number),
        };
        Some(house)
    });
    if mapping.repeated == Repeated::Last {
        let all = parsed.rows.len();
        parsed.rows.retain(|(number, row)| seen.get(&row.house.code) == Some(number));
        parsed.replaced = (all - parsed.rows.len()) as u64;
    }
    parsed
}

/// All that is wrong with a row is noted, not just the first.
fn house(row: &Row, faults: &mut Faults) -> Option<HouseRow> {
    let code = row.needed("house_code", "a house code", faults).and_then(|text| match HouseCode::new(&text) {
        Ok(code) => Some(code),
        Err(_) => {
            row.fault("house_code", FaultCode::BadCode, "a house code of 1 to 64 visible characters without blanks and slashes", &text, faults);
            None
        }
    });
    let kind = match row.value("kind").map(|text| (text.parse::<HouseKind>(), text)) {
        None => Some(HouseKind::OwnerOccupied),
        Some((Ok(kind), _)) => Some(kind),
        Some((Err(_), text)) => {
            let kinds = HouseKind::ALL.map(HouseKind::as_str).join(", ");
            row.fault("kind", FaultCode::UnknownKind, format!("one of {kinds}"), &text, faults);
            None
        }
    };
    let since = row.value("since").map(|text| text.parse::<Day>().map_err(|_| row.fault("since", FaultCode::BadDay, "a day as YYYY-MM-DD", &text, faults)));
    let place = place(row, faults);
    let since = since.transpose().ok()?;
    let (code, kind, ([lon, lat], place)) = (code?, kind?, place?);
    let house = House { code, place, kind, address: row.text("address"), door_plate: row.text("door_plate"), area_code: row.text("area_code"), since };
    Some(HouseRow { house, source: SourcePlace { datum: row.datum, lon, lat } })
}

/// Where a row says that something stands, as found and in WGS 84.
pub(super) fn place(row: &Row, faults: &mut Faults) -> Option<([f64; 2], LonLat)> {
    match row.record.shape() {
        Shape::Point(degrees) => {
            let columns = PlaceColumns { lon: "geometry", lat: "geometry" };
            let place = columns.known(row.number, *degrees, row.datum, faults)?;
            Some((*degrees, place))
        }
        Shape::Nothing if row.binding.column("lon").is_empty() => {
            faults.add(row.number, "geometry", FaultCode::MissingValue, "a point", "no geometry");
            None
        }
        Shape::Nothing => {
            let columns = PlaceColumns { lon: row.binding.column("lon"), lat: row.binding.column("lat") };
            columns.read(row.number, row.value("lon").as_deref(), row.value("lat").as_deref(), row.datum, faults)
        }
        other => {
            faults.add(row.number, "geometry", FaultCode::NotAPoint, "a point", other.name());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::Fault;

    fn csv(text: &str) -> Parsed<HouseRow> {
        houses(text.as_bytes(), Form::Csv, &Mapping::default(), None)
    }

    fn places(faults: &[Fault]) -> Vec<(u64, &str, FaultCode)> {
        faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.code)).collect()
    }

    #[test]
    fn a_row_of_our_own_columns_becomes_a_house() {
        let parsed =
            csv("house_code,lon,lat,address,kind,area_code,door_plate,since\nA1,120.05,31.7,\"1, Long Rd\",rental,V1,3-1,2009-05-01\nA2,120.1,31.8,,,,,\n");
        assert_eq!((parsed.read, parsed.faulty, parsed.faults.len()), (2, 0, 0));
        let house = &parsed.rows[0].1.house;
        assert_eq!((house.code.as_str(), house.kind, house.address.as_str()), ("A1", HouseKind::Rental, "1, Long Rd"));
        assert_eq!((house.area_code.as_str(), house.door_plate.as_str(), house.place.lon()), ("V1", "3-1", 120.05));
        assert_eq!((house.since, parsed.rows[1].1.house.since), ("2009-05-01".parse().ok(), None));
        // Nobody said that it is let.
        assert_eq!(parsed.rows[1].1.house.kind, HouseKind::OwnerOccupied);
    }

    #[test]
    fn a_gb18030_file_with_chinese_headers_is_converted_and_noted() {
        let (bytes, ..) = encoding_rs::GB18030.encode("房屋编码;经度;纬度;地址;类型\n甲-1;１２０．０５;31.7;戚墅堰区东街3号;rental\n");
        let parsed = houses(&bytes, Form::Csv, &Mapping::default(), None);
        assert_eq!((parsed.encoding, parsed.faults.len()), ("gb18030", 0));
        assert_eq!(parsed.rows[0].1.house.address, "戚墅堰区东街3号");
    }

    #[test]
    fn coordinates_are_converted_and_kept_as_found() {
        let bytes = b"house_code,lon,lat\nA1,114.063013999,22.540382814\n";
        let mapping = Mapping::parse_toml("what = \"houses\"\ncrs = \"gcj02\"\n").unwrap();
        let parsed = houses(bytes, Form::Csv, &mapping, None);
        let row = &parsed.rows[0].1;
        assert!((row.house.place.lon() - 114.0579).abs() < 1e-8 && (row.house.place.lat() - 22.5431).abs() < 1e-8);
        assert_eq!(row.source, SourcePlace { datum: Datum::Gcj02, lon: 114.063_013_999, lat: 22.540_382_814 });
        // What the person importing says wins over the mapping.
        assert_eq!(houses(bytes, Form::Csv, &mapping, Some(Datum::Wgs84)).rows[0].1.source.datum, Datum::Wgs84);
    }

    #[test]
    fn every_fault_of_every_row_is_listed_at_its_place() {
        use FaultCode::{BadCode, BrokenText, DuplicateCode, MissingValue, NotANumber, OutOfRange, SwappedCoordinates, UnknownKind, WrongFieldCount};
        let text = "RSN,LON,lat,kind\nA1,120,31,rental\n,NaN,\"31,7\",castle\nA 2,31,120,rental\nA3,1e308,31,rental\nA1,121,31,rental\nA4,120\n\u{fffd},1,1,rental\nA5,0,0,rental\nA6,120,,rental\n";
        let parsed = houses(text.as_bytes(), Form::Csv, &Mapping::parse_pairs("house_code=RSN").unwrap(), None);
        assert_eq!(
            places(&parsed.faults),
            [
                (3, "RSN", MissingValue),
                (3, "kind", UnknownKind),
                (3, "LON", NotANumber),
                (3, "lat", NotANumber),
                (4, "RSN", BadCode),
                (4, "LON", SwappedCoordinates),
                (5, "LON", OutOfRange),
                (6, "RSN", DuplicateCode),
                (7, "", WrongFieldCount),
                (8, "RSN", BrokenText),
                (9, "LON", MissingValue),
                (10, "lat", MissingValue),
            ]
        );
        assert_eq!(parsed.faults[7].expected, "each house code once; this one stands in row 2 too");
        assert_eq!((parsed.read, parsed.faulty, parsed.rows.len()), (9, 8, 1));
    }

    #[test]
    fn of_repeated_rows_the_last_good_one_holds_where_the_mapping_says_so() {
        let mapping = Mapping::parse_toml("what = \"houses\"\nrepeated = \"last\"\n").unwrap();
        let parsed = houses(b"house_code,lon,lat\nA,1,1\nB,2,2\nA,3,3\nA,x,4\n", Form::Csv, &mapping, None);
        let read: Vec<_> = parsed.rows.iter().map(|(row, house)| (*row, house.house.code.as_str())).collect();
        assert_eq!(read, [(3, "B"), (4, "A")]);
        assert_eq!((parsed.read, parsed.faulty, parsed.replaced), (4, 1, 1));
    }

    #[test]
    fn a_file_without_rows_is_a_fault() {
        for (bytes, form) in [
            (b"".as_slice(), Form::Csv),
            (b"house_code,lon,lat\n", Form::Csv),
            (b"\xef\xbb\xbf \n\n", Form::Csv),
            (b"", Form::GeoJson),
            (b"[]", Form::JsonLines),
        ] {
            let parsed = houses(bytes, form, &Mapping::default(), None);
            assert_eq!(parsed.faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [FaultCode::EmptyFile], "{form:?}");
        }
        for bytes in [b"PK\x03\x04....".as_slice(), b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0"] {
            assert_eq!(houses(bytes, Form::Csv, &Mapping::default(), None).faults[0].code, FaultCode::UnknownForm);
        }
    }

    #[test]
    fn houses_come_from_points_of_geojson() {
        let feature = |properties: &str, geometry: &str| format!(r#"{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}"#);
        let point = |coordinates: &str| format!(r#"{{"type": "Point", "coordinates": {coordinates}}}"#);
        let features = [
            feature(r#"{"code": 17, "kind": "rental", "note": [1]}"#, &point("[120.05, 31.7]")),
            feature(r#"{"code": "b"}"#, "null"),
            feature(r#"{"code": "c"}"#, &point("[31.7, 120.05]")),
            feature(r#"{"code": "d"}"#, r#"{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}"#),
            feature(r#"{"code": ["e"]}"#, &point("[1, 2]")),
            feature("null", &point("[1, 2]")),
        ];
        let text = format!(r#"{{"type": "FeatureCollection", "features": [{}]}}"#, features.join(",\n"));
        let parsed = houses(text.as_bytes(), Form::GeoJson, &Mapping::parse_pairs("house_code=code").unwrap(), None);
        assert_eq!(parsed.rows[0].1.house.code.as_str(), "17");
        assert_eq!(parsed.unmapped, ["note"]);
        assert_eq!(
            places(&parsed.faults),
            [
                (2, "geometry", FaultCode::MissingValue),
                (3, "geometry", FaultCode::SwappedCoordinates),
                (4, "geometry", FaultCode::NotAPoint),
                (5, "code", FaultCode::BadFieldValue),
                (6, "code", FaultCode::MissingValue),
            ]
        );
    }

    #[test]
    fn a_coordinate_system_that_is_not_read_is_refused_unless_one_is_named() {
        let text = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:32632"}},
            "features": [{"type": "Feature", "properties": {"house_code": "a"}, "geometry": {"type": "Point", "coordinates": [120, 31]}}]}"#;
        assert_eq!(houses(text.as_bytes(), Form::GeoJson, &Mapping::default(), None).faults[0].code, FaultCode::UnknownCrs);
        assert_eq!(houses(text.as_bytes(), Form::GeoJson, &Mapping::default(), Some(Datum::Wgs84)).rows.len(), 1);
        let text = text.replace("32632", "4490");
        assert_eq!(houses(text.as_bytes(), Form::GeoJson, &Mapping::default(), None).rows[0].1.source.datum, Datum::Cgcs2000);
    }
}
