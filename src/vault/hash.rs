//! Keyed hashes: one key for every purpose, and blind indexes.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::hex::hex;

/// A keyed hash by which equal texts are found again, and nothing else is learned of them by whoever has no key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindIndex([u8; 32]);

impl BlindIndex {
    pub(super) fn of(key: &[u8; 32], text: &[u8]) -> Self {
        Self(*hmac(key, &[text]))
    }

    /// Takes bytes as they were stored; `None` when they are not 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first `digits` hexadecimal digits (at most 64), upper case: a short tag to tell a few things apart.
    #[must_use]
    pub fn tag(&self, digits: usize) -> String {
        hex(&self.0).chars().take(digits).collect::<String>().to_uppercase()
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// HKDF-SHA-256 (RFC 5869) without salt, for exactly one block of output: a key for one purpose out of a master key.
pub(super) fn sub_key(master: &[u8; 32], label: &str) -> Zeroizing<[u8; 32]> {
    let pseudorandom = hmac(&[0; 32], &[master]);
    hmac(&pseudorandom, &[label.as_bytes(), &[1]])
}

/// HMAC-SHA-256 (RFC 2104) of the parts one after another.
pub(super) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    // A key shorter than the hash's block of 64 bytes is filled with zeros: the RFC's own first step, done here so that nothing can fail.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        *super::super::hex::bytes(hex).unwrap()
    }

    #[test]
    fn keyed_hashes_are_those_of_rfc_4231_and_rfc_5869() {
        // RFC 4231, case 3: a key of 20 bytes 0xaa, which zeros fill.
        let mut key = [0; 32];
        key[..20].fill(0xaa);
        let expected = bytes("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
        assert_eq!(*hmac(&key, &[&[0xdd; 50]]), expected);
        assert_eq!(*hmac(&key, &[&[0xdd; 20], &[0xdd; 30]]), expected);
        // RFC 5869, case 3: 22 bytes 0x0b; no salt, no label. Both steps as there, the key one that fits a block.
        let pseudorandom: [u8; 32] = bytes("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
        assert_eq!(*hmac(&[0; 32], &[&[0x0b; 22]]), pseudorandom);
        let first_block = bytes("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
        assert_eq!(*hmac(&pseudorandom, &[b"", &[1]]), first_block);
    }
}
