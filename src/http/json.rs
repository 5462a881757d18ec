//! JSON written piece by piece, for answers of thousands of features: several times as fast as from a structure.

/// Writes at the end of some bytes. Who writes sees to commas and brackets.
pub struct JsonText<'a>(pub &'a mut Vec<u8>);

impl JsonText<'_> {
    /// Text as it stands.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// A string, quoted and escaped.
    pub fn string(&mut self, text: &str) -> &mut Self {
        // Without an early end the compiler looks at many bytes at a time.
        let is_special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        if text.bytes().fold(false, |found, byte| found | is_special(byte)) {
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
        let _ = serde_json::to_writer(&mut *self.0, value);
        self
    }
}
