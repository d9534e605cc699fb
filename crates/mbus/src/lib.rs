//! The language of the M-Bus (EN 13757): frames, telegrams, data records.
//!
//! The modules stand in the order the data goes: bytes become a [`Frame`] ([`frame`]), its user
//! data a [`Telegram`] ([`telegram`]) with a [`Header`](header::Header), and the telegram a
//! sequence of [`DataRecord`]s with exact values. Beside every parser stands
//! the encoder of the same thing, so meters can be simulated with the same words.
//!
//! Nothing here allocates, reads a clock or does input and output. A fault in one record never
//! costs another record, and no input makes it panic.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod address;
pub mod ci_field;
pub mod compact_frame;
pub mod decimal;
pub mod device_type;
pub mod fixed_structure;
mod fixed_text;
pub mod frame;
pub mod header;
pub mod hex;
pub mod manufacturer;
mod plain_data;
pub mod quality;
pub mod quantity;
pub mod record;
#[cfg(feature = "crypto")]
pub mod security;
pub mod telegram;
pub mod unit;
pub mod view;

pub use address::{MeterAddress, PrimaryAddress, SecondaryAddress};
pub use ci_field::CiField;
pub use decimal::Decimal;
pub use device_type::DeviceType;
pub use frame::{ControlField, Frame};
pub use manufacturer::Manufacturer;
pub use plain_data::PlainData;
pub use quality::Quality;
pub use quantity::Quantity;
pub use record::{DataRecord, Records};
pub use telegram::Telegram;
pub use unit::Unit;
