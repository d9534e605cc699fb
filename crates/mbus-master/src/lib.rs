//! The M-Bus master (EN 13757-2, EN 13757-7) as a pure state machine: no input or output, no
//! clock, no threads.
//!
//! The caller owns the port and the clock. It gives bytes and instants to a [`Master`], and takes
//! from it bytes to send, the next instant to wake it, and [`Event`]s. The order of the calls
//! stands at the top of [`master`].
//!
//! What the modules hold, from the wire up:
//!
//! | module | concept |
//! |---|---|
//! | [`instant`], [`baudrate`], [`timing`] | time: points, bits, and the limits of the standard |
//! | `receive` | bytes become frames, echo and noise |
//! | `quiet` | the pause that keeps late answers apart from the next request |
//! | `request`, `frame_count` | what is sent |
//! | `exchange`, `diagnosis` | one request and its answer, or why there is none |
//! | `retry`, `asking` | the retry rule, and a request under it |
//! | [`procedure`], [`new_address`], `identity` | what a master can be asked to do, one file each |
//! | [`master`] | the machine that runs one procedure at a time |
//! | [`event`], [`outcome`], [`failure`], [`address_setting`] | what is told to the caller |
#![forbid(unsafe_code)]

pub mod address_setting;
mod asking;
pub mod baudrate;
mod diagnosis;
pub mod event;
mod exchange;
pub mod failure;
mod frame_count;
mod identity;
pub mod instant;
pub mod master;
pub mod new_address;
pub mod outcome;
pub mod procedure;
mod quiet;
mod receive;
mod request;
mod retry;
pub mod timing;

pub use address_setting::{
    AddressAnswer, AddressCheck, AddressFailure, AddressReason, AddressSet, AddressStage,
    AddressState, AddressWrite,
};
pub use baudrate::Baudrate;
pub use event::Event;
pub use failure::{Failure, FailureReason, ReadoutFailure, Stage};
pub use instant::Instant;
pub use master::{Busy, Master};
pub use new_address::{NewAddress, NewAddressError};
pub use outcome::{Acknowledgement, Outcome, Readout, ReadoutWarning, ReceivedTelegram, Selection};
pub use procedure::{InitializeTarget, Procedure, ReadOut, SetAddress};
pub use timing::Timing;
