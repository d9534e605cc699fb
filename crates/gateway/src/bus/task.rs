//! The task of a bus: takes one job after the other, keeps its port open.

mod addressing;
mod assignment;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use mbus::MeterAddress;
use mbus_io::{BusConnection, PortError, PortSettings, TimingSettings};
use mbus_master::{Baudrate, Event, Outcome, Procedure, ReadOut, ReceivedTelegram};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::handle::BusHandle;
use super::presence::Presence;
use super::queue::{Next, Queue};
use super::schedule::{Attempt, Schedule};
use crate::config::{BusConfig, MeterConfig, MeterId};
use crate::device::Stage;
use crate::intake::{Incoming, Intake};
use crate::job::{Job, JobAnswer, JobError, JobStep, Order, ReadJob};
use crate::latest::{Latest, now_to_the_millisecond};
use crate::readout::{AskedBy, ReadoutError, ReadoutReport, Trace};
pub(crate) use assignment::{Assigned, Assignment};

/// How long a readout that has begun may go on when the gateway stops.
const STOP_LIMIT: Duration = Duration::from_millis(1500);
/// The longest sleep until the clock is looked at again: it may have been set.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

/// Everything one bus needs, for as long as it runs.
pub(crate) struct BusTask {
    config: Arc<BusConfig>,
    assignment: watch::Receiver<Arc<Assignment>>,
    meters: HashMap<MeterId, Arc<MeterConfig>>,
    connection: BusConnection,
    inbox: mpsc::Receiver<Job>,
    queue: Queue<Job>,
    schedule: Schedule,
    presence: Presence,
    latest: Arc<Latest>,
    intake: Arc<Intake>,
    stop: CancellationToken,
}

impl BusTask {
    /// A task that has not begun, and the door to it. `assignment` says which meters it has, now
    /// and later.
    pub(crate) fn new(
        mut assignment: watch::Receiver<Arc<Assignment>>,
        latest: Arc<Latest>,
        intake: Arc<Intake>,
        stop: CancellationToken,
        now: Timestamp,
    ) -> (Self, BusHandle) {
        let first = Arc::clone(&assignment.borrow_and_update());
        let config = Arc::clone(&first.bus);
        let (handle, inbox) = BusHandle::new(config.id.clone(), stop.clone());
        let active = first.meters.iter().filter(|one| !one.meter.suspended);
        let slots = active.map(|one| (one.meter.id.clone(), one.meter.interval, one.past));
        let schedule = Schedule::new(slots, now);
        let task = Self {
            connection: connection_of(&config),
            presence: Presence::new(first.meters.len()),
            meters: first.by_id(),
            inbox,
            queue: Queue::new(),
            schedule,
            latest,
            intake,
            stop,
            config,
            assignment,
        };
        task.tell_slots();
        (task, handle)
    }

    /// Runs until it is told to stop, or there is no assignment for it any more.
    pub(crate) async fn run(mut self) {
        while !self.stop.is_cancelled() {
            match self.assignment.has_changed() {
                Ok(true) => self.take_over(),
                Ok(false) => {}
                // There is no such bus any more.
                Err(_) => break,
            }
            self.gather();
            match self.queue.pop() {
                Some(Next::Person(job)) => self.serve_person(job).await,
                Some(Next::Due(meter)) => self.serve_schedule(&meter).await,
                None => self.rest().await,
            }
        }
        self.inbox.close();
        let is_stopping = self.stop.is_cancelled();
        let bus = self.config.id.clone();
        let why = || match is_stopping {
            true => JobError::Stopping,
            false => JobError::NoBus { bus: bus.clone() },
        };
        while let Ok(job) = self.inbox.try_recv() {
            job.refuse(why());
        }
        for job in self.queue.drain_people() {
            job.refuse(why());
        }
        self.connection.close();
    }

    /// Lets in who came meanwhile.
    fn gather(&mut self) {
        while let Ok(job) = self.inbox.try_recv() {
            self.let_in(job);
        }
        for meter in self.schedule.take_due(Timestamp::now()) {
            self.queue.schedule(meter);
        }
        self.queue.retain_people(|job| !job.is_given_up());
    }

    fn let_in(&mut self, job: Job) {
        if let Err(full) = self.queue.push(job) {
            let error = JobError::Crowded { bus: self.config.id.clone(), waiting: full.waiting };
            full.refused.refuse(error);
        }
    }

    /// Nothing to do: waits for a job, a slot, or news of the port.
    async fn rest(&mut self) {
        let now = Instant::now();
        let next_try = self.presence.next_try(now);
        let until_due = self.schedule.next_due().map_or(LONGEST_SLEEP, |due| {
            Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or(Duration::ZERO)
        });
        let wake = now + until_due.min(LONGEST_SLEEP);
        tokio::select! {
            () = self.stop.cancelled() => {}
            Some(job) = self.inbox.recv() => self.let_in(job),
            () = changed(&mut self.assignment) => {}
            () = tokio::time::sleep_until(wake) => {}
            () = at(next_try) => self.open().await,
            error = self.connection.idle(|_| ()) => self.port_failed(error),
        }
    }

    async fn open(&mut self) {
        let opened = tokio::select! {
            () = self.stop.cancelled() => return,
            opened = self.connection.open() => opened,
        };
        match opened {
            Ok(()) => self.port_works(),
            Err(error) => self.port_failed(error),
        }
    }

    fn port_works(&mut self) {
        if self.presence.opened() {
            tracing::info!(bus = %self.config.id, port = %self.config.port, "bus online");
            self.schedule.bus_is_back(Timestamp::now());
            self.tell_presence();
        }
    }

    fn port_failed(&mut self, error: PortError) {
        let cause = error.to_string();
        if self.presence.failed(error, Timestamp::now(), Instant::now()) {
            tracing::warn!(bus = %self.config.id, cause, "bus offline");
            self.tell_presence();
        }
    }

    fn tell_presence(&self) {
        self.latest.change_bus(&self.config.id, self.presence.state().clone());
    }

    async fn serve_person(&mut self, job: Job) {
        match job {
            Job::Read(job) => self.serve_reader(job).await,
            Job::SetAddress(job) => self.set_address(job).await,
        }
    }

    async fn serve_reader(&mut self, job: ReadJob) {
        let ReadJob { order, asked_by, steps, answer } = job;
        steps.tell(JobStep::Reading);
        match order {
            Order::Address { address, baudrate } => {
                let report = self.read(address, baudrate, None).await.ok_or(JobError::Stopping);
                // Whoever gave up needs no answer.
                let _ = answer.send(report);
            }
            Order::Meter(id) => {
                let Some(meter) = self.meters.get(&id).map(Arc::clone) else {
                    let _ = answer.send(Err(JobError::NoSuchMeter { meter: id }));
                    return;
                };
                if meter.suspended {
                    let _ = answer.send(Err(JobError::Suspended { meter: id }));
                    return;
                }
                self.queue.drop_due(&id);
                self.read_meter(meter, asked_by, Some(answer)).await;
            }
        }
    }

    async fn serve_schedule(&mut self, id: &MeterId) {
        if let Some(meter) = self.meters.get(id).map(Arc::clone) {
            self.read_meter(meter, AskedBy::Schedule, None).await;
        }
    }

    /// Reads a configured meter and hands what was heard to the intake.
    async fn read_meter(
        &mut self,
        meter: Arc<MeterConfig>,
        asked_by: AskedBy,
        answer: Option<oneshot::Sender<JobAnswer>>,
    ) {
        let barred = match asked_by {
            // A person may have just plugged the cable in.
            AskedBy::Person => None,
            AskedBy::Schedule => self.presence.barred(Instant::now()).cloned(),
        };
        let report = match barred {
            Some(error) => Some(self.unreached(meter.address, error)),
            None => {
                self.latest.change_meter(&meter, |latest| latest.reading_now = true);
                self.read(meter.address, meter.baudrate, Some(&meter)).await
            }
        };
        let was_asked = report.as_ref().is_some_and(|report| report.trace.sent_something());
        let attempt = match report.as_ref().map(|report| &report.result) {
            Some(Ok(_)) => Attempt::Good,
            Some(Err(ReadoutError::Failed(failure))) if !failure.telegrams.is_empty() => {
                Attempt::Good
            }
            Some(Err(ReadoutError::Failed(_))) => Attempt::Failed,
            // The port was lost while it was read: asked again at once whenever the port is back,
            // a converter that breaks off would drain the meter's battery.
            Some(Err(ReadoutError::Port { .. })) if was_asked => Attempt::Failed,
            Some(Err(ReadoutError::Port { .. })) | None => Attempt::Unreached,
        };
        self.schedule.attempted(&meter.id, attempt, Timestamp::now());
        let next_at = self.schedule.next_at(&meter.id);
        // The intake says more of it at once.
        self.latest.note_meter(&meter, |latest| {
            latest.reading_now = false;
            latest.next_at = next_at;
        });
        match report {
            Some(report) => {
                self.intake.begin(Incoming { meter, report, asked_by, answer }).await;
            }
            None => {
                self.latest.enter_stage(&meter, None);
                if let Some(answer) = answer {
                    let _ = answer.send(Err(JobError::Stopping));
                }
            }
        }
    }

    /// Reads whatever has the address, for the synchronization of a meter or to look at it.
    /// `None` where the gateway stops before it is done.
    async fn read(
        &mut self,
        address: MeterAddress,
        baudrate: Option<Baudrate>,
        meter: Option<&MeterConfig>,
    ) -> Option<ReadoutReport> {
        let mut heard = Heard::default();
        let began = Instant::now();
        let wanted = baudrate.unwrap_or(self.config.port.baudrate());
        let stop = self.stop.clone();
        let outcome = tokio::select! {
            outcome = self.exchange(address, wanted, meter, &mut heard) => outcome,
            () = stopped_for_long(&stop) => return None,
        };
        let Heard { trace, telegrams } = heard;
        let elapsed = began.elapsed();
        let result = match outcome {
            Ok(Outcome::ReadOut(Ok(readout))) => Ok(readout),
            Ok(Outcome::ReadOut(Err(failure))) => Err(ReadoutError::Failed(failure)),
            // The driver answers a readout with the outcome of a readout.
            Ok(Outcome::Initialized(_) | Outcome::Selected(_) | Outcome::AddressSet(_)) => {
                return None;
            }
            Err(error) => Err(ReadoutError::Port { error, telegrams }),
        };
        match &result {
            Err(ReadoutError::Port { error, .. }) => self.port_failed(error.clone()),
            _ => self.judge_silence(trace.heard_something()).await,
        }
        let bus = self.config.id.clone();
        let read_at = now_to_the_millisecond();
        Some(ReadoutReport { bus, address, read_at, elapsed, result, trace, findings: Vec::new() })
    }

    async fn exchange(
        &mut self,
        address: MeterAddress,
        baudrate: Baudrate,
        meter: Option<&MeterConfig>,
        heard: &mut Heard,
    ) -> Result<Outcome, PortError> {
        self.enter_stage(meter, Stage::Connecting);
        self.make_ready(baudrate).await?;
        self.enter_stage(meter, Stage::Metadata);
        let procedure = Procedure::ReadOut(ReadOut::new(address));
        self.connection.run(procedure, |event| heard.note(event)).await
    }

    fn enter_stage(&self, meter: Option<&MeterConfig>, stage: Stage) {
        if let Some(meter) = meter {
            self.latest.enter_stage(meter, Some(stage));
        }
    }

    /// Sets the speed, and opens the port first, so that the bus is shown as online while it is
    /// used.
    async fn make_ready(&mut self, baudrate: Baudrate) -> Result<(), PortError> {
        self.connection.set_baudrate(baudrate)?;
        self.connection.open().await?;
        self.port_works();
        Ok(())
    }

    /// A converter that was restarted may have forgotten a connection that looks open from here.
    async fn judge_silence(&mut self, heard_something: bool) {
        let dead = self.presence.listened(heard_something);
        if dead && matches!(self.config.port, PortSettings::Tcp(_)) {
            tracing::info!(bus = %self.config.id, "no meter is heard; connecting anew");
            self.connection.close();
            self.open().await;
        }
    }

    fn unreached(&self, address: MeterAddress, error: PortError) -> ReadoutReport {
        ReadoutReport {
            bus: self.config.id.clone(),
            address,
            read_at: now_to_the_millisecond(),
            elapsed: Duration::ZERO,
            result: Err(ReadoutError::Port { error, telegrams: Vec::new() }),
            trace: Trace::default(),
            findings: Vec::new(),
        }
    }
}

/// What came over the wire during one readout.
#[derive(Default)]
struct Heard {
    trace: Trace,
    telegrams: Vec<ReceivedTelegram>,
}

impl Heard {
    fn note(&mut self, event: &Event) {
        self.trace.note(event);
        if let Event::Telegram(telegram) = event {
            self.telegrams.push(telegram.clone());
        }
    }
}

/// At an instant, or never.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// When there is another assignment, or none any more; the next look finds it still unseen.
async fn changed(assignment: &mut watch::Receiver<Arc<Assignment>>) {
    if assignment.changed().await.is_ok() {
        assignment.mark_changed();
    }
}

fn connection_of(bus: &BusConfig) -> BusConnection {
    let timing = TimingSettings {
        transport_allowance: bus.transport_allowance,
        ..TimingSettings::default()
    };
    BusConnection::new(bus.port.clone(), timing)
}

/// When the gateway stops and a readout still goes on after a while.
async fn stopped_for_long(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(STOP_LIMIT).await;
}
