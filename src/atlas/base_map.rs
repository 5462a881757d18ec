//! The map under the houses: water, green, streets, buildings and areas, cut into vector tiles.

use std::collections::HashMap;

use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use super::{
    clip::{self, Point},
    mvt::{EXTENT, Geometry, LayerWriter, Pen},
};
use crate::earth::{TileId, world_x, world_y};

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
        let figures: Vec<Figure> = features.into_iter().filter_map(Figure::draw).collect();
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
        out
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
        let least_zoom = match (layer, &*class) {
            (BaseLayer::Streets, "side" | "lane") => 12,
            (BaseLayer::Buildings, _) => 14,
            _ => 0,
        };
        is_drawable.then_some(Self { layer, class, name, is_polygon, lines, least_zoom })
    }

    /// Its way over a tile, given the place of a point on it.
    fn trace(&self, place: impl Fn(&Point) -> Point) -> Pen {
        let mut pen = Pen::default();
        for (at, line) in self.lines.iter().enumerate() {
            let points: Vec<Point> = line.iter().map(&place).collect();
            if self.is_polygon {
                match clip::ring(&points, at == 0) {
                    Some(ring) => pen.draw(&ring, true),
                    // Holes of nothing.
                    None if at == 0 => break,
                    None => {}
                }
            } else {
                clip::line(&points).iter().for_each(|part| pen.draw(part, false));
            }
        }
        pen
    }
}
