//! Files and kept bytes that are cut short, damaged or made to do harm.

use std::io::Write;

use super::{
    drawn::{blob, field, message, packed_blob, signed, varint},
    oracle::Seed,
    *,
};

fn map() -> Drawn {
    let mut map = Drawn::default();
    map.street(1, &[(0, 0), (1000, 0), (2000, 0)], &[("highway", "residential"), ("name", "解放路")]);
    map.street(2, &[(1000, 0), (1000, 900)], &[("highway", "tertiary"), ("maxspeed", "50"), ("oneway", "yes")]);
    map.street(3, &[(2000, 0), (1000, 900)], &[("highway", "residential")]);
    map.tag((1000, 0), &[("barrier", "gate"), ("locked", "no")]);
    map.tag((2000, 0), &[("barrier", "bollard")]);
    map.turn(2, (1000, 900), 3, &[("restriction", "no_left_turn"), ("except", "bicycle")]);
    map
}

fn pbf(bytes: &[u8]) -> Result<(Network, Reading), BadStreets> {
    read_pbf(bytes, &mut |_| true)
}

fn xml(bytes: &[u8]) -> Result<(Network, Reading), BadStreets> {
    read_xml_gz(bytes, &mut |_| true)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn both_formats_give_the_same_network() {
    let map = map();
    let (from_xml, mut reading) = map.read();
    let (from_gz, _) = xml(&gzip(map.xml().as_bytes())).unwrap();
    let (from_pbf, same) = pbf(&map.pbf()).unwrap();
    assert_eq!(from_xml.to_bytes(), from_pbf.to_bytes());
    assert_eq!(from_xml.to_bytes(), from_gz.to_bytes());
    reading.bytes = same.bytes;
    assert_eq!(reading, same);
    assert_eq!((same.nodes, same.ways, same.restrictions, same.barriers), (4, 3, 1, 1));
}

#[test]
fn a_pbf_that_is_cut_short_is_refused_wherever_it_ends() {
    let whole = map().pbf();
    let header = blob("OSMHeader", &message(&[(4, b"OsmSchema-V0.6"), (4, b"DenseNodes")])).len();
    for end in 0..whole.len() {
        match pbf(&whole[..end]) {
            Err(BadStreets::CutShort { at, .. }) => assert_eq!(at, end as u64),
            // Between blocks nothing tells that more should come.
            Err(BadStreets::Unexpected { .. }) => assert_eq!(end, 0),
            Err(BadStreets::NoStreets { .. }) => assert!(end >= header),
            Ok(_) => assert!(end > whole.len() * 2 / 3, "{end} of {}", whole.len()),
            Err(other) => panic!("{end}: {other}"),
        }
    }
}

#[test]
fn a_pbf_with_flipped_bits_is_refused_or_read_and_never_panics() {
    let whole = map().pbf();
    let mut refused = 0;
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            refused += usize::from(pbf(&bytes).is_err());
        }
    }
    assert!(refused > whole.len() * 6, "{refused} of {}", whole.len() * 8);
}

#[test]
fn the_content_of_a_pbf_block_is_not_believed() {
    // As above, but behind the checksum of the packing.
    let (map, mut seed) = (map(), Seed(4));
    let header = blob("OSMHeader", &[]);
    let block = map.node_block();
    for _ in 0..4000 {
        let mut bytes = block.clone();
        for _ in 0..=seed.below(3) {
            let at = seed.below(bytes.len() as u64) as usize;
            bytes[at] = seed.below(256) as u8;
        }
        let result = pbf(&[&header[..], &blob("OSMData", &bytes)].concat());
        assert!(matches!(result, Err(BadStreets::Damaged { .. } | BadStreets::NoStreets { .. })), "{result:?}");
    }
}

#[test]
fn positions_out_of_range_are_refused_or_left_out() {
    let dense = |step: i64| {
        let (mut ids, mut places) = (vec![], vec![]);
        for _ in 0..3 {
            signed(1, &mut ids);
            signed(step, &mut places);
        }
        let dense = message(&[(1, &ids), (8, &places), (9, &places)]);
        let block = message(&[(1, &[]), (2, &message(&[(2, &dense)]))]);
        pbf(&[blob("OSMHeader", &[]), blob("OSMData", &block)].concat())
    };
    assert!(matches!(dense(i64::MAX), Err(BadStreets::Damaged { .. })));
    assert!(matches!(dense(1_900_000_000), Err(BadStreets::NoStreets { nodes: 3, .. })));
}

#[test]
fn a_small_file_that_unpacks_to_much_is_refused() {
    let header = blob("OSMHeader", &[]);
    let zeros = vec![0u8; 40 << 20];
    assert!(matches!(pbf(&[&header[..], &blob("OSMData", &zeros)].concat()), Err(BadStreets::Damaged { .. })));
    // It says less than what comes.
    let liar = {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&zeros).unwrap();
        packed_blob("OSMData", 1000, &packer.finish().unwrap())
    };
    assert!(matches!(pbf(&[&header[..], &liar].concat()), Err(BadStreets::Damaged { .. })));
    // It says more than what comes.
    let block = map().node_block();
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&block).unwrap();
    let liar = packed_blob("OSMData", block.len() as u64 + 1, &packer.finish().unwrap());
    assert!(matches!(pbf(&[&header[..], &liar].concat()), Err(BadStreets::Damaged { .. })));
    // A block of nothing but empty groups; the same of nodes, which would take sixteen bytes each.
    let mut groups = Vec::new();
    (0..3_000_000).for_each(|_| field(2, &[], &mut groups));
    assert!(matches!(pbf(&[&header[..], &blob("OSMData", &groups)].concat()), Err(BadStreets::Damaged { .. })));
    let ones = vec![2u8; 2_000_000];
    let zeros = vec![0u8; 2_000_000];
    let nodes = message(&[(2, &message(&[(2, &message(&[(1, &ones), (8, &zeros), (9, &zeros)]))]))]);
    assert!(matches!(pbf(&[&header[..], &blob("OSMData", &nodes)].concat()), Err(BadStreets::TooLarge { what: "nodes", .. })));
}

#[test]
fn something_else_is_not_taken_for_a_pbf() {
    for other in [&b"hello, this is a text"[..], MONACO, b"\x00\x00\x00\x04\xff\xff\xff\xff", b"\x89PNG\r\n\x1a\n0000000000000000"] {
        assert!(matches!(pbf(other), Err(BadStreets::Unexpected { .. })), "{:?}", pbf(other).err());
    }
    let history = blob("OSMHeader", &message(&[(4, b"HistoricalInformation")]));
    let refused = pbf(&history).unwrap_err().to_string();
    assert!(refused.contains("HistoricalInformation"), "{refused}");
    let mut lzma = vec![];
    field(4, b"packed otherwise", &mut lzma);
    let mut head = vec![];
    field(1, b"OSMHeader", &mut head);
    varint(3 << 3, &mut head);
    varint(lzma.len() as u64, &mut head);
    assert!(matches!(pbf(&[&(head.len() as u32).to_be_bytes()[..], &head, &lzma].concat()), Err(BadStreets::Unexpected { .. })));
}

#[test]
fn xml_that_is_cut_short_is_refused_wherever_it_ends() {
    let whole = map().xml();
    for end in 0..whole.len() - 1 {
        let Err(bad) = xml(&whole.as_bytes()[..end]) else { panic!("{end} of {}", whole.len()) };
        assert!(matches!(bad, BadStreets::CutShort { .. } | BadStreets::Unexpected { .. } | BadStreets::Damaged { .. }), "{end}: {bad}");
    }
    for end in [3, 10, 100, 5000, MONACO.len() / 2, MONACO.len() - 9, MONACO.len() - 1] {
        let Err(bad) = xml(&MONACO[..end]) else { panic!("{end} of {}", MONACO.len()) };
        assert!(matches!(bad, BadStreets::CutShort { .. }), "{end}: {bad}");
    }
}

#[test]
fn xml_with_other_bytes_in_it_is_refused_or_read_and_never_panics() {
    let (whole, mut seed) = (map().xml().into_bytes(), Seed(9));
    let mut refused = 0;
    for _ in 0..3000 {
        let mut bytes = whole.clone();
        let at = seed.below(bytes.len() as u64) as usize;
        bytes[at] = seed.below(256) as u8;
        refused += usize::from(xml(&bytes).is_err());
    }
    assert!(refused > 300, "{refused}");
    for at in (20..MONACO.len()).step_by(MONACO.len() / 12) {
        let mut bytes = MONACO.to_vec();
        bytes[at] ^= 0x55;
        assert!(xml(&bytes).is_err(), "{at}");
    }
}

#[test]
fn no_entity_of_the_file_s_own_is_expanded() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE osm [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><osm></osm>";
    assert!(matches!(xml(bomb.as_bytes()), Err(BadStreets::Unexpected { .. })));
    let unknown = "<osm><node id=\"1\" lat=\"1\" lon=\"1\"><tag k=\"name\" v=\"&b;\"/></node></osm>";
    assert!(matches!(xml(unknown.as_bytes()), Err(BadStreets::Damaged { .. })));
}

#[test]
fn xml_without_end_is_refused_within_limits() {
    let deep = "<osm>".to_owned() + &"<a>".repeat(1000);
    assert!(matches!(xml(deep.as_bytes()), Err(BadStreets::Damaged { .. })));
    let long = "<osm><node id=\"".to_owned() + &"1".repeat(2 << 20);
    assert!(matches!(xml(long.as_bytes()), Err(BadStreets::Damaged { .. })), "{:?}", xml(long.as_bytes()));
    let many = "<osm><way id=\"1\">".to_owned() + &"<nd ref=\"1\"/>".repeat(100_001);
    assert!(matches!(xml(many.as_bytes()), Err(BadStreets::Damaged { .. })));
    for other in ["", "hello", "<html></html>", "{\"type\": \"FeatureCollection\"}", "<?xml version=\"1.0\"?>"] {
        assert!(matches!(xml(other.as_bytes()), Err(BadStreets::Unexpected { .. })), "{other}: {:?}", xml(other.as_bytes()).err());
    }
    assert!(matches!(xml(b"<osm><node id=\"1\" lat=\"x\" lon=\"1\"/></osm>"), Err(BadStreets::Damaged { at: 6.., .. })));
    assert!(matches!(xml(b"<osm/>"), Err(BadStreets::NoStreets { nodes: 0, ways: 0 })));
}

#[test]
fn kept_bytes_with_any_flipped_bit_are_refused() {
    let whole = map().network().to_bytes();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            assert!(Network::from_bytes(&bytes).is_err(), "{at}.{bit}");
        }
        assert!(Network::from_bytes(&whole[..at]).is_err(), "{at}");
    }
    assert!(Network::from_bytes(&[&whole[..], b"!"].concat()).is_err());
}

#[test]
fn kept_bytes_are_not_believed_even_with_their_checksum() {
    let (whole, mut seed) = (map().network().to_bytes(), Seed(2));
    let places = [drawn::at(0, 0), drawn::at(2000, 0)];
    for _ in 0..3000 {
        let mut bytes = whole[..whole.len() - 4].to_vec();
        let at = 10 + seed.below(bytes.len() as u64 - 10) as usize;
        bytes[at] = seed.below(256) as u8;
        let checksum = crc32fast::hash(&bytes);
        bytes.extend(checksum.to_le_bytes());
        // What it answers does not matter, only that it does.
        if let Ok(network) = Network::from_bytes(&bytes) {
            Mode::ALL.iter().for_each(|mode| drop((network.matrix(*mode, &places, || true), network.path(*mode, places[0], places[1]))));
        }
    }
}
