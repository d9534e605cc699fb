//! The settings view of a counter of the fixed structure, in the words records have.

use core::fmt;

use super::{scale_of, write_display_digits, write_label};
use crate::Quantity;
use crate::fixed_structure::FixedCounter;
use crate::record::{Counter, DataField};

/// A counter of the fixed structure as metadata and value.
///
/// It has no DIF and no VIF: function, tariff and sub-unit are those of a plain current value,
/// and of the VIF types "primary" is the one whose units it has.
///
/// ```
/// use mbus::fixed_structure::FixedStructure;
/// use mbus::view::settings::CounterSetting;
///
/// let bytes = [0x78, 0x56, 0x34, 0x12, 10, 0, 0xE9, 0x7E, 1, 0, 0, 0, 0x35, 1, 0, 0];
/// let fixed = FixedStructure::parse(&bytes).unwrap();
/// let setting = CounterSetting::new(&fixed.counters[0]);
/// assert_eq!((setting.unit(), setting.scale()), (Some("m³"), Some(("", -3))));
/// assert_eq!(setting.value().to_string(), "00000001");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CounterSetting<'r, 'a> {
    counter: &'r FixedCounter<'a>,
}

impl<'r, 'a> CounterSetting<'r, 'a> {
    /// The view of a counter.
    pub const fn new(counter: &'r FixedCounter<'a>) -> Self {
        Self { counter }
    }

    /// How the data is coded.
    pub const fn data_field_code(&self) -> &'static str {
        match self.counter.data_field {
            DataField::Integer(_) => "32 Bit Integer",
            _ => "8 digit BCD",
        }
    }

    /// Always the value as it is.
    pub const fn function_field(&self) -> &'static str {
        "Instantaneous value"
    }

    /// 0: the current value; 1: stored at a fixed date.
    pub const fn storage_number(&self) -> u64 {
        self.counter.storage as u64
    }

    /// Always "primary".
    pub const fn vif_type(&self) -> &'static str {
        "primary"
    }

    /// The plain unit; `None` where there is none.
    pub const fn unit(&self) -> Option<&'static str> {
        if self.counter.unit.is_some() { Some(self.counter.unit.symbol()) } else { None }
    }

    /// What the counter counts.
    pub const fn description(&self) -> CounterDescription {
        CounterDescription { quantity: self.counter.quantity }
    }

    /// SI prefix and what is left of the power of ten; `None` where nothing is scaled.
    pub const fn scale(&self) -> Option<(&'static str, i16)> {
        scale_of(self.counter.unit, self.counter.exponent)
    }

    /// The counter as the meter sent it.
    pub const fn value(&self) -> RawCounter<'r, 'a> {
        RawCounter { counter: self.counter }
    }
}

/// The words for what a counter counts.
#[derive(Clone, Copy, Debug)]
pub struct CounterDescription {
    quantity: Quantity,
}

impl fmt::Display for CounterDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_label(f, self.quantity)
    }
}

/// The digits of a counter as the meter sent them; never scaled.
#[derive(Clone, Copy, Debug)]
pub struct RawCounter<'r, 'a> {
    counter: &'r FixedCounter<'a>,
}

impl fmt::Display for RawCounter<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FixedCounter { data, data_field, value, exponent, .. } = *self.counter;
        match (data_field, value) {
            (_, None) => write_display_digits(f, data),
            (DataField::Integer(_), Some(number)) => number.shift(-exponent).fmt(f),
            (_, Some(_)) => Counter::Bcd { bytes: data, negative: false }.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed_structure::FixedStructure;
    use std::string::String;

    fn shown(bytes: [u8; 16]) -> [String; 2] {
        FixedStructure::parse(&bytes).unwrap().counters.map(|counter| {
            let setting = CounterSetting::new(&counter);
            let (prefix, exponent) = setting.scale().unwrap();
            std::format!("{} {prefix} {exponent} {}", setting.description(), setting.value())
        })
    }

    #[test]
    fn the_digits_stay_as_sent_and_the_scale_follows_the_one_rule() {
        // Binary: 12345 and 54321 kWh.
        let binary =
            [0x78, 0x56, 0x34, 0x12, 0x0B, 0x01, 0x05, 0x05, 0x39, 0x30, 0, 0, 0x31, 0xD4, 0, 0];
        assert_eq!(shown(binary), ["Energy k 0 12345", "Energy k 0 54321"]);
        // BCD: litres, one counter with error digits.
        let bcd =
            [0x78, 0x56, 0x34, 0x12, 0x0A, 0, 0xE9, 0x7E, 0x01, 0, 0, 0, 0xBD, 0xEB, 0xDD, 0xDD];
        assert_eq!(shown(bcd), ["Volume  -3 00000001", "Volume  -3     Ebb "]);
    }
}
