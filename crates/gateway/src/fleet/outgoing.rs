//! Readouts as the portal takes them.

use std::collections::HashMap;

use fleet_link::{MAX_READINGS, Outcome, Readout, Source, TelegramBytes};
use jiff::tz::TimeZone;

use crate::findings::{Cause, Finding, History, Severity, Subject};
use crate::reading::{Reading, ReadingValue};
use crate::store::{Passage, StoredOutcome, StoredReadout};

/// Bytes of a batch after which it is full. Smaller ones keep the memory small and let buses and
/// pages have their turn; a portal takes more.
const FULL: usize = 1024 * 1024;

/// What the readouts need besides what their rows say.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    /// The start of this gateway.
    pub(super) boot: String,
    /// The names of the meters by their ids.
    pub(super) names: HashMap<String, String>,
    /// In which zone times are written in sentences.
    pub(super) time_zone: TimeZone,
}

/// A batch as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// The message; absent where there is nothing that can be sent.
    pub(super) body: Option<Vec<u8>>,
    /// How many readouts are in it.
    pub(super) readouts: usize,
    /// The last number in it; with it everything before is done with.
    pub(super) last: i64,
}

impl Envelope {
    /// Writes as many of the rows as make a batch. A row that cannot be read is left out: it
    /// stays in the store, and whoever runs the gateway is told.
    pub(super) fn pack(&self, rows: Vec<Passage>) -> Packet {
        let boot = serde_json::Value::from(self.boot.as_str());
        let mut body = format!("{{\"boot\":{boot},\"readouts\":[").into_bytes();
        let (mut readouts, mut last) = (0, 0);
        for row in rows {
            if readouts > 0 && body.len() > FULL {
                break;
            }
            last = row.id.0;
            let written = match self.readout(row) {
                Ok(readout) => serde_json::to_vec(&readout).map_err(|error| error.to_string()),
                Err(cause) => Err(cause),
            };
            match written {
                Ok(json) => {
                    if readouts > 0 {
                        body.push(b',');
                    }
                    body.extend(json);
                    readouts += 1;
                }
                Err(cause) => {
                    tracing::error!(readout = last, cause, "not sent to the portal: unreadable");
                }
            }
        }
        body.extend(b"]}");
        Packet { body: (readouts > 0).then_some(body), readouts, last }
    }

    fn readout(&self, row: Passage) -> Result<Readout, String> {
        let sequence = u64::try_from(row.id.0).map_err(|_| format!("{} is no number", row.id.0))?;
        let (bus, address) = row.place.unwrap_or_default();
        let StoredReadout {
            read_at, outcome, mapping_revision, telegrams, readings, causes, ..
        } = row.readout.map_err(|error| error.to_string())?;
        let name = self.names.get(&row.meter).unwrap_or(&row.meter).clone();
        let subject = Subject::Meter { name, bus: bus.clone() };
        let problems = causes.iter().map(|cause: &Cause| {
            let finding =
                Finding::new(cause, &subject, History::default(), read_at, &self.time_zone);
            finding_of(finding, cause.register.clone(), Some(row.meter.clone()))
        });
        Ok(Readout {
            sequence,
            bus,
            address,
            read_at,
            outcome: outcome_of(outcome),
            telegrams: telegrams.into_iter().map(|one| TelegramBytes(one.frame)).collect(),
            readings: readings.into_iter().take(MAX_READINGS).map(reading_of).collect(),
            mapping_revision,
            problems: problems.collect(),
            meter: row.meter,
        })
    }
}

const fn outcome_of(outcome: StoredOutcome) -> Outcome {
    match outcome {
        StoredOutcome::Complete => Outcome::Complete,
        StoredOutcome::Partial => Outcome::Partial,
        StoredOutcome::Failed => Outcome::Failed,
        StoredOutcome::Refused => Outcome::Refused,
        StoredOutcome::Unreached => Outcome::Unreached,
    }
}

fn reading_of(reading: Reading) -> fleet_link::Reading {
    let Reading { register, value, unit, quality, measured_at, is_index, source } = reading;
    fleet_link::Reading {
        register,
        value: value.map(|value| match value {
            ReadingValue::Number(number) => fleet_link::ReadingValue::Number(number),
            ReadingValue::Text(text) => fleet_link::ReadingValue::Text(text),
        }),
        unit,
        quality,
        measured_at,
        is_index,
        source: source.map(|source| Source {
            telegram: source.telegram,
            line: source.line,
            dib: source.dib,
            vib: source.vib,
        }),
    }
}

/// A finding as the portal takes it.
pub(super) fn finding_of(
    finding: Finding,
    register: Option<String>,
    meter: Option<String>,
) -> fleet_link::Finding {
    let Finding { code, what, why, remedy, severity, since } = finding;
    let severity = match severity {
        Severity::Attention => fleet_link::Severity::Attention,
        Severity::Fault => fleet_link::Severity::Fault,
    };
    fleet_link::Finding { code, register, meter, what, why, remedy, severity, since }
}

#[cfg(test)]
mod tests;
