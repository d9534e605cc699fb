//! The commands of the portal that were begun, and their replies.

use fleet_link::{CommandKind, CommandReply};
use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{FleetStore, damaged};
use crate::store::StoreError;

/// Commands whose reply has arrived are remembered for this long: a day, in milliseconds.
const KEPT: i64 = 86_400_000;

/// A command that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BegunCommand {
    pub(crate) id: String,
    pub(crate) kind: CommandKind,
}

impl FleetStore {
    /// A command begins; `false` where it was begun before and must not be again.
    pub(crate) async fn begin_command(
        &self,
        id: String,
        kind: CommandKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let kind = to_json(&kind)?;
        let now = now.as_millisecond();
        self.with("beginning a command", move |connection| {
            connection.execute("DELETE FROM command WHERE delivered_at < ?1", [now - KEPT])?;
            let sql = "INSERT OR IGNORE INTO command (id, kind, begun_at) VALUES (?1, ?2, ?3)";
            Ok(connection.execute(sql, params![id, kind, now])? == 1)
        })
        .await
    }

    /// What came of a command; the first reply stays.
    pub(crate) async fn save_reply(
        &self,
        id: String,
        reply: &CommandReply,
    ) -> Result<(), StoreError> {
        let reply = to_json(reply)?;
        self.with("keeping a reply", move |connection| {
            let sql = "UPDATE command SET reply = ?2 WHERE id = ?1 AND reply IS NULL";
            connection.execute(sql, [id, reply]).map(drop)
        })
        .await
    }

    /// The commands that were begun and have no reply.
    pub(crate) async fn begun_commands(&self) -> Result<Vec<BegunCommand>, StoreError> {
        self.with("reading the commands that were begun", |connection| {
            let sql = "SELECT id, kind FROM command WHERE reply IS NULL ORDER BY begun_at, id";
            let mut statement = connection.prepare(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(BegunCommand { id: row.get(0)?, kind: json_of(row, 1)? })
            })?;
            rows.collect()
        })
        .await
    }

    /// The replies that the portal does not have, the oldest first.
    pub(crate) async fn waiting_replies(&self) -> Result<Vec<(String, CommandReply)>, StoreError> {
        self.with("reading the replies that wait", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, reply FROM command WHERE reply IS NOT NULL AND delivered_at IS NULL
                 ORDER BY begun_at, id",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, json_of(row, 1)?)))?;
            rows.collect()
        })
        .await
    }

    /// The portal has the reply.
    pub(crate) async fn reply_delivered(
        &self,
        id: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.with("keeping that a reply arrived", move |connection| {
            let sql = "UPDATE command SET delivered_at = ?2 WHERE id = ?1";
            connection.execute(sql, params![id, now.as_millisecond()]).map(drop)
        })
        .await
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| {
        let cause = rusqlite::Error::ToSqlConversionFailure(Box::new(error));
        StoreError::sql("writing a command")(cause)
    })
}

fn json_of<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| damaged(column, error))
}
