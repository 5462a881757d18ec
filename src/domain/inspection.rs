//! Inspections: why a house is due for a visit and from which day on, when one may call in the evening, and what slips when hours are short.
//!
//! All from the policy and the record. A visit at which nobody was home or entry was refused says nothing about the house: it changes no
//! tier and ends no cadence, but the house is left in peace for some days.

use std::{cmp::Reverse, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    policy::{Consequence, Policy},
    round::Clock,
    tier::{Standing, TierSpan},
    time_of_day::TimeOfDay,
};
use crate::earth::LonLat;

/// Whose visit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    Officer,
    Assistant,
}

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    NobodyHome,
    /// Entry was refused. An improvement that is refused is an observation and something else.
    Refused,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected {expected}; found \"{found}\"")]
pub struct UnknownWord {
    pub expected: &'static str,
    pub found: String,
}

/// Words of an enum: each has one.
macro_rules! words {
    ($type:ident, $expected:literal, $($variant:ident $word:literal)*) => {
        impl $type {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                let known = Self::ALL.iter().copied().find(|known| known.as_str() == text);
                known.ok_or_else(|| UnknownWord { expected: $expected, found: text.chars().take(40).collect() })
            }
        }
    };
}

words!(Duty, "officer or assistant", Officer "officer" Assistant "assistant");
words!(Outcome, "done, nobody_home or refused", Done "done" NobodyHome "nobody_home" Refused "refused");

/// Why a house is due. Of reasons of one day the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// An improvement was refused on this day and no formal notice has been served since.
    FormalNotice { refused: Day },
    /// The time to repair has run; this was its last day.
    Reinspection { deadline: Day },
    /// The tier asks for a visit at least every so many days.
    Cadence { every_days: u16 },
    /// Nobody has assessed it. No policy sets a day for that: it is due whenever there is time.
    NeverAssessed,
}

/// What the record says by a day of the visits to a house and of what asks for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Last visit done by an officer …
    pub officer: Option<Day>,
    /// … and by an assistant.
    pub assistant: Option<Day>,
    /// Last assessment on record without a visit. Somebody was there; who is not on record, so it counts for both duties.
    pub assessed: Option<Day>,
    /// Last time that nobody was home or entry was refused.
    pub tried: Option<Day>,
    /// Calls in the evening within the calendar month of the day, whatever became of them.
    pub evenings: u32,
    /// The last day of the time to repair, where no repair was accepted since.
    pub deadline: Option<Day>,
    /// The day on which an improvement was refused, where no formal notice has been served since.
    pub refused: Option<Day>,
    /// The day on which one was last accepted.
    pub accepted: Option<Day>,
}

impl Inspected {
    /// What became of an improvement; told in order of time, and before notices and times to repair.
    pub fn improvement(&mut self, accepted: bool, day: Day) {
        if accepted {
            (self.accepted, self.refused) = (Some(day), None);
        } else {
            self.refused = Some(day);
        }
    }

    pub fn formal_notice_served(&mut self, day: Day) {
        self.refused = self.refused.filter(|refused| *refused > day);
    }

    /// A time to repair, asked for on a day: the latest one counts, and an improvement accepted since closes it.
    pub fn repair_asked(&mut self, asked: Day, until: Day) {
        if self.accepted.is_none_or(|accepted| accepted < asked) {
            self.deadline = self.deadline.max(Some(until));
        }
    }

    /// The last visit done of a duty.
    #[must_use]
    pub fn last(&self, duty: Duty) -> Option<Day> {
        let visited = match duty {
            Duty::Officer => self.officer,
            Duty::Assistant => self.assistant,
        };
        visited.max(self.assessed)
    }

    /// Until when nobody should call again after a visit in vain; a visit done since ends it.
    #[must_use]
    pub fn not_before(&self, rest_days: u16) -> Option<Day> {
        let done = self.officer.max(self.assistant);
        self.tried.filter(|tried| done.is_none_or(|done| *tried > done)).map(|tried| tried.plus_days(i32::from(rest_days)))
    }
}

/// A visit that is due, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion {
    pub duty: Duty,
    pub reason: Reason,
    pub due: Day,
}

/// The standing of a house on a day and the day from which it has had it without a break; `Day::FIRST` before its first span.
#[must_use]
pub fn standing_since(spans: impl Iterator<Item = TierSpan>, day: Day) -> (Standing, Day) {
    spans
        .take_while(|span| span.from <= day)
        .fold((Standing::Unrated, Day::FIRST), |(standing, since), span| if span.standing == standing { (standing, since) } else { (span.standing, span.from) })
}

/// The visits that a rental house is due for: of each duty the one due first, in the past, today or later. `follows` is what the policy of
/// the day says of its tier.
///
/// A cadence runs from the last visit done of that duty, but asks for none before the house came into its tier.
#[must_use]
pub fn occasions((standing, since): (Standing, Day), follows: Option<&Consequence>, record: &Inspected, day: Day) -> Vec<Occasion> {
    let last_of_any = record.last(Duty::Officer).max(record.assistant);
    let every = |duty| {
        let every = follows.and_then(|follows| match duty {
            Duty::Officer => follows.officer_every_days,
            Duty::Assistant => follows.assistant_every_days,
        });
        every.map(|every_days| {
            let due = record.last(duty).map_or(since, |last| last.plus_days(i32::from(every_days)).max(since));
            Occasion { duty, reason: Reason::Cadence { every_days }, due }
        })
    };
    let notice = record.refused.map(|refused| Occasion { duty: Duty::Officer, reason: Reason::FormalNotice { refused }, due: refused });
    let repair = record.deadline.filter(|deadline| last_of_any.is_none_or(|last| last <= *deadline));
    let repair = repair.map(|deadline| Occasion { duty: Duty::Officer, reason: Reason::Reinspection { deadline }, due: deadline.plus_days(1) });
    let first = (standing == Standing::Unrated).then_some(Occasion { duty: Duty::Assistant, reason: Reason::NeverAssessed, due: day });
    let all = [notice, repair, every(Duty::Officer), every(Duty::Assistant), first];
    let of = |duty| all.into_iter().flatten().filter(move |occasion| occasion.duty == duty).min_by_key(|occasion| (occasion.due, occasion.reason));
    [Duty::Officer, Duty::Assistant].into_iter().filter_map(of).collect()
}

/// When and how often one may call at a house, as the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitRules {
    /// Per house and calendar month, whatever becomes of them.
    pub evening_checks_per_month: u32,
    /// From then on a visit is an evening check …
    pub evening_from: TimeOfDay,
    /// … and after it there are none.
    pub evening_until: TimeOfDay,
    /// So many days after a visit in vain nobody calls again.
    pub rest_days: u16,
}

impl Default for VisitRules {
    fn default() -> Self {
        Self { evening_checks_per_month: 1, evening_from: TimeOfDay::at_hour(18), evening_until: TimeOfDay::at_hour(21), rest_days: 2 }
    }
}

/// Before it the night has not ended: whoever calls then calls later than any evening.
pub const MORNING: TimeOfDay = TimeOfDay::at_hour(6);

/// Why a call in the evening cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EveningFault {
    #[error("evening checks are for houses whose tier, computed and public, has them in the policy")]
    TierForbids,
    #[error("evening checks end at {0}, and nobody calls before {MORNING}")]
    TooLate(TimeOfDay),
    #[error("an evening check takes two people: name who came along")]
    NeedsTwo,
    #[error("the policy lets a house be called on {0} times in a month's evenings, and it has been")]
    CapReached(u32),
}

impl VisitRules {
    /// Whether a visit counts as one in the evening: it was meant so, or it was at such an hour.
    #[must_use]
    pub fn is_evening(&self, meant: bool, at: Option<TimeOfDay>) -> bool {
        meant || at.is_some_and(|at| at >= self.evening_from || at < MORNING)
    }

    /// The part of a time in which one may call on a round of the evening: from the morning until the evening ends. `None` where there is none.
    #[must_use]
    pub fn part_to_call(&self, from: Clock, until: Clock) -> Option<(Clock, Clock)> {
        let (from, until) = (from.max(MORNING.into()), until.min(self.evening_until.into()));
        (from <= until).then_some((from, until))
    }

    /// Whether one may call once more in an evening of a month in which there were so many calls.
    #[must_use]
    pub fn leaves_an_evening(&self, calls: u32) -> bool {
        calls < self.evening_checks_per_month
    }

    /// Whether an evening check fits: what the tier has, how many people come and when, how many calls there were in its month.
    pub fn check_evening(&self, tier_has_them: bool, people: usize, at: Option<TimeOfDay>, calls: u32) -> Result<(), EveningFault> {
        if !tier_has_them {
            return Err(EveningFault::TierForbids);
        }
        if at.is_some_and(|at| at > self.evening_until || at < MORNING) {
            return Err(EveningFault::TooLate(self.evening_until));
        }
        if people < 2 {
            return Err(EveningFault::NeedsTwo);
        }
        if !self.leaves_an_evening(calls) {
            return Err(EveningFault::CapReached(self.evening_checks_per_month));
        }
        Ok(())
    }
}

/// Whether a policy has evening checks for a house: its tier must have them as computed and as public, for what no officer has confirmed
/// disturbs nobody's evening.
#[must_use]
pub fn has_evening_checks(policy: &Policy, computed: Standing, public: Standing) -> bool {
    let has = |standing: Standing| standing.tier().and_then(|tier| policy.consequences().get(&tier)).is_some_and(|follows| follows.evening_checks);
    has(computed) && has(public)
}

/// A visit that a house is due for.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub code: String,
    pub place: LonLat,
    /// Empty when unknown.
    pub address: String,
    /// Empty when unknown.
    pub area_code: String,
    /// As computed on the day asked about.
    pub standing: Standing,
    pub duty: Duty,
    pub reason: Reason,
    /// The last visit done of this duty.
    pub last_visit: Option<Day>,
    /// The last time that nobody was home or entry was refused.
    pub tried: Option<Day>,
    /// Until then the house is left in peace.
    pub not_before: Option<Day>,
    pub due: Day,
    /// On the day asked about; negative when it is due later.
    pub days_overdue: i32,
    /// Whether the policy and the record leave it an evening check in the month of the day asked about.
    pub evening_allowed: bool,
}

impl Due {
    /// Its place in a list.
    #[must_use]
    pub fn key(&self) -> DueKey {
        DueKey { due: self.due, standing: self.standing, duty: self.duty, code: self.code.clone() }
    }
}

/// The order of visits in a list: due first, worse tier first (unrated last), officers' before assistants', by code.
pub type DueOrder<'a> = (Day, Reverse<bool>, Standing, Duty, &'a str);

/// The place of a visit in a list of those that are due, as text for who asks for the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueKey {
    due: Day,
    standing: Standing,
    duty: Duty,
    code: String,
}

impl DueKey {
    #[must_use]
    pub fn new(due: Day, standing: Standing, duty: Duty, code: String) -> Self {
        Self { due, standing, duty, code }
    }

    #[must_use]
    pub fn due(&self) -> Day {
        self.due
    }

    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    #[must_use]
    pub fn duty(&self) -> Duty {
        self.duty
    }

    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    #[must_use]
    pub fn order(&self) -> DueOrder<'_> {
        (self.due, Reverse(self.standing.tier().is_some()), self.standing, self.duty, &self.code)
    }
}

impl fmt::Display for DueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}~{}~{}", self.due, self.standing.as_str(), self.duty, self.code)
    }
}

impl FromStr for DueKey {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let read = || {
            let mut parts = text.splitn(4, '~');
            let (due, standing, duty, code) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            Some(Self { due: due.parse().ok()?, standing: standing.parse().ok()?, duty: duty.parse().ok()?, code: code.to_owned() })
        };
        read().ok_or_else(|| UnknownWord { expected: "the \"next\" of an earlier answer", found: text.chars().take(40).collect() })
    }
}

/// How many of the visits that become ready on these days (in their order) are made within so many days from a day on, when each day holds
/// so many: each day the first of those that are ready and not made yet. What becomes ready by the last day and is not among them slips.
#[must_use]
pub fn reached(ready: &[Day], visits_per_day: usize, from: Day, days: u16) -> usize {
    (0..i32::from(days)).fold(0, |made, ahead| {
        let waiting = ready.partition_point(|ready| *ready <= from.plus_days(ahead));
        waiting.min(made + visits_per_day)
    })
}

#[cfg(test)]
mod tests;
