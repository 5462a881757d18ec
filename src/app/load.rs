//! From store to atlas: everything at the start, afterwards only what changed.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::{App, Refusal, policies, site::Site};
use crate::{
    atlas::{BaseFeature, BaseLayer, BaseMap, Directory, HouseFacts, Ledger, Shape, Snapshot},
    domain::{
        area::Area,
        day::Day,
        hierarchy::Hierarchy,
        house::{HouseCode, HouseKind},
        observation::Timeline,
        policy::Rulebook,
        publication::{Confirmation, Frozen, PublishedSpan, public_on, published},
        tier::{Standing, TierSpan, span_on},
    },
    store::{Change, ConfirmationRecord, NumberedHouse, Observed, Portion, Reading, RecordedEvent, Store, StoreError, StoredShape},
};

/// Houses read and rated in one go.
const PORTION: i64 = 2_000;
/// Houses that are rated anew to see whether a kept atlas is right.
const SAMPLE: i64 = 1_000;
/// So many are rated by one core in one go.
const FEW: usize = 500;
/// From so many changed houses on, and this share of all, reading everything anew, on all cores, is faster.
const MANY: usize = 20_000;
const MANY_SHARE: usize = 4;
/// More houses than this are never read in one go.
const MOST: usize = 400_000;

impl App {
    /// Takes in what was committed since, by this process or another one. After it the atlas is as new as the store was when it began.
    pub async fn catch_up(&self) -> Result<(), Refusal> {
        self.catch_up_to(i64::MAX).await
    }

    /// The same after a write that made this revision: what another one took in together with it is not read again.
    pub(super) async fn catch_up_to(&self, revision: i64) -> Result<(), Refusal> {
        let _alone = self.catching_up.lock().await;
        if self.directory.load().0 != Some(self.today()) {
            self.read_directory().await?;
        }
        if self.snapshot().revision() >= revision { Ok(()) } else { self.show((*self.snapshot()).clone()).await }
    }

    /// Shows the record as it is now, coming from a snapshot of what it was before.
    pub(super) async fn show(&self, before: Snapshot) -> Result<(), Refusal> {
        let now = self.brought_up(before).await?;
        if now.revision() != self.snapshot().revision() {
            self.swap(now);
        }
        Ok(())
    }

    /// Packs the atlas anew where much of it has changed, beside the commits that go on; says whether it did.
    pub async fn pack_anew(&self) -> Result<bool, Refusal> {
        let before = self.snapshot();
        if !before.is_ripe() {
            return Ok(false);
        }
        let whole = blocking({
            let before = Arc::clone(&before);
            move || before.melted()
        })
        .await?;
        let _alone = self.catching_up.lock().await;
        let now = self.snapshot();
        let Some(whole) = blocking(move || whole.overtake(&before, &now)).await? else { return Ok(false) };
        // It shows the same: nobody needs to hear of it.
        self.atlas.swap(whole);
        Ok(true)
    }

    /// The successor of a snapshot that is as new as the store.
    pub(super) async fn brought_up(&self, mut snapshot: Snapshot) -> Result<Snapshot, Refusal> {
        loop {
            let mut reading = self.store.read().await?;
            let changes = reading.changes_since(snapshot.revision()).await?;
            self.count_anew(&mut reading, changes.revision).await?;
            if changes.units {
                self.read_directory().await?;
            }
            match changes.what {
                Change::Nothing => return Ok(snapshot),
                Change::Houses { changed, removed } if changed < MANY.max(snapshot.len() / MANY_SHARE).min(MOST) => {
                    let record = Record::read(&mut reading, &Portion::Since(snapshot.revision())).await?;
                    self.observed_from(record.observed.iter().flat_map(|of| &of.observations).map(|observation| observation.day).min());
                    let rulebook = self.rulebook();
                    let removed = removed.iter().filter_map(|code| HouseCode::new(code).ok()).collect::<Vec<_>>();
                    // A house is stamped for its people too, of whom the atlas knows nothing: it stays as it lies.
                    return Ok(blocking(move || snapshot.succeed(snapshot.unlike(record.facts(&rulebook)), &removed, changes.revision)).await?);
                }
                // Read in portions, each at its own moment: the next round reads anew what was stamped meanwhile.
                Change::Houses { .. } | Change::All => {
                    drop(reading);
                    snapshot = self.read_all().await?;
                }
            }
        }
    }

    /// Rates the first houses anew and gives the code of one that a snapshot shows otherwise; `None` when it shows them all as they are.
    pub(super) async fn spot_check(&self, snapshot: &Snapshot) -> Result<Option<String>, Refusal> {
        let mut reading = self.store.read().await?;
        if reading.revision().await? != snapshot.revision() {
            return Ok(None);
        }
        let Some((portion, _)) = reading.houses_after("", SAMPLE).await? else { return Ok(None) };
        let record = Record::read(&mut reading, &portion).await?;
        Ok(snapshot.first_unlike(&record.facts(&self.rulebook())))
    }

    /// Reads everything; what is written meanwhile may or may not be in it.
    async fn read_all(&self) -> Result<Snapshot, Refusal> {
        let revision = self.store.revision().await?;
        let rulebook = Arc::new(policies::rulebook(&self.store).await?);
        self.rulebook.store(Arc::clone(&rulebook));
        self.site.store(Arc::new(Site::read(&self.store).await?));
        let base = base_map(self.store.base_shapes().await?, self.store.areas().await?)?;
        self.read_hierarchy().await?;
        let ledger = ledger(&self.store, rulebook).await?;
        let snapshot = blocking(move || Snapshot::of(&ledger, base, revision)).await?;
        self.observed_from(snapshot.first_day());
        Ok(snapshot)
    }

    /// Reads the names of all units that are there today.
    pub(super) async fn read_directory(&self) -> Result<(), StoreError> {
        let today = self.today();
        let names = self.store.unit_names(today).await?;
        self.directory.store(Arc::new((Some(today), Directory::of(names.iter().map(|(name, code)| (name.as_str(), code.as_str()))))));
        Ok(())
    }

    /// Reads the tree of areas.
    pub(super) async fn read_hierarchy(&self) -> Result<(), StoreError> {
        self.hierarchy.store(Arc::new(Hierarchy::new(self.store.area_names().await?)));
        Ok(())
    }

    /// Says that something was observed on a day.
    pub(super) fn observed_from(&self, day: Option<Day>) {
        if let Some(day) = day {
            self.site.store(Arc::new(self.site.load().with_first_day(day)));
        }
    }
}

/// All houses in order of code, read over several connections at once and rated on all cores.
async fn ledger(store: &Store, rulebook: Arc<Rulebook>) -> Result<Ledger, Refusal> {
    // While some wait for the database others rate. Two connections are left to those who ask meanwhile.
    let readers = std::thread::available_parallelism().map_or(4, |cores| cores.get() + 2).min(6);
    let next = Arc::new(Mutex::new((0, String::new())));
    let (give, mut rated) = mpsc::channel::<(usize, Vec<HouseFacts>)>(2 * readers);
    let mut workers = JoinSet::new();
    for _ in 0..readers {
        let (mut reading, rulebook, next, give) = (store.read().await?, Arc::clone(&rulebook), Arc::clone(&next), give.clone());
        workers.spawn(async move {
            loop {
                let mut after = next.lock().await;
                let Some((portion, upto)) = reading.houses_after(&after.1, PORTION).await? else { return Ok::<_, StoreError>(()) };
                let number = after.0;
                *after = (number + 1, upto);
                drop(after);
                let record = Record::read(&mut reading, &portion).await?;
                let rulebook = Arc::clone(&rulebook);
                // Nobody takes it only when all is given up.
                let _ = give.send((number, blocking(move || record.facts(&rulebook)).await?)).await;
            }
        });
    }
    drop(give);
    let (mut ledger, mut early, mut wanted) = (Ledger::default(), BTreeMap::new(), 0);
    while let Some((number, houses)) = rated.recv().await {
        early.insert(number, houses);
        while let Some(houses) = early.remove(&wanted) {
            ledger.add(&houses);
            wanted += 1;
        }
    }
    while let Some(worker) = workers.join_next().await {
        worker.map_err(|error| StoreError::Unavailable(format!("a background task ended early: {error}")))??;
    }
    Ok(ledger)
}

/// Work that would hold up other requests runs on the blocking pool.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Unavailable(format!("a background task ended early: {error}")))
}

/// What the store holds of houses, each part in order of house and recording.
struct Record {
    houses: Vec<NumberedHouse>,
    observed: Vec<Observed>,
    words: Vec<ConfirmationRecord>,
    frozen: Vec<(String, Frozen)>,
}

impl Record {
    async fn read(reading: &mut Reading, portion: &Portion) -> Result<Self, StoreError> {
        Ok(Self {
            houses: reading.houses(portion).await?,
            observed: reading.observed(portion).await?,
            words: reading.confirmations(portion).await?,
            frozen: reading.frozen(portion).await?,
        })
    }

    /// Rates each house and says what of it is public.
    fn facts(self, rulebook: &Rulebook) -> Vec<HouseFacts> {
        let Self { houses, observed, words, frozen } = self;
        let mut observed = observed.into_iter().peekable();
        let mut of_next = |code: &str| {
            while observed.next_if(|of| of.house_code.as_str() < code).is_some() {}
            observed.next_if(|of| of.house_code == code).map_or_else(Vec::new, |of| of.observations)
        };
        let houses: Vec<_> = houses.into_iter().map(|house| (of_next(house.house.code.as_str()), house)).collect();
        houses
            .into_par_iter()
            .with_min_len(FEW)
            .map(|(observations, NumberedHouse { serial, house })| {
                let (spans, published) = if house.kind == HouseKind::Rental {
                    let code = house.code.as_str();
                    let words: Vec<Confirmation> = of_house(&words, code, |word| &word.house_code).iter().map(|word| word.confirmation.clone()).collect();
                    let frozen = of_house(&frozen, code, |(known, _)| known).first().map(|(_, frozen)| frozen);
                    let (spans, public) = rulebook.spans_and_public(&Timeline::new(observations));
                    let published = told(&published(&spans, &words, frozen), &spans, &public);
                    (spans, published)
                } else {
                    (Vec::new(), Vec::new())
                };
                HouseFacts::of(u64::try_from(serial).unwrap_or_default(), house, spans, published)
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

/// What is about one house, of rows in order of house.
pub(super) fn of_house<'a, T>(rows: &'a [T], code: &str, house_of: impl Fn(&T) -> &str) -> &'a [T] {
    let from = rows.partition_point(|row| house_of(row) < code);
    let until = from + rows[from..].partition_point(|row| house_of(row) == code);
    &rows[from..until]
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
