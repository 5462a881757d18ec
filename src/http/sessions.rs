//! Signing in and out, the first start, one's own account.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{Asker, Body, Peer},
    cookie,
    problem::{Code, Problem, ProblemBody},
    site::Me,
};
use crate::{
    app::{App, Session, SignIn},
    transfer,
};

#[derive(Deserialize, ToSchema)]
pub struct SignInDraft {
    name: String,
    password: String,
    /// The code that the authenticator shows; needed by accounts with a second factor.
    totp: Option<String>,
}

/// Signs in: the answer sets the cookie of a new session. Who fails often has to wait, by name and address together, and shortly
/// by each of them alone.
#[utoipa::path(post, path = "/api/session", tag = "account", request_body = SignInDraft,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_in(State(app): State<Arc<App>>, Peer(from): Peer, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    no_foreign_page(&app, &headers)?;
    let SignInDraft { name, password, totp } = body.unechoed_json()?;
    let session = app.sign_in(SignIn { name, password, code: totp }, from).await?;
    Ok(begun(&app, session))
}

/// Signs out: the session of the cookie is over.
#[utoipa::path(delete, path = "/api/session", tag = "account", responses((status = 204)))]
pub async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = cookie::secret(&app, &headers) {
        if !cookie::is_own_page(&app, &headers) {
            return Err(foreign());
        }
        app.sign_out(&secret).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::none(&app))]).into_response())
}

#[derive(Deserialize, ToSchema)]
pub struct FirstStart {
    /// As the server printed it when it started.
    code: String,
    name: String,
    /// 12 to 128 characters.
    password: String,
}

/// Makes the first administrator; afterwards there is nothing here.
#[utoipa::path(post, path = "/api/setup", tag = "account", request_body = FirstStart,
    responses((status = 204), (status = 401, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn first_start(State(app): State<Arc<App>>, Peer(from): Peer, headers: HeaderMap, body: Body) -> Result<StatusCode, Problem> {
    no_foreign_page(&app, &headers)?;
    if !app.is_first_start().await? {
        return Err(Problem::new(Code::NotFound, "the first administrator was made"));
    }
    let FirstStart { code, name, password } = body.unechoed_json()?;
    app.make_first_administrator(&code, &name, &password, from).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub struct NewPassword {
    current: String,
    /// 12 to 128 characters.
    new: String,
}

/// Changes one's own password. All other sessions of the account are over; this one goes on under a new cookie.
#[utoipa::path(post, path = "/api/account/password", tag = "account", request_body = NewPassword,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn password(State(app): State<Arc<App>>, Asker(caller): Asker, Peer(from): Peer, body: Body) -> Result<Response, Problem> {
    with_account(&caller)?;
    let NewPassword { current, new } = body.unechoed_json()?;
    let session = app.change_own_password(&caller, &current, &new, from).await?;
    Ok(begun(&app, session))
}

#[derive(Deserialize, ToSchema)]
pub struct PasswordAgain {
    password: String,
    /// The code that the authenticator in use shows, where there is one.
    totp: Option<String>,
}

/// A second factor that waits for its first code.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentAnswer {
    /// For typing into an authenticator.
    secret: String,
    /// What the QR code says.
    uri: String,
    /// The QR code as an SVG document.
    qr: String,
}

/// Begins to enrol a second factor (TOTP). It is in use once a code of it was sent back.
#[utoipa::path(post, path = "/api/account/totp", tag = "account", request_body = PasswordAgain,
    responses((status = 200, body = EnrolmentAnswer), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn begin_totp(State(app): State<Arc<App>>, Asker(caller): Asker, Peer(from): Peer, body: Body) -> Result<Response, Problem> {
    with_account(&caller)?;
    let PasswordAgain { password, totp } = body.unechoed_json()?;
    let enrolment = app.begin_second_factor(&caller, &password, totp.as_deref(), from).await?;
    let qr = transfer::qr_svg(&enrolment.uri).map_err(|_| Problem::new(Code::Invalid, "the name of the site is too long for a QR code"))?;
    Ok(unkept(Json(EnrolmentAnswer { secret: enrolment.secret, uri: enrolment.uri, qr })))
}

#[derive(Deserialize, ToSchema)]
pub struct FirstCode {
    /// What the authenticator shows.
    code: String,
}

/// Takes the second factor into use. All other sessions of the account are over; this one goes on under a new cookie.
#[utoipa::path(post, path = "/api/account/totp/confirm", tag = "account", request_body = FirstCode,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn confirm_totp(State(app): State<Arc<App>>, Asker(caller): Asker, Peer(from): Peer, body: Body) -> Result<Response, Problem> {
    with_account(&caller)?;
    let FirstCode { code } = body.unechoed_json()?;
    let session = app.confirm_second_factor(&caller, &code, from).await?;
    Ok(begun(&app, session))
}

/// A session that begins: who it is of, and its cookie.
fn begun(app: &App, session: Session) -> Response {
    let mut response = unkept(Json(Me::from(session.caller)));
    response.headers_mut().insert(header::SET_COOKIE, cookie::of(app, &session.secret));
    response
}

fn unkept(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Tokens have no account of their own.
fn with_account(caller: &crate::app::Caller) -> Result<(), Problem> {
    if caller.account.is_some() { Ok(()) } else { Err(Problem::new(Code::SignInNeeded, "sign in with a name and a password")) }
}

fn no_foreign_page(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if cookie::is_foreign_page(app, headers) { Err(foreign()) } else { Ok(()) }
}

fn foreign() -> Problem {
    Problem::new(Code::CrossSite, "expected Sec-Fetch-Site: same-origin, or an Origin that is this host's")
}
