//! JPEG (ITU-T T.81): the way through its segments, and the decoding of those that make the picture.

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::{Format, MOST_PIXELS, Raster, Rejected, checked_size};

/// More tables than any camera writes: progressive files have some ten for each of ten scans.
const MOST_TABLES: usize = 1_000;
/// Of each pixel is drawn so many times at most; a usual progressive file has ten scans. A small file may have more, up to a hundred.
const MOST_SCANS: u64 = 100;
const MOST_DRAWN: u64 = 16 * MOST_PIXELS;

/// Put in place of the end of a baseline picture. If the data end too early, the decoder would take the end for the rest and draw it grey, even in
/// its strict mode; of this it makes the longest codes there are, comes to the end of the file after a block or two, and says so. A whole picture is
/// done before; 16, because the decoder reads up to 8 bytes ahead. (Progressive data are told by [`Missing`]; only what the last scan refines may
/// end early.)
const NO_END: [u8; 16] = [0xfe; 16];

/// The pixels as they lie in the file, and its EXIF.
pub(super) fn decode(bytes: &[u8]) -> Result<(Raster, Option<Vec<u8>>), Rejected> {
    let parts = Parts::of(bytes)?;
    let most = usize::from(u16::MAX);
    // Strict: without it, the decoder fills with grey what is missing.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(most)
        .set_max_height(most)
        .jpeg_set_max_scans(MOST_SCANS as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let pixels = JpegDecoder::new_with_options(ZCursor::new(&parts.picture), options).decode().map_err(|_| DAMAGED)?;
    let raster = Raster::new(parts.width, parts.height, pixels).ok_or(DAMAGED)?;
    Ok((raster, parts.exif.map(<[u8]>::to_vec)))
}

const DAMAGED: Rejected = broken("one whose picture is damaged or cut short");
const CUT_SHORT: Rejected = broken("one that is cut short");

const fn broken(why: &'static str) -> Rejected {
    Rejected::Broken { format: Format::Jpeg, why }
}

/// What the file consists of. The decoder gets only what makes the picture: no comments, no profiles, no tail.
struct Parts<'a> {
    width: u32,
    height: u32,
    /// Of a progressive picture.
    missing: Option<Missing>,
    exif: Option<&'a [u8]>,
    picture: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, Rejected> {
        let mut parts = Self { width: 0, height: 0, missing: None, exif: None, picture: Vec::with_capacity(bytes.len()) };
        parts.picture.extend([0xff, 0xd8]);
        let (mut tables, mut scans) = (0, 0);
        let mut rest = &bytes[2..];
        loop {
            let (marker, after) = next_marker(rest).ok_or(CUT_SHORT)?;
            match marker {
                // Without length: a blank, and restarts that stand where none belongs.
                0x01 | 0xd0..=0xd7 => {
                    rest = after;
                    continue;
                }
                0xd8 => return Err(broken("a second beginning in it")),
                0xd9 if scans == 0 => return Err(broken("no picture in it")),
                0xd9 => break,
                _ => {}
            }
            let length = after.first_chunk().map(|length| usize::from(u16::from_be_bytes(*length))).ok_or(CUT_SHORT)?;
            let segment = after.get(2..length).ok_or(if length < 2 { DAMAGED } else { CUT_SHORT })?;
            rest = &after[length..];
            match marker {
                0xc0..=0xc2 => {
                    parts.frame(segment)?;
                    parts.missing = (marker == 0xc2).then(|| Missing::all(segment));
                }
                0xc3 | 0xc5..=0xc7 | 0xcb | 0xcd..=0xcf => return Err(Rejected::Format { found: "jpeg_lossless" }),
                0xc9 | 0xca | 0xcc => return Err(Rejected::Format { found: "jpeg_arithmetic" }),
                0xc4 | 0xdb | 0xdd => tables += 1,
                0xda => scans += 1,
                0xee if segment.starts_with(b"Adobe") => tables += 1,
                0xe1 => {
                    parts.exif = parts.exif.or(segment.strip_prefix(b"Exif\0\0"));
                    continue;
                }
                _ => continue,
            }
            if tables > MOST_TABLES || scans > MOST_SCANS || scans * parts.pixels() > MOST_DRAWN {
                return Err(broken("more scans or tables than a camera writes"));
            }
            parts.picture.extend([0xff, marker]);
            parts.picture.extend(&after[..length]);
            if marker == 0xda {
                if parts.pixels() == 0 {
                    return Err(DAMAGED);
                }
                let end = end_of_scan(rest).ok_or(CUT_SHORT)?;
                parts.picture.extend(&rest[..end]);
                if let Some(missing) = &mut parts.missing {
                    missing.less(segment).ok_or(DAMAGED)?;
                }
                rest = &rest[end..];
            }
        }
        if parts.missing.as_ref().is_some_and(|missing| !missing.is_nothing()) {
            return Err(CUT_SHORT);
        }
        parts.picture.extend(if parts.missing.is_some() { [0xff, 0xd9].as_slice() } else { &NO_END });
        Ok(parts)
    }

    /// T.81, B.2.2: precision, height, width, number of components.
    fn frame(&mut self, segment: &[u8]) -> Result<(), Rejected> {
        let &[precision, h1, h0, w1, w0, components, ..] = segment else { return Err(CUT_SHORT) };
        if self.pixels() > 0 {
            return Err(broken("two pictures in one"));
        }
        if precision != 8 {
            return Err(Rejected::Format { found: "jpeg_12_bit" });
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(broken("a number of colours that is not 1, 3 or 4"));
        }
        (self.width, self.height) = (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
        checked_size(Format::Jpeg, self.width, self.height)
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// What of a progressive picture no scan brought yet. A file that was cut and given an end lacks its later scans, and the decoder, even in its
/// strict mode, draws what came: grey, or blurred.
struct Missing {
    /// Of each component: which it is, and of each of its 64 coefficients how many bits are left, or [`Missing::ALL`].
    components: Vec<(u8, [u8; 64])>,
}

impl Missing {
    const ALL: u8 = u8::MAX;

    /// T.81, B.2.2: three bytes for each component begin with its name.
    fn all(frame: &[u8]) -> Self {
        Self { components: frame.get(6..).unwrap_or_default().chunks_exact(3).map(|component| (component[0], [Self::ALL; 64])).collect() }
    }

    /// T.81, B.2.3: the components of a scan, then its first and its last coefficient, and in four bits each how many bits of them the scans
    /// before it left and how many it leaves. `None` where that cannot be.
    fn less(&mut self, scan: &[u8]) -> Option<()> {
        let (named, band) = scan.get(1..)?.split_at_checked(2 * usize::from(*scan.first()?))?;
        let &[first, last, bits] = band else { return None };
        for name in named.chunks_exact(2).map(|component| component[0]) {
            let (_, left) = self.components.iter_mut().find(|(of, _)| *of == name)?;
            left.get_mut(usize::from(first)..=usize::from(last))?.fill(bits & 15);
        }
        Some(())
    }

    fn is_nothing(&self) -> bool {
        self.components.iter().all(|(_, left)| left.iter().all(|left| *left == 0))
    }
}

/// The next marker and what follows it. Bytes before it are skipped, as libjpeg does.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff))?;
    Some((bytes[at + 1], &bytes[at + 2..]))
}

/// Where the coded data ends: at a marker other than a restart. A zero after 0xff is stuffing, T.81 B.1.1.5.
fn end_of_scan(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff | 0xd0..=0xd7))
}
