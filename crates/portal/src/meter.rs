//! A meter as people describe it to the portal.

mod form;
mod menu;
mod own;

use fleet_link::{ConfiguredMeter, Finding, Outcome, Severity};
use jiff::Timestamp;

pub use fleet_link::Mode;
pub use form::{BAUDRATES, Field, FieldError, MeterForm, MeterFormErrors, ParameterRow};
pub use menu::Menu;
pub use own::OwnMeter;

use crate::gateway::Place;
use crate::id::MeterId;
use crate::readout::StoredReadout;

/// A meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Its id.
    pub id: MeterId,
    /// What was typed into its form, or what its gateway told.
    pub form: MeterForm,
    /// Where it is configured.
    pub origin: Origin,
    /// What its gateway calls it.
    pub id_at_gateway: String,
    /// How often it is read, such as `15m`; none for the interval of its bus.
    pub interval: Option<String>,
    /// Counts its changes, from 1.
    pub edition: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Meter {
    /// How the gateway is told of it.
    pub fn configured(&self) -> ConfiguredMeter {
        self.form.configured(self.id_at_gateway.clone(), self.interval.clone())
    }
}

/// A meter with what is known of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMeter {
    /// The meter.
    pub meter: Meter,
    /// Where its gateway is.
    pub place: Place,
    /// How it is.
    pub state: MeterState,
    /// Since when.
    pub state_since: Option<Timestamp>,
    /// Its last readout.
    pub last: Option<StoredReadout>,
    /// The last one that brought telegrams of it.
    pub good: Option<StoredReadout>,
}

impl KnownMeter {
    /// What is wrong with it, the worst first. Where values are missing, something is said.
    pub fn findings(&self) -> Vec<Finding> {
        let findings = self.last.as_ref().map(StoredReadout::findings).unwrap_or_default();
        let Some(last) = self.last.as_ref().filter(|_| findings.is_empty()) else {
            return findings;
        };
        let (code, why) = match last.outcome {
            Outcome::Complete => return findings,
            Outcome::Partial => ("partial", "Only a part of its telegrams arrived."),
            Outcome::Failed => ("no_answer", "It was asked, and no telegram arrived."),
            Outcome::Refused => ("wrong_meter", "Another meter answered in its place."),
            Outcome::Unreached => ("bus_offline", "Its bus was offline, so it was not asked."),
        };
        let severity =
            if last.outcome == Outcome::Partial { Severity::Attention } else { Severity::Fault };
        let name = self.meter.form.name.trim();
        vec![Finding {
            code: code.to_owned(),
            register: None,
            meter: None,
            what: format!("{name} did not bring all its values"),
            why: why.to_owned(),
            remedy: "Read it now to see what is on its bus.".to_owned(),
            severity,
            since: self.state_since,
        }]
    }
}

/// Where a meter is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Here, at the portal.
    Portal,
    /// In the gateway's own file.
    Gateway,
}

impl Origin {
    /// The name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Gateway => "gateway",
        }
    }

    /// The origin of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Portal, Self::Gateway].into_iter().find(|origin| origin.name() == name)
    }
}

/// How a meter is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeterState {
    /// Nothing came from it yet.
    Waiting,
    /// It answers and all is well.
    Ok,
    /// Values come; somebody should look.
    Attention,
    /// Values are missing.
    Fault,
}

impl MeterState {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Ok, Self::Attention, Self::Fault];

    /// How a meter is after a readout.
    pub fn after(outcome: Outcome, problems: &[Finding]) -> Self {
        let by_outcome = match outcome {
            Outcome::Complete => Self::Ok,
            Outcome::Partial => Self::Attention,
            Outcome::Failed | Outcome::Refused | Outcome::Unreached => Self::Fault,
        };
        let by_problems = problems.iter().map(|problem| match problem.severity {
            Severity::Attention => Self::Attention,
            Severity::Fault => Self::Fault,
        });
        by_problems.fold(by_outcome, Self::max)
    }

    /// The name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ok => "ok",
            Self::Attention => "attention",
            Self::Fault => "fault",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
