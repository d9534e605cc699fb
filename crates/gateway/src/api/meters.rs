//! The meters and their last readings.

use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Number, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use web_access::Id;

use super::configuration::OriginView;
use super::findings::FindingView;
use super::identification::IdentificationView;
use super::problem::ProblemView;
use super::{ApiState, Problem};
use crate::config::MeterConfig;
use crate::latest::{MeterLatest, MeterState};
use crate::reading::{Reading, ReadingValue};

/// All meters.
#[derive(Serialize, ToSchema)]
pub(super) struct MeterList {
    /// In the order of the configuration.
    items: Vec<MeterView>,
}

/// A meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Meter)]
pub(super) struct MeterView {
    /// Its id.
    #[schema(example = "heat-flat-1")]
    id: String,
    /// Its name for people.
    name: String,
    /// The id of its bus.
    bus: String,
    /// The model that says what its telegrams mean.
    model: String,
    /// How it is addressed.
    #[schema(example = "1")]
    address: String,
    /// Who configured it.
    origin: OriginView,
    /// Who it says it is; null before it told.
    #[schema(required)]
    identification: Option<IdentificationView>,
    /// How it is, in one word.
    state: MeterStateView,
    /// The worst that is wrong.
    #[schema(required)]
    problem: Option<FindingView>,
    /// All that is wrong, the worst first.
    findings: Vec<FindingView>,
    /// When it last answered.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_success_at: Option<Timestamp>,
    /// When it was last asked.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_attempt_at: Option<Timestamp>,
    /// When it is asked next.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
    /// Whether it is being read.
    reading_now: bool,
    /// What it last said.
    readings: Vec<ReadingView>,
}

/// How a meter is, in one word.
#[derive(Serialize, ToSchema)]
#[schema(as = MeterState)]
#[serde(rename_all = "snake_case")]
enum MeterStateView {
    /// It answers and all is well.
    Ok,
    /// Values come; somebody should look.
    Attention,
    /// No values come.
    Fault,
    /// It was not asked yet.
    Waiting,
}

/// A named value of a meter.
#[derive(Serialize, ToSchema)]
#[schema(as = Reading)]
struct ReadingView {
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

/// All meters with their last readings
#[utoipa::path(
    get,
    path = "/api/v1/meters",
    operation_id = "list_meters",
    tag = "meters",
    responses((status = OK, body = MeterList))
)]
pub(super) async fn list(State(state): State<ApiState>) -> Json<MeterList> {
    let now = Timestamp::now();
    let present = state.present();
    let items = present.meters.iter().map(|meter| view(meter, &state, now)).collect();
    Json(MeterList { items })
}

/// One meter with its last readings
#[utoipa::path(
    get,
    path = "/api/v1/meters/{id}",
    operation_id = "show_meter",
    tag = "meters",
    params(("id" = String, Path, description = "The id of the meter")),
    responses(
        (status = OK, body = MeterView),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    Id(id): Id,
) -> Result<Json<MeterView>, Problem> {
    let meter = state.meter(&id)?;
    Ok(Json(view(&meter, &state, Timestamp::now())))
}

fn view(meter: &MeterConfig, state: &ApiState, now: Timestamp) -> MeterView {
    let latest = state.latest.meter(&meter.id);
    let findings = latest.findings(meter, now, &state.time_zone);
    let state = match latest.state() {
        MeterState::Ok => MeterStateView::Ok,
        MeterState::Attention => MeterStateView::Attention,
        MeterState::Fault => MeterStateView::Fault,
        MeterState::Waiting => MeterStateView::Waiting,
    };
    let last_success_at = latest.good.as_ref().map(|good| good.read_at);
    let identification = latest.good.as_ref().and_then(|good| good.identification);
    let readings = latest.good.map_or_else(Vec::new, |good| {
        good.readings.into_iter().map(|reading| reading_view(reading, good.read_at)).collect()
    });
    MeterView {
        id: meter.id.to_string(),
        name: meter.name.clone(),
        bus: meter.bus.to_string(),
        model: meter.mapping.model().to_owned(),
        address: meter.address.to_string(),
        origin: meter.origin.into(),
        identification: identification.map(IdentificationView::from),
        state,
        problem: findings.first().cloned().map(FindingView::from),
        findings: findings.into_iter().map(FindingView::from).collect(),
        last_success_at,
        last_attempt_at: latest.last_attempt_at,
        next_at: latest.next_at,
        reading_now: latest.reading_now,
        readings,
    }
}

/// The worst that is wrong with a meter.
pub(super) fn worst_finding(
    meter: &MeterConfig,
    latest: &MeterLatest,
    state: &ApiState,
) -> Option<FindingView> {
    let findings = latest.findings(meter, Timestamp::now(), &state.time_zone);
    findings.into_iter().next().map(FindingView::from)
}

fn reading_view(reading: Reading, read_at: Timestamp) -> ReadingView {
    let Reading { register, value, unit, quality, measured_at, is_index, source } = reading;
    let text = value.as_ref().map(ToString::to_string).unwrap_or_default();
    ReadingView {
        register,
        value: match value {
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

/// A number with its digits as they are: it never passes through a float.
pub(super) fn number(digits: &str) -> Value {
    Number::from_str(digits).map_or(Value::Null, Value::Number)
}

fn value_schema() -> Schema {
    let types = SchemaType::Array(vec![Type::Number, Type::String, Type::Null]);
    ObjectBuilder::new()
        .schema_type(types)
        .description(Some(
            "A number with its own digits, a text, or null where there is none to trust.",
        ))
        .into()
}

#[cfg(test)]
mod tests {
    use mbus::Decimal;

    use super::*;

    fn json_of(value: Option<ReadingValue>) -> String {
        let reading = Reading {
            register: "vol_m3".to_owned(),
            value,
            unit: None,
            quality: "ok".to_owned(),
            measured_at: None,
            is_index: false,
            source: None,
        };
        let view = reading_view(reading, Timestamp::UNIX_EPOCH);
        let json = serde_json::to_string(&view).unwrap();
        let start = json.find("\"value\":").unwrap() + 8;
        json[start..].split(",\"text\"").next().unwrap().to_owned()
    }

    #[test]
    fn numbers_keep_their_digits() {
        let number = |mantissa, exponent| {
            json_of(Some(ReadingValue::Number(Decimal::new(mantissa, exponent))))
        };
        assert_eq!(number(600_000, -3), "600.000");
        assert_eq!(number(12_345, 3), "12345000");
        assert_eq!(number(-17_072_178, -5), "-170.72178");
        assert_eq!(number(123_456_789_012_345_678_901, -6), "123456789012345.678901");
        assert_eq!(json_of(Some(ReadingValue::Text("a\"b".to_owned()))), r#""a\"b""#);
        assert_eq!(json_of(None), "null");
    }
}
