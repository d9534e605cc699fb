//! The last known settings of a device, from readout to readout.

use metering::{
    CachedSetting, HistoricalData, MAX_CACHED_SETTINGS, SettingsCache, device_settings,
};

use crate::frames::{HEAT, telegram};

fn readout(records: &str) -> Vec<metering::DeviceSetting> {
    device_settings(&[telegram(HEAT, records)], HistoricalData::On)
}

/// Key, value, time, and how many readouts it is missing.
fn plain(cache: &SettingsCache<u32>) -> Vec<(&str, &str, u32, u32)> {
    let plain = |setting| {
        let CachedSetting { key, value, read_at, missed_readouts, .. }: &CachedSetting<u32> =
            setting;
        (key.as_str(), value.as_str(), *read_at, *missed_readouts)
    };
    cache.iter().map(plain).collect()
}

const ENERGY: &str = "energy.watt_hour.instantaneous.int32";
const VOLUME: &str = "volume.cubic_metre.instantaneous.int32";
const POWER: &str = "power.watt.instantaneous.int32";

#[test]
fn b36_a_reading_missing_from_one_telegram_is_not_updated_and_not_deleted() {
    let mut cache = SettingsCache::default();
    cache.merge(readout("0406 01000000 0413 02000000 042B 03000000"), 10);
    cache.merge(readout("0406 04000000 042B 05000000"), 20);
    assert_eq!(plain(&cache), [(ENERGY, "4", 20, 0), (VOLUME, "2", 10, 1), (POWER, "5", 20, 0)]);
    let volume = cache.iter().nth(1).unwrap();
    assert!(!volume.is_updated());
    assert_eq!(volume.metadata.description, "Volume");
    assert_eq!(volume.variables().len(), 2, "both variables are still there");
    cache.merge(readout("0406 06000000"), 30);
    assert_eq!(plain(&cache), [(ENERGY, "6", 30, 0), (VOLUME, "2", 10, 2), (POWER, "5", 20, 1)]);
    cache.merge(readout("0413 07000000"), 40);
    let volume = cache.iter().nth(1).unwrap();
    assert!(volume.is_updated() && volume.value == "7", "it is back");
}

#[test]
fn b36_a_missing_record_moves_no_value_to_another_setting() {
    let mut cache = SettingsCache::default();
    // Two energies of different coding, then only the second of them.
    cache.merge(readout("0406 01000000 0C06 02000000"), 10);
    cache.merge(readout("0C06 03000000"), 20);
    let bcd = "energy.watt_hour.instantaneous.bcd8";
    assert_eq!(plain(&cache), [(ENERGY, "1", 10, 1), (bcd, "00000003", 20, 0)]);
}

#[test]
fn b36_the_same_setting_may_change_its_scale_and_its_order() {
    let mut cache = SettingsCache::default();
    cache.merge(readout("0406 01000000 0413 02000000"), 10);
    cache.merge(readout("0413 02000000 0407 01000000"), 20);
    assert_eq!(plain(&cache), [(ENERGY, "1", 20, 0), (VOLUME, "2", 20, 0)]);
    let energy = cache.iter().next().unwrap();
    assert_eq!(energy.metadata.counter_exponent, Some(1), "10 kWh now");
    assert_eq!(cache.get(&energy.key), Some(energy));
}

#[test]
fn b36_an_error_leaves_the_setting_and_its_text_says_it() {
    let mut cache = SettingsCache::default();
    cache.merge(readout("0C06 45230100 0413 02000000"), 10);
    cache.merge(readout("0C06 BDEBDDDD 049315 02000000"), 20);
    let bcd = "energy.watt_hour.instantaneous.bcd8";
    assert_eq!(plain(&cache), [(bcd, "    Ebb ", 20, 0), (VOLUME, "02000000", 20, 0)]);
    let volume = cache.iter().nth(1).unwrap();
    assert_eq!(volume.metadata.description, "Volume, no data available");
}

#[test]
fn a_cache_that_was_stored_is_the_same_again() {
    let mut cache = SettingsCache::default();
    cache.merge(readout("0406 01000000 0413 02000000"), 10);
    cache.merge(readout("0406 04000000"), 20);
    let stored: Vec<_> = cache.iter().cloned().collect();
    assert_eq!(SettingsCache::from_stored(stored), cache);
}

#[test]
fn a_meter_that_sends_other_records_each_time_does_not_fill_the_memory() {
    // Sixteen storage numbers in each readout, and other ones in each.
    const EACH: usize = 16;
    let readouts = MAX_CACHED_SETTINGS / EACH + 10;
    let mut cache = SettingsCache::default();
    for number in 0..readouts {
        let difes = |low: usize| {
            format!("84{:02X}{:02X}{:02X}", low | 0x80, number & 0xF | 0x80, number >> 4)
        };
        let records: String = (0..EACH).map(|low| difes(low) + "13 02000000").collect();
        cache.merge(readout(&format!("0406 01000000 {records}")), u32::try_from(number).unwrap());
    }
    assert_eq!(cache.iter().count(), MAX_CACHED_SETTINGS);
    let energy = cache.iter().next().unwrap();
    assert!(energy.key.as_str() == ENERGY && energy.is_updated());
    // One place is the energy's, so the last of those that stay has lost one setting.
    let oldest = cache.iter().map(|setting| setting.missed_readouts).max();
    assert_eq!(oldest, u32::try_from(MAX_CACHED_SETTINGS / EACH - 1).ok(), "the oldest ones went");
}
