//! A file with keys, closed to other users of the machine. It is made once and never overwritten.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Refused;
use crate::vault::Keys;

/// Where keys lie.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// The key that holds a site's audit together. It belongs neither into the database nor beside its backups.
    pub fn of_audit(folder: &Path) -> Self {
        Self(folder.join("audit.key"))
    }

    /// The keys; `None` when there is no file.
    pub fn read(&self) -> Result<Option<Keys>, Refused> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map(crate::vault::Zeroizing::new).map_err(|error| self.refused(&error))?,
        };
        Keys::parse(&text).map(Some).map_err(|error| self.refused(&error))
    }

    /// Makes the file with one new key. Refused where there is a file.
    pub fn make(&self) -> Result<Keys, Refused> {
        let keys = Keys::generate().map_err(|error| self.refused(&error))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
        let written = options.open(&self.0).and_then(|mut file| file.write_all(keys.to_text().as_bytes()).and_then(|()| file.sync_all()));
        written.and_then(|()| File::open(self.0.parent().unwrap_or(Path::new(".")))?.sync_all()).map_err(|error| self.refused(&error))?;
        Ok(keys)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    fn refused(&self, reason: &dyn std::fmt::Display) -> Refused {
        Refused::new(format!("{}: {reason}", self.0.display()))
    }
}
