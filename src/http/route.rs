//! Routing problems of others' making: what `sanshi route` reads and prints.

use std::{sync::Arc, time::Instant};

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    answer::DESK,
    asking::{Ask, Asker, Body},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, RouteAnswer, RouteProblem},
    domain::access::Right,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RouteOptions {
    /// Search for so many seconds, up to 20; 2 when left out.
    seconds: Option<f64>,
    /// Search for so many iterations instead, 1 to 1,000,000, and no longer than 20 seconds: repeatable.
    iterations: Option<u64>,
    /// Of the search and of the draw; 1 when left out.
    seed: Option<u64>,
}

/// Below the deadline of a request.
const LONGEST_S: f64 = 20.0;

/// Plans a routing problem, see `sanshi help route`. Nothing is kept.
#[utoipa::path(post, path = "/api/route", params(RouteOptions), tag = "rounds", request_body(content = Object, description = "the problem"),
    responses((status = 200, body = Object), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn route(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<RouteOptions>, body: Body) -> Result<Json<RouteAnswer>, Problem> {
    caller.must(Right::PlanRounds)?;
    let seconds = options.seconds.unwrap_or(if options.iterations.is_some() { LONGEST_S } else { 2.0 });
    if !(seconds > 0.0 && seconds <= LONGEST_S) {
        return Err(Problem::parameter("seconds", "above 0, at most 20", &seconds.to_string()));
    }
    if options.iterations.is_some_and(|iterations| !(1..=1_000_000).contains(&iterations)) {
        return Err(Problem::parameter("iterations", "1 to 1,000,000", &options.iterations.unwrap_or_default().to_string()));
    }
    let answer = DESK.answer(app.snapshot(), move |asker| {
        let text = std::str::from_utf8(&body.0).map_err(|bad| Problem::new(Code::BadJson, bad.to_string()))?;
        let refused = |bad: crate::app::BadProblem| Problem::new(Code::BadPlan, bad.to_string());
        let problem = RouteProblem::read(text, options.seed.unwrap_or(1)).map_err(refused)?;
        let began = Instant::now();
        let budget = |made: u64| {
            let spent = began.elapsed().as_secs_f64() / seconds;
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = options.iterations.map_or(spent, |most| made as f64 / most as f64);
            if asker.is_given_up() || spent >= 1.0 { 1.0 } else { share }
        };
        problem.plan(budget).map_err(refused)
    });
    Ok(Json(answer.await?))
}
