//! Readouts on their way to the portal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Finding, Reading, TelegramBytes};

/// Readouts of one gateway, in the order of their sequence numbers.
///
/// A batch may be sent any number of times: each readout is stored once. Batches are sent one
/// after another, oldest first; the next one is sent when this one is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The start of the gateway that sends it: another text after each start.
    pub boot: String,
    /// The readouts, sequence numbers rising.
    pub readouts: Vec<Readout>,
}

/// One readout of one meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readout {
    /// Its place among all readouts of this gateway, from 1. Never used twice; numbers may be
    /// left out.
    pub sequence: u64,
    /// The id of the meter in the gateway's configuration.
    pub meter: String,
    /// The id of its bus.
    pub bus: String,
    /// The address that was asked.
    pub address: String,
    /// When the last byte had arrived.
    pub read_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The telegrams that arrived, in order.
    pub telegrams: Vec<TelegramBytes>,
    /// What they mean.
    pub readings: Vec<Reading>,
    /// The mapping that made the readings.
    #[serde(default)]
    pub mapping_revision: Option<String>,
    /// What was wrong.
    #[serde(default)]
    pub problems: Vec<Finding>,
}

/// How a readout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All telegrams arrived.
    Complete,
    /// Some telegrams arrived, then it failed.
    Partial,
    /// The meter was asked, and no telegram arrived.
    Failed,
    /// Telegrams arrived, but from another meter; no value is made of them.
    Refused,
    /// The meter was not asked: its bus was offline.
    Unreached,
}

/// The portal has everything of a batch on its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The last sequence number of the batch.
    pub acknowledged: u64,
}
