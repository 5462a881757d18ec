//! Tiers over time, packed: six to eight bytes a span.

use std::io::{self, Read};

use super::kept::{Reader, Unfit, Writer, must, must_end};
use crate::domain::{
    day::Day,
    points::Points,
    tier::{Standing, TierSpan},
};

/// A day as a number that grows with it, from 0 on 0001-01-01; below 2^22.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DayKey(u32);

impl From<Day> for DayKey {
    fn from(day: Day) -> Self {
        // 719,162 days from 0001-01-01 to 1970-01-01.
        Self(u32::try_from(day.number() + 719_162).unwrap_or(0))
    }
}

impl From<DayKey> for Day {
    fn from(key: DayKey) -> Self {
        Self::from_number(i32::try_from(key.0).unwrap_or(i32::MAX) - 719_162)
    }
}

/// One span: the day and the standing in one number, and the score.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The day's key times eight, plus the standing.
    when: u32,
    /// Hundredths, [`NO_SCORE`] for none.
    score: i32,
}

/// Nobody has minus twenty million points.
const NO_SCORE: i32 = i32::MIN;
const NO_SHORT_SCORE: i16 = i16::MIN;

impl Span {
    pub fn pack(span: &TierSpan) -> Self {
        let score = span.score.map_or(NO_SCORE, |score| score.hundredths().max(NO_SCORE + 1));
        Self { when: DayKey::from(span.from).0 << 3 | span.standing as u32, score }
    }

    pub fn unpack(self) -> TierSpan {
        TierSpan { from: self.from().into(), standing: self.standing(), score: self.score() }
    }

    pub fn standing(self) -> Standing {
        standing(self.when)
    }

    pub fn score(self) -> Option<Points> {
        (self.score != NO_SCORE).then(|| Points::from_hundredths(self.score))
    }

    pub fn from(self) -> DayKey {
        DayKey(self.when >> 3)
    }
}

fn standing(when: u32) -> Standing {
    Standing::ALL.get((when & 7) as usize).copied().unwrap_or(Standing::Unrated)
}

/// The spans of many houses, house after house.
#[derive(Default)]
pub(super) struct Spans {
    ends: Vec<u32>,
    whens: Vec<u32>,
    scores: Scores,
}

/// Scores below 327 points, all that known policies give, need half the room.
enum Scores {
    Short(Vec<i16>),
    Long(Vec<i32>),
}

impl Default for Scores {
    fn default() -> Self {
        Self::Short(Vec::new())
    }
}

impl Scores {
    fn push(&mut self, score: i32) {
        let short = if score == NO_SCORE { Some(NO_SHORT_SCORE) } else { i16::try_from(score).ok().filter(|score| *score != NO_SHORT_SCORE) };
        match (&mut *self, short) {
            (Self::Short(scores), Some(score)) => scores.push(score),
            (Self::Short(scores), None) => {
                let long = scores.iter().map(|&score| if score == NO_SHORT_SCORE { NO_SCORE } else { i32::from(score) });
                *self = Self::Long(long.chain([score]).collect());
            }
            (Self::Long(scores), _) => scores.push(score),
        }
    }

    fn get(&self, at: usize) -> i32 {
        match self {
            Self::Short(scores) if scores[at] == NO_SHORT_SCORE => NO_SCORE,
            Self::Short(scores) => i32::from(scores[at]),
            Self::Long(scores) => scores[at],
        }
    }
}

impl Spans {
    pub fn push(&mut self, span: Span) {
        self.whens.push(span.when);
        self.scores.push(span.score);
    }

    /// All spans pushed since the last call are those of the next house.
    #[expect(clippy::cast_possible_truncation, reason = "four billion spans are beyond any site's memory")]
    pub fn end_house(&mut self) {
        self.ends.push(self.whens.len() as u32);
    }

    fn range(&self, house: usize) -> std::ops::Range<usize> {
        let start = house.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[house] as usize
    }

    pub fn of(&self, house: usize) -> impl ExactSizeIterator<Item = Span> + DoubleEndedIterator {
        self.range(house).map(|at| Span { when: self.whens[at], score: self.scores.get(at) })
    }

    /// The span that holds on a day.
    pub fn on(&self, house: usize, day: DayKey) -> Option<Span> {
        let range = self.range(house);
        let before = self.whens[range.clone()].partition_point(|when| when >> 3 <= day.0);
        let at = range.start + before.checked_sub(1)?;
        Some(Span { when: self.whens[at], score: self.scores.get(at) })
    }

    /// The standing that holds on a day, of a house that stands as `before` until its first span.
    #[inline]
    pub fn standing_on(&self, house: usize, day: DayKey, before: Standing) -> Standing {
        // Most questions are about today, which is near the end.
        self.whens[self.range(house)].iter().rev().find(|&&when| when >> 3 <= day.0).map_or(before, |&when| standing(when))
    }

    /// Each change of standing with its first day, in order.
    #[inline]
    pub fn changes(&self, house: usize) -> impl Iterator<Item = (DayKey, Standing)> {
        self.whens[self.range(house)].iter().map(|&when| (DayKey(when >> 3), standing(when)))
    }

    pub fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.whens.shrink_to_fit();
        match &mut self.scores {
            Scores::Short(scores) => scores.shrink_to_fit(),
            Scores::Long(scores) => scores.shrink_to_fit(),
        }
    }

    pub fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        out.column(&self.ends)?;
        out.column(&self.whens)?;
        let (short, long): (&[i16], &[i32]) = match &self.scores {
            Scores::Short(scores) => (scores, &[]),
            Scores::Long(scores) => (&[], scores),
        };
        out.column(short)?;
        out.column(long)
    }

    /// Of so many houses.
    pub fn read<R: Read>(input: &mut Reader<R>, houses: usize) -> Result<Self, Unfit> {
        let (ends, whens): (Vec<u32>, Vec<u32>) = (input.column()?, input.column()?);
        let (short, long): (Vec<i16>, Vec<i32>) = (input.column()?, input.column()?);
        must_end(&ends, houses, whens.len())?;
        must(short.len() + long.len() == whens.len() && (short.is_empty() || long.is_empty()), "its columns do not fit together")?;
        Ok(Self { ends, whens, scores: if long.is_empty() { Scores::Short(short) } else { Scores::Long(long) } })
    }

    pub fn bytes(&self) -> usize {
        let score = match self.scores {
            Scores::Short(_) => 2,
            Scores::Long(_) => 4,
        };
        4 * self.ends.len() + (4 + score) * self.whens.len()
    }
}
