//! JSON written piece by piece, for answers of thousands of features: several times as fast as from a structure.

/// A document while it is written. Who writes sees to commas and brackets.
pub struct JsonText(Vec<u8>);

impl JsonText {
    pub fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Text as it stands.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A string, quoted and escaped.
    pub fn string(&mut self, text: &str) -> &mut Self {
        if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            return self.value(text);
        }
        self.raw("\"").raw(text).raw("\"")
    }

    /// A number, the shortest that reads back the same; no number becomes `null`.
    pub fn number(&mut self, number: f64) -> &mut Self {
        self.value(&number)
    }

    /// Anything else, as serde writes it.
    pub fn value<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> &mut Self {
        // Writing to memory cannot fail, and what is written here has no keys that are no text.
        let _ = serde_json::to_writer(&mut self.0, value);
        self
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}
