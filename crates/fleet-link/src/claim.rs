//! How a gateway becomes one of a portal's.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A gateway shows the secret of its claim code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// The secret of the claim code, as text.
    pub code_secret: crate::ClaimSecret,
    /// What the gateway calls itself.
    pub gateway_name: String,
    /// The version of the program on the gateway.
    pub version: String,
}

/// The gateway is claimed. The token is told this once and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimAnswer {
    /// The id of the gateway at this portal.
    pub gateway: String,
    /// What the gateway shows with each request from now on: `Authorization: Bearer <token>`.
    pub token: String,
}

impl fmt::Debug for ClaimAnswer {
    /// Without the token: logs are read by many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimAnswer").field("gateway", &self.gateway).finish_non_exhaustive()
    }
}
