//! Which record is the meter's index: the value on its dial.

use mbus::record::FunctionField;
use mbus::telegram::MeterIdentity;
use mbus::{Decimal, DeviceType, Quantity};

use crate::numbered_lines::NumberedLines;
use crate::selector::leaves_the_quantity;
use crate::source_record::SourceRecord;
use crate::unit_conversion::RegisterUnit;

/// The meter's index, to be compared with its dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The line it stands at.
    pub line: u16,
    /// The telegram, from 0.
    pub telegram: u8,
    /// The value in [`unit`](Self::unit); absent where the record has none to trust.
    pub value: Option<Decimal>,
    /// kWh for energy, m³ for volume; empty for the units of a heat cost allocator.
    pub unit: &'static str,
}

/// The index of the meter that sent these telegrams, given as whole frames in the order
/// received; `None` where none can be told.
///
/// It is a current energy or volume, as the device type says, without tariff and subunit. Where
/// only parts of the device have one, it is taken if it is the only one.
pub fn index_of(frames: &[Vec<u8>]) -> Option<Index> {
    let lines = NumberedLines::new(frames);
    let record = index_record(&lines)?;
    let unit = match record.quantity() {
        Quantity::Energy => Some(RegisterUnit::KilowattHour),
        Quantity::Volume => Some(RegisterUnit::CubicMetre),
        _ => None,
    };
    // A counter below zero is a mistake somewhere, not a dial.
    let number = record.number().filter(|number| !number.is_negative());
    let value = match unit {
        Some(unit) => {
            number.and_then(|number| unit.convert(number, record.quantity(), record.unit()).ok())
        }
        None => number,
    };
    let unit = unit.map_or("", RegisterUnit::symbol);
    Some(Index { line: record.line, telegram: record.telegram, value, unit })
}

/// The record of the index.
pub(crate) fn index_record<'a>(lines: &NumberedLines<'a>) -> Option<SourceRecord<'a>> {
    let wanted = dial_quantities(device_type(lines));
    wanted.iter().find_map(|quantity| best_of(lines, *quantity))
}

/// What kind of meter answers, where the telegrams say it.
pub(crate) fn device_type(lines: &NumberedLines<'_>) -> Option<DeviceType> {
    lines.readable().find_map(|telegram| match telegram.identity() {
        MeterIdentity::Full(meter) => Some(meter.device_type),
        MeterIdentity::Number(_, device_type) => Some(device_type),
        MeterIdentity::Unknown => None,
    })
}

/// What a meter of this kind has on its dial, the most likely first.
const fn dial_quantities(device_type: Option<DeviceType>) -> &'static [Quantity] {
    let code = match device_type {
        Some(DeviceType(code)) => code,
        None => 0x0F,
    };
    match code {
        0x02 | 0x04 | 0x0A..=0x0D => &[Quantity::Energy],
        0x01 | 0x03 | 0x06 | 0x07 | 0x09 | 0x15..=0x17 | 0x28 => &[Quantity::Volume],
        0x08 => &[Quantity::HeatCostAllocation],
        _ => &[Quantity::Energy, Quantity::Volume, Quantity::HeatCostAllocation],
    }
}

/// How well a record fits; the smaller the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The plain quantity of the whole device.
    Plain,
    /// The same with a note, such as "positive contributions".
    Noted,
    /// The quantity of a tariff or a part of the device.
    Part,
}

fn best_of<'a>(lines: &NumberedLines<'a>, quantity: Quantity) -> Option<SourceRecord<'a>> {
    let fitting: Vec<_> = lines
        .records()
        .filter_map(|record| fit(&record, quantity).map(|fit| (fit, record)))
        .collect();
    // The first of the best; meters send the main register first.
    let (fit, record) = *fitting.iter().min_by_key(|(fit, _)| *fit)?;
    (fit != Fit::Part || fitting.len() == 1).then_some(record)
}

fn fit(record: &SourceRecord<'_>, quantity: Quantity) -> Option<Fit> {
    let is_dial = record.quantity() == quantity
        && record.function() == FunctionField::Instantaneous
        && record.storage() == 0
        && record.unit_factor().is_none()
        && has_dial_unit(record)
        && record.qualifiers().all(leaves_the_quantity);
    if !is_dial {
        return None;
    }
    Some(match (record.tariff(), record.subunit()) {
        (0, 0) if record.is_plain() => Fit::Plain,
        (0, 0) => Fit::Noted,
        _ => Fit::Part,
    })
}

fn has_dial_unit(record: &SourceRecord<'_>) -> bool {
    let converts =
        |unit: RegisterUnit| unit.convert(Decimal::ZERO, record.quantity(), record.unit()).is_ok();
    match record.quantity() {
        Quantity::Energy => converts(RegisterUnit::KilowattHour),
        Quantity::Volume => converts(RegisterUnit::CubicMetre),
        _ => true,
    }
}
