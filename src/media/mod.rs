//! Pictures as bytes: what is let in, what is made of it, and the shelf it lies on.
//!
//! [`admit`] is pure: bytes in, a [`Picture`] or a [`Rejected`] out, in bounded memory. A picture is always decoded whole, turned upright and
//! encoded anew, so nothing of the file that was received is ever served: no metadata, no tail, no second picture. This room knows no house,
//! no person, no SQL and no HTTP.
//!
//! Colours are taken as sRGB; colour profiles are dropped without converting. Grey, CMYK and 16-bit pictures become 8-bit RGB, what is
//! transparent lies on white, of an animation the first picture is taken.

mod format;
mod hash;
mod jpeg;
mod likeness;
mod png;
mod raster;
mod s3;
mod shelf;
mod taken;
mod webp;

#[cfg(test)]
mod tests;

pub use format::Format;
pub use hash::{BadHash, PhotoHash};
pub use likeness::Likeness;
pub use s3::S3;
pub use shelf::{OnShelf, Shelf, ShelfError};
pub use taken::{Note, Taken};

use raster::Raster;

/// Longest file. A 48-megapixel JPEG of a phone has 10 to 20 MB.
pub const MOST_BYTES: usize = 32 << 20;

/// Most pixels, 64 Mi: it holds every phone's usual modes (12, 24, 48, 50 and 64 megapixels). The 108 and 200 of some are left out, because a
/// picture is decoded whole. Measured at this bound (8192 x 8192, whole process): JPEG 290 MB, progressive 410 MB, WebP and PNG with alpha 490 MB;
/// by reckoning at most 650 MB, for a progressive one with colours at full resolution.
pub const MOST_PIXELS: u64 = 64 << 20;

/// Longest edges in pixels of what is kept, and how well it is encoded (JPEG quality as libjpeg has it).
const FULL: (u32, u8) = (2560, 85);
const LARGE: (u32, u8) = (1280, 80);
const SMALL: (u32, u8) = (320, 80);

/// Which of the three encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    /// Longest edge at most 2560 pixels.
    Full,
    /// Longest edge at most 1280 pixels.
    Large,
    /// Longest edge at most 320 pixels.
    Small,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Full, Self::Large, Self::Small];
}

/// A picture that was let in.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Of the bytes received: the same file twice is one picture.
    pub hash: PhotoHash,
    /// Of the bytes received; what is kept is always JPEG.
    pub format: Format,
    pub bytes_received: u64,
    /// Pixels of the picture received, upright.
    pub width: u32,
    pub height: u32,
    pub taken: Taken,
    pub notes: Vec<Note>,
    pub likeness: Likeness,
    pub full: Vec<u8>,
    pub large: Vec<u8>,
    pub small: Vec<u8>,
}

/// Why a file is not let in. The text says what was expected and found, and never holds bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("expected a picture; found an empty file: send it again")]
    Empty,
    #[error("expected a picture of at most {MOST_BYTES} bytes; found {found}: take or save it smaller")]
    TooLarge { found: usize },
    #[error("expected a picture of at most {MOST_PIXELS} pixels; found {width} x {height}: take or save it smaller")]
    TooManyPixels { width: u32, height: u32 },
    #[error("expected a JPEG, PNG or WebP picture; found {found}{}", hint(found))]
    Format { found: &'static str },
    #[error("expected a whole {format} picture; found {why}: send it again, or take it anew")]
    Broken { format: Format, why: &'static str },
}

impl Rejected {
    /// Stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "photo_empty",
            Self::TooLarge { .. } => "photo_too_large",
            Self::TooManyPixels { .. } => "photo_too_many_pixels",
            Self::Format { .. } => "photo_format",
            Self::Broken { .. } => "photo_broken",
        }
    }
}

fn hint(found: &str) -> &'static str {
    match found {
        "heic" => ": set the camera to the most compatible format, or save the picture as JPEG",
        _ => ": save it as JPEG",
    }
}

/// Lets a picture in: decodes it whole, turns it upright, makes the three sizes and reads when and where it was taken.
///
/// It takes some 0.2 s of one core for 12 megapixels, and memory as [`MOST_PIXELS`] says; what is too large by its header is refused before
/// anything is allocated. The time that a camera gives is not compared with today's: see [`Picture::not_after`].
///
/// # Errors
/// The file is empty, too large, of another format, or damaged.
pub fn admit(bytes: &[u8]) -> Result<Picture, Rejected> {
    if bytes.is_empty() {
        return Err(Rejected::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Rejected::TooLarge { found: bytes.len() });
    }
    let format = Format::of(bytes)?;
    let (raster, exif) = match format {
        Format::Jpeg => jpeg::decode(bytes),
        Format::Png => png::decode(bytes),
        Format::WebP => webp::decode(bytes),
    }?;
    let (taken, orientation, notes) = taken::read(exif);
    let (mut width, mut height) = (raster.width(), raster.height());
    if taken::is_lying(orientation) {
        (width, height) = (height, width);
    }
    let full = raster.within(FULL.0).upright(orientation);
    let large = full.within(LARGE.0);
    let small = large.within(SMALL.0);
    Ok(Picture {
        hash: PhotoHash::of(bytes),
        format,
        bytes_received: bytes.len() as u64,
        width,
        height,
        taken,
        notes,
        likeness: Likeness::of(&small),
        full: full.jpeg(FULL.1),
        large: large.jpeg(LARGE.1),
        small: small.jpeg(SMALL.1),
    })
}

impl Picture {
    /// Takes back a time of taking that lies after this one (in the same local time), with a note.
    pub fn not_after(&mut self, latest: jiff::civil::DateTime) {
        if self.taken.at.is_some_and(|at| at > latest) {
            (self.taken.at, self.taken.offset_minutes) = (None, None);
            self.notes.push(Note::TimeInFuture);
        }
    }

    #[must_use]
    pub fn bytes(&self, size: Size) -> &[u8] {
        match size {
            Size::Full => &self.full,
            Size::Large => &self.large,
            Size::Small => &self.small,
        }
    }
}

/// Width and height as the header of a file gives them, if they make a picture of bounded size.
fn checked_size(format: Format, width: u32, height: u32) -> Result<(), Rejected> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Rejected::Broken { format, why: "one without width or height" }),
        1..=MOST_PIXELS => Ok(()),
        _ => Err(Rejected::TooManyPixels { width, height }),
    }
}
