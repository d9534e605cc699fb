//! The secondary address (EN 13757-7): identification number, manufacturer, version, device
//! type. Each nibble of the number and each other byte can be a wildcard when it selects.

use core::fmt;

use super::{AddressError, read_digits};
use crate::hex::Hex;
use crate::{DeviceType, Manufacturer};

/// The identification number: eight digits, least significant byte first on the wire. Digits
/// above 9 occur in real meters and are kept.
///
/// ```
/// use mbus::address::IdentificationNumber;
///
/// let number = IdentificationNumber::from_wire([0x20, 0x31, 0x65, 0x13]);
/// assert_eq!(number.to_string(), "13653120");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentificationNumber(u32);

impl IdentificationNumber {
    /// From the four bytes in wire order.
    pub const fn from_wire(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// The four bytes in wire order.
    pub const fn to_wire(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    /// From up to eight digits as printed on the meter, padded with zeros at the left.
    pub fn from_printed(text: &str) -> Result<Self, AddressError> {
        Self::parse_at(text, 0)
    }

    pub(super) fn parse_at(text: &str, skipped: usize) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let mut nibbles = [0; 8];
        let digits = text.chars().count();
        let padding = 8_usize.checked_sub(digits).ok_or(AddressError::Length { digits })?;
        read_digits(text, skipped, &mut nibbles[padding..])?;
        Ok(Self(nibbles.iter().fold(0, |number, nibble| number << 4 | u32::from(*nibble))))
    }

    /// Whether every digit is 0 to 9.
    pub fn is_decimal(self) -> bool {
        (0..8).all(|digit| self.0 >> (4 * digit) & 0xF <= 9)
    }

    fn is_matched_by(self, mask: Self) -> bool {
        (0..8).all(|digit| {
            let wanted = mask.0 >> (4 * digit) & 0xF;
            wanted == 0xF || wanted == self.0 >> (4 * digit) & 0xF
        })
    }
}

impl fmt::Display for IdentificationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}

impl fmt::Debug for IdentificationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A secondary address, in full or with wildcards.
///
/// ```
/// use mbus::SecondaryAddress;
///
/// let meter = SecondaryAddress::from_wire([0x20, 0x31, 0x65, 0x13, 0xC5, 0x14, 0x00, 0x04]);
/// assert_eq!(meter.to_string(), "20316513C5140004");
/// assert_eq!(format!("{}", meter.printed()), "13653120C5140004");
/// let mask = SecondaryAddress::parse_wire("20316513FFFFFFFF").unwrap();
/// assert!(mask.selects(meter));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecondaryAddress {
    /// The identification number; nibble F selects any digit.
    pub identification: IdentificationNumber,
    /// The manufacturer; FFFF selects any.
    pub manufacturer: Manufacturer,
    /// The version; FF selects any.
    pub version: u8,
    /// The device type; FF selects any.
    pub device_type: DeviceType,
}

impl SecondaryAddress {
    /// Selects every meter.
    pub const ANY: Self = Self::from_wire([0xFF; 8]);

    /// From the eight bytes in wire order.
    pub const fn from_wire(bytes: [u8; 8]) -> Self {
        let [a, b, c, d, low, high, version, device_type] = bytes;
        Self {
            identification: IdentificationNumber::from_wire([a, b, c, d]),
            manufacturer: Manufacturer::from_wire([low, high]),
            version,
            device_type: DeviceType(device_type),
        }
    }

    /// The eight bytes in wire order.
    pub const fn to_wire(self) -> [u8; 8] {
        let [a, b, c, d] = self.identification.to_wire();
        let [low, high] = self.manufacturer.to_wire();
        [a, b, c, d, low, high, self.version, self.device_type.0]
    }

    /// The mask that selects a number whoever made it.
    pub const fn from_identification(identification: IdentificationNumber) -> Self {
        Self {
            identification,
            manufacturer: Manufacturer(0xFFFF),
            version: 0xFF,
            device_type: DeviceType(0xFF),
        }
    }

    /// From 16 hex digits in wire order.
    pub fn parse_wire(text: &str) -> Result<Self, AddressError> {
        Self::parse_wire_at(text, 0)
    }

    /// From 16 hex digits with the number as printed on the meter.
    pub fn parse_printed(text: &str) -> Result<Self, AddressError> {
        Self::parse_printed_at(text, 0)
    }

    pub(super) fn parse_wire_at(text: &str, skipped: usize) -> Result<Self, AddressError> {
        let mut nibbles = [0; 16];
        read_digits(text, skipped, &mut nibbles)?;
        let mut bytes = [0; 8];
        for (byte, pair) in bytes.iter_mut().zip(nibbles.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Ok(Self::from_wire(bytes))
    }

    pub(super) fn parse_printed_at(text: &str, skipped: usize) -> Result<Self, AddressError> {
        let [d, c, b, a, rest @ ..] = Self::parse_wire_at(text, skipped)?.to_wire();
        let [low, high, version, device_type] = rest;
        Ok(Self::from_wire([a, b, c, d, low, high, version, device_type]))
    }

    /// The other spelling: the number as printed on the meter, then the rest as on the wire.
    pub const fn printed(self) -> Printed {
        Printed(self)
    }

    /// Whether a selection by this mask selects that meter.
    pub fn selects(self, meter: Self) -> bool {
        meter.identification.is_matched_by(self.identification)
            && (self.manufacturer.0 == 0xFFFF || self.manufacturer == meter.manufacturer)
            && (self.version == 0xFF || self.version == meter.version)
            && (self.device_type.0 == 0xFF || self.device_type == meter.device_type)
    }

    /// Whether any part is a wildcard. A meter with a real digit F looks the same.
    pub fn has_wildcard(self) -> bool {
        let number = self.identification.0;
        (0..8).any(|digit| number >> (4 * digit) & 0xF == 0xF)
            || self.manufacturer.0 == 0xFFFF
            || self.version == 0xFF
            || self.device_type.0 == 0xFF
    }
}

impl fmt::Display for SecondaryAddress {
    /// 16 hex digits in wire order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.to_wire()), f)
    }
}

impl fmt::Debug for SecondaryAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A [`SecondaryAddress`] with the number as printed on the meter.
#[derive(Clone, Copy, Debug)]
pub struct Printed(SecondaryAddress);

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wire = self.0.to_wire();
        write!(f, "{}{}", self.0.identification, Hex(&wire[4..]))
    }
}
