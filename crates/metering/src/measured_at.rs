//! When the meter measured a value, by its own clock. No date is ever made up here: where the
//! telegrams tell none, or several, there is none.
//!
//! A current value (storage 0) belongs to the meter's clock, a stored one to the time point of
//! its storage number (EN 13757-3, VIF 6C and 6D). A time point that is marked as one to come
//! (VIFE 7E), or as the time of something else by another VIFE, is none of a value.
//!
//! Several time points may have the same storage number. The nearest to the value counts:
//! 1. one with its own function: a maximum may have a time of its own. A stored value without
//!    one has the time of its storage number; a current maximum without one has none, for the
//!    clock says when it was read and not when it was;
//! 2. one of its own subunit, else one of subunit 0, the device as a whole; the time of another
//!    subunit says nothing about it. The same holds for tariffs;
//! 3. one in its own telegram, else one of another telegram of the readout.
//!
//! If the nearest one holds no date, because it is marked invalid or means "every year", the
//! meter has none for this value, and the next one is not asked.

use std::collections::BTreeSet;

use mbus::Quantity;
use mbus::record::{FunctionField, Value};

use crate::numbered_lines::NumberedLines;
use crate::source_record::SourceRecord;

/// The meter's own time for the value of a record: ISO 8601 local time without a zone, a day
/// (`2013-09-28`) or a moment (`2021-06-11T10:30`).
pub(crate) fn of(record: &SourceRecord<'_>, lines: &NumberedLines<'_>) -> Option<String> {
    let mut nearest = None;
    let mut moments = BTreeSet::new();
    for point in lines.records() {
        let Some(distance) = Distance::between(record, &point) else { continue };
        if nearest.is_some_and(|nearest| nearest < distance) {
            continue;
        }
        if nearest != Some(distance) {
            nearest = Some(distance);
            moments.clear();
        }
        moments.extend(moment(&point));
    }
    the_only(moments)
}

/// How far a time point is from a value; the smaller the nearer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    has_other_function: bool,
    is_of_whole_device: bool,
    is_of_all_tariffs: bool,
    is_in_other_telegram: bool,
}

impl Distance {
    /// `None` where the record is no time point, or none of this value.
    fn between(value: &SourceRecord<'_>, point: &SourceRecord<'_>) -> Option<Self> {
        let is_time_point = matches!(point.quantity(), Quantity::Date | Quantity::DateTime)
            && point.storage() == value.storage()
            && point.marks().next().is_none();
        let has_other_function = point.function() != value.function();
        let is_of_whole_device = point.subunit() != value.subunit();
        let is_of_all_tariffs = point.tariff() != value.tariff();
        let belongs = is_time_point
            && (!has_other_function
                || value.storage() > 0 && point.function() == FunctionField::Instantaneous)
            && (!is_of_whole_device || point.subunit() == 0)
            && (!is_of_all_tariffs || point.tariff() == 0);
        belongs.then_some(Self {
            has_other_function,
            is_of_whole_device,
            is_of_all_tariffs,
            is_in_other_telegram: point.telegram != value.telegram,
        })
    }
}

/// The day or moment a time point holds. A rule such as "every year" is none.
fn moment(point: &SourceRecord<'_>) -> Option<String> {
    let is_one = point.quality().is_ok()
        && match point.value() {
            Value::DateTime(moment) => moment.is_single_moment(),
            // A clock without a time is no moment; the due date of a stored value is a day.
            Value::Date(date) => point.storage() > 0 && date.is_single_day(),
            _ => false,
        };
    is_one.then(|| point.value().to_string())
}

/// The one moment of several texts. A day and a moment of that day are no contradiction.
fn the_only(moments: BTreeSet<String>) -> Option<String> {
    // A day is sorted before its moments.
    let mut moments = moments.into_iter();
    match (moments.next(), moments.next(), moments.next()) {
        (Some(day), Some(moment), None) => {
            moment.strip_prefix(&day)?.starts_with('T').then_some(moment)
        }
        (moment, None, _) => moment,
        _ => None,
    }
}
