//! What is public of a house, confirming a worse tier, and the way up.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{Ask, Asker, At, Body, day_or_today, house_code, moment_of},
    houses::OnDay,
    problem::{Problem, ProblemBody},
};
use crate::{
    app::App,
    domain::{
        access::Right,
        day::Day,
        policy::Way,
        publication::Pending,
        tier::{Standing, Tier},
    },
    store::{NoticeRecord, ReviewRecord},
};

/// What is public of a house on a day. The public is told of a repair and a review, not of what nobody has confirmed.
#[derive(Serialize, ToSchema)]
pub struct PublicationAnswer {
    code: String,
    day: Day,
    /// For staff only.
    computed: Option<Standing>,
    published: Standing,
    pending: Option<PendingAnswer>,
    under_review: bool,
    spans: Vec<PublicSpan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmations: Option<Vec<ConfirmationAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    notices: Option<Vec<NoticeRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    reviews: Option<Vec<ReviewRecord>>,
}

/// Why a worse tier is not public yet.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PendingAnswer {
    Provisional {
        tier: Tier,
    },
    /// `until` is the last day of the time to repair; from the next one on the tier is public.
    UnderRepair {
        /// For staff only.
        #[serde(skip_serializing_if = "Option::is_none")]
        tier: Option<Tier>,
        until: Day,
    },
}

#[derive(Serialize, ToSchema)]
pub struct PublicSpan {
    from: Day,
    tier: Standing,
}

/// An officer's word.
#[derive(Serialize, ToSchema)]
pub struct ConfirmationAnswer {
    id: String,
    tier: Tier,
    given: Day,
    /// The first day on which it may be public.
    effective: Day,
    reason: String,
    by: String,
    /// The day on which the owner was told; absent until then.
    told: Option<Day>,
    withdrawn: Option<Day>,
}

/// What is public of a house, and for staff what led to it.
#[utoipa::path(get, path = "/api/houses/{code}/publication", params(("code" = String, Path), OnDay), tag = "publication",
    responses((status = 200, body = PublicationAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn publication(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
    Ask(on): Ask<OnDay>,
) -> Result<Json<PublicationAnswer>, Problem> {
    let (code, day) = (house_code(&code)?, moment_of(&app, &caller, on.date, None)?.day);
    let answer = app.publication(&caller, &code, day).await?;
    let (staff, day) = (answer.is_for_staff, answer.day);
    let pending = answer.public.pending.and_then(|pending| match pending {
        Pending::Provisional(tier) => staff.then_some(PendingAnswer::Provisional { tier }),
        Pending::UnderRepair { tier, until } => Some(PendingAnswer::UnderRepair { tier: staff.then_some(tier), until: until.plus_days(-1) }),
    });
    let known = app.today().max(day);
    let mut spans: Vec<PublicSpan> = Vec::new();
    for span in answer.spans.iter().filter(|span| staff || span.from <= known) {
        if spans.last().is_none_or(|last| last.tier != span.standing) {
            spans.push(PublicSpan { from: span.from, tier: span.standing });
        }
    }
    let confirmations = answer.confirmations.into_iter().map(|record| ConfirmationAnswer {
        id: record.confirmation.id,
        tier: record.confirmation.tier,
        given: record.confirmation.given,
        effective: record.confirmation.effective,
        reason: record.reason,
        by: record.by,
        told: record.confirmation.told,
        withdrawn: record.confirmation.withdrawn,
    });
    Ok(Json(PublicationAnswer {
        code: code.to_string(),
        day,
        computed: staff.then_some(answer.computed),
        published: answer.public.standing,
        pending,
        under_review: answer.under_review,
        spans,
        confirmations: staff.then(|| confirmations.collect()),
        notices: staff.then_some(answer.notices),
        reviews: staff.then_some(answer.reviews),
    }))
}

#[derive(Deserialize, ToSchema)]
pub struct ConfirmationDraft {
    tier: Tier,
    /// 1 to 500 characters.
    reason: String,
}

/// What came of a confirmation.
#[derive(Serialize, ToSchema)]
pub struct ConfirmedAnswer {
    id: String,
    effective: Day,
    /// Made for the owner in the same transaction.
    #[schema(value_type = Option<Object>)]
    notice: Option<NoticeRecord>,
}

/// Confirms that a worse tier is right: the owner's notice is made with it, the time to repair begins.
#[utoipa::path(post, path = "/api/houses/{code}/confirmations", params(("code" = String, Path)), tag = "publication", request_body = ConfirmationDraft,
    responses((status = 201, body = ConfirmedAnswer), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn confirm(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
    body: Body,
) -> Result<(StatusCode, Json<ConfirmedAnswer>), Problem> {
    caller.must(Right::ConfirmTier)?;
    let code = house_code(&code)?;
    let draft: ConfirmationDraft = body.json()?;
    let confirmed = app.confirm(&caller, &code, draft.tier, &draft.reason).await?;
    Ok((StatusCode::CREATED, Json(ConfirmedAnswer { id: confirmed.id, effective: confirmed.effective, notice: confirmed.notice })))
}

/// Ways to a better tier, soonest first.
#[derive(Serialize, ToSchema)]
pub struct Ways {
    day: Day,
    tier: Standing,
    /// Steps, the tier they lead to, the day it is reached, and until when it lasts.
    #[schema(value_type = Vec<Object>)]
    ways: Vec<Way>,
}

const WAYS: usize = 5;

/// What the landlord can do that lifts the house to a better tier.
#[utoipa::path(get, path = "/api/houses/{code}/ways", params(("code" = String, Path), OnDay), tag = "publication",
    responses((status = 200, body = Ways), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ways(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, Ask(on): Ask<OnDay>) -> Result<Json<Ways>, Problem> {
    let (code, mut moment) = (house_code(&code)?, on.moment(&app, &caller)?);
    let (shown, computed) = {
        let (seen, true_one) = (app.snapshot_for(&caller), app.snapshot());
        if let Some(house) = true_one.house(code.as_str()) {
            moment.day = app.day_told(&caller, house.area_code(), moment.day);
        }
        (seen.house(code.as_str()).map(|house| house.standing_on(moment)), true_one.house(code.as_str()).map(|house| house.standing_on(moment.day)))
    };
    // What leads away from a tier that is not public yet would tell it.
    let ways = if shown == computed { app.ways_up(&code, moment.day, WAYS).await? } else { Vec::new() };
    let tier = shown.ok_or_else(|| Problem::new(super::problem::Code::NotFound, format!("no house {code}")))?;
    Ok(Json(Ways { day: moment.day, tier, ways }))
}

/// The history of a house as `sanshi tiers` reads it: with the policy's document it gives the same receipt anywhere.
#[utoipa::path(get, path = "/api/houses/{code}/case", params(("code" = String, Path), OnDay), tag = "publication",
    responses((status = 200, content_type = "application/x-ndjson"), (status = 401, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn case(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, Ask(on): Ask<OnDay>) -> Result<Response, Problem> {
    let case = app.case(&caller, &house_code(&code)?, day_or_today(&app, on.date)).await?;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], format!("{case}\n")).into_response())
}
