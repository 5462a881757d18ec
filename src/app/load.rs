//! From store to atlas: everything at the start, afterwards only what changed.

use std::sync::Arc;

use rayon::prelude::*;

use super::{App, Refusal, policies, site::Site};
use crate::{
    atlas::{BaseFeature, BaseLayer, BaseMap, HouseFacts, Shape, Snapshot},
    domain::{
        area::Area,
        day::Day,
        house::{HouseCode, HouseKind},
        observation::Timeline,
        policy::Rulebook,
        publication::{Confirmation, Frozen, PublishedSpan, public_on, published},
        tier::{Standing, TierSpan, span_on},
    },
    store::{Change, ConfirmationRecord, RecordedEvent, StoreError, StoredHouse, StoredShape},
};

impl App {
    /// Reads the whole store into a new snapshot.
    pub(super) async fn load_all(&self) -> Result<(), Refusal> {
        let revision = self.store.revision().await?;
        let rulebook = Arc::new(policies::rulebook(&self.store).await?);
        let houses = self.store.houses().await?;
        let events = self.store.events().await?;
        let words = self.store.confirmations().await?;
        let frozen = self.store.frozen().await?;
        let base = base_map(self.store.base_shapes().await?, self.store.areas().await?)?;
        self.rulebook.store(Arc::clone(&rulebook));
        self.site.store(Arc::new(Site::read(&self.store).await?));
        let snapshot = blocking(move || Snapshot::pack(Record { houses, events, words, frozen }.facts(&rulebook), base, revision)).await?;
        self.swap(snapshot);
        Ok(())
    }

    /// Takes in what was committed since, by this process or another one. After it the atlas is as new as the store was when it began.
    pub async fn catch_up(&self) -> Result<(), Refusal> {
        let _alone = self.catching_up.lock().await;
        let now = self.snapshot();
        let changes = self.store.changes_since(now.revision()).await?;
        match changes.what {
            Change::Nothing => Ok(()),
            Change::All => self.load_all().await,
            Change::Houses { removed } => {
                let houses = self.store.houses_since(now.revision()).await?;
                let events = self.store.events_since(now.revision()).await?;
                let words = self.store.confirmations_since(now.revision()).await?;
                let frozen = self.store.frozen_since(now.revision()).await?;
                if let Some(first) = events.iter().map(|event| event.observation.day).min() {
                    self.site.store(Arc::new(self.site.load().with_first_day(first)));
                }
                let rulebook = self.rulebook();
                let removed = removed.iter().filter_map(|code| HouseCode::new(code).ok()).collect::<Vec<_>>();
                let next = blocking(move || now.succeed(Record { houses, events, words, frozen }.facts(&rulebook), &removed, changes.revision)).await?;
                self.swap(next);
                Ok(())
            }
        }
    }
}

/// Work that would hold up other requests runs on the blocking pool.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Unavailable(format!("a background task ended early: {error}")))
}

/// What the store holds of houses, each part in order of house and recording.
struct Record {
    houses: Vec<StoredHouse>,
    events: Vec<RecordedEvent>,
    words: Vec<ConfirmationRecord>,
    frozen: Vec<(String, Frozen)>,
}

impl Record {
    /// Rates each house and says what of it is public.
    fn facts(self, rulebook: &Rulebook) -> Vec<HouseFacts> {
        let Self { houses, events, words, frozen } = self;
        houses
            .into_par_iter()
            .map(|stored| {
                let house = stored.record.house;
                let (spans, published) = if house.kind == HouseKind::Rental {
                    let code = house.code.as_str();
                    let from = words.partition_point(|word| word.house_code.as_str() < code);
                    let words: Vec<Confirmation> =
                        words[from..].iter().take_while(|word| word.house_code == code).map(|word| word.confirmation.clone()).collect();
                    let frozen = frozen.binary_search_by(|(known, _)| known.as_str().cmp(code)).ok().map(|at| &frozen[at].1);
                    let timeline = timeline(of_house(&events, code));
                    let spans = rulebook.spans(&timeline);
                    let published = told(&published(&spans, &words, frozen), &spans, &rulebook.public_spans(&timeline));
                    (spans, published)
                } else {
                    (Vec::new(), Vec::new())
                };
                HouseFacts {
                    serial: u64::try_from(stored.serial).unwrap_or_default(),
                    code: house.code,
                    place: house.place,
                    kind: house.kind,
                    address: house.address,
                    door_plate: house.door_plate,
                    area_code: house.area_code,
                    spans,
                    published,
                }
            })
            .collect()
    }
}

/// What the public is told: the published standing, and the score where it belongs to it and no part of it is for staff only.
fn told(published: &[PublishedSpan], computed: &[TierSpan], scores: &[TierSpan]) -> Vec<TierSpan> {
    let mut days: Vec<Day> = published.iter().map(|span| span.from).chain(scores.iter().map(|span| span.from)).collect();
    days.sort_unstable();
    days.dedup();
    let mut told: Vec<TierSpan> = Vec::new();
    for from in days {
        let standing = public_on(published, from).standing;
        let score = span_on(computed, from).filter(|span| span.standing == standing).and_then(|_| span_on(scores, from)).and_then(|span| span.score);
        // A house is unrated before its first span: no span says that again, nor the day on which somebody looked.
        let last = told.last().map_or((Standing::Unrated, None), |last| (last.standing, last.score));
        if last != (standing, score) {
            told.push(TierSpan { from, standing, score });
        }
    }
    told
}

/// The events of one house, of events in order of house.
pub(super) fn of_house<'a>(events: &'a [RecordedEvent], code: &str) -> &'a [RecordedEvent] {
    let from = events.partition_point(|event| event.house_code.as_str() < code);
    let until = from + events[from..].partition_point(|event| event.house_code == code);
    &events[from..until]
}

/// The observations that count.
pub(super) fn timeline(events: &[RecordedEvent]) -> Timeline {
    Timeline::new(events.iter().filter(|event| !event.voided).map(|event| event.observation.clone()))
}

/// The shape of a base feature as stored.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum KeptShape {
    Line(Vec<[f64; 2]>),
    Polygon(Vec<Vec<[f64; 2]>>),
}

fn base_map(shapes: Vec<StoredShape>, areas: Vec<Area>) -> Result<BaseMap, StoreError> {
    let mut features = Vec::with_capacity(shapes.len() + areas.len());
    for stored in shapes {
        let damaged = |what: String| StoreError::Damaged(format!("base map: {what}"));
        let shape = serde_json::from_str(&stored.shape).map_err(|error| damaged(error.to_string()))?;
        let layer =
            BaseLayer::ALL.into_iter().find(|layer| layer.as_str() == stored.layer).ok_or_else(|| damaged(format!("unknown layer {}", stored.layer)))?;
        let shape = match shape {
            KeptShape::Line(line) => Shape::Line(line),
            KeptShape::Polygon(rings) => Shape::Polygon(rings),
        };
        features.push(BaseFeature { layer, class: stored.class, name: stored.name, shape });
    }
    for area in areas {
        let (class, name) = (area.level.as_str().to_owned(), area.name);
        features.extend(area.polygons.into_iter().map(|rings| BaseFeature {
            layer: BaseLayer::Areas,
            class: class.clone(),
            name: name.clone(),
            shape: Shape::Polygon(rings),
        }));
    }
    Ok(BaseMap::new(features))
}
