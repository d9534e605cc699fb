//! What the portal tells while a gateway listens.

use serde::{Deserialize, Serialize};

/// There is something to fetch. The stream only says so: whoever missed an event, or gets one
/// twice, fetches and has the same. On each connection the portal tells of all there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamEvent {
    /// There is this revision of the configuration.
    Configuration {
        /// Its number.
        revision: u64,
    },
    /// There is a command.
    Command {
        /// Its id.
        id: String,
    },
}

#[derive(Serialize, Deserialize)]
struct ConfigurationData {
    revision: u64,
}

#[derive(Serialize, Deserialize)]
struct CommandData {
    id: String,
}

impl StreamEvent {
    /// The name of the server-sent event.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Configuration { .. } => "configuration",
            Self::Command { .. } => "command",
        }
    }

    /// The data of the server-sent event: JSON in one line.
    pub fn data(&self) -> String {
        let json = match self {
            Self::Configuration { revision } => {
                serde_json::to_string(&ConfigurationData { revision: *revision })
            }
            Self::Command { id } => serde_json::to_string(&CommandData { id: id.clone() }),
        };
        // A number and a text always make JSON.
        json.unwrap_or_default()
    }

    /// From name and data; `None` for an event that this version does not know.
    pub fn parse(name: &str, data: &str) -> Result<Option<Self>, serde_json::Error> {
        Ok(match name {
            "configuration" => {
                let ConfigurationData { revision } = serde_json::from_str(data)?;
                Some(Self::Configuration { revision })
            }
            "command" => {
                let CommandData { id } = serde_json::from_str(data)?;
                Some(Self::Command { id })
            }
            _ => None,
        })
    }
}
