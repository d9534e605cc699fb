//! A named value of a meter, as stored and shown.

use std::fmt;

use mbus::Decimal;

/// One register of a meter at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The name of the register.
    pub register: String,
    /// The value; absent where it cannot be trusted.
    pub value: Option<ReadingValue>,
    /// The unit of the value.
    pub unit: Option<String>,
    /// How far the value can be trusted; `ok` or the reason why not.
    pub quality: String,
    /// When the meter measured it, by the meter's own clock, where it told.
    pub measured_at: Option<String>,
    /// Whether this is the value on the dial.
    pub is_index: bool,
    /// The record it was made from.
    pub source: Option<ReadingSource>,
}

/// A number with its digits, or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingValue {
    /// An exact number.
    Number(Decimal),
    /// A text or a date.
    Text(String),
}

/// The record of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingSource {
    /// Which telegram of the readout, from 0.
    pub telegram: u8,
    /// The number of its line.
    pub line: u16,
    /// Its DIB in hex.
    pub dib: String,
    /// Its VIB in hex.
    pub vib: String,
}

impl From<metering::Reading> for Reading {
    fn from(reading: metering::Reading) -> Self {
        Self {
            register: reading.register,
            value: reading.value.map(|value| match value {
                metering::ReadingValue::Number(number) => ReadingValue::Number(number),
                metering::ReadingValue::Text(text) => ReadingValue::Text(text),
            }),
            unit: reading.unit,
            quality: reading.quality.name().to_owned(),
            measured_at: reading.measured_at,
            is_index: reading.is_index,
            source: reading.source.map(|source| ReadingSource {
                telegram: source.telegram,
                line: source.line,
                dib: source.dib,
                vib: source.vib,
            }),
        }
    }
}

impl fmt::Display for ReadingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Text(text) => f.write_str(text),
        }
    }
}
