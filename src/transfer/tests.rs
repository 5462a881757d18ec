//! Real files read whole. Those of `seeds/` are always there; the large ones of the data folder beside the repository only sometimes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn mapping(name: &str) -> Mapping {
    Mapping::parse_toml(&fs::read_to_string(root().join("seeds/mappings").join(name)).unwrap()).unwrap()
}

/// A file or folder of the data folder, if this machine has it.
fn data(path: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

fn codes<T>(parsed: &Parsed<T>) -> Vec<FaultCode> {
    parsed.faults.iter().map(|fault| fault.code).collect()
}

#[test]
fn every_seed_mapping_is_read() {
    for file in fs::read_dir(root().join("seeds/mappings")).unwrap() {
        mapping(file.unwrap().file_name().to_str().unwrap());
    }
}

#[test]
fn the_toronto_slice_gives_buildings_evaluations_and_five_faults() {
    let bytes = fs::read(root().join("seeds/toronto/evaluations.csv")).unwrap();
    let buildings = houses(&bytes, Form::Csv, &mapping("toronto-houses.toml"), None);
    assert_eq!((buildings.read, buildings.faulty, buildings.rows.len(), buildings.replaced), (60, 5, 30, 25));
    let evaluations = observations(&bytes, Form::Csv, &mapping("toronto-evaluations.toml"));
    assert_eq!((evaluations.read, evaluations.faulty, evaluations.rows.len()), (60, 0, 60));
    // 50 items and the published score, also where an item does not apply.
    assert!(evaluations.rows.iter().all(|(_, row)| row.kind == "evaluation" && row.fields.len() == 51));
    assert!(
        evaluations
            .rows
            .iter()
            .flat_map(|(_, row)| row.fields.iter())
            .filter(|(name, _)| *name != "published_score")
            .all(|(_, value)| matches!(value.as_str(), "0" | "1" | "2" | "3" | "n/a"))
    );
}

#[test]
fn the_minneapolis_slice_gives_licences_with_their_tiers() {
    let bytes = fs::read(root().join("seeds/minneapolis/licences.csv")).unwrap();
    let licensed = houses(&bytes, Form::Csv, &mapping("minneapolis-houses.toml"), None);
    assert_eq!((licensed.rows.len(), licensed.faulty), (55, 5));
    assert!(licensed.faults.iter().all(|fault| fault.found == "0,0"));
    let licences = observations(&bytes, Form::Csv, &mapping("minneapolis-tiers.toml"));
    let count = |tier: &str| licences.rows.iter().filter(|(_, row)| row.fields.get("city_tier").is_some_and(|value| value == tier)).count();
    assert_eq!([count("tier_1"), count("tier_2"), count("tier_3"), count("tier_1d")], [25, 20, 6, 1]);
    assert_eq!((licences.faulty, licences.rows.iter().filter(|(_, row)| row.fields.is_empty()).count()), (0, 8));
}

#[test]
fn all_toronto_rows_are_accounted_for() {
    let Some(path) = data("rental_toronto/evaluations_2023_on.csv") else { return };
    let bytes = fs::read(path).unwrap();
    let buildings = houses(&bytes, Form::Csv, &mapping("toronto-houses.toml"), None);
    assert_eq!((buildings.read, buildings.faulty), (6090, 214));
    // 3,585 buildings, 129 of them without coordinates.
    assert_eq!((buildings.rows.len(), buildings.replaced), (3456, 2420));
    assert!(codes(&buildings).iter().all(|code| *code == FaultCode::MissingValue));
    let evaluations = observations(&bytes, Form::Csv, &mapping("toronto-evaluations.toml"));
    assert_eq!((evaluations.read, evaluations.rows.len()), (6090, 6090));
}

#[test]
fn all_minneapolis_rows_are_accounted_for() {
    let Some(path) = data("rental_minneapolis/rental_licences_slices.csv") else { return };
    let bytes = fs::read(path).unwrap();
    // 79 licences lie at 0,0 in the city's data.
    let licensed = houses(&bytes, Form::Csv, &mapping("minneapolis-houses.toml"), None);
    assert_eq!((licensed.read, licensed.rows.len(), licensed.faulty), (1147, 1068, 79));
    let licences = observations(&bytes, Form::Csv, &mapping("minneapolis-tiers.toml"));
    assert_eq!((licences.rows.len(), licences.rows.iter().filter(|(_, row)| row.fields.is_empty()).count()), (1147, 33));
}

/// Files of the corpus whose geometry is sound for a boundary, or at fault only in ways that are not for this room to see: winding,
/// holes that cross, self-crossing (`app` asks `earth::Region`).
const BOUNDARIES: [&str; 17] = [
    "valid_feature_null_properties",
    "valid_featurecollection",
    "valid_featurecollection_bboxes",
    "invalid_exterior_not_ccw",
    "invalid_interior_not_cw",
    "problematic_3d_coordinates",
    "problematic_4d_coordinates",
    "problematic_crosses_antimeridian",
    "problematic_duplicate_nodes",
    "problematic_excessive_coordinate_precision",
    "problematic_excessive_vertices",
    "problematic_holes",
    "problematic_inner_and_exterior_ring_intersect",
    "problematic_multitype_geometry_with_just_one_geometry",
    "problematic_self_intersection_large",
    "problematic_self_intersection_small",
    "problematic_wrong_bbox_coordinate_order",
];

#[test]
fn every_file_of_the_geojson_corpus_is_read_or_refused_with_a_place() {
    let Some(folder) = data("geojson") else { return };
    let named = Mapping::parse_toml("what = \"areas\"\n[constants]\ncode = \"a\"\nname = \"a\"\nlevel = \"village\"\n").unwrap();
    let house = Mapping::parse_toml("what = \"houses\"\n[constants]\nhouse_code = \"a\"\n").unwrap();
    let (mut read_whole, mut points, mut files) = (Vec::new(), Vec::new(), 0);
    for part in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(part).unwrap().map(|entry| entry.unwrap().path()) {
            files += 1;
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let bytes = fs::read(&file).unwrap();
            let parsed = areas(&bytes, Form::GeoJson, &named, None);
            assert!(parsed.faults.iter().all(|fault| fault.row >= 1 && !fault.expected.is_empty()), "{name}");
            assert_eq!(parsed.faults.is_empty(), parsed.faulty == 0, "{name}");
            if parsed.read > 0 {
                assert_eq!(parsed.read, parsed.rows.len() as u64 + parsed.faulty, "{name}");
            }
            if parsed.faults.is_empty() {
                read_whole.push(name.clone());
            }
            points.extend((!houses(&bytes, Form::GeoJson, &house, None).rows.is_empty()).then_some(name));
        }
    }
    read_whole.sort();
    points.sort();
    let mut expected = BOUNDARIES.to_vec();
    expected.sort_unstable();
    assert_eq!(read_whole, expected);
    assert_eq!(points, ["valid_feature", "valid_feature_with_id", "valid_feature_with_string_id", "valid_featurecollection_multiple_feature_types"]);
    assert_eq!(files, 74);
}

#[test]
fn a_row_of_a_gigabyte_s_kind_is_refused_and_its_neighbours_are_read() {
    let mut bytes = b"house_code,lon,lat\nA1,120,31\n".to_vec();
    bytes.resize(bytes.len() + (8 << 20), b'x');
    bytes.extend_from_slice(b"\nA2,120,31\n");
    let parsed = houses(&bytes, Form::Csv, &Mapping::default(), None);
    assert_eq!((parsed.rows.len(), parsed.faults[0].row, parsed.faults[0].code), (2, 3, FaultCode::LineTooLong));
    assert_eq!(parsed.read, 3);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in proptest::collection::vec(0..=255_u8, 0..120), begin in 0..4_usize) {
        let begin = ["", "house_code,lon,lat\nA,1,", "{\"type\":\"FeatureCollection\",\"features\":[", "{\"house_code\":\"a\",\"x\":"][begin];
        let bytes = [begin.as_bytes(), &bytes].concat();
        for form in [Form::Csv, Form::GeoJson, Form::JsonLines] {
            let parsed = houses(&bytes, form, &Mapping::default(), None);
            proptest::prop_assert!(!parsed.rows.is_empty() || !parsed.faults.is_empty());
            proptest::prop_assert!(parsed.read == 0 || parsed.read == parsed.rows.len() as u64 + parsed.faulty);
            let parsed = observations(&bytes, form, &Mapping::default());
            proptest::prop_assert!(!parsed.rows.is_empty() || !parsed.faults.is_empty());
        }
    }
}
