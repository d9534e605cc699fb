//! What a record is, as a short text that stays the same from readout to readout.
//!
//! Places do not serve for that: when a meter leaves out one record, all behind it move up.
//! Values neither, nor the power of ten: a meter may change it with the size of the number.

use std::collections::BTreeMap;
use std::fmt;

use mbus::hex::Hex;
use mbus::record::DataField;
use mbus::record::vif_table::Kind;

use crate::source_record::{RecordContent, SourceRecord};

/// What a value is, whenever it was: quantity, unit and qualifiers (VIF and VIFEs), function,
/// tariff and subunit, without the storage number.
///
/// The current value and all stored ones of it have the same series, so it holds the values of a
/// [`history`](crate::history) together. It is of lower case letters, digits, `_` and `.`:
/// `volume.cubic_metre.instantaneous`, `energy.watt_hour.instantaneous.tariff_1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey(String);

/// One of the values of a meter: its series, the storage number, how the data is coded, and, where
/// a readout has several that are equal in all of this, which of them.
///
/// `volume.cubic_metre.instantaneous.storage_1.int32`; the second of two voltages without a phase
/// is `voltage.volt.instantaneous.int16.2`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettingKey(String);

impl SeriesKey {
    /// Bytes for the manufacturer have no more to tell them apart.
    pub(crate) fn of_manufacturer_data() -> Self {
        Self("manufacturer_data".to_owned())
    }

    pub(crate) fn of(record: &SourceRecord<'_>) -> Self {
        let mut key = record.quantity().name().to_owned();
        let mut add = |part: &str| {
            key.push('.');
            key.push_str(part);
        };
        let unit = record.unit();
        if unit.is_some() {
            add(&unit.word().to_lowercase());
        }
        record.marks().for_each(&mut add);
        if let Some(code) = own_code(record) {
            add(&code);
        }
        add(record.function().name());
        for (name, number) in
            [("tariff", record.tariff()), ("subunit", u32::from(record.subunit()))]
        {
            if number > 0 {
                add(&format!("{name}_{number}"));
            }
        }
        Self(key)
    }

    /// A key that was stored as its text.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SettingKey {
    /// A key that was stored as its text.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives the records of one readout their keys, in their order.
#[derive(Default)]
pub(crate) struct SettingKeys {
    /// How many records there were of each kind.
    counts: BTreeMap<String, usize>,
}

impl SettingKeys {
    pub(crate) fn of(&mut self, record: &SourceRecord<'_>, series: &SeriesKey) -> SettingKey {
        let storage = match record.storage() {
            0 => String::new(),
            number => format!(".storage_{number}"),
        };
        self.next(format!("{series}{storage}.{}", coding(record)))
    }

    pub(crate) fn of_manufacturer_data(&mut self, series: &SeriesKey) -> SettingKey {
        self.next(series.0.clone())
    }

    fn next(&mut self, kind: String) -> SettingKey {
        let count = self.counts.entry(kind.clone()).or_default();
        *count += 1;
        // No kind ends with a number alone, so this is no other kind.
        SettingKey(if *count == 1 { kind } else { format!("{kind}.{count}") })
    }
}

/// The bytes of a meaning that has no name: the manufacturer's own codes, those the standard
/// keeps for later, and what a meter says in plain text.
fn own_code(record: &SourceRecord<'_>) -> Option<String> {
    let (name, bytes) = match &record.content {
        RecordContent::Record(record) => match record.vib.text() {
            Some(text) => ("text", text),
            None if is_named(record) => return None,
            None => ("vib", record.vib.bytes),
        },
        RecordContent::Counter(counter) if counter.quantity == mbus::Quantity::Reserved => {
            ("code", &[counter.unit_code][..])
        }
        RecordContent::Counter(_) => return None,
    };
    Some(format!("{name}_{}", Hex(bytes).to_string().to_lowercase()))
}

fn is_named(record: &mbus::DataRecord<'_>) -> bool {
    let meaning = record.vib.meaning();
    !meaning.is_private && !matches!(meaning.kind, Kind::Unknown | Kind::Private)
}

/// How the data is coded: what the DIB says besides function, storage number, tariff and subunit.
fn coding(record: &SourceRecord<'_>) -> String {
    let field = match &record.content {
        RecordContent::Record(record) => record.dib.data_field(),
        RecordContent::Counter(counter) => counter.data_field,
    };
    match field {
        DataField::NoData => "no_data".to_owned(),
        DataField::Integer(bytes) => format!("int{}", 8 * u16::from(bytes)),
        DataField::Real => "real32".to_owned(),
        DataField::Selection => "selection".to_owned(),
        DataField::Bcd(bytes) => format!("bcd{}", 2 * u16::from(bytes)),
        DataField::Variable => "variable".to_owned(),
        DataField::Special => "special".to_owned(),
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
