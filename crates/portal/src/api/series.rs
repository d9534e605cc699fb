//! The index of a meter over time, and what was consumed, for charts.

use axum::Json;
use axum::extract::State;
use fleet_link::{Reading, ReadingValue};
use jiff::Timestamp;
use mbus::{SecondaryAddress, Telegram};
use metering::{IndexReading, consumption as consumed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use web_access::{Id, Problem, ProblemView};

use super::query::Asked;
use super::readings::number;
use super::{ApiState, meters, refusal};
use crate::db::ReadoutRange;
use crate::readout::StoredReadout;

/// Points of a series at most: a year of readings each quarter of an hour.
const MOST_POINTS: u32 = 36_000;

/// The index of a meter over time.
#[derive(Serialize, ToSchema)]
pub(super) struct IndexSeries {
    /// The register that is the value on the dial.
    #[schema(required, example = "heat_energy_kwh")]
    register: Option<String>,
    /// Its unit.
    #[schema(required, example = "kWh")]
    unit: Option<String>,
    /// The oldest first.
    points: Vec<IndexPoint>,
    /// Whether there are older ones than were sent.
    is_cut: bool,
}

/// The index at one time.
#[derive(Serialize, ToSchema)]
struct IndexPoint {
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The value, with its digits; null where there is none to trust.
    #[schema(value_type = Option<f64>)]
    value: Value,
}

/// What was consumed over time.
#[derive(Serialize, ToSchema)]
pub(super) struct ConsumptionSeries {
    /// The register that is the value on the dial.
    #[schema(required, example = "heat_energy_kwh")]
    register: Option<String>,
    /// Its unit.
    #[schema(required, example = "kWh")]
    unit: Option<String>,
    /// All that was consumed, as far as it can be told.
    #[schema(value_type = Option<f64>)]
    total: Value,
    /// From one reading to the next, the oldest first.
    steps: Vec<StepView>,
    /// Whether there are older ones than were sent.
    is_cut: bool,
}

/// What lies between two readings.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsumptionStep)]
struct StepView {
    /// When the first was taken.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// When the second was taken.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// What happened, as a stable word: `consumed`, `across_gap`, `index_fell`, …
    #[schema(example = "consumed")]
    code: &'static str,
    /// How much, with its digits; null where nothing can be made of the difference.
    #[schema(value_type = Option<f64>)]
    amount: Value,
    /// The same in words.
    text: String,
}

/// Which time is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SeriesRequest {
    /// From this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// The index of a meter over time
#[utoipa::path(get, path = "/api/v1/meters/{id}/index", operation_id = "show_index", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), SeriesRequest),
    responses(
        (status = OK, body = IndexSeries),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn index(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<SeriesRequest>,
) -> Result<Json<IndexSeries>, Problem> {
    let Indexes { register, unit, readings, is_cut } = load(&state, &id, &request).await?;
    let points = readings.into_iter().map(|reading| IndexPoint {
        at: reading.at,
        value: reading.value.map_or(Value::Null, |value| number(&value.to_string())),
    });
    Ok(Json(IndexSeries { register, unit, points: points.collect(), is_cut }))
}

/// What was consumed over time
#[utoipa::path(get, path = "/api/v1/meters/{id}/consumption", operation_id = "show_consumption", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), SeriesRequest),
    responses(
        (status = OK, body = ConsumptionSeries),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn consumption(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<SeriesRequest>,
) -> Result<Json<ConsumptionSeries>, Problem> {
    let Indexes { register, unit, readings, is_cut } = load(&state, &id, &request).await?;
    // A failed readout has no value and makes a gap by itself.
    let found = consumed(&readings, |_, _| false);
    let total = found.total().map_or(Value::Null, |total| number(&total.to_string()));
    let steps = found.steps.into_iter().map(|step| StepView {
        from: step.from,
        to: step.to,
        code: step.outcome.code(),
        amount: step.outcome.amount().map_or(Value::Null, |amount| number(&amount.to_string())),
        text: step.outcome.to_string(),
    });
    Ok(Json(ConsumptionSeries { register, unit, total, steps: steps.collect(), is_cut }))
}

struct Indexes {
    register: Option<String>,
    unit: Option<String>,
    /// The oldest first.
    readings: Vec<IndexReading<Timestamp>>,
    is_cut: bool,
}

async fn load(state: &ApiState, id: &str, request: &SeriesRequest) -> Result<Indexes, Problem> {
    let meter = meters::find(state, id).await?;
    let range = ReadoutRange { from: request.from, to: request.to, good_only: false };
    let found = state.db.readouts(meter.id, range, None, MOST_POINTS).await;
    let mut readouts = found.map_err(refusal::db)?;
    let is_cut = readouts.len() >= usize::try_from(MOST_POINTS).unwrap_or(usize::MAX);
    readouts.reverse();
    let newest = readouts.iter().rev().find_map(index_of);
    let (register, unit) = newest.map(|index| (index.register.clone(), index.unit.clone())).unzip();
    // Where the register was changed, older values are of another kind.
    let readings = readouts.iter().filter_map(|readout| point(readout, register.as_deref()));
    Ok(Indexes { readings: readings.collect(), register, unit: unit.flatten(), is_cut })
}

fn index_of(readout: &StoredReadout) -> Option<&Reading> {
    readout.readings.iter().find(|reading| reading.is_index)
}

fn point(readout: &StoredReadout, register: Option<&str>) -> Option<IndexReading<Timestamp>> {
    let index = index_of(readout);
    if index.is_some_and(|index| Some(index.register.as_str()) != register) {
        return None;
    }
    let value = match index.and_then(|index| index.value.as_ref()) {
        Some(ReadingValue::Number(number)) => Some(*number),
        _ => None,
    };
    let unit = index.and_then(|index| index.unit.clone());
    Some(IndexReading { at: readout.read_at, meter: who(readout), value, unit })
}

/// Who answered, in full.
fn who(readout: &StoredReadout) -> Option<SecondaryAddress> {
    let mut telegrams = readout.telegrams.iter().filter_map(|frame| Telegram::parse(frame).ok());
    let told = telegrams.find_map(|telegram| telegram.secondary_address());
    told.filter(|address| !address.has_wildcard())
}
