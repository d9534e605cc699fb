//! Busmeister: reads M-Bus meters and carries what they say, exactly.
//!
//! Each command is a file in `command/`. Machine output goes to standard output, everything else
//! to standard error.

mod announce;
mod civil_time;
mod command;
mod exit;
mod frames;
mod listen;
mod log;
mod served_building;
mod stop_signal;
mod telegram_output;

use std::process::ExitCode;

use clap::Parser;

use command::Command;
use exit::Exit;

/// Reads M-Bus meters (EN 13757) and carries what they say, exactly.
#[derive(Parser)]
#[command(name = "busmeister", version, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let exit = arguments.command.run().unwrap_or_else(|error| Exit::report(&error));
    exit.into()
}
