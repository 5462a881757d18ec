//! The right of access: everything that is kept of one person, and who did what with it.

use std::collections::BTreeSet;

use super::{
    App, Caller, Refusal,
    people::{CORRECT, DISCLOSE, LOOKS, Looking},
};
use crate::{
    domain::person::Person,
    store::{AuditRow, FiledResidency},
};

/// All that is kept of a person, as far as the caller answers for the houses.
#[derive(Clone, Debug)]
pub struct PersonFile {
    pub person: Person,
    /// When the person was first recorded; milliseconds since 1970, UTC.
    pub recorded_at_ms: i64,
    /// The earliest first.
    pub residencies: Vec<FiledResidency>,
    /// What was done with it, the earliest first; this look is the last one.
    pub uses: Vec<Use>,
    /// Earlier uses are left out: there are more than [`MOST_USES`].
    pub is_cut: bool,
}

/// That somebody looked at a person, or wrote of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub at_ms: i64,
    /// An account or a token.
    pub who: String,
    pub role: String,
    /// A verb of the audit: `reveal_person`, `find_person`, `disclose_person`, `correct_person`, `record_residency`, `try_residency`,
    /// `end_residency`.
    pub action: String,
    /// The stated purpose of a look. What else was said with it, such as the number of a case, is for the auditor: it may concern others.
    pub purpose: Option<String>,
    /// The house of a write.
    pub house_code: Option<String>,
}

/// At most so many uses are told.
pub const MOST_USES: i64 = 2_000;

impl App {
    /// Everything that is kept of one person, for the person who asks for it. A look like any other: for a purpose, with its audit row
    /// first, within the quota.
    pub async fn disclose(&self, caller: &Caller, id: &str, looking: &Looking) -> Result<PersonFile, Refusal> {
        let mut look = self.begin_look(caller, id, looking).await?;
        let residencies = look.write.filed_residencies(&caller.scope, id).await?;
        let recorded_at_ms = look.sealed.made_at_ms;
        let person = look.take(caller, DISCLOSE).await?;
        let rows = self.store.audit_about(id, MOST_USES).await?;
        let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count == MOST_USES);
        let houses: BTreeSet<&str> = residencies.iter().map(|filed| filed.record.house_code.as_str()).collect();
        let uses = rows.into_iter().rev().filter_map(|row| use_of(row, &houses)).collect();
        self.catch_up().await?;
        Ok(PersonFile { person, recorded_at_ms, residencies, uses, is_cut })
    }
}

/// `None` of what was written about a house out of the caller's reach: it would tell where else the person lives. Looks and corrections are
/// told from wherever they were; they name no place.
fn use_of(row: AuditRow, houses: &BTreeSet<&str>) -> Option<Use> {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let text = |field: &str| detail[field].as_str().map(str::to_owned);
    let (purpose, house_code) = (text("purpose"), text("house"));
    let is_told = match &house_code {
        Some(code) => houses.contains(code.as_str()),
        None => LOOKS.contains(&row.action.as_str()) || row.action == CORRECT,
    };
    is_told.then_some(Use { at_ms: row.at_ms, who: row.who, role: row.role, action: row.action, purpose, house_code })
}
