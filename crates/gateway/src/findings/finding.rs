//! A finding: a cause with its subject and its past, ready to be read.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mbus_io::PortError;

use super::cause::{BUS_OFFLINE, Cause, NOT_STORED, OTHER_METER, PARTIAL, Severity};
use super::subject::Subject;
use crate::config::BusId;

/// The four parts of a sentence about something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word.
    pub code: String,
    /// What failed, and where; without a period.
    pub what: String,
    /// Why, with the evidence: sentences.
    pub why: String,
    /// What to do: sentences.
    pub remedy: String,
    /// How bad it is.
    pub severity: Severity,
    /// When it began.
    pub since: Option<Timestamp>,
}

/// What is known of the time before a finding.
#[derive(Clone, Copy, Debug, Default)]
pub struct History {
    /// When the subject last was well.
    pub good_until: Option<Timestamp>,
    /// When it began to be not.
    pub since: Option<Timestamp>,
}

impl Finding {
    /// A bus whose port is closed.
    pub fn of_bus(bus: &BusId, error: &PortError, since: Timestamp) -> Self {
        let cause = Cause::of_port(error);
        Self {
            code: error.code().to_owned(),
            what: format!("Bus {bus} is offline"),
            why: cause.why,
            remedy: cause.remedy,
            severity: cause.severity,
            since: Some(since),
        }
    }

    /// Says a cause as a sentence. `now` and the time zone decide how times of day are written.
    pub fn new(
        cause: &Cause,
        subject: &Subject,
        history: History,
        now: Timestamp,
        time_zone: &TimeZone,
    ) -> Self {
        let mut why = cause.why.clone();
        let mut remedy = cause.remedy.clone();
        if cause.severity == Severity::Fault
            && cause.register.is_none()
            && let Some(good_until) = history.good_until
        {
            let until = time_of_day(good_until, now, time_zone);
            if cause.code == "no_answer" {
                why.push_str(&format!(" It answered until {until}."));
                // Address and baudrate are right: it did answer.
                "Check its wiring, or read it now.".clone_into(&mut remedy);
            } else {
                // The last words were about something else than the meter.
                why.push_str(&format!(" The meter itself answered until {until}."));
            }
        }
        Self {
            code: cause.code.clone(),
            what: what(cause, subject),
            why,
            remedy,
            severity: cause.severity,
            since: history.since,
        }
    }
}

fn what(cause: &Cause, subject: &Subject) -> String {
    if let Some(register) = &cause.register {
        return format!("{} gives no usable {register}", subject.capitalized());
    }
    let s = subject.capitalized();
    match cause.code.as_str() {
        "no_answer" | "echo_only" => match subject {
            Subject::Meter { .. } => format!("{s} did not answer"),
            Subject::Address { address, bus } => {
                format!("Nobody answered at address {address} on {bus}")
            }
        },
        "collision" => format!("More than one meter answered for {subject}"),
        OTHER_METER | "wrong_address" => format!("Another meter answered for {subject}"),
        "garbage" | "damaged" | "truncated" => format!("The answer of {subject} is not readable"),
        "unexpected" => format!("{s} gave an answer to something else"),
        "application_error" => format!("{s} refused to be read"),
        PARTIAL => format!("{s} was read only in part"),
        NOT_STORED => format!("The readings of {subject} could not be stored"),
        BUS_OFFLINE | "port_lost" => {
            format!("{s} was not read: bus {} is offline", subject.bus())
        }
        "repeated_telegram" | "too_many_telegrams" => {
            format!("{s} announces more telegrams than it sends")
        }
        "unreadable_telegram" | "no_records" | "key_missing" => {
            format!("The telegrams of {subject} cannot be read")
        }
        "other_device_type" => format!("The telegrams of {subject} do not fit its model"),
        "unidentified" => format!("{s} does not tell who it is"),
        _ => format!("{s} was not read as it should be"),
    }
}

/// The time of day, with the date where that is another.
fn time_of_day(at: Timestamp, now: Timestamp, time_zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(time_zone.clone()), now.to_zoned(time_zone.clone()));
    let clock = format!("{:02}:{:02}", at.hour(), at.minute());
    if at.date() == now.date() { clock } else { format!("{clock} on {}", at.date()) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use mbus::SecondaryAddress;
    use mbus_master::{FailureReason, ReadoutFailure, ReceivedTelegram, Stage};

    use super::*;

    fn failure(reason: FailureReason) -> ReadoutFailure {
        ReadoutFailure {
            reason,
            stage: Stage::ReadOut { telegram: 0 },
            tries: 3,
            waited: Duration::from_micros(187_500),
            telegrams: Vec::new(),
            evidence: Vec::new(),
        }
    }

    fn say(cause: &Cause, subject: &Subject, good_until: Option<&str>) -> String {
        let history = History { good_until: good_until.map(|at| at.parse().unwrap()), since: None };
        let now = "2026-11-20T14:00:00Z".parse().unwrap();
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        let finding = Finding::new(cause, subject, history, now, &berlin);
        format!("{}: {} {}", finding.what, finding.why, finding.remedy)
    }

    fn meter() -> Subject {
        Subject::Meter { name: "17".to_owned(), bus: "cellar-1".to_owned() }
    }

    fn address() -> Subject {
        Subject::Address { address: "0".to_owned(), bus: "cellar-1".to_owned() }
    }

    #[test]
    fn a_silent_meter_is_told_with_its_past() {
        let cause = Cause::of_failure(&failure(FailureReason::Silence));
        assert_eq!(
            say(&cause, &meter(), Some("2026-11-20T07:15:30Z")),
            "Meter 17 on cellar-1 did not answer: 3 tries, 187 ms each; the line was quiet. It answered until 08:15. Check its wiring, or read it now."
        );
        assert_eq!(
            say(&cause, &meter(), Some("2026-11-19T07:15:30Z")).split(". ").nth(1),
            Some("It answered until 08:15 on 2026-11-19")
        );
    }

    #[test]
    fn a_meter_that_never_answered_may_have_another_address() {
        let cause = Cause::of_failure(&failure(FailureReason::Silence));
        let said = say(&cause, &meter(), None);
        assert!(
            said.ends_with(
                "quiet. Check the address, the baudrate, the wiring and the power of the bus."
            ),
            "{said}"
        );
        let said = say(&cause, &address(), None);
        assert!(said.starts_with("Nobody answered at address 0 on cellar-1: 3 tries"), "{said}");
    }

    #[test]
    fn another_meter_is_named_beside_the_expected_one() {
        let wire = |last| SecondaryAddress::from_wire([0x20, 0x31, 0x65, last, 0xC5, 0x14, 0, 4]);
        let cause = Cause::of_other_meter(wire(0x13), Some(wire(0x14)));
        let said = say(&cause, &meter(), None);
        assert!(
            said.starts_with("Another meter answered for meter 17 on cellar-1: 13653120 (EFE) is expected; 14653120 (EFE) answered. Check the address."),
            "{said}"
        );
    }

    #[test]
    fn a_partial_readout_is_no_fault() {
        let mut partial = failure(FailureReason::Truncated { have: 31, need: 185 });
        partial.stage = Stage::ReadOut { telegram: 1 };
        partial.telegrams = vec![ReceivedTelegram {
            frame: Vec::new(),
            answered_after: Duration::ZERO,
            tries: 1,
            received_at: mbus_master::Instant::ZERO,
        }];
        let cause = Cause::of_failure(&partial);
        assert_eq!(cause.severity, Severity::Attention);
        let said = say(&cause, &meter(), Some("2026-11-20T07:15:30Z"));
        assert!(
            said.starts_with("Meter 17 on cellar-1 was read only in part: 3 tries, 187 ms each, reading telegram 2; the answer broke off after 31 of 185 bytes. Raise"),
            "{said}"
        );
    }

    #[test]
    fn every_failure_has_a_sentence_of_its_own() {
        let reasons = [
            FailureReason::EchoOnly,
            FailureReason::Garbage,
            FailureReason::Collision,
            FailureReason::Unexpected,
            FailureReason::WrongAddress { expected: 1, found: 2 },
            FailureReason::Truncated { have: 1, need: 9 },
            FailureReason::ApplicationError(8),
            FailureReason::PortLost,
        ];
        for reason in reasons {
            let said = say(&Cause::of_failure(&failure(reason)), &meter(), None);
            assert!(!said.contains("was not read as it should be"), "{said}");
            assert!(said.contains("17 on cellar-1") && said.ends_with('.'), "{said}");
        }
    }

    #[test]
    fn a_register_is_named() {
        let cause = Cause {
            code: "mismatch".to_owned(),
            register: Some("vol_m3".to_owned()),
            why: "Line 4 holds ENERGY.".to_owned(),
            remedy: "Choose another line.".to_owned(),
            severity: Severity::Fault,
        };
        assert_eq!(
            say(&cause, &meter(), Some("2026-11-20T07:15:30Z")),
            "Meter 17 on cellar-1 gives no usable vol_m3: Line 4 holds ENERGY. Choose another line."
        );
    }
}
