//! Commands to gateways, how far they are, and what came of them.

use fleet_link::{CommandKind, CommandProgress, CommandReply};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Db, DbError, SaveError, gateways, json, time};
use crate::command::Command;
use crate::id::{CommandId, GatewayId, MeterId};

const COLUMNS: &str = "id, gateway, kind, created_at, created_by, expires_at, delivered_at, \
     reply, replied_at, meter FROM command";
/// Steps that are kept of one command. A gateway that tells more is broken.
const MAX_PROGRESS: i64 = 100;

impl Db {
    /// Queues a command.
    pub async fn create_command(
        &self,
        gateway: GatewayId,
        kind: CommandKind,
        meter: Option<MeterId>,
        by: String,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Command, SaveError> {
        self.write(move |transaction| {
            if gateways::find(transaction, gateway)?.is_none() {
                return Err(SaveError::unknown(gateway));
            }
            transaction
                .execute(
                    "INSERT INTO command (gateway, kind, meter, created_at, created_by, expires_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        gateway.0,
                        json::to_column(&kind)?,
                        meter.map(|meter| meter.0),
                        now.as_millisecond(),
                        by,
                        expires_at.as_millisecond()
                    ],
                )
                .map_err(DbError::sql("queueing a command"))?;
            let id = CommandId(transaction.last_insert_rowid());
            find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))
        })
        .await
    }

    /// One command.
    pub async fn command(&self, id: CommandId) -> Result<Option<Command>, DbError> {
        self.read(move |connection| find(connection, id)).await
    }

    /// The last commands of a gateway, newest first.
    pub async fn commands(&self, gateway: GatewayId, limit: u32) -> Result<Vec<Command>, DbError> {
        self.read(move |connection| {
            let filter = "WHERE gateway = ?1 ORDER BY id DESC LIMIT ?2";
            list(connection, filter, (gateway.0, limit))
        })
        .await
    }

    /// The commands a gateway may still begin, oldest first; they count as delivered from now on.
    /// What it has begun is not told again: a write must not happen twice.
    pub async fn deliver_commands(
        &self,
        gateway: GatewayId,
        now: Timestamp,
    ) -> Result<Vec<Command>, DbError> {
        self.write(move |transaction| {
            let open = open(transaction, gateway, now)?;
            for command in open.iter().filter(|command| command.delivered_at.is_none()) {
                transaction
                    .prepare_cached("UPDATE command SET delivered_at = ?2 WHERE id = ?1")
                    .and_then(|mut sql| sql.execute((command.id.0, now.as_millisecond())))
                    .map_err(DbError::sql("delivering a command"))?;
            }
            gateways::seen(transaction, gateway, now)?;
            Ok(open)
        })
        .await
    }

    /// Withdraws a command that its gateway has not fetched; whose it was.
    pub async fn withdraw_command(
        &self,
        id: CommandId,
        now: Timestamp,
    ) -> Result<GatewayId, SaveError> {
        self.write(move |transaction| {
            let command = find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))?;
            if command.delivered_at.is_some() || command.reply.is_some() {
                return Err(SaveError::UnderWay { what: id.to_string() });
            }
            // Its time is over a moment ago.
            let ended = now.as_millisecond().saturating_sub(1);
            transaction
                .execute(
                    "UPDATE command SET expires_at = ?2 WHERE id = ?1 AND expires_at > ?2",
                    (id.0, ended),
                )
                .map_err(DbError::sql("withdrawing a command"))?;
            Ok(command.gateway)
        })
        .await
    }

    /// The ids of the commands a gateway may still begin.
    pub async fn open_commands(
        &self,
        gateway: GatewayId,
        now: Timestamp,
    ) -> Result<Vec<CommandId>, DbError> {
        self.read(move |connection| {
            Ok(open(connection, gateway, now)?.into_iter().map(|command| command.id).collect())
        })
        .await
    }

    /// Keeps how far a command is. The same step told twice is kept once.
    pub async fn save_progress(
        &self,
        gateway: GatewayId,
        id: CommandId,
        progress: CommandProgress,
    ) -> Result<(), SaveError> {
        self.write(move |transaction| {
            let command = of_gateway(transaction, gateway, id)?;
            if command.progress.contains(&progress) {
                return Ok(());
            }
            transaction
                .execute(
                    "INSERT INTO command_progress (command, place, progress)
                     SELECT ?1, count(*), ?2 FROM command_progress WHERE command = ?1
                     HAVING count(*) < ?3",
                    params![id.0, json::to_column(&progress)?, MAX_PROGRESS],
                )
                .map_err(DbError::sql("keeping the progress of a command"))?;
            Ok(())
        })
        .await
    }

    /// Keeps what came of a command. The first reply stays.
    pub async fn save_reply(
        &self,
        gateway: GatewayId,
        id: CommandId,
        reply: CommandReply,
        now: Timestamp,
    ) -> Result<(), SaveError> {
        self.write(move |transaction| {
            of_gateway(transaction, gateway, id)?;
            transaction
                .execute(
                    "UPDATE command SET reply = ?2, replied_at = ?3
                     WHERE id = ?1 AND reply IS NULL",
                    params![id.0, json::to_column(&reply)?, now.as_millisecond()],
                )
                .map_err(DbError::sql("keeping the reply to a command"))?;
            Ok(())
        })
        .await
    }
}

fn open(
    connection: &Connection,
    gateway: GatewayId,
    now: Timestamp,
) -> Result<Vec<Command>, DbError> {
    let filter = "WHERE gateway = ?1 AND reply IS NULL AND expires_at >= ?2 AND NOT EXISTS
         (SELECT 1 FROM command_progress WHERE command = command.id) ORDER BY id";
    list(connection, filter, (gateway.0, now.as_millisecond()))
}

/// The command, where it is one of this gateway's.
fn of_gateway(
    connection: &Connection,
    gateway: GatewayId,
    id: CommandId,
) -> Result<Command, SaveError> {
    let command = find(connection, id)?.filter(|command| command.gateway == gateway);
    command.ok_or_else(|| SaveError::unknown(id))
}

fn find(connection: &Connection, id: CommandId) -> Result<Option<Command>, DbError> {
    Ok(list(connection, "WHERE id = ?1", [id.0])?.pop())
}

fn list(
    connection: &Connection,
    filter: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Command>, DbError> {
    let failed = DbError::sql("reading commands");
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} {filter}")).map_err(&failed)?;
    let rows = statement.query_map(parameters, columns).map_err(&failed)?;
    rows.map(|row| command(connection, row.map_err(&failed)?)).collect()
}

struct RawCommand {
    id: CommandId,
    gateway: GatewayId,
    kind: String,
    created_at: i64,
    created_by: String,
    expires_at: i64,
    delivered_at: Option<i64>,
    reply: Option<String>,
    replied_at: Option<i64>,
    meter: Option<i64>,
}

fn columns(row: &Row<'_>) -> rusqlite::Result<RawCommand> {
    Ok(RawCommand {
        id: CommandId(row.get(0)?),
        gateway: GatewayId(row.get(1)?),
        kind: row.get(2)?,
        created_at: row.get(3)?,
        created_by: row.get(4)?,
        expires_at: row.get(5)?,
        delivered_at: row.get(6)?,
        reply: row.get(7)?,
        replied_at: row.get(8)?,
        meter: row.get(9)?,
    })
}

fn command(connection: &Connection, raw: RawCommand) -> Result<Command, DbError> {
    let id = raw.id;
    let failed = DbError::sql("reading the progress of a command");
    let mut statement = connection
        .prepare_cached("SELECT progress FROM command_progress WHERE command = ?1 ORDER BY place")
        .map_err(&failed)?;
    let steps = statement
        .query_map([id.0], |row| row.get::<_, String>(0))
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(&failed)?;
    let progress =
        steps.iter().map(|step| json::from_column(id, step)).collect::<Result<_, _>>()?;
    let reply = raw.reply.map(|text| json::from_column(id, &text)).transpose()?;
    Ok(Command {
        id,
        gateway: raw.gateway,
        kind: json::from_column(id, &raw.kind)?,
        meter: raw.meter.map(MeterId),
        created_at: time::from_column(id, raw.created_at)?,
        created_by: raw.created_by,
        expires_at: time::from_column(id, raw.expires_at)?,
        delivered_at: time::maybe(id, raw.delivered_at)?,
        progress,
        reply: reply.zip(time::maybe(id, raw.replied_at)?),
    })
}
