//! Accounts and how people sign in, for administrators.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{At, Body, KeeperOfAccounts},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{AccountChange, AccountDraft, App},
    domain::{access::Role, account::SecondFactor},
    store::AccountRecord,
};

/// An account. Its password and its second factor are never told.
#[derive(Serialize, ToSchema)]
pub struct Account {
    id: String,
    name: String,
    role: Role,
    /// Codes; null: the whole site.
    areas: Option<Vec<String>>,
    has_second_factor: bool,
    disabled: bool,
    /// RFC 3339, UTC.
    made_at: String,
}

impl From<AccountRecord> for Account {
    fn from(account: AccountRecord) -> Self {
        Self {
            id: account.id,
            name: account.name,
            role: account.role,
            areas: account.areas,
            has_second_factor: account.totp.is_some(),
            disabled: account.disabled_at_ms.is_some(),
            made_at: jiff::Timestamp::from_millisecond(account.made_at_ms).map_or_else(|_| String::new(), |at| at.to_string()),
        }
    }
}

/// All accounts, and how people sign in.
#[derive(Serialize, ToSchema)]
pub struct Accounts {
    accounts: Vec<Account>,
    policy: SignInPolicy,
    /// Without a key of the site no second factor can be enrolled.
    has_key: bool,
}

/// How people sign in here.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SignInPolicy {
    /// `off`: asked of those who enrolled one; `staff`: of everybody with an account.
    #[schema(value_type = String)]
    second_factor: SecondFactor,
    /// 1 to 720; after so many minutes without use a session ends.
    idle_minutes: i64,
}

/// All accounts in order of name.
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", responses((status = 200, body = Accounts)))]
pub async fn list(State(app): State<Arc<App>>, KeeperOfAccounts(caller): KeeperOfAccounts) -> Result<Json<Accounts>, Problem> {
    let accounts = app.accounts(&caller).await?.into_iter().map(Account::from).collect();
    let site = app.site();
    let policy = SignInPolicy { second_factor: site.second_factor, idle_minutes: site.session_idle_minutes };
    Ok(Json(Accounts { accounts, policy, has_key: app.keys().is_ok() }))
}

#[derive(Deserialize, ToSchema)]
pub struct NewAccount {
    /// 1 to 40 characters.
    name: String,
    /// 12 to 128 characters.
    password: String,
    role: Role,
    /// Codes; null or left out: the whole site.
    areas: Option<Vec<String>>,
}

/// Adds an account.
#[utoipa::path(post, path = "/api/accounts", tag = "accounts", request_body = NewAccount,
    responses((status = 201, body = Account), (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn add(State(app): State<Arc<App>>, KeeperOfAccounts(caller): KeeperOfAccounts, body: Body) -> Result<(StatusCode, Json<Account>), Problem> {
    let NewAccount { name, password, role, areas } = body.unechoed_json()?;
    let account = app.add_account(&caller, AccountDraft { name, password, role, areas }).await?;
    Ok((StatusCode::CREATED, Json(account.into())))
}

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct Change {
    role: Option<Role>,
    /// Codes; null: the whole site.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    areas: Option<Option<Vec<String>>>,
    disabled: Option<bool>,
    /// 12 to 128 characters.
    password: Option<String>,
    /// `true` takes the second factor away, for somebody who lost it.
    #[serde(default)]
    reset_second_factor: bool,
}

/// Tells null from left out.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// Changes an account. Disabled, with another role or password or without its second factor, it is signed out everywhere at once.
#[utoipa::path(patch, path = "/api/accounts/{id}", params(("id" = String, Path)), tag = "accounts", request_body = Change,
    responses((status = 200, body = Account), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn change(State(app): State<Arc<App>>, KeeperOfAccounts(caller): KeeperOfAccounts, At(id): At<String>, body: Body) -> Result<Json<Account>, Problem> {
    let Change { role, areas, disabled, password, reset_second_factor } = body.unechoed_json()?;
    let change = AccountChange { role, areas, disabled, password, reset_second_factor };
    Ok(Json(app.change_account(&caller, &id, change).await?.into()))
}

/// Sets how people sign in here.
#[utoipa::path(put, path = "/api/accounts/policy", tag = "accounts", request_body = SignInPolicy,
    responses((status = 204), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn policy(State(app): State<Arc<App>>, KeeperOfAccounts(caller): KeeperOfAccounts, body: Body) -> Result<StatusCode, Problem> {
    let SignInPolicy { second_factor, idle_minutes } = body.json()?;
    app.set_sign_in_policy(&caller, second_factor, idle_minutes).await?;
    Ok(StatusCode::NO_CONTENT)
}
