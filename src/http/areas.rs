//! Questions about an area (drawn, boxed, around a point, along a line): counts, houses, counts over time.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequestParts, State},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::answer,
    asking::{Ask, Asker, Body, view_of},
    download::{Form, PLACES, UnknownForm, file},
    feature::{HouseCollection, collection},
    gzip::takes_gzip,
    houses::OnDay,
    population::CountedAnswer,
    problem::{Code, Problem, ProblemBody, fault_code},
};
use crate::{
    app::{App, Caller},
    atlas::{Filter, Moment, Roll, Snapshot},
    domain::{access::Right, day::Day, house::HouseKind, tier::Standing},
    earth::{Bounds, LonLat, Region},
    transfer,
};

/// Houses per page.
const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 10_000;
const MOST_MONTHS: usize = 240;
/// Bytes of a body that is read at once: a few hundred vertices.
const SMALL_BODY: usize = 16 << 10;

/// What an area may be.
pub const AREA: &str = "a GeoJSON Polygon or MultiPolygon, or with distance_m a Point, LineString or MultiLineString; bare, as a Feature or as a FeatureCollection of one; \
                    nothing where there is a bbox";

/// Which houses count.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Tiers, comma-separated: red, yellow, green, star, unrated, none. All when left out.
    tier: Option<String>,
    /// Kinds, comma-separated: rental, owner_occupied, public, business, vacant. All when left out.
    kind: Option<String>,
    /// Only houses recorded under this area; with an asterisk at the end, under all areas whose codes begin so: 320405*.
    area: Option<String>,
    /// Part of a house code, an address or a door plate, at most 100 characters.
    q: Option<String>,
}

impl Wanted {
    pub fn filter(&self) -> Result<Filter, Problem> {
        let standings = list::<Standing>("tier", self.tier.as_deref())?;
        let kinds = list::<HouseKind>("kind", self.kind.as_deref())?;
        let text = self.q.as_deref().unwrap_or_default().trim();
        if text.chars().count() > 100 {
            return Err(Problem::parameter("q", "at most 100 characters", text));
        }
        Ok(Filter::new(&standings, &kinds, self.area.clone()).with_text(text))
    }
}

/// Where they stand, when the body does not say it alone.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Within {
    /// A box instead of a body: west,south,east,north in degrees.
    bbox: Option<String>,
    /// Everything within so many metres, 1 to 100,000, of the point or line in the body, its border included. Measured along the WGS 84
    /// ellipsoid, from a point exactly, from a line (which runs straight in degrees) to a tenth of a millimetre.
    distance_m: Option<f64>,
}

impl Within {
    /// Whether no place is named at all.
    fn is_everywhere(&self, body: &Body) -> bool {
        body.is_blank() && self.bbox.is_none() && self.distance_m.is_none()
    }

    /// The area that is asked about; `None` for everything.
    pub fn part(&self, body: &Body) -> Result<Option<Region>, Problem> {
        if self.is_everywhere(body) { Ok(None) } else { self.region(body).map(Some) }
    }

    pub fn region(&self, body: &Body) -> Result<Region, Problem> {
        match (self.bbox.as_deref(), self.distance_m) {
            (Some(text), _) if !body.is_blank() => Err(Problem::parameter("bbox", "a bbox or a body, not both", text)),
            (Some(_), Some(metres)) => Err(Problem::parameter("distance_m", "a distance only with a point or a line", &metres.to_string())),
            (Some(text), None) => Ok(Region::from_bounds(&bounds(text)?)),
            (None, distance_m) => region(body, distance_m),
        }
    }
}

/// What is asked of which houses, when and in whose eyes.
pub struct Asked {
    caller: Caller,
    moment: Moment,
    filter: Filter,
    within: Within,
}

impl FromRequestParts<Arc<App>> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Asker(caller) = Asker::from_request_parts(parts, app).await?;
        let Ask(on) = Ask::<OnDay>::from_request_parts(parts, app).await?;
        let Ask(wanted) = Ask::<Wanted>::from_request_parts(parts, app).await?;
        let Ask(within) = Ask::<Within>::from_request_parts(parts, app).await?;
        Ok(Self { moment: on.moment(app, &caller)?, caller, filter: wanted.filter()?, within })
    }
}

/// Answers a question about an area: at once where few houses are near, otherwise at the desk. A large body is read there too.
async fn over(
    snapshot: Arc<Snapshot>,
    within: Within,
    body: Body,
    work: impl FnOnce(&Snapshot, &Region) -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    if body.0.len() > SMALL_BODY {
        return answer(snapshot, move |snapshot| work(&snapshot, &within.region(&body)?)).await;
    }
    let region = within.region(&body)?;
    if snapshot.has_few_near(region.bounds()) { work(&snapshot, &region) } else { answer(snapshot, move |snapshot| work(&snapshot, &region)).await }
}

/// The box of a `bbox`.
pub fn bounds(text: &str) -> Result<Bounds, Problem> {
    let corners = || -> Option<(LonLat, LonLat)> {
        let numbers = text.split(',').map(|number| number.trim().parse().ok()).collect::<Option<Vec<f64>>>()?;
        let &[west, south, east, north] = &numbers[..] else { return None };
        Some((LonLat::new(west, south).ok()?, LonLat::new(east, north).ok()?))
    };
    corners()
        .map(|(low, high)| Bounds { west: low.lon(), south: low.lat(), east: high.lon(), north: high.lat() })
        .filter(|bounds| !bounds.is_empty())
        .ok_or_else(|| Problem::parameter("bbox", "west,south,east,north in degrees, west not east of east, south not north of north", text))
}

pub fn list<T: std::str::FromStr<Err: std::fmt::Display>>(field: &str, text: Option<&str>) -> Result<Vec<T>, Problem> {
    let words = text.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|error: T::Err| Problem::parameter(field, error.to_string(), word))).collect()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SummaryOptions {
    /// `true` adds the codes of all houses counted.
    #[serde(default)]
    ids: bool,
}

/// Counts of an area on a day.
#[derive(Serialize, ToSchema)]
pub struct AreaSummary<'a> {
    day: Day,
    total: u64,
    by_tier: TierCounts<u64>,
    by_kind: KindCounts,
    /// The revision of the data that was counted.
    revision: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<Vec<&'a str>>,
    /// How many live in the houses counted, as far as these are in the asker's reach, for staff who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<CountedAnswer>,
}

/// A count per tier; `unrated` are rental houses before their first assessment, `none` houses that are not let.
#[derive(Serialize, ToSchema)]
pub struct TierCounts<T> {
    red: T,
    yellow: T,
    green: T,
    star: T,
    unrated: T,
    none: T,
}

#[derive(Serialize, ToSchema)]
pub struct KindCounts {
    rental: u64,
    owner_occupied: u64,
    public: u64,
    business: u64,
    vacant: u64,
}

impl KindCounts {
    /// Counts in the order of [`HouseKind::ALL`].
    pub fn of(counts: [u64; 5]) -> Self {
        let count = |kind: HouseKind| HouseKind::ALL.iter().position(|known| *known == kind).map_or(0, |at| counts[at]);
        Self {
            rental: count(HouseKind::Rental),
            owner_occupied: count(HouseKind::OwnerOccupied),
            public: count(HouseKind::Public),
            business: count(HouseKind::Business),
            vacant: count(HouseKind::Vacant),
        }
    }
}

impl<T> TierCounts<T> {
    pub fn by(mut count: impl FnMut(Standing) -> T) -> Self {
        Self {
            red: count(Standing::Red),
            yellow: count(Standing::Yellow),
            green: count(Standing::Green),
            star: count(Standing::Star),
            unrated: count(Standing::Unrated),
            none: count(Standing::None),
        }
    }
}

/// Counts by tier and by kind in an area.
#[utoipa::path(post, path = "/api/areas/summary", params(OnDay, Wanted, Within, SummaryOptions), tag = "areas",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = AreaSummary), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn summary(State(app): State<Arc<App>>, asked: Asked, Ask(options): Ask<SummaryOptions>, body: Body) -> Result<Response, Problem> {
    let Asked { caller, moment, filter, within } = asked;
    let snapshot = app.snapshot_for(&caller);
    let headcount = if caller.may(Right::SeeCensus) { Some(app.headcount(&caller, None)?) } else { None };
    over(snapshot, within, body, move |snapshot, region| {
        let (summary, codes) = if options.ids {
            let (summary, codes) = snapshot.survey(region, moment, &filter);
            (summary, Some(codes))
        } else {
            (snapshot.summary(region, moment, &filter), None)
        };
        Ok(Json(AreaSummary {
            day: moment.day,
            total: summary.total,
            by_tier: TierCounts::by(|standing| summary.by_standing[standing as usize]),
            by_kind: KindCounts::of(summary.by_kind),
            revision: snapshot.revision(),
            codes,
            population: headcount.and_then(|headcount| headcount.on(snapshot, Some(region), moment, &filter)).map(CountedAnswer::from),
        })
        .into_response())
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageOptions {
    /// 1 to 10,000; 100 when left out.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
    /// csv, geojson or geojsonl: all houses as one file instead of a page.
    f: Option<String>,
}

/// The houses in an area in order of code: page by page, or all in one file.
#[utoipa::path(post, path = "/api/areas/houses", params(OnDay, Wanted, Within, PageOptions), tag = "areas",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = HouseCollection, content_type = "application/geo+json"),
        (status = 200, content((String = "text/csv"), (String = "application/x-ndjson")), description = "with f"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn houses(State(app): State<Arc<App>>, asked: Asked, Ask(page): Ask<PageOptions>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let Asked { caller, moment, filter, within } = asked;
    let snapshot = app.snapshot_for(&caller);
    if let Some(form) = &page.f {
        let form: Form = form.parse().map_err(|expected: UnknownForm| Problem::parameter("f", expected.to_string(), form))?;
        if let Some((field, found)) = page.limit.map(|limit| ("limit", limit.to_string())).or(page.after.map(|after| ("after", after))) {
            return Err(Problem::parameter(field, "a page without f, or with f the whole", &found));
        }
        let (place, is_zipped) = (PLACES.take()?, takes_gzip(&headers));
        return answer(snapshot, move |snapshot| Ok(file(Roll::of(snapshot, &within.region(&body)?, moment, &filter), moment, form, is_zipped, place))).await;
    }
    let limit = limit(page.limit, DEFAULT_LIMIT, MOST)?;
    over(snapshot, within, body, move |snapshot, region| {
        // One more than asked for shows whether there is a next page.
        let mut found = snapshot.page(region, moment, &filter, page.after.as_deref(), limit + 1);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|house| house.code());
        Ok(collection(moment, next, found.iter().map(|house| (*house, None))))
    })
    .await
}

/// The same for a bbox, so that it can be a link.
#[utoipa::path(get, path = "/api/areas/houses", params(OnDay, Wanted, Within, PageOptions), tag = "areas",
    responses((status = 200, body = HouseCollection, content_type = "application/geo+json"), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn houses_in_box(state: State<Arc<App>>, asked: Asked, page: Ask<PageOptions>, headers: HeaderMap) -> Result<Response, Problem> {
    houses(state, asked, page, headers, Body(Bytes::new())).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrendOptions {
    #[param(value_type = String, format = Date)]
    from: Day,
    #[param(value_type = String, format = Date)]
    to: Day,
    r#as: Option<String>,
}

/// Counts on the first of each month.
#[derive(Serialize, ToSchema)]
pub struct Trend {
    days: Vec<Day>,
    by_tier: TierCounts<Vec<u32>>,
}

/// Counts by tier over the months, of an area or, with neither a body nor a bbox, of the whole site.
#[utoipa::path(post, path = "/api/areas/trend", params(TrendOptions, Wanted, Within), tag = "areas",
    request_body(content = Object, description = AREA),
    responses((status = 200, body = Trend), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn trend(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(options): Ask<TrendOptions>,
    Ask(wanted): Ask<Wanted>,
    Ask(within): Ask<Within>,
    body: Body,
) -> Result<Response, Problem> {
    let filter = wanted.filter()?;
    let view = view_of(&caller, options.r#as.as_deref())?;
    if options.from > options.to {
        return Err(upside_down(options.to));
    }
    // The public is not told the future.
    let to = if caller.may(Right::SeeWork) { options.to } else { options.to.min(app.today()) };
    let days = months(options.from, to)?;
    answer(app.snapshot_for(&caller), move |snapshot| {
        let region = within.part(&body)?;
        let counts = snapshot.trend(region.as_ref(), &days, view, &filter);
        let by_tier = TierCounts::by(|standing| counts.iter().map(|count| count[standing as usize]).collect());
        Ok(Json(Trend { days, by_tier }).into_response())
    })
    .await
}

/// The first of each month from one day to another.
pub fn months(from: Day, to: Day) -> Result<Vec<Day>, Problem> {
    Day::firsts_of_months(from, to, MOST_MONTHS)
        .ok_or_else(|| Problem::parameter("from", format!("at most {MOST_MONTHS} months up to `to`"), &from.to_string()))
}

/// The end comes before the beginning.
pub fn upside_down(to: Day) -> Problem {
    Problem::parameter("to", "a day not before `from`", &to.to_string())
}

/// A number of things asked for, within its bounds.
pub fn limit(asked: Option<usize>, default: usize, most: usize) -> Result<usize, Problem> {
    match asked {
        None => Ok(default),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(limit) => Err(Problem::parameter("limit", format!("1 to {most}"), &limit.to_string())),
    }
}

/// The area in a body, with the distance around a point or a line.
pub fn region(body: &Body, distance_m: Option<f64>) -> Result<Region, Problem> {
    transfer::region(&body.0, distance_m).map_err(|fault| {
        Problem::new(Code::BadArea, format!("expected {}; found {}", fault.expected, fault.found)).with(
            &fault.column,
            &fault_code(fault.code),
            fault.expected,
            fault.found,
        )
    })
}
