//! One request, from its first try until it is answered or given up.

use std::time::Duration;

use crate::exchange::{Exchange, Miss};
use crate::frame_count::FrameCount;
use crate::procedure::Answered;
use crate::quiet::Quiet;
use crate::receive::Heard;
use crate::request::{Fit, Request};
use crate::retry::{GaveUp, Retry};
use crate::{FailureReason, Instant, Timing};

/// A request that waits for the bus to be quiet, is sent, and is sent again where the retry rule
/// says so.
#[derive(Debug)]
pub(crate) struct Asking {
    request: Request,
    /// The request as it is sent, with the same frame count bit at each try.
    bytes: Vec<u8>,
    retry: Retry,
    /// The try that is going on; `None` while the bus must be quiet before it.
    exchange: Option<Exchange>,
    /// Since when it, or its repetition, has been waiting to be sent.
    waiting_since: Instant,
    /// How many bytes came while it waited.
    waiting_bytes: usize,
    /// When the request of the try before had left the converter, where there was one.
    last_request_end: Option<Instant>,
}

impl Asking {
    pub(crate) fn new(
        now: Instant,
        request: Request,
        frame_count: &FrameCount,
        timing: &Timing,
    ) -> Self {
        Self {
            request,
            bytes: request.encode(frame_count),
            retry: Retry::new(request.tries(timing)),
            exchange: None,
            waiting_since: now,
            waiting_bytes: 0,
            last_request_end: None,
        }
    }

    /// The request as it is sent.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The try that is going on.
    pub(crate) const fn exchange(&self) -> Option<&Exchange> {
        self.exchange.as_ref()
    }

    /// So many bytes arrived: they may belong to an answer, or they disturb the quiet, which is
    /// then waited for anew.
    pub(crate) fn touch(&mut self, now: Instant, bytes: usize, quiet: &mut Quiet, timing: &Timing) {
        match &mut self.exchange {
            Some(exchange) => exchange.touch(now, bytes),
            None => {
                self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
                quiet.ask(now, timing.pause_after_miss());
            }
        }
    }

    /// When it goes on by itself.
    pub(crate) fn due(&self, quiet: &Quiet, timing: &Timing) -> Instant {
        match &self.exchange {
            Some(exchange) => exchange.deadline(),
            // A line that never falls quiet must not hold up the bus for ever.
            None if self.waiting_bytes > timing.most_bytes() => self.waiting_since,
            None => {
                let patience = timing.pause_after_miss().saturating_add(timing.total_limit());
                quiet.over_at(self.waiting_since, patience)
            }
        }
    }

    /// Begins the next try; gives the bytes to send.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        frame_count: &mut FrameCount,
        timing: &Timing,
    ) -> &[u8] {
        let tries = self.retry.begin();
        let length = self.bytes.len();
        self.exchange = Some(Exchange::new(now, length, self.request.expects(), tries, *timing));
        self.request.count_sent(frame_count);
        &self.bytes
    }

    /// Takes in what was made out in the bytes.
    pub(crate) fn hear(&mut self, heard: Heard) {
        match (&mut self.exchange, self.last_request_end) {
            (Some(exchange), _) => exchange.hear(heard),
            // Between two tries nothing is credited, but silence is no longer the reason.
            (None, Some(request_end)) if heard.fit(self.request.expects()) == Fit::Answer => {
                let after = heard.began_at.duration_since(request_end);
                let reason = FailureReason::Late { after };
                self.retry.keep(Miss { reason, waited: Duration::ZERO, evidence: heard.bytes });
            }
            (None, _) => {}
        }
    }

    /// The try is over. Gives what came of the request, or `None` when it is to be repeated.
    pub(crate) fn conclude(
        &mut self,
        now: Instant,
        frame_count: &mut FrameCount,
        quiet: &mut Quiet,
        timing: &Timing,
    ) -> Option<Answered> {
        let exchange = self.exchange.take()?;
        self.waiting_since = now;
        self.waiting_bytes = 0;
        self.last_request_end = Some(exchange.request_end());
        let last_byte_at = exchange.last_byte_at().unwrap_or(now);
        match exchange.finish(now) {
            Ok(answer) => {
                self.request.count_answered(frame_count);
                quiet.ask(last_byte_at, timing.pause_after_answer());
                if self.retry.tries() > 1 {
                    // The answer to an earlier try may still be coming.
                    quiet.ask(now, timing.pause_after_miss());
                }
                Some(Ok(answer))
            }
            Err(miss) => {
                quiet.ask(now, timing.pause_after_miss());
                let again = self.request.may_follow(miss.reason) && self.retry.is_left();
                self.retry.keep(miss);
                if again { None } else { Some(Err(self.retry.give_up())) }
            }
        }
    }

    /// The end before its time: the port is gone.
    pub(crate) fn port_lost(self, now: Instant) -> GaveUp {
        let miss = match self.exchange {
            Some(exchange) => exchange.port_lost(now),
            None => Miss {
                reason: FailureReason::PortLost,
                waited: Duration::ZERO,
                evidence: Vec::new(),
            },
        };
        GaveUp { miss, tries: self.retry.tries() }
    }
}
