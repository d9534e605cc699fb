//! What is shown as a chart or a table, as a file for spreadsheets.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use web_access::{Id, Problem, ProblemView};

use super::query::Asked;
use super::readings::outcome_name;
use super::series::{ConsumptionRequest, MOST_READOUTS, Series, SeriesRequest};
use super::{ApiState, meters, refusal};
use crate::db::ReadoutRange;

/// A file to keep.
type File = ([(HeaderName, HeaderValue); 2], String);

/// All readings of a meter, as a file for spreadsheets
///
/// A row for each register of each readout, the oldest first.
#[utoipa::path(get, path = "/api/v1/meters/{id}/readings.csv", operation_id = "download_readings", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), SeriesRequest),
    responses(
        (status = OK, body = String, content_type = "text/csv"),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "It would be too long", body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn readings(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<SeriesRequest>,
) -> Result<File, Problem> {
    let meter = meters::find(&state, &id).await?;
    let range = ReadoutRange { from: request.from, to: request.to, good_only: false };
    let found = state.db.readouts(meter.id, range, None, MOST_READOUTS).await;
    let readouts = found.map_err(refusal::db)?;
    refuse_cut(readouts.len() >= usize::try_from(MOST_READOUTS).unwrap_or(usize::MAX))?;
    let mut text =
        Text::new(&["read_at", "outcome", "register", "value", "unit", "quality", "measured_at"]);
    for readout in readouts.iter().rev() {
        let read_at = readout.read_at.to_string();
        let outcome = outcome_name(readout.outcome);
        let wanted = readout.readings.iter().filter(|reading| {
            request.register.as_ref().is_none_or(|wanted| *wanted == reading.register)
        });
        let mut is_empty = true;
        for reading in wanted {
            is_empty = false;
            text.row(&[
                &read_at,
                outcome,
                &reading.register,
                &reading.value.as_ref().map(ToString::to_string).unwrap_or_default(),
                reading.unit.as_deref().unwrap_or_default(),
                &reading.quality,
                reading.measured_at.as_deref().unwrap_or_default(),
            ]);
        }
        // A readout that brought nothing is a row too: a gap is to be seen.
        if is_empty && readout.readings.is_empty() {
            text.row(&[&read_at, outcome, "", "", "", "", ""]);
        }
    }
    Ok(text.into_file(&format!("{id}-readings.csv")))
}

/// What was consumed from reading to reading, as a file for spreadsheets
#[utoipa::path(get, path = "/api/v1/meters/{id}/consumption.csv", operation_id = "download_consumption", tag = "meters",
    params(("id" = String, Path, description = "The id of the meter"), ConsumptionRequest),
    responses(
        (status = OK, body = String, content_type = "text/csv"),
        (status = NOT_FOUND, body = ProblemView, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "It would be too long", body = ProblemView, content_type = "application/problem+json")
    ))]
pub(super) async fn consumption(
    State(state): State<ApiState>,
    Id(id): Id,
    Asked(request): Asked<ConsumptionRequest>,
) -> Result<File, Problem> {
    let series = Series::load(&state, &id, (request.from, request.to), None).await?;
    refuse_cut(series.is_cut)?;
    let (register, unit) = (
        series.register.as_deref().unwrap_or_default(),
        series.unit.as_deref().unwrap_or_default(),
    );
    let mut text = Text::new(&["from", "to", "register", "amount", "unit", "kind", "remark"]);
    for step in series.consumption_by(&request)? {
        text.row(&[
            &step.from.to_string(),
            &step.to.to_string(),
            register,
            &step.amount_text(),
            unit,
            step.code,
            &step.text,
        ]);
    }
    Ok(text.into_file(&format!("{id}-consumption.csv")))
}

fn refuse_cut(is_cut: bool) -> Result<(), Problem> {
    if !is_cut {
        return Ok(());
    }
    let detail = format!(
        "There are more than {MOST_READOUTS} readouts in this time; ask for a shorter one."
    );
    Err(refusal::unfit("too_long", "The file would be too long", detail))
}

/// Rows of fields (RFC 4180).
struct Text(String);

impl Text {
    fn new(names: &[&str]) -> Self {
        let mut text = Self(String::new());
        text.row(names);
        text
    }

    fn row(&mut self, fields: &[&str]) {
        for (place, field) in fields.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            // A spreadsheet must not take what a meter says for a formula. Numbers are none.
            let is_formula = field.starts_with(['=', '+', '-', '@', '\t'])
                && field.parse::<mbus::Decimal>().is_err();
            let mark = if is_formula { "'" } else { "" };
            // Writing to a string does not fail.
            let _ = if is_formula || field.contains([',', '"', '\n', '\r']) {
                write!(self.0, "{comma}\"{mark}{}\"", field.replace('"', "\"\""))
            } else {
                write!(self.0, "{comma}{field}")
            };
        }
        self.0.push_str("\r\n");
    }

    /// The name has only what an id has.
    fn into_file(self, name: &str) -> File {
        let kept = format!("attachment; filename=\"{name}\"");
        let kept =
            HeaderValue::from_str(&kept).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, kept)], self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_apart_whatever_is_in_them_and_none_is_a_formula() {
        let mut text = Text::new(&["a", "b"]);
        text.row(&["1,5", "say \"no\""]);
        text.row(&["-12.50", "=1+1"]);
        text.row(&["", "two\nlines"]);
        let wanted = "a,b\r\n\"1,5\",\"say \"\"no\"\"\"\r\n-12.50,\"'=1+1\"\r\n,\"two\nlines\"\r\n";
        assert_eq!(text.0, wanted);
    }
}
