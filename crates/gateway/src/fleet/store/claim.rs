//! To which portal the gateway belongs, and how far that is with its readouts.

use fleet_link::{CertificateHash, PortalUrl};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{FleetStore, damaged};
use crate::fleet::token::Token;
use crate::store::StoreError;

/// To which portal the gateway belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Another number after each claim.
    pub(crate) epoch: i64,
    pub(crate) portal: PortalUrl,
    /// The only certificate that is taken; `None` where the machine's are.
    pub(crate) certificate: Option<CertificateHash>,
    /// What the portal calls this gateway.
    pub(crate) gateway: String,
    pub(crate) token: Token,
    pub(crate) claimed_at: Timestamp,
    /// The last readout that the portal has on its disk.
    pub(crate) acknowledged: i64,
}

impl Claim {
    /// Whether the portal knows the gateway by the same name.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        self.portal == other.portal && self.gateway == other.gateway
    }
}

impl FleetStore {
    /// To which portal the gateway belongs, where it belongs to one.
    pub(crate) async fn claim(&self) -> Result<Option<Claim>, StoreError> {
        self.with("reading the claim", |connection| {
            connection
                .query_row(
                    "SELECT epoch, portal, certificate, gateway, token, claimed_at, acknowledged
                     FROM claim",
                    [],
                    claim_of,
                )
                .optional()
        })
        .await
    }

    /// The gateway belongs to this portal from now on, and to no other. What was not yet said to
    /// the same portal will be; what belongs to another one is forgotten.
    pub(crate) async fn save_claim(&self, claim: Claim) -> Result<(), StoreError> {
        self.with("keeping the claim", move |connection| {
            let transaction = connection.transaction()?;
            let portal = claim.portal.to_string();
            let same: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM claim WHERE portal = ?1 AND gateway = ?2)",
                (&portal, &claim.gateway),
                |row| row.get(0),
            )?;
            transaction
                .execute("DELETE FROM command WHERE delivered_at IS NOT NULL OR NOT ?1", [same])?;
            transaction.execute(
                "INSERT OR REPLACE INTO claim
                     (only, epoch, portal, certificate, gateway, token, claimed_at, acknowledged)
                 VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    claim.epoch,
                    portal,
                    claim.certificate.map(|hash| hash.0),
                    claim.gateway,
                    claim.token.reveal(),
                    claim.claimed_at.as_millisecond(),
                    claim.acknowledged,
                ],
            )?;
            transaction.commit()
        })
        .await
    }

    /// The gateway belongs to no portal any more.
    pub(crate) async fn delete_claim(&self) -> Result<(), StoreError> {
        self.with("forgetting the claim", |connection| {
            connection.execute_batch("BEGIN; DELETE FROM command; DELETE FROM claim; COMMIT")
        })
        .await
    }

    /// The portal has everything up to this readout on its disk.
    pub(crate) async fn acknowledge(&self, epoch: i64, readout: i64) -> Result<(), StoreError> {
        self.with("keeping how far the portal is", move |connection| {
            let sql = "UPDATE claim SET acknowledged = ?2 WHERE epoch = ?1 AND acknowledged < ?2";
            connection.execute(sql, [epoch, readout]).map(drop)
        })
        .await
    }
}

fn claim_of(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let portal: String = row.get(1)?;
    let claimed_at: i64 = row.get(5)?;
    Ok(Claim {
        epoch: row.get(0)?,
        portal: PortalUrl::parse(&portal).map_err(|error| damaged(1, error))?,
        certificate: row.get::<_, Option<[u8; 32]>>(2)?.map(CertificateHash),
        gateway: row.get(3)?,
        token: Token::new(row.get(4)?),
        claimed_at: Timestamp::from_millisecond(claimed_at).map_err(|error| damaged(5, error))?,
        acknowledged: row.get(6)?,
    })
}
