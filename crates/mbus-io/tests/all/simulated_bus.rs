//! A bus with one meter, and what tests ask of it.

use std::net::SocketAddr;
use std::time::Duration;

use mbus_io::{
    BusConnection, PortSettings, SerialSettings, SimulatedTcp, TcpSettings, TimingSettings,
};
use mbus_master::{Baudrate, Outcome, Procedure, ReadOut};
use mbus_sim::{
    BusDescription, Disturbance, MeterDescription, RecordTemplate, RecordValue, SimulatedBus,
    TelegramTemplate, Transport,
};
use tokio::task::JoinHandle;

/// The fastest speed of the standard, so that tests take no time.
pub(crate) const BAUDRATE: u32 = 38_400;

/// Address 1, two telegrams.
pub(crate) fn bus() -> SimulatedBus {
    bus_at(BAUDRATE)
}

pub(crate) fn bus_at(baudrate: u32) -> SimulatedBus {
    let record = |dib: &[u8], vib: &[u8], value| {
        RecordTemplate::new(dib, vib, RecordValue::Number(value)).unwrap()
    };
    let energies = (0..20).map(|number| record(&[0x04], &[0x06], number)).collect();
    let volume = vec![record(&[0x04], &[0x13], 678_901)];
    let mut meter = MeterDescription::new(
        "heat",
        mbus::PrimaryAddress::new(1).unwrap(),
        mbus::SecondaryAddress::from_wire([0x20, 0x31, 0x65, 0x13, 0xC5, 0x14, 0x00, 0x04]),
    );
    meter.telegrams = vec![
        TelegramTemplate::new(energies, Vec::new()).unwrap(),
        TelegramTemplate::new(volume, Vec::new()).unwrap(),
    ];
    SimulatedBus::new(BusDescription {
        id: "cellar".to_owned(),
        name: "Cellar".to_owned(),
        transport: Transport::Tcp,
        baudrate: mbus_sim::Baudrate::new(baudrate).unwrap(),
        disturbance: Disturbance::default(),
        meters: vec![meter],
    })
}

pub(crate) fn read(address: &str) -> Procedure {
    Procedure::ReadOut(ReadOut::new(address.parse().unwrap()))
}

/// The frames of a readout that must have succeeded.
pub(crate) fn frames(outcome: Outcome) -> Vec<Vec<u8>> {
    match outcome {
        Outcome::ReadOut(Ok(readout)) => {
            readout.telegrams.into_iter().map(|telegram| telegram.frame).collect()
        }
        other => panic!("no readout: {other:?}"),
    }
}

/// One try, with time enough for a busy computer.
pub(crate) const TIMING: TimingSettings = TimingSettings {
    transport_allowance: Some(Duration::from_millis(500)),
    tries: 1,
    max_telegrams: 10,
};

pub(crate) fn tcp_settings(address: SocketAddr) -> PortSettings {
    let mut settings: TcpSettings = address.to_string().parse().unwrap();
    settings.baudrate = Baudrate::new(BAUDRATE).unwrap();
    PortSettings::Tcp(settings)
}

pub(crate) fn over_tcp(address: SocketAddr) -> BusConnection {
    BusConnection::new(tcp_settings(address), TIMING)
}

pub(crate) fn over_serial(path: impl AsRef<std::path::Path>) -> BusConnection {
    let mut settings = SerialSettings::new(path.as_ref());
    settings.baudrate = Baudrate::new(BAUDRATE).unwrap();
    BusConnection::new(PortSettings::Serial(settings), TIMING)
}

/// A bus that is served until this is dropped.
pub(crate) struct Serving<T>(JoinHandle<T>);

impl<T: Send + 'static> Serving<T> {
    pub(crate) fn start(run: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(run))
    }

    /// Ends the service and waits until everything it held is closed.
    pub(crate) async fn stop(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl<T> Drop for Serving<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The bus on a free TCP port of this computer.
pub(crate) async fn serve_tcp(bus: SimulatedBus) -> (SocketAddr, Serving<mbus_io::ServeError>) {
    let server = SimulatedTcp::bind("127.0.0.1:0", bus).await.unwrap();
    (server.local_addr(), Serving::start(server.run()))
}
