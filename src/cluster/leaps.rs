//! Lists along which windows grow, cut into leaps. Knows cells, how many rows they have, and a base.

use super::{columns::Layout, models::Model, windows::END};

/// Cells by distance, [`END`] where a window may end, and the numbers of their rows.
pub(super) struct List {
    /// Of its shape.
    pub class: usize,
    pub order: Vec<u32>,
    /// Of every leap a multiple of eight, filled up with the row without cases.
    pub rows: Vec<u32>,
    pub leaps: Vec<Leap>,
}

/// A part of a list, in which some window ends.
pub(super) struct Leap {
    /// The end in the order.
    pub to: usize,
    /// The end in the rows.
    pub rows_to: usize,
    /// The base of all before it.
    pub before_base: f64,
    /// Of the first window that ends in it.
    pub first_base: f64,
    /// Of the last.
    pub last_base: f64,
}

impl List {
    pub(super) fn new<M: Model>(model: &M, layout: &Layout, class: usize, order: Vec<u32>) -> Self {
        // Half a deviation of the cases: longer leaps are looked into for nothing, shorter ones are judged too often.
        let per_base: Vec<f64> = (0..model.cuts()).map(|cut| 2.0 * model.expected(cut, 1.0)).collect();
        let far = |base: f64| per_base.iter().enumerate().map(|(cut, expected)| model.deviation(cut, base) / expected).fold(f64::INFINITY, f64::min);
        let none = layout.rows() as u32;
        let mut rows: Vec<u32> = Vec::with_capacity(order.len() + 64);
        let mut leaps = Vec::new();
        let (mut base, mut before_base, mut first_base, mut last_base) = (0.0, 0.0, None, 0.0);
        let (mut rows_from, mut enough) = (0, 0.0);
        for (at, &flagged) in order.iter().enumerate() {
            let cell = (flagged & !END) as usize;
            rows.extend(layout.first[cell]..layout.first[cell + 1]);
            base += model.base(cell);
            if flagged & END != 0 {
                first_base.get_or_insert(base);
                last_base = base;
            }
            let whole = rows.len() - rows_from >= 8 && rows.len().is_multiple_of(8);
            let last = at + 1 == order.len();
            if let Some(first) = first_base.filter(|_| last || (base - before_base >= enough && (whole || rows.len() - rows_from >= 64))) {
                rows.resize(rows.len().next_multiple_of(8), none);
                leaps.push(Leap { to: at + 1, rows_to: rows.len(), before_base, first_base: first, last_base });
                (before_base, first_base, rows_from, enough) = (base, None, rows.len(), far(base));
            }
        }
        Self { class, order, rows, leaps }
    }
}

/// For every span of steps, from the locations of a list the cells of these steps (numbered `location * all + step`).
pub(super) fn spans(order: &[u32], all: usize, most: usize, has: impl Fn(usize) -> bool) -> Vec<Vec<u32>> {
    let mut lists = Vec::new();
    for from in 0..all {
        for to in from..(from + most).min(all) {
            let mut list: Vec<u32> = Vec::new();
            let mut open = false;
            for &flagged in order {
                let first = (flagged & !END) as usize * all;
                for cell in (first + from..=first + to).filter(|&cell| has(cell)) {
                    list.push(cell as u32);
                    open = true;
                }
                if flagged & END != 0 && open {
                    open = false;
                    if let Some(last) = list.last_mut() {
                        *last |= END;
                    }
                }
            }
            if !list.is_empty() {
                lists.push(list);
            }
        }
    }
    lists
}
