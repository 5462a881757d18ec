//! A business or organisation at an address.

use super::credit_code::CreditCode;

/// A unit. Not personal data, but its name may be that of a natural person: it is for staff only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// 1 to 200 visible characters.
    pub name: String,
    /// What it does, in a word or two; may be empty.
    pub kind: String,
    pub credit_code: Option<CreditCode>,
    /// How many work there.
    pub staff: Option<u32>,
}

/// More is a slip of the pen.
pub const MOST_STAFF: u32 = 1_000_000;

/// Whether a text can be a name (1 to 200 visible characters).
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=200).contains(&text.chars().count()) && text.chars().all(|c| !c.is_control() && c != '\u{fffd}')
}
