//! Search by words: a scan over all texts of a block at once, which skips ahead by what it is looking for (Horspool 1980).

use std::collections::BinaryHeap;

use super::{block::Block, house::HouseView, layer::Layer, texts::Texts};

/// How well a house answers: its code is the text, begins with it, or the text is found elsewhere.
type Class = u8;
const EXACT: Class = 0;
const PREFIX: Class = 1;
const ELSEWHERE: Class = 2;

pub(super) fn search<'a>(layers: &'a [Layer], text: &str, limit: usize) -> Vec<HouseView<'a>> {
    let Some(needle) = Needle::new(text).filter(|_| limit > 0) else { return Vec::new() };
    let mut found: Vec<(Class, HouseView<'a>)> = Vec::new();
    for layer in layers {
        let mut best = Best { limit, ranks: BinaryHeap::new() };
        best_of(layer, &needle, &mut best);
        found.extend(best.ranks.into_iter().map(|(class, rank)| (class, layer.view(layer.block.ranked(rank)))));
    }
    found.sort_by(|(class, a), (other, b)| class.cmp(other).then_with(|| a.code().cmp(b.code())));
    found.truncate(limit);
    found.into_iter().map(|(_, house)| house).collect()
}

fn best_of(layer: &Layer, needle: &Needle, best: &mut Best) {
    let Block { codes, addresses, door_plates, ranks, .. } = &*layer.block;
    let in_code = |at: usize| needle.find(codes.get(at).as_bytes(), 0);
    needle.each_in(codes, |at| {
        if layer.has(at) {
            let class = match in_code(at) {
                Some(0) if codes.get(at).len() == needle.len() => EXACT,
                Some(0) => PREFIX,
                _ => ELSEWHERE,
            };
            best.offer(class, ranks[at]);
        }
    });
    needle.each_in(addresses, |at| {
        if layer.has(at) && in_code(at).is_none() {
            best.offer(ELSEWHERE, ranks[at]);
        }
    });
    needle.each_in(door_plates, |at| {
        if layer.has(at) && in_code(at).is_none() && needle.find(addresses.get(at).as_bytes(), 0).is_none() {
            best.offer(ELSEWHERE, ranks[at]);
        }
    });
}

/// The best answers so far, by class and then by rank of code.
struct Best {
    limit: usize,
    ranks: BinaryHeap<(Class, u32)>,
}

impl Best {
    fn offer(&mut self, class: Class, rank: u32) {
        if self.ranks.len() < self.limit {
            self.ranks.push((class, rank));
        } else if let Some(mut worst) = self.ranks.peek_mut()
            && *worst > (class, rank)
        {
            *worst = (class, rank);
        }
    }
}

/// A text to look for, ASCII letters in lower case.
pub(super) struct Needle {
    bytes: Vec<u8>,
    /// How far to move on when a window ends in this byte.
    skips: [usize; 256],
}

impl Needle {
    /// `None` for no text.
    pub fn new(text: &str) -> Option<Self> {
        let bytes = text.to_ascii_lowercase().into_bytes();
        let last = bytes.len().checked_sub(1)?;
        let mut skips = [bytes.len(); 256];
        for (at, &byte) in bytes[..last].iter().enumerate() {
            skips[usize::from(byte)] = last - at;
            skips[usize::from(byte.to_ascii_uppercase())] = last - at;
        }
        Some(Self { bytes, skips })
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn find(&self, hay: &[u8], from: usize) -> Option<usize> {
        let last = self.len() - 1;
        let mut at = from;
        while let Some(&end) = hay.get(at + last) {
            if end.to_ascii_lowercase() == self.bytes[last] && hay[at..at + last].eq_ignore_ascii_case(&self.bytes[..last]) {
                return Some(at);
            }
            at += self.skips[usize::from(end)];
        }
        None
    }

    /// Calls once for each text that contains the needle, in order.
    fn each_in(&self, texts: &Texts, mut visit: impl FnMut(usize)) {
        let mut from = 0;
        while let Some(hit) = self.find(texts.pool(), from) {
            let (at, range) = texts.holding(hit);
            if hit + self.len() <= range.end {
                visit(at);
                from = range.end;
            } else {
                // It runs over into the next text.
                from = hit + 1;
            }
        }
    }
}
