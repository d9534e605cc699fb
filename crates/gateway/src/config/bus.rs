//! `[[bus]]`: one wire with meters, and the port it hangs on.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use mbus_io::{DataBits, Parity, PortSettings, SerialSettings, StopBits, TcpSettings};
use mbus_master::Baudrate;

use super::id::BusId;
use super::interval;
use super::problem::Report;
use super::section::{Located, Section};

/// How often the meters of a bus are read unless told otherwise: what batteries stand.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(3_600);
/// Above what any transport needs a typing error is likelier.
const ALLOWANCES: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(30);
/// How often a meter can be read.
pub(super) const METER_INTERVALS: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(31 * 86_400);

/// A bus as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusConfig {
    /// Its id.
    pub id: BusId,
    /// Its name for people.
    pub name: String,
    /// Where its wire comes out, and its speed.
    pub port: PortSettings,
    /// Time the transport may add to an answer; what is usual for the port where absent.
    pub transport_allowance: Option<Duration>,
    /// How often its meters are read, where a meter does not say otherwise.
    pub interval: Duration,
}

/// A bus as read, with the positions the checks across sections need.
pub(super) struct BusEntry {
    pub(super) config: BusConfig,
    pub(super) id: Located<BusId>,
    pub(super) port: Located<PortSettings>,
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
    let mut port = read_port(&mut section, report);
    if let (Some(port), Some(baudrate)) = (&mut port, read_baudrate(&mut section, report)) {
        port.value.set_baudrate(baudrate);
    }
    let transport_allowance = read_length("transport_allowance", &ALLOWANCES, &mut section, report);
    let interval = read_length("interval", &METER_INTERVALS, &mut section, report);
    section.finish(report);
    let (id, port) = (id?, port?);
    let config = BusConfig {
        name: name.unwrap_or_else(|| id.value.to_string()),
        id: id.value.clone(),
        port: port.value.clone(),
        transport_allowance,
        interval: interval.unwrap_or(DEFAULT_INTERVAL),
    };
    Some(BusEntry { config, id, port })
}

fn read_port(section: &mut Section<'_>, report: &mut Report<'_>) -> Option<Located<PortSettings>> {
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
            match tcp.value.parse::<TcpSettings>() {
                Ok(settings) => Some(Located { value: PortSettings::Tcp(settings), at: tcp.at }),
                Err(error) => {
                    report.problem(&tcp.at, section.place(), format_args!("tcp: {error}"));
                    None
                }
            }
        }
        (None, Some(serial)) if serial.value.trim().is_empty() => {
            report.problem(&serial.at, section.place(), "serial is empty");
            None
        }
        (None, Some(serial)) => Some(serial.map(|path| {
            PortSettings::Serial(SerialSettings {
                data_bits: line.data_bits,
                stop_bits: line.stop_bits,
                parity: line.parity,
                ..SerialSettings::new(path)
            })
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

#[derive(Default)]
struct SerialLine {
    data_bits: DataBits,
    stop_bits: StopBits,
    parity: Parity,
    first_given: Option<(&'static str, Range<usize>)>,
}

fn read_serial_line(section: &mut Section<'_>, report: &mut Report<'_>) -> SerialLine {
    let mut line = SerialLine::default();
    if let Some(bits) = section.integer("data_bits", report) {
        match bits.value.to_string().parse() {
            Ok(value) => line.data_bits = value,
            Err(error) => {
                report.problem(&bits.at, section.place(), format_args!("data_bits: {error}"));
            }
        }
        line.first_given.get_or_insert(("data_bits", bits.at));
    }
    if let Some(bits) = section.integer("stop_bits", report) {
        match bits.value.to_string().parse() {
            Ok(value) => line.stop_bits = value,
            Err(error) => {
                report.problem(&bits.at, section.place(), format_args!("stop_bits: {error}"));
            }
        }
        line.first_given.get_or_insert(("stop_bits", bits.at));
    }
    if let Some(parity) = section.text("parity", report) {
        match parity.value.parse() {
            Ok(value) => line.parity = value,
            Err(error) => {
                report.problem(&parity.at, section.place(), format_args!("parity: {error}"));
            }
        }
        line.first_given.get_or_insert(("parity", parity.at));
    }
    line
}

fn read_baudrate(section: &mut Section<'_>, report: &mut Report<'_>) -> Option<Baudrate> {
    let given = section.integer("baudrate", report)?;
    match check_baudrate(given.value) {
        Ok(baudrate) => Some(baudrate),
        Err(message) => {
            report.problem(&given.at, section.place(), message);
            None
        }
    }
}

/// A speed of a bus, or why it is none.
pub(crate) fn check_baudrate(number: i64) -> Result<Baudrate, String> {
    u32::try_from(number).ok().and_then(Baudrate::new).ok_or_else(|| {
        let known = Baudrate::ALL.map(|rate| rate.to_string()).join(", ");
        format!("baudrate is {number}, but buses have {known}")
    })
}

fn read_length(
    key: &'static str,
    allowed: &RangeInclusive<Duration>,
    section: &mut Section<'_>,
    report: &mut Report<'_>,
) -> Option<Duration> {
    let text = section.text(key, report)?;
    match interval::check(key, text.value, allowed) {
        Ok(length) => Some(length),
        Err(message) => {
            report.problem(&text.at, section.place(), message);
            None
        }
    }
}
