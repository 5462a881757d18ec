//! One house: where it is, what it has, why.

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
    areas::{Wanted, limit},
    asking::{Ask, Asker, At, house_code, moment_of},
    feature::{HouseCollection, collection},
    people::CensusAnswer,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{App, Caller},
    atlas::{Filter, Moment, Snapshot},
    domain::{
        access::Right,
        day::Day,
        house::HouseKind,
        points::Points,
        policy::{Line, Receipt},
        tier::{Standing, Tier, TierSpan},
    },
    earth::LonLat,
};

/// The day asked about; today when left out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDay {
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Day>,
    /// `published` or `computed`: whose tiers; what the asker sees by default when left out.
    pub r#as: Option<String>,
}

impl OnDay {
    pub fn moment(&self, app: &App, caller: &Caller) -> Result<Moment, Problem> {
        moment_of(app, caller, self.date, self.r#as.as_deref())
    }
}

/// A house on a day.
#[derive(Serialize, ToSchema)]
pub struct House<'a> {
    code: &'a str,
    lon: f64,
    lat: f64,
    address: &'a str,
    door_plate: &'a str,
    kind: HouseKind,
    area_code: &'a str,
    tier: Standing,
    score: Option<Points>,
    day: Day,
    /// How many live there, for staff who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    residents: Option<CensusAnswer>,
    /// How many photos there are of it, for staff who may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    photos: Option<i64>,
}

/// A house.
#[utoipa::path(get, path = "/api/houses/{code}", params(("code" = String, Path), OnDay), tag = "houses",
    responses((status = 200, body = House), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn house(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, Ask(on): Ask<OnDay>) -> Result<Response, Problem> {
    let (code, moment, snapshot) = (house_code(&code)?, on.moment(&app, &caller)?, app.snapshot_for(&caller));
    let house = snapshot.house(code.as_str()).ok_or_else(|| Problem::new(Code::NotFound, format!("no house {code}")))?;
    let residents = if caller.may(Right::SeeCensus) { app.house_census(&caller, &code, moment.day).await?.map(CensusAnswer::from) } else { None };
    let photos = app.photo_count(&caller, &code).await?;
    Ok(Json(House {
        code: house.code(),
        lon: house.place().lon(),
        lat: house.place().lat(),
        address: house.address(),
        door_plate: house.door_plate(),
        kind: house.kind(),
        area_code: house.area_code(),
        tier: house.standing_on(moment),
        score: house.score_on(moment),
        day: app.day_told(&caller, house.area_code(), moment.day),
        residents,
        photos,
    })
    .into_response())
}

/// Why a house has its tier.
#[derive(Serialize, ToSchema)]
pub struct TierAnswer {
    code: String,
    day: Day,
    tier: Standing,
    score: Option<Points>,
    score_tier: Option<Tier>,
    conduct_tier: Option<Tier>,
    policy: PolicyName,
    /// criterion, title, points, observation, value, until; the points sum to the score
    #[schema(value_type = Vec<Object>)]
    lines: Vec<Line>,
    /// In the policy's order; the first that held decided the conduct tier
    #[schema(value_type = Vec<Object>)]
    gates: Vec<crate::domain::policy::GateCheck>,
    /// from, tier, score: the next change by the mere passing of time
    #[schema(value_type = Option<Object>)]
    next_change: Option<TierSpan>,
    /// The whole history, the known future included
    #[schema(value_type = Vec<Object>)]
    spans: Vec<TierSpan>,
}

/// A policy version by its name.
#[derive(Serialize, ToSchema)]
pub struct PolicyName {
    name: String,
    version: i64,
    hash: String,
}

/// The tier of a house with every point explained and the next change.
#[utoipa::path(get, path = "/api/houses/{code}/tier", params(("code" = String, Path), OnDay), tag = "houses",
    responses((status = 200, body = TierAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn tier(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, Ask(on): Ask<OnDay>) -> Result<Json<TierAnswer>, Problem> {
    let (code, moment) = (house_code(&code)?, on.moment(&app, &caller)?);
    let answer = app.receipt(&caller, &code, moment).await?;
    let day = answer.day;
    let policy = PolicyName { name: answer.edition.policy.name.clone(), version: answer.edition.version, hash: answer.edition.hash };
    // A house that is not let has no tier: an empty account.
    let Receipt { standing, score, score_tier, conduct_tier, lines, gates, next_change, .. } =
        answer.receipt.unwrap_or_else(|| Receipt::untold(day, Standing::None));
    Ok(Json(TierAnswer {
        code: code.to_string(),
        day,
        tier: standing,
        score,
        score_tier,
        conduct_tier,
        policy,
        lines,
        gates,
        next_change,
        spans: answer.spans,
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Near {
    /// Degrees, WGS 84.
    lon: f64,
    lat: f64,
    /// 1 to 1,000; 10 when left out.
    n: Option<usize>,
}

/// The nearest houses that are wanted, with distances in metres on the ellipsoid.
#[utoipa::path(get, path = "/api/houses/nearest", params(Near, OnDay, Wanted), tag = "houses",
    responses((status = 200, body = HouseCollection, content_type = "application/geo+json"), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn nearest(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(near): Ask<Near>,
    Ask(on): Ask<OnDay>,
    Ask(wanted): Ask<Wanted>,
) -> Result<Response, Problem> {
    let place = LonLat::new(near.lon, near.lat)
        .map_err(|error| Problem::parameter("lon, lat", format!("degrees east and north ({error})"), &format!("{}, {}", near.lon, near.lat)))?;
    let n = limit(near.n, 10, 1000).map_err(|_| Problem::parameter("n", "1 to 1000", &near.n.unwrap_or_default().to_string()))?;
    let (moment, filter) = (on.moment(&app, &caller)?, wanted.filter()?);
    // A few microseconds, unless what is wanted is rare.
    let is_all = filter == Filter::default();
    let look = move |snapshot: Arc<Snapshot>| {
        let found = snapshot.nearest_of(place, n, moment, &filter);
        Ok(collection(moment, None, found.into_iter().map(|(house, metres)| (house, Some(metres)))))
    };
    let snapshot = app.snapshot_for(&caller);
    if is_all { look(snapshot) } else { answer(snapshot, look).await }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchFor {
    /// Part of a house code, an address or a door plate, 1 to 100 characters. Of the latter two also in pinyin without tones (`lucheng`,
    /// `lu cheng`), by initials (`lcjd`) or mixed (`潞城jd`).
    q: String,
    /// 1 to 100; 10 when left out.
    limit: Option<usize>,
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// `published` or `computed`.
    r#as: Option<String>,
}

/// Houses found by text.
#[derive(Serialize, ToSchema)]
pub struct Found<'a> {
    houses: Vec<FoundHouse<'a>>,
}

#[derive(Serialize, ToSchema)]
pub struct FoundHouse<'a> {
    code: &'a str,
    address: &'a str,
    door_plate: &'a str,
    /// The unit there by which it was found; for staff.
    unit: Option<&'a str>,
    kind: HouseKind,
    tier: Standing,
    lon: f64,
    lat: f64,
}

/// Houses whose code, address or door plate holds a text, then those whose address or door plate it spells in pinyin, by initials or in part;
/// for staff, then those with a unit of such a name.
#[utoipa::path(get, path = "/api/houses/search", params(SearchFor), tag = "houses", responses((status = 200, body = Found)))]
pub async fn search(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(wanted): Ask<SearchFor>) -> Result<Response, Problem> {
    let limit = limit(wanted.limit, 10, 100)?;
    let text = wanted.q.trim().to_owned();
    if text.is_empty() || text.chars().count() > 100 {
        return Err(Problem::parameter("q", "1 to 100 characters", &text));
    }
    let moment = moment_of(&app, &caller, wanted.date, wanted.r#as.as_deref())?;
    let (caller, all) = (caller.clone(), Arc::clone(&app));
    answer(app.snapshot_for(&caller), move |snapshot| {
        let mut units = all.find_units(&caller, &text, limit);
        let mut found = snapshot.search(&text, limit);
        // Where there are many of both, each has half.
        units.truncate((limit - found.len()).max(limit / 2));
        found.truncate(limit - units.len());
        let found = found.into_iter().map(|house| (house, None)).chain(units.iter().filter_map(|(name, code)| Some((snapshot.house(code)?, Some(&**name)))));
        let houses = found
            .map(|(house, unit)| FoundHouse {
                code: house.code(),
                address: house.address(),
                door_plate: house.door_plate(),
                unit,
                kind: house.kind(),
                tier: house.standing_on(moment),
                lon: house.place().lon(),
                lat: house.place().lat(),
            })
            .collect();
        Ok(Json(Found { houses }).into_response())
    })
    .await
}
