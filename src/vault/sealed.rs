//! A sealed text: which key, a nonce, the text that nobody can read or change.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::key::KeyId;

/// Key id (4 bytes), nonce (24, random), the sealed text, its tag (16).
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotSeal {
    #[error("the machine gives no randomness")]
    NoEntropy,
    #[error("the text is too long to be sealed")]
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    #[error("a sealed text is cut short")]
    CutShort,
    /// Sealed with a key that is not in the ring.
    #[error("the key {0} is not in the key file; take it from your safety copy of the key file")]
    UnknownKey(KeyId),
    /// Changed, or moved from another row or column.
    #[error("a sealed text was changed or belongs elsewhere")]
    Tampered,
}

const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;

impl Sealed {
    /// Takes bytes as they were stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, CannotOpen> {
        if bytes.len() < KEY_ID + NONCE + TAG { Err(CannotOpen::CutShort) } else { Ok(Self(bytes)) }
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key that sealed it.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&self.0[..KEY_ID]);
        KeyId(id)
    }

    pub(super) fn seal(key: &[u8; 32], key_id: KeyId, purpose: &str, row_id: &str, plain: &[u8]) -> Result<Self, CannotSeal> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| CannotSeal::NoEntropy)?;
        let payload = Payload { msg: plain, aad: &bound(key_id, purpose, row_id) };
        let text = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload).map_err(|_| CannotSeal::TooLong)?;
        Ok(Self([&key_id.0[..], &nonce, &text].concat()))
    }

    pub(super) fn open(&self, key: &[u8; 32], purpose: &str, row_id: &str) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (head, text) = self.0.split_at(KEY_ID + NONCE);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&head[KEY_ID..]);
        let payload = Payload { msg: text, aad: &bound(self.key_id(), purpose, row_id) };
        let plain = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| CannotOpen::Tampered)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sealed with {}", self.key_id())
    }
}

/// What a text is bound to. Lengths go before the words, so that no two bindings have the same bytes.
fn bound(key_id: KeyId, purpose: &str, row_id: &str) -> Vec<u8> {
    let length = |text: &str| (text.len() as u64).to_be_bytes();
    [&key_id.0[..], &length(purpose), purpose.as_bytes(), &length(row_id), row_id.as_bytes()].concat()
}
