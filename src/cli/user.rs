//! `sanshi user`: accounts of people.

use std::io::{self, BufRead, IsTerminal};

use super::{Refused, config::SiteArguments, open, say};
use crate::{
    app::{AccountChange, AccountDraft, App, Caller},
    domain::access::Role,
};

/// Accounts of people who sign in with a name and a password.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
    /// Adds an account. The password is asked for on a terminal, otherwise it is the first line of standard input.
    Add {
        #[command(flatten)]
        site: SiteArguments,
        /// assistant, officer, analyst, planner, auditor or administrator.
        #[arg(long)]
        role: Role,
        /// 1 to 40 characters.
        #[arg(long)]
        name: String,
        /// The code of an area they answer for; may be given again. The whole site when left out.
        #[arg(long = "area", value_name = "CODE")]
        areas: Vec<String>,
    },
    /// Lists all accounts: name, role, areas, second factor, state.
    List {
        #[command(flatten)]
        site: SiteArguments,
    },
    /// Disables an account and signs it out everywhere at once.
    Disable {
        name: String,
        #[command(flatten)]
        site: SiteArguments,
    },
    /// Takes the second factor of an account away, for somebody who lost it or whose key file is lost.
    ResetSecondFactor {
        name: String,
        #[command(flatten)]
        site: SiteArguments,
    },
    /// Gives an account another password, read as by `add`, and signs it out everywhere at once.
    Password {
        name: String,
        #[command(flatten)]
        site: SiteArguments,
    },
}

pub async fn run(command: Command) -> Result<(), Refused> {
    let console = Caller::console();
    match command {
        Command::Add { site, role, name, areas } => {
            let app = open(&site, None).await?;
            let areas = (!areas.is_empty()).then_some(areas);
            let account = app.add_account(&console, AccountDraft { name, password: password()?, role, areas }).await?;
            say(format!("added: {} ({role})", account.name))
        }
        Command::List { site } => {
            for account in open(&site, None).await?.accounts(&console).await? {
                let areas = account.areas.map_or_else(|| "whole site".to_owned(), |areas| areas.join(","));
                let factor = if account.totp.is_some() { "second factor" } else { "password only" };
                let state = if account.disabled_at_ms.is_some() { "disabled" } else { "active" };
                say(format!("{}\t{}\t{areas}\t{factor}\t{state}", account.name, account.role))?;
            }
            Ok(())
        }
        Command::Disable { name, site } => {
            let app = open(&site, None).await?;
            let id = id_of(&app, &name).await?;
            app.change_account(&console, &id, AccountChange { disabled: Some(true), ..AccountChange::default() }).await?;
            say(format!("disabled: {name}"))
        }
        Command::ResetSecondFactor { name, site } => {
            let app = open(&site, None).await?;
            let id = id_of(&app, &name).await?;
            app.change_account(&console, &id, AccountChange { reset_second_factor: true, ..AccountChange::default() }).await?;
            say(format!("{name} signs in by the password alone"))
        }
        Command::Password { name, site } => {
            let app = open(&site, None).await?;
            let id = id_of(&app, &name).await?;
            app.change_account(&console, &id, AccountChange { password: Some(password()?), ..AccountChange::default() }).await?;
            say(format!("changed the password of {name}"))
        }
    }
}

async fn id_of(app: &App, name: &str) -> Result<String, Refused> {
    let folded = name.trim().to_lowercase();
    let account = app.accounts(&Caller::console()).await?.into_iter().find(|account| account.folded == folded);
    account.map(|account| account.id).ok_or_else(|| Refused::new(format!("no account {name}; `sanshi user list` shows all")))
}

/// Typed twice and not shown on a terminal; a line of standard input otherwise. Never an argument: those can be read by everybody on the
/// machine.
fn password() -> Result<String, Refused> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let typed = rpassword::prompt_password("Password (12 to 128 characters): ")?;
    if typed == rpassword::prompt_password("The same again: ")? { Ok(typed) } else { Err(Refused::new("the two passwords are not the same")) }
}
