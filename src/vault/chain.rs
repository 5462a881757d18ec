//! Chains: each row's link is a keyed hash of the link before it and of the row, so no row can be changed, put in, taken out or moved
//! without the key; and signatures, by which the length of a chain is held outside of it.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::{
    hash::{hmac, sub_key},
    hex::{bytes, hex},
    keys::Keys,
};

/// What holds a row to all before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; 32]);

impl Link {
    /// Before the first row.
    pub const START: Self = Self([0; 32]);
}

impl Keys {
    /// The link of a row that follows another link. Its key comes from the oldest key of the ring.
    #[must_use]
    pub fn link(&self, before: Link, row: &[u8]) -> Link {
        Link(*hmac(&sub_key(self.oldest(), "chain"), &[&before.0, row]))
    }

    /// Signs a text (Ed25519, RFC 8032): 128 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        hex(&self.signing().sign(text.as_bytes()).to_bytes())
    }

    /// Whether this ring signed the text.
    #[must_use]
    pub fn has_signed(&self, text: &str, signature: &str) -> bool {
        is_signed(&self.signing().verifying_key(), text, signature)
    }

    /// By which anybody can check the signatures: 64 hexadecimal digits.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex(self.signing().verifying_key().as_bytes())
    }

    fn signing(&self) -> SigningKey {
        SigningKey::from_bytes(&sub_key(self.oldest(), "sign"))
    }
}

fn is_signed(key: &VerifyingKey, text: &str, signature: &str) -> bool {
    bytes::<64>(signature).is_some_and(|signature| key.verify_strict(text.as_bytes(), &Signature::from_bytes(&signature)).is_ok())
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no link: 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct NoLink;

impl FromStr for Link {
    type Err = NoLink;

    fn from_str(text: &str) -> Result<Self, NoLink> {
        bytes(text).map(|bytes| Self(*bytes)).ok_or(NoLink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_depends_on_the_key_on_the_row_and_on_all_before_it() {
        let (keys, others) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let first = keys.link(Link::START, b"one");
        assert_eq!(first, keys.link(Link::START, b"one"));
        assert_ne!(first, keys.link(Link::START, b"two"));
        assert_ne!(first, others.link(Link::START, b"one"));
        assert_ne!(keys.link(first, b"two"), keys.link(Link::START, b"two"));
        assert_eq!(first.to_string().parse(), Ok(first));
        assert_eq!("00".parse::<Link>(), Err(NoLink));
    }

    #[test]
    fn a_rotated_ring_goes_on_with_the_same_chain_and_signature() {
        let text = Keys::generate().unwrap().to_text();
        let (before, after) = (Keys::parse(&text).unwrap(), Keys::parse(&text).unwrap().with_new_key().unwrap());
        assert_eq!(before.link(Link::START, b"row"), after.link(Link::START, b"row"));
        assert!(after.has_signed("text", &before.sign("text")));
    }

    #[test]
    fn a_signature_holds_for_its_text_and_its_key_only() {
        let (keys, others) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let signature = keys.sign("17 rows");
        assert!(keys.has_signed("17 rows", &signature));
        assert!(!keys.has_signed("16 rows", &signature));
        assert!(!others.has_signed("17 rows", &signature));
        assert!(!keys.has_signed("17 rows", &signature[1..]));
        let public = VerifyingKey::from_bytes(&bytes(&keys.public_key()).unwrap()).unwrap();
        assert!(is_signed(&public, "17 rows", &signature), "the public key alone is enough");
    }
}
