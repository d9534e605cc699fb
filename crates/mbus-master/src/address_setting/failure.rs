//! Why a meter did not get another address, and which one it has now.

use std::fmt;

use mbus::{MeterAddress, SecondaryAddress};
use thiserror::Error;

use super::{AddressCheck, AddressStage, AddressWrite, Named};
use crate::{FailureReason, SetAddress};

/// A meter did not get the address it was to be given, or it is not proven that it has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{stage} failed: {reason}; {state}; {}", self.remedy())]
pub struct AddressFailure {
    /// What was to be done.
    pub order: SetAddress,
    /// Where it failed.
    pub stage: AddressStage,
    /// Why.
    pub reason: AddressReason,
    /// What is known about the address that the meter has now.
    pub state: AddressState,
    /// Who the meter is, where it came so far.
    pub identification: Option<SecondaryAddress>,
    /// The write, where it came so far.
    pub write: Option<AddressWrite>,
    /// What answered where, in the order it was asked.
    pub checks: Vec<AddressCheck>,
}

/// Why a meter did not get another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressReason {
    /// Nobody answers at the current address.
    NoMeter,
    /// What answers is not one meter that can be read, or the port was lost.
    Unread(FailureReason),
    /// Something acknowledges, but sends no telegram.
    NoTelegram,
    /// The telegram does not say who it is from.
    Unidentified,
    /// Two readouts of the current address gave two meters.
    DifferentMeters {
        /// Who answered first.
        first: SecondaryAddress,
        /// Who answered then.
        second: SecondaryAddress,
    },
    /// The new address belongs to another meter.
    NewAddressTaken {
        /// To which, where its answer says so.
        by: Option<SecondaryAddress>,
    },
    /// What came is no answer to what was asked: it is one to an earlier request that came late, or
    /// noise.
    LateAnswer,
    /// The same identification answers at both addresses before anything was written.
    AnswersAtBoth,
    /// The meter did not acknowledge, and kept its address.
    NotAcknowledged,
    /// The meter acknowledged, and kept its address all the same.
    Ignored,
    /// After the write the meter answers at neither address.
    Lost,
    /// After the write another meter answers at the new address.
    OtherMeterAtNew {
        /// Which.
        found: SecondaryAddress,
    },
    /// The meter was read back at its new address, but something answers at the old one as well.
    OldAddressAnswers {
        /// Who, where the answer says so.
        found: Option<SecondaryAddress>,
    },
}

/// What is known about the address that the meter has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// The one it had before.
    Unchanged,
    /// Nothing.
    Unknown,
    /// The new one, as it seems; some of the proof is missing.
    ChangedUnverified,
}

impl AddressFailure {
    /// What a person can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self.reason {
            AddressReason::NoMeter => FailureReason::Silence.remedy(),
            AddressReason::Unread(FailureReason::PortLost) => match self.state {
                AddressState::Unchanged => FailureReason::PortLost.remedy(),
                _ => {
                    "check the cable or the network, then read the new and the old address to see where the meter is"
                }
            },
            AddressReason::Unread(reason) => match (self.stage, self.order.current) {
                (AddressStage::ReadBack | AddressStage::CheckOld, _) => FIND_IT,
                (_, MeterAddress::Primary(_)) if is_several(reason) => ONE_AT_A_TIME,
                _ => reason.remedy(),
            },
            AddressReason::NoTelegram => {
                "see whether the meter sends data at all, or whether something else answers on this bus"
            }
            AddressReason::Unidentified => {
                "set the address at the meter itself, or with the tool of its manufacturer"
            }
            AddressReason::DifferentMeters { .. } => ONE_AT_A_TIME,
            AddressReason::NewAddressTaken { .. } => {
                "choose another address, or give the meter that has this one another first"
            }
            AddressReason::LateAnswer => {
                "raise the transport allowance of this bus, then try again; if it stays so, look for noise on the line"
            }
            AddressReason::AnswersAtBoth => {
                "connect this meter alone; if it still answers at both, it answers at every address"
            }
            AddressReason::NotAcknowledged => {
                "try again; if it stays so, the meter takes no address over the bus: see its manual"
            }
            AddressReason::Ignored => {
                "look for a write protection at the meter, such as a switch, a seal or a menu"
            }
            AddressReason::Lost | AddressReason::OtherMeterAtNew { .. } => FIND_IT,
            AddressReason::OldAddressAnswers { .. } => {
                "read the old address to see which meter is there: it was not heard before"
            }
        }
    }
}

const ONE_AT_A_TIME: &str = "connect only this meter, or give its serial instead of its primary address: what is written to a primary address is obeyed by every meter that has it";
const FIND_IT: &str = "wait a minute, then read the meter by its serial, and the new and the old address, to see where it is";

/// Whether it shows several meters. What is only damaged or broken off shows none.
const fn is_several(reason: FailureReason) -> bool {
    matches!(
        reason,
        FailureReason::Collision
            | FailureReason::DamagedAlike { .. }
            | FailureReason::WrongAddress { .. }
    )
}

impl AddressReason {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoMeter => "no_meter",
            Self::Unread(reason) => reason.code(),
            Self::NoTelegram => "no_telegram",
            Self::Unidentified => "unidentified",
            Self::DifferentMeters { .. } => "different_meters",
            Self::NewAddressTaken { .. } => "new_address_taken",
            Self::LateAnswer => "late_answer",
            Self::AnswersAtBoth => "answers_at_both",
            Self::NotAcknowledged => "not_acknowledged",
            Self::Ignored => "ignored",
            Self::Lost => "lost",
            Self::OtherMeterAtNew { .. } => "other_meter_at_new",
            Self::OldAddressAnswers { .. } => "old_address_answers",
        }
    }
}

impl fmt::Display for AddressReason {
    /// Cause only, without a remedy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoMeter => f.write_str("no meter answered"),
            Self::Unread(reason) => write!(f, "{reason}"),
            Self::NoTelegram => f.write_str("something answered, but sent no telegram"),
            Self::Unidentified => f.write_str(
                "the meter does not say who it is, so that it takes the address could not be proven",
            ),
            Self::DifferentMeters { first, second } => {
                write!(f, "{} answered first, then {}", Named(first), Named(second))
            }
            Self::NewAddressTaken { by: Some(meter) } => {
                write!(f, "{} has the new address already", Named(meter))
            }
            Self::NewAddressTaken { by: None } => {
                f.write_str("something answers at the new address already")
            }
            Self::LateAnswer => {
                f.write_str("an answer to an earlier request came late, or noise came")
            }
            Self::AnswersAtBoth => {
                f.write_str("the same meter answers at its current and at the new address")
            }
            Self::NotAcknowledged => {
                f.write_str("the meter neither acknowledged nor took the new address")
            }
            Self::Ignored => f.write_str("the meter acknowledged, but kept its old address"),
            Self::Lost => f.write_str("the meter answers neither at the new nor at the old address"),
            Self::OtherMeterAtNew { found } => {
                write!(f, "{} answered at the new address", Named(found))
            }
            Self::OldAddressAnswers { found: Some(meter) } => {
                write!(f, "{} answers at the old address", Named(meter))
            }
            Self::OldAddressAnswers { found: None } => {
                f.write_str("something answers at the old address")
            }
        }
    }
}

impl AddressState {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Unknown => "unknown",
            Self::ChangedUnverified => "changed_unverified",
        }
    }
}

impl fmt::Display for AddressState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "nothing was changed",
            Self::Unknown => "which address the meter has now is not known",
            Self::ChangedUnverified => {
                "the meter seems to have taken the new address, but that is not proven"
            }
        })
    }
}
