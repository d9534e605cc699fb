//! The data field of the DIF: how many bytes follow and how they are coded
//! (EN 13757-3, table 4).

use crate::frame::BufferTooSmall;

/// How the data of a record is coded: the low four bits of its DIF.
///
/// ```
/// use mbus::record::DataField;
///
/// assert_eq!(DataField::from_dif(0x0C), DataField::Bcd(4));
/// assert_eq!(DataField::Integer(3).dif_nibble(), 0x3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataField {
    /// 0: no data.
    NoData,
    /// 1 to 4, 6, 7: an integer of so many bytes.
    Integer(u8),
    /// 5: an IEEE 754 real of 32 bits.
    Real,
    /// 8: selection for readout, sent to the meter.
    Selection,
    /// 9 to C, E: so many bytes of binary coded decimal digits.
    Bcd(u8),
    /// D: the first data byte says length and coding.
    Variable,
    /// F: no data record, the whole DIF has a meaning of its own.
    Special,
}

impl DataField {
    /// Every data field, at its code.
    const TABLE: [Self; 16] = [
        Self::NoData,
        Self::Integer(1),
        Self::Integer(2),
        Self::Integer(3),
        Self::Integer(4),
        Self::Real,
        Self::Integer(6),
        Self::Integer(8),
        Self::Selection,
        Self::Bcd(1),
        Self::Bcd(2),
        Self::Bcd(3),
        Self::Bcd(4),
        Self::Variable,
        Self::Bcd(6),
        Self::Special,
    ];

    /// From the low nibble of a DIF.
    #[inline]
    pub const fn from_dif(dif: u8) -> Self {
        Self::TABLE[(dif & 0x0F) as usize]
    }

    /// The low nibble of the DIF.
    pub const fn dif_nibble(self) -> u8 {
        match self {
            Self::NoData => 0x0,
            Self::Integer(6) => 0x6,
            Self::Integer(8) => 0x7,
            Self::Integer(length) => length & 0x7,
            Self::Real => 0x5,
            Self::Selection => 0x8,
            Self::Bcd(6) => 0xE,
            Self::Bcd(length) => 0x8 + (length & 0x7),
            Self::Variable => 0xD,
            Self::Special => 0xF,
        }
    }

    /// How many data bytes follow the VIB; `None` where the data itself says it.
    #[inline]
    pub const fn data_len(self) -> Option<usize> {
        match self {
            Self::NoData | Self::Selection => Some(0),
            Self::Integer(length) | Self::Bcd(length) => Some(length as usize),
            Self::Real => Some(4),
            Self::Variable | Self::Special => None,
        }
    }

    /// Writes a whole number as this field codes it; returns how many bytes it took.
    ///
    /// ```
    /// use mbus::record::DataField;
    ///
    /// let mut buffer = [0; 8];
    /// assert_eq!(DataField::Bcd(4).encode(12_345_678, &mut buffer), Ok(4));
    /// assert_eq!(buffer[..4], [0x78, 0x56, 0x34, 0x12]);
    /// assert_eq!(DataField::Integer(2).encode(-1, &mut buffer), Ok(2));
    /// assert_eq!(buffer[..2], [0xFF, 0xFF]);
    /// ```
    pub fn encode(self, number: i128, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        let need = self.data_len().ok_or(EncodeError::NoNumber)?;
        let have = buffer.len();
        let out = buffer
            .get_mut(..need)
            .ok_or(EncodeError::BufferTooSmall(BufferTooSmall { need, have }))?;
        match self {
            Self::Integer(_) => encode_integer(number, out)?,
            Self::Bcd(_) => encode_bcd(number, out)?,
            _ => return Err(EncodeError::NoNumber),
        }
        Ok(need)
    }
}

/// Why a number cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The field holds no whole number.
    NoNumber,
    /// The number has more digits or bits than the field.
    OutOfRange,
    /// There is no room for the bytes.
    BufferTooSmall(BufferTooSmall),
}

impl core::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NoNumber => f.write_str("this data field holds no whole number"),
            Self::OutOfRange => f.write_str("the number does not fit into the data field"),
            Self::BufferTooSmall(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for EncodeError {}

/// Two's complement, least significant byte first; unsigned numbers may use the top bit.
fn encode_integer(number: i128, out: &mut [u8]) -> Result<(), EncodeError> {
    let bits = u32::try_from(8 * out.len()).map_err(|_| EncodeError::OutOfRange)?;
    let limit = 1_i128.checked_shl(bits).ok_or(EncodeError::OutOfRange)?;
    if number >= limit || number < -(limit / 2) {
        return Err(EncodeError::OutOfRange);
    }
    let bytes = number.to_le_bytes();
    out.copy_from_slice(&bytes[..out.len()]);
    Ok(())
}

/// Digits in pairs, least significant byte first; minus is F in the top digit.
fn encode_bcd(number: i128, out: &mut [u8]) -> Result<(), EncodeError> {
    let mut rest = number.unsigned_abs();
    for byte in out.iter_mut() {
        let pair = u8::try_from(rest % 100).unwrap_or(0);
        *byte = ((pair / 10) << 4) | (pair % 10);
        rest /= 100;
    }
    if rest > 0 {
        return Err(EncodeError::OutOfRange);
    }
    if number < 0 {
        let top = out.last_mut().ok_or(EncodeError::OutOfRange)?;
        if *top & 0xF0 != 0 {
            return Err(EncodeError::OutOfRange);
        }
        *top |= 0xF0;
    }
    Ok(())
}
