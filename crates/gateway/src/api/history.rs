//! The values a meter has stored itself, under the meter's own dates.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web_access::Id;

use super::meters::number;
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::findings::sentence;
use crate::store::StoredHistory;

/// More than a hundred years of month ends of several values.
const LIMIT: u32 = 10_000;

/// The values a meter has stored itself.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub(super) struct HistoryView {
    /// By series and date; the newest 10000.
    items: Vec<HistoricalValueView>,
}

/// A value a meter stored at a time of its own, such as the end of a month.
#[derive(Serialize, ToSchema)]
#[schema(as = HistoricalValue)]
struct HistoricalValueView {
    /// What it is a value of; equal for all values of one kind.
    #[schema(example = "volume.cubic_metre.instantaneous")]
    series: String,
    /// What it measures.
    #[schema(example = "volume")]
    quantity: String,
    /// The exact number, with its own digits.
    #[schema(value_type = f64, example = 8.393)]
    value: Value,
    /// The number as text.
    #[schema(example = "8.393")]
    text: String,
    /// Its unit.
    #[schema(required, example = "m³")]
    unit: Option<String>,
    /// The meter's own date, in local time without a zone.
    #[schema(example = "2013-09-28")]
    measured_at: String,
    /// When it was first read.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
}

/// The values a meter has stored itself, under its own dates
///
/// They are kept where the meter is configured with `process_historical_data = true`.
#[utoipa::path(
    get,
    path = "/api/v1/meters/{id}/history",
    operation_id = "show_history",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = HistoryView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<HistoryView>, Problem> {
    let meter = state.meter(&id)?;
    let values = state.reader.history(meter.id.to_string(), LIMIT).await;
    let values = values.map_err(|error| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let detail = sentence(&error.to_string());
        Problem::new(status, "store_failing", "The store cannot be read", detail)
    })?;
    Ok(Json(HistoryView { items: values.into_iter().map(view).collect() }))
}

fn view(value: StoredHistory) -> HistoricalValueView {
    let text = value.value.to_string();
    HistoricalValueView {
        series: value.series,
        quantity: value.quantity,
        value: number(&text),
        text,
        unit: value.unit,
        measured_at: value.measured_at,
        read_at: value.read_at,
    }
}
