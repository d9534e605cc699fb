//! Meter models as data: which registers a kind of meter has and where they stand.

mod builtin;
mod file;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use mbus::DeviceType;

use crate::Register;

pub use file::{ModelError, RegisterFault};

/// A kind of meter: which registers it has, or which parameters say so.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) device_types: Vec<DeviceType>,
    pub(crate) index: Vec<String>,
    pub(crate) registers: Vec<Register>,
    pub(crate) parameters: Vec<(Parameter, Need)>,
    /// The whole file: two models with the same text are the same.
    pub(crate) text: String,
}

/// What a meter can be told besides its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Parameter {
    /// `secondary_ad`: the secondary address, in full or as a mask.
    SecondaryAddress,
    /// `reg`: the registers.
    Registers,
}

/// Whether a parameter must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
}

impl Parameter {
    /// The name a person gives it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecondaryAddress => "secondary_ad",
            Self::Registers => "reg",
        }
    }

    /// What it says, for the person who fills it in.
    pub const fn description(self) -> &'static str {
        match self {
            Self::SecondaryAddress => {
                "The secondary address: the 16 hex digits of line 0 of the telegram, F for any digit, such as 20316513FFFFFFFF."
            }
            Self::Registers => {
                "The registers by name with the line, DIB and VIB, or meaning of each, such as {'heat_energy_kwh': 3}."
            }
        }
    }
}

impl Model {
    /// Reads a model file.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        file::read(text)
    }

    /// The name it is chosen by: `integra_heat`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, in a few words.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// When to choose it, in a sentence or two.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The kinds of meter it is for; empty where it is for any.
    pub fn device_types(&self) -> &[DeviceType] {
        &self.device_types
    }

    /// Its registers; empty where the parameter `reg` says them.
    pub fn registers(&self) -> &[Register] {
        &self.registers
    }

    /// What it can be told.
    pub fn parameters(&self) -> &[(Parameter, Need)] {
        &self.parameters
    }
}

/// Why a file holds no model that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} is no model: {reason}")]
pub struct ModelFileError {
    /// The path of the file, as it was given.
    pub path: String,
    /// Why.
    pub reason: ModelFileFault,
}

/// What can be wrong with the file of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelFileFault {
    /// The text is no model.
    #[error(transparent)]
    Text(#[from] ModelError),
    /// People look for a model by the name of its file.
    #[error("its name is {name}; name the file {name}.toml")]
    OtherName {
        /// The model's name.
        name: String,
    },
    /// Nobody could choose between two models of one name.
    #[error("another file has a model of the name {name} too; give one of them another name")]
    Twice {
        /// The name of both.
        name: String,
    },
}

/// The models there are, by name.
///
/// ```
/// use metering::Models;
///
/// let models = Models::builtin();
/// assert_eq!(models.get("integra_heat").unwrap().registers().len(), 7);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Models {
    models: BTreeMap<String, Model>,
}

impl Models {
    /// The models that come with the program.
    pub fn builtin() -> Self {
        // A test proves that every embedded file can be read.
        Self::read(builtin::FILES).0
    }

    /// The models in files, given as path and text, and why the others are none. One file that
    /// is no model costs no other.
    ///
    /// ```
    /// use metering::Models;
    ///
    /// let (models, faults) = Models::read(&[("XYZ/one.toml", "name = 1")]);
    /// assert!(models.names().next().is_none());
    /// assert!(faults[0].to_string().starts_with("XYZ/one.toml is no model: "));
    /// ```
    pub fn read(files: &[(&str, &str)]) -> (Self, Vec<ModelFileError>) {
        let (mut models, mut faults) = (Self::default(), Vec::new());
        for (path, text) in files {
            if let Err(reason) = models.add_file(path, text) {
                faults.push(ModelFileError { path: (*path).to_owned(), reason });
            }
        }
        (models, faults)
    }

    fn add_file(&mut self, path: &str, text: &str) -> Result<(), ModelFileFault> {
        let model = Model::parse(text)?;
        let name = model.name.clone();
        let file_name = path.rsplit('/').next().unwrap_or(path);
        if file_name.strip_suffix(".toml") != Some(&name) {
            return Err(ModelFileFault::OtherName { name });
        }
        match self.models.entry(name) {
            Entry::Vacant(place) => {
                place.insert(model);
                Ok(())
            }
            Entry::Occupied(taken) => Err(ModelFileFault::Twice { name: taken.key().clone() }),
        }
    }

    /// The embedded files: path below `models/`, and text.
    pub fn embedded_files() -> &'static [(&'static str, &'static str)] {
        builtin::FILES
    }

    /// Adds a model; one of the same name is replaced and given back.
    pub fn insert(&mut self, model: Model) -> Option<Model> {
        self.models.insert(model.name.clone(), model)
    }

    /// The model of this name.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.models.get(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.keys().map(String::as_str)
    }

    /// The models, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.models.values()
    }
}

impl FromIterator<Model> for Models {
    fn from_iter<I: IntoIterator<Item = Model>>(models: I) -> Self {
        let mut all = Self::default();
        for model in models {
            all.insert(model);
        }
        all
    }
}
