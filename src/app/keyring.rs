//! The site's keys, read when they are needed: a key made or rotated by the command line is taken up by a running server.

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;

use super::{
    App, Caller, Conflict, Refusal,
    load::blocking,
    persons::reseal,
    second_factor::{resealed, sealed_otherwise},
};
use crate::{
    domain::access::Right,
    store::{StoreError, Touched},
    vault::{CannotOpen, CannotSeal, KeyId, Keys},
};

/// Reads the key file; `None` when there is none, an error as a sentence when it cannot be read.
pub type KeySource = Box<dyn Fn() -> Result<Option<Keys>, String> + Send + Sync>;

/// Persons sealed anew in one write: others who write wait for as long as it takes.
const RESEALED_AT_ONCE: i64 = 500;

const PUT_BACK: &str = "put your safety copy of the key file back";

/// The keys as read last, and where to read them.
#[derive(Default)]
pub(super) struct KeyRing {
    source: OnceLock<KeySource>,
    read: ArcSwapOption<Keys>,
}

impl App {
    /// Says where the site's keys are; the first one told stays.
    pub fn read_keys_with(&self, source: KeySource) {
        let _ = self.key_ring.source.set(source);
    }

    /// The site's keys. Without them, or with those of another site, it keeps no personal data and everything else works.
    pub fn keys(&self) -> Result<Arc<Keys>, Refusal> {
        let site = self.site();
        let has = |keys: &Keys, id: &str| id.is_empty() || keys.ids().any(|known| known.to_string() == id);
        let keys = match self.key_ring.read.load_full().filter(|keys| has(keys, &site.newest_key)) {
            Some(keys) => keys,
            None => self.read_keys_anew()?.ok_or_else(|| self.no_key())?,
        };
        let bound = &site.people_key;
        if !bound.is_empty() && keys.ids().next().is_none_or(|oldest| oldest.to_string() != *bound) {
            return Err(people_off(format!("the personal data of this site needs the key {bound}, which is not the first in the key file; {PUT_BACK}")));
        }
        if !has(&keys, &site.newest_key) {
            return Err(people_off(format!(
                "the key {} was rotated in and is not in the key file, so this is an older copy of it; {PUT_BACK}",
                site.newest_key
            )));
        }
        Ok(keys)
    }

    /// The keys that open what was sealed with these: read anew when one was rotated in meanwhile.
    pub(super) fn keys_that_open(&self, keys: Arc<Keys>, sealed_with: impl IntoIterator<Item = KeyId>) -> Result<Arc<Keys>, Refusal> {
        let sealed_with: Vec<KeyId> = sealed_with.into_iter().collect();
        let missing = |keys: &Keys| sealed_with.iter().find(|id| keys.ids().all(|known| known != **id)).copied();
        if missing(&keys).is_none() {
            return Ok(keys);
        }
        let keys = self.read_keys_anew()?.ok_or_else(|| self.no_key())?;
        match missing(&keys) {
            None => Ok(keys),
            Some(id) => Err(people_off(format!("this was sealed with the key {id}, which is not in the key file; {PUT_BACK}"))),
        }
    }

    /// How many persons and second factors another key than the newest sealed.
    pub async fn sealed_with_older_keys(&self, caller: &Caller) -> Result<i64, Refusal> {
        caller.must(Right::ManageTokens)?;
        self.read_keys_anew()?;
        let keys = self.keys()?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let factors = sealed_otherwise(&mut write, &keys).await?.len();
        Ok(write.persons_sealed_otherwise(&caller.scope, keys.newest(), 0).await?.1 + i64::try_from(factors).unwrap_or_default())
    }

    /// Tells every process of the site that the key file has a new key, which seals from now on.
    pub async fn announce_key(&self, caller: &Caller) -> Result<(), Refusal> {
        caller.must(Right::ManageTokens)?;
        self.read_keys_anew()?;
        let newest = self.keys()?.newest().to_string();
        let mut write = self.store.begin(Self::now_ms()).await?;
        write.set_site("newest_key", &newest).await?;
        write.commit(caller.audit("add_key", &newest, serde_json::Value::Null), Touched::All).await?;
        self.catch_up().await
    }

    /// Seals the second factors and some persons anew with the newest key, as one write; gives how many are left. Whoever reads meanwhile
    /// finds each row whole.
    pub async fn reseal_some(&self, caller: &Caller) -> Result<i64, Refusal> {
        caller.must(Right::ManageTokens)?;
        let keys = self.keys()?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let (sealed, left) = write.persons_sealed_otherwise(&caller.scope, keys.newest(), RESEALED_AT_ONCE).await?;
        let factors = sealed_otherwise(&mut write, &keys).await?;
        for account in &factors {
            write.put_account(&resealed(&keys, account)?).await?;
        }
        let count = sealed.len();
        let (newest, anew) = (keys.newest(), blocking(move || sealed.iter().map(|person| reseal(&keys, person)).collect::<Result<Vec<_>, _>>()).await??);
        write.put_persons(&anew).await?;
        let detail = serde_json::json!({ "key": newest.to_string(), "persons": count, "second_factors": factors.len() });
        write.commit(caller.audit("reseal_persons", "persons", detail), Touched::Houses).await?;
        Ok(left - i64::try_from(count).unwrap_or_default())
    }

    pub(super) fn read_keys_anew(&self) -> Result<Option<Arc<Keys>>, Refusal> {
        let Some(source) = self.key_ring.source.get() else { return Ok(None) };
        let keys = source().map_err(|reason| {
            // It names a path, which is nobody's business who asks from elsewhere.
            tracing::error!(%reason, "cannot read the key file");
            people_off("the key file cannot be read; the site's log says why")
        })?;
        let keys = keys.map(Arc::new);
        self.key_ring.read.store(keys.clone());
        Ok(keys)
    }

    /// There is no key file: a site that never had one may make it, another one has lost it.
    fn no_key(&self) -> Refusal {
        let bound = &self.site().people_key;
        if bound.is_empty() {
            people_off("this site has no key, so it keeps no personal data; make one with: sanshi key make --data DIR")
        } else {
            people_off(format!("the personal data of this site needs the key {bound}, and the key file is gone; {PUT_BACK}"))
        }
    }
}

fn people_off(detail: impl Into<String>) -> Refusal {
    Refusal::Conflict { conflict: Conflict::PeopleOff, detail: detail.into() }
}

impl From<CannotOpen> for Refusal {
    fn from(error: CannotOpen) -> Self {
        match error {
            CannotOpen::UnknownKey(_) => people_off(error.to_string()),
            CannotOpen::CutShort | CannotOpen::Tampered => StoreError::Damaged(error.to_string()).into(),
        }
    }
}

impl From<CannotSeal> for Refusal {
    fn from(error: CannotSeal) -> Self {
        StoreError::Unavailable(error.to_string()).into()
    }
}
