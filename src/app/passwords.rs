//! Slow hashes of passwords, a few at a time.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use tokio::sync::{OnceCell, Semaphore};

use super::{
    Refusal,
    caller::{new_secret, random},
    load::blocking,
};
use crate::{domain::account::Password, store::StoreError};

/// Each hash takes 19 MiB and a core for a tenth of a second.
const AT_ONCE: usize = 2;
const WAITING: usize = 16;

/// The desk where passwords are hashed and compared. Whoever finds the queue full is told to come again.
#[derive(Debug)]
pub(super) struct Passwords {
    queue: Semaphore,
    hashing: Semaphore,
    /// What a password is compared with where there is no account, so that the answer takes as long.
    nobody: OnceCell<String>,
}

impl Passwords {
    pub fn new() -> Self {
        Self { queue: Semaphore::new(AT_ONCE + WAITING), hashing: Semaphore::new(AT_ONCE), nobody: OnceCell::new() }
    }

    /// The hash of a password, as a PHC string.
    pub async fn hash(&self, password: &Password) -> Result<String, Refusal> {
        let (password, salt) = (password.clone(), random::<16>()?);
        Ok(self.in_turn(move || hashed(password.as_str(), &salt)).await??)
    }

    /// Whether a password is the one that was hashed; without a hash it is never, after as long a time.
    pub async fn is(&self, password: &str, hash: Option<&str>) -> Result<bool, Refusal> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash.to_owned(),
            None => self.nobody.get_or_try_init(|| self.of_nobody()).await?.clone(),
        };
        let password = password.to_owned();
        Ok(self.in_turn(move || argon2().verify_password(password.as_bytes(), hash.as_str()).is_ok()).await? && known)
    }

    async fn of_nobody(&self) -> Result<String, Refusal> {
        let (secret, salt) = (new_secret()?, random::<16>()?);
        Ok(blocking(move || hashed(&secret, &salt)).await??)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let _place = self.queue.try_acquire().map_err(|_| Refusal::Busy)?;
        let _turn = self.hashing.acquire().await.map_err(|_| Refusal::Busy)?;
        Ok(blocking(work).await?)
    }
}

fn hashed(password: &str, salt: &[u8]) -> Result<String, StoreError> {
    let hash: Result<PasswordHash, _> = argon2().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|error| StoreError::Unavailable(format!("a password cannot be hashed: {error}")))
}

/// Argon2id with m = 19,456 KiB, t = 2, p = 1: the floor that OWASP's password storage cheat sheet gives.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountName;

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_to_come_again_and_whoever_waits_is_served() {
        let passwords = Passwords::new();
        let places = passwords.queue.try_acquire_many(u32::try_from(AT_ONCE + WAITING).unwrap()).unwrap();
        assert!(matches!(passwords.is("a password", Some("$argon2id$")).await, Err(Refusal::Busy)));
        drop(places);
        let hash = passwords.hash(&Password::new("correct horse battery", &AccountName::new("li").unwrap()).unwrap()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.is("correct horse battery", Some(&hash)).await.unwrap());
        assert!(!passwords.is("correct horse batterz", Some(&hash)).await.unwrap());
        assert!(!passwords.is("correct horse battery", None).await.unwrap());
    }

    #[test]
    fn the_parameters_are_those_that_owasp_asks_for() {
        assert_eq!((Params::DEFAULT.m_cost(), Params::DEFAULT.t_cost(), Params::DEFAULT.p_cost()), (19_456, 2, 1));
    }
}
