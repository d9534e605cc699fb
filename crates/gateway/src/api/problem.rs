//! Errors as JSON (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mbus::hex::Hex;
use serde::Serialize;
use utoipa::ToSchema;

use super::addresses::WriteView;
use super::findings::FindingView;
use crate::config::{Fault, Field};
use crate::configuration::{ChangeError, PropertyFault};
use crate::findings::sentence;
use crate::job::JobError;
use crate::readout::{Direction, Trace};

/// Why a request was not answered as wished.
#[derive(Debug)]
pub(crate) struct Problem(Box<ProblemView>);

/// Why a request was not answered as wished (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemView {
    /// The kind of problem, as a URI.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, in words.
    title: String,
    /// The HTTP status.
    #[schema(value_type = u16)]
    #[serde(serialize_with = "status_as_number")]
    status: StatusCode,
    /// This problem, in words.
    detail: String,
    /// The kind of problem, as a stable word.
    code: String,
    /// What is wrong with a form, field by field.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<FieldFaultView>>,
    /// What was found wrong with a readout, or why the configuration cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<FindingView>,
    /// What was on the wire during a readout or a change of address.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Vec<TraceView>>,
    /// What is known of the address that a meter has now, after a change that failed:
    /// `unchanged`, `unknown` or `changed_unverified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "unchanged")]
    state: Option<&'static str>,
    /// What answered where during a change of address.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<String>>,
    /// What was written during a change of address.
    #[serde(skip_serializing_if = "Option::is_none")]
    write: Option<WriteView>,
}

/// What is wrong with a field of a form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldFault)]
pub(super) struct FieldFaultView {
    /// The field: one of the form, `key` or `value` of a row of the additional parameters, or
    /// the name of a connection property.
    #[schema(example = "value")]
    field: String,
    /// The row, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<usize>,
    /// Where in the field's text, in characters from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    /// What is wrong and what to do.
    message: String,
}

/// Bytes that were on the wire together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TraceEntry)]
pub(super) struct TraceView {
    /// Milliseconds since the first byte.
    at_ms: u64,
    /// Which way they went.
    direction: DirectionView,
    /// The bytes.
    #[schema(example = "10 5B 00 5B 16")]
    hex: String,
}

/// Which way bytes went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Direction)]
#[serde(rename_all = "snake_case")]
enum DirectionView {
    Sent,
    Received,
    Noise,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self(Box::new(ProblemView {
            kind: format!("urn:busmeister:problem:{code}"),
            title: title.into(),
            status,
            detail: detail.into(),
            code: code.to_owned(),
            fields: None,
            finding: None,
            trace: None,
            state: None,
            checks: None,
            write: None,
        }))
    }

    /// Something that failed beside the buses.
    pub(super) fn because(status: StatusCode, finding: FindingView) -> Self {
        let detail = format!("{} {}", finding.why, finding.remedy);
        let mut problem = Self::new(status, &finding.code, finding.what.clone(), detail);
        problem.0.finding = Some(finding);
        problem
    }

    /// A readout or another act on a bus that failed.
    pub(super) fn of_finding(status: StatusCode, finding: FindingView, trace: &Trace) -> Self {
        let mut problem = Self::because(status, finding);
        problem.0.trace = Some(trace_views(trace));
        problem
    }

    /// The same with what is known of a change of address.
    #[must_use]
    pub(super) fn of_address(
        mut self,
        state: &'static str,
        checks: Vec<String>,
        write: Option<WriteView>,
    ) -> Self {
        self.0.state = Some(state);
        self.0.checks = Some(checks);
        self.0.write = write;
        self
    }

    /// The status of the answer.
    pub(super) const fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The problem as a text.
    pub(super) fn words(&self) -> String {
        format!("{}. {}", self.0.title, self.0.detail)
    }
}

/// The bytes on the wire, in order.
pub(super) fn trace_views(trace: &Trace) -> Vec<TraceView> {
    let views = trace.entries().iter().map(|entry| TraceView {
        at_ms: u64::try_from(entry.at.as_millis()).unwrap_or(u64::MAX),
        direction: match entry.direction {
            Direction::Sent => DirectionView::Sent,
            Direction::Received => DirectionView::Received,
            Direction::Noise => DirectionView::Noise,
        },
        hex: format!("{:#}", Hex(&entry.bytes)),
    });
    views.collect()
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        let finding = error.finding();
        let status = match &error {
            ChangeError::NoSuchMeter { .. } => StatusCode::NOT_FOUND,
            ChangeError::NoFile | ChangeError::Unreadable(_) | ChangeError::OfPortal { .. } => {
                StatusCode::CONFLICT
            }
            ChangeError::Changed { .. } => StatusCode::PRECONDITION_FAILED,
            ChangeError::Faults(_) | ChangeError::Properties(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ChangeError::NotWritten { .. } | ChangeError::Store(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            ChangeError::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut problem =
            Self::new(status, &finding.code, finding.what.clone(), sentence(&error.to_string()));
        problem.0.fields = match error {
            ChangeError::Faults(faults) => {
                Some(faults.into_iter().map(FieldFaultView::from).collect())
            }
            ChangeError::Properties(faults) => {
                Some(faults.into_iter().map(FieldFaultView::from).collect())
            }
            _ => {
                problem.0.finding = Some(finding.into());
                None
            }
        };
        problem
    }
}

impl From<Fault> for FieldFaultView {
    fn from(fault: Fault) -> Self {
        let Fault { field, position, message } = fault;
        let (field, row) = match field {
            Field::Id => ("id", None),
            Field::Name => ("name", None),
            Field::Bus => ("bus", None),
            Field::Address => ("address", None),
            Field::Model => ("model", None),
            Field::Interval => ("interval", None),
            Field::Baudrate => ("baudrate", None),
            Field::Parameters => ("parameters", None),
            Field::Key(row) => ("key", Some(row)),
            Field::Value(row) => ("value", Some(row)),
        };
        Self { field: field.to_owned(), row, position, message }
    }
}

impl From<PropertyFault> for FieldFaultView {
    fn from(fault: PropertyFault) -> Self {
        let PropertyFault { property, position, message } = fault;
        Self { field: property, row: None, position, message }
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        let (status, title) = match &error {
            JobError::Crowded { .. } => (StatusCode::SERVICE_UNAVAILABLE, "The bus is busy"),
            JobError::NoBus { .. } => (StatusCode::NOT_FOUND, "There is no such bus"),
            JobError::NoSuchMeter { .. } => (StatusCode::NOT_FOUND, "There is no such meter"),
            JobError::Suspended { .. } => (StatusCode::CONFLICT, "The meter is suspended"),
            JobError::AddressConfigured { .. } => {
                (StatusCode::CONFLICT, "The address belongs to another meter")
            }
            JobError::GivenUp => (StatusCode::SERVICE_UNAVAILABLE, "Nobody waited any more"),
            JobError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "The gateway is stopping"),
            JobError::NotStored(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "The readings could not be stored")
            }
        };
        let mut problem = Self::new(status, error.code(), title, error.to_string());
        problem.0.finding = error.finding().map(FindingView::from);
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.0.status, Json(&*self.0)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn status_as_number<S: serde::Serializer>(
    status: &StatusCode,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
