//! The atlas written down, so that a start need not read the whole record: a short head, then every column as it lies in memory.
//!
//! All numbers are little-endian. A column is its length, its items, and the checksum of everything so far, so no part can be cut off,
//! changed or moved unseen. Reading allocates no more than the file is long, and refuses what does not fit together. What follows
//! from other columns (the tree, the order of codes) is not written but made anew.

use std::io::{self, Read, Write};

use super::Snapshot;
use crate::{domain::house::HouseKind, earth::LonLat};

const MAGIC: [u8; 8] = *b"sanshi\nA";
/// Raised with every change of what is written, or of how houses are rated.
const FORM: u32 = 1;
/// Items written or read in one go.
const CHUNK: usize = 8192;
/// Bytes of a text of the head.
const LONGEST: u64 = 1 << 16;

/// What an atlas was made of. Taken is only one whose origin is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The history of the record up to the revision of the snapshot.
    pub history: String,
    /// The policies that the houses were rated by.
    pub policies: String,
    /// The program that rated them.
    pub build: String,
}

/// Why a kept atlas cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("it is not an atlas as this program writes it")]
    OtherForm,
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl Snapshot {
    /// Writes all down.
    pub fn keep(&self, origin: &Origin, out: &mut dyn Write) -> io::Result<()> {
        let mut out = Writer { out, checksum: crc32fast::Hasher::new() };
        out.raw(&MAGIC)?;
        out.raw(&FORM.to_le_bytes())?;
        out.raw(&self.revision().to_le_bytes())?;
        for text in [&origin.history, &origin.policies, &origin.build] {
            out.bytes(text.as_bytes())?;
        }
        self.write(&mut out)
    }
}

/// A kept atlas of which only the head was read yet.
pub struct KeptAtlas<R> {
    input: Reader<R>,
    revision: i64,
    origin: Origin,
}

impl<R: Read> KeptAtlas<R> {
    /// Reads the head of an atlas that is so many bytes long.
    pub fn open(input: R, length: u64) -> Result<Self, Unfit> {
        let mut input = Reader { input, left: length, checksum: crc32fast::Hasher::new() };
        if input.array::<8>().map_err(|_| Unfit::OtherForm)? != MAGIC || u32::from_le_bytes(input.array()?) != FORM {
            return Err(Unfit::OtherForm);
        }
        let revision = i64::from_le_bytes(input.array()?);
        let mut text = || String::from_utf8(input.bytes(LONGEST)?).map_err(|_| Unfit::Damaged("a text is not UTF-8"));
        let origin = Origin { history: text()?, policies: text()?, build: text()? };
        Ok(Self { input, revision, origin })
    }

    /// The store's revision that it shows.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Reads the rest.
    pub fn read(mut self) -> Result<Snapshot, Unfit> {
        let snapshot = Snapshot::read(&mut self.input, self.revision)?;
        must(self.input.left == 0, "something follows its end")?;
        Ok(snapshot)
    }
}

pub(super) struct Writer<'a> {
    out: &'a mut dyn Write,
    checksum: crc32fast::Hasher,
}

impl Writer<'_> {
    pub fn column<T: Item>(&mut self, items: &[T]) -> io::Result<()> {
        self.raw(&(items.len() as u64).to_le_bytes())?;
        let mut buffer = Vec::with_capacity(CHUNK * T::WIDTH);
        for chunk in items.chunks(CHUNK) {
            buffer.clear();
            chunk.iter().for_each(|item| item.put(&mut buffer));
            self.raw(&buffer)?;
        }
        self.seal()
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw(&(bytes.len() as u64).to_le_bytes())?;
        self.raw(bytes)?;
        self.seal()
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.checksum.update(bytes);
        self.out.write_all(bytes)
    }

    fn seal(&mut self) -> io::Result<()> {
        self.out.write_all(&self.checksum.clone().finalize().to_le_bytes())
    }
}

pub(super) struct Reader<R> {
    input: R,
    /// Bytes not read yet.
    left: u64,
    checksum: crc32fast::Hasher,
}

impl<R: Read> Reader<R> {
    pub fn column<T: Item>(&mut self) -> Result<Vec<T>, Unfit> {
        let count = self.length(T::WIDTH as u64)?;
        let mut items = Vec::with_capacity(count);
        let mut buffer = vec![0; CHUNK.min(count) * T::WIDTH];
        while items.len() < count {
            let bytes = &mut buffer[..CHUNK.min(count - items.len()) * T::WIDTH];
            self.raw(bytes)?;
            for item in bytes.chunks_exact(T::WIDTH) {
                items.push(T::take(item).ok_or(Unfit::Damaged("a value is out of range"))?);
            }
        }
        self.seal()?;
        Ok(items)
    }

    /// At most so many bytes.
    pub fn bytes(&mut self, most: u64) -> Result<Vec<u8>, Unfit> {
        let length = self.length(1)?;
        must(length as u64 <= most, "a text is too long")?;
        let mut bytes = vec![0; length];
        self.raw(&mut bytes)?;
        self.seal()?;
        Ok(bytes)
    }

    /// A length that the rest of the file has room for.
    fn length(&mut self, width: u64) -> Result<usize, Unfit> {
        let count = u64::from_le_bytes(self.array()?);
        must(count.checked_mul(width).is_some_and(|bytes| bytes <= self.left), "it ends too early")?;
        usize::try_from(count).map_err(|_| Unfit::Damaged("it is larger than this machine's memory"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unfit> {
        let mut bytes = [0; N];
        self.raw(&mut bytes)?;
        Ok(bytes)
    }

    fn raw(&mut self, bytes: &mut [u8]) -> Result<(), Unfit> {
        self.take(bytes)?;
        self.checksum.update(bytes);
        Ok(())
    }

    fn seal(&mut self) -> Result<(), Unfit> {
        let mut bytes = [0; 4];
        self.take(&mut bytes)?;
        must(u32::from_le_bytes(bytes) == self.checksum.clone().finalize(), "its checksum does not agree")
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), Unfit> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(Unfit::Damaged("it ends too early"))?;
        Ok(self.input.read_exact(bytes)?)
    }
}

/// What a kept column must be like to be used.
pub(super) fn must(holds: bool, otherwise: &'static str) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(Unfit::Damaged(otherwise)) }
}

/// Ends of runs, one after the other, the last of which is the end of all.
pub(super) fn must_end(ends: &[u32], count: usize, all: usize) -> Result<(), Unfit> {
    let last = ends.last().map_or(0, |&end| end as usize);
    must(ends.len() == count && last == all && ends.is_sorted(), "its columns do not fit together")
}

/// An item of a column, of fixed width.
pub(super) trait Item: Sized {
    const WIDTH: usize;
    fn put(&self, bytes: &mut Vec<u8>);
    /// `None` for what no item looks like.
    fn take(bytes: &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Item for $number {
            const WIDTH: usize = size_of::<$number>();

            fn put(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn take(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_le_bytes)
            }
        }
    )* };
}

numbers! { u32 u64 i16 i32 i64 f64 }

impl Item for [f64; 2] {
    const WIDTH: usize = 16;

    fn put(&self, bytes: &mut Vec<u8>) {
        self.iter().for_each(|number| number.put(bytes));
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        let (a, b) = bytes.split_at_checked(8)?;
        Some([f64::take(a)?, f64::take(b)?])
    }
}

impl Item for LonLat {
    const WIDTH: usize = 16;

    fn put(&self, bytes: &mut Vec<u8>) {
        [self.lon(), self.lat()].put(bytes);
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        let [lon, lat] = Item::take(bytes)?;
        Self::new(lon, lat).ok()
    }
}

impl Item for HouseKind {
    const WIDTH: usize = 1;

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self as u8);
    }

    fn take(bytes: &[u8]) -> Option<Self> {
        Self::ALL.get(usize::from(*bytes.first()?)).copied()
    }
}
