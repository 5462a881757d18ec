//! A file with keys, which only its owner can read.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Refused;
use crate::vault::{Keys, Zeroizing};

/// Where keys lie. After each step the file is the old one or the new one, never half of one.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The keys; `None` when there is no such file.
    pub fn read(&self) -> Result<Option<Keys>, Refused> {
        match fs::read_to_string(&self.0).map(Zeroizing::new) {
            Ok(text) => Keys::parse(&text).map(Some).map_err(|bad| self.refused(&bad)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Makes the file with one new key. Where another process was faster, its keys are given.
    pub fn make(&self) -> Result<Keys, Refused> {
        let keys = Keys::generate()?;
        let unfinished = self.unfinished(&keys)?;
        // Unlike a renaming, a link never takes the place of a file.
        let made = fs::hard_link(&unfinished, &self.0);
        fs::remove_file(&unfinished)?;
        match made {
            Ok(()) => self.sync_folder().map(|()| keys),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.read()?.ok_or_else(|| self.refused(&"it came and went; try again")),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Puts other keys in the place of those that are there.
    pub fn replace(&self, keys: &Keys) -> Result<(), Refused> {
        fs::rename(self.unfinished(keys)?, &self.0)?;
        self.sync_folder()
    }

    /// A whole file beside the one that is meant.
    fn unfinished(&self, keys: &Keys) -> Result<PathBuf, Refused> {
        let path = self.0.with_extension(format!("unfinished-{}", std::process::id()));
        // What a stopped run left cannot be written to.
        let _ = fs::remove_file(&path);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
        let mut out = options.open(&path).map_err(|error| Refused::new(format!("{}: {error}", path.display())))?;
        out.write_all(keys.to_text().as_bytes())?;
        out.sync_all()?;
        Ok(path)
    }

    fn sync_folder(&self) -> Result<(), Refused> {
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(File::open(folder)?.sync_all()?)
    }

    fn refused(&self, reason: &dyn Display) -> Refused {
        Refused::new(format!("{}: {reason}", self.0.display()))
    }
}
