//! The audit log, for whoever does something.

use super::Access;
use crate::audit::{Action, Actor, Entry, EntryId, LONGEST_PAGE, NewEntry, Outcome};
use crate::store::{StoreError, journal};

/// An act that is logged as begun. Say how it ended with [`finish`](Self::finish); where that is
/// not done, the log says that nobody knows.
#[derive(Debug)]
#[must_use = "the log should say how the act ended"]
pub struct Begun {
    access: Access,
    id: EntryId,
    actor: Actor,
    code: &'static str,
}

/// Entries of the audit log, the newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<Entry>,
    /// What the next page begins before; `None` on the last one.
    pub next: Option<EntryId>,
}

impl Access {
    /// Logs an act that is over. When this returns, the entry is on disk.
    pub async fn record(
        &self,
        actor: Actor,
        action: &impl Action,
        outcome: Outcome,
    ) -> Result<EntryId, StoreError> {
        self.append(NewEntry::new(self.now(), actor, action, outcome)).await
    }

    /// Logs that an act begins, before it is done. When this returns, the entry is on disk.
    pub async fn begin(&self, actor: Actor, action: &impl Action) -> Result<Begun, StoreError> {
        let code = action.code();
        let id = self.append(NewEntry::begun(self.now(), actor.clone(), action)).await?;
        Ok(Begun { access: self.clone(), id, actor, code })
    }

    /// Entries before the one given, or the newest; at most `limit` and 200.
    pub async fn audit(
        &self,
        before: Option<EntryId>,
        limit: u16,
    ) -> Result<AuditPage, StoreError> {
        let limit = limit.clamp(1, LONGEST_PAGE);
        let read = move |connection: &_| journal::page(connection, before, limit + 1);
        let mut entries = self.0.store.read("reading the audit log", read).await?;
        let is_last = entries.len() <= usize::from(limit);
        entries.truncate(usize::from(limit));
        let next = if is_last { None } else { entries.last().map(|entry| entry.id) };
        Ok(AuditPage { entries, next })
    }

    async fn append(&self, entry: NewEntry) -> Result<EntryId, StoreError> {
        let write =
            move |transaction: &rusqlite::Transaction<'_>| journal::append(transaction, &entry);
        self.0.store.write("writing the audit log", write).await
    }
}

impl Begun {
    /// Logs how it ended. When this returns, that is on disk.
    pub async fn finish(self, outcome: Outcome) -> Result<(), StoreError> {
        let (result, reason) = outcome.into_parts();
        let entry = NewEntry {
            at: self.access.now(),
            actor: self.actor,
            code: self.code,
            details: serde_json::json!({}),
            result,
            reason,
            begun_as: Some(self.id),
        };
        self.access.append(entry).await.map(drop)
    }
}
