//! Questions about a drawn area: counts, houses, counts over time.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, Body, moment_of, view_of},
    feature::{HouseCollection, collection},
    problem::{Code, Problem, ProblemBody, fault_code},
};
use crate::{
    app::{App, Caller},
    atlas::{Filter, Moment},
    domain::{access::Right, day::Day, house::HouseKind, tier::Standing},
    earth::Region,
    transfer,
};

/// Houses per page.
const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 10_000;
const MOST_MONTHS: usize = 240;

/// Which houses count.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The day asked about; today when left out.
    #[param(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// Tiers, comma-separated: red, yellow, green, star, unrated, none. All when left out.
    tier: Option<String>,
    /// Kinds, comma-separated: rental, owner_occupied, public, business, vacant. All when left out.
    kind: Option<String>,
    /// Only houses recorded under this area.
    area: Option<String>,
    /// `published` or `computed`: whose tiers; what the asker sees by default when left out.
    r#as: Option<String>,
}

impl Wanted {
    fn moment(&self, app: &App, caller: &Caller) -> Result<Moment, Problem> {
        moment_of(app, caller, self.date, self.r#as.as_deref())
    }

    fn filter(&self) -> Result<Filter, Problem> {
        let standings = list::<Standing>("tier", self.tier.as_deref())?;
        let kinds = list::<HouseKind>("kind", self.kind.as_deref())?;
        Ok(Filter::new(&standings, &kinds, self.area.clone()))
    }
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

/// Counts by tier and by kind in a drawn area.
#[utoipa::path(post, path = "/api/areas/summary", params(Wanted, SummaryOptions), tag = "areas",
    request_body(content = Object, description = "a GeoJSON Polygon, MultiPolygon, Feature, or FeatureCollection of one"),
    responses((status = 200, body = AreaSummary), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn summary(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(wanted): Ask<Wanted>,
    Ask(options): Ask<SummaryOptions>,
    body: Body,
) -> Result<Response, Problem> {
    let (filter, moment) = (wanted.filter()?, wanted.moment(&app, &caller)?);
    let snapshot = app.snapshot();
    answer(move || {
        let region = region(&body)?;
        let (summary, codes) = if options.ids {
            let (summary, codes) = snapshot.survey(&region, moment, &filter);
            (summary, Some(codes))
        } else {
            (snapshot.summary(&region, moment, &filter), None)
        };
        let kinds = |kind: HouseKind| HouseKind::ALL.iter().position(|known| *known == kind).map_or(0, |at| summary.by_kind[at]);
        Ok(Json(AreaSummary {
            day: moment.day,
            total: summary.total,
            by_tier: TierCounts::by(|standing| summary.by_standing[standing as usize]),
            by_kind: KindCounts {
                rental: kinds(HouseKind::Rental),
                owner_occupied: kinds(HouseKind::OwnerOccupied),
                public: kinds(HouseKind::Public),
                business: kinds(HouseKind::Business),
                vacant: kinds(HouseKind::Vacant),
            },
            revision: snapshot.revision(),
            codes,
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
}

/// The houses in a drawn area, page by page in order of code.
#[utoipa::path(post, path = "/api/areas/houses", params(Wanted, PageOptions), tag = "areas",
    request_body(content = Object, description = "a GeoJSON Polygon, MultiPolygon, Feature, or FeatureCollection of one"),
    responses((status = 200, body = HouseCollection, content_type = "application/geo+json"), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn houses(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    Ask(wanted): Ask<Wanted>,
    Ask(page): Ask<PageOptions>,
    body: Body,
) -> Result<Response, Problem> {
    let (filter, moment) = (wanted.filter()?, wanted.moment(&app, &caller)?);
    let limit = limit(page.limit, DEFAULT_LIMIT, MOST)?;
    let snapshot = app.snapshot();
    answer(move || {
        let region = region(&body)?;
        // One more than asked for shows whether there is a next page.
        let mut found = snapshot.page(&region, moment, &filter, page.after.as_deref(), limit + 1);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|house| house.code());
        Ok(collection(moment, next, found.iter().map(|house| (*house, None))))
    })
    .await
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

/// Counts by tier over the months, of a drawn area or, with an empty body, of the whole site.
#[utoipa::path(post, path = "/api/areas/trend", params(TrendOptions), tag = "areas",
    request_body(content = Object, description = "as for the summary, or empty"),
    responses((status = 200, body = Trend), (status = 400, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn trend(State(app): State<Arc<App>>, Asker(caller): Asker, Ask(options): Ask<TrendOptions>, body: Body) -> Result<Response, Problem> {
    let view = view_of(&caller, options.r#as.as_deref())?;
    if options.from > options.to {
        return Err(Problem::parameter("to", "a day not before `from`", &options.to.to_string()));
    }
    // The public is not told the future.
    let to = if caller.role.may(Right::SeeWork) { options.to } else { options.to.min(app.today()) };
    let mut days = Vec::new();
    let mut day = options.from.first_of_month();
    while day <= to {
        if day >= options.from {
            days.push(day);
        }
        if days.len() > MOST_MONTHS {
            return Err(Problem::parameter("from", format!("at most {MOST_MONTHS} months up to `to`"), &options.from.to_string()));
        }
        let next = day.plus_months(1);
        if next <= day {
            break;
        }
        day = next;
    }
    let snapshot = app.snapshot();
    answer(move || {
        let region = if body.0.iter().all(u8::is_ascii_whitespace) { None } else { Some(region(&body)?) };
        let counts = snapshot.trend(region.as_ref(), &days, view);
        let by_tier = TierCounts::by(|standing| counts.iter().map(|count| count[standing as usize]).collect());
        Ok(Json(Trend { days, by_tier }).into_response())
    })
    .await
}

/// As many searches at once; the others wait in order. More would only take turns on the same cores.
static PLACES: Semaphore = Semaphore::const_new(8);

/// Work over many houses runs beside the requests, not in their way, and only so much of it at once.
pub async fn answer(work: impl FnOnce() -> Result<Response, Problem> + Send + 'static) -> Result<Response, Problem> {
    let place = PLACES.acquire().await.map_err(|_| Problem::new(Code::Broken, "see the server's log"))?;
    let done = tokio::task::spawn_blocking(move || {
        // Held until the work is done, even when the asker has gone.
        let _place = place;
        work()
    });
    done.await.map_err(|_| Problem::new(Code::Broken, "see the server's log"))?
}

/// A number of things asked for, within its bounds.
pub fn limit(asked: Option<usize>, default: usize, most: usize) -> Result<usize, Problem> {
    match asked {
        None => Ok(default),
        Some(limit) if (1..=most).contains(&limit) => Ok(limit),
        Some(limit) => Err(Problem::parameter("limit", format!("1 to {most}"), &limit.to_string())),
    }
}

pub fn region(body: &Body) -> Result<Region, Problem> {
    transfer::region(&body.0).map_err(|fault| {
        Problem::new(Code::BadArea, format!("expected {}; found {}", fault.expected, fault.found)).with(
            &fault.column,
            &fault_code(fault.code),
            fault.expected,
            fault.found,
        )
    })
}
