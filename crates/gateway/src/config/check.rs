//! What can only be seen with the whole file in view: names that are taken or missing, and
//! meters that cannot be told apart.

use std::collections::{BTreeMap, HashMap};

use mbus::MeterAddress;

use super::bus::{BusConfig, BusEntry};
use super::id::BusId;
use super::meter::{MeterConfig, MeterEntry};
use super::problem::Report;

/// Checks the buses against each other.
pub(super) fn buses(entries: Vec<BusEntry>, report: &mut Report<'_>) -> Vec<BusConfig> {
    let mut ids = HashMap::new();
    let mut ports: Vec<(String, BusId)> = Vec::new();
    let mut buses = Vec::new();
    for BusEntry { config, id, port } in entries {
        let place = format!("bus \"{}\"", config.id);
        if ids.insert(config.id.clone(), ()).is_some() {
            report.problem(&id.at, &place, "the id is taken by another bus; give it its own");
            continue;
        }
        let address = port.value.to_string();
        if let Some((_, owner)) = ports.iter().find(|(known, _)| *known == address) {
            report.problem(
                &port.at,
                &place,
                format_args!(
                    "the port {address} belongs to bus \"{owner}\"; one port has one bus, put the meters of both there"
                ),
            );
        }
        ports.push((address, config.id.clone()));
        buses.push(config);
    }
    buses
}

/// Checks the meters against the buses and each other.
pub(super) fn meters(
    entries: Vec<MeterEntry>,
    buses: &[BusConfig],
    bus_names: &[BusId],
    report: &mut Report<'_>,
) -> Vec<MeterConfig> {
    let mut ids = HashMap::new();
    let mut addresses: HashMap<(BusId, MeterAddress), String> = HashMap::new();
    let by_id: BTreeMap<&BusId, &BusConfig> = buses.iter().map(|bus| (&bus.id, bus)).collect();
    let mut meters = Vec::new();
    for entry in entries {
        let place = format!("meter \"{}\"", entry.id.value);
        if ids.insert(entry.id.value.clone(), ()).is_some() {
            report.problem(
                &entry.id.at,
                &place,
                "the id is taken by another meter; give it its own",
            );
        }
        let name = entry.name.unwrap_or_else(|| entry.id.value.to_string());
        let address = (entry.bus.value.clone(), entry.address.value);
        if let Some(owner) = addresses.get(&address) {
            let kind = match entry.address.value {
                MeterAddress::Primary(_) => "primary",
                MeterAddress::Secondary(_) => "secondary",
            };
            report.problem(
                &entry.address.at,
                &place,
                format_args!(
                    "the {kind} address {} on bus \"{}\" belongs to {owner} already; each meter of a bus needs its own",
                    entry.address.value, entry.bus.value
                ),
            );
        }
        addresses.insert(address, format!("meter \"{}\" ({name})", entry.id.value));
        let Some(bus) = by_id.get(&entry.bus.value) else {
            // A bus that is there but faulty was reported with its own fault.
            if !bus_names.contains(&entry.bus.value) {
                let defined =
                    bus_names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let defined = if defined.is_empty() {
                    "none is defined".to_owned()
                } else {
                    format!("defined are {defined}")
                };
                report.problem(
                    &entry.bus.at,
                    &place,
                    format_args!("bus \"{}\" is not defined; {defined}", entry.bus.value),
                );
            }
            continue;
        };
        meters.push(MeterConfig {
            name,
            id: entry.id.value,
            bus: entry.bus.value,
            address: entry.address.value,
            expected: entry.expected,
            mapping: entry.mapping,
            interval: entry.interval.unwrap_or(bus.interval),
            historical_data: entry.historical_data,
            suspended: entry.suspended,
        });
    }
    meters
}
