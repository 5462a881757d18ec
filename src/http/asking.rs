//! What every handler takes from a request: who asks, parameters, bodies. Each refuses with a [`Problem`].

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::de::DeserializeOwned;

use super::{
    cookie,
    problem::{Code, Problem},
};
use crate::{
    app::{App, Caller, Refusal},
    atlas::{Moment, View},
    domain::{access::Right, day::Day, house::HouseCode},
};

/// Who asks: the bearer of a token or of a session's cookie, otherwise the public. What is not in force is refused, never taken for the
/// public.
pub struct Asker(pub Caller);

impl FromRequestParts<Arc<App>> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Ok(Peer(address)) = Peer::from_request_parts(parts, app).await;
        Ok(Self(who_asks(parts, app).await?.at(address.to_string())))
    }
}

/// Who still asks by the headers of a request that is being answered; `None` when the token or the session has ended meanwhile. To be
/// answered is no use of a session: it goes on getting idle.
pub async fn who_still_asks(headers: &HeaderMap, app: &App) -> Result<Option<Caller>, Refusal> {
    if let Some(secret) = bearer_secret(headers) {
        return app.bearer(secret).await;
    }
    match cookie::secret(app, headers) {
        Some(secret) => app.session_unused(&secret).await,
        None => Ok(Some(Caller::public())),
    }
}

fn bearer_secret(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer ")).map(str::trim)
}

async fn who_asks(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        let secret = bearer_secret(&parts.headers).ok_or_else(|| Problem::new(Code::Unauthenticated, "expected Authorization: Bearer TOKEN"))?;
        return app.bearer(secret).await?.ok_or_else(|| Problem::new(Code::Unauthenticated, "this token is unknown, revoked or expired"));
    }
    let Some(secret) = cookie::secret(app, &parts.headers) else { return Ok(Caller::public()) };
    // Browsers send cookies along with what other sites make them ask.
    if !parts.method.is_safe() && !cookie::is_own_page(app, &parts.headers) {
        return Err(Problem::new(Code::CrossSite, "expected Sec-Fetch-Site: same-origin, or an Origin that is this host's"));
    }
    let caller = app.session(&secret).await?;
    caller.ok_or_else(|| Problem::new(Code::Unauthenticated, "this session is over; sign in again").with_cookie(cookie::none(app)))
}

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    /// Where the server did not say, all are taken for one.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Query parameters; what does not fit is named.
pub struct Ask<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Ask<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                // serde names the parameter first: "Failed to deserialize query string: date: expected …".
                let text = rejection.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text).to_owned();
                let (field, reason) = text.split_once(": ").unwrap_or(("", &text));
                let (expected, found) = reason.split_once("; found ").unwrap_or((reason, ""));
                Err(Problem::parameter(field, expected.trim_start_matches("expected "), found.trim_matches('"')))
            }
        }
    }
}

/// Path parameters; a path that does not fit leads nowhere.
pub struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // No name of anything here holds a control character, and PostgreSQL refuses NUL.
        if parts.uri.path().contains("%0") || parts.uri.path().contains("%1") || parts.uri.path().contains("%7F") || parts.uri.path().contains("%7f") {
            return Err(Problem::new(Code::NotFound, "a control character in the address"));
        }
        let Path(value) = Path::<T>::from_request_parts(parts, state).await.map_err(|rejection| Problem::new(Code::NotFound, rejection.body_text()))?;
        Ok(Self(value))
    }
}

/// Whether a client says that it has the answer with this tag.
pub fn has(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    tags.is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag))
}

/// The whole body, within the limit of the route.
pub struct Body(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                Problem::new(Code::TooLarge, "send a smaller body, or import large files on the command line")
            } else {
                Problem::new(Code::BadJson, "the body did not arrive whole")
            }
        })?;
        Ok(Self(bytes))
    }
}

impl Body {
    /// Whether nothing was sent.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(u8::is_ascii_whitespace)
    }

    /// Reads a body with personal data: what is wrong is said by its place and never repeated.
    pub fn unechoed_json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let place = |error: serde_json::Error| format!("line {}, column {}: see /api/openapi.json for what is expected", error.line(), error.column());
        serde_json::from_slice(&self.0).map_err(|error| Problem::new(Code::BadJson, place(error)))
    }

    /// Reads the body as JSON whatever its content type says.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.0).map_err(|error| Problem::new(Code::BadJson, error.to_string()))
    }
}

/// Whose tiers are shown: the public sees what is published, staff what is computed unless they ask for the other.
pub fn view_of(caller: &Caller, wanted: Option<&str>) -> Result<View, Problem> {
    let staff = caller.may(Right::SeeWork);
    match wanted {
        Some("published") => Ok(View::Published),
        Some("computed") if staff => Ok(View::Computed),
        Some("computed") => Err(Problem::new(Code::SignInNeeded, "tiers as computed are shown to staff")),
        Some(other) => Err(Problem::parameter("as", "published or computed", other)),
        None => Ok(if staff { View::Computed } else { View::Published }),
    }
}

/// The day asked about (today when left out) in the view of who asks. The public is not told the future: what is confirmed and not
/// public yet lies there.
pub fn moment_of(app: &App, caller: &Caller, day: Option<Day>, wanted: Option<&str>) -> Result<Moment, Problem> {
    let (view, today) = (view_of(caller, wanted)?, app.today());
    let day = day.unwrap_or(today);
    Ok(Moment { day: if caller.may(Right::SeeWork) { day } else { day.min(today) }, view })
}

/// A house code from a path.
pub fn house_code(text: &str) -> Result<HouseCode, Problem> {
    HouseCode::new(text).map_err(|_| Problem::new(Code::NotFound, "no house has such a code"))
}

/// The day asked for, or today.
pub fn day_or_today(app: &App, day: Option<Day>) -> Day {
    day.unwrap_or_else(|| app.today())
}

/// Makes an extractor that refuses whoever lacks a right before the body is read.
macro_rules! entitled {
    ($($name:ident $right:ident $meaning:literal;)*) => { $(
        #[doc = $meaning]
        pub struct $name(pub Caller);

        impl FromRequestParts<Arc<App>> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
                let Asker(caller) = Asker::from_request_parts(parts, app).await?;
                caller.must(Right::$right)?;
                Ok(Self(caller))
            }
        }
    )* };
}

entitled! {
    Importer Import "Somebody who may import.";
    Legislator ManagePolicies "Somebody who may simulate and activate policies.";
    KeeperOfAccounts ManageAccounts "Somebody who may see and change who has an account.";
    KeeperOfTokens ManageTokens "Somebody who may see, make and end tokens.";
}
