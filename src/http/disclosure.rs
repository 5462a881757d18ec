//! What is kept of one person, all of it, for the person who asks.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    asking::{Asker, At, Body},
    people::{LookDraft, NOT_KEPT, NotKept, PersonAnswer},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, PersonFile, Use},
    domain::{
        access::Right,
        day::Day,
        residency::{Registration, ResidencyRole},
    },
    store::FiledResidency,
};

/// Everything that is kept of one person within your area. Shown, not kept.
#[derive(Serialize, ToSchema)]
pub struct PersonFileAnswer {
    person: PersonAnswer,
    /// When the person was first recorded: RFC 3339, UTC.
    recorded_at: String,
    /// The earliest first.
    residencies: Vec<FiledResidencyAnswer>,
    /// Who did what with it, the earliest first; this look is the last one.
    uses: Vec<UseAnswer>,
    /// There were more uses than are told: the earliest are left out.
    cut: bool,
}

#[derive(Serialize, ToSchema)]
pub struct FiledResidencyAnswer {
    house_code: String,
    address: String,
    #[schema(value_type = String)]
    role: ResidencyRole,
    /// registered or temporary; null for an owner who lives elsewhere.
    #[schema(value_type = Option<String>)]
    registration: Option<Registration>,
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// The day of moving out; null while it lasts.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Day>,
    recorded_at: String,
    recorded_by: String,
    /// When its end was recorded, where that was done later.
    ended_at: Option<String>,
    ended_by: Option<String>,
}

/// That somebody looked at a person, or wrote of one.
#[derive(Serialize, ToSchema)]
pub struct UseAnswer {
    /// RFC 3339, UTC.
    at: String,
    /// An account or a token.
    who: String,
    role: String,
    /// reveal_person, find_person, disclose_person, correct_person, record_residency, try_residency (the same again, or something else than
    /// is on record) or end_residency.
    action: String,
    /// The stated purpose of a look.
    purpose: Option<String>,
    /// The house of a residency that was recorded or ended.
    house_code: Option<String>,
}

impl From<PersonFile> for PersonFileAnswer {
    fn from(file: PersonFile) -> Self {
        Self {
            person: file.person.into(),
            recorded_at: at(file.recorded_at_ms),
            residencies: file.residencies.into_iter().map(FiledResidencyAnswer::from).collect(),
            uses: file.uses.into_iter().map(UseAnswer::from).collect(),
            cut: file.is_cut,
        }
    }
}

impl From<FiledResidency> for FiledResidencyAnswer {
    fn from(filed: FiledResidency) -> Self {
        let residency = filed.record.residency;
        let (ended_by, ended_at) = filed.ended.map(|(by, ms)| (by, at(ms))).unzip();
        Self {
            house_code: filed.record.house_code,
            address: filed.address,
            role: residency.role,
            registration: residency.registration,
            from: residency.from,
            to: residency.to,
            recorded_at: at(filed.recorded_at_ms),
            recorded_by: filed.recorded_by,
            ended_at,
            ended_by,
        }
    }
}

impl From<Use> for UseAnswer {
    fn from(of: Use) -> Self {
        Self { at: at(of.at_ms), who: of.who, role: of.role, action: of.action, purpose: of.purpose, house_code: of.house_code }
    }
}

fn at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.to_string())
}

/// Everything that is kept of one person, and who looked at it: for the person who asks for it. It is a look like `reveal`: it stands in the
/// audit before it is answered and counts in the hour's quota.
#[utoipa::path(post, path = "/api/persons/{id}/file", params(("id" = String, Path)), tag = "people", request_body = LookDraft,
    responses((status = 200, body = PersonFileAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<NotKept<PersonFileAnswer>, Problem> {
    caller.must(Right::RevealPerson)?;
    let looking = body.unechoed_json::<LookDraft>()?.read()?;
    Ok((NOT_KEPT, Json(app.disclose(&caller, &id, &looking).await?.into())))
}
