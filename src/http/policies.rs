//! Policies as documents: reading, checking, simulating, activating.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, At, Body, Legislator, day_or_today},
    houses::OnDay,
    lines::{line, lines},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Replay},
    atlas::Snapshot,
    domain::{access::Right, day::Day, policy::Policy, simulation::Simulation, words::Words},
};

/// A policy version and the day from which it holds.
#[derive(Serialize, ToSchema)]
pub struct EditionAnswer {
    valid_from: Day,
    name: String,
    version: i64,
    hash: String,
    title: Words,
    /// For staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_by: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Editions {
    editions: Vec<EditionAnswer>,
}

/// The policies of the site in the order of the days from which they hold.
#[utoipa::path(get, path = "/api/policies", tag = "policies", responses((status = 200, body = Editions)))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker) -> Result<Json<Editions>, Problem> {
    let staff = caller.may(Right::SeeWork);
    let editions = app.policy_editions().await?.into_iter().map(|stored| EditionAnswer {
        title: Policy::parse(&stored.document).map(|policy| policy.title).unwrap_or_default(),
        valid_from: stored.valid_from,
        name: stored.name,
        version: stored.version,
        hash: stored.hash,
        activated_by: staff.then_some(stored.activated_by),
    });
    Ok(Json(Editions { editions: editions.collect() }))
}

/// The document of a policy version.
#[utoipa::path(get, path = "/api/policies/{name}/{version}", params(("name" = String, Path), ("version" = i64, Path)), tag = "policies",
    responses((status = 200, content_type = "text/x-toml"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn document(State(app): State<Arc<App>>, At((name, version)): At<(String, i64)>) -> Result<Response, Problem> {
    let found = app.policy_editions().await?.into_iter().find(|edition| edition.name == name && edition.version == version);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound, format!("no version {version} of a policy {name}")))?;
    Ok(([(header::CONTENT_TYPE, "text/x-toml; charset=utf-8")], found.document).into_response())
}

/// A document that can be used.
#[derive(Serialize, ToSchema)]
pub struct Checked {
    name: String,
    title: Words,
    hash: String,
}

/// The longest rubric known here has 13 kB.
const LONGEST: usize = 256 << 10;

fn text(body: &Body) -> Result<&str, Problem> {
    if body.0.len() > LONGEST {
        return Err(Problem::new(Code::TooLarge, "expected a policy document of at most 256 KiB"));
    }
    std::str::from_utf8(&body.0).map_err(|_| Problem::new(Code::BadPolicy, "expected a TOML document in UTF-8"))
}

/// Checks a policy document; a fault names line and reason.
#[utoipa::path(post, path = "/api/policies/check", tag = "policies", request_body(content = String, description = "the policy document (TOML)"),
    responses((status = 200, body = Checked), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn check(State(app): State<Arc<App>>, _: Legislator, body: Body) -> Result<Json<Checked>, Problem> {
    let (policy, hash) = app.check_policy(text(&body)?)?;
    Ok(Json(Checked { name: policy.name, title: policy.title, hash }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Validity {
    /// The first day on which it holds; today or later.
    #[param(value_type = String, format = Date)]
    valid_from: Day,
}

#[derive(Serialize, ToSchema)]
pub struct Activated {
    name: String,
    version: i64,
    hash: String,
    valid_from: Day,
}

/// Lets a policy hold from a day on. What was decided before stays decided.
#[utoipa::path(post, path = "/api/policies", params(Validity), tag = "policies", request_body(content = String, description = "the policy document (TOML)"),
    responses((status = 201, body = Activated), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn activate(
    State(app): State<Arc<App>>,
    Legislator(caller): Legislator,
    Ask(validity): Ask<Validity>,
    body: Body,
) -> Result<(StatusCode, Json<Activated>), Problem> {
    let (name, version, hash) = app.activate_policy(&caller, text(&body)?, validity.valid_from).await?;
    Ok((StatusCode::CREATED, Json(Activated { name, version, hash, valid_from: validity.valid_from })))
}

/// Replays the site's history under an edited policy: JSON lines, first of progress, the last the result. Closing the connection cancels it.
#[utoipa::path(post, path = "/api/policies/simulate", params(OnDay), tag = "policies", request_body(content = String, description = "the policy document (TOML)"),
    responses((status = 200, content_type = "application/x-ndjson"), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn simulate(State(app): State<Arc<App>>, Legislator(caller): Legislator, Ask(on): Ask<OnDay>, body: Body) -> Result<Response, Problem> {
    let day = day_or_today(&app, on.date);
    let replay = app.simulate(&caller, text(&body)?, day).await?;
    let names: HashMap<String, String> = app.store().areas().await.map_err(crate::app::Refusal::from)?.into_iter().map(|area| (area.code, area.name)).collect();
    let (told, answer) = lines();
    tokio::spawn(tell(replay, app.snapshot(), names, told));
    Ok(answer)
}

/// Tells progress and result; when nobody listens any more the replay is dropped, which ends it.
async fn tell(mut replay: Replay, snapshot: Arc<Snapshot>, names: HashMap<String, String>, lines: mpsc::Sender<Bytes>) {
    while replay.progress.changed().await.is_ok() {
        let progress = *replay.progress.borrow_and_update();
        if lines.send(line(&serde_json::json!({ "progress": progress }))).await.is_err() {
            return;
        }
    }
    let outcome = (&mut replay.outcome).await;
    let last = match outcome {
        Ok(Ok(simulation)) => serde_json::json!({ "result": result(simulation, &snapshot, &names) }),
        Ok(Err(error)) => {
            tracing::error!(%error, "a simulation failed");
            serde_json::json!({ "error": "unavailable" })
        }
        Err(_) => serde_json::json!({ "error": "broken" }),
    };
    let _ = lines.send(line(&last)).await;
}

fn result(simulation: Simulation, snapshot: &Snapshot, names: &HashMap<String, String>) -> serde_json::Value {
    let mut value = serde_json::json!(simulation);
    if let Some(object) = value.as_object_mut() {
        for flip in object.get_mut("flips").and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            let place = flip["code"].as_str().and_then(|code| snapshot.house(code)).map(|house| house.place());
            if let (Some(place), Some(flip)) = (place, flip.as_object_mut()) {
                flip.insert("lon".to_owned(), place.lon().into());
                flip.insert("lat".to_owned(), place.lat().into());
            }
        }
        for area in object.get_mut("areas").and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            let name = area["area_code"].as_str().and_then(|code| names.get(code)).cloned().unwrap_or_default();
            if let Some(area) = area.as_object_mut() {
                area.insert("name".to_owned(), name.into());
            }
        }
    }
    value
}
