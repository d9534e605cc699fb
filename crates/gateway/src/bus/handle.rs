//! The one door to a bus.

use mbus_master::{Baudrate, SetAddress};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::config::BusId;
use crate::job::{AddressJob, AddressJobAnswer, Job, JobAnswer, JobError, Order, ReadJob, Steps};
use crate::readout::AskedBy;

/// How many jobs may wait in front of the door. The queue behind it has room for as many.
const ROOM: usize = 32;

/// The one door to a bus; clones lead to the same one.
#[derive(Clone, Debug)]
pub struct BusHandle {
    bus: BusId,
    jobs: mpsc::Sender<Job>,
    stop: CancellationToken,
}

impl BusHandle {
    /// A door, and its other side for the task of the bus.
    pub(super) fn new(bus: BusId, stop: CancellationToken) -> (Self, mpsc::Receiver<Job>) {
        let (jobs, inbox) = mpsc::channel(ROOM);
        (Self { bus, jobs, stop }, inbox)
    }

    /// Why nobody is behind the door.
    pub(super) fn gone(&self) -> JobError {
        if self.stop.is_cancelled() {
            JobError::Stopping
        } else {
            JobError::NoBus { bus: self.bus.clone() }
        }
    }

    /// Which bus it leads to.
    pub const fn bus(&self) -> &BusId {
        &self.bus
    }

    /// Gives a job to the bus. Where it is refused, its answer channel is told, too.
    pub fn submit(&self, job: Job) {
        let (job, error) = match self.jobs.try_send(job) {
            Ok(()) => return,
            Err(TrySendError::Full(job)) => {
                (job, JobError::Crowded { bus: self.bus.clone(), waiting: ROOM })
            }
            Err(TrySendError::Closed(job)) => (job, self.gone()),
        };
        job.refuse(error);
    }

    /// Reads for a person and waits for the answer.
    pub async fn read(&self, order: Order) -> JobAnswer {
        self.read_telling(order, Steps::unheard()).await
    }

    /// The same for a person who hears how far it is.
    pub async fn read_telling(&self, order: Order, steps: Steps) -> JobAnswer {
        let (answer, answered) = oneshot::channel();
        self.submit(Job::Read(ReadJob { order, asked_by: AskedBy::Person, steps, answer }));
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Gives a meter another primary address and waits for the proof. Where it is given up, or
    /// the caller stops waiting, a job that has begun is done to its end all the same.
    pub async fn set_address(
        &self,
        order: SetAddress,
        baudrate: Option<Baudrate>,
        given_up: CancellationToken,
    ) -> AddressJobAnswer {
        self.set_address_telling(order, baudrate, given_up, Steps::unheard()).await
    }

    /// The same for a person who hears how far it is.
    pub async fn set_address_telling(
        &self,
        order: SetAddress,
        baudrate: Option<Baudrate>,
        given_up: CancellationToken,
        steps: Steps,
    ) -> AddressJobAnswer {
        let (answer, answered) = oneshot::channel();
        self.submit(Job::SetAddress(AddressJob {
            order,
            baudrate,
            given_up: given_up.clone(),
            steps,
            answer,
        }));
        let left_out = || if given_up.is_cancelled() { JobError::GivenUp } else { self.gone() };
        answered.await.unwrap_or_else(|_| Err(left_out()))
    }
}
