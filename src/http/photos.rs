//! Photos of houses, for staff: never public, never with anything of the file that was sent but its pixels.

use std::sync::Arc;

use axum::{
    Json,
    body::Body as Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, At, Body, has, house_code},
    people::NOT_KEPT,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Guess, Guessed, MOST_HASHES, PhotoCard, PhotoDraft},
    domain::{
        access::Right,
        day::Day,
        photo::{Link, Reason, Shot},
    },
    earth::LonLat,
    media::{PhotoHash, Size},
    store::PhotoRecord,
};

/// A photo as it stands in the record.
#[derive(Serialize, ToSchema)]
pub struct PhotoAnswer {
    id: String,
    /// SHA-256 of the file as sent, in hexadecimal.
    hash: String,
    /// Null while it is only suggested or not known.
    house_code: Option<String>,
    /// certain, suggested, placed_by_hand or unplaced.
    link: &'static str,
    /// Local, YYYY-MM-DDTHH:MM:SS, as the camera says.
    taken: Option<String>,
    /// Of taking, or of uploading where that is not known.
    #[schema(value_type = String, format = Date)]
    day: Day,
    lon: Option<f64>,
    lat: Option<f64>,
    /// Degrees clockwise from north.
    heading: Option<f64>,
    accuracy_m: Option<f64>,
    width: u32,
    height: u32,
    /// Of the file as sent.
    bytes: u64,
    /// Codes of what was ignored in the file.
    notes: Vec<String>,
    uploaded_by: String,
    /// RFC 3339, UTC.
    uploaded_at: String,
}

impl From<PhotoRecord> for PhotoAnswer {
    fn from(photo: PhotoRecord) -> Self {
        Self {
            id: photo.id,
            hash: photo.hash,
            house_code: photo.house_code,
            link: photo.link.as_str(),
            taken: photo.taken_at,
            day: photo.day,
            lon: photo.place.map(LonLat::lon),
            lat: photo.place.map(LonLat::lat),
            heading: photo.heading,
            accuracy_m: photo.accuracy_m,
            width: photo.width,
            height: photo.height,
            bytes: photo.bytes,
            notes: photo.notes.split_whitespace().map(str::to_owned).collect(),
            uploaded_by: photo.uploaded_by,
            uploaded_at: jiff::Timestamp::from_millisecond(photo.uploaded_at_ms).map_or_else(|_| String::new(), |at| at.to_string()),
        }
    }
}

/// A house that a photo may show.
#[derive(Serialize, ToSchema)]
pub struct CandidateAnswer {
    house_code: String,
    address: String,
    /// `seen` along the heading, or `near` where the heading says nothing.
    reason: &'static str,
    /// Of all cameras that are possible, how many see this house first; 0 to 1.
    share: Option<f64>,
    metres: f64,
}

/// A photo that looks nearly the same.
#[derive(Serialize, ToSchema)]
pub struct AlikeAnswer {
    id: String,
    house_code: Option<String>,
    #[schema(value_type = String, format = Date)]
    day: Day,
    /// 0 is the same to the eye; told up to 7 of 64.
    distance: u32,
}

/// A photo with what is to be decided about it.
#[derive(Serialize, ToSchema)]
pub struct PhotoCardAnswer {
    #[serde(flatten)]
    photo: PhotoAnswer,
    /// Whether it came with this request; null where it was only asked for.
    new: Option<bool>,
    /// The likeliest first, at most 5; none for a photo of a house.
    candidates: Vec<CandidateAnswer>,
    /// no_place, vague or nothing_near.
    unplaced_because: Option<&'static str>,
    /// Of the same house or place, the nearest first.
    alike: Vec<AlikeAnswer>,
}

impl PhotoCardAnswer {
    fn of(card: PhotoCard, new: Option<bool>) -> Self {
        let alike =
            |other: crate::app::Alike| AlikeAnswer { id: other.photo.id, house_code: other.photo.house_code, day: other.photo.day, distance: other.distance };
        let (candidates, unplaced_because) = guess(card.guess);
        Self { photo: card.photo.into(), new, candidates, unplaced_because, alike: card.alike.into_iter().map(alike).collect() }
    }
}

fn guess(guess: Guess) -> (Vec<CandidateAnswer>, Option<&'static str>) {
    let candidate = |one: Guessed| {
        let (reason, share) = match one.reason {
            Reason::Seen { share } => ("seen", Some(share)),
            Reason::Near => ("near", None),
        };
        CandidateAnswer { house_code: one.house_code, address: one.address, reason, share, metres: one.metres }
    };
    (guess.candidates.into_iter().map(candidate).collect(), guess.unplaced.map(|why| why.as_str()))
}

/// What is said about a picture; it takes the place of what the file says.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Said {
    /// The code of the house that it shows.
    pub house: Option<String>,
    /// Degrees, WGS 84; with `lat`.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    /// Degrees clockwise from north.
    pub heading: Option<f64>,
    /// Metres within which the place is right.
    pub accuracy: Option<f64>,
    /// Local, YYYY-MM-DDTHH:MM:SS.
    pub taken: Option<String>,
}

impl Said {
    pub fn read(self) -> Result<PhotoDraft, Problem> {
        let place = match (self.lon, self.lat) {
            (None, None) => None,
            (Some(lon), Some(lat)) => Some((lon, lat)),
            _ => return Err(Problem::parameter("lon, lat", "both or neither", "one")),
        };
        Ok(PhotoDraft { house: self.house, place, heading: self.heading, accuracy_m: self.accuracy, taken: self.taken })
    }
}

/// Brings a picture in (JPEG, PNG or WebP, at most 32 MiB): stored, read back and on record when answered. The same file again is the same
/// photo and is answered with 200.
#[utoipa::path(post, path = "/api/photos", params(Said), tag = "photos", request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses((status = 201, body = PhotoCardAnswer), (status = 200, body = PhotoCardAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn take(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(said): Ask<Said>, body: Bytes) -> Result<Response, Problem> {
    caller.must(Right::TakePhoto)?;
    let (card, is_new) = app.receive_photo(&caller, said.read()?, body.into_data_stream()).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, NOT_KEPT, Json(PhotoCardAnswer::of(card, Some(is_new)))).into_response())
}

#[derive(Deserialize, ToSchema)]
pub struct Hashes {
    /// SHA-256 of files in hexadecimal, 1 to 500.
    hashes: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct VerifiedPhoto {
    hash: String,
    id: Option<String>,
    verified: bool,
}

#[derive(Serialize, ToSchema)]
pub struct VerifiedPhotos {
    asked: usize,
    verified: usize,
    photos: Vec<VerifiedPhoto>,
}

/// Which files are photos that are on record and lie on the shelf as they were stored: only those may a client forget.
#[utoipa::path(post, path = "/api/photos/verified", tag = "photos", request_body = Hashes,
    responses((status = 200, body = VerifiedPhotos), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn verified(State(app): State<Arc<App>>, Asker(caller): Asker, body: Body) -> Result<Json<VerifiedPhotos>, Problem> {
    caller.must(Right::TakePhoto)?;
    let Hashes { hashes } = body.json()?;
    if hashes.is_empty() || hashes.len() > MOST_HASHES {
        return Err(Problem::parameter("hashes", format!("1 to {MOST_HASHES}"), &hashes.len().to_string()));
    }
    let hashes: Result<Vec<PhotoHash>, _> = hashes.iter().map(|text| text.parse()).collect();
    let hashes = hashes.map_err(|_| Problem::parameter("hashes", "SHA-256 as 64 hexadecimal digits in lower case", ""))?;
    let verdicts = app.verify_photos(&caller, &hashes).await?;
    let photos: Vec<VerifiedPhoto> = verdicts.into_iter().map(|(hash, id, verified)| VerifiedPhoto { hash: hash.to_string(), id, verified }).collect();
    Ok(Json(VerifiedPhotos { asked: photos.len(), verified: photos.iter().filter(|photo| photo.verified).count(), photos }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Camera {
    /// Degrees, WGS 84.
    lon: f64,
    lat: f64,
    /// Degrees clockwise from north.
    heading: Option<f64>,
    /// Metres within which the place is right.
    accuracy: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct Suggestions {
    /// certain, suggested or unplaced.
    link: &'static str,
    house_code: Option<String>,
    candidates: Vec<CandidateAnswer>,
    unplaced_because: Option<&'static str>,
}

/// Which house a picture taken so would be linked to.
#[utoipa::path(get, path = "/api/photos/suggestions", params(Camera), tag = "photos",
    responses((status = 200, body = Suggestions), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn suggestions(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(camera): Ask<Camera>) -> Result<Json<Suggestions>, Problem> {
    caller.must(Right::TakePhoto)?;
    let place = LonLat::new(camera.lon, camera.lat).map_err(|error| Problem::parameter("lon, lat", format!("degrees east and north ({error})"), ""))?;
    if camera.heading.is_some_and(|heading| !(0.0..=360.0).contains(&heading)) || camera.accuracy.is_some_and(|metres| !(metres.is_finite() && metres > 0.0)) {
        return Err(Problem::parameter("heading, accuracy", "0 to 360 degrees, and metres more than 0", ""));
    }
    let (house_code, guessed) = app.guess_house(&caller, &Shot { place: Some(place), heading: camera.heading, accuracy_m: camera.accuracy })?;
    let (candidates, unplaced_because) = guess(guessed);
    let link = match (&house_code, candidates.is_empty()) {
        (Some(_), _) => Link::Certain,
        (None, false) => Link::Suggested,
        (None, true) => Link::Unplaced,
    };
    Ok(Json(Suggestions { link: link.as_str(), house_code, candidates, unplaced_because }))
}

#[derive(Serialize, ToSchema)]
pub struct Photos {
    photos: Vec<PhotoAnswer>,
}

/// The photos of a house, the newest day first: before and after. At most 500.
#[utoipa::path(get, path = "/api/houses/{code}/photos", params(("code" = String, Path)), tag = "photos",
    responses((status = 200, body = Photos), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn of_house(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(code): At<String>,
) -> Result<([(HeaderName, &'static str); 1], Json<Photos>), Problem> {
    caller.must(Right::SeePhotos)?;
    let photos = app.photos_of(&caller, &house_code(&code)?).await?.into_iter().map(PhotoAnswer::from).collect();
    Ok((NOT_KEPT, Json(Photos { photos })))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Waiting {
    /// `suggested` or `unplaced`; both when left out.
    link: Option<String>,
    /// The id of the last photo of the page before.
    after: Option<String>,
    /// 1 to 200; 50 when left out.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct WaitingPhotos {
    photos: Vec<PhotoCardAnswer>,
    /// For `after`; null on the last page.
    next: Option<String>,
}

/// The photos that wait for somebody to say which house they show, in the order in which they came.
#[utoipa::path(get, path = "/api/photos", params(Waiting), tag = "photos",
    responses((status = 200, body = WaitingPhotos), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn waiting(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(wanted): Ask<Waiting>,
) -> Result<([(HeaderName, &'static str); 1], Json<WaitingPhotos>), Problem> {
    caller.must(Right::SeePhotos)?;
    let links: &[Link] = match wanted.link.as_deref() {
        None => &[Link::Suggested, Link::Unplaced],
        Some("suggested") => &[Link::Suggested],
        Some("unplaced") => &[Link::Unplaced],
        Some(other) => return Err(Problem::parameter("link", "suggested or unplaced", other)),
    };
    let limit = limit_of(wanted.limit, 50, 200)?;
    let cards = app.photos_waiting(&caller, links, wanted.after.as_deref(), limit).await?;
    let next = (cards.len() == limit).then(|| cards.last().map(|card| card.photo.id.clone())).flatten();
    Ok((NOT_KEPT, Json(WaitingPhotos { photos: cards.into_iter().map(|card| PhotoCardAnswer::of(card, None)).collect(), next })))
}

fn limit_of(wanted: Option<usize>, usual: usize, most: usize) -> Result<usize, Problem> {
    let limit = wanted.unwrap_or(usual);
    if (1..=most).contains(&limit) { Ok(limit) } else { Err(Problem::parameter("limit", format!("1 to {most}"), &limit.to_string())) }
}

/// A photo with the house that it shows, or those that it may show.
#[utoipa::path(get, path = "/api/photos/{id}", params(("id" = String, Path)), tag = "photos",
    responses((status = 200, body = PhotoCardAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn photo(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At(id): At<String>,
) -> Result<([(HeaderName, &'static str); 1], Json<PhotoCardAnswer>), Problem> {
    Ok((NOT_KEPT, Json(PhotoCardAnswer::of(app.photo(&caller, &id).await?, None))))
}

/// The picture itself: `full` (longest edge at most 2560 pixels), `large` (1280) or `small` (320).
#[utoipa::path(get, path = "/api/photos/{id}/{size}", params(("id" = String, Path), ("size" = String, Path)), tag = "photos",
    responses((status = 200, body = Vec<u8>, content_type = "image/jpeg"), (status = 304), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn picture(State(app): State<Arc<App>>, Asker(caller): Asker, At((id, size)): At<(String, String)>, headers: HeaderMap) -> Result<Response, Problem> {
    caller.must(Right::SeePhotos)?;
    let wanted = match size.as_str() {
        "full" => Size::Full,
        "large" => Size::Large,
        "small" => Size::Small,
        _ => return Err(Problem::new(Code::NotFound, "expected full, large or small")),
    };
    let (hash, bytes) = app.photo_bytes(&caller, &id, wanted).await?;
    let tag = format!("\"{}-{size}\"", &hash[..hash.len().min(32)]);
    // Asked about each time: a photo that was deleted, or an asker who signed out, sees none from a cache.
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")), (header::ETAG, header_value(&tag)?)];
    if has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(header::CONTENT_TYPE, "image/jpeg"), (header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\"")], bytes).into_response())
}

pub fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|_| Problem::new(Code::Broken, "see the server's log"))
}

#[derive(Deserialize, ToSchema)]
pub struct LinkDraft {
    house_code: String,
}

/// Says which house a photo shows.
#[utoipa::path(post, path = "/api/photos/{id}/link", params(("id" = String, Path)), tag = "photos", request_body = LinkDraft,
    responses((status = 200, body = PhotoCardAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn link(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Json<PhotoCardAnswer>, Problem> {
    caller.must(Right::TakePhoto)?;
    let LinkDraft { house_code } = body.json()?;
    Ok(Json(PhotoCardAnswer::of(app.link_photo(&caller, &id, &house_code).await?, None)))
}

/// Says that a photo does not show the house that it was linked to: it waits again.
#[utoipa::path(post, path = "/api/photos/{id}/unlink", params(("id" = String, Path)), tag = "photos",
    responses((status = 200, body = PhotoCardAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn unlink(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>) -> Result<Json<PhotoCardAnswer>, Problem> {
    Ok(Json(PhotoCardAnswer::of(app.unlink_photo(&caller, &id).await?, None)))
}

#[derive(Deserialize, ToSchema)]
pub struct DeleteReason {
    /// 1 to 500 characters.
    reason: String,
}

/// Deletes a photo for good, with its file. The audit keeps its id and the reason.
#[utoipa::path(post, path = "/api/photos/{id}/delete", params(("id" = String, Path)), tag = "photos", request_body = DeleteReason,
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn delete(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<StatusCode, Problem> {
    caller.must(Right::DeletePhoto)?;
    let DeleteReason { reason } = body.json()?;
    app.delete_photo(&caller, &id, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Lacking {
    /// Days: houses whose latest photo is older count too. Left out: only houses without any.
    older_than: Option<u16>,
    /// An area and its parts; all within reach when left out.
    #[serde(default)]
    area: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LackingPage {
    /// The code of the last house of the page before.
    after: Option<String>,
    /// 1 to 1,000; 100 when left out.
    limit: Option<usize>,
    /// Instead of a page the numbers of all of them, as the map knows them.
    #[serde(default)]
    ids: bool,
}

#[derive(Serialize, ToSchema)]
pub struct AreaCoverageAnswer {
    area_code: String,
    houses: u64,
    /// Without any photo.
    without: u64,
    /// With older photos only.
    older: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Coverage {
    #[schema(value_type = String, format = Date)]
    day: Day,
    older_than: Option<u16>,
    houses: u64,
    without: u64,
    older: u64,
    areas: Vec<AreaCoverageAnswer>,
}

/// How many houses have no photo, and how many none of the last so many days, by area.
#[utoipa::path(get, path = "/api/photos/coverage", params(Lacking), tag = "photos", responses((status = 200, body = Coverage)))]
pub async fn coverage(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(lacking): Ask<Lacking>) -> Result<Json<Coverage>, Problem> {
    let areas = app.photo_coverage(&caller, &lacking.area, lacking.older_than).await?;
    let areas: Vec<AreaCoverageAnswer> = areas
        .into_iter()
        .map(|(area_code, counts)| AreaCoverageAnswer { area_code, houses: counts.houses, without: counts.without, older: counts.older })
        .collect();
    let sum = |of: fn(&AreaCoverageAnswer) -> u64| areas.iter().map(of).sum();
    let (houses, without, older) = (sum(|area| area.houses), sum(|area| area.without), sum(|area| area.older));
    Ok(Json(Coverage { day: app.today(), older_than: lacking.older_than, houses, without, older, areas }))
}

#[derive(Serialize, ToSchema)]
pub struct LackingHouse {
    code: String,
    address: String,
    area_code: String,
    lon: f64,
    lat: f64,
    /// The day of its latest photo.
    #[schema(value_type = Option<String>, format = Date)]
    last: Option<Day>,
}

/// A page of houses, or with `ids` the numbers of all.
#[derive(Serialize, ToSchema)]
pub struct LackingHouses {
    #[serde(skip_serializing_if = "Option::is_none")]
    houses: Option<Vec<LackingHouse>>,
    /// For `after`; null on the last page.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ids: Option<Vec<u64>>,
}

/// The houses without a photo, or with none of the last so many days, in order of code.
#[utoipa::path(get, path = "/api/photos/coverage/houses", params(Lacking, LackingPage), tag = "photos", responses((status = 200, body = LackingHouses)))]
pub async fn lacking_houses(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(lacking): Ask<Lacking>,
    Ask(page): Ask<LackingPage>,
) -> Result<Json<LackingHouses>, Problem> {
    caller.must(Right::SeePhotos)?;
    let limit = limit_of(page.limit, 100, 1000)?;
    if page.ids {
        let ids = app.bare_serials(&caller, &lacking.area, lacking.older_than).await?;
        return Ok(Json(LackingHouses { houses: None, next: None, ids: Some(ids) }));
    }
    let (bare, goes_on) = app.bare_houses(&caller, &lacking.area, lacking.older_than, page.after, limit).await?;
    let next = bare.last().filter(|_| goes_on).map(|last| last.code.clone());
    let houses = bare.into_iter().map(|house| LackingHouse {
        lon: house.place.lon(),
        lat: house.place.lat(),
        code: house.code,
        address: house.address,
        area_code: house.area_code,
        last: house.last,
    });
    Ok(Json(LackingHouses { houses: Some(houses.collect()), next, ids: None }))
}
