//! The command line: reads the configuration, wires the rooms, runs one command. It knows all and decides nothing.

mod audit;
mod clusters;
mod config;
mod convert;
mod erase;
mod import;
mod keep;
mod kept;
mod key;
mod key_file;
mod photos;
mod publish;
mod route;
mod serve;
mod tiers;
mod token;
mod user;

use std::{
    io::{self, IsTerminal, Write},
    sync::Arc,
};

use clap::{Parser, Subcommand};

use config::SiteArguments;
use kept::KeptFile;

use crate::{
    app::{App, Refusal, Source},
    store::{Store, StoreError},
};

/// A map service that ties people, houses and pictures together (三实). Data goes to standard output, talk to standard error.
/// Exit status: 0 done, 1 refused, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "sanshi", version, propagate_version = true, disable_help_subcommand = false)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(serve::DemoArguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Tiers(tiers::Arguments),
    Convert(convert::Arguments),
    Clusters(clusters::Arguments),
    Route(route::Arguments),
    Check(keep::CheckArguments),
    Backup(keep::BackupArguments),
    Restore(keep::RestoreArguments),
    PublishPast(publish::Arguments),
    Retention(erase::RetentionArguments),
    ErasePerson(erase::PersonArguments),
    #[command(subcommand)]
    Key(key::Command),
    #[command(subcommand)]
    Token(token::Command),
    #[command(subcommand)]
    Audit(audit::Command),
    #[command(subcommand)]
    User(user::Command),
}

/// Why a command was refused: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.to_string())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command that was asked for.
pub fn run(arguments: Arguments) -> Result<(), Refused> {
    config::start_log();
    match arguments.command {
        Command::Tiers(arguments) => tiers::run(&arguments, io::stdin().lock(), io::BufWriter::new(io::stdout().lock())),
        Command::Clusters(arguments) => clusters::run(&arguments, io::stdin().lock(), io::BufWriter::new(io::stdout().lock())),
        Command::Convert(arguments) => convert::run(&arguments, io::stdin().lock(), io::BufWriter::new(io::stdout().lock())),
        Command::Route(arguments) => route::run(&arguments, io::stdin().lock(), io::BufWriter::new(io::stdout().lock())),
        Command::Demo(arguments) => block_on(serve::demo(arguments)),
        Command::Serve(arguments) => block_on(serve::run(arguments)),
        Command::Import(arguments) => block_on(import::run(arguments)),
        Command::Check(arguments) => block_on(keep::check(arguments)),
        Command::Backup(arguments) => block_on(keep::backup(arguments)),
        Command::Restore(arguments) => block_on(keep::restore(arguments)),
        Command::PublishPast(arguments) => block_on(publish::run(arguments)),
        Command::Retention(arguments) => block_on(erase::retention(arguments)),
        Command::ErasePerson(arguments) => block_on(erase::person(arguments)),
        Command::Key(command) => block_on(key::run(command)),
        Command::Token(command) => block_on(token::run(command)),
        Command::Audit(command) => block_on(audit::run(command)),
        Command::User(command) => block_on(user::run(command)),
    }
}

fn block_on(work: impl Future<Output = Result<(), Refused>>) -> Result<(), Refused> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Opens the site that a command works on.
async fn open(site: &SiteArguments, policy: Option<&str>) -> Result<Arc<App>, Refused> {
    let kept = KeptFile::in_folder(site.folder()?);
    let store = Store::open(&site.database_url(), audit::audit_keys(site).await?).await?;
    let (app, source) = App::open_kept(store, config::time_zone()?, policy, kept.open()).await?;
    app.read_keys_with(key::source(site));
    app.keep_photos(photos::darkroom(site)?);
    match source {
        Source::Record => tracing::info!(houses = app.snapshot().len(), "read the database into memory"),
        Source::Kept(revision) => tracing::info!(houses = app.snapshot().len(), revision, "took the kept atlas into memory"),
        Source::Instead(reason) => tracing::warn!(houses = app.snapshot().len(), "did not take the kept atlas: {reason}; read the database into memory"),
    }
    Ok(app)
}

/// A line to standard output.
fn say(line: impl std::fmt::Display) -> Result<(), Refused> {
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// A sign of life on a terminal while something takes long; nothing where nobody watches.
fn spinner(text: &'static str) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new_spinner().with_message(text);
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}
