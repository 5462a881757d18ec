//! Files that come in parts over a bad line. What is on its way lies in a folder: `OWNER-ID.json` says what is to come, `OWNER-ID.part` is what
//! came, and its length is how much. Nothing of it is in the database, and it goes when nobody went on with it for a day.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
    pin::pin,
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File, OpenOptions},
    io::AsyncWriteExt,
    time::timeout,
};

use super::{App, Caller, Conflict, Darkroom, PhotoCard, PhotoDraft, Refusal, caller::hash, new_id};
use crate::{
    media::{MOST_BYTES, PhotoHash, Rejected},
    store::StoreError,
};

/// An upload as its maker sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    /// Bytes that came.
    pub offset: u64,
    /// Bytes of the whole file.
    pub length: u64,
    pub expires: Timestamp,
    /// The photo that it became.
    pub photo: Option<String>,
}

/// What the bytes of a piece must hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

/// Unfinished uploads of one person.
pub const MOST_UPLOADS: usize = 200;
/// An upload that nobody went on with for so long is over.
const KEPT: Duration = Duration::from_hours(24);
/// Who sends nothing for so long has gone.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);
/// Written at a time, bytes.
const PIECE: usize = 256 << 10;

/// What lies beside the bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Slip {
    length: u64,
    draft: PhotoDraft,
    /// SHA-256 of the whole file, where its sender said it.
    hash: Option<String>,
    photo: Option<String>,
}

/// Where one upload lies.
#[derive(Debug)]
struct Slot {
    slip: PathBuf,
    part: PathBuf,
}

/// Held by whoever adds to an upload.
struct Turn<'a> {
    darkroom: &'a Darkroom,
    name: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.darkroom.busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.name);
    }
}

impl Darkroom {
    /// The first part of the names of all uploads of somebody: nobody finds those of another.
    fn owner(caller: &Caller) -> String {
        hash(&caller.name)[..16].to_owned()
    }

    fn upload(&self, caller: &Caller, id: &str) -> Result<Slot, Refusal> {
        let id = ulid::Ulid::from_string(id).map_err(|_| no_upload(id))?;
        let name = format!("{}-{id}", Self::owner(caller));
        Ok(Slot { slip: self.parts.join(format!("{name}.json")), part: self.parts.join(format!("{name}.part")) })
    }

    fn turn(&self, slot: &Slot) -> Result<Turn<'_>, Refusal> {
        let name = slot.part.display().to_string();
        if !self.busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(name.clone()) {
            let detail = "somebody adds to this upload right now; ask where it stands and go on from there".to_owned();
            return Err(Refusal::Conflict { conflict: Conflict::UploadBusy, detail });
        }
        Ok(Turn { darkroom: self, name })
    }

    /// Takes away what nobody went on with; gives how many uploads.
    pub(super) async fn sweep_uploads(&self, now: Timestamp) -> Result<u64, Refusal> {
        let mut files = match fs::read_dir(&self.parts).await {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(fault(&error)),
        };
        let mut swept = 0;
        while let Some(file) = files.next_entry().await.map_err(|error| fault(&error))? {
            // An upload is as young as the younger of its two files. Another process may have taken it away meanwhile.
            let path = file.path();
            let mut changed = None;
            for part in [&path, &path.with_extension("json"), &path.with_extension("part")] {
                changed = changed.max(fs::metadata(part).await.and_then(|about| about.modified()).ok());
            }
            let Some(changed) = changed else { continue };
            let is_over = Timestamp::try_from(changed).is_ok_and(|changed| changed < now - KEPT);
            if is_over && fs::remove_file(file.path()).await.is_ok() {
                swept += u64::from(file.path().extension().is_some_and(|extension| extension == "json"));
            }
        }
        Ok(swept)
    }
}

impl Slot {
    async fn read(&self, id: &str) -> Result<(Slip, Upload), Refusal> {
        let missing = |error: io::Error| if error.kind() == ErrorKind::NotFound { no_upload(id) } else { fault(&error) };
        let text = fs::read(&self.slip).await.map_err(missing)?;
        let slip: Slip = serde_json::from_slice(&text).map_err(|_| no_upload(id))?;
        // Of a photo the bytes are gone; all of them had come.
        let file = if slip.photo.is_some() { &self.slip } else { &self.part };
        let about = fs::metadata(file).await.map_err(missing)?;
        let offset = if slip.photo.is_some() { slip.length } else { about.len() };
        let changed = about.modified().ok().and_then(|changed| Timestamp::try_from(changed).ok()).unwrap_or(Timestamp::MIN);
        let upload = Upload { id: id.to_owned(), offset, length: slip.length, expires: changed + KEPT, photo: slip.photo.clone() };
        Ok((slip, upload))
    }

    /// The slip is whole or not there.
    async fn write(&self, slip: &Slip) -> Result<(), Refusal> {
        let new = self.slip.with_extension("new");
        let text = serde_json::to_vec(slip).map_err(|error| fault(&error.into()))?;
        fs::write(&new, text).await.map_err(|error| fault(&error))?;
        fs::rename(&new, &self.slip).await.map_err(|error| fault(&error))
    }

    async fn remove(&self) {
        // What stays is swept.
        for file in [&self.slip, &self.part, &self.slip.with_extension("new")] {
            let _ = fs::remove_file(file).await;
        }
    }
}

impl App {
    /// Begins an upload of a file of so many bytes.
    pub async fn begin_upload(&self, caller: &Caller, length: u64, draft: PhotoDraft, hash: Option<PhotoHash>) -> Result<Upload, Refusal> {
        self.must_take_photo(caller, &draft)?;
        let darkroom = self.darkroom()?;
        let found = usize::try_from(length).unwrap_or(usize::MAX);
        if found > MOST_BYTES {
            return Err(Rejected::TooLarge { found }.into());
        }
        if found == 0 {
            return Err(Rejected::Empty.into());
        }
        fs::create_dir_all(&darkroom.parts).await.map_err(|error| fault(&error))?;
        if unfinished(darkroom, &Darkroom::owner(caller)).await? >= MOST_UPLOADS {
            return Err(Refusal::TooManyUploads { most: MOST_UPLOADS });
        }
        let id = new_id();
        let slot = darkroom.upload(caller, &id)?;
        let slip = Slip { length, draft, hash: hash.map(|hash| hash.to_string()), photo: None };
        let begun = async {
            File::create(&slot.part).await.map_err(|error| fault(&error))?;
            slot.write(&slip).await?;
            Ok(slot.read(&id).await?.1)
        };
        let begun = begun.await;
        if begun.is_err() {
            slot.remove().await;
        }
        begun
    }

    pub async fn upload(&self, caller: &Caller, id: &str) -> Result<Upload, Refusal> {
        Ok(self.darkroom()?.upload(caller, id)?.read(id).await?.1)
    }

    /// Adds what comes to an upload; with its last byte it becomes a photo. What came of a piece that was cut stays, unless it had a checksum
    /// to fit.
    pub async fn add_to_upload<E>(
        &self,
        caller: &Caller,
        id: &str,
        offset: u64,
        checksum: Option<Checksum>,
        bytes: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<Upload, Refusal> {
        let darkroom = self.darkroom()?;
        let slot = darkroom.upload(caller, id)?;
        let _turn = darkroom.turn(&slot)?;
        let (slip, upload) = slot.read(id).await?;
        if offset != upload.offset {
            let detail = format!("expected Upload-Offset {}; found {offset}: go on from there", upload.offset);
            return Err(Refusal::Conflict { conflict: Conflict::OffsetDiffers, detail });
        }
        if upload.photo.is_some() {
            return Ok(upload);
        }
        let mut part = OpenOptions::new().append(true).open(&slot.part).await.map_err(|error| fault(&error))?;
        if let Err(refusal) = fill(&mut part, slip.length - offset, checksum, bytes).await {
            // As if this piece had never come.
            part.set_len(offset).await.map_err(|error| fault(&error))?;
            return Err(refusal);
        }
        part.sync_data().await.map_err(|error| fault(&error))?;
        let (slip, upload) = slot.read(id).await?;
        if upload.offset < upload.length { Ok(upload) } else { self.finish(caller, slot, slip, upload).await }
    }

    /// Makes a photo of what is whole. A file that can never be one goes; where only there is no room or time for it now, it stays.
    async fn finish(&self, caller: &Caller, slot: Slot, slip: Slip, upload: Upload) -> Result<Upload, Refusal> {
        let free = self.darkroom()?.place().await?;
        let bytes = fs::read(&slot.part).await.map_err(|error| fault(&error))?;
        let fits = slip.hash.as_ref().is_none_or(|hash| PhotoHash::of(&bytes).to_string() == *hash);
        let taken = if fits { self.take_in(caller, free, bytes, &slip.draft).await } else { Err(Refusal::ChecksumDiffers) };
        match taken {
            Ok((card, _)) => {
                slot.write(&Slip { photo: Some(card.photo.id.clone()), ..slip }).await?;
                let _ = fs::remove_file(&slot.part).await;
                Ok(Upload { photo: Some(card.photo.id), ..upload })
            }
            Err(refusal) => {
                if !matches!(refusal, Refusal::PhotosBusy | Refusal::PhotoStorageFull | Refusal::PhotoStoreSlow | Refusal::Store(_)) {
                    slot.remove().await;
                }
                Err(refusal)
            }
        }
    }

    /// Forgets an upload and what came of it.
    pub async fn end_upload(&self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let darkroom = self.darkroom()?;
        let slot = darkroom.upload(caller, id)?;
        let _turn = darkroom.turn(&slot)?;
        slot.read(id).await?;
        slot.remove().await;
        Ok(())
    }

    /// Brings in a picture that comes in one piece: it too waits as a file, so that many at once hold no memory.
    pub async fn receive_photo<E>(
        &self,
        caller: &Caller,
        draft: PhotoDraft,
        bytes: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<(PhotoCard, bool), Refusal> {
        self.must_take_photo(caller, &draft)?;
        let darkroom = self.darkroom()?;
        fs::create_dir_all(&darkroom.parts).await.map_err(|error| fault(&error))?;
        let slot = darkroom.upload(caller, &new_id())?;
        // No upload to go on with, so it is not counted as one.
        let whole = Passing(slot.part.with_extension("whole"));
        let mut file = File::create(&whole.0).await.map_err(|error| fault(&error))?;
        if fill(&mut file, MOST_BYTES as u64, None, bytes).await? == Ended::Cut {
            return Err(Refusal::ChecksumDiffers);
        }
        let free = darkroom.place().await?;
        let bytes = fs::read(&whole.0).await.map_err(|error| fault(&error))?;
        self.take_in(caller, free, bytes, &draft).await
    }
}

/// A file that goes when nobody holds it any more, also where whoever sends it went away.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // What stays is swept.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// How what was sent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Whole,
    /// The line broke, or nothing came for too long.
    Cut,
}

/// Writes what comes, at most so many bytes.
async fn fill<E>(part: &mut File, most: u64, checksum: Option<Checksum>, bytes: impl Stream<Item = Result<Bytes, E>>) -> Result<Ended, Refusal> {
    let mut bytes = pin!(bytes);
    let (mut sha1, mut sha256) = (Sha1::new(), Sha256::new());
    let (mut waiting, mut came) = (Vec::with_capacity(PIECE), 0);
    let ended = loop {
        let next = timeout(LONGEST_SILENCE, bytes.next()).await;
        let piece = match &next {
            Ok(Some(Ok(piece))) => piece,
            // The end, or a line that broke.
            _ => &Bytes::new(),
        };
        came += piece.len() as u64;
        if came > most {
            return Err(Rejected::TooLarge { found: usize::try_from(came).unwrap_or(usize::MAX) }.into());
        }
        match &checksum {
            None => {}
            Some(Checksum::Sha1(_)) => sha1.update(piece),
            Some(Checksum::Sha256(_)) => sha256.update(piece),
        }
        waiting.extend_from_slice(piece);
        let is_last = !matches!(next, Ok(Some(Ok(_))));
        if waiting.len() >= PIECE || is_last {
            part.write_all(&waiting).await.map_err(|error| fault(&error))?;
            waiting.clear();
        }
        if is_last {
            break if matches!(next, Ok(None)) { Ended::Whole } else { Ended::Cut };
        }
    };
    part.flush().await.map_err(|error| fault(&error))?;
    let fits = match &checksum {
        None => true,
        Some(Checksum::Sha1(wanted)) => sha1.finalize()[..] == wanted[..],
        Some(Checksum::Sha256(wanted)) => sha256.finalize()[..] == wanted[..],
    };
    if fits { Ok(ended) } else { Err(Refusal::ChecksumDiffers) }
}

async fn unfinished(darkroom: &Darkroom, owner: &str) -> Result<usize, Refusal> {
    let mut files = fs::read_dir(&darkroom.parts).await.map_err(|error| fault(&error))?;
    let mut count = 0;
    while let Some(file) = files.next_entry().await.map_err(|error| fault(&error))? {
        let name = file.file_name();
        count += usize::from(name.to_str().is_some_and(|name| name.starts_with(owner) && name.ends_with(".part")));
    }
    Ok(count)
}

fn no_upload(id: &str) -> Refusal {
    Refusal::NotFound { what: "upload", name: id.chars().take(80).collect() }
}

fn fault(error: &io::Error) -> Refusal {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Refusal::PhotoStorageFull,
        _ => StoreError::Unavailable(format!("the folder of what is on its way: {error}")).into(),
    }
}
