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
        /// Whose it is: reviews are decided by another name than the one that decided first. Made up when left out.
        #[arg(long)]
        name: Option<String>,
        /// Days until it expires; never when left out.
        #[arg(long)]
        days: Option<u32>,
    },
    /// Ends a token at once.
    Revoke {
        id: String,
        #[command(flatten)]
        site: SiteArguments,
    },
}

pub async fn run(command: Command) -> Result<(), Refused> {
    match command {
        Command::Add { site, role, area, name, days } => {
            let name = name.unwrap_or_else(|| format!("{role} {}", std::process::id()));
            let token = open(&site, None).await?.make_token(&Caller::console(), &name, role, area.as_deref(), days).await?;
            eprintln!("token {} for {role}, named \"{name}\"; it is shown only now:", token.id);
            say(token.secret)
        }
        Command::Revoke { id, site } => {
            open(&site, None).await?.revoke_token(&Caller::console(), &id).await?;
            say(format!("revoked: {id}"))
        }
    }
}
