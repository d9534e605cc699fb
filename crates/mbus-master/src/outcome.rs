//! How procedures end.

use std::fmt;
use std::time::Duration;

use mbus::SecondaryAddress;

use crate::{AddressFailure, AddressSet, Failure, Instant, ReadoutFailure};

/// The end of a [`Procedure`](crate::Procedure); the variant is the one that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The end of an initialisation. A meter that stays silent has not failed.
    Initialized(Result<Acknowledgement, Failure>),
    /// The end of a selection.
    Selected(Result<Selection, Failure>),
    /// The end of a readout.
    ReadOut(Result<Readout, ReadoutFailure>),
    /// The end of giving a meter another primary address.
    AddressSet(Result<AddressSet, AddressFailure>),
}

/// What came back where only an acknowledgement can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// One clean `E5`: one meter, or several at the same bit.
    Acknowledged,
    /// Nothing.
    Silent,
    /// Something, but not one clean `E5`: several meters, or noise.
    Unclear,
}

/// A meter that acknowledged its selection and answers at address 253 now. That it is the only
/// one is known only when it has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The mask that was sent.
    pub mask: SecondaryAddress,
    /// How many selections it took.
    pub tries: u8,
}

/// All telegrams of one meter, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// The telegrams; at least one.
    pub telegrams: Vec<ReceivedTelegram>,
    /// What was odd but did not spoil the data.
    pub warnings: Vec<ReadoutWarning>,
    /// Who the first telegram says it is from. Parts that it does not tell are wildcards; `None`
    /// where it tells nothing.
    pub identification: Option<SecondaryAddress>,
    /// What SND_NKE was answered with. Silence is allowed.
    pub initialization: Acknowledgement,
}

/// One telegram as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedTelegram {
    /// The whole frame, from start byte to stop byte.
    pub frame: Vec<u8>,
    /// From the last stop bit of the request to the first byte of the answer.
    pub answered_after: Duration,
    /// How often it was asked for; 1 where the first request was answered.
    pub tries: u8,
    /// When its last byte arrived.
    pub received_at: Instant,
}

/// What was odd in a readout that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadoutWarning {
    /// The meter announced a further telegram and then sent the same one again. The repetition
    /// was left out.
    RepeatedTelegram,
    /// The meter announced more telegrams than are taken.
    TooManyTelegrams {
        /// How many were taken.
        limit: u8,
    },
    /// Read by secondary address, but the telegram does not say who it is from. The meter is the
    /// one that acknowledged the selection.
    Unidentified,
}

impl ReadoutWarning {
    /// A stable word, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RepeatedTelegram => "repeated_telegram",
            Self::TooManyTelegrams { .. } => "too_many_telegrams",
            Self::Unidentified => "unidentified",
        }
    }
}

impl fmt::Display for ReadoutWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RepeatedTelegram => f.write_str(
                "the meter announced a further telegram but sent the same one again; reading stopped there",
            ),
            Self::TooManyTelegrams { limit } => write!(
                f,
                "the meter still announced further telegrams after {limit}, and the rest was left unread; a meter that repeats itself does this, and few really have more"
            ),
            Self::Unidentified => f.write_str(
                "the telegram carries no identification, so that it is from the selected meter could not be checked",
            ),
        }
    }
}
