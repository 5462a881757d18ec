//! Replicates of the Bernoulli model, side by side. Knows counts at locations and lists of locations, no places.
//!
//! A window's ratio rises with its cases and falls with its base. So no ratio is computed while windows grow: it is enough to keep, for
//! each replicate, the most cases of any window with so many points. Replicates lie side by side in columns, so that a window grows in
//! all of them by a few vector instructions.

use std::ops::AddAssign;

use super::{
    likelihood::{Likelihood, Rates, Side},
    replicates::{COLUMNS, Simulation},
    windows::END,
};
use crate::random::Random;

/// Bernoulli replicates: which points are cases, drawn without putting back. Counts at a location fit into `L`, those of a window into `T`.
pub(super) struct Columns<'a, L, T> {
    pub weight: &'a [u32],
    pub cases: usize,
    /// Of the largest window.
    pub most_points: usize,
    pub likelihood: &'a Likelihood,
    pub rates: Rates,
    pub replicates: usize,
    pub seed: u64,
    pub counts: std::marker::PhantomData<(L, T)>,
}

/// By the points of a window: the most cases of any such window, and the most points that are none, per replicate.
pub(super) struct Most<T> {
    cases: Vec<[T; COLUMNS]>,
    others: Vec<[T; COLUMNS]>,
}

impl<T> Default for Most<T> {
    fn default() -> Self {
        Self { cases: Vec::new(), others: Vec::new() }
    }
}

impl<L, T> Columns<'_, L, T>
where
    L: Copy + Default + AddAssign + From<u8> + Into<T>,
    T: Copy + Default + Ord + AddAssign + std::ops::Sub<Output = T> + TryFrom<usize>,
{
    /// Looks at every window along a list, from one with these points and these cases inside.
    fn walk(&self, counts: &[[L; COLUMNS]], kept: &mut Most<T>, order: &[u32], inside: &mut [T; COLUMNS], mut points: usize) {
        let (high, low) = (self.rates.include(Side::High), self.rates.include(Side::Low));
        for &flagged in order {
            let location = (flagged & !END) as usize;
            for (sum, &count) in inside.iter_mut().zip(&counts[location]) {
                *sum += count.into();
            }
            points += self.weight[location] as usize;
            if flagged & END == 0 {
                continue;
            }
            if high {
                for (most, &sum) in kept.cases[points].iter_mut().zip(&*inside) {
                    *most = (*most).max(sum);
                }
            }
            if low && let Ok(all) = T::try_from(points) {
                for (most, &sum) in kept.others[points].iter_mut().zip(&*inside) {
                    *most = (*most).max(all - sum);
                }
            }
        }
    }

    /// The same, in leaps: a window inside a leap has no more cases than its end and no fewer points than its first. Only where these
    /// would pass the hurdle in some replicate the windows between are looked at.
    fn leap(&self, counts: &[[L; COLUMNS]], kept: &mut Most<T>, order: &[u32], hurdle: &[[T; COLUMNS]]) {
        /// A count at a location fits, and a sum over so many points.
        const FITS: usize = 255;
        let odds = (self.likelihood.points() - self.cases) as f64 / self.cases as f64;
        let mut inside = [T::default(); COLUMNS];
        let (mut at, mut points) = (0, 0);
        while at < order.len() {
            // Half a standard deviation of the cases: long leaps pass the hurdle for nothing, short ones are soon as dear as a walk.
            let far = ((points as f64 * odds).sqrt() * 0.5) as usize;
            let (from, before) = (at, inside);
            let (mut part, mut held, mut leapt, mut nearest) = ([L::default(); COLUMNS], 0, 0, 0);
            while let Some(&flagged) = order.get(at) {
                let location = (flagged & !END) as usize;
                let weight = self.weight[location] as usize;
                if held + weight > FITS {
                    inside.iter_mut().zip(&part).for_each(|(sum, &count)| *sum += count.into());
                    (part, held) = ([L::default(); COLUMNS], 0);
                }
                part.iter_mut().zip(&counts[location]).for_each(|(sum, &count)| *sum += count);
                held += weight;
                leapt += weight;
                at += 1;
                if flagged & END != 0 {
                    nearest = if nearest == 0 { leapt } else { nearest };
                    if leapt >= far {
                        break;
                    }
                }
            }
            inside.iter_mut().zip(&part).for_each(|(sum, &count)| *sum += count.into());
            // No early way out: all columns at once.
            if inside.iter().zip(&hurdle[points + nearest]).fold(false, |passes, (sum, least)| passes | (sum >= least)) {
                self.walk(counts, kept, &order[from..at], &mut before.clone(), points);
            }
            points += leapt;
        }
    }
}

impl<L, T> Simulation for Columns<'_, L, T>
where
    L: Copy + Default + AddAssign + From<u8> + Into<T> + Send + Sync,
    T: Copy + Default + Ord + AddAssign + std::ops::Sub<Output = T> + TryFrom<usize> + Into<i64> + Send + Sync,
{
    /// Cases at each location.
    type Data = Vec<[L; COLUMNS]>;
    type Table = Most<T>;

    fn replicates(&self) -> usize {
        self.replicates
    }

    fn deal(&self, table: usize) -> Self::Data {
        let mut deck: Vec<u32> = self.weight.iter().enumerate().flat_map(|(location, &points)| std::iter::repeat_n(location as u32, points as usize)).collect();
        let points = deck.clone();
        let mut counts = vec![[L::default(); COLUMNS]; self.weight.len()];
        (0..COLUMNS.min(self.replicates - table * COLUMNS)).for_each(|column| {
            deck.copy_from_slice(&points);
            let mut random = Random::stream(self.seed, (table * COLUMNS + column) as u64);
            for dealt in 0..self.cases {
                let left = deck.len() - dealt;
                deck.swap(dealt, dealt + random.below(left));
                counts[deck[dealt] as usize][column] += L::from(1);
            }
        });
        counts
    }

    /// By the points of a window: the least cases whose ratio is above the greatest so far, per replicate. Of high rates only.
    type Hurdle = Option<Vec<[T; COLUMNS]>>;

    fn hurdle(&self, kept: &Most<T>) -> Self::Hurdle {
        if self.rates != Rates::High {
            return None;
        }
        let mut rows = vec![[T::default(); COLUMNS]; self.most_points + 1];
        for column in 0..COLUMNS {
            let greatest = self.greatest(kept, column);
            // More points need more cases.
            let mut least = 1;
            for (points, row) in rows.iter_mut().enumerate().skip(1) {
                while least <= points.min(self.cases) && self.likelihood.rank(least, points as f64, Side::High) <= greatest {
                    least += 1;
                }
                row[column] = T::try_from(least).unwrap_or_default();
            }
        }
        Some(rows)
    }

    fn grow(&self, counts: &Self::Data, kept: &mut Most<T>, order: &[u32], hurdle: Option<&Self::Hurdle>) {
        let most: u32 = order.iter().map(|&flagged| self.weight[(flagged & !END) as usize]).sum();
        let rows = most as usize + 1;
        let lengthen = |table: &mut Vec<[T; COLUMNS]>| table.resize(table.len().max(rows), [T::default(); COLUMNS]);
        if self.rates.include(Side::High) {
            lengthen(&mut kept.cases);
        }
        if self.rates.include(Side::Low) {
            lengthen(&mut kept.others);
        }
        match hurdle {
            Some(Some(hurdle)) => self.leap(counts, kept, order, hurdle),
            _ => {
                self.walk(counts, kept, order, &mut [T::default(); COLUMNS], 0);
            }
        }
    }

    fn merge(into: &mut Most<T>, other: &Most<T>) {
        for (into, other) in [(&mut into.cases, &other.cases), (&mut into.others, &other.others)] {
            into.resize(into.len().max(other.len()), [T::default(); COLUMNS]);
            for (row, other) in into.iter_mut().zip(other) {
                row.iter_mut().zip(other).for_each(|(most, &sum)| *most = (*most).max(sum));
            }
        }
    }

    fn greatest(&self, kept: &Most<T>, column: usize) -> f64 {
        let count = |row: &[T; COLUMNS]| {
            let count: i64 = row[column].into();
            count as usize
        };
        let high = kept.cases.iter().enumerate().skip(1).map(|(points, row)| self.likelihood.rank(count(row), points as f64, Side::High));
        let low = kept.others.iter().enumerate().skip(1).filter(|(_, row)| count(row) > 0);
        let low = low.map(|(points, row)| self.likelihood.rank(points - count(row), points as f64, Side::Low));
        high.chain(low).fold(0.0, f64::max)
    }
}
