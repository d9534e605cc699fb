//! How the command line names a bus: its port and its speed.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use mbus_io::{BusConnection, Parity, PortSettings, SerialSettings, TcpSettings, TimingSettings};
use mbus_master::Baudrate;

/// No way to a meter adds more to an answer, and nobody waits longer at a prompt.
const LONGEST: Duration = Duration::from_secs(60);

/// The bus to talk to.
#[derive(Args)]
pub(crate) struct BusOptions {
    #[command(flatten)]
    port: PortOption,
    /// Speed of the bus: 300, 600, 1200, 2400, 4800, 9600, 19200 or 38400
    #[arg(long, value_name = "BAUD", default_value = "2400", value_parser = parse_baudrate)]
    baud: Baudrate,
    /// Parity of the serial port: even, odd or none
    #[arg(long, default_value = "even")]
    parity: Parity,
    /// What the way to the meter may add to each answer, such as 500ms or 2s [default: 20ms on a
    /// UART, 100ms on USB, 500ms on TCP; at most 60s]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    timeout: Option<Duration>,
    /// How often a request is repeated when no good answer comes
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=20))]
    retries: u8,
}

/// One of the two.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct PortOption {
    /// Serial port of the level converter
    #[arg(long, value_name = "PATH", env = "BUSMEISTER_SERIAL")]
    serial: Option<PathBuf>,
    /// Converter with a TCP port
    #[arg(long, value_name = "HOST:PORT", env = "BUSMEISTER_TCP")]
    tcp: Option<TcpSettings>,
}

impl BusOptions {
    /// The connection, not open yet.
    pub(crate) fn connection(self) -> BusConnection {
        let settings = match (self.port.serial, self.port.tcp) {
            (Some(path), _) => PortSettings::Serial(SerialSettings {
                baudrate: self.baud,
                parity: self.parity,
                ..SerialSettings::new(path)
            }),
            // The group of arguments demands one of the two; this is the other one.
            (None, tcp) => PortSettings::Tcp(TcpSettings {
                baudrate: self.baud,
                ..tcp.unwrap_or_else(|| TcpSettings::new("localhost", 10001))
            }),
        };
        let timing = TimingSettings {
            transport_allowance: self.timeout,
            tries: self.retries + 1,
            ..TimingSettings::default()
        };
        BusConnection::new(settings, timing)
    }
}

fn parse_baudrate(text: &str) -> Result<Baudrate, String> {
    let number = text.parse().map_err(|_| format!("'{text}' is no number"))?;
    Baudrate::new(number).ok_or_else(|| {
        "M-Bus knows 300, 600, 1200, 2400, 4800, 9600, 19200 and 38400 baud".to_owned()
    })
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let help = |_| format!("'{text}' is no time; write it such as 500ms or 2s");
    let duration: jiff::SignedDuration =
        text.parse().map_err(|error: jiff::Error| help(error.to_string()))?;
    let time = Duration::try_from(duration).map_err(|error| help(error.to_string()))?;
    if time > LONGEST {
        let longest = LONGEST.as_secs();
        return Err(format!(
            "at most {longest}s are taken; a silent meter takes that long, at each try"
        ));
    }
    Ok(time)
}
