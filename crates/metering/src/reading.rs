//! A reading: what a meter said for one register.

use std::fmt;

use mbus::record::FunctionField;
use mbus::{Decimal, Quality, Quantity};

/// What a meter said for one register in one readout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The register: the user's name for the value.
    pub register: String,
    /// The value; absent where there is none that can be trusted.
    pub value: Option<ReadingValue>,
    /// The unit of the value, as its symbol. A register whose name fixes a unit has it even
    /// where there is no value.
    pub unit: Option<String>,
    /// Whether there is a value to trust, and if not, why.
    pub quality: ReadingQuality,
    /// The meter's own date and time for the value, in its local time without a zone, where the
    /// telegram tells it (`2021-06-11T10:30`).
    pub measured_at: Option<String>,
    /// Whether this is the meter's main register: the value on its dial.
    pub is_index: bool,
    /// The record the value comes from; absent where none was found.
    pub source: Option<Source>,
}

/// The value of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingValue {
    /// An exact number in the reading's unit.
    Number(Decimal),
    /// A text, a date or anything else that is no number.
    Text(String),
}

impl ReadingValue {
    /// The number, where it is one.
    pub const fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for ReadingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Whether a reading has a value to trust, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadingQuality {
    /// What the record itself says.
    Record(Quality),
    /// The telegrams are those of another meter, or of a kind the model is not for.
    OtherMeter,
    /// The telegrams have no such record.
    Missing,
    /// Another record stands where the register is expected, or several could be meant.
    OtherRecord,
    /// The record's unit is of another kind than the register's.
    OtherUnit,
    /// The record is none of the values the register may show: a minimum in place of a counter,
    /// a text in place of a number, a counter below zero.
    Unsuitable,
    /// The number has more digits than can be held exactly.
    OutOfRange,
}

impl ReadingQuality {
    /// The value is what the meter sent.
    pub const OK: Self = Self::Record(Quality::Ok);

    /// The name in snake case, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record(quality) => quality.name(),
            Self::OtherMeter => "other_meter",
            Self::Missing => "missing",
            Self::OtherRecord => "other_record",
            Self::OtherUnit => "other_unit",
            Self::Unsuitable => "unsuitable",
            Self::OutOfRange => "out_of_range",
        }
    }

    /// What it means, for a person: the end of a sentence that begins with "the value".
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Record(quality) => quality.explanation(),
            Self::OtherMeter => "is that of another meter",
            Self::Missing => "is not in the telegram",
            Self::OtherRecord => "is not where it is expected",
            Self::OtherUnit => "has a unit of another kind",
            Self::Unsuitable => "is none this register may show",
            Self::OutOfRange => "has more digits than can be held exactly",
        }
    }

    /// Whether the value can be used as it is.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Record(Quality::Ok))
    }
}

impl From<Quality> for ReadingQuality {
    fn from(quality: Quality) -> Self {
        Self::Record(quality)
    }
}

impl fmt::Display for ReadingQuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The record a reading comes from, with the value as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The telegram of the readout, from 0.
    pub telegram: u8,
    /// The line in the line view.
    pub line: u16,
    /// The DIB in hex; empty for a counter of the fixed structure, which has none.
    pub dib: String,
    /// The VIB in hex; for a counter of the fixed structure its unit code.
    pub vib: String,
    /// What the record measures or says.
    pub quantity: Quantity,
    /// What the value is among its kind.
    pub function: FunctionField,
    /// 0 is the current value.
    pub storage: u64,
    /// 0 is the total.
    pub tariff: u32,
    /// The part of the device.
    pub subunit: u16,
    /// The value before any conversion, in [`unit`](Self::unit); absent where there is none.
    pub value: Option<String>,
    /// The record's own plain unit.
    pub unit: Option<String>,
    /// The data bytes in hex.
    pub data: String,
}
