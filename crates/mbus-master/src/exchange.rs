//! One request and its answer: how long to listen, and what counts.

use std::time::Duration;

use crate::diagnosis::Evidence;
use crate::receive::Heard;
use crate::request::{Answerers, Expectation, Fit};
use crate::{FailureReason, Instant, ReceivedTelegram, Timing};

/// A good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Acknowledged {
        /// Which try it answers, from 1.
        tries: u8,
    },
    Telegram(ReceivedTelegram),
}

/// A try without a good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Miss {
    pub(crate) reason: FailureReason,
    /// How long it listened, from the last stop bit of the request.
    pub(crate) waited: Duration,
    pub(crate) evidence: Vec<u8>,
}

/// One try: a request is on the wire, and its answer is listened for until the
/// [`deadline`](Self::deadline).
#[derive(Debug)]
pub(crate) struct Exchange {
    expects: Expectation,
    timing: Timing,
    /// Which try this is, from 1.
    tries: u8,
    /// When the last stop bit of the request leaves the converter: a write returns long before.
    request_end: Instant,
    /// When the first and the last byte after the request arrived.
    heard: Option<(Instant, Instant)>,
    /// How many bytes that were.
    heard_bytes: usize,
    evidence: Evidence,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    Listening,
    /// A good answer is there. It counts when the pause behind it has passed; where it must be
    /// the only one, when no other can come any more.
    Settling {
        answer: Answer,
        heard: Heard,
        until: Instant,
    },
}

impl Exchange {
    /// A request of `length` bytes is handed out at `now`.
    pub(crate) fn new(
        now: Instant,
        length: usize,
        expects: Expectation,
        tries: u8,
        timing: Timing,
    ) -> Self {
        Self {
            expects,
            timing,
            tries,
            request_end: now + timing.baudrate.bytes(length),
            heard: None,
            heard_bytes: 0,
            evidence: Evidence::default(),
            phase: Phase::Listening,
        }
    }

    /// When the exchange is over unless something arrives before.
    pub(crate) fn deadline(&self) -> Instant {
        if let Phase::Settling { until, .. } = &self.phase
            && !self.is_proof()
        {
            return *until;
        }
        let answer_begins = self.request_end + self.timing.response_limit();
        let Some((first, last)) = self.heard else { return answer_begins };
        if self.heard_bytes > self.timing.most_bytes() {
            return last;
        }
        let answer_ends =
            (last + self.timing.inter_byte_limit()).min(first + self.timing.total_limit());
        // Early noise does not end the wait for an answer that may still begin.
        answer_begins.max(answer_ends)
    }

    /// Whether a frame that has begun by the deadline still matters: not behind a good answer,
    /// unless it must be the only one.
    pub(crate) const fn wants_the_rest(&self) -> bool {
        !matches!(self.phase, Phase::Settling { .. }) || self.is_proof()
    }

    /// Whether the answer must be the only one.
    const fn is_proof(&self) -> bool {
        matches!(self.expects, Expectation::Telegram { answerers: Answerers::ProvablyOne, .. })
    }

    /// So many bytes arrived that may be part of an answer.
    pub(crate) fn touch(&mut self, now: Instant, bytes: usize) {
        let first = self.heard.map_or(now, |(first, _)| first);
        self.heard = Some((first, now));
        self.heard_bytes = self.heard_bytes.saturating_add(bytes);
    }

    /// When the last stop bit of the request leaves the converter.
    pub(crate) const fn request_end(&self) -> Instant {
        self.request_end
    }

    /// When the last byte arrived that was no echo.
    pub(crate) fn last_byte_at(&self) -> Option<Instant> {
        self.heard.map(|(_, last)| last)
    }

    /// Takes in what was made out in the bytes.
    pub(crate) fn hear(&mut self, heard: Heard) {
        if heard.is_echo() {
            return self.evidence.add(&heard);
        }
        match std::mem::replace(&mut self.phase, Phase::Listening) {
            Phase::Listening => self.hear_first(heard),
            Phase::Settling { answer, heard: good, until } => {
                if self.spoils(&heard) {
                    self.evidence.add(&good);
                    self.evidence.add(&heard);
                } else {
                    self.phase = Phase::Settling { answer, heard: good, until };
                }
            }
        }
    }

    fn hear_first(&mut self, heard: Heard) {
        match self.judge(&heard) {
            Some(answer) => {
                let pause = match answer {
                    Answer::Acknowledged { .. } => self.timing.settle_after_acknowledgement(),
                    Answer::Telegram(_) => self.timing.pause_after_answer(),
                };
                let until = heard.ended_at + pause;
                self.phase = Phase::Settling { answer, heard, until };
            }
            None => self.evidence.add(&heard),
        }
    }

    /// Whether this is the answer. Notes why not.
    fn judge(&mut self, heard: &Heard) -> Option<Answer> {
        match heard.fit(self.expects) {
            Fit::Other => return None,
            Fit::WrongAddress(found) => {
                self.evidence.note_wrong_address(found);
                return None;
            }
            Fit::Answer => {}
        }
        if self.is_proof() && self.evidence.shows_a_frame() {
            self.evidence.note_several_answers();
        }
        match self.expects {
            // Only silence around an E5 says that nobody else answered.
            Expectation::Acknowledgement if self.evidence.is_empty() => {
                Some(Answer::Acknowledged { tries: self.tries })
            }
            Expectation::Telegram { .. } if !self.evidence.has_several_answers() => {
                Some(Answer::Telegram(ReceivedTelegram {
                    frame: heard.bytes.clone(),
                    answered_after: heard.began_at.duration_since(self.request_end),
                    tries: self.tries,
                    received_at: heard.ended_at,
                }))
            }
            _ => None,
        }
    }

    /// Whether something behind a good answer makes it a bad one.
    fn spoils(&mut self, heard: &Heard) -> bool {
        match self.expects {
            Expectation::Acknowledgement => true,
            // Behind a checksum noise does no harm. A second telegram does, where the first may
            // have come from any of several meters; and anything does where it must be the only
            // one, because several late answers are noise.
            Expectation::Telegram { answerers, .. } => {
                let spoilt = match answerers {
                    Answerers::One => false,
                    Answerers::PerhapsSeveral => heard.fit(self.expects) == Fit::Answer,
                    Answerers::ProvablyOne => true,
                };
                if spoilt {
                    self.evidence.note_several_answers();
                }
                spoilt
            }
        }
    }

    /// The end: the deadline has passed, and everything received was heard.
    pub(crate) fn finish(self, now: Instant) -> Result<Answer, Miss> {
        match self.phase {
            Phase::Settling { answer, .. } => Ok(answer),
            Phase::Listening => Err(Miss {
                reason: self.evidence.diagnose(self.expects),
                waited: now.duration_since(self.request_end),
                evidence: self.evidence.into_bytes(),
            }),
        }
    }

    /// The end before its time: the port is gone.
    pub(crate) fn port_lost(self, now: Instant) -> Miss {
        let mut evidence = self.evidence;
        if let Phase::Settling { heard, .. } = &self.phase {
            evidence.add(heard);
        }
        Miss {
            reason: FailureReason::PortLost,
            waited: now.duration_since(self.request_end),
            evidence: evidence.into_bytes(),
        }
    }
}
