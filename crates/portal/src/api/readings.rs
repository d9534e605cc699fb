//! What meters said, in pages.

use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use fleet_link::{Outcome, Reading, ReadingValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, ToSchema};
use web_access::{Id, Problem, ProblemView};

use super::findings::FindingView;
use super::query::Asked;
use super::{ApiState, meters, refusal};
use crate::db::{ReadoutCursor, ReadoutRange};
use crate::readout::StoredReadout;

/// Readouts on a page where nothing else is said, and at most.
const USUAL_PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 1_000;

/// A page of readouts.
#[derive(Serialize, ToSchema)]
pub(super) struct ReadingPage {
    /// The newest first.
    items: Vec<ReadoutReadings>,
    /// What to give as `after` for the next page; null on the last one.
    #[schema(required, example = "1780000000000-17")]
    next: Option<String>,
}

/// What a meter said in one readout.
#[derive(Serialize, ToSchema)]
struct ReadoutReadings {
    /// The id of the readout: under it are its telegrams.
    #[schema(example = "readout-17")]
    id: String,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// How the readout ended: `complete`, `partial`, `failed`, `refused` or `unreached`.
    outcome: &'static str,
    /// The address that was asked.
    address: String,
    /// How many telegrams it brought.
    telegrams: usize,
    /// The revision of the mapping that made the readings.
    #[schema(required)]
    mapping_revision: Option<String>,
    /// What it said.
    readings: Vec<ReadingView>,
    /// What was wrong.
    findings: Vec<FindingView>,
}

/// A named value of a meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Reading)]
pub(super) struct ReadingView {
    /// The name of the value.
    #[schema(example = "heat_energy_kwh")]
    register: String,
    /// A number with its own digits, a text, or null where there is none to trust.
    #[schema(schema_with = value_schema)]
    value: Value,
    /// The value as text; empty where there is none.
    #[schema(example = "12345")]
    text: String,
    /// Its unit.
    #[schema(required, example = "kWh")]
    unit: Option<String>,
    /// `ok`, or why there is no value.
    #[schema(example = "ok")]
    quality: String,
    /// When the meter measured it, by its own clock, in local time without a zone.
    #[schema(required, example = "2021-06-11T10:30")]
    measured_at: Option<String>,
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// Whether it is the value on the dial.
    is_index: bool,
    /// The record it was made from.
    #[schema(required)]
    source: Option<SourceView>,
}

/// The record a reading was made from.
#[derive(Serialize, ToSchema)]
#[schema(as = Source)]
struct SourceView {
    /// Which telegram of the readout, from 0.
    telegram: u8,
    /// The number of its line.
    line: u16,
    /// Its DIB in hex.
    #[schema(example = "04")]
    dib: String,
    /// Its VIB in hex.
    #[schema(example = "06")]
    vib: String,
}

/// Which readouts are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageRequest {
    /// From this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// What the page before said as `next`.
    after: Option<String>,
    /// How many at most; 100 where nothing is said, and never more than 1000.
    limit: Option<u32>,
}

/// What a meter said, newest first
#[utoipa::path(get, path = "/api/v1/meters/{id}/readings", operation_id = "list_readings", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), PageRequest),
    responses(
        (status = OK, body = ReadingPage),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn list(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<PageRequest>,
) -> Result<Json<ReadingPage>, Problem> {
    let meter = meters::find(&state, &id).await?;
    let after = request.after.as_deref().map(read_cursor).transpose()?;
    let limit = request.limit.unwrap_or(USUAL_PAGE).clamp(1, LARGEST_PAGE);
    let range = ReadoutRange { from: request.from, to: request.to, good_only: false };
    // One more than wanted shows whether there is a next page.
    let found = state.db.readouts(meter.id, range, after, limit + 1).await;
    let mut readouts = found.map_err(refusal::db)?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = readouts.len() <= page;
    readouts.truncate(page);
    let next = if is_last { None } else { readouts.last().map(write_cursor) };
    Ok(Json(ReadingPage { items: readouts.into_iter().map(ReadoutReadings::from).collect(), next }))
}

/// The word for how a readout ended.
pub(super) const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete => "complete",
        Outcome::Partial => "partial",
        Outcome::Failed => "failed",
        Outcome::Refused => "refused",
        Outcome::Unreached => "unreached",
    }
}

fn write_cursor(last: &StoredReadout) -> String {
    let ReadoutCursor { read_at, id } = ReadoutCursor::after(last);
    format!("{read_at}-{id}")
}

fn read_cursor(text: &str) -> Result<ReadoutCursor, Problem> {
    let parts = text.rsplit_once('-').and_then(|(read_at, id)| {
        Some(ReadoutCursor { read_at: read_at.parse().ok()?, id: id.parse().ok()? })
    });
    parts.ok_or_else(|| {
        let detail = "after is not what a page before said as next; begin without it.".to_owned();
        refusal::unfit("bad_cursor", "There is no such page", detail)
    })
}

impl From<StoredReadout> for ReadoutReadings {
    fn from(readout: StoredReadout) -> Self {
        Self {
            id: readout.id.to_string(),
            read_at: readout.read_at,
            outcome: outcome_name(readout.outcome),
            address: readout.address.clone(),
            telegrams: readout.telegrams.len(),
            mapping_revision: readout.mapping_revision.clone(),
            findings: readout.findings().into_iter().map(FindingView::from).collect(),
            readings: ReadingView::of_readout(readout),
        }
    }
}

impl ReadingView {
    /// What a readout brought.
    pub(super) fn of_readout(readout: StoredReadout) -> Vec<Self> {
        let read_at = readout.read_at;
        readout.readings.into_iter().map(|reading| Self::new(reading, read_at)).collect()
    }

    fn new(reading: Reading, read_at: Timestamp) -> Self {
        let Reading { register, value, unit, quality, measured_at, is_index, source } = reading;
        let text = value.as_ref().map(ToString::to_string).unwrap_or_default();
        Self {
            register,
            value: match value {
                // The digits as they are: the number never passes through a float.
                Some(ReadingValue::Number(_)) => number(&text),
                Some(ReadingValue::Text(text)) => Value::String(text),
                None => Value::Null,
            },
            text,
            unit,
            quality,
            measured_at,
            read_at,
            is_index,
            source: source.map(|source| SourceView {
                telegram: source.telegram,
                line: source.line,
                dib: source.dib,
                vib: source.vib,
            }),
        }
    }
}

/// A number in JSON with the digits of its text.
pub(super) fn number(text: &str) -> Value {
    Number::from_str(text).map_or(Value::Null, Value::Number)
}

pub(super) fn value_schema() -> Schema {
    let types = SchemaType::Array(vec![Type::Number, Type::String, Type::Null]);
    ObjectBuilder::new()
        .schema_type(types)
        .description(Some(
            "A number with its own digits, a text, or null where there is none to trust.",
        ))
        .into()
}
