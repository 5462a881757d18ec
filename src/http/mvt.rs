//! Vector tiles: houses and cells as of a day, and the base map.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answer::TILE_DESK,
    areas::list,
    asking::{Ask, Asker, At, has, moment_of},
    gzip::{gzip, takes_gzip},
    houses::OnDay,
    kept_tiles::{KeptTiles, Name, Shown},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, document_hash},
    atlas::{Detail, Filter, Snapshot},
    domain::{day::Day, house::HouseKind, tier::Standing},
    earth::TileId,
};

/// From here on every house is in the tile; below, counts per cell.
pub const HOUSES_FROM: u8 = 14;
/// With `detail=houses` every house is given from here on.
const DETAIL_FROM: u8 = 12;
pub const DEEPEST: u8 = 16;

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TileOptions {
    /// The day shown; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// `houses` gives every house from zoom 12 on.
    detail: Option<String>,
    /// Only houses of these tiers, comma-separated; all when left out.
    tier: Option<String>,
    /// Only houses of these kinds, comma-separated; all when left out.
    kind: Option<String>,
    /// `published` or `computed`: whose tiers; what the asker sees by default when left out.
    r#as: Option<String>,
}

impl TileOptions {
    /// All houses of a day as `view` has them: `published`, `computed`, or what the asker sees by default.
    pub fn on(day: Day, view: Option<&str>) -> Self {
        Self { date: Some(day), r#as: view.map(str::to_owned), ..Self::default() }
    }
}

/// TileJSON 3.0 of the houses.
#[utoipa::path(get, path = "/tiles.json", params(OnDay), tag = "tiles", responses((status = 200, body = Object)))]
pub async fn tile_json(State(app): State<Arc<App>>, Ask(on): Ask<OnDay>, headers: HeaderMap) -> Json<serde_json::Value> {
    let snapshot = app.snapshot();
    let day = on.date.map_or_else(String::new, |day| format!("?date={day}"));
    let origin = origin(&app, &headers);
    let bounds = snapshot.bounds().map(|b| [b.west, b.south, b.east, b.north]);
    let counts = serde_json::json!({ "red": "Number", "yellow": "Number", "green": "Number", "star": "Number", "unrated": "Number", "none": "Number", "total": "Number" });
    let mut answer = serde_json::json!({
        "tilejson": "3.0.0",
        "name": app.site().name.en,
        "attribution": app.site().attribution.en,
        "scheme": "xyz",
        "tiles": [format!("{origin}/tiles/{{z}}/{{x}}/{{y}}.mvt{day}")],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "vector_layers": [
            { "id": "houses", "description": "houses", "minzoom": HOUSES_FROM, "maxzoom": DEEPEST,
              "fields": { "id": "Number", "code": "String", "tier": "String", "kind": "String" } },
            { "id": "cells", "description": "counts per grid cell", "minzoom": 0, "maxzoom": HOUSES_FROM - 1, "fields": counts }
        ]
    });
    if let (Some(bounds), Some(object)) = (bounds, answer.as_object_mut()) {
        object.insert("bounds".to_owned(), serde_json::json!(bounds));
    }
    Json(answer)
}

/// TileJSON wants whole addresses: the one that the site says it has, or the one it was asked by.
pub fn origin(app: &App, headers: &HeaderMap) -> String {
    let site = app.site();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (site.public_url.trim_end_matches('/'), host) {
        ("", Some(host)) => format!("http://{host}"),
        (public, _) => public.to_owned(),
    }
}

/// Houses, or counts per cell where zoomed out, as a Mapbox Vector Tile.
#[utoipa::path(get, path = "/tiles/{z}/{x}/{y}", params(("z" = u8, Path), ("x" = u32, Path), ("y" = String, Path, description = "the row and .mvt"), TileOptions), tag = "tiles",
    responses((status = 200, content_type = "application/vnd.mapbox-vector-tile"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn tile(
    State(app): State<Arc<App>>,
    Extension(kept): Extension<Arc<KeptTiles>>,
    Asker(caller): Asker,
    At((z, x, y)): At<(u8, u32, String)>,
    Ask(options): Ask<TileOptions>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = tile_id(z, x, &y)?;
    let every_house = match options.detail.as_deref() {
        None => false,
        Some("houses") => true,
        Some(other) => return Err(Problem::parameter("detail", "houses", other)),
    };
    let detail = if z >= HOUSES_FROM || every_house && z >= DETAIL_FROM { Detail::Houses } else { Detail::Cells };
    let filter = Filter::new(&list::<Standing>("tier", options.tier.as_deref())?, &list::<HouseKind>("kind", options.kind.as_deref())?, None);
    let moment = moment_of(&app, &caller, options.date, options.r#as.as_deref())?;
    let snapshot = app.snapshot_for(&caller);
    let changed = snapshot.changed_in(tile, moment.view);
    let shown = Shown::Houses { moment, scope: caller.scope, until: moment.day.min(app.today()), filter, detail };
    answer(&kept, &headers, Name { tile, shown, changed, is_zipped: takes_gzip(&headers) }, snapshot).await
}

/// The base map: water, green, buildings, streets, areas.
#[utoipa::path(get, path = "/tiles/base/{z}/{x}/{y}", params(("z" = u8, Path), ("x" = u32, Path), ("y" = String, Path, description = "the row and .mvt")), tag = "tiles",
    responses((status = 200, content_type = "application/vnd.mapbox-vector-tile"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn base_tile(
    State(app): State<Arc<App>>,
    Extension(kept): Extension<Arc<KeptTiles>>,
    At((z, x, y)): At<(u8, u32, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tile = tile_id(z, x, &y)?;
    let snapshot = app.snapshot();
    let changed = snapshot.base_revision();
    answer(&kept, &headers, Name { tile, shown: Shown::Base, changed, is_zipped: takes_gzip(&headers) }, snapshot).await
}

fn tile_id(z: u8, x: u32, y: &str) -> Result<TileId, Problem> {
    let row = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).and_then(|row| row.parse().ok());
    let row = row.ok_or_else(|| Problem::new(Code::NotFound, "expected /tiles/{z}/{x}/{y}.mvt"))?;
    TileId::new(z, x, row).ok_or_else(|| Problem::new(Code::NotFound, "no tile has these numbers: zoom is 0 to 22, x and y are below 2^zoom"))
}

/// Sends a tile under a tag that changes whenever its bytes could.
async fn answer(kept: &KeptTiles, headers: &HeaderMap, name: Name, snapshot: Arc<Snapshot>) -> Result<Response, Problem> {
    let (tag, is_zipped) = (tag(&name), name.is_zipped);
    let bytes = if has(headers, &tag) {
        None
    } else if let Some(bytes) = kept.find(&name) {
        Some(bytes)
    } else {
        Some(make(kept, name, snapshot).await?)
    };
    Ok(tagged(&tag, bytes, is_zipped))
}

/// A tile with its tag; the tag alone for a client that has the bytes.
pub fn tagged(tag: &str, bytes: Option<Bytes>, is_zipped: bool) -> Response {
    let is_zipped = is_zipped && bytes.as_ref().is_some_and(|bytes| !bytes.is_empty());
    let mut response = bytes.map_or_else(|| StatusCode::NOT_MODIFIED.into_response(), IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, authorization, cookie"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    if is_zipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// What may differ between two answers to the same address. Weak: after a commit elsewhere the same houses may come in another order.
fn tag(name: &Name) -> String {
    let seen = match &name.shown {
        Shown::Base => String::new(),
        Shown::Houses { moment, scope, until, .. } => {
            let areas = scope.codes().map_or_else(String::new, |codes| format!(".{}.{until}", &document_hash(&codes.join(" "))[..16]));
            format!(".{}.{:?}{areas}", moment.day, moment.view)
        }
    };
    format!("W/\"{}.{}{seen}{}\"", env!("CARGO_PKG_VERSION"), name.changed, if name.is_zipped { ".gz" } else { "" })
}

async fn make(kept: &KeptTiles, name: Name, snapshot: Arc<Snapshot>) -> Result<Bytes, Problem> {
    let (name, bytes) = TILE_DESK
        .answer(snapshot, move |snapshot| {
            let bytes = match &name.shown {
                Shown::Base => snapshot.base_mvt(name.tile),
                Shown::Houses { moment, filter, detail, .. } => snapshot.mvt(name.tile, *moment, filter, *detail),
            };
            let bytes = if name.is_zipped && !bytes.is_empty() { gzip(&bytes)? } else { bytes };
            Ok((name, Bytes::from(bytes)))
        })
        .await?;
    kept.keep(name, bytes.clone());
    Ok(bytes)
}
