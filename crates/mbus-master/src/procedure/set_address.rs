//! Giving a meter another primary address: proof, write, proof (EN 13757-3: VIF 7A).
//!
//! What is written to a primary address is obeyed by every meter that has it, and two meters at
//! one address can only be told apart again by their serials. So before anything is written,
//! exactly one meter must answer at the current address, twice and as the same one, and none at
//! the new one. Afterwards the same meter must answer at the new address, and none at the old
//! one. A meter that is called by its secondary address is selected by its whole identification
//! for the write, so that this works on a bus full of meters.

mod late;
mod look;
mod verdict;

use std::collections::VecDeque;

use mbus::address::link;
use mbus::{MeterAddress, SecondaryAddress};

use crate::exchange::Answer;
use crate::identity::narrowed;
use crate::procedure::initialize::{CLEAR_SELECTION, acknowledgement};
use crate::procedure::{Answered, Step};
use crate::request::Request;
use crate::retry::GaveUp;
use crate::{
    Acknowledgement, AddressAnswer, AddressCheck, AddressFailure, AddressReason, AddressSet,
    AddressStage, AddressState, AddressWrite, Event, FailureReason, NewAddress, Outcome, Timing,
};
use late::LateAnswer;
use look::{Look, LookStep};
use verdict::{Afterwards, Fault, unread};

/// Giving a meter another primary address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAddress {
    /// How the meter is called now: by its primary address, where it is the only one that has
    /// it, or by its secondary address or serial on a bus full of meters.
    pub current: MeterAddress,
    /// The primary address it is to have.
    pub new: NewAddress,
}

impl SetAddress {
    /// The meter at `current` is to have `new`.
    pub const fn new(current: MeterAddress, new: NewAddress) -> Self {
        Self { current, new }
    }

    /// Whether the meter is called by the very address it is to have.
    fn is_idle(&self) -> bool {
        self.current == MeterAddress::Primary(self.new.primary())
    }
}

/// A change of address on its way.
#[derive(Debug)]
pub(crate) struct SettingAddress {
    order: SetAddress,
    timing: Timing,
    stage: AddressStage,
    look: Look,
    /// How often a look after the write may be taken again.
    second_looks: u8,
    meter: Option<SecondaryAddress>,
    write: Option<AddressWrite>,
    checks: Vec<AddressCheck>,
    /// How it ends, while the selection is ended.
    result: Option<Result<SecondaryAddress, Fault>>,
}

impl SettingAddress {
    pub(super) const fn new(order: SetAddress, timing: &Timing) -> Self {
        Self {
            order,
            timing: *timing,
            stage: AddressStage::Identify,
            look: Look::new(order.current, timing).telling_apart(),
            second_looks: timing.tries.saturating_sub(1),
            meter: None,
            write: None,
            checks: Vec::new(),
            result: None,
        }
    }

    pub(super) const fn begin(&mut self) -> Request {
        self.look.begin()
    }

    pub(super) fn proceed(
        &mut self,
        answered: Answered,
        sent: &[u8],
        events: &mut VecDeque<Event>,
    ) -> Step {
        if let Some(result) = self.result.take() {
            return Step::Finish(self.outcome(result));
        }
        if self.stage == AddressStage::Write {
            return self.written(&answered, sent);
        }
        match self.look.proceed(answered) {
            LookStep::Ask(request) => Step::Ask(request),
            LookStep::Seen(answer) => self.seen(answer, events),
        }
    }

    pub(super) fn give_up(mut self, gave_up: &GaveUp, sent: &[u8]) -> Outcome {
        if let Some(result) = self.result.take() {
            return self.outcome(result);
        }
        if self.stage == AddressStage::Write && gave_up.tries > 0 {
            self.note_write(Acknowledgement::Silent, gave_up.tries, sent);
        }
        let reason = AddressReason::Unread(gave_up.miss.reason);
        let fault = Fault { stage: self.stage, reason, state: self.state_midway() };
        self.outcome(Err(fault))
    }

    /// Somebody, or nobody, answered at the address that was looked at.
    fn seen(&mut self, answer: AddressAnswer, events: &mut VecDeque<Event>) -> Step {
        let (stage, asked) = (self.stage, self.asked());
        let initialization = self.look.initialization();
        if stage == AddressStage::Identify {
            self.meter = answer.identification();
        }
        if let AddressAnswer::Meter { identification, telegram } = &answer
            && self.meter == Some(*identification)
        {
            events.push_back(Event::Telegram(telegram.clone()));
        }
        self.checks.push(AddressCheck { stage, asked, initialization, answer: answer.clone() });
        match stage {
            AddressStage::Identify => match answer {
                AddressAnswer::Meter { .. } if self.order.is_idle() => {
                    self.look(AddressStage::Confirm)
                }
                AddressAnswer::Meter { .. } => self.look(AddressStage::CheckNew),
                // An acknowledgement of SND_NKE, behind its time.
                AddressAnswer::Unclear(failure)
                    if failure.reason == FailureReason::Unexpected
                        && failure.evidence == [0xE5]
                        && initialization == Acknowledgement::Silent =>
                {
                    self.refuse(AddressReason::LateAnswer)
                }
                other => self.refuse(unread(&other)),
            },
            AddressStage::CheckNew => self.seen_at_new(&answer),
            AddressStage::Confirm => match answer.identification() {
                Some(second) if self.meter != Some(second) => {
                    let first = self.meter.unwrap_or(second);
                    self.refuse(AddressReason::DifferentMeters { first, second })
                }
                Some(meter) if self.order.is_idle() => self.leave(Ok(meter)),
                Some(_) => self.write(),
                None => self.refuse(unread(&answer)),
            },
            AddressStage::ReadBack => self.seen_back(&answer),
            // There is no look while it is written.
            AddressStage::CheckOld | AddressStage::Write => self.seen_at_old(&answer),
        }
    }

    /// Before the write, at the new address.
    fn seen_at_new(&mut self, answer: &AddressAnswer) -> Step {
        let by = answer.identification();
        match (answer, self.order.current) {
            (AddressAnswer::Nobody { .. }, _) => self.look(AddressStage::Confirm),
            (AddressAnswer::Meter { identification, .. }, current)
                if self.meter == Some(*identification) =>
            {
                match current {
                    MeterAddress::Secondary(_) => self.leave(Ok(*identification)),
                    MeterAddress::Primary(_) => self.refuse(AddressReason::AnswersAtBoth),
                }
            }
            _ if self.is_late(answer) => self.refuse(AddressReason::LateAnswer),
            _ => self.refuse(AddressReason::NewAddressTaken { by }),
        }
    }

    /// Whether what came at the new address is not from there.
    fn is_late(&self, answer: &AddressAnswer) -> bool {
        let late = LateAnswer { order: self.order, meter: self.meter };
        late.explains(answer, self.look.initialization(), self.look.before())
    }

    fn write(&mut self) -> Step {
        self.stage = AddressStage::Write;
        let address = match self.order.current {
            MeterAddress::Primary(address) => address.get(),
            MeterAddress::Secondary(_) => link::SELECTED,
        };
        Step::Ask(Request::SetAddress { address, new: self.order.new.get() })
    }

    fn written(&mut self, answered: &Answered, sent: &[u8]) -> Step {
        let tries = match answered {
            Ok(Answer::Acknowledged { tries }) => *tries,
            Ok(Answer::Telegram(telegram)) => telegram.tries,
            Err(gave_up) => gave_up.tries,
        };
        self.note_write(acknowledgement(answered), tries, sent);
        self.look(AddressStage::ReadBack)
    }

    fn note_write(&mut self, acknowledgement: Acknowledgement, tries: u8, sent: &[u8]) {
        self.write = Some(AddressWrite { frame: sent.to_vec(), acknowledgement, tries });
    }

    /// After the write, at the new address.
    fn seen_back(&mut self, answer: &AddressAnswer) -> Step {
        match (answer, self.order.current) {
            // Others may have the old address; nothing is known about it.
            (AddressAnswer::Meter { identification, .. }, MeterAddress::Secondary(_))
                if self.meter == Some(*identification) =>
            {
                self.leave(Ok(*identification))
            }
            (AddressAnswer::Nobody { .. } | AddressAnswer::Meter { .. }, _) => {
                self.look(AddressStage::CheckOld)
            }
            _ if self.may_look_again() => self.look(AddressStage::ReadBack),
            _ => self.look(AddressStage::CheckOld),
        }
    }

    /// After the write, at the old address.
    fn seen_at_old(&mut self, answer: &AddressAnswer) -> Step {
        let is_back = self.meter.is_some_and(|meter| self.read_back_is(meter));
        match answer {
            AddressAnswer::Meter { .. } => {}
            // It answers nowhere: it may only need a moment to get used to its new address.
            AddressAnswer::Nobody { .. } if !is_back && self.may_look_again() => {
                return self.look(AddressStage::ReadBack);
            }
            AddressAnswer::Nobody { .. } => {}
            _ if self.may_look_again() => return self.look(AddressStage::CheckOld),
            _ => {}
        }
        let verdict = self.verdict();
        self.leave(verdict)
    }

    fn may_look_again(&mut self) -> bool {
        let may = self.second_looks > 0;
        self.second_looks = self.second_looks.saturating_sub(1);
        may
    }

    fn verdict(&self) -> Result<SecondaryAddress, Fault> {
        let lost = Fault {
            stage: AddressStage::ReadBack,
            reason: AddressReason::Lost,
            state: AddressState::Unknown,
        };
        let (Some(meter), Some(read_back)) = (self.meter, self.last(AddressStage::ReadBack)) else {
            return Err(lost);
        };
        let acknowledgement =
            self.write.as_ref().map_or(Acknowledgement::Silent, |write| write.acknowledgement);
        let old = self.last(AddressStage::CheckOld);
        let new = self.order.new;
        Afterwards { meter, new, acknowledgement, read_back, old }.verdict()
    }

    fn last(&self, stage: AddressStage) -> Option<&AddressAnswer> {
        let check = self.checks.iter().rev().find(|check| check.stage == stage)?;
        Some(&check.answer)
    }

    fn read_back_is(&self, meter: SecondaryAddress) -> bool {
        self.last(AddressStage::ReadBack).is_some_and(|answer| answer.is_meter(meter))
    }

    /// The address that this stage looks at.
    fn asked(&self) -> MeterAddress {
        match (self.stage, self.order.current) {
            (AddressStage::CheckNew | AddressStage::ReadBack, _) => {
                MeterAddress::Primary(self.order.new.primary())
            }
            // Once the meter is known, no other is selected with it.
            (_, MeterAddress::Secondary(mask)) => {
                MeterAddress::Secondary(self.meter.map_or(mask, |meter| narrowed(mask, meter)))
            }
            (_, current) => current,
        }
    }

    /// Goes on with a look.
    fn look(&mut self, stage: AddressStage) -> Step {
        self.stage = stage;
        let look = Look::new(self.asked(), &self.timing);
        let before_the_write = stage == AddressStage::Confirm;
        self.look = if before_the_write { look.telling_apart() } else { look };
        Step::Ask(self.look.begin())
    }

    /// Nothing was written, and nothing will be.
    fn refuse(&mut self, reason: AddressReason) -> Step {
        self.leave(Err(Fault { stage: self.stage, reason, state: AddressState::Unchanged }))
    }

    /// The result stands; ends the selection, where there may be one.
    fn leave(&mut self, result: Result<SecondaryAddress, Fault>) -> Step {
        let nobody = |fault: Fault| fault.reason == AddressReason::NoMeter;
        let is_selected = matches!(self.order.current, MeterAddress::Secondary(_));
        if !is_selected || result.is_err_and(nobody) {
            return Step::Finish(self.outcome(result));
        }
        self.result = Some(result);
        Step::Ask(CLEAR_SELECTION)
    }

    /// What the meter has when it ends where it stands.
    fn state_midway(&self) -> AddressState {
        let Some(write) = &self.write else { return AddressState::Unchanged };
        let was_acknowledged = write.acknowledgement == Acknowledgement::Acknowledged;
        match (self.meter, self.last(AddressStage::ReadBack)) {
            (_, None) if was_acknowledged => AddressState::ChangedUnverified,
            (Some(meter), Some(answer)) if answer.is_meter(meter) => {
                AddressState::ChangedUnverified
            }
            _ => AddressState::Unknown,
        }
    }

    fn outcome(&mut self, result: Result<SecondaryAddress, Fault>) -> Outcome {
        let (order, identification) = (self.order, self.meter);
        let (write, checks) = (self.write.take(), std::mem::take(&mut self.checks));
        Outcome::AddressSet(match result {
            Ok(identification) => {
                Ok(AddressSet { identification, address: order.new, write, checks })
            }
            Err(Fault { stage, reason, state }) => {
                Err(AddressFailure { order, stage, reason, state, identification, write, checks })
            }
        })
    }
}
