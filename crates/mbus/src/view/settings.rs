//! The settings view: each record as ten fields of metadata and the raw counter as text.
//!
//! A device driver of a server platform shows a reading like this. The true value is
//! `value × 10^exponent × prefix` in the unit; the number itself is never touched.

mod counter;

use core::fmt;

pub use counter::CounterSetting;

use crate::hex::Hex;
use crate::record::vif_table::{Kind, VifTable};
use crate::record::{Counter, DataField, DataRecord, Effect, FunctionField, Text, Value};
use crate::{Quantity, Unit};

/// The names of the ten metadata fields, in their order.
pub const FIELDS: [&str; 10] = [
    "Data Field Code",
    "Function Field (Control Field)",
    "Storage Number",
    "Tariff",
    "VIF Type",
    "Unit of Measurement",
    "Sub-unit",
    "Description",
    "SI Prefix",
    "Counter Exponent",
];

/// A record as metadata and value.
///
/// ```
/// use mbus::record::Records;
/// use mbus::view::settings::Setting;
///
/// let record = Records::new(&[0x04, 0x06, 0x39, 0x30, 0x00, 0x00]).next().unwrap();
/// let setting = Setting::new(&record);
/// assert_eq!(setting.unit(), Some("Wh"));
/// assert_eq!(setting.scale(), Some(("k", 0)));
/// assert_eq!(setting.value().to_string(), "12345");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Setting<'r, 'a> {
    record: &'r DataRecord<'a>,
}

impl<'r, 'a> Setting<'r, 'a> {
    /// The view of a record.
    pub fn new(record: &'r DataRecord<'a>) -> Self {
        Self { record }
    }

    /// How the data is coded.
    pub fn data_field_code(&self) -> &'static str {
        match self.record.dib.data_field() {
            DataField::NoData => "No Data",
            DataField::Integer(1) => "8 Bit Integer",
            DataField::Integer(2) => "16 Bit Integer",
            DataField::Integer(3) => "24 Bit Integer",
            DataField::Integer(4) => "32 Bit Integer",
            DataField::Integer(6) => "48 Bit Integer",
            DataField::Integer(_) => "64 Bit Integer",
            DataField::Real => "32 Bit Real",
            DataField::Selection => "Selection for readout",
            DataField::Bcd(1) => "2 digit BCD",
            DataField::Bcd(2) => "4 digit BCD",
            DataField::Bcd(3) => "6 digit BCD",
            DataField::Bcd(4) => "8 digit BCD",
            DataField::Bcd(_) => "12 digit BCD",
            DataField::Variable => "variable length",
            DataField::Special => "Special Function",
        }
    }

    /// What the value is among its kind: bits 5 and 4 of the DIF.
    pub fn function_field(&self) -> &'static str {
        match self.record.dib.function() {
            FunctionField::Instantaneous => "Instantaneous value",
            FunctionField::Maximum => "Maximum value",
            FunctionField::Minimum => "Minimum value",
            FunctionField::Error => "Value during error state",
        }
    }

    /// 0 is the current value.
    pub fn storage_number(&self) -> u64 {
        self.record.dib.storage()
    }

    /// 0 is the total.
    pub fn tariff(&self) -> u32 {
        self.record.dib.tariff()
    }

    /// Which table the unit comes from. The spelling is the one users of the view know.
    pub fn vif_type(&self) -> &'static str {
        match (self.record.vib.table, self.record.vib.vif.kind) {
            (VifTable::Primary, _) if self.record.vib.text().is_some() => "ascii",
            (VifTable::Primary, Kind::Private) => "manufacturer specific",
            (VifTable::Primary, _) => "primary",
            (VifTable::ExtensionFb, _) => "extension FB",
            (VifTable::ExtensionFd, _) => "extension FD",
        }
    }

    /// The plain unit; `None` where there is none.
    pub fn unit(&self) -> Option<&'static str> {
        let meaning = self.record.vib.meaning();
        match (meaning.kind, self.record.value, meaning.quantity) {
            (Kind::Calendar, Value::Date(_), _) | (Kind::Calendar, Value::None, Quantity::Date) => {
                Some("Date")
            }
            (Kind::Calendar, Value::Number(_), _) => None,
            (Kind::Calendar, ..) => Some("time and date"),
            _ if self.record.unit().is_some() => Some(self.record.unit().symbol()),
            _ => None,
        }
    }

    /// The part of the device.
    pub fn sub_unit(&self) -> u16 {
        self.record.dib.subunit()
    }

    /// What the value is, then what each VIFE adds.
    pub fn description(&self) -> Description<'r, 'a> {
        Description { record: self.record }
    }

    /// SI prefix and what is left of the power of ten; `None` where nothing is scaled (times,
    /// dates, identifications).
    pub fn scale(&self) -> Option<(&'static str, i16)> {
        scale_of(self.record.unit(), exponent_of(self.record))
    }

    /// The counter as the meter sent it.
    pub fn value(&self) -> RawValue<'r, 'a> {
        RawValue { record: self.record }
    }
}

/// The power of ten the value was scaled by: none where the unit code is not understood in full.
fn exponent_of(record: &DataRecord<'_>) -> i16 {
    match record.vib.meaning().kind {
        Kind::Unknown => 0,
        _ => record.vib.meaning().exponent,
    }
}

/// The largest of k, M and G that the power of ten contains, and the rest of it.
const fn scale_of(unit: Unit, exponent: i16) -> Option<(&'static str, i16)> {
    if exponent == 0 && (!unit.is_some() || is_time(unit)) {
        return None;
    }
    if !takes_prefix(unit) {
        return Some(("", exponent));
    }
    Some(match exponent {
        9.. => ("G", exponent - 9),
        6.. => ("M", exponent - 6),
        3.. => ("k", exponent - 3),
        _ => ("", exponent),
    })
}

const fn is_time(unit: Unit) -> bool {
    matches!(unit, Unit::Second | Unit::Minute | Unit::Hour | Unit::Day | Unit::Month | Unit::Year)
}

const fn takes_prefix(unit: Unit) -> bool {
    matches!(
        unit,
        Unit::WattHour
            | Unit::Joule
            | Unit::Calorie
            | Unit::VarHour
            | Unit::VoltAmpereHour
            | Unit::Watt
            | Unit::JoulePerHour
            | Unit::Var
            | Unit::VoltAmpere
            | Unit::Volt
            | Unit::Ampere
            | Unit::Hertz
    )
}

/// The words for what a record holds.
#[derive(Clone, Copy, Debug)]
pub struct Description<'r, 'a> {
    record: &'r DataRecord<'a>,
}

impl fmt::Display for Description<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vib = &self.record.vib;
        match vib.text() {
            Some(text) => write!(f, "{}", Text(text))?,
            None => write_label(f, vib.vif.quantity)?,
        }
        let mut power = 0_i16;
        for vife in vib.vifes() {
            match vife.effect {
                Effect::Scale(step) => power += i16::from(step),
                Effect::Factor(factor) => write!(f, ", {factor}")?,
                Effect::Private => f.write_str(", manufacturer specific")?,
                _ => {
                    f.write_str(", ")?;
                    write_words(f, vife.name, false)?;
                }
            }
        }
        match power {
            0 => Ok(()),
            _ => write!(f, ", Multiplicative correction factor {}", crate::Decimal::new(1, power)),
        }
    }
}

/// The label of a quantity, as users of the view know it.
fn write_label(f: &mut fmt::Formatter<'_>, quantity: Quantity) -> fmt::Result {
    let label = match quantity {
        Quantity::Date | Quantity::DateTime => "Time Point",
        Quantity::MassFlow => "Mass flow",
        Quantity::HeatCostAllocation => "Units for H.C.A.",
        Quantity::FabricationNumber => "Fabrication No",
        Quantity::EnhancedIdentification => "Enhanced Identification Record",
        Quantity::ErrorFlags => "Error flags (binary)",
        Quantity::ErrorMask => "Error mask",
        Quantity::ModelVersion => "Model/Version",
        Quantity::ParameterSetId => "Parameter set identification",
        Quantity::HardwareVersion => "Hardware version #",
        Quantity::FirmwareVersion => "Metrology (firmware) version #",
        Quantity::OtherSoftwareVersion => "Other software version #",
        Quantity::DigitalInput => "Digital Input (binary)",
        Quantity::DigitalOutput => "Digital Output (binary)",
        Quantity::ManufacturerSpecific => "Manufacturer specific",
        Quantity::AnyVif => "Any VIF",
        other => return write_words(f, other.name(), true),
    };
    f.write_str(label)
}

/// `flow_temperature` as "Flow Temperature" or "flow temperature".
fn write_words(f: &mut fmt::Formatter<'_>, name: &str, capitals: bool) -> fmt::Result {
    for (index, word) in name.split('_').enumerate() {
        if index > 0 {
            f.write_str(" ")?;
        }
        let (first, rest) = word.split_at(word.len().min(1));
        if capitals {
            first.chars().try_for_each(|letter| write!(f, "{}", letter.to_ascii_uppercase()))?;
        } else {
            f.write_str(first)?;
        }
        f.write_str(rest)?;
    }
    Ok(())
}

/// The counter as the meter sent it: digits, a text, a date; never scaled.
#[derive(Clone, Copy, Debug)]
pub struct RawValue<'r, 'a> {
    record: &'r DataRecord<'a>,
}

impl fmt::Display for RawValue<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record;
        match (record.dib.data_field(), record.value) {
            (DataField::NoData, _) => Ok(()),
            (DataField::Selection, _) => f.write_str("(selected for read out)"),
            (_, Value::DateTime(point)) if point.time.second.is_none() => write!(f, "{point}:00"),
            (DataField::Bcd(_), Value::None) => write_display_digits(f, record.data),
            // A constant of the VIB is in the text: prefix and exponent cannot carry it.
            (field, Value::Number(number))
                if field == DataField::Real || record.vib.meaning().addend.is_some() =>
            {
                write!(f, "{}", number.shift(-exponent_of(record)))
            }
            (_, Value::None) if record.vib.meaning().kind == Kind::Calendar => {
                f.write_str("invalid")
            }
            (_, Value::None) => write!(f, "{}", Hex(record.data)),
            (_, Value::Number(_)) => match record.counter() {
                Some(counter @ (Counter::Integer(_) | Counter::Bcd { .. })) => counter.fmt(f),
                None => record.value.fmt(f),
            },
            (_, value) => value.fmt(f),
        }
    }
}

/// Digits above 9 as a meter's display shows them (EN 13757-3, annex A, type A).
fn write_display_digits(f: &mut fmt::Formatter<'_>, data: &[u8]) -> fmt::Result {
    for byte in data.iter().rev() {
        for nibble in [byte >> 4, byte & 0x0F] {
            let shown = match nibble {
                0xA => 'A',
                0xB => 'b',
                0xC => 'C',
                0xD => ' ',
                0xE => 'E',
                0xF => '-',
                digit => char::from(b'0' + digit),
            };
            write!(f, "{shown}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Records;
    use std::string::{String, ToString};

    /// Code, function, storage, tariff, VIF type, unit, sub-unit, description, prefix, exponent,
    /// value.
    fn fields(bytes: &[u8]) -> [String; 11] {
        let record = Records::new(bytes).next().unwrap();
        let setting = Setting::new(&record);
        let scale = setting.scale();
        [
            setting.data_field_code().into(),
            setting.function_field().into(),
            setting.storage_number().to_string(),
            setting.tariff().to_string(),
            setting.vif_type().into(),
            setting.unit().unwrap_or("none").into(),
            setting.sub_unit().to_string(),
            setting.description().to_string(),
            scale.map_or("none", |(prefix, _)| prefix).into(),
            scale.map_or("none".into(), |(_, exponent)| exponent.to_string()),
            setting.value().to_string(),
        ]
    }

    const INST: &str = "Instantaneous value";

    #[test]
    fn numbers_keep_their_digits_and_name_their_scale() {
        assert_eq!(
            fields(&[0x04, 0x06, 0x39, 0x30, 0, 0]),
            ["32 Bit Integer", INST, "0", "0", "primary", "Wh", "0", "Energy", "k", "0", "12345"]
        );
        assert_eq!(
            fields(&[0x04, 0x13, 0xF5, 0x5B, 0x0A, 0]),
            ["32 Bit Integer", INST, "0", "0", "primary", "m³", "0", "Volume", "", "-3", "678901"]
        );
        assert_eq!(
            fields(&[0x02, 0x61, 0x05, 0x08])[5..],
            ["K", "0", "Temperature Difference", "", "-2", "2053"]
        );
        assert_eq!(
            fields(&[0x04, 0xFB, 0x00, 8, 0, 0, 0])[4..],
            ["extension FB", "Wh", "0", "Energy", "k", "2", "8"]
        );
        assert_eq!(
            fields(&[0x14, 0x2B, 0x48, 0x26, 0, 0])[1..],
            ["Maximum value", "0", "0", "primary", "W", "0", "Power", "", "0", "9800"]
        );
        assert_eq!(fields(&[0x0C, 0x13, 0x01, 0x01, 0, 0])[10], "00000101");
        let with_constant = fields(&[0x04, 0x93, 0x79, 0x05, 0, 0, 0]);
        assert_eq!(with_constant[8..], ["", "-3", "5.01"], "5 l and a hundredth of a litre");
        assert_eq!(
            fields(&[0x05, 0x2E, 0xA0, 0xC8, 0x51, 0x46])[5..],
            ["W", "0", "Power", "k", "0", "13426.156"]
        );
    }

    #[test]
    fn what_is_not_scaled_has_no_prefix_and_no_exponent() {
        assert_eq!(
            fields(&[0x02, 0x23, 0xA4, 0x01])[5..],
            ["d", "0", "On Time", "none", "none", "420"]
        );
        let thousandths = fields(&[0x02, 0xA0, 0x73, 0xA4, 0x01]);
        assert_eq!(thousandths[8..], ["", "-3", "420"], "a factor is scaling, of a time too");
        assert_eq!(
            fields(&[0x04, 0x6D, 0x1E, 0x0A, 0xAB, 0x26])[5..],
            ["time and date", "0", "Time Point", "none", "none", "2021-06-11T10:30:00"]
        );
        assert_eq!(
            fields(&[0x42, 0x6C, 0x9F, 0x2C])[2..],
            ["1", "0", "primary", "Date", "0", "Time Point", "none", "none", "2020-12-31"]
        );
        assert_eq!(fields(&[0x42, 0x6C, 0, 0])[10], "invalid");
        assert_eq!(
            fields(&[0x01, 0xFD, 0x17, 0])[4..],
            ["extension FD", "none", "0", "Error flags (binary)", "none", "none", "0"]
        );
    }

    #[test]
    fn what_is_no_number_is_shown_as_text() {
        assert_eq!(
            fields(&[0x3C, 0x2B, 0xBD, 0xEB, 0xDD, 0xDD])[1..],
            [
                "Value during error state",
                "0",
                "0",
                "primary",
                "W",
                "0",
                "Power",
                "",
                "0",
                "    Ebb "
            ]
        );
        let text = [0x0D, 0x7C, 0x02, b'D', b'I', 0x03, b'7', b'A', b'9'];
        assert_eq!(
            fields(&text),
            ["variable length", INST, "0", "0", "ascii", "none", "0", "ID", "none", "none", "9A7"]
        );
        let humidity = [0x02, 0xFC, 0x03, 0x48, 0x52, 0x25, 0x74, 0xD4, 0x11];
        assert_eq!(
            fields(&humidity)[4..],
            ["ascii", "none", "0", "%RH, Multiplicative correction factor 0.01", "", "-2", "4564"]
        );
        assert_eq!(fields(&[0x00, 0x06])[10], "");
        assert_eq!(fields(&[0x08, 0x06])[10], "(selected for read out)");
        assert_eq!(fields(&[0x01, 0xFF, 0xE1, 0xFF, 0x01, 0x0D])[4], "manufacturer specific");
        let reserved_vife = fields(&[0x05, 0xAE, 0x10, 0, 0, 0x80, 0x3F]);
        assert_eq!(reserved_vife[8..], ["none", "none", "1"], "nobody knows what it is scaled by");
    }
}
