//! Signing in and out by name, password and second factor.

use std::net::IpAddr;

use super::{
    App, Caller, Refusal,
    accounts::{checked_password, name_of},
    caller::{SignedIn, hash, new_secret},
    throttle::Try,
};
use crate::{
    domain::account::SecondFactor,
    store::{AccountRecord, SessionRecord, Touched, Write},
};

/// What somebody signs in with.
#[derive(Clone)]
pub struct SignIn {
    pub name: String,
    pub password: String,
    /// The code that the authenticator shows, where there is one.
    pub code: Option<String>,
}

/// A session that was just begun. Its secret is told once.
pub struct Session {
    pub secret: String,
    pub caller: Caller,
}

/// Milliseconds after which a session ends, used or not.
const ABSOLUTE_MS: i64 = 12 * 60 * 60_000;
/// How often at most it is noted that a session is in use.
const NOTED_EVERY_MS: i64 = 60_000;

impl App {
    /// Signs somebody in. A wrong name, a wrong password and a disabled account look alike, in time too.
    pub async fn sign_in(&self, given: SignIn, from: IpAddr) -> Result<Session, Refusal> {
        let now = Self::now_ms();
        let folded = given.name.trim().to_lowercase();
        let tried = self.throttle.begin(&folded, from, now)?;
        let result = self.checked_sign_in(&given, &folded, now).await;
        match &result {
            Ok(_) => self.throttle.succeeded(&tried),
            // A wrong code is a failure; one that was not given yet is none.
            Err(Refusal::BadSignIn) => tracing::warn!("a sign-in was refused"),
            Err(Refusal::SecondFactorNeeded { .. }) if given.code.is_some() => tracing::warn!("a code of a second factor was refused"),
            Err(_) => self.throttle.withdraw(&tried),
        }
        result
    }

    async fn checked_sign_in(&self, given: &SignIn, folded: &str, now: i64) -> Result<Session, Refusal> {
        let account = self.store.account_named(folded).await?.filter(|account| account.disabled_at_ms.is_none());
        let right = self.passwords.is(&given.password, account.as_ref().map(|account| account.password.as_str())).await?;
        let Some(account) = account.filter(|_| right) else { return Err(Refusal::BadSignIn) };
        let step = self.step_given(&account, given.code.as_deref(), now)?;
        let mut write = self.store.begin(now).await?;
        // It may have been changed while the password was looked at.
        if write.account(&account.id).await?.is_none_or(|now| (&now.password, &now.totp, now.disabled_at_ms) != (&account.password, &account.totp, None)) {
            return Err(Refusal::BadSignIn);
        }
        if let Some(step) = step
            && !write.use_totp_step(&account.id, step).await?
        {
            return Err(Refusal::SecondFactorNeeded { detail: "this code was used already; wait for the next one" });
        }
        let secret = new_secret()?;
        write.forget_sessions(now - ABSOLUTE_MS, now - self.idle_ms()).await?;
        write.add_session(&hash(&secret), &account.id).await?;
        let caller = self.caller_of(account);
        write.commit(caller.audit("sign_in", caller.account_id(), serde_json::Value::Null), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(Session { secret, caller })
    }

    /// Who holds a session, which is thereby in use; `None` when it is over.
    pub async fn session(&self, secret: &str) -> Result<Option<Caller>, Refusal> {
        let (id, now) = (hash(secret), Self::now_ms());
        let Some(session) = self.session_at(&id, now).await? else { return Ok(None) };
        if now >= session.seen_at_ms + NOTED_EVERY_MS {
            self.store.session_seen(&id, now).await?;
        }
        Ok(Some(self.caller_of(session.account)))
    }

    /// The same without using it.
    pub async fn session_unused(&self, secret: &str) -> Result<Option<Caller>, Refusal> {
        Ok(self.session_at(&hash(secret), Self::now_ms()).await?.map(|session| self.caller_of(session.account)))
    }

    async fn session_at(&self, id: &str, now: i64) -> Result<Option<SessionRecord>, Refusal> {
        let goes_on = |session: &SessionRecord| {
            now < session.begun_at_ms + ABSOLUTE_MS && now < session.seen_at_ms + self.idle_ms() && session.account.disabled_at_ms.is_none()
        };
        Ok(self.store.session(id).await?.filter(goes_on))
    }

    /// Ends a session at once. Nobody is told whether there was one.
    pub async fn sign_out(&self, secret: &str) -> Result<(), Refusal> {
        let Some(caller) = self.session(secret).await? else { return Ok(()) };
        let mut write = self.store.begin(Self::now_ms()).await?;
        write.end_session(&hash(secret)).await?;
        write.commit(caller.audit("sign_out", caller.account_id(), serde_json::Value::Null), Touched::Houses).await?;
        self.catch_up().await
    }

    /// Gives the asker another password and signs them out everywhere but here, where a new session begins.
    pub async fn change_own_password(&self, caller: &Caller, current: &str, new: &str, from: IpAddr) -> Result<Session, Refusal> {
        let (account, tried) = self.own_account(caller, current, from).await?;
        self.throttle.succeeded(&tried);
        let password = self.passwords.hash(&checked_password(new, &name_of(&account)?)?).await?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut now = write.account(&account.id).await?.filter(|now| now.password == account.password).ok_or(Refusal::BadSignIn)?;
        now.password = password;
        write.put_account(&now).await?;
        let secret = only_session(&mut write, &now.id).await?;
        write.commit(caller.audit("change_own_password", &now.id, serde_json::Value::Null), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(Session { secret, caller: self.caller_of(now) })
    }

    /// The asker's account, after they gave its password once more, and the try, which counts as failed until it is said to be none.
    pub(super) async fn own_account(&self, caller: &Caller, password: &str, from: IpAddr) -> Result<(AccountRecord, Try), Refusal> {
        let Some(signed_in) = &caller.account else {
            return Err(Refusal::NotFound { what: "account of", name: caller.name.clone() });
        };
        let account = self.store.account_named(&caller.name.to_lowercase()).await?.filter(|account| account.id == signed_in.id);
        let account = account.ok_or(Refusal::BadSignIn)?;
        let tried = self.throttle.begin_again(&account.folded, from, Self::now_ms())?;
        let right = self.passwords.is(password, Some(&account.password)).await.inspect_err(|_| self.throttle.withdraw(&tried))?;
        if !right {
            return Err(Refusal::BadSignIn);
        }
        Ok((account, tried))
    }

    pub(super) fn caller_of(&self, account: AccountRecord) -> Caller {
        let has_second_factor = account.totp.is_some();
        let must_enrol = !has_second_factor && self.site().second_factor == SecondFactor::Staff;
        let scope = self.scope_of(account.areas);
        Caller::new(account.name, account.role, scope).signed_in(SignedIn { id: account.id, has_second_factor, must_enrol })
    }

    fn idle_ms(&self) -> i64 {
        self.site().session_idle_minutes * 60_000
    }
}

impl Caller {
    /// The id of the account of who signed in; empty for others.
    fn account_id(&self) -> &str {
        self.account.as_ref().map_or("", |account| account.id.as_str())
    }
}

/// Ends all sessions of an account and begins one; gives its secret.
pub(super) async fn only_session(write: &mut Write, account: &str) -> Result<String, Refusal> {
    let secret = new_secret()?;
    write.end_sessions_of(account).await?;
    write.add_session(&hash(&secret), account).await?;
    Ok(secret)
}
