//! A readout on the wire: its telegrams, their lines, and what they mean; as the gateway's API has
//! it. What was not told on the way here is null.

use fleet_link::MeterRead;
use jiff::Timestamp;
use mbus::Telegram;
use mbus::hex::Hex;
use metering::{Line, LineKind};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::findings::FindingView;
use super::identification::IdentificationView;
use crate::readout::StoredReadout;

/// What a meter answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Readout)]
pub(super) struct ReadoutView {
    /// The bus.
    bus: String,
    /// The address that was asked.
    address: String,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// The request that was answered.
    #[schema(required, example = "10 5B 00 5B 16")]
    sent: Option<String>,
    /// From the request to the first byte of the first telegram.
    #[schema(required)]
    answered_after_ms: Option<u64>,
    /// How long the bus was busy with it.
    #[schema(required)]
    elapsed_ms: Option<u64>,
    /// How many bytes the telegrams have.
    bytes: usize,
    /// How often it was asked.
    #[schema(required)]
    tries: Option<u8>,
    /// Who the meter says it is.
    #[schema(required)]
    identification: Option<IdentificationView>,
    /// The value on the dial.
    #[schema(required)]
    index: Option<IndexView>,
    /// The telegrams, in order.
    telegrams: Vec<TelegramView>,
    /// The lines of all telegrams, one below another.
    lines: Vec<LineView>,
    /// What is wrong with it.
    findings: Vec<FindingView>,
}

/// The value on the dial.
#[derive(Serialize, ToSchema)]
#[schema(as = Index)]
struct IndexView {
    /// The number of its line.
    line: u16,
    /// The value, with its digits.
    #[schema(example = "12345")]
    value: String,
    /// Its unit.
    #[schema(required, example = "kWh")]
    unit: Option<String>,
}

/// A telegram.
#[derive(Serialize, ToSchema)]
#[schema(as = Telegram)]
struct TelegramView {
    /// Its bytes.
    hex: String,
    /// What they mean: the same JSON as `busmeister decode` prints.
    #[schema(value_type = Object)]
    decoded: Box<RawValue>,
}

/// A line of the telegram view.
#[derive(Serialize, ToSchema)]
#[schema(as = Line)]
struct LineView {
    /// Its number, running on over all telegrams.
    number: u16,
    /// Which telegram, from 0.
    telegram: u8,
    /// The line as it is printed.
    text: String,
    /// Its bytes.
    hex: String,
    /// Where its bytes begin in the telegram.
    offset: usize,
    /// How many bytes it has.
    length: usize,
    /// What it shows.
    kind: LineKindView,
    /// Whether it is the value on the dial.
    index: bool,
    /// How far its value can be trusted.
    #[schema(example = "ok")]
    quality: &'static str,
    /// The register it would usually be.
    #[schema(required)]
    register: Option<&'static str>,
    /// The line as the parameter `reg` takes it.
    #[schema(required, example = "3 04/06")]
    selector: Option<String>,
}

/// What a line shows.
#[derive(Serialize, ToSchema)]
#[schema(as = LineKind)]
#[serde(rename_all = "snake_case")]
enum LineKindView {
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

impl From<MeterRead> for ReadoutView {
    fn from(read: MeterRead) -> Self {
        let frames: Vec<_> = read.telegrams.into_iter().map(|telegram| telegram.0).collect();
        let findings = read.findings.into_iter().map(FindingView::from).collect();
        Self {
            answered_after_ms: Some(read.answered_after_ms),
            elapsed_ms: Some(read.elapsed_ms),
            tries: Some(read.tries),
            ..Self::of(read.bus, read.address, read.read_at, &frames, findings)
        }
    }
}

impl From<StoredReadout> for ReadoutView {
    fn from(readout: StoredReadout) -> Self {
        let findings = readout.findings().into_iter().map(FindingView::from).collect();
        let StoredReadout { bus, address, read_at, telegrams, .. } = readout;
        Self::of(bus, address, read_at, &telegrams, findings)
    }
}

impl ReadoutView {
    fn of(
        bus: String,
        address: String,
        read_at: Timestamp,
        frames: &[Vec<u8>],
        findings: Vec<FindingView>,
    ) -> Self {
        let lines = metering::line_view(frames);
        let index = metering::index_of(frames).and_then(|index| {
            let value = index.value?.to_string();
            Some(IndexView { line: index.line, value, unit: Some(index.unit.to_owned()) })
        });
        let mut parsed = frames.iter().filter_map(|frame| Telegram::parse(frame).ok());
        let told = parsed.find_map(|telegram| telegram.secondary_address());
        let telegrams = frames.iter().enumerate().map(|(number, frame)| TelegramView {
            hex: format!("{:#}", Hex(frame)),
            decoded: decode(frame, first_line(&lines, number)),
        });
        Self {
            bus,
            address,
            read_at,
            sent: None,
            answered_after_ms: None,
            elapsed_ms: None,
            bytes: frames.iter().map(Vec::len).sum(),
            tries: None,
            identification: told.map(IdentificationView::from),
            index,
            telegrams: telegrams.collect(),
            lines: lines.into_iter().map(LineView::from).collect(),
            findings,
        }
    }
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        Self {
            number: line.number,
            telegram: line.telegram,
            text: line.text,
            hex: line.hex,
            offset: line.offset,
            length: line.length,
            kind: match line.kind {
                LineKind::Address => LineKindView::Address,
                LineKind::Header => LineKindView::Header,
                LineKind::Record => LineKindView::Record,
                LineKind::Manufacturer => LineKindView::Manufacturer,
                LineKind::More => LineKindView::More,
                LineKind::Fault => LineKindView::Fault,
            },
            index: line.is_index,
            quality: line.quality.map_or("ok", mbus::Quality::name),
            register: line.register,
            selector: line.selector,
        }
    }
}

/// The number of the first line of a telegram.
fn first_line(lines: &[Line], telegram: usize) -> u16 {
    let line = lines.iter().find(|line| usize::from(line.telegram) == telegram);
    line.map_or(0, |line| line.number)
}

fn decode(frame: &[u8], first_line: u16) -> Box<RawValue> {
    let mut text = String::new();
    // Writing to a string does not fail, and what is written is JSON.
    let written = mbus::view::json::write_frame(&mut text, frame, first_line);
    let raw = written.ok().and_then(|()| RawValue::from_string(text).ok());
    raw.unwrap_or_else(|| RawValue::NULL.to_owned())
}
