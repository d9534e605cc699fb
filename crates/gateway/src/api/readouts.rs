//! Reading now: any address of a bus to look at it, or a configured meter to store it.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use mbus::hex::Hex;
use mbus::{MeterAddress, SecondaryAddress};
use mbus_master::{Baudrate, FailureReason};
use metering::{Line, LineKind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::findings::FindingView;
use super::identification::IdentificationView;
use super::json::Body;
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::bus::BusHandle;
use crate::findings::{Cause, Finding, History, Subject, sentence};
use crate::job::Order;
use crate::readout::{ReadoutError, ReadoutReport};

/// The longest a person waits: a slow meter with ten telegrams, behind another one. Whoever waits
/// longer does not want to know any more.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which address to read.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReadoutRequest)]
pub(super) struct ReadoutRequest {
    /// 0 to 250, the serial of the meter, or 16 hex digits.
    #[schema(example = "0")]
    address: String,
    /// The speed, where it is not that of the bus.
    #[schema(example = 2400)]
    baudrate: Option<u32>,
}

/// What a meter answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Readout)]
pub(super) struct ReadoutView {
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

/// Read whatever meter has an address, now; nothing is stored
#[utoipa::path(
    post,
    path = "/api/v1/buses/{id}/readouts",
    operation_id = "read_address",
    tag = "buses",
    params(("id" = String, Path, description = "The id of the bus")),
    request_body = ReadoutRequest,
    responses(
        (status = OK, body = ReadoutView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The address or the baudrate is none", body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "The answer is not usable", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The bus is offline or crowded", body = ProblemView, content_type = "application/problem+json"),
        (status = GATEWAY_TIMEOUT, description = "Nobody answered", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn read_address(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Body(request): Body<ReadoutRequest>,
) -> Result<Json<ReadoutView>, Problem> {
    let (bus, handle) = state.bus(&id)?;
    let address: MeterAddress = request.address.parse().map_err(|error| {
        let detail = sentence(&format!("{error}"));
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_address", "This is no address", detail)
    })?;
    let baudrate = request.baudrate.map(parse_baudrate).transpose()?;
    let order = Order::Address { address, baudrate };
    let report = read(handle, order).await?;
    let subject = Subject::Address { address: address.to_string(), bus: bus.id.to_string() };
    answer(&report, &subject, &state)
}

/// Read a meter now and store its readings
#[utoipa::path(
    post,
    path = "/api/v1/meters/{id}/readouts",
    operation_id = "read_meter",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = ReadoutView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "The answer is not usable", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The bus is offline or crowded", body = ProblemView, content_type = "application/problem+json"),
        (status = GATEWAY_TIMEOUT, description = "The meter did not answer", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn read_meter(
    State(state): State<ApiState>,
    Path(id): Path<String>,
) -> Result<Json<ReadoutView>, Problem> {
    let meter = state.meter(&id)?;
    let (bus, handle) = state.bus(meter.bus.as_str())?;
    let report = read(handle, Order::Meter(meter.id.clone())).await?;
    let subject = Subject::Meter { name: meter.name.clone(), bus: bus.id.to_string() };
    answer(&report, &subject, &state)
}

async fn read(bus: &BusHandle, order: Order) -> Result<ReadoutReport, Problem> {
    match tokio::time::timeout(PATIENCE, bus.read(order)).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "bus_busy",
            "The bus is busy",
            format!(
                "It was not this readout's turn within {} s. Try again later, or at a slower interval.",
                PATIENCE.as_secs()
            ),
        )),
    }
}

fn parse_baudrate(number: u32) -> Result<Baudrate, Problem> {
    Baudrate::new(number).ok_or_else(|| {
        let known = Baudrate::ALL.map(|rate| rate.to_string()).join(", ");
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_baudrate",
            "This is no baudrate",
            format!("{number} is no baudrate of a bus; they are {known}."),
        )
    })
}

/// What was heard, or why there is nothing to show.
fn answer(
    report: &ReadoutReport,
    subject: &Subject,
    state: &ApiState,
) -> Result<Json<ReadoutView>, Problem> {
    let (cause, status) = match &report.result {
        Ok(_) => (None, StatusCode::OK),
        Err(ReadoutError::Failed(failure)) => {
            let status = match failure.reason {
                FailureReason::Silence | FailureReason::EchoOnly => StatusCode::GATEWAY_TIMEOUT,
                _ => StatusCode::BAD_GATEWAY,
            };
            (Some(Cause::of_failure(failure)), status)
        }
        Err(ReadoutError::Port { error, telegrams }) => {
            let cause = Cause::of_port(error).in_part(!telegrams.is_empty());
            (Some(cause), StatusCode::SERVICE_UNAVAILABLE)
        }
    };
    let say = |cause: &Cause| {
        let history = History { good_until: None, since: None };
        Finding::new(cause, subject, history, Timestamp::now(), &state.time_zone)
    };
    // A configured meter's findings were made by the intake, which knows its past.
    let findings = if report.findings.is_empty() {
        cause.as_ref().map(say).into_iter().collect()
    } else {
        report.findings.clone()
    };
    match findings.first() {
        Some(first) if report.telegrams().is_empty() => {
            Err(Problem::of_readout(status, first.clone().into(), &report.trace))
        }
        _ => Ok(Json(view(report, findings))),
    }
}

fn view(report: &ReadoutReport, findings: Vec<Finding>) -> ReadoutView {
    let telegrams = report.telegrams();
    let frames: Vec<Vec<u8>> = telegrams.iter().map(|telegram| telegram.frame.clone()).collect();
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
        identification: identification(report, &frames).map(IdentificationView::from),
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

fn identification(report: &ReadoutReport, frames: &[Vec<u8>]) -> Option<SecondaryAddress> {
    let told = report.result.as_ref().ok().and_then(|readout| readout.identification);
    told.or_else(|| {
        let telegrams = frames.iter().filter_map(|frame| mbus::Telegram::parse(frame).ok());
        telegrams.filter_map(|telegram| telegram.secondary_address()).next()
    })
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
