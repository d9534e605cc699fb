//! From the telegrams of one readout to readings: the story of one readout, in one place.

use std::collections::BTreeSet;

use mbus::record::{FunctionField, Value};
use mbus::telegram::Body;
use mbus::{Quantity, SecondaryAddress};

use crate::index::device_type;
use crate::measured_at;
use crate::numbered_lines::NumberedLines;
use crate::problem::{ProblemKind, RegisterProblem, excerpt};
use crate::source_record::SourceRecord;
use crate::unit_conversion::{ConversionError, RegisterUnit};
use crate::{Mapping, Reading, ReadingQuality, ReadingValue, Register};

/// What the telegrams of one readout say to a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpretation {
    /// One reading for each register of the mapping, in its order.
    pub readings: Vec<Reading>,
    /// Why registers have no value: first the problems of whole telegrams, then those of single
    /// registers.
    pub problems: Vec<RegisterProblem>,
    /// Who answered, where the telegrams say it in full.
    pub identification: Option<SecondaryAddress>,
    /// How many data records no register took.
    pub unmapped_records: usize,
}

/// Makes readings of the telegrams of one readout, given as whole frames in the order received.
///
/// Every register has a reading. A value that cannot be trusted is absent, and a problem says
/// why; it costs no other register its value.
pub fn interpret(mapping: &Mapping, frames: &[Vec<u8>]) -> Interpretation {
    let lines = NumberedLines::new(frames);
    let mut problems = telegram_problems(&lines);
    let stranger = stranger(mapping, &lines);
    let is_stranger = stranger.is_some();
    problems.extend(stranger);
    let mut problems: Vec<_> =
        problems.into_iter().map(|kind| RegisterProblem { register: None, kind }).collect();
    // Where there is no record at all, the problems of the telegrams say it for every register.
    let is_said = !problems.is_empty() && lines.records().next().is_none();
    let mut taken = BTreeSet::new();
    let mut readings = Vec::new();
    for (place, register) in mapping.registers().iter().enumerate() {
        let is_index = mapping.is_index(place);
        if is_stranger {
            readings.push(absent(register, is_index, ReadingQuality::OtherMeter));
            continue;
        }
        let (reading, problem) = read_register(register, is_index, &lines);
        taken.extend(reading.source.as_ref().map(|source| source.line));
        readings.push(reading);
        if !is_said {
            let name = register.name.clone();
            problems.extend(problem.map(|kind| RegisterProblem { register: Some(name), kind }));
        }
    }
    let unmapped_records = lines.records().filter(|record| !taken.contains(&record.line)).count();
    Interpretation { readings, problems, identification: identification(&lines), unmapped_records }
}

fn identification(lines: &NumberedLines<'_>) -> Option<SecondaryAddress> {
    lines.readable().find_map(mbus::Telegram::secondary_address)
}

/// What keeps whole telegrams from having records.
fn telegram_problems(lines: &NumberedLines<'_>) -> Vec<ProblemKind> {
    if lines.telegrams().next().is_none() {
        return vec![ProblemKind::NoTelegrams];
    }
    let mut problems = Vec::new();
    for (telegram, parsed) in lines.telegrams() {
        problems.extend(match parsed {
            Err(error) => Some(ProblemKind::Unreadable { telegram, error: *error }),
            Ok(parsed) => match parsed.body {
                Body::Records(_) | Body::Fixed(_) => None,
                Body::ApplicationError(error) => {
                    Some(ProblemKind::ApplicationError { telegram, error })
                }
                Body::Encrypted { mode, .. } => Some(ProblemKind::Encrypted { telegram, mode }),
                Body::Alarm(_) | Body::Compact(_) | Body::Raw(_) => {
                    Some(ProblemKind::NoRecords { telegram, ci: parsed.ci.0 })
                }
            },
        });
    }
    problems
}

/// Why the telegrams are not those of this meter, if they are not.
fn stranger(mapping: &Mapping, lines: &NumberedLines<'_>) -> Option<ProblemKind> {
    let mut first = None;
    for (telegram, parsed) in lines.telegrams() {
        let found = parsed.as_ref().ok().and_then(mbus::Telegram::secondary_address);
        let Some(found) = found else { continue };
        let expected = mapping.secondary_address().filter(|mask| !mask.selects(found));
        let expected = expected.or_else(|| first.filter(|first| *first != found));
        if let Some(expected) = expected {
            return Some(ProblemKind::OtherMeter { telegram, expected, found });
        }
        first = Some(found);
    }
    let found = device_type(lines)?;
    let expected = mapping.device_types();
    (!expected.is_empty() && !expected.contains(&found)).then(|| ProblemKind::OtherDeviceType {
        model: mapping.model().to_owned(),
        expected: expected.iter().map(|kind| kind.name().to_owned()).collect(),
        found: found.name().to_owned(),
    })
}

/// A reading without a value and without a record.
fn absent(register: &Register, is_index: bool, quality: ReadingQuality) -> Reading {
    Reading {
        register: register.name.clone(),
        value: None,
        unit: RegisterUnit::of(&register.name).map(|unit| unit.symbol().to_owned()),
        quality,
        measured_at: None,
        is_index,
        source: None,
    }
}

fn read_register(
    register: &Register,
    is_index: bool,
    lines: &NumberedLines<'_>,
) -> (Reading, Option<ProblemKind>) {
    let record = match register.selector.find(lines) {
        Ok(record) => record,
        Err(problem) => {
            let reading = absent(register, is_index, problem.quality());
            return (reading, Some(problem));
        }
    };
    let unit = RegisterUnit::of(&register.name);
    let (value, problem) = match read_value(unit, is_index, &record) {
        Ok(value) => (Some(value), None),
        Err(problem) => (None, Some(problem)),
    };
    let reading = Reading {
        register: register.name.clone(),
        measured_at: value.as_ref().and_then(|_| measured_at::of(&record, lines)),
        value,
        unit: unit.map(|unit| unit.symbol().to_owned()).or_else(|| record.unit_text()),
        quality: problem.as_ref().map_or(ReadingQuality::OK, ProblemKind::quality),
        is_index,
        source: Some(record.source()),
    };
    (reading, problem)
}

/// The value in the register's unit, or in its own where the name fixes none.
fn read_value(
    unit: Option<RegisterUnit>,
    is_index: bool,
    record: &SourceRecord<'_>,
) -> Result<ReadingValue, ProblemKind> {
    let line = record.line;
    if !record.quality().is_ok() {
        return Err(ProblemKind::NoValue { line, quality: record.quality() });
    }
    let is_counter = is_index || unit.is_some_and(RegisterUnit::is_counter);
    check_function(record, is_counter, unit)?;
    let Value::Number(number) = record.value() else {
        let text = record.value_text().unwrap_or_default();
        return match unit {
            Some(_) => Err(ProblemKind::NotANumber { line, found: excerpt(&text) }),
            None => Ok(ReadingValue::Text(text)),
        };
    };
    if number.is_negative() && is_counter && counts_up(record.quantity()) {
        let unit = record.unit_text().unwrap_or_default();
        return Err(ProblemKind::Negative { line, found: format!("{number} {unit}") });
    }
    let Some(unit) = unit else { return Ok(ReadingValue::Number(number)) };
    // With VIFE 3D the unit is some other one that the meter's maker knows.
    let is_other = record.unit_factor().is_some()
        || record.qualifiers().any(|qualifier| qualifier == "non_metric");
    let converted = if is_other {
        Err(ConversionError::OtherUnit)
    } else {
        unit.convert(number, record.quantity(), record.unit())
    };
    converted.map(ReadingValue::Number).map_err(|error| match error {
        ConversionError::OtherUnit => ProblemKind::OtherUnit {
            line,
            expected: unit.symbol(),
            found: record.meaning().to_string(),
        },
        ConversionError::OutOfRange => ProblemKind::OutOfRange { line },
    })
}

/// A maximum, a minimum or a limit is no counter, and a value from an error state is no value of
/// a register whose name says what it measures. A name of one's own may show any of them.
fn check_function(
    record: &SourceRecord<'_>,
    is_counter: bool,
    unit: Option<RegisterUnit>,
) -> Result<(), ProblemKind> {
    let is_refused = match record.function() {
        FunctionField::Instantaneous => false,
        FunctionField::Maximum | FunctionField::Minimum => is_counter,
        FunctionField::Error => is_counter || unit.is_some(),
    };
    let mark = if is_refused {
        Some(record.function().symbol())
    } else {
        record.qualifiers().find(|name| is_counter && NOT_CURRENT.contains(name))
    };
    mark.map_or(Ok(()), |mark| Err(ProblemKind::NotCurrent { line: record.line, mark }))
}

/// VIFEs of values that are not what a dial shows now.
const NOT_CURRENT: [&str; 5] = [
    "lower_limit",
    "upper_limit",
    "during_lower_limit_exceed",
    "during_upper_limit_exceed",
    "future_value",
];

/// Whether a quantity is counted and so never below zero.
const fn counts_up(quantity: Quantity) -> bool {
    matches!(
        quantity,
        Quantity::Energy
            | Quantity::Volume
            | Quantity::Mass
            | Quantity::ReactiveEnergy
            | Quantity::ApparentEnergy
            | Quantity::HeatCostAllocation
    )
}
