//! The streets that rounds are planned on.

use std::sync::Arc;

use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, Body, Importer},
    lines,
    problem::{Problem, ProblemBody},
};
use crate::app::{App, StreetsReport};

#[derive(Serialize, ToSchema)]
pub struct StreetsAnswer {
    /// `null` before the first import: rounds are planned on straight lines.
    #[schema(value_type = Option<Object>)]
    streets: Option<StreetsReport>,
}

/// What rounds are planned on: the file, how much street there is, what was left out of it, whom to credit.
#[utoipa::path(get, path = "/api/streets", tag = "rounds", responses((status = 200, body = StreetsAnswer)))]
pub async fn streets(State(app): State<Arc<App>>, Asker(caller): Asker) -> Result<Json<StreetsAnswer>, Problem> {
    Ok(Json(StreetsAnswer { streets: app.streets_report(&caller).await? }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileName {
    /// The file's name, for the record.
    name: Option<String>,
}

/// Reads a file of OpenStreetMap (.osm.pbf, .osm.gz, .osm): JSON lines, first of progress, last the result or a problem.
#[utoipa::path(post, path = "/api/streets", params(FileName), tag = "rounds", request_body(content = String, description = "the file"),
    responses((status = 200, content_type = "application/x-ndjson"), (status = 403, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn import(State(app): State<Arc<App>>, Importer(caller): Importer, Ask(options): Ask<FileName>, body: Body) -> Result<Response, Problem> {
    let name: String = options.name.map_or_else(|| "upload".to_owned(), |name| name.chars().filter(|c| !c.is_control()).take(200).collect());
    Ok(lines::told(app.import_streets(&caller, &name, body.0.to_vec())?))
}
