//! One command as a job, and what came of the job as a reply.

use std::time::Duration;

use fleet_link::{AddressChanged, CommandKind, CommandReply, MeterRead, TelegramBytes};
use jiff::Timestamp;
use mbus::MeterAddress;
use mbus_master::{AddressSet, Baudrate, SetAddress};
use tokio_util::sync::CancellationToken;
use web_access::Outcome;

use super::failed;
use crate::address_setting::AddressReport;
use crate::bus::BusHandle;
use crate::findings::{Finding, History, Severity, Subject, sentence};
use crate::fleet::Surroundings;
use crate::fleet::act::{self, SetAddressByPortal};
use crate::fleet::outgoing::finding_of;
use crate::job::{JobError, JobStep, Order, Steps};
use crate::readout::{ReadoutError, ReadoutReport};

/// The longest a person waits for a readout, as on the gateway's own pages.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is to be done cannot be done: why, in four parts.
type Refusal = Box<Finding>;

/// Does it, and says what came of it.
pub(super) async fn carry_out(
    surroundings: &Surroundings,
    command: &str,
    kind: CommandKind,
    steps: Steps,
) -> CommandReply {
    let done = match kind {
        CommandKind::ReadMeter { meter } => read_meter(surroundings, &meter, steps).await,
        CommandKind::ReadAddress { bus, address, baudrate } => {
            read_address(surroundings, bus.as_deref(), &address, baudrate, steps).await
        }
        CommandKind::SetAddress { bus, current, new, baudrate } => {
            let wish = Wish { bus: bus.as_deref(), current: &current, new, baudrate };
            set_address(surroundings, command, wish, steps).await
        }
        CommandKind::Unknown => Err(refusal(
            "unknown_command",
            "This gateway does not know the command",
            "The portal is newer than the gateway.",
            "Bring the gateway to the version of the portal.",
        )),
    };
    done.unwrap_or_else(|finding| failed(*finding))
}

/// The step in words.
pub(super) fn words(step: JobStep, kind: &CommandKind) -> String {
    match (step, kind) {
        (JobStep::Queued, _) => "Waiting until the bus is free".to_owned(),
        (JobStep::Reading, CommandKind::ReadMeter { .. }) => "Reading the meter".to_owned(),
        (JobStep::Reading, CommandKind::ReadAddress { address, .. }) => {
            format!("Reading address {address}")
        }
        (JobStep::Reading, CommandKind::SetAddress { current, new, .. }) => {
            format!("Looking who answers at {current} and at {new}")
        }
        (JobStep::Reading, CommandKind::Unknown) => "Reading".to_owned(),
        (JobStep::Writing, _) => "Writing the new address".to_owned(),
        (JobStep::Verifying, _) => "Looking who answers now".to_owned(),
    }
}

async fn read_meter(
    surroundings: &Surroundings,
    meter: &str,
    steps: Steps,
) -> Result<CommandReply, Refusal> {
    let Some(config) = surroundings.present().meter(meter).cloned() else {
        return Err(refusal(
            "unknown_meter",
            &format!("The gateway has no meter {}", meter.escape_default()),
            "It is in none of the configurations that the gateway reads by.",
            "Look whether the gateway took the portal's last configuration.",
        ));
    };
    let door = surroundings.door(Some(config.bus.as_str())).map_err(|why| no_bus(&why))?;
    let subject = Subject::Meter { name: config.name.clone(), bus: config.bus.to_string() };
    read(surroundings, &door, Order::Meter(config.id.clone()), &subject, steps).await
}

async fn read_address(
    surroundings: &Surroundings,
    bus: Option<&str>,
    address: &str,
    baudrate: Option<u32>,
    steps: Steps,
) -> Result<CommandReply, Refusal> {
    let door = surroundings.door(bus).map_err(|why| no_bus(&why))?;
    let address: MeterAddress =
        address.parse().map_err(|error| bad_address(&format!("{error}")))?;
    let baudrate = baudrate.map(parse_baudrate).transpose()?;
    let subject = Subject::Address { address: address.to_string(), bus: door.bus().to_string() };
    read(surroundings, &door, Order::Address { address, baudrate }, &subject, steps).await
}

async fn read(
    surroundings: &Surroundings,
    door: &BusHandle,
    order: Order,
    subject: &Subject,
    steps: Steps,
) -> Result<CommandReply, Refusal> {
    let what = format!("{} was not read", subject.capitalized());
    let answer = tokio::time::timeout(PATIENCE, door.read_telling(order, steps)).await;
    let report = match answer {
        Ok(answer) => answer.map_err(|error| not_done(&error, &what))?,
        Err(_) => {
            return Err(refusal(
                "bus_busy",
                &what,
                &format!("It was not its turn within {} s.", PATIENCE.as_secs()),
                "Try again later, or read the meters of this bus less often.",
            ));
        }
    };
    let findings = said(surroundings, &report, subject);
    match findings.first() {
        Some(first) if report.telegrams().is_empty() => Err(Box::new(first.clone())),
        _ => Ok(CommandReply::Read(heard(&report, findings))),
    }
}

fn heard(report: &ReadoutReport, findings: Vec<Finding>) -> MeterRead {
    let telegrams = report.telegrams();
    MeterRead {
        bus: report.bus.to_string(),
        address: report.address.to_string(),
        read_at: report.read_at,
        elapsed_ms: millis(report.elapsed),
        answered_after_ms: telegrams.first().map_or(0, |first| millis(first.answered_after)),
        tries: telegrams.iter().map(|telegram| telegram.tries).max().unwrap_or(0),
        telegrams: telegrams.iter().map(|one| TelegramBytes(one.frame.clone())).collect(),
        findings: findings.into_iter().map(|one| finding_of(one, None, None)).collect(),
    }
}

/// A configured meter's findings were made by the intake, which knows its past.
fn said(surroundings: &Surroundings, report: &ReadoutReport, subject: &Subject) -> Vec<Finding> {
    if !report.findings.is_empty() {
        return report.findings.clone();
    }
    let cause = report.result.as_ref().err().map(ReadoutError::cause);
    let say = |cause| {
        let (history, now) = (History::default(), Timestamp::now());
        Finding::new(&cause, subject, history, now, &surroundings.time_zone)
    };
    cause.map(say).into_iter().collect()
}

/// What a person wants of a meter's address.
struct Wish<'a> {
    bus: Option<&'a str>,
    current: &'a str,
    new: u8,
    baudrate: Option<u32>,
}

async fn set_address(
    surroundings: &Surroundings,
    command: &str,
    wish: Wish<'_>,
    steps: Steps,
) -> Result<CommandReply, Refusal> {
    let door = surroundings.door(wish.bus).map_err(|why| no_bus(&why))?;
    let current: MeterAddress =
        wish.current.parse().map_err(|error| bad_address(&format!("{error}")))?;
    let new = wish.new.to_string();
    let new = new.parse().map_err(|error| bad_address(&format!("{error}")))?;
    let baudrate = wish.baudrate.map(parse_baudrate).transpose()?;
    let order = SetAddress::new(current, new);

    let bus = door.bus().clone();
    let act = SetAddressByPortal { command: command.to_owned(), bus, order, baudrate };
    let begun = surroundings.access.begin(act::portal(), &act).await.map_err(|error| {
        tracing::error!(%error, "a command was refused because it could not be logged");
        let remedy = "Look at the disk of the gateway.";
        let why = sentence(&error.to_string());
        refusal("not_logged", "Nothing was done: the audit log cannot be written", &why, remedy)
    })?;
    let answer = door.set_address_telling(order, baudrate, CancellationToken::new(), steps).await;
    let (outcome, done) = match answer {
        Ok(report) => {
            let outcome = match (&report.result, report.findings.first()) {
                (Ok(_), _) => Outcome::Done,
                (Err(_), Some(finding)) => {
                    Outcome::Failed(format!("{}. {}", finding.what, finding.why))
                }
                (Err(error), None) => Outcome::Failed(error.code().to_owned()),
            };
            (outcome, changed(report))
        }
        Err(error) => {
            let what = format!("The meter at {current} did not get address {new}");
            (Outcome::Refused(error.to_string()), Err(not_done(&error, &what)))
        }
    };
    if let Err(error) = begun.finish(outcome).await {
        tracing::error!(%error, "how an act ended could not be logged; that it began is");
    }
    done
}

fn changed(report: AddressReport) -> Result<CommandReply, Refusal> {
    let AddressReport { bus, order, result, findings, .. } = report;
    let AddressSet { identification, address, checks, .. } = match result {
        Ok(set) => set,
        Err(error) => {
            let finding = findings.into_iter().next();
            return Err(Box::new(
                finding.unwrap_or_else(|| error.finding(&bus, order, report.ended_at)),
            ));
        }
    };
    let proofs = checks.iter().map(ToString::to_string);
    // What is to be done next is the last step.
    let next = findings.into_iter().map(|one| format!("{}. {} {}", one.what, one.why, one.remedy));
    Ok(CommandReply::AddressChanged(AddressChanged {
        bus: bus.to_string(),
        previous: order.current.to_string(),
        new: address.get(),
        identification: Some(identification.to_string()),
        steps: proofs.chain(next).collect(),
    }))
}

fn parse_baudrate(number: u32) -> Result<Baudrate, Refusal> {
    Baudrate::new(number).ok_or_else(|| {
        let known = Baudrate::ALL.map(|rate| rate.to_string()).join(", ");
        let why = format!("{number} is no baudrate of a bus; they are {known}.");
        refusal("bad_baudrate", "Nothing was sent", &why, "Choose one of these.")
    })
}

fn bad_address(error: &str) -> Refusal {
    let remedy = "Give 0 to 250, the serial of the meter, or 16 hex digits.";
    refusal("bad_address", "Nothing was sent", &sentence(error), remedy)
}

fn no_bus(why: &str) -> Refusal {
    refusal("unknown_bus", "Nothing was sent", why, "Choose a bus of this gateway.")
}

fn not_done(error: &JobError, what: &str) -> Refusal {
    let why = sentence(&error.to_string());
    let other = || refusal(error.code(), what, &why, "Try again when that has changed.");
    error.finding().map_or_else(other, Box::new)
}

fn refusal(code: &str, what: &str, why: &str, remedy: &str) -> Refusal {
    Box::new(Finding {
        code: code.to_owned(),
        what: what.to_owned(),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        severity: Severity::Fault,
        since: None,
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
