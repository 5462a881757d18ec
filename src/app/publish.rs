//! From computed to published: confirming a worse tier, and what is public of a house.

use super::{App, Caller, Conflict, Refusal, load::timeline, new_id, notice::Letter, record::no_house};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::{HouseCode, HouseKind},
        policy::Rulebook,
        publication::{Confirmation, Pending, PublishedSpan, freeze, public_on, published},
        tier::{Standing, Tier, TierSpan, span_on},
    },
    store::{ConfirmationRecord, NoticeRecord, ReviewRecord, StoreError, Touched, Write},
    transfer::FaultCode,
};

/// What came of a confirmation.
#[derive(Clone, Debug)]
pub struct Confirmed {
    pub id: String,
    /// The first day on which the tier is public.
    pub effective: Day,
    /// The notice made for the owner in the same transaction; `None` where the policy has none for this tier.
    pub notice: Option<NoticeRecord>,
}

/// What is public of a house, and what led to it.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The day that it is about: of houses beyond one's scope no future one.
    pub day: Day,
    /// Whether the asker may be told what led to it.
    pub is_for_staff: bool,
    pub computed: Standing,
    pub public: PublishedSpan,
    pub under_review: bool,
    pub spans: Vec<PublishedSpan>,
    pub confirmations: Vec<ConfirmationRecord>,
    pub notices: Vec<NoticeRecord>,
    pub reviews: Vec<ReviewRecord>,
}

impl App {
    /// Confirms that a worse tier is right. The owner's notice is made in the same transaction; the tier is public once the time to
    /// repair that the policy grants has run.
    pub async fn confirm(&self, caller: &Caller, code: &HouseCode, tier: Tier, reason: &str) -> Result<Confirmed, Refusal> {
        caller.must(Right::ConfirmTier)?;
        let reason = reason_of(reason)?;
        let today = self.today();
        let rulebook = self.rulebook();
        let edition = rulebook.on(today).clone();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let house = write.house(code).await?.ok_or_else(|| no_house(code))?;
        caller.must_reach(&house.record.house)?;
        if house.record.house.kind != HouseKind::Rental {
            return Err(Refusal::one("code", FaultCode::NotLet, "a rental house", house.record.house.kind.as_str()));
        }
        let events = write.events_of_houses(&[code.as_str()]).await?.remove(code.as_str()).unwrap_or_default();
        let timeline = timeline(&events);
        let spans = rulebook.spans(&timeline);
        let confirmations: Vec<Confirmation> = write.confirmations_of(code).await?.into_iter().map(|record| record.confirmation).collect();
        let frozen = write.frozen_of_houses(&[code.as_str()]).await?.remove(code.as_str());
        let computed = span_on(&spans, today).map_or(Standing::Unrated, |span| span.standing);
        let conflict = |conflict, detail: String| Err(Refusal::Conflict { conflict, detail });
        match public_on(&published(&spans, &confirmations, frozen.as_ref()), today).pending {
            _ if computed != Standing::from(tier) => {
                return conflict(Conflict::TierChanged, format!("the tier computed is {} now; look at the house again", computed.as_str()));
            }
            Some(Pending::UnderRepair { until, .. }) => {
                return conflict(Conflict::AlreadyConfirmed, format!("somebody confirmed it already; the time to repair runs until {until}"));
            }
            None if confirmations.iter().any(|confirmation| confirmation.given == today && confirmation.tier == tier) => {
                return conflict(Conflict::AlreadyConfirmed, "somebody confirmed it already today".to_owned());
            }
            None => return conflict(Conflict::NothingToConfirm, "what is computed is public already".to_owned()),
            Some(Pending::Provisional(_)) => {}
        }
        let follows = edition.policy.consequences().get(&tier);
        // The last day of the time to repair is the owner's; the tier is public from the next one on.
        let deadline = follows.and_then(|follows| follows.days_to_repair).map(|days| today.plus_days(i32::from(days)));
        let effective = deadline.map_or(today, |deadline| deadline.plus_days(1));
        let id = new_id();
        let record = ConfirmationRecord {
            house_code: code.as_str().to_owned(),
            // Where the policy has no notice for this tier, the office tells the owner by confirming.
            confirmation: Confirmation {
                id: id.clone(),
                tier,
                given: today,
                effective,
                told: follows.is_none_or(|follows| follows.notice.is_none()).then_some(today),
                withdrawn: None,
            },
            reason: reason.to_owned(),
            policy_hash: edition.hash.clone(),
            by: caller.name.clone(),
            at_ms: write.at_ms(),
        };
        write.add_confirmation(&record).await?;
        let notice = match follows.and_then(|follows| follows.notice) {
            None => None,
            Some(kind) => {
                let letter = Letter { kind, paper: crate::transfer::Paper::A4, deadline, confirmation_id: Some(&id) };
                Some(self.keep_notice(&mut write, caller, &house.record.house, &timeline, tier, letter).await?.1)
            }
        };
        write.stamp_house(code).await?;
        let detail = serde_json::json!({ "tier": tier, "effective": effective, "notice": notice.as_ref().map(|notice| &notice.id) });
        write.commit(caller.audit("confirm_tier", code.as_str(), detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(Confirmed { id, effective, notice })
    }

    /// What is public of a house on a day, with everything that led to it.
    pub async fn publication(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<Publication, Refusal> {
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).ok_or_else(|| no_house(code))?;
        let is_near = caller.scope.includes(house.area_code());
        let (kind, day) = (house.kind(), self.day_told(caller, house.area_code(), day));
        let confirmations = self.store.confirmations_of(code).await?;
        let reviews = self.store.reviews_of(code).await?;
        let spans = if kind == HouseKind::Rental { self.rulebook().spans(&timeline(&self.store.events_of(code).await?)) } else { Vec::new() };
        let words: Vec<Confirmation> = confirmations.iter().map(|record| record.confirmation.clone()).collect();
        let public = published(&spans, &words, self.store.frozen_of(code).await?.as_ref());
        let none = if kind == HouseKind::Rental { Standing::Unrated } else { Standing::None };
        let now = public_on(&public, day);
        let asked = day.to_string();
        let under_review = reviews.iter().any(|review| review.asked <= asked && review.decided.as_ref().is_none_or(|decided| *decided > asked));
        Ok(Publication {
            day,
            is_for_staff: is_near && caller.may(Right::SeeWork),
            computed: span_on(&spans, day).map_or(none, |span| span.standing),
            public: if kind == HouseKind::Rental { now } else { PublishedSpan { standing: none, ..now } },
            under_review,
            spans: public,
            confirmations,
            notices: self.store.notices_of(code).await?,
            reviews,
        })
    }

    /// Makes the past public as it was on paper: every worse tier up to a day counts as confirmed on the day it began. For a site that
    /// moves from paper to sanshi; what worsens later waits for an officer. Gives how many were confirmed.
    pub async fn adopt_past(&self, caller: &Caller, until: Day, reason: &str) -> Result<u64, Refusal> {
        caller.must(Right::ManagePolicies)?;
        let reason = reason_of(reason)?;
        if until > self.today() {
            return Err(Refusal::one("until", FaultCode::FutureDay, "a day not after today", until.to_string()));
        }
        let rulebook = self.rulebook();
        let snapshot = self.snapshot();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let mut codes = Vec::new();
        snapshot.each(|house| {
            if house.kind() == HouseKind::Rental {
                codes.push((house.code().to_owned(), house.spans().collect::<Vec<TierSpan>>()));
            }
        });
        codes.sort_by(|a, b| a.0.cmp(&b.0));
        let mut adopted = 0;
        let mut states = Vec::new();
        for (text, spans) in codes {
            let Ok(code) = HouseCode::new(&text) else { continue };
            let mut words: Vec<Confirmation> = write.confirmations_of(&code).await?.into_iter().map(|record| record.confirmation).collect();
            let frozen = write.frozen_of_houses(&[&text]).await?.remove(&text);
            let before = words.len();
            loop {
                // The whole past is looked at anew: that is what taking it over means.
                let waiting = published(&spans, &words, None).into_iter().find_map(|span| match span.pending {
                    Some(Pending::Provisional(tier)) if span.from <= until => Some((span.from, tier)),
                    _ => None,
                });
                let Some((day, tier)) = waiting else { break };
                let confirmation = Confirmation { id: new_id(), tier, given: day, effective: day, told: Some(day), withdrawn: None };
                let record = ConfirmationRecord {
                    house_code: text.clone(),
                    confirmation: confirmation.clone(),
                    reason: reason.to_owned(),
                    policy_hash: rulebook.on(day).hash.clone(),
                    by: caller.name.clone(),
                    at_ms: write.at_ms(),
                };
                write.add_confirmation(&record).await?;
                words.push(confirmation);
            }
            if words.len() > before {
                adopted += (words.len() - before) as u64;
                write.stamp_house(&code).await?;
                if frozen.is_some() {
                    states.extend(freeze(&spans, &words, None, until).map(|state| (text, state)));
                }
            }
        }
        write.keep_published(&states).await?;
        if adopted == 0 {
            return Ok(0);
        }
        let detail = serde_json::json!({ "until": until, "confirmed": adopted, "reason": reason });
        write.commit(caller.audit("adopt_past", "site", detail), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(adopted)
    }
}

/// Before a write changes the record of houses: keeps what is public of them today, so that a correction never rewrites the past and
/// never makes a worse tier public by itself.
pub(super) async fn keep_public(write: &mut Write, rulebook: &Rulebook, codes: &[&str], today: Day) -> Result<(), StoreError> {
    let events = write.events_of_houses(codes).await?;
    let mut words = write.confirmations_of_houses(codes).await?;
    let mut frozen = write.frozen_of_houses(codes).await?;
    let mut states = Vec::new();
    for (code, events) in events {
        let spans = rulebook.spans(&timeline(&events));
        let words = words.remove(&code).unwrap_or_default();
        states.extend(freeze(&spans, &words, frozen.remove(&code).as_ref(), today).map(|state| (code, state)));
    }
    states.sort_by(|a, b| a.0.cmp(&b.0));
    write.keep_published(&states).await
}

/// A reason that somebody will read later.
pub(super) fn reason_of(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 || text.chars().any(char::is_control) {
        return Err(Refusal::one("reason", FaultCode::MissingValue, "a reason of 1 to 500 characters", text));
    }
    Ok(text)
}
