//! The commands, one file each.

mod bus_options;
mod decode;
mod read;
mod simulate;

use clap::Subcommand;

use crate::exit::Exit;

/// What `busmeister` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Decode telegrams given as hex
    Decode(decode::Decode),
    /// Read a meter once, over a serial port or TCP
    Read(read::Read),
    /// Be a bus of simulated meters, on TCP or a pseudo terminal
    Simulate(simulate::Simulate),
}

impl Command {
    /// Runs the command to its end.
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self {
            Self::Decode(decode) => decode.run(),
            Self::Read(read) => in_runtime(read.run()),
            Self::Simulate(simulate) => in_runtime(simulate.run()),
        }
    }
}

fn in_runtime(command: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
