//! How a gateway is, as it tells its portal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConfiguredMeter, Finding};

/// How a gateway is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The version of its program.
    pub version: String,
    /// Its buses.
    pub buses: Vec<BusStatus>,
    /// Its meters.
    pub meters: Vec<MeterStatus>,
    /// The revision of the configuration it reads by; none before the first.
    #[serde(default)]
    pub configuration: Option<u64>,
    /// What is wrong with the gateway itself.
    #[serde(default)]
    pub problems: Vec<Finding>,
    /// How many readouts wait to be sent.
    #[serde(default)]
    pub waiting: u64,
    /// The meters of its own file: configured at the gateway, and not by the portal.
    #[serde(default)]
    pub own_meters: Vec<ConfiguredMeter>,
}

/// How a bus is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusStatus {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How it is, in one word.
    pub state: BusState,
    /// What is wrong with it.
    #[serde(default)]
    pub problem: Option<Finding>,
}

/// How a bus is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusState {
    /// Its port is open.
    Online,
    /// Its port cannot be opened or was lost.
    Offline,
    /// Its port is being opened.
    Connecting,
}

/// How a meter is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterStatus {
    /// Its id in the configuration.
    pub id: String,
    /// How it is, in one word.
    pub state: MeterState,
    /// When it last brought values.
    #[serde(default)]
    pub last_success_at: Option<Timestamp>,
    /// What is wrong with it.
    #[serde(default)]
    pub problem: Option<Finding>,
}

/// How a meter is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterState {
    /// It answers and all is well.
    Ok,
    /// Values come; somebody should look.
    Attention,
    /// No values come.
    Fault,
    /// It was not asked yet.
    Waiting,
}
