//! A meter: how it is reached, and the model that says what its telegrams mean. One check for
//! every draft, wherever it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mbus::address::AddressError;
use mbus::{MeterAddress, SecondaryAddress};
use mbus_master::Baudrate;
use metering::{HistoricalData, Mapping, MappingError, Models, Need, Parameter};

use super::bus::{BusConfig, METER_INTERVALS, check_baudrate};
use super::draft::{Fault, Field, MeterDraft};
use super::id::{BusId, IdError, MeterId};
use super::interval;

/// The parameter of a model that holds a secondary address.
const SECONDARY_ADDRESS: &str = "secondary_ad";
/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// A meter as configured.
#[derive(Clone, Debug)]
pub struct MeterConfig {
    /// Its id.
    pub id: MeterId,
    /// Its name for people.
    pub name: String,
    /// The bus it hangs on.
    pub bus: BusId,
    /// How it is reached.
    pub address: MeterAddress,
    /// Who must answer, where the configuration says so: the mask of `secondary_ad`, or of a
    /// secondary address.
    pub expected: Option<SecondaryAddress>,
    /// Its speed, where it is not that of its bus.
    pub baudrate: Option<Baudrate>,
    /// What its telegrams mean: its model, and what it is told besides.
    pub mapping: Arc<Mapping>,
    /// How often it is read.
    pub interval: Duration,
    /// Whether the values it has stored itself are processed, or only its current ones.
    pub historical_data: HistoricalData,
    /// Whether it is left alone: no request is sent to it.
    pub suspended: bool,
    /// Who configured it.
    pub origin: Origin,
    /// As it was written.
    pub draft: MeterDraft,
}

/// Where the configuration of a meter comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The gateway's own file.
    #[default]
    File,
    /// A revision of the portal.
    Portal,
}

impl MeterConfig {
    /// Whether it is asked the same in the same way, and its answers mean the same: names alone
    /// may differ. What is known of the one is then known of the other.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.is_placed_like(other)
            && self.expected == other.expected
            && self.baudrate == other.baudrate
            && self.mapping.model() == other.mapping.model()
            && self.mapping.revision() == other.mapping.revision()
            && self.interval == other.interval
            && self.historical_data == other.historical_data
            && self.suspended == other.suspended
    }

    /// Whether it is found at the same place.
    pub fn is_placed_like(&self, other: &Self) -> bool {
        self.id == other.id && self.bus == other.bus && self.address == other.address
    }
}

/// A draft with what could be understood of it, and what is wrong with it.
pub(crate) struct CheckedMeter {
    draft: MeterDraft,
    origin: Origin,
    pub(super) id: Option<MeterId>,
    pub(super) bus: Option<BusId>,
    pub(super) address: Option<MeterAddress>,
    expected: Option<SecondaryAddress>,
    baudrate: Option<Baudrate>,
    mapping: Option<Arc<Mapping>>,
    interval: Option<Duration>,
    pub(crate) faults: Vec<Fault>,
}

impl CheckedMeter {
    /// Checks what can be checked without the other meters: all faults at once.
    pub(crate) fn new(draft: MeterDraft, origin: Origin, models: &Models) -> Self {
        let mut faults = Vec::new();
        let id = required(Field::Id, "id", draft.id.as_deref(), &mut faults)
            .and_then(|text| read_id("id", Field::Id, MeterId::new(text), &mut faults));
        check_name(draft.name.as_deref(), &mut faults);
        let bus = required(Field::Bus, "bus", draft.bus.as_deref(), &mut faults)
            .and_then(|text| read_id("bus", Field::Bus, BusId::new(text), &mut faults));
        let interval = draft.interval.as_deref().and_then(|text| {
            let read = interval::check("interval", text, &METER_INTERVALS);
            read.map_err(|message| faults.push(Fault::new(Field::Interval, message))).ok()
        });
        let baudrate = draft.baudrate.and_then(|number| {
            let read = check_baudrate(number);
            read.map_err(|message| faults.push(Fault::new(Field::Baudrate, message))).ok()
        });
        let mapping = read_mapping(&draft, models, &mut faults);
        let (address, expected) = read_address(&draft, models, &mut faults);
        Self { draft, origin, id, bus, address, expected, baudrate, mapping, interval, faults }
    }

    /// How the meter is called in messages.
    pub(super) fn place(&self) -> String {
        self.draft.place()
    }

    /// Where its address was written.
    pub(super) fn address_field(&self) -> Field {
        let parameter = secondary_address_row(&self.draft).map(Field::Value);
        match &self.draft.address {
            None => parameter.unwrap_or(Field::Address),
            Some(_) => Field::Address,
        }
    }

    /// As it was written.
    pub(crate) const fn draft(&self) -> &MeterDraft {
        &self.draft
    }

    /// Its name for people.
    pub(crate) fn name(&self) -> String {
        let id = self.draft.id.clone().unwrap_or_default();
        self.draft.name.clone().unwrap_or(id)
    }

    /// The meter, where nothing is wrong with it.
    pub(super) fn finish(self, bus: &BusConfig) -> Option<MeterConfig> {
        let name = self.name();
        let historical = self.draft.process_historical_data;
        self.faults.is_empty().then_some(())?;
        Some(MeterConfig {
            id: self.id?,
            name,
            bus: self.bus?,
            address: self.address?,
            expected: self.expected,
            baudrate: self.baudrate,
            mapping: self.mapping?,
            interval: self.interval.unwrap_or(bus.interval),
            historical_data: if historical { HistoricalData::On } else { HistoricalData::Off },
            suspended: self.draft.suspended,
            origin: self.origin,
            draft: self.draft,
        })
    }
}

/// A text that must be there and must not be empty.
fn required<'d>(
    field: Field,
    name: &str,
    text: Option<&'d str>,
    faults: &mut Vec<Fault>,
) -> Option<&'d str> {
    match text {
        None => faults.push(Fault::new(field, format_args!("{name} is missing"))),
        Some(text) if text.trim().is_empty() => {
            faults.push(Fault::new(field, format_args!("{name} is empty")));
        }
        Some(text) => return Some(text),
    }
    None
}

fn read_id<T>(
    name: &str,
    field: Field,
    read: Result<T, IdError>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let fault =
        |error: IdError| Fault::new(field, format_args!("{name}: {error}")).at(error.offset());
    read.map_err(|error| faults.push(fault(error))).ok()
}

fn check_name(name: Option<&str>, faults: &mut Vec<Fault>) {
    let Some(name) = name else { return };
    if name.trim().is_empty() {
        faults.push(Fault::new(Field::Name, "name is empty"));
    } else if name.chars().count() > MAX_NAME {
        let message = format_args!("name is longer than {MAX_NAME} characters");
        faults.push(Fault::new(Field::Name, message).at(Some(MAX_NAME)));
    }
}

/// The model with the meter's parameters, everything that is wrong with them at its character.
fn read_mapping(
    draft: &MeterDraft,
    models: &Models,
    faults: &mut Vec<Fault>,
) -> Option<Arc<Mapping>> {
    let rows_are_good = check_rows(draft, faults);
    let model = required(Field::Model, "model", draft.model.as_deref(), faults)?;
    if !rows_are_good {
        return None;
    }
    let errors = match Mapping::check(models, model, &parameters(draft)) {
        Ok(mapping) => return Some(Arc::new(mapping)),
        Err(errors) => errors,
    };
    for error in errors.iter() {
        let row = error.parameter().map(|name| draft.row(name).map(|(row, _)| row));
        let field = match row {
            None => Field::Model,
            Some(None) => Field::Parameters,
            // A parameter that is not known stands wrong as a whole.
            Some(Some(row)) if is_about_key(error) => Field::Key(row),
            Some(Some(row)) => Field::Value(row),
        };
        faults.push(Fault::new(field, error).at(error.position()));
    }
    None
}

const fn is_about_key(error: &MappingError) -> bool {
    matches!(error, MappingError::Unknown { .. } | MappingError::FixedRegisters { .. })
}

/// Whether the rows make a set of parameters.
fn check_rows(draft: &MeterDraft, faults: &mut Vec<Fault>) -> bool {
    let before = faults.len();
    for (row, parameter) in draft.parameters.iter().enumerate() {
        let key = parameter.key.trim();
        if key.is_empty() && !parameter.value.trim().is_empty() {
            faults
                .push(Fault::new(Field::Key(row), "this value has no key; write one, such as reg"));
        }
        if !key.is_empty() && draft.row(key).is_some_and(|(first, _)| first < row) {
            let key = key.escape_default();
            let message = format_args!("the key {key} stands in two rows; keep one of them");
            faults.push(Fault::new(Field::Key(row), message));
        }
    }
    faults.len() == before
}

/// The row of the parameters that holds a secondary address.
pub(crate) fn secondary_address_row(draft: &MeterDraft) -> Option<usize> {
    draft.row(SECONDARY_ADDRESS).map(|(row, _)| row)
}

/// The parameters as the model takes them.
pub(crate) fn parameters(draft: &MeterDraft) -> BTreeMap<String, String> {
    let rows = draft.parameters.iter().filter(|row| !row.key.trim().is_empty());
    rows.map(|row| (row.key.trim().to_owned(), row.value.clone())).collect()
}

/// The address, and who must answer there. `secondary_ad` is the address where no other is given;
/// beside one it says who must answer.
fn read_address(
    draft: &MeterDraft,
    models: &Models,
    faults: &mut Vec<Fault>,
) -> (Option<MeterAddress>, Option<SecondaryAddress>) {
    let parameter =
        draft.row(SECONDARY_ADDRESS).filter(|(_, parameter)| !parameter.value.trim().is_empty());
    let selected = parameter.and_then(|(row, parameter)| {
        read_secondary(&parameter.value)
            .map_err(|error| {
                // A model that takes it has said so already.
                let field = Field::Value(row);
                if faults.iter().all(|fault| fault.field != field) {
                    faults.push(Fault::new(field, &error).at(error.position()));
                }
            })
            .ok()
    });
    let Some(text) = draft.address.as_deref() else {
        // Of a model that needs it, it is said already that `secondary_ad` is missing.
        if parameter.is_none() && !needs_secondary(draft, models) {
            faults.push(Fault::new(Field::Address, "address is missing"));
        }
        return (selected.map(MeterAddress::Secondary), selected);
    };
    match text.parse() {
        Ok(address) => {
            let own = match address {
                MeterAddress::Secondary(mask) => Some(mask),
                MeterAddress::Primary(_) => None,
            };
            (Some(address), selected.or(own))
        }
        Err(error) => {
            let value = text.escape_default();
            let position = match error {
                AddressError::Digit { position, .. } => Some(position),
                _ => None,
            };
            let message: &dyn fmt::Display = &format_args!("address \"{value}\": {error}");
            faults.push(Fault::new(Field::Address, message).at(position));
            (None, selected)
        }
    }
}

fn needs_secondary(draft: &MeterDraft, models: &Models) -> bool {
    let model = draft.model.as_deref().and_then(|model| models.get(model));
    let needed = (Parameter::SecondaryAddress, Need::Required);
    model.is_some_and(|model| model.parameters().contains(&needed))
}

fn read_secondary(text: &str) -> Result<SecondaryAddress, MappingError> {
    match text.parse() {
        Ok(MeterAddress::Secondary(address)) => Ok(address),
        Ok(MeterAddress::Primary(address)) => Err(MappingError::PrimaryAddress(address.get())),
        Err(error) => Err(MappingError::SecondaryAddress(error)),
    }
}
