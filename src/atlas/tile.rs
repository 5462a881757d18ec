//! Houses on a vector tile: find those in the tile, place them on its grid, write them.
//!
//! A house is in just one tile of a zoom: the one that the highest bits of its place on the web map name.

use std::{collections::HashMap, ops::Range};

use super::{
    filter::Filter,
    layer::Layer,
    moment::{Moment, MomentKey, View},
    mvt::{EXTENT, Geometry, LayerWriter, Pen},
    patience::Patience,
};
use crate::{
    domain::{house::HouseKind, tier::Standing},
    earth::{Bounds, Region, TileId},
};

/// What a tile of houses shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Layer `cells`: an eighth by an eighth of the tile each, a point at the mean place of its houses with how many there are of each
    /// standing.
    Cells,
    /// Layer `houses`: a point for each house.
    Houses,
}

/// Cells along a tile's side, as a power of two.
const CELL_BITS: u32 = 3;
/// A tile's side in units, as a power of two.
const EXTENT_BITS: u32 = EXTENT.trailing_zeros();

pub(super) fn houses(layers: &[Layer], tile: TileId, moment: Moment, filter: &Filter) -> Vec<u8> {
    let mut writer = LayerWriter::new("houses", &["id", "code", "tier", "kind", "pending"]);
    let mut yes = None;
    let mut tiers = [None; Standing::ALL.len()];
    let mut kinds = [None; HouseKind::ALL.len()];
    let published = MomentKey::from(Moment::published(moment.day));
    each(layers, tile, moment, filter, |layer, at, standing| {
        let block = &*layer.block;
        let kind = block.kinds[at];
        let id = writer.number(block.serials[at]);
        let code = writer.text(block.codes.get(at));
        let tier = *tiers[standing as usize].get_or_insert_with(|| writer.text(standing.as_str()));
        let kind = *kinds[kind as usize].get_or_insert_with(|| writer.text(kind.as_str()));
        let [x, y] = block.world[at].map(|way| on_grid(way, tile, EXTENT_BITS));
        // Staff see that the public sign says something else still.
        let pending = layer.told(at, moment.view).0 == View::Computed && standing.tier().is_some() && block.standing_on(at, published) != standing;
        let tags = [0, id, 1, code, 2, tier, 3, kind, 4, if pending { *yes.get_or_insert_with(|| writer.yes()) } else { 0 }];
        writer.feature(block.serials[at], if pending { &tags } else { &tags[..8] }, Geometry::Point, &Pen::point(x, y));
    });
    let mut out = Vec::new();
    writer.finish(&mut out);
    out
}

pub(super) fn cells(layers: &[Layer], tile: TileId, moment: Moment, filter: &Filter) -> Vec<u8> {
    #[derive(Clone, Copy, Default)]
    struct Cell {
        houses: u64,
        by_standing: [u64; Standing::ALL.len()],
        /// Sums of places on the web map.
        world: [u64; 2],
    }

    let mut cells = [Cell::default(); 1 << (2 * CELL_BITS)];
    each(layers, tile, moment, filter, |layer, at, standing| {
        let place = layer.block.world[at];
        let [x, y] = place.map(|way| on_grid(way, tile, CELL_BITS));
        let cell = &mut cells[(y << CELL_BITS | x) as usize];
        cell.houses += 1;
        cell.by_standing[standing as usize] += 1;
        for (sum, way) in cell.world.iter_mut().zip(place) {
            *sum += u64::from(way);
        }
    });
    let mut writer = LayerWriter::new("cells", &["none", "unrated", "red", "yellow", "green", "star", "total"]);
    let mut numbers: HashMap<u64, u32> = HashMap::new();
    for (at, cell) in (0u64..).zip(&cells).filter(|(_, cell)| cell.houses > 0) {
        let counts = cell.by_standing.iter().chain([&cell.houses]);
        let tags: Vec<u32> = (0..).zip(counts).flat_map(|(key, &count)| [key, *numbers.entry(count).or_insert_with(|| writer.number(count))]).collect();
        // The mean of numbers below 2^32 is below 2^32.
        let [x, y] = cell.world.map(|sum| on_grid(u32::try_from(sum / cell.houses).unwrap_or(u32::MAX), tile, EXTENT_BITS));
        writer.feature(at + 1, &tags, Geometry::Point, &Pen::point(x, y));
    }
    let mut out = Vec::new();
    writer.finish(&mut out);
    out
}

/// Calls with each house of the tile that the filter means, and its standing.
fn each<'a>(layers: &'a [Layer], tile: TileId, moment: Moment, filter: &Filter, mut visit: impl FnMut(&'a Layer, usize, Standing)) {
    let region = Region::from_bounds(&around(tile));
    for layer in layers {
        let block = &*layer.block;
        let Some(sieve) = filter.sieve(layer, moment) else { continue };
        let mut runs: Vec<Range<usize>> = Vec::new();
        // A tile is made whole: it is kept for others too.
        layer.within(&region, &Patience::default(), &mut |run| runs.push(run));
        let sieve = sieve.for_many(runs.iter().map(Range::len).sum());
        for at in runs.into_iter().flatten() {
            let [x, y] = block.world[at].map(|way| (u64::from(way) << tile.z()) >> u32::BITS);
            if x == u64::from(tile.x())
                && y == u64::from(tile.y())
                && let Some(standing) = sieve.pass(at)
            {
                visit(layer, at, standing);
            }
        }
    }
}

/// A box around the tile, a little larger, so that rounding loses no house; at the map's edges it reaches the poles, whose houses are
/// clamped to them.
fn around(tile: TileId) -> Bounds {
    let last = (1u32 << tile.z()) - 1;
    let step_of_the_world_grid = f64::from(tile.z()).exp2() / 4_294_967_296.0;
    let mut bounds = tile.bounds(2.0 * step_of_the_world_grid);
    if tile.y() == 0 {
        bounds.north = 90.0;
    }
    if tile.y() == last {
        bounds.south = -90.0;
    }
    bounds
}

/// Where a place of a tile is on a grid of 2^bits lines over the tile.
fn on_grid(way: u32, tile: TileId, bits: u32) -> u32 {
    ((u64::from(way) << (u32::from(tile.z()) + bits)) >> u32::BITS) as u32 & ((1 << bits) - 1)
}
