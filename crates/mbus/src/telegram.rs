//! The telegram: a long frame's user data with its header and body (EN 13757-3 and -7).

use core::fmt;

use crate::address::IdentificationNumber;
use crate::ci_field::CiField;
use crate::compact_frame::CompactFrame;
use crate::fixed_structure::FixedStructure;
use crate::frame::{ControlField, Frame, FrameError, Function};
use crate::header::{Header, Protection};
use crate::record::Records;
use crate::{DeviceType, SecondaryAddress};

/// Bytes before the data of a long frame: 68 L L 68 C A CI.
const DATA_OFFSET: usize = 7;

/// An answer of a meter, taken apart down to its records.
///
/// ```
/// use mbus::Telegram;
///
/// let bytes = [
///     0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78,
///     0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
/// ];
/// let telegram = Telegram::parse(&bytes).unwrap();
/// let energy = telegram.records().next().unwrap();
/// assert_eq!(energy.value.to_string(), "12345000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telegram<'a> {
    /// The C field.
    pub control: ControlField,
    /// The A field.
    pub address: u8,
    /// The CI field.
    pub ci: CiField,
    /// The message counter, where an authentication and fragmentation layer (CI 90) comes first;
    /// the CI field is then the one behind that layer.
    pub message_counter: Option<u32>,
    /// The long or short header, where the CI field announces one.
    pub header: Option<Header>,
    /// The security mode of the data that a key has made readable; none where it was sent plain.
    pub decrypted_mode: Option<u8>,
    /// Whether the records were put together from a compact frame: they stand nowhere in the frame.
    pub is_expanded: bool,
    /// What the telegram carries.
    pub body: Body<'a>,
    /// Where the body starts, counted from the first byte of the frame.
    pub body_offset: usize,
}

/// What a telegram carries behind its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Data records.
    Records(&'a [u8]),
    /// The fixed structure with its two counters.
    Fixed(FixedStructure<'a>),
    /// CI 70: the meter cannot do what was asked.
    ApplicationError(ApplicationError),
    /// CI 71: the meter's alarm bits.
    Alarm(u8),
    /// Data that needs a key.
    Encrypted {
        /// The security mode.
        mode: u8,
        /// The data as sent.
        data: &'a [u8],
        /// Why it was not decrypted.
        lock: Lock,
    },
    /// CI 79 and 7B: data without its headings.
    Compact(CompactFrame<'a>),
    /// A CI field whose data is kept as it is.
    Raw(&'a [u8]),
}

/// Why encrypted data was not decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lock {
    /// No key was given.
    KeyMissing,
    /// The key that was given does not fit.
    DecryptFailed,
    /// The security mode is not known here, or the telegram lacks what it needs.
    UnsupportedMode,
}

impl Lock {
    /// A stable word, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeyMissing => "key_missing",
            Self::DecryptFailed => "decrypt_failed",
            Self::UnsupportedMode => "unsupported_encryption",
        }
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyMissing => "the data is encrypted; give the meter's key to read it",
            Self::DecryptFailed => {
                "the data is encrypted, and the key does not fit; ask for the key of this very meter"
            }
            Self::UnsupportedMode => {
                "the data is encrypted in a way that cannot be read here; modes 5 and 7 can be"
            }
        })
    }
}

/// The code behind CI 70 (EN 13757-3, table 11 of the 2018 edition).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApplicationError(pub u8);

impl ApplicationError {
    /// The meter is busy; ask again after a while.
    pub const BUSY: Self = Self(8);
    /// The read credit is used up.
    pub const TOO_MANY_READOUTS: Self = Self(9);

    /// The meaning in plain words.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0 => "unspecified error",
            1 => "unimplemented CI field",
            2 => "buffer too long, truncated",
            3 => "too many records",
            4 => "premature end of record",
            5 => "more than 10 DIFEs",
            6 => "more than 10 VIFEs",
            7 => "reserved",
            8 => "application busy",
            9 => "too many readouts",
            _ => "reserved",
        }
    }
}

/// Why bytes are no telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TelegramError {
    /// They are no frame.
    Frame(FrameError),
    /// They are a frame without user data.
    NoUserData,
    /// The user data ends inside the header or the fixed structure.
    HeaderTruncated {
        /// Bytes there are.
        have: usize,
        /// Bytes the header needs.
        need: usize,
    },
    /// Bytes follow behind the frame.
    TrailingBytes {
        /// Where they start.
        offset: usize,
    },
}

impl TelegramError {
    /// A stable word for the error, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Frame(error) => error.code(),
            Self::NoUserData => "no_user_data",
            Self::HeaderTruncated { .. } => "header_truncated",
            Self::TrailingBytes { .. } => "trailing_bytes",
        }
    }

    /// The offset of the byte that is at fault.
    pub const fn offset(&self) -> usize {
        match *self {
            Self::Frame(error) => error.offset(),
            Self::NoUserData => 0,
            Self::HeaderTruncated { have, .. } => DATA_OFFSET + have,
            Self::TrailingBytes { offset } => offset,
        }
    }
}

impl fmt::Display for TelegramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::NoUserData => f.write_str("the frame carries no data, so it is no telegram"),
            Self::HeaderTruncated { have, need } => {
                write!(f, "the header needs {need} bytes, but the telegram has only {have}")
            }
            Self::TrailingBytes { offset } => {
                write!(f, "the frame ends before byte {offset}, but more bytes follow")
            }
        }
    }
}

impl core::error::Error for TelegramError {}

impl From<FrameError> for TelegramError {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

/// The identity a telegram gives, as far as it gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterIdentity {
    /// The long header's address.
    Full(SecondaryAddress),
    /// The fixed structure's number and medium.
    Number(IdentificationNumber, DeviceType),
    /// None.
    Unknown,
}

/// The authentication and fragmentation layer in front of the application's (EN 13757-7, 6).
struct FragmentationLayer<'a> {
    message_counter: Option<u32>,
    ci: CiField,
    rest: &'a [u8],
}

impl<'a> FragmentationLayer<'a> {
    /// Length, two bytes that say which fields there are, those fields, and the next CI field.
    fn parse(data: &'a [u8]) -> Option<Self> {
        let (&length, data) = data.split_first()?;
        let (layer, rest) = data.split_at_checked(usize::from(length))?;
        let (&[low, high], fields) = layer.split_first_chunk::<2>()?;
        let fragment_control = u16::from_le_bytes([low, high]);
        let has = |bit: u16| fragment_control & 1 << bit != 0;
        // Message control and key information stand in front of the counter.
        let skipped = usize::from(has(13)) + 2 * usize::from(has(9));
        let counter = fields.get(skipped..).and_then(<[u8]>::first_chunk::<4>);
        let (&ci, rest) = rest.split_first()?;
        Some(Self {
            message_counter: if has(11) { Some(u32::from_le_bytes(*counter?)) } else { None },
            ci: CiField(ci),
            rest,
        })
    }
}

impl<'a> Telegram<'a> {
    /// Takes apart the bytes of exactly one frame.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TelegramError> {
        let (frame, length) = Frame::parse(bytes)?;
        if length < bytes.len() {
            return Err(TelegramError::TrailingBytes { offset: length });
        }
        Self::from_frame(&frame)
    }

    /// Takes apart a frame.
    pub fn from_frame(frame: &Frame<'a>) -> Result<Self, TelegramError> {
        let Frame::Long { control, address, ci, data } = *frame else {
            return Err(TelegramError::NoUserData);
        };
        let whole = data.len();
        let (message_counter, ci, data) = match CiField(ci) {
            CiField::FRAGMENTATION_LAYER => {
                let layer = FragmentationLayer::parse(data);
                let layer =
                    layer.ok_or(TelegramError::HeaderTruncated { have: whole, need: whole + 1 })?;
                (layer.message_counter, layer.ci, layer.rest)
            }
            ci => (None, ci, data),
        };
        let header_error = |need| TelegramError::HeaderTruncated { have: data.len(), need };
        let (header, rest) = match ci {
            CiField::LONG_HEADER => {
                let (header, rest) =
                    Header::parse_long(data).ok_or(header_error(crate::header::LONG_HEADER_LEN))?;
                (Some(header), rest)
            }
            CiField::SHORT_HEADER | CiField::COMPACT_SHORT_HEADER => {
                let (header, rest) = Header::parse_short(data)
                    .ok_or(header_error(crate::header::SHORT_HEADER_LEN))?;
                (Some(header), rest)
            }
            _ => (None, data),
        };
        let body = match ci {
            CiField::LONG_HEADER | CiField::SHORT_HEADER | CiField::NO_HEADER => {
                let protection =
                    header.map_or(Protection::None, |h| h.configuration.protection(rest.len()));
                match protection {
                    Protection::Encrypted { mode, .. } => {
                        Body::Encrypted { mode, data: rest, lock: Lock::KeyMissing }
                    }
                    Protection::None | Protection::Signature => Body::Records(rest),
                }
            }
            CiField::FIXED_STRUCTURE => {
                Body::Fixed(FixedStructure::parse(rest).ok_or(header_error(16))?)
            }
            CiField::APPLICATION_ERROR => {
                Body::ApplicationError(ApplicationError(rest.first().copied().unwrap_or(0)))
            }
            CiField::COMPACT_NO_HEADER | CiField::COMPACT_SHORT_HEADER => {
                CompactFrame::parse(rest).map_or(Body::Raw(rest), Body::Compact)
            }
            CiField::ALARM => Body::Alarm(rest.first().copied().unwrap_or(0)),
            _ => Body::Raw(rest),
        };
        let body_offset = DATA_OFFSET + whole - rest.len();
        Ok(Self {
            control,
            address,
            ci,
            message_counter,
            header,
            decrypted_mode: None,
            is_expanded: false,
            body,
            body_offset,
        })
    }

    /// The data records; none where the body has none.
    pub const fn records(&self) -> Records<'a> {
        match self.body {
            Body::Records(bytes) => Records::new(bytes),
            _ => Records::new(&[]),
        }
    }

    /// Who answers, as far as the telegram says it.
    pub const fn identity(&self) -> MeterIdentity {
        match (self.header, self.body) {
            (Some(Header { meter: Some(meter), .. }), _) => MeterIdentity::Full(meter),
            (_, Body::Fixed(fixed)) => {
                MeterIdentity::Number(fixed.identification, fixed.device_type)
            }
            _ => MeterIdentity::Unknown,
        }
    }

    /// The full secondary address, where the telegram carries it.
    pub const fn secondary_address(&self) -> Option<SecondaryAddress> {
        match self.identity() {
            MeterIdentity::Full(meter) => Some(meter),
            _ => None,
        }
    }

    /// Whether it is an answer of a meter (RSP_UD).
    pub fn is_answer(&self) -> bool {
        self.control.function() == Function::RspUd
    }
}
