//! Arithmetic on the surface of the Earth: positions, boxes, regions, the tile grid, coordinate systems.
//!
//! Every position inside sanshi is WGS 84; [`Datum`] converts at the door. This room knows no house, no file and no clock.

mod bounds;
mod datum;
mod grid;
mod position;
mod region;
mod squares;

pub use bounds::Bounds;
pub use datum::{Datum, UnknownDatum};
pub use grid::{TileId, lat_of, lon_of, world_x, world_y};
pub use position::{BadPosition, LonLat};
pub use region::{BadRegion, Region, RegionFault};
pub use squares::Squares;
