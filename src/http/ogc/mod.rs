//! OGC API - Features: the houses for any standard map client. Part 1 (17-069r4), Part 2 (18-058), Part 3 (19-079r2) with CQL2 (21-065r2);
//! and OGC API - Tiles, Part 1 (20-057).
//! This part of the room knows the standard's names and paths; what is true of a house it reads from one snapshot per request.

mod api;
mod collection;
mod cql;
mod crs;
mod datetime;
mod extent;
mod feature;
mod html;
mod items;
mod landing;
mod tile_matrix;
mod tiles;
mod visit;
mod wanted;

use std::sync::Arc;

use axum::http::header;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// What is implemented, and nothing else.
const CONFORMANCE: [&str; 29] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];

const GEOJSON: &str = "application/geo+json";
const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
const SCHEMA: &str = "application/schema+json";
const MVT: &str = "application/vnd.mapbox-vector-tile";
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// The endpoints below `/ogc`.
pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(landing::landing))
        .routes(routes!(landing::conformance))
        .routes(routes!(api::api))
        .routes(routes!(collection::collections))
        .routes(routes!(collection::houses))
        .routes(routes!(collection::queryables))
        .routes(routes!(collection::schema))
        .routes(routes!(items::items))
        .routes(routes!(items::item))
        .routes(routes!(tiles::dataset_tilesets))
        .routes(routes!(tiles::dataset_tileset))
        .routes(routes!(tiles::dataset_tile))
        .routes(routes!(tiles::house_tilesets))
        .routes(routes!(tiles::house_tileset))
        .routes(routes!(tiles::house_tile))
        .routes(routes!(tile_matrix::sets))
        .routes(routes!(tile_matrix::web_mercator_quad))
        .route("/ogc/", axum::routing::get(landing::landing))
        .route("/ogc/page.css", axum::routing::get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("page.css")) }))
}
