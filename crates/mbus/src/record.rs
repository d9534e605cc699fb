//! Data records (EN 13757-3, clause 6): DIB, VIB and data, one behind the other.

mod data_field;
pub mod date;
mod dib;
mod records;
mod value;
mod vib;
pub mod vif_table;

pub use data_field::{DataField, EncodeError};
pub use dib::{Dib, FunctionField};
pub(crate) use records::Skeleton;
pub use records::{Fault, FaultCode, Records, RecordsEnd};
pub use value::{Text, Value};
pub use vib::{Meaning, Vib, Vifes};
pub use vif_table::combinable::{Effect, UnitFactor, VifeEntry};

pub(crate) use value::read_bcd;

use value::Coding;

use crate::{Quality, Quantity, Unit};

/// One data record with its exact value.
///
/// ```
/// use mbus::record::Records;
///
/// let mut records = Records::new(&[0x04, 0x13, 0xF5, 0x5B, 0x0A, 0x00]);
/// let record = records.next().unwrap();
/// assert_eq!(record.value.to_string(), "678.901");
/// assert_eq!(record.unit().symbol(), "m³");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataRecord<'a> {
    /// Where the record starts, counted from the first record byte of the telegram.
    pub offset: usize,
    /// The data information block.
    pub dib: Dib<'a>,
    /// The value information block.
    pub vib: Vib<'a>,
    /// The data bytes; with DIF D the length byte is the first of them.
    pub data: &'a [u8],
    /// The value, scaled into [`unit`](Self::unit).
    pub value: Value<'a>,
    /// Whether the value can be used.
    pub quality: Quality,
}

impl<'a> DataRecord<'a> {
    #[inline]
    fn read(offset: usize, dib: Dib<'a>, vib: Vib<'a>, data: &'a [u8]) -> Self {
        let (value, quality) = match vib.plain_meaning() {
            Some(meaning) => value::read(dib, meaning, data),
            None => value::read(dib, &vib.meaning(), data),
        };
        Self { offset, dib, vib, data, value, quality }
    }

    /// How many bytes the record takes.
    pub const fn len(&self) -> usize {
        self.dib.bytes.len() + self.vib.bytes.len() + self.data.len()
    }

    /// Never true: a record has at least a DIF.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the value is among its kind.
    #[inline]
    pub const fn function(&self) -> FunctionField {
        self.dib.function()
    }

    /// What the value is.
    #[inline]
    pub fn quantity(&self) -> Quantity {
        self.vib.meaning().quantity
    }

    /// The plain unit of the value; none where the unit code is not understood in full.
    #[inline]
    pub fn unit(&self) -> Unit {
        match self.vib.plain_meaning() {
            Some(meaning) => meaning.known_unit(),
            None => self.vib.meaning().known_unit(),
        }
    }

    /// What the unit is multiplied by, written behind it (`/h`).
    #[inline]
    pub fn unit_factor(&self) -> Option<&'static str> {
        match self.vib.meaning().unit_factor {
            Some(factor) => Some(factor.symbol()),
            None => None,
        }
    }

    /// The digits of the counter as transmitted, before any scaling, where the data is a whole
    /// number; BCD keeps its leading zeros.
    pub fn counter(&self) -> Option<Counter<'a>> {
        let has_number = matches!(self.value, Value::Number(_));
        match Coding::of(self.dib.data_field(), self.data) {
            Coding::Bcd { bytes, negative } if has_number => Some(Counter::Bcd { bytes, negative }),
            Coding::Integer(_) if has_number && self.vib.meaning().addend.is_none() => {
                self.value.number().map(|number| Counter::Integer(number.mantissa()))
            }
            _ => None,
        }
    }

    /// The marks of the value: `summer_time`, `every_year` …
    pub fn flags(&self) -> impl Iterator<Item = &'static str> {
        let (date, time, summer_time) = match self.value {
            Value::Date(date) => (Some(date), None, false),
            Value::DateTime(point) => (Some(point.date), Some(point.time), point.summer_time),
            Value::Time(time) => (None, Some(time), false),
            _ => (None, None, false),
        };
        [
            (summer_time, "summer_time"),
            (date.is_some_and(|date| date.year.is_none()), "every_year"),
            (date.is_some_and(|date| date.month.is_none()), "every_month"),
            (date.is_some_and(|date| date.day.is_none()), "every_day"),
            (time.is_some_and(|time| time.hour.is_none()), "every_hour"),
            (time.is_some_and(|time| time.minute.is_none()), "every_minute"),
        ]
        .into_iter()
        .filter_map(|(is_set, name)| is_set.then_some(name))
    }
}

/// The digits of a counter as transmitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter<'a> {
    /// A binary integer.
    Integer(i128),
    /// Decimal digits, two a byte.
    Bcd {
        /// The bytes, least significant first.
        bytes: &'a [u8],
        /// Whether the coding itself says minus.
        negative: bool,
    },
}

impl core::fmt::Display for Counter<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match *self {
            Self::Integer(number) => number.fmt(f),
            Self::Bcd { bytes, negative } => {
                let top_is_minus = bytes.last().is_some_and(|top| top >> 4 == 0xF);
                if negative || top_is_minus {
                    f.write_str("-")?;
                }
                for (index, byte) in bytes.iter().rev().enumerate() {
                    if index == 0 && top_is_minus {
                        write!(f, "{:X}", byte & 0x0F)?;
                    } else {
                        write!(f, "{byte:02X}")?;
                    }
                }
                Ok(())
            }
        }
    }
}
