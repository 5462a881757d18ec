//! The site, its policy, and who asks.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    asking::{Ask, Asker, day_or_today},
    basemap::BasemapAnswer,
    houses::OnDay,
    problem::Problem,
};
use crate::{
    app::{App, Caller},
    domain::{
        access::{Right, Role},
        day::Day,
        policy::{Consequence, FieldValues},
        tier::Tier,
        words::Words,
    },
};

/// What a map needs before it opens.
#[derive(Serialize, ToSchema)]
pub struct SiteAnswer {
    name: Words,
    demo: bool,
    /// West, south, east, north in degrees; absent without houses.
    bounds: Option<[f64; 4]>,
    today: Day,
    opening_day: Day,
    /// The first day observed.
    first_day: Option<Day>,
    houses: usize,
    revision: i64,
    attribution: Words,
    /// A further map to draw under the houses; absent where the site was started without one.
    basemap: Option<BasemapAnswer>,
    /// The first administrator is to be made.
    first_start: bool,
    version: &'static str,
}

/// The site.
#[utoipa::path(get, path = "/api/site", tag = "site", responses((status = 200, body = SiteAnswer)))]
pub async fn site(State(app): State<Arc<App>>) -> Result<Json<SiteAnswer>, Problem> {
    let (snapshot, site, today) = (app.snapshot(), app.site(), app.today());
    Ok(Json(SiteAnswer {
        name: site.name.clone(),
        demo: site.demo,
        bounds: snapshot.bounds().map(|b| [b.west, b.south, b.east, b.north]),
        today,
        opening_day: site.opening_day.unwrap_or(today),
        first_day: site.first_day,
        houses: snapshot.len(),
        revision: snapshot.revision(),
        attribution: site.attribution.clone(),
        basemap: app.basemap().map(BasemapAnswer::of),
        first_start: app.is_first_start().await?,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// The policy that holds on a day, with its texts.
#[derive(Serialize, ToSchema)]
pub struct PolicyAnswer {
    name: String,
    version: i64,
    hash: String,
    title: Words,
    source: String,
    #[schema(value_type = Object)]
    tiers: BTreeMap<Tier, Consequence>,
    kinds: BTreeMap<String, KindAnswer>,
    fields: BTreeMap<String, FieldAnswer>,
}

/// A kind of observation.
#[derive(Serialize, ToSchema)]
pub struct KindAnswer {
    title: Words,
    fields: Vec<String>,
}

/// A field of an observation: either words or a number.
#[derive(Serialize, ToSchema)]
pub struct FieldAnswer {
    title: Words,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<ValueAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<NumberAnswer>,
    staff_only: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ValueAnswer {
    is: String,
    title: Words,
}

#[derive(Serialize, ToSchema)]
pub struct NumberAnswer {
    min: i32,
    max: i32,
    may_not_apply: bool,
}

/// The policy that holds on a day.
#[utoipa::path(get, path = "/api/policy", params(OnDay), tag = "site", responses((status = 200, body = PolicyAnswer)))]
pub async fn policy(State(app): State<Arc<App>>, Ask(on): Ask<OnDay>) -> Json<PolicyAnswer> {
    let rulebook = app.rulebook();
    let edition = rulebook.on(day_or_today(&app, on.date));
    let policy = &edition.policy;
    let fields = policy.fields().iter().map(|field| {
        let (values, number) = match &field.values {
            FieldValues::OneOf(words) => (Some(words.iter().map(|(is, title)| ValueAnswer { is: is.clone(), title: title.clone() }).collect()), None),
            FieldValues::Count { max, may_not_apply } => (None, Some(NumberAnswer { min: 0, max: *max, may_not_apply: *may_not_apply })),
        };
        (field.name.clone(), FieldAnswer { title: field.title.clone(), values, number, staff_only: field.staff_only })
    });
    let kinds = policy
        .kinds()
        .map(|(kind, fields)| (kind.name.clone(), KindAnswer { title: kind.title.clone(), fields: fields.iter().map(|field| field.name.clone()).collect() }));
    Json(PolicyAnswer {
        name: policy.name.clone(),
        version: edition.version,
        hash: edition.hash.clone(),
        title: policy.title.clone(),
        source: policy.source.clone(),
        tiers: policy.consequences().clone(),
        kinds: kinds.collect(),
        fields: fields.collect(),
    })
}

/// Who asks and what they may do.
#[derive(Serialize, ToSchema)]
pub struct Me {
    name: String,
    role: Role,
    /// The codes of the areas that somebody answers for; null: the whole site.
    areas: Option<Vec<String>>,
    rights: Vec<Right>,
    /// Whose tiers are shown by default.
    view: &'static str,
    /// For who signed in with an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<MyAccount>,
}

/// The account of who asks.
#[derive(Serialize, ToSchema)]
pub struct MyAccount {
    has_second_factor: bool,
    /// The site asks for a second factor that is not enrolled: until it is, nothing else may be done.
    must_enrol: bool,
}

impl From<Caller> for Me {
    fn from(caller: Caller) -> Self {
        Self {
            view: if caller.may(Right::SeeWork) { "computed" } else { "published" },
            rights: caller.rights().to_vec(),
            areas: caller.scope.codes().map(<[_]>::to_vec),
            name: caller.name,
            role: caller.role,
            account: caller.account.map(|account| MyAccount { has_second_factor: account.has_second_factor, must_enrol: account.must_enrol }),
        }
    }
}

/// Who asks.
#[utoipa::path(get, path = "/api/me", tag = "site", responses((status = 200, body = Me)))]
pub async fn me(Asker(caller): Asker) -> Json<Me> {
    Json(caller.into())
}
