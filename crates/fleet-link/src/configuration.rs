//! The meters a gateway is to read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Finding;

/// What the portal wants of a gateway. A revision never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Its number, from 1; larger ones are newer. 0 stands for "none was made yet".
    pub revision: u64,
    /// All meters of the gateway.
    pub meters: Vec<ConfiguredMeter>,
}

/// One meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfiguredMeter {
    /// Its id, which readouts carry.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The bus it hangs on; none where the gateway has only one.
    #[serde(default)]
    pub bus: Option<String>,
    /// How it is addressed; none where the parameter `secondary_ad` says it.
    #[serde(default)]
    pub address: Option<String>,
    /// The model that says what its telegrams mean.
    pub model: String,
    /// The parameters of the model.
    pub parameters: BTreeMap<String, String>,
    /// The baudrate it speaks.
    pub baudrate: u32,
    /// Which way what it counts flows.
    pub mode: Mode,
    /// How often it is read, such as `15m`; none for the interval of its bus.
    #[serde(default)]
    pub interval: Option<String>,
}

/// Which way flows what a meter counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is used here.
    #[default]
    Consumption,
    /// It is made here.
    Production,
}

/// What came of a revision at its gateway: it holds as a whole, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationResult {
    /// Whether the gateway reads by it now.
    pub applied: bool,
    /// What is wrong with it.
    pub problems: Vec<Finding>,
}
