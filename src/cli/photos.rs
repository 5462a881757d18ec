//! Photos on the command line: folders of them in, and along with safety copies.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::{Refused, config::SiteArguments, open, say};
use crate::{
    app::{App, Caller, Darkroom, PhotoDraft, Refusal},
    domain::photo::Link,
    media::{MOST_BYTES, PhotoHash, Rejected, Shelf},
};

/// Imports photos: each is linked to the house that it shows, as far as its place and heading tell. The same file again changes nothing.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Files and folders. Of folders the pictures in them, whatever lies deeper too.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    site: SiteArguments,
}

/// In a folder: which house a file of it shows (`file,house_code`).
const TABLE: &str = "photos.csv";
/// Also those that are refused, so that each is told why.
const PICTURES: [&str; 11] = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "gif", "bmp", "tif", "tiff"];
const MANIFEST: &str = "manifest.csv";

/// Where the photos of a site lie.
pub fn darkroom(site: &SiteArguments) -> Result<Darkroom, Refused> {
    Ok(Darkroom::new(shelf_of(site)?, site.photos_on_their_way()))
}

fn shelf_of(site: &SiteArguments) -> Result<Shelf, Refused> {
    match site.photo_store()? {
        Some(s3) => Shelf::s3(&s3).map_err(|error| Refused::new(format!("{}: {error}", s3.url))),
        None => shelf(&site.photos()),
    }
}

fn shelf(folder: &Path) -> Result<Shelf, Refused> {
    Shelf::folder(folder).map_err(|error| Refused::new(format!("{}: {error}", folder.display())))
}

#[derive(Default)]
struct Tally {
    new: usize,
    same: usize,
    faulty: usize,
    links: BTreeMap<&'static str, usize>,
}

pub async fn run(arguments: Arguments) -> Result<(), Refused> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        collect(path, true, &mut files)?;
    }
    let app = open(&arguments.site, None).await?;
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(files.len() as u64) } else { ProgressBar::hidden() };
    let (mut tally, mut running) = (Tally::default(), JoinSet::new());
    let at_once = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    for (file, house) in files {
        if running.len() >= at_once {
            count(running.join_next().await, &mut tally, &bar)?;
        }
        let app = Arc::clone(&app);
        running.spawn(async move {
            let taken = take(&app, &file, house).await;
            (file, taken)
        });
    }
    while let Some(done) = running.join_next().await {
        count(Some(done), &mut tally, &bar)?;
    }
    bar.finish_and_clear();
    let links: Vec<String> = tally.links.iter().map(|(link, count)| format!("{count} {link}")).collect();
    let Tally { new, same, faulty, .. } = tally;
    let links = if links.is_empty() { String::new() } else { format!("; {}", links.join(", ")) };
    say(format!(
        "{} photos: {new} new, {same} same, {faulty} faulty; {} of {} stored and verified{links}",
        new + same + faulty,
        new + same,
        new + same + faulty
    ))?;
    if faulty > 0 && new + same == 0 {
        return Err(Refused::new("no photo could be imported; the faults above say why"));
    }
    Ok(())
}

/// What came of one file: whether it is new and how it was linked, or a code with what was expected and found.
type Taken = Result<(bool, Link), (String, String)>;

async fn take(app: &App, file: &Path, house: Option<String>) -> Taken {
    let unreadable = |error: std::io::Error| ("unreadable_file".to_owned(), format!("expected a file that can be read; found: {error}"));
    let length = tokio::fs::metadata(file).await.map_err(unreadable)?.len();
    let found = usize::try_from(length).unwrap_or(usize::MAX);
    if found > MOST_BYTES {
        let rejected = Rejected::TooLarge { found };
        return Err((rejected.code().to_owned(), rejected.to_string()));
    }
    let bytes = tokio::fs::read(file).await.map_err(unreadable)?;
    let draft = PhotoDraft { house, ..PhotoDraft::default() };
    match app.add_photo(&Caller::console(), bytes, &draft).await {
        Ok((card, is_new)) => Ok((is_new, card.photo.link)),
        Err(Refusal::Photo(rejected)) => Err((rejected.code().to_owned(), rejected.to_string())),
        Err(refusal @ Refusal::NotFound { .. }) => Err(("unknown_house".to_owned(), format!("expected the code of a house; found {refusal}"))),
        Err(refusal) => Err(("refused".to_owned(), refusal.to_string())),
    }
}

fn count(done: Option<Result<(PathBuf, Taken), tokio::task::JoinError>>, tally: &mut Tally, bar: &ProgressBar) -> Result<(), Refused> {
    let Some(done) = done else { return Ok(()) };
    bar.inc(1);
    match done.map_err(|error| Refused::new(format!("a task ended early: {error}")))? {
        (_, Ok((is_new, link))) => {
            *(if is_new { &mut tally.new } else { &mut tally.same }) += 1;
            *tally.links.entry(link.as_str()).or_default() += 1;
        }
        (file, Err((code, text))) => {
            tally.faulty += 1;
            bar.suspend(|| say(format!("{}: {code}: {text}", file.display())))?;
        }
    }
    Ok(())
}

/// The files that are meant, in order, each with the house that a table beside it names.
fn collect(path: &Path, is_named: bool, files: &mut Vec<(PathBuf, Option<String>)>) -> Result<(), Refused> {
    let refused = |error: std::io::Error| Refused::new(format!("{}: {error}", path.display()));
    if fs::metadata(path).map_err(refused)?.is_dir() {
        let houses = table(&path.join(TABLE))?;
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path).map_err(refused)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(refused)?;
        inside.sort();
        let before = files.len();
        for path in inside {
            collect(&path, false, files)?;
        }
        for (file, house) in &mut files[before..] {
            let name = file.strip_prefix(path).unwrap_or(file).to_string_lossy().replace('\\', "/");
            if let Some(named) = houses.get(&name) {
                *house = Some(named.clone());
            }
        }
        return Ok(());
    }
    let is_picture = path.extension().is_some_and(|extension| PICTURES.iter().any(|known| extension.eq_ignore_ascii_case(known)));
    if is_named || is_picture {
        files.push((path.to_owned(), None));
    }
    Ok(())
}

fn table(path: &Path) -> Result<HashMap<String, String>, Refused> {
    let refused = |reason: String| Refused::new(format!("{}: {reason}", path.display()));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(refused(error.to_string())),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().map_err(|error| refused(error.to_string()))?.clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header == name)
            .ok_or_else(|| refused(format!("expected a column {name}; found {}", headers.iter().collect::<Vec<_>>().join(","))))
    };
    let (file, house) = (column("file")?, column("house_code")?);
    let mut houses = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| refused(error.to_string()))?;
        if let (Some(file), Some(house)) = (row.get(file), row.get(house).filter(|code| !code.is_empty())) {
            houses.insert(file.to_owned(), house.to_owned());
        }
    }
    Ok(houses)
}

/// The photos of a safety copy while it is made: a folder beside the database's copy, named when it is whole. Those in a store of their own are
/// only read: the store has copies of its own.
pub struct Copies {
    /// `None` where photos lie in a store.
    from: Option<PathBuf>,
    shelf: Shelf,
    unfinished: PathBuf,
    folder: PathBuf,
}

impl Copies {
    pub fn begin(site: &SiteArguments, backup: &Path) -> Result<Self, Refused> {
        let folder = beside(backup);
        if folder.exists() {
            return Err(Refused::new(format!("{} exists; a backup never overwrites: choose another name", folder.display())));
        }
        let unfinished = folder.with_extension("photos-unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        let from = if site.photo_store()?.is_some() { None } else { Some(site.photos()) };
        Ok(Self { from, shelf: shelf_of(site)?, unfinished, folder })
    }

    /// Copies those that are not copied yet; `false` when one is no longer there.
    pub fn add(&mut self, hashes: &[String]) -> Result<bool, Refused> {
        let Some(from) = &self.from else { return Ok(true) };
        let mut all = true;
        for hash in hashes {
            let to = self.unfinished.join(place(hash));
            if !to.exists() {
                all &= copy(&from.join(place(hash)), &to)?;
            }
        }
        Ok(all)
    }

    /// Reads every copy back, writes the list of them and gives the folder its name.
    pub async fn finish(self, hashes: &[String]) -> Result<(), Refused> {
        if hashes.is_empty() {
            return Ok(());
        }
        if self.from.is_none() {
            return must_be_whole(&self.shelf, "the photo store", hashes).await;
        }
        must_be_whole(&shelf(&self.unfinished)?, &self.unfinished.display().to_string(), hashes).await?;
        let mut list = fs::File::create(self.unfinished.join(MANIFEST))?;
        writeln!(list, "hash,bytes")?;
        for hash in hashes {
            writeln!(list, "{hash},{}", fs::metadata(self.unfinished.join(place(hash)))?.len())?;
        }
        list.sync_all()?;
        fs::rename(&self.unfinished, &self.folder)?;
        Ok(())
    }
}

/// Puts the photos of a safety copy where the site looks for them; gives how many.
pub async fn restore(site: &SiteArguments, backup: &Path, hashes: &[String]) -> Result<usize, Refused> {
    if hashes.is_empty() {
        return Ok(0);
    }
    if site.photo_store()?.is_some() {
        must_be_whole(&shelf_of(site)?, "the photo store", hashes).await?;
        return Ok(hashes.len());
    }
    let folder = beside(backup);
    if !folder.is_dir() {
        return Err(Refused::new(format!("{} holds {} photos: expected their folder {}", backup.display(), hashes.len(), folder.display())));
    }
    must_be_whole(&shelf(&folder)?, &folder.display().to_string(), hashes).await?;
    for hash in hashes {
        copy(&folder.join(place(hash)), &site.photos().join(place(hash)))?;
    }
    must_be_whole(&shelf(&site.photos())?, &site.photos().display().to_string(), hashes).await?;
    Ok(hashes.len())
}

async fn must_be_whole(shelf: &Shelf, called: &str, hashes: &[String]) -> Result<(), Refused> {
    for text in hashes {
        let hash: PhotoHash = text.parse().map_err(|error| Refused::new(format!("the hash of a photo: {error}")))?;
        if !shelf.verified(&hash).await.map_err(|error| Refused::new(error.to_string()))? {
            return Err(Refused::new(format!("{called}: expected the photo {text}; found none, or a damaged one")));
        }
    }
    Ok(())
}

fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".photos");
    PathBuf::from(name)
}

/// As the shelf lays it.
fn place(hash: &str) -> PathBuf {
    Path::new(hash.get(..2).unwrap_or_default()).join(format!("{hash}.jpg"))
}

/// Copies a file durably, whole or not at all; `false` when it is not there.
fn copy(from: &Path, to: &Path) -> Result<bool, Refused> {
    let unfinished = to.with_extension("unfinished");
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::copy(from, &unfinished) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Refused::new(format!("{}: {error}", from.display()))),
    }
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, to)?;
    Ok(true)
}
