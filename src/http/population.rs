//! How many live where: for staff in their scope, and what everybody may know.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::answer,
    areas::{AREA, Within, bounds, months, upside_down},
    asking::{Ask, Asker, Body, day_or_today},
    people::NOT_KEPT,
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, Counted, GridCell},
    atlas::{Filter, Moment},
    domain::{access::Right, area::AreaLevel, day::Day, suppression::LEAST_TOLD},
    earth::Squares,
};

/// Cells of a grid: more say nothing on a screen.
const MOST_CELLS: u64 = 40_000;
const CELL_M: f64 = 100.0;

/// Residents of a set of houses.
#[derive(Serialize, ToSchema)]
pub struct CountedAnswer {
    registered: u64,
    temporary: u64,
    /// Houses where somebody lives.
    houses: u64,
}

impl From<Counted> for CountedAnswer {
    fn from(counted: Counted) -> Self {
        Self { registered: counted.population.registered, temporary: counted.population.temporary, houses: counted.houses }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfArea {
    /// Today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// The code of an area of the hierarchy: only houses of it and of what lies in it.
    area: Option<String>,
    /// With `to`: also the counts on the first of each month.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

#[derive(Serialize, ToSchema)]
pub struct AreaPopulation {
    #[schema(value_type = String, format = Date)]
    day: Day,
    #[serde(flatten)]
    counted: CountedAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    trend: Option<PopulationTrend>,
    /// The revision of the data that was counted.
    revision: i64,
}

/// Counts on the first of each month.
#[derive(Serialize, ToSchema)]
pub struct PopulationTrend {
    days: Vec<Day>,
    registered: Vec<u64>,
    temporary: Vec<u64>,
    houses: Vec<u64>,
}

/// Residents of the houses in the asker's reach: of an area drawn, of one of the hierarchy, of both at once or, with neither, of all.
#[utoipa::path(post, path = "/api/areas/population", params(OfArea, Within), tag = "population",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = AreaPopulation), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn of_area(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(asked): Ask<OfArea>,
    Ask(within): Ask<Within>,
    body: Body,
) -> Result<Response, Problem> {
    let headcount = app.headcount(&caller, asked.area.as_deref())?;
    let day = day_or_today(&app, asked.date);
    let days = match (asked.from, asked.to) {
        (None, None) => None,
        (Some(from), Some(to)) if from <= to => Some(months(from, to)?),
        (Some(_), Some(to)) => return Err(upside_down(to)),
        (Some(_), None) => return Err(Problem::parameter("to", "a day, as there is a `from`", "")),
        (None, Some(_)) => return Err(Problem::parameter("from", "a day, as there is a `to`", "")),
    };
    answer(app.snapshot(), move |snapshot| {
        let region = within.part(&body)?;
        let counted = headcount.on(&snapshot, region.as_ref(), Moment::from(day), &Filter::default()).unwrap_or_default();
        let trend = days.map(|days| {
            let counted = headcount.over(&snapshot, region.as_ref(), &days);
            let each = |count: fn(&Counted) -> u64| counted.iter().map(count).collect();
            PopulationTrend {
                registered: each(|counted| counted.population.registered),
                temporary: each(|counted| counted.population.temporary),
                houses: each(|counted| counted.houses),
                days,
            }
        });
        Ok((NOT_KEPT, Json(AreaPopulation { day, counted: counted.into(), trend, revision: headcount.revision() })).into_response())
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnFixedDay {
    /// The last day of a month that is over, or the day on which the site opens; the last such day when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
}

/// Residents of the areas, as far as everybody may know.
#[derive(Serialize, ToSchema)]
pub struct PublicPopulation {
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// Counts below this are not told, nor others from which they would follow.
    least_told: u64,
    areas: Vec<PublicArea>,
}

#[derive(Serialize, ToSchema)]
pub struct PublicArea {
    code: String,
    name: String,
    #[schema(value_type = String)]
    level: AreaLevel,
    /// The code of the area that it is part of; empty at the top.
    parent: String,
    /// Null where it is not told.
    registered: Option<u64>,
    /// Null where it is not told.
    temporary: Option<u64>,
}

/// Registered and temporary residents of each area of the hierarchy, on fixed days, small counts held back.
#[utoipa::path(get, path = "/api/population", params(OnFixedDay), tag = "population",
    responses((status = 200, body = PublicPopulation), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn public(State(app): State<Arc<App>>, Ask(on): Ask<OnFixedDay>) -> Result<Response, Problem> {
    let last = app.site().opening_day.unwrap_or_else(|| app.today().first_of_month().plus_days(-1));
    let day = on.date.unwrap_or(last);
    let expected = "the last day of a month that is over, or the day on which the site opens";
    let figures = app.public_figures(day).ok_or_else(|| Problem::parameter("date", expected, &day.to_string()))?;
    answer(app.snapshot(), move |snapshot| {
        let told = figures.told(&snapshot);
        let areas = figures.hierarchy.areas().iter().zip(told).map(|(area, told)| PublicArea {
            code: area.code.clone(),
            name: area.name.clone(),
            level: area.level,
            parent: area.parent.clone(),
            registered: told.map(|told| told.registered),
            temporary: told.map(|told| told.temporary),
        });
        Ok(Json(PublicPopulation { day, least_told: LEAST_TOLD, areas: areas.collect() }).into_response())
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfGrid {
    /// west,south,east,north in degrees.
    bbox: String,
    /// Today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// Length of a cell's side in metres, 20 to 100,000; 100 when left out. A box of more than 40,000 cells is refused.
    cell_m: Option<f64>,
}

/// Residents of the houses in the asker's reach by cells that are about square, as GeoJSON polygons; cells without residents are left out.
#[utoipa::path(get, path = "/api/population/grid", params(OfGrid), tag = "population",
    responses((status = 200, body = Object, content_type = "application/geo+json"), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn grid(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(asked): Ask<OfGrid>) -> Result<Response, Problem> {
    caller.must(Right::SeeCensus)?;
    let headcount = app.headcount(&caller, None)?;
    let day = day_or_today(&app, asked.date);
    let cell_m = asked.cell_m.unwrap_or(CELL_M);
    if !(20.0..=100_000.0).contains(&cell_m) {
        return Err(Problem::parameter("cell_m", "20 to 100,000 metres", &cell_m.to_string()));
    }
    let within = bounds(&asked.bbox)?;
    let squares = Squares::new(cell_m, (within.south + within.north) / 2.0);
    let count = squares.count_in(&within).unwrap_or(u64::MAX);
    if count > MOST_CELLS {
        let expected = format!("a smaller box or larger cells: at most {MOST_CELLS} of them, not {count}");
        return Err(Problem::parameter("cell_m", expected, &cell_m.to_string()));
    }
    answer(app.snapshot(), move |snapshot| {
        let features: Vec<_> = headcount.cells(&snapshot, &within, squares, day).iter().map(feature).collect();
        let body = json!({ "type": "FeatureCollection", "day": day, "cell_m": cell_m, "revision": headcount.revision(), "features": features });
        let kind = [(axum::http::header::CONTENT_TYPE, "application/geo+json")];
        Ok((kind, NOT_KEPT, body.to_string()).into_response())
    })
    .await
}

fn feature(cell: &GridCell) -> serde_json::Value {
    let GridCell { bounds, counted } = cell;
    // To a tenth of a metre.
    let degrees = |value: f64| (value * 1e6).round() / 1e6;
    let (w, s, e, n) = (degrees(bounds.west), degrees(bounds.south), degrees(bounds.east), degrees(bounds.north));
    json!({
        "type": "Feature",
        "properties": { "residents": counted.population.all(), "registered": counted.population.registered,
            "temporary": counted.population.temporary, "houses": counted.houses },
        "geometry": { "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] },
    })
}
