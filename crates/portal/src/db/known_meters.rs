//! Meters with what is known of them now, many at once.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{Db, DbError, gateways, meters, readings, time};
use crate::id::{GatewayId, MeterId, SiteId};
use crate::meter::{KnownMeter, Menu, Meter, MeterState};
use crate::readout::StoredReadout;

/// Which meters are wanted; nothing means all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeterSelection {
    /// Only this one.
    pub meter: Option<MeterId>,
    /// Those under this menu.
    pub menu: Option<Menu>,
    /// Those of this gateway.
    pub gateway: Option<GatewayId>,
    /// Those of this site.
    pub site: Option<SiteId>,
}

/// The meters that are wanted, behind `meter.deleted_at IS NULL`.
const WANTED: &str = "AND (?1 IS NULL OR meter.id = ?1) AND (?2 IS NULL OR meter.menu = ?2)
     AND (?3 IS NULL OR meter.gateway = ?3)
     AND (?4 IS NULL OR meter.gateway IN (SELECT id FROM gateway WHERE site = ?4))";

impl Db {
    /// Meters with what is known of them, by name.
    pub async fn known_meters(
        &self,
        selection: MeterSelection,
    ) -> Result<Vec<KnownMeter>, DbError> {
        self.read(move |connection| known(connection, selection)).await
    }
}

struct Latest {
    state: MeterState,
    since: i64,
    last: i64,
    good: Option<i64>,
}

fn known(connection: &Connection, wanted: MeterSelection) -> Result<Vec<KnownMeter>, DbError> {
    let parameters = (
        wanted.meter.map(|meter| meter.0),
        wanted.menu.map(Menu::name),
        wanted.gateway.map(|gateway| gateway.0),
        wanted.site.map(|site| site.0),
    );
    let filter = format!("{WANTED} ORDER BY meter.name, meter.id");
    let meters = meters::list(connection, &filter, parameters)?;
    let mut latest = latest(connection, parameters)?;
    let sql = format!(
        "SELECT {} WHERE readout.id IN (
             SELECT last_readout FROM meter_latest JOIN meter ON meter.id = meter_latest.meter
             WHERE meter.deleted_at IS NULL {WANTED}
             UNION
             SELECT good_readout FROM meter_latest JOIN meter ON meter.id = meter_latest.meter
             WHERE meter.deleted_at IS NULL {WANTED})",
        readings::COLUMNS
    );
    let readouts = readings::query(connection, &sql, parameters)?;
    let readouts: HashMap<i64, StoredReadout> =
        readouts.into_iter().map(|readout| (readout.id.0, readout)).collect();
    let places = gateways::places(connection)?;
    let mut found = Vec::with_capacity(meters.len());
    for meter in meters {
        let latest = latest.remove(&meter.id.0);
        let readout = |id: Option<i64>| id.and_then(|id| readouts.get(&id)).cloned();
        let since = latest.as_ref().map(|latest| latest.since);
        let place = places.get(&meter.form.gateway.0).ok_or_else(|| nowhere(&meter))?;
        found.push(KnownMeter {
            place: place.clone(),
            state: latest.as_ref().map_or(MeterState::Waiting, |latest| latest.state),
            state_since: time::maybe(meter.id, since)?,
            last: readout(latest.as_ref().map(|latest| latest.last)),
            good: readout(latest.and_then(|latest| latest.good)),
            meter,
        });
    }
    Ok(found)
}

fn nowhere(meter: &Meter) -> DbError {
    DbError::damaged(meter.id, format_args!("there is no {}", meter.form.gateway))
}

fn latest(
    connection: &Connection,
    parameters: impl rusqlite::Params,
) -> Result<HashMap<i64, Latest>, DbError> {
    let failed = DbError::sql("reading how meters are");
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT meter_latest.meter, state, state_since, last_readout, good_readout
             FROM meter_latest JOIN meter ON meter.id = meter_latest.meter
             WHERE meter.deleted_at IS NULL {WANTED}"
        ))
        .map_err(&failed)?;
    let rows = statement
        .query_map(parameters, |row| {
            let state: String = row.get(1)?;
            Ok((row.get(0)?, state, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .map_err(&failed)?;
    rows.map(|row| {
        let (meter, state, since, last, good) = row.map_err(&failed)?;
        let state = state_from(MeterId(meter), &state)?;
        Ok((meter, Latest { state, since, last, good }))
    })
    .collect()
}

/// The state in a column.
pub(super) fn state_from(what: impl ToString, name: &str) -> Result<MeterState, DbError> {
    MeterState::from_name(name)
        .ok_or_else(|| DbError::damaged(what, format_args!("there is no state {name}")))
}
