//! The last known settings of a meter, with the readout each is from.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use metering::{
    CachedSetting, DeviceSetting, HistoricalData, HistoricalValue, SettingKey, SettingsCache,
};

use crate::store::ReadoutId;

/// The readout a setting is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its row in the store.
    pub readout: ReadoutId,
    /// When it ended.
    pub read_at: Timestamp,
}

/// The last known settings of a meter. They are a view of stored telegrams: of the last good
/// readout, and of [older ones](Self::needed_beside) that have what it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceSettings {
    cache: SettingsCache<Stamp>,
    /// The meter's own dates of stored values.
    dates: HashMap<SettingKey, String>,
}

/// What one readout says, before it is known to be in the store.
#[derive(Clone, Debug, Default)]
pub struct FreshSettings {
    settings: Vec<DeviceSetting>,
    history: Vec<HistoricalValue>,
}

impl FreshSettings {
    /// First step of a synchronization: which readings the telegrams have, and their metadata.
    pub fn new(frames: &[Vec<u8>], historical: HistoricalData) -> Self {
        Self { settings: metering::device_settings(frames, historical), history: Vec::new() }
    }

    /// Second step, where historical data are processed: the values the meter has stored.
    pub fn take_history(&mut self, history: Vec<HistoricalValue>) {
        self.history = history;
    }

    /// The values the meter has stored itself.
    pub fn history(&self) -> &[HistoricalValue] {
        &self.history
    }

    fn date_of(&self, setting: &DeviceSetting) -> Option<&str> {
        let mut values = self.history.iter();
        let value = values.find(|value| value.source.line == setting.line)?;
        Some(&value.measured_at)
    }
}

impl DeviceSettings {
    /// The older readouts that are needed once this one is stored: those of the settings it does
    /// not have. `None` where that changes nothing.
    pub fn needed_beside(&self, fresh: &FreshSettings) -> Option<BTreeSet<ReadoutId>> {
        let keys: HashSet<_> = fresh.settings.iter().map(|setting| &setting.key).collect();
        let readouts = |missing: &dyn Fn(&CachedSetting<Stamp>) -> bool| {
            let missing = self.cache.iter().filter(|cached| missing(cached));
            missing.map(|cached| cached.read_at.readout).collect::<BTreeSet<_>>()
        };
        let needed = readouts(&|cached| !keys.contains(&cached.key));
        let before = readouts(&|cached| !cached.is_updated());
        (needed != before).then_some(needed)
    }

    /// Last step of a synchronization: the values, once they are in the store.
    pub fn merge(&mut self, fresh: FreshSettings, stamp: Stamp) {
        for setting in &fresh.settings {
            match fresh.date_of(setting) {
                Some(date) => self.dates.insert(setting.key.clone(), date.to_owned()),
                None => self.dates.remove(&setting.key),
            };
        }
        self.cache.merge(fresh.settings, stamp);
    }

    /// The settings, in the order they were first seen.
    pub fn iter(&self) -> impl Iterator<Item = &CachedSetting<Stamp>> {
        self.cache.iter()
    }

    /// The meter's own date of a value it has stored, where it told one.
    pub fn measured_at(&self, key: &SettingKey) -> Option<&str> {
        self.dates.get(key).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Energy and volume, and the volume alone.
    const BOTH: [u8; 21] = [
        0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78,
        0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
    ];
    const ENERGY: [u8; 15] =
        [0x68, 0x09, 0x09, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x3A, 0x30, 0x00, 0x00, 0xF5, 0x16];

    fn fresh(frame: &[u8]) -> FreshSettings {
        FreshSettings::new(&[frame.to_vec()], HistoricalData::On)
    }

    fn stamp(number: i64) -> Stamp {
        Stamp { readout: ReadoutId(number), read_at: Timestamp::from_second(number).unwrap() }
    }

    fn take(settings: &mut DeviceSettings, frame: &[u8], number: i64) -> Option<Vec<i64>> {
        let needed = settings.needed_beside(&fresh(frame));
        settings.merge(fresh(frame), stamp(number));
        needed.map(|needed| needed.into_iter().map(|readout| readout.0).collect())
    }

    #[test]
    fn b36_a_readout_is_needed_as_long_as_only_it_has_a_setting() {
        let mut settings = DeviceSettings::default();
        assert_eq!(take(&mut settings, &BOTH, 1), None);
        assert_eq!(take(&mut settings, &BOTH, 2), None);
        assert_eq!(take(&mut settings, &ENERGY, 3), Some(vec![2]));
        assert_eq!(take(&mut settings, &ENERGY, 4), None, "nothing new");
        let values: Vec<_> =
            settings.iter().map(|one| (one.value.as_str(), one.is_updated())).collect();
        assert_eq!(values, [("12346", true), ("12345678", false)]);
        assert_eq!(settings.iter().nth(1).unwrap().read_at, stamp(2));
        assert_eq!(take(&mut settings, &BOTH, 5), Some(vec![]), "none is needed any more");
    }

    #[test]
    fn b34_the_needed_readouts_and_the_last_one_make_the_same_settings_again() {
        let mut settings = DeviceSettings::default();
        for (number, frame) in [(1, &BOTH[..]), (2, &BOTH), (3, &ENERGY)] {
            settings.merge(fresh(frame), stamp(number));
        }
        let mut again = DeviceSettings::default();
        for (number, frame) in [(2, &BOTH[..]), (3, &ENERGY)] {
            again.merge(fresh(frame), stamp(number));
        }
        assert_eq!(again, settings);
    }
}
