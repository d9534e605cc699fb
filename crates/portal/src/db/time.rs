//! Times in columns: milliseconds since 1970.

use jiff::Timestamp;

use super::DbError;

/// The time in a column.
pub(super) fn from_column(what: impl ToString, at: i64) -> Result<Timestamp, DbError> {
    Timestamp::from_millisecond(at)
        .map_err(|_| DbError::damaged(what, format_args!("{at} is no time")))
}

/// The time in a column that may be empty.
pub(super) fn maybe(what: impl ToString, at: Option<i64>) -> Result<Option<Timestamp>, DbError> {
    at.map(|at| from_column(what, at)).transpose()
}
