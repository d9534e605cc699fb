//! A record with its place in the readout: a data record, or a counter of the fixed structure.

use std::fmt;

use mbus::fixed_structure::FixedCounter;
use mbus::hex::Hex;
use mbus::record::{Effect, FunctionField, Value};
use mbus::{DataRecord, Decimal, Quality, Quantity, Unit};

use crate::Source;

/// A record with its place in the readout.
#[derive(Clone, Copy)]
pub(crate) struct SourceRecord<'a> {
    /// The telegram, from 0.
    pub(crate) telegram: u8,
    pub(crate) line: u16,
    pub(crate) content: RecordContent<'a>,
}

#[derive(Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "records are looked at one at a time")]
pub(crate) enum RecordContent<'a> {
    Record(DataRecord<'a>),
    Counter(FixedCounter<'a>),
}

impl<'a> SourceRecord<'a> {
    pub(crate) const fn data_record(&self) -> Option<&DataRecord<'a>> {
        match &self.content {
            RecordContent::Record(record) => Some(record),
            RecordContent::Counter(_) => None,
        }
    }

    pub(crate) fn quantity(&self) -> Quantity {
        match &self.content {
            RecordContent::Record(record) => record.quantity(),
            RecordContent::Counter(counter) => counter.quantity,
        }
    }

    pub(crate) const fn function(&self) -> FunctionField {
        match &self.content {
            RecordContent::Record(record) => record.function(),
            RecordContent::Counter(_) => FunctionField::Instantaneous,
        }
    }

    pub(crate) fn storage(&self) -> u64 {
        match &self.content {
            RecordContent::Record(record) => record.dib.storage(),
            RecordContent::Counter(counter) => counter.storage as u64,
        }
    }

    pub(crate) fn tariff(&self) -> u32 {
        match &self.content {
            RecordContent::Record(record) => record.dib.tariff(),
            RecordContent::Counter(_) => 0,
        }
    }

    pub(crate) fn subunit(&self) -> u16 {
        match &self.content {
            RecordContent::Record(record) => record.dib.subunit(),
            RecordContent::Counter(_) => 0,
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        match &self.content {
            RecordContent::Record(record) => record.unit(),
            RecordContent::Counter(counter) => counter.unit,
        }
    }

    /// What the unit is multiplied by (`/h`); a value with a factor is of another kind than one
    /// without.
    pub(crate) fn unit_factor(&self) -> Option<&'static str> {
        self.data_record().and_then(DataRecord::unit_factor)
    }

    /// Unit and factor as people write them; none for a unit that is not metric (VIFE 3D), for
    /// then only the meter's maker knows which it is.
    pub(crate) fn unit_text(&self) -> Option<String> {
        if self.marks().any(|mark| mark == "non_metric") {
            return None;
        }
        let unit = self.unit();
        let factor = self.unit_factor().unwrap_or_default();
        (unit.is_some() || !factor.is_empty()).then(|| format!("{unit}{factor}"))
    }

    pub(crate) const fn value(&self) -> Value<'a> {
        match &self.content {
            RecordContent::Record(record) => record.value,
            RecordContent::Counter(FixedCounter { value: Some(number), .. }) => {
                Value::Number(*number)
            }
            RecordContent::Counter(_) => Value::None,
        }
    }

    /// The quality; a record that is all right and has no value has no data.
    pub(crate) const fn quality(&self) -> Quality {
        let quality = match &self.content {
            RecordContent::Record(record) => record.quality,
            RecordContent::Counter(counter) => counter.quality,
        };
        match (quality, self.value()) {
            (Quality::Ok, Value::None) => Quality::NoData,
            (quality, _) => quality,
        }
    }

    /// The value as the JSON of a telegram shows it, whatever its quality.
    pub(crate) fn value_text(&self) -> Option<String> {
        match self.value() {
            Value::None => None,
            Value::Address(address) => Some(address.printed().to_string()),
            value => Some(value.to_string()),
        }
    }

    /// The number, where there is one that can be trusted.
    pub(crate) fn number(&self) -> Option<Decimal> {
        if self.quality().is_ok() { self.value().number() } else { None }
    }

    /// The names of the VIFEs that make another thing of the value than the plain quantity;
    /// factors are in the number and the unit already.
    pub(crate) fn qualifiers(&self) -> impl Iterator<Item = &'static str> {
        self.data_record().into_iter().flat_map(|record| record.vib.vifes()).filter_map(|vife| {
            let is_qualifier = match vife.effect {
                Effect::Scale(_) | Effect::Factor(_) | Effect::Extension => false,
                Effect::Note => !says_nothing_of_the_value(vife.name),
                _ => true,
            };
            is_qualifier.then_some(vife.name)
        })
    }

    /// The names of the VIFEs that say what the value is: the qualifiers and the factors of the
    /// unit. Left out is what may come and go with the value, powers of ten and faults.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &'static str> {
        self.data_record().into_iter().flat_map(|record| record.vib.vifes()).filter_map(|vife| {
            let is_mark = match vife.effect {
                Effect::Scale(_) | Effect::Extension | Effect::Fault(_) => false,
                Effect::Note => !says_nothing_of_the_value(vife.name),
                _ => true,
            };
            is_mark.then_some(vife.name)
        })
    }

    /// Whether the value is the plain quantity, as it is now.
    pub(crate) fn is_plain(&self) -> bool {
        self.qualifiers().next().is_none() && self.unit_factor().is_none()
    }

    pub(crate) fn dib(&self) -> String {
        self.data_record().map(|record| Hex(record.dib.bytes).to_string()).unwrap_or_default()
    }

    pub(crate) fn vib(&self) -> String {
        match &self.content {
            RecordContent::Record(record) => Hex(record.vib.bytes).to_string(),
            RecordContent::Counter(counter) => Hex(&[counter.unit_code]).to_string(),
        }
    }

    /// What the record says, without hex.
    pub(crate) const fn meaning(&self) -> RecordWords<'a> {
        RecordWords(*self)
    }

    /// The link a reading keeps to its record.
    pub(crate) fn source(&self) -> Source {
        let data = match &self.content {
            RecordContent::Record(record) => record.data,
            RecordContent::Counter(counter) => counter.data,
        };
        Source {
            telegram: self.telegram,
            line: self.line,
            dib: self.dib(),
            vib: self.vib(),
            quantity: self.quantity(),
            function: self.function(),
            storage: self.storage(),
            tariff: self.tariff(),
            subunit: self.subunit(),
            value: self.value_text(),
            unit: self.unit_text(),
            data: Hex(data).to_string(),
        }
    }
}

/// Notes on how the record is made.
fn says_nothing_of_the_value(note: &str) -> bool {
    matches!(note, "no_error" | "standard_conform_data_content" | "type_c" | "type_d")
}

impl fmt::Display for SourceRecord<'_> {
    /// Hex and meaning, for a sentence: `04/06 (instantaneous energy in Wh)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            RecordContent::Record(_) => write!(f, "{}/{}", self.dib(), self.vib())?,
            RecordContent::Counter(_) => write!(f, "a counter with unit code {}", self.vib())?,
        }
        write!(f, " ({})", self.meaning())
    }
}

/// What a record says, without hex: `instantaneous energy in Wh, storage 1`.
pub(crate) struct RecordWords<'a>(SourceRecord<'a>);

impl fmt::Display for RecordWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(record) = self;
        write!(f, "{} {}", record.function().name(), Words(record.quantity().name()))?;
        if let Some(unit) = record.unit_text() {
            write!(f, " in {unit}")?;
        }
        for (name, number) in [
            ("storage", record.storage()),
            ("tariff", u64::from(record.tariff())),
            ("subunit", u64::from(record.subunit())),
        ] {
            if number > 0 {
                write!(f, ", {name} {number}")?;
            }
        }
        record.qualifiers().try_for_each(|qualifier| write!(f, ", {}", Words(qualifier)))
    }
}

/// A name in snake case, as words.
struct Words<'a>(&'a str);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.split('_').enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}
