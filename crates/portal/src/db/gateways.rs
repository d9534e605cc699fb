//! Gateways, and how they are.

use std::collections::HashMap;

use fleet_link::Status;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::is_taken;
use super::{Db, DbError, SaveError, configurations, json, own_meters, sites, time};
use crate::gateway::{Gateway, Place};
use crate::id::{GatewayId, MeterId, SiteId};
use crate::meter::OwnMeter;
use crate::secret_hash::SecretHash;

const COLUMNS: &str = "id, site, name, created_at, claim_expires_at, claim_used_at, claimed_at, \
     version, last_seen_at, status, status_at FROM gateway WHERE deleted_at IS NULL";

impl Db {
    /// Adds a gateway with a claim code.
    pub async fn create_gateway(
        &self,
        site: SiteId,
        name: String,
        claim: SecretHash,
        claim_expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Gateway, SaveError> {
        self.write(move |transaction| {
            sites::find(transaction, site)?.ok_or_else(|| SaveError::unknown(site))?;
            let written = transaction.execute(
                "INSERT INTO gateway (site, name, created_at, claim_hash, claim_expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    site.0,
                    name,
                    now.as_millisecond(),
                    claim.0,
                    claim_expires_at.as_millisecond()
                ],
            );
            match written {
                Ok(_) => {
                    let id = GatewayId(transaction.last_insert_rowid());
                    find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))
                }
                Err(error) => Err(name_taken(error, "adding a gateway", name)),
            }
        })
        .await
    }

    /// All gateways, by site and name.
    pub async fn gateways(&self) -> Result<Vec<Gateway>, DbError> {
        self.read(|connection| {
            let failed = DbError::sql("reading the gateways");
            let mut statement = connection
                .prepare_cached(&format!("SELECT {COLUMNS} ORDER BY site, name"))
                .map_err(&failed)?;
            let rows = statement.query_map([], columns).map_err(&failed)?;
            rows.map(|row| gateway(connection, row.map_err(&failed)?)).collect()
        })
        .await
    }

    /// One gateway.
    pub async fn gateway(&self, id: GatewayId) -> Result<Option<Gateway>, DbError> {
        self.read(move |connection| find(connection, id)).await
    }

    /// Gives a gateway another name, and another site where one is said.
    pub async fn change_gateway(
        &self,
        id: GatewayId,
        name: String,
        site: Option<SiteId>,
    ) -> Result<(), SaveError> {
        self.write(move |transaction| {
            if let Some(site) = site {
                sites::find(transaction, site)?.ok_or_else(|| SaveError::unknown(site))?;
            }
            let sql = "UPDATE gateway SET name = ?2, site = coalesce(?3, site)
                       WHERE id = ?1 AND deleted_at IS NULL";
            match transaction.execute(sql, (id.0, &name, site.map(|site| site.0))) {
                Ok(0) => Err(SaveError::unknown(id)),
                Ok(_) => Ok(()),
                Err(error) => Err(name_taken(error, "changing a gateway", name)),
            }
        })
        .await
    }

    /// Keeps how a gateway is, and which meters its own file has; which of those changed.
    pub async fn save_status(
        &self,
        id: GatewayId,
        status: Status,
        own_meters: Vec<OwnMeter>,
        now: Timestamp,
    ) -> Result<Vec<MeterId>, DbError> {
        self.write(move |transaction| {
            // They have rows of their own.
            let status = Status { own_meters: Vec::new(), ..status };
            let text = json::to_column(&status)?;
            let changed = transaction
                .execute(
                    "UPDATE gateway SET status = ?2, status_at = ?3, version = ?4,
                         last_seen_at = ?3 WHERE id = ?1 AND deleted_at IS NULL",
                    params![id.0, text, now.as_millisecond(), status.version],
                )
                .map_err(DbError::sql("keeping the status of a gateway"))?;
            if changed == 0 {
                // It was removed meanwhile, and its meters with it.
                return Ok(Vec::new());
            }
            own_meters::keep(transaction, id, &own_meters, now)
        })
        .await
    }

    /// Keeps that a gateway made a request.
    pub async fn save_seen(&self, id: GatewayId, now: Timestamp) -> Result<(), DbError> {
        self.write(move |transaction| seen(transaction, id, now)).await
    }
}

/// In a transaction that writes anyway.
pub(super) fn seen(connection: &Connection, id: GatewayId, now: Timestamp) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE gateway SET last_seen_at = ?2 WHERE id = ?1")
        .and_then(|mut statement| statement.execute((id.0, now.as_millisecond())))
        .map_err(DbError::sql("keeping when a gateway was seen"))?;
    Ok(())
}

/// Where each gateway is, by its id.
pub(super) fn places(connection: &Connection) -> Result<HashMap<i64, Place>, DbError> {
    let failed = DbError::sql("reading where gateways are");
    let mut statement = connection
        .prepare_cached(
            "SELECT gateway.id, gateway.name, site.id, site.name
             FROM gateway JOIN site ON site.id = gateway.site",
        )
        .map_err(&failed)?;
    let rows = statement
        .query_map([], |row| {
            let place =
                Place { gateway: row.get(1)?, site: SiteId(row.get(2)?), site_name: row.get(3)? };
            Ok((row.get(0)?, place))
        })
        .map_err(&failed)?;
    rows.collect::<Result<_, _>>().map_err(&failed)
}

pub(super) fn find(connection: &Connection, id: GatewayId) -> Result<Option<Gateway>, DbError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} AND id = ?1"))
        .and_then(|mut statement| statement.query_row([id.0], columns).optional())
        .map_err(DbError::sql("reading a gateway"))?
        .map(|row| gateway(connection, row))
        .transpose()
}

struct RawGateway {
    id: GatewayId,
    site: SiteId,
    name: String,
    created_at: i64,
    claim_expires_at: i64,
    claim_used_at: Option<i64>,
    claimed_at: Option<i64>,
    version: Option<String>,
    last_seen_at: Option<i64>,
    status: Option<String>,
    status_at: Option<i64>,
}

fn columns(row: &Row<'_>) -> rusqlite::Result<RawGateway> {
    Ok(RawGateway {
        id: GatewayId(row.get(0)?),
        site: SiteId(row.get(1)?),
        name: row.get(2)?,
        created_at: row.get(3)?,
        claim_expires_at: row.get(4)?,
        claim_used_at: row.get(5)?,
        claimed_at: row.get(6)?,
        version: row.get(7)?,
        last_seen_at: row.get(8)?,
        status: row.get(9)?,
        status_at: row.get(10)?,
    })
}

fn gateway(connection: &Connection, raw: RawGateway) -> Result<Gateway, DbError> {
    let id = raw.id;
    let open_claim = raw.claim_used_at.is_none().then_some(raw.claim_expires_at);
    let status = raw.status.map(|text| json::from_column(id, &text)).transpose()?;
    Ok(Gateway {
        id,
        site: raw.site,
        name: raw.name,
        created_at: time::from_column(id, raw.created_at)?,
        claim_expires_at: time::maybe(id, open_claim)?,
        claimed_at: time::maybe(id, raw.claimed_at)?,
        version: raw.version,
        last_seen_at: time::maybe(id, raw.last_seen_at)?,
        status: status.zip(time::maybe(id, raw.status_at)?),
        wanted_revision: configurations::newest_revision(connection, id)?,
        reported: configurations::last_reported(connection, id)?,
    })
}

fn name_taken(error: rusqlite::Error, doing: &'static str, name: String) -> SaveError {
    if is_taken(&error) {
        return SaveError::NameTaken { noun: "gateway", name };
    }
    DbError::sql(doing)(error).into()
}
