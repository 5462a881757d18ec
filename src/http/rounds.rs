//! Rounds: planning, changing, carrying along.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    areas::limit,
    asking::{Ask, Asker, At, Body},
    lines,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, ByHand, Changed, Replanning, Round, RoundDraft, RoundFile, StopAct},
    domain::{access::Right, day::Day},
    store::RoundSummary,
    transfer::Paper,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListOptions {
    /// First day; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    /// Last day; a month after the first one when left out.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Day>,
    /// 1 to 500; 100 when left out.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct Rounds {
    #[schema(value_type = Vec<Object>)]
    rounds: Vec<RoundSummary>,
}

/// Rounds of some days, the latest first.
#[utoipa::path(get, path = "/api/rounds", params(ListOptions), tag = "rounds", responses((status = 200, body = Rounds)))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<ListOptions>) -> Result<Json<Rounds>, Problem> {
    let from = options.from.unwrap_or_else(|| app.today());
    let to = options.to.unwrap_or_else(|| from.plus_months(1));
    Ok(Json(Rounds { rounds: app.rounds(&caller, from, to, limit(options.limit, 100, 500)?).await? }))
}

/// Plans a round: JSON lines, first of progress, last the result or a problem. Closing the connection cancels it.
#[utoipa::path(post, path = "/api/rounds", tag = "rounds",
    request_body(content = Object, description = "day, name, evening, mode, minutes, area or polygon or houses, until_days, musts, share, window, teams, balance, iterations"),
    responses((status = 200, content_type = "application/x-ndjson"), (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn plan(State(app): State<Arc<App>>, Asker(caller): Asker, body: Body) -> Result<Response, Problem> {
    caller.must(Right::PlanRounds)?;
    let draft: RoundDraft = body.json()?;
    Ok(lines::told(app.plan_round(&caller, draft).await?))
}

/// A round: its teams with their stops in order, what is left out and why.
#[utoipa::path(get, path = "/api/rounds/{id}", params(("id" = String, Path)), tag = "rounds",
    responses((status = 200, body = Object), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn round(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>) -> Result<Json<Round>, Problem> {
    Ok(Json(app.round(&caller, &id).await?))
}

/// Plans what is still to be visited again with few changes: JSON lines as when it was planned.
#[utoipa::path(post, path = "/api/rounds/{id}/replan", params(("id" = String, Path)), tag = "rounds",
    request_body(content = Object, description = "revision, add, drop, lock, unlock (house codes), now (HH:MM)"),
    responses((status = 200, content_type = "application/x-ndjson"), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn replan(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Response, Problem> {
    caller.must(Right::PlanRounds)?;
    let wanted: Replanning = body.json()?;
    Ok(lines::told(app.replan_round(&caller, &id, wanted).await?))
}

/// Puts what is still to be visited in an order made by hand; one that does not hold is refused with all that is wrong.
#[utoipa::path(put, path = "/api/rounds/{id}/order", params(("id" = String, Path)), tag = "rounds",
    request_body(content = Object, description = "revision, teams: house codes for each team, now (HH:MM)"),
    responses((status = 200, body = Object), (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn order(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<Changed>, Problem> {
    caller.must(Right::PlanRounds)?;
    let by_hand: ByHand = body.json()?;
    Ok(Json(app.order_round(&caller, &id, by_hand).await?))
}

#[derive(Deserialize, ToSchema)]
pub struct StopChange {
    /// The revision of the round that was seen.
    revision: i64,
    /// lock, unlock or drop.
    #[schema(value_type = String)]
    act: StopAct,
}

/// Locks, unlocks or drops one stop.
#[utoipa::path(post, path = "/api/rounds/{id}/stops/{code}", params(("id" = String, Path), ("code" = String, Path)), tag = "rounds", request_body = StopChange,
    responses((status = 200, body = Object), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn stop(State(app): State<Arc<App>>, Asker(caller): Asker, At((id, code)): At<(String, String)>, body: Body) -> Result<Json<Changed>, Problem> {
    caller.must(Right::PlanRounds)?;
    let StopChange { revision, act } = body.json()?;
    Ok(Json(app.change_stop(&caller, &id, &code, revision, act).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileOptions {
    /// The number of a team, from 0; all when left out.
    team: Option<usize>,
    /// Of the sheet: a4 or a5.
    paper: Option<String>,
}

/// The round to carry along: its real ways and stops as GeoJSON, GPX or KML, or a sheet to print.
#[utoipa::path(get, path = "/api/rounds/{id}/{file}", tag = "rounds",
    params(("id" = String, Path), ("file" = String, Path, description = "round.geojson, round.gpx, round.kml or sheet.pdf"), FileOptions),
    responses((status = 200, content((Object = "application/geo+json"), (String = "application/gpx+xml"), (String = "application/vnd.google-earth.kml+xml"),
        (String = "application/pdf"))), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At((id, file)): At<(String, String)>,
    Ask(options): Ask<FileOptions>,
) -> Result<Response, Problem> {
    caller.must(Right::SeeRounds)?;
    let paper = options.paper.as_deref().map_or(Ok(Paper::A4), str::parse).map_err(|unknown| Problem::parameter("paper", "a4 or a5", &unknown.0))?;
    let (form, kind) = match file.as_str() {
        "round.geojson" => (RoundFile::Geojson, "application/geo+json"),
        "round.gpx" => (RoundFile::Gpx, "application/gpx+xml"),
        "round.kml" => (RoundFile::Kml, "application/vnd.google-earth.kml+xml"),
        "sheet.pdf" => (RoundFile::Pdf(paper), "application/pdf"),
        _ => return Err(Problem::new(Code::NotFound, "expected round.geojson, round.gpx, round.kml or sheet.pdf")),
    };
    let bytes = app.round_file(&caller, &id, options.team, form).await?;
    let name = format!("inline; filename=\"{file}\"");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, no-store"), (header::CONTENT_DISPOSITION, name.as_str())], bytes).into_response())
}
