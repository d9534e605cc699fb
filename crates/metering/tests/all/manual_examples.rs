//! The examples of the manual: what a person chooses and types there gives these values. The
//! telegrams stand beside the models.

use std::collections::BTreeMap;

use metering::{Interpretation, Mapping, Models, interpret};

use crate::frames::telegrams_of;

fn read(model: &str, parameters: &[(&str, &str)], telegrams: &str) -> Interpretation {
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mapping = Mapping::new(&Models::builtin(), model, &parameters).unwrap();
    interpret(&mapping, &telegrams_of(telegrams))
}

/// Register, value and unit of each reading; there is no problem.
fn values(found: &Interpretation) -> Vec<(&str, String)> {
    assert_eq!(found.problems, []);
    let value = |reading: &metering::Reading| {
        let unit = reading.unit.as_deref().unwrap_or_default();
        format!("{} {unit}", reading.value.as_ref().unwrap())
    };
    found.readings.iter().map(|reading| (reading.register.as_str(), value(reading))).collect()
}

fn index(found: &Interpretation) -> Vec<&str> {
    let index = found.readings.iter().filter(|reading| reading.is_index);
    index.map(|reading| reading.register.as_str()).collect()
}

const HEAT_METER: &str = "EFE/integra_heat";
const HEAT_ADDRESS: (&str, &str) = ("secondary_ad", "20316513C5140004");
const FULL_LIST: &str = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";

/// What the manual's heat meter shows, by register.
const SEVEN_VALUES: [(&str, &str); 7] = [
    ("diff_temp", "20.53 K"),
    ("flow_temp", "62 °C"),
    ("heat_energy_kwh", "12345 kWh"),
    ("power_kw", "4.2 kW"),
    ("return_temp", "41 °C"),
    ("vol_flow_m3_h", "0.512 m³/h"),
    ("vol_m3", "678.901 m³"),
];

fn assert_seven_values(found: &Interpretation) {
    let mut values = values(found);
    values.sort_unstable();
    assert_eq!(values, SEVEN_VALUES.map(|(register, value)| (register, value.to_owned())));
}

#[test]
fn a02_exactly_the_chosen_registers_are_delivered_and_the_main_one_is_the_index() {
    let parameters = [("reg", "{'vol_m3': 4, 'heat_energy_kwh': 3}"), HEAT_ADDRESS];
    let found = read("manual_heat_secondary_ad", &parameters, HEAT_METER);
    let registers: Vec<_> = found.readings.iter().map(|reading| &reading.register).collect();
    assert_eq!(registers, ["vol_m3", "heat_energy_kwh"]);
    assert_eq!(index(&found), ["heat_energy_kwh"]);
}

#[test]
fn a04_integra_heat_reads_seven_registers() {
    let found = read("integra_heat", &[], HEAT_METER);
    assert_seven_values(&found);
    assert_eq!(index(&found), ["heat_energy_kwh"]);
}

#[test]
fn a05_saphir_modularis_reads_its_volume_from_line_2() {
    let found = read("saphir_modularis", &[], "RAM/saphir_modularis");
    assert_eq!(values(&found), [("vol_m3", "23.481 m³".to_owned())]);
    assert_eq!(found.readings[0].source.as_ref().unwrap().line, 2);
    assert_eq!(index(&found), ["vol_m3"]);
}

#[test]
fn a29_the_heat_energy_of_line_3_has_its_time() {
    let parameters = [HEAT_ADDRESS, ("reg", "{'heat_energy_kwh': 3}")];
    let found = read("manual_heat_secondary_ad", &parameters, HEAT_METER);
    assert_eq!(values(&found), [("heat_energy_kwh", "12345 kWh".to_owned())]);
    assert_eq!(found.readings[0].measured_at.as_deref(), Some("2021-06-11T10:30"));
}

#[test]
fn a30_the_same_line_is_cold_energy_by_that_name() {
    let parameters = [HEAT_ADDRESS, ("reg", "{'cold_energy_kwh': 3}")];
    let found = read("manual_heat_secondary_ad", &parameters, HEAT_METER);
    assert_eq!(values(&found), [("cold_energy_kwh", "12345 kWh".to_owned())]);
    assert_eq!(index(&found), ["cold_energy_kwh"]);
}

#[test]
fn a31_hot_and_cold_water_are_read_by_the_manual_water_model() {
    let model = "manual_water_secondary_ad";
    for (telegrams, address, volume) in [
        ("generic/manual_water_secondary_ad", "9281159496151007", "1204.518 m³"),
        ("generic/manual_water_secondary_ad.hot", "9381159496151006", "458.21 m³"),
    ] {
        let parameters = [("secondary_ad", address), ("reg", "{'vol_m3': 3}")];
        let found = read(model, &parameters, telegrams);
        assert_eq!(values(&found), [("vol_m3", volume.to_owned())], "{telegrams}");
        assert_eq!(index(&found), ["vol_m3"]);
    }
}

#[test]
fn a32_the_full_list_of_the_manual_gives_its_seven_values() {
    let parameters = [HEAT_ADDRESS, ("reg", FULL_LIST)];
    assert_seven_values(&read("manual_heat_secondary_ad", &parameters, HEAT_METER));
}

#[test]
fn a33_the_full_list_in_json_gives_the_same_values() {
    let json = FULL_LIST.replace('\'', "\"");
    let parameters = [HEAT_ADDRESS, ("reg", json.as_str())];
    assert_seven_values(&read("manual_heat_secondary_ad", &parameters, HEAT_METER));
}

#[test]
fn a36_imported_and_exported_energy_are_in_kwh_and_export_may_be_absent() {
    let both = [("reg", "{'en_im': 3, 'en_ex': 4}")];
    let found = read("generic_mbus", &both, "generic/generic_mbus");
    let imported = ("en_im", "12345.67 kWh".to_owned());
    assert_eq!(values(&found), [imported.clone(), ("en_ex", "456.78 kWh".to_owned())]);
    assert_eq!(index(&found), ["en_im"]);
    let one = read("generic_mbus", &[("reg", "{'en_im': 3}")], "generic/generic_mbus");
    assert_eq!(values(&one), [imported]);
}
