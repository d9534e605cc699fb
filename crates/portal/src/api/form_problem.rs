//! What is wrong with a form, field by field.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use web_access::Problem;

use super::acts::WhyNot;
use crate::meter::{Field, FieldError, MeterFormErrors};

const CODE: &str = "bad_form";

/// A form that is wrong, or another problem.
pub(super) enum FormProblem {
    /// What is wrong with each field.
    Form(MeterFormErrors),
    /// Something else.
    Other(Problem),
}

/// What is wrong with a form (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = FormProblem)]
pub(super) struct FormProblemView {
    /// The kind of problem, as a URI.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// This problem, in words.
    detail: String,
    /// The kind of problem, as a stable word.
    code: String,
    /// What is wrong with each field.
    errors: Vec<FieldErrorView>,
}

/// What is wrong with a field.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldError)]
struct FieldErrorView {
    /// The field: `name`, `address`, `gateway`, `model`, `protocol`, `baudrate`, `parameters`,
    /// or `key` or `value` of a row of the additional parameters.
    #[schema(example = "value")]
    field: &'static str,
    /// The row, from 0.
    #[schema(required)]
    row: Option<usize>,
    /// Where in the field's text, in characters from 0.
    #[schema(required)]
    position: Option<usize>,
    /// What is wrong and what to do.
    message: String,
}

impl From<Problem> for FormProblem {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}

impl WhyNot for FormProblem {
    fn why_not(&self) -> String {
        match self {
            Self::Form(_) => CODE.to_owned(),
            Self::Other(problem) => problem.why_not(),
        }
    }
}

impl IntoResponse for FormProblem {
    fn into_response(self) -> Response {
        let errors = match self {
            Self::Other(problem) => return problem.into_response(),
            Self::Form(errors) => errors,
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let view = FormProblemView {
            kind: format!("urn:busmeister:problem:{CODE}"),
            title: "The form cannot be saved".to_owned(),
            status: status.as_u16(),
            detail: errors.to_string(),
            code: CODE.to_owned(),
            errors: errors.0.into_iter().map(FieldErrorView::from).collect(),
        };
        let mut response = (status, Json(view)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

impl From<FieldError> for FieldErrorView {
    fn from(error: FieldError) -> Self {
        let (field, row) = match error.field {
            Field::Name => ("name", None),
            Field::Address => ("address", None),
            Field::Gateway => ("gateway", None),
            Field::Model => ("model", None),
            Field::Protocol => ("protocol", None),
            Field::Baudrate => ("baudrate", None),
            Field::Parameters => ("parameters", None),
            Field::Key(row) => ("key", Some(row)),
            Field::Value(row) => ("value", Some(row)),
        };
        Self { field, row, position: error.position, message: error.message }
    }
}
