//! How a meter is connected and synchronized, in the words of the device driver.

use super::{BusState, MeterLatest};
use crate::findings::is_partial;

/// Whether the way to a meter is open. A meter that is silent is still online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// The serial port is open, or the TCP connection is made.
    Online,
    /// It is not.
    Offline,
    /// The meter is left alone, as the configuration says.
    Suspended,
}

/// How the settings of a meter stand to the meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SynchronizationStatus {
    /// The last synchronization went well.
    Synchronized,
    /// One is going on.
    Synchronizing,
    /// There was none yet.
    Waiting,
    /// The last one failed, or brought only a part.
    Error,
    /// There is none as long as the meter is left alone.
    Suspended,
}

impl ConnectionStatus {
    /// The status of a meter on a bus.
    pub const fn of(suspended: bool, bus: &BusState) -> Self {
        match bus {
            _ if suspended => Self::Suspended,
            BusState::Online => Self::Online,
            BusState::Connecting | BusState::Offline { .. } => Self::Offline,
        }
    }

    /// The word people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Offline => "Offline",
            Self::Suspended => "Suspended",
        }
    }
}

impl SynchronizationStatus {
    /// The status of a meter of which this is known.
    pub fn of(suspended: bool, latest: &MeterLatest) -> Self {
        let partial = || {
            let mut causes = latest.good.iter().flat_map(|good| &good.causes);
            causes.any(|(cause, _)| is_partial(cause))
        };
        match latest {
            _ if suspended => Self::Suspended,
            MeterLatest { stage: Some(_), .. } => Self::Synchronizing,
            MeterLatest { failing: Some(_), .. } => Self::Error,
            MeterLatest { good: Some(_), .. } if partial() => Self::Error,
            MeterLatest { good: Some(_), .. } => Self::Synchronized,
            MeterLatest { good: None, .. } => Self::Waiting,
        }
    }

    /// The words people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Synchronized => "Synchronized",
            Self::Synchronizing => "Synchronizing",
            Self::Waiting => "Waiting",
            Self::Error => "Synchronization Error",
            Self::Suspended => "Suspended",
        }
    }
}
