//! Photos in parts over a bad line, as tus 1.0.0 has it (tus.io/protocols/resumable-upload): core, creation, checksum, termination,
//! expiration.

use std::sync::Arc;

use axum::{
    Json,
    body::Body as Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    asking::{Asker, At},
    photos::{Said, header_value},
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Checksum, Upload},
    domain::access::Right,
    media::{MOST_BYTES, PhotoHash},
};

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const PHOTO: HeaderName = HeaderName::from_static("photo-id");
const PART: &str = "application/offset+octet-stream";

/// Every answer names the protocol.
pub async fn name_protocol(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// What this server can of the protocol.
#[utoipa::path(options, path = "/api/photos/uploads", tag = "photos", responses((status = 204)))]
pub async fn abilities() -> Response {
    let most = HeaderValue::from(MOST_BYTES as u64);
    let said = [("tus-version", VERSION), ("tus-extension", "creation,checksum,termination,expiration"), ("tus-checksum-algorithm", "sha1,sha256")];
    (StatusCode::NO_CONTENT, said, [("tus-max-size", most)]).into_response()
}

/// Begins an upload. `Upload-Metadata` may say house, lon, lat, heading, accuracy and taken as for a photo in one piece, and hash, the SHA-256
/// of the file in hexadecimal.
#[utoipa::path(post, path = "/api/photos/uploads", tag = "photos", params(("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header)),
    responses((status = 201), (status = 413, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn begin(State(app): State<Arc<App>>, Asker(caller): Asker, headers: HeaderMap) -> Result<Response, Problem> {
    caller.must(Right::TakePhoto)?;
    must_follow(&headers)?;
    let length = number(&headers, &LENGTH)?;
    let (said, hash) = metadata(headers.get("upload-metadata"))?;
    let upload = app.begin_upload(&caller, length, said.read()?, hash).await?;
    let place = header_value(&format!("/api/photos/uploads/{}", upload.id))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], standing(&upload)?).into_response())
}

#[derive(Serialize, ToSchema)]
pub struct UploadAnswer {
    id: String,
    /// Bytes that came, and of the whole file.
    offset: u64,
    length: u64,
    /// RFC 3339, UTC.
    expires: String,
    /// The photo that it became.
    photo: Option<String>,
}

/// Where an upload stands; HEAD answers the same without the body.
#[utoipa::path(get, path = "/api/photos/uploads/{id}", params(("id" = String, Path)), tag = "photos",
    responses((status = 200, body = UploadAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn upload(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>) -> Result<Response, Problem> {
    caller.must(Right::TakePhoto)?;
    let upload = app.upload(&caller, &id).await?;
    let headers = standing(&upload)?;
    let Upload { id, offset, length, expires, photo } = upload;
    Ok((headers, Json(UploadAnswer { id, offset, length, expires: expires.to_string(), photo })).into_response())
}

/// Adds a part; with the last byte it becomes a photo.
#[utoipa::path(patch, path = "/api/photos/uploads/{id}", tag = "photos",
    params(("id" = String, Path), ("Upload-Offset" = u64, Header), ("Upload-Checksum" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204), (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn add(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    caller.must(Right::TakePhoto)?;
    must_follow(&headers)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PART) {
        return Err(Problem::new(Code::TusContentType, format!("expected Content-Type: {PART}")));
    }
    let (offset, checksum) = (number(&headers, &OFFSET)?, checksum(headers.get("upload-checksum"))?);
    // A task of its own: whoever is cut off in the middle must not leave a write that ends after the next part began.
    let added = tokio::spawn(async move { app.add_to_upload(&caller, &id, offset, checksum, body.into_data_stream()).await });
    let upload = added.await.map_err(|_| Problem::new(Code::Broken, "see the server's log"))??;
    Ok((StatusCode::NO_CONTENT, standing(&upload)?).into_response())
}

/// Forgets an upload and what came of it.
#[utoipa::path(delete, path = "/api/photos/uploads/{id}", params(("id" = String, Path)), tag = "photos",
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn end(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    caller.must(Right::TakePhoto)?;
    must_follow(&headers)?;
    app.end_upload(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn standing(upload: &Upload) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(upload.offset));
    headers.insert(LENGTH, HeaderValue::from(upload.length));
    // As RFC 9110 writes days and hours.
    headers.insert(EXPIRES, header_value(&upload.expires.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(photo) = &upload.photo {
        headers.insert(PHOTO, header_value(photo)?);
    }
    Ok(headers)
}

fn must_follow(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(RESUMABLE).is_some_and(|version| version == VERSION) {
        return Ok(());
    }
    Err(Problem::new(Code::TusVersion, format!("expected Tus-Resumable: {VERSION}")))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.parse().map_err(|_| Problem::parameter(name.as_str(), "a number of bytes", text))
}

/// What is said about the file, and its hash. Keys that are not known here, such as its name, are passed over.
fn metadata(header: Option<&HeaderValue>) -> Result<(Said, Option<PhotoHash>), Problem> {
    let bad = |found: &str| Problem::parameter("Upload-Metadata", "keys, each with its value in base64, separated by commas", found);
    let (mut said, mut hash) = (Said::default(), None);
    let text = header.map_or(Ok(""), |header| header.to_str().map_err(|_| bad("")))?;
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = base64(value.trim()).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| bad(key))?;
        let number = || value.parse::<f64>().map(Some).map_err(|_| Problem::parameter(key, "a number", &value));
        match key {
            "house" => said.house = Some(value),
            "lon" => said.lon = number()?,
            "lat" => said.lat = number()?,
            "heading" => said.heading = number()?,
            "accuracy" => said.accuracy = number()?,
            "taken" => said.taken = Some(value),
            "hash" => hash = Some(value.parse().map_err(|_| Problem::parameter("hash", "SHA-256 as 64 hexadecimal digits in lower case", &value))?),
            _ => {}
        }
    }
    Ok((said, hash))
}

fn checksum(header: Option<&HeaderValue>) -> Result<Option<Checksum>, Problem> {
    let Some(header) = header else { return Ok(None) };
    let text = header.to_str().unwrap_or_default();
    let read = text.split_once(' ').and_then(|(algorithm, value)| Some((algorithm, base64(value.trim())?)));
    match read {
        Some(("sha1", bytes)) if bytes.len() == 20 => Ok(Some(Checksum::Sha1(bytes))),
        Some(("sha256", bytes)) if bytes.len() == 32 => Ok(Some(Checksum::Sha256(bytes))),
        _ => Err(Problem::parameter("Upload-Checksum", "sha1 or sha256 and the hash in base64", text)),
    }
}

/// Base64 (RFC 4648, section 4), padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            bits = bits << 6 | u32::from(value(*group.get(at).unwrap_or(&b'A'))?);
        }
        // A last digit alone holds no whole byte.
        let whole = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        bytes.extend_from_slice(&bits.to_be_bytes()[1..=whole]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_reads_the_vectors_of_its_standard_and_nothing_else() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar")] {
            assert_eq!(base64(text), Some(bytes.as_bytes().to_vec()), "{text}");
        }
        for text in ["Z", "Zm9vY", "Zm 9", "Zm9_", "é"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }
}
