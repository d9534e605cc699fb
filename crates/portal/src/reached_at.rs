//! Where gateways reach the portal, and how they know that it is the right one.

use fleet_link::{CertificateHash, ClaimCode, PortalUrl};

use crate::token::{NoRandomness, new_claim_secret};

/// What each claim code says of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedAt {
    /// Its address.
    pub portal: PortalUrl,
    /// The hash of its certificate; `None` where it speaks plain HTTP, or where an authority
    /// vouches for it.
    pub certificate: Option<CertificateHash>,
}

impl ReachedAt {
    /// A claim code with a secret of its own.
    pub fn new_claim_code(&self) -> Result<ClaimCode, NoRandomness> {
        let secret = new_claim_secret()?;
        Ok(ClaimCode { portal: self.portal.clone(), secret, certificate: self.certificate })
    }
}
