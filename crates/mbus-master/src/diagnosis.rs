//! Why an answer was missed, told from the bytes that came instead.

use mbus::Frame;
use mbus::frame::{FrameError, MAX_FRAME_LEN};

use crate::FailureReason;
use crate::receive::{Heard, Kind};
use crate::request::{Answerers, Expectation};

/// More is not kept: a line that babbles says the same again.
const MOST_BYTES: usize = 2 * MAX_FRAME_LEN;

/// What was heard during one try that was no good answer.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    bytes: Vec<u8>,
    echo: bool,
    noise: bool,
    frames: bool,
    several_answers: bool,
    wrong_address: Option<u8>,
}

impl Evidence {
    pub(crate) fn add(&mut self, heard: &Heard) {
        match heard.kind {
            Kind::Echo => {
                self.echo = true;
                return;
            }
            Kind::Noise => self.noise = true,
            Kind::Frame => self.frames = true,
        }
        let room = MOST_BYTES - self.bytes.len().min(MOST_BYTES);
        self.bytes.extend(heard.bytes.iter().take(room));
    }

    /// A good answer came from an address that was not asked.
    pub(crate) fn note_wrong_address(&mut self, found: u8) {
        self.wrong_address.get_or_insert(found);
    }

    /// More than one answer came, or what may be one.
    pub(crate) fn note_several_answers(&mut self) {
        self.several_answers = true;
    }

    /// Whether nothing but the echo was heard.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn has_several_answers(&self) -> bool {
        self.several_answers
    }

    /// Whether there was a frame, or the beginning of one: somebody else may have answered.
    pub(crate) fn shows_a_frame(&self) -> bool {
        self.frames || (0..self.bytes.len()).any(|start| has_long_header(&self.bytes[start..]))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The best explanation.
    pub(crate) fn diagnose(&self, expects: Expectation) -> FailureReason {
        if self.is_empty() {
            return if self.echo { FailureReason::EchoOnly } else { FailureReason::Silence };
        }
        match expects {
            // A selection is answered by equal bits, so anything but one clean E5 means several
            // meters, or that it cannot be told.
            Expectation::Acknowledgement => FailureReason::Collision,
            Expectation::Telegram { .. } if self.several_answers => FailureReason::Collision,
            Expectation::Telegram { address, answerers } => {
                let reason = match self.wrong_address {
                    Some(found) => FailureReason::WrongAddress { expected: address, found },
                    None if !self.noise => FailureReason::Unexpected,
                    None => broken_frame(&self.bytes),
                };
                match reason {
                    FailureReason::Garbage | FailureReason::Damaged { .. }
                        if answerers == Answerers::PerhapsSeveral =>
                    {
                        FailureReason::Collision
                    }
                    other => other,
                }
            }
        }
    }
}

/// The first long frame that can be made out, and what is wrong with it. Only a whole header
/// `68 L L 68` counts: single start bytes are everywhere in noise.
fn broken_frame(bytes: &[u8]) -> FailureReason {
    (0..bytes.len())
        .filter(|&start| has_long_header(&bytes[start..]))
        .find_map(|start| match Frame::parse(&bytes[start..]) {
            Err(FrameError::Truncated { have, need }) => {
                Some(FailureReason::Truncated { have, need })
            }
            Err(error @ (FrameError::Checksum { .. } | FrameError::Stop { .. })) => {
                Some(FailureReason::Damaged { error })
            }
            _ => None,
        })
        .unwrap_or(FailureReason::Garbage)
}

fn has_long_header(bytes: &[u8]) -> bool {
    matches!(bytes, [0x68, first, second, 0x68, ..] if first == second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;

    const TELEGRAM: Expectation = Expectation::Telegram { address: 1, answerers: Answerers::One };

    fn evidence(kind: Kind, bytes: &[u8]) -> Evidence {
        let mut evidence = Evidence::default();
        let (began_at, ended_at) = (Instant::ZERO, Instant::ZERO);
        evidence.add(&Heard { kind, bytes: bytes.to_vec(), began_at, ended_at });
        evidence
    }

    #[test]
    fn each_kind_of_miss_has_its_reason() {
        assert_eq!(Evidence::default().diagnose(TELEGRAM), FailureReason::Silence);
        let cases: [(Kind, &[u8], FailureReason); 6] = [
            (Kind::Echo, &[0x10, 0x7B, 0x01, 0x7C, 0x16], FailureReason::EchoOnly),
            (Kind::Noise, &[0xA5, 0x00, 0x68], FailureReason::Garbage),
            (Kind::Frame, &[0xE5], FailureReason::Unexpected),
            (
                Kind::Noise,
                &[0x00, 0x68, 0x04, 0x04, 0x68, 0x08],
                FailureReason::Truncated { have: 5, need: 10 },
            ),
            (
                Kind::Noise,
                &[0x68, 0x03, 0x03, 0x68, 0x08, 0x01, 0x78, 0x00, 0x16],
                FailureReason::Damaged {
                    error: FrameError::Checksum { offset: 7, found: 0x00, expected: 0x81 },
                },
            ),
            (
                Kind::Noise,
                &[0x68, 0x03, 0x03, 0x68, 0x08, 0x01, 0x78, 0x81, 0x17],
                FailureReason::Damaged { error: FrameError::Stop { offset: 8, found: 0x17 } },
            ),
        ];
        for (kind, bytes, reason) in cases {
            assert_eq!(evidence(kind, bytes).diagnose(TELEGRAM), reason, "{bytes:02X?}");
        }
    }

    #[test]
    fn what_several_meters_may_answer_is_called_a_collision_when_it_is_broken() {
        let several = Expectation::Telegram { address: 253, answerers: Answerers::PerhapsSeveral };
        let broken = evidence(Kind::Noise, &[0x68, 0x00, 0xA5]);
        assert_eq!(broken.diagnose(several), FailureReason::Collision);
        assert_eq!(broken.diagnose(Expectation::Acknowledgement), FailureReason::Collision);
        let cut_off = evidence(Kind::Noise, &[0x68, 0x04, 0x04, 0x68]);
        assert_eq!(cut_off.diagnose(several), FailureReason::Truncated { have: 4, need: 10 });
    }

    #[test]
    fn a_babbling_line_fills_no_memory() {
        let babble = evidence(Kind::Noise, &[0x55; 10_000]);
        assert_eq!(babble.into_bytes().len(), MOST_BYTES);
    }
}
