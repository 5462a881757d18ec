//! Who asks.

use sha2::{Digest, Sha256};

use super::{Refusal, record::no_house};
use crate::{
    domain::{
        access::{Right, Role},
        house::{House, HouseCode},
        scope::Scope,
    },
    store::{Audit, StoreError, Write},
    vault::hex,
};

/// Who asks, what they may do and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    pub name: String,
    pub role: Role,
    pub scope: Scope,
    rights: Vec<Right>,
    /// The account of who signed in with one.
    pub account: Option<SignedIn>,
    /// The address they ask from; empty on the machine itself.
    place: String,
}

/// The account that a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub id: String,
    pub has_second_factor: bool,
    /// The site asks for a second factor that is not enrolled: until it is, nothing else may be done.
    pub must_enrol: bool,
}

impl Caller {
    /// Somebody of a role who answers for a scope. Rights over the whole site are for those alone who answer for all of it.
    #[must_use]
    pub fn new(name: String, role: Role, scope: Scope) -> Self {
        let everywhere = scope.codes().is_none();
        let rights = role.rights().iter().copied().filter(|right| everywhere || !right.is_site_wide()).collect();
        Self { name, role, scope, rights, account: None, place: String::new() }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn public() -> Self {
        Self::new("public".to_owned(), Role::Public, Scope::everywhere())
    }

    /// Whoever sits at the machine and holds the data folder.
    #[must_use]
    pub fn console() -> Self {
        Self::new("console".to_owned(), Role::Administrator, Scope::everywhere())
    }

    /// The same with none but these of its rights.
    #[must_use]
    pub fn keeping(mut self, kept: &[Right]) -> Self {
        self.rights.retain(|right| kept.contains(right));
        self
    }

    /// The same, asking from an address.
    #[must_use]
    pub fn at(self, place: String) -> Self {
        Self { place, ..self }
    }

    #[must_use]
    pub(super) fn signed_in(mut self, account: SignedIn) -> Self {
        if account.must_enrol {
            self.rights.clear();
        }
        self.account = Some(account);
        self
    }

    #[must_use]
    pub fn rights(&self) -> &[Right] {
        &self.rights
    }

    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    pub fn must(&self, right: Right) -> Result<(), Refusal> {
        if self.may(right) { Ok(()) } else { Err(Refusal::Forbidden { right, role: self.role }) }
    }

    /// Who has all rights of a role may give any; who keeps only some of them can give no others.
    pub(super) fn must_give(&self, rights: &[Right]) -> Result<(), Refusal> {
        let is_whole = self.role.rights().iter().all(|right| self.may(*right));
        if is_whole { Ok(()) } else { rights.iter().try_for_each(|right| self.must(*right)) }
    }

    /// What is out of reach looks like what is not there.
    pub(super) fn must_reach(&self, house: &House) -> Result<(), Refusal> {
        if self.scope.includes(&house.area_code) { Ok(()) } else { Err(no_house(&house.code)) }
    }

    /// The house that something is kept of, by the code kept with it; what is kept of a house out of reach is as missing as the house.
    pub(super) async fn must_reach_of(&self, write: &mut Write, house_code: &str, missing: impl FnOnce() -> Refusal) -> Result<HouseCode, Refusal> {
        let code = HouseCode::new(house_code).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let house = write.house(&code).await?.ok_or_else(|| StoreError::Damaged(format!("house {code} is gone and something is kept of it")))?;
        if self.scope.includes(&house.record.house.area_code) { Ok(code) } else { Err(missing()) }
    }

    pub(super) fn audit<'a>(&'a self, action: &'a str, subject: &'a str, detail: serde_json::Value) -> Audit<'a> {
        Audit { who: &self.name, role: self.role.as_str(), action, subject, detail, place: &self.place }
    }
}

/// 256 random bits in hexadecimal.
pub(super) fn new_secret() -> Result<String, Refusal> {
    Ok(hex(&random::<32>()?))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// SHA-256 in hexadecimal: of a policy's document, and of secrets of 256 random bits, which need no slow hash.
#[must_use]
pub fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
