//! The older readouts that a meter's settings are still made from.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::readout::ReadoutId;

/// From now on these are needed, beside the last good one.
pub(super) fn replace(
    connection: &Connection,
    meter: i64,
    needed: &BTreeSet<ReadoutId>,
) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM needed_readout WHERE meter = ?1", [meter])?;
    let mut statement =
        connection.prepare_cached("INSERT INTO needed_readout (meter, readout) VALUES (?1, ?2)")?;
    for readout in needed {
        statement.execute([meter, readout.0])?;
    }
    Ok(())
}

/// Those of a meter, the oldest first.
pub(super) fn read(connection: &Connection, meter: &str) -> rusqlite::Result<Vec<ReadoutId>> {
    connection
        .prepare_cached(
            "SELECT needed_readout.readout FROM needed_readout
             JOIN meter ON meter.key = needed_readout.meter
             WHERE meter.id = ?1 ORDER BY needed_readout.readout",
        )?
        .query_map([meter], |row| row.get(0).map(ReadoutId))?
        .collect()
}
