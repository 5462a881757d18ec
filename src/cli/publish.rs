//! `sanshi publish-past`: for a site that moves from paper to sanshi.

use super::{Refused, config::SiteArguments, open, say};
use crate::{app::Caller, domain::day::Day};

/// Makes past tiers public as they were on paper: every worse tier up to a day counts as confirmed on the day it began.
/// What worsens later waits for a named officer, as always.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    site: SiteArguments,
    /// The last day that is taken over, YYYY-MM-DD.
    #[arg(long)]
    until: Day,
    /// On whose word: kept with each confirmation.
    #[arg(long)]
    reason: String,
}

pub async fn run(arguments: Arguments) -> Result<(), Refused> {
    let app = open(&arguments.site, None).await?;
    let confirmed = app.adopt_past(&Caller::console(), arguments.until, &arguments.reason).await?;
    say(format!("{confirmed} past tiers are public up to {}", arguments.until))
}
