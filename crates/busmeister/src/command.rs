//! The commands, one file each.

mod bus_options;
mod decode;
mod demo;
mod gateway;
mod portal;
mod read;
mod set_address;
mod simulate;
mod trace;
mod web_options;

use clap::Subcommand;

use crate::exit::Exit;

/// What `busmeister` can do. The words for each stand at its own arguments: words here would hide
/// them.
#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Decode(decode::Decode),
    Read(read::Read),
    // Described where it is, or its long help would be lost.
    SetAddress(set_address::SetAddress),
    Simulate(simulate::Simulate),
    Gateway(gateway::Gateway),
    Portal(portal::Portal),
}

impl Command {
    /// Runs the command to its end.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Demo(demo) => in_runtime(demo.run()),
            Self::Gateway(gateway) => gateway.run(),
            Self::Portal(portal) => in_runtime(portal.run()),
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
