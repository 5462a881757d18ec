//! A kept atlas: taken at the start when it is of this very record, so that only what changed since must be read.

use std::{io::Read, sync::Arc};

use super::{App, Refusal, load::blocking};
use crate::{
    atlas::{KeptAtlas, Origin, Snapshot, Unfit},
    domain::policy::Rulebook,
    store::{Store, StoreError},
};

/// From where the atlas came at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the record itself.
    Record,
    /// From the kept atlas of a revision.
    Kept(i64),
    /// From the record, because the kept atlas could not be taken.
    Instead(String),
}

impl App {
    /// What the newest snapshot is made of, and the snapshot, to keep it.
    pub async fn to_keep(&self) -> Result<(Arc<Snapshot>, Origin), Refusal> {
        let snapshot = self.snapshot();
        let origin = origin(&self.store, &self.rulebook(), snapshot.revision()).await?;
        let origin = origin.ok_or_else(|| StoreError::Damaged(format!("no revision {}", snapshot.revision())))?;
        Ok((snapshot, origin))
    }

    /// The snapshot of a kept atlas, up to date; an empty one with the reason where it cannot be taken.
    pub(super) async fn take<R: Read + Send + 'static>(&self, kept: Result<KeptAtlas<R>, Unfit>) -> Result<(Snapshot, Source), Refusal> {
        let revision = kept.as_ref().map_or(0, KeptAtlas::revision);
        let taken = match take(&self.store, &self.rulebook(), kept).await? {
            Ok(snapshot) => {
                self.observed_from(snapshot.first_day());
                let snapshot = self.brought_up(snapshot).await?;
                self.spot_check(&snapshot).await?.map_or(Ok(snapshot), |code| Err(format!("it shows house {code} otherwise than the record")))
            }
            Err(reason) => Err(reason),
        };
        Ok(taken.map_or_else(|reason| (Snapshot::default(), Source::Instead(reason)), |snapshot| (snapshot, Source::Kept(revision))))
    }

    /// Reads a kept atlas and brings it up to date, to compare it with what the record gives. The sentence says why it cannot be taken.
    pub async fn snapshot_kept<R: Read + Send + 'static>(&self, kept: Result<KeptAtlas<R>, Unfit>) -> Result<Result<Snapshot, String>, Refusal> {
        Ok(match take(&self.store, &self.rulebook(), kept).await? {
            Ok(snapshot) => Ok(self.brought_up(snapshot).await?),
            Err(reason) => Err(reason),
        })
    }
}

/// The snapshot of a kept atlas that is of this record; otherwise why it is not.
async fn take<R: Read + Send + 'static>(store: &Store, rulebook: &Rulebook, kept: Result<KeptAtlas<R>, Unfit>) -> Result<Result<Snapshot, String>, StoreError> {
    let kept = match kept {
        Ok(kept) => kept,
        Err(unfit) => return Ok(Err(unfit.to_string())),
    };
    let Some(origin) = origin(store, rulebook, kept.revision()).await? else {
        return Ok(Err(format!("its revision {} is newer than the database", kept.revision())));
    };
    let known = kept.origin();
    if known.history != origin.history {
        return Ok(Err("it is of another database".to_owned()));
    }
    if known.policies != origin.policies || known.build != origin.build {
        return Ok(Err("it was rated by other policies or by another version of sanshi".to_owned()));
    }
    Ok(blocking(move || kept.read()).await?.map_err(|unfit| unfit.to_string()))
}

/// `None` when the record has no such revision.
async fn origin(store: &Store, rulebook: &Rulebook, revision: i64) -> Result<Option<Origin>, StoreError> {
    let history = store.read().await?.history(revision).await?;
    Ok(history.map(|history| Origin { history, policies: rulebook.fingerprint(), build: env!("CARGO_PKG_VERSION").to_owned() }))
}
