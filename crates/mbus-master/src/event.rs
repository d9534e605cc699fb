//! What the master tells while it works: the trace of the wire, telegrams, and the end.

use crate::{Instant, Outcome, ReceivedTelegram};

/// One thing that happened. Every byte sent or received is in exactly one of the first four, so
/// the events are a whole trace of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request was handed out for sending.
    Sent {
        /// When.
        at: Instant,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// A whole frame with a right checksum, from whomever and at whatever time.
    Received {
        /// When its last byte arrived.
        at: Instant,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Bytes that belong to no frame.
    Noise {
        /// When the last of them arrived.
        at: Instant,
        /// The bytes, in the order they came.
        bytes: Vec<u8>,
    },
    /// What was just sent came back, as some level converters do.
    Echo {
        /// When its last byte arrived.
        at: Instant,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// A telegram of the meter that was asked, checked.
    Telegram(ReceivedTelegram),
    /// The procedure is over; the next may start.
    Finished(Outcome),
}
