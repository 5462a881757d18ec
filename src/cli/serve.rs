//! `sanshi serve` and `sanshi demo`.

use std::{net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch};

use super::{
    KeptFile, Refused,
    audit::CheckpointFile,
    config::{ServeArguments, SiteArguments},
    key, open, say, spinner,
};
use crate::{
    app::{App, Caller, DEMO_POLICY, SweptPhotos},
    http::{self, Limits},
    pmtiles::Archive,
};

/// Serves a site.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,
    #[command(flatten)]
    serve: ServeArguments,
    /// The policy file of a new site; a site that has a policy keeps it.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// Makes a demo site with the reference community (once), serves it, prints the address and the demo accounts.
#[derive(clap::Args, Debug)]
pub struct DemoArguments {
    /// The data folder of the demo; made when missing.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Leaves out the 1,305 drawn pictures of the houses, which take a while to come in.
    #[arg(long)]
    without_pictures: bool,
    #[command(flatten)]
    serve: ServeArguments,
}

/// How often to look for writes of other processes.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often to keep the atlas, when something changed.
const KEEP_EVERY: Duration = Duration::from_mins(10);
/// How often to note how far the audit has come, when it has grown.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(1);
/// How often to take away files of photos that came to nothing.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

pub async fn run(arguments: Arguments) -> Result<(), Refused> {
    let policy = match &arguments.policy {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| Refused::new(format!("{}: {error}", path.display())))?),
        None => None,
    };
    let basemap = basemap(&arguments.serve)?;
    let bar = spinner("reading the site into memory");
    let app = open(&arguments.site, policy.as_deref()).await?;
    basemap.into_iter().for_each(|basemap| app.show_basemap(basemap));
    bar.finish_and_clear();
    let listener = listen(&arguments.serve).await?;
    keep_public_url(&app, arguments.serve.public_url).await?;
    tell_of_lost_keys(&app);
    say(format!("sanshi serves {} houses at http://{}/", app.snapshot().len(), listener.local_addr()?))?;
    tell_of_plain_http(&app, &listener)?;
    if let Some(code) = app.first_start_code().await? {
        eprintln!("This site has no administrator yet. Open its page and make one with the code {code}");
    }
    serve(app, &arguments.site, listener, arguments.serve.trusted_proxy).await
}

pub async fn demo(arguments: DemoArguments) -> Result<(), Refused> {
    let (listener, basemap) = (listen(&arguments.serve).await?, basemap(&arguments.serve)?);
    let site = SiteArguments { data: arguments.data, database_url: None };
    let bar = spinner("making the reference community");
    site.folder()?;
    key::ensure(&site)?;
    let app = open(&site, Some(DEMO_POLICY)).await?;
    app.fill_with_demo().await?;
    basemap.into_iter().for_each(|basemap| app.show_basemap(basemap));
    keep_public_url(&app, Some(arguments.serve.public_url.unwrap_or(format!("http://{}", listener.local_addr()?)))).await?;
    let accounts = app.demo_accounts().await?;
    bar.finish_and_clear();
    say("The demo shows the reference community of a 2010 report; all data are made up.")?;
    say(format!("Open http://{}/", listener.local_addr()?))?;
    say("\nTo record observations, sign in on the page with one of these names and passwords (new at every start):")?;
    for account in &accounts {
        say(format!("  {:<22} {}", account.name, account.password))?;
    }
    say("\nFor programs, and on the page too, these tokens (in force for 7 days):")?;
    for account in &accounts {
        say(format!("  {:<14} {}", account.label, account.secret))?;
    }
    tell_of_plain_http(&app, &listener)?;
    let pictures = (!arguments.without_pictures).then(|| tokio::spawn(bring_pictures(Arc::clone(&app))));
    let served = serve(app, &site, listener, arguments.serve.trusted_proxy).await;
    if let Some(pictures) = pictures {
        pictures.abort();
    }
    served
}

/// The demo answers meanwhile.
async fn bring_pictures(app: Arc<App>) {
    let bar = spinner("bringing in the pictures of the houses");
    let told = app.fill_with_demo_photos(|done, all| bar.set_message(format!("bringing in the pictures of the houses: {done} of {all}"))).await;
    bar.finish_and_clear();
    if let Err(refusal) = told {
        tracing::warn!(%refusal, "the pictures of the demo did not all come in; the next start goes on");
    }
}

/// Passwords and cookies can be read on the way where others share the network and nothing encrypts.
fn tell_of_plain_http(app: &App, listener: &TcpListener) -> Result<(), Refused> {
    if !listener.local_addr()?.ip().is_loopback() && !app.site().public_url.starts_with("https://") {
        tracing::warn!("listens beyond this machine without TLS: put a proxy with TLS before it and say --public-url https://…");
    }
    Ok(())
}

/// A site that keeps persons and cannot read them goes on with everything else; who runs it should know before somebody asks.
fn tell_of_lost_keys(app: &App) {
    if !app.site().people_key.is_empty()
        && let Err(refusal) = app.keys()
    {
        tracing::warn!(%refusal, "the personal data of this site cannot be read");
    }
}

async fn listen(arguments: &ServeArguments) -> Result<TcpListener, Refused> {
    TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| Refused::new(format!("cannot listen on {}: {error}; choose another address with --listen", arguments.listen)))
}

/// Opens the basemap, before anything that takes long.
fn basemap(arguments: &ServeArguments) -> Result<Option<Archive>, Refused> {
    let Some(path) = arguments.basemap() else { return Ok(None) };
    let refused = |fault: &dyn std::fmt::Display| Refused::new(format!("the basemap {}: {fault}", path.display()));
    let file = std::fs::File::open(&path).map_err(|error| refused(&error))?;
    Archive::open(file).map(Some).map_err(|fault| refused(&fault))
}

/// Keeps the site's public address where it is a new one.
async fn keep_public_url(app: &App, url: Option<String>) -> Result<(), Refused> {
    let Some(url) = url.filter(|url| *url != app.site().public_url) else { return Ok(()) };
    if !(url.starts_with("http://") || url.starts_with("https://")) || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refused::new(format!("--public-url: expected an address that begins with http:// or https://; found \"{url}\"")));
    }
    Ok(app.describe_site(&Caller::console(), &[("public_url", &url)]).await?)
}

async fn serve(app: Arc<App>, site: &SiteArguments, listener: TcpListener, trusted_proxy: Option<IpAddr>) -> Result<(), Refused> {
    let kept = KeptFile::in_folder(&site.data);
    let watcher = tokio::spawn({
        let app = Arc::clone(&app);
        async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                if let Err(refusal) = app.catch_up().await {
                    tracing::warn!(%refusal, "cannot look for changes");
                }
            }
        }
    });
    let packer = tokio::spawn({
        let app = Arc::clone(&app);
        async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                if let Err(refusal) = app.pack_anew().await {
                    tracing::warn!(%refusal, "cannot pack the atlas anew");
                }
            }
        }
    });
    let sweeper = tokio::spawn({
        let app = Arc::clone(&app);
        async move {
            loop {
                match app.sweep_photos().await {
                    Ok(swept) if swept == SweptPhotos::default() => {}
                    Ok(swept) => tracing::info!(files = swept.files, uploads = swept.uploads, "took away what came to nothing"),
                    Err(refusal) => tracing::warn!(%refusal, "cannot sweep the photos"),
                }
                tokio::time::sleep(SWEEP_EVERY).await;
            }
        }
    });
    let (stop_keeping, stopped) = watch::channel(());
    let keeper = tokio::spawn(keep_atlas(Arc::clone(&app), kept, stopped.clone()));
    let notary = tokio::spawn(keep_checkpoints(Arc::clone(&app), CheckpointFile::of(site), stopped));
    let stop = async {
        stop_signal().await;
        app.say_goodbye();
    };
    http::serve(listener, http::router(Arc::clone(&app)), Limits { trusted_proxy, ..Limits::default() }, stop).await?;
    watcher.abort();
    packer.abort();
    sweeper.abort();
    drop(stop_keeping);
    let _ = tokio::join!(keeper, notary);
    app.store().close().await;
    Ok(())
}

/// Keeps the atlas after the start, when it stops, and now and then in between, so that also a process that was killed starts fast.
async fn keep_atlas(app: Arc<App>, kept: KeptFile, mut stopped: watch::Receiver<()>) {
    renew(&app, &kept).await;
    // Fails when the other end is gone.
    while tokio::time::timeout(KEEP_EVERY, stopped.changed()).await.is_err() {
        renew(&app, &kept).await;
    }
    renew(&app, &kept).await;
}

/// Notes how far the audit has come: after the start, now and then, and when it stops.
async fn keep_checkpoints(app: Arc<App>, file: CheckpointFile, mut stopped: watch::Receiver<()>) {
    let mut held = 0;
    loop {
        match file.add(&app, held).await {
            Ok(now) => held = now,
            Err(refused) => tracing::warn!(%refused, "cannot keep a checkpoint of the audit"),
        }
        if tokio::time::timeout(CHECKPOINT_EVERY, stopped.changed()).await.is_ok() {
            break;
        }
    }
    if let Err(refused) = file.add(&app, held).await {
        tracing::warn!(%refused, "cannot keep a checkpoint of the audit");
    }
}

/// Keeps the newest snapshot unless the file has it. A site works without.
async fn renew(app: &App, kept: &KeptFile) {
    let has = kept.open().and_then(Result::ok).map(|kept| kept.revision());
    if has == Some(app.snapshot().revision()) {
        return;
    }
    match kept.replace(app).await {
        Ok(revision) => tracing::info!(revision, "kept the atlas for the next start"),
        Err(refused) => tracing::warn!(%refused, "cannot keep the atlas for the next start"),
    }
}

/// Resolves when the process is asked to stop.
async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
