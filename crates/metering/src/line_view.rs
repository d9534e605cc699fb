//! The telegrams of one readout as numbered lines, for people who look for a register.

use std::collections::BTreeSet;

use mbus::hex::Hex;
use mbus::record::FunctionField;
use mbus::view::lines::Content;
use mbus::{DeviceType, Quality, Quantity};

use crate::index::{device_type, index_record};
use crate::numbered_lines::{LineContent, NumberedLine, NumberedLines};
use crate::source_record::SourceRecord;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number, from 0; it runs on over the telegrams of a readout.
    pub number: u16,
    /// The telegram, from 0.
    pub telegram: u8,
    /// The text without the number.
    pub text: String,
    /// Where the line's bytes start in the telegram's frame.
    pub offset: usize,
    /// How many bytes of the frame the line shows.
    pub length: usize,
    /// These bytes as hex, with spaces.
    pub hex: String,
    /// What the line shows.
    pub kind: LineKind,
    /// Whether this is the meter's main register.
    pub is_index: bool,
    /// The register name this line would usually be given; each name is given once.
    pub register: Option<&'static str>,
    /// The line as the parameter `reg` takes it, with the DIB/VIB found there: `3 04/06`. A
    /// counter of the fixed structure has no DIB/VIB and is chosen by its line alone.
    pub selector: Option<String>,
    /// How far the record's value can be trusted; `None` for lines without a record.
    pub quality: Option<Quality>,
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Who answers.
    Address,
    /// The header.
    Header,
    /// A data record.
    Record,
    /// Bytes for the manufacturer.
    Manufacturer,
    /// More records follow in the next telegram.
    More,
    /// Something is wrong or cannot be read.
    Fault,
}

impl LineKind {
    /// The word, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Header => "header",
            Self::Record => "record",
            Self::Manufacturer => "manufacturer",
            Self::More => "more",
            Self::Fault => "fault",
        }
    }

    const fn of(content: &LineContent<'_>) -> Self {
        match content {
            LineContent::Unreadable(_) => Self::Fault,
            LineContent::Decoded(line) => match line.content {
                Content::SecondaryAddress(_) => Self::Address,
                Content::Header(_) | Content::FixedHeader(_) => Self::Header,
                Content::Record(_) | Content::Counter(_) => Self::Record,
                Content::ManufacturerHeading | Content::ManufacturerData(_) => Self::Manufacturer,
                Content::MoreRecordsFollow => Self::More,
                Content::ApplicationError(_)
                | Content::Alarm(_)
                | Content::Encrypted(..)
                | Content::Compact(_)
                | Content::Raw(_)
                | Content::Fault(_) => Self::Fault,
            },
        }
    }
}

/// The lines of the telegrams of one readout, given as whole frames in the order received.
pub fn line_view(frames: &[Vec<u8>]) -> Vec<Line> {
    let lines = NumberedLines::new(frames);
    let index = index_record(&lines).map(|record| record.line);
    let device_type = device_type(&lines);
    let mut suggested = BTreeSet::new();
    let mut view: Vec<_> = lines.lines.iter().map(|line| plain_line(line, frames)).collect();
    // The index has the first claim to its name.
    let order = |is_index: bool| {
        view.iter().enumerate().filter(move |(_, line)| (Some(line.number) == index) == is_index)
    };
    let places: Vec<_> = order(true).chain(order(false)).map(|(place, _)| place).collect();
    for place in places {
        let (Some(line), Some(record)) =
            (view.get_mut(place), lines.lines.get(place).and_then(NumberedLine::record))
        else {
            continue;
        };
        line.is_index = Some(line.number) == index;
        line.selector = Some(selector_of(&record));
        line.quality = Some(record.quality());
        line.register =
            usual_name(&record, device_type, line.is_index).filter(|name| suggested.insert(*name));
    }
    view
}

fn plain_line(line: &NumberedLine<'_>, frames: &[Vec<u8>]) -> Line {
    let frame = frames.get(usize::from(line.telegram)).map_or(&[][..], Vec::as_slice);
    let (offset, length) = match &line.content {
        LineContent::Decoded(decoded) => (decoded.offset, decoded.length),
        LineContent::Unreadable(_) => (0, frame.len()),
    };
    let bytes = frame.get(offset..offset + length).unwrap_or_default();
    Line {
        number: line.number,
        telegram: line.telegram,
        text: line.text(),
        offset,
        length,
        hex: format!("{:#}", Hex(bytes)),
        kind: LineKind::of(&line.content),
        is_index: false,
        register: None,
        selector: None,
        quality: None,
    }
}

fn selector_of(record: &SourceRecord<'_>) -> String {
    match record.data_record() {
        Some(_) => format!("{} {}/{}", record.line, record.dib(), record.vib()),
        None => record.line.to_string(),
    }
}

/// The name a record usually has as a register.
fn usual_name(
    record: &SourceRecord<'_>,
    device_type: Option<DeviceType>,
    is_index: bool,
) -> Option<&'static str> {
    let is_current = record.function() == FunctionField::Instantaneous
        && record.storage() == 0
        && record.tariff() == 0
        && record.subunit() == 0;
    if !is_current && !is_index {
        return None;
    }
    let code = device_type.map(|device_type| device_type.0);
    let is_export = record
        .qualifiers()
        .any(|name| matches!(name, "negative_contributions" | "direction_from_meter"));
    if !record.is_plain() && !is_index && !is_export {
        return None;
    }
    let name = match (record.quantity(), code) {
        (Quantity::Energy, Some(0x02)) if is_export => "en_ex",
        _ if is_export => return None,
        (Quantity::Energy, Some(0x02)) => "en_im",
        (Quantity::Energy, Some(0x0A | 0x0B)) => "cold_energy_kwh",
        (Quantity::Energy, Some(0x04 | 0x0C | 0x0D)) => "heat_energy_kwh",
        (Quantity::Volume, _) => "vol_m3",
        (Quantity::Power, _) => "power_kw",
        (Quantity::VolumeFlow | Quantity::VolumeFlowExt, _) => "vol_flow_m3_h",
        (Quantity::FlowTemperature, _) => "flow_temp",
        (Quantity::ReturnTemperature, _) => "return_temp",
        (Quantity::TemperatureDifference, _) => "diff_temp",
        _ => return None,
    };
    Some(name)
}
