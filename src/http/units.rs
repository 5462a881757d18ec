//! Businesses and organisations at a house, for staff.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{Ask, Asker, At, Body, day_or_today, house_code},
    people::{NOT_KEPT, OnDate},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, Flaw, Refusal},
    domain::{
        access::Right,
        credit_code::{BadCreditCode, CreditCode},
        day::Day,
        unit::{MOST_STAFF, Unit, is_name},
    },
    store::UnitRecord,
    transfer::FaultCode,
};

#[derive(Serialize, ToSchema)]
pub struct UnitAnswer {
    id: String,
    name: String,
    kind: String,
    credit_code: Option<String>,
    /// How many work there.
    staff: Option<u32>,
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl From<UnitRecord> for UnitAnswer {
    fn from(record: UnitRecord) -> Self {
        let Unit { name, kind, credit_code, staff } = record.unit;
        Self { id: record.id, name, kind, credit_code: credit_code.map(|code| code.to_string()), staff, from: record.from, to: record.to }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Units {
    #[schema(value_type = String, format = Date)]
    day: Day,
    units: Vec<UnitAnswer>,
}

/// The units at a house on a day, by name; at most 1,000.
#[utoipa::path(get, path = "/api/houses/{code}/units", params(("code" = String, Path), OnDate), tag = "people",
    responses((status = 200, body = Units), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn units(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
    Ask(on): Ask<OnDate>,
) -> Result<([(axum::http::HeaderName, &'static str); 1], Json<Units>), Problem> {
    caller.must(Right::SeePersons)?;
    let (code, day) = (house_code(&code)?, day_or_today(&app, on.date));
    let units = app.units(&caller, &code, day).await?.into_iter().map(UnitAnswer::from).collect();
    Ok((NOT_KEPT, Json(Units { day, units })))
}

#[derive(Deserialize, ToSchema)]
pub struct UnitDraft {
    name: String,
    /// What it does, in a word or two.
    #[serde(default)]
    kind: String,
    /// 18 digits and capitals.
    credit_code: Option<String>,
    staff: Option<u32>,
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Day>,
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl UnitDraft {
    fn read(self) -> Result<Unit, Refusal> {
        let mut flaws = Vec::new();
        let mut flaw = |field: &str, code: FaultCode, expected: &str, found: String| {
            flaws.push(Flaw { field: field.to_owned(), code, expected: expected.to_owned(), found });
        };
        let (name, kind) = (self.name.trim(), self.kind.trim());
        if !is_name(name) {
            flaw("name", FaultCode::BadName, "a name of 1 to 200 visible characters", String::new());
        }
        if !kind.is_empty() && !is_name(kind) {
            flaw("kind", FaultCode::UnknownValue, "what the unit does, in 1 to 200 visible characters", String::new());
        }
        if self.staff.is_some_and(|staff| staff > MOST_STAFF) {
            flaw("staff", FaultCode::OutOfRange, &format!("at most {MOST_STAFF}"), String::new());
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            flaw("to", FaultCode::OutOfRange, "a day not before that of moving in", String::new());
        }
        let code = self.credit_code.as_deref().filter(|text| !text.trim().is_empty()).map(CreditCode::parse).transpose();
        let credit_code = code.unwrap_or_else(|bad| {
            flaw("credit_code", FaultCode::BadCreditCode, BadCreditCode::EXPECTED, bad.to_string());
            None
        });
        if flaws.is_empty() { Ok(Unit { name: name.to_owned(), kind: kind.to_owned(), credit_code, staff: self.staff }) } else { Err(Refusal::Invalid(flaws)) }
    }
}

/// Records a unit at a house, or what is new about it: one with the same credit code, or without one the same name, is the same.
#[utoipa::path(post, path = "/api/houses/{code}/units", params(("code" = String, Path)), tag = "people", request_body = UnitDraft,
    responses((status = 201, body = UnitAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn record(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, body: Body) -> Result<(StatusCode, Json<UnitAnswer>), Problem> {
    caller.must(Right::RecordResidency)?;
    let code = house_code(&code)?;
    let draft: UnitDraft = body.unechoed_json()?;
    let (from, to) = (draft.from, draft.to);
    Ok((StatusCode::CREATED, Json(app.record_unit(&caller, &code, draft.read()?, from, to).await?.into())))
}
