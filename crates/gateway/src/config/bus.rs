//! `[[bus]]`: one wire with meters, and the port it hangs on.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use mbus_master::Baudrate;

use super::id::BusId;
use super::interval;
use super::problem::Report;
use super::section::{Located, Section};

/// How often the meters of a bus are read unless told otherwise.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(15 * 60);
/// More than any transport needs; above it a typing error is likelier.
const MAX_ALLOWANCE: Duration = Duration::from_secs(30);

/// A bus as configured.
#[derive(Clone, Debug)]
pub struct BusConfig {
    /// Its id.
    pub id: BusId,
    /// Its name for people.
    pub name: String,
    /// Where its wire comes out.
    pub port: Port,
    /// Its speed.
    pub baudrate: Baudrate,
    /// Time the transport may add to an answer; the port's own default where absent.
    pub transport_allowance: Option<Duration>,
    /// How often its meters are read, where a meter does not say otherwise.
    pub interval: Duration,
}

/// Where the wire of a bus comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// A converter reached over TCP.
    Tcp {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
    },
    /// A serial port of this machine.
    Serial {
        /// The device file.
        path: PathBuf,
        /// 7 or 8.
        data_bits: u8,
        /// 1 or 2.
        stop_bits: u8,
        /// Even by the standard.
        parity: Parity,
    },
}

/// The parity of a serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// No parity bit.
    None,
    /// Even, as EN 13757-2 asks for.
    Even,
    /// Odd.
    Odd,
}

impl Port {
    /// `tcp` or `serial`.
    pub const fn transport(&self) -> &'static str {
        match self {
            Self::Tcp { .. } => "tcp",
            Self::Serial { .. } => "serial",
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Serial { path, .. } => write!(f, "{}", path.display()),
        }
    }
}

/// A bus as read, with the positions the checks across sections need.
pub(super) struct BusEntry {
    pub(super) config: BusConfig,
    pub(super) id: Located<BusId>,
    pub(super) port: Located<Port>,
}

/// Reads one `[[bus]]`; `None` where it is unusable, which the report then says.
pub(super) fn read(mut section: Section<'_>, report: &mut Report<'_>) -> Option<BusEntry> {
    let id = section.required_text("id", report).and_then(|text| {
        section.rename(format!("bus \"{}\"", text.value.escape_default()));
        match BusId::new(text.value) {
            Ok(value) => Some(Located { value, at: text.at }),
            Err(error) => {
                report.problem(&text.at, section.place(), format_args!("id: {error}"));
                None
            }
        }
    });
    let name = section.text("name", report).map(|name| name.value.to_owned());
    let port = read_port(&mut section, report);
    let baudrate = read_baudrate(&mut section, report);
    let transport_allowance =
        read_length("transport_allowance", Duration::ZERO..=MAX_ALLOWANCE, &mut section, report);
    let interval = read_interval(&mut section, report);
    section.finish(report);
    let (id, port) = (id?, port?);
    let config = BusConfig {
        name: name.unwrap_or_else(|| id.value.to_string()),
        id: id.value.clone(),
        port: port.value.clone(),
        baudrate: baudrate.unwrap_or(Baudrate::B2400),
        transport_allowance,
        interval: interval.unwrap_or(DEFAULT_INTERVAL),
    };
    Some(BusEntry { config, id, port })
}

fn read_port(section: &mut Section<'_>, report: &mut Report<'_>) -> Option<Located<Port>> {
    let tcp = section.text("tcp", report);
    let serial = section.text("serial", report);
    let line = read_serial_line(section, report);
    match (tcp, serial) {
        (Some(_), Some(serial)) => {
            report.problem(
                &serial.at,
                section.place(),
                "it has both tcp and serial; a bus hangs on one port, remove the other",
            );
            None
        }
        (Some(tcp), None) => {
            if let Some((key, at)) = line.first_given {
                report.warning(
                    &at,
                    section.place(),
                    format_args!("{key} is for serial ports and does nothing with tcp"),
                );
            }
            match parse_tcp(tcp.value) {
                Ok(value) => Some(Located { value, at: tcp.at }),
                Err(cause) => {
                    report.problem(&tcp.at, section.place(), format_args!("tcp: {cause}"));
                    None
                }
            }
        }
        (None, Some(serial)) if serial.value.trim().is_empty() => {
            report.problem(&serial.at, section.place(), "serial is empty");
            None
        }
        (None, Some(serial)) => Some(serial.map(|path| Port::Serial {
            path: PathBuf::from(path),
            data_bits: line.data_bits,
            stop_bits: line.stop_bits,
            parity: line.parity,
        })),
        (None, None) => {
            report.problem(
                section.at(),
                section.place(),
                "it has no port; write tcp = \"host:port\" or serial = \"/dev/serial/by-id/...\"",
            );
            None
        }
    }
}

struct SerialLine {
    data_bits: u8,
    stop_bits: u8,
    parity: Parity,
    first_given: Option<(&'static str, std::ops::Range<usize>)>,
}

fn read_serial_line(section: &mut Section<'_>, report: &mut Report<'_>) -> SerialLine {
    let mut line =
        SerialLine { data_bits: 8, stop_bits: 1, parity: Parity::Even, first_given: None };
    if let Some(bits) = section.integer("data_bits", report) {
        match bits.value {
            7 => line.data_bits = 7,
            8 => line.data_bits = 8,
            other => report.problem(
                &bits.at,
                section.place(),
                format_args!("data_bits is {other}, but it is 7 or 8"),
            ),
        }
        line.first_given.get_or_insert(("data_bits", bits.at));
    }
    if let Some(bits) = section.integer("stop_bits", report) {
        match bits.value {
            1 => line.stop_bits = 1,
            2 => line.stop_bits = 2,
            other => report.problem(
                &bits.at,
                section.place(),
                format_args!("stop_bits is {other}, but it is 1 or 2"),
            ),
        }
        line.first_given.get_or_insert(("stop_bits", bits.at));
    }
    if let Some(parity) = section.text("parity", report) {
        match parity.value {
            "none" => line.parity = Parity::None,
            "even" => line.parity = Parity::Even,
            "odd" => line.parity = Parity::Odd,
            other => report.problem(
                &parity.at,
                section.place(),
                format_args!(
                    "parity is \"{}\", but it is none, even or odd",
                    other.escape_default()
                ),
            ),
        }
        line.first_given.get_or_insert(("parity", parity.at));
    }
    line
}

fn parse_tcp(text: &str) -> Result<Port, String> {
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err(format!("\"{}\" has no port; write host:port", text.escape_default()));
    };
    let number: u16 = match port.parse() {
        Ok(0) | Err(_) => {
            return Err(format!(
                "\"{}\" is no port; a port is a number from 1 to 65535",
                port.escape_default()
            ));
        }
        Ok(number) => number,
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match bare {
        Some(inner) => inner,
        None if host.contains(':') => {
            return Err(format!(
                "write the address in brackets: [{}]:{port}",
                host.escape_default()
            ));
        }
        None => host,
    };
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        return Err(format!("\"{}\" is no host name or address", host.escape_default()));
    }
    Ok(Port::Tcp { host: host.to_owned(), port: number })
}

fn read_baudrate(section: &mut Section<'_>, report: &mut Report<'_>) -> Option<Baudrate> {
    let given = section.integer("baudrate", report)?;
    let baudrate = u32::try_from(given.value).ok().and_then(Baudrate::new);
    if baudrate.is_none() {
        let known = Baudrate::ALL.map(|rate| rate.to_string()).join(", ");
        report.problem(
            &given.at,
            section.place(),
            format_args!("baudrate is {}, but buses have {known}", given.value),
        );
    }
    baudrate
}

/// The `interval` of a bus or a meter.
pub(super) fn read_interval(
    section: &mut Section<'_>,
    report: &mut Report<'_>,
) -> Option<Duration> {
    const SHORTEST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(31 * 86_400);
    read_length("interval", SHORTEST..=LONGEST, section, report)
}

fn read_length(
    key: &'static str,
    allowed: std::ops::RangeInclusive<Duration>,
    section: &mut Section<'_>,
    report: &mut Report<'_>,
) -> Option<Duration> {
    let text = section.text(key, report)?;
    match interval::parse(text.value) {
        Ok(length) if allowed.contains(&length) => Some(length),
        Ok(_) => {
            let (shortest, longest) =
                (interval::show(*allowed.start()), interval::show(*allowed.end()));
            report.problem(
                &text.at,
                section.place(),
                format_args!(
                    "{key} is \"{}\", but it must be from {shortest} to {longest}",
                    text.value
                ),
            );
            None
        }
        Err(error) => {
            let value = text.value.escape_default();
            report.problem(
                &text.at,
                section.place(),
                format_args!("{key} \"{value}\" is no length of time: {error}"),
            );
            None
        }
    }
}
