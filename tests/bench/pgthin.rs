//! The strongest peer over HTTP: PostGIS behind a thin axum service, as a careful team would write it for the same questions. It knows a
//! house's tier of one day only, and has no history, no filters and no rights to see to.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sanshi::domain::house::House;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{
    PgPool, Row,
    postgres::{PgPoolOptions, PgRow},
};

const TABLE: &str = "create extension if not exists postgis; drop table if exists houses;
    create unlogged table houses (id bigint primary key, code text not null, kind text not null, address text not null, door_plate text not null,
        area_code text not null, tier text not null, geom geometry(Point, 4326) not null, web geometry(Point, 3857))";
const FILL: &str = "insert into houses select id, code, kind, address, plate, area, (array['red', 'yellow', 'green', 'star', 'unrated'])[1 + id % 5],
        st_setsrid(st_makepoint(lon, lat), 4326), st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 3857)
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[])
        as t (id, code, kind, address, plate, area, lon, lat)";
const INDEX: &str = "alter table houses set logged; create unique index on houses (code); create index on houses using gist (geom);
    create index on houses using gist (web); vacuum analyze houses";
const ROW: &str = "id, code, kind, address, door_plate, area_code, tier, st_x(geom) as lon, st_y(geom) as lat";
// Areas and tiles are made once, not for each row.
const MVT: &str = "with tile as materialized (select st_tileenvelope($1, $2, $3) as box) select st_asmvt(t, 'houses', 4096, 'geom', 'id') from
    (select id, code, tier, kind, st_asmvtgeom(web, box) as geom from tile join houses on web && box) t";
const AREA: &str = "with area as materialized (select st_geomfromgeojson($1) as shape)";

/// Fills a fresh table.
pub async fn fill(url: &str, houses: impl Iterator<Item = House>) {
    let pool = pool(url).await;
    sqlx::raw_sql(TABLE).execute(&pool).await.unwrap();
    let all: Vec<House> = houses.collect();
    for (part, first) in all.chunks(50_000).zip((1i64..).step_by(50_000)) {
        let texts = |of: fn(&House) -> String| part.iter().map(of).collect::<Vec<_>>();
        sqlx::query(FILL)
            .bind((first..).take(part.len()).collect::<Vec<i64>>())
            .bind(texts(|house| house.code.to_string()))
            .bind(texts(|house| house.kind.as_str().to_owned()))
            .bind(texts(|house| house.address.clone()))
            .bind(texts(|house| house.door_plate.clone()))
            .bind(texts(|house| house.area_code.clone()))
            .bind(part.iter().map(|house| house.place.lon()).collect::<Vec<_>>())
            .bind(part.iter().map(|house| house.place.lat()).collect::<Vec<_>>())
            .execute(&pool)
            .await
            .unwrap();
    }
    for statement in INDEX.split(';') {
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
    }
}

async fn pool(url: &str) -> PgPool {
    PgPoolOptions::new().min_connections(8).max_connections(8).connect(url).await.unwrap()
}

/// Serves, and says where and which process is the database's first.
pub async fn serve(url: &str) {
    let pool = pool(url).await;
    let file: String = sqlx::query_scalar("select pg_read_file('postmaster.pid')").fetch_one(&pool).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("postmaster {}", file.lines().next().unwrap());
    println!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/ogc/collections/houses/items", get(items))
        .route("/api/areas/houses", post(area_houses))
        .route("/api/areas/summary", post(summary))
        .route("/api/houses/nearest", get(nearest))
        .route("/api/houses/{code}/events", post(event))
        .route("/tiles/{z}/{x}/{y}", get(tile))
        .with_state(Arc::new(pool));
    axum::serve(listener, router).await.unwrap();
}

struct Failed(sqlx::Error);

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

type Answer = Result<Response, Failed>;
type Database = State<Arc<PgPool>>;

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    id: i64,
    geometry: Geometry,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Geometry {
    r#type: &'static str,
    coordinates: [f64; 2],
}

#[derive(Serialize)]
struct Properties<'a> {
    code: &'a str,
    tier: &'a str,
    kind: &'a str,
    address: &'a str,
    door_plate: &'a str,
    area_code: &'a str,
}

#[derive(Serialize)]
struct Collection<'a> {
    r#type: &'static str,
    #[serde(rename = "numberMatched")]
    matched: usize,
    #[serde(rename = "numberReturned")]
    returned: usize,
    features: Vec<Feature<'a>>,
}

fn collection(rows: &[PgRow]) -> Response {
    let feature = |row| {
        let text = |at| PgRow::get::<&str, usize>(row, at);
        Feature {
            r#type: "Feature",
            id: row.get(0),
            geometry: Geometry { r#type: "Point", coordinates: [row.get(7), row.get(8)] },
            properties: Properties { code: text(1), kind: text(2), address: text(3), door_plate: text(4), area_code: text(5), tier: text(6) },
        }
    };
    let features: Vec<Feature<'_>> = rows.iter().map(feature).collect();
    Json(Collection { r#type: "FeatureCollection", matched: rows.len(), returned: rows.len(), features }).into_response()
}

#[derive(Deserialize)]
struct Items {
    bbox: String,
    limit: i64,
}

async fn items(State(pool): Database, Query(asked): Query<Items>) -> Answer {
    let bounds: Vec<f64> = asked.bbox.split(',').filter_map(|number| number.parse().ok()).collect();
    // The index compares in single precision: the exact test follows.
    let sql = format!(
        "select {ROW} from houses where geom && st_makeenvelope($1, $2, $3, $4, 4326)
        and st_x(geom) between $1 and $3 and st_y(geom) between $2 and $4 order by code limit $5"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(bounds[0]).bind(bounds[1]).bind(bounds[2]).bind(bounds[3]).bind(asked.limit);
    Ok(collection(&query.fetch_all(&*pool).await?))
}

#[derive(Deserialize)]
struct Page {
    limit: i64,
}

async fn area_houses(State(pool): Database, Query(page): Query<Page>, area: String) -> Answer {
    let sql = format!("{AREA} select {ROW} from area join houses on st_intersects(shape, geom) order by code limit $2");
    Ok(collection(&sqlx::query(sqlx::AssertSqlSafe(sql)).bind(area).bind(page.limit).fetch_all(&*pool).await?))
}

async fn summary(State(pool): Database, area: String) -> Answer {
    let sql = format!("{AREA} select tier, array_agg(code) as codes from area join houses on st_intersects(shape, geom) group by tier");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(area).fetch_all(&*pool).await?;
    let (mut codes, mut tiers): (Vec<String>, serde_json::Map<String, Value>) = Default::default();
    for row in rows {
        let of_tier: Vec<String> = row.get("codes");
        tiers.insert(row.get("tier"), of_tier.len().into());
        codes.extend(of_tier);
    }
    codes.sort_unstable();
    Ok(Json(json!({ "total": codes.len(), "by_tier": tiers, "codes": codes })).into_response())
}

#[derive(Deserialize)]
struct Near {
    lon: f64,
    lat: f64,
    n: i64,
}

async fn nearest(State(pool): Database, Query(near): Query<Near>) -> Answer {
    let sql = format!(
        "with near as materialized (select * from houses order by geom <-> st_setsrid(st_makepoint($1, $2), 4326) limit 3 * $3)
        select {ROW} from near order by st_distance(geom::geography, st_setsrid(st_makepoint($1, $2), 4326)::geography), code limit $3"
    );
    Ok(collection(&sqlx::query(sqlx::AssertSqlSafe(sql)).bind(near.lon).bind(near.lat).bind(near.n).fetch_all(&*pool).await?))
}

/// Durable when answered, like an observation; the tier is simply set.
async fn event(State(pool): Database, Path(code): Path<String>) -> Result<(StatusCode, Json<Value>), Failed> {
    sqlx::query("update houses set tier = 'green' where code = $1").bind(&code).execute(&*pool).await?;
    Ok((StatusCode::CREATED, Json(json!({ "code": code, "tier": "green" }))))
}

async fn tile(State(pool): Database, Path((z, x, y)): Path<(i32, i32, String)>) -> Result<Response, Failed> {
    let row: i32 = y.trim_end_matches(".mvt").parse().unwrap_or(0);
    let bytes: Vec<u8> = sqlx::query_scalar(MVT).bind(z).bind(x).bind(row).fetch_one(&*pool).await?;
    Ok(([(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile")], bytes).into_response())
}
