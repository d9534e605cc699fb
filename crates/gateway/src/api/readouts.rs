//! Reading now: any address of a bus to look at it, or a configured meter to store it.

mod view;

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use mbus::MeterAddress;
use mbus_master::{Baudrate, FailureReason};
use serde::Deserialize;
use utoipa::ToSchema;
use web_access::{Body, Id};

use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::bus::BusHandle;
use crate::config::MeterConfig;
use crate::findings::{Cause, Finding, History, Subject, sentence};
use crate::job::Order;
use crate::readout::{ReadoutError, ReadoutReport};
use view::ReadoutView;

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
    Id(id): Id,
    Body(request): Body<ReadoutRequest>,
) -> Result<Json<ReadoutView>, Problem> {
    let (bus, handle) = state.bus(&id)?;
    let address: MeterAddress = request.address.parse().map_err(|error| {
        let detail = sentence(&format!("{error}"));
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_address", "This is no address", detail)
    })?;
    let baudrate = request.baudrate.map(parse_baudrate).transpose()?;
    let order = Order::Address { address, baudrate };
    let report = read(&handle, order).await?;
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
        (status = CONFLICT, description = "The meter is suspended", body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "The answer is not usable", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The bus is offline or crowded", body = ProblemView, content_type = "application/problem+json"),
        (status = GATEWAY_TIMEOUT, description = "The meter did not answer", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn read_meter(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<ReadoutView>, Problem> {
    let meter = state.meter(&id)?;
    read_and_store(&state, &meter).await
}

/// Reads a meter for a person and stores its readings.
pub(super) async fn read_and_store(
    state: &ApiState,
    meter: &MeterConfig,
) -> Result<Json<ReadoutView>, Problem> {
    let (bus, handle) = state.bus(meter.bus.as_str())?;
    let report = read(&handle, Order::Meter(meter.id.clone())).await?;
    let subject = Subject::Meter { name: meter.name.clone(), bus: bus.id.to_string() };
    answer(&report, &subject, state)
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

pub(super) fn parse_baudrate(number: u32) -> Result<Baudrate, Problem> {
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
    let status = match &report.result {
        Ok(_) => StatusCode::OK,
        Err(ReadoutError::Port { .. }) => StatusCode::SERVICE_UNAVAILABLE,
        Err(ReadoutError::Failed(failure)) => match failure.reason {
            FailureReason::Silence | FailureReason::EchoOnly => StatusCode::GATEWAY_TIMEOUT,
            _ => StatusCode::BAD_GATEWAY,
        },
    };
    let cause = report.result.as_ref().err().map(ReadoutError::cause);
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
            Err(Problem::of_finding(status, first.clone().into(), &report.trace))
        }
        _ => Ok(Json(view::of(report, findings))),
    }
}
