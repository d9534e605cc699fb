//! A gateway that is removed: what it brought stays, and nobody gets in with its token.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{Db, DbError, SaveError, gateways, meters};
use crate::id::{GatewayId, MeterId};
use crate::meter::{Meter, Origin};

impl Db {
    /// Removes a gateway with the meters of its own file; and with those that are configured here,
    /// where that is wished (`with_meters`), or else it must have none. All readings stay. Tells
    /// which meters went.
    pub async fn delete_gateway(
        &self,
        id: GatewayId,
        with_meters: bool,
        now: Timestamp,
    ) -> Result<Vec<MeterId>, SaveError> {
        self.write(move |transaction| {
            gateways::find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))?;
            let gone = meters::of_gateway(transaction, id)?;
            let configured = gone.iter().filter(|meter| meter.origin == Origin::Portal).count();
            if configured > 0 && !with_meters {
                return Err(SaveError::HasMeters { what: id.to_string(), count: configured });
            }
            for Meter { id, .. } in &gone {
                meters::mark_deleted(transaction, *id, now)?;
            }
            mark_deleted(transaction, id, now)?;
            Ok(gone.into_iter().map(|meter| meter.id).collect())
        })
        .await
    }
}

/// Its name is free again, and neither its token nor an open claim code works any more.
fn mark_deleted(connection: &Connection, id: GatewayId, now: Timestamp) -> Result<(), DbError> {
    connection
        .execute(
            "UPDATE gateway SET deleted_at = ?2, name = ' ' || name || ' ' || id,
                 token_hash = NULL, claim_hash = randomblob(32), status = NULL, status_at = NULL
             WHERE id = ?1",
            params![id.0, now.as_millisecond()],
        )
        .map_err(DbError::sql("removing a gateway"))?;
    Ok(())
}
