//! What was heard when a meter was read for a person: its telegrams and their lines.

use fleet_link::MeterRead;
use jiff::Timestamp;
use mbus::Telegram;
use mbus::hex::Hex;
use metering::Line;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::findings::FindingView;

/// What a meter answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Heard)]
pub(super) struct HeardView {
    /// The bus.
    bus: String,
    /// The address that was asked.
    address: String,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// From the request to the first byte of the first telegram.
    answered_after_ms: u64,
    /// How long the bus was busy with it.
    elapsed_ms: u64,
    /// How often it was asked.
    tries: u8,
    /// Who the meter says it is: the secondary address as on the wire.
    #[schema(required, example = "20316513C5140004")]
    secondary_address: Option<String>,
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
    #[schema(example = "kWh")]
    unit: String,
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
    /// What it shows: `address`, `header`, `record`, `manufacturer`, `more` or `fault`.
    #[schema(example = "record")]
    kind: &'static str,
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

impl From<MeterRead> for HeardView {
    fn from(read: MeterRead) -> Self {
        let frames: Vec<_> = read.telegrams.into_iter().map(|telegram| telegram.0).collect();
        let lines = metering::line_view(&frames);
        let index = metering::index_of(&frames).and_then(|index| {
            let value = index.value?.to_string();
            Some(IndexView { line: index.line, value, unit: index.unit.to_owned() })
        });
        let mut parsed = frames.iter().filter_map(|frame| Telegram::parse(frame).ok());
        let told = parsed.find_map(|telegram| telegram.secondary_address());
        let telegrams = frames.iter().enumerate().map(|(number, frame)| TelegramView {
            hex: format!("{:#}", Hex(frame)),
            decoded: decode(frame, first_line(&lines, number)),
        });
        Self {
            bus: read.bus,
            address: read.address,
            read_at: read.read_at,
            answered_after_ms: read.answered_after_ms,
            elapsed_ms: read.elapsed_ms,
            tries: read.tries,
            secondary_address: told.map(|address| address.to_string()),
            index,
            telegrams: telegrams.collect(),
            lines: lines.into_iter().map(LineView::from).collect(),
            findings: read.findings.into_iter().map(FindingView::from).collect(),
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
            kind: line.kind.name(),
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
