//! OpenStreetMap's binary format (wiki page "PBF Format"): blocks of at most 32 MiB, each packed by itself.
//!
//! A block is read whole, so memory holds one block beside what is gathered.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{
    BadStreets, Network, Progress, Reading,
    gathering::{Gathering, Member},
    rules::Tags,
    wire::{Deltas, Message, Misfit, Packed, Value, zigzag},
};

/// The format's own limits.
const LONGEST_HEADER: u64 = 64 << 10;
const LONGEST_BLOCK: u64 = 32 << 20;
/// Strings and groups of one block; the tools write some thousands.
const MOST_PARTS: usize = 2 << 20;
/// Nanodegrees in a ten-millionth of a degree.
const NANODEGREES: i64 = 100;

/// Reads an `.osm.pbf` file, in one go from its beginning. `going` hears of progress after each block and answers whether to go on.
///
/// # Errors
/// The bytes are no such file, damaged, cut short, too large, without streets or unreadable; or `going` said no.
pub fn read_pbf(bytes: impl Read + Send, going: &mut dyn FnMut(Progress) -> bool) -> Result<(Network, Reading), BadStreets> {
    let mut file = File { source: bytes, at: 0 };
    let mut gathering = Gathering::new(going);
    let mut is_first = true;
    loop {
        let began = file.at;
        let Some(Blob { kind, content }) = file.blob(is_first)? else { break };
        let damaged = |Misfit(what)| BadStreets::Damaged { at: began, what: what.to_owned() };
        match kind.as_slice() {
            b"OSMHeader" => header(&unpacked(&content, began)?).map_err(damaged)?.map_or(Ok(()), Err)?,
            _ if is_first => return Err(not_pbf("a file that begins with another block")),
            b"OSMData" => {
                gathering.came_to(file.at)?;
                let block = unpacked(&content, began)?;
                Block::parse(&block).and_then(|block| block.gather(&mut gathering)).map_err(|stop| match stop {
                    Stop::Misfit(misfit) => damaged(misfit),
                    Stop::Bad(bad) => bad,
                })?;
            }
            // The format asks to pass over what one does not know.
            _ => {}
        }
        is_first = false;
    }
    if is_first {
        return Err(not_pbf("nothing"));
    }
    gathering.came_to(file.at)?;
    gathering.network()
}

fn not_pbf(found: &str) -> BadStreets {
    BadStreets::Unexpected { expected: "a file of OpenStreetMap in PBF format (.osm.pbf)", found: found.to_owned() }
}

/// A block as it lies in the file.
struct Blob {
    kind: Vec<u8>,
    /// With its packing.
    content: Vec<u8>,
}

struct File<R> {
    source: R,
    at: u64,
}

impl<R: Read> File<R> {
    /// Up to so many bytes; fewer at the end of the file.
    fn bytes(&mut self, length: u64) -> Result<Vec<u8>, BadStreets> {
        let mut bytes = Vec::new();
        self.source.by_ref().take(length).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        Ok(bytes)
    }

    fn whole(&mut self, length: u64, expected: &'static str) -> Result<Vec<u8>, BadStreets> {
        let bytes = self.bytes(length)?;
        if (bytes.len() as u64) < length { Err(BadStreets::CutShort { at: self.at, expected }) } else { Ok(bytes) }
    }

    /// The next block.
    fn blob(&mut self, is_first: bool) -> Result<Option<Blob>, BadStreets> {
        let began = self.at;
        let length = match <[u8; 4]>::try_from(self.bytes(4)?) {
            Ok(length) => u64::from(u32::from_be_bytes(length)),
            Err(rest) if rest.is_empty() => return Ok(None),
            Err(_) => return Err(BadStreets::CutShort { at: self.at, expected: "the length of a block" }),
        };
        if length > LONGEST_HEADER {
            return Err(if is_first {
                not_pbf("something else")
            } else {
                BadStreets::Damaged { at: began, what: format!("expected a block's header of at most {LONGEST_HEADER} bytes, found {length}") }
            });
        }
        let header = self.whole(length, "a block's header")?;
        let misfit = |Misfit(what)| if is_first { not_pbf("something else") } else { BadStreets::Damaged { at: began, what: what.to_owned() } };
        let (mut kind, mut size) = (Vec::new(), None);
        for field in Message(&header) {
            match field.map_err(misfit)? {
                (1, value) => kind = value.bytes().map_err(misfit)?.to_vec(),
                (3, value) => size = Some(value.number().map_err(misfit)?),
                _ => {}
            }
        }
        let Some(size) = size.filter(|size| *size <= LONGEST_BLOCK) else {
            return Err(misfit(Misfit("a block does not say its size, or more than 32 MiB")));
        };
        Ok(Some(Blob { kind, content: self.whole(size, "the rest of a block")? }))
    }
}

fn unpacked(blob: &[u8], at: u64) -> Result<Vec<u8>, BadStreets> {
    let damaged = |what: &str| BadStreets::Damaged { at, what: what.to_owned() };
    let misfit = |Misfit(what)| damaged(what);
    let (mut raw, mut zlib, mut size) = (None, None, None);
    for field in Message(blob) {
        match field.map_err(misfit)? {
            (1, value) => raw = Some(value.bytes().map_err(misfit)?),
            (2, value) => size = Some(value.number().map_err(misfit)?),
            (3, value) => zlib = Some(value.bytes().map_err(misfit)?),
            (4..=7, _) => {
                return Err(BadStreets::Unexpected {
                    expected: "blocks packed with zlib or not at all",
                    found: "another packing (convert it with osmium)".to_owned(),
                });
            }
            _ => {}
        }
    }
    match (raw, zlib, size) {
        (Some(raw), _, _) => Ok(raw.to_vec()),
        (None, Some(zlib), Some(size)) if size <= LONGEST_BLOCK => {
            let mut block = Vec::new();
            let read = ZlibDecoder::new(zlib).take(size + 1).read_to_end(&mut block);
            if read.is_err() || block.len() as u64 != size {
                return Err(damaged("a block cannot be unpacked to the size that it says"));
            }
            Ok(block)
        }
        _ => Err(damaged("a block has no content, or does not say its size, or more than 32 MiB")),
    }
}

/// What the file asks of its reader.
fn header(block: &[u8]) -> Result<Option<BadStreets>, Misfit> {
    for field in Message(block) {
        if let (4, feature) = field? {
            let feature = feature.bytes()?;
            if !matches!(feature, b"OsmSchema-V0.6" | b"DenseNodes") {
                let found = String::from_utf8_lossy(feature).chars().take(60).collect();
                return Ok(Some(BadStreets::Unexpected { expected: "a file that needs no more than OsmSchema-V0.6 and DenseNodes", found }));
            }
        }
    }
    Ok(None)
}

enum Stop {
    Misfit(Misfit),
    Bad(BadStreets),
}

impl From<Misfit> for Stop {
    fn from(misfit: Misfit) -> Self {
        Self::Misfit(misfit)
    }
}

impl From<BadStreets> for Stop {
    fn from(bad: BadStreets) -> Self {
        Self::Bad(bad)
    }
}

struct Block<'a> {
    strings: Vec<&'a str>,
    groups: Vec<&'a [u8]>,
    granularity: i64,
    lon_offset: i64,
    lat_offset: i64,
}

impl<'a> Block<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, Stop> {
        let mut block = Self { strings: Vec::new(), groups: Vec::new(), granularity: 100, lon_offset: 0, lat_offset: 0 };
        for field in Message(bytes) {
            match field? {
                (1, table) => {
                    for string in Message(table.bytes()?) {
                        // No key or value that is asked for has other characters.
                        block.strings.push(std::str::from_utf8(string?.1.bytes()?).unwrap_or_default());
                        if block.strings.len() > MOST_PARTS {
                            return Err(Misfit("a block has too many strings").into());
                        }
                    }
                }
                (2, group) => {
                    block.groups.push(group.bytes()?);
                    if block.groups.len() > MOST_PARTS {
                        return Err(Misfit("a block has too many groups").into());
                    }
                }
                (17, value) => block.granularity = i64::from(value.number()? as i32),
                (19, value) => block.lat_offset = value.number()? as i64,
                (20, value) => block.lon_offset = value.number()? as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    fn gather(&self, gathering: &mut Gathering) -> Result<(), Stop> {
        for group in &self.groups {
            for field in Message(group) {
                match field? {
                    (1, node) => self.node(node.bytes()?, gathering)?,
                    (2, nodes) => self.dense(nodes.bytes()?, gathering)?,
                    (3, way) => self.way(way.bytes()?, gathering)?,
                    (4, relation) => self.relation(relation.bytes()?, gathering)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Ten-millionths of a degree.
    fn steps(&self, offset: i64, value: i64) -> Result<i64, Misfit> {
        let nanodegrees = value.checked_mul(self.granularity).and_then(|value| value.checked_add(offset)).ok_or(Misfit("a position is out of range"))?;
        Ok(nanodegrees.div_euclid(NANODEGREES))
    }

    fn string(&self, index: u64) -> Result<&'a str, Misfit> {
        usize::try_from(index).ok().and_then(|index| self.strings.get(index)).copied().ok_or(Misfit("a tag names a string that is not there"))
    }

    fn tags(&self, keys: &[u8], values: &[u8], tags: &mut Vec<(&'a str, &'a str)>) -> Result<(), Misfit> {
        tags.clear();
        for (key, value) in Packed(keys).zip(Packed(values)) {
            tags.push((self.string(key?)?, self.string(value?)?));
        }
        Ok(())
    }

    fn node(&self, node: &[u8], gathering: &mut Gathering) -> Result<(), Stop> {
        let (mut id, mut lat, mut lon, mut keys, mut values) = (0, 0, 0, &[][..], &[][..]);
        for field in Message(node) {
            match field? {
                (1, value) => id = zigzag(value.number()?),
                (2, value) => keys = value.bytes()?,
                (3, value) => values = value.bytes()?,
                (8, value) => lat = zigzag(value.number()?),
                (9, value) => lon = zigzag(value.number()?),
                _ => {}
            }
        }
        let mut tags = Vec::new();
        self.tags(keys, values, &mut tags)?;
        Ok(gathering.node(id, self.steps(self.lon_offset, lon)?, self.steps(self.lat_offset, lat)?, Tags(&tags))?)
    }

    fn dense(&self, nodes: &[u8], gathering: &mut Gathering) -> Result<(), Stop> {
        let (mut ids, mut lats, mut lons, mut words) = (Deltas::default(), Deltas::default(), Deltas::default(), Packed::default());
        for field in Message(nodes) {
            match field? {
                (1, value) => ids = Deltas::new(value.bytes()?),
                (8, value) => lats = Deltas::new(value.bytes()?),
                (9, value) => lons = Deltas::new(value.bytes()?),
                (10, value) => words = Packed(value.bytes()?),
                _ => {}
            }
        }
        let mut tags = Vec::new();
        for id in ids {
            let (Some(lat), Some(lon)) = (lats.next(), lons.next()) else { return Err(Misfit("a node has no position").into()) };
            // Key, value, key, value, and a 0 after each node; nothing at all where no node has tags.
            tags.clear();
            while let Some(key) = words.next().transpose()?.filter(|key| *key != 0) {
                let value = words.next().ok_or(Misfit("a tag has no value"))??;
                tags.push((self.string(key)?, self.string(value)?));
            }
            gathering.node(id?, self.steps(self.lon_offset, lon?)?, self.steps(self.lat_offset, lat?)?, Tags(&tags))?;
        }
        Ok(())
    }

    fn way(&self, way: &[u8], gathering: &mut Gathering) -> Result<(), Stop> {
        let (mut id, mut keys, mut values, mut refs) = (0, &[][..], &[][..], &[][..]);
        for field in Message(way) {
            match field? {
                (1, value) => id = value.number()? as i64,
                (2, value) => keys = value.bytes()?,
                (3, value) => values = value.bytes()?,
                (8, value) => refs = value.bytes()?,
                _ => {}
            }
        }
        let mut tags = Vec::new();
        self.tags(keys, values, &mut tags)?;
        let refs = Deltas::new(refs).collect::<Result<Vec<_>, _>>()?;
        Ok(gathering.way(id, &refs, Tags(&tags))?)
    }

    fn relation(&self, relation: &[u8], gathering: &mut Gathering) -> Result<(), Stop> {
        let (mut keys, mut values, mut roles, mut ids, mut kinds) = (&[][..], &[][..], &[][..], &[][..], &[][..]);
        for field in Message(relation) {
            let part = match field? {
                (2, value) => (&mut keys, value),
                (3, value) => (&mut values, value),
                (8, value) => (&mut roles, value),
                (9, value) => (&mut ids, value),
                (10, value) => (&mut kinds, value),
                _ => continue,
            };
            *part.0 = Value::bytes(part.1)?;
        }
        let mut tags = Vec::new();
        self.tags(keys, values, &mut tags)?;
        let mut members = Vec::new();
        for ((role, id), kind) in Packed(roles).zip(Deltas::new(ids)).zip(Packed(kinds)) {
            let (role, id) = (self.string(role?)?, id?);
            members.push(match kind? {
                0 => Member::Node(id, role),
                1 => Member::Way(id, role),
                _ => Member::Relation,
            });
        }
        gathering.relation(&members, Tags(&tags));
        Ok(())
    }
}
