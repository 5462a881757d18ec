//! How alike two pictures look.

use super::Raster;

/// The difference hash (Neal Krawetz, "Kind of Like That", hackerfactor.com, 2013): the picture as 9 x 8 grey points, and for each of the
/// 64 neighbours in a row whether it grows brighter. It stays nearly the same when a picture is scaled or compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Likeness(u64);

impl Likeness {
    /// Two pictures nearer than this are near-duplicates. Of twelve made-up streets, each was at most 4 from itself scaled or compressed, and at
    /// least 12 from any other (`tests.rs`).
    pub const NEAR: u32 = 8;

    pub(super) fn of(raster: &Raster) -> Self {
        // ITU-R BT.601 luma, in thousandths.
        let grey: Vec<u32> = raster.scaled(9, 8).pixels().map(|[r, g, b]| 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)).collect();
        let brighter = grey.chunks_exact(9).flat_map(|row| row.windows(2)).map(|pair| u64::from(pair[1] > pair[0]));
        Self(brighter.fold(0, |bits, bit| bits << 1 | bit))
    }

    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// 0 (alike) to 64 (each other's negative); unrelated pictures are some 32 apart.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}
