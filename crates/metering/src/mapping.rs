//! A model with one meter's own parameters: everything that turns telegrams into readings.

use std::collections::BTreeMap;

use mbus::SecondaryAddress;
use mbus::address::AddressError;

use crate::Models;

/// A model with one meter's own parameters.
#[derive(Clone, Debug)]
pub struct Mapping {
    model: String,
    secondary_address: Option<SecondaryAddress>,
    revision: String,
}

/// Why a model and parameters make no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no such model.
    #[error("there is no model \"{name}\"; the models are {known}")]
    UnknownModel {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// `secondary_ad` is no secondary address.
    #[error("secondary_ad: {0}")]
    SecondaryAddress(AddressError),
}

impl MappingError {
    /// The parameter that is at fault; `None` where it is the model.
    pub const fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownModel { .. } => None,
            Self::SecondaryAddress(_) => Some("secondary_ad"),
        }
    }

    /// Where in the parameter's text the fault is, in characters from 0.
    pub const fn position(&self) -> Option<usize> {
        match self {
            Self::SecondaryAddress(AddressError::Digit { position, .. }) => Some(*position),
            _ => None,
        }
    }
}

impl Mapping {
    /// Checks the parameters against the model.
    pub fn new(
        models: &Models,
        model: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let model = models.get(model).ok_or_else(|| MappingError::UnknownModel {
            name: model.to_owned(),
            known: models.names().collect::<Vec<_>>().join(", "),
        })?;
        let secondary_address = parameters
            .get("secondary_ad")
            .map(|text| SecondaryAddress::parse_wire(text))
            .transpose()
            .map_err(MappingError::SecondaryAddress)?;
        Ok(Self { model: model.name.clone(), secondary_address, revision: String::new() })
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The address of `secondary_ad`, a mask where it has wildcards.
    pub const fn secondary_address(&self) -> Option<SecondaryAddress> {
        self.secondary_address
    }

    /// A short text that changes when model, parameters or the rules of this crate do: two
    /// readings with the same revision were made in the same way.
    pub fn revision(&self) -> &str {
        &self.revision
    }
}
