//! A readout as it goes into the store and comes out of it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use mbus::SecondaryAddress;
use metering::HistoricalValue;

use crate::config::MeterId;
use crate::findings::Cause;
use crate::reading::Reading;
use crate::readout::AskedBy;

/// The id of a row; larger ones were written later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadoutId(pub i64);

/// How a readout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredOutcome {
    /// All telegrams arrived.
    Complete,
    /// Some telegrams arrived, then it failed.
    Partial,
    /// It was asked, and no telegram arrived.
    Failed,
    /// Telegrams arrived, but from another meter. They are kept, and no value is made of them.
    Refused,
    /// It was not asked: its bus was offline.
    Unreached,
}

/// A telegram as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTelegram {
    /// The whole frame.
    pub frame: Vec<u8>,
    /// From the request to the first byte of the answer.
    pub answered_after: Duration,
    /// How often it was asked for.
    pub tries: u8,
}

/// Who answered first at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownIdentification {
    /// Who.
    pub identification: SecondaryAddress,
    /// The bus it was asked on.
    pub bus: String,
    /// The address it was asked at.
    pub address: String,
}

/// A readout to be stored.
#[derive(Clone, Debug)]
pub struct NewReadout {
    /// Whose.
    pub meter: MeterId,
    /// The bus and the address that was asked.
    pub place: (String, String),
    /// When it ended; kept to the millisecond.
    pub read_at: Timestamp,
    /// How long the bus was busy with it; kept to the millisecond.
    pub elapsed: Duration,
    /// Who wanted it.
    pub asked_by: AskedBy,
    /// How it ended.
    pub outcome: StoredOutcome,
    /// The revision of the mapping that made the readings.
    pub mapping_revision: Option<String>,
    /// Who answered, as the telegrams say.
    pub identification: Option<SecondaryAddress>,
    /// The telegrams, in order.
    pub telegrams: Vec<StoredTelegram>,
    /// What they mean.
    pub readings: Vec<Reading>,
    /// What is wrong with them.
    pub causes: Vec<Cause>,
    /// Who is to be expected at this meter's address from now on.
    pub remember: Option<KnownIdentification>,
    /// The values the meter has stored itself; those that are in the store already are left out.
    pub history: Vec<HistoricalValue>,
    /// The older readouts the meter's settings are made from beside this one, where that changes.
    pub needed: Option<BTreeSet<ReadoutId>>,
}

/// A readout from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReadout {
    /// The row.
    pub id: ReadoutId,
    /// When it ended.
    pub read_at: Timestamp,
    /// How long the bus was busy with it.
    pub elapsed: Duration,
    /// How it ended.
    pub outcome: StoredOutcome,
    /// The revision of the mapping that made the readings.
    pub mapping_revision: Option<String>,
    /// Who answered, as the telegrams say.
    pub identification: Option<SecondaryAddress>,
    /// The telegrams, in order.
    pub telegrams: Vec<StoredTelegram>,
    /// What they mean.
    pub readings: Vec<Reading>,
    /// What is wrong with them.
    pub causes: Vec<Cause>,
}
