//! When and where a picture was taken, as its EXIF says (CIPA DC-008, version 2.32).

use exif::{Exif, Field, In, Reader, Tag, Value};
use image::metadata::Orientation;
use jiff::civil;

use crate::earth::LonLat;

/// What the camera says of itself. Nothing of it is served with the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// Local time, as the camera's clock had it.
    pub at: Option<civil::DateTime>,
    /// Minutes that local time is ahead of UTC.
    pub offset_minutes: Option<i16>,
    /// Taken as WGS 84.
    pub place: Option<LonLat>,
    /// Degrees clockwise from true north, from 0 to below 360; from magnetic north when [`Note::HeadingMagnetic`] says so.
    pub heading: Option<f64>,
    /// Metres within which the place is right.
    pub accuracy_m: Option<f64>,
}

/// What in the EXIF was ignored, or is to be known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// Parts of the EXIF could not be read; what could is used.
    ExifBroken,
    /// Not a place on the Earth.
    PlaceOffEarth,
    /// 0°, 0°: what a receiver without signal writes.
    PlaceZero,
    /// Half a place, or minutes beyond 60.
    PlaceUnreadable,
    /// No day of the calendar, or no time of day.
    TimeUnreadable,
    /// Before 1990: no camera with EXIF is as old, its clock was not set.
    TimeBefore1990,
    /// After the day on which the picture came in.
    TimeInFuture,
    /// Not from 0 to 360 degrees.
    HeadingUnreadable,
    /// The heading is kept but counts from magnetic north, within some 10° of true north in China.
    HeadingMagnetic,
    /// Not a positive number of metres.
    AccuracyUnreadable,
}

impl Note {
    pub const ALL: [Self; 10] = [
        Self::ExifBroken,
        Self::PlaceOffEarth,
        Self::PlaceZero,
        Self::PlaceUnreadable,
        Self::TimeUnreadable,
        Self::TimeBefore1990,
        Self::TimeInFuture,
        Self::HeadingUnreadable,
        Self::HeadingMagnetic,
        Self::AccuracyUnreadable,
    ];

    /// Stable.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ExifBroken => "exif_broken",
            Self::PlaceOffEarth => "exif_place_off_earth",
            Self::PlaceZero => "exif_place_zero",
            Self::PlaceUnreadable => "exif_place_unreadable",
            Self::TimeUnreadable => "exif_time_unreadable",
            Self::TimeBefore1990 => "exif_time_before_1990",
            Self::TimeInFuture => "exif_time_in_future",
            Self::HeadingUnreadable => "exif_heading_unreadable",
            Self::HeadingMagnetic => "exif_heading_magnetic",
            Self::AccuracyUnreadable => "exif_accuracy_unreadable",
        }
    }
}

/// From the TIFF structure that every container holds, if there is one; with the way to turn the picture.
pub(super) fn read(tiff: Option<Vec<u8>>) -> (Taken, Orientation, Vec<Note>) {
    let mut notes = Vec::new();
    let Some(tiff) = tiff else { return (Taken::default(), Orientation::NoTransforms, notes) };
    let whole = Reader::new().continue_on_error(true).read_raw(tiff);
    let read = whole.or_else(|fault| {
        notes.push(Note::ExifBroken);
        fault.distill_partial_result(|_| {})
    });
    let Ok(exif) = read else { return (Taken::default(), Orientation::NoTransforms, notes) };
    let taken = Taken {
        at: time(&exif).unwrap_or_else(|note| ignored(note, &mut notes)),
        offset_minutes: offset_minutes(&exif),
        place: place(&exif).unwrap_or_else(|note| ignored(note, &mut notes)),
        heading: heading(&exif).unwrap_or_else(|note| ignored(note, &mut notes)),
        accuracy_m: accuracy(&exif).unwrap_or_else(|note| ignored(note, &mut notes)),
    };
    if taken.heading.is_some() && letter(&exif, Tag::GPSImgDirectionRef) == Some(b'M') {
        notes.push(Note::HeadingMagnetic);
    }
    let taken = Taken { offset_minutes: taken.at.and(taken.offset_minutes), accuracy_m: taken.place.and(taken.accuracy_m), ..taken };
    (taken, orientation(&exif), notes)
}

/// Whether upright it is as wide as it is high in the file.
pub(super) fn is_lying(orientation: Orientation) -> bool {
    matches!(orientation, Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH)
}

fn ignored<T>(note: Note, notes: &mut Vec<Note>) -> Option<T> {
    notes.push(note);
    None
}

fn orientation(exif: &Exif) -> Orientation {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    value.and_then(|value| u8::try_from(value).ok()).and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

fn time(exif: &Exif) -> Result<Option<civil::DateTime>, Note> {
    let Some(text) = [Tag::DateTimeOriginal, Tag::DateTimeDigitized, Tag::DateTime].into_iter().find_map(|tag| ascii(exif, tag)) else { return Ok(None) };
    let read = match exif::DateTime::from_ascii(text) {
        Ok(read) => read,
        // Blanks: the clock was not set.
        Err(exif::Error::BlankValue(_)) => return Ok(None),
        Err(_) => return Err(Note::TimeUnreadable),
    };
    let [month, day, hour, minute, second] = [read.month, read.day, read.hour, read.minute, read.second].map(|part| i8::try_from(part).unwrap_or(-1));
    let year = i16::try_from(read.year).unwrap_or(-1);
    let at = civil::DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| Note::TimeUnreadable)?;
    if at.year() < 1990 { Err(Note::TimeBefore1990) } else { Ok(Some(at)) }
}

/// `+08:00`; what is written otherwise is as good as absent.
fn offset_minutes(exif: &Exif) -> Option<i16> {
    let text = [Tag::OffsetTimeOriginal, Tag::OffsetTimeDigitized, Tag::OffsetTime].into_iter().find_map(|tag| ascii(exif, tag))?;
    let &[sign @ (b'+' | b'-'), h1 @ b'0'..=b'9', h0 @ b'0'..=b'9', b':', m1 @ b'0'..=b'5', m0 @ b'0'..=b'9', ..] = text else { return None };
    let [h1, h0, m1, m0] = [h1, h0, m1, m0].map(|digit| i16::from(digit - b'0'));
    let minutes = (h1 * 10 + h0) * 60 + m1 * 10 + m0;
    // From UTC-12:00 to UTC+14:00.
    Some(if sign == b'-' { -minutes } else { minutes }).filter(|minutes| (-720..=840).contains(minutes))
}

fn place(exif: &Exif) -> Result<Option<LonLat>, Note> {
    let (lat, lon) = (gps(exif, Tag::GPSLatitude), gps(exif, Tag::GPSLongitude));
    if lat.is_none() && lon.is_none() {
        return Ok(None);
    }
    let lat = degrees(lat, letter(exif, Tag::GPSLatitudeRef), b'N', b'S').ok_or(Note::PlaceUnreadable)?;
    let lon = degrees(lon, letter(exif, Tag::GPSLongitudeRef), b'E', b'W').ok_or(Note::PlaceUnreadable)?;
    if lat == 0.0 && lon == 0.0 {
        return Err(Note::PlaceZero);
    }
    LonLat::new(lon, lat).map(Some).map_err(|_| Note::PlaceOffEarth)
}

/// Degrees, minutes and seconds, and on which side of zero; `None` when they are not what they should be.
fn degrees(field: Option<&Field>, side: Option<u8>, positive: u8, negative: u8) -> Option<f64> {
    let Value::Rational(parts) = &field?.value else { return None };
    let [degrees, minutes, seconds] = parts.as_slice() else { return None };
    let [degrees, minutes, seconds] = [degrees, minutes, seconds].map(|part| part.to_f64());
    let is_sexagesimal = degrees.is_finite() && (0.0..=60.0).contains(&minutes) && (0.0..=60.0).contains(&seconds);
    let value = degrees + minutes / 60.0 + seconds / 3600.0;
    match side? {
        _ if !is_sexagesimal => None,
        side if side == positive => Some(value),
        side if side == negative => Some(-value),
        _ => None,
    }
}

fn heading(exif: &Exif) -> Result<Option<f64>, Note> {
    match gps(exif, Tag::GPSImgDirection).map(number) {
        None => Ok(None),
        Some(Some(angle)) if (0.0..=360.0).contains(&angle) => Ok(Some(angle % 360.0)),
        Some(_) => Err(Note::HeadingUnreadable),
    }
}

fn accuracy(exif: &Exif) -> Result<Option<f64>, Note> {
    match gps(exif, Tag::GPSHPositioningError).map(number) {
        None => Ok(None),
        Some(Some(metres)) if metres.is_finite() && metres > 0.0 => Ok(Some(metres)),
        Some(_) => Err(Note::AccuracyUnreadable),
    }
}

fn gps(exif: &Exif, tag: Tag) -> Option<&Field> {
    exif.get_field(tag, In::PRIMARY)
}

fn number(field: &Field) -> Option<f64> {
    let Value::Rational(parts) = &field.value else { return None };
    parts.first().map(|part| part.to_f64())
}

/// The text of a field, without the zeros that end it.
fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    lines.first().map(Vec::as_slice)
}

fn letter(exif: &Exif, tag: Tag) -> Option<u8> {
    ascii(exif, tag)?.first().copied()
}
