//! Packing answers with gzip, for clients that take it.

use std::io::Write;

use axum::http::{HeaderMap, header};
use flate2::{Compression, write::GzEncoder};

use super::problem::{Code, Problem};

/// Above it the bytes saved do not pay for the time (measured: level 3 is the knee).
pub const LEVEL: Compression = Compression::new(3);

/// Whether a client takes gzip.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains("gzip"))
}

pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), LEVEL);
    let zipped = encoder.write_all(bytes).and_then(|()| encoder.finish());
    zipped.map_err(|_| Problem::new(Code::Broken, "see the server's log"))
}
