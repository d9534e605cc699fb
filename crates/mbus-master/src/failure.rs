//! Why a procedure failed, with the bytes that show it.

use std::fmt;
use std::time::Duration;

use mbus::SecondaryAddress;
use mbus::frame::FrameError;
use mbus::telegram::ApplicationError;
use thiserror::Error;

use crate::ReceivedTelegram;

/// Why no good answer came. The last try decides, except that any sign of life goes before
/// silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// Nothing at all arrived.
    Silence,
    /// Only what was sent came back.
    EchoOnly,
    /// An answer arrived after its time, when it could not be credited any more.
    Late {
        /// From the last stop bit of the request to the first byte of the answer.
        after: Duration,
    },
    /// Bytes arrived in which no frame can be made out.
    Garbage,
    /// A whole frame arrived, but a byte of it was damaged on the way.
    Damaged {
        /// What is wrong with it.
        error: FrameError,
    },
    /// A whole frame arrived each time, damaged in the same way: that is no noise, which never
    /// strikes twice alike. Two meters that answer at once look like this.
    DamagedAlike {
        /// What is wrong with it.
        error: FrameError,
    },
    /// Several meters answered at once, or it looks like it.
    Collision,
    /// A good frame arrived that is no answer to what was asked.
    Unexpected,
    /// A good telegram arrived, from another meter than the one selected, or than the one that
    /// sent the telegrams before.
    WrongMeter {
        /// The mask, or the meter of the telegrams before.
        expected: SecondaryAddress,
        /// Who it was.
        found: SecondaryAddress,
    },
    /// A good telegram arrived, from another primary address than the one asked.
    WrongAddress {
        /// The address asked.
        expected: u8,
        /// The A field of the answer.
        found: u8,
    },
    /// The answer began and did not end.
    Truncated {
        /// Bytes that arrived.
        have: usize,
        /// Bytes that it announced.
        need: usize,
    },
    /// The meter answered that it cannot (CI 70, EN 13757-3); the code says why.
    ApplicationError(u8),
    /// The port was lost meanwhile.
    PortLost,
}

impl FailureReason {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::EchoOnly => "echo_only",
            Self::Late { .. } => "late",
            Self::Garbage => "garbage",
            Self::Damaged { .. } => "damaged",
            Self::DamagedAlike { .. } => "damaged_alike",
            Self::Collision => "collision",
            Self::Unexpected => "unexpected",
            Self::WrongMeter { .. } => "wrong_meter",
            Self::WrongAddress { .. } => "wrong_address",
            Self::Truncated { .. } => "truncated",
            Self::ApplicationError(_) => "application_error",
            Self::PortLost => "port_lost",
        }
    }

    /// What a person can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Silence => "check the address, the baudrate, the wiring and the power of the bus",
            Self::EchoOnly => {
                "the converter works but no meter answers: check the address, the baudrate and the two wires of the bus"
            }
            Self::Late { .. } => "raise the transport allowance of this bus",
            Self::Garbage => {
                "check the baudrate and the parity (8E1), then look for noise on the line"
            }
            Self::DamagedAlike { .. } => {
                "look for two meters with the same address; if there is only one, check the data bits and the parity of the port (8E1)"
            }
            Self::Damaged { .. } => {
                "look for noise, a loose contact, or two meters with the same address"
            }
            Self::Collision => {
                "give more digits of the secondary address, or look for two meters with the same address"
            }
            Self::Unexpected => {
                "look for a second master on the bus, and check that the address is a meter's"
            }
            Self::WrongMeter { .. } => {
                "check the address; if the meter was exchanged, register the new one"
            }
            Self::WrongAddress { .. } => {
                "look for two meters with the same address, or raise the transport allowance if answers come late"
            }
            Self::Truncated { .. } => {
                "raise the transport allowance, then look for noise or a weak bus supply"
            }
            Self::ApplicationError(8) => "try again in some seconds",
            Self::ApplicationError(9) => {
                "the meter allows no more readouts for now: try again tomorrow, and read it less often"
            }
            Self::ApplicationError(_) => "see the manual of the meter for this error",
            Self::PortLost => "check the cable or the network, then try again",
        }
    }
}

impl fmt::Display for FailureReason {
    /// Cause only, without a remedy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Silence => f.write_str("the line was quiet"),
            Self::EchoOnly => f.write_str("only the echo of the request came back"),
            Self::Late { after } => {
                write!(f, "the answer came only after {} ms", after.as_millis())
            }
            Self::Garbage => f.write_str("bytes arrived, but no frame can be made out in them"),
            Self::Damaged { error } => write!(f, "the answer was damaged: {error}"),
            Self::DamagedAlike { error } => write!(
                f,
                "the answer was damaged in the same way each time, as by two meters that answer at once: {error}"
            ),
            Self::Collision => f.write_str("several meters seem to have answered at once"),
            Self::Unexpected => f.write_str("a frame arrived that does not answer the request"),
            Self::WrongMeter { expected, found } => {
                write!(f, "{expected} was asked, but meter {found} answered")
            }
            Self::WrongAddress { expected, found } => {
                write!(f, "address {expected} was asked, but address {found} answered")
            }
            Self::Truncated { have, need } => {
                write!(f, "the answer broke off after {have} of {need} bytes")
            }
            Self::ApplicationError(code) => write!(
                f,
                "the meter answered with application error {code} ({})",
                ApplicationError(code).name()
            ),
            Self::PortLost => f.write_str("the port was lost"),
        }
    }
}

/// Where in a procedure it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// At SND_NKE.
    Initialize,
    /// At the selection by secondary address.
    Select,
    /// At a request for data.
    ReadOut {
        /// Which telegram was asked for, from 0.
        telegram: u8,
    },
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Initialize => f.write_str("initialising the link"),
            Self::Select => f.write_str("selecting the meter"),
            Self::ReadOut { telegram: 0 } => f.write_str("reading the meter"),
            Self::ReadOut { telegram } => write!(f, "reading telegram {}", telegram + 1),
        }
    }
}

/// A procedure that failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{stage} failed: {reason} ({}); {}", Tries(*tries, *waited), reason.remedy())]
pub struct Failure {
    /// Why.
    pub reason: FailureReason,
    /// Where.
    pub stage: Stage,
    /// How often it was tried.
    pub tries: u8,
    /// How long the longest try listened, from the last stop bit of the request.
    pub waited: Duration,
    /// What arrived in the try that decided, echo left out.
    pub evidence: Vec<u8>,
}

/// A readout that failed, with what was read before it did.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{stage} failed: {reason} ({}); {}", Tries(*tries, *waited), reason.remedy())]
pub struct ReadoutFailure {
    /// Why.
    pub reason: FailureReason,
    /// Where.
    pub stage: Stage,
    /// How often it was tried.
    pub tries: u8,
    /// How long the longest try listened, from the last stop bit of the request.
    pub waited: Duration,
    /// The telegrams before the one that failed: with them the readout is partial, not empty.
    pub telegrams: Vec<ReceivedTelegram>,
    /// What arrived in the try that decided, echo left out.
    pub evidence: Vec<u8>,
}

impl ReadoutFailure {
    /// A failure and the telegrams that came before it.
    pub fn new(failure: Failure, telegrams: Vec<ReceivedTelegram>) -> Self {
        let Failure { reason, stage, tries, waited, evidence } = failure;
        Self { reason, stage, tries, waited, telegrams, evidence }
    }
}

/// "3 tries, 187 ms each".
pub(crate) struct Tries(pub(crate) u8, pub(crate) Duration);

impl fmt::Display for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(tries, waited) = self;
        match tries {
            0 => f.write_str("not tried"),
            1 => write!(f, "1 try of {} ms", waited.as_millis()),
            _ => write!(f, "{tries} tries of up to {} ms", waited.as_millis()),
        }
    }
}
