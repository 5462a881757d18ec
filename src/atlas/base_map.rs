//! The map under the houses: water, green, streets, buildings and areas, cut into vector tiles.

use std::{
    collections::HashMap,
    io::{self, Read},
};

use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{
    clip::{self, Point},
    kept::{Reader, Unfit, Writer, must, must_end},
    mvt::{EXTENT, Geometry, LayerWriter, Pen},
    texts::Texts,
};
use crate::earth::{Bounds, TileId, lat_of, lon_of, world_x, world_y};

/// A layer of the base map, in the order in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaseLayer {
    Water,
    Green,
    Buildings,
    Streets,
    Areas,
}

impl BaseLayer {
    /// From the bottom up.
    pub const ALL: [Self; 5] = [Self::Water, Self::Green, Self::Buildings, Self::Streets, Self::Areas];

    /// Its name in a tile.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Green => "green",
            Self::Buildings => "buildings",
            Self::Streets => "streets",
            Self::Areas => "areas",
        }
    }
}

/// A line or a polygon (its outer ring first, then its holes), longitude and latitude in degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Line(Vec<[f64; 2]>),
    Polygon(Vec<Vec<[f64; 2]>>),
}

/// One thing on the base map.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseFeature {
    pub layer: BaseLayer,
    /// What it is within its layer, as the style knows it.
    pub class: String,
    /// Empty when it has none.
    pub name: String,
    pub shape: Shape,
}

/// The base map, ready to be cut into tiles.
#[derive(Default)]
pub struct BaseMap {
    figures: Vec<Figure>,
    /// Boxes around the figures on the web map, with their numbers.
    index: RTree<GeomWithData<Rectangle<Point>, usize>>,
}

/// A feature on the web map, where the world is from (0, 0) to (1, 1).
#[derive(PartialEq)]
struct Figure {
    layer: BaseLayer,
    class: String,
    name: String,
    is_polygon: bool,
    lines: Vec<Vec<Point>>,
    least_zoom: u8,
}

/// How far strokes and labels reach over a tile's edge, in tiles.
const MARGIN: f64 = 80.0 / 4096.0;

impl BaseMap {
    /// Features with a coordinate that is no finite number are left out.
    #[must_use]
    pub fn new(features: Vec<BaseFeature>) -> Self {
        Self::of(features.into_iter().filter_map(Figure::draw).collect())
    }

    fn of(figures: Vec<Figure>) -> Self {
        let boxes = figures.iter().enumerate().map(|(at, figure)| {
            let points: Vec<Point> = figure.lines.iter().flatten().copied().collect();
            GeomWithData::new(Rectangle::from_aabb(AABB::from_points(&points)), at)
        });
        let index = RTree::bulk_load(boxes.collect());
        Self { figures, index }
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.figures.len()
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// The outer rings of the buildings that come near a box, degrees east and north.
    pub(super) fn buildings_in(&self, bounds: &Bounds) -> Vec<Vec<[f64; 2]>> {
        let square = AABB::from_corners([world_x(bounds.west), world_y(bounds.north)], [world_x(bounds.east), world_y(bounds.south)]);
        let mut near: Vec<usize> = self.index.locate_in_envelope_intersecting(square).map(|figure| figure.data).collect();
        near.sort_unstable();
        let buildings = near.into_iter().map(|at| &self.figures[at]).filter(|figure| figure.layer == BaseLayer::Buildings && figure.is_polygon);
        buildings.filter_map(|building| building.lines.first()).map(|ring| ring.iter().map(|[x, y]| [lon_of(*x), lat_of(*y)]).collect()).collect()
    }

    pub(super) fn mvt(&self, tile: TileId) -> Vec<u8> {
        let tiles = f64::from(tile.z()).exp2();
        let corner = [f64::from(tile.x()), f64::from(tile.y())];
        let square = AABB::from_corners(corner.map(|at| (at - MARGIN) / tiles), corner.map(|at| (at + 1.0 + MARGIN) / tiles));
        let mut seen: Vec<usize> = self.index.locate_in_envelope_intersecting(square).map(|figure| figure.data).collect();
        seen.sort_unstable();
        let mut out = Vec::new();
        for layer in BaseLayer::ALL {
            let mut writer = LayerWriter::new(layer.as_str(), &["class", "name"]);
            let mut texts: HashMap<&str, u32> = HashMap::new();
            for &at in &seen {
                let figure = &self.figures[at];
                if figure.layer != layer || tile.z() < figure.least_zoom {
                    continue;
                }
                let pen = figure.trace(|point| [0, 1].map(|axis| (point[axis] * tiles - corner[axis]) * f64::from(EXTENT)));
                if pen.geometry.is_empty() {
                    continue;
                }
                let tags: Vec<u32> = [(0, &figure.class), (1, &figure.name)]
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .flat_map(|(key, text)| [key, *texts.entry(text).or_insert_with(|| writer.text(text))])
                    .collect();
                let geometry = if figure.is_polygon { Geometry::Polygon } else { Geometry::Line };
                writer.feature(at as u64 + 1, &tags, geometry, &pen.geometry);
            }
            writer.finish(&mut out);
        }
        self.write_places(tile, &seen, &mut out);
        out
    }

    pub(super) fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        let (mut heads, mut ends, mut points): (Vec<u32>, Vec<u32>, Vec<Point>) = Default::default();
        for figure in &self.figures {
            heads.extend([figure.layer as u32, u32::from(figure.is_polygon), u32::try_from(figure.lines.len()).unwrap_or(u32::MAX)]);
            for line in &figure.lines {
                points.extend(line);
                ends.push(u32::try_from(points.len()).unwrap_or(u32::MAX));
            }
        }
        out.column(&heads)?;
        out.column(&ends)?;
        out.column(&points)?;
        Texts::collect(self.figures.iter().map(|figure| &*figure.class)).write(out)?;
        Texts::collect(self.figures.iter().map(|figure| &*figure.name)).write(out)
    }

    pub(super) fn read<R: Read>(input: &mut Reader<R>) -> Result<Self, Unfit> {
        let (heads, ends, points): (Vec<u32>, Vec<u32>, Vec<Point>) = (input.column()?, input.column()?, input.column()?);
        let (heads, rest) = heads.as_chunks();
        let (classes, names) = (Texts::read(input, heads.len())?, Texts::read(input, heads.len())?);
        must_end(&ends, ends.len(), points.len())?;
        must(rest.is_empty() && points.iter().flatten().all(|way| way.is_finite()), "its base map does not fit together")?;
        let (mut ends, mut from) = (ends.into_iter(), 0);
        let mut figures = Vec::with_capacity(heads.len());
        for (at, &[layer, is_polygon, lines]) in heads.iter().enumerate() {
            let layer = BaseLayer::ALL.into_iter().find(|known| *known as u32 == layer).ok_or(Unfit::Damaged("its base map has an unknown layer"))?;
            let lines: Vec<Vec<Point>> =
                ends.by_ref().take(lines as usize).map(|end| points[std::mem::replace(&mut from, end as usize)..end as usize].to_vec()).collect();
            must(lines.iter().any(|line| !line.is_empty()), "its base map does not fit together")?;
            figures.push(Figure::new(layer, classes.get(at).to_owned(), names.get(at).to_owned(), is_polygon == 1, lines));
        }
        must(ends.next().is_none(), "its base map does not fit together")?;
        Ok(Self::of(figures))
    }

    /// Layer `places`: the name of each area once, at its middle. The boundaries are cut at tile edges, so their names would repeat.
    fn write_places(&self, tile: TileId, seen: &[usize], out: &mut Vec<u8>) {
        let tiles = f64::from(tile.z()).exp2();
        let mut writer = LayerWriter::new("places", &["class", "name"]);
        for &at in seen {
            let figure = &self.figures[at];
            if figure.layer != BaseLayer::Areas || figure.name.is_empty() {
                continue;
            }
            let [x, y] = clip::middle(&figure.lines[0]);
            let [x, y] = [x * tiles - f64::from(tile.x()), y * tiles - f64::from(tile.y())];
            if (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y) {
                let tags = [0, writer.text(&figure.class), 1, writer.text(&figure.name)];
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to below 1, times the extent")]
                let [x, y] = [x, y].map(|share| (share * f64::from(EXTENT)) as u32);
                writer.feature(at as u64 + 1, &tags, Geometry::Point, &Pen::point(x, y));
            }
        }
        writer.finish(out);
    }
}

impl PartialEq for BaseMap {
    fn eq(&self, other: &Self) -> bool {
        self.figures == other.figures
    }
}

impl Figure {
    fn draw(feature: BaseFeature) -> Option<Self> {
        let BaseFeature { layer, class, name, shape } = feature;
        let (is_polygon, lines) = match shape {
            Shape::Line(line) => (false, vec![line]),
            Shape::Polygon(rings) => (true, rings),
        };
        let lines: Vec<Vec<Point>> = lines.into_iter().map(|line| line.into_iter().map(|[lon, lat]| [world_x(lon), world_y(lat)]).collect()).collect();
        let is_drawable = lines.iter().flatten().next().is_some() && lines.iter().flatten().flatten().all(|way| way.is_finite());
        is_drawable.then(|| Self::new(layer, class, name, is_polygon, lines))
    }

    fn new(layer: BaseLayer, class: String, name: String, is_polygon: bool, lines: Vec<Vec<Point>>) -> Self {
        let least_zoom = match (layer, &*class) {
            (BaseLayer::Streets, "side" | "lane") => 12,
            (BaseLayer::Buildings, _) => 14,
            _ => 0,
        };
        Self { layer, class, name, is_polygon, lines, least_zoom }
    }

    /// Its way over a tile, given the place of a point on it.
    fn trace(&self, place: impl Fn(&Point) -> Point) -> Pen {
        let mut pen = Pen::default();
        let mut area = 0;
        for (at, line) in self.lines.iter().enumerate() {
            let points: Vec<Point> = line.iter().map(&place).collect();
            if !self.is_polygon {
                clip::line(&points).iter().for_each(|part| pen.draw(part, false));
            } else if let Some(ring) = clip::ring(&points, at == 0) {
                area += clip::twice_area(&ring);
                pen.draw(&ring, true);
            } else if at == 0 {
                break;
            }
        }
        if self.is_polygon && area == 0 {
            // Nothing on the tile, or a hole that is all of it.
            return Pen::default();
        }
        pen
    }
}

#[cfg(test)]
mod tests {
    use fast_mvt::{MvtGeometry, MvtReaderRef, MvtTile, MvtValue};

    use super::*;

    fn feature(layer: BaseLayer, class: &str, name: &str, shape: Shape) -> BaseFeature {
        BaseFeature { layer, class: class.into(), name: name.into(), shape }
    }

    fn square(west: f64, south: f64, side: f64) -> Vec<[f64; 2]> {
        vec![[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    }

    fn map() -> BaseMap {
        BaseMap::new(vec![
            feature(BaseLayer::Streets, "main", "Qishuyan Street", Shape::Line(vec![[119.9, 31.73], [120.2, 31.73]])),
            feature(BaseLayer::Streets, "lane", "", Shape::Line(vec![[120.05, 31.6], [120.05, 31.9]])),
            feature(BaseLayer::Water, "canal", "Grand Canal", Shape::Polygon(vec![square(120.0, 31.7, 0.1), square(120.03, 31.72, 0.04)])),
            feature(BaseLayer::Buildings, "", "", Shape::Polygon(vec![square(120.05, 31.73, 0.001)])),
            feature(BaseLayer::Green, "park", "", Shape::Polygon(vec![square(120.05, 31.73, 0.000_000_1)])),
            feature(BaseLayer::Green, "bad", "", Shape::Polygon(vec![vec![[f64::NAN, 0.0]]])),
            feature(BaseLayer::Areas, "none", "", Shape::Line(Vec::new())),
        ])
    }

    fn decode(map: &BaseMap, z: u8) -> MvtTile {
        let tiles = f64::from(z).exp2();
        let [x, y] = [world_x(120.0502) * tiles, world_y(31.7302) * tiles].map(|way| way as u32);
        MvtReaderRef::new(&map.mvt(TileId::new(z, x, y).unwrap())).unwrap().to_tile().unwrap()
    }

    fn layers(tile: &MvtTile) -> Vec<(&str, usize)> {
        tile.layers.iter().map(|layer| (layer.name(), layer.features.len())).collect()
    }

    #[test]
    fn each_zoom_shows_what_it_has_room_for() {
        let map = map();
        assert_eq!(map.len(), 5, "what has no coordinates is left out");
        assert_eq!(layers(&decode(&map, 9)), [("water", 1), ("streets", 1)]);
        assert_eq!(layers(&decode(&map, 12)), [("water", 1), ("streets", 2)]);
        assert_eq!(layers(&decode(&map, 14)), [("buildings", 1), ("streets", 2)], "this tile is in the hole of the water");
        assert!(BaseMap::default().mvt(TileId::new(3, 0, 0).unwrap()).is_empty());
    }

    #[test]
    fn the_name_of_an_area_stands_once_at_its_middle() {
        let map = BaseMap::new(vec![feature(BaseLayer::Areas, "village", "前桥村", Shape::Polygon(vec![square(120.0, 31.7, 0.2)]))]);
        for z in [9u8, 13, 15] {
            let tiles = f64::from(z).exp2();
            let [from, to] = [(120.0, 31.9), (120.2, 31.7)].map(|(lon, lat)| [world_x(lon), world_y(lat)].map(|way| (way * tiles) as u32));
            let mut names = 0;
            for x in from[0]..=to[0] {
                for y in from[1]..=to[1] {
                    let tile = MvtReaderRef::new(&map.mvt(TileId::new(z, x, y).unwrap())).unwrap().to_tile().unwrap();
                    names += tile.layers.iter().filter(|layer| layer.name() == "places").map(|layer| layer.features.len()).sum::<usize>();
                }
            }
            assert_eq!(names, 1, "zoom {z}");
        }
        assert!((clip::middle(&[[0.0, 0.0], [3.0, 0.0], [0.0, 3.0], [0.0, 0.0]])[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn features_keep_their_words_and_their_holes() {
        let tile = decode(&map(), 10);
        let water = &tile.layers[0].features[0];
        let text = |text: &str| MvtValue::String(text.into());
        assert_eq!(water.properties, [("class".into(), text("canal")), ("name".into(), text("Grand Canal"))]);
        let MvtGeometry::Polygon(polygon) = &water.geometry else { panic!("{:?}", water.geometry) };
        assert_eq!((polygon.exterior().0.len(), polygon.interiors().len(), polygon.interiors()[0].0.len()), (5, 1, 5));
        let street = &tile.layers[1].features[0];
        // The line is cut at the buffer of 80 units.
        let MvtGeometry::LineString(line) = &street.geometry else { panic!("{:?}", street.geometry) };
        assert!(line.0.iter().all(|point| (-80..=4176).contains(&point.x)));
    }
}
