//! The web application: embedded in release builds, read from `web/` while developing.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{
    gzip::{gzip, takes_gzip},
    problem::{Code, Problem},
};

#[derive(rust_embed::RustEmbed)]
#[folder = "web/"]
#[exclude = "*.d.ts"]
#[exclude = "*.d.mts"]
#[exclude = "*.sh"]
#[exclude = "tsconfig.json"]
struct Web;

type Zipped = HashMap<[u8; 32], Arc<[u8]>>;

/// Compressed once, kept by content.
static ZIPPED: LazyLock<Mutex<Zipped>> = LazyLock::new(|| Mutex::new(HashMap::new()));

pub async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let Some(file) = Web::get(path) else {
        return Problem::new(Code::NoSuchEndpoint, "see /api/openapi.json").into_response();
    };
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(Code::MethodNotAllowed, "expected GET").into_response();
    }
    let hash = file.metadata.sha256_hash();
    let tag = format!("\"{}\"", hash[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains(&tag));
    let kind = media_type(path);
    let zip = takes_gzip(&headers) && (kind.starts_with("text/") || kind.contains("json") || kind.contains("svg"));
    let zipped = if zip && !known { zipped(hash, &file.data) } else { None };
    let is_zipped = zipped.is_some();
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some(bytes) = zipped {
        Body::from(bytes.to_vec()).into_response()
    } else {
        match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes).into_response(),
            Cow::Owned(bytes) => Body::from(bytes).into_response(),
        }
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // A vendored folder bears its version in its name: what is in it never changes.
    let lasting = if path.starts_with("vendor/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    if is_zipped {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn zipped(hash: [u8; 32], bytes: &[u8]) -> Option<Arc<[u8]>> {
    if let Some(known) = ZIPPED.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return Some(Arc::clone(known));
    }
    let small: Arc<[u8]> = gzip(bytes).ok()?.into();
    ZIPPED.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, Arc::clone(&small));
    Some(small)
}

/// By ending: a module worker is refused unless `.mjs` is `text/javascript`.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
