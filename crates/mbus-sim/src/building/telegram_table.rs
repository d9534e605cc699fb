//! The tables of a building's TOML for telegrams: made of records, or recorded.

use serde::Deserialize;

use super::record_table::{RecordTable, daily_pattern};
use super::{BuildingError, text};
use crate::telegram_template::{Moving, TelegramTemplate};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TelegramTable {
    #[serde(default)]
    records: Vec<RecordTable>,
    manufacturer_data: Option<String>,
    replay: Option<String>,
    #[serde(default)]
    moving: Vec<MovingTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MovingTable {
    record: usize,
    per_hour: toml::Value,
    daily: Option<toml::Value>,
}

impl TelegramTable {
    pub(super) fn read(&self) -> Result<TelegramTemplate, BuildingError> {
        if let Some(replay) = &self.replay {
            if !self.records.is_empty() || self.manufacturer_data.is_some() {
                let cause = "a telegram is either replayed or made of records, not both";
                return Err(BuildingError::new("replay", cause));
            }
            return self.read_replay(replay);
        }
        if !self.moving.is_empty() {
            let cause = "only the numbers of a replay move this way; give the record a counter";
            return Err(BuildingError::new("moving", cause));
        }
        let mut records = Vec::new();
        for (index, record) in self.records.iter().enumerate() {
            let place = format!("records[{}]", index + 1);
            records.push(record.read().map_err(|error| error.within(place))?);
        }
        let manufacturer_data = self.manufacturer_data.as_deref().unwrap_or_default();
        let manufacturer_data = text::hex("manufacturer_data", manufacturer_data)?;
        TelegramTemplate::new(records, manufacturer_data)
            .map_err(|error| BuildingError::new("records", error))
    }

    fn read_replay(&self, replay: &str) -> Result<TelegramTemplate, BuildingError> {
        let frame = text::hex("replay", replay)?;
        let mut moving = Vec::new();
        for (index, table) in self.moving.iter().enumerate() {
            let place = format!("moving[{}]", index + 1);
            moving.push(table.read().map_err(|error| error.within(place))?);
        }
        TelegramTemplate::replay(&frame, &moving)
            .map_err(|error| BuildingError::new("replay", error))
    }
}

impl MovingTable {
    fn read(&self) -> Result<Moving, BuildingError> {
        Ok(Moving {
            record: self.record,
            per_hour: text::decimal("per_hour", &self.per_hour)?,
            daily: daily_pattern(self.daily.as_ref())?,
        })
    }
}
