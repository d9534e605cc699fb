//! Revisions of gateways' configurations: made when a meter is saved, and never changed.

use fleet_link::{Configuration, ConfigurationResult};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Db, DbError, SaveError, json, meters, time};
use crate::gateway::ReportedConfiguration;
use crate::id::GatewayId;
use crate::meter::{Meter, Origin};

/// A revision without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionSummary {
    /// Its number.
    pub revision: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
}

impl Db {
    /// The newest configuration of a gateway; revision 0 without meters where there is none.
    pub async fn configuration(&self, gateway: GatewayId) -> Result<Configuration, DbError> {
        self.read(move |connection| {
            let document: Option<String> = connection
                .query_row(
                    "SELECT document FROM configuration WHERE gateway = ?1
                     ORDER BY revision DESC LIMIT 1",
                    [gateway.0],
                    |row| row.get(0),
                )
                .optional()
                .map_err(DbError::sql("reading a configuration"))?;
            match document {
                Some(text) => {
                    json::from_column(format_args!("a configuration of {gateway}"), &text)
                }
                None => Ok(Configuration { revision: 0, meters: Vec::new() }),
            }
        })
        .await
    }

    /// One revision, as it was fetched.
    pub async fn configuration_at(
        &self,
        gateway: GatewayId,
        revision: u64,
    ) -> Result<Option<Configuration>, DbError> {
        self.read(move |connection| {
            let text: Option<String> = connection
                .query_row(
                    "SELECT document FROM configuration WHERE gateway = ?1 AND revision = ?2",
                    (gateway.0, column(revision)),
                    |row| row.get(0),
                )
                .optional()
                .map_err(DbError::sql("reading a configuration"))?;
            let what = format_args!("configuration {revision} of {gateway}").to_string();
            text.map(|text| json::from_column(what, &text)).transpose()
        })
        .await
    }

    /// The revisions of a gateway, newest first.
    pub async fn revisions(
        &self,
        gateway: GatewayId,
        limit: u32,
    ) -> Result<Vec<RevisionSummary>, DbError> {
        self.read(move |connection| {
            let failed = DbError::sql("reading revisions");
            let mut statement = connection
                .prepare_cached(
                    "SELECT revision, created_at, created_by FROM configuration
                     WHERE gateway = ?1 ORDER BY revision DESC LIMIT ?2",
                )
                .map_err(&failed)?;
            let rows = statement
                .query_map((gateway.0, limit), |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get(2)?))
                })
                .map_err(&failed)?;
            rows.map(|row| {
                let (revision, created_at, created_by) = row.map_err(&failed)?;
                let created_at = time::from_column(gateway, created_at)?;
                Ok(RevisionSummary { revision: number(revision), created_at, created_by })
            })
            .collect()
        })
        .await
    }

    /// Keeps what a gateway says of a revision.
    pub async fn save_configuration_result(
        &self,
        gateway: GatewayId,
        revision: u64,
        result: ConfigurationResult,
        now: Timestamp,
    ) -> Result<(), SaveError> {
        self.write(move |transaction| {
            let failed = DbError::sql("keeping the result of a configuration");
            let known: Option<i64> = transaction
                .query_row(
                    "SELECT 1 FROM configuration WHERE gateway = ?1 AND revision = ?2",
                    (gateway.0, column(revision)),
                    |row| row.get(0),
                )
                .optional()
                .map_err(&failed)?;
            if known.is_none() {
                let what = format_args!("revision {revision} of the configuration of {gateway}");
                return Err(SaveError::unknown(what));
            }
            transaction
                .execute(
                    "INSERT INTO configuration_result
                         (gateway, revision, applied, problems, reported_at)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (gateway, revision) DO UPDATE SET applied = excluded.applied,
                         problems = excluded.problems, reported_at = excluded.reported_at",
                    params![
                        gateway.0,
                        column(revision),
                        result.applied,
                        json::to_column(&result.problems)?,
                        now.as_millisecond()
                    ],
                )
                .map_err(&failed)?;
            Ok(())
        })
        .await
    }
}

/// Makes a revision of what the meters of the gateway are now.
pub(super) fn make_revision(
    connection: &Connection,
    gateway: GatewayId,
    by: &str,
    now: Timestamp,
) -> Result<u64, DbError> {
    let revision = newest_revision(connection, gateway)? + 1;
    let meters = meters::of_gateway(connection, gateway)?;
    let meters = meters.iter().filter(|meter| meter.origin == Origin::Portal);
    let meters = meters.map(Meter::configured).collect();
    let document = json::to_column(&Configuration { revision, meters })?;
    connection
        .execute(
            "INSERT INTO configuration (gateway, revision, document, created_at, created_by)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![gateway.0, column(revision), document, now.as_millisecond(), by],
        )
        .map_err(DbError::sql("making a revision"))?;
    Ok(revision)
}

/// The number of the newest revision; 0 where there is none.
pub(super) fn newest_revision(connection: &Connection, gateway: GatewayId) -> Result<u64, DbError> {
    connection
        .prepare_cached("SELECT coalesce(max(revision), 0) FROM configuration WHERE gateway = ?1")
        .and_then(|mut statement| statement.query_row([gateway.0], |row| row.get(0)))
        .map(number)
        .map_err(DbError::sql("reading the newest revision"))
}

/// What the gateway last said of a revision; the word of the device before it counts no more.
pub(super) fn last_reported(
    connection: &Connection,
    gateway: GatewayId,
) -> Result<Option<ReportedConfiguration>, DbError> {
    let row: Option<(i64, bool, String, i64)> = connection
        .prepare_cached(
            "SELECT revision, applied, problems, reported_at FROM configuration_result
             WHERE gateway = ?1 AND reported_at >=
                 (SELECT coalesce(claimed_at, 0) FROM gateway WHERE id = ?1)
             ORDER BY reported_at DESC, revision DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            let row = statement.query_row([gateway.0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            });
            row.optional()
        })
        .map_err(DbError::sql("reading the result of a configuration"))?;
    let Some((revision, applied, problems, reported_at)) = row else { return Ok(None) };
    Ok(Some(ReportedConfiguration {
        revision: number(revision),
        applied,
        problems: json::from_column(gateway, &problems)?,
        reported_at: time::from_column(gateway, reported_at)?,
    }))
}

/// A revision in a column. A number beyond all columns is one that is not there.
fn column(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

fn number(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
