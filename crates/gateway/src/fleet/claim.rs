//! The gateway becomes one of a portal's.

use fleet_link::{ClaimAnswer, ClaimCode, ClaimCodeError, ClaimRequest};
use jiff::Timestamp;
use web_server::DataDirError;

use super::client::{Client, LinkError};
use super::store::{Claim, FleetStore};
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
    /// The gateway runs, and nobody else may change what it keeps.
    #[error(
        "this gateway is running{}; claim it on its page or with POST /api/v1/portal/claim, or stop it first",
        process.as_ref().map(|process| format!(" (process {process})")).unwrap_or_default()
    )]
    Running {
        /// The number of its process, where it told.
        process: Option<String>,
    },
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
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

/// The portal that claimed the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedPortal {
    /// Where it is.
    pub portal: String,
    /// What it calls the gateway.
    pub gateway: String,
}

/// Claims a gateway that does not run.
pub(crate) async fn claim_stopped(
    store: &FleetStore,
    code: &ClaimCode,
    name: &str,
    now: Timestamp,
) -> Result<ClaimedPortal, ClaimError> {
    let claim = show(code, name, now).await?;
    let claimed =
        ClaimedPortal { portal: claim.portal.to_string(), gateway: claim.gateway.clone() };
    let before = store.claim().await?;
    let is_same = before.as_ref().is_some_and(|before| before.is_the_same_as(&claim));
    store.save_claim(claim).await?;
    if !is_same {
        store.keep_portal_revision(None, now).await?;
    }
    Ok(claimed)
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
