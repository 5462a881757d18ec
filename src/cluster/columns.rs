//! Replicates side by side, a bit each. Knows counts in cells and lists of cells, no places.
//!
//! A case in a cell is a row of bits, one per replicate, so that a window grows in all of them by a few logical instructions: eight rows at a time
//! go through carry-save adders into sums whose bits lie one above the other (Muła, Kurz & Lemire, "Faster population counts using AVX2
//! instructions", The Computer Journal 61:111-120, 2018).
//!
//! No ratio is computed while windows grow. A window inside a leap has no more cases than the leap's end and no smaller base than its first: only
//! in the replicates where these two would pass the greatest ratio so far the windows between are looked at, so that the greatest of all
//! is exact.

use super::{
    leaps::{Leap, List},
    likelihood::{Rates, Side},
    models::Model,
    replicates::COLUMNS,
    windows::END,
};
use crate::random::Random;

const LANES: usize = COLUMNS / 64;
type Row = [u64; LANES];

/// Rounding of a ratio stays far below this.
const ROUNDING: f64 = 1e-9;

/// The rows of a cell are those from `first[cell]` to `first[cell + 1]`; one more, without cases, lies after the last.
#[derive(Default)]
pub(super) struct Layout {
    pub first: Vec<u32>,
}

impl Layout {
    pub(super) fn new(heights: &[u32]) -> Self {
        let mut first = vec![0];
        first.extend(heights.iter().scan(0, |sum, height| {
            *sum += height;
            Some(*sum)
        }));
        Self { first }
    }

    pub(super) fn rows(&self) -> usize {
        self.first.last().map_or(0, |&rows| rows as usize)
    }

    pub(super) fn of(&self, cell: usize) -> std::ops::Range<usize> {
        self.first[cell] as usize..self.first[cell + 1] as usize
    }
}

/// [`COLUMNS`] replicates: for every cut the rows of all cells.
pub(super) struct Sheet {
    cuts: Vec<Vec<Row>>,
    /// Columns that are replicates.
    columns: usize,
}

impl Sheet {
    /// The replicates with these numbers, at most [`COLUMNS`].
    pub(super) fn deal<M: Model>(model: &M, layout: &Layout, numbers: std::ops::Range<usize>, seed: u64) -> Self {
        let mut cuts = vec![vec![Row::default(); layout.rows() + 1]; model.cuts()];
        let mut filled = vec![vec![0_u32; layout.first.len() - 1]; cuts.len()];
        for (column, number) in numbers.clone().enumerate() {
            filled.iter_mut().for_each(|filled| filled.fill(0));
            model.deal(&mut Random::stream(seed, number as u64), &mut |cell, level| {
                for (rows, filled) in cuts.iter_mut().zip(&mut filled).take(level) {
                    rows[(layout.first[cell] + filled[cell]) as usize][column / 64] |= 1 << (column % 64);
                    filled[cell] += 1;
                }
            });
        }
        Self { cuts, columns: numbers.len() }
    }
}

/// The greatest ratio of every replicate so far, as shapes are compared by it.
pub(super) type Greatest = [f64; COLUMNS];

/// By cut and base of a window: with fewer cases than this above every cut no greatest ratio changes (`low`: with at least this).
pub(super) struct Hurdle {
    high: Vec<Vec<u32>>,
    low: Vec<Vec<u32>>,
    /// The base of one entry.
    unit: f64,
}

impl Hurdle {
    /// For windows up to a base, where no replicate has less than this as its greatest ratio so far.
    pub(super) fn new<M: Model>(model: &M, rates: Rates, least: f64, most_base: f64) -> Self {
        let least = least * (1.0 - ROUNDING) - ROUNDING;
        let steps = (2 * model.cells()).clamp(16, 1_024);
        let unit = most_base / steps as f64;
        let table = |side: Side| -> Vec<Vec<u32>> {
            let mut cuts = vec![Vec::with_capacity(steps + 2); model.cuts()];
            for step in 0..=steps + 1 {
                for (cut, cases) in cuts.iter_mut().zip(needed(model, least, step as f64 * unit, side)) {
                    cut.push(cases);
                }
            }
            cuts
        };
        let of = |side| if rates.include(side) { table(side) } else { Vec::new() };
        Self { high: of(Side::High), low: of(Side::Low), unit }
    }

    /// Whether one window may pass.
    fn lets(&self, held: &[u32], base: f64) -> bool {
        let step = (base / self.unit * (1.0 - 1e-12)) as usize;
        self.high.iter().zip(held).any(|(needed, &held)| held >= needed[step.min(needed.len() - 1)])
            || self.low.iter().zip(held).any(|(enough, &held)| enough.get(step + 2).is_none_or(|&enough| held < enough))
    }

    /// Replicates in which some window of a leap may pass: by the sums before it and at its end.
    fn passed(&self, leap: &Leap, before: &[Sum], end: &[Sum]) -> Row {
        let mut passed = Row::default();
        let step = (leap.first_base / self.unit * (1.0 - 1e-12)) as usize;
        for (sum, needed) in end.iter().zip(&self.high) {
            let flags = sum.at_least(needed[step.min(needed.len() - 1)]);
            passed.iter_mut().zip(flags).for_each(|(passed, flags)| *passed |= flags);
        }
        let step = (leap.last_base / self.unit * (1.0 + 1e-12)) as usize + 1;
        for (sum, enough) in before.iter().zip(&self.low) {
            // Beyond the end of the table anything may pass.
            let flags = enough.get(step).map_or(Row::default(), |&enough| sum.at_least(enough));
            passed.iter_mut().zip(flags).for_each(|(passed, flags)| *passed |= !flags);
        }
        passed
    }
}

/// For every cut: with fewer cases than this above all of them no window of at least this base has a ratio above `least` (low rates: with
/// at least this none of at most this base). All cuts are as many deviations from what is expected.
fn needed<M: Model>(model: &M, least: f64, base: f64, side: Side) -> Vec<u32> {
    let at = |deviations: f64| -> Vec<u32> {
        let of = |cut: usize| {
            let (expected, deviation) = (model.expected(cut, base), deviations * model.deviation(cut, base).max(0.5));
            match side {
                Side::High => (expected + deviation) as u32,
                Side::Low => (expected - deviation).max(0.0).ceil() as u32,
            }
        };
        (0..model.cuts()).map(of).collect()
    };
    let harmless = |deviations: f64| model.bound(&at(deviations), base, side) <= least;
    if !harmless(0.0) {
        return vec![if side == Side::High { 0 } else { u32::MAX }; model.cuts()];
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high < 1e6 && harmless(high) {
        (low, high) = (high, high * 2.0);
    }
    // Until no count changes.
    while at(low) != at(high) && high - low > 1e-3 {
        let middle = (low + high) / 2.0;
        if harmless(middle) { low = middle } else { high = middle }
    }
    let found = at(low);
    match side {
        Side::High => found.into_iter().map(|cases| cases + 1).collect(),
        Side::Low => found,
    }
}

/// A sum in every replicate, lowest bits first.
#[derive(Clone)]
struct Sum {
    bits: Vec<Row>,
}

impl Sum {
    fn up_to(rows: usize) -> Self {
        Self { bits: vec![Row::default(); ((usize::BITS - rows.leading_zeros()) as usize).max(4)] }
    }

    /// Rows by number, a multiple of eight.
    fn add(&mut self, rows: &[Row], numbers: &[u32]) {
        for eight in numbers.as_chunks::<8>().0 {
            let row = |at: usize| rows[eight[at] as usize];
            let [ones, twos, fours, higher @ ..] = self.bits.as_mut_slice() else { return };
            let a = carry_save(ones, row(0), row(1));
            let b = carry_save(ones, row(2), row(3));
            let c = carry_save(twos, a, b);
            let a = carry_save(ones, row(4), row(5));
            let b = carry_save(ones, row(6), row(7));
            let d = carry_save(twos, a, b);
            let mut carry = carry_save(fours, c, d);
            for bits in higher {
                for lane in 0..LANES {
                    let both = bits[lane] & carry[lane];
                    bits[lane] ^= carry[lane];
                    carry[lane] = both;
                }
            }
        }
    }

    /// Where the sum is at least this.
    fn at_least(&self, least: u32) -> Row {
        if u64::from(least) >> self.bits.len() != 0 {
            return Row::default();
        }
        let mut flags = [u64::MAX; LANES];
        for (at, bits) in self.bits.iter().enumerate() {
            let set = least >> at & 1 == 1;
            for lane in 0..LANES {
                flags[lane] = if set { flags[lane] & bits[lane] } else { flags[lane] | bits[lane] };
            }
        }
        flags
    }

    fn of(&self, column: usize) -> u32 {
        self.bits.iter().enumerate().map(|(at, bits)| ((bits[column / 64] >> (column % 64) & 1) as u32) << at).sum()
    }
}

/// Adds two rows to one of sums; gives what is carried.
fn carry_save(sum: &mut Row, a: Row, b: Row) -> Row {
    let mut carry = Row::default();
    for lane in 0..LANES {
        let either = sum[lane] ^ a[lane];
        carry[lane] = (sum[lane] & a[lane]) | (either & b[lane]);
        sum[lane] = either ^ b[lane];
    }
    carry
}

/// What the windows of one list are looked at with.
pub(super) struct Look<'a, M> {
    pub model: &'a M,
    pub rates: Rates,
    pub layout: &'a Layout,
    pub sheet: &'a Sheet,
    pub hurdle: &'a Hurdle,
    /// What a ratio counts for.
    pub counts_for: f64,
}

impl<M: Model> Look<'_, M> {
    /// Grows the windows along a list.
    pub(super) fn grow(&self, list: &List, greatest: &mut Greatest) {
        let mut sums = vec![Sum::up_to(list.rows.len()); self.sheet.cuts.len()];
        let mut before = sums.clone();
        let mut held = vec![0; sums.len()];
        let (mut from, mut rows_from) = (0, 0);
        for leap in &list.leaps {
            for ((before, sum), rows) in before.iter_mut().zip(&mut sums).zip(&self.sheet.cuts) {
                before.bits.copy_from_slice(&sum.bits);
                sum.add(rows, &list.rows[rows_from..leap.rows_to]);
            }
            for (lane, mut flags) in self.hurdle.passed(leap, &before, &sums).into_iter().enumerate() {
                while flags != 0 {
                    let column = lane * 64 + flags.trailing_zeros() as usize;
                    flags &= flags - 1;
                    if column < self.sheet.columns && self.may_pass(leap, (&before, &sums), column, &mut held, greatest[column]) {
                        held.iter_mut().zip(&before).for_each(|(held, before)| *held = before.of(column));
                        greatest[column] = self.walk(&list.order[from..leap.to], leap.before_base, column, &mut held, greatest[column]);
                    }
                }
            }
            (from, rows_from) = (leap.to, leap.rows_to);
        }
    }

    /// Whether in one replicate a window of a leap may have a ratio above this.
    fn may_pass(&self, leap: &Leap, (before, end): (&[Sum], &[Sum]), column: usize, held: &mut [u32], greatest: f64) -> bool {
        self.rates.sides().iter().any(|&side| {
            let (sums, base) = if side == Side::High { (end, leap.first_base) } else { (before, leap.last_base) };
            held.iter_mut().zip(sums).for_each(|(held, sum)| *held = sum.of(column));
            self.model.bound(held, base, side) * self.counts_for + ROUNDING > greatest
        })
    }

    /// Looks at every window of a leap in one replicate; gives the greatest ratio.
    fn walk(&self, order: &[u32], mut base: f64, column: usize, held: &mut [u32], mut greatest: f64) -> f64 {
        let only_high = self.rates == Rates::High;
        // A leap may begin amid locations at one distance.
        let mut risen = true;
        for &flagged in order {
            let cell = (flagged & !END) as usize;
            for row in self.layout.of(cell) {
                for (held, rows) in held.iter_mut().zip(&self.sheet.cuts) {
                    let case = rows[row][column / 64] >> (column % 64) & 1 == 1;
                    *held += u32::from(case);
                    risen |= case;
                }
            }
            base += self.model.base(cell);
            // Without a new case a high ratio only falls.
            if flagged & END != 0 && (risen || !only_high) && self.hurdle.lets(held, base) {
                risen = false;
                for &side in self.rates.sides() {
                    greatest = greatest.max(self.model.ratio(held, base, side) * self.counts_for);
                }
            }
        }
        greatest
    }
}
