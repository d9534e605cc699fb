//! The CI field (EN 13757-7, table 2): what kind of application data follows.

use core::fmt;

/// The CI field as transmitted, with names for the kinds of answer this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CiField(pub u8);

impl CiField {
    /// Answer with a long header (12 bytes).
    pub const LONG_HEADER: Self = Self(0x72);
    /// Answer with a short header (4 bytes).
    pub const SHORT_HEADER: Self = Self(0x7A);
    /// Answer without a header.
    pub const NO_HEADER: Self = Self(0x78);
    /// Answer of the fixed structure with two counters (EN 1434-3, 1997).
    pub const FIXED_STRUCTURE: Self = Self(0x73);
    /// Compact frame without a header.
    pub const COMPACT_NO_HEADER: Self = Self(0x79);
    /// Compact frame with a short header.
    pub const COMPACT_SHORT_HEADER: Self = Self(0x7B);
    /// The meter reports an application error.
    pub const APPLICATION_ERROR: Self = Self(0x70);
    /// The meter reports an alarm.
    pub const ALARM: Self = Self(0x71);
    /// The authentication and fragmentation layer; another CI field follows it.
    pub const FRAGMENTATION_LAYER: Self = Self(0x90);
    /// Command: application reset or select.
    pub const APPLICATION_RESET: Self = Self(0x50);
    /// Command: data to the meter.
    pub const SEND_DATA: Self = Self(0x51);
    /// Command: selection by secondary address.
    pub const SELECT: Self = Self(0x52);

    /// What the code announces, in plain words.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0x50 => "application reset",
            0x51 => "data to the meter",
            0x52 => "selection",
            0x69..=0x6B => "data format of compact frames",
            0x70 => "application error",
            0x71 => "alarm",
            0x72 => "variable structure, long header",
            0x73 => "fixed structure",
            0x76 => "variable structure, long header, most significant byte first",
            0x77 => "fixed structure, most significant byte first",
            0x78 => "variable structure, no header",
            0x79 | 0x7B => "compact frame",
            0x7A => "variable structure, short header",
            0x90 => "authentication and fragmentation layer",
            0xA0..=0xB7 => "manufacturer specific",
            0xB8..=0xBF => "set baudrate or manufacturer specific",
            _ => "unknown",
        }
    }
}

impl fmt::Display for CiField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}
