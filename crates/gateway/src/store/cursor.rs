//! Readouts in the order they were written, for whatever passes them on.

use rusqlite::{Connection, Row};

use super::StoreError;
use super::readout::{ReadoutId, StoredReadout};
use super::row::{self, RawRow};

/// A readout with whose it is and where it was made.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The row.
    pub id: ReadoutId,
    /// The id of the meter.
    pub meter: String,
    /// The bus and the address that was asked; absent where a row from before does not tell.
    pub place: Option<(String, String)>,
    /// The readout, or why it cannot be read: a damaged row must not keep back those after it.
    pub readout: Result<StoredReadout, StoreError>,
}

/// The readouts after this one, at most so many.
pub(super) fn read(
    connection: &Connection,
    after: ReadoutId,
    limit: usize,
) -> rusqlite::Result<Vec<Passage>> {
    let sql = format!(
        "SELECT {}, meter.id, coalesce(place.bus, meter.bus),
             coalesce(place.address, meter.address)
         FROM {} JOIN meter ON meter.key = readout.meter
         LEFT JOIN place ON place.key = readout.place
         WHERE readout.id > ?1 ORDER BY readout.id LIMIT ?2",
        row::COLUMNS,
        row::TABLES
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map((after.0, limit), passage)?.collect()
}

fn passage(row: &Row<'_>) -> rusqlite::Result<Passage> {
    let id = ReadoutId(row.get(0)?);
    let raw: RawRow = row::read(row)?;
    let bus: Option<String> = row.get(row::COLUMN_COUNT + 1)?;
    let address: Option<String> = row.get(row::COLUMN_COUNT + 2)?;
    Ok(Passage {
        id,
        meter: row.get(row::COLUMN_COUNT)?,
        place: bus.zip(address),
        readout: raw.unpack(),
    })
}

/// The last row there is; 0 where there is none.
pub(super) fn last(connection: &Connection) -> rusqlite::Result<ReadoutId> {
    connection
        .query_row("SELECT coalesce(max(id), 0) FROM readout", [], |row| row.get(0).map(ReadoutId))
}
