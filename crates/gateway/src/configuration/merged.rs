//! The meters of the file and those of the portal, checked together.

use std::sync::Arc;

use fleet_link::{ConfiguredMeter, Finding, Mode, Severity};
use mbus_master::Baudrate;
use metering::Models;

use crate::config::check;
use crate::config::{
    BusConfig, CheckedMeter, Config, Fault, MeterConfig, MeterDraft, Origin, ParameterRow,
    parameters,
};
use crate::findings::sentence;
use crate::store::StoreError;

/// Buses and meters in which nothing is wrong.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) buses: Vec<Arc<BusConfig>>,
    pub(super) meters: Vec<Arc<MeterConfig>>,
    /// What is wrong with the meters of the portal that are left out.
    pub(super) left_out: Vec<Finding>,
}

impl Merged {
    /// What the file alone says.
    pub(super) fn of_file(file: &Config) -> Self {
        Self {
            buses: file.buses.iter().cloned().map(Arc::new).collect(),
            meters: file.meters.iter().cloned().map(Arc::new).collect(),
            left_out: Vec::new(),
        }
    }

    /// The file with the meters of a revision, as a whole: one with the id of a meter of the file
    /// stands in its place, and in its line of the list.
    pub(super) fn check(
        file: &Config,
        portal: Option<&[ConfiguredMeter]>,
        models: &Models,
    ) -> Result<Self, Vec<Finding>> {
        let Some(portal) = portal else { return Ok(Self::of_file(file)) };
        let meters = Self::checked(file, portal, models);
        let problems: Vec<_> = problems(&meters, READS_AS_BEFORE);
        if problems.is_empty() { Ok(Self::of_checked(file, meters)) } else { Err(problems) }
    }

    /// The same as far as it holds: for a revision that has held, and a file that was changed
    /// since, by hand. Meters of the portal that do not stand beside those of the file are left
    /// out, and the others are read.
    pub(super) fn as_far_as_it_holds(
        file: &Config,
        portal: &[ConfiguredMeter],
        models: &Models,
    ) -> Self {
        let mut meters = Self::checked(file, portal, models);
        let left_out = problems(&meters, READS_THE_OTHERS);
        meters.retain(|meter| meter.faults.is_empty());
        Self { left_out, ..Self::of_checked(file, meters) }
    }

    /// All meters, each with what is wrong with it.
    fn checked(file: &Config, portal: &[ConfiguredMeter], models: &Models) -> Vec<CheckedMeter> {
        let is_replaced =
            |meter: &&MeterConfig| portal.iter().any(|one| one.id == meter.id.as_str());
        let own = file.meters.iter().filter(|meter| !is_replaced(meter));
        let own = own.map(|meter| (meter.draft.clone(), Origin::File));
        let theirs = portal.iter().map(|meter| (draft_of(meter, file), Origin::Portal));
        // The file's come first: where two clash, the portal's is at fault.
        let mut meters: Vec<_> = own
            .chain(theirs)
            .map(|(draft, origin)| CheckedMeter::new(draft, origin, models))
            .collect();
        let buses: Vec<_> = file.buses.iter().map(|bus| bus.id.clone()).collect();
        check::meters(&mut meters, &buses);
        meters
    }

    fn of_checked(file: &Config, meters: Vec<CheckedMeter>) -> Self {
        let mut meters: Vec<_> =
            check::finish(meters, &file.buses).into_iter().map(Arc::new).collect();
        let line = |meter: &Arc<MeterConfig>| {
            let line = file.meters.iter().position(|own| own.id == meter.id);
            line.unwrap_or(usize::MAX)
        };
        meters.sort_by_key(line);
        Self { meters, ..Self::of_file(file) }
    }
}

/// What to do about a revision that is refused.
const READS_AS_BEFORE: &str =
    "Correct the meter in the portal and save it; until then the gateway reads as before.";
/// What to do about a meter that is left out.
const READS_THE_OTHERS: &str = "The portal's other meters are read. Correct this one in the \
     portal, or take the one it clashes with out of the gateway's file.";

/// A meter of the portal as a draft. What a portal cannot say is as the file has it, where that
/// has the meter too.
pub(super) fn draft_of(meter: &ConfiguredMeter, file: &Config) -> MeterDraft {
    let only_bus = match file.buses.as_slice() {
        [bus] => Some(bus.id.to_string()),
        _ => None,
    };
    let own = file.meter(&meter.id).map(|own| own.draft.clone()).unwrap_or_default();
    let rows = meter.parameters.iter();
    MeterDraft {
        id: Some(meter.id.clone()),
        name: Some(meter.name.clone()),
        bus: meter.bus.clone().or(only_bus),
        address: meter.address.clone().filter(|address| !address.trim().is_empty()),
        model: Some(meter.model.clone()),
        parameters: rows
            .map(|(key, value)| ParameterRow { key: key.clone(), value: value.clone() })
            .collect(),
        interval: meter.interval.clone(),
        baudrate: Some(meter.baudrate.into()),
        ..own
    }
}

/// A meter of the file as the portal knows meters.
pub(super) fn configured(meter: &MeterConfig, file: &Config) -> ConfiguredMeter {
    let bus = file.bus(meter.bus.as_str());
    let baudrate = meter.baudrate.or(bus.map(|bus| bus.port.baudrate()));
    ConfiguredMeter {
        id: meter.id.to_string(),
        name: meter.name.clone(),
        bus: Some(meter.bus.to_string()),
        address: meter.draft.address.clone(),
        model: meter.mapping.model().to_owned(),
        parameters: parameters(&meter.draft),
        baudrate: baudrate.map_or(2_400, Baudrate::get),
        mode: Mode::default(),
        interval: meter.draft.interval.clone(),
    }
}

fn problems(meters: &[CheckedMeter], remedy: &'static str) -> Vec<Finding> {
    meters.iter().flat_map(|meter| problems_of(meter, remedy)).collect()
}

fn problems_of<'m>(
    meter: &'m CheckedMeter,
    remedy: &'static str,
) -> impl Iterator<Item = Finding> + 'm {
    let name = meter.name();
    let id = meter.draft().id.clone();
    meter.faults.iter().map(move |fault: &Fault| Finding {
        code: "bad_configuration".to_owned(),
        register: None,
        meter: id.clone(),
        what: format!("Meter {name} cannot be read as it is configured"),
        why: format!("{}.", fault.message),
        remedy: remedy.to_owned(),
        severity: Severity::Fault,
        since: None,
    })
}

/// The configuration is not on disk, so it does not hold.
pub(super) fn not_kept(error: &StoreError) -> Finding {
    Finding {
        code: "not_stored".to_owned(),
        register: None,
        meter: None,
        what: "The configuration could not be stored, so the gateway reads as before".to_owned(),
        why: sentence(&error.to_string()),
        remedy: "Look into the log of the gateway; it tries again.".to_owned(),
        severity: Severity::Fault,
        since: None,
    }
}
