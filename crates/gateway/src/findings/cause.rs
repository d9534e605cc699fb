//! Why something failed, with its evidence, as it is kept in the store.

use std::time::Duration;

use mbus::SecondaryAddress;
use mbus_io::PortError;
use mbus_master::{FailureReason, ReadoutFailure, ReadoutWarning, Stage};
use metering::{Interpretation, RegisterProblem};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Values still come; somebody should look.
    Attention,
    /// No values come.
    Fault,
}

/// What was found wrong with a readout, without the parts that can be told from its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A stable word.
    pub code: String,
    /// The register it is about, where it is about one.
    pub register: Option<String>,
    /// Cause and evidence: sentences.
    pub why: String,
    /// What to do: sentences.
    pub remedy: String,
    /// How bad it is.
    pub severity: Severity,
}

/// A readout in which another meter answered.
pub(crate) const OTHER_METER: &str = "other_meter";
/// A readout that brought some telegrams and then failed.
pub(crate) const PARTIAL: &str = "partial_readout";
/// A readout that could not be stored.
pub(crate) const NOT_STORED: &str = "not_stored";
/// The bus of the meter is offline.
pub(crate) const BUS_OFFLINE: &str = "bus_offline";

impl Cause {
    /// A readout that failed on the wire.
    pub fn of_failure(failure: &ReadoutFailure) -> Self {
        let partial = !failure.telegrams.is_empty();
        let code = if partial { PARTIAL } else { code_of(failure.reason) };
        let mut why = tries(failure.tries, failure.waited);
        match failure.stage {
            Stage::ReadOut { telegram: 0 } => {}
            stage => why.push_str(&format!(", {stage}")),
        }
        why.push_str(if why.is_empty() { "" } else { "; " });
        why.push_str(&failure.reason.to_string());
        Self {
            code: code.to_owned(),
            register: None,
            why: sentence(&why),
            remedy: sentence(failure.reason.remedy()),
            severity: if partial { Severity::Attention } else { Severity::Fault },
        }
    }

    /// A readout that the port prevented.
    pub fn of_port(error: &PortError) -> Self {
        Self {
            code: BUS_OFFLINE.to_owned(),
            register: None,
            why: sentence(&error.to_string()),
            remedy: error.remedy().into_owned(),
            severity: Severity::Fault,
        }
    }

    /// Whether it is the bus that fails, and not the meter.
    pub fn is_of_the_bus(&self) -> bool {
        self.code == BUS_OFFLINE
    }

    /// The same, where telegrams came before the failure.
    #[must_use]
    pub fn in_part(self, partial: bool) -> Self {
        if !partial {
            return self;
        }
        Self { code: PARTIAL.to_owned(), severity: Severity::Attention, ..self }
    }

    /// Something odd in a readout that succeeded.
    pub fn of_warning(warning: ReadoutWarning) -> Self {
        let remedy = match warning {
            ReadoutWarning::RepeatedTelegram | ReadoutWarning::TooManyTelegrams { .. } => {
                "Look at the telegrams: if values are missing, the meter may need a reset first."
            }
            ReadoutWarning::Unidentified => {
                "Compare the values with the display of the meter once."
            }
        };
        Self {
            code: warning.code().to_owned(),
            register: None,
            why: sentence(&warning.to_string()),
            remedy: remedy.to_owned(),
            severity: Severity::Attention,
        }
    }

    /// A register without a value to trust.
    pub fn of_problem(problem: &RegisterProblem, severity: Severity) -> Self {
        Self {
            code: problem.code().to_owned(),
            register: problem.register.clone(),
            why: sentence(&problem.kind.to_string()),
            remedy: problem.remedy().to_owned(),
            severity,
        }
    }

    /// Why registers have no value. Where the main one has none, or none has, that is a fault.
    pub fn of_interpretation(interpretation: &Interpretation) -> Vec<Self> {
        let any_value = interpretation.readings.iter().any(|reading| reading.value.is_some());
        let is_index = |register: &String| {
            interpretation
                .readings
                .iter()
                .any(|reading| reading.is_index && reading.register == *register)
        };
        let severity = |problem: &metering::RegisterProblem| match &problem.register {
            Some(register) if any_value && !is_index(register) => Severity::Attention,
            _ => Severity::Fault,
        };
        let problems = interpretation.problems.iter();
        problems.map(|problem| Self::of_problem(problem, severity(problem))).collect()
    }

    /// Another meter answered than the one that is expected.
    pub fn of_other_meter(expected: SecondaryAddress, found: Option<SecondaryAddress>) -> Self {
        let expected = identity(expected);
        let why = match found {
            Some(found) => format!("{expected} is expected; {} answered.", identity(found)),
            None => {
                format!("{expected} is expected; a meter answered that does not tell who it is.")
            }
        };
        Self {
            code: OTHER_METER.to_owned(),
            register: None,
            why,
            remedy: "Check the address. If the meter was exchanged, give the new one an id of its \
                     own in the configuration."
                .to_owned(),
            severity: Severity::Fault,
        }
    }

    /// A readout that could not be stored, in the words of the store.
    pub fn of_store(error: &str) -> Self {
        Self {
            code: NOT_STORED.to_owned(),
            register: None,
            why: sentence(error),
            remedy: "Mend the cause, then read the meter again.".to_owned(),
            severity: Severity::Fault,
        }
    }
}

/// Whether the cause is that only a part was read.
pub(crate) fn is_partial(cause: &Cause) -> bool {
    cause.code == PARTIAL
}

/// The word for programs. Silence has the name people give it.
fn code_of(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::Silence => "no_answer",
        FailureReason::WrongMeter { .. } => OTHER_METER,
        other => other.code(),
    }
}

fn tries(tries: u8, waited: Duration) -> String {
    match tries {
        0 => String::new(),
        1 => format!("1 try of {} ms", waited.as_millis()),
        _ => format!("{tries} tries, {} ms each", waited.as_millis()),
    }
}

/// Serial and maker, as they stand on the meter.
fn identity(address: SecondaryAddress) -> String {
    // What a telegram or a mask leaves open is a wildcard.
    if address.manufacturer.0 == 0xFFFF {
        return address.identification.to_string();
    }
    format!("{} ({})", address.identification, address.manufacturer)
}

/// A capital at the beginning, a period at the end.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut sentence: String =
        characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    sentence.push_str(characters.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
