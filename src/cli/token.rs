//! `sanshi token`: keys for programs.

use super::{Refused, config::SiteArguments, open, say};
use crate::{
    app::{Caller, TokenDraft},
    domain::access::{Right, Role},
};

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
        /// The code of an area it is for; may be given again. The whole site when left out.
        #[arg(long = "area", value_name = "CODE")]
        areas: Vec<String>,
        /// A right of the role that it keeps, such as see_work; may be given again. All of them when left out.
        #[arg(long = "right", value_name = "RIGHT", value_parser = right)]
        rights: Vec<Right>,
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
        Command::Add { site, role, areas, rights, name, days } => {
            let name = name.unwrap_or_else(|| format!("{role} {}", ulid::Ulid::generate()));
            let draft = TokenDraft { areas: given(areas), rights: given(rights), days, ..TokenDraft::new(&name, role) };
            let token = open(&site, None).await?.make_token(&Caller::console(), draft).await?;
            eprintln!("token {} for {role}, named \"{name}\"; it is shown only now:", token.id);
            say(token.secret)
        }
        Command::Revoke { id, site } => {
            open(&site, None).await?.revoke_token(&Caller::console(), &id).await?;
            say(format!("revoked: {id}"))
        }
    }
}

fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// A right by the name that `/api/me` gives it.
fn right(text: &str) -> Result<Right, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}
