//! The values a meter has stored itself, each under the meter's own date.

use std::collections::BTreeSet;

use mbus::record::vif_table::Kind;
use mbus::{Decimal, Quantity};

use crate::measured_at;
use crate::numbered_lines::NumberedLines;
use crate::source_record::SourceRecord;
use crate::{SeriesKey, Source};

/// A value a meter stored at a time of its own: at a due date, at the end of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoricalValue {
    /// What the value is. Equal for all values of one kind and for the current one: storage
    /// numbers move on with every month, the series and [`measured_at`](Self::measured_at) tell
    /// a value for good.
    pub series: SeriesKey,
    /// What it measures.
    pub quantity: Quantity,
    /// The plain unit, with its factor; absent where there is none.
    pub unit: Option<String>,
    /// The exact number, in that unit.
    pub value: Decimal,
    /// The meter's own date, in its local time without a zone: `2013-09-28` or
    /// `2013-09-28T00:00`.
    pub measured_at: String,
    /// The storage number it has now.
    pub storage: u64,
    /// The record it comes from.
    pub source: Source,
}

/// The stored values in the telegrams of one readout, given as whole frames in the order
/// received; in the order of their lines.
///
/// These are all numbers with a storage number from 1, from all telegrams, that can be trusted
/// and that the meter gives a date: its time point (VIF 6C or 6D) of the same storage number. Where
/// a subunit has a time point of its own, that one counts for its values, else the one of
/// subunit 0; never the one of another subunit. A value without a date is left out, for there is
/// none to invent; so is one that is marked as one to come (VIFE 7E). The same value of the same
/// series and date, sent twice, is there once. Two different values of one date, as some meters
/// send them for a due date at the end of a month, are both there.
///
/// Compact profiles hold many values in one record; they stay bytes and are not here.
///
/// The values are not mapped to registers: they keep their exact number in the record's own unit.
/// A reading of the same meter finds its history by the series: that of the
/// [`DeviceSetting`](crate::DeviceSetting) with the line of the reading's source.
///
/// ```
/// use metering::history;
///
/// // A volume stored under storage number 1, and the due date 2013-09-28.
/// let frame = [
///     0x68, 0x0D, 0x0D, 0x68, 0x08, 0x01, 0x78, 0x44, 0x13, 0xC9, 0x20, 0x00, 0x00, 0x42, 0x6C,
///     0xBC, 0x19, 0x44, 0x16,
/// ];
/// let values = history(&[frame.to_vec()]);
/// assert_eq!(values[0].value.to_string(), "8.393");
/// assert_eq!(values[0].measured_at, "2013-09-28");
/// assert_eq!(values[0].series.as_str(), "volume.cubic_metre.instantaneous");
/// ```
pub fn history(frames: &[Vec<u8>]) -> Vec<HistoricalValue> {
    let lines = NumberedLines::new(frames);
    let mut known = BTreeSet::new();
    lines
        .records()
        .filter(|record| record.storage() > 0)
        .filter_map(|record| historical_value(&record, &lines))
        .filter(|value| {
            known.insert((value.series.clone(), value.measured_at.clone(), value.value))
        })
        .collect()
}

fn historical_value(
    record: &SourceRecord<'_>,
    lines: &NumberedLines<'_>,
) -> Option<HistoricalValue> {
    if is_time_point(record) || record.marks().any(|mark| mark == "future_value") {
        return None;
    }
    Some(HistoricalValue {
        series: SeriesKey::of(record),
        quantity: record.quantity(),
        unit: record.unit_text(),
        value: record.number()?,
        measured_at: measured_at::of(record, lines)?,
        storage: record.storage(),
        source: record.source(),
    })
}

/// Dates are no values, even where their length makes them a number.
fn is_time_point(record: &SourceRecord<'_>) -> bool {
    record.data_record().is_some_and(|record| record.vib.meaning().kind == Kind::Calendar)
}
