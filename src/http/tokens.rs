//! API tokens, for administrators.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    asking::{At, Body, KeeperOfTokens},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, TokenDraft},
    domain::access::{Right, Role},
    store::TokenRecord,
};

/// A token in force. Its secret is never told again.
#[derive(Serialize, ToSchema)]
pub struct Token {
    id: String,
    name: String,
    role: Role,
    /// Codes; null: the whole site.
    areas: Option<Vec<String>>,
    /// Those of its role's rights that it keeps; null: all of them.
    rights: Option<Vec<Right>>,
    /// RFC 3339, UTC.
    made_at: String,
    /// RFC 3339, UTC; null: until revoked.
    expires_at: Option<String>,
}

impl From<TokenRecord> for Token {
    fn from(token: TokenRecord) -> Self {
        let at = |ms| jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.to_string());
        Self {
            id: token.id,
            name: token.name,
            role: token.role,
            areas: token.areas,
            rights: token.rights,
            made_at: at(token.made_at_ms),
            expires_at: token.expires_at_ms.map(at),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Tokens {
    tokens: Vec<Token>,
}

/// The newest 1,000 tokens in force.
#[utoipa::path(get, path = "/api/tokens", tag = "accounts", responses((status = 200, body = Tokens)))]
pub async fn list(State(app): State<Arc<App>>, KeeperOfTokens(caller): KeeperOfTokens) -> Result<Json<Tokens>, Problem> {
    Ok(Json(Tokens { tokens: app.tokens(&caller).await?.into_iter().map(Token::from).collect() }))
}

#[derive(Deserialize, ToSchema)]
pub struct NewToken {
    /// Whose it is, 1 to 80 visible characters; no account and no other token in force has the name.
    name: String,
    role: Role,
    /// Codes; null or left out: the whole site.
    areas: Option<Vec<String>>,
    /// Those of the role's rights that it keeps; null or left out: all of them; empty: it sees what the public sees.
    rights: Option<Vec<Right>>,
    /// Days until it expires; null or left out: in force until revoked.
    days: Option<u32>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub struct MadeTokenAnswer {
    id: String,
    /// Shown only now.
    secret: String,
}

/// Makes a token.
#[utoipa::path(post, path = "/api/tokens", tag = "accounts", request_body = NewToken,
    responses((status = 201, body = MadeTokenAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make(State(app): State<Arc<App>>, KeeperOfTokens(caller): KeeperOfTokens, body: Body) -> Result<(StatusCode, Json<MadeTokenAnswer>), Problem> {
    let NewToken { name, role, areas, rights, days } = body.json()?;
    let made = app.make_token(&caller, TokenDraft { name, role, areas, rights, days }).await?;
    Ok((StatusCode::CREATED, Json(MadeTokenAnswer { id: made.id, secret: made.secret })))
}

/// Ends a token at once.
#[utoipa::path(delete, path = "/api/tokens/{id}", params(("id" = String, Path)), tag = "accounts",
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn revoke(State(app): State<Arc<App>>, KeeperOfTokens(caller): KeeperOfTokens, At(id): At<String>) -> Result<StatusCode, Problem> {
    app.revoke_token(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
