//! The tile matrix set of the web: the grid that tiles are numbered by (OGC Two Dimensional Tile Matrix Set 2.0, 17-083r4, annex D.1).

use std::f64::consts::PI;

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    JSON,
    crs::{Crs, RADIUS_M},
    html,
    visit::{Form, Link, Visit},
};
use crate::{
    earth::{Bounds, world_x, world_y},
    http::problem::Problem,
};

pub const ID: &str = "WebMercatorQuad";
pub const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// The relation of the link from a tileset to its grid.
pub const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
/// The relation of the link to the list of grids.
pub const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";

/// The official definition ends here; tiles may end before.
const DEEPEST: u8 = 24;
/// Pixels along a side of a tile, and metres of the standard's pixel.
const PIXELS: u16 = 256;
const PIXEL_M: f64 = 0.000_28;

/// The grids there are: one.
#[utoipa::path(get, path = "/ogc/tileMatrixSets", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn sets(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let links = visit.self_and_alternate(JSON);
    let own = link(&visit, "self");
    Ok(match visit.form {
        Form::Html => visit.html(html::listed(&visit, visit.language.pick("瓦片网格", "Tile matrix sets"), &[own], &links)),
        Form::Json => {
            visit.json(JSON, &json!({ "links": links, "tileMatrixSets": [{ "id": ID, "title": ID, "uri": URI, "crs": Crs::Epsg3857.uri(), "links": [own] }] }))
        }
    })
}

/// The grid of web maps: 256 pixels to a tile, each zoom twice as fine as the one before.
#[utoipa::path(get, path = "/ogc/tileMatrixSets/WebMercatorQuad", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn web_mercator_quad(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    Ok(match visit.form {
        Form::Html => visit.html(html::grid(&visit, &definition(), &visit.self_and_alternate(JSON))),
        Form::Json => visit.json(JSON, &definition()),
    })
}

pub fn link(visit: &Visit, rel: &'static str) -> Link {
    visit.link(rel, "/ogc/tileMatrixSets/WebMercatorQuad", JSON, "瓦片网格 WebMercatorQuad", "The tile matrix set WebMercatorQuad")
}

fn definition() -> Value {
    let half_m = PI * RADIUS_M;
    let matrices = (0..=DEEPEST).map(|zoom| {
        let tiles = 1u32 << zoom;
        let cell_m = 2.0 * half_m / f64::from(PIXELS) / f64::from(tiles);
        json!({
            "id": zoom.to_string(),
            "scaleDenominator": cell_m / PIXEL_M,
            "cellSize": cell_m,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": [-half_m, half_m],
            "tileWidth": PIXELS,
            "tileHeight": PIXELS,
            "matrixWidth": tiles,
            "matrixHeight": tiles,
        })
    });
    json!({
        "id": ID,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": Crs::Epsg3857.uri(),
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices.collect::<Vec<_>>(),
    })
}

/// For each zoom the rows and columns of the tiles that a box lies on, edges included.
pub fn limits(bounds: &Bounds, deepest: u8) -> Value {
    let limits = (0..=deepest).map(|zoom| {
        let tiles = f64::from(1u32 << zoom);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2^24")]
        let at = |share: f64| (share * tiles).clamp(0.0, tiles - 1.0) as u32;
        json!({
            "tileMatrix": zoom.to_string(),
            "minTileRow": at(world_y(bounds.north)),
            "maxTileRow": at(world_y(bounds.south)),
            "minTileCol": at(world_x(bounds.west)),
            "maxTileCol": at(world_x(bounds.east)),
        })
    });
    limits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_the_official_one() {
        // https://schemas.opengis.net/tms/2.0/json/examples/tilematrixset/WebMercatorQuad.json, written there with 15 digits.
        let set = definition();
        let same = |found: &Value, official: f64| assert!((found.as_f64().unwrap() / official - 1.0).abs() < 1e-12, "{found} is not {official}");
        for (zoom, scale, cell, tiles) in [
            (0, 559_082_264.028_717, 156_543.033_928_041, 1),
            (1, 279_541_132.014_358, 78_271.516_964_020_5, 2),
            (14, 34_123.673_341_596_54, 9.554_628_535_647_03, 16_384),
        ] {
            let matrix = &set["tileMatrices"][zoom];
            same(&matrix["scaleDenominator"], scale);
            same(&matrix["cellSize"], cell);
            same(&matrix["pointOfOrigin"][0], -20_037_508.342_789_2);
            same(&matrix["pointOfOrigin"][1], 20_037_508.342_789_2);
            assert_eq!((&matrix["matrixWidth"], &matrix["id"]), (&json!(tiles), &json!(zoom.to_string())));
        }
        assert_eq!(set["tileMatrices"].as_array().unwrap().len(), 25);
    }

    #[test]
    fn a_box_lies_on_the_tiles_of_its_corners() {
        let box_of_one_tile = crate::earth::TileId::new(14, 13655, 6668).unwrap().bounds(-0.01);
        let limits = limits(&box_of_one_tile, 14);
        assert_eq!(limits[14], json!({ "tileMatrix": "14", "minTileRow": 6668, "maxTileRow": 6668, "minTileCol": 13655, "maxTileCol": 13655 }));
        let world = Bounds { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };
        assert_eq!(super::limits(&world, 1)[1], json!({ "tileMatrix": "1", "minTileRow": 0, "maxTileRow": 1, "minTileCol": 0, "maxTileCol": 1 }));
    }
}
