//! Meter models as data: which registers a kind of meter has and where they stand.

use std::collections::BTreeMap;

/// One model.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name it is chosen by: `integra_heat`.
    pub name: String,
    /// What it is, for people.
    pub title: String,
}

/// The models there are, by name.
#[derive(Clone, Debug, Default)]
pub struct Models {
    models: BTreeMap<String, Model>,
}

/// Why a text is no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ModelError {
    /// What is wrong, with its place.
    pub reason: String,
}

const NAMES: [&str; 5] = [
    "integra_heat",
    "saphir_modularis",
    "manual_heat_secondary_ad",
    "manual_water_secondary_ad",
    "generic_mbus",
];

impl Models {
    /// The models that come with the program.
    pub fn builtin() -> Self {
        let model = |name: &str| Model { name: name.to_owned(), title: name.to_owned() };
        Self { models: NAMES.iter().map(|name| ((*name).to_owned(), model(name))).collect() }
    }

    /// The model of this name.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.models.get(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }
}
