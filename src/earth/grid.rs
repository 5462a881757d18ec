//! The web map's tile grid (Web Mercator, EPSG:3857, XYZ scheme).

use std::f64::consts::PI;

use super::Bounds;

/// A tile of the XYZ scheme; y grows to the south.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

/// Highest zoom served. Beyond it clients overzoom: at zoom 22 a tile is 9 m wide.
const DEEPEST: u8 = 22;

impl TileId {
    /// `None` when the zoom is above 22 or x, y are not below 2^z.
    #[must_use]
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= DEEPEST && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }

    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// The tile's box in degrees, widened on each side by `margin` tile widths (the buffer that lines and symbols need).
    #[must_use]
    pub fn bounds(self, margin: f64) -> Bounds {
        let tiles = f64::from(1u32 << self.z);
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        Bounds {
            west: lon_of((x - margin) / tiles).max(-180.0),
            south: lat_of((y + 1.0 + margin) / tiles),
            east: lon_of((x + 1.0 + margin) / tiles).min(180.0),
            north: lat_of((y - margin) / tiles),
        }
    }

    /// Where a position falls on this tile: (0, 0) is its north-west corner, (1, 1) its south-east one.
    #[must_use]
    pub fn fraction(self, lon: f64, lat: f64) -> (f64, f64) {
        let tiles = f64::from(1u32 << self.z);
        (world_x(lon) * tiles - f64::from(self.x), world_y(lat) * tiles - f64::from(self.y))
    }
}

/// 0 at 180° W, 1 at 180° E.
#[must_use]
pub fn world_x(lon: f64) -> f64 {
    lon / 360.0 + 0.5
}

/// 0 at the north edge of Web Mercator (85.051129° N), 1 at the south edge; beyond them it is clamped.
#[must_use]
pub fn world_y(lat: f64) -> f64 {
    let sin = lat.to_radians().sin().clamp(-0.999_999_999_999, 0.999_999_999_999);
    (0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI)).clamp(0.0, 1.0)
}

/// Degrees east of a place on the web map.
#[must_use]
pub fn lon_of(x: f64) -> f64 {
    (x - 0.5) * 360.0
}

/// Degrees north of a place on the web map.
#[must_use]
pub fn lat_of(y: f64) -> f64 {
    (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_s_box_falls_on_its_corners() {
        let tile = TileId::new(14, 13650, 6724).unwrap();
        let bounds = tile.bounds(0.0);
        let (x, y) = tile.fraction(bounds.west, bounds.north);
        assert!(x.abs() < 1e-9 && y.abs() < 1e-9);
        let (x, y) = tile.fraction(bounds.east, bounds.south);
        assert!((x - 1.0).abs() < 1e-9 && (y - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_tile_outside_the_grid_does_not_exist() {
        assert_eq!(TileId::new(3, 8, 0), None);
        assert_eq!(TileId::new(23, 0, 0), None);
    }
}
