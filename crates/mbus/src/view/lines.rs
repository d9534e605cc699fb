//! The line view: a telegram as numbered lines, in the layout technicians know.
//!
//! Line 0 is always the secondary address and line 1 the header, also where a telegram has none,
//! so a record has the same number whatever the header. Telegrams of one readout are numbered on.

use core::fmt;

use crate::compact_frame::CompactFrame;
use crate::fixed_structure::{FixedCounter, FixedStructure};
use crate::header::Header;
use crate::hex::Hex;
use crate::record::{Counter, DataField, DataRecord, Fault, Records, RecordsEnd, Value};
use crate::telegram::{ApplicationError, Body, Lock, MeterIdentity};
use crate::{Quality, Telegram, Unit};

/// One line of the view; its `Display` is the text without the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number, from 0.
    pub number: u16,
    /// Where the line's bytes start in the frame.
    pub offset: usize,
    /// How many bytes of the frame the line shows.
    pub length: usize,
    /// What the line shows.
    pub content: Content<'a>,
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "lines are made one at a time and never stored")]
pub enum Content<'a> {
    /// Who answers.
    SecondaryAddress(MeterIdentity),
    /// The rest of the header.
    Header(Option<Header>),
    /// The header of the fixed structure.
    FixedHeader(FixedStructure<'a>),
    /// A data record.
    Record(DataRecord<'a>),
    /// A counter of the fixed structure.
    Counter(FixedCounter<'a>),
    /// The heading above the manufacturer's bytes.
    ManufacturerHeading,
    /// The manufacturer's bytes.
    ManufacturerData(&'a [u8]),
    /// The meter has more records in its next telegram.
    MoreRecordsFollow,
    /// CI 70.
    ApplicationError(ApplicationError),
    /// CI 71.
    Alarm(u8),
    /// Data that needs a key.
    Encrypted(&'a [u8], Lock),
    /// Data without its headings.
    Compact(CompactFrame<'a>),
    /// Data of a kind that is not understood.
    Raw(&'a [u8]),
    /// Why the lines end here.
    Fault(Fault),
}

impl<'a> Content<'a> {
    /// The record, where the line shows one.
    pub const fn record(&self) -> Option<&DataRecord<'a>> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }
}

/// The lines of one telegram.
///
/// ```
/// use mbus::Telegram;
/// use mbus::view::lines::Lines;
///
/// let bytes = [
///     0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78,
///     0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
/// ];
/// let telegram = Telegram::parse(&bytes).unwrap();
/// let line = Lines::new(&telegram, 0).nth(2).unwrap();
/// assert_eq!(
///     line.to_string(),
///     "DIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    telegram: Telegram<'a>,
    records: Records<'a>,
    number: u16,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Address,
    Header,
    Body(u8),
    ManufacturerHeading,
    ManufacturerData,
    More,
    Fault,
    Done,
}

impl<'a> Lines<'a> {
    /// The lines of `telegram`, numbered from `first_number`.
    pub const fn new(telegram: &Telegram<'a>, first_number: u16) -> Self {
        Self {
            telegram: *telegram,
            records: telegram.records(),
            number: first_number,
            step: Step::Address,
        }
    }

    /// The number the next line gets; the first of the next telegram once this one has ended.
    pub const fn next_number(&self) -> u16 {
        self.number
    }

    fn line(&mut self, offset: usize, length: usize, content: Content<'a>) -> Line<'a> {
        let number = self.number;
        self.number = self.number.saturating_add(1);
        Line { number, offset, length, content }
    }

    fn address_line(&mut self) -> Line<'a> {
        self.step = Step::Header;
        let identity = self.telegram.identity();
        let length = match identity {
            MeterIdentity::Full(_) => 15,
            MeterIdentity::Number(..) => 11,
            MeterIdentity::Unknown => 7,
        };
        self.line(0, length, Content::SecondaryAddress(identity))
    }

    fn header_line(&mut self) -> Line<'a> {
        self.step = Step::Body(0);
        match self.telegram.body {
            Body::Fixed(fixed) => self.line(11, 4, Content::FixedHeader(fixed)),
            _ => {
                let header = self.telegram.header;
                let length = if header.is_some() { 4 } else { 0 };
                self.line(self.telegram.body_offset - length, length, Content::Header(header))
            }
        }
    }

    fn body_line(&mut self, index: u8) -> Option<Line<'a>> {
        let start = self.telegram.body_offset;
        let (length, content) = match self.telegram.body {
            Body::Records(_) => {
                let Some(record) = self.records.next() else {
                    self.step = Step::ManufacturerHeading;
                    return self.next();
                };
                let content = Content::Record(record);
                // Records of a compact frame stand nowhere in it.
                let (offset, length) =
                    if self.telegram.is_expanded { (0, 0) } else { (record.offset, record.len()) };
                return Some(self.line(start + offset, length, content));
            }
            Body::Fixed(fixed) => {
                let Some(counter) = fixed.counters.get(usize::from(index)) else {
                    self.step = Step::Done;
                    return None;
                };
                self.step = Step::Body(index + 1);
                let offset = start + 8 + 4 * usize::from(index);
                return Some(self.line(offset, 4, Content::Counter(*counter)));
            }
            Body::ApplicationError(error) => (1, Content::ApplicationError(error)),
            Body::Alarm(alarm) => (1, Content::Alarm(alarm)),
            Body::Encrypted { data, lock, .. } => (data.len(), Content::Encrypted(data, lock)),
            Body::Compact(compact) => (4 + compact.data.len(), Content::Compact(compact)),
            Body::Raw(data) => (data.len(), Content::Raw(data)),
        };
        self.step = Step::Done;
        Some(self.line(start, length, content))
    }

    fn end_line(&mut self, end: RecordsEnd<'a>) -> Option<Line<'a>> {
        let start = self.telegram.body_offset;
        let data = end.manufacturer_data;
        loop {
            let (next, line) = match self.step {
                Step::ManufacturerHeading => (
                    Step::ManufacturerData,
                    data.map(|_| (end.offset, 1, Content::ManufacturerHeading)),
                ),
                Step::ManufacturerData => (
                    Step::More,
                    data.map(|bytes| {
                        (end.offset + 1, bytes.len(), Content::ManufacturerData(bytes))
                    }),
                ),
                Step::More => (
                    Step::Fault,
                    end.more_records_follow.then_some((end.offset, 1, Content::MoreRecordsFollow)),
                ),
                Step::Fault => {
                    (Step::Done, end.fault.map(|fault| (fault.offset, 0, Content::Fault(fault))))
                }
                _ => return None,
            };
            self.step = next;
            if let Some((offset, length, content)) = line {
                return Some(self.line(start + offset, length, content));
            }
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        match self.step {
            Step::Address => Some(self.address_line()),
            Step::Header => Some(self.header_line()),
            Step::Body(index) => self.body_line(index),
            Step::Done => None,
            _ => self.end_line(self.records.end()),
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::SecondaryAddress(identity) => write_identity(f, identity),
            Content::Header(Some(header)) => write!(
                f,
                "Short Header: {{Access No.: {}, status: {}, encryption mode: {}, number of encrypted blocks: {}}}",
                header.access_number,
                header.status.0,
                header.configuration.mode_symbol(),
                header.configuration.blocks()
            ),
            Content::Header(None) => f.write_str("Short Header: {none}"),
            Content::FixedHeader(fixed) => write!(
                f,
                "Short Header: {{Access No.: {}, status: {}, fixed structure}}",
                fixed.access_number, fixed.status
            ),
            Content::Record(record) => write_record(f, record),
            Content::Counter(counter) => write_counter(f, counter),
            Content::ManufacturerHeading => f.write_str("Manufacturer specific bytes:"),
            Content::ManufacturerData(bytes) | Content::Raw(bytes) => Hex(bytes).fmt(f),
            Content::MoreRecordsFollow => f.write_str("More records follow ..."),
            Content::ApplicationError(error) => {
                write!(f, "Application error: {{code: {}, {}}}", error.0, error.name())
            }
            Content::Alarm(alarm) => write!(f, "Alarm: {{bits: {alarm:08b}}}"),
            Content::Encrypted(bytes, Lock::KeyMissing) => {
                write!(f, "Encrypted data: {}", Hex(bytes))
            }
            Content::Encrypted(bytes, lock) => {
                write!(f, "Encrypted data ({}): {}", lock.code(), Hex(bytes))
            }
            Content::Compact(compact) => write!(
                f,
                "Compact frame: {{format signature: {:04X}, {}}}: {}",
                compact.signature,
                compact.gap.code(),
                Hex(compact.data)
            ),
            Content::Fault(fault) => write!(f, "Fault: {}", fault.code),
        }
    }
}

fn write_identity(f: &mut fmt::Formatter<'_>, identity: &MeterIdentity) -> fmt::Result {
    match identity {
        MeterIdentity::Full(meter) => write!(
            f,
            "Secondary address: {{manufacturer ID: {}, device ID: {}, device version: {}, device type: {}, as bytes: {}}}",
            meter.manufacturer,
            meter.identification,
            meter.version,
            meter.device_type.symbol(),
            meter
        ),
        MeterIdentity::Number(number, device_type) => write!(
            f,
            "Secondary address: {{manufacturer ID: unknown, device ID: {number}, device type: {}}}",
            device_type.symbol()
        ),
        MeterIdentity::Unknown => f.write_str("Secondary address: {unknown}"),
    }
}

fn write_record(f: &mut fmt::Formatter<'_>, record: &DataRecord<'_>) -> fmt::Result {
    let (dib, vib) = (&record.dib, &record.vib);
    write!(
        f,
        "DIB:{}, VIB:{} -> descr:{}",
        Hex(dib.bytes),
        Hex(vib.bytes),
        record.quantity().symbol()
    )?;
    if let Some(text) = vib.text() {
        write!(f, " :{}", crate::record::Text(text))?;
    }
    write!(f, ", function:{}", record.function().symbol())?;
    for (name, number) in [
        ("storage", dib.storage()),
        ("tariff", u64::from(dib.tariff())),
        ("subunit", u64::from(dib.subunit())),
    ] {
        if number > 0 {
            write!(f, ", {name}:{number}")?;
        }
    }
    write_value(f, record)?;
    write_unit(f, record.unit(), record.unit_factor())?;
    for (index, vife) in vib.vifes().filter(|vife| is_qualifier(vife.name)).enumerate() {
        f.write_str(if index == 0 { ", qualifiers:" } else { " " })?;
        f.write_str(vife.name)?;
    }
    match record.quality {
        Quality::Ok => Ok(()),
        quality => write!(f, ", quality:{quality}, data:{}", Hex(record.data)),
    }
}

/// Factors are already in the number and in the unit; naming them again would mislead.
pub(super) fn is_qualifier(name: &str) -> bool {
    !matches!(name, "correction_factor" | "no_error" | "extension")
}

fn write_value(f: &mut fmt::Formatter<'_>, record: &DataRecord<'_>) -> fmt::Result {
    match record.value {
        Value::None => f.write_str(", value:NONE"),
        Value::Number(number) => {
            let is_scaled = record.dib.data_field() == DataField::Real || number.exponent() != 0;
            match record.counter() {
                Some(counter @ Counter::Bcd { .. }) if !is_scaled => write!(f, ", value:{counter}"),
                _ if is_scaled => write!(f, ", scaled value:{number}"),
                _ => write!(f, ", value:{number}"),
            }
        }
        value => write!(f, ", value:{value}"),
    }
}

fn write_unit(f: &mut fmt::Formatter<'_>, unit: Unit, factor: Option<&str>) -> fmt::Result {
    let factor = factor.unwrap_or_default();
    if !unit.word().is_empty() {
        write!(f, ", unit:{}{factor}", unit.word())?;
    }
    if unit.is_some() { write!(f, ", {unit}{factor}") } else { Ok(()) }
}

fn write_counter(f: &mut fmt::Formatter<'_>, counter: &FixedCounter<'_>) -> fmt::Result {
    write!(
        f,
        "Counter: unit code {:02X} -> descr:{}, function:INST_VAL",
        counter.unit_code,
        counter.quantity.symbol()
    )?;
    if counter.storage > 0 {
        write!(f, ", storage:{}", counter.storage)?;
    }
    match counter.value {
        None => f.write_str(", value:NONE")?,
        Some(number) if number.exponent() == 0 => write!(f, ", value:{number}")?,
        Some(number) => write!(f, ", scaled value:{number}")?,
    }
    write_unit(f, counter.unit, None)?;
    match counter.quality {
        Quality::Ok => Ok(()),
        quality => write!(f, ", quality:{quality}, data:{}", Hex(counter.data)),
    }
}
