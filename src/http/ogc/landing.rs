//! The way in: the landing page and the list of what is implemented.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use serde_json::json;

use super::{
    CONFORMANCE, JSON, OPENAPI, html, tile_matrix, tiles,
    visit::{Form, Visit},
};
use crate::{app::App, http::problem::Problem};

/// The landing page of OGC API - Features.
#[utoipa::path(get, path = "/ogc", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn landing(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let site = app.site();
    let mut links = visit.self_and_alternate(JSON);
    links.extend([
        visit.link("service-desc", "/ogc/api", OPENAPI, "接口说明 (OpenAPI 3.0)", "The interface as OpenAPI 3.0"),
        visit.link("service-doc", "/ogc/api?f=html", "text/html", "接口说明 (网页)", "The interface as a page"),
        visit.link("conformance", "/ogc/conformance", JSON, "所实现的标准部分", "What is implemented of the standards"),
        visit.link("data", "/ogc/collections", JSON, "数据集", "The collections"),
        tiles::dataset_link(&visit),
        visit.link(tile_matrix::TILING_SCHEMES, "/ogc/tileMatrixSets", JSON, "瓦片网格", "Tile matrix sets"),
    ]);
    let title = visit.language.pick(&site.name.zh, &site.name.en);
    let description = visit.language.pick(
        "通过 OGC API - Features 与 Tiles 读取房屋及其等级,可用 QGIS、GDAL 等软件直接打开。",
        "Houses and their tiers by OGC API - Features and Tiles, for QGIS, GDAL and other map software.",
    );
    Ok(match visit.form {
        Form::Html => visit.html(html::landing(&visit, title, description, &links)),
        Form::Json => {
            let attribution = visit.language.pick(&site.attribution.zh, &site.attribution.en);
            visit.json(JSON, &json!({ "title": title, "description": description, "attribution": attribution, "links": links }))
        }
    })
}

/// What is implemented of the standards.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn conformance(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let links = visit.self_and_alternate(JSON);
    Ok(match visit.form {
        Form::Html => visit.html(html::conformance(&visit, &CONFORMANCE, &links)),
        Form::Json => visit.json(JSON, &json!({ "links": links, "conformsTo": CONFORMANCE })),
    })
}
