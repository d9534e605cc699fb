//! What the meters said, read back.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::readouts::outcome_from;
use super::{Db, DbError, packed, time};
use crate::id::{GatewayId, MeterId};
use crate::readout::{ReadoutId, StoredReadout};

pub(super) const COLUMNS: &str = "readout.id, readout.gateway, readout.sequence, readout.meter, \
     readout.meter_name, readout.bus, readout.address, readout.read_at, readout.outcome, \
     mapping.revision, readout.telegrams, readout.readings, readout.problems \
     FROM readout LEFT JOIN mapping ON mapping.key = readout.mapping";

/// Which readouts of a meter are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadoutRange {
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Until before this time.
    pub to: Option<Timestamp>,
    /// Only those that brought telegrams of the meter.
    pub good_only: bool,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadoutCursor {
    /// Milliseconds since 1970.
    pub read_at: i64,
    /// The id of the last readout.
    pub id: i64,
}

impl ReadoutCursor {
    /// The cursor of a page that ends with this readout.
    pub fn after(last: &StoredReadout) -> Self {
        Self { read_at: last.read_at.as_millisecond(), id: last.id.0 }
    }
}

impl Db {
    /// Readouts of a meter, newest first, after the cursor where one is given.
    pub async fn readouts(
        &self,
        meter: MeterId,
        range: ReadoutRange,
        after: Option<ReadoutCursor>,
        limit: u32,
    ) -> Result<Vec<StoredReadout>, DbError> {
        self.read(move |connection| {
            let cursor = after.unwrap_or(ReadoutCursor { read_at: i64::MAX, id: i64::MAX });
            let sql = format!(
                "SELECT {COLUMNS} WHERE readout.meter = ?1 AND readout.read_at >= ?2
                     AND readout.read_at < ?3 AND (readout.read_at, readout.id) < (?4, ?5) {}
                 ORDER BY readout.read_at DESC, readout.id DESC LIMIT ?6",
                filter(range.good_only)
            );
            let parameters = params![
                meter.0,
                range.from.map_or(i64::MIN, Timestamp::as_millisecond),
                range.to.map_or(i64::MAX, Timestamp::as_millisecond),
                cursor.read_at,
                cursor.id,
                limit
            ];
            query(connection, &sql, parameters)
        })
        .await
    }

    /// One readout.
    pub async fn readout(&self, id: ReadoutId) -> Result<Option<StoredReadout>, DbError> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} WHERE readout.id = ?1");
            query(connection, &sql, params![id.0]).map(|mut found| found.pop())
        })
        .await
    }

    /// Readouts that a gateway brought, in the order of their numbers.
    pub async fn readouts_of_gateway(
        &self,
        gateway: GatewayId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredReadout>, DbError> {
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} WHERE readout.gateway = ?1 AND readout.sequence > ?2
                 ORDER BY readout.claim, readout.sequence LIMIT ?3"
            );
            let after = i64::try_from(after).unwrap_or(i64::MAX);
            query(connection, &sql, params![gateway.0, after, limit])
        })
        .await
    }
}

const fn filter(good_only: bool) -> &'static str {
    // 0 complete, 1 partial.
    if good_only { "AND readout.outcome IN (0, 1)" } else { "" }
}

pub(super) fn query(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<StoredReadout>, DbError> {
    let failed = DbError::sql("reading readouts");
    let mut statement = connection.prepare_cached(sql).map_err(&failed)?;
    let rows = statement.query_map(parameters, read).map_err(&failed)?;
    rows.map(|row| row.map_err(&failed)?.unpack()).collect()
}

struct RawReadout {
    id: i64,
    gateway: i64,
    sequence: i64,
    meter: Option<i64>,
    meter_name: String,
    bus: String,
    address: String,
    read_at: i64,
    outcome: i64,
    mapping_revision: Option<String>,
    telegrams: Option<Vec<u8>>,
    readings: Option<Vec<u8>>,
    problems: Option<Vec<u8>>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<RawReadout> {
    Ok(RawReadout {
        id: row.get(0)?,
        gateway: row.get(1)?,
        sequence: row.get(2)?,
        meter: row.get(3)?,
        meter_name: row.get(4)?,
        bus: row.get(5)?,
        address: row.get(6)?,
        read_at: row.get(7)?,
        outcome: row.get(8)?,
        mapping_revision: row.get(9)?,
        telegrams: row.get(10)?,
        readings: row.get(11)?,
        problems: row.get(12)?,
    })
}

impl RawReadout {
    /// Unpacks the row; what is damaged is an error and never a value.
    fn unpack(self) -> Result<StoredReadout, DbError> {
        let what = format!("readout {}", self.id);
        let damaged = |cause: String| DbError::damaged(&what, cause);
        let telegrams = packed::unpack_telegrams(self.telegrams.as_deref());
        let readings = packed::unpack_readings(self.readings.as_deref());
        let problems = packed::unpack_problems(self.problems.as_deref());
        Ok(StoredReadout {
            id: ReadoutId(self.id),
            gateway: GatewayId(self.gateway),
            sequence: u64::try_from(self.sequence).unwrap_or(0),
            meter: self.meter.map(MeterId),
            meter_name: self.meter_name,
            bus: self.bus,
            address: self.address,
            read_at: time::from_column(&what, self.read_at)?,
            outcome: outcome_from(self.outcome)
                .ok_or_else(|| damaged(format!("{} is no outcome", self.outcome)))?,
            mapping_revision: self.mapping_revision,
            telegrams: telegrams.map_err(|error| damaged(format!("telegrams: {error}")))?,
            readings: readings.map_err(|error| damaged(format!("readings: {error}")))?,
            problems: problems.map_err(|error| damaged(format!("problems: {error}")))?,
        })
    }
}
