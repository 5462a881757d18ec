//! The collection of houses: what it holds, where, since when, and what filters may ask about.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use super::{
    JSON, SCHEMA,
    crs::Crs,
    html, items, tiles,
    visit::{Form, Visit},
};
use crate::{
    app::App,
    domain::{house::HouseKind, tier::Standing},
    http::problem::Problem,
};

/// The relation of the link to the queryables.
pub const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";

/// The collections there are: one.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn collections(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let links = visit.self_and_alternate(JSON);
    let mut houses = describe(&app, &visit);
    // A collection in a list names its own address, not the list's.
    let mut own = vec![visit.link("self", "/ogc/collections/houses", JSON, "房屋", "Houses")];
    own.extend(items::links(&visit).into_iter().chain([tiles::houses_link(&visit)]));
    houses["links"] = json!(own);
    Ok(match visit.form {
        Form::Html => visit.html(html::collections(&visit, &houses, &links)),
        Form::Json => visit.json(JSON, &json!({ "links": links, "crs": Crs::ALL.map(Crs::uri), "collections": [houses] })),
    })
}

/// The houses as a collection.
#[utoipa::path(get, path = "/ogc/collections/houses", tag = "ogc", responses((status = 200, body = Object)))]
pub async fn houses(State(app): State<Arc<App>>, visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let mut links = visit.self_and_alternate(JSON);
    links.extend(items::links(&visit).into_iter().chain([tiles::houses_link(&visit)]));
    let mut houses = describe(&app, &visit);
    houses["links"] = json!(links);
    Ok(match visit.form {
        Form::Html => visit.html(html::collection(&visit, &houses, &links)),
        Form::Json => visit.json(JSON, &houses),
    })
}

fn describe(app: &App, visit: &Visit) -> Value {
    let (site, bounds) = (app.site(), app.snapshot().bounds());
    let first_day = site.first_day.map(|day| format!("{day}T00:00:00Z"));
    let mut extent = json!({
        "temporal": { "interval": [[first_day, null]], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian" }
    });
    if let Some(b) = bounds {
        extent["spatial"] = json!({ "bbox": [[b.west, b.south, b.east, b.north]], "crs": Crs::Crs84.uri() });
    }
    json!({
        "id": "houses",
        "title": visit.language.pick("房屋", "Houses"),
        "description": visit.language.pick("房屋及其在某一天的等级", "Houses and their tiers on a day"),
        "attribution": visit.language.pick(&site.attribution.zh, &site.attribution.en),
        "itemType": "feature",
        "extent": extent,
        "crs": Crs::ALL.map(Crs::uri),
        "storageCrs": Crs::default().uri(),
    })
}

/// The properties that filters may ask about, as a JSON Schema.
#[utoipa::path(get, path = "/ogc/collections/houses/queryables", tag = "ogc", responses((status = 200, body = Object, content_type = "application/schema+json")))]
pub async fn queryables(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let title = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let tiers = Standing::ALL.map(Standing::as_str);
    let kinds = HouseKind::ALL.map(HouseKind::as_str);
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": visit.address("/ogc/collections/houses/queryables"),
        "type": "object",
        "title": title("房屋", "Houses"),
        "properties": {
            "geometry": { "title": title("位置", "Place"), "format": "geometry-point", "x-ogc-role": "primary-geometry" },
            "code": { "title": title("房屋编码", "House code"), "type": "string", "x-ogc-role": "id" },
            "tier": { "title": title("等级", "Tier"), "description": title("datetime 所指之日的等级", "as of the datetime asked about"), "type": "string", "enum": tiers },
            "kind": { "title": title("用途", "Kind"), "type": "string", "enum": kinds },
            "address": { "title": title("地址", "Address"), "type": "string" },
            "area_code": { "title": title("区域编码", "Area code"), "type": "string" },
            "score": { "title": title("得分", "Score"), "type": "number" },
        },
        "additionalProperties": false,
    });
    Ok(match visit.form {
        Form::Html => visit.html(html::queryables(&visit, &schema)),
        Form::Json => visit.json(SCHEMA, &schema),
    })
}

/// A house as it is sent, as a JSON Schema: clients read the types of their fields from it.
#[utoipa::path(get, path = "/ogc/collections/houses/schema", tag = "ogc", responses((status = 200, body = Object, content_type = "application/schema+json")))]
pub async fn schema(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let text = json!({ "type": "string" });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": visit.address("/ogc/collections/houses/schema"),
        "title": visit.language.pick("房屋的结构", "The schema of a house"),
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": { "const": "Feature" },
            "id": text,
            "geometry": { "$ref": "https://geojson.org/schema/Point.json" },
            "properties": {
                "type": "object",
                "required": ["code", "tier", "kind"],
                "properties": {
                    "code": text,
                    "tier": { "type": "string", "enum": Standing::ALL.map(Standing::as_str) },
                    "kind": { "type": "string", "enum": HouseKind::ALL.map(HouseKind::as_str) },
                    "address": text,
                    "door_plate": text,
                    "area_code": text,
                    // Null while there is none; a list of two types is more than GDAL understands.
                    "score": { "type": "number", "nullable": true },
                }
            }
        }
    });
    Ok(match visit.form {
        Form::Html => visit.html(html::schema(&visit, &schema)),
        Form::Json => visit.json(SCHEMA, &schema),
    })
}
