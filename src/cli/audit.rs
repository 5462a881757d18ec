//! `sanshi audit`: whether the audit is as it was written, and the checkpoints by which that is seen.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Refused, config::SiteArguments, key_file::KeyFile, say};
use crate::{
    app::App,
    store::{Checkpoint, Store, Verifier},
    vault::Keys,
};

/// The audit: who did what, and proof that nobody changed it.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Reads the whole audit and names the first row that was changed, put in, taken out, moved or cut off.
    Verify {
        #[command(flatten)]
        site: SiteArguments,
        /// Checkpoints kept in another place; those in the data folder (or SANSHI_AUDIT_CHECKPOINTS) when left out.
        #[arg(long, value_name = "FILE")]
        checkpoints: Option<PathBuf>,
    },
    /// Goes on with a new key where the old one is lost. The rows that are there are held as they are now.
    Begin {
        #[command(flatten)]
        site: SiteArguments,
        /// What happened to the old one; put on record.
        #[arg(long)]
        reason: String,
    },
    /// Prints the public key by which anybody can check the signatures of checkpoints (Ed25519).
    Key {
        #[command(flatten)]
        site: SiteArguments,
    },
}

pub async fn run(command: Command) -> Result<(), Refused> {
    match command {
        Command::Verify { site, checkpoints } => {
            let file = checkpoints
                .map_or_else(|| Ok(CheckpointFile::of(&site)), |path| if path.is_file() { Ok(CheckpointFile(path)) } else { Err(missing(&path)) })?;
            let verified = verify(&open(&site).await?, &file).await?;
            verified.map_or_else(|broken| Err(Refused::new(broken)), say)
        }
        Command::Begin { site, reason } => {
            let reason = reason.trim();
            if reason.is_empty() {
                return Err(Refused::new("--reason: expected what happened to the old key"));
            }
            begin(&site, reason).await?;
            if let Some(kept) = CheckpointFile::of(&site).set_aside()? {
                eprintln!("the checkpoints of the old key are kept as {}", kept.display());
            }
            Ok(())
        }
        Command::Key { site } => say(open(&site).await?.audited().public_key()),
    }
}

/// Goes on with a new key.
async fn begin(site: &SiteArguments, reason: &str) -> Result<(), Refused> {
    let file = KeyFile::at(site.folder()?.join("audit.key"));
    if file.read()?.is_some() {
        return Err(Refused::new(format!("{} is there; a new key is for a site that lost its own: move the file away first", file.path().display())));
    }
    let keys = Arc::new(file.make()?);
    let now_ms = jiff::Zoned::now().timestamp().as_millisecond();
    Store::open_with_new_audit_key(&site.database_url(), keys, now_ms, reason).await?;
    say(format!("the audit goes on under a new key: {}; keep a copy of it apart from the backups", file.path().display()))
}

/// Refuses a safety copy whose audit is held together by another key than the one that was put into the folder.
pub async fn must_fit(copy: &Path, site: &SiteArguments) -> Result<(), Refused> {
    let file = KeyFile::at(site.folder()?.join("audit.key"));
    let (key, wanted) = (file.read()?, Store::audit_key_of_copy(copy).await?);
    match (key, wanted) {
        (Some(key), Some(wanted)) if key.oldest_id().to_string() != wanted => {
            let reason =
                format!("{} is not the key of this copy's audit, {wanted}: put that one there, or none to go on with a new one", file.path().display());
            Err(Refused::new(reason))
        }
        _ => Ok(()),
    }
}

/// A restored site goes on with the audit's key where it was put into the folder before, otherwise with a new one. Checkpoints that are
/// there may be of the site that the copy was made of, and stay.
pub async fn go_on_after_restore(site: &SiteArguments) -> Result<(), Refused> {
    let has_key = KeyFile::at(site.folder()?.join("audit.key")).read()?.is_some();
    if has_key || !Store::has_audit_key(&site.database_url()).await? {
        return Ok(());
    }
    begin(site, "restored from a safety copy without the audit's key").await
}

async fn open(site: &SiteArguments) -> Result<Store, Refused> {
    Ok(Store::open(&site.database_url(), audit_keys(site).await?).await?)
}

/// The key of a site's audit; a site that has none yet gets one.
pub async fn audit_keys(site: &SiteArguments) -> Result<Arc<Keys>, Refused> {
    let file = KeyFile::at(site.folder()?.join("audit.key"));
    let keys = match file.read()? {
        Some(keys) => keys,
        None if Store::has_audit_key(&site.database_url()).await? => {
            let path = file.path().display();
            return Err(Refused::new(format!(
                "{path} is missing, and the audit of this database is held together by it: put the site's audit.key there; if it is lost, `sanshi audit begin` goes on with a new one"
            )));
        }
        None => file.make()?,
    };
    Ok(Arc::new(keys))
}

/// In words what was found, good or bad.
pub async fn verify(store: &Store, file: &CheckpointFile) -> Result<Result<String, String>, Refused> {
    let checkpoints = file.read()?;
    let mut verifier = Verifier::new(store.audited(), &checkpoints);
    store.each_audit(|row| verifier.row(row)).await?;
    Ok(verifier.finish().map_err(|broken| format!("the audit is not as it was written: {broken}")).map(|found| {
        let earlier =
            if found.before > 0 { format!("; the first {} are older than the key and held as they were when it began", found.before) } else { String::new() };
        let loose = match found.rows - found.held {
            0 => "the newest is held by a checkpoint".to_owned(),
            rows => format!("{rows} came after the newest checkpoint"),
        };
        format!("the audit is as it was written: {} rows, {} checkpoints, {loose}{earlier}", found.rows, checkpoints.len())
    }))
}

/// Ends a line that was not written to its end.
const CUT_SHORT: &str = "# cut short";

/// Signed notes of how far the audit has come, one per line, only ever added. Best in a place where whoever can change the database cannot
/// write: another machine's folder, a printer, a write-once disk.
#[derive(Clone, Debug)]
pub struct CheckpointFile(PathBuf);

impl CheckpointFile {
    pub fn of(site: &SiteArguments) -> Self {
        Self(site.checkpoints())
    }

    pub fn read(&self) -> Result<Vec<Checkpoint>, Refused> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text.map_err(|error| Refused::new(format!("{}: {error}", self.0.display())))?,
        };
        // The last line may be in the making, or was cut short when the power went.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.ends_with(CUT_SHORT));
        lines.map(|(line, number)| line.parse().map_err(|fault| Refused::new(format!("{}, line {number}: {fault}", self.0.display())))).collect()
    }

    /// Adds a line where the audit has grown since `held`; gives the number of the row that is held now.
    pub async fn add(&self, app: &App, held: i64) -> Result<i64, Refused> {
        let Some(checkpoint) = app.checkpoint().await?.filter(|checkpoint| checkpoint.serial > held) else { return Ok(held) };
        let before = if self.is_cut_short() { format!(" {CUT_SHORT}\n") } else { String::new() };
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        file.write_all(format!("{before}{checkpoint}\n").as_bytes())?;
        file.sync_data()?;
        Ok(checkpoint.serial)
    }

    /// Whether the last line was not written to its end.
    fn is_cut_short(&self) -> bool {
        let mut last = [b'\n'];
        // Where there is no last byte, nothing was cut.
        let read = File::open(&self.0).and_then(|mut file| file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last)));
        read.is_ok() && last != [b'\n']
    }

    /// Moves the file away; gives its new name.
    fn set_aside(&self) -> Result<Option<PathBuf>, Refused> {
        let aside = (1..).map(|number| self.0.with_extension(format!("before-{number}"))).find(|path| !path.exists());
        match aside {
            Some(aside) if self.0.exists() => std::fs::rename(&self.0, &aside).map(|()| Some(aside)).map_err(Refused::from),
            _ => Ok(None),
        }
    }
}

fn missing(path: &Path) -> Refused {
    Refused::new(format!("--checkpoints: expected a file; found none at {}", path.display()))
}
