//! An expression and whether it holds for a house: true, false, or unknown where a value is missing.

use std::cmp::Ordering;

use super::place::Place;
use crate::{
    atlas::{HouseView, Moment},
    domain::day::Day,
    earth::Region,
};

/// Comparisons, literals of lists and joints in one expression.
pub const MOST_TERMS: usize = 200;
/// Parentheses and joints within one another.
pub const DEEPEST: usize = 32;

#[derive(Debug)]
pub enum Expression {
    Const(bool),
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Compare(Comparison, Scalar, Scalar),
    Like(Scalar, Pattern),
    Between(Scalar, Scalar, Scalar),
    In(Scalar, Vec<Scalar>),
    IsNull(Scalar),
    Intersects(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

/// A property of a house, or a value written in the expression.
#[derive(Clone, Debug)]
pub enum Scalar {
    Field(Field),
    Text(String),
    Number(f64),
    Bool(bool),
    Day(Day),
    Instant(jiff::Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Code,
    Tier,
    Kind,
    Address,
    AreaCode,
    Score,
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Value<'a> {
    Text(&'a str),
    Number(f64),
    Bool(bool),
    Day(Day),
    Instant(jiff::Timestamp),
}

/// What two things that do not go together were, and what was expected.
#[derive(Debug)]
pub struct Mismatch {
    pub expected: String,
    pub found: String,
}

pub const FIELDS: &str = "one of code, tier, kind, address, area_code, score";

impl Field {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "code" => Self::Code,
            "tier" => Self::Tier,
            "kind" => Self::Kind,
            "address" => Self::Address,
            "area_code" => Self::AreaCode,
            "score" => Self::Score,
            _ => return None,
        })
    }
}

impl Comparison {
    pub fn signed(sign: &str) -> Option<Self> {
        Some(match sign {
            "=" => Self::Equal,
            "<>" => Self::NotEqual,
            "<" => Self::Less,
            ">" => Self::Greater,
            "<=" => Self::LessOrEqual,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::Greater => order.is_gt(),
            Self::LessOrEqual => order.is_le(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Scalar {
    pub fn day(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::Day)
    }

    pub fn instant(text: &str) -> Option<Self> {
        text.ends_with(['Z', 'z']).then(|| text.parse().ok().map(Self::Instant)).flatten()
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Field(Field::Score) | Self::Number(_) => "a number",
            Self::Field(_) | Self::Text(_) => "a text",
            Self::Bool(_) => "true or false",
            Self::Day(_) => "a date",
            Self::Instant(_) => "a timestamp",
        }
    }

    fn value<'a>(&'a self, house: HouseView<'a>, moment: Moment) -> Option<Value<'a>> {
        let known = |text: &'a str| Some(text).filter(|text| !text.is_empty()).map(Value::Text);
        match self {
            Self::Field(Field::Code) => known(house.code()),
            Self::Field(Field::Tier) => known(house.standing_on(moment).as_str()),
            Self::Field(Field::Kind) => known(house.kind().as_str()),
            Self::Field(Field::Address) => known(house.address()),
            Self::Field(Field::AreaCode) => known(house.area_code()),
            Self::Field(Field::Score) => house.score_on(moment).map(|score| Value::Number(f64::from(score.hundredths()) / 100.0)),
            Self::Text(text) => Some(Value::Text(text)),
            Self::Number(number) => Some(Value::Number(*number)),
            Self::Bool(truth) => Some(Value::Bool(*truth)),
            Self::Day(day) => Some(Value::Day(*day)),
            Self::Instant(at) => Some(Value::Instant(*at)),
        }
    }
}

impl Expression {
    pub fn compare(comparison: Comparison, a: Scalar, b: Scalar) -> Result<Self, Mismatch> {
        alike(&a, &b)?;
        Ok(Self::Compare(comparison, a, b))
    }

    pub fn between(value: Scalar, low: Scalar, high: Scalar) -> Result<Self, Mismatch> {
        alike(&value, &low)?;
        alike(&value, &high)?;
        Ok(Self::Between(value, low, high))
    }

    pub fn within(value: Scalar, list: Vec<Scalar>) -> Result<Self, Mismatch> {
        list.iter().try_for_each(|one| alike(&value, one))?;
        Ok(Self::In(value, list))
    }

    pub fn like(value: Scalar, pattern: &str) -> Result<Self, Mismatch> {
        alike(&value, &Scalar::Text(String::new()))?;
        Ok(Self::Like(value, Pattern::new(pattern)))
    }

    pub fn negated(self, is_negated: bool) -> Self {
        if is_negated { Self::Not(Box::new(self)) } else { self }
    }

    /// Three-valued: `None` is unknown.
    pub fn eval(&self, house: HouseView<'_>, moment: Moment) -> Option<bool> {
        let order = |a: &Scalar, b: &Scalar| a.value(house, moment)?.partial_cmp(&b.value(house, moment)?);
        match self {
            Self::Const(truth) => Some(*truth),
            Self::And(parts) => decided_by(false, parts, house, moment),
            Self::Or(parts) => decided_by(true, parts, house, moment),
            Self::Not(part) => part.eval(house, moment).map(|truth| !truth),
            Self::Compare(comparison, a, b) => order(a, b).map(|order| comparison.allows(order)),
            Self::Like(value, pattern) => match value.value(house, moment)? {
                Value::Text(text) => Some(pattern.fits(text)),
                _ => None,
            },
            Self::Between(value, low, high) => Some(order(value, low)?.is_ge() && order(value, high)?.is_le()),
            Self::In(value, list) => {
                value.value(house, moment)?;
                Some(list.iter().any(|one| order(value, one) == Some(Ordering::Equal)))
            }
            Self::IsNull(value) => Some(value.value(house, moment).is_none()),
            Self::Intersects(place) => Some(place.has(house.place())),
        }
    }

    /// A region outside of which it never holds.
    pub fn region(&self) -> Option<&Region> {
        match self {
            Self::And(parts) => parts.iter().find_map(Self::region),
            Self::Intersects(Place::Region(region)) => Some(region),
            _ => None,
        }
    }
}

/// One part with this truth decides; otherwise an unknown one leaves it unknown.
fn decided_by(truth: bool, parts: &[Expression], house: HouseView<'_>, moment: Moment) -> Option<bool> {
    let mut answer = Some(!truth);
    for part in parts {
        match part.eval(house, moment) {
            Some(found) if found == truth => return Some(truth),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

fn alike(a: &Scalar, b: &Scalar) -> Result<(), Mismatch> {
    if a.kind() == b.kind() { Ok(()) } else { Err(Mismatch { expected: format!("{} to compare with {}", a.kind(), a.kind()), found: b.kind().to_owned() }) }
}

/// A pattern of `like`: `%` is any text, `_` any character, `\` takes the next one as it is.
#[derive(Debug)]
pub struct Pattern(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    AnyText,
    AnyCharacter,
    Character(char),
}

impl Pattern {
    pub fn new(text: &str) -> Self {
        let (mut pieces, mut characters) = (Vec::new(), text.chars());
        while let Some(character) = characters.next() {
            pieces.push(match character {
                '%' => Piece::AnyText,
                '_' => Piece::AnyCharacter,
                '\\' => Piece::Character(characters.next().unwrap_or('\\')),
                other => Piece::Character(other),
            });
        }
        pieces.dedup_by(|a, b| *a == Piece::AnyText && *b == Piece::AnyText);
        Self(pieces)
    }

    /// Goes back to the last `%` only: at most pieces times characters.
    pub fn fits(&self, text: &str) -> bool {
        let (mut rest, mut at) = (text.chars(), 0);
        let mut retry: Option<(std::str::Chars<'_>, usize)> = None;
        loop {
            let before = rest.clone();
            match (self.0.get(at), rest.next()) {
                (Some(Piece::AnyText), _) => {
                    at += 1;
                    rest = before.clone();
                    retry = Some((before, at));
                    continue;
                }
                (Some(Piece::AnyCharacter), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Piece::Character(wanted)), Some(found)) if *wanted == found => {
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            // One character more goes to the last `%`.
            let Some((from, piece)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            (rest, at) = (from.clone(), *piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_as_the_stupid_way_says() {
        fn stupid(pattern: &[char], text: &[char]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some(('%', rest)) => (0..=text.len()).any(|at| stupid(rest, &text[at..])),
                Some(('_', rest)) => !text.is_empty() && stupid(rest, &text[1..]),
                Some((c, rest)) => text.first() == Some(c) && stupid(rest, &text[1..]),
            }
        }
        let letters = ['a', 'b', '%', '_'];
        let words = |length: u32, letters: &[char]| {
            let base = letters.len();
            (0..base.pow(length)).map(|n| (0..length).map(|at| letters[n / base.pow(at) % base]).collect::<Vec<char>>()).collect::<Vec<_>>()
        };
        for pattern in (0..=4).flat_map(|length| words(length, &letters)) {
            for text in (0..=4).flat_map(|length| words(length, &letters[..2])) {
                let (p, t): (String, String) = (pattern.iter().collect(), text.iter().collect());
                assert_eq!(Pattern::new(&p).fits(&t), stupid(&pattern, &text), "{p} {t}");
            }
        }
        assert!(Pattern::new(r"10\%").fits("10%") && !Pattern::new(r"10\%").fits("100"));
        assert!(Pattern::new("%桥_").fits("前桥村"));
    }
}
