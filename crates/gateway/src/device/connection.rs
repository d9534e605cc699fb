//! The connection properties of a meter, by the names of the device driver.

use mbus::{DeviceType, Manufacturer, MeterAddress, SecondaryAddress};
use mbus_io::PortSettings;
use metering::HistoricalData;

use crate::config::{BusConfig, MeterConfig};

/// One property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionProperty {
    /// Its name.
    pub name: &'static str,
    /// Its value; absent where it has none.
    pub value: Option<PropertyValue>,
    /// Whether it has an effect on this kind of connection.
    pub active: bool,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// A text, or a number as people write it.
    Text(String),
    /// Something that is on or off.
    Flag(bool),
}

/// The 13 properties, in their order.
pub fn connection_properties(bus: &BusConfig, meter: &MeterConfig) -> [ConnectionProperty; 13] {
    let port = Port::of(&bus.port);
    let serial = port.serial;
    let (address, mask) = match meter.address {
        MeterAddress::Primary(address) => (address.to_string(), None),
        MeterAddress::Secondary(mask) => (mask.identification.to_string(), Some(mask)),
    };
    let secondary = mask.is_some();
    let mask = Mask::of(mask);
    let historical = meter.historical_data == HistoricalData::On;
    let property = |name, active, value: Option<String>| ConnectionProperty {
        name,
        value: value.map(PropertyValue::Text),
        active,
    };
    let flag = |name, value| ConnectionProperty {
        name,
        value: Some(PropertyValue::Flag(value)),
        active: true,
    };
    let [data_bits, stop_bits, parity] = port.line;
    let baudrate = meter.baudrate.unwrap_or(bus.port.baudrate());
    [
        property("Connection Type", true, Some(port.kind.to_owned())),
        property("IP address or host name", !serial, port.host),
        property("Port", true, Some(port.port)),
        // A converter in the network has its own; the waiting times follow it all the same.
        property("Baud Rate", serial, Some(baudrate.to_string())),
        property("Data Bits", serial, data_bits),
        property("Stop Bits", serial, stop_bits),
        property("Parity", serial, parity),
        property("Meter Address", true, Some(address)),
        flag("Use Secondary Addressing", secondary),
        property("Manufacturer", secondary, mask.manufacturer),
        property("Version", secondary, mask.version),
        property("Medium", secondary, mask.medium),
        flag("Process Historical Data", historical),
    ]
}

struct Port {
    kind: &'static str,
    serial: bool,
    host: Option<String>,
    port: String,
    /// Data bits, stop bits, parity.
    line: [Option<String>; 3],
}

impl Port {
    fn of(settings: &PortSettings) -> Self {
        match settings {
            PortSettings::Tcp(tcp) => Self {
                kind: "M-Bus TCP",
                serial: false,
                host: Some(tcp.host.clone()),
                port: tcp.port.to_string(),
                line: [None, None, None],
            },
            PortSettings::Serial(serial) => Self {
                kind: "M-Bus Serial",
                serial: true,
                host: None,
                port: serial.path.display().to_string(),
                line: [
                    Some(serial.data_bits.to_string()),
                    Some(serial.stop_bits.to_string()),
                    Some(serial.parity.to_string()),
                ],
            },
        }
    }
}

/// What a selection asks for beside the identification number; what is left open has no value.
#[derive(Default)]
struct Mask {
    manufacturer: Option<String>,
    version: Option<String>,
    medium: Option<String>,
}

impl Mask {
    fn of(mask: Option<SecondaryAddress>) -> Self {
        let Some(mask) = mask else { return Self::default() };
        let SecondaryAddress { manufacturer, version, device_type, .. } = mask;
        Self {
            manufacturer: (manufacturer.0 != 0xFFFF).then(|| manufacturer_text(manufacturer)),
            version: (version != 0xFF).then(|| version.to_string()),
            medium: (device_type != DeviceType(0xFF)).then(|| medium_text(device_type)),
        }
    }
}

/// Three letters where they say all of it, else the bytes as on the wire.
fn manufacturer_text(manufacturer: Manufacturer) -> String {
    let letters = manufacturer.to_string();
    if Manufacturer::from_letters(&letters) == Some(manufacturer) {
        return letters;
    }
    let [low, high] = manufacturer.to_wire();
    format!("{low:02X}{high:02X}")
}

/// The name, or the code where there is none.
fn medium_text(device_type: DeviceType) -> String {
    let name = device_type.name();
    if DeviceType::from_name(name) == Some(device_type) {
        return name.to_owned();
    }
    device_type.0.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn properties(bus: &str, meter: &str) -> Vec<(&'static str, String, bool)> {
        let text = format!(
            "[[bus]]\nid = \"b\"\n{bus}\n[[meter]]\nid = \"m\"\nbus = \"b\"\nmodel = \"integra_heat\"\n{meter}"
        );
        let config = Config::parse(&text, "test.toml").unwrap();
        let properties = connection_properties(&config.buses[0], &config.meters[0]);
        let plain = |one: ConnectionProperty| {
            let value = match one.value {
                None => String::new(),
                Some(PropertyValue::Text(text)) => text,
                Some(PropertyValue::Flag(flag)) => flag.to_string(),
            };
            (one.name, value, one.active)
        };
        properties.map(plain).to_vec()
    }

    #[test]
    fn b07_b09_a_tcp_connection_has_the_13_properties_and_no_use_for_the_serial_ones() {
        let properties = properties("tcp = \"10.0.0.7:10001\"", "address = \"17\"");
        let expected = [
            ("Connection Type", "M-Bus TCP", true),
            ("IP address or host name", "10.0.0.7", true),
            ("Port", "10001", true),
            ("Baud Rate", "2400", false),
            ("Data Bits", "", false),
            ("Stop Bits", "", false),
            ("Parity", "", false),
            ("Meter Address", "17", true),
            ("Use Secondary Addressing", "false", true),
            ("Manufacturer", "", false),
            ("Version", "", false),
            ("Medium", "", false),
            ("Process Historical Data", "false", true),
        ];
        assert_eq!(properties, expected.map(|(name, value, on)| (name, value.to_owned(), on)));
    }

    #[test]
    fn b10_b11_a_serial_connection_shows_its_line_and_no_host() {
        let bus = "serial = \"/dev/ttyUSB0\"\nbaudrate = 300\ndata_bits = 7\nstop_bits = 2\nparity = \"odd\"";
        let properties = properties(bus, "address = \"1\"\nprocess_historical_data = true");
        let expected = [
            ("Connection Type", "M-Bus Serial", true),
            ("IP address or host name", "", false),
            ("Port", "/dev/ttyUSB0", true),
            ("Baud Rate", "300", true),
            ("Data Bits", "7", true),
            ("Stop Bits", "2", true),
            ("Parity", "odd", true),
        ];
        assert_eq!(properties[..7], expected.map(|(name, value, on)| (name, value.to_owned(), on)));
        assert_eq!(properties[12], ("Process Historical Data", "true".to_owned(), true));
    }

    #[test]
    fn b14_b15_with_secondary_addressing_the_address_is_the_printed_number_and_open_parts_are_empty()
     {
        let told = properties("tcp = \"a:1\"", "address = \"20316513C5140004\"");
        let expected = [
            ("Meter Address", "13653120", true),
            ("Use Secondary Addressing", "true", true),
            ("Manufacturer", "EFE", true),
            ("Version", "0", true),
            ("Medium", "heat meter", true),
        ];
        assert_eq!(told[7..12], expected.map(|(name, value, on)| (name, value.to_owned(), on)));
        let open = properties("tcp = \"a:1\"", "address = \"13653120\"");
        assert!(open[9..12].iter().all(|(_, value, active)| value.is_empty() && *active));
        // A serial stands for itself; B14: what is left empty is FF on the wire.
        assert_eq!(open[7].1, "13653120");
    }
}
