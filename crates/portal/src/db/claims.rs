//! Claim codes and tokens: what is kept of them are hashes.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Db, DbError, SaveError};
use crate::id::GatewayId;
use crate::secret_hash::SecretHash;

/// Why a claim code is not taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClaimError {
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No gateway has it.
    #[error("no gateway of this portal has this claim code; make a new one at the portal")]
    Unknown,
    /// It was used.
    #[error("this claim code was used already; make a new one at the portal")]
    Used,
    /// Its time is over.
    #[error("this claim code worked until {expired_at}; make a new one at the portal")]
    Expired {
        /// Until when it worked.
        expired_at: Timestamp,
    },
}

/// Who shows a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedGateway {
    /// The gateway.
    pub id: GatewayId,
    /// How often it was claimed: another device begins its sequence numbers anew.
    pub claim: u32,
}

impl Db {
    /// Makes a gateway's claim code another one; the one before works no more.
    pub async fn renew_claim(
        &self,
        id: GatewayId,
        claim: SecretHash,
        expires_at: Timestamp,
    ) -> Result<(), SaveError> {
        self.write(move |transaction| {
            let changed = transaction
                .execute(
                    "UPDATE gateway SET claim_hash = ?2, claim_expires_at = ?3,
                         claim_used_at = NULL WHERE id = ?1 AND deleted_at IS NULL",
                    params![id.0, claim.0, expires_at.as_millisecond()],
                )
                .map_err(DbError::sql("making a claim code"))?;
            if changed == 0 { Err(SaveError::unknown(id)) } else { Ok(()) }
        })
        .await
    }

    /// A gateway shows its claim code, and has this token from now on. The token it had before
    /// works no more.
    pub async fn claim(
        &self,
        code: SecretHash,
        token: SecretHash,
        version: String,
        now: Timestamp,
    ) -> Result<GatewayId, ClaimError> {
        self.write(move |transaction| {
            let row: Option<(i64, i64, Option<i64>)> = transaction
                .query_row(
                    "SELECT id, claim_expires_at, claim_used_at FROM gateway
                     WHERE claim_hash = ?1",
                    [code.0],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()
                .map_err(DbError::sql("looking for a claim code"))?;
            let Some((id, expires_at, used_at)) = row else { return Err(ClaimError::Unknown) };
            if used_at.is_some() {
                return Err(ClaimError::Used);
            }
            if now.as_millisecond() > expires_at {
                let expired_at = super::time::from_column(GatewayId(id), expires_at)?;
                return Err(ClaimError::Expired { expired_at });
            }
            transaction
                .execute(
                    "UPDATE gateway SET token_hash = ?2, version = ?3, claims = claims + 1,
                         claim_used_at = ?4, claimed_at = ?4, last_seen_at = ?4,
                         status = NULL, status_at = NULL WHERE id = ?1",
                    params![id, token.0, version, now.as_millisecond()],
                )
                .map_err(DbError::sql("claiming a gateway"))?;
            Ok(GatewayId(id))
        })
        .await
    }

    /// Who shows this token.
    pub async fn gateway_by_token(
        &self,
        token: SecretHash,
    ) -> Result<Option<ClaimedGateway>, DbError> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT id, claims FROM gateway WHERE token_hash = ?1")
                .and_then(|mut statement| {
                    let gateway = statement.query_row([token.0], |row| {
                        Ok(ClaimedGateway { id: GatewayId(row.get(0)?), claim: row.get(1)? })
                    });
                    gateway.optional()
                })
                .map_err(DbError::sql("looking for a token"))
        })
        .await
    }
}
