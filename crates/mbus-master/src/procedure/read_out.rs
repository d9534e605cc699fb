//! The readout of a meter: initialise or select, then request telegrams until the last one.

use std::collections::VecDeque;

use mbus::address::{IdentificationNumber, link};
use mbus::telegram::{Body, MeterIdentity};
use mbus::{Frame, MeterAddress, SecondaryAddress, Telegram};

use crate::exchange::{Answer, Miss};
use crate::identity::{as_address, is_selected_by};
use crate::procedure::initialize::{CLEAR_SELECTION, acknowledgement};
use crate::procedure::select::{SelectStep, Selecting};
use crate::procedure::{Answered, Step};
use crate::request::{Answerers, Request};
use crate::retry::GaveUp;
use crate::{
    Acknowledgement, Event, Failure, FailureReason, Outcome, Readout, ReadoutFailure,
    ReadoutWarning, ReceivedTelegram, Stage, Timing,
};

/// Reading all telegrams of a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOut {
    /// Which meter.
    pub address: MeterAddress,
    /// Narrows a selection by secondary address down to the meter with this fabrication number
    /// (enhanced selection, EN 13757-7), where two have the same secondary address.
    pub fabrication_number: Option<IdentificationNumber>,
}

impl ReadOut {
    /// The readout of that meter.
    pub const fn new(address: MeterAddress) -> Self {
        Self { address, fabrication_number: None }
    }
}

/// A readout on its way.
#[derive(Debug)]
pub(crate) struct ReadingOut {
    access: Access,
    max_telegrams: u8,
    phase: Phase,
    initialization: Acknowledgement,
    identification: Option<SecondaryAddress>,
    telegrams: Vec<ReceivedTelegram>,
    warnings: Vec<ReadoutWarning>,
    failure: Option<Failure>,
}

/// How the meter is reached.
#[derive(Debug)]
enum Access {
    Primary(u8),
    Secondary { mask: SecondaryAddress, selecting: Selecting },
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// SND_NKE to the meter's own address, or the selection.
    Opening,
    /// REQ_UD2 is out.
    Requesting,
    /// The result stands; SND_NKE to 253 is out, so that nobody stays selected.
    Leaving,
}

impl ReadingOut {
    pub(super) const fn new(read_out: ReadOut, timing: &Timing) -> Self {
        let ReadOut { address, fabrication_number } = read_out;
        let access = match address {
            MeterAddress::Primary(address) => Access::Primary(address.get()),
            MeterAddress::Secondary(mask) => Access::Secondary {
                mask,
                selecting: Selecting::new(mask, fabrication_number, timing),
            },
        };
        Self {
            access,
            max_telegrams: if timing.max_telegrams == 0 { 1 } else { timing.max_telegrams },
            phase: Phase::Opening,
            initialization: Acknowledgement::Silent,
            identification: None,
            telegrams: Vec::new(),
            warnings: Vec::new(),
            failure: None,
        }
    }

    pub(super) const fn begin(&mut self) -> Request {
        match &mut self.access {
            Access::Primary(address) => Request::Initialize { address: *address },
            Access::Secondary { selecting, .. } => selecting.begin(),
        }
    }

    pub(super) fn proceed(&mut self, answered: Answered, events: &mut VecDeque<Event>) -> Step {
        match (self.phase, &mut self.access) {
            (Phase::Opening, Access::Primary(_)) => {
                self.initialization = acknowledgement(&answered);
                self.request()
            }
            (Phase::Opening, Access::Secondary { selecting, .. }) => {
                let step = selecting.proceed(answered);
                self.initialization = selecting.cleared();
                self.follow(step)
            }
            (Phase::Requesting, _) => match answered {
                Ok(Answer::Telegram(telegram)) => self.take(telegram, events),
                // An exchange takes no acknowledgement for data, so this does not happen.
                Ok(Answer::Acknowledged { .. }) => self.leave(),
                Err(gave_up) => self.missed(gave_up),
            },
            (Phase::Leaving, _) => Step::Finish(self.outcome()),
        }
    }

    pub(super) fn give_up(mut self, gave_up: GaveUp) -> Outcome {
        if !matches!(self.phase, Phase::Leaving) {
            self.failure = Some(gave_up.at(self.stage()));
        }
        self.outcome()
    }

    /// Asks for the next telegram.
    fn request(&mut self) -> Step {
        self.phase = Phase::Requesting;
        Step::Ask(match self.access {
            Access::Primary(address) => Request::Data { address, answerers: Answerers::One },
            Access::Secondary { mask, .. } => Request::Data {
                address: link::SELECTED,
                // A mask with wildcards may have selected several. The first telegram that comes
                // through whole shows that it has not.
                answerers: if mask.has_wildcard() && self.telegrams.is_empty() {
                    Answerers::PerhapsSeveral
                } else {
                    Answerers::One
                },
            },
        })
    }

    /// Goes on as the selection wants.
    fn follow(&mut self, step: SelectStep) -> Step {
        match step {
            SelectStep::Ask(request) => {
                self.phase = Phase::Opening;
                Step::Ask(request)
            }
            SelectStep::Selected(_) => self.request(),
            SelectStep::Failed(gave_up) => self.fail(gave_up),
        }
    }

    /// Takes in a telegram with a right checksum, from an address that may answer.
    fn take(&mut self, telegram: ReceivedTelegram, events: &mut VecDeque<Event>) -> Step {
        let contents = Contents::of(&telegram.frame);
        if let Some(reason) = self.objection(&contents) {
            return self.refuse(reason, telegram);
        }
        if self.telegrams.iter().any(|known| user_data(known) == user_data(&telegram)) {
            self.warnings.push(ReadoutWarning::RepeatedTelegram);
            return self.leave();
        }
        if self.telegrams.is_empty() {
            self.identification = as_address(contents.identity);
            let selected = matches!(self.access, Access::Secondary { .. });
            if selected && self.identification.is_none() {
                self.warnings.push(ReadoutWarning::Unidentified);
            }
        }
        events.push_back(Event::Telegram(telegram.clone()));
        self.telegrams.push(telegram);
        if !contents.more_follow {
            return self.leave();
        }
        if self.telegrams.len() >= usize::from(self.max_telegrams) {
            self.warnings.push(ReadoutWarning::TooManyTelegrams { limit: self.max_telegrams });
            return self.leave();
        }
        self.request()
    }

    /// Why these contents cannot be used.
    fn objection(&self, contents: &Contents) -> Option<FailureReason> {
        if let Some(code) = contents.application_error {
            return Some(FailureReason::ApplicationError(code));
        }
        let found = as_address(contents.identity)?;
        if let Access::Secondary { mask, .. } = self.access
            && !is_selected_by(contents.identity, mask)
        {
            return Some(FailureReason::WrongMeter { expected: mask, found });
        }
        let first = self.identification.filter(|first| *first != found)?;
        Some(FailureReason::WrongMeter { expected: first, found })
    }

    /// The telegram is not used.
    fn refuse(&mut self, reason: FailureReason, telegram: ReceivedTelegram) -> Step {
        let ReceivedTelegram { frame: evidence, answered_after: waited, tries, .. } = telegram;
        self.missed(GaveUp { miss: Miss { reason, waited, evidence }, tries })
    }

    /// No telegram came. Where the selection is to blame and nothing was read yet, selects again:
    /// the selection may have been missed, or another meter may have stayed selected.
    fn missed(&mut self, gave_up: GaveUp) -> Step {
        let reason = gave_up.miss.reason;
        let selection_failed =
            matches!(reason, FailureReason::Collision | FailureReason::WrongMeter { .. });
        match &mut self.access {
            Access::Secondary { selecting, .. }
                if selection_failed && self.telegrams.is_empty() =>
            {
                let step = selecting.again(gave_up.miss);
                self.follow(step)
            }
            _ => self.fail(gave_up),
        }
    }

    fn fail(&mut self, gave_up: GaveUp) -> Step {
        let nobody_is_selected = matches!(self.phase, Phase::Opening) && gave_up.nobody_answered();
        self.failure = Some(gave_up.at(self.stage()));
        if nobody_is_selected { Step::Finish(self.outcome()) } else { self.leave() }
    }

    /// The result stands; ends the selection, where there was one.
    fn leave(&mut self) -> Step {
        match self.access {
            Access::Primary(_) => Step::Finish(self.outcome()),
            Access::Secondary { .. } => {
                self.phase = Phase::Leaving;
                Step::Ask(CLEAR_SELECTION)
            }
        }
    }

    fn stage(&self) -> Stage {
        match (self.phase, &self.access) {
            (Phase::Opening, Access::Primary(_)) => Stage::Initialize,
            (Phase::Opening, Access::Secondary { .. }) => Stage::Select,
            (Phase::Requesting | Phase::Leaving, _) => {
                Stage::ReadOut { telegram: u8::try_from(self.telegrams.len()).unwrap_or(u8::MAX) }
            }
        }
    }

    fn outcome(&mut self) -> Outcome {
        let telegrams = std::mem::take(&mut self.telegrams);
        Outcome::ReadOut(match self.failure.take() {
            Some(failure) => Err(ReadoutFailure::new(failure, telegrams)),
            None => Ok(Readout {
                telegrams,
                warnings: std::mem::take(&mut self.warnings),
                identification: self.identification,
                initialization: self.initialization,
            }),
        })
    }
}

/// What a readout needs to know about a telegram.
struct Contents {
    identity: MeterIdentity,
    application_error: Option<u8>,
    more_follow: bool,
}

impl Contents {
    /// A telegram that ends inside its header tells nothing, but is still what the meter said.
    fn of(frame: &[u8]) -> Self {
        let Ok(telegram) = Telegram::parse(frame) else {
            return Self {
                identity: MeterIdentity::Unknown,
                application_error: None,
                more_follow: false,
            };
        };
        Self {
            identity: telegram.identity(),
            application_error: match telegram.body {
                Body::ApplicationError(error) => Some(error.0),
                _ => None,
            },
            more_follow: telegram.records().finish().more_records_follow,
        }
    }
}

/// What the meter tells, without the link layer: access demand may differ in a repetition.
fn user_data(telegram: &ReceivedTelegram) -> Option<(u8, &[u8])> {
    match Frame::parse(&telegram.frame) {
        Ok((Frame::Long { ci, data, .. }, _)) => Some((ci, data)),
        _ => None,
    }
}
