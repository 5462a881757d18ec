//! The first start: until there is an administrator, whoever reads the server's terminal may make one.

use std::net::IpAddr;

use super::{
    App, Caller, Refusal,
    accounts::{AccountDraft, put_new},
    caller::{hash, random},
};
use crate::{domain::access::Role, store::Touched, vault::totp::base32};

/// Bytes of the code: 80 bits, 16 letters.
const BYTES: usize = 10;

impl App {
    /// Makes a code with which the first administrator can be made, known to this process alone; `None` when there is one already.
    pub async fn first_start_code(&self) -> Result<Option<String>, Refusal> {
        if self.store.administrators().await? > 0 {
            return Ok(None);
        }
        let letters = base32(&random::<BYTES>()?);
        self.first_start.store(Some(hash(&letters).into()));
        Ok(Some([&letters[..4], &letters[4..8], &letters[8..12], &letters[12..]].join("-")))
    }

    /// Whether this process waits for its first administrator to be made.
    pub async fn is_first_start(&self) -> Result<bool, Refusal> {
        Ok(self.first_start.load().is_some() && self.store.administrators().await? == 0)
    }

    /// Makes the first administrator. Afterwards there is nothing here.
    pub async fn make_first_administrator(&self, code: &str, name: &str, password: &str, from: IpAddr) -> Result<(), Refusal> {
        let gone = || Refusal::NotFound { what: "first start", name: "to be made".to_owned() };
        let expected = self.first_start.load_full().ok_or_else(gone)?;
        let tried = self.throttle.begin("", from, Self::now_ms())?;
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        // Hashes are compared: how many letters are right does not show in the time.
        if hash(&code) != *expected {
            return Err(Refusal::BadSignIn);
        }
        self.throttle.succeeded(&tried);
        let draft = AccountDraft { name: name.to_owned(), password: password.to_owned(), role: Role::Administrator, areas: None };
        let account = self.new_account(draft).await?;
        let mut write = self.store.begin(account.made_at_ms).await?;
        if write.administrators().await? > 0 {
            return Err(gone());
        }
        put_new(&mut write, &account).await?;
        let detail = serde_json::json!({ "name": account.name });
        write.commit(Caller::console().audit("make_first_administrator", &account.id, detail), Touched::Houses).await?;
        self.first_start.store(None);
        self.catch_up().await
    }
}
