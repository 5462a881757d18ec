//! The verbs: import, record, void, ask. One verb = permission → decide → one transaction with its audit row → tell the atlas.
//!
//! The only room that joins store, transfer and atlas. It knows no HTTP.

mod accounts;
mod ask;
mod audit;
mod caller;
mod coverage;
mod darkroom;
mod demo;
mod disclosure;
mod due;
mod entering;
mod erasure;
mod fairness;
mod first_start;
mod group;
mod import;
mod inquiry;
mod inspections;
mod kept;
mod keyring;
mod load;
mod notice;
mod passwords;
mod people;
mod persons;
mod photos;
mod policies;
mod population;
mod publish;
mod record;
mod refusal;
mod review;
mod rounds;
mod route_problem;
mod running;
mod second_factor;
mod services;
mod sessions;
mod simulate;
mod site;
#[cfg(test)]
mod small_site;
mod statistics;
mod streets;
mod studies;
mod throttle;
mod tokens;
mod undo;
mod units;
mod uploads;
mod work;

use std::{
    io::Read,
    sync::{Arc, OnceLock},
};

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::{Mutex, Semaphore, watch};

pub use accounts::{AccountChange, AccountDraft};
pub use ask::HouseReceipt;
pub use caller::{Caller, SignedIn, hash as document_hash};
pub use coverage::{AreaCoverage, Bare};
pub use darkroom::{Darkroom, SweptPhotos};
pub use demo::{DemoAccount, POLICY as DEMO_POLICY};
pub use disclosure::{PersonFile, Use};
pub use due::{DueList, DueWanted, Load, Share, Shortfall, Slipping};
pub use erasure::PastPeriod;
pub use fairness::{Compared, Comparison};
pub use import::{ImportFile, ImportReport, ImportedKind};
pub use inquiry::{Drawn, Found, Inquiry, Preview, Question};
pub use inspections::{Findings, VisitDraft};
pub use kept::Source;
pub use keyring::KeySource;
pub use people::{Looking, MOST_RESIDENTS, MaskedResident, PersonCorrection};
pub use photos::{Alike, Guess, Guessed, MOST_HASHES, PhotoCard, PhotoDraft};
pub use population::{Counted, GridCell, Headcount, PublicFigures};
pub use publish::{Confirmed, Publication};
pub use record::{Draft, Recorded};
pub use refusal::{Conflict, Flaw, Refusal};
pub use review::Contested;
pub use rounds::{ByHand, Changed, Lot, Planned, PlannedChanges, Replanning, Round, RoundDraft, RoundFile, RoundTeam, StopAct, TeamDraft, Ways};
pub use route_problem::{Answer as RouteAnswer, BadProblem, RouteProblem};
pub use running::Running;
pub use second_factor::Enrolment;
pub use sessions::{Session, SignIn};
pub use simulate::Replay;
pub use site::Site;
pub use statistics::{StatisticsOf, Survey, Surveyed};
pub use streets::{Streets, StreetsReport};
pub use studies::{Answered, AskedBefore, Ledger, Study};
pub use tokens::{MadeToken, TokenDraft};
pub use uploads::{Checksum, MOST_UPLOADS, Upload};
pub use work::{Repair, Waiting, Work};

use keyring::KeyRing;
use passwords::Passwords;
use throttle::Throttle;

use crate::{
    atlas::{Atlas, Directory, KeptAtlas, Snapshot, Unfit},
    census::Census,
    domain::{day::Day, hierarchy::Hierarchy, policy::Rulebook, scope::Scope},
    pmtiles::Archive,
    store::Store,
};

/// What those who follow a site hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// There is a snapshot of this revision.
    Revision(i64),
    Closing,
}

/// Everything that a handler or a command needs, shared by all of them.
pub struct App {
    store: Store,
    atlas: Atlas,
    census: ArcSwap<Census>,
    /// The units that are there on a day; none before they were read.
    directory: ArcSwap<(Option<Day>, Directory)>,
    hierarchy: ArcSwap<Hierarchy>,
    news: watch::Sender<News>,
    rulebook: ArcSwap<Rulebook>,
    site: ArcSwap<Site>,
    basemap: OnceLock<Archive>,
    darkroom: OnceLock<Darkroom>,
    passwords: Passwords,
    key_ring: KeyRing,
    throttle: Throttle,
    due_lists: due::Known,
    /// The hash of the code with which the first administrator can be made.
    first_start: ArcSwapOption<String>,
    zone: TimeZone,
    /// One catches up at a time; the others wait and find nothing left to do.
    catching_up: Mutex<()>,
    /// Observations on their way into the record.
    desk: group::Desk,
    /// Memory-hungry parsing: one file at a time.
    importing: Mutex<()>,
    /// What plans are made on; none before it was asked for.
    streets: ArcSwapOption<Streets>,
    /// They are large: one reads them at a time.
    reading_streets: Mutex<()>,
    /// A search keeps a core busy: so many rounds are planned at once.
    planning: Arc<Semaphore>,
}

impl App {
    /// Opens a site: gives a new one its default policy, reads everything into the atlas.
    /// `zone` is the site's time zone: it decides which day it is.
    pub async fn open(store: Store, zone: TimeZone, default_policy: Option<&str>) -> Result<Arc<Self>, Refusal> {
        Ok(Self::open_kept::<std::io::Empty>(store, zone, default_policy, None).await?.0)
    }

    /// The same, faster where the atlas was kept and is of this record; says from where it came.
    pub async fn open_kept<R: Read + Send + 'static>(
        store: Store,
        zone: TimeZone,
        default_policy: Option<&str>,
        kept: Option<Result<KeptAtlas<R>, Unfit>>,
    ) -> Result<(Arc<Self>, Source), Refusal> {
        let now = Timestamp::now();
        policies::ensure(&store, default_policy, now.as_millisecond()).await?;
        let rulebook = policies::rulebook(&store).await?;
        let site = Site::read(&store).await?;
        let app = Self {
            store,
            atlas: Atlas::new(),
            census: ArcSwap::default(),
            directory: ArcSwap::default(),
            hierarchy: ArcSwap::default(),
            news: watch::Sender::new(News::Revision(0)),
            rulebook: ArcSwap::from_pointee(rulebook),
            site: ArcSwap::from_pointee(site),
            basemap: OnceLock::new(),
            darkroom: OnceLock::new(),
            passwords: Passwords::new(),
            throttle: Throttle::default(),
            due_lists: due::Known::default(),
            first_start: ArcSwapOption::empty(),
            key_ring: KeyRing::default(),
            zone,
            catching_up: Mutex::new(()),
            desk: group::Desk::default(),
            importing: Mutex::new(()),
            streets: ArcSwapOption::empty(),
            reading_streets: Mutex::new(()),
            planning: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from))),
        };
        let (snapshot, source) = match kept {
            None => (Snapshot::default(), Source::Record),
            Some(kept) => app.take(kept).await?,
        };
        app.show(snapshot).await?;
        app.read_directory().await?;
        app.read_hierarchy().await?;
        Ok((Arc::new(app), source))
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What is true now. A request takes it once and reads it from start to end.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.atlas.now()
    }

    /// The same in the eyes of somebody: houses beyond their scope as the public sees them.
    #[must_use]
    pub fn snapshot_for(&self, caller: &Caller) -> Arc<Snapshot> {
        let snapshot = self.snapshot();
        if caller.scope.codes().is_none() { snapshot } else { Arc::new(snapshot.seen_by(&caller.scope, self.today())) }
    }

    /// The day that somebody is told of when they ask for one: of what lies beyond their scope none after today.
    #[must_use]
    pub fn day_told(&self, caller: &Caller, area_code: &str, day: Day) -> Day {
        if caller.scope.includes(area_code) { day } else { day.min(self.today()) }
    }

    /// What somebody answers for who was given these areas; `None`: the whole site.
    fn scope_of(&self, areas: Option<Vec<String>>) -> Scope {
        areas.map_or_else(Scope::everywhere, |codes| Scope::of_areas(codes, &self.hierarchy.load()))
    }

    /// Tells of each newer snapshot, and that the site closes.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<News> {
        self.news.subscribe()
    }

    /// Tells those who follow that nothing more will come.
    pub fn say_goodbye(&self) {
        self.news.send_replace(News::Closing);
    }

    /// Readers see the new snapshot from here on.
    fn swap(&self, snapshot: Snapshot) {
        let revision = snapshot.revision();
        self.atlas.swap(snapshot);
        // A goodbye is the last word.
        self.news.send_if_modified(|news| {
            let goes_on = *news != News::Closing;
            if goes_on {
                *news = News::Revision(revision);
            }
            goes_on
        });
    }

    #[must_use]
    pub fn rulebook(&self) -> Arc<Rulebook> {
        self.rulebook.load_full()
    }

    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        self.site.load_full()
    }

    /// Shows a further map under the houses, from now to the end of the process; the first one given stays.
    pub fn show_basemap(&self, basemap: Archive) {
        let _ = self.basemap.set(basemap);
    }

    /// The further map under the houses, where there is one.
    #[must_use]
    pub fn basemap(&self) -> Option<&Archive> {
        self.basemap.get()
    }

    /// Today in the site's time zone.
    #[must_use]
    pub fn today(&self) -> Day {
        Timestamp::now().to_zoned(self.zone.clone()).date().into()
    }

    /// The moment at which a day begins in the site's time zone; milliseconds since 1970, UTC.
    fn beginning_of(&self, day: Day) -> i64 {
        jiff::civil::Date::from(day).to_zoned(self.zone.clone()).map_or(i64::MIN, |begins| begins.timestamp().as_millisecond())
    }

    fn now_ms() -> i64 {
        Timestamp::now().as_millisecond()
    }
}

/// An id that sorts by the time it was made.
fn new_id() -> String {
    ulid::Ulid::generate().to_string()
}
