//! Questions about one house that need the record: its receipt, its events.

use super::{App, Caller, Refusal, load::timeline, record::no_house};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::{HouseCode, HouseKind},
        policy::{Edition, Receipt},
        tier::TierSpan,
    },
    store::RecordedEvent,
};

/// Why a house has its tier, and how it came to it.
#[derive(Debug)]
pub struct HouseReceipt {
    /// `None` for a house that is not let: it has no tier.
    pub receipt: Option<Receipt>,
    pub edition: Edition,
    /// The whole history, the known future included.
    pub spans: Vec<TierSpan>,
}

impl App {
    /// The account of one house on a day.
    pub async fn receipt(&self, caller: &Caller, code: &HouseCode, day: Day) -> Result<HouseReceipt, Refusal> {
        let snapshot = self.snapshot();
        let house = snapshot.house(code.as_str()).ok_or_else(|| no_house(code))?;
        let rulebook = self.rulebook();
        let edition = rulebook.on(day).clone();
        if house.kind() != HouseKind::Rental {
            return Ok(HouseReceipt { receipt: None, edition, spans: Vec::new() });
        }
        let timeline = timeline(&self.store.events_of(code).await?);
        let receipt = rulebook.assess(&timeline, day);
        let receipt = if caller.role.may(Right::SeeStaffLines) { receipt } else { receipt.for_the_public() };
        Ok(HouseReceipt { receipt: Some(receipt), edition, spans: rulebook.spans(&timeline) })
    }

    /// What was recorded about a house, voided observations marked. The public does not see fields for staff only nor who recorded them.
    pub async fn events(&self, caller: &Caller, code: &HouseCode) -> Result<Vec<RecordedEvent>, Refusal> {
        self.snapshot().house(code.as_str()).ok_or_else(|| no_house(code))?;
        let mut events = self.store.events_of(code).await?;
        if !caller.role.may(Right::SeeStaffLines) {
            let rulebook = self.rulebook();
            let policy = &rulebook.on(self.today()).policy;
            let shown = |name: &str| policy.fields().iter().any(|field| field.name == name && !field.staff_only);
            for event in &mut events {
                event.observation.fields.retain(|name, _| shown(name));
                event.recorded_by.clear();
            }
        }
        Ok(events)
    }
}
