//! Simulated M-Bus meters and the wire between them, as pure state machines: no input or
//! output, no clock. `now` is the time since any fixed start.

mod baudrate;
mod building;
mod bus_description;
mod clock;
mod meter_description;
mod quirks;
mod simulated_bus;
mod telegram_template;

pub use baudrate::{BITS_PER_BYTE, Baudrate};
pub use building::{Building, BuildingError};
pub use bus_description::{BusDescription, Disturbance, Transport};
pub use clock::{BuildingClock, CivilTime, CivilTimeError, ClockSettings};
pub use meter_description::MeterDescription;
pub use quirks::{Frozen, Quirks};
pub use simulated_bus::SimulatedBus;
pub use telegram_template::TelegramTemplate;
