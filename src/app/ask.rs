//! Questions about one house that need the record: its receipt, its events.

use super::{
    App, Caller, Refusal,
    load::{blocking, timeline},
    record::no_house,
};
use crate::{
    atlas::{Moment, View},
    domain::{
        access::Right,
        day::Day,
        house::{HouseCode, HouseKind},
        policy::{Edition, Receipt, Way},
        tier::TierSpan,
    },
    store::RecordedEvent,
};

/// Why a house has its tier, and how it came to it.
#[derive(Debug)]
pub struct HouseReceipt {
    /// The day that it is about: of houses beyond one's scope no future one.
    pub day: Day,
    /// `None` for a house that is not let: it has no tier.
    pub receipt: Option<Receipt>,
    pub edition: Edition,
    /// The whole history, the known future included.
    pub spans: Vec<TierSpan>,
}

impl App {
    /// The account of one house on a day. Where what is public differs from what is computed, the public view tells the tier alone:
    /// a change that nobody has confirmed is nobody else's business yet.
    pub async fn receipt(&self, caller: &Caller, code: &HouseCode, moment: Moment) -> Result<HouseReceipt, Refusal> {
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).ok_or_else(|| no_house(code))?;
        let is_near = caller.scope.includes(house.area_code());
        let moment = if is_near { moment } else { Moment::published(moment.day.min(self.today())) };
        let day = moment.day;
        let rulebook = self.rulebook();
        let edition = rulebook.on(day).clone();
        if house.kind() != HouseKind::Rental {
            return Ok(HouseReceipt { day, receipt: None, edition, spans: Vec::new() });
        }
        let timeline = timeline(&self.store.events_of(code).await?);
        let receipt = rulebook.assess(&timeline, day);
        let receipt = if is_near && caller.may(Right::SeeStaffLines) { receipt } else { receipt.for_the_public() };
        if moment.view == View::Computed {
            return Ok(HouseReceipt { day, receipt: Some(receipt), edition, spans: rulebook.spans(&timeline) });
        }
        let public = house.standing_on(moment);
        let receipt = if public == receipt.standing {
            Receipt { next_change: receipt.next_change.filter(|next| next.standing > public), ..receipt }
        } else {
            Receipt::untold(day, public)
        };
        let known = self.today().max(day);
        Ok(HouseReceipt { day, receipt: Some(receipt), edition, spans: house.published().filter(|span| span.from <= known).collect() })
    }

    /// Ways to a better tier from a day on, at most so many.
    pub async fn ways_up(&self, code: &HouseCode, day: Day, most: usize) -> Result<Vec<Way>, Refusal> {
        let kind = self.snapshot().house(code.as_str()).map(|house| house.kind()).ok_or_else(|| no_house(code))?;
        if kind != HouseKind::Rental {
            return Ok(Vec::new());
        }
        let timeline = timeline(&self.store.events_of(code).await?);
        let edition = self.rulebook().on(day).clone();
        Ok(blocking(move || edition.policy.ways_up(&timeline, day, most)).await?)
    }

    /// The history of a house as `sanshi tiers` reads it, so that anybody can replay its receipt.
    pub async fn case(&self, caller: &Caller, code: &HouseCode, until: Day) -> Result<serde_json::Value, Refusal> {
        caller.must(Right::SeeStaffLines)?;
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).filter(|house| caller.scope.includes(house.area_code())).ok_or_else(|| no_house(code))?;
        let kind = house.kind();
        let events: Vec<serde_json::Value> = self
            .store
            .events_of(code)
            .await?
            .into_iter()
            .map(|event| {
                let mut case = serde_json::json!({ "id": event.observation.id, "date": event.observation.day, "kind": event.observation.kind });
                if let Some(object) = case.as_object_mut() {
                    object.extend(event.observation.fields.into_iter().map(|(name, value)| (name, value.into())));
                    if event.voided {
                        object.insert("voided".to_owned(), true.into());
                    }
                }
                case
            })
            .collect();
        Ok(serde_json::json!({ "id": code.as_str(), "rental": kind == HouseKind::Rental, "events": events, "until": until }))
    }

    /// What was recorded about a house, voided observations marked; `None` for the public and beyond one's scope, where one sees the published receipt instead:
    /// the record holds what nobody has confirmed yet.
    pub async fn events(&self, caller: &Caller, code: &HouseCode) -> Result<Option<Vec<RecordedEvent>>, Refusal> {
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).ok_or_else(|| no_house(code))?;
        if !caller.may(Right::SeeStaffLines) || !caller.scope.includes(house.area_code()) {
            return Ok(None);
        }
        Ok(Some(self.store.events_of(code).await?))
    }
}
