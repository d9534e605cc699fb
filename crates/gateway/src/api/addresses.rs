//! Giving a meter another primary address.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mbus::MeterAddress;
use mbus::hex::Hex;
use mbus_master::{
    Acknowledgement, AddressCheck, AddressReason, AddressSet, AddressStage, AddressWrite,
    FailureReason, NewAddress, SetAddress,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use web_access::{Access, Body, Id, Login, Outcome};

use super::act::{self, Act};
use super::findings::FindingView;
use super::identification::IdentificationView;
use super::problem::{ProblemView, TraceView, trace_views};
use super::readouts::parse_baudrate;
use super::{ApiState, Problem};
use crate::address_setting::{AddressError, AddressReport};
use crate::findings::sentence;
use crate::job::{AddressJobAnswer, JobError};

/// The longest a person waits: five looks at addresses of a slow bus, behind other jobs.
pub(crate) const LIMIT: Duration = Duration::from_secs(300);

/// Which meter is to get which address.
#[derive(Deserialize, ToSchema)]
#[schema(as = AddressRequest)]
pub(super) struct AddressRequest {
    /// How it is called now: 0 to 250 where it is the only one with that address, or its serial,
    /// or 16 hex digits.
    #[schema(example = "0")]
    current: String,
    /// The primary address it is to have.
    #[schema(value_type = u8, minimum = 1, maximum = 250, example = 5)]
    new: Value,
    /// The speed, where it is not that of the bus.
    #[schema(example = 2400)]
    baudrate: Option<u32>,
}

/// A meter has the address it was to be given, and that is proven.
#[derive(Serialize, ToSchema)]
#[schema(as = AddressSet)]
pub(super) struct AddressSetView {
    /// Who the meter is.
    identification: IdentificationView,
    /// Its primary address now.
    #[schema(example = 5)]
    address: u8,
    /// How it was called before.
    #[schema(example = "0")]
    was: String,
    /// What answered where, in the order it was asked.
    #[schema(example = json!(["address 5: nobody answered (3 tries of up to 187 ms)"]))]
    checks: Vec<String>,
    /// What was written; null where the meter had the address already.
    #[schema(required)]
    write: Option<WriteView>,
    /// What is to be done next.
    findings: Vec<FindingView>,
    /// What was on the wire.
    trace: Vec<TraceView>,
}

/// The write of an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AddressWrite)]
pub(super) struct WriteView {
    /// The frame that was sent.
    #[schema(example = "68 06 06 68 53 00 51 01 7A 05 24 16")]
    frame: String,
    /// Whether the meter acknowledged it. That proves nothing; the checks do.
    acknowledged: bool,
    /// How often it was sent.
    tries: u8,
}

/// Give a meter another primary address, with proof before and after
///
/// Nothing is written unless exactly one meter answers at its current address, twice as the same
/// one, and none at the new one. What is written to a primary address is obeyed by every meter
/// that has it: connect one meter at a time, or call it by its serial.
#[utoipa::path(
    post,
    path = "/api/v1/buses/{id}/addresses",
    operation_id = "set_address",
    tag = "buses",
    params(("id" = String, Path, description = "The id of the bus")),
    request_body = AddressRequest,
    responses(
        (status = OK, body = AddressSetView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The new address belongs to another meter", body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "An address or the baudrate is none", body = ProblemView, content_type = "application/problem+json"),
        (status = BAD_GATEWAY, description = "What answered is not clear, or the meter did not take the address", body = ProblemView, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The bus is offline or crowded", body = ProblemView, content_type = "application/problem+json"),
        (status = GATEWAY_TIMEOUT, description = "Nobody answered", body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn set(
    State(state): State<ApiState>,
    access: Access,
    login: Login,
    Id(id): Id,
    Body(request): Body<AddressRequest>,
) -> Result<Json<AddressSetView>, Problem> {
    let (bus, door) = state.bus(&id)?;
    let current: MeterAddress =
        request.current.parse().map_err(|error| bad_address("current", &format!("{error}")))?;
    let new: NewAddress =
        text_of(&request.new).parse().map_err(|error| bad_address("new", &format!("{error}")))?;
    let baudrate = request.baudrate.map(parse_baudrate).transpose()?;
    let order = SetAddress::new(current, new);

    let act = Act::SetAddress { bus: bus.id.clone(), order, baudrate };
    let begun = act::begin(&access, &login, &act).await?;
    // A person who goes away takes back what has not begun. What has begun goes on to its end,
    // and into the audit log.
    let given_up = CancellationToken::new();
    let _as_long_as_somebody_waits = given_up.clone().drop_guard();
    let change = tokio::spawn(async move {
        let answer = door.set_address(order, baudrate, given_up).await;
        act::finish(begun, outcome_of(&answer)).await;
        answer
    });
    match change.await.unwrap_or(Err(JobError::Stopping)) {
        Ok(report) => answer(report),
        Err(error) => Err(Problem::from(error).of_address("unchanged", Vec::new(), None)),
    }
}

/// A number or a text, as it was typed: both are checked by the same words.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn bad_address(field: &str, error: &str) -> Problem {
    let detail = format!("{field}: {}", sentence(error));
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_address", "This is no address", detail)
        .of_address("unchanged", Vec::new(), None)
}

fn outcome_of(answer: &AddressJobAnswer) -> Outcome {
    match answer {
        Ok(AddressReport { result: Ok(_), .. }) => Outcome::Done,
        Ok(AddressReport { findings, .. }) => {
            let words = findings.iter().map(|one| format!("{}. {}", one.what, one.why));
            Outcome::Failed(words.collect::<Vec<_>>().join(" "))
        }
        Err(error @ (JobError::AddressConfigured { .. } | JobError::GivenUp)) => {
            Outcome::Refused(error.to_string())
        }
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn answer(report: AddressReport) -> Result<Json<AddressSetView>, Problem> {
    let AddressReport { order, result, trace, findings, .. } = report;
    let mut findings = findings.into_iter().map(FindingView::from);
    match result {
        Ok(AddressSet { identification, address, write, checks }) => Ok(Json(AddressSetView {
            identification: identification.into(),
            address: address.get(),
            was: order.current.to_string(),
            checks: words_of(&checks),
            write: write.as_ref().map(WriteView::from),
            findings: findings.collect(),
            trace: trace_views(&trace),
        })),
        Err(error) => {
            let state = error.state().code();
            let (checks, write) = match error.failure() {
                Some(failure) => (words_of(&failure.checks), failure.write.as_ref()),
                None => (Vec::new(), None),
            };
            let write = write.map(WriteView::from);
            let problem = match findings.next() {
                Some(finding) => Problem::of_finding(status_of(&error), finding, &trace),
                None => Problem::from(JobError::Stopping),
            };
            Err(problem.of_address(state, checks, write))
        }
    }
}

fn status_of(error: &AddressError) -> StatusCode {
    let AddressError::Failed(failure) = error else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    match (failure.reason, failure.stage) {
        (AddressReason::NewAddressTaken { .. } | AddressReason::AnswersAtBoth, _) => {
            StatusCode::CONFLICT
        }
        (AddressReason::NoMeter, _)
        | (
            AddressReason::Unread(FailureReason::Silence | FailureReason::EchoOnly),
            AddressStage::Identify,
        ) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    }
}

fn words_of(checks: &[AddressCheck]) -> Vec<String> {
    checks.iter().map(ToString::to_string).collect()
}

impl From<&AddressWrite> for WriteView {
    fn from(write: &AddressWrite) -> Self {
        Self {
            frame: format!("{:#}", Hex(&write.frame)),
            acknowledged: write.acknowledgement == Acknowledgement::Acknowledged,
            tries: write.tries,
        }
    }
}
