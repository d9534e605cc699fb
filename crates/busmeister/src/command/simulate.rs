//! `busmeister simulate`: be a bus, for whoever wants to read it.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use mbus_sim::{Building, BusDescription, ClockSettings};

use crate::announce::announce;
use crate::civil_time;
use crate::exit::{Exit, UsageError};
use crate::served_building::ServedBuilding;
use crate::stop_signal::stop_signal;

/// Be a bus of simulated meters, on TCP or a pseudo terminal
///
/// The meters come from a building file (TOML) or from a building that is built in. The same bus
/// can be offered on TCP and at a pseudo terminal at once; each has its own meters, with the same
/// counters.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister simulate --building demo --tcp 127.0.0.1:10001 --pty ./meters\n  busmeister read 1 --tcp 127.0.0.1:10001"
)]
pub(crate) struct Simulate {
    /// Building file
    #[arg(value_name = "FILE", required_unless_present = "building", conflicts_with = "building")]
    file: Option<PathBuf>,
    /// Building that is built in
    #[arg(long, value_name = "NAME")]
    building: Option<String>,
    /// Which bus of the building [default: the first]
    #[arg(long, value_name = "ID")]
    bus: Option<String>,
    /// Serve the bus on this TCP address [default, without --pty: 127.0.0.1:10001]
    #[arg(long, value_name = "ADDR")]
    tcp: Option<String>,
    /// Serve the bus at a pseudo terminal with this path, which opens like a serial port
    #[arg(long, value_name = "LINK")]
    pty: Option<PathBuf>,
    /// Seconds of the building for each second; 0 stops its clock
    #[arg(long, value_name = "N", default_value_t = 1)]
    speed: u32,
}

impl Simulate {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        let building = self.building()?;
        let bus = self.bus(&building)?;
        let clock = ClockSettings {
            start: civil_time::local_now(),
            speed: self.speed,
            ..ClockSettings::default()
        };
        let mut served = ServedBuilding::new(clock);
        let tcp = match (&self.tcp, &self.pty) {
            (None, None) => Some("127.0.0.1:10001"),
            (tcp, _) => tcp.as_deref(),
        };
        announce(format_args!("{}: {}, {} meters", bus.id, bus.name, bus.meters.len()));
        if let Some(address) = tcp {
            announce(format_args!("tcp {}", served.serve_tcp(bus, address).await?));
        }
        if let Some(link) = &self.pty {
            announce(format_args!("serial {}", served.serve_pty(bus, link)?.display()));
        }
        tokio::select! {
            error = served.failure() => Err(error),
            stopped = stop_signal() => stopped.map(|()| Exit::Ok),
        }
    }

    fn building(&self) -> anyhow::Result<Building> {
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            return Building::parse(&text).with_context(|| path.display().to_string());
        }
        let name = self.building.as_deref().unwrap_or_default();
        Building::named(name).ok_or_else(|| {
            let names: Vec<_> = Building::names().collect();
            let known = names.join(", ");
            UsageError(format!("no building is called '{name}'; there is {known}")).into()
        })
    }

    fn bus<'a>(&self, building: &'a Building) -> anyhow::Result<&'a BusDescription> {
        let found = match &self.bus {
            Some(id) => building.bus(id),
            None => building.buses.first(),
        };
        found.ok_or_else(|| {
            let ids: Vec<_> = building.buses.iter().map(|bus| bus.id.as_str()).collect();
            let wanted = self.bus.as_deref().unwrap_or("any");
            UsageError(format!("the building has no bus '{wanted}'; it has {}", ids.join(", ")))
                .into()
        })
    }
}
