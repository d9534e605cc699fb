//! What the store knows of a meter when the gateway starts or the meter is configured, so that
//! pages have values before the first readout.

use std::collections::HashMap;
use std::sync::Arc;

use mbus::SecondaryAddress;
use metering::{HistoricalData, HistoricalValue};

use crate::bus::Past;
use crate::config::{MeterConfig, MeterId};
use crate::device::{DeviceSettings, FreshSettings, Stamp};
use crate::findings::Cause;
use crate::intake::{Verdict, judge};
use crate::latest::{Failing, GoodReadout, MeterLatest};
use crate::reading::Reading;
use crate::store::{
    Database, KnownIdentification, LastReadouts, Reader, ReadoutId, StoreError, StoredOutcome,
    StoredReadout,
};

/// What is known of meters.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) latest: HashMap<MeterId, MeterLatest>,
    pub(crate) identifications: HashMap<MeterId, SecondaryAddress>,
    pub(crate) pasts: HashMap<MeterId, Past>,
}

impl Known {
    /// Asks the store for each meter, before its writer starts. A damaged row costs that meter
    /// its past, not the start.
    pub(crate) fn load(
        database: &Database,
        meters: &[Arc<MeterConfig>],
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for meter in meters {
            match database.last_readouts(meter.id.as_str()) {
                Ok(last) => {
                    let older = database.needed_readouts(meter.id.as_str())?;
                    let history = known.take(meter, last, &older);
                    if let Some((readout, values)) = history {
                        database.add_history(readout, &values)?;
                    }
                }
                Err(error @ StoreError::Damaged { .. }) => {
                    tracing::error!(meter = %meter.id, %error, "its past is left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(known)
    }

    /// The same while the gateway runs. A meter whose past cannot be read begins without one.
    /// What is wanted of a meter has just changed, so its past is no reason to wait with reading
    /// it; and then come the values it has stored itself, too.
    pub(crate) async fn ask(reader: &Reader, meters: &[Arc<MeterConfig>]) -> Self {
        let mut known = Self::default();
        for meter in meters {
            match reader.last_readouts(meter.id.to_string()).await {
                Ok((last, older)) => drop(known.take(meter, last, &older)),
                Err(error) => {
                    tracing::error!(meter = %meter.id, %error, "its past is left out");
                }
            }
        }
        for past in known.pasts.values_mut() {
            *past = Past::default();
        }
        known
    }

    /// Takes a meter's past over, and gives back the values it has stored itself where they are
    /// wanted: they may be wanted only since now.
    fn take(
        &mut self,
        meter: &MeterConfig,
        last: LastReadouts,
        older: &[StoredReadout],
    ) -> Option<(ReadoutId, Vec<HistoricalValue>)> {
        let LastReadouts { last, last_good, failures, failing_since, known } = last;
        // Who answered first counts for the place where he did.
        let is_here = |known: &KnownIdentification| {
            known.bus == meter.bus.as_str() && known.address == meter.address.to_string()
        };
        let moved = known.as_ref().is_some_and(|known| !is_here(known));
        let identification = known.filter(is_here).map(|known| known.identification);
        if let Some(identification) = identification {
            self.identifications.insert(meter.id.clone(), identification);
        }
        let last = last?;
        let mut latest =
            MeterLatest { last_attempt_at: Some(last.read_at), ..MeterLatest::default() };
        let good = if is_good(&last) {
            Some(last)
        } else {
            latest.failing =
                Some(Failing { since: failing_since.unwrap_or(last.read_at), causes: last.causes });
            last_good
        };
        // The configuration may mean another meter by now.
        let good = good.filter(|good| {
            !matches!(judge(meter.expected, None, good.identification), Verdict::Other { .. })
                && (!moved || meter.expected.is_some())
        });
        if moved && good.is_none() {
            return None;
        }
        let mut history = None;
        let mut past = Past { good_at: None, failures };
        if let Some(good) = good {
            if good.mapping_revision.as_deref() == Some(meter.mapping.revision()) {
                past.good_at = Some(good.read_at);
            }
            let (settings, values) = settings(meter, older, &good);
            latest.settings = Arc::new(settings);
            history = Some((good.id, values)).filter(|(_, values)| !values.is_empty());
            latest.good = Some(good_readout(meter, good));
        }
        self.pasts.insert(meter.id.clone(), past);
        self.latest.insert(meter.id.clone(), latest);
        history
    }
}

/// The settings, anew from the telegrams of the last good readout and of the older ones that have
/// what it lacks; all of the same meter.
fn settings(
    meter: &MeterConfig,
    older: &[StoredReadout],
    good: &StoredReadout,
) -> (DeviceSettings, Vec<HistoricalValue>) {
    let mut settings = DeviceSettings::default();
    let older = older.iter().filter(|one| {
        one.id < good.id && is_good(one) && one.identification == good.identification
    });
    let mut history = Vec::new();
    for readout in older.chain([good]) {
        let frames: Vec<Vec<u8>> =
            readout.telegrams.iter().map(|telegram| telegram.frame.clone()).collect();
        let mut fresh = FreshSettings::new(&frames, meter.historical_data);
        if meter.historical_data == HistoricalData::On {
            history = metering::history(&frames);
            fresh.take_history(history.clone());
        }
        settings.merge(fresh, Stamp { readout: readout.id, read_at: readout.read_at });
    }
    (settings, history)
}

fn is_good(readout: &StoredReadout) -> bool {
    matches!(readout.outcome, StoredOutcome::Complete | StoredOutcome::Partial)
}

/// The readings as they are stored; where they were made by another mapping, anew from the
/// telegrams, for a value must not stand under a register that means something else now.
fn good_readout(meter: &MeterConfig, readout: StoredReadout) -> GoodReadout {
    let StoredReadout { read_at, identification, telegrams, readings, causes, .. } = readout;
    let same = readout.mapping_revision.as_deref() == Some(meter.mapping.revision());
    let (readings, causes): (Vec<Reading>, Vec<Cause>) = if same {
        (readings, causes)
    } else {
        let frames: Vec<Vec<u8>> = telegrams.into_iter().map(|telegram| telegram.frame).collect();
        let interpretation = metering::interpret(&meter.mapping, &frames);
        let causes = Cause::of_interpretation(&interpretation);
        (interpretation.readings.into_iter().map(Reading::from).collect(), causes)
    };
    let causes = causes.into_iter().map(|cause| (cause, read_at)).collect();
    GoodReadout { read_at, identification, readings, causes }
}
