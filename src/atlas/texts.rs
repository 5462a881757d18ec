//! Many short texts in one allocation.

use std::io::{self, Read};

use super::kept::{Reader, Unfit, Writer, must, must_end};

#[derive(Default)]
pub(super) struct Texts {
    pool: String,
    ends: Vec<u32>,
}

impl Texts {
    pub fn collect<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut all = Self { pool: String::new(), ends: Vec::with_capacity(texts.len()) };
        texts.for_each(|text| all.push(text));
        all.pool.shrink_to_fit();
        all
    }

    pub fn push(&mut self, text: &str) {
        // Beyond 4 GiB, some hundred million houses, texts stay empty.
        if u32::try_from(self.pool.len() + text.len()).is_ok() {
            self.pool.push_str(text);
        }
        self.ends.push(u32::try_from(self.pool.len()).unwrap_or(u32::MAX));
    }

    #[inline]
    pub fn get(&self, at: usize) -> &str {
        &self.pool[self.start(at)..self.ends[at] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    /// All texts one after the other, for a search over everything at once.
    pub fn pool(&self) -> &[u8] {
        self.pool.as_bytes()
    }

    /// The text from `first` on that holds the byte of the pool, and where in the pool that text begins and ends. Quick when it is near.
    pub fn holding(&self, byte: usize, first: usize) -> (usize, std::ops::Range<usize>) {
        let mut reach = 1;
        while self.ends.get(first + reach).is_some_and(|&end| end as usize <= byte) {
            reach *= 2;
        }
        let near = first + reach / 2..(first + reach + 1).min(self.ends.len());
        let at = near.start + self.ends[near].partition_point(|&end| end as usize <= byte);
        (at, self.start(at)..self.ends.get(at).map_or(byte, |&end| end as usize))
    }

    pub fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        out.column(&self.ends)?;
        out.bytes(self.pool())
    }

    /// So many texts.
    pub fn read<R: Read>(input: &mut Reader<R>, count: usize) -> Result<Self, Unfit> {
        let ends: Vec<u32> = input.column()?;
        let pool = String::from_utf8(input.bytes(u64::MAX)?).map_err(|_| Unfit::Damaged("a text is not UTF-8"))?;
        must_end(&ends, count, pool.len())?;
        must(ends.iter().all(|&end| pool.is_char_boundary(end as usize)), "a text begins within a letter")?;
        Ok(Self { pool, ends })
    }

    pub fn bytes(&self) -> usize {
        self.pool.len() + 4 * self.ends.len()
    }
}
