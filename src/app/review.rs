//! Reviews: an owner's request to look again, decided by another officer than the one who decided first.

use super::{
    App, Caller, Conflict, Recorded, Refusal, new_id,
    publish::{keep_public, reason_of},
    record::no_house,
};
use crate::{
    domain::{access::Right, house::HouseCode},
    store::{ReviewRecord, StoreError, Touched},
    transfer::FaultCode,
};

/// What is contested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contested {
    Event(String),
    Confirmation(String),
}

impl App {
    /// Puts an owner's request on record. The clock that the policy sets begins to run.
    pub async fn ask_review(&self, caller: &Caller, code: &HouseCode, contested: Contested, statement: &str) -> Result<ReviewRecord, Refusal> {
        caller.must(Right::AskReview)?;
        let statement = statement.trim();
        if statement.is_empty() || statement.chars().count() > 2000 || statement.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Refusal::one("statement", FaultCode::MissingValue, "what the owner says, in 1 to 2000 characters", statement));
        }
        let today = self.today();
        let mut write = self.store.begin(Self::now_ms()).await?;
        caller.must_reach(&write.house(code).await?.ok_or_else(|| no_house(code))?.record.house)?;
        let (event_id, confirmation_id) = match &contested {
            Contested::Event(id) => {
                let event = write.event(id).await?.filter(|event| event.house_code == code.as_str());
                let event = event.ok_or_else(|| Refusal::NotFound { what: "event of this house", name: cut(id) })?;
                if event.voided {
                    return Err(Refusal::Conflict { conflict: Conflict::AlreadyVoided, detail: "this observation is already voided".to_owned() });
                }
                (Some(id.clone()), None)
            }
            Contested::Confirmation(id) => {
                let confirmation = write.confirmation(id).await?.filter(|confirmation| confirmation.house_code == code.as_str());
                let confirmation = confirmation.ok_or_else(|| Refusal::NotFound { what: "confirmation of this house", name: cut(id) })?;
                if confirmation.confirmation.withdrawn.is_some() {
                    return Err(Refusal::Conflict { conflict: Conflict::AlreadyVoided, detail: "this confirmation is already taken back".to_owned() });
                }
                (None, Some(id.clone()))
            }
        };
        let open = write.reviews_of(code).await?;
        if open.iter().any(|review| review.decided.is_none() && review.event_id == event_id && review.confirmation_id == confirmation_id) {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyUnderReview, detail: "a review of this is open already".to_owned() });
        }
        let due = today.plus_days(i32::from(self.rulebook().on(today).policy.review_days));
        let review = ReviewRecord {
            id: new_id(),
            house_code: code.as_str().to_owned(),
            event_id,
            confirmation_id,
            statement: statement.to_owned(),
            asked: today.to_string(),
            due: due.to_string(),
            recorded_by: caller.name.clone(),
            decided: None,
            decided_by: None,
            upheld: None,
            reason: None,
        };
        write.add_review(&review).await?;
        write.stamp_house(code).await?;
        write.commit(caller.audit("ask_review", code.as_str(), serde_json::json!({ "review": review.id })), Touched::Houses).await?;
        self.catch_up().await?;
        Ok(review)
    }

    /// Decides a review. Upheld, the observation counts as never made, or the confirmation is taken back; everything that followed is
    /// computed anew.
    pub async fn decide_review(&self, caller: &Caller, id: &str, upheld: bool, reason: &str) -> Result<Recorded, Refusal> {
        caller.must(Right::DecideReview)?;
        let reason = reason_of(reason)?;
        let today = self.today();
        let mut write = self.store.begin(Self::now_ms()).await?;
        let no_review = || Refusal::NotFound { what: "review", name: cut(id) };
        let review = write.review(id).await?.ok_or_else(no_review)?;
        let code = caller.must_reach_of(&mut write, &review.house_code, no_review).await?;
        if let Some(by) = &review.decided_by {
            return Err(Refusal::Conflict { conflict: Conflict::AlreadyDecided, detail: format!("{by} decided it already") });
        }
        let gone = |what: &str| StoreError::Damaged(format!("the {what} of review {id} is gone"));
        let first = match (&review.event_id, &review.confirmation_id) {
            (Some(event), _) => write.event(event).await?.ok_or_else(|| gone("event"))?.recorded_by,
            (None, Some(confirmation)) => write.confirmation(confirmation).await?.ok_or_else(|| gone("confirmation"))?.by,
            (None, None) => return Err(gone("subject").into()),
        };
        if first == caller.name {
            return Err(Refusal::Conflict { conflict: Conflict::SameOfficer, detail: format!("{first} decided first; another officer must look at it again") });
        }
        write.decide_review(id, &today.to_string(), &caller.name, upheld, reason).await?;
        if upheld {
            keep_public(&mut write, &self.rulebook(), &[code.as_str()], today).await?;
            match (&review.event_id, &review.confirmation_id) {
                (Some(event), _) if !write.event(event).await?.ok_or_else(|| gone("event"))?.voided => {
                    write.void_event(&new_id(), event, today, &format!("review upheld: {reason}"), &caller.name).await?;
                }
                (None, Some(confirmation)) => write.withdraw_confirmation(confirmation, today).await?,
                _ => {}
            }
        }
        write.stamp_house(&code).await?;
        let detail = serde_json::json!({ "review": id, "upheld": upheld });
        let revision = write.commit(caller.audit("decide_review", code.as_str(), detail), Touched::Houses).await?;
        self.recorded(id.to_owned(), &code, revision).await
    }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}
