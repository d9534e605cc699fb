//! What was proven when a meter was given another primary address, or why it was not.

use std::time::Duration;

use jiff::Timestamp;
use mbus::MeterAddress;
use mbus_io::PortError;
use mbus_master::{AddressFailure, AddressSet, AddressState, SetAddress};

use crate::config::BusId;
use crate::findings::{Finding, Severity, sentence};
use crate::readout::{Direction, Trace};

/// How giving a meter another primary address ended.
#[derive(Clone, Debug)]
pub struct AddressReport {
    /// The bus.
    pub bus: BusId,
    /// What was to be done.
    pub order: SetAddress,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long the bus was busy with it.
    pub elapsed: Duration,
    /// The proof, or why there is none.
    pub result: Result<AddressSet, AddressError>,
    /// Every byte on the wire meanwhile.
    pub trace: Trace,
    /// What is to be said about it: why it failed, or what is to be done next.
    pub findings: Vec<Finding>,
}

/// Why it is not proven that a meter has the address it was to be given.
#[derive(Clone, Debug)]
pub enum AddressError {
    /// The meters or the wire.
    Failed(Box<AddressFailure>),
    /// The port.
    Port {
        /// Why.
        error: PortError,
        /// How far it had come; absent where it had not begun.
        failure: Option<Box<AddressFailure>>,
    },
    /// The gateway was stopped meanwhile.
    Interrupted {
        /// Whether the new address was sent already.
        written: bool,
    },
}

impl AddressError {
    /// What is known about the address that the meter has now.
    pub fn state(&self) -> AddressState {
        match self {
            Self::Failed(failure) => failure.state,
            Self::Port { failure, .. } => {
                failure.as_ref().map_or(AddressState::Unchanged, |failure| failure.state)
            }
            Self::Interrupted { written: false } => AddressState::Unchanged,
            Self::Interrupted { written: true } => AddressState::Unknown,
        }
    }

    /// How far it had come, where it had begun and the gateway was not stopped meanwhile.
    pub fn failure(&self) -> Option<&AddressFailure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Port { failure, .. } => failure.as_deref(),
            Self::Interrupted { .. } => None,
        }
    }

    /// A stable word, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed(failure) => failure.reason.code(),
            Self::Port { .. } => "bus_offline",
            Self::Interrupted { .. } => "interrupted",
        }
    }

    /// What is to be said to the person who wanted it.
    pub fn finding(&self, bus: &BusId, order: SetAddress, at: Timestamp) -> Finding {
        let state = self.state();
        let (why, remedy) = match self {
            Self::Failed(failure) => (
                format!("{} failed: {}; {state}", failure.stage, failure.reason),
                sentence(failure.remedy()),
            ),
            Self::Port { error, failure } => {
                // Which address the meter has now matters more than why the port was lost.
                let remedy = match failure {
                    Some(failure) if state != AddressState::Unchanged => failure.remedy(),
                    _ => &error.remedy(),
                };
                (format!("{error}; {state}"), sentence(remedy))
            }
            Self::Interrupted { .. } => (
                format!("the gateway was stopped meanwhile; {state}"),
                match state {
                    AddressState::Unchanged => "Try again when the gateway runs again.",
                    _ => {
                        "When the gateway runs again, read the new and the old address to see where the meter is."
                    }
                }
                .to_owned(),
            ),
        };
        Finding {
            code: self.code().to_owned(),
            what: what(bus, order, state),
            why: sentence(&why),
            remedy,
            severity: Severity::Fault,
            since: Some(at),
        }
    }
}

fn what(bus: &BusId, order: SetAddress, state: AddressState) -> String {
    let meter = match order.current {
        MeterAddress::Primary(address) => format!("the meter at address {address} on {bus}"),
        MeterAddress::Secondary(mask) => format!("the meter {mask} on {bus}"),
    };
    let new = order.new;
    let text = match state {
        AddressState::Unchanged => format!("{meter} did not get address {new}"),
        AddressState::Unknown => format!("whether {meter} got address {new} is not known"),
        AddressState::ChangedUnverified => {
            format!("{meter} seems to have address {new} now, which is not proven")
        }
    };
    // Without a period: it is a headline.
    sentence(&text).trim_end_matches('.').to_owned()
}

/// Whether the frame with the new address was sent.
pub(crate) fn was_written(trace: &Trace) -> bool {
    let mut sent = trace.entries().iter().filter(|entry| entry.direction == Direction::Sent);
    sent.any(|entry| is_address_write(&entry.bytes))
}

/// Whether it is the frame with the new address: SND_UD with the address record (VIF 7A).
pub(crate) fn is_address_write(frame: &[u8]) -> bool {
    frame.get(6..9) == Some(&[0x51, 0x01, 0x7A])
}
