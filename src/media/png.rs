//! PNG (ISO/IEC 15948): the way through its chunks, and the decoding of those that make the picture.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, Limits, codecs::png::PngDecoder};

use super::{Format, Raster, Rejected, checked_size};

/// Most bytes of decoded pixels: 64 Mi pixels with four channels of 8 bits, or half as many of 16.
const MOST_DECODED: u64 = 256 << 20;
/// As long as a JPEG can hold; photographs of phones have less.
const LONGEST_EXIF: usize = 64 << 10;

const DAMAGED: Rejected = broken("one that is damaged");
const CUT_SHORT: Rejected = broken("one that is cut short");

const fn broken(why: &'static str) -> Rejected {
    Rejected::Broken { format: Format::Png, why }
}

/// The pixels as they lie in the file, and its EXIF.
pub(super) fn decode(bytes: &[u8]) -> Result<(Raster, Option<Vec<u8>>), Rejected> {
    let Parts { picture, exif, size: (width, height) } = Parts::of(bytes)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    let decoder = PngDecoder::with_limits(Cursor::new(&picture), limits).map_err(|_| DAMAGED)?;
    if decoder.total_bytes() > MOST_DECODED {
        return Err(Rejected::TooManyPixels { width, height });
    }
    let image = DynamicImage::from_decoder(decoder).map_err(|_| DAMAGED)?;
    Ok((Raster::from(image), exif))
}

/// What the file consists of. The decoder gets only what makes the picture: no text, no profile, no tail, nothing that could unpack to more.
struct Parts {
    size: (u32, u32),
    exif: Option<Vec<u8>>,
    picture: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Result<Self, Rejected> {
        let (signature, mut rest) = bytes.split_at(8);
        let mut picture = Vec::with_capacity(bytes.len());
        picture.extend(signature);
        let (mut exif, mut size) = (None, None);
        loop {
            // Length of the data, kind, data, CRC of kind and data.
            let length = rest.first_chunk().map(|length| u32::from_be_bytes(*length) as usize).ok_or(CUT_SHORT)?;
            let chunk = rest.get(..length.saturating_add(12)).ok_or(CUT_SHORT)?;
            rest = &rest[chunk.len()..];
            let (kind, data, crc) = (&chunk[4..8], &chunk[8..8 + length], &chunk[8 + length..]);
            match kind {
                b"IHDR" if size.is_none() => {
                    let &[w3, w2, w1, w0, h3, h2, h1, h0, ..] = data else { return Err(DAMAGED) };
                    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
                    checked_size(Format::Png, width, height)?;
                    size = Some((width, height));
                }
                b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" if size.is_some() => {}
                b"eXIf" if length <= LONGEST_EXIF => {
                    exif = Some(data.to_vec());
                    continue;
                }
                [b'a'..=b'z', ..] => continue,
                _ => return Err(DAMAGED),
            }
            if crc32fast::hash(&chunk[4..8 + length]).to_be_bytes() != crc {
                return Err(broken("one whose checksum differs"));
            }
            picture.extend(chunk);
            if kind == b"IEND" {
                return Ok(Self { size: size.unwrap_or_default(), exif, picture });
            }
        }
    }
}
