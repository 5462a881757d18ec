//! WebP (RFC 9649): the way through its chunks, and the decoding.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, Limits, codecs::webp::WebPDecoder};

use super::{Format, Raster, Rejected, checked_size};

/// As long as a JPEG can hold; photographs of phones have less.
const LONGEST_EXIF: usize = 64 << 10;

const DAMAGED: Rejected = broken("one that is damaged");
const CUT_SHORT: Rejected = broken("one that is cut short");

const fn broken(why: &'static str) -> Rejected {
    Rejected::Broken { format: Format::WebP, why }
}

/// The pixels as they lie in the file, and its EXIF. The format has no checksums: damage within the coded data may go unseen.
pub(super) fn decode(bytes: &[u8]) -> Result<(Raster, Option<Vec<u8>>), Rejected> {
    let (file, exif) = parts(bytes)?;
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(|_| DAMAGED)?;
    let (width, height) = decoder.dimensions();
    checked_size(Format::WebP, width, height)?;
    decoder.set_limits(Limits::default()).map_err(|_| Rejected::TooManyPixels { width, height })?;
    let image = DynamicImage::from_decoder(decoder).map_err(|_| DAMAGED)?;
    Ok((Raster::from(image), exif))
}

/// The file without its tail, and its EXIF; every chunk lies wholly inside.
fn parts(bytes: &[u8]) -> Result<(&[u8], Option<Vec<u8>>), Rejected> {
    let length = |bytes: &[u8]| bytes.first_chunk().map(|length| u32::from_le_bytes(*length) as usize);
    let whole = length(&bytes[4..]).ok_or(CUT_SHORT)?.saturating_add(8);
    let file = bytes.get(..whole).ok_or(CUT_SHORT)?;
    let mut rest = file.get(12..).ok_or(CUT_SHORT)?;
    let mut exif = None;
    while !rest.is_empty() {
        let (kind, data) = rest.split_at_checked(4).ok_or(CUT_SHORT)?;
        let length = length(data).ok_or(CUT_SHORT)?;
        let data = data.get(4..length.saturating_add(4)).ok_or(CUT_SHORT)?;
        if kind == b"EXIF" && length <= LONGEST_EXIF {
            // Some writers begin as in a JPEG.
            exif = Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data).to_vec());
        }
        // Chunks begin at even places.
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
    }
    Ok((file, exif))
}
