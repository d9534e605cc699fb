//! What a person at the portal asks a gateway to do, and what comes of it.

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{Finding, TelegramBytes};

/// The commands that wait for their gateway, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCommands {
    /// The commands.
    pub commands: Vec<Command>,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Its id at the portal. A gateway that has answered an id does not carry it out again.
    pub id: String,
    /// When a person asked for it.
    pub created_at: Timestamp,
    /// After this nobody waits for it any more, and it must not be begun.
    pub expires_at: Timestamp,
    /// What is to be done.
    pub command: CommandKind,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", remote = "Self")]
pub enum CommandKind {
    /// Read a meter of the configuration now. Its readings come with the batches.
    ReadMeter {
        /// The meter.
        meter: String,
    },
    /// Read whatever answers at an address.
    ReadAddress {
        /// The bus; none where the gateway has only one.
        #[serde(default)]
        bus: Option<String>,
        /// The address.
        address: String,
        /// The baudrate to ask with; none for that of the bus.
        #[serde(default)]
        baudrate: Option<u32>,
    },
    /// Give a meter another primary address.
    SetAddress {
        /// The bus; none where the gateway has only one.
        #[serde(default)]
        bus: Option<String>,
        /// The address it has: primary, secondary or serial.
        current: String,
        /// The primary address it gets, 1 to 250.
        new: u8,
        /// The baudrate to speak with; none for that of the bus.
        #[serde(default)]
        baudrate: Option<u32>,
    },
    /// A kind that this version does not know. It is answered with [`CommandReply::Failed`].
    #[serde(other)]
    Unknown,
}

/// How far a command is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandProgress {
    /// When.
    pub at: Timestamp,
    /// The step, as a stable word: `queued`, `reading`, `writing`, `verifying`.
    pub step: String,
    /// The same for people.
    pub text: String,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", remote = "Self")]
pub enum CommandReply {
    /// A meter was read.
    Read(MeterRead),
    /// A meter has another address.
    AddressChanged(AddressChanged),
    /// It could not be done.
    Failed {
        /// What, why, and what to do.
        finding: Finding,
    },
}

/// What was heard when a meter was read for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterRead {
    /// The bus.
    pub bus: String,
    /// The address that was asked.
    pub address: String,
    /// When the last byte had arrived.
    pub read_at: Timestamp,
    /// How long the bus was busy with it.
    pub elapsed_ms: u64,
    /// How long the meter took to its first byte.
    pub answered_after_ms: u64,
    /// How often it was asked.
    pub tries: u8,
    /// The telegrams, in order.
    pub telegrams: Vec<TelegramBytes>,
    /// What is to be said about it.
    #[serde(default)]
    pub findings: Vec<Finding>,
}

/// What was proved when a meter got another address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChanged {
    /// The bus.
    pub bus: String,
    /// The address it had.
    pub previous: String,
    /// The address it has.
    pub new: u8,
    /// Who it is, as read back at the new address: 16 hex digits in the order of the wire.
    #[serde(default)]
    pub identification: Option<String>,
    /// What was done and seen, step by step.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// An enum with its tag inside is read by way of a [`Value`]: read at once, exact numbers in it
/// would not be recognised.
macro_rules! read_by_way_of_a_value {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = Value::deserialize(deserializer)?;
                Self::deserialize(value).map_err(D::Error::custom)
            }
        }
    };
}

read_by_way_of_a_value!(CommandKind);
read_by_way_of_a_value!(CommandReply);
