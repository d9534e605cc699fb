//! The gateway becomes one of a portal's.

use fleet_link::{ClaimAnswer, ClaimCode, ClaimCodeError, ClaimRequest};
use jiff::Timestamp;

use super::client::{Client, LinkError};
use super::store::Claim;
use super::token::Token;
use crate::findings::Finding;
use crate::store::StoreError;

/// The longest name that portals take, in characters.
const LONGEST_NAME: usize = 100;

/// Why a gateway is not claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The text is no claim code.
    #[error(transparent)]
    Code(#[from] ClaimCodeError),
    /// The portal was not reached, or did not take the code.
    #[error("{}: {} {}", finding.what, finding.why, finding.remedy)]
    Portal {
        /// What happened, in four parts.
        finding: Finding,
    },
    /// The portal took the code, and that could not be kept.
    #[error("{0}; the claim code is used, so make a new one at the portal when this is mended")]
    Store(#[from] StoreError),
}

impl ClaimError {
    pub(super) fn portal(error: &LinkError, portal: &str) -> Self {
        Self::Portal { finding: error.finding(portal) }
    }
}

/// Shows the code to its portal.
pub(super) async fn show(
    code: &ClaimCode,
    gateway_name: &str,
    now: Timestamp,
) -> Result<Claim, ClaimError> {
    let portal = code.portal.to_string();
    let failed = |error: LinkError| ClaimError::portal(&error, &portal);
    let mut client = Client::new(code.portal.clone(), code.certificate, None).map_err(failed)?;
    let request = ClaimRequest {
        code_secret: code.secret.clone(),
        gateway_name: gateway_name.chars().take(LONGEST_NAME).collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let answer: ClaimAnswer = client.post("/claim", &request).await.map_err(failed)?;
    Ok(Claim {
        epoch: now.as_microsecond(),
        portal: code.portal.clone(),
        certificate: code.certificate,
        gateway: answer.gateway,
        token: Token::new(answer.token),
        claimed_at: now,
        acknowledged: 0,
    })
}
