//! The site's policies: the default one of a new site, and the rulebook they make.

use std::sync::Arc;

use super::{Caller, Refusal, caller::hash};
use crate::{
    domain::{
        day::Day,
        policy::{Edition, Policy, Rulebook},
    },
    store::{Scope, Store, StoreError},
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
    write.commit(by.audit("activate_policy", &policy.name, detail), Scope::All).await?;
    Ok(())
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

fn parse(document: &str) -> Result<Policy, Refusal> {
    use crate::transfer::FaultCode;
    Policy::parse(document).map_err(|fault| Refusal::one("policy", FaultCode::BadPolicy, "a policy document", fault.to_string()))
}
