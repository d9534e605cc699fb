//! A meter as a device driver shows it: its connection properties, the steps of its
//! synchronization, and the last known settings, which cost no traffic to look at.

mod connection;
mod settings;
mod stage;

pub use connection::{ConnectionProperty, PropertyValue, connection_properties};
pub use settings::{DeviceSettings, FreshSettings, Stamp};
pub use stage::Stage;

/// What the driver is called.
pub const DRIVER_NAME: &str = "Meter Bus (M-Bus)";
/// The stable word for it.
pub const DRIVER_ID: &str = "busmeister.meterbus";
