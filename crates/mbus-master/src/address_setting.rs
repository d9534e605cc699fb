//! How giving a meter another primary address ends: what answered where, before and after.

mod failure;

use std::fmt;
use std::time::Duration;

use mbus::{MeterAddress, SecondaryAddress};

pub use failure::{AddressFailure, AddressReason, AddressState};

use crate::failure::Tries;
use crate::{Acknowledgement, Failure, NewAddress, ReceivedTelegram};

/// A meter has the address it was to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressSet {
    /// Who the meter is, as all of its telegrams said. Parts that they do not tell are wildcards.
    pub identification: SecondaryAddress,
    /// Its address now.
    pub address: NewAddress,
    /// The write; `None` where the meter had the address already and nothing was written.
    pub write: Option<AddressWrite>,
    /// The proof: what answered where, in the order it was asked.
    pub checks: Vec<AddressCheck>,
}

/// The write of a new address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressWrite {
    /// The frame that was sent.
    pub frame: Vec<u8>,
    /// What it was answered with. It proves nothing: some meters acknowledge what they do not
    /// do, and an acknowledgement may be lost. The read back decides.
    pub acknowledgement: Acknowledgement,
    /// How often it was sent.
    pub tries: u8,
}

/// Who answers at one address: SND_NKE or a selection, then REQ_UD2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressCheck {
    /// What it was done for.
    pub stage: AddressStage,
    /// The address that was asked.
    pub asked: MeterAddress,
    /// What SND_NKE was answered with; for a secondary address, the one that ended any selection
    /// before.
    pub initialization: Acknowledgement,
    /// Who answered.
    pub answer: AddressAnswer,
}

/// Where in the procedure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressStage {
    /// Reading the meter at its current address for the first time.
    Identify,
    /// Checking that nobody has the new address.
    CheckNew,
    /// Reading the meter at its current address for the second time.
    Confirm,
    /// Writing the new address.
    Write,
    /// Reading the meter at its new address.
    ReadBack,
    /// Checking that the meter no longer has its old address.
    CheckOld,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressAnswer {
    /// Nobody, to anything.
    Nobody {
        /// How often it was tried.
        tries: u8,
        /// How long the longest try listened, from the last stop bit of the request.
        waited: Duration,
    },
    /// Exactly one meter: one clean telegram, and nothing else in the time for answers.
    Meter {
        /// Who the telegram says it is from. Parts that it does not tell are wildcards.
        identification: SecondaryAddress,
        /// The telegram.
        telegram: ReceivedTelegram,
    },
    /// One clean telegram that does not say who it is from.
    Unidentified {
        /// The telegram.
        telegram: ReceivedTelegram,
    },
    /// Something answered SND_NKE or the selection, but no telegram came.
    NoTelegram,
    /// Something that is not one meter: several, a damaged answer, another meter than selected,
    /// an application error.
    Unclear(Failure),
}

impl AddressAnswer {
    /// Who it was, where that is known.
    pub const fn identification(&self) -> Option<SecondaryAddress> {
        match self {
            Self::Meter { identification, .. } => Some(*identification),
            _ => None,
        }
    }

    /// Whether it is exactly this meter.
    pub fn is_meter(&self, identification: SecondaryAddress) -> bool {
        self.identification() == Some(identification)
    }
}

impl AddressStage {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::CheckNew => "check_new",
            Self::Confirm => "confirm",
            Self::Write => "write",
            Self::ReadBack => "read_back",
            Self::CheckOld => "check_old",
        }
    }
}

impl fmt::Display for AddressStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identify => "identifying the meter at its current address",
            Self::CheckNew => "checking that the new address is free",
            Self::Confirm => "identifying the meter for the second time",
            Self::Write => "writing the new address",
            Self::ReadBack => "reading the meter back at its new address",
            Self::CheckOld => "checking the old address afterwards",
        })
    }
}

impl fmt::Display for AddressCheck {
    /// "address 5: nobody answered (3 tries of up to 187 ms)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.asked {
            MeterAddress::Primary(address) => write!(f, "address {address}: ")?,
            MeterAddress::Secondary(mask) => write!(f, "selection {mask}: ")?,
        }
        match &self.answer {
            AddressAnswer::Nobody { tries, waited } => {
                write!(f, "nobody answered ({})", Tries(*tries, *waited))
            }
            AddressAnswer::Meter { identification, telegram } => {
                let after = telegram.answered_after.as_millis();
                write!(f, "{} answered after {after} ms, nobody else", Named(*identification))
            }
            AddressAnswer::Unidentified { .. } => {
                f.write_str("a meter answered without saying who it is")
            }
            AddressAnswer::NoTelegram => f.write_str("something answered, but sent no telegram"),
            AddressAnswer::Unclear(failure) => write!(f, "{}", failure.reason),
        }
    }
}

/// A meter as people know it, and as the wire does: "meter 13653120 (20316513C5140004)".
pub(crate) struct Named(pub(crate) SecondaryAddress);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "meter {} ({})", self.0.identification, self.0)
    }
}
