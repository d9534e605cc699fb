//! The ten metadata fields of a reading.

use mbus::view::settings::{CounterSetting, FIELDS, Setting};

/// What a device driver tells about a reading, in the driver's words. The true value is
/// `value × 10^exponent × prefix` in the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingMetadata {
    /// How the data is coded: `32 Bit Integer`.
    pub data_field_code: String,
    /// `Instantaneous value`, `Maximum value`, `Minimum value` or `Value during error state`.
    pub function_field: String,
    /// 0 is the current value.
    pub storage_number: u64,
    /// 0 is the total.
    pub tariff: u32,
    /// The table the unit is from: `primary`.
    pub vif_type: String,
    /// The plain unit; absent where there is none.
    pub unit: Option<String>,
    /// The part of the device.
    pub sub_unit: u16,
    /// What the value is, then what each VIFE adds.
    pub description: String,
    /// `k`, `M`, `G`, or empty; absent where nothing is scaled.
    pub si_prefix: Option<String>,
    /// The power of ten that is left; absent where nothing is scaled.
    pub counter_exponent: Option<i16>,
}

impl SettingMetadata {
    pub(super) fn of_record(setting: &Setting<'_, '_>) -> Self {
        let scale = setting.scale();
        Self {
            data_field_code: setting.data_field_code().to_owned(),
            function_field: setting.function_field().to_owned(),
            storage_number: setting.storage_number(),
            tariff: setting.tariff(),
            vif_type: setting.vif_type().to_owned(),
            unit: setting.unit().map(str::to_owned),
            sub_unit: setting.sub_unit(),
            description: setting.description().to_string(),
            si_prefix: scale.map(|(prefix, _)| prefix.to_owned()),
            counter_exponent: scale.map(|(_, exponent)| exponent),
        }
    }

    pub(super) fn of_counter(setting: &CounterSetting<'_, '_>) -> Self {
        let scale = setting.scale();
        Self {
            data_field_code: setting.data_field_code().to_owned(),
            function_field: setting.function_field().to_owned(),
            storage_number: setting.storage_number(),
            tariff: 0,
            vif_type: setting.vif_type().to_owned(),
            unit: setting.unit().map(str::to_owned),
            sub_unit: 0,
            description: setting.description().to_string(),
            si_prefix: scale.map(|(prefix, _)| prefix.to_owned()),
            counter_exponent: scale.map(|(_, exponent)| exponent),
        }
    }

    /// The bytes behind DIF 0F, or behind 1F, which says that more records follow.
    pub(super) fn of_manufacturer_data(more_records_follow: bool) -> Self {
        let code = "Special Function Manufacturer specific data";
        let more = ", more records follow in next telegram";
        Self {
            data_field_code: format!("{code}{}", if more_records_follow { more } else { "" }),
            // These DIFs have no function field.
            function_field: "Instantaneous value".to_owned(),
            storage_number: 0,
            tariff: 0,
            vif_type: "manufacturer specific".to_owned(),
            unit: None,
            sub_unit: 0,
            description: "Manufacturer specific".to_owned(),
            si_prefix: None,
            counter_exponent: None,
        }
    }

    /// The ten fields with their names, in their order. A prefix that is empty is one; a field
    /// that does not apply is `None`.
    pub fn fields(&self) -> [(&'static str, Option<String>); 10] {
        let values = [
            Some(self.data_field_code.clone()),
            Some(self.function_field.clone()),
            Some(self.storage_number.to_string()),
            Some(self.tariff.to_string()),
            Some(self.vif_type.clone()),
            self.unit.clone(),
            Some(self.sub_unit.to_string()),
            Some(self.description.clone()),
            self.si_prefix.clone(),
            self.counter_exponent.map(|exponent| exponent.to_string()),
        ];
        let mut names = FIELDS.into_iter();
        values.map(|value| (names.next().unwrap_or_default(), value))
    }
}
