//! Directories: runs of tiles by number, each with its place, or the place of a further directory.

use super::Fault;

/// Longest directory, unpacked; an entry takes at least 4 bytes of it.
pub const LONGEST: u64 = 8 << 20;

/// Tiles `first` to `first + run - 1` have these bytes; with a run of 0, a further directory has all tiles from `first` to the next entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    first: u64,
    offset: u64,
    length: u32,
    run: u32,
}

/// Entries in order of tiles.
#[derive(Debug)]
pub struct Directory(Vec<Entry>);

/// What a directory knows of a tile: an offset in its section and a length, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Tile { offset: u64, length: u64 },
    Leaf { offset: u64, length: u64 },
}

impl Directory {
    /// Reads the four columns: steps between tiles, runs, lengths, offsets.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let mut numbers = Numbers(bytes);
        let count = usize::try_from(numbers.next()?).ok().filter(|count| *count <= bytes.len() / 4);
        let count = count.ok_or(Fault::Damaged("a directory has more entries than bytes"))?;
        let mut entries = vec![Entry { first: 0, offset: 0, length: 0, run: 0 }; count];
        let mut first = 0u64;
        for (at, entry) in entries.iter_mut().enumerate() {
            let step = numbers.next()?;
            if step == 0 && at > 0 {
                return Err(Fault::Damaged("a directory has a tile twice"));
            }
            first = first.checked_add(step).ok_or(Fault::Damaged("a tile's number is too large"))?;
            entry.first = first;
        }
        for entry in &mut entries {
            entry.run = numbers.small()?;
        }
        for entry in &mut entries {
            entry.length = numbers.small()?;
            if entry.length == 0 {
                return Err(Fault::Damaged("a directory has an entry without bytes"));
            }
        }
        let mut end = None;
        for entry in &mut entries {
            entry.offset = match (numbers.next()?, end) {
                (0, Some(end)) => end,
                (0, None) => return Err(Fault::Damaged("a directory's first entry has no place")),
                (offset, _) => offset - 1,
            };
            end = entry.offset.checked_add(u64::from(entry.length));
        }
        Ok(Self(entries))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Where a tile is, or where to look further.
    pub fn find(&self, number: u64) -> Option<Found> {
        let entry = self.0[..self.0.partition_point(|entry| entry.first <= number)].last()?;
        let (offset, length) = (entry.offset, u64::from(entry.length));
        match entry.run {
            0 => Some(Found::Leaf { offset, length }),
            run => (number - entry.first < u64::from(run)).then_some(Found::Tile { offset, length }),
        }
    }
}

/// Numbers of 7 bits a byte, lowest first.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Result<u64, Fault> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(Fault::Damaged("a directory ends within a number"))?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Fault::Damaged("a directory has a number that is too large"))
    }

    fn small(&mut self) -> Result<u32, Fault> {
        u32::try_from(self.next()?).map_err(|_| Fault::Damaged("a directory has a length or a run that is too large"))
    }
}
