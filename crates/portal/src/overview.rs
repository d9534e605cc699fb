//! How the fleet is.

use fleet_link::Finding;
use jiff::Timestamp;

use crate::id::{GatewayId, MeterId};
use crate::meter::{Menu, MeterState};

/// How the meters of all gateways are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// How many meters are how.
    pub counts: Vec<CountedMeters>,
    /// What ails those that are not well, gateway by gateway, the worst first.
    pub troubles: Vec<MeterTrouble>,
}

/// So many meters of a gateway and a menu are so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedMeters {
    /// The gateway.
    pub gateway: GatewayId,
    /// The menu.
    pub menu: Menu,
    /// How they are.
    pub state: MeterState,
    /// How many.
    pub meters: u64,
}

/// What ails meters of a gateway: one kind of trouble, however many have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterTrouble {
    /// The gateway.
    pub gateway: GatewayId,
    /// How they are.
    pub state: MeterState,
    /// How many have it.
    pub meters: u64,
    /// Since when the first of them has it.
    pub since: Timestamp,
    /// One of them.
    pub meter: MeterId,
    /// Its name.
    pub name: String,
    /// What its gateway said of it.
    pub problem: Option<Finding>,
}
