//! A wish to read, and its answer.

use mbus::MeterAddress;
use mbus_master::Baudrate;
use tokio::sync::oneshot;

use crate::config::{BusId, MeterId};
use crate::readout::{AskedBy, ReadoutReport};
use crate::store::StoreError;

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
    NotStored(#[from] StoreError),
}
