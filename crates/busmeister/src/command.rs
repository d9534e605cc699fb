//! The commands, one file each.

mod bus_options;
mod decode;
mod demo;
mod gateway;
mod read;
mod set_address;
mod simulate;
mod trace;

use clap::Subcommand;

use crate::exit::Exit;

/// What `busmeister` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start a simulated building and a gateway that reads it
    Demo(demo::Demo),
    /// Decode telegrams given as hex
    Decode(decode::Decode),
    /// Read a meter once, over a serial port or TCP
    Read(read::Read),
    // Described where it is, or its long help would be lost.
    SetAddress(set_address::SetAddress),
    /// Be a bus of simulated meters, on TCP or a pseudo terminal
    Simulate(simulate::Simulate),
    /// Read meters on a schedule, keep what they say, and show it on web pages and by REST
    Gateway(gateway::Gateway),
}

impl Command {
    /// Runs the command to its end.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Demo(demo) => in_runtime(demo.run()),
            Self::Gateway(gateway) => gateway.run(),
            Self::Decode(decode) => decode.run(),
            Self::Read(read) => in_runtime(read.run()),
            Self::SetAddress(set_address) => in_runtime(set_address.run()),
            Self::Simulate(simulate) => in_runtime(simulate.run()),
        }
    }
}

fn in_runtime(command: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
