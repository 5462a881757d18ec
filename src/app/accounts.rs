//! Accounts: who may sign in, in which role and for which areas.

use super::{App, Caller, Conflict, Refusal, new_id};
use crate::{
    domain::{
        access::{Right, Role},
        account::{AccountName, Password, SecondFactor},
    },
    store::{AccountRecord, StoreError, Touched, Write},
    transfer::FaultCode,
};

/// An account as an administrator asks for it.
#[derive(Clone, Debug)]
pub struct AccountDraft {
    pub name: String,
    pub password: String,
    pub role: Role,
    /// Codes; `None`: the whole site.
    pub areas: Option<Vec<String>>,
}

/// What is to be changed of an account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub role: Option<Role>,
    /// `Some(None)`: the whole site.
    pub areas: Option<Option<Vec<String>>>,
    pub disabled: Option<bool>,
    pub password: Option<String>,
    /// Takes the second factor away, for somebody who lost it.
    pub reset_second_factor: bool,
}

impl App {
    /// All accounts in order of name.
    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<AccountRecord>, Refusal> {
        caller.must(Right::ManageAccounts)?;
        Ok(self.store.accounts().await?)
    }

    pub async fn add_account(&self, caller: &Caller, draft: AccountDraft) -> Result<AccountRecord, Refusal> {
        caller.must(Right::ManageAccounts)?;
        caller.must_give(draft.role.rights())?;
        let account = self.new_account(draft).await?;
        let mut write = self.store.begin(account.made_at_ms).await?;
        put_new(&mut write, &account).await?;
        let detail = serde_json::json!({ "name": account.name, "role": account.role, "areas": account.areas });
        write.commit(caller.audit("add_account", &account.id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(account)
    }

    /// Changes an account. Disabled, with another role or password or without its second factor, it is signed out everywhere at once.
    pub async fn change_account(&self, caller: &Caller, id: &str, change: AccountChange) -> Result<AccountRecord, Refusal> {
        caller.must(Right::ManageAccounts)?;
        let no_account = || Refusal::NotFound { what: "account", name: id.chars().take(80).collect() };
        let areas = change.areas.map(checked_areas).transpose()?;
        if change.role == Some(Role::Public) {
            return Err(not_staff(Role::Public));
        }
        let password = match &change.password {
            Some(text) => {
                let accounts = self.store.accounts().await?;
                let account = accounts.iter().find(|account| account.id == id).ok_or_else(no_account)?;
                Some(self.passwords.hash(&checked_password(text, &name_of(account)?)?).await?)
            }
            None => None,
        };
        let now = Self::now_ms();
        let mut write = self.store.begin(now).await?;
        let before = write.account(id).await?.ok_or_else(no_account)?;
        // Who sets a password can sign in with it.
        caller.must_give(before.role.rights())?;
        caller.must_give(change.role.unwrap_or(before.role).rights())?;
        let mut account = before.clone();
        account.role = change.role.unwrap_or(account.role);
        account.areas = areas.unwrap_or(account.areas);
        account.password = password.unwrap_or(account.password);
        match change.disabled {
            Some(true) => account.disabled_at_ms = account.disabled_at_ms.or(Some(now)),
            Some(false) => account.disabled_at_ms = None,
            None => {}
        }
        if change.reset_second_factor {
            (account.totp, account.totp_next) = (None, None);
        }
        write.put_account(&account).await?;
        if before.administers() && write.administrators().await? == 0 {
            let detail = "nobody could manage the site any more; make another administrator first".to_owned();
            return Err(Refusal::Conflict { conflict: Conflict::LastAdministrator, detail });
        }
        if account.disabled_at_ms.is_some() || account.role != before.role || account.password != before.password || account.totp != before.totp {
            write.end_sessions_of(id).await?;
        }
        let detail = serde_json::json!({
            "role": account.role,
            "areas": account.areas,
            "disabled": account.disabled_at_ms.is_some(),
            "password": account.password != before.password,
            "reset_second_factor": change.reset_second_factor,
        });
        write.commit(caller.audit("change_account", id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(account)
    }

    /// Sets how people sign in here: from whom a second factor is asked, and after how many idle minutes a session ends.
    pub async fn set_sign_in_policy(&self, caller: &Caller, second_factor: SecondFactor, idle_minutes: i64) -> Result<(), Refusal> {
        caller.must(Right::ManageAccounts)?;
        if !IDLE_MINUTES.contains(&idle_minutes) {
            let expected = format!("{} to {} minutes", IDLE_MINUTES.start(), IDLE_MINUTES.end());
            return Err(Refusal::one("idle_minutes", FaultCode::OutOfRange, expected, idle_minutes.to_string()));
        }
        if second_factor == SecondFactor::Staff {
            self.keys_for_secrets()?;
        }
        let mut write = self.store.begin(Self::now_ms()).await?;
        write.set_site("second_factor", second_factor.as_str()).await?;
        write.set_site("session_idle_minutes", &idle_minutes.to_string()).await?;
        let detail = serde_json::json!({ "second_factor": second_factor, "idle_minutes": idle_minutes });
        write.commit(caller.audit("set_sign_in_policy", "site", detail), Touched::All).await?;
        self.catch_up().await
    }

    /// An account that fits, its password hashed.
    pub(super) async fn new_account(&self, draft: AccountDraft) -> Result<AccountRecord, Refusal> {
        let name = AccountName::new(&draft.name)
            .map_err(|bad| Refusal::one("name", FaultCode::MissingValue, bad.to_string().trim_start_matches("expected "), draft.name.as_str()))?;
        if draft.role == Role::Public {
            return Err(not_staff(draft.role));
        }
        let areas = checked_areas(draft.areas)?;
        let password = self.passwords.hash(&checked_password(&draft.password, &name)?).await?;
        Ok(AccountRecord {
            id: new_id(),
            folded: name.folded(),
            name: name.as_str().to_owned(),
            password,
            role: draft.role,
            areas,
            totp: None,
            totp_next: None,
            totp_step: None,
            made_at_ms: Self::now_ms(),
            disabled_at_ms: None,
        })
    }
}

/// Minutes after which an idle session may end.
const IDLE_MINUTES: std::ops::RangeInclusive<i64> = 1..=720;
const MOST_AREAS: usize = 200;

/// Writes a new account unless its name is taken.
pub(super) async fn put_new(write: &mut Write, account: &AccountRecord) -> Result<(), Refusal> {
    must_be_free(write, &account.folded).await?;
    Ok(write.add_account(account).await?)
}

/// One name is one somebody: the audit, the quota of looks and the rule of two officers know people and programs by it.
pub(super) async fn must_be_free(write: &mut Write, folded: &str) -> Result<(), Refusal> {
    let taken = |by: &str| Err(Refusal::Conflict { conflict: Conflict::NameTaken, detail: format!("{by} of this name is there already") });
    if write.account_named(folded).await?.is_some() {
        return taken("an account");
    }
    if write.token_named(folded).await?.is_some() { taken("a token in force") } else { Ok(()) }
}

pub(super) fn name_of(account: &AccountRecord) -> Result<AccountName, Refusal> {
    AccountName::new(&account.name).map_err(|_| StoreError::Damaged(format!("the name of account {}", account.id)).into())
}

/// A password that fits; what was typed is not repeated.
pub(super) fn checked_password(text: &str, name: &AccountName) -> Result<Password, Refusal> {
    let found = || format!("{} characters", text.chars().count());
    Password::new(text, name).map_err(|bad| Refusal::one("password", FaultCode::OutOfRange, bad.to_string().trim_start_matches("expected "), found()))
}

/// Codes of areas somebody may answer for, blanks around them left out.
pub(super) fn checked_areas(areas: Option<Vec<String>>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(areas) = areas else { return Ok(None) };
    let areas: Vec<String> = areas.into_iter().map(|code| code.trim().to_owned()).collect();
    let fits = |code: &String| (1..=64).contains(&code.chars().count()) && !code.chars().any(|c| c.is_whitespace() || c.is_control());
    match areas.iter().find(|code| !fits(code)) {
        Some(bad) => Err(Refusal::one("areas", FaultCode::BadCode, "codes of areas, 1 to 64 visible characters each", bad.as_str())),
        None if areas.is_empty() || areas.len() > MOST_AREAS => {
            Err(Refusal::one("areas", FaultCode::OutOfRange, format!("1 to {MOST_AREAS} codes, or none given for the whole site"), areas.len().to_string()))
        }
        None => Ok(Some(areas)),
    }
}

fn not_staff(role: Role) -> Refusal {
    Refusal::one("role", FaultCode::UnknownValue, "assistant, officer, analyst, planner, auditor or administrator", role.as_str())
}
