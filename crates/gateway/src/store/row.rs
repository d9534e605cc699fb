//! A readout to and from its row.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use mbus::SecondaryAddress;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use super::readout::{NewReadout, ReadoutId, StoredOutcome, StoredReadout};
use super::{history, needed, packed};
use crate::config::MeterId;
use crate::readout::AskedBy;

/// The columns [`read`] expects, of [`TABLES`].
pub(super) const COLUMNS: &str = "readout.id, readout.read_at, readout.elapsed, readout.outcome, \
     mapping.revision, readout.identification, readout.telegrams, readout.readings, readout.causes";
/// How many these are.
pub(super) const COLUMN_COUNT: usize = 9;
/// Where they are.
pub(super) const TABLES: &str = "readout LEFT JOIN mapping ON mapping.key = readout.mapping";

const fn outcome_code(outcome: StoredOutcome) -> i64 {
    match outcome {
        StoredOutcome::Complete => 0,
        StoredOutcome::Partial => 1,
        StoredOutcome::Failed => 2,
        StoredOutcome::Refused => 3,
        StoredOutcome::Unreached => 4,
    }
}

const fn outcome_from(code: i64) -> Option<StoredOutcome> {
    Some(match code {
        0 => StoredOutcome::Complete,
        1 => StoredOutcome::Partial,
        2 => StoredOutcome::Failed,
        3 => StoredOutcome::Refused,
        4 => StoredOutcome::Unreached,
        _ => return None,
    })
}

/// The short keys of meters and mappings, known after their first use.
#[derive(Debug, Default)]
pub(super) struct Keys {
    meters: HashMap<MeterId, i64>,
    mappings: HashMap<String, i64>,
    places: HashMap<(String, String), i64>,
}

impl Keys {
    fn meter(&mut self, connection: &Connection, meter: &MeterId) -> rusqlite::Result<i64> {
        if let Some(key) = self.meters.get(meter) {
            return Ok(*key);
        }
        let key = key_of(connection, "meter", "id", meter.as_str())?;
        self.meters.insert(meter.clone(), key);
        Ok(key)
    }

    fn mapping(&mut self, connection: &Connection, revision: &str) -> rusqlite::Result<i64> {
        if let Some(key) = self.mappings.get(revision) {
            return Ok(*key);
        }
        let key = key_of(connection, "mapping", "revision", revision)?;
        self.mappings.insert(revision.to_owned(), key);
        Ok(key)
    }

    fn place(
        &mut self,
        connection: &Connection,
        place: &(String, String),
    ) -> rusqlite::Result<i64> {
        if let Some(key) = self.places.get(place) {
            return Ok(*key);
        }
        let known = connection
            .prepare_cached("SELECT key FROM place WHERE bus = ?1 AND address = ?2")?
            .query_row((&place.0, &place.1), |row| row.get(0))
            .optional()?;
        let key = match known {
            Some(key) => key,
            None => {
                let (bus, address) = place;
                connection
                    .execute("INSERT INTO place (bus, address) VALUES (?1, ?2)", (bus, address))?;
                connection.last_insert_rowid()
            }
        };
        self.places.insert(place.clone(), key);
        Ok(key)
    }
}

fn key_of(
    connection: &Connection,
    table: &str,
    column: &str,
    value: &str,
) -> rusqlite::Result<i64> {
    let known = connection
        .prepare_cached(&format!("SELECT key FROM {table} WHERE {column} = ?1"))?
        .query_row([value], |row| row.get(0))
        .optional()?;
    if let Some(key) = known {
        return Ok(key);
    }
    connection.execute(&format!("INSERT INTO {table} ({column}) VALUES (?1)"), [value])?;
    Ok(connection.last_insert_rowid())
}

/// Adds the row, and who is to be expected from now on.
pub(super) fn insert(
    connection: &Connection,
    keys: &mut Keys,
    readout: &NewReadout,
) -> Result<ReadoutId, StoreError> {
    let packing = |cause: std::io::Error| {
        let cause = rusqlite::Error::ToSqlConversionFailure(Box::new(cause));
        StoreError::sql("packing a readout")(cause)
    };
    let telegrams = packed::pack_telegrams(&readout.telegrams).map_err(packing)?;
    let readings = packed::pack_readings(&readout.readings).map_err(packing)?;
    let causes = packed::pack_causes(&readout.causes).map_err(packing)?;
    let asked_by = match readout.asked_by {
        AskedBy::Schedule => 0,
        AskedBy::Person => 1,
    };
    let mut write = || -> rusqlite::Result<ReadoutId> {
        let meter = keys.meter(connection, &readout.meter)?;
        let mapping = match &readout.mapping_revision {
            Some(revision) => Some(keys.mapping(connection, revision)?),
            None => None,
        };
        let place = keys.place(connection, &readout.place)?;
        connection
            .prepare_cached(
                "INSERT INTO readout (meter, read_at, elapsed, asked_by, outcome, mapping,
                     identification, telegrams, readings, causes, place)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                meter,
                readout.read_at.as_millisecond(),
                i64::try_from(readout.elapsed.as_millis()).unwrap_or(i64::MAX),
                asked_by,
                outcome_code(readout.outcome),
                mapping,
                readout.identification.map(SecondaryAddress::to_wire),
                telegrams,
                readings,
                causes,
                place,
            ])?;
        let id = ReadoutId(connection.last_insert_rowid());
        if let Some(known) = &readout.remember {
            connection
                .prepare_cached(
                    "UPDATE meter SET identification = ?2, identified_at = ?3, bus = ?4,
                         address = ?5 WHERE key = ?1",
                )?
                .execute(params![
                    meter,
                    known.identification.to_wire(),
                    readout.read_at.as_millisecond(),
                    known.bus,
                    known.address,
                ])?;
        }
        history::insert(connection, meter, id, &readout.history)?;
        if let Some(needed) = &readout.needed {
            needed::replace(connection, meter, needed)?;
        }
        Ok(id)
    };
    write().map_err(StoreError::sql("writing a readout"))
}

/// What stands in a row, before it is unpacked.
pub(super) struct RawRow {
    id: i64,
    read_at: i64,
    elapsed: i64,
    outcome: i64,
    mapping_revision: Option<String>,
    identification: Option<[u8; 8]>,
    telegrams: Option<Vec<u8>>,
    readings: Option<Vec<u8>>,
    causes: Option<Vec<u8>>,
}

/// Reads the [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<RawRow> {
    Ok(RawRow {
        id: row.get(0)?,
        read_at: row.get(1)?,
        elapsed: row.get(2)?,
        outcome: row.get(3)?,
        mapping_revision: row.get(4)?,
        identification: row.get(5)?,
        telegrams: row.get(6)?,
        readings: row.get(7)?,
        causes: row.get(8)?,
    })
}

impl RawRow {
    /// Unpacks the row; what is damaged is an error and never a value.
    pub(super) fn unpack(self) -> Result<StoredReadout, StoreError> {
        let id = self.id;
        let damaged = |cause: String| StoreError::Damaged { id, cause };
        let telegrams = packed::unpack_telegrams(self.telegrams.as_deref());
        let readings = packed::unpack_readings(self.readings.as_deref());
        let causes = packed::unpack_causes(self.causes.as_deref());
        Ok(StoredReadout {
            id: ReadoutId(id),
            read_at: Timestamp::from_millisecond(self.read_at)
                .map_err(|_| damaged(format!("{} is no time", self.read_at)))?,
            elapsed: Duration::from_millis(u64::try_from(self.elapsed).unwrap_or(0)),
            outcome: outcome_from(self.outcome)
                .ok_or_else(|| damaged(format!("{} is no outcome", self.outcome)))?,
            mapping_revision: self.mapping_revision,
            identification: self.identification.map(SecondaryAddress::from_wire),
            telegrams: telegrams.map_err(|error| damaged(format!("telegrams: {error}")))?,
            readings: readings.map_err(|error| damaged(format!("readings: {error}")))?,
            causes: causes.map_err(|error| damaged(format!("causes: {error}")))?,
        })
    }
}
