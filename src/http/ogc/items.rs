//! The houses, page by page, and a single one.

use std::sync::Arc;

use axum::{
    extract::State,
    http::HeaderValue,
    response::{IntoResponse, Response},
};

use super::{
    GEOJSON, collection,
    crs::Crs,
    datetime,
    feature::{Feature, links_of, path_of, write},
    html,
    visit::{Form, Link, Visit},
    wanted::{Page, Wanted, code_of, token_after},
};
use crate::{
    app::App,
    atlas::{Moment, Snapshot},
    http::{
        answer::answer,
        areas::limit,
        asking::{Asker, At, house_code, moment_of},
        json::JsonText,
        problem::{Code, Problem, ProblemBody},
    },
};

/// Houses per page.
pub const DEFAULT_LIMIT: usize = 10;
pub const MOST: usize = 10_000;

/// Bytes of a usual feature.
const USUAL: usize = 340;

/// The houses of a box with their tiers on a day, in order of code, page by page.
#[utoipa::path(get, path = "/ogc/collections/houses/items", tag = "ogc", params(
        ("bbox" = Option<String>, Query, description = "west,south,east,north in the axis order of bbox-crs"),
        ("bbox-crs" = Option<String>, Query, description = "CRS84 when left out"),
        ("crs" = Option<String>, Query, description = "the system of the answer; CRS84 when left out"),
        ("datetime" = Option<String>, Query, description = "a day, an instant or an interval: tiers as of its end; today when left out"),
        ("limit" = Option<usize>, Query, description = "1 to 10,000; 10 when left out"),
        ("token" = Option<String>, Query, description = "from a next link"),
        ("code" = Option<String>, Query), ("tier" = Option<String>, Query), ("kind" = Option<String>, Query), ("area_code" = Option<String>, Query),
        ("filter" = Option<String>, Query, description = "CQL2"), ("filter-lang" = Option<String>, Query, description = "cql2-text or cql2-json"),
        ("filter-crs" = Option<String>, Query), ("as" = Option<String>, Query, description = "published or computed"),
        ("f" = Option<String>, Query, description = "json or html"), ("lang" = Option<String>, Query, description = "zh or en")),
    responses((status = 200, body = Object, content_type = "application/geo+json"), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn items(State(app): State<Arc<App>>, Asker(caller): Asker, visit: Visit) -> Result<Response, Problem> {
    let known: Vec<&str> = Wanted::PARAMETERS.into_iter().chain(["crs", "datetime", "limit", "token", "as"]).collect();
    visit.expect(&known)?;
    let crs = Crs::read("crs", visit.parameter("crs"))?;
    let moment = moment_of(&app, &caller, Some(datetime::day(visit.parameter("datetime"), app.today())?), visit.parameter("as"))?;
    let asked = visit.parameter("limit").map(|text| text.parse::<usize>().map_err(|_| Problem::parameter("limit", format!("1 to {MOST}"), text)));
    let limit = limit(asked.transpose()?, DEFAULT_LIMIT, MOST)?;
    let after = visit.parameter("token").map(code_of).transpose()?;
    let wanted = Wanted::read(&visit)?;
    let snapshot = app.snapshot_for(&caller);
    let is_quick = visit.form == Form::Json && wanted.is_quick(&snapshot);
    let work = move |snapshot: Arc<Snapshot>| {
        let page = wanted.page(&snapshot, moment, after.as_deref(), limit)?;
        let mut links = visit.self_and_alternate(GEOJSON);
        if let Some(last) = page.houses.last().filter(|_| page.more) {
            let media_type = links[0].media_type;
            let title = visit.language.pick("下一页", "Next page").to_owned();
            links.push(Link { href: visit.here_with("token", &token_after(last.code())), rel: "next", media_type, title });
        }
        links.push(visit.link("collection", "/ogc/collections/houses", super::JSON, "房屋", "Houses"));
        let response = match visit.form {
            Form::Json => visit.sent(GEOJSON, written(&page, &links, moment, crs)),
            Form::Html => {
                let features: Vec<Feature<'_>> = page.houses.iter().map(|house| Feature::of(*house, moment, crs)).collect();
                visit.html(html::items(&visit, page.matched, moment.day, &links, &features))
            }
        };
        Ok(with_crs(response, crs))
    };
    if is_quick { work(snapshot) } else { answer(snapshot, work).await }
}

/// A page as GeoJSON.
fn written(page: &Page<'_>, links: &[Link], moment: Moment, crs: Crs) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1000 + USUAL * page.houses.len());
    let mut out = JsonText(&mut bytes);
    // Like the Date header: when the answer was made, of no effect on what it says.
    let made_at = jiff::Zoned::now().timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    out.raw("{\"type\":\"FeatureCollection\",\"timeStamp\":").string(&made_at).raw(",\"day\":").value(&moment.day);
    out.raw(",\"numberMatched\":").value(&page.matched).raw(",\"numberReturned\":").value(&page.houses.len());
    out.raw(",\"links\":").value(links).raw(",\"features\":[");
    for (at, house) in page.houses.iter().enumerate() {
        write(out.raw(if at == 0 { "" } else { "," }), *house, moment, crs);
    }
    out.raw("]}");
    bytes
}

/// A house with its tier on a day.
#[utoipa::path(get, path = "/ogc/collections/houses/items/{code}", tag = "ogc", params(("code" = String, Path),
        ("crs" = Option<String>, Query), ("datetime" = Option<String>, Query), ("as" = Option<String>, Query),
        ("f" = Option<String>, Query, description = "json or html"), ("lang" = Option<String>, Query, description = "zh or en")),
    responses((status = 200, body = Object, content_type = "application/geo+json"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn item(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, visit: Visit) -> Result<Response, Problem> {
    visit.expect(&["crs", "datetime", "as"])?;
    let crs = Crs::read("crs", visit.parameter("crs"))?;
    let moment = moment_of(&app, &caller, Some(datetime::day(visit.parameter("datetime"), app.today())?), visit.parameter("as"))?;
    let (code, snapshot) = (house_code(&code)?, app.snapshot_for(&caller));
    let house = snapshot.house(code.as_str()).ok_or_else(|| Problem::new(Code::NotFound, format!("no house {code}")))?;
    let mut feature = Feature::of(house, moment, crs);
    feature.links = links_of(&visit);
    let response = match visit.form {
        Form::Json => visit.json(GEOJSON, &feature),
        Form::Html => visit.html(html::item(&visit, moment.day, &feature)),
    };
    Ok(with_crs(response, crs))
}

/// Names the system of the coordinates.
fn with_crs(response: Response, crs: Crs) -> Response {
    let mut response = response.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        response.headers_mut().insert("content-crs", value);
    }
    response
}

/// Links that the collection gives to its houses.
pub fn links(visit: &Visit) -> Vec<Link> {
    let path = "/ogc/collections/houses/items";
    vec![
        visit.link("items", path, GEOJSON, "房屋 (GeoJSON)", "Houses as GeoJSON"),
        visit.link("items", &format!("{path}?f=html"), "text/html", "房屋 (网页)", "Houses as a page"),
        visit.link(collection::QUERYABLES, "/ogc/collections/houses/queryables", super::SCHEMA, "可查询的属性", "What filters may ask about"),
        // Relations are alike in either case (RFC 8288); GDAL knows this one only so.
        visit.link("describedBy", "/ogc/collections/houses/schema", super::SCHEMA, "房屋的结构", "The schema of a house"),
    ]
}

/// The address of a house's own page.
pub fn page_of(visit: &Visit, code: &str) -> String {
    visit.address(&format!("{}?f=html&lang={}", path_of(code), visit.language.tag()))
}
