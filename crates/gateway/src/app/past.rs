//! What the store knows when the gateway starts, so that pages have values before the first
//! readout.

use std::collections::HashMap;
use std::sync::Arc;

use mbus::SecondaryAddress;
use metering::{HistoricalData, HistoricalValue};

use crate::bus::Past;
use crate::config::{Config, MeterConfig, MeterId};
use crate::device::{DeviceSettings, FreshSettings, Stamp};
use crate::findings::Cause;
use crate::intake::{Verdict, judge};
use crate::latest::{Failing, GoodReadout, MeterLatest};
use crate::reading::Reading;
use crate::store::{Database, LastReadouts, ReadoutId, StoreError, StoredOutcome, StoredReadout};

pub(super) type Pasts = HashMap<MeterId, Past>;

/// What is known of the meters of the configuration.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) latest: HashMap<MeterId, MeterLatest>,
    pub(super) identifications: HashMap<MeterId, SecondaryAddress>,
    pub(super) pasts: Pasts,
}

impl Known {
    /// Asks the store for each meter. A damaged row costs that meter its past, not the start.
    pub(super) fn load(database: &Database, config: &Config) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for meter in &config.meters {
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
        let identification = known
            .filter(|known| {
                known.bus == meter.bus.as_str() && known.address == meter.address.to_string()
            })
            .map(|known| known.identification);
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
        });
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
