//! `busmeister set-address`: gives a meter another primary address.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Args;
use mbus::MeterAddress;
use mbus::hex::Hex;
use mbus_master::{
    Acknowledgement, AddressAnswer, AddressCheck, AddressFailure, AddressReason, AddressSet,
    AddressStage, AddressWrite, Event, FailureReason, NewAddress, Outcome, Procedure,
};

use super::bus_options::BusOptions;
use super::trace::Trace;
use crate::exit::{Exit, PortFailure};

/// Give a meter another primary address, with proof before and after
///
/// OLD is how the meter is called now: its primary address (0 to 250), or its serial or secondary
/// address, as for read. What is written to a primary address is obeyed by every meter that has
/// it, so connect only the one meter, or give its serial: that works on a bus full of meters.
///
/// Nothing is written unless exactly one meter answers at OLD, twice as the same one, and none at
/// NEW. Afterwards the same meter must answer at NEW, and none at its old primary address.
///
/// Exit code: 0 done and proven (or it had the address already), 1 refused or faulty, 2 called
/// wrongly, 3 no answer, 4 port or connection, 5 several meters, another meter, or NEW is taken.
#[derive(Args)]
#[command(
    after_help = "Example:\n  busmeister set-address 0 5 --serial /dev/ttyUSB0\n  busmeister set-address 13653120 5 --tcp 192.168.1.17:10001"
)]
pub(crate) struct SetAddress {
    /// The meter's address now
    #[arg(value_name = "OLD")]
    current: MeterAddress,
    /// The primary address it is to have, 1 to 250
    #[arg(value_name = "NEW")]
    new: NewAddress,
    #[command(flatten)]
    bus: BusOptions,
    /// Show every byte sent and received on standard error
    #[arg(long)]
    trace: bool,
}

impl SetAddress {
    pub(crate) async fn run(self) -> anyhow::Result<Exit> {
        eprint!("{}", plan(self.current, self.new));
        let mut connection = self.bus.connection();
        let order = mbus_master::SetAddress::new(self.current, self.new);
        let mut trace = Trace::new(self.trace);
        let mut at_port_loss = None;
        let outcome = connection
            .run(Procedure::SetAddress(order), |event| {
                trace.show(event);
                if let Event::Finished(Outcome::AddressSet(Err(failure))) = event {
                    at_port_loss = Some(failure.clone());
                }
            })
            .await;
        match outcome {
            Err(error) => {
                // Which address the meter has now matters more than why the port was lost.
                if let Some(failure) = &at_port_loss {
                    print_failure(failure);
                }
                Err(PortFailure::new(error).into())
            }
            Ok(Outcome::AddressSet(Ok(set))) => {
                write!(std::io::stdout().lock(), "{}", report(&set))?;
                Ok(Exit::Ok)
            }
            Ok(Outcome::AddressSet(Err(failure))) => {
                print_failure(&failure);
                Ok(exit_after(&failure))
            }
            Ok(other) => anyhow::bail!("the bus gave the answer of another command: {other:?}"),
        }
    }
}

/// What will be done, in the order of the bus.
fn plan(current: MeterAddress, new: NewAddress) -> String {
    let (meter, afterwards) = match current {
        MeterAddress::Primary(address) if address == new.primary() => {
            return format!(
                "The meter is called by the address it is to have: address {new} is read twice, and nothing is written.\n"
            );
        }
        MeterAddress::Primary(address) => (
            format!("the meter at address {address}"),
            format!("  6. nobody may answer at address {address} any more\n"),
        ),
        MeterAddress::Secondary(mask) => (format!("the meter selected by {mask}"), String::new()),
    };
    format!(
        "Giving {meter} the primary address {new}:
  1. {meter} is read; exactly one may answer, and it must say who it is
  2. nobody may answer at address {new}
  3. {meter} is read again; it must be the same one
  4. address {new} is written
  5. the same meter must answer at address {new}
{afterwards}"
    )
}

fn report(set: &AddressSet) -> String {
    let AddressSet { identification, address, write, checks } = set;
    let number = identification.identification;
    let how = if write.is_some() { "has" } else { "already had" };
    let headline = format!("Meter {number} ({identification}) {how} primary address {address}.\n");
    headline + &proof(checks, write.as_ref())
}

fn print_failure(failure: &AddressFailure) {
    eprintln!("busmeister: {failure}");
    eprint!("{}", proof(&failure.checks, failure.write.as_ref()));
}

/// What answered where, with the frames that show it.
fn proof(checks: &[AddressCheck], write: Option<&AddressWrite>) -> String {
    let mut text = String::new();
    let is_after = |check: &AddressCheck| {
        matches!(check.stage, AddressStage::ReadBack | AddressStage::CheckOld)
    };
    for check in checks.iter().filter(|check| !is_after(check)) {
        add_check(&mut text, "before", check);
    }
    if let Some(write) = write {
        let answer = match write.acknowledgement {
            Acknowledgement::Acknowledged => "acknowledged",
            Acknowledgement::Silent => "not acknowledged",
            Acknowledgement::Unclear => "not clearly acknowledged",
        };
        let times = if write.tries > 1 { format!(" {} times", write.tries) } else { String::new() };
        add_line(&mut text, "sent", &format!("{:#}{times}, {answer}", Hex(&write.frame)));
    }
    for check in checks.iter().filter(|check| is_after(check)) {
        add_check(&mut text, "after", check);
    }
    text
}

fn add_check(text: &mut String, when: &str, check: &AddressCheck) {
    add_line(text, when, &check.to_string());
    let frame = match &check.answer {
        AddressAnswer::Meter { telegram, .. } | AddressAnswer::Unidentified { telegram } => {
            &telegram.frame
        }
        AddressAnswer::Unclear(failure) => &failure.evidence,
        AddressAnswer::Nobody { .. } | AddressAnswer::NoTelegram => return,
    };
    if !frame.is_empty() {
        add_line(text, "", &format!("{:#}", Hex(frame)));
    }
}

fn add_line(text: &mut String, when: &str, what: &str) {
    // A string takes everything.
    let _ = writeln!(text, "  {when:<6}  {what}");
}

fn exit_after(failure: &AddressFailure) -> Exit {
    match failure.reason {
        AddressReason::NoMeter
        | AddressReason::Unread(FailureReason::Silence | FailureReason::EchoOnly) => Exit::NoAnswer,
        AddressReason::Unread(FailureReason::PortLost) => Exit::Port,
        AddressReason::Unread(
            FailureReason::Collision
            | FailureReason::DamagedAlike { .. }
            | FailureReason::WrongMeter { .. }
            | FailureReason::WrongAddress { .. },
        )
        | AddressReason::DifferentMeters { .. }
        | AddressReason::NewAddressTaken { .. }
        | AddressReason::AnswersAtBoth
        | AddressReason::OtherMeterAtNew { .. }
        | AddressReason::OldAddressAnswers { .. } => Exit::WrongMeter,
        AddressReason::Unread(
            FailureReason::Garbage
            | FailureReason::Damaged { .. }
            | FailureReason::Unexpected
            | FailureReason::Truncated { .. }
            | FailureReason::Late { .. }
            | FailureReason::ApplicationError(_),
        )
        | AddressReason::LateAnswer
        | AddressReason::NoTelegram
        | AddressReason::Unidentified
        | AddressReason::NotAcknowledged
        | AddressReason::Ignored
        | AddressReason::Lost => Exit::Faulty,
    }
}
