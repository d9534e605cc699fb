//! The form of a meter, and what is wrong with it, field by field.

use std::collections::BTreeMap;
use std::fmt;

use fleet_link::{ConfiguredMeter, Mode};
use mbus::MeterAddress;
use mbus::address::AddressError;
use metering::{Mapping, Models};

use super::Menu;
use crate::gateway::Gateway;
use crate::id::GatewayId;

/// The baudrates of the bus, bits per second.
pub const BAUDRATES: [u32; 8] = [300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400];
/// The longest name, in characters.
const MAX_NAME: usize = 100;
/// The longest text of another field, in characters.
const MAX_TEXT: usize = 4_000;
/// Rows of additional parameters.
const MAX_ROWS: usize = 50;
/// The one protocol there is.
pub(super) const PROTOCOL: &str = "mbus";
/// The parameter that holds a secondary address.
const SECONDARY_ADDRESS: &str = "secondary_ad";

/// What a person types to describe a meter; kept and shown again as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterForm {
    /// The menu it stands under.
    pub menu: Menu,
    /// Name.
    pub name: String,
    /// Address: 0 to 250, a serial, or a secondary address. It may be empty where the additional
    /// parameters say it.
    pub address: String,
    /// Gateway.
    pub gateway: GatewayId,
    /// The bus of the gateway, where it has several.
    pub bus: Option<String>,
    /// Model.
    pub model: String,
    /// Protocol.
    pub protocol: String,
    /// Baudrate.
    pub baudrate: u32,
    /// Mode.
    pub mode: Mode,
    /// Additional parameters, in the order typed.
    pub parameters: Vec<ParameterRow>,
}

/// A row of the additional parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterRow {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Name.
    Name,
    /// Address.
    Address,
    /// Gateway, and which bus of it.
    Gateway,
    /// Model.
    Model,
    /// Protocol.
    Protocol,
    /// Baudrate.
    Baudrate,
    /// The additional parameters as a whole.
    Parameters,
    /// The key in this row, from 0.
    Key(usize),
    /// The value in this row, from 0.
    Value(usize),
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which.
    pub field: Field,
    /// Where in its text, in characters from 0.
    pub position: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

/// Everything that is wrong with a form; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterFormErrors(pub Vec<FieldError>);

impl fmt::Display for MeterFormErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for MeterFormErrors {}

impl MeterForm {
    /// Checks everything that can be checked without other meters: all faults at once.
    pub fn check(&self, models: &Models) -> Result<(), MeterFormErrors> {
        let mut errors = Vec::new();
        let mut wrong = |field, position, message: String| {
            errors.push(FieldError { field, position, message });
        };
        match self.name.trim() {
            "" => wrong(Field::Name, None, "the name is empty; give the meter one".to_owned()),
            name if name.chars().count() > MAX_NAME => {
                let message = format!("the name is longer than {MAX_NAME} characters");
                wrong(Field::Name, Some(MAX_NAME), message);
            }
            _ => {}
        }
        if self.protocol != PROTOCOL {
            let found = self.protocol.escape_default();
            let message =
                format!("there is no protocol \"{found}\"; the one there is is {PROTOCOL}");
            wrong(Field::Protocol, None, message);
        }
        if !BAUDRATES.contains(&self.baudrate) {
            let known = BAUDRATES.map(|rate| rate.to_string()).join(", ");
            let message = format!("no bus has {} baud; they have {known}", self.baudrate);
            wrong(Field::Baudrate, None, message);
        }
        self.check_address(&mut wrong);
        if self.check_rows(&mut wrong) {
            self.check_mapping(models, &mut wrong);
        }
        if errors.is_empty() { Ok(()) } else { Err(MeterFormErrors(errors)) }
    }

    /// Checks that the bus is one of the gateway's, as far as the gateway told which it has.
    pub fn check_bus(&self, gateway: &Gateway) -> Result<(), MeterFormErrors> {
        let buses: Vec<_> = gateway.buses().collect();
        let known = buses.join(", ");
        let message = match &self.bus {
            Some(bus) if !buses.is_empty() && !buses.contains(&bus.as_str()) => {
                let bus = bus.escape_default();
                format!("{} has no bus {bus}; it has {known}", gateway.name)
            }
            None if buses.len() > 1 => {
                format!("{} has several buses; choose one of {known}", gateway.name)
            }
            _ => return Ok(()),
        };
        Err(MeterFormErrors(vec![FieldError { field: Field::Gateway, position: None, message }]))
    }

    fn check_address(&self, wrong: &mut impl FnMut(Field, Option<usize>, String)) {
        let given_as_parameter = self
            .parameters
            .iter()
            .any(|row| row.key.trim() == SECONDARY_ADDRESS && !row.value.trim().is_empty());
        if self.address.trim().is_empty() {
            if !given_as_parameter {
                let message = format!("the address: {}", AddressError::Empty);
                wrong(Field::Address, None, message);
            }
            return;
        }
        if let Err(error) = self.address.parse::<MeterAddress>() {
            let position = match error {
                AddressError::Digit { position, .. } => Some(position),
                _ => None,
            };
            wrong(Field::Address, position, format!("the address: {error}"));
        }
    }

    /// Whether the rows make a set of parameters.
    fn check_rows(&self, wrong: &mut impl FnMut(Field, Option<usize>, String)) -> bool {
        let mut is_good = true;
        let mut fault = |field, message: String| {
            is_good = false;
            wrong(field, None, message);
        };
        if self.parameters.len() > MAX_ROWS {
            let message = format!("there are more than {MAX_ROWS} additional parameters");
            fault(Field::Parameters, message);
        }
        for (row, ParameterRow { key, value }) in self.parameters.iter().enumerate() {
            let key = key.trim();
            if key.is_empty() && !value.trim().is_empty() {
                let message = "this value has no key; write one, such as reg".to_owned();
                fault(Field::Key(row), message);
            }
            let earlier = self.parameters.iter().take(row);
            if !key.is_empty() && earlier.into_iter().any(|other| other.key.trim() == key) {
                let key = key.escape_default();
                let message = format!("the key {key} stands in two rows; keep one of them");
                fault(Field::Key(row), message);
            }
            if key.chars().count().max(value.chars().count()) > MAX_TEXT {
                let message = format!("this row is longer than {MAX_TEXT} characters");
                fault(Field::Value(row), message);
            }
        }
        is_good
    }

    fn check_mapping(&self, models: &Models, wrong: &mut impl FnMut(Field, Option<usize>, String)) {
        let Err(error) = Mapping::new(models, &self.model, &self.parameter_map()) else { return };
        let place = error
            .parameter()
            .map(|name| (name, self.parameters.iter().position(|row| row.key.trim() == name)));
        let field = match place {
            None => Field::Model,
            // A parameter that is not needed or not known stands wrong as a whole.
            Some((_, Some(row))) if is_about_key(&error) => Field::Key(row),
            Some((_, Some(row))) => Field::Value(row),
            Some((_, None)) => Field::Parameters,
        };
        wrong(field, error.position(), error.to_string());
    }

    /// The parameters as the model takes them.
    pub fn parameter_map(&self) -> BTreeMap<String, String> {
        let rows = self.parameters.iter();
        let named = rows.filter(|row| !row.key.trim().is_empty());
        named.map(|row| (row.key.trim().to_owned(), row.value.clone())).collect()
    }

    /// How the gateway is told of the meter.
    pub(super) fn configured(&self, id: String, interval: Option<String>) -> ConfiguredMeter {
        let address = self.address.trim();
        ConfiguredMeter {
            id,
            name: self.name.trim().to_owned(),
            bus: self.bus.clone(),
            address: (!address.is_empty()).then(|| address.to_owned()),
            model: self.model.clone(),
            parameters: self.parameter_map(),
            baudrate: self.baudrate,
            mode: self.mode,
            interval,
        }
    }

    /// The address it is asked at, as typed: the field, or the parameter where that is empty.
    pub fn asked_at(&self) -> &str {
        let rows = self.parameters.iter();
        let mut named = rows.filter(|row| row.key.trim() == SECONDARY_ADDRESS);
        match self.address.trim() {
            "" => named.next().map_or("", |row| row.value.trim()),
            address => address,
        }
    }

    /// Whether both would answer to the same address on the same bus.
    pub fn clashes_with(&self, other: &Self) -> bool {
        // A meter without a bus is on the gateway's only one.
        let same_bus = match (&self.bus, &other.bus) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let address = |form: &Self| form.asked_at().parse::<MeterAddress>().ok();
        let own = address(self);
        self.gateway == other.gateway && same_bus && own.is_some() && own == address(other)
    }
}

const fn is_about_key(error: &metering::MappingError) -> bool {
    use metering::MappingError as Error;
    matches!(error, Error::Unknown { .. } | Error::FixedRegisters { .. })
}
