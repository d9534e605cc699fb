//! The table of a building's TOML for one data record.

use serde::Deserialize;

use super::{BuildingError, text};
use crate::record_template::{
    Counter, DailyPattern, Oscillation, OscillationError, RecordError, RecordTemplate, RecordValue,
};

/// DIB, VIB, exactly one of the six keys that say what stands there, and the keys beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordTable {
    dib: String,
    vib: String,
    data: Option<String>,
    value: Option<i64>,
    counter: Option<i64>,
    per_hour: Option<toml::Value>,
    daily: Option<toml::Value>,
    between: Option<Vec<i64>>,
    period: Option<String>,
    start: Option<i64>,
    clock: Option<bool>,
    date: Option<String>,
}

/// The keys of which a record has exactly one.
const KINDS: &str = "data, value, counter, between, clock, date";

impl RecordTable {
    pub(super) fn read(&self) -> Result<RecordTemplate, BuildingError> {
        let dib = text::hex("dib", &self.dib)?;
        let vib = text::hex("vib", &self.vib)?;
        let (key, value) = self.read_value()?;
        RecordTemplate::new(&dib, &vib, value).map_err(|error| {
            let key = match error {
                RecordError::Dib => "dib",
                RecordError::Vib => "vib",
                _ => key,
            };
            BuildingError::new(key, error)
        })
    }

    /// What stands in the record, and the key that says so.
    fn read_value(&self) -> Result<(&'static str, RecordValue), BuildingError> {
        let key = self.kind()?;
        self.check_neighbours(key)?;
        let value = match key {
            "data" => RecordValue::Data(text::hex(key, self.data.as_deref().unwrap_or_default())?),
            "value" => RecordValue::Number(i128::from(self.value.unwrap_or_default())),
            "counter" => self.read_counter()?,
            "between" => self.read_oscillation()?,
            "clock" => RecordValue::Clock,
            _ => {
                let date = self.date.as_deref().unwrap_or_default();
                RecordValue::Date(date.parse().map_err(|error| BuildingError::new(key, error))?)
            }
        };
        Ok((key, value))
    }

    fn kind(&self) -> Result<&'static str, BuildingError> {
        let given = [
            ("data", self.data.is_some()),
            ("value", self.value.is_some()),
            ("counter", self.counter.is_some()),
            ("between", self.between.is_some()),
            ("clock", self.clock.is_some()),
            ("date", self.date.is_some()),
        ];
        let mut given = given.iter().filter(|(_, is_given)| *is_given).map(|(key, _)| *key);
        match (given.next(), given.next()) {
            (None, _) => {
                let cause = format!("is missing what stands in the record: one of {KINDS}");
                Err(BuildingError::new("value", cause))
            }
            (Some("clock"), None) if self.clock == Some(false) => {
                let cause = format!("false says nothing; write true, or one of {KINDS}");
                Err(BuildingError::new("clock", cause))
            }
            (Some(key), None) => Ok(key),
            (Some(first), Some(second)) => {
                let cause = format!("stands beside {first}; a record has only one of {KINDS}");
                Err(BuildingError::new(second, cause))
            }
        }
    }

    /// Keys that mean nothing beside this kind are mistakes, not decoration.
    fn check_neighbours(&self, kind: &'static str) -> Result<(), BuildingError> {
        let neighbours = [
            ("per_hour", self.per_hour.is_some(), "counter"),
            ("daily", self.daily.is_some(), "counter"),
            ("period", self.period.is_some(), "between"),
            ("start", self.start.is_some(), "between"),
        ];
        for (key, is_given, belongs_to) in neighbours {
            if is_given && belongs_to != kind {
                return Err(BuildingError::new(key, format!("belongs to {belongs_to} only")));
            }
        }
        Ok(())
    }

    fn read_counter(&self) -> Result<RecordValue, BuildingError> {
        let per_hour = self.per_hour.as_ref().ok_or_else(|| {
            let cause = "is missing; a counter needs its change per hour, in counts of the record";
            BuildingError::new("per_hour", cause)
        })?;
        let per_hour = text::decimal("per_hour", per_hour)?;
        let daily = daily_pattern(self.daily.as_ref())?;
        let start = i128::from(self.counter.unwrap_or_default());
        Counter::new(start, per_hour, daily)
            .map(RecordValue::Counter)
            .ok_or_else(|| BuildingError::new("per_hour", "is more than 10^9 counts an hour"))
    }

    fn read_oscillation(&self) -> Result<RecordValue, BuildingError> {
        let &[least, greatest] = self.between.as_deref().unwrap_or_default() else {
            let cause = "must be two numbers, [least, greatest]";
            return Err(BuildingError::new("between", cause));
        };
        let period = self.period.as_deref().ok_or_else(|| {
            BuildingError::new("period", "is missing; write how long a swing takes, like 15m")
        })?;
        let period = text::duration("period", period)?;
        Oscillation::new(least.into(), greatest.into(), period, self.start.map(i128::from))
            .map(RecordValue::Oscillation)
            .map_err(|error| {
                let key = match error {
                    OscillationError::Limits => "between",
                    OscillationError::Start => "start",
                    OscillationError::Period => "period",
                };
                BuildingError::new(key, error)
            })
    }
}

/// A name, or 24 weights; without either every hour is alike.
pub(super) fn daily_pattern(value: Option<&toml::Value>) -> Result<DailyPattern, BuildingError> {
    let pattern = match value {
        None => Some(DailyPattern::default()),
        Some(toml::Value::String(name)) => DailyPattern::named(name),
        Some(toml::Value::Array(weights)) => weights
            .iter()
            .map(|weight| weight.as_integer().and_then(|weight| u16::try_from(weight).ok()))
            .collect::<Option<Vec<u16>>>()
            .and_then(|weights| <[u16; 24]>::try_from(weights).ok())
            .and_then(DailyPattern::new),
        Some(_) => None,
    };
    pattern.ok_or_else(|| {
        let cause = "must be household, heating, sun, or 24 whole numbers that are not all 0";
        BuildingError::new("daily", cause)
    })
}
