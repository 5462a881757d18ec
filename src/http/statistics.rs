//! The yearly figures of any houses: as JSON, and as a workbook.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{DESK, RECORD_DESK},
    areas::{AREA, KindCounts, TierCounts, Within},
    asking::{Ask, Asker, Body, view_of},
    people::NOT_KEPT,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, StatisticsOf},
    domain::{
        day::Day,
        statistics::{Figures, Period, Record, Statistics, ToldArea},
        suppression::LEAST_TOLD,
    },
    transfer::{Language, workbook},
};

/// A season: as long as the fewest visits of any tier are apart.
const RECENT_DAYS: u16 = 90;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Options {
    #[param(value_type = String, format = Date)]
    from: Day,
    /// Not after today.
    #[param(value_type = String, format = Date)]
    to: Day,
    /// The code of an area of the hierarchy: only houses of it and of what lies in it.
    area: Option<String>,
    /// A photo or an assessment not older than so many days is recent, 1 to 3,653; 90 when left out.
    recent_days: Option<u16>,
    /// `published` or `computed`: whose tiers; what the asker sees by default when left out.
    r#as: Option<String>,
    /// `json` (when left out) or `xlsx`.
    f: Option<String>,
    /// `zh` (when left out) or `en`: the language of a workbook.
    lang: Option<String>,
}

/// Figures of some houses.
#[derive(Serialize, ToSchema)]
pub struct StatisticsAnswer {
    from: Day,
    to: Day,
    /// The revision of the data that was counted.
    revision: i64,
    houses: KindCounts,
    /// A year before the end, at the beginning, at the end.
    days: Vec<TiersOnDay>,
    /// On the first of each month of the period.
    months: Vec<TiersOnDay>,
    /// What the record says of the houses within reach, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    record: Option<RecordAnswer>,
    population: Told,
}

#[derive(Serialize, ToSchema)]
struct TiersOnDay {
    day: Day,
    by_tier: TierCounts<u64>,
}

#[derive(Serialize)]
struct RecordAnswer {
    #[serde(flatten)]
    figures: Figures,
    /// Visits that are due on the last day, overdue ones among them, for who may see visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue: Option<u64>,
}

/// Residents by area as far as everybody may know.
#[derive(Serialize, ToSchema)]
struct Told {
    /// Null when nothing is told of any day up to the end.
    day: Option<Day>,
    /// Counts below this are not told, nor others from which they would follow.
    least_told: u64,
    areas: Vec<ToldAreaAnswer>,
}

#[derive(Serialize, ToSchema)]
struct ToldAreaAnswer {
    code: String,
    name: String,
    /// Null where it is not told.
    registered: Option<u64>,
    temporary: Option<u64>,
}

impl From<ToldArea> for ToldAreaAnswer {
    fn from(area: ToldArea) -> Self {
        let ToldArea { code, name, population } = area;
        Self { code, name, registered: population.map(|told| told.registered), temporary: population.map(|told| told.temporary) }
    }
}

impl From<Statistics> for StatisticsAnswer {
    fn from(counted: Statistics) -> Self {
        let on = |(day, counts): (Day, [u64; 6])| TiersOnDay { day, by_tier: TierCounts::by(|standing| counts[standing as usize]) };
        let record = |Record { figures, due }| RecordAnswer { figures, due: due.map(|(due, _)| due), overdue: due.map(|(_, overdue)| overdue) };
        Self {
            from: counted.period.from,
            to: counted.period.to,
            revision: counted.revision,
            houses: KindCounts::of(counted.houses),
            days: counted.days.into_iter().map(on).collect(),
            months: counted.months.into_iter().map(on).collect(),
            record: counted.record.map(record),
            population: Told { day: counted.told_on, least_told: LEAST_TOLD, areas: counted.told.into_iter().map(Into::into).collect() },
        }
    }
}

/// Yearly figures of an area drawn, of one of the hierarchy, of both at once or, with neither, of all: tiers over time, and for staff what the
/// record says: incidents and the share of rental houses in them, coverage, improvements, visits, each beside the year before.
#[utoipa::path(post, path = "/api/statistics", params(Options, Within), tag = "statistics",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = StatisticsAnswer),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn drawn(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(options): Ask<Options>,
    Ask(within): Ask<Within>,
    body: Body,
) -> Result<Response, Problem> {
    let language = match options.lang.as_deref() {
        None | Some("zh") => Language::Zh,
        Some("en") => Language::En,
        Some(other) => return Err(Problem::parameter("lang", "zh or en", other)),
    };
    let as_workbook = match options.f.as_deref() {
        None | Some("json") => false,
        Some("xlsx") => true,
        Some(other) => return Err(Problem::parameter("f", "json or xlsx", other)),
    };
    let view = view_of(&caller, options.r#as.as_deref())?;
    let Options { from, to, area, recent_days, .. } = options;
    let survey = app.survey(&caller, StatisticsOf { period: Period { from, to }, area, recent_days: recent_days.unwrap_or(RECENT_DAYS), view })?;
    // Before anything is counted, so that nothing is counted in vain.
    let _place = if survey.reads_record() { Some(RECORD_DESK.place().await?) } else { None };
    let surveyed = DESK.answer(app.snapshot_for(&caller), move |snapshot| Ok(survey.work(&snapshot, within.part(&body)?)?)).await?;
    let counted = app.statistics(&caller, surveyed).await?;
    if !as_workbook {
        return Ok((NOT_KEPT, Json(StatisticsAnswer::from(counted))).into_response());
    }
    let bytes = spawn_blocking(move || workbook(&counted, language)).await.map_err(|_| broken())?.map_err(|fault| {
        tracing::error!(%fault, "no workbook");
        broken()
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"statistics-{from}-{to}.xlsx\"")),
    ];
    Ok((StatusCode::OK, NOT_KEPT, headers, bytes).into_response())
}

/// The same without a drawn area, so that it can be a link.
#[utoipa::path(get, path = "/api/statistics", params(Options, Within), tag = "statistics",
    responses((status = 200, body = StatisticsAnswer), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn linked(state: State<Arc<App>>, asker: Asker, options: Ask<Options>, within: Ask<Within>) -> Result<Response, Problem> {
    drawn(state, asker, options, within, Body(Bytes::new())).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfGroups {
    #[param(value_type = String, format = Date)]
    from: Day,
    /// Not after today; tiers are those of this day.
    #[param(value_type = String, format = Date)]
    to: Day,
    /// Only houses of this area and its parts; all in reach when left out.
    area: Option<String>,
}

/// Whom tiers hit, of an area drawn, of one of the hierarchy, of both at once or, with neither, of all in reach: red by area, by how many live
/// in a house and by the share of temporary residents, each group against all others, with an interval and a corrected test; where assessments
/// were made; and whether red follows visits. Small groups are told together.
#[utoipa::path(post, path = "/api/fairness", params(OfGroups, Within), tag = "statistics",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = Object),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn fairness(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(asked): Ask<OfGroups>,
    Ask(within): Ask<Within>,
    body: Body,
) -> Result<Response, Problem> {
    let OfGroups { from, to, area } = asked;
    let comparison = app.compare(&caller, Period { from, to }, area.as_deref())?;
    let _place = RECORD_DESK.place().await?;
    let compared = DESK.answer(app.snapshot(), move |snapshot| Ok(comparison.work(&snapshot, within.part(&body)?.as_ref())?)).await?;
    let report = app.fairness(&caller, compared).await?;
    Ok((NOT_KEPT, Json(report)).into_response())
}

/// The same without a drawn area, so that it can be a link.
#[utoipa::path(get, path = "/api/fairness", params(OfGroups, Within), tag = "statistics",
    responses((status = 200, body = Object), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn fairness_linked(state: State<Arc<App>>, asker: Asker, asked: Ask<OfGroups>, within: Ask<Within>) -> Result<Response, Problem> {
    fairness(state, asker, asked, within, Body(Bytes::new())).await
}

fn broken() -> Problem {
    Problem::new(Code::Broken, "see the server's log")
}
