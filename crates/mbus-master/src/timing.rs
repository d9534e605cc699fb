//! The limits of one bus: how long to wait for an answer, inside an answer, and between.

use std::time::Duration;

use mbus::frame::MAX_FRAME_LEN;

use crate::Baudrate;

/// What decides when a master gives up, repeats, and goes on.
///
/// ```
/// use mbus_master::{Baudrate, Timing};
/// use std::time::Duration;
///
/// let local = Timing::new(Baudrate::B2400, Duration::ZERO);
/// assert_eq!(local.response_limit(), Duration::from_micros(187_500));
/// let over_tcp = Timing::new(Baudrate::B2400, Duration::from_millis(500));
/// assert_eq!(over_tcp.response_limit(), Duration::from_micros(687_500));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The speed of the bus.
    pub baudrate: Baudrate,
    /// What the way to the bus adds to each answer: about 20 ms for a local UART, 100 ms for a
    /// USB adapter, 500 ms for TCP in a house, 4 s for a mobile network.
    pub transport_allowance: Duration,
    /// How often a request is sent before it counts as failed, repetitions included; at least 1
    /// is assumed. EN 13757-2, 5.7.4 asks for up to three.
    pub tries: u8,
    /// How many telegrams one readout takes at most; at least 1 is assumed. Some meters announce
    /// a further telegram for ever.
    pub max_telegrams: u8,
}

/// The start of an answer comes at most 330 bit times and 50 ms after the request
/// (EN 13757-2, 5.7.2).
const RESPONSE_BITS: u32 = 330;
const RESPONSE_EXTRA: Duration = Duration::from_millis(50);
/// The shortest pause between an answer and the next request.
const PAUSE_BITS: u32 = 11;
/// The pause that ends a disturbed exchange.
const DRAIN_BITS: u32 = 33;
/// Operating systems hand over bytes in pieces; a gap below this says nothing about the wire.
const LEAST_GAP: Duration = Duration::from_millis(50);
/// How many gaps of the transport one answer may have in all, and what they may add up to.
const GAPS_PER_ANSWER: u32 = 20;
const MOST_GAPS: Duration = Duration::from_secs(10);

impl Timing {
    /// Three tries and ten telegrams, as the standard and the field advise.
    pub const fn new(baudrate: Baudrate, transport_allowance: Duration) -> Self {
        Self { baudrate, transport_allowance, tries: 3, max_telegrams: 10 }
    }

    /// From the last stop bit of a request to the first byte of its answer: 330 bit times and
    /// 50 ms, and the transport allowance.
    pub fn response_limit(&self) -> Duration {
        (self.baudrate.bits(RESPONSE_BITS) + RESPONSE_EXTRA)
            .saturating_add(self.transport_allowance)
    }

    /// The longest gap inside an answer. The standard allows none, transports make them: 33 bit
    /// times and the transport allowance, which counts as at least 50 ms here.
    pub fn inter_byte_limit(&self) -> Duration {
        self.baudrate.bits(DRAIN_BITS).saturating_add(self.transport_allowance.max(LEAST_GAP))
    }

    /// From the first byte after a request to the end of listening, however many bytes still
    /// come: the longest frame and some gaps of the transport. It also ends the wait for a line
    /// that does not fall quiet.
    pub fn total_limit(&self) -> Duration {
        let gaps = self.transport_allowance.max(LEAST_GAP).saturating_mul(GAPS_PER_ANSWER);
        self.baudrate.bytes(MAX_FRAME_LEN) + gaps.min(MOST_GAPS)
    }

    /// After so many bytes none of which was an answer, none is coming: an answer is one frame, and
    /// one more may have been under way. A line that babbles is told by this long before
    /// [`total_limit`](Self::total_limit) where the transport may be slow.
    pub const fn most_bytes(&self) -> usize {
        2 * MAX_FRAME_LEN
    }

    /// The pause between a good answer and the next request: 11 bit times.
    pub fn pause_after_answer(&self) -> Duration {
        self.baudrate.bits(PAUSE_BITS)
    }

    /// How long nothing may arrive after an acknowledgement before it counts as clean.
    pub fn settle_after_acknowledgement(&self) -> Duration {
        self.baudrate.bits(DRAIN_BITS)
    }

    /// The quiet that must pass after a miss before the next request, so that a late answer is
    /// never taken for the answer to something else: 33 bit times and the transport allowance.
    pub fn pause_after_miss(&self) -> Duration {
        self.baudrate.bits(DRAIN_BITS).saturating_add(self.transport_allowance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_limit_is_the_table_of_the_standard() {
        let micros = |baudrate| {
            Timing::new(Baudrate::new(baudrate).unwrap(), Duration::ZERO)
                .response_limit()
                .as_micros()
        };
        assert_eq!(
            [300, 600, 1200, 2400, 4800, 9600].map(micros),
            [1_150_000, 600_000, 325_000, 187_500, 118_750, 84_375]
        );
    }

    #[test]
    fn an_endless_allowance_gives_a_limit_all_the_same() {
        let timing = Timing::new(Baudrate::B2400, Duration::MAX);
        assert_eq!(timing.response_limit(), Duration::MAX);
        assert!(timing.total_limit() < Duration::from_secs(12));
    }
}
