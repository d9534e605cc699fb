//! The story of one readout: from telegrams to readings that everybody may see.

mod identity;
mod synchronization;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mbus::SecondaryAddress;
use metering::Interpretation;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::task::TaskTracker;

pub(crate) use identity::{Verdict, agree, judge};

use crate::config::{MeterConfig, MeterId};
use crate::device::Stamp;
use crate::findings::{Cause, Finding, History, Subject};
use crate::job::{JobAnswer, JobError};
use crate::latest::{Latest, News};
use crate::reading::Reading;
use crate::readout::{AskedBy, ReadoutError, ReadoutReport};
use crate::store::{
    KnownIdentification, NewReadout, ReadoutId, Store, StoreError, StoredOutcome, StoredTelegram,
    Urgency,
};
use synchronization::{Turns, with};

/// How many readouts may be on their way into the store. A bus that brings more waits.
const ROOM: usize = 64;

/// Takes in what the buses bring.
#[derive(Debug)]
pub(crate) struct Intake {
    store: Store,
    latest: Arc<Latest>,
    time_zone: TimeZone,
    known: Mutex<HashMap<MeterId, Known>>,
    turns: Turns,
    room: Arc<Semaphore>,
    tasks: TaskTracker,
}

/// Who answered first at a meter's address, and whether the store knows it.
#[derive(Clone, Copy, Debug)]
struct Known {
    identification: SecondaryAddress,
    stored: bool,
}

/// A readout of a configured meter, fresh from the bus.
pub(crate) struct Incoming {
    pub(crate) meter: Arc<MeterConfig>,
    pub(crate) report: ReadoutReport,
    pub(crate) asked_by: AskedBy,
    /// Where the person waits who wanted it.
    pub(crate) answer: Option<oneshot::Sender<JobAnswer>>,
}

impl Intake {
    pub(crate) fn new(store: Store, latest: Arc<Latest>, time_zone: TimeZone) -> Self {
        Self {
            store,
            latest,
            time_zone,
            known: Mutex::default(),
            turns: Turns::default(),
            room: Arc::new(Semaphore::new(ROOM)),
            tasks: TaskTracker::new(),
        }
    }

    /// The meters that are new or found elsewhere now, with who answered first there as far as
    /// the store knows; of all others that are still there, what is known stays.
    pub(crate) fn exchange(
        &self,
        is_there: impl Fn(&MeterId) -> bool,
        moved: impl IntoIterator<Item = (MeterId, Option<SecondaryAddress>)>,
    ) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|meter, _| is_there(meter));
        for (meter, identification) in moved {
            match identification {
                Some(identification) => {
                    known.insert(meter, Known { identification, stored: true });
                }
                None => {
                    known.remove(&meter);
                }
            }
        }
    }

    /// Takes a readout in, beside whatever the bus does next: a commit may take a second. Waits
    /// where too many are on their way.
    pub(crate) async fn begin(self: &Arc<Self>, incoming: Incoming) {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { return };
        let intake = Arc::clone(self);
        self.tasks.spawn(intake.take_in(incoming, place));
    }

    /// Who answered first at the place where the meter is configured now.
    pub(crate) fn known(&self, meter: &MeterId) -> Option<SecondaryAddress> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(meter).map(|known| known.identification)
    }

    /// Waits until everything that has begun is in the store.
    pub(crate) async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The story: who is it, what does it say, into the store, and only then to everybody.
    async fn take_in(self: Arc<Self>, incoming: Incoming, _place: OwnedSemaphorePermit) {
        let Incoming { meter, report, asked_by, answer } = incoming;
        // What one readout leaves of a meter's settings is where the next one begins.
        let turn = self.turns.of(&meter.id);
        let _turn = turn.lock().await;
        let before = self.latest.meter(&meter.id).good.map(|good| good.read_at);

        let interpretation = Self::interpret(&meter, &report);
        let identification = report.identification();
        let verdict = interpretation.as_ref().map(|_| self.identify(&meter, identification));
        let judged = Self::judge(&report, interpretation, verdict);
        let synchronization = judged.is_good().then(|| self.synchronize(&meter, &report));

        let stored = if self.is_known_already(&meter.id, judged.outcome) {
            Ok(None)
        } else {
            let row = self.row(&meter, &report, asked_by, identification, &judged);
            self.commit(with(row, synchronization.as_ref())).await.map(Some)
        };
        let settings = match (&stored, synchronization) {
            (Ok(Some(readout)), Some(synchronization)) => {
                Some(synchronization.finish(Stamp { readout: *readout, read_at: report.read_at }))
            }
            _ => None,
        };

        let good = judged.is_good() && stored.is_ok();
        let causes = match &stored {
            Ok(_) => judged.causes,
            Err(error) => vec![Cause::of_store(&error.to_string())],
        };
        log(&meter, &causes);
        let findings = self.findings(&meter, &causes, before, report.read_at);
        let news = if good {
            News::Good {
                read_at: report.read_at,
                identification,
                readings: judged.readings,
                causes,
            }
        } else {
            News::Failed { at: report.read_at, causes }
        };
        self.latest.note_meter(&meter, |latest| {
            latest.take(news);
            if let Some(settings) = settings {
                latest.settings = settings;
            }
        });
        self.latest.enter_stage(&meter, None);
        self.latest.change_meter(&meter, |_| ());
        if let Some(answer) = answer {
            let told = stored.map(|_| ReadoutReport { findings, ..report });
            // Where the person has gone, the readings are stored all the same.
            let _ = answer.send(told.map_err(JobError::NotStored));
        }
    }

    async fn commit(&self, row: NewReadout) -> Result<ReadoutId, StoreError> {
        let urgency = match row.asked_by {
            AskedBy::Person => Urgency::AtOnce,
            AskedBy::Schedule => Urgency::Gathered,
        };
        let meter = row.meter.clone();
        let remembers = row.remember.is_some();
        let id = self.store.append(row, urgency).await?;
        if remembers {
            self.remembered(&meter);
        }
        Ok(id)
    }

    /// That a bus is away is stored once for each meter; the store would grow with every slot.
    fn is_known_already(&self, meter: &MeterId, outcome: StoredOutcome) -> bool {
        let failing = self.latest.meter(meter).failing;
        outcome == StoredOutcome::Unreached
            && failing.is_some_and(|failing| failing.causes.iter().any(Cause::is_of_the_bus))
    }

    fn interpret(meter: &MeterConfig, report: &ReadoutReport) -> Option<Interpretation> {
        let frames = report.frames();
        (!frames.is_empty()).then(|| metering::interpret(&meter.mapping, &frames))
    }

    /// Judges who answered, and remembers the first one at once: the next readout of the meter
    /// may come before this one is stored.
    fn identify(&self, meter: &MeterConfig, found: Option<SecondaryAddress>) -> Verdict {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(&meter.id).map(|known| known.identification);
        let verdict = judge(meter.expected, before, found);
        // A readout that had begun before the meter was configured anew tells nothing of it.
        if let Verdict::First(identification) = verdict
            && self.latest.has(meter)
        {
            known.insert(meter.id.clone(), Known { identification, stored: false });
        }
        verdict
    }

    fn remembered(&self, meter: &MeterId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get_mut(meter) {
            known.stored = true;
        }
    }

    fn to_remember(&self, meter: &MeterConfig) -> Option<KnownIdentification> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&meter.id).filter(|known| !known.stored)?;
        Some(KnownIdentification {
            identification: known.identification,
            bus: meter.bus.to_string(),
            address: meter.address.to_string(),
        })
    }

    /// What the readout is worth: readings of the meter that is meant, or none.
    fn judge(
        report: &ReadoutReport,
        interpretation: Option<Interpretation>,
        verdict: Option<Verdict>,
    ) -> Judged {
        let mut causes = Vec::new();
        match &report.result {
            Ok(readout) => causes.extend(readout.warnings.iter().copied().map(Cause::of_warning)),
            Err(error) => causes.push(error.cause()),
        }
        let Some(interpretation) = interpretation else {
            let outcome = match report.result {
                Err(ReadoutError::Port { .. }) => StoredOutcome::Unreached,
                _ => StoredOutcome::Failed,
            };
            return Judged { outcome, readings: Vec::new(), causes };
        };
        if let Some(Verdict::Other { expected }) = verdict {
            causes.insert(0, Cause::of_other_meter(expected, report.identification()));
            return Judged { outcome: StoredOutcome::Refused, readings: Vec::new(), causes };
        }
        causes.extend(Cause::of_interpretation(&interpretation));
        let outcome =
            if report.result.is_ok() { StoredOutcome::Complete } else { StoredOutcome::Partial };
        let readings = interpretation.readings.into_iter().map(Reading::from).collect();
        Judged { outcome, readings, causes }
    }

    fn row(
        &self,
        meter: &MeterConfig,
        report: &ReadoutReport,
        asked_by: AskedBy,
        identification: Option<SecondaryAddress>,
        judged: &Judged,
    ) -> NewReadout {
        let interpreted = judged.is_good();
        let telegrams = report.telegrams().iter().map(|telegram| StoredTelegram {
            frame: telegram.frame.clone(),
            answered_after: telegram.answered_after,
            tries: telegram.tries,
        });
        NewReadout {
            meter: meter.id.clone(),
            place: (report.bus.to_string(), report.address.to_string()),
            read_at: report.read_at,
            elapsed: report.elapsed,
            asked_by,
            outcome: judged.outcome,
            mapping_revision: interpreted.then(|| meter.mapping.revision().to_owned()),
            identification,
            telegrams: telegrams.collect(),
            readings: judged.readings.clone(),
            causes: judged.causes.clone(),
            remember: if interpreted { self.to_remember(meter) } else { None },
            history: Vec::new(),
            needed: None,
        }
    }

    fn findings(
        &self,
        meter: &MeterConfig,
        causes: &[Cause],
        good_until: Option<Timestamp>,
        now: Timestamp,
    ) -> Vec<Finding> {
        let subject = Subject::Meter { name: meter.name.clone(), bus: meter.bus.to_string() };
        let history = History { good_until, since: Some(now) };
        causes
            .iter()
            .map(|cause| Finding::new(cause, &subject, history, now, &self.time_zone))
            .collect()
    }
}

fn log(meter: &MeterConfig, causes: &[Cause]) {
    let meter = &meter.id;
    if causes.is_empty() {
        tracing::debug!(%meter, "read and stored");
    }
    for Cause { code, why, .. } in causes {
        tracing::info!(%meter, code, why, "read with a finding");
    }
}

/// What a readout is worth.
struct Judged {
    outcome: StoredOutcome,
    readings: Vec<Reading>,
    causes: Vec<Cause>,
}

impl Judged {
    /// Whether telegrams of the meter that is meant arrived.
    const fn is_good(&self) -> bool {
        matches!(self.outcome, StoredOutcome::Complete | StoredOutcome::Partial)
    }
}
