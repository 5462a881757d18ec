//! Looking at the audit.

use super::{App, Caller, Refusal};
use crate::{
    domain::access::Right,
    store::{AuditQuery, AuditRow, Broken, Checkpoint, Verified, Verifier},
};

impl App {
    /// Rows of the audit, newest first.
    pub async fn audit_rows(&self, caller: &Caller, query: &AuditQuery, limit: i64) -> Result<Vec<AuditRow>, Refusal> {
        caller.must(Right::SeeAudit)?;
        Ok(self.store.latest_audit(query, limit).await?)
    }

    /// Whether the rows hold together as they were written.
    pub async fn verify_audit(&self, caller: &Caller) -> Result<Result<Verified, Broken>, Refusal> {
        caller.must(Right::SeeAudit)?;
        let mut verifier = Verifier::new(self.store.audited(), &[]);
        self.store.each_audit(|row| verifier.row(row)).await?;
        Ok(verifier.finish())
    }

    /// A signed note of how far the audit has come; `None` before its first row.
    pub async fn checkpoint(&self) -> Result<Option<Checkpoint>, Refusal> {
        let head = self.store.audit_head().await?;
        Ok(head.map(|(serial, link)| self.store.audited().checkpoint(serial, &link, Self::now_ms())))
    }
}
