//! A model with one meter's own parameters: everything that turns telegrams into readings.

mod revision;

use std::collections::BTreeMap;

use mbus::address::AddressError;
use mbus::{DeviceType, MeterAddress, SecondaryAddress};

use crate::model::{Need, Parameter};
use crate::{Model, Models, Register, RegisterList, RegisterListError, RegisterUnit};

/// A model with one meter's own parameters.
///
/// ```
/// use metering::{Mapping, Models};
///
/// let parameters = [("reg".to_owned(), "{'en_im': 3}".to_owned())].into();
/// let mapping = Mapping::new(&Models::builtin(), "generic_mbus", &parameters).unwrap();
/// assert_eq!(mapping.registers()[0].name, "en_im");
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    model: String,
    device_types: Vec<DeviceType>,
    registers: Vec<Register>,
    index: Option<usize>,
    secondary_address: Option<SecondaryAddress>,
    revision: String,
}

/// Why a model and parameters make no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no such model.
    #[error("there is no model {name:?}; the models are {known}")]
    UnknownModel {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A parameter the model needs is missing.
    #[error("the model {model} needs the parameter {}{}", .parameter.name(), example(*.parameter))]
    Missing {
        /// The model.
        model: String,
        /// The parameter.
        parameter: Parameter,
    },
    /// A parameter the model does not have.
    #[error("the model {model} has no parameter {name:?}; it takes {known}")]
    Unknown {
        /// The model.
        model: String,
        /// The name given.
        name: String,
        /// The names it has.
        known: String,
    },
    /// The registers are fixed by the model.
    #[error(
        "the model {model} has its own registers and takes no reg; choose generic_mbus to choose registers yourself"
    )]
    FixedRegisters {
        /// The model.
        model: String,
    },
    /// `secondary_ad` is no secondary address.
    #[error("secondary_ad: {0}")]
    SecondaryAddress(#[source] AddressError),
    /// `secondary_ad` is a primary address.
    #[error(
        "secondary_ad: {0} is a primary address; give the 16 hex digits of line 0 of the telegram, or the serial of the meter"
    )]
    PrimaryAddress(u8),
    /// `reg` is no list of registers.
    #[error("reg: {0}")]
    Registers(#[source] RegisterListError),
}

/// Everything that is wrong with a model and its parameters: at least one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingErrors {
    first: MappingError,
    more: Vec<MappingError>,
}

impl MappingErrors {
    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &MappingError> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

impl From<MappingError> for MappingErrors {
    fn from(first: MappingError) -> Self {
        Self { first, more: Vec::new() }
    }
}

const fn example(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::SecondaryAddress => ", such as 20316513C5140004",
        Parameter::Registers => ", such as {'heat_energy_kwh': 3}",
    }
}

impl MappingError {
    /// The parameter that is at fault; `None` where it is the model.
    pub const fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownModel { .. } => None,
            Self::Missing { parameter, .. } => Some(parameter.name()),
            Self::Unknown { name, .. } => Some(name.as_str()),
            Self::SecondaryAddress(_) | Self::PrimaryAddress(_) => {
                Some(Parameter::SecondaryAddress.name())
            }
            Self::FixedRegisters { .. } | Self::Registers(_) => Some(Parameter::Registers.name()),
        }
    }

    /// Where in the parameter's text the fault is, in characters from 0.
    pub const fn position(&self) -> Option<usize> {
        match self {
            Self::SecondaryAddress(AddressError::Digit { position, .. }) => Some(*position),
            Self::Registers(error) => Some(error.position),
            _ => None,
        }
    }
}

impl Mapping {
    /// Checks the parameters against the model; where several things are wrong, the first.
    pub fn new(
        models: &Models,
        model: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        Self::check(models, model, parameters).map_err(|errors| errors.first)
    }

    /// The same with everything that is wrong.
    ///
    /// ```
    /// use metering::{Mapping, Models};
    ///
    /// let parameters = [("reg".to_owned(), "{3}".to_owned())].into();
    /// let models = Models::builtin();
    /// let errors = Mapping::check(&models, "manual_heat_secondary_ad", &parameters).unwrap_err();
    /// let parameters: Vec<_> = errors.iter().filter_map(|error| error.parameter()).collect();
    /// assert_eq!(parameters, ["secondary_ad", "reg"]);
    /// ```
    pub fn check(
        models: &Models,
        model: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, MappingErrors> {
        let model = models.get(model).ok_or_else(|| MappingError::UnknownModel {
            name: model.to_owned(),
            known: models.names().collect::<Vec<_>>().join(", "),
        })?;
        let mut errors = check_names(model, parameters);
        let takes =
            |parameter: Parameter| model.parameters.iter().any(|(one, _)| *one == parameter);
        let given = |parameter: Parameter| {
            let text = parameters.get(parameter.name()).filter(|text| !text.trim().is_empty());
            text.filter(|_| takes(parameter))
        };
        let mut keep = |error| errors.push(error);
        let secondary_address = given(Parameter::SecondaryAddress)
            .and_then(|text| read_address(text).map_err(&mut keep).ok());
        let registers = match given(Parameter::Registers).map(|text| text.parse::<RegisterList>()) {
            None => model.registers.clone(),
            Some(Ok(list)) => list.into_registers(),
            Some(Err(error)) => {
                keep(MappingError::Registers(error));
                Vec::new()
            }
        };
        let mut errors = errors.into_iter();
        if let Some(first) = errors.next() {
            return Err(MappingErrors { first, more: errors.collect() });
        }
        Ok(Self {
            model: model.name.clone(),
            device_types: model.device_types.clone(),
            index: index_of(model, &registers),
            registers,
            secondary_address,
            revision: revision::of(&model.text, parameters),
        })
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The registers, in the order of their readings.
    pub fn registers(&self) -> &[Register] {
        &self.registers
    }

    /// The kinds of meter it is for; empty where it is for any.
    pub fn device_types(&self) -> &[DeviceType] {
        &self.device_types
    }

    /// Whether the register with this place is the main one.
    pub(crate) fn is_index(&self, register: usize) -> bool {
        self.index == Some(register)
    }

    /// The address of `secondary_ad`, a mask where it has wildcards.
    pub const fn secondary_address(&self) -> Option<SecondaryAddress> {
        self.secondary_address
    }

    /// A short text that changes when the model, the parameters or the rules of this crate do:
    /// readings with the same revision were made in the same way.
    pub fn revision(&self) -> &str {
        &self.revision
    }
}

/// Parameters the model does not have, and those it needs.
fn check_names(model: &Model, parameters: &BTreeMap<String, String>) -> Vec<MappingError> {
    let mut errors = Vec::new();
    let known = |name: &str| model.parameters.iter().any(|(known, _)| known.name() == name);
    for name in parameters.keys().filter(|name| !known(name)) {
        let model_name = model.name.clone();
        if name == Parameter::Registers.name() {
            errors.push(MappingError::FixedRegisters { model: model_name });
            continue;
        }
        let names: Vec<_> = model.parameters.iter().map(|(known, _)| known.name()).collect();
        errors.push(MappingError::Unknown {
            model: model_name,
            name: name.clone(),
            known: names.join(", "),
        });
    }
    // A form sends a field that was left empty as an empty text.
    let is_given = |name: &str| parameters.get(name).is_some_and(|text| !text.trim().is_empty());
    for (parameter, need) in &model.parameters {
        if *need == Need::Required && !is_given(parameter.name()) {
            errors.push(MappingError::Missing { model: model.name.clone(), parameter: *parameter });
        }
    }
    errors
}

/// 16 hex digits as on the wire, or one of the other spellings of a secondary address.
fn read_address(text: &str) -> Result<SecondaryAddress, MappingError> {
    match text.parse() {
        Ok(MeterAddress::Secondary(address)) => Ok(address),
        Ok(MeterAddress::Primary(address)) => Err(MappingError::PrimaryAddress(address.get())),
        Err(error) => Err(MappingError::SecondaryAddress(error)),
    }
}

/// The main register: the first of the model's index names that there is. A model that names
/// none takes the first counter, or else the first register.
fn index_of(model: &Model, registers: &[Register]) -> Option<usize> {
    let place = |name: &String| registers.iter().position(|register| register.name == *name);
    if !model.index.is_empty() {
        return model.index.iter().find_map(place);
    }
    let is_counter = |register: &Register| {
        RegisterUnit::of(&register.name).is_some_and(RegisterUnit::is_counter)
    };
    registers.iter().position(is_counter).or((!registers.is_empty()).then_some(0))
}
