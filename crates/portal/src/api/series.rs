//! Values of a meter over time, and what was consumed, for charts.

use axum::Json;
use axum::extract::State;
use fleet_link::{Reading, ReadingValue};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use metering::{Consumption, ConsumptionStep, IndexReading, consumption as consumed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use web_access::{Id, Problem, ProblemView};

use super::query::Asked;
use super::readings::number;
use super::{ApiState, meters, refusal};
use crate::db::ReadoutRange;
use crate::periods::{Certainty, Period, PeriodAmount, sum_up};
use crate::readout::StoredReadout;

/// Readouts that are looked at: a year of readings each quarter of an hour.
pub(super) const MOST_READOUTS: u32 = 36_000;
/// Points of a series where nothing else is said: more than a screen can show.
const USUAL_POINTS: usize = 2_000;
/// Periods of a series at most: a year of hours, and some.
const MOST_PERIODS: usize = 10_000;
/// Readings that are so many times farther apart than usual have a gap between them.
const GAP: i32 = 3;

/// A register of a meter over time.
#[derive(Serialize, ToSchema)]
pub(super) struct IndexSeries {
    /// The register: the value on the dial where no other was asked for.
    #[schema(required, example = "heat_energy_kwh")]
    register: Option<String>,
    /// Its unit.
    #[schema(required, example = "kWh")]
    unit: Option<String>,
    /// The registers of the newest readout, the value on the dial first.
    registers: Vec<String>,
    /// The oldest first.
    points: Vec<IndexPoint>,
    /// Whether there are older ones than were looked at; ask for a shorter time to see them.
    is_cut: bool,
    /// Whether points were left out because there were more than wanted.
    is_thinned: bool,
}

/// The value at one time.
#[derive(Clone, Serialize, ToSchema)]
struct IndexPoint {
    /// When it was read.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The value, with its digits; null where there is none to trust.
    #[schema(value_type = Option<f64>)]
    value: Value,
    /// Whether readings are missing between the point before and this one.
    after_gap: bool,
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
    /// From one reading to the next, or period by period; the oldest first.
    steps: Vec<StepView>,
    /// What happened that is no consumption: the index fell, the meter was exchanged.
    events: Vec<EventView>,
    /// Whether there are older ones than were looked at; ask for a shorter time to see them.
    is_cut: bool,
}

/// What lies between two readings, or in a period.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsumptionStep)]
pub(super) struct StepView {
    /// When the first was taken, or the period begins.
    #[schema(value_type = String, format = DateTime)]
    pub(super) from: Timestamp,
    /// When the second was taken, or the period ends.
    #[schema(value_type = String, format = DateTime)]
    pub(super) to: Timestamp,
    /// What happened, as a stable word. Between readings: `consumed`, `across_gap`, `index_fell`, …
    /// In a period: `consumed`, `estimated` (some of it may belong to a period beside it), `gap`.
    #[schema(example = "consumed")]
    pub(super) code: &'static str,
    /// How much, with its digits; null where nothing can be made of the difference.
    #[schema(value_type = Option<f64>)]
    amount: Value,
    /// Whether it is not known when it was consumed.
    is_estimate: bool,
    /// The same in words.
    pub(super) text: String,
}

impl StepView {
    /// The amount with its digits; empty where there is none.
    pub(super) fn amount_text(&self) -> String {
        if self.amount.is_null() { String::new() } else { self.amount.to_string() }
    }
}

/// Something that happened and is no consumption.
#[derive(Serialize, ToSchema)]
#[schema(as = SeriesEvent)]
struct EventView {
    /// When it was seen.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What, as a stable word.
    #[schema(example = "meter_exchanged")]
    code: &'static str,
    /// The same in words.
    text: String,
}

/// Which values are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SeriesRequest {
    /// From this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) from: Option<Timestamp>,
    /// Until before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) to: Option<Timestamp>,
    /// The register; the value on the dial where nothing is said.
    #[param(inline, example = "flow_temp")]
    pub(super) register: Option<String>,
    /// How many points at most; 2000 where nothing is said, and never more than 36000. Of more
    /// some are left out, but none beside a gap.
    points: Option<usize>,
}

/// Which consumption is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConsumptionRequest {
    /// From this time on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) from: Option<Timestamp>,
    /// Until before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(super) to: Option<Timestamp>,
    /// Sum up by `hour`, `day` or `month`; from reading to reading where nothing is said.
    #[param(inline, example = "day")]
    period: Option<String>,
    /// Whose days these are, as in the time zone database; UTC where nothing is said.
    #[param(inline, example = "Europe/Vienna")]
    zone: Option<String>,
}

/// A register over time: the value on the dial, or another
#[utoipa::path(get, path = "/api/v1/meters/{id}/index", operation_id = "show_index", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), SeriesRequest),
    responses(
        (status = OK, body = IndexSeries),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn index(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<SeriesRequest>,
) -> Result<Json<IndexSeries>, Problem> {
    let SeriesRequest { from, to, register, points } = request;
    let limit =
        points.unwrap_or(USUAL_POINTS).clamp(2, usize::try_from(MOST_READOUTS).unwrap_or(2));
    let series = Series::load(&state, &id, (from, to), register).await?;
    let gap = series.gap();
    let mut before: Option<Timestamp> = None;
    let all = series.readings.iter().map(|reading| {
        let after_gap = before.is_some_and(|before| gap(&before, &reading.at));
        before = Some(reading.at);
        let value = reading.value.map_or(Value::Null, |value| number(&value.to_string()));
        IndexPoint { at: reading.at, value, after_gap }
    });
    let all: Vec<_> = all.collect();
    let points = thin(&all, limit);
    let is_thinned = points.len() < all.len();
    let Series { register, unit, registers, is_cut, .. } = series;
    Ok(Json(IndexSeries { register, unit, registers, points, is_cut, is_thinned }))
}

/// What was consumed over time
///
/// Nothing is divided: in a period counts what was consumed up to the readings in it.
#[utoipa::path(get, path = "/api/v1/meters/{id}/consumption", operation_id = "show_consumption", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), ConsumptionRequest),
    responses(
        (status = OK, body = ConsumptionSeries),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn consumption(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<ConsumptionRequest>,
) -> Result<Json<ConsumptionSeries>, Problem> {
    let series = Series::load(&state, &id, (request.from, request.to), None).await?;
    let steps = series.consumption_by(&request)?;
    let found = series.consumption();
    let events = found.reports().map(|step| EventView {
        at: step.to,
        code: step.outcome.code(),
        text: step.outcome.to_string(),
    });
    let events = events.collect();
    let total = found.total().map_or(Value::Null, |total| number(&total.to_string()));
    let Series { register, unit, is_cut, .. } = series;
    Ok(Json(ConsumptionSeries { register, unit, total, steps, events, is_cut }))
}

fn read_period(name: &str) -> Result<Period, Problem> {
    Period::from_name(name).ok_or_else(|| {
        let name = name.escape_default();
        let detail = format!("There is no period \"{name}\"; there are hour, day and month.");
        refusal::unfit("bad_period", "There is no such period", detail)
    })
}

fn read_zone(name: Option<&str>) -> Result<TimeZone, Problem> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    TimeZone::get(name).map_err(|_| {
        let name = name.escape_default();
        let detail = format!("There is no time zone \"{name}\"; one is Europe/Vienna.");
        refusal::unfit("bad_zone", "There is no such time zone", detail)
    })
}

/// Leaves points out where there are too many: evenly, but never the first or last one, and none
/// beside a gap.
fn thin(points: &[IndexPoint], limit: usize) -> Vec<IndexPoint> {
    let each = points.len().div_ceil(limit).max(1);
    let is_edge = |place: usize| {
        let is_gap = |point: &IndexPoint| point.after_gap || point.value.is_null();
        points.get(place).is_some_and(is_gap)
            || points.get(place + 1).is_none_or(is_gap)
            || place
                .checked_sub(1)
                .and_then(|before| points.get(before))
                .is_none_or(|point| point.value.is_null())
    };
    let kept = points.iter().enumerate().filter(|(place, _)| place % each == 0 || is_edge(*place));
    kept.map(|(_, point)| point.clone()).collect()
}

impl From<&ConsumptionStep<Timestamp>> for StepView {
    fn from(step: &ConsumptionStep<Timestamp>) -> Self {
        Self {
            from: step.from,
            to: step.to,
            code: step.outcome.code(),
            amount: step.outcome.amount().map_or(Value::Null, |amount| number(&amount.to_string())),
            is_estimate: step.outcome.code() == "across_gap",
            text: step.outcome.to_string(),
        }
    }
}

impl From<PeriodAmount> for StepView {
    fn from(period: PeriodAmount) -> Self {
        let (code, text) = match (period.certainty, period.amount) {
            (Certainty::Gap, _) => ("gap", "there is no reading in this time".to_owned()),
            (Certainty::Read, Some(amount)) => ("consumed", format!("{amount} was consumed")),
            (_, Some(amount)) => {
                ("estimated", format!("{amount} was consumed, some of it perhaps before or after"))
            }
            (_, None) => ("estimated", "nothing can be made of the readings".to_owned()),
        };
        Self {
            from: period.from,
            to: period.to,
            code,
            amount: period.amount.map_or(Value::Null, |amount| number(&amount.to_string())),
            is_estimate: period.certainty == Certainty::Estimated,
            text,
        }
    }
}

/// A register of a meter, readout by readout.
pub(super) struct Series {
    pub(super) register: Option<String>,
    pub(super) unit: Option<String>,
    registers: Vec<String>,
    /// The oldest first.
    pub(super) readings: Vec<IndexReading<Timestamp>>,
    pub(super) is_cut: bool,
}

impl Series {
    /// A register, the value on the dial where none is named, in a time.
    pub(super) async fn load(
        state: &ApiState,
        id: &str,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        register: Option<String>,
    ) -> Result<Self, Problem> {
        let meter = meters::find(state, id).await?;
        let range = ReadoutRange { from, to, good_only: false };
        let found = state.db.readouts(meter.id, range, None, MOST_READOUTS).await;
        let mut readouts = found.map_err(refusal::db)?;
        let is_cut = readouts.len() >= usize::try_from(MOST_READOUTS).unwrap_or(usize::MAX);
        readouts.reverse();
        let newest = readouts.iter().rev().find(|readout| !readout.readings.is_empty());
        let mut known: Vec<_> =
            newest.map(|newest| newest.readings.iter().collect()).unwrap_or_default();
        known.sort_by_key(|reading: &&Reading| !reading.is_index);
        let registers: Vec<_> = known.iter().map(|reading| reading.register.clone()).collect();
        let dial = || {
            let mut all = readouts.iter().rev().flat_map(|readout| &readout.readings);
            all.find(|reading| reading.is_index).map(|reading| reading.register.clone())
        };
        let register = register.or_else(dial);
        let unit = readouts.iter().rev().find_map(|readout| {
            of_register(readout, register.as_deref()).and_then(|reading| reading.unit.clone())
        });
        let readings = readouts.iter().filter_map(|readout| point(readout, register.as_deref()));
        Ok(Self { readings: readings.collect(), register, unit, registers, is_cut })
    }

    /// What was consumed, if the register counts.
    fn consumption(&self) -> Consumption<Timestamp> {
        consumed(&self.readings, self.gap())
    }

    /// The same from reading to reading, or by the periods that were asked for.
    pub(super) fn consumption_by(
        &self,
        request: &ConsumptionRequest,
    ) -> Result<Vec<StepView>, Problem> {
        let period = request.period.as_deref().map(read_period).transpose()?;
        let zone = read_zone(request.zone.as_deref())?;
        let found = self.consumption();
        let Some(period) = period else {
            return Ok(found.steps.iter().map(StepView::from).collect());
        };
        let title = "The time is too long";
        let periods = sum_up(&found.steps, period, &zone, MOST_PERIODS)
            .map_err(|error| refusal::unfit("too_many_periods", title, format!("{error}.")))?;
        Ok(periods.into_iter().map(StepView::from).collect())
    }

    /// Says of two times whether readings are missing between them.
    fn gap(&self) -> impl Fn(&Timestamp, &Timestamp) -> bool + use<> {
        let times = self.readings.iter().map(|reading| reading.at);
        let later = times.clone().skip(1);
        let mut between: Vec<SignedDuration> =
            times.zip(later).map(|(one, other)| one.duration_until(other)).collect();
        between.sort_unstable();
        // Two readings say nothing about what is usual.
        let usual = between.get(between.len() / 2).filter(|_| between.len() > 1).copied();
        let longest = usual.and_then(|usual| usual.checked_mul(GAP));
        move |from, to| longest.is_some_and(|longest| from.duration_until(*to) > longest)
    }
}

fn of_register<'a>(readout: &'a StoredReadout, register: Option<&str>) -> Option<&'a Reading> {
    readout.readings.iter().find(|reading| Some(reading.register.as_str()) == register)
}

/// A readout as a point of the series; none where it is one of another register: where the
/// configuration was changed, older values are of another kind.
fn point(readout: &StoredReadout, register: Option<&str>) -> Option<IndexReading<Timestamp>> {
    let reading = of_register(readout, register);
    if reading.is_none() && readout.readings.iter().any(|other| other.is_index) {
        return None;
    }
    let value = match reading.and_then(|reading| reading.value.as_ref()) {
        Some(ReadingValue::Number(number)) => Some(*number),
        _ => None,
    };
    let unit = reading.and_then(|reading| reading.unit.clone());
    let who = readout.identification().filter(|address| !address.has_wildcard());
    Some(IndexReading { at: readout.read_at, meter: who, value, unit })
}
