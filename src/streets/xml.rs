//! OpenStreetMap's XML (wiki page "OSM XML"), as it is or packed with gzip.
//!
//! A document type is refused, so no entity is ever expanded; every element and every nesting has a limit.

use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
};

use flate2::bufread::MultiGzDecoder;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    BadStreets, Network, Progress, Reading,
    gathering::{Gathering, Member, STEPS},
    rules::Tags,
};

/// One element with its attributes, or the text between two.
const LONGEST_PIECE: usize = 1 << 20;
const DEEPEST: usize = 8;
/// Tags, nodes or members of one element; OpenStreetMap itself allows 2,000 nodes and 32,000 members.
const MOST_PARTS: usize = 100_000;
/// So many times its packed size, and this much besides, may a file unpack to; real ones unpack to some 10 to 20 times.
const MOST_UNPACKED: u64 = 200;
const UNPACKED_FOR_NOTHING: u64 = 64 << 20;
/// Elements between two words on progress.
const STRIDE: u64 = 4096;

/// Reads an `.osm.gz` or `.osm` file, in one go from its beginning; which of the two it is, it sees itself. `going` hears of progress and
/// answers whether to go on.
///
/// # Errors
/// The bytes are no such file, damaged, cut short, too large, without streets or unreadable; or `going` said no.
pub fn read_xml_gz(bytes: impl Read + Send, going: &mut dyn FnMut(Progress) -> bool) -> Result<(Network, Reading), BadStreets> {
    let packed = Rc::new(Cell::new(0));
    let mut counted = Counted { source: bytes, count: Rc::clone(&packed) };
    let mut head = Vec::new();
    counted.by_ref().take(2).read_to_end(&mut head)?;
    let is_gzip = head == [0x1f, 0x8b];
    let whole = BufReader::new(io::Cursor::new(head).chain(counted));
    if is_gzip { read(BufReader::new(MultiGzDecoder::new(whole)), &packed, going) } else { read(whole, &packed, going) }
}

fn read(source: impl BufRead, packed: &Cell<u64>, going: &mut dyn FnMut(Progress) -> bool) -> Result<(Network, Reading), BadStreets> {
    let mut reader = Reader::from_reader(Bounded { source, left: LONGEST_PIECE });
    let mut gathering = Gathering::new(going);
    let mut element = Element::default();
    let (mut depth, mut is_closed, mut pieces, mut buffer) = (0, false, 0u64, Vec::new());
    loop {
        buffer.clear();
        reader.get_mut().left = LONGEST_PIECE;
        let read = reader.read_event_into(&mut buffer);
        let at = reader.buffer_position();
        let event = read.map_err(|error| fault(error, at))?;
        let damaged = |what: &str| BadStreets::Damaged { at, what: what.to_owned() };
        pieces += 1;
        if pieces.is_multiple_of(STRIDE) {
            gathering.came_to(packed.get())?;
            if at > UNPACKED_FOR_NOTHING + MOST_UNPACKED * packed.get() {
                return Err(damaged("it unpacks to more than 200 times its size"));
            }
        }
        match event {
            Event::Start(start) => {
                if depth == 0 {
                    is_osm(&start)?;
                }
                depth += 1;
                if depth > DEEPEST {
                    return Err(damaged("elements are nested too deep"));
                }
                element.begin(&start, depth).map_err(damaged)?;
            }
            Event::Empty(start) => {
                if depth == 0 {
                    is_osm(&start)?;
                    is_closed = true;
                    continue;
                }
                element.begin(&start, depth + 1).map_err(damaged)?;
                if depth == 1 {
                    element.end(&mut gathering)?;
                }
            }
            Event::End(_) => {
                depth -= 1;
                if depth == 1 {
                    element.end(&mut gathering)?;
                }
                is_closed |= depth == 0;
            }
            Event::DocType(_) => return Err(BadStreets::Unexpected { expected: "OSM XML", found: "a document type (<!DOCTYPE>)".to_owned() }),
            Event::Eof if is_closed => break,
            Event::Eof if at == 0 => return Err(not_osm("nothing")),
            Event::Eof if depth == 0 => return Err(not_osm("a file without elements")),
            Event::Eof => return Err(BadStreets::CutShort { at, expected: "</osm>" }),
            _ => {}
        }
    }
    gathering.came_to(packed.get())?;
    gathering.network()
}

fn not_osm(found: &str) -> BadStreets {
    BadStreets::Unexpected { expected: "a file of OpenStreetMap in XML, packed with gzip or not (.osm.gz, .osm)", found: found.chars().take(60).collect() }
}

fn is_osm(start: &BytesStart) -> Result<(), BadStreets> {
    if start.name().as_ref() == "osm" { Ok(()) } else { Err(not_osm(&format!("<{}>", start.name().as_ref()))) }
}

/// What the XML reader could not read.
fn fault(error: quick_xml::Error, at: u64) -> BadStreets {
    use quick_xml::errors::{Error, IllFormedError};
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => BadStreets::CutShort { at, expected: "the rest of what is packed" },
        Error::Io(error) if [io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput].contains(&error.kind()) => {
            BadStreets::Damaged { at, what: error.to_string() }
        }
        Error::Io(error) => BadStreets::Unreadable(io::Error::new(error.kind(), error)),
        Error::IllFormed(IllFormedError::MissingEndTag(_)) => BadStreets::CutShort { at, expected: "</osm>" },
        _ if at == 0 => not_osm("something else"),
        // What the file holds there is not repeated: it may name who drew the map.
        Error::IllFormed(_) => BadStreets::Damaged { at, what: "an element does not end where it should".to_owned() },
        Error::Encoding(_) => BadStreets::Damaged { at, what: "the text is not UTF-8".to_owned() },
        _ => BadStreets::Damaged { at, what: "the XML is malformed".to_owned() },
    }
}

/// The node, way or relation that is being read.
#[derive(Default)]
struct Element {
    kind: Kind,
    id: i64,
    /// Degrees times ten million.
    place: [i64; 2],
    tags: Vec<(String, String)>,
    refs: Vec<i64>,
    members: Vec<Part>,
}

/// A member of a relation.
struct Part {
    kind: Kind,
    id: i64,
    role: String,
}

impl Part {
    fn member(&self) -> Member<'_> {
        match self.kind {
            Kind::Node => Member::Node(self.id, &self.role),
            Kind::Way => Member::Way(self.id, &self.role),
            Kind::Relation | Kind::Other => Member::Relation,
        }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    Node,
    Way,
    Relation,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "node" => Self::Node,
            "way" => Self::Way,
            "relation" => Self::Relation,
            _ => Self::Other,
        }
    }
}

impl Element {
    fn begin(&mut self, start: &BytesStart, depth: usize) -> Result<(), &'static str> {
        match (depth, start.name().as_ref()) {
            (2, name) => {
                self.kind = Kind::of(name);
                self.tags.clear();
                self.refs.clear();
                self.members.clear();
                if self.kind != Kind::Other {
                    self.id = whole(value(start, "id")?.ok_or("an element has no id")?)?;
                }
                if self.kind == Kind::Node {
                    // Without a place, as of a deleted node, it is nowhere.
                    let [lon, lat] = [value(start, "lon")?, value(start, "lat")?].map(|degrees| degrees.map_or(Ok(i64::MAX), steps));
                    self.place = [lon?, lat?];
                }
            }
            (3, "tag") if self.kind != Kind::Other => {
                let (Some(key), Some(value)) = (value(start, "k")?, value(start, "v")?) else { return Err("a tag has no key or no value") };
                self.tags.push((key, value));
            }
            (3, "nd") if self.kind == Kind::Way => self.refs.push(whole(value(start, "ref")?.ok_or("a node of a way has no id")?)?),
            (3, "member") if self.kind == Kind::Relation => {
                let kind = Kind::of(&value(start, "type")?.unwrap_or_default());
                let id = whole(value(start, "ref")?.ok_or("a member of a relation has no id")?)?;
                self.members.push(Part { kind, id, role: value(start, "role")?.unwrap_or_default() });
            }
            _ => {}
        }
        if self.tags.len().max(self.refs.len()).max(self.members.len()) > MOST_PARTS {
            return Err("an element has more than 100,000 parts");
        }
        Ok(())
    }

    fn end(&mut self, gathering: &mut Gathering) -> Result<(), BadStreets> {
        let tags: Vec<(&str, &str)> = self.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let tags = Tags(&tags);
        match self.kind {
            Kind::Node => gathering.node(self.id, self.place[0], self.place[1], tags)?,
            Kind::Way => gathering.way(self.id, &self.refs, tags)?,
            Kind::Relation => {
                let members: Vec<Member> = self.members.iter().map(Part::member).collect();
                gathering.relation(&members, tags);
            }
            Kind::Other => {}
        }
        self.kind = Kind::Other;
        Ok(())
    }
}

fn value(start: &BytesStart, name: &str) -> Result<Option<String>, &'static str> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| "an attribute is malformed")?;
        if attribute.key.as_ref() == name {
            let unescaped = quick_xml::escape::unescape(&attribute.value).map_err(|_| "an attribute names an entity that XML does not have")?;
            return Ok(Some(unescaped.into_owned()));
        }
    }
    Ok(None)
}

fn whole(text: String) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "an id is not a whole number")
}

fn steps(text: String) -> Result<i64, &'static str> {
    let degrees: f64 = text.parse().ok().filter(|degrees: &f64| degrees.is_finite()).ok_or("a longitude or latitude is not a number")?;
    Ok((degrees * STEPS).round() as i64)
}

/// Counts what is read.
struct Counted<R> {
    source: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(into)?;
        self.count.set(self.count.get() + length as u64);
        Ok(length)
    }
}

/// Gives no more than what is left for one piece.
struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let buffer = self.source.fill_buf()?;
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an element is longer than 1 MiB"));
        }
        Ok(&buffer[..buffer.len().min(self.left)])
    }

    fn consume(&mut self, length: usize) {
        self.left = self.left.saturating_sub(length);
        self.source.consume(length);
    }
}
