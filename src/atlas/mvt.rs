//! Mapbox vector tiles, version 2.1, written byte by byte (<https://github.com/mapbox/vector-tile-spec/tree/master/2.1>).
//!
//! Knows the format and nothing of what is drawn.

/// Units along a tile's side.
pub(super) const EXTENT: u32 = 4096;

#[derive(Clone, Copy)]
pub(super) enum Geometry {
    Point = 1,
    Line = 2,
    Polygon = 3,
}

/// One layer of a tile while it is written.
pub(super) struct LayerWriter {
    name: &'static str,
    keys: &'static [&'static str],
    features: Vec<u8>,
    values: Vec<u8>,
    /// Values so far.
    count: u32,
}

impl LayerWriter {
    pub fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self { name, keys, features: Vec::new(), values: Vec::new(), count: 0 }
    }

    /// Adds a text to the layer's values and gives its number. Each different value needs to be there once.
    pub fn text(&mut self, text: &str) -> u32 {
        let length = text.len() as u64;
        varint(&mut self.values, 4 << 3 | 2, 1 + width(length) + length);
        bytes(&mut self.values, 1, text.as_bytes());
        self.count += 1;
        self.count - 1
    }

    /// The same for a whole number.
    pub fn number(&mut self, number: u64) -> u32 {
        varint(&mut self.values, 4 << 3 | 2, 1 + width(number));
        varint(&mut self.values, 5 << 3, number);
        self.count += 1;
        self.count - 1
    }

    /// The same for what is so.
    pub fn yes(&mut self) -> u32 {
        varint(&mut self.values, 4 << 3 | 2, 2);
        varint(&mut self.values, 7 << 3, 1);
        self.count += 1;
        self.count - 1
    }

    /// `tags` are numbers of a key and a value in turn, `geometry` is commands and their parameters.
    pub fn feature(&mut self, id: u64, tags: &[u32], geometry_type: Geometry, geometry: &[u32]) {
        let packed_width = |numbers: &[u32]| numbers.iter().map(|&number| width(number.into())).sum::<u64>();
        let (tags_width, geometry_width) = (packed_width(tags), packed_width(geometry));
        let out = &mut self.features;
        varint(out, 2 << 3 | 2, 5 + width(id) + width(tags_width) + tags_width + width(geometry_width) + geometry_width);
        varint(out, 1 << 3, id);
        varint(out, 2 << 3 | 2, tags_width);
        tags.iter().for_each(|&number| bare(out, number.into()));
        out.extend_from_slice(&[3 << 3, geometry_type as u8]);
        varint(out, 4 << 3 | 2, geometry_width);
        geometry.iter().for_each(|&number| bare(out, number.into()));
    }

    /// Appends the layer to a tile; nothing when there is no feature.
    pub fn finish(self, tile: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let mut head = Vec::new();
        varint(&mut head, 15 << 3, 2);
        bytes(&mut head, 1, self.name.as_bytes());
        let mut tail = Vec::new();
        for key in self.keys {
            bytes(&mut tail, 3, key.as_bytes());
        }
        tail.extend_from_slice(&self.values);
        varint(&mut tail, 5 << 3, u64::from(EXTENT));
        tile.reserve(head.len() + self.features.len() + tail.len() + 12);
        varint(tile, 3 << 3 | 2, (head.len() + self.features.len() + tail.len()) as u64);
        tile.extend_from_slice(&head);
        tile.extend_from_slice(&self.features);
        tile.extend_from_slice(&tail);
    }
}

/// The way of a feature's pen over the tile.
#[derive(Default)]
pub(super) struct Pen {
    pub geometry: Vec<u32>,
    at: [i32; 2],
}

impl Pen {
    /// A single point, by itself.
    pub fn point(x: u32, y: u32) -> [u32; 3] {
        [command(1, 1), x << 1, y << 1]
    }

    /// A line through at least two points, or a ring without its closing point.
    pub fn draw(&mut self, points: &[[i32; 2]], is_ring: bool) {
        let Some((first, rest)) = points.split_first() else { return };
        self.geometry.push(command(1, 1));
        self.to(*first);
        self.geometry.push(command(2, u32::try_from(rest.len()).unwrap_or(0)));
        for point in rest {
            self.to(*point);
        }
        if is_ring {
            self.geometry.push(command(7, 1));
        }
    }

    fn to(&mut self, point: [i32; 2]) {
        for (at, to) in self.at.iter_mut().zip(point) {
            self.geometry.push(zigzag(to - *at));
            *at = to;
        }
    }
}

fn command(id: u32, count: u32) -> u32 {
    id | count << 3
}

fn zigzag(number: i32) -> u32 {
    (number << 1 ^ number >> 31).cast_unsigned()
}

/// Bytes that a number takes.
fn width(number: u64) -> u64 {
    u64::from(70 - (number | 1).leading_zeros()) / 7
}

fn bare(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// A field whose tag (number and wire type) fits into a byte.
fn varint(out: &mut Vec<u8>, tag: u8, number: u64) {
    out.push(tag);
    bare(out, number);
}

fn bytes(out: &mut Vec<u8>, field: u8, content: &[u8]) {
    varint(out, field << 3 | 2, content.len() as u64);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use fast_mvt::{MvtFeature, MvtGeometry, MvtReaderRef, MvtTile, MvtValue};
    use geo::Polygon;

    use super::*;

    fn read(bytes: &[u8]) -> MvtTile {
        MvtReaderRef::new(bytes).unwrap().to_tile().unwrap()
    }

    fn rings(polygon: &Polygon<i32>, pen: &mut Pen) {
        for ring in [polygon.exterior()].into_iter().chain(polygon.interiors()) {
            let points: Vec<[i32; 2]> = ring.coords().map(|at| [at.x, at.y]).collect();
            pen.draw(&points[..points.len() - 1], true);
        }
    }

    /// The same shape in our commands; `None` for what we never write: several points at once, or one over the tile's edge.
    fn drawn(geometry: &MvtGeometry) -> Option<(Geometry, Vec<u32>)> {
        let mut pen = Pen::default();
        let mut line = |line: &geo::LineString<i32>| pen.draw(&line.coords().map(|at| [at.x, at.y]).collect::<Vec<_>>(), false);
        let kind = match geometry {
            MvtGeometry::Point(point) => return Some((Geometry::Point, Pen::point(point.x().try_into().ok()?, point.y().try_into().ok()?).to_vec())),
            MvtGeometry::LineString(one) => (line(one), Geometry::Line).1,
            MvtGeometry::MultiLineString(many) => (many.iter().for_each(line), Geometry::Line).1,
            MvtGeometry::Polygon(one) => (rings(one, &mut pen), Geometry::Polygon).1,
            MvtGeometry::MultiPolygon(many) => (many.iter().for_each(|one| rings(one, &mut pen)), Geometry::Polygon).1,
            _ => return None,
        };
        Some((kind, pen.geometry))
    }

    #[test]
    fn real_tiles_written_anew_read_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mvt");
        let Ok(validity) = fs::read_to_string(folder.join("fixtures.csv")) else {
            eprintln!("SKIPPED: ../shared is not there");
            return;
        };
        let fixtures =
            validity.lines().filter(|line| line.split(',').nth(2) == Some("True")).map(|line| folder.join(format!("fixtures/{}/tile.mvt", &line[..3])));
        let cities = fs::read_dir(folder.join("real-world/chicago")).unwrap().map(|entry| entry.unwrap().path());
        let mut compared = 0;
        for path in fixtures.chain(cities) {
            let Ok(tile) = MvtReaderRef::new(&fs::read(&path).unwrap()).and_then(|reader| reader.to_tile()) else { continue };
            for layer in tile.layers.into_iter().filter(|layer| layer.extent.get() == EXTENT) {
                let mut writer = LayerWriter::new("layer", &["text"]);
                let mut expected: Vec<MvtFeature> = Vec::new();
                for (id, feature) in (1..).zip(layer.features) {
                    let Some((kind, geometry)) = drawn(&feature.geometry) else { continue };
                    let text = feature.properties.into_iter().find_map(|(_, value)| if let MvtValue::String(text) = value { Some(text) } else { None });
                    let tags: Vec<u32> = text.iter().flat_map(|text| [0, writer.text(text)]).collect();
                    writer.feature(id, &tags, kind, &geometry);
                    let properties = text.into_iter().map(|text| ("text".to_owned(), MvtValue::String(text))).collect();
                    expected.push(MvtFeature { id: Some(id), geometry: feature.geometry, properties });
                }
                let mut bytes = Vec::new();
                writer.finish(&mut bytes);
                compared += expected.len();
                assert_eq!(read(&bytes).layers.into_iter().flat_map(|layer| layer.features).collect::<Vec<_>>(), expected, "{}", path.display());
            }
        }
        assert!(compared > 10_000, "{compared} features");
    }
}
