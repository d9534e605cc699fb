//! The 13 connection properties as a person edits them: they change a meter and its bus in one
//! step.

use std::fmt;

use mbus::address::{AddressError, IdentificationNumber};
use mbus::{DeviceType, Manufacturer, MeterAddress, SecondaryAddress};
use mbus_io::{PortSettings, SerialSettings, TcpSettings};
use mbus_master::Baudrate;

use crate::config::{
    BusConfig, MeterConfig, MeterDraft, check_baudrate, port_taken, secondary_address_row,
};
use crate::device::{PropertyValue, connection_properties};

const TCP: &str = "M-Bus TCP";
const SERIAL: &str = "M-Bus Serial";

/// Properties by name, as typed. One that is left out stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ConnectionChange {
    /// Name and value; no value and an empty text are the same.
    pub properties: Vec<(String, Option<String>)>,
}

/// What is wrong with a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyFault {
    /// Its name.
    pub property: String,
    /// Where in its text, in characters from 0.
    pub position: Option<usize>,
    /// What is wrong and what would be right; without a period.
    pub message: String,
}

impl fmt::Display for PropertyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property, self.message)
    }
}

/// What a change makes of a bus and a meter.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) port: PortSettings,
    pub(super) draft: MeterDraft,
}

impl ConnectionChange {
    /// Reads the properties: all faults at once. Those that have no effect on the chosen kind of
    /// connection are passed over.
    pub(super) fn apply(
        self,
        bus: &BusConfig,
        meter: &MeterConfig,
        buses: &[BusConfig],
    ) -> Result<Connection, Vec<PropertyFault>> {
        let mut sheet = Sheet::new(self, bus, meter);
        let (port, own_baudrate) = sheet.read_port(bus, meter);
        if let Some(port) = &port {
            let mut others = buses.iter().filter(|other| other.id != bus.id);
            let taken = others.find(|other| other.port.to_string() == port.to_string());
            if let Some(other) = taken {
                sheet.fault("Port", port_taken(&port.to_string(), &other.id));
            }
        }
        let address = sheet.read_address();
        let historical = sheet.flag("Process Historical Data");
        let Sheet { faults, .. } = sheet;
        let (Some(port), Some(address), true) = (port, address, faults.is_empty()) else {
            return Err(faults);
        };
        let mut draft = meter.draft.clone();
        if let Some(baudrate) = own_baudrate {
            draft.baudrate = Some(baudrate.get().into());
        }
        if let Some(historical) = historical {
            draft.process_historical_data = historical;
        }
        write_address(&mut draft, meter, address);
        Ok(Connection { port, draft })
    }
}

/// The address where it was written before, and nowhere else.
fn write_address(draft: &mut MeterDraft, meter: &MeterConfig, address: MeterAddress) {
    let selected = match address {
        MeterAddress::Primary(_) => None,
        MeterAddress::Secondary(mask) => Some(mask.to_string()),
    };
    if meter.address == address {
        return;
    }
    let row = secondary_address_row(draft);
    if let (Some(text), Some(row)) = (&selected, row)
        && let Some(row) = draft.parameters.get_mut(row)
    {
        row.value.clone_from(text);
    }
    if draft.address.is_some() || selected.is_none() || row.is_none() {
        draft.address = Some(selected.unwrap_or_else(|| address.to_string()));
    }
}

/// The 13 properties as they are to be, and what is wrong with them.
struct Sheet {
    values: Vec<(&'static str, String)>,
    faults: Vec<PropertyFault>,
}

impl Sheet {
    fn new(change: ConnectionChange, bus: &BusConfig, meter: &MeterConfig) -> Self {
        let text = |value: Option<PropertyValue>| match value {
            None => String::new(),
            Some(PropertyValue::Text(text)) => text,
            Some(PropertyValue::Flag(flag)) => flag.to_string(),
        };
        let now = connection_properties(bus, meter);
        let mut sheet = Self {
            values: now.into_iter().map(|one| (one.name, text(one.value))).collect(),
            faults: Vec::new(),
        };
        for (name, value) in change.properties {
            match sheet.values.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value.unwrap_or_default().trim().to_owned(),
                None => {
                    let known: Vec<_> = sheet.values.iter().map(|(name, _)| *name).collect();
                    let message =
                        format!("there is no such property; they are {}", known.join(", "));
                    sheet.faults.push(PropertyFault { property: name, position: None, message });
                }
            }
        }
        sheet
    }

    fn text(&self, name: &str) -> String {
        let value = self.values.iter().find(|(known, _)| *known == name);
        value.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn fault(&mut self, property: &str, message: impl fmt::Display) {
        self.fault_at(property, None, message);
    }

    fn fault_at(&mut self, property: &str, position: Option<usize>, message: impl fmt::Display) {
        let (property, message) = (property.to_owned(), message.to_string());
        self.faults.push(PropertyFault { property, position, message });
    }

    /// A property read by a parser of its own.
    fn read<T, E: fmt::Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match read(&self.text(name)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(name, error);
                None
            }
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        self.read(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("it is on or off: true or false"),
        })
    }

    /// The port, and the meter's own speed where it has one.
    fn read_port(
        &mut self,
        bus: &BusConfig,
        meter: &MeterConfig,
    ) -> (Option<PortSettings>, Option<Baudrate>) {
        match self.text("Connection Type").as_str() {
            TCP => (self.read_tcp(bus), None),
            SERIAL => self.read_serial(bus, meter),
            _ => {
                let message = format!("there are the types {SERIAL} and {TCP}");
                self.fault("Connection Type", message);
                (None, None)
            }
        }
    }

    fn read_tcp(&mut self, bus: &BusConfig) -> Option<PortSettings> {
        let port = self.read("Port", |text| {
            text.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| {
                format!("'{}' is no TCP port; ports are 1 to 65535", text.escape_default())
            })
        });
        let host = self.text("IP address or host name");
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let written = TcpSettings::new(bare.unwrap_or(&host), port.unwrap_or(1)).to_string();
        let mut settings = match written.parse::<TcpSettings>() {
            Ok(settings) => settings,
            Err(_) => {
                let host = host.escape_default();
                let message = format!(
                    "'{host}' is no host name and no IP address; write one, such as 192.168.1.17"
                );
                self.fault("IP address or host name", message);
                return None;
            }
        };
        settings.port = port?;
        settings.baudrate = bus.port.baudrate();
        if let PortSettings::Tcp(before) = &bus.port {
            settings.connect_timeout = before.connect_timeout;
        }
        Some(PortSettings::Tcp(settings))
    }

    fn read_serial(
        &mut self,
        bus: &BusConfig,
        meter: &MeterConfig,
    ) -> (Option<PortSettings>, Option<Baudrate>) {
        let path = self.read("Port", |text| match text {
            "" => Err("it is empty; write the path of the port, such as /dev/ttyUSB0"),
            text if text.parse::<u16>().is_ok() => {
                Err("a serial port has a path, such as /dev/ttyUSB0")
            }
            text => Ok(text.to_owned()),
        });
        let usual = |text: &str, usual: &str| match text {
            "" => usual.to_owned(),
            text => text.to_owned(),
        };
        let baudrate = self.read("Baud Rate", |text| match usual(text, "2400").parse() {
            Ok(number) => check_baudrate(number),
            Err(_) => Err(format!("'{}' is no number", text.escape_default())),
        });
        let data_bits = self.read("Data Bits", |text| usual(text, "8").parse());
        let stop_bits = self.read("Stop Bits", |text| usual(text, "1").parse());
        let parity = self.read("Parity", |text| usual(text, "even").parse());
        let read = || {
            // A meter with a speed of its own leaves that of its bus alone.
            let own = meter.baudrate.and(baudrate);
            let of_bus = if own.is_some() { bus.port.baudrate() } else { baudrate? };
            let settings = SerialSettings {
                baudrate: of_bus,
                data_bits: data_bits?,
                stop_bits: stop_bits?,
                parity: parity?,
                ..SerialSettings::new(path?)
            };
            Some((PortSettings::Serial(settings), own))
        };
        read().map_or((None, None), |(port, own)| (Some(port), own))
    }

    fn read_address(&mut self) -> Option<MeterAddress> {
        let is_secondary = self.flag("Use Secondary Addressing")?;
        let text = self.text("Meter Address");
        if !is_secondary {
            return match text.parse() {
                Ok(address @ MeterAddress::Primary(_)) => Some(address),
                Ok(MeterAddress::Secondary(_)) => {
                    let message = "it is the number of a meter, but without secondary addressing meters have 0 to 250";
                    self.fault("Meter Address", message);
                    None
                }
                Err(error) => {
                    self.fault_at("Meter Address", position_of(&error), error);
                    None
                }
            };
        }
        let identification = match IdentificationNumber::from_printed(&text) {
            Ok(identification) => Some(identification),
            Err(error) => {
                self.fault_at("Meter Address", position_of(&error), error);
                None
            }
        };
        let manufacturer = self.read("Manufacturer", read_manufacturer);
        let version = self.read("Version", |text| match text {
            "" => Ok(0xFF),
            text => text.parse::<u8>().map_err(|_| {
                format!("'{}' is no version; they are 0 to 255", text.escape_default())
            }),
        });
        let device_type = self.read("Medium", read_medium);
        Some(MeterAddress::Secondary(SecondaryAddress {
            identification: identification?,
            manufacturer: manufacturer?,
            version: version?,
            device_type: device_type?,
        }))
    }
}

const fn position_of(error: &AddressError) -> Option<usize> {
    match error {
        AddressError::Digit { position, .. } => Some(*position),
        _ => None,
    }
}

/// Three letters, or the two bytes as on the wire; nothing selects any.
fn read_manufacturer(text: &str) -> Result<Manufacturer, String> {
    if text.is_empty() {
        return Ok(Manufacturer(0xFFFF));
    }
    let hex = || {
        let is_hex = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let word = is_hex.then(|| u16::from_str_radix(text, 16).ok()).flatten()?;
        Some(Manufacturer::from_wire(word.to_be_bytes()))
    };
    Manufacturer::from_letters(text).or_else(hex).ok_or_else(|| {
        format!(
            "'{}' is no manufacturer; write three letters, or four hex digits as line 0 has them",
            text.escape_default()
        )
    })
}

/// A code or a name; nothing selects any.
fn read_medium(text: &str) -> Result<DeviceType, String> {
    if text.is_empty() {
        return Ok(DeviceType(0xFF));
    }
    let code = || match text.strip_prefix("0x") {
        Some(hex) => u8::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    DeviceType::from_name(text).or_else(|| code().map(DeviceType)).ok_or_else(|| {
        format!(
            "'{}' is no medium; write its code, 0 to 255, or its name, such as {}",
            text.escape_default(),
            DeviceType::HEAT.name()
        )
    })
}
