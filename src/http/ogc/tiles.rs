//! OGC API - Tiles, Part 1 (20-057): the tiles of `/tiles` under the standard's names. A tile of the collection is a tile of the houses; a
//! tile of the dataset has the base map's layers too.

use std::sync::Arc;

use axum::{
    Extension,
    body::{Bytes, to_bytes},
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    JSON, MVT,
    crs::Crs,
    datetime, html, tile_matrix,
    visit::{Form, Link, Visit},
};
use crate::{
    app::App,
    atlas::BaseLayer,
    domain::{house::HouseKind, tier::Standing},
    earth::Bounds,
    http::{
        asking::{Ask, Asker, At, has, moment_of},
        gzip::{gzip, takes_gzip},
        kept_tiles::KeptTiles,
        mvt::{self, DEEPEST, HOUSES_FROM, TileOptions},
        problem::{Code, Problem, ProblemBody},
    },
};

/// The relation of the link to a list of vector tilesets.
pub const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";

const WORLD: Bounds = Bounds { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

/// What tiles are of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Houses over the base map.
    Dataset,
    Houses,
}

impl Of {
    fn path(self) -> &'static str {
        match self {
            Self::Dataset => "/ogc/tiles",
            Self::Houses => "/ogc/collections/houses/tiles",
        }
    }

    fn title(self, visit: &Visit) -> &str {
        match self {
            Self::Dataset => visit.language.pick("房屋与底图的矢量瓦片", "Houses and base map as vector tiles"),
            Self::Houses => visit.language.pick("房屋的矢量瓦片", "Houses as vector tiles"),
        }
    }
}

/// The tilesets of the whole map: one.
#[utoipa::path(get, path = "/ogc/tiles", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn dataset_tilesets(visit: Visit) -> Result<Response, Problem> {
    tilesets(&visit, Of::Dataset)
}

/// The tilesets of the houses: one.
#[utoipa::path(get, path = "/ogc/collections/houses/tiles", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn house_tilesets(visit: Visit) -> Result<Response, Problem> {
    tilesets(&visit, Of::Houses)
}

/// The tileset of the whole map: its layers and where its tiles are.
#[utoipa::path(get, path = "/ogc/tiles/WebMercatorQuad", tag = "ogc", params(("datetime" = Option<String>, Query), ("as" = Option<String>, Query)), responses((status = 200, body = Object)))]
pub async fn dataset_tileset(State(app): State<Arc<App>>, asker: Asker, visit: Visit) -> Result<Response, Problem> {
    tileset(&app, &asker, &visit, Of::Dataset)
}

/// The tileset of the houses: its layers and where its tiles are.
#[utoipa::path(get, path = "/ogc/collections/houses/tiles/WebMercatorQuad", tag = "ogc", params(("datetime" = Option<String>, Query), ("as" = Option<String>, Query)), responses((status = 200, body = Object)))]
pub async fn house_tileset(State(app): State<Arc<App>>, asker: Asker, visit: Visit) -> Result<Response, Problem> {
    tileset(&app, &asker, &visit, Of::Houses)
}

/// Houses over the base map, as a Mapbox Vector Tile.
#[utoipa::path(get, path = "/ogc/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", tag = "ogc",
    params(("tileMatrix" = u8, Path), ("tileRow" = u32, Path), ("tileCol" = u32, Path), ("datetime" = Option<String>, Query), ("as" = Option<String>, Query)),
    responses((status = 200, content_type = "application/vnd.mapbox-vector-tile"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn dataset_tile(
    state: State<Arc<App>>,
    kept: Extension<Arc<KeptTiles>>,
    asker: Asker,
    At((matrix, row, column)): At<(u8, u32, u32)>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let options = options(&state, &asker, &visit)?;
    let place = place(&visit, matrix, row, column)?;
    let base = mvt::base_tile(state.clone(), kept.clone(), At(place.clone()), HeaderMap::new()).await?;
    let houses = mvt::tile(state, kept, asker, At(place), Ask(options), HeaderMap::new()).await?;
    joined([base, houses], &headers).await
}

/// Houses, or counts per cell where zoomed out, as a Mapbox Vector Tile.
#[utoipa::path(get, path = "/ogc/collections/houses/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}", tag = "ogc",
    params(("tileMatrix" = u8, Path), ("tileRow" = u32, Path), ("tileCol" = u32, Path), ("datetime" = Option<String>, Query), ("as" = Option<String>, Query)),
    responses((status = 200, content_type = "application/vnd.mapbox-vector-tile"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn house_tile(
    state: State<Arc<App>>,
    kept: Extension<Arc<KeptTiles>>,
    asker: Asker,
    At((matrix, row, column)): At<(u8, u32, u32)>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let options = options(&state, &asker, &visit)?;
    mvt::tile(state, kept, asker, At(place(&visit, matrix, row, column)?), Ask(options), headers).await
}

/// The link to a list of tilesets.
pub fn dataset_link(visit: &Visit) -> Link {
    visit.link(TILESETS, Of::Dataset.path(), JSON, "房屋与底图的矢量瓦片", "Houses and base map as vector tiles")
}

/// The link to the tilesets of the houses.
pub fn houses_link(visit: &Visit) -> Link {
    visit.link(TILESETS, Of::Houses.path(), JSON, "房屋的矢量瓦片", "Houses as vector tiles")
}

fn tilesets(visit: &Visit, of: Of) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let links = visit.self_and_alternate(JSON);
    let path = format!("{}/{}", of.path(), tile_matrix::ID);
    let own = visit.link("self", &path, JSON, "瓦片集 WebMercatorQuad", "The tileset WebMercatorQuad");
    Ok(match visit.form {
        Form::Html => visit.html(html::listed(visit, of.title(visit), &[own], &links)),
        Form::Json => {
            let tileset = json!({
                "title": of.title(visit),
                "dataType": "vector",
                "crs": Crs::Epsg3857.uri(),
                "tileMatrixSetURI": tile_matrix::URI,
                "links": [own, tile_matrix::link(visit, tile_matrix::TILING_SCHEME)],
            });
            visit.json(JSON, &json!({ "links": links, "tilesets": [tileset] }))
        }
    })
}

fn tileset(app: &App, asker: &Asker, visit: &Visit, of: Of) -> Result<Response, Problem> {
    visit.expect(&["datetime", "as"])?;
    // Asked for here as for each tile, so that a wrong one is refused before a map is made of it.
    options(app, asker, visit)?;
    let bounds = app.snapshot().bounds();
    let address = visit.template(&format!("{}/{}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", of.path(), tile_matrix::ID), &["datetime", "as"]);
    let mut links = visit.self_and_alternate(JSON);
    links.push(tile_matrix::link(visit, tile_matrix::TILING_SCHEME));
    let site = app.site();
    let mut tileset = json!({
        "title": of.title(visit),
        "dataType": "vector",
        "crs": Crs::Epsg3857.uri(),
        "tileMatrixSetURI": tile_matrix::URI,
        "attribution": visit.language.pick(&site.attribution.zh, &site.attribution.en),
        "mediaTypes": [MVT],
        "layers": layers(visit, of),
        "tileMatrixSetLimits": tile_matrix::limits(bounds.as_ref().filter(|_| of == Of::Houses).unwrap_or(&WORLD), DEEPEST),
    });
    if let Some(b) = bounds.filter(|_| of == Of::Houses) {
        tileset["boundingBox"] = json!({ "lowerLeft": [b.west, b.south], "upperRight": [b.east, b.north], "crs": Crs::Crs84.uri() });
    }
    Ok(match visit.form {
        Form::Html => visit.html(html::tileset(visit, &tileset, &address, &links)),
        Form::Json => {
            let title = visit.language.pick("瓦片", "The tiles");
            tileset["links"] = json!(links);
            if let Some(links) = tileset["links"].as_array_mut() {
                links.push(json!({ "href": address, "rel": "item", "type": MVT, "title": title, "templated": true }));
            }
            visit.json(JSON, &tileset)
        }
    })
}

fn layers(visit: &Visit, of: Of) -> Value {
    let say = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let layer = |id: &str, title: &str, dimension: Option<u8>, zooms: (u8, u8), properties: Value| {
        let mut layer = json!({
            "id": id,
            "title": title,
            "dataType": "vector",
            "minTileMatrix": zooms.0.to_string(),
            "maxTileMatrix": zooms.1.to_string(),
            "propertiesSchema": { "type": "object", "properties": properties },
        });
        if let Some(dimension) = dimension {
            layer["geometryDimension"] = json!(dimension);
        }
        layer
    };
    let (text, count) = (json!({ "type": "string" }), json!({ "type": "integer" }));
    let tiers = Standing::ALL.map(Standing::as_str);
    let kinds = HouseKind::ALL.map(HouseKind::as_str);
    let house = json!({ "id": count, "code": text, "tier": { "type": "string", "enum": tiers }, "kind": { "type": "string", "enum": kinds }, "pending": { "type": "boolean" } });
    let counts: serde_json::Map<String, Value> = tiers.into_iter().chain(["total"]).map(|name| (name.to_owned(), count.clone())).collect();
    let mut layers = vec![
        layer("houses", say("房屋", "Houses"), Some(0), (HOUSES_FROM, DEEPEST), house),
        layer("cells", say("网格中各等级的房屋数", "How many houses of each tier in a cell"), Some(0), (0, HOUSES_FROM - 1), counts.into()),
    ];
    if of == Of::Dataset {
        let named = || json!({ "class": text, "name": text });
        for base in BaseLayer::ALL {
            let (title, dimension) = match base {
                BaseLayer::Water => (say("水体", "Water"), None),
                BaseLayer::Green => (say("绿地", "Green"), Some(2)),
                BaseLayer::Buildings => (say("建筑", "Buildings"), Some(2)),
                BaseLayer::Streets => (say("道路", "Streets"), Some(1)),
                BaseLayer::Areas => (say("区域界线", "Boundaries of areas"), Some(2)),
            };
            layers.push(layer(base.as_str(), title, dimension, (0, DEEPEST), named()));
        }
        layers.push(layer("places", say("区域名称", "Names of areas"), Some(0), (0, DEEPEST), named()));
    }
    layers.into()
}

/// Which day and whose tiers, as the tiles' own address takes them.
fn options(app: &App, Asker(caller): &Asker, visit: &Visit) -> Result<TileOptions, Problem> {
    visit.expect(&["datetime", "as"])?;
    let day = datetime::day(visit.parameter("datetime"), app.today())?;
    moment_of(app, caller, Some(day), visit.parameter("as"))?;
    Ok(TileOptions::on(day, visit.parameter("as")))
}

/// Zoom, column and row as the tiles' own address has them.
fn place(visit: &Visit, matrix: u8, row: u32, column: u32) -> Result<(u8, u32, String), Problem> {
    if let Some(form) = visit.parameter("f") {
        return Err(Problem::parameter("f", "this parameter left out: a tile has one form", form));
    }
    if matrix > DEEPEST {
        return Err(Problem::new(Code::NotFound, format!("no tile has these numbers: tileMatrix is 0 to {DEEPEST}")));
    }
    Ok((matrix, column, format!("{row}.mvt")))
}

/// Tiles, one after the other, are a tile of all their layers: that is how the format's messages join.
async fn joined(tiles: [Response; 2], headers: &HeaderMap) -> Result<Response, Problem> {
    let (mut tag, mut bytes) = (String::new(), Vec::new());
    for tile in tiles {
        let (parts, body) = tile.into_parts();
        let part = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        tag.extend(part.trim_start_matches("W/").chars().filter(|c| *c != '"').chain(['/']));
        bytes.extend(to_bytes(body, usize::MAX).await.map_err(|_| Problem::new(Code::Broken, "see the server's log"))?);
    }
    let is_zipped = takes_gzip(headers);
    let tag = format!("W/\"{tag}{}\"", if is_zipped { "gz" } else { "" });
    let bytes = if has(headers, &tag) {
        None
    } else if is_zipped && !bytes.is_empty() {
        Some(gzip(&bytes)?)
    } else {
        Some(bytes)
    };
    Ok(mvt::tagged(&tag, bytes.map(Bytes::from), is_zipped))
}
