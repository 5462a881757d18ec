//! Who tries to sign in too often has to wait, longer each time, never for ever.
//!
//! Kept in the memory of this process: a restart forgets it, and several processes each count for themselves.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use super::Refusal;

/// How long failures make wait.
#[derive(Clone, Copy)]
struct Rule {
    /// Failures that cost nothing: people mistype.
    free: i64,
    /// The longest wait; the first is a second, each is twice the one before.
    longest_ms: i64,
    /// One failure is forgotten in so long, whether others follow or not.
    forgotten_ms: i64,
}

/// Who guesses at one name from one address.
const PAIR: Rule = Rule { free: 5, longest_ms: 5 * 60_000, forgotten_ms: 5 * 60_000 };
/// Who guesses at one name from many addresses. A stranger can make this wait for somebody else, so it is short.
const NAME: Rule = Rule { free: 10, longest_ms: 2_000, forgotten_ms: 60_000 };
/// Who guesses at many names from one address, behind which an office may sit.
const ADDRESS: Rule = Rule { free: 30, longest_ms: 5 * 60_000, forgotten_ms: 60_000 };
/// Names and addresses remembered; the oldest make room.
const MOST: usize = 30_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    Pair(String, IpAddr),
    Name(String),
    Address(IpAddr),
}

impl Who {
    fn rule(&self) -> Rule {
        match self {
            Self::Pair(..) => PAIR,
            Self::Name(_) => NAME,
            Self::Address(_) => ADDRESS,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    /// When all of them are forgotten.
    clear_ms: i64,
    last_ms: i64,
    /// It signed in once: a name from an address of its own.
    is_known: bool,
}

impl Failures {
    /// Until when nobody may try.
    fn until(self, rule: Rule) -> i64 {
        let count = (self.clear_ms - self.last_ms + rule.forgotten_ms - 1) / rule.forgotten_ms;
        match count - rule.free {
            over @ 1.. => self.last_ms + (1000 << (over - 1).min(20)).min(rule.longest_ms),
            _ => self.last_ms,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<Who, Failures>>);

/// A try that counts as a failure unless it is taken back.
#[derive(Debug)]
pub(super) struct Try {
    /// What it counts for, and when each had failed last.
    counted: Vec<(Who, i64)>,
    at_ms: i64,
}

impl Throttle {
    /// Counts a try as failed beforehand, so that many at once are as many; refused while who tries has to wait. Whose name has signed in
    /// from this address waits for the failures of the two together alone: strangers and colleagues make nobody wait there.
    pub fn begin(&self, name: &str, address: IpAddr, now_ms: i64) -> Result<Try, Refusal> {
        let name: String = name.chars().take(80).collect();
        let pair = Who::Pair(name.clone(), address);
        let is_known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&pair).is_some_and(|failures| failures.is_known);
        let others = [Who::Name(name), Who::Address(address)].into_iter().filter(|_| !is_known);
        self.count(std::iter::once(pair).chain(others).collect(), now_ms)
    }

    /// The same for somebody who has a session and gives the password once more.
    pub fn begin_again(&self, name: &str, address: IpAddr, now_ms: i64) -> Result<Try, Refusal> {
        self.count(vec![Who::Pair(name.chars().take(80).collect(), address)], now_ms)
    }

    fn count(&self, tried: Vec<Who>, now_ms: i64) -> Result<Try, Refusal> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = tried.iter().filter_map(|who| Some(all.get(who)?.until(who.rule()))).max().unwrap_or(now_ms);
        if until > now_ms {
            return Err(Refusal::TooManyTries { wait_s: u32::try_from((until - now_ms + 999) / 1000).unwrap_or(u32::MAX) });
        }
        if all.len() + tried.len() > MOST {
            let mut times: Vec<i64> = all.values().map(|failures| failures.last_ms).collect();
            times.sort_unstable();
            let oldest = times[times.len() / 10];
            all.retain(|_, failures| failures.last_ms > oldest);
        }
        let counted = tried.into_iter().map(|who| {
            let forgotten_ms = who.rule().forgotten_ms;
            let failures = all.entry(who.clone()).or_default();
            let last_ms = std::mem::replace(&mut failures.last_ms, now_ms);
            failures.clear_ms = failures.clear_ms.max(now_ms) + forgotten_ms;
            (who, last_ms)
        });
        Ok(Try { counted: counted.collect(), at_ms: now_ms })
    }

    /// Takes a try back that was no failure.
    pub fn withdraw(&self, tried: &Try) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (who, last_ms) in &tried.counted {
            if let Some(failures) = all.get_mut(who) {
                failures.clear_ms -= who.rule().forgotten_ms;
                // Unless another one failed meanwhile.
                if failures.last_ms == tried.at_ms {
                    failures.last_ms = *last_ms;
                }
            }
        }
    }

    /// Forgets a name's failures after it signed in. Those of the address stay: an account of one's own opens no way to guess others.
    pub fn succeeded(&self, tried: &Try) {
        self.withdraw(tried);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (who, _) in &tried.counted {
            match who {
                Who::Pair(..) => {
                    all.insert(who.clone(), Failures { clear_ms: tried.at_ms, last_ms: tried.at_ms, is_known: true });
                }
                Who::Name(_) => {
                    all.remove(who);
                }
                Who::Address(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(number))
    }

    /// Whole seconds to wait; 0 when the try was let through.
    fn wait(tried: &Result<Try, Refusal>) -> u32 {
        match tried {
            Ok(_) => 0,
            Err(Refusal::TooManyTries { wait_s }) => *wait_s,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_guesses_at_a_name_waits_twice_as_long_each_time_and_never_for_ever() {
        let throttle = Throttle::default();
        let mut now = 1_000_000;
        for _ in 0..PAIR.free {
            throttle.begin("li", address(1), now).unwrap();
        }
        let mut waits = Vec::new();
        for _ in 0..20 {
            throttle.begin("li", address(1), now).unwrap();
            waits.push(wait(&throttle.begin("li", address(1), now)));
            now += i64::from(waits[waits.len() - 1]) * 1000;
        }
        assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
        assert!(waits.iter().all(|wait| i64::from(*wait) * 1000 <= PAIR.longest_ms), "{waits:?}");
    }

    #[test]
    fn a_stranger_makes_a_name_wait_shortly_elsewhere_and_not_at_all_where_it_has_signed_in() {
        let throttle = Throttle::default();
        throttle.succeeded(&throttle.begin("li", address(7), 0).unwrap());
        let mut now = 0;
        for guess in 0..1000 {
            let tried = throttle.begin("li", address(100 + guess % 50), now);
            now += i64::from(wait(&tried)) * 1000 + 10;
            let elsewhere = throttle.begin("li", address(8), now);
            assert!(wait(&elsewhere) <= 2, "guess {guess}");
            elsewhere.into_iter().for_each(|tried| throttle.withdraw(&tried));
            let own = throttle.begin("li", address(7), now).unwrap();
            throttle.withdraw(&own);
        }
    }

    #[test]
    fn an_address_that_tries_many_names_waits_and_others_do_not() {
        let throttle = Throttle::default();
        for name in 0..=ADDRESS.free {
            throttle.begin(&name.to_string(), address(1), 0).unwrap();
        }
        assert!(throttle.begin("another", address(1), 0).is_err());
        assert!(throttle.begin("another", address(2), 0).is_ok());
        assert!(throttle.begin_again("another", address(1), 0).is_ok(), "who has a session guesses at no names");
        // A quarter of an hour later a few more failures cost nothing, though there was no pause of an hour.
        let later = 15 * ADDRESS.forgotten_ms;
        assert!((0..10).all(|name| throttle.begin(&format!("later {name}"), address(1), later).is_ok()));
    }

    #[test]
    fn who_is_right_behind_an_address_that_failed_leaves_no_wait_for_the_next_one() {
        let throttle = Throttle::default();
        for name in 0..=ADDRESS.free {
            throttle.begin(&name.to_string(), address(1), 0).unwrap();
        }
        let after = ADDRESS.longest_ms;
        for colleague in 0..100 {
            let tried = throttle.begin(&format!("colleague {colleague}"), address(1), after + colleague).unwrap();
            throttle.succeeded(&tried);
        }
    }

    #[test]
    fn a_try_taken_back_leaves_everything_as_it_was() {
        let throttle = Throttle::default();
        for _ in 0..=PAIR.free {
            throttle.begin("li", address(1), 0).unwrap();
        }
        throttle.withdraw(&throttle.begin("li", address(1), 1000).unwrap());
        assert!(throttle.begin("li", address(1), 1000).is_ok());
        assert!(throttle.begin("li", address(1), 1000).is_err());
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
