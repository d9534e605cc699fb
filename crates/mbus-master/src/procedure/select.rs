//! Selection by secondary address (EN 13757-7): afterwards the meter answers at address 253.

use mbus::SecondaryAddress;
use mbus::address::IdentificationNumber;

use crate::exchange::Miss;
use crate::procedure::initialize::{CLEAR_SELECTION, acknowledgement};
use crate::procedure::{Answered, Step};
use crate::request::Request;
use crate::retry::{GaveUp, Retry};
use crate::{Acknowledgement, Outcome, Selection, Stage, Timing};

/// Clears the bus and selects, again and again until one clean acknowledgement comes. It is the
/// first part of every procedure that talks to a meter by its secondary address.
#[derive(Debug)]
pub(super) struct Selecting {
    mask: SecondaryAddress,
    fabrication_number: Option<IdentificationNumber>,
    selections: Retry,
    phase: Phase,
    cleared: Acknowledgement,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// SND_NKE to 253 is out: whoever was selected before is so no longer.
    Clearing,
    /// The selection is out.
    Selecting,
}

/// What a selection wants next.
#[derive(Debug)]
pub(super) enum SelectStep {
    Ask(Request),
    Selected(Selection),
    Failed(GaveUp),
}

impl Selecting {
    pub(super) const fn new(
        mask: SecondaryAddress,
        fabrication_number: Option<IdentificationNumber>,
        timing: &Timing,
    ) -> Self {
        Self {
            mask,
            fabrication_number,
            selections: Retry::new(timing.tries),
            phase: Phase::Clearing,
            cleared: Acknowledgement::Silent,
        }
    }

    pub(super) const fn begin(&mut self) -> Request {
        self.phase = Phase::Clearing;
        CLEAR_SELECTION
    }

    /// What the last clearing of the bus was answered with.
    pub(super) const fn cleared(&self) -> Acknowledgement {
        self.cleared
    }

    pub(super) fn proceed(&mut self, answered: Answered) -> SelectStep {
        let Self { mask, fabrication_number, .. } = *self;
        match (self.phase, answered) {
            (Phase::Clearing, cleared) => {
                self.cleared = acknowledgement(&cleared);
                self.phase = Phase::Selecting;
                self.selections.begin();
                SelectStep::Ask(Request::Select { mask, fabrication_number })
            }
            (Phase::Selecting, Ok(_)) => {
                SelectStep::Selected(Selection { mask, tries: self.selections.tries() })
            }
            (Phase::Selecting, Err(gave_up)) => self.again(gave_up.miss),
        }
    }

    /// The selection was no good: goes on with the next one, where one is left.
    pub(super) fn again(&mut self, miss: Miss) -> SelectStep {
        self.selections.keep(miss);
        if self.selections.is_left() {
            SelectStep::Ask(self.begin())
        } else {
            SelectStep::Failed(self.selections.give_up())
        }
    }
}

/// The procedure that selects and leaves the meter selected.
#[derive(Debug)]
pub(crate) struct SelectingOne {
    selecting: Selecting,
    /// Why it failed, while the bus is cleared for the last time.
    failed: Option<GaveUp>,
}

impl SelectingOne {
    pub(super) const fn new(mask: SecondaryAddress, timing: &Timing) -> Self {
        Self { selecting: Selecting::new(mask, None, timing), failed: None }
    }

    pub(super) const fn begin(&mut self) -> Request {
        self.selecting.begin()
    }

    pub(super) fn proceed(&mut self, answered: Answered) -> Step {
        if let Some(gave_up) = self.failed.take() {
            return Step::Finish(failed(gave_up));
        }
        match self.selecting.proceed(answered) {
            SelectStep::Ask(request) => Step::Ask(request),
            SelectStep::Selected(selection) => Step::Finish(Outcome::Selected(Ok(selection))),
            SelectStep::Failed(gave_up) if gave_up.nobody_answered() => {
                Step::Finish(failed(gave_up))
            }
            SelectStep::Failed(gave_up) => {
                self.failed = Some(gave_up);
                Step::Ask(CLEAR_SELECTION)
            }
        }
    }

    pub(super) fn give_up(self, gave_up: GaveUp) -> Outcome {
        failed(self.failed.unwrap_or(gave_up))
    }
}

fn failed(gave_up: GaveUp) -> Outcome {
    Outcome::Selected(Err(gave_up.at(Stage::Select)))
}
