//! What a camera says of a picture.

use std::fs;

use ::exif::{Field, In, Rational, Tag, Value, experimental::Writer};

use super::{hostile::assert_bare, *};
use crate::earth::LonLat;

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

fn text(tag: Tag, text: &str) -> Field {
    field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))
}

fn rational(tag: Tag, parts: &[(u32, u32)]) -> Field {
    field(tag, Value::Rational(parts.iter().map(|(num, denom)| Rational { num: *num, denom: *denom }).collect()))
}

fn tiff(fields: &[Field]) -> Vec<u8> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut bytes = std::io::Cursor::new(Vec::new());
    writer.write(&mut bytes, false).unwrap();
    bytes.into_inner()
}

/// Behind the start of the JPEG.
fn spliced(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    let length = (8 + tiff.len() as u16).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, b"Exif\0\0", tiff, &jpeg[2..]].concat()
}

/// A JPEG with EXIF in it; other formats as they are.
pub(super) fn with_exif(bytes: Vec<u8>) -> Vec<u8> {
    if bytes[0] == 0xff { spliced(&bytes, &tiff(&usual())) } else { bytes }
}

fn usual() -> Vec<Field> {
    vec![
        text(Tag::DateTimeOriginal, "2026:03:04 05:06:07"),
        text(Tag::OffsetTimeOriginal, "+08:00"),
        text(Tag::GPSLatitudeRef, "N"),
        rational(Tag::GPSLatitude, &[(31, 1), (46, 1), (4800, 100)]),
        text(Tag::GPSLongitudeRef, "E"),
        rational(Tag::GPSLongitude, &[(119, 1), (58, 1), (1200, 100)]),
        text(Tag::GPSImgDirectionRef, "T"),
        rational(Tag::GPSImgDirection, &[(36000, 100)]),
        rational(Tag::GPSHPositioningError, &[(45, 10)]),
    ]
}

/// The usual fields, with these in place of those of the same tags.
fn read(changed: Vec<Field>) -> (Taken, Vec<Note>) {
    let mut fields = usual();
    fields.retain(|field| changed.iter().all(|changed| changed.tag != field.tag));
    fields.extend(changed);
    let picture = admit(&spliced(&jpeg(&street(1, 32, 24), 90, false), &tiff(&fields))).unwrap();
    assert_bare(&picture);
    (picture.taken, picture.notes)
}

#[test]
fn time_place_and_heading_are_read() {
    let expected = Taken {
        at: Some(jiff::civil::datetime(2026, 3, 4, 5, 6, 7, 0)),
        offset_minutes: Some(480),
        place: LonLat::new(119.0 + 58.0 / 60.0 + 12.0 / 3600.0, 31.0 + 46.0 / 60.0 + 48.0 / 3600.0).ok(),
        heading: Some(0.0),
        accuracy_m: Some(4.5),
    };
    assert_eq!(read(vec![]), (expected.clone(), vec![]));
    let png = written(&DynamicImage::ImageRgb8(street(1, 32, 24)), ImageFormat::Png);
    let exif = tiff(&usual());
    let chunk = [b"eXIf", exif.as_slice()].concat();
    let chunk = [&(exif.len() as u32).to_be_bytes(), chunk.as_slice(), &crc32fast::hash(&chunk).to_be_bytes()].concat();
    assert_eq!(admit(&[&png[..33], &chunk, &png[33..]].concat()).unwrap().taken, expected);
}

#[test]
fn what_cannot_be_is_ignored_with_a_note() {
    let cases = [
        (vec![rational(Tag::GPSLatitude, &[(131, 1), (0, 1), (0, 1)])], Note::PlaceOffEarth),
        (vec![rational(Tag::GPSLatitude, &[(0, 1); 3]), rational(Tag::GPSLongitude, &[(0, 1); 3])], Note::PlaceZero),
        (vec![rational(Tag::GPSLatitude, &[(0, 0); 3])], Note::PlaceUnreadable),
        (vec![rational(Tag::GPSLatitude, &[(31, 1), (99, 1), (0, 1)])], Note::PlaceUnreadable),
        (vec![rational(Tag::GPSLatitude, &[(31, 1)])], Note::PlaceUnreadable),
        (vec![text(Tag::GPSLatitudeRef, "X")], Note::PlaceUnreadable),
        (vec![text(Tag::DateTimeOriginal, "2026:02:30 05:06:07")], Note::TimeUnreadable),
        (vec![text(Tag::DateTimeOriginal, "yesterday")], Note::TimeUnreadable),
        (vec![text(Tag::DateTimeOriginal, "1980:01:01 00:00:00")], Note::TimeBefore1990),
        (vec![rational(Tag::GPSImgDirection, &[(361, 1)])], Note::HeadingUnreadable),
        (vec![rational(Tag::GPSImgDirection, &[(1, 0)])], Note::HeadingUnreadable),
        (vec![text(Tag::GPSImgDirectionRef, "M")], Note::HeadingMagnetic),
        (vec![rational(Tag::GPSHPositioningError, &[(0, 0)])], Note::AccuracyUnreadable),
    ];
    for (changed, note) in cases {
        let (taken, notes) = read(changed);
        assert_eq!(notes, [note]);
        let is_place = matches!(note, Note::PlaceOffEarth | Note::PlaceZero | Note::PlaceUnreadable);
        assert_eq!(taken.place.is_none(), is_place, "{note:?}");
        assert_eq!(taken.at.is_none(), matches!(note, Note::TimeUnreadable | Note::TimeBefore1990), "{note:?}");
        assert_eq!(taken.heading.is_none(), note == Note::HeadingUnreadable, "{note:?}");
    }
}

#[test]
fn a_time_after_today_s_is_taken_back_by_who_knows_today() {
    let mut picture = admit(&with_exif(jpeg(&street(1, 32, 24), 90, false))).unwrap();
    picture.not_after(jiff::civil::datetime(2026, 3, 4, 5, 6, 7, 0));
    assert!(picture.taken.at.is_some() && picture.notes.is_empty());
    picture.not_after(jiff::civil::datetime(2026, 3, 4, 5, 6, 6, 0));
    assert_eq!((picture.taken.at, picture.taken.offset_minutes, picture.notes), (None, None, vec![Note::TimeInFuture]));
}

#[test]
fn codes_of_notes_differ() {
    let codes: std::collections::BTreeSet<_> = Note::ALL.iter().map(|note| note.code()).collect();
    assert_eq!(codes.len(), Note::ALL.len());
}

/// Four corners of four colours, written as each of the eight orientations has it, and read back.
#[test]
fn every_orientation_is_turned_upright() {
    let corners = [[250, 0, 0], [0, 250, 0], [0, 0, 250], [250, 250, 0]];
    let upright = RgbImage::from_fn(96, 64, |x, y| ::image::Rgb(corners[usize::from(x >= 48) + 2 * usize::from(y >= 32)]));
    for number in 1..=8 {
        // The way back: a quarter turn is undone by the other one, everything else by itself.
        let back = ::image::metadata::Orientation::from_exif(match number {
            6 => 8,
            8 => 6,
            other => other,
        });
        let mut stored = DynamicImage::ImageRgb8(upright.clone());
        stored.apply_orientation(back.unwrap());
        let exif = tiff(&[field(Tag::Orientation, Value::Short(vec![number.into()]))]);
        let picture = admit(&spliced(&jpeg(&stored.into_rgb8(), 95, false), &exif)).unwrap();
        assert_eq!((picture.width, picture.height), (96, 64), "{number}");
        assert!(difference(&pixels(&picture.full), &upright) < 5.0, "{number}");
    }
}

/// The nine are photographs of one scene, each encoded on its own: they differ by some 2 of 255.
#[test]
fn the_photographs_of_all_orientations_look_alike() {
    let Some(folder) = shared("exif") else { return };
    let small = |number| pixels(&admit(&fs::read(folder.join(format!("Landscape_{number}.jpg"))).unwrap()).unwrap().small);
    let first = small(1);
    for number in [0, 2, 3, 4, 5, 6, 7, 8] {
        let different = difference(&first, &small(number));
        assert!(different < 6.0, "{number}: {different}");
    }
}

#[test]
fn the_places_of_photographs_are_those_that_piexif_reads() {
    let Some(folder) = shared("exif") else { return };
    for row in fs::read_to_string(folder.join("gps.csv")).unwrap().lines().skip(1) {
        let mut columns = row.split(',');
        let (file, lat, lon) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        let place = match admit(&fs::read(folder.join(file)).unwrap()) {
            Ok(picture) => {
                assert_bare(&picture);
                picture.taken.place.map(|place| (place.lat(), place.lon()))
            }
            Err(rejected) => panic!("{file}: {rejected}"),
        };
        let expected = lat.parse::<f64>().ok().zip(lon.parse::<f64>().ok());
        // The file has seven decimals.
        let is_near = place.zip(expected).is_some_and(|(place, expected)| (place.0 - expected.0).abs() < 1e-6 && (place.1 - expected.1).abs() < 1e-6);
        assert!(is_near || expected.is_none() && place.is_none(), "{file}: {place:?}, expected {expected:?}");
    }
}
