//! What can only be seen with the whole configuration in view: names that are taken or missing,
//! and meters that cannot be told apart.

use std::collections::{HashMap, HashSet};

use mbus::MeterAddress;

use super::bus::{BusConfig, BusEntry};
use super::draft::{Fault, Field};
use super::id::BusId;
use super::meter::{CheckedMeter, MeterConfig};
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
            report.problem(&port.at, &place, port_taken(&address, owner));
        }
        ports.push((address, config.id.clone()));
        buses.push(config);
    }
    buses
}

/// What is said where two buses have one port.
pub(crate) fn port_taken(port: &str, owner: &BusId) -> String {
    format!(
        "the port {port} belongs to bus \"{owner}\"; one port has one bus, put the meters of both there"
    )
}

/// Checks the meters against the buses and each other: of two that clash, the later one is at
/// fault. `bus_names` may have more than `buses`: a bus that is there but faulty was reported
/// with its own fault.
pub(crate) fn meters(meters: &mut [CheckedMeter], bus_names: &[BusId]) {
    let mut ids = HashSet::new();
    let mut addresses: HashMap<(BusId, MeterAddress), String> = HashMap::new();
    for meter in meters {
        if let Some(id) = &meter.id
            && !ids.insert(id.clone())
        {
            let message = "the id is taken by another meter; give it its own";
            meter.faults.push(Fault::new(Field::Id, message));
        }
        let Some(bus) = meter.bus.clone() else { continue };
        if !bus_names.contains(&bus) {
            let message = undefined(&bus, bus_names);
            meter.faults.push(Fault::new(Field::Bus, message));
        }
        let Some(address) = meter.address else { continue };
        let place = (bus, address);
        if let Some(owner) = addresses.get(&place) {
            meter.faults.push(Fault::new(meter.address_field(), taken(&place, owner)));
        } else {
            let owner = format!("{} ({})", meter.place(), meter.name());
            addresses.insert(place, owner);
        }
    }
}

fn undefined(bus: &BusId, bus_names: &[BusId]) -> String {
    let defined = bus_names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let defined = if defined.is_empty() {
        "none is defined".to_owned()
    } else {
        format!("defined are {defined}")
    };
    format!("bus \"{bus}\" is not defined; {defined}")
}

fn taken((bus, address): &(BusId, MeterAddress), owner: &str) -> String {
    let kind = match address {
        MeterAddress::Primary(_) => "primary",
        MeterAddress::Secondary(_) => "secondary",
    };
    format!(
        "the {kind} address {address} on bus \"{bus}\" belongs to {owner} already; each meter of a bus needs its own"
    )
}

/// The meters in which nothing is wrong.
pub(crate) fn finish(meters: Vec<CheckedMeter>, buses: &[BusConfig]) -> Vec<MeterConfig> {
    let finished = meters.into_iter().filter_map(|meter| {
        let bus = meter.bus.clone()?;
        let bus = buses.iter().find(|known| known.id == bus)?;
        meter.finish(bus)
    });
    finished.collect()
}
