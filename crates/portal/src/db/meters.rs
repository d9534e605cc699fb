//! Meters. Saving one makes a new revision of its gateway's configuration in the same
//! transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Db, DbError, SaveError, configurations, gateways, time};
use crate::id::{GatewayId, MeterId};
use crate::meter::{Menu, Meter, MeterForm, Mode, ParameterRow};

const COLUMNS: &str = "id, gateway, menu, name, address, bus, model, protocol, baudrate, mode, \
     edition, created_at, updated_at FROM meter WHERE deleted_at IS NULL";

impl Db {
    /// Adds a meter. The form must have been checked.
    pub async fn create_meter(
        &self,
        form: MeterForm,
        by: String,
        now: Timestamp,
    ) -> Result<Meter, SaveError> {
        self.write(move |transaction| {
            check_neighbours(transaction, &form, None)?;
            transaction
                .execute(
                    "INSERT INTO meter (gateway, menu, name, address, bus, model, protocol,
                         baudrate, mode, edition, created_at, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?10)",
                    params![
                        form.gateway.0,
                        form.menu.name(),
                        form.name,
                        form.address,
                        form.bus,
                        form.model,
                        form.protocol,
                        form.baudrate,
                        mode_name(form.mode),
                        now.as_millisecond()
                    ],
                )
                .map_err(DbError::sql("adding a meter"))?;
            let id = MeterId(transaction.last_insert_rowid());
            write_parameters(transaction, id, &form)?;
            assign(transaction, id, form.gateway)?;
            configurations::make_revision(transaction, form.gateway, &by, now)?;
            find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))
        })
        .await
    }

    /// Changes a meter. The form must have been checked. Where an `edition` is given, the meter
    /// must still be at it.
    pub async fn update_meter(
        &self,
        id: MeterId,
        form: MeterForm,
        edition: Option<u64>,
        by: String,
        now: Timestamp,
    ) -> Result<Meter, SaveError> {
        self.write(move |transaction| {
            let before = unchanged(transaction, id, edition)?;
            check_neighbours(transaction, &form, Some(id))?;
            transaction
                .execute(
                    "UPDATE meter SET gateway = ?2, menu = ?3, name = ?4, address = ?5, bus = ?6,
                         model = ?7, protocol = ?8, baudrate = ?9, mode = ?10,
                         edition = edition + 1, updated_at = ?11 WHERE id = ?1",
                    params![
                        id.0,
                        form.gateway.0,
                        form.menu.name(),
                        form.name,
                        form.address,
                        form.bus,
                        form.model,
                        form.protocol,
                        form.baudrate,
                        mode_name(form.mode),
                        now.as_millisecond()
                    ],
                )
                .map_err(DbError::sql("changing a meter"))?;
            write_parameters(transaction, id, &form)?;
            assign(transaction, id, form.gateway)?;
            // The gateway it leaves must stop reading it.
            for gateway in BTreeSet::from([before.form.gateway, form.gateway]) {
                configurations::make_revision(transaction, gateway, &by, now)?;
            }
            find(transaction, id)?.ok_or_else(|| SaveError::unknown(id))
        })
        .await
    }

    /// Removes a meter; its readings stay. Tells which gateway reads it no more.
    pub async fn delete_meter(
        &self,
        id: MeterId,
        edition: Option<u64>,
        by: String,
        now: Timestamp,
    ) -> Result<Meter, SaveError> {
        self.write(move |transaction| {
            let meter = unchanged(transaction, id, edition)?;
            transaction
                .execute(
                    "UPDATE meter SET deleted_at = ?2 WHERE id = ?1",
                    (id.0, now.as_millisecond()),
                )
                .map_err(DbError::sql("removing a meter"))?;
            configurations::make_revision(transaction, meter.form.gateway, &by, now)?;
            Ok(meter)
        })
        .await
    }

    /// All meters, or those under a menu, by name.
    pub async fn meters(&self, menu: Option<Menu>) -> Result<Vec<Meter>, DbError> {
        self.read(move |connection| {
            let filter = "AND (?1 IS NULL OR menu = ?1) ORDER BY name, id";
            list(connection, filter, [menu.map(Menu::name)])
        })
        .await
    }

    /// One meter.
    pub async fn meter(&self, id: MeterId) -> Result<Option<Meter>, DbError> {
        self.read(move |connection| find(connection, id)).await
    }
}

/// The meters of a gateway, oldest first.
pub(super) fn of_gateway(
    connection: &Connection,
    gateway: GatewayId,
) -> Result<Vec<Meter>, DbError> {
    list(connection, "AND gateway = ?1 ORDER BY id", [gateway.0])
}

fn find(connection: &Connection, id: MeterId) -> Result<Option<Meter>, DbError> {
    Ok(list(connection, "AND id = ?1", [id.0])?.pop())
}

fn list(
    connection: &Connection,
    filter: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Meter>, DbError> {
    let failed = DbError::sql("reading meters");
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} {filter}")).map_err(&failed)?;
    let rows = statement.query_map(parameters, columns).map_err(&failed)?;
    rows.map(|row| meter(connection, row.map_err(&failed)?)).collect()
}

/// The gateway is there, and nobody on the bus has the address.
fn check_neighbours(
    connection: &Connection,
    form: &MeterForm,
    own: Option<MeterId>,
) -> Result<(), SaveError> {
    if gateways::find(connection, form.gateway)?.is_none() {
        return Err(SaveError::unknown(form.gateway));
    }
    let neighbours = of_gateway(connection, form.gateway)?;
    let other = neighbours
        .into_iter()
        .find(|other| Some(other.id) != own && form.clashes_with(&other.form));
    match other {
        Some(other) => Err(SaveError::AddressTaken {
            address: form.address.trim().to_owned(),
            name: other.form.name,
        }),
        None => Ok(()),
    }
}

/// The meter, where nobody changed it since.
fn unchanged(
    connection: &Connection,
    id: MeterId,
    edition: Option<u64>,
) -> Result<Meter, SaveError> {
    let meter = find(connection, id)?.ok_or_else(|| SaveError::unknown(id))?;
    if edition.is_some_and(|edition| edition != meter.edition) {
        return Err(SaveError::ChangedMeanwhile { what: id.to_string(), edition: meter.edition });
    }
    Ok(meter)
}

fn assign(connection: &Connection, id: MeterId, gateway: GatewayId) -> Result<(), DbError> {
    connection
        .execute(
            "INSERT OR IGNORE INTO meter_gateway (meter, gateway) VALUES (?1, ?2)",
            (id.0, gateway.0),
        )
        .map_err(DbError::sql("assigning a meter"))?;
    Ok(())
}

fn write_parameters(connection: &Connection, id: MeterId, form: &MeterForm) -> Result<(), DbError> {
    let failed = DbError::sql("writing the parameters of a meter");
    connection.execute("DELETE FROM meter_parameter WHERE meter = ?1", [id.0]).map_err(&failed)?;
    let mut insert = connection
        .prepare_cached(
            "INSERT INTO meter_parameter (meter, place, key, value) VALUES (?1, ?2, ?3, ?4)",
        )
        .map_err(&failed)?;
    for (place, row) in (0_i64..).zip(&form.parameters) {
        insert.execute((id.0, place, &row.key, &row.value)).map_err(&failed)?;
    }
    Ok(())
}

struct RawMeter {
    id: MeterId,
    gateway: GatewayId,
    menu: String,
    name: String,
    address: String,
    bus: Option<String>,
    model: String,
    protocol: String,
    baudrate: u32,
    mode: String,
    edition: i64,
    created_at: i64,
    updated_at: i64,
}

fn columns(row: &Row<'_>) -> rusqlite::Result<RawMeter> {
    Ok(RawMeter {
        id: MeterId(row.get(0)?),
        gateway: GatewayId(row.get(1)?),
        menu: row.get(2)?,
        name: row.get(3)?,
        address: row.get(4)?,
        bus: row.get(5)?,
        model: row.get(6)?,
        protocol: row.get(7)?,
        baudrate: row.get(8)?,
        mode: row.get(9)?,
        edition: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
    })
}

fn meter(connection: &Connection, raw: RawMeter) -> Result<Meter, DbError> {
    let id = raw.id;
    let menu = Menu::from_name(&raw.menu)
        .ok_or_else(|| DbError::damaged(id, format_args!("there is no menu {}", raw.menu)))?;
    let mode = match raw.mode.as_str() {
        "consumption" => Mode::Consumption,
        "production" => Mode::Production,
        other => return Err(DbError::damaged(id, format_args!("there is no mode {other}"))),
    };
    let failed = DbError::sql("reading the parameters of a meter");
    let mut statement = connection
        .prepare_cached("SELECT key, value FROM meter_parameter WHERE meter = ?1 ORDER BY place")
        .map_err(&failed)?;
    let parameters = statement
        .query_map([id.0], |row| Ok(ParameterRow { key: row.get(0)?, value: row.get(1)? }))
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(&failed)?;
    Ok(Meter {
        id,
        form: MeterForm {
            menu,
            name: raw.name,
            address: raw.address,
            gateway: raw.gateway,
            bus: raw.bus,
            model: raw.model,
            protocol: raw.protocol,
            baudrate: raw.baudrate,
            mode,
            parameters,
        },
        edition: u64::try_from(raw.edition).unwrap_or(0),
        created_at: time::from_column(id, raw.created_at)?,
        updated_at: time::from_column(id, raw.updated_at)?,
    })
}

const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Consumption => "consumption",
        Mode::Production => "production",
    }
}
