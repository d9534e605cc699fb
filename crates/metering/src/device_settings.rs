//! A readout as a device driver shows it: for every reading metadata in ten fields, and the raw
//! counter as text.

mod metadata;

use mbus::hex::Hex;
use mbus::view::lines::Content;
use mbus::view::settings::{CounterSetting, Setting};

use crate::numbered_lines::{LineContent, NumberedLine, NumberedLines};
use crate::record_key::SettingKeys;
use crate::source_record::RecordContent;
use crate::{SeriesKey, SettingKey};

pub use metadata::SettingMetadata;

/// Whether the values a meter has stored itself are processed: the connection property "Process
/// Historical Data".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HistoricalData {
    /// Only spot values are: those with storage number 0. So it is in a new device.
    #[default]
    Off,
    /// Stored values are too; [`history`](crate::history) has them under their dates.
    On,
}

/// One reading of a device: two setting variables, the metadata and the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSetting {
    /// Which of the meter's values it is, the same in every readout.
    pub key: SettingKey,
    /// What it is a value of, whatever its storage number.
    pub series: SeriesKey,
    /// The ten fields.
    pub metadata: SettingMetadata,
    /// The value as the meter sent it, always as text: digits that are never scaled, a text, a
    /// date, error digits as a display shows them, bytes in hex; empty where the meter sent none.
    pub value: String,
    /// The telegram of the readout, from 0.
    pub telegram: u8,
    /// The line in the [line view](crate::line_view) that shows the same record.
    pub line: u16,
}

/// One of the two variables a reading makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingVariable<'a> {
    /// The key of the setting with `.metadata` or `.value` behind it.
    pub name: String,
    /// What it holds.
    pub content: VariableContent<'a>,
}

/// What a setting variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableContent<'a> {
    /// The ten fields.
    Metadata(&'a SettingMetadata),
    /// The value as text.
    Value(&'a str),
}

impl DeviceSetting {
    /// The two variables: the metadata, then the value.
    pub fn variables(&self) -> [SettingVariable<'_>; 2] {
        variables(&self.key, &self.metadata, &self.value)
    }

    /// Whether it is a spot value: one with storage number 0.
    pub const fn is_spot(&self) -> bool {
        self.metadata.storage_number == 0
    }
}

/// The variables of a setting, wherever it is kept.
pub(crate) fn variables<'a>(
    key: &SettingKey,
    metadata: &'a SettingMetadata,
    value: &'a str,
) -> [SettingVariable<'a>; 2] {
    [
        SettingVariable {
            name: format!("{key}.metadata"),
            content: VariableContent::Metadata(metadata),
        },
        SettingVariable { name: format!("{key}.value"), content: VariableContent::Value(value) },
    ]
}

/// The settings of the telegrams of one readout, given as whole frames in the order received.
///
/// Every reading is one: each data record, each counter of the fixed structure, and the bytes for
/// the manufacturer (DIF 0F and 1F). None is left out for what it holds: error digits, texts,
/// dates, records without data, and codes nobody knows are shown as text. What cannot be read at
/// all, such as a broken or encrypted telegram, has no readings.
///
/// ```
/// use metering::{HistoricalData, device_settings};
///
/// let frame = [
///     0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78,
///     0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
/// ];
/// let settings = device_settings(&[frame.to_vec()], HistoricalData::Off);
/// assert_eq!(settings[0].key.as_str(), "energy.watt_hour.instantaneous.int32");
/// assert_eq!(settings[0].metadata.si_prefix.as_deref(), Some("k"));
/// assert_eq!(settings[0].value, "12345");
/// ```
pub fn device_settings(frames: &[Vec<u8>], historical: HistoricalData) -> Vec<DeviceSetting> {
    let lines = NumberedLines::new(frames);
    // Keys are given to all readings, so that they do not depend on what is asked for.
    let mut keys = SettingKeys::default();
    let settings = lines.lines.iter().filter_map(|line| setting_of(line, &lines, &mut keys));
    settings.filter(|setting| historical == HistoricalData::On || setting.is_spot()).collect()
}

/// The setting of a line, where the line shows a reading.
fn setting_of(
    line: &NumberedLine<'_>,
    lines: &NumberedLines<'_>,
    keys: &mut SettingKeys,
) -> Option<DeviceSetting> {
    let (telegram, number) = (line.telegram, line.number);
    if let Some(bytes) = manufacturer_data(line) {
        let series = SeriesKey::of_manufacturer_data();
        return Some(DeviceSetting {
            key: keys.of_manufacturer_data(&series),
            series,
            metadata: SettingMetadata::of_manufacturer_data(lines.has_successor(telegram)),
            value: Hex(bytes).to_string(),
            telegram,
            line: number,
        });
    }
    let record = line.record()?;
    let (metadata, value) = match &record.content {
        RecordContent::Record(record) => {
            let setting = Setting::new(record);
            (SettingMetadata::of_record(&setting), setting.value().to_string())
        }
        RecordContent::Counter(counter) => {
            let setting = CounterSetting::new(counter);
            (SettingMetadata::of_counter(&setting), setting.value().to_string())
        }
    };
    let series = SeriesKey::of(&record);
    let key = keys.of(&record, &series);
    Some(DeviceSetting { key, series, metadata, value, telegram, line: number })
}

const fn manufacturer_data<'a>(line: &NumberedLine<'a>) -> Option<&'a [u8]> {
    match &line.content {
        LineContent::Decoded(line) => match line.content {
            Content::ManufacturerData(bytes) => Some(bytes),
            _ => None,
        },
        LineContent::Unreadable(_) => None,
    }
}
