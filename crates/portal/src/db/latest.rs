//! What is known of each meter now: its newest readouts and how it is.

use fleet_link::{Finding, Outcome};
use rusqlite::{Connection, OptionalExtension, params};

use super::{DbError, packed, readouts};
use crate::id::MeterId;
use crate::meter::MeterState;

const FAILED: &str = "keeping how a meter is";

/// A readout that was just stored, or is looked at again.
pub(super) struct Newest<'a> {
    pub(super) id: i64,
    pub(super) read_at: i64,
    pub(super) outcome: Outcome,
    pub(super) problems: &'a [Finding],
}

/// Keeps how a meter is after a readout. One that is older than what is known changes nothing.
pub(super) fn note(
    connection: &Connection,
    meter: MeterId,
    newest: &Newest<'_>,
) -> Result<(), DbError> {
    let state = MeterState::after(newest.outcome, newest.problems);
    connection
        .prepare_cached(
            "INSERT INTO meter_latest
                 (meter, last_readout, last_read_at, state, state_since, problem)
             VALUES (?1, ?2, ?3, ?4, ?3, ?5)
             ON CONFLICT (meter) DO UPDATE SET last_readout = excluded.last_readout,
                 last_read_at = excluded.last_read_at,
                 state_since = CASE WHEN state = excluded.state THEN state_since
                     ELSE excluded.state_since END,
                 state = excluded.state, problem = excluded.problem
             WHERE excluded.last_read_at >= last_read_at",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                meter.0,
                newest.id,
                newest.read_at,
                state.name(),
                worst(newest.problems).map(|worst| worst.code.as_str())
            ])
        })
        .map_err(DbError::sql(FAILED))?;
    if matches!(newest.outcome, Outcome::Complete | Outcome::Partial) {
        connection
            .prepare_cached(
                "UPDATE meter_latest SET good_readout = ?2, good_read_at = ?3
                 WHERE meter = ?1 AND (good_read_at IS NULL OR good_read_at <= ?3)",
            )
            .and_then(|mut statement| statement.execute((meter.0, newest.id, newest.read_at)))
            .map_err(DbError::sql(FAILED))?;
    }
    Ok(())
}

/// The worst problem; of equals the first one, for it was told first.
pub(super) fn worst(problems: &[Finding]) -> Option<&Finding> {
    problems.iter().reduce(
        |worst, problem| {
            if problem.severity > worst.severity { problem } else { worst }
        },
    )
}

/// Looks through the readouts of a meter that just got some which had come before.
pub(super) fn look_again(connection: &Connection, meter: MeterId) -> Result<(), DbError> {
    connection
        .execute("DELETE FROM meter_latest WHERE meter = ?1", [meter.0])
        .map_err(DbError::sql(FAILED))?;
    for filter in ["AND outcome IN (0, 1)", ""] {
        let row: Option<(i64, i64, i64, Option<Vec<u8>>)> = connection
            .query_row(
                &format!(
                    "SELECT id, read_at, outcome, problems FROM readout WHERE meter = ?1 {filter}
                     ORDER BY read_at DESC, id DESC LIMIT 1"
                ),
                [meter.0],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
            .optional()
            .map_err(DbError::sql(FAILED))?;
        let Some((id, read_at, outcome, problems)) = row else { continue };
        let damaged = |cause: String| DbError::damaged(format_args!("readout {id}"), cause);
        let problems = packed::unpack_problems(problems.as_deref())
            .map_err(|error| damaged(format!("problems: {error}")))?;
        let outcome = readouts::outcome_from(outcome)
            .ok_or_else(|| damaged(format!("{outcome} is no outcome")))?;
        note(connection, meter, &Newest { id, read_at, outcome, problems: &problems })?;
    }
    Ok(())
}
