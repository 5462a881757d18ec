//! How long and how far it is between places: matrices, whoever made them.

/// What a leg costs that cannot be walked.
pub(super) const NEVER: u32 = 1 << 30;
/// The longest time or leg that is taken: 2²⁹ ms are six days, 2²⁹ mm are 537 km.
pub(super) const LONGEST: u32 = 1 << 29;

/// Travel times in milliseconds and lengths in millimetres from each place to each other one; they need not be symmetric.
#[derive(Clone, Debug, PartialEq)]
pub struct Travel {
    places: usize,
    times_ms: Vec<u32>,
    lengths_mm: Vec<u32>,
}

/// Why numbers are no travel times and lengths. Rows and columns count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BadTravel {
    #[error("row {row} of the {what} has {found} entries; expected one per row, {expected}")]
    NotSquare { what: &'static str, row: usize, expected: usize, found: usize },
    #[error("the matrix of lengths has {lengths} rows and that of times {times}; expected as many")]
    Different { times: usize, lengths: usize },
    #[error("from {from} to {to} the {what} is {found}; expected 0 to 536,870 seconds or metres, or null where there is no way")]
    Number { what: &'static str, from: usize, to: usize, found: f64 },
    #[error("the speed is {0}; expected metres per second above 0")]
    Speed(f64),
    #[error("the detour factor is {0}; expected 1 to 10")]
    Detour(f64),
}

impl Travel {
    /// Matrices of seconds and metres, row = from, column = to; `None` where there is no way. Times are rounded up to a millisecond, so that
    /// a plan that holds here holds in full precision; lengths to the nearest millimetre.
    pub fn matrices(seconds: &[Vec<Option<f64>>], metres: &[Vec<Option<f64>>]) -> Result<Self, BadTravel> {
        if seconds.len() != metres.len() {
            return Err(BadTravel::Different { times: seconds.len(), lengths: metres.len() });
        }
        Ok(Self { places: seconds.len(), times_ms: whole("times", seconds, f64::ceil)?, lengths_mm: whole("lengths", metres, f64::round)? })
    }

    /// Straight lines: `metres(from, to)` times the detour factor (1.3 is usual in towns), at one speed. Say on the plan that it is an estimate.
    pub fn straight(places: usize, metres: impl Fn(usize, usize) -> f64, speed_m_s: f64, detour: f64) -> Result<Self, BadTravel> {
        if !(speed_m_s.is_finite() && speed_m_s > 0.0) {
            return Err(BadTravel::Speed(speed_m_s));
        }
        if !(1.0..=10.0).contains(&detour) {
            return Err(BadTravel::Detour(detour));
        }
        let lengths: Vec<Vec<Option<f64>>> = (0..places).map(|from| (0..places).map(|to| Some(metres(from, to) * detour)).collect()).collect();
        let times: Vec<Vec<Option<f64>>> = lengths.iter().map(|row| row.iter().map(|length| length.map(|length| length / speed_m_s)).collect()).collect();
        Self::matrices(&times, &lengths)
    }

    /// How many places there are; they are numbered from 0.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places
    }

    /// Milliseconds from one place to another, `None` where there is no way.
    #[must_use]
    pub fn time_ms(&self, from: usize, to: usize) -> Option<u32> {
        self.times_ms.get(from * self.places + to).copied().filter(|&time| time < NEVER)
    }

    /// Millimetres from one place to another, `None` where there is no way.
    #[must_use]
    pub fn length_mm(&self, from: usize, to: usize) -> Option<u32> {
        self.time_ms(from, to).and(self.lengths_mm.get(from * self.places + to).copied()).filter(|&length| length < NEVER)
    }
}

/// Thousandths as whole numbers, row by row.
fn whole(what: &'static str, rows: &[Vec<Option<f64>>], rounded: fn(f64) -> f64) -> Result<Vec<u32>, BadTravel> {
    let mut all = Vec::with_capacity(rows.len() * rows.len());
    for (from, row) in rows.iter().enumerate() {
        if row.len() != rows.len() {
            return Err(BadTravel::NotSquare { what, row: from, expected: rows.len(), found: row.len() });
        }
        for (to, entry) in row.iter().enumerate() {
            let Some(number) = *entry else {
                all.push(NEVER);
                continue;
            };
            // A product such as 0.1 × 1000 lies a hair above the whole number that is meant.
            let thousandths = rounded(number * 1000.0 - 1e-6).max(0.0);
            if !(number >= 0.0 && thousandths <= f64::from(LONGEST)) {
                return Err(BadTravel::Number { what, from, to, found: number });
            }
            all.push(thousandths as u32);
        }
    }
    Ok(all)
}
