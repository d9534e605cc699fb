//! How the fleet is, counted by the store: nobody looks at each meter for it.

use rusqlite::Connection;

use super::known_meters::state_from;
use super::{Db, DbError, latest, packed, time};
use crate::id::{GatewayId, MeterId};
use crate::meter::Menu;
use crate::overview::{CountedMeters, MeterTrouble, Overview};

const FAILED: &str = "counting meters";

impl Db {
    /// How the meters of all gateways are, and what ails them.
    pub async fn overview(&self) -> Result<Overview, DbError> {
        self.read(|connection| {
            Ok(Overview { counts: counts(connection)?, troubles: troubles(connection)? })
        })
        .await
    }
}

fn counts(connection: &Connection) -> Result<Vec<CountedMeters>, DbError> {
    let failed = DbError::sql(FAILED);
    let mut statement = connection
        .prepare_cached(
            "SELECT meter.gateway, meter.menu, coalesce(meter_latest.state, 'waiting'), count(*)
             FROM meter LEFT JOIN meter_latest ON meter_latest.meter = meter.id
             WHERE meter.deleted_at IS NULL
             GROUP BY meter.gateway, meter.menu, coalesce(meter_latest.state, 'waiting')",
        )
        .map_err(&failed)?;
    let rows = statement
        .query_map([], |row| {
            let (menu, state): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((row.get(0)?, menu, state, row.get::<_, i64>(3)?))
        })
        .map_err(&failed)?;
    rows.map(|row| {
        let (gateway, menu, state, meters) = row.map_err(&failed)?;
        let gateway = GatewayId(gateway);
        let no_menu = || DbError::damaged(gateway, format_args!("there is no menu {menu}"));
        Ok(CountedMeters {
            gateway,
            menu: Menu::from_name(&menu).ok_or_else(no_menu)?,
            state: state_from(gateway, &state)?,
            meters: count(meters),
        })
    })
    .collect()
}

fn troubles(connection: &Connection) -> Result<Vec<MeterTrouble>, DbError> {
    let failed = DbError::sql(FAILED);
    // Of each kind of trouble one meter is the example, whose words are shown.
    let mut statement = connection
        .prepare_cached(
            "SELECT kind.gateway, kind.state, kind.meters, kind.since, meter.id, meter.name,
                 readout.problems
             FROM (SELECT meter.gateway, meter_latest.state, meter_latest.problem,
                       count(*) AS meters, min(meter_latest.state_since) AS since,
                       min(meter.id) AS example
                   FROM meter JOIN meter_latest ON meter_latest.meter = meter.id
                   WHERE meter.deleted_at IS NULL AND meter_latest.state IN ('attention', 'fault')
                   GROUP BY meter.gateway, meter_latest.state, meter_latest.problem) AS kind
             JOIN meter ON meter.id = kind.example
             JOIN meter_latest ON meter_latest.meter = kind.example
             JOIN readout ON readout.id = meter_latest.last_readout
             ORDER BY kind.gateway, kind.state DESC, kind.meters DESC, meter.id",
        )
        .map_err(&failed)?;
    let rows = statement
        .query_map([], |row| {
            Ok(RawTrouble {
                gateway: row.get(0)?,
                state: row.get(1)?,
                meters: row.get(2)?,
                since: row.get(3)?,
                meter: row.get(4)?,
                name: row.get(5)?,
                problems: row.get(6)?,
            })
        })
        .map_err(&failed)?;
    rows.map(|row| row.map_err(&failed)?.read()).collect()
}

struct RawTrouble {
    gateway: i64,
    state: String,
    meters: i64,
    since: i64,
    meter: i64,
    name: String,
    problems: Option<Vec<u8>>,
}

impl RawTrouble {
    fn read(self) -> Result<MeterTrouble, DbError> {
        let meter = MeterId(self.meter);
        let problems = packed::unpack_problems(self.problems.as_deref())
            .map_err(|error| DbError::damaged(meter, format_args!("problems: {error}")))?;
        Ok(MeterTrouble {
            gateway: GatewayId(self.gateway),
            state: state_from(meter, &self.state)?,
            meters: count(self.meters),
            since: time::from_column(meter, self.since)?,
            meter,
            name: self.name,
            problem: latest::worst(&problems).cloned(),
        })
    }
}

fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
