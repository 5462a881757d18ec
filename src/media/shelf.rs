//! Where pictures lie: a folder, or a store that speaks as S3 does.
//!
//! One photograph is one object, so it is there whole or not at all. It begins with the full JPEG, hence opens in any viewer, and goes on with
//! the large and the small one and a trailer of [`TRAILER`] bytes: three lengths (u64, little-endian), three SHA-256, and [`MARK`]. In a folder
//! it is written under a temporary name, synced, renamed, and the folder synced; it is called `ab/abcd….jpg` after its [`PhotoHash`].

use std::{
    collections::HashSet,
    error::Error,
    fs, io,
    ops::Range,
    path::{Path as Folder, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use sha2::{Digest, Sha256};

use super::{PhotoHash, Picture, S3, Size, s3};

const MARK: &[u8; 8] = b"sanshi01";
const TRAILER: u64 = 3 * 8 + 3 * 32 + 8;

/// The shelf. Several processes may share it; who takes pictures away sees to it that no other counts on them.
#[derive(Clone, Debug)]
pub struct Shelf {
    store: Arc<dyn ObjectStore>,
    /// Where temporary files may be left over.
    folder: Option<PathBuf>,
    /// What is being taken away: the store may still do so after nobody waits for it any more.
    leaving: Arc<Mutex<HashSet<PhotoHash>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    #[error("expected room for a photo; found the photo store full: make room, then send the photo again")]
    Full,
    #[error("expected photo {0} as it was stored; found it damaged: take it from a backup")]
    Damaged(PhotoHash),
    #[error("the photo store does not answer as expected: see that it is there and may be written, then try again")]
    Unusable(#[source] Box<dyn Error + Send + Sync>),
}

/// A photograph on the shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnShelf {
    pub hash: PhotoHash,
    /// Of all three sizes and the trailer.
    pub bytes: u64,
    pub since: Timestamp,
}

impl Shelf {
    /// In a folder, which is made when it is missing.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn folder(path: &Folder) -> Result<Self, ShelfError> {
        fs::create_dir_all(path).map_err(fault)?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self { folder: Some(path.to_owned()), ..Self::on(Arc::new(store)) })
    }

    /// In a store that speaks as S3 does. The store is not asked yet.
    ///
    /// # Errors
    /// The address is not one of plain HTTP.
    pub fn s3(s3: &S3) -> Result<Self, ShelfError> {
        Ok(Self::on(Arc::new(s3::store(s3)?)))
    }

    fn on(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, folder: None, leaving: Arc::default() }
    }

    /// Puts all three sizes there, durably, and reads them back. Putting a picture again writes it anew, so it counts as just come.
    ///
    /// # Errors
    /// [`ShelfError::Full`], [`ShelfError::Unusable`], [`ShelfError::Damaged`] when what is read back differs. Nothing half-written can be read.
    pub async fn put(&self, picture: &Picture) -> Result<(), ShelfError> {
        let parts = Size::ALL.map(|size| Bytes::copy_from_slice(picture.bytes(size)));
        let trailer = Bytes::from(trailer(&parts));
        let written = Sha256::new_with_prefix(&parts[0]).chain_update(&parts[1]).chain_update(&parts[2]).chain_update(&trailer).finalize();
        let place = place(&picture.hash);
        self.store.put(&place, PutPayload::from_iter(parts.into_iter().chain([trailer]))).await?;
        let read = self.store.get(&place).await?.bytes().await?;
        if Sha256::digest(&read) == written { Ok(()) } else { Err(ShelfError::Damaged(picture.hash)) }
    }

    /// One size; `None` when the photograph is not there. Its checksum is compared.
    ///
    /// # Errors
    /// [`ShelfError::Damaged`], [`ShelfError::Unusable`].
    pub async fn read(&self, hash: &PhotoHash, size: Size) -> Result<Option<Bytes>, ShelfError> {
        let place = place(hash);
        let options = GetOptions { range: Some(GetRange::Suffix(TRAILER)), ..GetOptions::default() };
        let end = match self.store.get_opts(&place, options).await {
            Ok(end) => end,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let length = end.meta.size;
        let damaged = || ShelfError::Damaged(*hash);
        let (range, sum) = part(&end.bytes().await?, length, size).ok_or_else(damaged)?;
        let bytes = self.store.get_range(&place, range).await?;
        if Sha256::digest(&bytes)[..] == sum { Ok(Some(bytes)) } else { Err(damaged()) }
    }

    /// Whether all three sizes are there and as they were put.
    ///
    /// # Errors
    /// [`ShelfError::Unusable`].
    pub async fn verified(&self, hash: &PhotoHash) -> Result<bool, ShelfError> {
        let whole = match self.store.get(&place(hash)).await {
            Ok(whole) => whole.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let Some((pictures, trailer)) = whole.len().checked_sub(TRAILER as usize).map(|end| whole.split_at(end)) else { return Ok(false) };
        let fits = |size| {
            let (range, sum) = part(trailer, whole.len() as u64, size)?;
            Some(Sha256::digest(pictures.get(range.start as usize..range.end as usize)?)[..] == sum)
        };
        Ok(Size::ALL.into_iter().all(|size| fits(size) == Some(true)))
    }

    /// Whether a photograph is there, whole or not, and stays.
    ///
    /// # Errors
    /// [`ShelfError::Unusable`].
    pub async fn has(&self, hash: &PhotoHash) -> Result<bool, ShelfError> {
        if self.leaving().contains(hash) {
            return Ok(false);
        }
        match self.store.head(&place(hash)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a photograph away; one that is not there already is. Once begun it goes on to its end, though nobody waits for it any more.
    ///
    /// # Errors
    /// [`ShelfError::Unusable`], also while it is being taken away already.
    pub async fn remove(&self, hash: &PhotoHash) -> Result<(), ShelfError> {
        if !self.leaving().insert(*hash) {
            return Err(fault(io::Error::from(io::ErrorKind::ResourceBusy)));
        }
        let (shelf, hash) = (self.clone(), *hash);
        let removal = tokio::spawn(async move {
            let removed = shelf.store.delete(&place(&hash)).await;
            shelf.leaving().remove(&hash);
            removed
        });
        match removal.await.map_err(fault)? {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn leaving(&self) -> MutexGuard<'_, HashSet<PhotoHash>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All photographs, in no order; other files are passed over.
    ///
    /// # Errors
    /// [`ShelfError::Unusable`].
    pub async fn list(&self) -> Result<Vec<OnShelf>, ShelfError> {
        let on_shelf = |meta: object_store::ObjectMeta| Some(OnShelf { hash: hash_at(&meta.location)?, bytes: meta.size, since: since(&meta) });
        Ok(self.store.list(None).try_filter_map(|meta| std::future::ready(Ok(on_shelf(meta)))).try_collect().await?)
    }

    /// Takes away the files that a crash left half-written, if they are older than this; gives how many.
    ///
    /// # Errors
    /// [`ShelfError::Unusable`]; what is not yet swept stays for the next time.
    pub async fn sweep_half_written(&self, older_than: Duration, now: Timestamp) -> Result<u64, ShelfError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        tokio::task::spawn_blocking(move || sweep_temporary(&folder, now - older_than)).await.map_err(fault)?.map_err(fault)
    }
}

/// Removes what `object_store` calls `name#1`, `name#2` … while it writes.
fn sweep_temporary(folder: &Folder, before: Timestamp) -> io::Result<u64> {
    let mut swept = 0;
    for shelf in fs::read_dir(folder)? {
        let shelf = shelf?;
        if !shelf.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(shelf.path())? {
            let file = file?;
            let is_temporary = file.file_name().to_str().and_then(|name| name.split_once(".jpg#")).is_some_and(|(hash, _)| hash.parse::<PhotoHash>().is_ok());
            let changed = || Timestamp::try_from(file.metadata()?.modified()?).map_err(io::Error::other);
            if is_temporary && changed()? < before {
                fs::remove_file(file.path())?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

fn place(hash: &PhotoHash) -> Path {
    let name = hash.to_string();
    Path::from_iter([&name[..2], &format!("{name}.jpg")])
}

fn hash_at(place: &Path) -> Option<PhotoHash> {
    let hash = place.filename()?.strip_suffix(".jpg")?.parse().ok()?;
    (self::place(&hash) == *place).then_some(hash)
}

fn since(meta: &object_store::ObjectMeta) -> Timestamp {
    // A file's time is always in jiff's range; if not, it is as old as can be.
    Timestamp::from_millisecond(meta.last_modified.timestamp_millis()).unwrap_or(Timestamp::MIN)
}

fn trailer(parts: &[Bytes; 3]) -> Vec<u8> {
    let mut trailer: Vec<u8> = parts.iter().flat_map(|part| (part.len() as u64).to_le_bytes()).collect();
    parts.iter().for_each(|part| trailer.extend(Sha256::digest(part)));
    trailer.extend(MARK);
    trailer
}

/// Where a size lies in an object of this length, and its checksum; `None` when the trailer is not one.
fn part(trailer: &[u8], length: u64, size: Size) -> Option<(Range<u64>, [u8; 32])> {
    let (lengths, rest) = trailer.split_at_checked(24)?;
    let (sums, mark) = rest.split_at_checked(96)?;
    let mut starts = [0; 4];
    for (at, bytes) in lengths.chunks_exact(8).enumerate() {
        starts[at + 1] = u64::from_le_bytes(bytes.try_into().ok()?).checked_add(starts[at])?;
    }
    if mark != MARK || starts[3].checked_add(TRAILER)? != length {
        return None;
    }
    let at = size as usize;
    Some((starts[at]..starts[at + 1], sums[at * 32..at * 32 + 32].try_into().ok()?))
}

fn fault(error: impl Error + Send + Sync + 'static) -> ShelfError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return ShelfError::Full;
        }
        cause = error.source();
    }
    ShelfError::Unusable(error.into())
}

impl From<object_store::Error> for ShelfError {
    fn from(error: object_store::Error) -> Self {
        fault(error)
    }
}
