//! A meter as it is described: address, identity, what its telegrams hold, and its quirks.

use mbus::{PrimaryAddress, SecondaryAddress};

use crate::baudrate::Baudrate;
use crate::quirks::Quirks;
use crate::telegram_template::TelegramTemplate;

/// Everything about one meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterDescription {
    /// A name for people.
    pub name: String,
    /// The address of the link layer at the start; several meters may have the same.
    pub primary_address: PrimaryAddress,
    /// Identification number, manufacturer, version and device type; answers to selection.
    pub secondary_address: SecondaryAddress,
    /// The meter's speed; `None` is the speed of the bus.
    pub baudrate: Option<Baudrate>,
    /// Bit times between the end of a request and the start of the answer. The standard wants
    /// 11 to 330 and 50 ms (EN 13757-2); a lower or higher number is a fault to test.
    pub answer_after_bits: u32,
    /// The access number of the first telegram; each new telegram counts one up.
    pub access_number: u8,
    /// The status byte of the header.
    pub status: u8,
    /// The telegrams of one readout, in order. Without any the meter answers SND_NKE and
    /// selection, but no request for data.
    pub telegrams: Vec<TelegramTemplate>,
    /// What is wrong with it.
    pub quirks: Quirks,
}

impl MeterDescription {
    /// What a meter takes to answer when nothing else is said.
    pub const DEFAULT_ANSWER_AFTER_BITS: u32 = 33;

    /// A healthy meter without data at a primary address.
    pub fn new(
        name: impl Into<String>,
        primary_address: PrimaryAddress,
        secondary_address: SecondaryAddress,
    ) -> Self {
        Self {
            name: name.into(),
            primary_address,
            secondary_address,
            baudrate: None,
            answer_after_bits: Self::DEFAULT_ANSWER_AFTER_BITS,
            access_number: 0,
            status: 0,
            telegrams: Vec::new(),
            quirks: Quirks::default(),
        }
    }
}
