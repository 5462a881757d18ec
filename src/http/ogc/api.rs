//! The description of these addresses as OpenAPI 3.0, which the standard asks for; the server's own document is a later version.

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    GEOJSON, JSON, MVT, OPENAPI, SCHEMA,
    crs::Crs,
    html,
    items::{DEFAULT_LIMIT, MOST},
    visit::{Form, Visit},
};
use crate::{
    domain::{house::HouseKind, tier::Standing},
    http::{mvt::DEEPEST, problem::Problem},
};

/// The interface described.
#[utoipa::path(get, path = "/ogc/api", tag = "ogc", responses((status = 200, body = Object, content_type = "application/vnd.oai.openapi+json;version=3.0")))]
pub async fn api(visit: Visit) -> Result<Response, Problem> {
    visit.expect(&[])?;
    let document = document(&visit);
    Ok(match visit.form {
        Form::Html => visit.html(html::api(&visit, &document)),
        Form::Json => visit.json(OPENAPI, &document),
    })
}

fn document(visit: &Visit) -> Value {
    let say = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let plain = ["f", "lang"];
    let on_a_day = ["datetime", "as", "f", "lang"];
    let one = ["crs", "datetime", "as", "f", "lang"];
    let many = [
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "limit",
        "token",
        "code",
        "tier",
        "kind",
        "area_code",
        "filter",
        "filter-lang",
        "filter-crs",
        "as",
        "f",
        "lang",
    ];
    let mut house = operation(say("一处房屋", "One house"), "house", &one, GEOJSON);
    if let Some(parameters) = house["get"]["parameters"].as_array_mut() {
        let title = say("房屋编码", "House code");
        parameters.insert(0, json!({ "name": "code", "in": "path", "required": true, "description": title, "schema": { "type": "string" } }));
    }
    house["get"]["responses"]["404"] = json!({ "$ref": "#/components/responses/Problem" });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": say("三实:房屋", "sanshi: houses"),
            "description": say("OGC API - Features 与 Tiles。错误为 application/problem+json。", "OGC API - Features and Tiles. Errors are application/problem+json."),
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": visit.address("/ogc") }],
        "security": [{}, { "token": [] }],
        "paths": {
            "/": operation(say("首页", "The landing page"), "landing", &plain, JSON),
            "/conformance": operation(say("所实现的标准部分", "What is implemented of the standards"), "conformance", &plain, JSON),
            "/api": operation(say("本说明", "This document"), "api", &plain, OPENAPI),
            "/collections": operation(say("数据集", "The collections"), "collections", &plain, JSON),
            "/collections/houses": operation(say("房屋数据集", "The collection of houses"), "collection", &plain, JSON),
            "/collections/houses/queryables": operation(say("可查询的属性", "What filters may ask about"), "queryables", &plain, SCHEMA),
            "/collections/houses/schema": operation(say("房屋的结构", "The schema of a house"), "schema", &plain, SCHEMA),
            "/collections/houses/items": operation(say("房屋,按编码排序,分页", "Houses in order of code, page by page"), "houses", &many, GEOJSON),
            "/collections/houses/items/{code}": house,
            "/collections/houses/tiles": operation(say("房屋的瓦片集", "The tilesets of the houses"), "houseTilesets", &plain, JSON),
            "/collections/houses/tiles/WebMercatorQuad": operation(say("房屋的瓦片集", "The tileset of the houses"), "houseTileset", &on_a_day, JSON),
            "/collections/houses/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": tile(say("房屋的矢量瓦片", "Houses as a vector tile"), "houseTile"),
            "/tiles": operation(say("全图的瓦片集", "The tilesets of the whole map"), "tilesets", &plain, JSON),
            "/tiles/WebMercatorQuad": operation(say("全图的瓦片集", "The tileset of the whole map"), "tileset", &on_a_day, JSON),
            "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": tile(say("房屋与底图的矢量瓦片", "Houses and base map as a vector tile"), "tile"),
            "/tileMatrixSets": operation(say("瓦片网格", "The tile matrix sets"), "tileMatrixSets", &plain, JSON),
            "/tileMatrixSets/WebMercatorQuad": operation(say("网络地图的瓦片网格", "The grid of web maps"), "tileMatrixSet", &plain, JSON),
        },
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "parameters": parameters(visit),
            "responses": {
                "Problem": {
                    "description": say("请求有误;code 说明原因", "Refused; code says why"),
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
                }
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "code", "detail"],
                    "properties": {
                        "type": { "type": "string" }, "title": { "type": "string" }, "title_zh": { "type": "string" },
                        "status": { "type": "integer" }, "code": { "type": "string" }, "detail": { "type": "string" },
                        "errors": { "type": "array", "items": { "type": "object", "properties": {
                            "field": { "type": "string" }, "code": { "type": "string" }, "expected": { "type": "string" }, "found": { "type": "string" } } } }
                    }
                }
            }
        }
    })
}

fn operation(summary: &str, id: &str, parameters: &[&str], media_type: &str) -> Value {
    let parameters: Vec<Value> = parameters.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect();
    json!({ "get": {
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": summary, "content": { media_type: { "schema": { "type": "object" } }, "text/html": { "schema": { "type": "string" } } } },
            "400": { "$ref": "#/components/responses/Problem" },
            "401": { "$ref": "#/components/responses/Problem" },
        }
    } })
}

/// A vector tile, by zoom, row and column.
fn tile(summary: &str, id: &str) -> Value {
    let places = ["tileMatrix", "tileRow", "tileCol"].map(|name| {
        let most = if name == "tileMatrix" { u32::from(DEEPEST) } else { (1 << DEEPEST) - 1 };
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "integer", "minimum": 0, "maximum": most } })
    });
    let asked = ["datetime", "as", "lang"].map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
    let parameters = [places.as_slice(), asked.as_slice()].concat();
    json!({ "get": {
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": summary, "content": { MVT: { "schema": { "type": "string", "format": "binary" } } } },
            "400": { "$ref": "#/components/responses/Problem" },
            "401": { "$ref": "#/components/responses/Problem" },
            "404": { "$ref": "#/components/responses/Problem" },
        }
    } })
}

fn parameters(visit: &Visit) -> Value {
    let say = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let text = json!({ "type": "string" });
    let crs = json!({ "type": "string", "format": "uri", "enum": Crs::ALL.map(Crs::uri), "default": Crs::default().uri() });
    let one = |values: &[&str]| json!({ "type": "string", "enum": values });
    let list = |values: &[&str]| json!({ "type": "array", "items": { "type": "string", "enum": values } });
    let bbox = json!({ "type": "array", "oneOf": [{ "minItems": 4, "maxItems": 4 }, { "minItems": 6, "maxItems": 6 }], "items": { "type": "number" } });
    let all = [
        (
            "bbox",
            say("范围:按 bbox-crs 轴序的四个数(或含高程的六个数),含边界", "A box in the axis order of bbox-crs, 4 numbers or 6 with heights; edges included"),
            bbox,
        ),
        ("bbox-crs", say("bbox 的坐标系", "The system of bbox"), crs.clone()),
        ("crs", say("结果的坐标系", "The system of the answer"), crs.clone()),
        (
            "datetime",
            say("日期、时刻或区间:等级为区间末日当日;缺省为今天", "A day, an instant or an interval: tiers as of its end; today when left out"),
            text.clone(),
        ),
        ("limit", say("每页数量", "Houses per page"), json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT })),
        ("token", say("取自 next 链接", "From a next link"), text.clone()),
        ("code", say("房屋编码", "House code"), text.clone()),
        ("tier", say("等级,可用逗号列出多个", "Tiers, comma-separated"), list(&Standing::ALL.map(Standing::as_str))),
        ("kind", say("用途,可用逗号列出多个", "Kinds, comma-separated"), list(&HouseKind::ALL.map(HouseKind::as_str))),
        ("area_code", say("登记的区域编码", "The area it is recorded under"), text.clone()),
        ("filter", say("CQL2 条件", "A condition in CQL2"), text),
        ("filter-lang", say("条件的写法", "How the condition is written"), one(&["cql2-text", "cql2-json"])),
        ("filter-crs", say("条件中几何的坐标系", "The system of geometries in the condition"), crs),
        ("as", say("公布的或计算的等级;计算的仅供工作人员", "Tiers as published, or as computed (for staff)"), one(&["published", "computed"])),
        ("f", say("格式", "The format"), one(&["json", "html"])),
        ("lang", say("语言", "The language"), one(&["zh", "en"])),
    ];
    let described = all.map(|(name, description, schema)| {
        let is_list = schema["type"] == "array";
        let mut parameter = json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema });
        if is_list {
            parameter["style"] = json!("form");
            parameter["explode"] = json!(false);
        }
        (name.to_owned(), parameter)
    });
    Value::Object(described.into_iter().collect())
}
