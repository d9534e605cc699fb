//! Simulated M-Bus meters and the wire between them, as pure state machines.

mod baudrate;
mod building;
mod bus_description;
mod clock;
mod meter;
mod meter_description;
mod quirks;
mod record_template;
mod simulated_bus;
mod telegram_template;
mod wire;

pub use baudrate::{BITS_PER_BYTE, Baudrate};
pub use building::{Building, BuildingError};
pub use bus_description::{BusDescription, Disturbance, Transport};
pub use clock::{BuildingClock, CivilTime, CivilTimeError, ClockSettings};
pub use meter_description::MeterDescription;
pub use quirks::{Frozen, Quirks};
pub use record_template::{
    Counter, DailyPattern, Oscillation, OscillationError, RecordError, RecordTemplate, RecordValue,
};
pub use simulated_bus::SimulatedBus;
pub use telegram_template::{Moving, ReplayError, TelegramTemplate, TelegramTooLong};
