//! Files that mean harm, and good ones that were damaged.

use std::{collections::BTreeMap, fs};

use super::*;

/// What is served is a bare JPEG: no marker but those of the picture, no byte after its end.
pub(super) fn assert_bare(picture: &Picture) {
    for size in Size::ALL {
        let bytes = picture.bytes(size);
        let mut markers = Vec::new();
        let mut at = 2;
        while bytes[at + 1] != 0xda {
            assert_eq!(bytes[at], 0xff);
            markers.push(bytes[at + 1]);
            at += 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        }
        // JFIF (without a thumbnail: 16 bytes), quantisation, frame, Huffman tables.
        assert!(markers.iter().all(|marker| matches!(marker, 0xe0 | 0xdb | 0xc0 | 0xc4)), "{markers:x?}");
        assert_eq!(bytes[2..6], [0xff, 0xe0, 0, 16]);
        let end = (at + 2..bytes.len()).find(|at| bytes[*at] == 0xff && bytes[at + 1] != 0).unwrap();
        assert_eq!(&bytes[end..], [0xff, 0xd9]);
    }
}

#[test]
fn every_hostile_file_has_the_answer_of_its_manifest() {
    let Some(folder) = shared("hostile") else { return };
    let manifest = fs::read_to_string(folder.join("manifest.csv")).unwrap();
    let mut counted = 0;
    for row in manifest.lines().skip(1) {
        let (file, rest) = row.split_once(',').unwrap();
        let expected = rest.split(',').nth(1).unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        let answer = admit(&bytes);
        match (&answer, expected) {
            (Ok(picture), expected) if expected.starts_with("accept") || expected == "reject_or_thumbnail_at_least_1px" => assert_bare(picture),
            (Err(_), expected) if expected.contains("reject") => {}
            _ => panic!("{file}: expected {expected}; found {:?}", answer.map(|picture| picture.hash)),
        }
        counted += 1;
    }
    assert_eq!(counted, 38);
}

#[test]
fn what_is_no_picture_is_named() {
    let cases: [(&[u8], &str); 12] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x18ftypavif", "avif"),
        (b"\0\0\0\x18ftypisom", "video"),
        (b"GIF89a", "gif"),
        (b"BM\0\0\0\0", "bmp"),
        (b"MM\0*\0\0", "tiff"),
        (b"%PDF-1.7", "pdf"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><SVG onload='x'/>", "svg"),
        (b"<!DOCTYPE html><p>", "html"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"PK\x03\x04", "zip"),
        (b"\xff\xd8", "unknown"),
    ];
    for (bytes, found) in cases {
        assert_eq!(admit(bytes).unwrap_err(), Rejected::Format { found });
    }
    let heic = admit(cases[0].0).unwrap_err();
    assert_eq!(heic.code(), "photo_format");
    assert!(heic.to_string().contains("most compatible"), "{heic}");
}

#[test]
fn what_is_empty_or_too_large_is_refused_unread() {
    assert_eq!(admit(b"").unwrap_err(), Rejected::Empty);
    assert_eq!(admit(&vec![0xff; MOST_BYTES + 1]).unwrap_err(), Rejected::TooLarge { found: MOST_BYTES + 1 });
}

#[test]
fn a_flood_of_pixels_is_refused_by_its_header() {
    let mut jpeg = jpeg(&street(1, 64, 48), 90, false);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(admit(&jpeg).unwrap_err(), Rejected::TooManyPixels { width: 65535, height: 65535 });
    let mut png = written(&DynamicImage::new_rgb8(8, 8), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(admit(&png).unwrap_err(), Rejected::TooManyPixels { width: 65536, height: 65536 });
}

#[test]
fn scans_beyond_all_measure_are_refused() {
    let good = jpeg(&street(1, 64, 48), 90, true);
    let scan = good.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let bad = [&good[..scan], &good[scan..good.len() - 2].repeat(200), &[0xff, 0xd9]].concat();
    assert_eq!(admit(&bad).unwrap_err(), Rejected::Broken { format: Format::Jpeg, why: "more scans or tables than a camera writes" });
}

#[test]
fn a_picture_that_is_cut_short_is_refused_wherever_it_is_cut() {
    for (kind, bytes) in kinds(&street(3, 160, 120)) {
        for length in (1..bytes.len()).step_by(97).chain(bytes.len() - 8..bytes.len()) {
            assert!(admit(&bytes[..length]).is_err(), "{kind} cut to {length} of {} bytes", bytes.len());
        }
    }
}

/// Whoever cuts a file may put an end to it, and the decoder would fill the rest with grey. What the last 24 bytes hold, a block or two, may be missed.
#[test]
fn a_jpeg_without_its_last_blocks_is_refused_though_it_has_an_end() {
    for (width, height, quality) in [(160, 120, 90), (160, 120, 20), (9, 300, 60), (300, 9, 60)] {
        let bytes = jpeg(&street(3, width, height), quality, false);
        let scan = bytes.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap() + 14;
        for length in (scan..bytes.len() - 26).rev().step_by(17) {
            let ended = [&bytes[..length], &[0xff, 0xd9]].concat();
            let answer = admit(&ended).map(|picture| picture.hash);
            assert!(answer.is_err(), "{width} x {height}, cut to {length} of {} bytes", bytes.len());
        }
    }
}

/// A progressive picture comes in scans, each over the whole of it. Cut before the last one begins, it would be grey or blurred.
#[test]
fn a_progressive_jpeg_that_lacks_scans_is_refused_though_it_has_an_end() {
    for (width, height, quality) in [(160, 120, 90), (160, 120, 20), (9, 300, 60)] {
        let bytes = jpeg(&street(3, width, height), quality, true);
        let scans: Vec<usize> = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == [0xff, 0xda]).map(|(at, _)| at).collect();
        assert!(scans.len() > 2);
        for length in (scans[0] + 14..=scans[scans.len() - 1]).step_by(17) {
            let ended = [&bytes[..length], &[0xff, 0xd9]].concat();
            let answer = admit(&ended).map(|picture| picture.hash);
            assert!(answer.is_err(), "{width} x {height}, cut to {length} of {} bytes", bytes.len());
        }
    }
}

/// The end is nowhere read too early: pictures of one colour have the fewest bits, and all sizes of blocks are met.
#[test]
fn a_whole_jpeg_of_any_size_is_let_in() {
    for edge in 1..=40 {
        for (width, height) in [(edge, 3 * edge), (40, edge), (edge, 7)] {
            for image in [RgbImage::new(width, height), street(5, width, height)] {
                for is_progressive in [false, true] {
                    assert!(admit(&jpeg(&image, 60, is_progressive)).is_ok(), "{width} x {height}");
                }
            }
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut random = Random(7);
    let mut answers = BTreeMap::new();
    let seeds: Vec<_> = kinds(&street(4, 40, 30)).into_iter().map(|(_, bytes)| exif::with_exif(bytes)).collect();
    for round in 0..2_000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=random.below(8) {
            let at = random.below(bytes.len() as u64) as usize;
            match random.below(4) {
                0 => bytes[at] = random.below(256) as u8,
                1 => bytes[at] ^= 1 << random.below(8),
                2 => bytes.truncate(at.max(1)),
                _ => {
                    let from = random.below(bytes.len() as u64) as usize;
                    let part: Vec<u8> = bytes[from..].iter().take(16).copied().collect();
                    bytes.splice(at..at, part);
                }
            }
        }
        match admit(&bytes) {
            Ok(picture) => {
                assert_bare(&picture);
                *answers.entry("ok").or_insert(0) += 1;
            }
            Err(rejected) => *answers.entry(rejected.code()).or_insert(0) += 1,
        }
    }
    assert!(answers["ok"] > 20 && answers["photo_broken"] > 200, "{answers:?}");
}
