//! The link layer frame (EN 13757-2, format class FT 1.2 of EN 60870-5-1).
//!
//! Four shapes travel on the wire: the single character `E5`, the short frame `10 C A cs 16`, the
//! control frame (a long frame with L = 3) and the long frame `68 L L 68 C A CI … cs 16`.

mod control_field;
pub mod stream;

use core::fmt;

pub use control_field::{ControlField, Function};

/// The longest frame: L = 255 and six bytes around it.
pub const MAX_FRAME_LEN: usize = 261;
/// The longest user data after the CI field.
pub const MAX_DATA_LEN: usize = 252;

const ACK: u8 = 0xE5;
const SHORT_START: u8 = 0x10;
const LONG_START: u8 = 0x68;
const STOP: u8 = 0x16;

/// One frame of the link layer.
///
/// ```
/// use mbus::{ControlField, Frame};
///
/// let (frame, length) = Frame::parse(&[0x10, 0x5B, 0x01, 0x5C, 0x16]).unwrap();
/// assert_eq!(frame, Frame::Short { control: ControlField::req_ud2(false), address: 1 });
/// assert_eq!(length, 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// `E5`: a meter acknowledges.
    SingleCharacter,
    /// `10 C A cs 16`: a request without data.
    Short {
        /// The C field.
        control: ControlField,
        /// The A field.
        address: u8,
    },
    /// `68 L L 68 C A CI data cs 16`; with no data it is the control frame.
    Long {
        /// The C field.
        control: ControlField,
        /// The A field.
        address: u8,
        /// The CI field, which says what the data is.
        ci: u8,
        /// The user data behind the CI field, at most [`MAX_DATA_LEN`] bytes.
        data: &'a [u8],
    },
}

/// Why bytes are not a frame. Offsets count from the first byte given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// There are no bytes.
    Empty,
    /// The first byte starts no frame.
    Start {
        /// The byte found instead of `E5`, `10` or `68`.
        found: u8,
    },
    /// The two length bytes differ.
    LengthMismatch {
        /// First length byte.
        first: u8,
        /// Second length byte.
        second: u8,
    },
    /// L below 3: not even C, A and CI fit.
    TooShort {
        /// The L field.
        length: u8,
    },
    /// The second start byte of a long frame is missing.
    SecondStart {
        /// The byte found instead of `68`.
        found: u8,
    },
    /// More bytes belong to this frame than there are.
    Truncated {
        /// Bytes there are.
        have: usize,
        /// Bytes the frame needs.
        need: usize,
    },
    /// The sum over C, A, CI and data differs from the checksum byte.
    Checksum {
        /// Where the checksum byte stands.
        offset: usize,
        /// The checksum byte received.
        found: u8,
        /// The sum of the bytes received.
        expected: u8,
    },
    /// The last byte is not `16`.
    Stop {
        /// Where the stop byte should stand.
        offset: usize,
        /// The byte found there.
        found: u8,
    },
}

impl FrameError {
    /// A stable word for the error, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Start { .. } => "start",
            Self::LengthMismatch { .. } => "length_mismatch",
            Self::TooShort { .. } => "length",
            Self::SecondStart { .. } => "second_start",
            Self::Truncated { .. } => "truncated",
            Self::Checksum { .. } => "checksum",
            Self::Stop { .. } => "stop",
        }
    }

    /// The offset of the byte that is at fault.
    pub const fn offset(&self) -> usize {
        match *self {
            Self::Empty | Self::Start { .. } => 0,
            Self::TooShort { .. } => 1,
            Self::LengthMismatch { .. } => 2,
            Self::SecondStart { .. } => 3,
            Self::Truncated { have, .. } => have,
            Self::Checksum { offset, .. } | Self::Stop { offset, .. } => offset,
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str("there are no bytes"),
            Self::Start { found } => {
                write!(f, "the first byte is {found:02X}, but a frame starts with E5, 10 or 68")
            }
            Self::LengthMismatch { first, second } => write!(
                f,
                "the two length bytes differ ({first:02X} and {second:02X}); the frame was damaged on the way"
            ),
            Self::TooShort { length } => {
                write!(f, "the length is {length}, but C, A and CI field alone need 3")
            }
            Self::SecondStart { found } => {
                write!(f, "byte 3 is {found:02X}, but a long frame repeats its start byte 68 there")
            }
            Self::Truncated { have, need } => {
                write!(f, "the frame is truncated: {have} of {need} bytes are there")
            }
            Self::Checksum { found, expected, .. } => write!(
                f,
                "the checksum is {found:02X}, but the bytes add up to {expected:02X}; at least one byte was damaged on the way"
            ),
            Self::Stop { found, .. } => {
                write!(f, "the last byte is {found:02X}, but a frame ends with 16")
            }
        }
    }
}

impl core::error::Error for FrameError {}

/// The buffer or the frame is too small for what should go into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferTooSmall {
    /// Bytes needed.
    pub need: usize,
    /// Bytes there are.
    pub have: usize,
}

impl fmt::Display for BufferTooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes are needed, but there is room for {}", self.need, self.have)
    }
}

impl core::error::Error for BufferTooSmall {}

/// Sum of all bytes modulo 256 (EN 13757-2, 5.5.2).
pub fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

impl<'a> Frame<'a> {
    /// Reads the frame that starts at the first byte; returns it with its length in bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize), FrameError> {
        match *bytes {
            [] => Err(FrameError::Empty),
            [ACK, ..] => Ok((Self::SingleCharacter, 1)),
            [SHORT_START, ..] => Self::parse_short(bytes),
            [LONG_START, ..] => Self::parse_long(bytes),
            [found, ..] => Err(FrameError::Start { found }),
        }
    }

    fn parse_short(bytes: &'a [u8]) -> Result<(Self, usize), FrameError> {
        let &[_, control, address, found, stop, ..] = bytes else {
            return Err(FrameError::Truncated { have: bytes.len(), need: 5 });
        };
        let expected = control.wrapping_add(address);
        if found != expected {
            return Err(FrameError::Checksum { offset: 3, found, expected });
        }
        if stop != STOP {
            return Err(FrameError::Stop { offset: 4, found: stop });
        }
        Ok((Self::Short { control: ControlField(control), address }, 5))
    }

    fn parse_long(bytes: &'a [u8]) -> Result<(Self, usize), FrameError> {
        // Every byte is judged as soon as it is there: a receiver must not wait for 261 bytes
        // because noise looked like a start byte.
        let have = bytes.len();
        let Some(&length) = bytes.get(1) else {
            return Err(FrameError::Truncated { have, need: 9 });
        };
        if length < 3 {
            return Err(FrameError::TooShort { length });
        }
        let need = usize::from(length) + 6;
        match bytes.get(2) {
            Some(&second) if second != length => {
                return Err(FrameError::LengthMismatch { first: length, second });
            }
            _ => {}
        }
        match bytes.get(3) {
            Some(&found) if found != LONG_START => return Err(FrameError::SecondStart { found }),
            _ => {}
        }
        let (Some(body), Some(&found), Some(&stop)) =
            (bytes.get(4..need - 2), bytes.get(need - 2), bytes.get(need - 1))
        else {
            return Err(FrameError::Truncated { have, need });
        };
        let expected = checksum(body);
        if found != expected {
            return Err(FrameError::Checksum { offset: need - 2, found, expected });
        }
        if stop != STOP {
            return Err(FrameError::Stop { offset: need - 1, found: stop });
        }
        let &[control, address, ci, ref data @ ..] = body else {
            return Err(FrameError::TooShort { length });
        };
        Ok((Self::Long { control: ControlField(control), address, ci, data }, need))
    }

    /// The number of bytes the frame takes on the wire.
    pub const fn encoded_len(&self) -> usize {
        match self {
            Self::SingleCharacter => 1,
            Self::Short { .. } => 5,
            Self::Long { data, .. } => data.len() + 9,
        }
    }

    /// Writes the frame to the start of `buffer`; returns its length in bytes.
    pub fn encode(&self, buffer: &mut [u8]) -> Result<usize, BufferTooSmall> {
        let need = self.encoded_len();
        if let Self::Long { data, .. } = self
            && data.len() > MAX_DATA_LEN
        {
            return Err(BufferTooSmall { need: data.len(), have: MAX_DATA_LEN });
        }
        let have = buffer.len();
        let Some(out) = buffer.get_mut(..need) else {
            return Err(BufferTooSmall { need, have });
        };
        match *self {
            Self::SingleCharacter => out.fill(ACK),
            Self::Short { control, address } => {
                let sum = control.0.wrapping_add(address);
                out.copy_from_slice(&[SHORT_START, control.0, address, sum, STOP]);
            }
            Self::Long { control, address, ci, data } => {
                let length = u8::try_from(data.len() + 3).unwrap_or(u8::MAX);
                let (head, tail) = out.split_at_mut(7);
                head.copy_from_slice(&[
                    LONG_START, length, length, LONG_START, control.0, address, ci,
                ]);
                let (body, end) = tail.split_at_mut(data.len());
                body.copy_from_slice(data);
                let sum = checksum(&head[4..]).wrapping_add(checksum(data));
                end.copy_from_slice(&[sum, STOP]);
            }
        }
        Ok(need)
    }

    /// The kind of frame, for programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SingleCharacter => "single_character",
            Self::Short { .. } => "short",
            Self::Long { .. } => "long",
        }
    }

    /// The A field, where the frame has one.
    pub const fn address(&self) -> Option<u8> {
        match *self {
            Self::SingleCharacter => None,
            Self::Short { address, .. } | Self::Long { address, .. } => Some(address),
        }
    }
}

impl fmt::Display for Frame<'_> {
    /// Function and address, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SingleCharacter => f.write_str("Acknowledgement (single character E5)"),
            Self::Short { control, address } | Self::Long { control, address, .. } => {
                write!(f, "{}, address {address}", control.function().name())
            }
        }
    }
}

#[cfg(test)]
mod tests;
