//! Who tries to sign in too often has to wait, longer each time, never for ever.
//!
//! Kept in the memory of this process: a restart forgets it, and several processes each count for themselves.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use super::Refusal;

/// Failures that cost nothing: people mistype. More for an address, behind which an office may sit.
const FREE_BY_NAME: u32 = 5;
const FREE_BY_ADDRESS: u32 = 30;
/// The longest wait; the first is a second, each is twice the one before.
const LONGEST_MS: i64 = 5 * 60_000;
/// Failures are forgotten after so long without another one.
const FORGOTTEN_MS: i64 = 60 * 60_000;
/// Names and addresses remembered; the oldest make room.
const MOST: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Name(String),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    last_ms: i64,
}

impl Failures {
    /// Until when nobody may try, given how many failures are free.
    fn until(self, free: u32) -> i64 {
        match self.count.checked_sub(free) {
            None | Some(0) => self.last_ms,
            Some(over) => self.last_ms + (1000 << (over - 1).min(20)).min(LONGEST_MS),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<Who, Failures>>);

/// A try that counts as a failure unless it is taken back.
#[derive(Debug)]
pub(super) struct Try {
    name: Who,
    address: Who,
}

impl Throttle {
    /// Counts a try as failed beforehand, so that many at once are as many; refused while the name or the address has to wait.
    pub fn begin(&self, name: &str, address: IpAddr, now_ms: i64) -> Result<Try, Refusal> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, address) = (Who::Name(name.chars().take(80).collect()), Who::Address(address));
        for (who, free) in [(&name, FREE_BY_NAME), (&address, FREE_BY_ADDRESS)] {
            let until = all.get(who).map_or(now_ms, |failures| failures.until(free));
            if until > now_ms {
                return Err(Refusal::TooManyTries { wait_s: u32::try_from((until - now_ms + 999) / 1000).unwrap_or(u32::MAX) });
            }
        }
        if all.len() + 2 > MOST {
            let mut times: Vec<i64> = all.values().map(|failures| failures.last_ms).collect();
            times.sort_unstable();
            let oldest = times[times.len() / 10];
            all.retain(|_, failures| failures.last_ms > oldest);
        }
        for who in [&name, &address] {
            let failures = all.entry(who.clone()).or_default();
            let count = if now_ms - failures.last_ms > FORGOTTEN_MS { 1 } else { failures.count + 1 };
            *failures = Failures { count, last_ms: now_ms };
        }
        Ok(Try { name, address })
    }

    /// Takes a try back that was no failure.
    pub fn withdraw(&self, tried: &Try) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for who in [&tried.name, &tried.address] {
            if let Some(failures) = all.get_mut(who) {
                failures.count = failures.count.saturating_sub(1);
            }
        }
    }

    /// Forgets a name's failures after it signed in. Those of the address stay: an account of one's own opens no way to guess others.
    pub fn succeeded(&self, tried: &Try) {
        self.withdraw(tried);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&tried.name);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(number))
    }

    #[test]
    fn a_name_waits_twice_as_long_each_time_and_never_for_ever() {
        let throttle = Throttle::default();
        let mut now = 1_000_000;
        for _ in 0..FREE_BY_NAME {
            throttle.begin("li", address(1), now).unwrap();
        }
        let mut waits = Vec::new();
        for round in 0..20 {
            throttle.begin("li", address(round), now).unwrap();
            let Err(Refusal::TooManyTries { wait_s }) = throttle.begin("li", address(round), now) else { panic!("no wait in round {round}") };
            waits.push(i64::from(wait_s));
            now += i64::from(wait_s) * 1000;
        }
        assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
        assert!(waits.iter().all(|wait| wait * 1000 <= LONGEST_MS), "{waits:?}");
    }

    #[test]
    fn an_address_that_tries_many_names_waits_and_others_do_not() {
        let throttle = Throttle::default();
        for name in 0..=FREE_BY_ADDRESS {
            throttle.begin(&name.to_string(), address(1), 0).unwrap();
        }
        assert!(throttle.begin("another", address(1), 0).is_err());
        assert!(throttle.begin("another", address(2), 0).is_ok());
    }

    #[test]
    fn signing_in_forgets_the_failures_of_the_name() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            let tried = throttle.begin("li", address(1), 0).unwrap();
            throttle.succeeded(&tried);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..30_000 {
            throttle.begin(&number.to_string(), address(number), i64::from(number)).unwrap();
        }
        assert!(throttle.0.lock().unwrap().len() <= MOST);
    }
}
