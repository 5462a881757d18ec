//! The site itself.

use super::{App, Caller, Refusal};
use crate::{
    domain::{account::SecondFactor, day::Day, words::Words},
    store::{Store, StoreError, Touched},
};

/// What a visitor should know of the site before asking anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub name: Words,
    /// Made-up data.
    pub demo: bool,
    /// The day the map opens on; `None`: today.
    pub opening_day: Option<Day>,
    /// The first day on which anything that counts was observed.
    pub first_day: Option<Day>,
    /// Whom the data must be credited to; may be empty.
    pub attribution: Words,
    /// Where the public reaches this site, for QR codes; may be empty.
    pub public_url: String,
    pub second_factor: SecondFactor,
    /// After so many minutes without use a session ends.
    pub session_idle_minutes: i64,
    /// How many persons a member of staff may look at within an hour.
    pub reveal_quota: i64,
    /// The key under which persons are found; empty before the first person.
    pub people_key: String,
    /// The key that was rotated in last; empty before the first rotation.
    pub newest_key: String,
}

/// What OWASP ASVS takes for granted where much is at stake.
const IDLE_MINUTES: i64 = 15;
/// Enough for a day at the counter, too few to read a community.
const REVEAL_QUOTA: i64 = 60;

impl Site {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let settings = store.site_settings().await?;
        let text = |key: &str| settings.get(key).cloned().unwrap_or_default();
        let name = match (text("name_zh"), text("name_en")) {
            (zh, en) if zh.is_empty() && en.is_empty() => Words::new("三实地图", "sanshi"),
            (zh, en) => Words { zh, en },
        };
        Ok(Self {
            name,
            demo: text("demo") == "yes",
            opening_day: settings.get("opening_day").and_then(|day| day.parse().ok()),
            first_day: None,
            attribution: Words { zh: text("attribution_zh"), en: text("attribution_en") },
            public_url: text("public_url"),
            second_factor: text("second_factor").parse().unwrap_or_default(),
            session_idle_minutes: text("session_idle_minutes").parse().unwrap_or(IDLE_MINUTES),
            reveal_quota: settings.get("reveal_quota").and_then(|quota| quota.parse().ok()).unwrap_or(REVEAL_QUOTA),
            people_key: text("people_key"),
            newest_key: text("newest_key"),
        })
    }

    pub(super) fn with_first_day(&self, day: Day) -> Self {
        Self { first_day: Some(self.first_day.map_or(day, |first| first.min(day))), ..self.clone() }
    }
}

impl App {
    /// Sets what the site says of itself; known keys are `name_zh`, `name_en`, `opening_day`, `attribution_zh`, `attribution_en`,
    /// `public_url`, `demo`, `reveal_quota`.
    pub async fn describe_site(&self, caller: &Caller, settings: &[(&str, &str)]) -> Result<(), Refusal> {
        caller.must(crate::domain::access::Right::Import)?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        for (key, value) in settings {
            write.set_site(key, value).await?;
        }
        let detail = serde_json::json!(settings.iter().map(|(key, _)| key).collect::<Vec<_>>());
        write.commit(caller.audit("describe_site", "site", detail), Touched::All).await?;
        self.catch_up().await
    }
}
