//! Which texts of a block are the same, in whole or in part, so that a search reads each but once: a town has a million addresses, but only
//! some hundred streets and numbers.

use std::collections::HashMap;

use super::{
    pattern::{Pattern, START, States},
    texts::Texts,
};

#[derive(Default)]
pub(super) struct Wording {
    addresses: Halves,
    /// What addresses begin with, cut once more.
    beginnings: Halves,
    door_plates: Distinct,
}

impl Wording {
    pub fn of(addresses: &Texts, door_plates: &Texts) -> Self {
        let whole = Halves::of(addresses.len(), |at| addresses.get(at));
        let beginnings = Halves::of(whole.firsts(), |number| whole.first(number, |at| addresses.get(at)));
        Self { addresses: whole, beginnings, door_plates: Distinct::of((0..door_plates.len()).map(|at| door_plates.get(at))) }
    }

    /// Calls with the position of each house whose address or door plate matches, in order. The texts are those that this was made of.
    pub fn each_match(&self, pattern: &mut Pattern, addresses: &Texts, door_plates: &Texts, mut visit: impl FnMut(usize)) {
        let found = pattern.found();
        let address = |at| addresses.get(at);
        let beginning = |number| self.addresses.first(number, address);
        let starts: Vec<States> = (0..self.beginnings.firsts()).map(|number| pattern.read(START, self.beginnings.first(number, beginning))).collect();
        let ends = self.beginnings.ends(&starts, pattern, beginning, |states| states);
        let starts: Vec<States> = self.beginnings.pairs().map(|pair| ends.of(pair)).collect();
        let matches = self.addresses.ends(&starts, pattern, address, |states| states == found);
        let plates: Vec<bool> = self.door_plates.examples.iter().map(|&at| pattern.read(START, door_plates.get(at as usize)) == found).collect();
        if matches.ends.contains(&true) || plates.contains(&true) {
            for (at, (pair, &plate)) in self.addresses.pairs().zip(&self.door_plates.numbers).enumerate() {
                if matches.of(pair) || plates[plate as usize] {
                    visit(at);
                }
            }
        }
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        let parts = [&self.addresses.first, &self.addresses.second, &self.beginnings.first, &self.beginnings.second, &self.door_plates];
        parts.iter().map(|part| part.bytes()).sum()
    }
}

/// Texts that are cut in two, so that each half is shared by many of them.
#[derive(Default)]
struct Halves {
    first: Distinct,
    second: Distinct,
}

impl Halves {
    fn of<'a>(count: usize, text: impl Fn(usize) -> &'a str) -> Self {
        let halves = || (0..count).map(|at| cut(text(at)));
        Self { first: Distinct::of(halves().map(|(first, _)| first)), second: Distinct::of(halves().map(|(_, second)| second)) }
    }

    /// How many first halves there are.
    fn firsts(&self) -> usize {
        self.first.examples.len()
    }

    fn first<'a>(&self, number: usize, text: impl Fn(usize) -> &'a str) -> &'a str {
        cut(text(self.first.examples[number] as usize)).0
    }

    /// The numbers of the two halves of each text.
    fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        self.first.numbers.iter().copied().zip(self.second.numbers.iter().copied())
    }

    /// What becomes of a pattern by the end of any text, after what it has read at the end of each first half.
    fn ends<'a, T>(&self, starts: &[States], pattern: &mut Pattern, text: impl Fn(usize) -> &'a str, outcome: impl Fn(States) -> T) -> Ends<T> {
        let mut known: HashMap<States, usize> = HashMap::new();
        let mut ends = Vec::new();
        let mut row_of = |start| {
            *known.entry(start).or_insert_with(|| {
                let row = ends.len();
                ends.extend(self.second.examples.iter().map(|&at| outcome(pattern.read(start, cut(text(at as usize)).1))));
                row
            })
        };
        // Most first halves leave nothing open: these need no look into the map.
        let nothing = row_of(START);
        let rows = starts.iter().map(|&start| if start == START { nothing } else { row_of(start) }).collect();
        Ends { rows, ends }
    }
}

/// Outcomes for texts in halves. First halves end in few different states; each of these has a row, with the outcome after every second half.
struct Ends<T> {
    /// For each first half, where its row begins.
    rows: Vec<usize>,
    ends: Vec<T>,
}

impl<T: Copy> Ends<T> {
    #[inline]
    fn of(&self, (first, second): (u32, u32)) -> T {
        self.ends[self.rows[first as usize] + second as usize]
    }
}

/// Before the last number, or after it when nothing else comes before.
fn cut(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let Some(last) = bytes.iter().rposition(u8::is_ascii_digit) else { return (text, "") };
    let first = bytes[..last].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
    text.split_at(if first == 0 { last + 1 } else { first })
}

/// Texts numbered so that the same ones have the same number.
#[derive(Default)]
struct Distinct {
    /// By position.
    numbers: Vec<u32>,
    /// For each number the first position of its text.
    examples: Vec<u32>,
}

impl Distinct {
    fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut examples = Vec::new();
        let numbers = (0..)
            .zip(texts)
            .map(|(at, text)| {
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                *known.entry(text).or_insert_with(|| {
                    examples.push(at);
                    next
                })
            })
            .collect();
        examples.shrink_to_fit();
        Self { numbers, examples }
    }

    /// Memory held, in bytes.
    fn bytes(&self) -> usize {
        4 * (self.numbers.len() + self.examples.len())
    }
}
