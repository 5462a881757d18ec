//! All houses of an area as one file, written while it is read: however large it is, a few pieces of it are held at a time.

use std::{
    borrow::Cow,
    io::{self, Write},
    pin::Pin,
    str::FromStr,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use flate2::write::GzEncoder;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::spawn_blocking,
    time::timeout,
};

use super::{answer::overloaded, feature::write, gzip::LEVEL, json::JsonText, problem::Problem};
use crate::atlas::{HouseView, Moment, Roll};

/// Text that is written, compressed and sent at a time, bytes.
const PIECE: usize = 64 << 10;
/// A client that takes no piece for so long is cut off, and so is a file that takes so long in all: both hold an old state of the houses.
const LONGEST_PIECE: Duration = Duration::from_secs(60);
const LONGEST_FILE: Duration = Duration::from_secs(60 * 60);
/// Files that are written at once.
const MOST: usize = 16;

/// One for each file that may be written.
pub struct Places(Arc<Semaphore>);

/// Where this process writes files.
pub static PLACES: std::sync::LazyLock<Places> = std::sync::LazyLock::new(|| Places(Arc::new(Semaphore::new(MOST))));

impl Places {
    pub fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0).try_acquire_owned().map_err(|_| overloaded())
    }

    /// Files that are being written.
    pub fn taken(&self) -> usize {
        MOST - self.0.available_permits()
    }
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Csv,
    GeoJson,
    GeoJsonLines,
}

#[derive(Debug, thiserror::Error)]
#[error("csv, geojson or geojsonl")]
pub struct UnknownForm;

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(text: &str) -> Result<Self, UnknownForm> {
        match text {
            "csv" => Ok(Self::Csv),
            "geojson" => Ok(Self::GeoJson),
            "geojsonl" => Ok(Self::GeoJsonLines),
            _ => Err(UnknownForm),
        }
    }
}

impl Form {
    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::GeoJson => "application/geo+json",
            Self::GeoJsonLines => "application/x-ndjson",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::GeoJson => "geojson",
            Self::GeoJsonLines => "geojsonl",
        }
    }
}

/// The houses of a roll as a file. The writing goes on as fast as the client reads, and ends when it has gone.
pub fn file(roll: Roll, moment: Moment, form: Form, is_zipped: bool, place: OwnedSemaphorePermit) -> Response {
    let zip = is_zipped.then(|| GzEncoder::new(Vec::new(), LEVEL));
    let writer = Writer { roll, moment, form, text: Vec::with_capacity(PIECE + 1024), zip, written: 0, is_done: false, _place: place };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(timeout(LONGEST_FILE, send(writer, sender)));
    let body = Body::from_stream(Pieces { receiver, is_whole: false });
    let mut response = ([(header::CONTENT_TYPE, form.media_type()), (header::CACHE_CONTROL, "no-store")], body).into_response();
    let name = format!("attachment; filename=\"houses-{}.{}\"", moment.day, form.ending());
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, authorization, cookie"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if is_zipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// Piece after piece: the next one is made when the one before was taken.
async fn send(mut writer: Writer, sender: mpsc::Sender<Piece>) {
    loop {
        let made = spawn_blocking(move || (writer.piece(), writer)).await;
        let Ok((Ok(piece), rest)) = made else { return tracing::error!("a file could not be written") };
        let is_last = piece.is_last;
        // Nobody listens any more, or somebody too slowly.
        if !matches!(timeout(LONGEST_PIECE, sender.send(piece)).await, Ok(Ok(()))) || is_last {
            return;
        }
        writer = rest;
    }
}

struct Piece {
    bytes: Vec<u8>,
    is_last: bool,
}

/// Pieces as a body. Without the last one the body breaks off: half a file must not look like a whole one.
struct Pieces {
    receiver: mpsc::Receiver<Piece>,
    is_whole: bool,
}

impl futures_util::Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        Poll::Ready(match ready!(self.receiver.poll_recv(context)) {
            Some(piece) => {
                self.is_whole = piece.is_last;
                Some(Ok(Bytes::from(piece.bytes)))
            }
            None if self.is_whole => None,
            None => {
                self.is_whole = true;
                Some(Err(io::Error::from(io::ErrorKind::TimedOut)))
            }
        })
    }
}

struct Writer {
    roll: Roll,
    moment: Moment,
    form: Form,
    text: Vec<u8>,
    zip: Option<GzEncoder<Vec<u8>>>,
    /// Houses so far.
    written: u64,
    is_done: bool,
    _place: OwnedSemaphorePermit,
}

impl Writer {
    fn piece(&mut self) -> io::Result<Piece> {
        self.fill()?;
        let bytes = match &mut self.zip {
            None => std::mem::replace(&mut self.text, Vec::with_capacity(PIECE + 1024)),
            Some(zip) => {
                zip.write_all(&self.text)?;
                self.text.clear();
                // Everything so far can be read by the client, not only what fills a block.
                if self.is_done {
                    zip.try_finish()?
                } else {
                    zip.flush()?
                }
                std::mem::take(zip.get_mut())
            }
        };
        Ok(Piece { bytes, is_last: self.is_done })
    }

    fn fill(&mut self) -> io::Result<()> {
        let Self { roll, moment, form, text, written, is_done, .. } = self;
        if *written == 0 {
            match form {
                // The mark at the beginning is what makes office programs read UTF-8.
                Form::Csv => text.extend_from_slice("\u{feff}house_code,lon,lat,address,kind,area_code,door_plate,tier,score,date\r\n".as_bytes()),
                Form::GeoJson => write!(text, r#"{{"type":"FeatureCollection","day":"{}","features":["#, moment.day)?,
                Form::GeoJsonLines => {}
            }
        }
        while text.len() < PIECE {
            let Some(house) = roll.next() else {
                *is_done = true;
                if *form == Form::GeoJson {
                    text.extend_from_slice(b"\n]}\n");
                }
                return Ok(());
            };
            match form {
                Form::Csv => row(text, house, *moment)?,
                Form::GeoJson => {
                    text.extend_from_slice(if *written == 0 { b"\n" } else { b",\n" });
                    write(&mut JsonText(text), house, *moment, None);
                }
                Form::GeoJsonLines => {
                    write(&mut JsonText(text), house, *moment, None);
                    text.push(b'\n');
                }
            }
            *written += 1;
        }
        Ok(())
    }
}

/// The columns of an import come first and under its names.
fn row(text: &mut Vec<u8>, house: HouseView<'_>, moment: Moment) -> io::Result<()> {
    let place = house.place();
    write!(text, "{},{},{},", cell(house.code()), place.lon(), place.lat())?;
    write!(text, "{},{},{},{},", cell(house.address()), house.kind().as_str(), cell(house.area_code()), cell(house.door_plate()))?;
    write!(text, "{},", house.standing_on(moment).as_str())?;
    if let Some(score) = house.score_on(moment) {
        write!(text, "{score}")?;
    }
    write!(text, ",{}\r\n", moment.day)
}

/// A text cell. One that an office program would take for a formula gets an apostrophe before it.
pub fn cell(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let tame = if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if tame.contains(['"', ',', '\r', '\n']) { Cow::Owned(format!("\"{}\"", tame.replace('"', "\"\""))) } else { tame }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_row() {
        for (text, expected) in [
            ("前桥村1号", "前桥村1号"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("＝1", "'＝1"),
            ("-3,\"x\"", "\"'-3,\"\"x\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("\tx", "'\tx"),
            ("1-2", "1-2"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
