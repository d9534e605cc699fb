//! The last known settings of a device: what is shown without asking the meter.

use std::collections::HashMap;

use crate::device_settings::variables;
use crate::{DeviceSetting, SeriesKey, SettingKey, SettingMetadata, SettingVariable};

/// More settings than this no meter has. A meter whose records are different in every readout
/// does not fill the memory: those that were not updated the longest give way.
pub const MAX_CACHED_SETTINGS: usize = 4096;

/// The last known settings of a device, in the order they were first seen.
///
/// A readout updates what it holds. What it does not hold stays, with its value and the time it
/// was read, and is marked as not updated.
///
/// `Time` is whatever the caller counts time in; it is kept and given back, never compared.
///
/// ```
/// use metering::{HistoricalData, SettingsCache, device_settings};
///
/// let frame = [
///     0x68, 0x0F, 0x0F, 0x68, 0x08, 0x01, 0x78, 0x04, 0x06, 0x39, 0x30, 0x00, 0x00, 0x0C, 0x78,
///     0x78, 0x56, 0x34, 0x12, 0x8C, 0x16,
/// ];
/// let mut cache = SettingsCache::default();
/// cache.merge(device_settings(&[frame.to_vec()], HistoricalData::Off), "10:00");
/// cache.merge(vec![], "10:15");
/// let energy = cache.iter().next().unwrap();
/// assert_eq!((energy.value.as_str(), energy.read_at), ("12345", "10:00"));
/// assert!(!energy.is_updated());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsCache<Time> {
    settings: Vec<CachedSetting<Time>>,
}

/// A setting with the time it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedSetting<Time> {
    /// Which of the meter's values it is.
    pub key: SettingKey,
    /// What it is a value of, whatever its storage number.
    pub series: SeriesKey,
    /// The ten fields, as they were last sent.
    pub metadata: SettingMetadata,
    /// The value as text, as it was last sent.
    pub value: String,
    /// When that was.
    pub read_at: Time,
    /// How many readouts since then did not have it.
    pub missed_readouts: u32,
}

impl<Time> CachedSetting<Time> {
    fn new(setting: DeviceSetting, read_at: Time) -> Self {
        let DeviceSetting { key, series, metadata, value, .. } = setting;
        Self { key, series, metadata, value, read_at, missed_readouts: 0 }
    }

    /// Whether the last readout had it.
    pub const fn is_updated(&self) -> bool {
        self.missed_readouts == 0
    }

    /// Whether it is a spot value: one with storage number 0.
    pub const fn is_spot(&self) -> bool {
        self.metadata.storage_number == 0
    }

    /// The two variables: the metadata, then the value.
    pub fn variables(&self) -> [SettingVariable<'_>; 2] {
        variables(&self.key, &self.metadata, &self.value)
    }
}

impl<Time> Default for SettingsCache<Time> {
    fn default() -> Self {
        Self { settings: Vec::new() }
    }
}

impl<Time: Clone> SettingsCache<Time> {
    /// The cache with settings that were kept elsewhere, in their order.
    pub fn from_stored(settings: Vec<CachedSetting<Time>>) -> Self {
        Self { settings }
    }

    /// Takes the settings of a readout that was successful.
    pub fn merge(&mut self, readout: Vec<DeviceSetting>, read_at: Time) {
        let mut places: HashMap<_, _> = readout
            .iter()
            .zip(0_usize..)
            .map(|(setting, place)| (setting.key.clone(), place))
            .collect();
        let mut fresh: Vec<_> = readout.into_iter().map(Some).collect();
        for cached in &mut self.settings {
            let place = places.remove(&cached.key);
            match place.and_then(|place| fresh.get_mut(place)).and_then(Option::take) {
                Some(setting) => *cached = CachedSetting::new(setting, read_at.clone()),
                None => cached.missed_readouts = cached.missed_readouts.saturating_add(1),
            }
        }
        let new = fresh.into_iter().flatten();
        self.settings.extend(new.map(|setting| CachedSetting::new(setting, read_at.clone())));
        self.drop_the_oldest();
    }

    fn drop_the_oldest(&mut self) {
        while self.settings.len() > MAX_CACHED_SETTINGS {
            let oldest = self.settings.iter().map(|cached| cached.missed_readouts).max();
            let mut surplus = self.settings.len() - MAX_CACHED_SETTINGS;
            self.settings.retain(|cached| {
                let goes = surplus > 0 && Some(cached.missed_readouts) == oldest;
                surplus -= usize::from(goes);
                !goes
            });
        }
    }

    /// The settings, in the order they were first seen.
    pub fn iter(&self) -> impl Iterator<Item = &CachedSetting<Time>> {
        self.settings.iter()
    }

    /// The setting of this key.
    pub fn get(&self, key: &SettingKey) -> Option<&CachedSetting<Time>> {
        self.settings.iter().find(|cached| cached.key == *key)
    }
}
