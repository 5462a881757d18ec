//! The first 127 bytes: where everything is, and what the tiles are.

use std::ops::Range;

use super::{Fault, LONGEST_DIRECTORY, LONGEST_METADATA};
use crate::earth::Bounds;

/// Length of the header, bytes.
pub const LENGTH: u64 = 127;

/// What the tiles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mapbox Vector Tiles.
    Mvt,
    Png,
    Jpeg,
    Webp,
    Avif,
}

/// How parts are packed. Others than these two are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
}

/// Where everything is, as ranges of bytes that the file has.
#[derive(Debug)]
pub struct Header {
    pub root: Range<u64>,
    pub metadata: Range<u64>,
    pub leaves: Range<u64>,
    pub tiles: Range<u64>,
    /// Of directories and metadata.
    pub packing: Compression,
    pub tile_packing: Compression,
    pub kind: Kind,
    pub zooms: (u8, u8),
    pub bounds: Bounds,
}

impl Header {
    /// `length` is the file's, in bytes.
    pub fn parse(bytes: &[u8], length: u64) -> Result<Self, Fault> {
        match bytes {
            [b'P', b'M', b'T', b'i', b'l', b'e', b's', 3, ..] => {}
            [b'P', b'M', b'T', b'i', b'l', b'e', b's', version, ..] => return Err(Fault::Version(*version)),
            // Version 2 began otherwise.
            [b'P', b'M', version @ (1 | 2), ..] => return Err(Fault::Version(*version)),
            _ => return Err(Fault::NotPmTiles),
        }
        let bytes: &[u8; LENGTH as usize] =
            bytes.get(..LENGTH as usize).and_then(|bytes| bytes.try_into().ok()).ok_or(Fault::CutShort { expected: LENGTH, found: length })?;
        let section = |at: usize| {
            let (start, size) = (number(bytes, at), number(bytes, at + 8));
            match start.checked_add(size) {
                Some(end) if end <= length => Ok(start..end),
                Some(end) => Err(Fault::CutShort { expected: end, found: length }),
                None => Err(Fault::Damaged("a part ends beyond every file")),
            }
        };
        let header = Self {
            root: section(8)?,
            metadata: section(24)?,
            leaves: section(40)?,
            tiles: section(56)?,
            packing: packing("directories", bytes[97])?,
            tile_packing: packing("tiles", bytes[98])?,
            kind: match bytes[99] {
                1 => Kind::Mvt,
                2 => Kind::Png,
                3 => Kind::Jpeg,
                4 => Kind::Webp,
                5 => Kind::Avif,
                other => return Err(Fault::Kind(other)),
            },
            zooms: (bytes[100], bytes[101]),
            bounds: Bounds { west: degrees(bytes, 102), south: degrees(bytes, 106), east: degrees(bytes, 110), north: degrees(bytes, 114) },
        };
        if header.root.is_empty() || header.root.end - header.root.start > LONGEST_DIRECTORY || header.metadata.end - header.metadata.start > LONGEST_METADATA {
            return Err(Fault::Damaged("its directory or its metadata have an impossible length"));
        }
        let on_earth = Bounds { west: -180.0, south: -90.0, east: 180.0, north: 90.0 }.covers(&header.bounds);
        if header.zooms.0 > header.zooms.1 || header.bounds.is_empty() || !on_earth {
            return Err(Fault::Damaged("its zooms or its bounds are none"));
        }
        Ok(header)
    }
}

fn packing(what: &'static str, code: u8) -> Result<Compression, Fault> {
    let found = match code {
        1 => return Ok(Compression::None),
        2 => return Ok(Compression::Gzip),
        3 => "brotli",
        4 => "zstd",
        _ => "something unknown",
    };
    Err(Fault::Packing { what, found })
}

fn number(bytes: &[u8; LENGTH as usize], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Degrees are written as ten-millionths.
fn degrees(bytes: &[u8; LENGTH as usize], at: usize) -> f64 {
    f64::from(i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])) / 1e7
}
