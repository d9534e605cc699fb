//! A wish to read, and its answer.

use std::time::Duration;

use jiff::Timestamp;
use mbus::MeterAddress;
use mbus_io::PortError;
use mbus_master::{Baudrate, Readout, ReadoutFailure, ReceivedTelegram};
use tokio::sync::oneshot;

use super::trace::Trace;
use crate::config::{BusId, MeterId};
use crate::findings::Finding;

/// Who wanted a readout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// The schedule.
    Schedule,
    /// A person, who waits.
    Person,
}

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// A configured meter; what it answers is stored.
    Meter(MeterId),
    /// Whatever meter has an address, to be looked at; nothing is stored.
    Address {
        /// The address.
        address: MeterAddress,
        /// The speed, where it is not that of the bus.
        baudrate: Option<Baudrate>,
    },
}

/// A wish to read. Its answer channel travels with it.
#[derive(Debug)]
pub struct Job {
    /// What is to be read.
    pub order: Order,
    /// Who wants it.
    pub asked_by: AskedBy,
    /// Where the answer goes. Where nobody listens any more the job is left out, as long as it
    /// has not begun: meters have batteries.
    pub answer: oneshot::Sender<JobAnswer>,
}

/// What comes of a job: what was heard, or why nothing was done.
pub type JobAnswer = Result<ReadoutReport, JobError>;

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

impl ReadoutReport {
    /// The telegrams that arrived, whether the readout succeeded or not.
    pub fn telegrams(&self) -> &[ReceivedTelegram] {
        match &self.result {
            Ok(readout) => &readout.telegrams,
            Err(ReadoutError::Failed(failure)) => &failure.telegrams,
            Err(ReadoutError::Port { telegrams, .. }) => telegrams,
        }
    }
}

/// Why a job was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JobError {
    /// Too many wait already.
    #[error("bus {bus} has {waiting} readouts waiting already; try again when they are done")]
    Crowded {
        /// The bus.
        bus: BusId,
        /// How many wait.
        waiting: usize,
    },
    /// The meter is not on this bus.
    #[error("there is no meter {meter} on this bus")]
    NoSuchMeter {
        /// The id asked for.
        meter: MeterId,
    },
    /// The gateway is stopping.
    #[error("the gateway is stopping; try again when it runs again")]
    Stopping,
    /// The readout was made, but it could not be stored, so it is not shown either.
    #[error("the meter was read, but {0}")]
    NotStored(#[from] crate::store::StoreError),
}
