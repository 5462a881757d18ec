mod exif;
mod hostile;
mod shelf;

use std::path::PathBuf;

use ::image::{DynamicImage, ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use super::*;

/// A made-up street: sky, ground and a few houses with windows, another for each seed; with grain, as a camera has it.
pub(super) fn street(seed: u64, width: u32, height: u32) -> RgbImage {
    let mut random = Random(seed);
    let houses: Vec<_> = (0..6)
        .map(|_| {
            let mut part = || random.below(1000) as f64 / 1000.0;
            (part() * 0.9, 0.1 + part() * 0.3, 0.2 + part() * 0.5, [part(), part(), part()].map(|colour| 40.0 + colour * 200.0))
        })
        .collect();
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let ground = if v < 0.75 { [150.0 + 60.0 * v, 180.0, 230.0 - 80.0 * u] } else { [90.0, 100.0 - 40.0 * u, 80.0] };
        let house = houses.iter().rev().find(|(left, wide, high, _)| u > *left && u < left + wide && v > 0.8 - high && v < 0.8);
        let colour = house.map_or(ground, |(left, wide, high, colour)| {
            let is_window = ((u - left) / wide * 8.0) as u32 % 2 == 1 && ((0.8 - v) / high * 10.0) as u32 % 2 == 1;
            if is_window { [30.0, 40.0, 60.0] } else { *colour }
        });
        let grain = random.below(17) as f64 - 8.0;
        ::image::Rgb(colour.map(|colour| (colour + grain).clamp(0.0, 255.0) as u8))
    })
}

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % n
    }
}

fn jpeg(image: &RgbImage, quality: u8, is_progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_progressive(is_progressive);
    encoder.encode(image, image.width() as u16, image.height() as u16, ColorType::Rgb).unwrap();
    bytes
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The same picture in every format and kind that is let in.
fn kinds(image: &RgbImage) -> Vec<(&'static str, Vec<u8>)> {
    let any = DynamicImage::ImageRgb8(image.clone());
    vec![
        ("jpeg", jpeg(image, 90, false)),
        ("progressive jpeg", jpeg(image, 90, true)),
        ("png", written(&any, ImageFormat::Png)),
        ("webp", written(&any, ImageFormat::WebP)),
        ("16-bit png", written(&DynamicImage::ImageRgb16(any.to_rgb16()), ImageFormat::Png)),
        ("png with alpha", written(&DynamicImage::ImageRgba8(any.to_rgba8()), ImageFormat::Png)),
    ]
}

fn pixels(jpeg: &[u8]) -> RgbImage {
    ::image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// Mean difference of a colour, of 255; infinite when the sizes differ.
fn difference(a: &RgbImage, b: &RgbImage) -> f64 {
    if a.dimensions() != b.dimensions() {
        return f64::INFINITY;
    }
    let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.as_raw().len() as f64
}

/// Photographs of others, where they are at hand.
fn shared(folder: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/photos").join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: ../shared is not there");
    None
}

#[test]
fn every_format_gives_the_same_picture_in_three_sizes() {
    let street = street(1, 1350, 900);
    for (kind, bytes) in kinds(&street) {
        let picture = admit(&bytes).unwrap();
        assert_eq!((picture.width, picture.height, picture.bytes_received), (1350, 900, bytes.len() as u64), "{kind}");
        assert_eq!(picture.hash.to_string().parse(), Ok(picture.hash));
        assert_eq!((picture.taken, picture.notes), (Taken::default(), vec![]), "{kind}");
        assert_eq!(pixels(&picture.large).dimensions(), (1280, 853), "{kind}");
        assert_eq!(pixels(&picture.small).dimensions(), (320, 213), "{kind}");
        // The grain of ±8 that is lost makes most of it.
        let different = difference(&pixels(&picture.full), &street);
        assert!(different < 6.0, "{kind}: {different}");
    }
}

#[test]
fn the_same_bytes_have_one_hash_and_other_bytes_another() {
    let bytes = jpeg(&street(1, 64, 48), 90, false);
    let with_a_tail = [bytes.as_slice(), b"."].concat();
    assert_eq!(admit(&bytes).unwrap().hash, admit(&bytes).unwrap().hash);
    assert_ne!(admit(&bytes).unwrap().hash, admit(&with_a_tail).unwrap().hash);
    assert_eq!(PhotoHash::of(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-4, example");
    for bad in ["", "ab", &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(bad.parse::<PhotoHash>(), Err(BadHash));
    }
}

#[test]
fn what_is_transparent_lies_on_white() {
    let image = ::image::RgbaImage::from_fn(64, 64, |x, _| if x < 32 { ::image::Rgba([200, 0, 0, 0]) } else { ::image::Rgba([200, 0, 0, 128]) });
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let full = pixels(&admit(&written(&DynamicImage::ImageRgba8(image.clone()), format)).unwrap().full);
        for (x, expected) in [(8, [255, 255, 255]), (56, [227, 127, 127])] {
            assert!(full.get_pixel(x, 32).0.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= 3), "{format:?} {x}: {full:?}");
        }
    }
}

#[test]
fn grey_and_cmyk_keep_their_colours() {
    let encoded = |pixel: &[u8], colours| {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(&pixel.repeat(64 * 64), 64, 64, colours).unwrap();
        *pixels(&admit(&bytes).unwrap().full).get_pixel(30, 30)
    };
    let cases = [
        (encoded(&[90], ColorType::Luma), [90, 90, 90]),
        // (1 - cyan) (1 - key), and so on.
        (encoded(&[0, 255, 255, 0], ColorType::Cmyk), [255, 0, 0]),
        (encoded(&[255, 0, 0, 128], ColorType::CmykAsYcck), [0, 127, 127]),
    ];
    for (found, expected) in cases {
        assert!(found.0.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= 4), "{found:?}, {expected:?}");
    }
}

#[test]
fn no_edge_becomes_zero() {
    for (width, height) in [(1, 1), (9000, 1), (1, 9000)] {
        let picture = admit(&written(&DynamicImage::ImageRgb8(RgbImage::new(width, height)), ImageFormat::Png)).unwrap();
        let expected = |edge: u32| (width.min(edge), height.min(edge));
        assert_eq!(pixels(&picture.full).dimensions(), expected(2560));
        assert_eq!(pixels(&picture.small).dimensions(), expected(320));
    }
}

#[test]
fn the_same_scene_is_near_and_another_is_far() {
    let scenes: Vec<_> = (0..12).map(|seed| street(seed, 400, 300)).collect();
    let likeness = |image: &RgbImage, quality| admit(&jpeg(image, quality, false)).unwrap().likeness;
    let originals: Vec<_> = scenes.iter().map(|scene| likeness(scene, 90)).collect();
    for (scene, original) in scenes.iter().zip(&originals) {
        let smaller = DynamicImage::ImageRgb8(scene.clone()).resize_exact(201, 149, ::image::imageops::FilterType::Triangle).into_rgb8();
        for other in [likeness(scene, 30), likeness(&smaller, 75)] {
            assert!(original.distance(other) < Likeness::NEAR, "{}", original.distance(other));
        }
    }
    for (at, a) in originals.iter().enumerate() {
        for b in &originals[at + 1..] {
            assert!(a.distance(*b) > Likeness::NEAR, "{}", a.distance(*b));
        }
    }
}
