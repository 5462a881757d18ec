//! The command line: reads the configuration, wires the rooms, runs one command. It knows all and decides nothing.

pub mod tiers;

/// Why a command was refused: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}
