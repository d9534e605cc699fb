//! A readout on the wire: its telegrams, their lines, and what they mean.

use std::time::Duration;

use mbus::hex::Hex;
use metering::{Line, LineKind};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::findings::FindingView;
use crate::api::identification::IdentificationView;
use crate::findings::Finding;
use crate::readout::ReadoutReport;

/// What a meter answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Readout)]
pub(in crate::api) struct ReadoutView {
    /// The id of the bus.
    bus: String,
    /// The address that was read.
    address: String,
    /// The request that was answered.
    #[schema(example = "10 5B 00 5B 16")]
    sent: String,
    /// From the request to the first byte of the first telegram.
    answered_after_ms: u64,
    /// How long the bus was busy with it.
    elapsed_ms: u64,
    /// How many bytes the telegrams have.
    bytes: usize,
    /// How often the telegram was asked for that needed it most.
    tries: u8,
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

/// What was heard, made ready to be read.
pub(super) fn of(report: &ReadoutReport, findings: Vec<Finding>) -> ReadoutView {
    let telegrams = report.telegrams();
    let frames = report.frames();
    let lines = metering::line_view(&frames);
    let index = metering::index_of(&frames);
    ReadoutView {
        bus: report.bus.to_string(),
        address: report.address.to_string(),
        sent: report
            .trace
            .answered_request()
            .map(|bytes| format!("{:#}", Hex(bytes)))
            .unwrap_or_default(),
        answered_after_ms: telegrams.first().map_or(0, |first| millis(first.answered_after)),
        elapsed_ms: millis(report.elapsed),
        bytes: frames.iter().map(Vec::len).sum(),
        tries: telegrams.iter().map(|telegram| telegram.tries).max().unwrap_or(0),
        identification: report.identification().map(IdentificationView::from),
        index: index.and_then(|index| {
            let value = index.value?.to_string();
            Some(IndexView { line: index.line, value, unit: Some(index.unit.to_owned()) })
        }),
        telegrams: frames
            .iter()
            .enumerate()
            .map(|(number, frame)| TelegramView {
                hex: format!("{:#}", Hex(frame)),
                decoded: decode(frame, first_line(&lines, number)),
            })
            .collect(),
        lines: lines.into_iter().map(line_view).collect(),
        findings: findings.into_iter().map(FindingView::from).collect(),
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

fn line_view(line: Line) -> LineView {
    LineView {
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

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
