//! Small maps drawn by hand, written in both formats of OpenStreetMap.

use std::io::Write;

use super::*;

/// A place so many metres east and north of the map's corner, in whole ten-millionths of a degree.
pub fn at(east: i32, north: i32) -> LonLat {
    let [lon, lat] = steps(east, north).map(|steps| steps as f64 / 1e7);
    LonLat::new(lon, lat).unwrap()
}

fn steps(east: i32, north: i32) -> [i64; 2] {
    [95_000_000 + (f64::from(east) / 75_915.0 * 1e7).round() as i64, 471_000_000 + (f64::from(north) / 111_190.0 * 1e7).round() as i64]
}

type Words = Vec<(String, String)>;
/// Kind, id and role.
type Members = Vec<(&'static str, i64, &'static str)>;

#[derive(Default)]
pub struct Drawn {
    nodes: Vec<((i32, i32), Words)>,
    ways: Vec<(i64, Vec<i64>, Words)>,
    relations: Vec<(Members, Words)>,
}

fn words(tags: &[(&str, &str)]) -> Words {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl Drawn {
    /// The node at a place; streets meet where they share one. Its id is its number from 1.
    pub fn node(&mut self, place: (i32, i32)) -> i64 {
        let known = self.nodes.iter().position(|(known, _)| *known == place);
        known.map_or_else(
            || {
                self.nodes.push((place, Words::new()));
                self.nodes.len() as i64
            },
            |index| index as i64 + 1,
        )
    }

    pub fn tag(&mut self, place: (i32, i32), tags: &[(&str, &str)]) {
        let node = self.node(place);
        self.nodes[node as usize - 1].1 = words(tags);
    }

    pub fn street(&mut self, id: i64, places: &[(i32, i32)], tags: &[(&str, &str)]) {
        let refs = places.iter().map(|place| self.node(*place)).collect();
        self.ways.push((id, refs, words(tags)));
    }

    /// A street of which a node is not in the file.
    pub fn cut(&mut self, way: usize, node: usize) {
        self.ways[way].1[node] = 999_999;
    }

    pub fn turn(&mut self, from: i64, via: (i32, i32), to: i64, tags: &[(&str, &str)]) {
        let via = self.node(via);
        self.relation(&[("way", from, "from"), ("node", via, "via"), ("way", to, "to")], tags);
    }

    pub fn relation(&mut self, members: &[(&'static str, i64, &'static str)], tags: &[(&str, &str)]) {
        let tags = [&[("type", "restriction")], tags].concat();
        self.relations.push((members.to_vec(), words(&tags)));
    }

    pub fn xml(&self) -> String {
        let tags = |tags: &Words| tags.iter().map(|(k, v)| format!("<tag k=\"{k}\" v=\"{v}\"/>")).collect::<String>();
        let mut xml = "<?xml version=\"1.0\"?><osm version=\"0.6\">".to_owned();
        for (index, (place, words)) in self.nodes.iter().enumerate() {
            let [lon, lat] = steps(place.0, place.1).map(|steps| steps as f64 / 1e7);
            xml += &format!("<node id=\"{}\" lat=\"{lat:.7}\" lon=\"{lon:.7}\">{}</node>", index + 1, tags(words));
        }
        for (id, refs, words) in &self.ways {
            let refs: String = refs.iter().map(|id| format!("<nd ref=\"{id}\"/>")).collect();
            xml += &format!("<way id=\"{id}\">{refs}{}</way>", tags(words));
        }
        for (members, words) in &self.relations {
            let members: String = members.iter().map(|(kind, id, role)| format!("<member type=\"{kind}\" ref=\"{id}\" role=\"{role}\"/>")).collect();
            xml += &format!("<relation id=\"1\">{members}{}</relation>", tags(words));
        }
        xml + "</osm>"
    }

    pub fn read(&self) -> (Network, Reading) {
        read_xml_gz(self.xml().as_bytes(), &mut |_| true).unwrap()
    }

    pub fn network(&self) -> Network {
        self.read().0
    }

    /// One block for the header, and one each for nodes, ways and relations.
    pub fn pbf(&self) -> Vec<u8> {
        let mut header = Vec::new();
        field(4, b"OsmSchema-V0.6", &mut header);
        field(4, b"DenseNodes", &mut header);
        [blob("OSMHeader", &header), blob("OSMData", &self.node_block()), blob("OSMData", &self.way_block()), blob("OSMData", &self.relation_block())].concat()
    }

    pub fn node_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let (mut ids, mut lons, mut lats, mut tags) = (vec![], vec![], vec![], vec![]);
        let mut last = [0; 2];
        for (place, words) in &self.nodes {
            let here = steps(place.0, place.1);
            signed(1, &mut ids);
            signed(here[0] - last[0], &mut lons);
            signed(here[1] - last[1], &mut lats);
            last = here;
            for (key, value) in words {
                varint(strings.of(key), &mut tags);
                varint(strings.of(value), &mut tags);
            }
            varint(0, &mut tags);
        }
        let dense = message(&[(1, &ids), (8, &lats), (9, &lons), (10, &tags)]);
        strings.block(&message(&[(2, &dense)]))
    }

    fn way_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        for (id, refs, words) in &self.ways {
            let mut way = Vec::new();
            number(1, *id as u64, &mut way);
            strings.tags(words, &mut way);
            field(8, &deltas(refs), &mut way);
            field(3, &way, &mut group);
        }
        strings.block(&group)
    }

    fn relation_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        for (members, words) in &self.relations {
            let mut relation = Vec::new();
            strings.tags(words, &mut relation);
            let (mut roles, mut kinds) = (vec![], vec![]);
            for (kind, _, role) in members {
                varint(strings.of(role), &mut roles);
                varint(u64::from(*kind == "way"), &mut kinds);
            }
            let ids = deltas(&members.iter().map(|(_, id, _)| *id).collect::<Vec<_>>());
            relation.extend(message(&[(8, &roles), (9, &ids), (10, &kinds)]));
            field(4, &relation, &mut group);
        }
        strings.block(&group)
    }
}

struct Strings(Vec<String>);

impl Default for Strings {
    fn default() -> Self {
        Self(vec![String::new()])
    }
}

impl Strings {
    fn of(&mut self, text: &str) -> u64 {
        let known = self.0.iter().position(|known| known == text);
        known.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        }) as u64
    }

    fn tags(&mut self, words: &Words, into: &mut Vec<u8>) {
        let (mut keys, mut values) = (vec![], vec![]);
        for (key, value) in words {
            varint(self.of(key), &mut keys);
            varint(self.of(value), &mut values);
        }
        into.extend(message(&[(2, &keys), (3, &values)]));
    }

    fn block(&self, group: &[u8]) -> Vec<u8> {
        let mut table = Vec::new();
        self.0.iter().for_each(|text| field(1, text.as_bytes(), &mut table));
        message(&[(1, &table), (2, group)])
    }
}

pub fn blob(kind: &str, block: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(block).unwrap();
    packed_blob(kind, block.len() as u64, &packer.finish().unwrap())
}

/// A block that says that it unpacks to so many bytes.
pub fn packed_blob(kind: &str, size: u64, packed: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    number(2, size, &mut body);
    field(3, packed, &mut body);
    let mut header = Vec::new();
    field(1, kind.as_bytes(), &mut header);
    number(3, body.len() as u64, &mut header);
    [&(header.len() as u32).to_be_bytes()[..], &header, &body].concat()
}

pub fn message(fields: &[(u64, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    fields.iter().for_each(|(number, content)| field(*number, content, &mut bytes));
    bytes
}

pub fn field(number: u64, content: &[u8], into: &mut Vec<u8>) {
    varint(number << 3 | 2, into);
    varint(content.len() as u64, into);
    into.extend_from_slice(content);
}

pub fn number(field: u64, value: u64, into: &mut Vec<u8>) {
    varint(field << 3, into);
    varint(value, into);
}

pub fn varint(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

pub fn signed(value: i64, into: &mut Vec<u8>) {
    varint((value << 1 ^ value >> 63) as u64, into);
}

fn deltas(values: &[i64]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), 0);
    for value in values {
        signed(value - last, &mut bytes);
        last = *value;
    }
    bytes
}
