//! The basemap that a site may be started with: the tiles of its file as they are, and what it says of itself.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    asking::{At, has},
    gzip::takes_gzip,
    mvt::origin,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::App,
    earth::TileId,
    pmtiles::{Archive, Fault, Kind},
};

/// What a map needs to draw the basemap.
#[derive(Serialize, ToSchema)]
pub struct BasemapAnswer {
    /// `vector` or `raster`.
    kind: &'static str,
    /// The path of a tile, with `{z}`, `{x}` and `{y}` to fill in.
    tiles: String,
    minzoom: u8,
    maxzoom: u8,
    /// West, south, east, north in degrees.
    bounds: [f64; 4],
    /// Whom to credit; may hold links as HTML.
    attribution: String,
}

impl BasemapAnswer {
    pub fn of(basemap: &Archive) -> Self {
        let (b, (minzoom, maxzoom)) = (basemap.bounds(), basemap.zooms());
        Self {
            kind: if basemap.kind() == Kind::Mvt { "vector" } else { "raster" },
            tiles: format!("/tiles/basemap/{{z}}/{{x}}/{{y}}.{}", endings(basemap.kind())[0]),
            minzoom,
            maxzoom,
            bounds: [b.west, b.south, b.east, b.north],
            attribution: basemap.metadata().get("attribution").and_then(Value::as_str).unwrap_or_default().to_owned(),
        }
    }
}

/// TileJSON 3.0 of the basemap.
#[utoipa::path(get, path = "/basemap.json", tag = "tiles",
    responses((status = 200, body = Object), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn tile_json(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let basemap = app.basemap().ok_or_else(none)?;
    let BasemapAnswer { tiles, minzoom, maxzoom, bounds, attribution, .. } = BasemapAnswer::of(basemap);
    let mut answer = json!({
        "tilejson": "3.0.0",
        "scheme": "xyz",
        "tiles": [format!("{}{tiles}", origin(&app, &headers))],
        "minzoom": minzoom,
        "maxzoom": maxzoom,
        "bounds": bounds,
        "attribution": attribution,
    });
    for name in ["name", "description", "vector_layers"] {
        if let Some(value) = basemap.metadata().get(name) {
            answer[name] = value.clone();
        }
    }
    Ok(Json(answer))
}

/// A tile of the basemap as it is in its file; 204 where it has none.
#[utoipa::path(get, path = "/tiles/basemap/{z}/{x}/{y}", tag = "tiles",
    params(("z" = u8, Path), ("x" = u32, Path), ("y" = String, Path, description = "the row and the ending that /basemap.json names")),
    responses((status = 200, content_type = "application/vnd.mapbox-vector-tile"), (status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn tile(State(app): State<Arc<App>>, At((z, x, y)): At<(u8, u32, String)>, headers: HeaderMap) -> Result<Response, Problem> {
    let kind = app.basemap().ok_or_else(none)?.kind();
    let row = y.split_once('.').filter(|(_, ending)| endings(kind).contains(ending)).and_then(|(row, _)| row.parse().ok());
    let tile = row.and_then(|row| TileId::new(z, x, row));
    let tile = tile.ok_or_else(|| Problem::new(Code::NotFound, format!("expected /tiles/basemap/{{z}}/{{x}}/{{y}}.{}", endings(kind)[0])))?;
    let broken = || Problem::new(Code::Broken, "see the server's log");
    let read = tokio::task::spawn_blocking(move || app.basemap().map_or(Ok(None), |basemap| find(basemap, tile, media_type(kind), &headers)));
    let found = read.await.map_err(|_| broken())?.map_err(|fault| {
        tracing::error!(%fault, "the basemap cannot be read");
        broken()
    })?;
    let mut response = found.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// The tile in the form that the client takes, or that it has it already.
fn find(basemap: &Archive, tile: TileId, media_type: &'static str, headers: &HeaderMap) -> Result<Option<Response>, Fault> {
    let Some(place) = basemap.place(tile)? else { return Ok(None) };
    let zipped = basemap.is_zipped() && takes_gzip(headers);
    let tag = format!("\"{:016x}.{}.{}{}\"", basemap.mark(), place.start, place.end, if zipped { ".gz" } else { "" });
    let mut response = match has(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false if zipped => ([(header::CONTENT_ENCODING, "gzip")], Body::from(basemap.packed(place)?)).into_response(),
        false => Body::from(basemap.unpacked(place)?).into_response(),
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(Some(response))
}

fn none() -> Problem {
    Problem::new(Code::NotFound, "this site has no basemap; start it with --basemap FILE.pmtiles")
}

/// How the last part of a tile's address may end, the usual one first.
fn endings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Mvt => &["mvt", "pbf"],
        Kind::Png => &["png"],
        Kind::Jpeg => &["jpg", "jpeg"],
        Kind::Webp => &["webp"],
        Kind::Avif => &["avif"],
    }
}

fn media_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Mvt => "application/vnd.mapbox-vector-tile",
        Kind::Png => "image/png",
        Kind::Jpeg => "image/jpeg",
        Kind::Webp => "image/webp",
        Kind::Avif => "image/avif",
    }
}
