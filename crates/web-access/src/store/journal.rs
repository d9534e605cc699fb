//! The audit log in the store.

use rusqlite::{Connection, Row};

use super::value::Milliseconds;
use crate::audit::{Actor, AuditResult, Entry, EntryId, NewEntry, Via};

/// Writes an entry.
pub(crate) fn append(connection: &Connection, entry: &NewEntry) -> rusqlite::Result<EntryId> {
    let (via, token_name) = match &entry.actor.via {
        Via::Nothing => ("nothing", None),
        Via::Session => ("session", None),
        Via::Token(name) => ("token", Some(name)),
        Via::Program => ("program", None),
    };
    connection
        .prepare_cached(
            "INSERT INTO audit
             (at, who, via, token_name, source, action, details, result, reason, begun_as)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            Milliseconds(entry.at),
            &entry.actor.who,
            via,
            token_name,
            entry.actor.source.map(|source| source.to_string()),
            entry.code,
            entry.details.to_string(),
            entry.result,
            &entry.reason,
            entry.begun_as.map(|id| id.0),
        ))?;
    Ok(EntryId(connection.last_insert_rowid()))
}

/// Entries older than `before`, the newest first, at most `limit` of them.
pub(crate) fn page(
    connection: &Connection,
    before: Option<EntryId>,
    limit: u16,
) -> rusqlite::Result<Vec<Entry>> {
    connection
        .prepare_cached(
            "SELECT audit.id AS id, audit.at AS at, audit.who AS who, audit.via AS via,
                audit.token_name AS token_name, audit.source AS source, audit.action AS action,
                audit.details AS details, coalesce(ending.result, audit.result) AS result,
                coalesce(ending.reason, audit.reason) AS reason, ending.at AS ended_at
             FROM audit LEFT JOIN audit AS ending ON ending.begun_as = audit.id
             WHERE audit.begun_as IS NULL AND audit.id < ?1
             ORDER BY audit.id DESC LIMIT ?2",
        )?
        .query_map((before.map_or(i64::MAX, |id| id.0), limit), read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let via = match row.get::<_, String>("via")?.as_str() {
        "session" => Via::Session,
        "token" => Via::Token(row.get::<_, Option<String>>("token_name")?.unwrap_or_default()),
        "program" => Via::Program,
        _ => Via::Nothing,
    };
    let source: Option<String> = row.get("source")?;
    let details: String = row.get("details")?;
    let result: AuditResult = row.get("result")?;
    Ok(Entry {
        id: EntryId(row.get("id")?),
        at: row.get::<_, Milliseconds>("at")?.0,
        actor: Actor {
            who: row.get("who")?,
            via,
            source: source.and_then(|source| source.parse().ok()),
        },
        code: row.get("action")?,
        // The table takes nothing that is not JSON.
        details: serde_json::from_str(&details).unwrap_or_default(),
        result,
        reason: row.get("reason")?,
        ended_at: row.get::<_, Option<Milliseconds>>("ended_at")?.map(|at| at.0),
    })
}
