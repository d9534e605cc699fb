//! Meters. Saving one makes a new revision of its gateway's configuration in the same
//! transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Db, DbError, SaveError, configurations, gateways, time};
use crate::id::{GatewayId, MeterId};
use crate::meter::{Menu, Meter, MeterForm, Mode, Origin, ParameterRow};

const COLUMNS: &str = "id, gateway, menu, name, address, bus, model, protocol, baudrate, mode, \
     edition, created_at, updated_at, origin, id_at_gateway, interval \
     FROM meter WHERE deleted_at IS NULL";

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
            let id = insert(transaction, &form, Origin::Portal, None, None, now)?;
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
            refuse_own(&before)?;
            check_neighbours(transaction, &form, Some(id))?;
            let stays = before.form.gateway == form.gateway;
            let interval = before.interval.as_deref().filter(|_| stays);
            write(transaction, id, &form, interval, now)?;
            if !stays {
                // Another gateway may have a meter of its own that it calls the same.
                rename(transaction, id, form.gateway, &id.to_string())?;
            }
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
            refuse_own(&meter)?;
            mark_deleted(transaction, id, now)?;
            configurations::make_revision(transaction, meter.form.gateway, &by, now)?;
            Ok(meter)
        })
        .await
    }

    /// One meter.
    pub async fn meter(&self, id: MeterId) -> Result<Option<Meter>, DbError> {
        self.read(move |connection| find(connection, id)).await
    }
}

/// Adds a meter. What its gateway calls it is its id here, where nothing else is said.
pub(super) fn insert(
    connection: &Connection,
    form: &MeterForm,
    origin: Origin,
    id_at_gateway: Option<&str>,
    interval: Option<&str>,
    now: Timestamp,
) -> Result<MeterId, DbError> {
    connection
        .execute(
            "INSERT INTO meter (gateway, menu, name, address, bus, model, protocol, baudrate, mode,
                 edition, created_at, updated_at, origin)
             VALUES (?1, '', '', '', NULL, '', '', 0, '', 0, ?2, ?2, ?3)",
            (form.gateway.0, now.as_millisecond(), origin.name()),
        )
        .map_err(DbError::sql("adding a meter"))?;
    let id = MeterId(connection.last_insert_rowid());
    write(connection, id, form, interval, now)?;
    match id_at_gateway {
        Some(name) => rename(connection, id, form.gateway, name)?,
        None => rename(connection, id, form.gateway, &id.to_string())?,
    }
    Ok(id)
}

/// Writes what describes a meter: its next edition.
pub(super) fn write(
    connection: &Connection,
    id: MeterId,
    form: &MeterForm,
    interval: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    connection
        .execute(
            "UPDATE meter SET gateway = ?2, menu = ?3, name = ?4, address = ?5, bus = ?6,
                 model = ?7, protocol = ?8, baudrate = ?9, mode = ?10, interval = ?11,
                 edition = edition + 1, updated_at = ?12 WHERE id = ?1",
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
                interval,
                now.as_millisecond()
            ],
        )
        .map_err(DbError::sql("changing a meter"))?;
    write_parameters(connection, id, form)
}

/// Its readings stay.
pub(super) fn mark_deleted(
    connection: &Connection,
    id: MeterId,
    now: Timestamp,
) -> Result<(), DbError> {
    connection
        .execute("UPDATE meter SET deleted_at = ?2 WHERE id = ?1", (id.0, now.as_millisecond()))
        .map_err(DbError::sql("removing a meter"))?;
    Ok(())
}

/// The meters of a gateway, oldest first.
pub(super) fn of_gateway(
    connection: &Connection,
    gateway: GatewayId,
) -> Result<Vec<Meter>, DbError> {
    list(connection, "AND gateway = ?1 ORDER BY id", [gateway.0])
}

pub(super) fn find(connection: &Connection, id: MeterId) -> Result<Option<Meter>, DbError> {
    Ok(list(connection, "AND id = ?1", [id.0])?.pop())
}

pub(super) fn list(
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
pub(super) fn check_neighbours(
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
            address: form.asked_at().to_owned(),
            name: other.form.name,
        }),
        None => Ok(()),
    }
}

/// The meter, where nobody changed it since.
pub(super) fn unchanged(
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

/// What is configured at the gateway is changed there.
fn refuse_own(meter: &Meter) -> Result<(), SaveError> {
    match meter.origin {
        Origin::Portal => Ok(()),
        Origin::Gateway => {
            Err(SaveError::ConfiguredAtGateway { name: meter.form.name.trim().to_owned() })
        }
    }
}

/// The gateway calls the meter so from now on.
fn rename(
    connection: &Connection,
    id: MeterId,
    gateway: GatewayId,
    name: &str,
) -> Result<(), DbError> {
    connection
        .execute("UPDATE meter SET id_at_gateway = ?2 WHERE id = ?1", (id.0, name))
        .map_err(DbError::sql("naming a meter"))?;
    assign(connection, id, gateway, name)
}

/// Readouts that the gateway brings under this name are of this meter from now on.
pub(super) fn assign(
    connection: &Connection,
    id: MeterId,
    gateway: GatewayId,
    name: &str,
) -> Result<(), DbError> {
    connection
        .execute(
            "INSERT INTO meter_at_gateway (gateway, id_at_gateway, meter) VALUES (?1, ?2, ?3)
             ON CONFLICT (gateway, id_at_gateway) DO UPDATE SET meter = excluded.meter",
            (gateway.0, name, id.0),
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
    origin: String,
    id_at_gateway: String,
    interval: Option<String>,
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
        origin: row.get(13)?,
        id_at_gateway: row.get(14)?,
        interval: row.get(15)?,
    })
}

fn meter(connection: &Connection, raw: RawMeter) -> Result<Meter, DbError> {
    let id = raw.id;
    let menu = Menu::from_name(&raw.menu)
        .ok_or_else(|| DbError::damaged(id, format_args!("there is no menu {}", raw.menu)))?;
    let origin = Origin::from_name(&raw.origin)
        .ok_or_else(|| DbError::damaged(id, format_args!("there is no origin {}", raw.origin)))?;
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
        origin,
        id_at_gateway: raw.id_at_gateway,
        interval: raw.interval,
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
