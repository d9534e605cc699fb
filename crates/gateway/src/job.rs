//! A wish to do something on a bus, and its answer.

use mbus::{MeterAddress, PrimaryAddress};
use mbus_master::{Baudrate, SetAddress};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::address_setting::AddressReport;
use crate::config::{BusId, MeterId};
use crate::findings::{Finding, Severity};
use crate::readout::{AskedBy, ReadoutReport};
use crate::store::StoreError;

/// A wish to do something on a bus. Its answer channel travels with it.
#[derive(Debug)]
pub enum Job {
    /// To read.
    Read(ReadJob),
    /// To give a meter another primary address.
    SetAddress(AddressJob),
}

/// A wish to read.
#[derive(Debug)]
pub struct ReadJob {
    /// What is to be read.
    pub order: Order,
    /// Who wants it.
    pub asked_by: AskedBy,
    /// Who hears how far it is.
    pub steps: Steps,
    /// Where the answer goes. Where nobody listens any more the job is left out, as long as it
    /// has not begun: meters have batteries.
    pub answer: oneshot::Sender<JobAnswer>,
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

/// A wish to give a meter another primary address.
#[derive(Debug)]
pub struct AddressJob {
    /// How the meter is called now, and the address it is to have.
    pub order: SetAddress,
    /// The speed, where it is not that of the bus.
    pub baudrate: Option<Baudrate>,
    /// Cancelled where nobody wants it any more. That counts as long as the job has not begun;
    /// then it is done to its end, for a meter must not be left halfway.
    pub given_up: CancellationToken,
    /// Who hears how far it is.
    pub steps: Steps,
    /// Where the answer goes.
    pub answer: oneshot::Sender<AddressJobAnswer>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStep {
    /// It waits for the bus.
    Queued,
    /// It looks who answers.
    Reading,
    /// It writes to a meter.
    Writing,
    /// It looks whether what was written is so.
    Verifying,
}

impl JobStep {
    /// A stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Verifying => "verifying",
        }
    }
}

/// Who hears how far a job is.
#[derive(Clone, Debug, Default)]
pub struct Steps(Option<mpsc::Sender<JobStep>>);

impl Steps {
    /// Nobody.
    pub const fn unheard() -> Self {
        Self(None)
    }

    /// Whoever has the other side.
    pub const fn to(steps: mpsc::Sender<JobStep>) -> Self {
        Self(Some(steps))
    }

    /// It is at this step. A bus waits for nobody: who does not keep up misses it.
    pub fn tell(&self, step: JobStep) {
        if let Some(steps) = &self.0 {
            let _ = steps.try_send(step);
        }
    }
}

/// What comes of a wish to read: what was heard, or why nothing was done.
pub type JobAnswer = Result<ReadoutReport, JobError>;

/// What comes of a wish to set an address: what was proven, or why nothing was done.
pub type AddressJobAnswer = Result<AddressReport, JobError>;

impl Job {
    /// Whether nobody waits for the answer any more.
    pub fn is_given_up(&self) -> bool {
        match self {
            Self::Read(job) => job.answer.is_closed(),
            Self::SetAddress(job) => job.given_up.is_cancelled() || job.answer.is_closed(),
        }
    }

    /// Answers that it is not done.
    pub fn refuse(self, error: JobError) {
        // Whoever gave the job up needs no answer.
        match self {
            Self::Read(job) => drop(job.answer.send(Err(error))),
            Self::SetAddress(job) => drop(job.answer.send(Err(error))),
        }
    }
}

/// Why a job was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JobError {
    /// Too many wait already.
    #[error("bus {bus} has {waiting} jobs waiting already; try again when they are done")]
    Crowded {
        /// The bus.
        bus: BusId,
        /// How many wait.
        waiting: usize,
    },
    /// The bus is gone.
    #[error("bus {bus} was taken out of the configuration")]
    NoBus {
        /// The bus.
        bus: BusId,
    },
    /// The meter is not on this bus.
    #[error("there is no meter {meter} on this bus")]
    NoSuchMeter {
        /// The id asked for.
        meter: MeterId,
    },
    /// The meter is left alone, as the configuration says.
    #[error(
        "meter {meter} is suspended, so nothing is sent to it; to read it again, take suspended = true out of the configuration"
    )]
    Suspended {
        /// The meter.
        meter: MeterId,
    },
    /// The new address is the one at which another configured meter answers. Nothing was sent.
    #[error(
        "address {address} on bus {bus} belongs to meter \"{meter}\" ({name}), which has answered there; nothing was sent; choose another address, or give that meter another one first"
    )]
    AddressConfigured {
        /// The address.
        address: PrimaryAddress,
        /// The bus.
        bus: BusId,
        /// The meter whose address it is.
        meter: MeterId,
        /// Its name for people.
        name: String,
    },
    /// Nobody waited for it any more before it began.
    #[error("it was given up before it began; nothing was sent")]
    GivenUp,
    /// The gateway is stopping.
    #[error("the gateway is stopping; try again when it runs again")]
    Stopping,
    /// The readout was made, but it could not be stored, so it is not shown either.
    #[error("the meter was read, but {0}")]
    NotStored(#[from] StoreError),
}

impl JobError {
    /// A stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Crowded { .. } => "bus_crowded",
            Self::NoBus { .. } => "unknown_bus",
            Self::NoSuchMeter { .. } => "unknown_meter",
            Self::Suspended { .. } => "meter_suspended",
            Self::AddressConfigured { .. } => "address_configured",
            Self::GivenUp => "given_up",
            Self::Stopping => "stopping",
            Self::NotStored(_) => "not_stored",
        }
    }

    /// In four parts, where a person can do something about it.
    pub fn finding(&self) -> Option<Finding> {
        let Self::AddressConfigured { address, bus, name, .. } = self else { return None };
        Some(Finding {
            code: self.code().to_owned(),
            what: format!("Address {address} on {bus} belongs to meter {name}"),
            why: "It is configured there and has answered there; nothing was sent.".to_owned(),
            remedy: "Choose another address, or give that meter another one first.".to_owned(),
            severity: Severity::Fault,
            since: None,
        })
    }
}
