//! Meters of gateways' own files: kept as their gateway tells of them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::{Db, DbError, SaveError, configurations, latest, meters};
use crate::id::{GatewayId, MeterId};
use crate::meter::{Meter, Origin, OwnMeter};

impl Db {
    /// Configures a meter here that its gateway had in its own file. It keeps what its gateway
    /// calls it, so its readings go on. Where an `edition` is given, the meter must still be at it.
    pub async fn adopt_meter(
        &self,
        id: MeterId,
        edition: Option<u64>,
        by: String,
        now: Timestamp,
    ) -> Result<Meter, SaveError> {
        self.write(move |transaction| {
            let meter = meters::unchanged(transaction, id, edition)?;
            if meter.origin == Origin::Portal {
                return Ok(meter);
            }
            meters::check_neighbours(transaction, &meter.form, Some(id))?;
            transaction
                .execute(
                    "UPDATE meter SET origin = ?2, edition = edition + 1, updated_at = ?3
                     WHERE id = ?1",
                    (id.0, Origin::Portal.name(), now.as_millisecond()),
                )
                .map_err(DbError::sql("adopting a meter"))?;
            configurations::make_revision(transaction, meter.form.gateway, &by, now)?;
            meters::find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))
        })
        .await
    }
}

/// Makes the gateway's own meters here those it told of; which ones changed. A meter that is
/// configured here stays as it is: its gateway reads it by the revision, not by the file.
pub(super) fn keep(
    connection: &Connection,
    gateway: GatewayId,
    told: &[OwnMeter],
    now: Timestamp,
) -> Result<Vec<MeterId>, DbError> {
    let known = meters::of_gateway(connection, gateway)?;
    let mut changed = Vec::new();
    for own in told {
        match known.iter().find(|meter| meter.id_at_gateway == own.id_at_gateway) {
            Some(meter) if meter.origin == Origin::Portal => {}
            Some(meter) if meter.form == own.form && meter.interval == own.interval => {}
            Some(meter) => {
                meters::write(connection, meter.id, &own.form, own.interval.as_deref(), now)?;
                changed.push(meter.id);
            }
            None => changed.push(add(connection, gateway, own, now)?),
        }
    }
    for meter in known {
        let is_told = told.iter().any(|own| own.id_at_gateway == meter.id_at_gateway);
        if meter.origin == Origin::Gateway && !is_told {
            meters::mark_deleted(connection, meter.id, now)?;
            changed.push(meter.id);
        }
    }
    Ok(changed)
}

/// A meter that comes: anew, or back. What the gateway read of it before belongs to it.
fn add(
    connection: &Connection,
    gateway: GatewayId,
    own: &OwnMeter,
    now: Timestamp,
) -> Result<MeterId, DbError> {
    let failed = DbError::sql("keeping a meter of a gateway");
    // One that was removed, and not one that hangs on another gateway today.
    let before: Option<i64> = connection
        .query_row(
            "SELECT meter.id FROM meter_at_gateway AS at JOIN meter ON meter.id = at.meter
             WHERE at.gateway = ?1 AND at.id_at_gateway = ?2 AND meter.gateway = ?1
                 AND meter.deleted_at IS NOT NULL",
            (gateway.0, &own.id_at_gateway),
            |row| row.get(0),
        )
        .optional()
        .map_err(&failed)?;
    let id = match before {
        Some(id) => {
            connection
                .execute(
                    "UPDATE meter SET deleted_at = NULL, origin = ?2 WHERE id = ?1",
                    (id, Origin::Gateway.name()),
                )
                .map_err(&failed)?;
            let id = MeterId(id);
            meters::write(connection, id, &own.form, own.interval.as_deref(), now)?;
            id
        }
        None => meters::insert(
            connection,
            &own.form,
            Origin::Gateway,
            Some(&own.id_at_gateway),
            own.interval.as_deref(),
            now,
        )?,
    };
    meters::assign(connection, id, gateway, &own.id_at_gateway)?;
    let joined = connection
        .execute(
            "UPDATE readout SET meter = ?3
             WHERE gateway = ?1 AND meter_name = ?2 AND meter IS NULL",
            (gateway.0, &own.id_at_gateway, id.0),
        )
        .map_err(&failed)?;
    if joined > 0 {
        latest::look_again(connection, id)?;
    }
    Ok(id)
}
