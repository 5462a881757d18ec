//! `sanshi check`, `backup`, `restore`: keeping a site whole.

use std::path::PathBuf;

use super::{
    KeptFile, Refused,
    audit::{CheckpointFile, audit_keys, go_on_after_restore, must_fit, verify},
    config::{SiteArguments, time_zone},
    open, photos, say,
};
use crate::{app::App, store::Store};

/// Looks a site over: the database's own check, policies, houses, the kept atlas equal to what the database gives.
#[derive(clap::Args, Debug)]
pub struct CheckArguments {
    #[command(flatten)]
    site: SiteArguments,
}

/// Makes a safety copy of a running or stopped site, checks it, and only then gives it its name. Photos come into a folder beside it, FILE.photos.
#[derive(clap::Args, Debug)]
pub struct BackupArguments {
    /// The file to make; an existing one is never overwritten.
    file: PathBuf,
    #[command(flatten)]
    site: SiteArguments,
}

/// Makes a site from a safety copy, in a data folder that has none yet. Put the site's audit.key there before; without it the audit goes on
/// with a new key.
#[derive(clap::Args, Debug)]
pub struct RestoreArguments {
    file: PathBuf,
    #[command(flatten)]
    site: SiteArguments,
}

pub async fn check(arguments: CheckArguments) -> Result<(), Refused> {
    let store = Store::open(&arguments.site.database_url(), audit_keys(&arguments.site).await?).await?;
    let app = App::open(store, time_zone()?, None).await?;
    app.keep_photos(photos::darkroom(&arguments.site)?);
    let mut faults = app.store().integrity().await?;
    faults.extend(app.photos_amiss().await?.into_iter().map(|hash| format!("the photo {hash} is not on the shelf as it was stored; take it from a backup")));
    let kept = match KeptFile::in_folder(arguments.site.folder()?).open() {
        None => "no atlas is kept".to_owned(),
        Some(kept) => match app.snapshot_kept(kept).await? {
            Ok(kept) => {
                faults.extend(kept.difference(&app.snapshot()).map(|what| format!("the kept atlas is not what the database gives: {what}; delete it")));
                format!("the kept atlas shows {} houses", kept.len())
            }
            Err(reason) => format!("the kept atlas will not be used: {reason}"),
        },
    };
    let audit = verify(app.store(), &CheckpointFile::of(&arguments.site)).await.unwrap_or_else(|refused| Err(refused.to_string())).unwrap_or_else(|broken| {
        faults.push(broken);
        String::new()
    });
    for fault in &faults {
        say(format!("fault: {fault}"))?;
    }
    let snapshot = app.snapshot();
    let photos = app.store().photo_hashes().await?.len();
    say(format!("engine {}, revision {}, {} houses, {photos} photos", app.store().engine(), snapshot.revision(), snapshot.len()))?;
    say(kept)?;
    if !audit.is_empty() {
        say(audit)?;
    }
    let today = app.today();
    let edition = app.rulebook().on(today).clone();
    say(format!("policy {} version {} ({})", edition.policy.name, edition.version, edition.hash))?;
    if faults.is_empty() { say("all is well") } else { Err(Refused::new(format!("{} faults; restore a backup", faults.len()))) }
}

pub async fn backup(arguments: BackupArguments) -> Result<(), Refused> {
    if arguments.file.exists() {
        return Err(Refused::new(format!("{} exists; a backup never overwrites: choose another name", arguments.file.display())));
    }
    let store = Store::open(&arguments.site.database_url(), audit_keys(&arguments.site).await?).await?;
    let unfinished = arguments.file.with_extension("unfinished");
    let mut copied = photos::Copies::begin(&arguments.site, &arguments.file)?;
    // What is deleted meanwhile is in neither copy: the file goes after its row.
    copied.add(&store.photo_hashes().await?)?;
    let mut hashes = Vec::new();
    // Again where a photo was deleted since the database was copied; one that is missing for good is told below.
    for _ in 0..3 {
        let _ = std::fs::remove_file(&unfinished);
        store.copy_to(&unfinished).await?;
        hashes = Store::photo_hashes_of_copy(&unfinished).await?;
        if copied.add(&hashes)? {
            break;
        }
    }
    let faults = Store::faults_of_copy(&unfinished).await?;
    if let Some(fault) = faults.first() {
        return Err(Refused::new(format!("the copy did not pass its check: {fault}")));
    }
    std::fs::File::open(&unfinished)?.sync_all()?;
    copied.finish(&hashes).await?;
    std::fs::rename(&unfinished, &arguments.file)?;
    if let Some(folder) = arguments.file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    let photos = match hashes.len() {
        0 => String::new(),
        all if arguments.site.photo_store()?.is_some() => format!("; its {all} photos lie in the photo store, which is backed up by itself"),
        all => format!(", and {all} photos beside it"),
    };
    say(format!("backed up to {} ({} bytes){photos}, checked", arguments.file.display(), std::fs::metadata(&arguments.file)?.len()))
}

pub async fn restore(arguments: RestoreArguments) -> Result<(), Refused> {
    let target = arguments.site.database_file();
    if target.exists() {
        return Err(Refused::new(format!("{} exists; move it away first: a restore never overwrites", target.display())));
    }
    let faults = Store::faults_of_copy(&arguments.file).await?;
    if let Some(fault) = faults.first() {
        return Err(Refused::new(format!("{} did not pass its check: {fault}", arguments.file.display())));
    }
    must_fit(&arguments.file, &arguments.site).await?;
    let restored = photos::restore(&arguments.site, &arguments.file, &Store::photo_hashes_of_copy(&arguments.file).await?).await?;
    let unfinished = target.with_extension("unfinished");
    std::fs::copy(&arguments.file, &unfinished)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    std::fs::rename(&unfinished, &target)?;
    std::fs::File::open(&arguments.site.data)?.sync_all()?;
    go_on_after_restore(&arguments.site).await?;
    let app = open(&arguments.site, None).await?;
    let photos = if restored == 0 { String::new() } else { format!(", {restored} photos") };
    say(format!("restored to {}: {} houses{photos} at revision {}", target.display(), app.snapshot().len(), app.snapshot().revision()))
}
