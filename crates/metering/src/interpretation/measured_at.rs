//! When the meter measured a value, by its own clock.

use mbus::Quantity;
use mbus::record::{FunctionField, Value};

use crate::numbered_lines::NumberedLines;
use crate::source_record::SourceRecord;

/// The meter's own time for the value of a record: for a current value its clock (VIF 6D), for a
/// stored one the time point of the same storage number (VIF 6C or 6D). `None` where the
/// telegrams tell none or several, and for values such as maxima that have times of their own.
pub(super) fn of(record: &SourceRecord<'_>, lines: &NumberedLines<'_>) -> Option<String> {
    if record.function() != FunctionField::Instantaneous {
        return None;
    }
    let time_points = |own_telegram: bool| {
        let points = lines.records().filter(|candidate| {
            (candidate.telegram == record.telegram || !own_telegram)
                && is_time_point_of(candidate, record.storage())
        });
        let mut texts: Vec<_> = points.map(|point| point.value().to_string()).collect();
        texts.dedup();
        texts
    };
    // Pages of one readout are seconds apart: the own one tells the time, or else any.
    let mut texts = time_points(true);
    if texts.is_empty() {
        texts = time_points(false);
    }
    match texts.len() {
        1 => texts.pop(),
        _ => None,
    }
}

/// Whether a record is one moment that belongs to a storage number.
fn is_time_point_of(record: &SourceRecord<'_>, storage: u64) -> bool {
    let is_moment = match (record.quantity(), record.value()) {
        (Quantity::DateTime, Value::DateTime(point)) => point.is_single_moment(),
        // A clock without a time is no moment; the due date of a stored value is a day.
        (Quantity::Date, Value::Date(date)) => storage > 0 && date.is_single_day(),
        (Quantity::DateTime, Value::Date(date)) => storage > 0 && date.is_single_day(),
        _ => false,
    };
    is_moment
        && record.quality().is_ok()
        && record.function() == FunctionField::Instantaneous
        && record.storage() == storage
        && record.tariff() == 0
        && record.subunit() == 0
        && record.qualifiers().next().is_none()
}
