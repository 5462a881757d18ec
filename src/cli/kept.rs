//! The file in the data folder that keeps the atlas between two runs. It can be deleted at any time.

use std::{
    fs::{File, TryLockError},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::Refused;
use crate::{
    app::App,
    atlas::{KeptAtlas, Unfit},
};

/// Where a site's atlas is kept.
#[derive(Clone, Debug)]
pub struct KeptFile(PathBuf);

/// Bytes read or written in one go.
const CHUNK: usize = 1 << 20;

impl KeptFile {
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join("atlas.kept"))
    }

    /// The atlas as it was kept last; `None` when there is no file.
    pub fn open(&self) -> Option<Result<KeptAtlas<BufReader<File>>, Unfit>> {
        let file = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            file => file,
        };
        let measured = file.and_then(|file| Ok((file.metadata()?.len(), file)));
        Some(measured.map_err(Unfit::from).and_then(|(length, file)| KeptAtlas::open(BufReader::with_capacity(CHUNK, file), length)))
    }

    /// Keeps the newest snapshot: after it the file is the old one or the new one, never half of one. Gives its revision.
    pub async fn replace(&self, app: &App) -> Result<i64, Refused> {
        let (snapshot, origin) = app.to_keep().await?;
        let revision = snapshot.revision();
        let file = self.clone();
        let written = tokio::task::spawn_blocking(move || file.write(|out| snapshot.keep(&origin, out)));
        written.await.map_err(|error| Refused::new(error.to_string()))??;
        Ok(revision)
    }

    fn write(&self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let folder = File::open(self.0.parent().unwrap_or(Path::new(".")))?;
        if matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(io::Error::other("another process is writing it"));
        }
        let unfinished = self.0.with_extension("unfinished");
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        // As closed to others as the database.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = BufWriter::with_capacity(CHUNK, options.open(&unfinished)?);
        content(&mut out)?;
        out.into_inner()?.sync_all()?;
        std::fs::rename(&unfinished, &self.0)?;
        folder.sync_all()
    }
}
