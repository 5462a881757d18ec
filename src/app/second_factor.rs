//! The second factor: enrolling one, and the codes it gives.

use std::{net::IpAddr, sync::Arc};

use super::{
    App, Caller, Conflict, Refusal,
    caller::random,
    sessions::{Session, only_session},
};
use crate::{
    store::{AccountRecord, Touched, Write},
    vault::{KeyId, Keys, Sealed, Zeroizing, totp},
};

/// A second factor that waits for its first code. It is shown once.
pub struct Enrolment {
    /// As people type it.
    pub secret: String,
    /// As an authenticator program reads it from a QR code.
    pub uri: String,
}

const PURPOSE: &str = "totp";

impl App {
    /// Begins to enrol a second factor for the asker, who gives the password once more and a code of the one in use, if any. That one
    /// holds until the new one has shown its first code.
    pub async fn begin_second_factor(&self, caller: &Caller, password: &str, code: Option<&str>, from: IpAddr) -> Result<Enrolment, Refusal> {
        let keys = self.keys_for_secrets()?;
        let (account, tried) = self.own_account(caller, password, from).await?;
        let step = self.step_given(&account, code, Self::now_ms()).inspect_err(|_| {
            if code.is_none() {
                self.throttle.withdraw(&tried);
            }
        })?;
        self.throttle.succeeded(&tried);
        let secret = Zeroizing::new(random::<{ totp::SECRET_BYTES }>()?);
        let sealed = keys.seal(PURPOSE, &account.id, &*secret)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let unchanged = |now: &AccountRecord| (&now.password, &now.totp) == (&account.password, &account.totp);
        let mut account = write.account(&account.id).await?.filter(unchanged).ok_or(Refusal::BadSignIn)?;
        if let Some(step) = step {
            if !write.use_totp_step(&account.id, step).await? {
                return Err(Refusal::SecondFactorNeeded { detail: "this code was used already; wait for the next one" });
            }
            account.totp_step = Some(step);
        }
        account.totp_next = Some(sealed.as_bytes().to_vec());
        write.put_account(&account).await?;
        write.commit(caller.audit("begin_second_factor", &account.id, serde_json::Value::Null), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(Enrolment { secret: totp::base32(&*secret), uri: totp::uri(&*secret, &self.site().name.en, &account.name) })
    }

    /// Takes the begun second factor into use when a code shows that the authenticator has it. The asker is signed out everywhere but
    /// here, where a new session begins.
    pub async fn confirm_second_factor(&self, caller: &Caller, code: &str, from: IpAddr) -> Result<Session, Refusal> {
        let no_enrolment = || Refusal::NotFound { what: "second factor begun by", name: caller.name.clone() };
        let id = &caller.account.as_ref().ok_or_else(no_enrolment)?.id;
        let now = Self::now_ms();
        let tried = self.throttle.begin_again(&caller.name.to_lowercase(), from, now)?;
        let mut write = self.store.begin(now).await?;
        let mut account = write.account(id).await?.ok_or_else(no_enrolment)?;
        let secret = self.opened(&account.id, account.totp_next.as_deref().ok_or_else(no_enrolment)?)?;
        let step = totp::step_of(&secret, code, now / 1000, None);
        let step = step.ok_or(Refusal::SecondFactorNeeded { detail: "this is not the code that it shows now" })?;
        (account.totp, account.totp_next, account.totp_step) = (account.totp_next, None, Some(step));
        write.put_account(&account).await?;
        let secret = only_session(&mut write, &account.id).await?;
        write.commit(caller.audit("enrol_second_factor", &account.id, serde_json::Value::Null), Touched::Houses).await?;
        self.throttle.succeeded(&tried);
        self.catch_up().await?;
        Ok(Session { secret, caller: self.caller_of(account) })
    }

    /// The step of the code given at a sign-in; `None` for an account without a second factor.
    pub(super) fn step_given(&self, account: &AccountRecord, code: Option<&str>, now_ms: i64) -> Result<Option<i64>, Refusal> {
        let Some(sealed) = &account.totp else { return Ok(None) };
        let code = code.ok_or(Refusal::SecondFactorNeeded { detail: "send the code that the authenticator shows" })?;
        let secret = self.opened(&account.id, sealed)?;
        match totp::step_of(&secret, code, now_ms / 1000, account.totp_step) {
            Some(step) => Ok(Some(step)),
            None => Err(Refusal::SecondFactorNeeded { detail: "this is not the code that it shows now, or it was used already" }),
        }
    }

    /// The site's keys, refused in the words of who wants a secret kept.
    pub(super) fn keys_for_secrets(&self) -> Result<Arc<Keys>, Refusal> {
        self.keys().map_err(|refusal| match refusal {
            Refusal::Conflict { conflict: Conflict::PeopleOff, detail } => Refusal::NoSiteKey { detail },
            other => other,
        })
    }

    fn opened(&self, id: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let sealed = Sealed::from_bytes(sealed.to_vec())?;
        let keys = self.keys_that_open(self.keys_for_secrets()?, [sealed.key_id()])?;
        Ok(keys.open(PURPOSE, id, &sealed)?)
    }
}

/// The accounts whose second factor an older key than the newest sealed. One whose key is gone for good is not among them.
pub(super) async fn sealed_otherwise(write: &mut Write, keys: &Keys) -> Result<Vec<AccountRecord>, Refusal> {
    let older: Vec<KeyId> = keys.ids().filter(|id| *id != keys.newest()).collect();
    let is_older = |sealed: &Option<Vec<u8>>| {
        let id = sealed.as_ref().map(|bytes| Sealed::from_bytes(bytes.clone()).map(|sealed| sealed.key_id())).transpose()?;
        Ok::<_, Refusal>(id.is_some_and(|id| older.contains(&id)))
    };
    let mut accounts = Vec::new();
    for account in write.accounts().await? {
        if is_older(&account.totp)? || is_older(&account.totp_next)? {
            accounts.push(account);
        }
    }
    Ok(accounts)
}

/// The same account, its second factor sealed with the newest key.
pub(super) fn resealed(keys: &Keys, account: &AccountRecord) -> Result<AccountRecord, Refusal> {
    let anew = |sealed: &Option<Vec<u8>>| {
        let Some(bytes) = sealed else { return Ok::<_, Refusal>(None) };
        let plain = keys.open(PURPOSE, &account.id, &Sealed::from_bytes(bytes.clone())?)?;
        Ok(Some(keys.seal(PURPOSE, &account.id, &plain)?.as_bytes().to_vec()))
    };
    Ok(AccountRecord { totp: anew(&account.totp)?, totp_next: anew(&account.totp_next)?, ..account.clone() })
}
