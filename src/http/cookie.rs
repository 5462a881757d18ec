//! The cookie of a session, and whether a request comes from a page of this site.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::App;

/// Where the site is reached over TLS the name begins with `__Host-`: browsers then take it only with `Secure`, only from this very host
/// and for no other. A site on plain HTTP, in an intranet, has to do without.
fn name(app: &App) -> &'static str {
    if is_secure(app) { "__Host-sanshi" } else { "sanshi" }
}

fn is_secure(app: &App) -> bool {
    app.site().public_url.starts_with("https://")
}

/// The secret of the session that a request came with.
pub fn secret(app: &App, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name(app)).map(|(_, secret)| secret.to_owned())
}

/// Hands the secret of a session to the browser, until it is closed.
pub fn of(app: &App, secret: &str) -> HeaderValue {
    made(app, secret, "")
}

/// Takes the cookie back.
pub fn none(app: &App) -> HeaderValue {
    made(app, "", "; Max-Age=0")
}

fn made(app: &App, secret: &str, more: &str) -> HeaderValue {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    // Secrets are hexadecimal.
    HeaderValue::from_str(&format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", name(app))).unwrap_or(HeaderValue::from_static(""))
}

/// Whether a request that writes was made by a page of this site. Browsers say so in `Sec-Fetch-Site`; where they do not, as on plain
/// HTTP, by an `Origin` that is the host they asked or the site's public address. Who says neither is no page.
pub fn is_own_page(app: &App, headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default());
    if let Some(site) = said(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = said(header::ORIGIN) else { return false };
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let public = app.site();
    let is_public = !public.public_url.is_empty() && public.public_url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_public || host.is_some() && host == said(header::HOST)
}

/// Whether some other site made a browser ask; a program that says nothing of pages is none.
pub fn is_foreign_page(app: &App, headers: &HeaderMap) -> bool {
    let tells = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    tells && !is_own_page(app, headers)
}
