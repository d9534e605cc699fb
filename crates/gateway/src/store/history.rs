//! The values that meters have stored themselves, each once.

use std::str::FromStr;

use jiff::Timestamp;
use mbus::Decimal;
use metering::HistoricalValue;
use rusqlite::{Connection, Row, params};

use super::readout::ReadoutId;

/// A value a meter stored at a time of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHistory {
    /// What it is a value of; equal for all values of one kind.
    pub series: String,
    /// What it measures.
    pub quantity: String,
    /// The exact number, with the digits that were sent.
    pub value: Decimal,
    /// The unit.
    pub unit: Option<String>,
    /// The meter's own date: ISO 8601, local time without a zone.
    pub measured_at: String,
    /// When it was first read.
    pub read_at: Timestamp,
    /// The first readout that brought it.
    pub readout: ReadoutId,
    /// The line of the telegram view there.
    pub line: u16,
}

/// Adds what is not there yet.
pub(super) fn insert(
    connection: &Connection,
    meter: i64,
    readout: ReadoutId,
    values: &[HistoricalValue],
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO historical_value
             (meter, series, measured_at, number, value, unit, quantity, readout, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    )?;
    for value in values {
        statement.execute(params![
            meter,
            value.series.as_str(),
            value.measured_at,
            value.value.normalized().to_string(),
            value.value.to_string(),
            value.unit,
            value.quantity.name(),
            readout.0,
            value.source.line,
        ])?;
    }
    Ok(())
}

/// The newest values of a meter by the meter's own dates, at most so many; by series and date.
pub(super) fn read(
    connection: &Connection,
    meter: &str,
    limit: u32,
) -> rusqlite::Result<Vec<StoredHistory>> {
    let mut statement = connection.prepare_cached(
        "SELECT series, quantity, value, unit, measured_at, read_at, readout, line FROM (
             SELECT historical_value.*, readout.read_at
             FROM historical_value
             JOIN meter ON meter.key = historical_value.meter
             JOIN readout ON readout.id = historical_value.readout
             WHERE meter.id = ?1
             ORDER BY historical_value.measured_at DESC LIMIT ?2
         ) ORDER BY series, measured_at, number",
    )?;
    statement.query_map(params![meter, limit], value_of)?.collect()
}

fn value_of(row: &Row<'_>) -> rusqlite::Result<StoredHistory> {
    let text: String = row.get(2)?;
    let value = Decimal::from_str(&text).map_err(|_| damaged(2, &text))?;
    let read_at: i64 = row.get(5)?;
    let read_at =
        Timestamp::from_millisecond(read_at).map_err(|_| damaged(5, &read_at.to_string()))?;
    Ok(StoredHistory {
        series: row.get(0)?,
        quantity: row.get(1)?,
        value,
        unit: row.get(3)?,
        measured_at: row.get(4)?,
        read_at,
        readout: ReadoutId(row.get(6)?),
        line: row.get(7)?,
    })
}

fn damaged(column: usize, found: &str) -> rusqlite::Error {
    let cause = format!("\"{found}\" is damaged");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, cause.into())
}
