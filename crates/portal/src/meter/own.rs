//! A meter of a gateway's own file: configured there, and only shown here.

use std::collections::BTreeMap;

use fleet_link::ConfiguredMeter;
use mbus::DeviceType;
use metering::{Mapping, Models};

use super::{Menu, MeterForm, ParameterRow};
use crate::id::GatewayId;

/// A meter as its gateway told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMeter {
    /// What the gateway calls it.
    pub id_at_gateway: String,
    /// The form that describes it so.
    pub form: MeterForm,
    /// How often it is read; none for the interval of its bus.
    pub interval: Option<String>,
}

impl OwnMeter {
    /// The meter that a gateway told of, under a menu that is guessed.
    pub fn new(told: ConfiguredMeter, gateway: GatewayId, models: &Models) -> Self {
        let menu = guess(&told, models);
        let rows = told.parameters.into_iter();
        let form = MeterForm {
            menu,
            name: told.name,
            address: told.address.unwrap_or_default(),
            gateway,
            bus: told.bus,
            model: told.model,
            protocol: super::form::PROTOCOL.to_owned(),
            baudrate: told.baudrate,
            mode: told.mode,
            parameters: rows.map(|(key, value)| ParameterRow { key, value }).collect(),
        };
        Self { id_at_gateway: told.id, form, interval: told.interval }
    }
}

fn guess(told: &ConfiguredMeter, models: &Models) -> Menu {
    let parameters: &BTreeMap<_, _> = &told.parameters;
    // A model that only the gateway has says nothing here; the name may.
    let Ok(mapping) = Mapping::new(models, &told.model, parameters) else {
        return Menu::guess([], false, &told.name);
    };
    let is_water = !mapping.device_types().is_empty()
        && mapping.device_types().iter().all(|kind| is_water(*kind));
    let registers = mapping.registers().iter().map(|register| register.name.as_str());
    Menu::guess(registers, is_water, &told.name)
}

/// EN 13757-7, device types: warm water, water, hot water, cold water, dual water.
const fn is_water(kind: DeviceType) -> bool {
    matches!(kind.0, 0x06 | 0x07 | 0x15 | 0x16 | 0x17)
}
