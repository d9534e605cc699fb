//! The file of a model, in TOML (see `models/README.md`).

use std::collections::BTreeSet;

use mbus::DeviceType;
use mbus::record::FunctionField;
use serde::Deserialize;

use super::{Model, Need, Parameter};
use crate::register::{RegisterNameError, check_name};
use crate::selector::{FIRST_RECORD_LINE, LAST_LINE, SelectorError, function_of, quantity_of};
use crate::{RecordBlocks, RecordMeaning, Register, Selector};

/// Why a text is no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is no TOML, or has keys a model does not have.
    #[error("{0}")]
    Toml(String),
    /// The name has other characters than a to z, 0 to 9 and _.
    #[error("the name {0:?} has other characters than a to z, 0 to 9 and _")]
    Name(String),
    /// A device type the standard does not know.
    #[error("there is no device type {0:?}; use the standard's words, such as \"heat meter\"")]
    DeviceType(String),
    /// A register with a name nobody could type.
    #[error("register {number}: {error}")]
    RegisterName {
        /// Which register, from 1.
        number: usize,
        /// Why.
        error: RegisterNameError,
    },
    /// A register whose name was there before.
    #[error("the register {0} is there twice")]
    DoubleRegister(String),
    /// A register whose record cannot be told.
    #[error("register {register}: {reason}")]
    Register {
        /// The register.
        register: String,
        /// Why.
        reason: RegisterFault,
    },
    /// Neither registers nor a parameter that says them, or both.
    #[error(
        "a model has either [[register]] sections or reg = \"required\" under [parameters], and not both"
    )]
    Registers,
    /// The index is none of the registers.
    #[error("the index {0} is none of the registers")]
    Index(String),
}

/// Why a register of a model has no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegisterFault {
    /// DIB/VIB cannot be read.
    #[error("record: {0}")]
    Record(#[from] SelectorError),
    /// A line without the record that is expected there, or one that is no record's.
    #[error(
        "a line is {FIRST_RECORD_LINE} to {LAST_LINE}, and record says which DIB/VIB is expected there"
    )]
    Line,
    /// Nothing that says where the value is, or too much.
    #[error("line and record, record alone, or meaning says where the value is")]
    Selector,
    /// A quantity that is not known.
    #[error("there is no quantity {0:?}")]
    Quantity(String),
    /// A function that is not known.
    #[error("there is no function {0:?}; there are instantaneous, maximum, minimum and error")]
    Function(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelFile {
    name: String,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    device_types: Vec<String>,
    #[serde(default)]
    index: Vec<String>,
    #[serde(default)]
    parameters: ParametersEntry,
    #[serde(default)]
    register: Vec<RegisterEntry>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParametersEntry {
    secondary_ad: Option<NeedEntry>,
    reg: Option<NeedEntry>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NeedEntry {
    Required,
    Optional,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterEntry {
    name: String,
    line: Option<u16>,
    record: Option<String>,
    meaning: Option<MeaningEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeaningEntry {
    quantity: String,
    function: Option<String>,
    #[serde(default)]
    storage: u64,
    #[serde(default)]
    tariff: u32,
    #[serde(default)]
    subunit: u16,
    unit: Option<String>,
    qualifier: Option<String>,
}

/// Reads and checks the text of a model file.
pub(super) fn read(text: &str) -> Result<Model, ModelError> {
    let file: ModelFile =
        toml::from_str(text).map_err(|error| ModelError::Toml(error.to_string()))?;
    let is_name_character =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if file.name.is_empty() || !file.name.bytes().all(is_name_character) {
        return Err(ModelError::Name(file.name));
    }
    let device_types = file.device_types.into_iter().map(device_type).collect::<Result<_, _>>()?;
    let registers = read_registers(file.register)?;
    let has_list = matches!(file.parameters.reg, Some(NeedEntry::Required));
    if file.parameters.reg.is_some() != has_list || registers.is_empty() != has_list {
        return Err(ModelError::Registers);
    }
    let is_register = |name: &String| registers.iter().any(|register| register.name == *name);
    if !has_list && let Some(name) = file.index.iter().find(|name| !is_register(name)) {
        return Err(ModelError::Index(name.clone()));
    }
    let need = |parameter, need| match need {
        None => None,
        Some(NeedEntry::Required) => Some((parameter, Need::Required)),
        Some(NeedEntry::Optional) => Some((parameter, Need::Optional)),
    };
    // Any meter can be reached by its secondary address.
    let address = file.parameters.secondary_ad.or(Some(NeedEntry::Optional));
    let parameters = [
        need(Parameter::SecondaryAddress, address),
        need(Parameter::Registers, file.parameters.reg),
    ];
    Ok(Model {
        name: file.name,
        title: file.title,
        description: file.description,
        device_types,
        index: file.index,
        registers,
        parameters: parameters.into_iter().flatten().collect(),
        text: text.to_owned(),
    })
}

/// The device type with the standard's name.
fn device_type(name: String) -> Result<DeviceType, ModelError> {
    (0..=u8::MAX)
        .map(DeviceType)
        .find(|candidate| candidate.name() == name && name != "reserved")
        .ok_or(ModelError::DeviceType(name))
}

fn read_registers(entries: Vec<RegisterEntry>) -> Result<Vec<Register>, ModelError> {
    let mut names = BTreeSet::new();
    let mut registers = Vec::new();
    for (entry, number) in entries.into_iter().zip(1..) {
        check_name(&entry.name).map_err(|error| ModelError::RegisterName { number, error })?;
        if !names.insert(entry.name.clone()) {
            return Err(ModelError::DoubleRegister(entry.name));
        }
        let name = entry.name.clone();
        let selector = read_selector(entry)
            .map_err(|reason| ModelError::Register { register: name.clone(), reason })?;
        registers.push(Register { name, selector });
    }
    Ok(registers)
}

/// A model never says a line alone: with other meters that would be a wrong number.
fn read_selector(entry: RegisterEntry) -> Result<Selector, RegisterFault> {
    let blocks = entry.record.as_deref().map(RecordBlocks::parse).transpose()?;
    match (entry.line, blocks, entry.meaning) {
        (Some(line @ FIRST_RECORD_LINE..=LAST_LINE), Some(blocks), None) => {
            Ok(Selector::LineWithRecord(line, blocks))
        }
        (Some(_), _, None) => Err(RegisterFault::Line),
        (None, Some(blocks), None) => Ok(Selector::Record(blocks)),
        (None, None, Some(meaning)) => read_meaning(meaning).map(Selector::Meaning),
        _ => Err(RegisterFault::Selector),
    }
}

fn read_meaning(entry: MeaningEntry) -> Result<RecordMeaning, RegisterFault> {
    let quantity = quantity_of(&entry.quantity);
    let function =
        entry.function.as_deref().map_or(Some(FunctionField::Instantaneous), function_of);
    Ok(RecordMeaning {
        quantity: quantity.ok_or(RegisterFault::Quantity(entry.quantity))?,
        function: function
            .ok_or_else(|| RegisterFault::Function(entry.function.unwrap_or_default()))?,
        storage: entry.storage,
        tariff: entry.tariff,
        subunit: entry.subunit,
        unit: entry.unit,
        qualifier: entry.qualifier,
    })
}
