//! The bytes of a telegram, in JSON as hex.

use mbus::hex::{self, Hex};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The bytes of a telegram: a whole frame, as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramBytes(pub Vec<u8>);

impl Serialize for TelegramBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for TelegramBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut buffer = vec![0; text.len() / 2 + 1];
        let length = hex::decode(&text, &mut buffer).map_err(D::Error::custom)?.len();
        buffer.truncate(length);
        Ok(Self(buffer))
    }
}
