use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use flate2::{Compression as Level, write::GzEncoder};
use proptest::prelude::*;

use super::*;

/// Written by tippecanoe; see `tests/data/README.md`.
const MONACO: &[u8] = include_bytes!("../../tests/data/monaco.pmtiles");

fn tile(z: u8, x: u32, y: u32) -> TileId {
    TileId::new(z, x, y).unwrap()
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// First tile, run, offset, length.
type Row = (u64, u32, u64, u64);

fn directory(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, rows.len() as u64);
    let mut before = 0;
    for row in rows {
        put(&mut out, row.0 - before);
        before = row.0;
    }
    rows.iter().for_each(|row| put(&mut out, u64::from(row.1)));
    rows.iter().for_each(|row| put(&mut out, row.3));
    for (at, row) in rows.iter().enumerate() {
        let follows = at > 0 && rows[at - 1].2 + rows[at - 1].3 == row.2;
        put(&mut out, if follows { 0 } else { row.2 + 1 });
    }
    zipped(&out)
}

/// A file of these parts; its metadata says only its name.
fn file(root: &[u8], leaves: &[u8], tiles: &[u8]) -> Vec<u8> {
    let metadata = zipped(br#"{"name":"test"}"#);
    let mut out = b"PMTiles\x03".to_vec();
    let mut at = header::LENGTH;
    for part in [root, &metadata, leaves, tiles] {
        out.extend(at.to_le_bytes());
        out.extend((part.len() as u64).to_le_bytes());
        at += part.len() as u64;
    }
    out.extend([0; 24]);
    out.extend([1, 2, 1, 1, 0, 22]);
    for degrees in [-1_800_000_000i32, -850_000_000, 1_800_000_000, 850_000_000] {
        out.extend(degrees.to_le_bytes());
    }
    out.extend([0; 9]);
    assert_eq!(out.len() as u64, header::LENGTH);
    [&out, root, &metadata, leaves, tiles].concat()
}

/// Tiles by number, as many to a leaf as said; all in the root where that is none.
fn written(tiles: &BTreeMap<u64, Vec<u8>>, to_a_leaf: Option<usize>) -> Vec<u8> {
    let (mut rows, mut data): (Vec<Row>, Vec<u8>) = (Vec::new(), Vec::new());
    for (&number, bytes) in tiles {
        match rows.last_mut().filter(|row| row.0 + u64::from(row.1) == number && data[row.2 as usize..][..row.3 as usize] == bytes[..]) {
            Some(row) => row.1 += 1,
            None => {
                rows.push((number, 1, data.len() as u64, bytes.len() as u64));
                data.extend(bytes);
            }
        }
    }
    let Some(to_a_leaf) = to_a_leaf else { return file(&directory(&rows), &[], &data) };
    let (mut root, mut leaves): (Vec<Row>, Vec<u8>) = (Vec::new(), Vec::new());
    for rows in rows.chunks(to_a_leaf) {
        let leaf = directory(rows);
        root.push((rows[0].0, 0, leaves.len() as u64, leaf.len() as u64));
        leaves.extend(leaf);
    }
    file(&directory(&root), &leaves, &data)
}

fn open(bytes: impl Into<Vec<u8>>) -> Result<Archive, Fault> {
    Archive::open(Cursor::new(bytes.into()))
}

fn bytes_of(archive: &Archive, tile: TileId) -> Option<Vec<u8>> {
    archive.place(tile).unwrap().map(|place| archive.unpacked(place).unwrap())
}

#[test]
fn tiles_are_numbered_as_in_the_specification() {
    let known = [(0, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 2), (1, 1, 1, 3), (1, 1, 0, 4), (2, 0, 0, 5), (12, 3423, 1763, 19_078_479)];
    for (z, x, y, number) in known {
        assert_eq!(tile_number(tile(z, x, y)), number, "{z}/{x}/{y}");
    }
    // Each number of a zoom once, and neighbours in number are neighbours on the map.
    let mut places: Vec<(u64, [i64; 2])> =
        (0..32u32).flat_map(|x| (0..32u32).map(move |y| (tile_number(tile(5, x, y)), [i64::from(x), i64::from(y)]))).collect();
    places.sort_unstable();
    assert_eq!((places[0].0, places[1023].0), (341, 1364));
    assert!(places.windows(2).all(|pair| pair[0].1[0].abs_diff(pair[1].1[0]) + pair[0].1[1].abs_diff(pair[1].1[1]) == 1));
}

#[test]
fn a_file_of_another_program_is_read_tile_by_tile() {
    let archive = open(MONACO).unwrap();
    assert_eq!((archive.kind(), archive.zooms(), archive.is_zipped()), (Kind::Mvt, (10, 14), true));
    assert!(archive.bounds().contains(7.42, 43.735), "{:?}", archive.bounds());
    assert!(archive.metadata()["attribution"].as_str().unwrap().contains("OpenStreetMap"));
    let named: Vec<&str> = archive.metadata()["vector_layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    let bounds = archive.bounds();
    for z in 10..=14u8 {
        let tiles = f64::from(z).exp2();
        let (x, y) = ((crate::earth::world_x(7.42) * tiles) as u32, (crate::earth::world_y(43.735) * tiles) as u32);
        let bytes = bytes_of(&archive, tile(z, x, y)).unwrap();
        for layer in fast_mvt::MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap().layers {
            assert!(named.contains(&layer.name()) && !layer.features.is_empty(), "{}", layer.name());
        }
        assert!(tile(z, x, y).bounds(0.0).intersects(&bounds));
        assert_eq!(bytes_of(&archive, tile(z, x + 5, y)), None, "there is nothing in the sea");
    }
    assert_eq!(bytes_of(&archive, tile(9, 266, 186)), None);
    assert_ne!(archive.mark(), open(written(&BTreeMap::from([(0, vec![1])]), None)).unwrap().mark());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_tile_written_is_found_and_no_other(
        tiles in proptest::collection::btree_map(0u64..1365, proptest::collection::vec(0u8..3, 1..4), 1..200),
        to_a_leaf in proptest::option::of(1usize..20),
    ) {
        let archive = open(written(&tiles, to_a_leaf)).unwrap();
        for z in 0..6u8 {
            for (x, y) in (0..1u32 << z).flat_map(|x| (0..1u32 << z).map(move |y| (x, y))) {
                let place = tile(z, x, y);
                let found = bytes_of(&archive, place);
                prop_assert_eq!(found.as_ref(), tiles.get(&tile_number(place)), "{:?}", place);
            }
        }
    }

    #[test]
    fn a_spoiled_file_gives_errors_and_nothing_worse(changes in proptest::collection::vec((0usize..400, any::<u8>()), 1..6), to_a_leaf in proptest::option::of(1usize..5)) {
        let tiles = (0..60).map(|number| (number * 3, vec![number as u8; 1 + number as usize % 5])).collect();
        let mut bytes = written(&tiles, to_a_leaf);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(archive) = open(bytes) {
            for x in 0..16 {
                if let Ok(Some(place)) = archive.place(tile(4, x, 15 - x)) {
                    let _ = archive.unpacked(place);
                }
            }
        }
    }
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let whole = written(&BTreeMap::from([(0, vec![7; 100]), (3, vec![8])]), Some(1));
    assert!(open(&whole[..]).is_ok());
    for length in 0..whole.len() {
        assert!(open(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
    assert!(matches!(open(&MONACO[..100_000]), Err(Fault::CutShort { .. })));
}

#[test]
fn what_is_no_map_of_ours_is_refused_with_its_reason() {
    let whole = written(&BTreeMap::from([(0, vec![1])]), None);
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        open(bytes).map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(open(&b"SQLite format 3\0"[..]).map(|_| ()).unwrap_err().to_string(), "expected a PMTiles file; found something else");
    assert!(open(&b""[..]).is_err());
    assert!(with(7, 2).contains("found version 2"));
    assert!(open(&b"PM\x02\x00"[..]).map(|_| ()).unwrap_err().to_string().contains("found version 2"));
    assert!(with(97, 4).contains("directories that is packed") && with(97, 4).contains("found zstd"));
    assert!(with(98, 3).contains("tiles that is packed") && with(98, 3).contains("found brotli"));
    assert!(with(99, 0).contains("found kind 0"));
    assert!(with(100, 23).contains("zooms"));
    assert!(with(113, 0x7f).contains("bounds"));
}

#[test]
fn a_hostile_directory_ends_in_an_error() {
    let fault = |root: Vec<u8>, leaves: Vec<u8>| {
        let archive = open(file(&root, &leaves, b"x"))?;
        archive.place(tile(3, 1, 1)).map(|_| ())
    };
    // A leaf that leads to itself.
    let mut leaf = directory(&[(0, 0, 0, 1)]);
    for _ in 0..3 {
        leaf = directory(&[(0, 0, 0, leaf.len() as u64)]);
    }
    assert!(matches!(fault(leaf.clone(), leaf), Err(Fault::Damaged("its directories are nested too deeply"))));
    assert!(matches!(fault(directory(&[(0, 0, 1 << 40, 10)]), vec![0; 20]), Err(Fault::Damaged("a directory lies outside of the directories"))));
    assert!(matches!(fault(directory(&[(0, 0, u64::MAX - 2, 10)]), vec![0; 20]), Err(Fault::Damaged(_))));
    assert!(matches!(fault(directory(&[(0, 100, 0, 1 << 31)]), vec![]), Err(Fault::Damaged("a tile lies outside of the tiles"))));
    // As many entries as numbers can say, and a directory that unpacks to far more than it is.
    assert!(matches!(fault(zipped(&[0xff; 9]), vec![]), Err(Fault::Damaged(_))));
    assert!(matches!(fault(zipped(&[0xff, 0xff, 0xff, 0xff, 0x7f]), vec![]), Err(Fault::Damaged("a directory has more entries than bytes"))));
    assert!(matches!(fault(zipped(&vec![0; (directory::LONGEST + 1) as usize]), vec![]), Err(Fault::Damaged("a part is longer than any should be"))));
    assert!(matches!(fault(zipped(&[1, 0, 1, 0, 1]), vec![]), Err(Fault::Damaged("a directory has an entry without bytes"))));
    assert!(matches!(fault(zipped(&[1, 0, 1, 1, 0]), vec![]), Err(Fault::Damaged("a directory's first entry has no place"))));
}
