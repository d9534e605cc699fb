//! A readout that a gateway brought.

use std::cmp::Reverse;

use fleet_link::{Finding, Outcome, Reading};
use jiff::Timestamp;
use mbus::{SecondaryAddress, Telegram};

pub use crate::id::ReadoutId;
use crate::id::{GatewayId, MeterId};

/// A readout that a gateway brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReadout {
    /// Its id.
    pub id: ReadoutId,
    /// Who brought it.
    pub gateway: GatewayId,
    /// The gateway's own number of it.
    pub sequence: u64,
    /// The meter; none where the gateway reads it by a configuration of its own.
    pub meter: Option<MeterId>,
    /// What the gateway calls the meter.
    pub meter_name: String,
    /// The bus.
    pub bus: String,
    /// The address that was asked.
    pub address: String,
    /// When the last byte had arrived.
    pub read_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The mapping that made the readings.
    pub mapping_revision: Option<String>,
    /// The telegrams, in order.
    pub telegrams: Vec<Vec<u8>>,
    /// What they mean.
    pub readings: Vec<Reading>,
    /// What was wrong.
    pub problems: Vec<Finding>,
}

impl StoredReadout {
    /// What is wrong with it, the worst first.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.problems.clone();
        findings.sort_by_key(|finding| Reverse(finding.severity));
        findings
    }

    /// Who answered, as far as a telegram says it.
    pub fn identification(&self) -> Option<SecondaryAddress> {
        let mut telegrams = self.telegrams.iter().filter_map(|frame| Telegram::parse(frame).ok());
        telegrams.find_map(|telegram| telegram.secondary_address())
    }
}
