//! Service points, and how many people each must serve.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::answer,
    asking::{Ask, Asker, day_or_today},
    people::NOT_KEPT,
    problem::{Problem, ProblemBody},
};
use crate::{
    app::App,
    domain::{
        day::Day,
        service::{ServiceKind, ServicePoint},
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// school, clinic or other; all when left out.
    kind: Option<String>,
    /// Today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
}

#[derive(Serialize, ToSchema)]
pub struct Services {
    #[schema(value_type = String, format = Date)]
    day: Day,
    services: Vec<ServiceAnswer>,
}

#[derive(Serialize, ToSchema)]
pub struct ServiceAnswer {
    code: String,
    name: String,
    #[schema(value_type = String)]
    kind: ServiceKind,
    lon: f64,
    lat: f64,
    /// Those in the asker's reach to whom it is the nearest point of its kind.
    people: u64,
    /// Of all of them, metres along the ellipsoid; null where there is nobody.
    mean_m: Option<f64>,
    /// Of the one who lives farthest away; null where there is nobody.
    farthest_m: Option<f64>,
}

/// Service points with the people whose nearest one of that kind each is, by kind and code.
#[utoipa::path(get, path = "/api/services", params(Wanted), tag = "population",
    responses((status = 200, body = Services), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn services(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(wanted): Ask<Wanted>) -> Result<Response, Problem> {
    let headcount = app.headcount(&caller, None)?;
    let kind = wanted.kind.as_deref().map(|text| text.parse().map_err(|_| Problem::parameter("kind", ServiceKind::EXPECTED, text))).transpose()?;
    let (day, points) = (day_or_today(&app, wanted.date), app.services(kind).await?);
    answer(app.snapshot(), move |snapshot| {
        // To a tenth of a metre.
        let metres = |value: f64| (value * 10.0).round() / 10.0;
        let services = headcount.served(&snapshot, points, day).into_iter().map(|(point, served)| {
            let ServicePoint { code, name, kind, place } = point;
            let mean_m = served.mean_m().map(metres);
            let farthest_m = mean_m.map(|_| metres(served.farthest_m));
            ServiceAnswer { code, name, kind, lon: place.lon(), lat: place.lat(), people: served.people, mean_m, farthest_m }
        });
        Ok((NOT_KEPT, Json(Services { day, services: services.collect() })).into_response())
    })
    .await
}
