//! Erasing: one person who asks for it, and what is past its period.

use super::{
    App, Caller, Refusal,
    people::{no_such, reason_about},
};
use crate::{
    domain::{
        access::Right,
        day::Day,
        retention::{Class, Period, Periods},
    },
    store::{Audit, Overdue, Touched, Write},
};

/// How much of a class is past its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastPeriod {
    pub class: Class,
    pub period: Period,
    pub until: Day,
    pub count: i64,
}

/// Rows that go in one write: others who write wait for as long as it takes.
const ERASED_AT_ONCE: i64 = 500;

impl App {
    /// Erases a person, unseen, with every residency, also what another area recorded of the person; gives how many residencies these were.
    /// The audit keeps the ids as pseudonyms, and the reason.
    /// [`App::scrub`] must follow.
    pub async fn erase_person(&self, caller: &Caller, id: &str, reason: &str) -> Result<usize, Refusal> {
        caller.must(Right::ErasePersons)?;
        let reason = reason_about(reason)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let erased = write.erase_person(&caller.scope, id).await?;
        let mut audits: Vec<Audit> = erased
            .iter()
            .map(|(id, residencies)| caller.audit("erase_person", id, serde_json::json!({ "reason": reason, "residencies": residencies })))
            .collect();
        let first = audits.pop().ok_or_else(|| no_such("person", id))?;
        write.commit_all(first, audits, Touched::Houses).await?;
        self.catch_up().await?;
        Ok(erased.iter().map(|(_, residencies)| residencies).sum())
    }

    /// What is past its period today, by class.
    pub async fn past_period(&self, caller: &Caller, periods: &Periods) -> Result<Vec<PastPeriod>, Refusal> {
        caller.must(Right::ErasePersons)?;
        let ended_until = periods.of(Class::EndedResidency).map(|period| period.over_until(self.today()));
        let mut past = Vec::new();
        for (class, period) in periods.iter() {
            let overdue = self.overdue(class, period);
            past.push(PastPeriod { class, period, until: overdue.until, count: self.store.overdue(&overdue, ended_until).await? });
        }
        Ok(past)
    }

    /// Erases some of what is past the period of a class, as one write; gives how many, 0 when nothing is left. Stopped between two
    /// writes, it goes on where it was. [`App::scrub`] must follow.
    pub async fn erase_some(&self, caller: &Caller, class: Class, period: Period) -> Result<usize, Refusal> {
        caller.must(Right::ErasePersons)?;
        let overdue = self.overdue(class, period);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let erased = write.erase_overdue(&overdue, ERASED_AT_ONCE).await?;
        if erased.is_empty() {
            return Ok(0);
        }
        let detail = serde_json::json!({ "period": period.to_string(), "until": overdue.until, "count": erased.len() });
        let audit = caller.audit("erase_past_period", class.as_str(), detail);
        commit(write, audit, if class == Class::PersonWithoutResidency { &erased } else { &[] }).await?;
        if class == Class::Photo {
            for hash in &erased {
                self.forget_file(hash).await?;
            }
        }
        self.catch_up().await?;
        Ok(erased.len())
    }

    /// Makes sure that no file of the database holds what was erased any longer.
    pub async fn scrub(&self, caller: &Caller) -> Result<(), Refusal> {
        caller.must(Right::ErasePersons)?;
        Ok(self.store.scrub().await?)
    }

    fn overdue(&self, class: Class, period: Period) -> Overdue {
        let until = period.over_until(self.today());
        Overdue { class, until, before_ms: self.beginning_of(until.plus_days(1)) }
    }
}

/// With a row for every person whose pseudonym stays.
async fn commit(write: Write, audit: Audit<'_>, persons: &[String]) -> Result<(), Refusal> {
    let detail = serde_json::json!({ "reason": "past its period" });
    let more = persons.iter().map(|id| Audit { action: "erase_person", subject: id, detail: detail.clone(), ..audit.clone() }).collect();
    write.commit_all(audit, more, Touched::Houses).await?;
    Ok(())
}
