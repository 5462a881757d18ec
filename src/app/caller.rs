//! Who asks, and the tokens by which they are known.

use sha2::{Digest, Sha256};

use super::{App, Refusal, new_id, record::no_house};
use crate::{
    domain::{
        access::{Right, Role},
        house::House,
        scope::Scope,
    },
    store::{Audit, NewToken, Touched},
};

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    pub name: String,
    pub role: Role,
    pub scope: Scope,
}

impl Caller {
    /// Somebody without a token.
    #[must_use]
    pub fn public() -> Self {
        Self { name: "public".to_owned(), role: Role::Public, scope: Scope::everywhere() }
    }

    /// Whoever sits at the machine and holds the data folder.
    #[must_use]
    pub fn console() -> Self {
        Self { name: "console".to_owned(), role: Role::Administrator, scope: Scope::everywhere() }
    }

    pub fn must(&self, right: Right) -> Result<(), Refusal> {
        if self.role.may(right) { Ok(()) } else { Err(Refusal::Forbidden { right, role: self.role }) }
    }

    /// What is out of reach looks like what is not there.
    pub(super) fn must_reach(&self, house: &House) -> Result<(), Refusal> {
        if self.scope.includes(&house.area_code) { Ok(()) } else { Err(no_house(&house.code)) }
    }

    pub(super) fn audit<'a>(&'a self, action: &'a str, subject: &'a str, detail: serde_json::Value) -> Audit<'a> {
        Audit { who: &self.name, role: self.role.as_str(), action, subject, detail, why: "", place: "" }
    }
}

/// A token that was just made. Its secret is shown once and never again.
#[derive(Clone, Debug)]
pub struct MadeToken {
    pub id: String,
    pub secret: String,
}

/// So that a leaked one is recognised as ours by a search.
const PREFIX: &str = "sanshi_";

impl App {
    /// Who the bearer of a secret is; `None` when it is not in force.
    pub async fn bearer(&self, secret: &str) -> Result<Option<Caller>, Refusal> {
        let token = self.store.token(&hash(secret), Self::now_ms()).await?;
        Ok(token.map(|token| Caller { name: token.name, role: token.role, scope: token.area_code.map_or_else(Scope::everywhere, |code| Scope::of([code])) }))
    }

    /// Makes a token of 256 random bits, in force until it expires or is revoked.
    pub async fn make_token(&self, caller: &Caller, name: &str, role: Role, area_code: Option<&str>, days: Option<u32>) -> Result<MadeToken, Refusal> {
        caller.must(Right::ManageTokens)?;
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| crate::store::StoreError::Unavailable(format!("no randomness: {error}")))?;
        let secret = format!("{PREFIX}{}", hex(&bytes));
        let id = new_id();
        let now = Self::now_ms();
        let mut write = self.store.begin(now).await?;
        let expires_at_ms = days.map(|days| now + i64::from(days) * 86_400_000);
        write.add_token(&NewToken { id: &id, secret_hash: &hash(&secret), name, role, area_code, expires_at_ms }).await?;
        let detail = serde_json::json!({ "role": role, "area": area_code, "name": name });
        write.commit(caller.audit("make_token", &id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(MadeToken { id, secret })
    }

    /// Ends a token at once.
    pub async fn revoke_token(&self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        caller.must(Right::ManageTokens)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        if !write.revoke_token(id).await? {
            return Err(Refusal::NotFound { what: "token in force", name: id.chars().take(80).collect() });
        }
        write.commit(caller.audit("revoke_token", id, serde_json::Value::Null), Touched::Houses).await?;
        self.catch_up().await
    }
}

/// SHA-256 in hexadecimal: of a policy's document, and of a token, whose 256 random bits need no slow hash.
#[must_use]
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
