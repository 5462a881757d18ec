//! `sanshi token`: keys for programs.

use super::{Refused, config::SiteArguments, open, say};
use crate::{app::Caller, domain::access::Role};

/// API tokens.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Makes a token and prints it, once.
    Add {
        #[command(flatten)]
        site: SiteArguments,
        /// assistant, officer, analyst, planner, auditor or administrator.
        #[arg(long)]
        role: Role,
        /// The code of the area it is for; the whole site when left out.
        #[arg(long)]
        area: Option<String>,
        /// What it is for.
        #[arg(long, default_value = "token")]
        name: String,
        /// Days until it expires; never when left out.
        #[arg(long)]
        days: Option<u32>,
    },
}

pub async fn run(command: Command) -> Result<(), Refused> {
    let Command::Add { site, role, area, name, days } = command;
    let token = open(&site, None).await?.make_token(&Caller::console(), &name, role, area.as_deref(), days).await?;
    eprintln!("token {} for {role}; it is shown only now:", token.id);
    say(token.secret)
}
