//! The audit, for the auditor.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::App,
    store::{AuditQuery, AuditRow},
};

/// Rows of one answer, when nothing else is asked for, and at most.
const USUAL: i64 = 100;
const MOST: i64 = 1_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditOptions {
    /// Only rows older than the one with this number.
    before: Option<i64>,
    /// Only what this account or token did.
    #[serde(default)]
    who: String,
    /// Only this verb, such as `record_event`.
    #[serde(default)]
    action: String,
    /// Only what was done to this: a code or an id.
    #[serde(default)]
    subject: String,
    /// At most so many rows, 1 to 1000; 100 when left out.
    limit: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditAnswer {
    rows: Vec<AuditRowAnswer>,
    /// Whether there are older ones: ask again with `before`.
    more: bool,
}

/// One thing that was done, or looked at.
#[derive(Serialize, ToSchema)]
pub struct AuditRowAnswer {
    serial: i64,
    /// RFC 3339, UTC.
    at: String,
    who: String,
    role: String,
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// The address it was asked from; empty on the machine itself.
    place: String,
    revision: i64,
}

impl From<AuditRow> for AuditRowAnswer {
    fn from(row: AuditRow) -> Self {
        Self {
            serial: row.serial,
            at: jiff::Timestamp::from_millisecond(row.at_ms).map_or_else(|_| String::new(), |at| at.to_string()),
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            who: row.who,
            role: row.role,
            action: row.action,
            subject: row.subject,
            place: row.place,
            revision: row.revision,
        }
    }
}

/// Who did what, newest first. It holds codes and counts, never a person's data.
#[utoipa::path(get, path = "/api/audit", params(AuditOptions), tag = "audit",
    responses((status = 200, body = AuditAnswer), (status = 403, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<AuditOptions>) -> Result<Json<AuditAnswer>, Problem> {
    let limit = options.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::parameter("limit", format!("1 to {MOST}"), &limit.to_string()));
    }
    let query = AuditQuery { before: options.before, who: options.who, action: options.action, subject: options.subject };
    let mut rows = app.audit_rows(&caller, &query, limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(Json(AuditAnswer { rows: rows.into_iter().map(AuditRowAnswer::from).collect(), more }))
}

/// Whether the rows still hold together as they were written.
#[derive(Serialize, ToSchema)]
pub struct Verdict {
    rows: i64,
    /// So many are older than the key that holds them together, and are held as they were when it began.
    before_key: i64,
    whole: bool,
    /// What is wrong with the first row that does not fit; empty when all do.
    broken: String,
}

/// Reads the whole audit and says whether each row holds to the one before. Rows cut off at the end are seen by `sanshi audit verify`, which
/// knows the checkpoints.
#[utoipa::path(get, path = "/api/audit/verdict", tag = "audit",
    responses((status = 200, body = Verdict), (status = 403, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn verdict(State(app): State<Arc<App>>, Asker(caller): Asker) -> Result<Json<Verdict>, Problem> {
    let found = app.verify_audit(&caller).await?;
    Ok(Json(match found {
        Ok(verified) => Verdict { rows: verified.rows, before_key: verified.before, whole: true, broken: String::new() },
        Err(broken) => Verdict { rows: 0, before_key: 0, whole: false, broken: broken.to_string() },
    }))
}
