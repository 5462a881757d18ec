//! `sanshi key`: the key file without which nobody reads the personal data of a site.

use super::{Refused, config::SiteArguments, key_file::KeyFile, open, say};
use crate::{
    app::{Caller, KeySource},
    vault::CannotSeal,
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
            let file = KeyFile::at(site.key_file());
            site.folder()?;
            if file.read()?.is_some() {
                return Err(Refused::new(format!("{} is there already; to seal with a new key: sanshi key rotate --data DIR", file.path().display())));
            }
            file.make()?;
            let path = file.path().display();
            say(format!("made {path}: keep a copy of it apart from the backups; without it the personal data of this site cannot be read"))
        }
        Command::Rotate { site } => rotate(&site).await,
    }
}

async fn rotate(site: &SiteArguments) -> Result<(), Refused> {
    let file = KeyFile::at(site.key_file());
    let missing = || Refused::new(format!("there is no key file {}; make one with: sanshi key make --data DIR", file.path().display()));
    let keys = file.read()?.ok_or_else(missing)?;
    let app = open(site, None).await?;
    let caller = Caller::console();
    // Rows that an older key sealed are what a rotation that was stopped has left: it goes on, and no further key is made.
    let mut left = app.sealed_with_older_keys(&caller).await?;
    if left == 0 {
        let keys = keys.with_new_key()?;
        file.replace(&keys)?;
        say(format!("added the key {} to {}: keep a copy of the new file", keys.newest(), file.path().display()))?;
        left = app.sealed_with_older_keys(&caller).await?;
    } else {
        say(format!("no key was added: going on with the rotation to the key {}, which did not come to its end", keys.newest()))?;
    }
    app.announce_key(&caller).await?;
    let all = left;
    let bar = super::spinner("sealing anew");
    while left > 0 {
        left = app.reseal_some(&caller).await?;
        bar.set_message(format!("sealed anew {} of {all}", all - left));
    }
    bar.finish_and_clear();
    say(format!("sealed anew {all} persons and second factors; older keys stay in the file, as backups need them"))
}

/// Makes the key file where there is none; the demo's.
pub fn ensure(site: &SiteArguments) -> Result<(), Refused> {
    let file = KeyFile::at(site.key_file());
    if file.read()?.is_none() { file.make().map(|_| ()) } else { Ok(()) }
}

/// Reads the key file whenever the keys are needed.
pub fn source(site: &SiteArguments) -> KeySource {
    let file = KeyFile::at(site.key_file());
    Box::new(move || file.read().map_err(|refused| refused.to_string()))
}

impl From<CannotSeal> for Refused {
    fn from(error: CannotSeal) -> Self {
        Self(error.to_string())
    }
}
