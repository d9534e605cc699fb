//! Giving a meter of the bus another primary address.

use mbus::MeterAddress;
use mbus_io::PortError;
use mbus_master::{AddressFailure, AddressSet, Event, Outcome, Procedure, SetAddress};
use tokio::time::Instant;

use super::{BusTask, stopped_for_long};
use crate::address_setting::{AddressError, AddressReport, is_address_write, was_written};
use crate::config::MeterConfig;
use crate::findings::{Finding, Severity};
use crate::intake::agree;
use crate::job::{AddressJob, JobError, JobStep};
use crate::latest::now_to_the_millisecond;
use crate::readout::Trace;

impl BusTask {
    /// Does the job to its end, or refuses it before anything is sent.
    pub(super) async fn set_address(&mut self, job: AddressJob) {
        let AddressJob { order, baudrate, steps, answer, .. } = job;
        if let Some(owner) = self.owner_of_new(order) {
            let error = JobError::AddressConfigured {
                address: order.new.primary(),
                bus: self.config.id.clone(),
                meter: owner.id.clone(),
                name: owner.name.clone(),
            };
            // Whoever gave up needs no answer.
            let _ = answer.send(Err(error));
            return;
        }
        let began = Instant::now();
        let baudrate = baudrate.unwrap_or(self.config.port.baudrate());
        let mut trace = Trace::default();
        let mut last_word = None;
        let stop = self.stop.clone();
        steps.tell(JobStep::Reading);
        let mut step = JobStep::Reading;
        let exchange = async {
            self.make_ready(baudrate).await?;
            let procedure = Procedure::SetAddress(order);
            let observe = |event: &Event| {
                trace.note(event);
                let next = step_after(step, event);
                if next != step {
                    step = next;
                    steps.tell(step);
                }
                if let Event::Finished(Outcome::AddressSet(Err(failure))) = event {
                    last_word = Some(failure.clone());
                }
            };
            self.connection.run(procedure, observe).await
        };
        let outcome = tokio::select! {
            outcome = exchange => Some(outcome),
            () = stopped_for_long(&stop) => None,
        };
        let result = result_of(outcome, last_word, &trace);
        match &result {
            Err(AddressError::Port { error, .. }) => self.port_failed(error.clone()),
            Err(AddressError::Interrupted { .. }) => {}
            _ => self.judge_silence(trace.heard_something()).await,
        }
        let ended_at = now_to_the_millisecond();
        let findings = match &result {
            Ok(set) => self.after_change(order, set),
            Err(error) => vec![error.finding(&self.config.id, order, ended_at)],
        };
        for finding in &findings {
            tracing::info!(bus = %self.config.id, code = finding.code, "{}: {}", finding.what, finding.why);
        }
        let report = AddressReport {
            bus: self.config.id.clone(),
            order,
            ended_at,
            elapsed: began.elapsed(),
            result,
            trace,
            findings,
        };
        let _ = answer.send(Ok(report));
    }

    /// The other meter that is known to answer at the new address. A meter that is configured
    /// there and never answered may be the very one that is to get its address now; the bus
    /// itself tells whether somebody has it.
    fn owner_of_new(&self, order: SetAddress) -> Option<&MeterConfig> {
        let new = MeterAddress::Primary(order.new.primary());
        if order.current == new {
            return None;
        }
        let owner = self.meters.values().find(|meter| meter.address == new)?;
        let known = self.intake.known(&owner.id)?;
        let is_the_same =
            matches!(order.current, MeterAddress::Secondary(mask) if agree(mask, known));
        (!is_the_same).then_some(owner.as_ref())
    }

    /// The meter has its address. Whoever is configured there is read at once; whoever is
    /// configured at the old one is found there no more, which a person must know.
    fn after_change(&mut self, order: SetAddress, set: &AddressSet) -> Vec<Finding> {
        let new = MeterAddress::Primary(set.address.primary());
        let here = self.meters.values().find(|meter| meter.address == new);
        if let Some(meter) = here
            && !meter.suspended
        {
            self.queue.schedule(meter.id.clone());
        }
        if set.write.is_none() {
            return Vec::new();
        }
        let is_primary = |address| matches!(address, MeterAddress::Primary(_));
        let old = self.meters.values().find(|meter| {
            let is_it = meter.address == order.current
                || self.intake.known(&meter.id) == Some(set.identification);
            is_it && is_primary(meter.address) && meter.address != new
        });
        old.map(|meter| still_configured(meter, set)).into_iter().collect()
    }
}

/// How far a change of address is, as the frames tell.
fn step_after(step: JobStep, event: &Event) -> JobStep {
    let Event::Sent { bytes, .. } = event else { return step };
    match step {
        _ if is_address_write(bytes) => JobStep::Writing,
        JobStep::Writing => JobStep::Verifying,
        other => other,
    }
}

/// What the driver's answer means for the change.
fn result_of(
    outcome: Option<Result<Outcome, PortError>>,
    last_word: Option<AddressFailure>,
    trace: &Trace,
) -> Result<AddressSet, AddressError> {
    match outcome {
        Some(Ok(Outcome::AddressSet(result))) => {
            result.map_err(|failure| AddressError::Failed(Box::new(failure)))
        }
        Some(Err(error)) => Err(AddressError::Port { error, failure: last_word.map(Box::new) }),
        // The driver answers a change of address with the outcome of one; anything else says
        // as little as no answer.
        Some(Ok(Outcome::Initialized(_) | Outcome::Selected(_) | Outcome::ReadOut(_))) | None => {
            Err(AddressError::Interrupted { written: was_written(trace) })
        }
    }
}

fn still_configured(meter: &MeterConfig, set: &AddressSet) -> Finding {
    let MeterConfig { id, name, bus, address, .. } = meter;
    let new = set.address;
    Finding {
        code: "configured_elsewhere".to_owned(),
        what: format!("Meter {name} on {bus} is still configured at address {address}"),
        why: format!("The meter that answered there has address {new} now."),
        remedy: format!("Configure meter \"{id}\" with address {new}."),
        severity: Severity::Attention,
        since: None,
    }
}
