//! Observations about a house: what was recorded, recording one, voiding one.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{Asker, At, Body, house_code},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Draft, Recorded},
    domain::{day::Day, points::Points, tier::Standing},
    store::RecordedEvent,
};

/// An observation as it stands in the record.
#[derive(Serialize, ToSchema)]
pub struct Event {
    id: String,
    date: Day,
    kind: String,
    fields: BTreeMap<String, String>,
    voided: bool,
    /// The ids of the photos that it rests on, for whoever may see photos; one may have been deleted since.
    photos: Vec<String>,
    /// RFC 3339, UTC.
    recorded_at: String,
    /// For staff only; empty otherwise.
    recorded_by: String,
}

#[derive(Serialize, ToSchema)]
pub struct Events {
    events: Vec<Event>,
    /// The record is shown to staff; the public sees the receipt of what is published.
    withheld: bool,
}

impl Event {
    fn of(event: RecordedEvent, photos: Vec<String>) -> Self {
        let observation = event.observation;
        Self {
            id: observation.id,
            date: observation.day,
            kind: observation.kind,
            fields: observation.fields,
            voided: event.voided,
            photos,
            recorded_at: jiff::Timestamp::from_millisecond(event.recorded_at_ms).map_or_else(|_| String::new(), |at| at.to_string()),
            recorded_by: event.recorded_by,
        }
    }
}

/// What was recorded about a house, in the order of recording; voided observations stay and are marked.
#[utoipa::path(get, path = "/api/houses/{code}/events", params(("code" = String, Path)), tag = "events",
    responses((status = 200, body = Events), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>) -> Result<Json<Events>, Problem> {
    let code = house_code(&code)?;
    let events = app.events(&caller, &code).await?;
    let mut named = app.photos_of_events(&caller, &code).await?;
    let withheld = events.is_none();
    let events = events.into_iter().flatten().map(|event| {
        let photos = named.remove(&event.observation.id).unwrap_or_default();
        Event::of(event, photos)
    });
    Ok(Json(Events { withheld, events: events.collect() }))
}

/// `date`, `kind` and the fields that the policy has for that kind.
#[derive(Deserialize, ToSchema)]
pub struct EventDraft {
    #[schema(value_type = String, format = Date)]
    date: Day,
    kind: String,
    /// The ids of the photos of this house that it rests on, at most 20.
    #[serde(default)]
    photos: Vec<String>,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    fields: BTreeMap<String, serde_json::Value>,
}

/// What came of a write to the record.
#[derive(Serialize, ToSchema)]
pub struct RecordedAnswer {
    /// Of the event that was written.
    id: String,
    code: String,
    /// Where the house stands today.
    tier: Standing,
    score: Option<Points>,
    revision: i64,
}

impl From<Recorded> for RecordedAnswer {
    fn from(recorded: Recorded) -> Self {
        Self { id: recorded.id, code: recorded.code.to_string(), tier: recorded.standing, score: recorded.score, revision: recorded.revision }
    }
}

/// Records one observation; durable when answered, seen by the next read. With the header `Idempotency-Key` a repeated request is one.
#[utoipa::path(post, path = "/api/houses/{code}/events", params(("code" = String, Path), ("Idempotency-Key" = Option<String>, Header)), tag = "events",
    request_body = EventDraft,
    responses((status = 201, body = RecordedAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn record(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<RecordedAnswer>), Problem> {
    caller.must(crate::domain::access::Right::RecordEvent)?;
    let code = house_code(&code)?;
    let mut draft: EventDraft = body.json()?;
    // As in the events file, where the house stands in the row and an empty cell says nothing.
    if let Some(named) = draft.fields.remove("house_code")
        && named.as_str() != Some(code.as_str())
    {
        let expected = format!("{code}, as in the address");
        return Err(Problem::new(Code::Invalid, "house_code: another house than in the address").with(
            "house_code",
            "unknown_house",
            expected,
            named.to_string(),
        ));
    }
    let fields = fields_of(draft.fields)?;
    let key = match headers.get("idempotency-key").map(|key| key.to_str()) {
        None => None,
        Some(Ok(key)) if (1..=200).contains(&key.len()) => Some(key),
        Some(_) => return Err(Problem::parameter("Idempotency-Key", "1 to 200 visible ASCII characters", "")),
    };
    let recorded = app.record_with_photos(&caller, &code, Draft { day: draft.date, kind: draft.kind, fields }, draft.photos, key).await?;
    Ok((StatusCode::CREATED, Json(recorded.into())))
}

#[derive(Deserialize, ToSchema)]
pub struct VoidReason {
    /// 1 to 500 characters.
    pub reason: String,
}

/// Says that an observation was a mistake: it counts as never made and stays in the record.
#[utoipa::path(post, path = "/api/events/{id}/void", params(("id" = String, Path)), tag = "events", request_body = VoidReason,
    responses((status = 200, body = RecordedAnswer), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn void(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<RecordedAnswer>, Problem> {
    caller.must(crate::domain::access::Right::VoidEvent)?;
    let VoidReason { reason } = body.json()?;
    Ok(Json(app.void(&caller, &id, &reason).await?.into()))
}

/// Fields as the policy reads them; what is null says nothing.
pub fn fields_of(fields: BTreeMap<String, serde_json::Value>) -> Result<BTreeMap<String, String>, Problem> {
    fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| text_of(&name, value).map(|text| (name, text))).collect()
}

fn text_of(name: &str, value: serde_json::Value) -> Result<String, Problem> {
    match value {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Bool(yes) => Ok(if yes { "yes" } else { "no" }.to_owned()),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        other => Err(Problem::new(Code::Invalid, format!("{name}: expected a text, a number or true/false")).with(
            name,
            "bad_field_value",
            "a text, a number or true/false",
            other.to_string(),
        )),
    }
}
