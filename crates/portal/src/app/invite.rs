//! A claim code for a gateway in the same process, which nobody has to type.

use fleet_link::ClaimCode;
use jiff::{SignedDuration, Timestamp};

use super::App;
use crate::db::{DbError, SaveError};
use crate::id::{GatewayId, SiteId};
use crate::live::Change;
use crate::token::{NoRandomness, claim_hash};

/// It is used at once.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Why there is no claim code.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Site or gateway were not kept.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl App {
    /// A claim code for a gateway on this machine: for the one that is known, if it is still
    /// there, or else for the one of that name at that site, which are made where there are none.
    pub async fn invite(
        &self,
        known: Option<GatewayId>,
        site: &str,
        gateway: &str,
    ) -> Result<(GatewayId, ClaimCode), InviteError> {
        let now = Timestamp::now();
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(now);
        let code = self.reached_at.new_claim_code()?;
        let hash = claim_hash(&code.secret);
        let gateways = self.db.gateways().await?;
        let site = self.site(site, now).await?;
        let mut there = gateways.iter();
        let found = there
            .clone()
            .find(|one| Some(one.id) == known)
            .or_else(|| there.find(|one| one.site == site && one.name == gateway));
        let id = match found {
            Some(found) => {
                self.db.renew_claim(found.id, hash, expires_at).await?;
                found.id
            }
            None => {
                let name = gateway.to_owned();
                self.db.create_gateway(site, name, hash, expires_at, now).await?.id
            }
        };
        self.live.tell(Change::Gateway(id));
        Ok((id, code))
    }

    async fn site(&self, name: &str, now: Timestamp) -> Result<SiteId, InviteError> {
        let sites = self.db.sites().await?;
        if let Some(site) = sites.into_iter().find(|site| site.name == name) {
            return Ok(site.id);
        }
        let site = self.db.create_site(name.to_owned(), now).await?;
        self.live.tell(Change::Sites);
        Ok(site.id)
    }
}
