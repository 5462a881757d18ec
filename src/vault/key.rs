//! One master key and the name it goes by.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The first four bytes of the SHA-256 of a master key: enough to tell the keys of a site apart and to notice a mistyped one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub(super) [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 256 bits from which the keys of all purposes come; wiped when dropped.
pub(super) struct MasterKey {
    pub id: KeyId,
    pub bytes: Zeroizing<[u8; 32]>,
}

impl MasterKey {
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let digest: [u8; 32] = Sha256::digest(*bytes).into();
        let [a, b, c, d, ..] = digest;
        Self { id: KeyId([a, b, c, d]), bytes }
    }
}
