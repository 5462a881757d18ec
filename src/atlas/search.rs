//! Search by words. Codes, of which no two are alike, are scanned all at once; addresses and door plates are read once each however many
//! houses share them.

use std::collections::BinaryHeap;

use memchr::memchr2_iter;

use super::{block::Block, house::HouseView, layer::Layer, pattern::Pattern, texts::Texts};

/// How well a house answers: its code is the text or begins with it, the text is in its code, address or door plate, or it spells one of
/// the latter.
type Class = u8;
const EXACT: Class = 0;
const PREFIX: Class = 1;
const WITHIN: Class = 2;
const SPELLED: Class = 3;

type Found<'a> = Vec<(Class, HouseView<'a>)>;

/// How much of the codes, in bytes, tells which byte is rare.
const SAMPLE: usize = 4096;

pub(super) fn search<'a>(layers: &'a [Layer], text: &str, limit: usize) -> Vec<HouseView<'a>> {
    let mut found = Vec::new();
    if limit > 0 {
        found = better(layers, limit, found, |layer, best| by_code(layer, text, best));
        if let Some(mut written) = Pattern::written(text) {
            found = better(layers, limit, found, |layer, best| by_words(layer, &mut written, WITHIN, best));
        }
        if found.len() < limit
            && let Some(mut spelled) = Pattern::spelled(text)
        {
            found = better(layers, limit, found, |layer, best| by_words(layer, &mut spelled, SPELLED, best));
        }
    }
    found.into_iter().map(|(_, house)| house).collect()
}

/// The best of what was found before and of what is found now, each house once.
fn better<'a>(layers: &'a [Layer], limit: usize, mut found: Found<'a>, mut find: impl FnMut(&Layer, &mut Best)) -> Found<'a> {
    for layer in layers {
        let mut best = Best { limit, ranks: BinaryHeap::new() };
        find(layer, &mut best);
        found.extend(best.ranks.into_iter().map(|(class, rank)| (class, layer.view(layer.block.ranked(rank)))));
    }
    found.sort_by(|(class, a), (other, b)| a.code().cmp(b.code()).then(class.cmp(other)));
    found.dedup_by(|(_, later), (_, first)| later.code() == first.code());
    found.sort_by_key(|&(class, _)| class);
    found.truncate(limit);
    found
}

fn by_code(layer: &Layer, text: &str, best: &mut Best) {
    let Block { codes, ranks, .. } = &*layer.block;
    let Some(needle) = Needle::new(text, codes) else { return };
    needle.each_in(codes, |at, begin| {
        if layer.has(at) {
            let class = match begin {
                0 if codes.get(at).len() == text.len() => EXACT,
                0 => PREFIX,
                _ => WITHIN,
            };
            best.offer(class, ranks[at]);
        }
    });
}

fn by_words(layer: &Layer, pattern: &mut Pattern, class: Class, best: &mut Best) {
    let Block { wording, addresses, door_plates, ranks, .. } = &*layer.block;
    wording.each_match(pattern, addresses, door_plates, |at| {
        if layer.has(at) {
            best.offer(class, ranks[at]);
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
        } else if self.ranks.peek().is_some_and(|&worst| (class, rank) < worst) {
            self.ranks.pop();
            self.ranks.push((class, rank));
        }
    }
}

/// A text to look for, ASCII letters in lower case.
pub(super) struct Needle {
    bytes: Vec<u8>,
    /// The one of its bytes to watch for, the rarest in the texts.
    watched: usize,
}

impl Needle {
    /// `None` for no text.
    pub fn new(text: &str, texts: &Texts) -> Option<Self> {
        let bytes = text.to_ascii_lowercase().into_bytes();
        let sample = &texts.pool()[..texts.pool().len().min(SAMPLE)];
        let frequency = |&at: &usize| memchr2_iter(bytes[at], bytes[at].to_ascii_uppercase(), sample).count();
        let watched = (0..bytes.len()).min_by_key(frequency)?;
        Some(Self { bytes, watched })
    }

    /// Whether a single text contains it.
    pub fn is_in(&self, text: &str) -> bool {
        let (text, watched) = (text.as_bytes(), self.bytes[self.watched]);
        memchr2_iter(watched, watched.to_ascii_uppercase(), text).any(|hit| {
            let begin = hit.checked_sub(self.watched);
            begin.and_then(|begin| text.get(begin..begin + self.bytes.len())).is_some_and(|found| found.eq_ignore_ascii_case(&self.bytes))
        })
    }

    /// Calls once for each text that contains the needle, in order, with where in it that begins.
    fn each_in(&self, texts: &Texts, mut visit: impl FnMut(usize, usize)) {
        let (pool, watched) = (texts.pool(), self.bytes[self.watched]);
        let (mut from, mut near) = (0, 0);
        for hit in memchr2_iter(watched, watched.to_ascii_uppercase(), pool) {
            let Some(begin) = hit.checked_sub(self.watched).filter(|&begin| begin >= from) else { continue };
            let end = begin + self.bytes.len();
            if pool.get(begin..end).is_some_and(|text| text.eq_ignore_ascii_case(&self.bytes)) {
                let (at, range) = texts.holding(begin, near);
                near = at;
                // Else it runs over into the next text.
                if end <= range.end {
                    visit(at, begin - range.start);
                    from = range.end;
                }
            }
        }
    }
}
