//! `busmeister read`: one readout of one meter.

use clap::Args;
use mbus::MeterAddress;
use mbus::hex::Hex;
use mbus::security::Key;
use mbus_master::{FailureReason, Outcome, Procedure, ReadOut, Readout, ReadoutFailure};

use super::bus_options::BusOptions;
use super::trace::Trace;
use crate::exit::{Exit, PortFailure};
use crate::telegram_output::{Format, TelegramOutput};

/// Read a meter once: all records of all its telegrams
///
/// ADDRESS is a primary address (0 to 250), the serial as printed on the meter (4 to 8 digits, or
/// id: and the digits), a secondary address of 16 hex digits in the order of the wire, or
/// printed: and 16 hex digits with the serial as printed. F is a wildcard digit.
///
/// Exit code: 0 read, 1 partial or faulty, 2 called wrongly, 3 no answer, 4 port or connection,
/// 5 wrong meter or collision.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister read 1 --serial /dev/ttyUSB0\n  busmeister read 13653120 --tcp 192.168.1.17:10001 --format json"
)]
pub(crate) struct Read {
    /// The meter's address
    address: MeterAddress,
    #[command(flatten)]
    bus: BusOptions,
    /// How to print the telegrams [default: lines; on a terminal table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The key of the meter, 32 hex digits, for encrypted telegrams
    #[arg(long, value_name = "HEX", env = "BUSMEISTER_METER_KEY", hide_env_values = true)]
    key: Option<Key>,
    /// Show every byte sent and received on standard error
    #[arg(long)]
    trace: bool,
}

impl Read {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        let mut connection = self.bus.connection();
        let procedure = Procedure::ReadOut(ReadOut::new(self.address));
        let mut trace = Trace::new(self.trace);
        let outcome = connection.run(procedure, |event| trace.show(event)).await;
        let mut output = TelegramOutput::new(Format::or_default(self.format), self.key);
        match outcome {
            Err(error) => Err(PortFailure::new(error).into()),
            Ok(Outcome::ReadOut(Ok(readout))) => print_readout(&mut output, &readout),
            Ok(Outcome::ReadOut(Err(failure))) => print_failure(&mut output, &failure),
            Ok(other) => anyhow::bail!("the bus gave the answer of another command: {other:?}"),
        }
    }
}

fn print_readout(output: &mut TelegramOutput, readout: &Readout) -> anyhow::Result<Exit> {
    for telegram in &readout.telegrams {
        output.print_next(&telegram.frame)?;
    }
    for warning in &readout.warnings {
        eprintln!("busmeister: {warning}");
    }
    Ok(if output.is_faultless() { Exit::Ok } else { Exit::Faulty })
}

fn print_failure(output: &mut TelegramOutput, failure: &ReadoutFailure) -> anyhow::Result<Exit> {
    for telegram in &failure.telegrams {
        output.print_next(&telegram.frame)?;
    }
    eprintln!("busmeister: {failure}");
    if !failure.evidence.is_empty() {
        eprintln!("busmeister: received {:#}", Hex(&failure.evidence));
    }
    Ok(match failure.reason {
        // What was read before the fault is good; the readout is partial.
        _ if !failure.telegrams.is_empty() => Exit::Faulty,
        FailureReason::Silence | FailureReason::EchoOnly => Exit::NoAnswer,
        FailureReason::PortLost => Exit::Port,
        FailureReason::WrongMeter { .. }
        | FailureReason::WrongAddress { .. }
        | FailureReason::DamagedAlike { .. }
        | FailureReason::Collision => Exit::WrongMeter,
        FailureReason::Garbage
        | FailureReason::Damaged { .. }
        | FailureReason::Unexpected
        | FailureReason::Truncated { .. }
        | FailureReason::Late { .. }
        | FailureReason::ApplicationError(_) => Exit::Faulty,
    })
}
