//! API tokens: keys for programs.

use super::{
    App, Caller, Refusal,
    accounts::{checked_areas, must_be_free},
    caller::{hash, new_secret},
    new_id,
};
use crate::{
    domain::{
        access::{Right, Role},
        account::{folded, names_somebody},
    },
    store::{TokenRecord, Touched},
    transfer::FaultCode,
};

/// A token as somebody asks for it.
#[derive(Clone, Debug)]
pub struct TokenDraft {
    /// Whose it is; 1 to 80 visible characters. No account and no other token in force has the name.
    pub name: String,
    pub role: Role,
    /// Codes; `None`: the whole site.
    pub areas: Option<Vec<String>>,
    /// Those of the role's rights that it keeps; `None`: all of them. An empty list may only see what the public sees.
    pub rights: Option<Vec<Right>>,
    /// Until it expires; `None`: in force until revoked.
    pub days: Option<u32>,
}

impl TokenDraft {
    /// A token with all rights of a role, over the whole site, until it is revoked.
    #[must_use]
    pub fn new(name: &str, role: Role) -> Self {
        Self { name: name.to_owned(), role, areas: None, rights: None, days: None }
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
/// As many are listed.
const MOST_LISTED: i64 = 1_000;

impl App {
    /// Who the bearer of a secret is; `None` when it is not in force.
    pub async fn bearer(&self, secret: &str) -> Result<Option<Caller>, Refusal> {
        let Some(token) = self.store.token(&hash(secret), Self::now_ms()).await? else { return Ok(None) };
        let caller = Caller::new(token.name, token.role, self.scope_of(token.areas));
        Ok(Some(match token.rights {
            Some(kept) => caller.keeping(&kept),
            None => caller,
        }))
    }

    /// Makes a token of 256 random bits, in force until it expires or is revoked.
    pub async fn make_token(&self, caller: &Caller, draft: TokenDraft) -> Result<MadeToken, Refusal> {
        caller.must(Right::ManageTokens)?;
        let name = draft.name.trim();
        if !names_somebody(name, 80) {
            let expected = "whose token it is, in 1 to 80 visible characters with single blanks, other than console and public";
            return Err(Refusal::one("name", FaultCode::MissingValue, expected, name));
        }
        if draft.role == Role::Public {
            return Err(Refusal::one("role", FaultCode::UnknownValue, "a role of staff", draft.role.as_str()));
        }
        caller.must_give(draft.rights.as_deref().unwrap_or(draft.role.rights()))?;
        if let Some(foreign) = draft.rights.iter().flatten().find(|right| !draft.role.may(**right)) {
            let right = serde_json::json!(foreign);
            return Err(Refusal::one("rights", FaultCode::UnknownValue, format!("rights that {} has", draft.role), right.as_str().unwrap_or_default()));
        }
        let now = Self::now_ms();
        let token = TokenRecord {
            id: new_id(),
            name: name.to_owned(),
            role: draft.role,
            areas: checked_areas(draft.areas)?,
            rights: draft.rights,
            made_at_ms: now,
            expires_at_ms: draft.days.map(|days| now + i64::from(days) * 86_400_000),
        };
        let secret = format!("{PREFIX}{}", new_secret()?);
        let mut write = self.store.begin(now).await?;
        must_be_free(&mut write, &folded(&token.name)).await?;
        write.add_token(&token, &hash(&secret)).await?;
        let detail = serde_json::json!({ "role": token.role, "areas": token.areas, "rights": token.rights, "days": draft.days, "name": token.name });
        write.commit(caller.audit("make_token", &token.id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(MadeToken { id: token.id, secret })
    }

    /// The newest 1,000 tokens in force.
    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<TokenRecord>, Refusal> {
        caller.must(Right::ManageTokens)?;
        Ok(self.store.tokens(Self::now_ms(), MOST_LISTED).await?)
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
