//! Where pictures are looked through, kept and swept: a shelf, room for what is on its way, and as many hands as there are cores.
//!
//! The file is on the shelf before its row is written, so a crash leaves a file without a row, which is swept, and never a row without its
//! file. Who takes a file away does so while nobody else can write, in this process or another, and only when no row names it; who writes a
//! row looks, under the same lock, whether the file is still there. Nothing else is asked of the shelf under the lock, and not for long.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{App, Conflict, Refusal, load::blocking};
use crate::{
    media::{Format, PhotoHash, Picture, Rejected, Shelf, ShelfError, admit},
    store::StoreError,
};

/// Pictures that wait for a core; they wait as files and hold no memory. More are told to come again.
const WAITING: usize = 64;
/// Photos read back at once over the whole site: a store across the network answers many as fast as one, and each is memory.
pub(super) const READ_AT_ONCE: usize = 16;
/// A file that no row names may be on its way for so long.
const ON_ITS_WAY: Duration = Duration::from_hours(24);
/// So long a shelf that does not answer may keep the whole site from writing.
const LONGEST_HOLD: Duration = Duration::from_secs(3);

/// What a site needs to keep photos.
#[derive(Debug)]
pub struct Darkroom {
    pub(super) shelf: Shelf,
    /// Holds what is on its way.
    pub(super) parts: PathBuf,
    /// Uploads that somebody adds to right now.
    pub(super) busy: Arc<Mutex<HashSet<String>>>,
    /// One for each picture that is decoded.
    places: Arc<Semaphore>,
    /// One for each that is decoded or waits.
    tickets: Arc<Semaphore>,
    /// One for each photo that is read back.
    reading: Semaphore,
}

/// A place to decode one picture.
#[derive(Debug)]
pub(super) struct Place {
    /// Held until the picture is stored: what is decoded and waits to be written is memory, too.
    ticket: OwnedSemaphorePermit,
    /// Held while it is decoded.
    core: OwnedSemaphorePermit,
}

/// What a sweep of the photos took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweptPhotos {
    /// Files of no row, and those that a crash left half-written.
    pub files: u64,
    /// Uploads that nobody went on with.
    pub uploads: u64,
}

impl Darkroom {
    /// `parts` is a folder for what is on its way; it is made when needed.
    #[must_use]
    pub fn new(shelf: Shelf, parts: PathBuf) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let (places, tickets) = (Arc::new(Semaphore::new(cores)), Arc::new(Semaphore::new(cores + WAITING)));
        Self { shelf, parts, busy: Arc::default(), places, tickets, reading: Semaphore::new(READ_AT_ONCE) }
    }

    /// Waits for a place to decode a picture; refuses when too many wait already.
    pub(super) async fn place(&self) -> Result<Place, Refusal> {
        let ticket = Arc::clone(&self.tickets).try_acquire_owned().map_err(|_| Refusal::PhotosBusy)?;
        let core = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Refusal::PhotosBusy)?;
        Ok(Place { ticket, core })
    }

    /// Decodes a picture; the ticket is to be held until it is stored.
    pub(super) async fn develop(&self, Place { ticket, core }: Place, bytes: Vec<u8>) -> Result<(Picture, OwnedSemaphorePermit), Refusal> {
        let picture = blocking(move || {
            let _held = core;
            // A decoder that breaks over a file would break over it at every try.
            let broken = || Rejected::Broken { format: Format::Jpeg, why: "one that no decoder can read" };
            std::panic::catch_unwind(|| admit(&bytes)).unwrap_or_else(|_| Err(broken()))
        });
        Ok((picture.await??, ticket))
    }

    /// Whether a photo's file is there as it was stored: waits for its turn and reads it back.
    pub(super) async fn verified(&self, hash: &PhotoHash) -> Result<bool, Refusal> {
        let _turn = self.reading.acquire().await.map_err(|_| Refusal::PhotosBusy)?;
        Ok(self.shelf.verified(hash).await?)
    }

    /// Whether a photo's file is there, whole or not; asked while nobody else can write.
    pub(super) async fn has(&self, hash: &PhotoHash) -> Result<bool, Refusal> {
        in_time(self.shelf.has(hash)).await
    }
}

/// What is asked of the shelf while nobody else can write.
async fn in_time<T>(asked: impl Future<Output = Result<T, ShelfError>>) -> Result<T, Refusal> {
    Ok(timeout(LONGEST_HOLD, asked).await.map_err(|_| Refusal::PhotoStoreSlow)??)
}

impl App {
    /// Keeps photos from now to the end of the process; what is given first stays.
    pub fn keep_photos(&self, darkroom: Darkroom) {
        let _ = self.darkroom.set(darkroom);
    }

    pub(super) fn darkroom(&self) -> Result<&Darkroom, Refusal> {
        let detail = || "this site keeps no photos: it was started without a place for them".to_owned();
        self.darkroom.get().ok_or_else(|| Refusal::Conflict { conflict: Conflict::PhotosOff, detail: detail() })
    }

    /// Takes away the file of a photo, unless a row names it; says whether it did.
    pub(super) async fn forget_file(&self, hash: &str) -> Result<bool, Refusal> {
        let (darkroom, hash_read) = (self.darkroom()?, hash_of(hash)?);
        // Dropped without a commit: it only keeps others from writing a row of this file meanwhile.
        let mut alone = self.store.begin(Self::now_ms()).await?;
        let is_nobodys = alone.photo_hashed(hash).await?.is_none();
        if is_nobodys {
            in_time(darkroom.shelf.remove(&hash_read)).await?;
        }
        Ok(is_nobodys)
    }

    /// Takes away files that no row names and uploads that nobody went on with.
    pub async fn sweep_photos(&self) -> Result<SweptPhotos, Refusal> {
        let Ok(darkroom) = self.darkroom() else { return Ok(SweptPhotos::default()) };
        let now = Timestamp::now();
        let uploads = darkroom.sweep_uploads(now).await?;
        let mut files = darkroom.shelf.sweep_half_written(ON_ITS_WAY, now).await?;
        let known = self.known_hashes().await?;
        for photo in darkroom.shelf.list().await?.into_iter().filter(|photo| photo.since < now - ON_ITS_WAY && !known.contains(&photo.hash)) {
            files += u64::from(self.forget_file(&photo.hash.to_string()).await?);
        }
        Ok(SweptPhotos { files, uploads })
    }

    /// The photos whose file is not there or not as it was stored.
    pub async fn photos_amiss(&self) -> Result<Vec<String>, Refusal> {
        let known = self.store.photo_hashes().await?;
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let darkroom = self.darkroom()?;
        let mut amiss = Vec::new();
        for hash in known {
            // One that was deleted meanwhile is no fault.
            if !darkroom.verified(&hash_of(&hash)?).await? && self.store.photo_hashed(&hash).await?.is_some() {
                amiss.push(hash);
            }
        }
        Ok(amiss)
    }

    async fn known_hashes(&self) -> Result<HashSet<PhotoHash>, Refusal> {
        self.store.photo_hashes().await?.iter().map(|hash| hash_of(hash)).collect()
    }
}

/// A hash as the record has it.
pub(super) fn hash_of(text: &str) -> Result<PhotoHash, Refusal> {
    text.parse().map_err(|error| StoreError::Damaged(format!("the hash of a photo: {error}")).into())
}

impl From<ShelfError> for Refusal {
    fn from(error: ShelfError) -> Self {
        match &error {
            ShelfError::Full => Self::PhotoStorageFull,
            ShelfError::Damaged(_) => StoreError::Damaged(error.to_string()).into(),
            ShelfError::Unusable(source) => StoreError::Unavailable(format!("{error}: {source}")).into(),
        }
    }
}
