//! A named value of a meter.

use std::fmt;

use mbus::Decimal;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::exact_number;

/// One register of a meter at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The name of the register.
    pub register: String,
    /// The value; absent where it cannot be trusted.
    pub value: Option<ReadingValue>,
    /// The unit of the value.
    #[serde(default)]
    pub unit: Option<String>,
    /// `ok`, or why there is no value.
    pub quality: String,
    /// When the meter measured it, by its own clock, in local time without a zone.
    #[serde(default)]
    pub measured_at: Option<String>,
    /// Whether it is the value on the dial.
    #[serde(default)]
    pub is_index: bool,
    /// The record it was made from.
    #[serde(default)]
    pub source: Option<Source>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which telegram of the readout, from 0.
    pub telegram: u8,
    /// The number of its line.
    pub line: u16,
    /// Its DIB in hex.
    pub dib: String,
    /// Its VIB in hex.
    pub vib: String,
}

impl Serialize for ReadingValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => exact_number::to_json(*number)
                .ok_or_else(|| S::Error::custom(format_args!("{number} is no JSON number")))?
                .serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for ReadingValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => match exact_number::from_json(&number) {
                Some(exact) => Ok(Self::Number(exact)),
                None => Err(D::Error::custom(format_args!(
                    "the number {number} has more digits than can be held exactly"
                ))),
            },
            Value::String(text) => Ok(Self::Text(text)),
            other => {
                Err(D::Error::custom(format_args!("{other} is no value; a number or a text is")))
            }
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
