//! `sanshi retention` and `sanshi erase-person`: what is kept of people goes, without a trace in any file of the database.

use super::{Refused, config::SiteArguments, open, say};
use crate::{
    app::{App, Caller},
    domain::retention::{Class, Periods},
};

/// Shows how much is past its period, by class; erases nothing unless told to.
/// The periods are in seeds/retention.toml; a file retention.toml in the data folder takes their place.
#[derive(clap::Args, Debug)]
pub struct RetentionArguments {
    #[command(flatten)]
    site: SiteArguments,
    /// Erases it. Can be stopped and run again; the site goes on meanwhile.
    #[arg(long)]
    apply: bool,
}

/// Erases one person and all residencies of the person, unseen. The audit keeps the id as a pseudonym.
#[derive(clap::Args, Debug)]
pub struct PersonArguments {
    /// The person's id, 26 characters.
    id: String,
    #[command(flatten)]
    site: SiteArguments,
    /// On whose word and why: put on record, without personal data.
    #[arg(long)]
    reason: String,
}

const DEFAULT: &str = include_str!("../../seeds/retention.toml");

pub async fn retention(arguments: RetentionArguments) -> Result<(), Refused> {
    let periods = periods(&arguments.site)?;
    let (app, console) = (open(&arguments.site, None).await?, Caller::console());
    say("class\tperiod\tup to\tpast it")?;
    for past in app.past_period(&console, &periods).await? {
        say(format!("{}\t{}\t{}\t{}", past.class.as_str(), past.period, past.until, past.count))?;
    }
    if !arguments.apply {
        return say("nothing was erased; to erase it: --apply");
    }
    let bar = super::spinner("erasing");
    let (mut all, mut residencies) = (0, 0);
    for (class, period) in periods.iter() {
        loop {
            let erased = app.erase_some(&console, class, period).await?;
            if erased == 0 {
                break;
            }
            all += erased;
            residencies += if class == Class::EndedResidency { erased } else { 0 };
            bar.set_message(format!("erased {all}"));
        }
    }
    bar.finish_and_clear();
    scrub(&app, &console).await?;
    say(format!("erased {all}"))?;
    say_what_stays(&app, residencies)
}

pub async fn person(arguments: PersonArguments) -> Result<(), Refused> {
    let (app, console) = (open(&arguments.site, None).await?, Caller::console());
    let erased = app.erase_person(&console, &arguments.id, &arguments.reason).await;
    // Also where the person is gone: a run that was stopped may have left this undone.
    scrub(&app, &console).await?;
    let residencies = erased?;
    say(format!("erased: a person with {residencies} residencies"))?;
    say_what_stays(&app, residencies)
}

async fn scrub(app: &App, caller: &Caller) -> Result<(), Refused> {
    let bar = super::spinner("writing the database anew without it");
    app.scrub(caller).await.map_err(|refusal| Refused::new(format!("erased, but its remains may still be in the files: {refusal}")))?;
    bar.finish_and_clear();
    Ok(())
}

/// What an erasure does not reach.
fn say_what_stays(app: &App, residencies: usize) -> Result<(), Refused> {
    if residencies > 0 {
        say("the figures of houses and areas no longer count who was erased, for past days neither")?;
    }
    say("the audit keeps pseudonyms and the houses that they were recorded with, as its rows are only ever added")?;
    if app.store().engine() == "postgres" {
        say("PostgreSQL's own log of writes, its archive and its replicas are not touched: they go as the server is told to recycle them")?;
    }
    say("backups made before now still hold it: delete them, at the latest after 90 days; a restored one needs the same erasure again")
}

fn periods(site: &SiteArguments) -> Result<Periods, Refused> {
    let file = site.folder()?.join("retention.toml");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => DEFAULT.to_owned(),
        Err(error) => return Err(Refused::new(format!("{}: {error}", file.display()))),
    };
    Periods::parse(&text).map_err(|bad| Refused::new(format!("{}: {bad}", file.display())))
}
