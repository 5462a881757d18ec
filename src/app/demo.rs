//! The demo: the reference community, brought in through the same imports as any other data.

use std::sync::Arc;

use super::{AccountChange, AccountDraft, App, Caller, ImportFile, ImportedKind, PhotoDraft, Refusal, TokenDraft, caller::new_secret, load::blocking};
use crate::{
    community::{Album, PICTURES, community},
    domain::{access::Role, policy::Policy},
    store::StoreError,
    transfer::{Form, Mapping},
};

/// The policy under which the reference community was rated.
pub const POLICY: &str = include_str!("../../seeds/policies/qishuyan-2010.toml");

/// Characters of a demo password, 4 bits each.
const PASSWORD: usize = 16;

/// Who can be at the demo, by which token or by which name and password.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub label: &'static str,
    pub secret: String,
    pub name: String,
    pub password: String,
}

impl App {
    /// Fills a new site with the reference community; `false` when it is there already.
    pub async fn fill_with_demo(&self) -> Result<bool, Refusal> {
        if self.site().demo {
            return Ok(false);
        }
        let policy = Policy::parse(POLICY).map_err(|fault| StoreError::Damaged(fault.to_string()))?;
        let community = community(&policy);
        let console = Caller::console();
        let mut files = vec![
            (ImportedKind::Areas, "areas.geojson", Form::GeoJson, community.areas_geojson),
            (ImportedKind::Base, "base.geojson", Form::GeoJson, community.base_geojson),
            (ImportedKind::Houses, "houses.csv", Form::Csv, community.houses_csv),
            (ImportedKind::Events, "events.csv", Form::Csv, community.events_csv),
            (ImportedKind::Services, "services.csv", Form::Csv, community.services_csv),
            (ImportedKind::Units, "units.csv", Form::Csv, community.units_csv),
        ];
        // A site without a key has no persons, a demo neither.
        if self.keys().is_ok() {
            files.push((ImportedKind::Residents, "residents.csv", Form::Csv, community.residents_csv));
        }
        for (what, name, form, text) in files {
            let file = ImportFile { name: name.to_owned(), bytes: text.into_bytes(), form: Some(form), mapping: Mapping::default(), datum: None };
            let report = self.import(&console, what, file, false).await?;
            if let Some(fault) = report.faults.first() {
                return Err(StoreError::Damaged(format!("the demo's {name}, row {}: expected {}; found {}", fault.row, fault.expected, fault.found)).into());
            }
        }
        let until = "2010-10-31".parse().map_err(|error: crate::domain::day::BadDay| StoreError::Damaged(error.to_string()))?;
        self.adopt_past(&console, until, "public signs of the time, taken over from paper").await?;
        self.describe_site(
            &console,
            &[
                ("name_zh", "正新社区(演示)"),
                ("name_en", "Zhengxin community (demo)"),
                ("opening_day", "2010-10-31"),
                ("attribution_zh", "示范数据,依2010年报告的数字虚构"),
                ("attribution_en", "made-up data after the figures of a 2010 report"),
                ("demo", "yes"),
            ],
        )
        .await?;
        Ok(true)
    }

    /// Brings the pictures of the demo in, as they would come from a folder; tells how many of how many are done. What is there already stays:
    /// stopped, it goes on where it was.
    pub async fn fill_with_demo_photos(&self, mut tell: impl FnMut(usize, usize)) -> Result<(), Refusal> {
        let done = self.store.photo_hashes().await?.len();
        let album = Arc::new(blocking(Album::new).await?);
        // As many as there can be; only their files' twins are missing.
        if done >= PICTURES {
            return Ok(());
        }
        let all = album.len();
        for at in 0..all {
            let drawn = Arc::clone(&album);
            let jpeg = blocking(move || drawn.jpeg(at)).await?;
            self.add_photo(&Caller::console(), jpeg, &PhotoDraft::default()).await?;
            tell(at + 1, all);
        }
        Ok(())
    }

    /// An account and a token of each role to try the demo with. Each start of the demo makes new passwords and new tokens in place of the
    /// earlier ones.
    pub async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, Refusal> {
        let mut accounts = Vec::new();
        let accounts_shown = [
            ("officer", Role::Officer),
            ("officer2", Role::Officer),
            ("assistant", Role::Assistant),
            ("analyst", Role::Analyst),
            ("auditor", Role::Auditor),
            ("administrator", Role::Administrator),
        ];
        for (label, role) in accounts_shown {
            let name = if label == "officer2" { "demo officer 2".to_owned() } else { format!("demo {role}") };
            let token_name = format!("{name}'s program");
            self.end_token_named(&token_name).await?;
            let token = self.make_token(&Caller::console(), TokenDraft { days: Some(7), ..TokenDraft::new(&token_name, role) }).await?;
            let password = new_secret()?[..PASSWORD].to_owned();
            self.put_demo_account(&name, &password, role).await?;
            accounts.push(DemoAccount { label, secret: token.secret, name, password });
        }
        Ok(accounts)
    }

    async fn end_token_named(&self, name: &str) -> Result<(), Refusal> {
        let console = Caller::console();
        match self.tokens(&console).await?.into_iter().find(|token| token.name == name) {
            Some(earlier) => self.revoke_token(&console, &earlier.id).await,
            None => Ok(()),
        }
    }

    async fn put_demo_account(&self, name: &str, password: &str, role: Role) -> Result<(), Refusal> {
        let (console, password) = (Caller::console(), password.to_owned());
        match self.store.account_named(&name.to_lowercase()).await? {
            Some(known) => self.change_account(&console, &known.id, AccountChange { password: Some(password), ..AccountChange::default() }).await,
            None => self.add_account(&console, AccountDraft { name: name.to_owned(), password, role, areas: None }).await,
        }
        .map(|_| ())
    }
}
