//! Files in, over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, At, Body, Importer},
    problem::{Code, Problem, ProblemBody, fault_code},
};
use crate::{
    app::{App, ImportFile, ImportReport, ImportedKind},
    domain::access::Right,
    earth::Datum,
    store::ImportRecord,
    transfer::{Fault, Form, Mapping},
};

/// How a file is to be read.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// `true` lists what would happen and writes nothing.
    #[serde(default)]
    dry_run: bool,
    /// wgs84 (default), cgcs2000, gcj02 or bd09.
    crs: Option<String>,
    /// `house_code=RSN,lon=LONGITUDE`: target = column of the file.
    map: Option<String>,
    /// The file's name, for the record.
    name: Option<String>,
}

/// What came of an import.
#[derive(Serialize, ToSchema)]
pub struct Report {
    /// By which it can be undone; absent when nothing was written.
    id: Option<String>,
    what: &'static str,
    rows: u64,
    new: u64,
    changed: u64,
    same: u64,
    /// Rows with at least one fault.
    faulty: u64,
    /// Rows that a later row of the same house replaced.
    replaced: u64,
    /// The first 10,000, in order of rows.
    faults: Vec<FaultAnswer>,
    /// Faults beyond those listed.
    unlisted: u64,
    /// What was imported and should be looked at, such as one person in two places at a time.
    warnings: Vec<FaultAnswer>,
    dry_run: bool,
    encoding: &'static str,
    /// Columns of the file that nothing used.
    unmapped: Vec<String>,
}

/// One thing wrong with a file, at its place.
#[derive(Serialize, ToSchema)]
pub struct FaultAnswer {
    row: u64,
    column: String,
    code: String,
    expected: String,
    found: String,
}

impl From<Fault> for FaultAnswer {
    fn from(fault: Fault) -> Self {
        Self { row: fault.row, column: fault.column, code: fault_code(fault.code), expected: fault.expected, found: fault.found }
    }
}

impl Report {
    pub fn of(what: ImportedKind, report: ImportReport) -> Self {
        Self {
            id: report.id,
            what: what.as_str(),
            rows: report.rows,
            new: report.new,
            changed: report.changed,
            same: report.same,
            faulty: report.faulty,
            replaced: report.replaced,
            unlisted: report.unlisted,
            faults: report.faults.into_iter().map(FaultAnswer::from).collect(),
            warnings: report.warnings.into_iter().map(FaultAnswer::from).collect(),
            dry_run: report.dry_run,
            encoding: report.encoding,
            unmapped: report.unmapped,
        }
    }
}

/// Imports a CSV or GeoJSON file of houses, events, areas, base, residents, services or units: good rows in, faulty ones listed.
#[utoipa::path(post, path = "/api/imports/{what}", params(("what" = String, Path, description = "houses, events, areas, base, residents, services or units"), ImportOptions), tag = "imports",
    request_body(content = String, description = "the file"),
    responses((status = 200, body = Report), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn import(
    State(app): State<Arc<App>>,
    Importer(caller): Importer,
    At(what): At<String>,
    Ask(options): Ask<ImportOptions>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Report>, Problem> {
    let what = ImportedKind::ALL
        .into_iter()
        .find(|known| known.as_str() == what)
        .ok_or_else(|| Problem::new(Code::NotFound, "expected /api/imports/houses, events, areas, base, residents, services or units"))?;
    let mapping = options.map.as_deref().map(Mapping::parse_pairs).transpose().map_err(|bad| Problem::parameter("map", bad.reason, ""))?;
    let datum = options.crs.as_deref().map(str::parse::<Datum>).transpose().map_err(|unknown| Problem::parameter("crs", unknown.to_string(), &unknown.0))?;
    let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(Form::of);
    let name = options.name.map_or_else(|| "upload".to_owned(), |name| name.chars().filter(|c| !c.is_control()).take(200).collect());
    let file = ImportFile { name, bytes: body.0.to_vec(), form, mapping: mapping.unwrap_or_default(), datum };
    Ok(Json(Report::of(what, app.import(&caller, what, file, options.dry_run).await?)))
}

#[derive(Serialize, ToSchema)]
pub struct Imports {
    #[schema(value_type = Vec<Object>)]
    imports: Vec<ImportRecord>,
}

/// The latest 200 imports, newest first.
#[utoipa::path(get, path = "/api/imports", tag = "imports", responses((status = 200, body = Imports)))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker) -> Result<Json<Imports>, Problem> {
    caller.must(Right::SeeImports)?;
    let imports = app.store().latest_imports(200).await.map_err(crate::app::Refusal::from)?;
    Ok(Json(Imports { imports }))
}

#[derive(Serialize, ToSchema)]
pub struct Undone {
    id: String,
    what: String,
}

/// Takes an import back, as one.
#[utoipa::path(post, path = "/api/imports/{id}/undo", params(("id" = String, Path)), tag = "imports",
    responses((status = 200, body = Undone), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn undo(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>) -> Result<Json<Undone>, Problem> {
    let import = app.undo_import(&caller, &id).await?;
    Ok(Json(Undone { id: import.id, what: import.what }))
}
