//! A text to look for, written out or spelled in pinyin, as an automaton with one bit for each position in it, all moved at once
//! (shift-and, Baeza-Yates and Gonnet 1992).

use pinyin::{Pinyin, ToPinyinMulti};

/// One bit for each number of wanted letters that the text so far may end with.
pub(super) type States = u128;
/// Where every text begins. A match may begin before any character, so the bit of no letters goes without saying.
pub(super) const START: States = 0;
/// Letters of the longest syllables, such as `zhuang`.
const SYLLABLE: usize = 6;

pub(super) struct Pattern {
    wanted: Vec<Letter>,
    is_spelled: bool,
    /// By character, its place among the moves plus one; zero until it is met.
    places: Vec<u32>,
    moves: Vec<Moves>,
}

#[derive(Clone, Copy)]
struct Letter {
    /// ASCII in lower case.
    written: char,
    /// As syllables have it here: `u` for `ü`, and for `v`, which stands for it on keyboards.
    spelled: char,
    /// Something parts it from the letter before.
    is_parted: bool,
}

/// For each number of letters, the states from which a character adds so many.
#[derive(Clone, Copy, Default)]
struct Moves {
    adding: [States; SYLLABLE + 1],
    any: States,
}

impl Pattern {
    /// Matches just this text, ASCII letters alike in either case. `None` for no text and beyond 127 characters.
    pub fn written(text: &str) -> Option<Self> {
        Self::new(text.chars().map(|letter| Letter::new(letter, false)).collect(), false)
    }

    /// Matches what can be typed so: a character by itself, by any of its readings without tones (`lü` as `lv` or `lu` too), or by the
    /// initial of one (`z` or `zh`); the last syllable may be unfinished. Blanks count for nothing on either side, but blanks and
    /// apostrophes in the text to look for end a syllable. `None` for no text and beyond 127 letters.
    pub fn spelled(text: &str) -> Option<Self> {
        let mut is_parted = false;
        let mut letters = Vec::new();
        for letter in text.chars() {
            let parts = letter.is_whitespace() || matches!(letter, '\'' | '’');
            if !parts {
                letters.push(Letter::new(letter, is_parted));
            }
            is_parted = parts;
        }
        Self::new(letters, true)
    }

    fn new(wanted: Vec<Letter>, is_spelled: bool) -> Option<Self> {
        let fits = (1..States::BITS as usize).contains(&wanted.len());
        // Fresh memory is zero without being touched, so the size of Unicode costs nothing.
        fits.then(|| Self { wanted, is_spelled, places: vec![0; char::MAX as usize + 1], moves: Vec::new() })
    }

    /// The only state once all of it was read, whatever comes after.
    pub fn found(&self) -> States {
        1 << self.wanted.len()
    }

    /// The states after some more of a text.
    pub fn read(&mut self, from: States, text: &str) -> States {
        let found = self.found();
        let mut states = from;
        for character in text.chars() {
            if states == found {
                break;
            }
            let moves = self.moves_of(character);
            let now = states | 1;
            states = START;
            if now & moves.any != 0 {
                for (letters, from) in moves.adding.iter().enumerate() {
                    states |= (now & from) << letters;
                }
                states = if states & found == 0 { states & !1 } else { found };
            }
        }
        states
    }

    fn moves_of(&mut self, character: char) -> &Moves {
        let known = self.places[character as usize] as usize;
        if known > 0 {
            return &self.moves[known - 1];
        }
        let moves = self.work_out(character);
        self.moves.push(moves);
        self.places[character as usize] = u32::try_from(self.moves.len()).unwrap_or(0);
        &self.moves[self.moves.len() - 1]
    }

    fn work_out(&self, character: char) -> Moves {
        let mut moves = Moves::default();
        let written = character.to_ascii_lowercase();
        for (at, letter) in self.wanted.iter().enumerate() {
            if letter.written == written {
                moves.adding[1] |= 1 << at;
            }
        }
        if self.is_spelled {
            if character.is_whitespace() {
                moves.adding[0] = States::MAX;
            }
            for reading in character.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain) {
                (0..self.wanted.len()).for_each(|at| self.spell(reading, at, &mut moves));
            }
        }
        moves.any = moves.adding.iter().fold(START, |any, states| any | states);
        moves
    }

    /// Adds the moves that a reading makes from a position.
    fn spell(&self, reading: &str, at: usize, moves: &mut Moves) {
        let whole = reading.chars().count();
        let initial = if reading.starts_with(['z', 'c', 's']) && reading[1..].starts_with('h') { 2 } else { 1 };
        for (letters, (syllable, letter)) in (1..=SYLLABLE).zip(reading.chars().map(in_syllables).zip(&self.wanted[at..])) {
            if letter.spelled != syllable || (letter.is_parted && letters > 1) {
                return;
            }
            let is_last = at + letters == self.wanted.len();
            if letters == 1 || letters == initial || letters == whole || is_last {
                moves.adding[letters] |= 1 << at;
            }
        }
    }
}

impl Letter {
    fn new(letter: char, is_parted: bool) -> Self {
        let written = letter.to_ascii_lowercase();
        Self { written, spelled: if written == 'v' { 'u' } else { in_syllables(written) }, is_parted }
    }
}

/// The letter for `ü` and `ê`, which keyboards have not.
fn in_syllables(letter: char) -> char {
    match letter {
        'ü' | 'Ü' => 'u',
        'ê' => 'e',
        other => other,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    /// Tries everything, one character after the other.
    pub fn spells(text: &str, wanted: &str) -> bool {
        let text: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
        let words: Vec<&str> = wanted.split(|letter: char| letter.is_whitespace() || "'’".contains(letter)).filter(|word| !word.is_empty()).collect();
        !words.is_empty() && (0..text.len()).any(|at| spells_from(&text[at..], &words))
    }

    fn spells_from(text: &[char], words: &[&str]) -> bool {
        let Some((word, later)) = words.split_first() else { return true };
        let Some((character, rest)) = text.split_first() else { return false };
        let go_on = |left: &str| if left.is_empty() { spells_from(rest, later) } else { spells_from(rest, &[&[left], later].concat()) };
        let low = |text: &str| text.to_ascii_lowercase();
        let keys = |text: &str| low(text).replace(['ü', 'Ü', 'v'], "u").replace('ê', "e");
        let mut ways = vec![low(word).strip_prefix(&low(&character.to_string())).is_some_and(go_on)];
        for reading in character.to_pinyin_multi().into_iter().flatten().map(|reading| keys(reading.plain())) {
            let initials = ["zh", "ch", "sh", &reading[..1]].into_iter().filter(|initial| reading.starts_with(initial));
            ways.extend(initials.chain([&*reading]).filter(|piece| keys(word).starts_with(piece)).map(|piece| go_on(&word[end_of(word, piece.len())..])));
            ways.push(later.is_empty() && reading.starts_with(&keys(word)));
        }
        ways.contains(&true)
    }

    fn end_of(word: &str, letters: usize) -> usize {
        word.char_indices().nth(letters).map_or(word.len(), |(at, _)| at)
    }

    fn matches(pattern: Option<Pattern>, text: &str) -> bool {
        pattern.is_some_and(|mut pattern| pattern.read(START, text) == pattern.found())
    }

    fn any_text() -> impl Strategy<Value = String> {
        vec(select("潞城长重绿松西安先啊朝12bV '－".chars().collect::<Vec<_>>()), 0..7).prop_map(String::from_iter)
    }

    /// What someone may type who means the text, sometimes mistaken.
    fn any_spelling(text: &str) -> impl Strategy<Value = String> + use<> {
        let pieces: Vec<Vec<String>> = (text.chars())
            .map(|character| {
                let readings: Vec<&str> = character.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain).collect();
                let initials = readings.iter().flat_map(|reading| [&reading[..1], if reading.contains('h') { &reading[..2] } else { "" }]);
                let typed = readings.iter().map(|reading| reading.replace('ü', "v"));
                let whole = readings.iter().copied().chain(initials).map(str::to_owned).chain(typed).chain([character.to_string()]);
                whole.flat_map(|piece| [format!("{piece} "), format!("'{piece}"), piece.to_uppercase(), piece]).collect()
            })
            .collect();
        let spelled = pieces.into_iter().map(select).collect::<Vec<_>>().prop_map(|pieces| pieces.concat());
        (spelled, 0..3usize, 0..4usize).prop_map(|(spelled, first, last)| {
            let letters: Vec<char> = spelled.chars().collect();
            letters[first.min(letters.len())..letters.len().saturating_sub(last).max(first.min(letters.len()))].iter().collect()
        })
    }

    proptest! {
        #[test]
        fn whatever_spells_a_text_matches_it_and_nothing_else(
            (text, wanted) in any_text().prop_flat_map(|text| (Just(text.clone()), prop_oneof![3 => any_spelling(&text).boxed(), 1 => "[a-zü12 ']{0,5}".boxed(), 1 => any_text().boxed()])),
            cut in 0..8usize,
        ) {
            prop_assert_eq!(matches(Pattern::spelled(&wanted), &text), spells(&text, &wanted));
            prop_assert_eq!(matches(Pattern::written(&wanted), &text), !wanted.is_empty() && text.to_ascii_lowercase().contains(&wanted.to_ascii_lowercase()));
            // Read in two goes.
            let (first, second) = text.split_at(end_of(&text, cut));
            if let Some(mut pattern) = Pattern::spelled(&wanted) {
                let half = pattern.read(START, first);
                prop_assert_eq!(pattern.read(half, second), pattern.read(START, &text));
            }
        }
    }

    #[test]
    fn a_place_is_found_as_people_type_it() {
        let spelled = |wanted, text| matches(Pattern::spelled(wanted), text);
        for wanted in ["lucheng", "lu cheng", "LuCheng", "luche", "lcjd", "luchjd", "潞城jd", "lcjiedao", "chengjie", "l c j d"] {
            assert!(spelled(wanted, "常州潞城街道"), "{wanted}");
        }
        for wanted in ["lüsong", "lvsong", "lusong", "LÜ song"] {
            assert!(spelled(wanted, "绿松路"), "{wanted}");
        }
        for wanted in ["changan", "zhangan", "chang'an", "zha", "ca", "cha"] {
            assert!(spelled(wanted, "长安路"), "{wanted}");
        }
        assert!(spelled("前桥cun12", "前桥村12号") && spelled("qianqiao12", "前桥12号") && spelled("danyuan101", "2 单元 101室"));
        assert!(spelled("xian", "西安") && spelled("xi an", "西安") && !spelled("xi an", "先"), "a blank ends a syllable");
        assert!(!spelled("lchengd", "潞城街道") && !spelled("lud", "潞城街道") && !spelled("uch", "潞城"));
        assert!(!spelled(" ' ", "潞城"));
    }

    #[test]
    fn a_text_longer_than_the_states_is_refused() {
        assert!(matches(Pattern::spelled(&"啊".repeat(127)), &"啊".repeat(130)));
        assert!(Pattern::spelled(&"a".repeat(128)).is_none() && Pattern::written(&"a".repeat(128)).is_none());
    }
}
