//! One file with all tiles of a map: the PMTiles format, version 3 (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md).
//!
//! It reads from whatever is given to it and knows no paths and no HTTP. Nothing in the file is believed: each place is checked against the
//! file's length and each length has a limit, so a hostile file is refused or gives errors, within bounded memory.

mod directory;
mod header;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use flate2::read::GzDecoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::earth::{Bounds, TileId};
use directory::{Directory, Found};
use header::{Compression, Header};

pub use header::Kind;

/// Longest directory, compressed; the tools write some 16 KiB.
const LONGEST_DIRECTORY: u64 = 4 << 20;
/// Longest text about the map, unpacked.
const LONGEST_METADATA: u64 = 16 << 20;
/// Longest tile.
const LONGEST_TILE: u64 = 16 << 20;
/// The root and three levels below it, as the specification has it: directories that lead back to themselves end here.
const DEEPEST: u8 = 4;
/// Entries of directories kept in memory, of 24 bytes each.
const KEPT_ENTRIES: usize = 1 << 20;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("expected a PMTiles file; found something else")]
    NotPmTiles,
    #[error("expected PMTiles version 3; found version {0}: convert it with `pmtiles convert`")]
    Version(u8),
    #[error("expected a file of at least {expected} bytes; found {found}: it is cut short")]
    CutShort { expected: u64, found: u64 },
    #[error("expected {what} that is packed with gzip or not at all; found {found}")]
    Packing { what: &'static str, found: &'static str },
    #[error("expected tiles of the kinds mvt, png, jpeg, webp or avif; found kind {0}")]
    Kind(u8),
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// Where the bytes come from.
trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// A file of tiles, ready to be asked.
pub struct Archive {
    source: Mutex<Box<dyn Source>>,
    header: Header,
    metadata: Map<String, Value>,
    root: Arc<Directory>,
    /// Directories below the root by where they begin.
    leaves: Mutex<HashMap<u64, Arc<Directory>>>,
    mark: u64,
}

impl Archive {
    /// Reads header, first directory and metadata.
    pub fn open(mut source: impl Read + Seek + Send + 'static) -> Result<Self, Fault> {
        let length = source.seek(SeekFrom::End(0))?;
        let head = read(&mut source, 0..length.min(header::LENGTH))?;
        let header = Header::parse(&head, length)?;
        let root = unpacked(read(&mut source, header.root.clone())?, header.packing, directory::LONGEST)?;
        let metadata = unpacked(read(&mut source, header.metadata.clone())?, header.packing, LONGEST_METADATA)?;
        let mark = [&head, &root, &metadata].into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
        Ok(Self {
            source: Mutex::new(Box::new(source)),
            metadata: serde_json::from_slice(&metadata).map_err(|_| Fault::Damaged("its metadata is no JSON object"))?,
            root: Arc::new(Directory::parse(&root)?),
            leaves: Mutex::default(),
            mark: mark.iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte)),
            header,
        })
    }

    /// What its tiles are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.header.kind
    }

    /// The first and the last zoom with tiles.
    #[must_use]
    pub fn zooms(&self) -> (u8, u8) {
        self.header.zooms
    }

    /// The box that the tiles show.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.header.bounds
    }

    /// What the file says of its map, such as `name`, `attribution` and `vector_layers`; nothing of it is checked.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// Tells this file from another one: a hash of its header, first directory and metadata.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Whether tiles are packed with gzip in the file.
    #[must_use]
    pub fn is_zipped(&self) -> bool {
        self.header.tile_packing == Compression::Gzip
    }

    /// The bytes at the place of a tile (or of a directory) as they are in the file.
    pub fn packed(&self, place: Range<u64>) -> Result<Vec<u8>, Fault> {
        read(&mut *self.source.lock().unwrap_or_else(PoisonError::into_inner), place)
    }

    /// The bytes at the place of a tile for a client that takes no gzip.
    pub fn unpacked(&self, place: Range<u64>) -> Result<Vec<u8>, Fault> {
        unpacked(self.packed(place)?, self.header.tile_packing, LONGEST_TILE)
    }

    /// Where a tile is in the file; `None` when there is no such tile.
    pub fn place(&self, tile: TileId) -> Result<Option<Range<u64>>, Fault> {
        let id = tile_number(tile);
        let mut directory = Arc::clone(&self.root);
        for _ in 0..DEEPEST {
            match directory.find(id) {
                None => return Ok(None),
                Some(Found::Tile { offset, length }) => {
                    return within(&self.header.tiles, offset, length, LONGEST_TILE).map(Some).ok_or(Fault::Damaged("a tile lies outside of the tiles"));
                }
                Some(Found::Leaf { offset, length }) => {
                    let place =
                        within(&self.header.leaves, offset, length, LONGEST_DIRECTORY).ok_or(Fault::Damaged("a directory lies outside of the directories"))?;
                    directory = self.leaf(place)?;
                }
            }
        }
        Err(Fault::Damaged("its directories are nested too deeply"))
    }

    fn leaf(&self, place: Range<u64>) -> Result<Arc<Directory>, Fault> {
        let at = place.start;
        if let Some(leaf) = self.leaves.lock().unwrap_or_else(PoisonError::into_inner).get(&at) {
            return Ok(Arc::clone(leaf));
        }
        let leaf = Arc::new(Directory::parse(&unpacked(self.packed(place)?, self.header.packing, directory::LONGEST)?)?);
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        // Started anew when full: simpler than an order of use, and read again at once.
        if leaves.values().map(|leaf| leaf.len()).sum::<usize>() + leaf.len() > KEPT_ENTRIES {
            leaves.clear();
        }
        leaves.insert(at, Arc::clone(&leaf));
        Ok(leaf)
    }
}

/// A part of a section, no longer than `most`.
fn within(section: &Range<u64>, offset: u64, length: u64, most: u64) -> Option<Range<u64>> {
    let start = section.start.checked_add(offset)?;
    let end = start.checked_add(length)?;
    (end <= section.end && length <= most).then_some(start..end)
}

/// The caller has checked the place against the length of the file and its limit.
fn read(source: &mut (impl Read + Seek + ?Sized), place: Range<u64>) -> Result<Vec<u8>, Fault> {
    let length = usize::try_from(place.end - place.start).map_err(|_| Fault::Damaged("a part is longer than memory"))?;
    let mut bytes = vec![0; length];
    source.seek(SeekFrom::Start(place.start))?;
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn unpacked(bytes: Vec<u8>, packing: Compression, most: u64) -> Result<Vec<u8>, Fault> {
    if packing == Compression::None {
        return if bytes.len() as u64 > most { Err(Fault::Damaged("a part is longer than any should be")) } else { Ok(bytes) };
    }
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice()).take(most + 1).read_to_end(&mut plain).map_err(|_| Fault::Damaged("a part cannot be unpacked"))?;
    if plain.len() as u64 > most { Err(Fault::Damaged("a part is longer than any should be")) } else { Ok(plain) }
}

/// Tiles in the order of the format: zoom by zoom, each along a Hilbert curve.
fn tile_number(tile: TileId) -> u64 {
    let (mut x, mut y) = (u64::from(tile.x()), u64::from(tile.y()));
    let before: u64 = ((1u64 << (2 * tile.z())) - 1) / 3;
    let mut number = 0;
    for bit in (0..tile.z()).rev() {
        let side = 1u64 << bit;
        let (right, lower) = (x & side > 0, y & side > 0);
        number += side * side * ((3 * u64::from(right)) ^ u64::from(lower));
        (x, y) = (x & (side - 1), y & (side - 1));
        if !lower {
            if right {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    before + number
}
