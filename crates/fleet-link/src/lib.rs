//! What gateways and their portal say to each other.
//!
//! Only the gateway opens connections. It shows a [`ClaimCode`] once and gets a token; from then
//! on everything goes with that token. Up go [`Batch`]es of readouts, which the portal
//! acknowledges after its commit, and a [`Status`]; down come [`StreamEvent`]s that say that there
//! is a new [`Configuration`] or a [`Command`] to fetch.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /fleet/v1/claim` | [`ClaimRequest`] | [`ClaimAnswer`] |
//! | `POST /fleet/v1/batches` | [`Batch`] | [`Acknowledgement`] |
//! | `POST /fleet/v1/status` | [`Status`] | |
//! | `GET /fleet/v1/stream` | | [`StreamEvent`]s as server-sent events |
//! | `GET /fleet/v1/configuration` | | [`Configuration`] |
//! | `POST /fleet/v1/configuration/{revision}/result` | [`ConfigurationResult`] | |
//! | `GET /fleet/v1/commands` | | [`PendingCommands`] |
//! | `POST /fleet/v1/commands/{id}/progress` | [`CommandProgress`] | |
//! | `POST /fleet/v1/commands/{id}/reply` | [`CommandReply`] | |
//!
//! The version stands in the path. Within a version fields are only added: a reader passes over
//! fields it does not know, and a field that came later has a default. A command of a kind that
//! is not known here reads as [`CommandKind::Unknown`], so that it can be answered.
//!
//! Numbers are exact: a reading's value is a JSON number with its own digits and never passes
//! through a binary float.
#![forbid(unsafe_code)]

mod batch;
mod claim;
mod claim_code;
mod command;
mod configuration;
mod exact_number;
mod finding;
mod limits;
mod portal_url;
mod reading;
mod secret;
mod status;
mod stream_event;
mod telegram_bytes;

pub use batch::{Acknowledgement, Batch, Outcome, Readout};
pub use claim::{ClaimAnswer, ClaimRequest};
pub use claim_code::{CertificateHash, ClaimCode, ClaimCodeError};
pub use command::{
    AddressChanged, Command, CommandKind, CommandProgress, CommandReply, MeterRead, PendingCommands,
};
pub use configuration::{Configuration, ConfigurationResult, ConfiguredMeter, Mode};
pub use finding::{Finding, Severity};
pub use limits::{
    LimitError, MAX_BATCH_BYTES, MAX_READINGS, MAX_READOUTS, MAX_TELEGRAM_BYTES, MAX_TELEGRAMS,
};
pub use portal_url::{PortalUrl, UrlError};
pub use reading::{Reading, ReadingValue, Source};
pub use secret::{ClaimSecret, SecretError};
pub use status::{BusState, BusStatus, MeterState, MeterStatus, Status};
pub use stream_event::StreamEvent;
pub use telegram_bytes::TelegramBytes;

/// The version of these messages, as it stands in the path.
pub const VERSION: u32 = 1;

/// Where the portal takes these messages.
pub const BASE_PATH: &str = "/fleet/v1";
