//! The file, open and at the newest schema.

use std::path::Path;

use jiff::Timestamp;
use mbus::SecondaryAddress;
use metering::HistoricalValue;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use super::readout::{KnownIdentification, ReadoutId, StoredReadout};
use super::row::{self, RawRow};
use super::schema::SCHEMA;
use super::{history, needed};

/// An open store, before its writer starts.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
}

/// What the store knows of a meter's last readouts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastReadouts {
    /// The last one, however it ended.
    pub last: Option<StoredReadout>,
    /// The last one that brought telegrams of this meter, where that is another.
    pub last_good: Option<StoredReadout>,
    /// How often it was asked in vain since then.
    pub failures: u32,
    /// Since when it brings nothing.
    pub failing_since: Option<Timestamp>,
    /// Who is to be expected.
    pub known: Option<KnownIdentification>,
}

impl Database {
    /// Opens the file, makes it where there is none, and brings it to the newest schema.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self { connection: SCHEMA.open(path, now.as_millisecond())? })
    }

    /// The last readouts of a meter.
    pub fn last_readouts(&self, meter: &str) -> Result<LastReadouts, StoreError> {
        let failed = StoreError::sql("reading the last readouts");
        let head = self
            .connection
            .query_row(
                "SELECT key, identification, bus, address FROM meter WHERE id = ?1",
                [meter],
                |row| {
                    let known = match (row.get(1)?, row.get(2)?, row.get(3)?) {
                        (Some(wire), Some(bus), Some(address)) => Some(KnownIdentification {
                            identification: SecondaryAddress::from_wire(wire),
                            bus,
                            address,
                        }),
                        _ => None,
                    };
                    Ok((row.get::<_, i64>(0)?, known))
                },
            )
            .optional()
            .map_err(&failed)?;
        let Some((key, known)) = head else { return Ok(LastReadouts::default()) };
        let last = self.newest(key, "")?;
        // 0 complete, 1 partial.
        let last_good = self.newest(key, "AND readout.outcome IN (0, 1)")?;
        let since = last_good.as_ref().map_or(i64::MIN, |good| good.id.0);
        // 2 failed, 3 refused.
        let (failures, failing_since): (i64, Option<i64>) = self
            .connection
            .query_row(
                "SELECT count(*) FILTER (WHERE outcome IN (2, 3)), min(read_at)
                 FROM readout WHERE meter = ?1 AND id > ?2",
                (key, since),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(&failed)?;
        let failing_since = failing_since.and_then(|at| Timestamp::from_millisecond(at).ok());
        let last_good = last_good.filter(|good| Some(good.id) != last.as_ref().map(|last| last.id));
        let failures = u32::try_from(failures).unwrap_or(u32::MAX);
        Ok(LastReadouts { last, last_good, failures, failing_since, known })
    }

    /// The older readouts that a meter's settings are made from beside its last good one, the
    /// oldest first. A damaged one is left out: it costs the settings that only it has.
    pub fn needed_readouts(&self, meter: &str) -> Result<Vec<StoredReadout>, StoreError> {
        let needed = needed::read(&self.connection, meter)
            .map_err(StoreError::sql("reading the needed readouts"))?;
        let mut readouts = Vec::new();
        for id in needed {
            match self.readout(id) {
                Ok(readout) => readouts.extend(readout),
                Err(error @ StoreError::Damaged { .. }) => {
                    tracing::error!(meter, %error, "settings only it has are left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(readouts)
    }

    /// Adds the values a meter had stored itself by the time of a readout; those that are there
    /// already are left out.
    pub fn add_history(
        &self,
        readout: ReadoutId,
        values: &[HistoricalValue],
    ) -> Result<(), StoreError> {
        let failed = StoreError::sql("writing the history");
        let add = || {
            let transaction = self.connection.unchecked_transaction()?;
            let meter = "SELECT meter FROM readout WHERE id = ?1";
            let meter = transaction.query_row(meter, [readout.0], |row| row.get(0))?;
            history::insert(&transaction, meter, readout, values)?;
            transaction.commit()
        };
        add().map_err(failed)
    }

    /// One readout by its id.
    pub fn readout(&self, id: ReadoutId) -> Result<Option<StoredReadout>, StoreError> {
        self.connection
            .query_row(
                &format!("SELECT {} FROM {} WHERE readout.id = ?1", row::COLUMNS, row::TABLES),
                [id.0],
                row::read,
            )
            .optional()
            .map_err(StoreError::sql("reading a readout"))?
            .map(RawRow::unpack)
            .transpose()
    }

    /// What is wrong with the file itself; empty where it is whole. It reads all of it.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let failed = StoreError::sql("checking the file");
        let mut statement = self.connection.prepare("PRAGMA integrity_check").map_err(&failed)?;
        let mut faults = statement
            .query_map([], |row| row.get::<_, String>(0))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(&failed)?;
        faults.retain(|fault| fault != "ok");
        Ok(faults)
    }

    fn newest(&self, meter: i64, filter: &str) -> Result<Option<StoredReadout>, StoreError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {} FROM {} WHERE readout.meter = ?1 {filter}
                 ORDER BY readout.read_at DESC, readout.id DESC LIMIT 1",
                row::COLUMNS,
                row::TABLES
            ))
            .and_then(|mut statement| statement.query_row([meter], row::read).optional())
            .map_err(StoreError::sql("reading the last readouts"))?
            .map(RawRow::unpack)
            .transpose()
    }
}
