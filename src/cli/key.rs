//! `sanshi key`: the key file without which nobody reads the personal data of a site.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use super::{Refused, config::SiteArguments, open, say};
use crate::{
    app::{Caller, KeySource},
    vault::{CannotSeal, Keys, Zeroizing},
};

/// The site's keys: whoever has the key file can read the personal data, without it nobody can. It is in no backup; keep a copy elsewhere.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Makes the key file of a site that has none: site.key in the data folder, or SANSHI_KEY_FILE.
    Make {
        #[command(flatten)]
        site: SiteArguments,
    },
    /// Adds a new key, and seals everything anew with it. Can be stopped and run again; the site goes on meanwhile.
    Rotate {
        #[command(flatten)]
        site: SiteArguments,
    },
}

pub async fn run(command: Command) -> Result<(), Refused> {
    match command {
        Command::Make { site } => {
            let file = site.key_file();
            site.folder()?;
            if read(&file)?.is_some() {
                return Err(Refused::new(format!("{} is there already; to seal with a new key: sanshi key rotate --data DIR", file.display())));
            }
            write(&file, &Keys::generate()?)?;
            say(format!("made {}: keep a copy of it apart from the backups; without it the personal data of this site cannot be read", file.display()))
        }
        Command::Rotate { site } => rotate(&site).await,
    }
}

async fn rotate(site: &SiteArguments) -> Result<(), Refused> {
    let file = site.key_file();
    let missing = || Refused::new(format!("there is no key file {}; make one with: sanshi key make --data DIR", file.display()));
    let keys = read(&file)?.ok_or_else(missing)?;
    let app = open(site, None).await?;
    let caller = Caller::console();
    // Rows that an older key sealed are what a rotation that was stopped has left: it goes on, and no further key is made.
    let mut left = app.sealed_with_older_keys(&caller).await?;
    if left == 0 {
        let keys = keys.with_new_key()?;
        write(&file, &keys)?;
        say(format!("added the key {} to {}: keep a copy of the new file", keys.newest(), file.display()))?;
        left = app.sealed_with_older_keys(&caller).await?;
    } else {
        say(format!("going on with the rotation to the key {}", keys.newest()))?;
    }
    app.announce_key(&caller).await?;
    let all = left;
    let bar = super::spinner("sealing anew");
    while left > 0 {
        left = app.reseal_some(&caller).await?;
        bar.set_message(format!("sealed anew {} of {all} persons", all - left));
    }
    bar.finish_and_clear();
    say(format!("sealed anew {all} persons; older keys stay in the file, as backups need them"))
}

/// Makes the key file where there is none; the demo's.
pub fn ensure(file: &Path) -> Result<(), Refused> {
    if read(file)?.is_none() { write(file, &Keys::generate()?) } else { Ok(()) }
}

/// Reads the key file whenever the keys are needed.
pub fn source(site: &SiteArguments) -> KeySource {
    let file = site.key_file();
    Box::new(move || read(&file).map_err(|refused| refused.to_string()))
}

/// `None` when there is no such file.
fn read(file: &Path) -> Result<Option<Keys>, Refused> {
    let refused = |error: &dyn std::fmt::Display| Refused::new(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file).map(Zeroizing::new) {
        Ok(text) => Keys::parse(&text).map(Some).map_err(|bad| refused(&bad)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(&error)),
    }
}

/// Writes a key file that only its owner can read: after it the file is the old one or the new one, never half of one.
fn write(file: &Path, keys: &Keys) -> Result<(), Refused> {
    let unfinished = file.with_extension("unfinished");
    // What a stopped run left cannot be written to.
    let _ = std::fs::remove_file(&unfinished);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    let mut out = options.open(&unfinished).map_err(|error| Refused::new(format!("{}: {error}", unfinished.display())))?;
    out.write_all(keys.to_text().as_bytes())?;
    out.sync_all()?;
    std::fs::rename(&unfinished, file)?;
    Ok(File::open(file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()?)
}

impl From<CannotSeal> for Refused {
    fn from(error: CannotSeal) -> Self {
        Self(error.to_string())
    }
}
