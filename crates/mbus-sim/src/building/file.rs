//! The tables of a building's TOML for buses and meters, and how they become descriptions.

use mbus::{DeviceType, PrimaryAddress, SecondaryAddress};
use serde::Deserialize;

use super::telegram_table::TelegramTable;
use super::{Building, BuildingError, text};
use crate::baudrate::Baudrate;
use crate::bus_description::{BusDescription, Disturbance, Transport};
use crate::meter_description::MeterDescription;
use crate::quirks::{Frozen, Quirks, WriteFault};
use crate::telegram_template::TelegramTemplate;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildingTable {
    #[serde(default)]
    name: String,
    #[serde(default)]
    bus: Vec<BusTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BusTable {
    id: String,
    name: Option<String>,
    #[serde(default)]
    transport: TransportWord,
    baudrate: Option<u32>,
    #[serde(default)]
    echo: bool,
    stray: Option<String>,
    #[serde(default)]
    flip_every: u32,
    #[serde(default)]
    meter: Vec<MeterTable>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TransportWord {
    #[default]
    Tcp,
    PseudoTerminal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeterTable {
    name: String,
    #[serde(default)]
    primary: i64,
    identification: Option<String>,
    manufacturer: Option<String>,
    version: Option<u8>,
    device_type: Option<u8>,
    baudrate: Option<u32>,
    answer_after_bits: Option<u32>,
    #[serde(default)]
    access_number: u8,
    #[serde(default)]
    status: u8,
    #[serde(default)]
    quirks: QuirksTable,
    #[serde(default)]
    telegram: Vec<TelegramTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct QuirksTable {
    silent: bool,
    answer_on_try: u8,
    frozen: Option<FrozenWord>,
    late_by: Option<String>,
    truncate_after: Option<usize>,
    answers_as: Option<String>,
    writes: Option<WriteWord>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FrozenWord {
    Always,
    UntilInitialized,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WriteWord {
    Ignored,
    Unacknowledged,
    Refused,
}

/// Reads a building.
pub(super) fn read(text: &str) -> Result<Building, BuildingError> {
    let table: BuildingTable =
        toml::from_str(text).map_err(|error| BuildingError::from_toml(text, &error))?;
    let mut buses: Vec<BusDescription> = Vec::new();
    for bus in table.bus {
        let place = format!("bus[{}]", bus.id);
        let bus = read_bus(bus).map_err(|error| error.within(&place))?;
        if buses.iter().any(|other| other.id == bus.id) {
            return Err(BuildingError::new("id", "another bus has the same id").within(&place));
        }
        buses.push(bus);
    }
    Ok(Building { name: table.name, buses })
}

fn read_bus(table: BusTable) -> Result<BusDescription, BuildingError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if table.id.is_empty() || !table.id.chars().all(allowed) {
        let cause = "an id has lower-case letters a to z, digits and dashes only";
        return Err(BuildingError::new("id", cause));
    }
    let stray = table.stray.as_deref().map_or(Ok(Vec::new()), |hex| text::hex("stray", hex))?;
    let mut meters = Vec::new();
    for meter in table.meter {
        let place = format!("meter[{}]", meter.name);
        meters.push(read_meter(meter).map_err(|error| error.within(place))?);
    }
    Ok(BusDescription {
        name: table.name.unwrap_or_else(|| table.id.clone()),
        id: table.id,
        transport: match table.transport {
            TransportWord::Tcp => Transport::Tcp,
            TransportWord::PseudoTerminal => Transport::PseudoTerminal,
        },
        baudrate: read_baudrate(table.baudrate)?.unwrap_or_default(),
        disturbance: Disturbance { echo: table.echo, stray, flip_every: table.flip_every },
        meters,
    })
}

fn read_meter(table: MeterTable) -> Result<MeterDescription, BuildingError> {
    let primary_address =
        u8::try_from(table.primary).ok().and_then(PrimaryAddress::new).ok_or_else(|| {
            let cause = format!("{} is no primary address; meters have 0 to 250", table.primary);
            BuildingError::new("primary", cause)
        })?;
    let mut telegrams = Vec::new();
    for (index, telegram) in table.telegram.iter().enumerate() {
        let place = format!("telegram[{}]", index + 1);
        telegrams.push(telegram.read().map_err(|error| error.within(place))?);
    }
    let secondary_address = read_identity(&table, &telegrams)?;
    Ok(MeterDescription {
        baudrate: read_baudrate(table.baudrate)?,
        answer_after_bits: table
            .answer_after_bits
            .unwrap_or(MeterDescription::DEFAULT_ANSWER_AFTER_BITS),
        access_number: table.access_number,
        status: table.status,
        telegrams,
        quirks: read_quirks(&table.quirks).map_err(|error| error.within("quirks"))?,
        ..MeterDescription::new(table.name, primary_address, secondary_address)
    })
}

/// Who the meter is: as written, or else as its recorded telegram says.
fn read_identity(
    table: &MeterTable,
    telegrams: &[TelegramTemplate],
) -> Result<SecondaryAddress, BuildingError> {
    let recorded = telegrams.first().and_then(TelegramTemplate::recorded_identity);
    let missing = |key| {
        let cause = "is missing; a meter needs it to be selected, unless it replays a telegram that tells it";
        BuildingError::new(key, cause)
    };
    let identification = table.identification.as_deref().map(text::identification).transpose()?;
    let manufacturer = table.manufacturer.as_deref().map(text::manufacturer).transpose()?;
    Ok(SecondaryAddress {
        identification: identification
            .or(recorded.map(|recorded| recorded.identification))
            .ok_or_else(|| missing("identification"))?,
        manufacturer: manufacturer
            .or(recorded.map(|recorded| recorded.manufacturer))
            .ok_or_else(|| missing("manufacturer"))?,
        version: table
            .version
            .or(recorded.map(|recorded| recorded.version))
            .ok_or_else(|| missing("version"))?,
        device_type: table
            .device_type
            .map(DeviceType)
            .or(recorded.map(|recorded| recorded.device_type))
            .ok_or_else(|| missing("device_type"))?,
    })
}

fn read_baudrate(baudrate: Option<u32>) -> Result<Option<Baudrate>, BuildingError> {
    let Some(found) = baudrate else { return Ok(None) };
    let known = Baudrate::ALL.map(|baudrate| baudrate.to_string()).join(", ");
    let cause = format!("{found} is no speed of an M-Bus; there are {known}");
    Baudrate::new(found).map(Some).ok_or_else(|| BuildingError::new("baudrate", cause))
}

fn read_quirks(table: &QuirksTable) -> Result<Quirks, BuildingError> {
    let late_by = table.late_by.as_deref().map(|late| text::duration("late_by", late));
    let answers_as = table.answers_as.as_deref().map(|other| text::identity("answers_as", other));
    Ok(Quirks {
        silent: table.silent,
        answer_on_try: table.answer_on_try,
        frozen: table.frozen.map(|word| match word {
            FrozenWord::Always => Frozen::Always,
            FrozenWord::UntilInitialized => Frozen::UntilInitialized,
        }),
        late_by: late_by.transpose()?.unwrap_or_default(),
        truncate_after: table.truncate_after,
        answers_as: answers_as.transpose()?,
        writes: table.writes.map(|word| match word {
            WriteWord::Ignored => WriteFault::Ignored,
            WriteWord::Unacknowledged => WriteFault::Unacknowledged,
            WriteWord::Refused => WriteFault::Refused,
        }),
    })
}
