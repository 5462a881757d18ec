//! HTTP and JSON, one file per resource. The only room with status codes; it decides nothing about houses.

mod accounts;
mod answer;
mod areas;
mod asking;
mod assets;
mod audit;
mod basemap;
mod changes;
mod cookie;
mod disclosure;
mod download;
mod events;
mod feature;
mod gzip;
mod health;
mod houses;
mod impatient;
mod imports;
mod inspections;
mod json;
mod kept_tiles;
mod lines;
mod mvt;
mod notices;
mod ogc;
mod people;
mod photos;
mod policies;
mod population;
mod problem;
mod publication;
mod rounds;
mod route;
mod schema;
mod serve;
mod services;
mod sessions;
mod site;
mod statistics;
mod streets;
mod studies;
mod tokens;
mod units;
mod uploads;

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use imports::Report;
pub use problem::fault_code;
pub use serve::{Limits, serve};

use crate::app::App;
use problem::{Code, Problem};

/// Longest body of a question or an observation.
const SMALL_BODY: usize = 8 << 20;
/// Longest file by HTTP; larger ones are imported on the command line.
const FILE_BODY: usize = 128 << 20;
/// An answer that takes longer is given up; imports may take longer.
const DEADLINE: Duration = Duration::from_secs(30);
const IMPORT_DEADLINE: Duration = Duration::from_secs(15 * 60);
const STUDY_DEADLINE: Duration = Duration::from_secs(5 * 60);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The description of the interface, made from the code.
#[derive(OpenApi)]
#[openapi(
    info(title = "sanshi", description = "Houses, their tiers and areas. Errors are application/problem+json with a stable code."),
    components(schemas(problem::ProblemBody, problem::FieldError))
)]
struct Description;

/// All endpoints over an application.
pub fn router(app: Arc<App>) -> Router {
    let questions = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(site::site))
        .routes(routes!(site::policy))
        .routes(routes!(site::me))
        .routes(routes!(mvt::tile_json))
        .routes(routes!(mvt::tile))
        .routes(routes!(mvt::base_tile))
        .routes(routes!(changes::changes))
        .routes(routes!(basemap::tile_json))
        .routes(routes!(basemap::tile))
        .routes(routes!(areas::summary))
        .routes(routes!(areas::houses, areas::houses_in_box))
        .routes(routes!(areas::trend))
        .routes(routes!(population::of_area))
        .routes(routes!(population::public))
        .routes(routes!(population::grid))
        .routes(routes!(statistics::linked, statistics::drawn))
        .routes(routes!(statistics::fairness_linked, statistics::fairness))
        .routes(routes!(houses::nearest))
        .routes(routes!(houses::search))
        .routes(routes!(houses::house))
        .routes(routes!(houses::tier))
        .routes(routes!(events::list, events::record))
        .routes(routes!(events::void))
        .routes(routes!(publication::publication))
        .routes(routes!(publication::confirm))
        .routes(routes!(publication::ways))
        .routes(routes!(publication::case))
        .routes(routes!(notices::make))
        .routes(routes!(notices::pdf))
        .routes(routes!(notices::serve))
        .routes(routes!(notices::signs))
        .routes(routes!(notices::ask_review))
        .routes(routes!(notices::decide_review))
        .routes(routes!(notices::work))
        .routes(routes!(inspections::due))
        .routes(routes!(inspections::load))
        .routes(routes!(inspections::slips))
        .routes(routes!(inspections::visits, inspections::record))
        .routes(routes!(inspections::void))
        .routes(routes!(rounds::list, rounds::plan))
        .routes(routes!(rounds::round))
        .routes(routes!(rounds::replan))
        .routes(routes!(rounds::order))
        .routes(routes!(rounds::stop))
        .routes(routes!(rounds::file))
        .routes(routes!(route::route))
        .routes(routes!(people::residents, people::join))
        .routes(routes!(people::leave))
        .routes(routes!(people::reveal))
        .routes(routes!(people::correct))
        .routes(routes!(people::find))
        .routes(routes!(disclosure::file))
        .routes(routes!(units::units, units::record))
        .routes(routes!(photos::waiting))
        .routes(routes!(photos::verified))
        .routes(routes!(photos::suggestions))
        .routes(routes!(photos::coverage))
        .routes(routes!(photos::lacking_houses))
        .routes(routes!(photos::of_house))
        .routes(routes!(photos::photo))
        .routes(routes!(photos::picture))
        .routes(routes!(photos::link))
        .routes(routes!(photos::unlink))
        .routes(routes!(photos::delete))
        .routes(routes!(services::services))
        .routes(routes!(policies::list, policies::activate))
        .routes(routes!(policies::document))
        .routes(routes!(policies::check))
        .routes(routes!(imports::list))
        .routes(routes!(imports::undo))
        .routes(routes!(audit::list))
        .routes(routes!(audit::verdict))
        .routes(routes!(sessions::sign_in, sessions::sign_out))
        .routes(routes!(sessions::first_start))
        .routes(routes!(sessions::password))
        .routes(routes!(sessions::begin_totp))
        .routes(routes!(sessions::confirm_totp))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(accounts::policy))
        .routes(routes!(accounts::change))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .merge(ogc::router())
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .layer(middleware::from_fn(|request: Request, next: Next| deadline(request, next, DEADLINE)));
    let files = OpenApiRouter::new()
        .routes(routes!(imports::import))
        .routes(routes!(policies::simulate))
        .routes(routes!(streets::streets, streets::import))
        .layer(DefaultBodyLimit::max(FILE_BODY))
        .layer(middleware::from_fn(|request: Request, next: Next| deadline(request, next, IMPORT_DEADLINE)));
    let photos = OpenApiRouter::new()
        .routes(routes!(uploads::abilities, uploads::begin))
        .routes(routes!(uploads::upload, uploads::add, uploads::end))
        .layer(middleware::from_fn(uploads::name_protocol))
        // Read as they come and bounded by what was announced.
        .routes(routes!(photos::take))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(|request: Request, next: Next| deadline(request, next, IMPORT_DEADLINE)));
    let studies = OpenApiRouter::new()
        .routes(routes!(studies::list, studies::open))
        .routes(routes!(studies::study))
        .routes(routes!(studies::preview))
        .routes(routes!(studies::ask))
        .routes(routes!(studies::card))
        .routes(routes!(studies::again))
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .layer(middleware::from_fn(|request: Request, next: Next| deadline(request, next, STUDY_DEADLINE)));
    let (api, description) = questions.merge(files).merge(photos).merge(studies).split_for_parts();
    let description: &'static str = Box::leak(description.to_json().unwrap_or_default().into_boxed_str());
    let counters = Arc::new(health::Counters::default());

    api.route("/api/openapi.json", axum::routing::get(move || async move { ([(header::CONTENT_TYPE, "application/json")], description) }))
        .fallback(assets::asset)
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed, "see /api/openapi.json") })
        .with_state(app)
        .layer(
            ServiceBuilder::new()
                .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
                .layer(TraceLayer::new_for_http().make_span_with(|request: &Request| {
                    let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
                    // The path holds codes of houses and ids, never a name or number of a person; the query string is left out.
                    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
                }))
                .layer(PropagateRequestIdLayer::new(REQUEST_ID))
                .layer(middleware::from_fn_with_state(Arc::clone(&counters), health::count))
                .layer(Extension(counters))
                .layer(Extension(Arc::new(kept_tiles::KeptTiles::new())))
                .layer(middleware::from_fn(guard_headers))
                .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                    tracing::error!("a handler panicked");
                    Problem::new(Code::Broken, "see the server's log").into_response()
                })),
        )
}

/// Gives up an answer that takes too long; dropping it cancels its work.
async fn deadline(request: Request, next: Next, limit: Duration) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::TimedOut, format!("the limit is {} seconds", limit.as_secs())).retry_after(5).into_response(),
    }
}

/// Nothing but this host may be asked, framed or run by a page of ours.
const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
                      object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

async fn guard_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
