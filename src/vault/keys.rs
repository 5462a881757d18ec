//! The key ring of a site.

use std::fmt::{self, Write};

use zeroize::Zeroizing;

use super::{
    hash::{BlindIndex, sub_key},
    hex::bytes,
    key::{KeyId, MasterKey},
    sealed::{CannotOpen, CannotSeal, Sealed},
};

/// The site's master keys, oldest first; there is at least one. The newest seals, all open, the oldest indexes.
pub struct Keys {
    oldest: MasterKey,
    later: Vec<MasterKey>,
}

/// Why a text is no key file. It repeats nothing of the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key file, line {line}: {reason}")]
pub struct BadKeyFile {
    /// From 1.
    pub line: usize,
    pub reason: &'static str,
}

/// The first word of every line, so that a leaked one is recognised as ours by a search.
const MARK: &str = "sanshi-key-1";
/// More were not rotated in but pasted.
const MOST_KEYS: usize = 100;

impl Keys {
    /// A ring with one new key.
    pub fn generate() -> Result<Self, CannotSeal> {
        Ok(Self { oldest: random_key()?, later: Vec::new() })
    }

    /// This ring and a new key, which seals from now on.
    pub fn with_new_key(mut self) -> Result<Self, CannotSeal> {
        self.later.push(random_key()?);
        Ok(self)
    }

    /// Reads a key file: one line `sanshi-key-1 ID KEY` per key, oldest first; blank lines and lines that begin with `#` say nothing.
    pub fn parse(text: &str) -> Result<Self, BadKeyFile> {
        let mut ring: Option<Self> = None;
        let lines = text.lines().map(str::trim).zip(1..).filter(|(text, _)| !text.is_empty() && !text.starts_with('#'));
        for (text, line) in lines {
            let bad = |reason| BadKeyFile { line, reason };
            let mut words = text.split_ascii_whitespace();
            let (Some(MARK), Some(id), Some(key), None) = (words.next(), words.next(), words.next(), words.next()) else {
                return Err(bad("expected \"sanshi-key-1\", the key's id of 8 hexadecimal digits and the key of 64"));
            };
            let key = MasterKey::new(bytes(key).ok_or_else(|| bad("expected a key of 64 hexadecimal digits"))?);
            if key.id.to_string() != id {
                return Err(bad("the key and its id do not belong together: the line was damaged; take it from your safety copy of the key file"));
            }
            match &mut ring {
                None => ring = Some(Self { oldest: key, later: Vec::new() }),
                Some(ring) if ring.all().any(|known| known.id == key.id) => return Err(bad("this key stands in the file already")),
                Some(ring) if ring.later.len() + 1 == MOST_KEYS => return Err(bad("expected at most 100 keys")),
                Some(ring) => ring.later.push(key),
            }
        }
        ring.ok_or(BadKeyFile { line: 1, reason: "expected at least one key; found none" })
    }

    /// The key file as [`Keys::parse`] reads it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(256 + 90 * (1 + self.later.len())));
        text.push_str("# The keys of a sanshi site, oldest first. Whoever holds them can read the personal data in its database.\n");
        text.push_str("# Without them nobody can. Keep a copy apart from the backups of the database.\n");
        for key in self.all() {
            let _ = write!(text, "{MARK} {} ", key.id);
            key.bytes.iter().for_each(|byte| {
                let _ = write!(text, "{byte:02x}");
            });
            text.push('\n');
        }
        text
    }

    /// The key that seals.
    #[must_use]
    pub fn newest(&self) -> KeyId {
        self.sealing().id
    }

    /// The key that indexes, links and signs.
    #[must_use]
    pub fn oldest_id(&self) -> KeyId {
        self.oldest.id
    }

    /// All keys, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.all().map(|key| key.id)
    }

    /// Seals a text for one purpose (`person.name`) and one row. It opens only under the same purpose and row, so bytes that somebody
    /// moves to another row or column are noticed.
    pub fn seal(&self, purpose: &'static str, row_id: &str, plain: &[u8]) -> Result<Sealed, CannotSeal> {
        let key = self.sealing();
        Sealed::seal(&sub_key(&key.bytes, &format!("seal.{purpose}")), key.id, purpose, row_id, plain)
    }

    /// Opens what [`Keys::seal`] sealed, with whichever key of the ring did it.
    pub fn open(&self, purpose: &'static str, row_id: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let id = sealed.key_id();
        let key = self.all().find(|key| key.id == id).ok_or(CannotOpen::UnknownKey(id))?;
        sealed.open(&sub_key(&key.bytes, &format!("seal.{purpose}")), purpose, row_id)
    }

    /// The keyed hash of a text that was brought into its one normal form. Its key comes from the oldest key of the ring, so what was
    /// indexed is found however often the sealing key was rotated; the oldest key must therefore stay in the ring.
    #[must_use]
    pub fn index(&self, purpose: &'static str, normalised: &[u8]) -> BlindIndex {
        BlindIndex::of(&sub_key(&self.oldest.bytes, &format!("index.{purpose}")), normalised)
    }

    pub(super) fn oldest(&self) -> &[u8; 32] {
        &self.oldest.bytes
    }

    fn sealing(&self) -> &MasterKey {
        self.later.last().unwrap_or(&self.oldest)
    }

    fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.oldest).chain(&self.later)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

fn random_key() -> Result<MasterKey, CannotSeal> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| CannotSeal::NoEntropy)?;
    Ok(MasterKey::new(bytes))
}
