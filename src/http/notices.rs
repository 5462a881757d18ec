//! Letters to owners, signs for doors, reviews, and what waits.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    areas::{limit, list, region},
    asking::{Ask, Asker, At, Body, house_code},
    events::RecordedAnswer,
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, Contested},
    domain::{
        access::Right,
        day::Day,
        notice::NoticeKind,
        tier::{Standing, Tier},
    },
    store::{NoticeRecord, ReviewRecord},
    transfer::Paper,
};

#[derive(Deserialize, ToSchema)]
pub struct NoticeDraft {
    /// friendly_reminder, rectification_notice, formal_notice or certificate.
    #[schema(value_type = String)]
    kind: NoticeKind,
    /// a4 or a5.
    paper: Option<String>,
}

fn paper(text: Option<&str>, default: Paper) -> Result<Paper, Problem> {
    match text {
        None => Ok(default),
        Some("a4") => Ok(Paper::A4),
        Some("a5") => Ok(Paper::A5),
        Some(other) => Err(Problem::parameter("paper", "a4 or a5", other)),
    }
}

/// Makes a notice or a door sign and keeps it.
#[utoipa::path(post, path = "/api/houses/{code}/notices", params(("code" = String, Path)), tag = "notices", request_body = NoticeDraft,
    responses((status = 201, body = Object), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, body: Body) -> Result<(StatusCode, Json<NoticeRecord>), Problem> {
    caller.must(Right::MakeNotice)?;
    let code = house_code(&code)?;
    let draft: NoticeDraft = body.json()?;
    let paper = paper(draft.paper.as_deref(), Paper::A4)?;
    Ok((StatusCode::CREATED, Json(app.make_notice(&caller, &code, draft.kind, paper).await?)))
}

/// The notice as it was made.
#[utoipa::path(get, path = "/api/notices/{file}", params(("file" = String, Path, description = "the notice's id and .pdf")), tag = "notices",
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn pdf(State(app): State<Arc<App>>, Asker(caller): Asker, At(file): At<String>) -> Result<Response, Problem> {
    let bytes = app.notice_pdf(&caller, file.strip_suffix(".pdf").unwrap_or(&file)).await?;
    Ok(as_pdf(bytes))
}

fn as_pdf(bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline"), (header::CACHE_CONTROL, "private, no-store")];
    (headers, bytes).into_response()
}

#[derive(Deserialize, ToSchema)]
pub struct Served {
    #[schema(value_type = String, format = Date)]
    date: Day,
    /// How it was handed over, 1 to 200 characters.
    how: String,
}

/// Notes when and how a notice was handed over.
#[utoipa::path(post, path = "/api/notices/{id}/served", params(("id" = String, Path)), tag = "notices", request_body = Served,
    responses((status = 200, body = Object), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn serve(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<NoticeRecord>, Problem> {
    caller.must(Right::MakeNotice)?;
    let served: Served = body.json()?;
    Ok(Json(app.serve_notice(&caller, &id, served.date, &served.how).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SignOptions {
    /// Tiers, comma-separated; all when left out.
    tier: Option<String>,
    /// a4 or a5; a5 when left out.
    paper: Option<String>,
}

/// Door signs for every house of a drawn area with a public tier, in one PDF; each is kept.
#[utoipa::path(post, path = "/api/areas/notices", params(SignOptions), tag = "notices",
    request_body(content = Object, description = "a GeoJSON polygon"),
    responses((status = 200, content_type = "application/pdf"), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn signs(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<SignOptions>, body: Body) -> Result<Response, Problem> {
    caller.must(Right::MakeNotice)?;
    let tiers: Vec<Tier> = list::<Standing>("tier", options.tier.as_deref())?.into_iter().filter_map(Standing::tier).collect();
    let paper = paper(options.paper.as_deref(), Paper::A5)?;
    Ok(as_pdf(app.make_signs(&caller, &region(&body, None)?, &tiers, paper).await?))
}

#[derive(Deserialize, ToSchema)]
pub struct ReviewDraft {
    /// The observation contested …
    event_id: Option<String>,
    /// … or the confirmed tier.
    confirmation_id: Option<String>,
    /// What the owner says, 1 to 2000 characters.
    statement: String,
}

/// Puts an owner's request for a review on record.
#[utoipa::path(post, path = "/api/houses/{code}/reviews", params(("code" = String, Path)), tag = "reviews", request_body = ReviewDraft,
    responses((status = 201, body = Object), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ask_review(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
    body: Body,
) -> Result<(StatusCode, Json<ReviewRecord>), Problem> {
    caller.must(Right::AskReview)?;
    let code = house_code(&code)?;
    let draft: ReviewDraft = body.json()?;
    let contested = match (draft.event_id, draft.confirmation_id) {
        (Some(id), None) => Contested::Event(id),
        (None, Some(id)) => Contested::Confirmation(id),
        _ => return Err(Problem::parameter("event_id", "either event_id or confirmation_id", "")),
    };
    Ok((StatusCode::CREATED, Json(app.ask_review(&caller, &code, contested, &draft.statement).await?)))
}

#[derive(Deserialize, ToSchema)]
pub struct Decision {
    upheld: bool,
    /// 1 to 500 characters.
    reason: String,
}

/// Decides a review; another officer than the one who decided first.
#[utoipa::path(post, path = "/api/reviews/{id}/decide", params(("id" = String, Path)), tag = "reviews", request_body = Decision,
    responses((status = 200, body = RecordedAnswer), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn decide_review(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<RecordedAnswer>, Problem> {
    caller.must(Right::DecideReview)?;
    let decision: Decision = body.json()?;
    Ok(Json(app.decide_review(&caller, &id, decision.upheld, &decision.reason).await?.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkOptions {
    /// Only houses recorded under this area.
    area: Option<String>,
    /// 1 to 1,000 of each kind; 200 when left out.
    limit: Option<usize>,
}

/// What waits for somebody.
#[derive(Serialize, ToSchema)]
pub struct WorkAnswer {
    day: Day,
    provisional: Vec<WaitingAnswer>,
    provisional_total: usize,
    repairs: Vec<RepairAnswer>,
    notices: Vec<NoticeWork>,
    reviews: Vec<ReviewWork>,
}

#[derive(Serialize, ToSchema)]
pub struct WaitingAnswer {
    code: String,
    address: String,
    computed: Standing,
    published: Standing,
    since: Day,
}

#[derive(Serialize, ToSchema)]
pub struct RepairAnswer {
    code: String,
    address: String,
    tier: Tier,
    until: Day,
    overdue: bool,
}

#[derive(Serialize, ToSchema)]
pub struct NoticeWork {
    id: String,
    number: String,
    kind: String,
    code: String,
    deadline: Option<String>,
    served: Option<String>,
    overdue: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ReviewWork {
    id: String,
    code: String,
    asked: String,
    due: String,
    statement: String,
    overdue: bool,
}

/// What waits: tiers to confirm, repairs, notices, reviews.
#[utoipa::path(get, path = "/api/work", params(WorkOptions), tag = "work", responses((status = 200, body = WorkAnswer)))]
pub async fn work(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<WorkOptions>) -> Result<Json<WorkAnswer>, Problem> {
    let work = app.work(&caller, options.area.as_deref(), limit(options.limit, 200, 1000)?).await?;
    let today = work.day.to_string();
    Ok(Json(WorkAnswer {
        day: work.day,
        provisional: work
            .provisional
            .into_iter()
            .map(|w| WaitingAnswer { code: w.code, address: w.address, computed: w.computed, published: w.public, since: w.since })
            .collect(),
        provisional_total: work.provisional_total,
        repairs: work
            .repairs
            .into_iter()
            .map(|repair| RepairAnswer { code: repair.code, address: repair.address, tier: repair.tier, until: repair.until, overdue: repair.until < work.day })
            .collect(),
        notices: work
            .notices
            .into_iter()
            .map(|notice| NoticeWork {
                overdue: notice.deadline.as_ref().is_some_and(|deadline| *deadline < today),
                id: notice.id,
                number: notice.number,
                kind: notice.kind,
                code: notice.house_code,
                deadline: notice.deadline,
                served: notice.served,
            })
            .collect(),
        reviews: work
            .reviews
            .into_iter()
            .map(|review| ReviewWork {
                overdue: review.due < today,
                id: review.id,
                code: review.house_code,
                asked: review.asked,
                due: review.due,
                statement: review.statement,
            })
            .collect(),
    }))
}
