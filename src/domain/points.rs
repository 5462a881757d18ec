//! Points of a score, exact.

use std::{fmt, iter::Sum, ops::Add, ops::Sub};

use serde::{Deserialize, Serialize};

/// Points in hundredths, so that sums are exact and equal on every machine. Written as a number with at most two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i32);

impl Points {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    #[must_use]
    pub const fn hundredths(self) -> i32 {
        self.0
    }

    /// `None` when the number has more than two decimals or is beyond a million.
    #[must_use]
    pub fn from_number(number: f64) -> Option<Self> {
        let hundredths = number * 100.0;
        let rounded = hundredths.round();
        let exact = number.is_finite() && (hundredths - rounded).abs() < 1e-6 && rounded.abs() <= 1e8;
        #[expect(clippy::cast_possible_truncation, reason = "bounded to 1e8 above")]
        exact.then_some(Self(rounded as i32))
    }

    #[must_use]
    pub fn times(self, count: i32) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match size % 100 {
            0 => write!(f, "{sign}{}", size / 100),
            part if part % 10 == 0 => write!(f, "{sign}{}.{}", size / 100, part / 10),
            part => write!(f, "{sign}{}.{part:02}", size / 100),
        }
    }
}

impl Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { serializer.serialize_i32(self.0 / 100) } else { serializer.serialize_f64(f64::from(self.0) / 100.0) }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| serde::de::Error::custom(format!("expected points with at most two decimals; found {number}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_as_short_as_they_are() {
        for (hundredths, text) in [(1400, "14"), (-300, "-3"), (650, "6.5"), (-5, "-0.05"), (8537, "85.37")] {
            assert_eq!(Points(hundredths).to_string(), text);
            assert_eq!(serde_json::to_string(&Points(hundredths)).unwrap(), text);
        }
    }
}
