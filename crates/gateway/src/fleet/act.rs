//! What the audit log says of the portal's commands.

use mbus_master::{Baudrate, SetAddress};
use serde_json::{Value, json};
use web_access::{Action, Actor};

use crate::config::BusId;

/// What the portal tells the gateway to do that writes to a meter.
#[derive(Clone, Debug)]
pub(super) struct SetAddressByPortal {
    /// The portal's number of the command.
    pub(super) command: String,
    pub(super) bus: BusId,
    pub(super) order: SetAddress,
    pub(super) baudrate: Option<Baudrate>,
}

impl Action for SetAddressByPortal {
    fn code(&self) -> &'static str {
        "bus.set_address"
    }

    fn details(&self) -> Value {
        json!({
            "bus": self.bus.as_str(),
            "current": self.order.current.to_string(),
            "new": self.order.new.get(),
            "baudrate": self.baudrate.map(Baudrate::get),
            "command": self.command,
        })
    }
}

/// Who it is that tells: the portal knows which person.
pub(super) fn portal() -> Actor {
    Actor::program("portal")
}
