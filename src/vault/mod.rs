//! Keys and what is sealed, chained and signed with them: bytes in, bytes out.
//!
//! This room knows master keys, sealing (XChaCha20-Poly1305), keyed hashes, signatures, the codes of a second factor and the entropy for
//! nonces and new keys. It must never know a person, a file, a database, a clock or a log: where the key file lies is for `cli` to say, what
//! is sealed for `app`. What it hands out is wiped from memory when dropped; nothing here shows a key or an opened text in its `Debug`.

mod chain;
mod hash;
mod hex;
mod key;
mod keys;
mod sealed;
#[cfg(test)]
mod tests;
pub mod totp;

pub use chain::{Link, NoLink};
pub use hash::BlindIndex;
pub use hex::hex;
pub use key::KeyId;
pub use keys::{BadKeyFile, Keys};
pub use sealed::{CannotOpen, CannotSeal, Sealed};

/// Bytes that are wiped when dropped.
pub use zeroize::Zeroizing;
