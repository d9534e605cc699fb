//! Batches of readouts: each readout is stored once, however often it is sent.

use fleet_link::{Batch, LimitError, Outcome, Readout};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::latest::{self, Newest};
use super::{ClaimedGateway, Db, DbError, gateways, packed};
use crate::id::{GatewayId, MeterId};

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBatch {
    /// The last sequence number of the batch: everything of it is on disk.
    pub acknowledged: u64,
    /// How many readouts were new.
    pub new: usize,
    /// The meters of this portal that have new readouts.
    pub meters: Vec<MeterId>,
}

/// Why a batch is not stored; nothing of it is.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreBatchError {
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// It is larger than batches are.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The number belongs to another readout.
    #[error(
        "readout {sequence} is not the one that was stored under this number: the gateway began its numbers anew; claim it again with a new claim code"
    )]
    SequenceReused {
        /// The number.
        sequence: u64,
    },
}

impl Db {
    /// Stores a batch; it is on disk when this returns. What was stored before is passed over.
    pub async fn store_batch(
        &self,
        gateway: ClaimedGateway,
        batch: Batch,
        now: Timestamp,
    ) -> Result<StoredBatch, StoreBatchError> {
        let acknowledged = batch.check()?;
        self.write(move |transaction| {
            let mut stored = StoredBatch { acknowledged, new: 0, meters: Vec::new() };
            for readout in &batch.readouts {
                if is_stored(transaction, gateway, readout)? {
                    continue;
                }
                let meter = meter_of(transaction, gateway.id, &readout.meter)?;
                let id = insert(transaction, gateway, meter, readout, now)?;
                if let Some(meter) = meter {
                    let newest = Newest {
                        id,
                        read_at: readout.read_at.as_millisecond(),
                        outcome: readout.outcome,
                        problems: &readout.problems,
                    };
                    latest::note(transaction, meter, &newest)?;
                }
                stored.new += 1;
                stored.meters.extend(meter);
            }
            stored.meters.sort();
            stored.meters.dedup();
            gateways::seen(transaction, gateway.id, now)?;
            Ok(stored)
        })
        .await
    }

    /// The last sequence number of a gateway since it was claimed; 0 where there is none.
    pub async fn last_sequence(&self, gateway: ClaimedGateway) -> Result<u64, DbError> {
        self.read(move |connection| {
            let last: i64 = connection
                .query_row(
                    "SELECT coalesce(max(sequence), 0) FROM readout
                     WHERE gateway = ?1 AND claim = ?2",
                    (gateway.id.0, gateway.claim),
                    |row| row.get(0),
                )
                .map_err(DbError::sql("reading the last sequence number"))?;
            Ok(u64::try_from(last).unwrap_or(0))
        })
        .await
    }
}

pub(super) const fn outcome_code(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Complete => 0,
        Outcome::Partial => 1,
        Outcome::Failed => 2,
        Outcome::Refused => 3,
        Outcome::Unreached => 4,
    }
}

pub(super) const fn outcome_from(code: i64) -> Option<Outcome> {
    Some(match code {
        0 => Outcome::Complete,
        1 => Outcome::Partial,
        2 => Outcome::Failed,
        3 => Outcome::Refused,
        4 => Outcome::Unreached,
        _ => return None,
    })
}

/// Whether this very readout is there. Under the same number there must be no other.
fn is_stored(
    connection: &Connection,
    gateway: ClaimedGateway,
    readout: &Readout,
) -> Result<bool, StoreBatchError> {
    let failed = DbError::sql("looking for a readout");
    let sequence = readout.sequence;
    let read_at = readout.read_at.as_millisecond();
    let same: Option<(String, i64, i64)> = connection
        .prepare_cached(
            "SELECT meter_name, read_at, outcome FROM readout
             WHERE gateway = ?1 AND claim = ?2 AND sequence = ?3",
        )
        .and_then(|mut statement| {
            let key = (gateway.id.0, gateway.claim, column(sequence));
            let row = statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            row.optional()
        })
        .map_err(&failed)?;
    if let Some((meter, at, outcome)) = same {
        let is_same =
            meter == readout.meter && at == read_at && outcome == outcome_code(readout.outcome);
        return if is_same { Ok(true) } else { Err(StoreBatchError::SequenceReused { sequence }) };
    }
    if gateway.claim <= 1 {
        return Ok(false);
    }
    // A gateway that was claimed again sends once more what was stored but not acknowledged.
    let before: Option<i64> = connection
        .prepare_cached(
            "SELECT 1 FROM readout WHERE gateway = ?1 AND meter_name = ?2 AND read_at = ?3
                 AND claim < ?4 AND sequence = ?5 AND outcome = ?6",
        )
        .and_then(|mut statement| {
            let key = params![
                gateway.id.0,
                readout.meter,
                read_at,
                gateway.claim,
                column(sequence),
                outcome_code(readout.outcome)
            ];
            statement.query_row(key, |row| row.get(0)).optional()
        })
        .map_err(&failed)?;
    Ok(before.is_some())
}

/// The meter that the gateway calls so, or called so.
fn meter_of(
    connection: &Connection,
    gateway: GatewayId,
    id_at_gateway: &str,
) -> Result<Option<MeterId>, DbError> {
    let meter = connection
        .prepare_cached(
            "SELECT meter FROM meter_at_gateway WHERE gateway = ?1 AND id_at_gateway = ?2",
        )
        .and_then(|mut statement| {
            statement.query_row((gateway.0, id_at_gateway), |row| row.get(0)).optional()
        })
        .map_err(DbError::sql("looking for a meter"))?;
    Ok(meter.map(MeterId))
}

fn insert(
    connection: &Connection,
    gateway: ClaimedGateway,
    meter: Option<MeterId>,
    readout: &Readout,
    now: Timestamp,
) -> Result<i64, DbError> {
    let packing = |cause: std::io::Error| {
        let cause = rusqlite::Error::ToSqlConversionFailure(Box::new(cause));
        DbError::sql("packing a readout")(cause)
    };
    let telegrams = packed::pack_telegrams(&readout.telegrams).map_err(packing)?;
    let readings = packed::pack_readings(&readout.readings).map_err(packing)?;
    let problems = packed::pack_problems(&readout.problems).map_err(packing)?;
    let mapping = match &readout.mapping_revision {
        Some(revision) => Some(mapping_key(connection, revision)?),
        None => None,
    };
    connection
        .prepare_cached(
            "INSERT INTO readout (gateway, claim, sequence, meter, meter_name, bus, address,
                 read_at, received_at, outcome, mapping, telegrams, readings, problems)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                gateway.id.0,
                gateway.claim,
                column(readout.sequence),
                meter.map(|meter| meter.0),
                readout.meter,
                readout.bus,
                readout.address,
                readout.read_at.as_millisecond(),
                now.as_millisecond(),
                outcome_code(readout.outcome),
                mapping,
                telegrams,
                readings,
                problems,
            ])
        })
        .map_err(DbError::sql("writing a readout"))?;
    Ok(connection.last_insert_rowid())
}

fn mapping_key(connection: &Connection, revision: &str) -> Result<i64, DbError> {
    let failed = DbError::sql("writing the revision of a mapping");
    let known = connection
        .prepare_cached("SELECT key FROM mapping WHERE revision = ?1")
        .and_then(|mut statement| statement.query_row([revision], |row| row.get(0)).optional())
        .map_err(&failed)?;
    if let Some(key) = known {
        return Ok(key);
    }
    connection
        .execute("INSERT INTO mapping (revision) VALUES (?1)", [revision])
        .map_err(&failed)?;
    Ok(connection.last_insert_rowid())
}

/// The limits of a batch keep it within the column.
fn column(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
