//! The site's policies: the default one of a new site, and the rulebook they make.

use std::sync::Arc;

use super::{App, Caller, Conflict, Flaw, Refusal, caller::hash};
use crate::{
    domain::{
        access::Right,
        day::Day,
        policy::{Edition, Policy, Rulebook},
    },
    store::{Store, StoreError, StoredEdition, Touched},
};

/// What a new site rates by: only what the landlord can change.
const DEFAULT: &str = include_str!("../../seeds/policies/house-conduct.toml");

/// Gives a site without a policy the given one, or the default. A site that has one keeps it.
pub(super) async fn ensure(store: &Store, document: Option<&str>, now_ms: i64) -> Result<(), Refusal> {
    if !store.policy_editions().await?.is_empty() {
        return Ok(());
    }
    let document = document.unwrap_or(DEFAULT);
    let policy = parse(document)?;
    let by = Caller::console();
    let mut write = store.begin(now_ms).await?;
    let version = write.keep_policy(&policy.name, &hash(document), document, &by.name).await?;
    write.activate_policy(Day::FIRST, &policy.name, version, &by.name).await?;
    let detail = serde_json::json!({ "version": version, "valid_from": Day::FIRST });
    write.commit(by.audit("activate_policy", &policy.name, detail), Touched::All).await?;
    Ok(())
}

impl App {
    /// Reads a document without keeping it: its policy and hash.
    pub fn check_policy(&self, document: &str) -> Result<(Policy, String), Refusal> {
        Ok((parse(document)?, hash(document)))
    }

    /// The editions in order of the days from which they hold, with their documents.
    pub async fn policy_editions(&self) -> Result<Vec<StoredEdition>, Refusal> {
        Ok(self.store.policy_editions().await?)
    }

    /// Lets a policy hold from a day on, today or later: what was decided before stays decided. Gives its version.
    pub async fn activate_policy(&self, caller: &Caller, document: &str, valid_from: Day) -> Result<(String, i64, String), Refusal> {
        use crate::transfer::FaultCode;
        caller.must(Right::ManagePolicies)?;
        let policy = parse(document)?;
        let today = self.today();
        if valid_from < today {
            return Err(Refusal::one("valid_from", FaultCode::InThePast, format!("today, {today}, or a later day"), valid_from.to_string()));
        }
        if self.store.policy_editions().await?.iter().any(|edition| edition.valid_from == valid_from) {
            return Err(Refusal::Conflict {
                conflict: Conflict::AlreadyActive,
                detail: format!("another policy holds from {valid_from} on; choose another day"),
            });
        }
        let hash = hash(document);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let version = write.keep_policy(&policy.name, &hash, document, &caller.name).await?;
        write.activate_policy(valid_from, &policy.name, version, &caller.name).await?;
        let detail = serde_json::json!({ "version": version, "hash": hash, "valid_from": valid_from });
        write.commit(caller.audit("activate_policy", &policy.name, detail), Touched::All).await?;
        self.catch_up().await?;
        Ok((policy.name, version, hash))
    }
}

pub(super) async fn rulebook(store: &Store) -> Result<Rulebook, StoreError> {
    let editions = store
        .policy_editions()
        .await?
        .into_iter()
        .map(|stored| {
            let policy = Policy::parse(&stored.document).map_err(|fault| StoreError::Damaged(fault.to_string()))?;
            Ok(Edition { valid_from: stored.valid_from, version: stored.version, hash: stored.hash, policy: Arc::new(policy) })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Rulebook::new(editions).ok_or_else(|| StoreError::Damaged("the site has no policy".to_owned()))
}

/// Reads a policy document; a refusal names line and reason.
pub(super) fn parse(document: &str) -> Result<Policy, Refusal> {
    use crate::transfer::FaultCode;
    Policy::parse(document).map_err(|fault| {
        let found: String = fault.reason.chars().take(400).collect();
        Refusal::Invalid(vec![Flaw {
            field: format!("line {}", fault.line),
            code: FaultCode::BadPolicy,
            expected: "a policy that can be used".to_owned(),
            found,
        }])
    })
}
