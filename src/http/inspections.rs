//! Visits: which are due, whose they are, what slips; recording one and taking one back.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    areas::limit,
    asking::{Ask, Asker, At, Body, day_or_today, house_code},
    events::{VoidReason, fields_of},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, DueWanted, Findings, Share, Slipping, VisitDraft},
    domain::{
        access::Right,
        day::Day,
        inspection::{Due, Duty, Outcome, Reason},
        round::StopState,
        tier::Standing,
        time_of_day::TimeOfDay,
    },
    store::VisitRecord,
};

const MOST: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DueOptions {
    /// As the record was on that day, up to a year ahead; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// Only houses of this area and its parts.
    area: Option<String>,
    /// officer or assistant; both when left out.
    #[param(value_type = Option<String>)]
    duty: Option<Duty>,
    /// Only this house, by its code; the answer comes quickly however many others there are.
    house: Option<String>,
    /// Also what becomes due within so many days, 0 to 366.
    until_days: Option<u16>,
    /// 1 to 1,000; 200 when left out.
    limit: Option<usize>,
    /// The `next` of an earlier answer.
    after: Option<String>,
}

/// A visit that is due.
#[derive(Serialize, ToSchema)]
pub struct DueAnswer {
    code: String,
    lon: f64,
    lat: f64,
    address: String,
    area_code: String,
    /// As computed on that day.
    tier: Standing,
    duty: Duty,
    /// `{"kind":"cadence","every_days":10}`, `{"kind":"reinspection","deadline":…}`, `{"kind":"formal_notice","refused":…}` or
    /// `{"kind":"never_assessed"}`.
    #[schema(value_type = Object)]
    reason: Reason,
    /// The last visit done of this duty.
    last_visit: Option<Day>,
    /// The last time that nobody was home or entry was refused.
    tried: Option<Day>,
    /// Until then nobody should call again.
    not_before: Option<Day>,
    due: Day,
    /// Negative when it is due later.
    days_overdue: i32,
    /// Whether policy and record leave it an evening check in the month of that day.
    evening_allowed: bool,
}

impl From<Due> for DueAnswer {
    fn from(due: Due) -> Self {
        let Due { code, place, address, area_code, standing, duty, reason, last_visit, tried, not_before, due, days_overdue, evening_allowed } = due;
        let (lon, lat, tier) = (place.lon(), place.lat(), standing);
        Self { code, lon, lat, address, area_code, tier, duty, reason, last_visit, tried, not_before, due, days_overdue, evening_allowed }
    }
}

#[derive(Serialize, ToSchema)]
pub struct DueListAnswer {
    day: Day,
    /// Of all that is due, listed here or not.
    total: usize,
    overdue: usize,
    items: Vec<DueAnswer>,
    /// Give it as `after` for what comes next; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Visits that are due: of each house and duty the one due first, in order of due day, tier (worst first), duty and code.
#[utoipa::path(get, path = "/api/inspections/due", params(DueOptions), tag = "inspections",
    responses((status = 200, body = DueListAnswer), (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn due(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<DueOptions>) -> Result<Json<DueListAnswer>, Problem> {
    caller.must(Right::SeeInspections)?;
    let list = app.due(&caller, &wanted(&app, options)?).await?;
    Ok(Json(DueListAnswer {
        day: list.day,
        total: list.total,
        overdue: list.overdue,
        items: list.items.into_iter().map(DueAnswer::from).collect(),
        next: list.next.map(|next| next.to_string()),
    }))
}

fn wanted(app: &App, options: DueOptions) -> Result<DueWanted, Problem> {
    let until_days = options.until_days.unwrap_or_default();
    if until_days > 366 {
        return Err(Problem::parameter("until_days", "0 to 366 days", &until_days.to_string()));
    }
    let after = options.after.map(|text| text.parse().map_err(|_| Problem::parameter("after", "the \"next\" of an earlier answer", &text))).transpose()?;
    let house = options.house.map(|code| house_code(&code)).transpose()?;
    let (day, limit) = (day_or_today(app, options.date), limit(options.limit, 200, MOST)?);
    Ok(DueWanted { day, area: options.area, duty: options.duty, house, until_days, limit, after })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LoadOptions {
    /// Today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
}

#[derive(Serialize, ToSchema)]
pub struct LoadAnswer {
    day: Day,
    areas: Vec<AreaLoad>,
    staff: Vec<StaffLoadAnswer>,
}

#[derive(Serialize, ToSchema)]
pub struct AreaLoad {
    area_code: String,
    due: usize,
    overdue: usize,
    most_days_overdue: i32,
}

#[derive(Serialize, ToSchema)]
pub struct StaffLoadAnswer {
    name: String,
    duty: Duty,
    /// The areas they answer for; `null`: the whole site.
    areas: Option<Vec<String>>,
    due: usize,
    overdue: usize,
    most_days_overdue: i32,
}

/// How much is due by area, and by officer and assistant with an account, of what they answer for.
#[utoipa::path(get, path = "/api/inspections/load", params(LoadOptions), tag = "inspections",
    responses((status = 200, body = LoadAnswer), (status = 403, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn load(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<LoadOptions>) -> Result<Json<LoadAnswer>, Problem> {
    let load = app.inspection_load(&caller, day_or_today(&app, options.date)).await?;
    let areas = load.areas.into_iter().map(|(area_code, Share { due, overdue, most_days_overdue })| AreaLoad { area_code, due, overdue, most_days_overdue });
    let staff = load.staff.into_iter().map(|of| {
        let Share { due, overdue, most_days_overdue } = of.share;
        StaffLoadAnswer { name: of.name, duty: of.duty, areas: of.areas, due, overdue, most_days_overdue }
    });
    Ok(Json(LoadAnswer { day: load.day, areas: areas.collect(), staff: staff.collect() }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SlipOptions {
    /// Hours for visits each day, of all together, 0 to 1,000.
    hours_per_day: f64,
    /// With the way there, 1 to 600.
    minutes_per_visit: u16,
    /// From the date on, 1 to 366.
    days: u16,
    /// The first day; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// Only houses of this area and its parts.
    area: Option<String>,
    /// officer or assistant; both when left out.
    #[param(value_type = Option<String>)]
    duty: Option<Duty>,
    /// 1 to 1,000; 200 when left out.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct SlipAnswer {
    day: Day,
    visits_per_day: usize,
    reached: usize,
    slipped: usize,
    /// The first of those that slip.
    items: Vec<DueAnswer>,
}

/// What is not reached within so many days when hours are short: each day the visits that are ready by then, those due first before the
/// others, as many as the hours hold.
#[utoipa::path(get, path = "/api/inspections/slips", params(SlipOptions), tag = "inspections",
    responses((status = 200, body = SlipAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn slips(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<SlipOptions>) -> Result<Json<SlipAnswer>, Problem> {
    caller.must(Right::SeeInspections)?;
    let SlipOptions { hours_per_day, minutes_per_visit, days, date, area, duty, limit } = options;
    let wanted = wanted(&app, DueOptions { date, area, duty, house: None, until_days: None, limit, after: None })?;
    let short = app.slipping(&caller, &wanted, Slipping { hours_per_day, minutes_per_visit, days }).await?;
    Ok(Json(SlipAnswer {
        day: short.day,
        visits_per_day: short.visits_per_day,
        reached: short.reached,
        slipped: short.slipped,
        items: short.items.into_iter().map(DueAnswer::from).collect(),
    }))
}

/// A visit as it stands in the record.
#[derive(Serialize, ToSchema)]
pub struct Visit {
    id: String,
    code: String,
    date: Day,
    /// HH:MM, when known.
    at: Option<String>,
    duty: Duty,
    outcome: Outcome,
    evening: bool,
    /// Who came along; empty when nobody did.
    second: String,
    /// Empty when it was of none.
    round: String,
    /// The observation that holds its findings.
    event_id: Option<String>,
    note: String,
    recorded_by: String,
    /// RFC 3339, UTC.
    recorded_at: String,
    voided: bool,
}

impl From<VisitRecord> for Visit {
    fn from(visit: VisitRecord) -> Self {
        Self {
            id: visit.id,
            code: visit.house_code,
            date: visit.day,
            at: visit.at,
            duty: visit.duty,
            outcome: visit.outcome,
            evening: visit.evening,
            second: visit.second,
            round: visit.round,
            event_id: visit.event_id,
            note: visit.note,
            recorded_by: visit.recorded_by,
            recorded_at: jiff::Timestamp::from_millisecond(visit.recorded_at_ms).map_or_else(|_| String::new(), |at| at.to_string()),
            voided: visit.voided,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Visits {
    visits: Vec<Visit>,
}

/// The visits to a house in order of day; voided ones stay and are marked.
#[utoipa::path(get, path = "/api/houses/{code}/visits", params(("code" = String, Path)), tag = "inspections",
    responses((status = 200, body = Visits), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn visits(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>) -> Result<Json<Visits>, Problem> {
    let visits = app.visits_of(&caller, &house_code(&code)?).await?;
    Ok(Json(Visits { visits: visits.into_iter().map(Visit::from).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// A ULID made by the client: sent twice it is one visit.
    id: Option<String>,
    #[schema(value_type = String, format = Date)]
    date: Day,
    /// HH:MM; from the policy's evening on it is an evening check.
    #[schema(value_type = Option<String>)]
    at: Option<TimeOfDay>,
    /// By the role of who records it when left out.
    duty: Option<Duty>,
    outcome: Outcome,
    #[serde(default)]
    evening: bool,
    /// Who came along; an evening check takes two.
    #[serde(default)]
    second: String,
    #[serde(default)]
    round: String,
    findings: Option<NewFindings>,
    /// At most 500 characters, no personal data.
    #[serde(default)]
    note: String,
}

/// `kind` and the fields that the policy has for it.
#[derive(Deserialize, ToSchema)]
pub struct NewFindings {
    kind: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    fields: BTreeMap<String, serde_json::Value>,
}

/// Records a visit, with what was found in the same step. The same visit sent again is the one on record (200).
#[utoipa::path(post, path = "/api/houses/{code}/visits", params(("code" = String, Path)), tag = "inspections", request_body = NewVisit,
    responses((status = 201, body = Visit), (status = 200, body = Visit),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn record(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, body: Body) -> Result<(StatusCode, Json<Visit>), Problem> {
    caller.must(Right::RecordVisit)?;
    let house = house_code(&code)?;
    let new: NewVisit = body.json()?;
    let findings = new.findings.map(|NewFindings { kind, fields }| Ok::<_, Problem>(Findings { kind, fields: fields_of(fields)? })).transpose()?;
    let NewVisit { id, date: day, at, duty, outcome, evening, second, round, note, .. } = new;
    let (visit, is_new) = app.record_visit(&caller, VisitDraft { id, house, day, at, duty, outcome, evening, second, round, findings, note }).await?;
    Ok((if is_new { StatusCode::CREATED } else { StatusCode::OK }, Json(visit.into())))
}

/// A visit that counts as never made.
#[derive(Serialize, ToSchema)]
pub struct VoidedVisit {
    #[serde(flatten)]
    visit: Visit,
    /// How its stop stands since, where it was one of a round of today or later: `planned` is to be visited again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    stop: Option<StopState>,
}

/// Says that a visit was a mistake: it and its findings count as never made and stay in the record; its stop in a round is open again.
#[utoipa::path(post, path = "/api/visits/{id}/void", params(("id" = String, Path)), tag = "inspections", request_body = VoidReason,
    responses((status = 200, body = VoidedVisit), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn void(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<VoidedVisit>, Problem> {
    caller.must(Right::VoidEvent)?;
    let VoidReason { reason } = body.json()?;
    let (visit, stop) = app.void_visit(&caller, &id, &reason).await?;
    Ok(Json(VoidedVisit { visit: visit.into(), stop }))
}
