//! The demo: the reference community, brought in through the same imports as any other data.

use super::{App, Caller, ImportFile, ImportedKind, Refusal};
use crate::{
    community::community,
    domain::{access::Role, policy::Policy},
    store::StoreError,
    transfer::{Form, Mapping},
};

/// The policy under which the reference community was rated.
pub const POLICY: &str = include_str!("../../seeds/policies/qishuyan-2010.toml");

/// Who can be at the demo, and by which token.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub role: Role,
    pub secret: String,
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
        let files = [
            (ImportedKind::Areas, "areas.geojson", Form::GeoJson, community.areas_geojson),
            (ImportedKind::Base, "base.geojson", Form::GeoJson, community.base_geojson),
            (ImportedKind::Houses, "houses.csv", Form::Csv, community.houses_csv),
            (ImportedKind::Events, "events.csv", Form::Csv, community.events_csv),
        ];
        for (what, name, form, text) in files {
            let file = ImportFile { name: name.to_owned(), bytes: text.into_bytes(), form: Some(form), mapping: Mapping::default(), datum: None };
            let report = self.import(&console, what, file, false).await?;
            if let Some(fault) = report.faults.first() {
                return Err(StoreError::Damaged(format!("the demo's {name}, row {}: expected {}; found {}", fault.row, fault.expected, fault.found)).into());
            }
        }
        self.describe_site(
            &console,
            &[
                ("name_zh", "正新社区(演示)"),
                ("name_en", "Zhengxin community (demo)"),
                ("opening_day", "2010-10-31"),
                ("attribution", "made-up data after the figures of a 2010 report"),
                ("demo", "yes"),
            ],
        )
        .await?;
        Ok(true)
    }

    /// A token of each role to try the demo with.
    pub async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, Refusal> {
        let mut accounts = Vec::new();
        for role in [Role::Officer, Role::Assistant, Role::Analyst, Role::Administrator] {
            let token = self.make_token(&Caller::console(), &format!("demo {role}"), role, None, Some(7)).await?;
            accounts.push(DemoAccount { role, secret: token.secret });
        }
        Ok(accounts)
    }
}
