//! The value of a record: bytes, as the DIF says they are coded and the VIB what they mean.

mod bcd;
mod real;

pub(crate) use bcd::read as read_bcd;

use core::fmt;

use super::date::{Date, DateTime, Time};
use super::dib::FunctionField;
use super::vif_table::Kind;
use super::{DataField, Dib, Meaning};
use crate::address::IdentificationNumber;
use crate::hex::Hex;
use crate::{Decimal, Quality, SecondaryAddress};

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// There is no value; the quality says why.
    None,
    /// A number, scaled into the record's unit.
    Number(Decimal),
    /// A date.
    Date(Date),
    /// A date and time.
    DateTime(DateTime),
    /// A time of day.
    Time(Time),
    /// A text.
    Text(Text<'a>),
    /// An identification number.
    Identification(IdentificationNumber),
    /// A whole secondary address.
    Address(SecondaryAddress),
    /// Bytes that are no number.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// The number, where there is one.
    pub const fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Number(number) => number.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::DateTime(point) => point.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Identification(number) => number.fmt(f),
            Self::Address(address) => address.fmt(f),
            Self::Bytes(bytes) => Hex(bytes).fmt(f),
        }
    }
}

/// A text as transmitted: ISO 8859-1, last character first (EN 13757-3, annex A).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a>(pub &'a [u8]);

impl Text<'_> {
    /// The characters in reading order.
    pub fn chars(&self) -> impl Iterator<Item = char> {
        self.0.iter().rev().map(|byte| char::from(*byte))
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chars().try_for_each(|character| fmt::Write::write_char(f, character))
    }
}

/// How the data of a record is coded, once its length is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding<'a> {
    Nothing,
    Integer(&'a [u8]),
    Real(&'a [u8]),
    Bcd { bytes: &'a [u8], negative: bool },
    Text(&'a [u8]),
    Binary(&'a [u8]),
}

/// The first data byte of DIF D: length and coding of what follows (EN 13757-3, table 5).
/// `None` for codes the standard keeps for later.
pub(super) const fn variable_len(lvar: u8) -> Option<usize> {
    let length = match lvar {
        0x00..=0xBF => lvar,
        0xC0..=0xC9 | 0xD0..=0xD9 | 0xE0..=0xEF => lvar & 0x0F,
        0xF0..=0xF4 => 4 * (lvar - 0xEC),
        0xF5 => 48,
        0xF6 => 64,
        _ => return None,
    };
    Some(length as usize)
}

impl<'a> Coding<'a> {
    /// `data` is all data bytes, the length byte of DIF D included.
    #[inline]
    pub(super) fn of(data_field: DataField, data: &'a [u8]) -> Self {
        match data_field {
            DataField::NoData | DataField::Selection | DataField::Special => Self::Nothing,
            DataField::Integer(_) => Self::Integer(data),
            DataField::Real => Self::Real(data),
            DataField::Bcd(_) => Self::Bcd { bytes: data, negative: false },
            DataField::Variable => match data.split_first() {
                None => Self::Nothing,
                Some((0x00..=0xBF, bytes)) => Self::Text(bytes),
                Some((_, [])) => Self::Nothing,
                Some((0xC0..=0xC9, bytes)) => Self::Bcd { bytes, negative: false },
                Some((0xD0..=0xD9, bytes)) => Self::Bcd { bytes, negative: true },
                Some((0xE0..=0xEF, bytes)) => Self::Integer(bytes),
                Some((_, bytes)) => Self::Binary(bytes),
            },
        }
    }
}

/// Reads the data of a record.
#[inline]
pub(super) fn read<'a>(dib: Dib<'_>, meaning: &Meaning, data: &'a [u8]) -> (Value<'a>, Quality) {
    if meaning.is_plain
        && let Some(word) = Word::of(data)
    {
        let number = match dib.data_field() {
            DataField::Integer(_) if matches!(meaning.kind, Kind::Unsigned) => Ok(word.unsigned()),
            DataField::Integer(_) => word.signed(),
            DataField::Bcd(_) if word.bits == NO_DATA && is_stored(dib) => Err(Quality::NoData),
            DataField::Bcd(_) => word.bcd(),
            DataField::Real => real::read(data),
            _ => return read_any(dib, meaning, data),
        };
        return match number {
            Ok(number) => (Value::Number(number.shift(meaning.exponent)), Quality::Ok),
            Err(quality) => (Value::None, quality),
        };
    }
    read_any(dib, meaning, data)
}

/// Up to four bytes as one number.
#[derive(Clone, Copy)]
struct Word {
    bits: u32,
    length: u32,
}

impl Word {
    #[inline]
    const fn of(data: &[u8]) -> Option<Self> {
        let (bytes, length) = match *data {
            [a] => ([a, 0, 0, 0], 8),
            [a, b] => ([a, b, 0, 0], 16),
            [a, b, c] => ([a, b, c, 0], 24),
            [a, b, c, d] => ([a, b, c, d], 32),
            _ => return None,
        };
        Some(Self { bits: u32::from_le_bytes(bytes), length })
    }

    #[inline]
    fn unsigned(self) -> Decimal {
        Decimal::whole(self.bits.into())
    }

    /// Two's complement; 1000…b is the code for "invalid" (annex A, type B).
    #[inline]
    fn signed(self) -> Result<Decimal, Quality> {
        let unused = 32 - self.length;
        if self.bits << unused == 1 << 31 {
            return Err(Quality::Invalid);
        }
        Ok(Decimal::whole(i64::from((self.bits << unused).cast_signed() >> unused)))
    }

    #[inline]
    fn bcd(self) -> Result<Decimal, Quality> {
        bcd::read_word(self.bits, 0xF << (self.length - 4), false).map(Decimal::whole)
    }
}

/// Data of any kind.
#[inline(never)]
fn read_any<'a>(dib: Dib<'_>, meaning: &Meaning, data: &'a [u8]) -> (Value<'a>, Quality) {
    if !meaning.fault.is_ok() {
        return (Value::None, meaning.fault);
    }
    let coding = Coding::of(dib.data_field(), data);
    let (value, quality) = if meaning.is_profile {
        (Value::Bytes(bytes_of(coding)), Quality::Ok)
    } else {
        read_coded(dib, meaning, coding)
    };
    match (quality, meaning.kind) {
        (Quality::Ok, Kind::Unknown) => (value, Quality::UnknownVif),
        (Quality::Ok, Kind::Private) => (value, Quality::ManufacturerSpecific),
        _ => (value, quality),
    }
}

const fn bytes_of(coding: Coding<'_>) -> &[u8] {
    match coding {
        Coding::Nothing => &[],
        Coding::Integer(bytes)
        | Coding::Real(bytes)
        | Coding::Bcd { bytes, .. }
        | Coding::Text(bytes)
        | Coding::Binary(bytes) => bytes,
    }
}

fn read_coded<'a>(dib: Dib<'_>, meaning: &Meaning, coding: Coding<'a>) -> (Value<'a>, Quality) {
    let number = |result: Result<Decimal, Quality>| match result.and_then(|n| scale(n, meaning)) {
        Ok(number) => (Value::Number(number), Quality::Ok),
        Err(quality) => (Value::None, quality),
    };
    match coding {
        Coding::Nothing => (Value::None, Quality::Ok),
        Coding::Text(bytes) => (Value::Text(Text(bytes)), Quality::Ok),
        Coding::Binary(bytes) => (Value::Bytes(bytes), Quality::Ok),
        Coding::Real(bytes) => number(real::read(bytes)),
        Coding::Bcd { bytes, negative: _ } if meaning.kind == Kind::Identification => {
            read_identification(bytes).unwrap_or((Value::Bytes(bytes), Quality::Ok))
        }
        Coding::Bcd { bytes, negative } => {
            if *bytes == NO_DATA.to_le_bytes() && is_stored(dib) {
                return (Value::None, Quality::NoData);
            }
            number(read_bcd(bytes, negative))
        }
        Coding::Integer(bytes) => match meaning.kind {
            Kind::Calendar => read_time_point(bytes).unwrap_or_else(|| number(read_signed(bytes))),
            Kind::Identification => {
                read_identification(bytes).unwrap_or((Value::Bytes(bytes), Quality::Ok))
            }
            Kind::Unsigned => number(read_unsigned(bytes)),
            Kind::Signed | Kind::Private | Kind::Unknown => number(read_signed(bytes)),
        },
    }
}

/// The power of ten and the constant of the VIB; an unknown VIB leaves the number as sent.
#[inline]
fn scale(number: Decimal, meaning: &Meaning) -> Result<Decimal, Quality> {
    if meaning.kind == Kind::Unknown {
        return Ok(number);
    }
    let scaled = number.shift(meaning.exponent);
    match meaning.addend {
        None => Ok(scaled),
        Some(power) => {
            scaled.checked_add(Decimal::new(1, i16::from(power))).ok_or(Quality::Overflow)
        }
    }
}

/// 80000000 in a stored value: what meters of several makes send for a due date that has not
/// come yet. A current value of this size is left alone.
const NO_DATA: u32 = 0x8000_0000;

fn is_stored(dib: Dib<'_>) -> bool {
    dib.storage() > 0 && dib.function() == FunctionField::Instantaneous
}

/// 16 bytes with the top bit set are beyond what a decimal holds.
fn read_unsigned(bytes: &[u8]) -> Result<Decimal, Quality> {
    let mut wide = [0; 16];
    wide.get_mut(..bytes.len()).ok_or(Quality::Overflow)?.copy_from_slice(bytes);
    let number = i128::try_from(u128::from_le_bytes(wide)).map_err(|_| Quality::Overflow)?;
    Ok(Decimal::new(number, 0))
}

fn read_signed(bytes: &[u8]) -> Result<Decimal, Quality> {
    let negative = bytes.last().is_some_and(|top| top & 0x80 != 0);
    let mut wide = [if negative { 0xFF } else { 0x00 }; 16];
    wide.get_mut(..bytes.len()).ok_or(Quality::Overflow)?.copy_from_slice(bytes);
    if let [low @ .., 0x80] = bytes
        && low.iter().all(|byte| *byte == 0)
    {
        return Err(Quality::Invalid);
    }
    Ok(Decimal::new(i128::from_le_bytes(wide), 0))
}

/// The length decides the type, whatever VIF says date or date and time. `None` for lengths that
/// hold no date.
fn read_time_point<'a>(bytes: &[u8]) -> Option<(Value<'a>, Quality)> {
    let value = match *bytes {
        [a, b] => Date::from_type_g([a, b]).map(Value::Date),
        [a, b, c] => Time::from_type_j([a, b, c]).map(Value::Time),
        [a, b, c, d] => DateTime::from_type_f([a, b, c, d]).map(Value::DateTime),
        [a, b, c, d, e, f] => DateTime::from_type_i([a, b, c, d, e, f]).map(Value::DateTime),
        _ => return None,
    };
    Some(value.map_or((Value::None, Quality::InvalidDate), |value| (value, Quality::Ok)))
}

fn read_identification<'a>(bytes: &[u8]) -> Option<(Value<'a>, Quality)> {
    let value = match *bytes {
        [a, b, c, d] => Value::Identification(IdentificationNumber::from_wire([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => {
            Value::Address(SecondaryAddress::from_wire([a, b, c, d, e, f, g, h]))
        }
        _ => return None,
    };
    Some((value, Quality::Ok))
}
