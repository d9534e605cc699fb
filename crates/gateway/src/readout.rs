//! What was heard when a meter was read, before anything is made of it.

mod trace;

use std::time::Duration;

use jiff::Timestamp;
use mbus::{MeterAddress, SecondaryAddress};
use mbus_io::PortError;
use mbus_master::{Readout, ReadoutFailure, ReceivedTelegram};

pub use trace::{Direction, Trace, TraceEntry};

use crate::config::BusId;
use crate::findings::{Cause, Finding};

/// Who wanted a readout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// The schedule.
    Schedule,
    /// A person, who waits.
    Person,
}

/// What was heard when a meter was read.
#[derive(Clone, Debug)]
pub struct ReadoutReport {
    /// The bus.
    pub bus: BusId,
    /// The address that was asked.
    pub address: MeterAddress,
    /// When it ended.
    pub read_at: Timestamp,
    /// How long the bus was busy with it.
    pub elapsed: Duration,
    /// What the meter answered, or why it did not.
    pub result: Result<Readout, ReadoutError>,
    /// Every byte on the wire meanwhile.
    pub trace: Trace,
    /// What is to be said about it.
    pub findings: Vec<Finding>,
}

/// Why a readout brought nothing, or not all.
#[derive(Clone, Debug)]
pub enum ReadoutError {
    /// The meter or the wire failed.
    Failed(ReadoutFailure),
    /// The port failed.
    Port {
        /// Why.
        error: PortError,
        /// The telegrams that came before.
        telegrams: Vec<ReceivedTelegram>,
    },
}

impl ReadoutError {
    /// Why, for the store and for people.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Failed(failure) => Cause::of_failure(failure),
            Self::Port { error, telegrams } => Cause::of_port(error).in_part(!telegrams.is_empty()),
        }
    }
}

impl ReadoutReport {
    /// Who the telegrams say they are from; wildcards where they do not tell.
    pub fn identification(&self) -> Option<SecondaryAddress> {
        let told = self.result.as_ref().ok().and_then(|readout| readout.identification);
        told.or_else(|| {
            let telegrams = self.telegrams().iter();
            let mut parsed = telegrams.filter_map(|one| mbus::Telegram::parse(&one.frame).ok());
            parsed.find_map(|telegram| telegram.secondary_address())
        })
    }

    /// The frames of the telegrams that arrived.
    pub fn frames(&self) -> Vec<Vec<u8>> {
        self.telegrams().iter().map(|telegram| telegram.frame.clone()).collect()
    }

    /// The telegrams that arrived, whether the readout succeeded or not.
    pub fn telegrams(&self) -> &[ReceivedTelegram] {
        match &self.result {
            Ok(readout) => &readout.telegrams,
            Err(ReadoutError::Failed(failure)) => &failure.telegrams,
            Err(ReadoutError::Port { telegrams, .. }) => telegrams,
        }
    }
}
