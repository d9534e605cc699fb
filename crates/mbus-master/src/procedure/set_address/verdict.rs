//! What the looks after the write say: whether the meter has the new address.

use mbus::{Frame, SecondaryAddress};

use crate::{
    Acknowledgement, AddressAnswer, AddressReason, AddressStage, AddressState, NewAddress,
};

/// Where and why it ended badly, and what the meter has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) stage: AddressStage,
    pub(super) reason: AddressReason,
    pub(super) state: AddressState,
}

/// What was seen after the write.
#[derive(Debug)]
pub(super) struct Afterwards<'a> {
    pub(super) meter: SecondaryAddress,
    pub(super) new: NewAddress,
    pub(super) acknowledgement: Acknowledgement,
    /// At the new address.
    pub(super) read_back: &'a AddressAnswer,
    /// At the old address, where it was looked at.
    pub(super) old: Option<&'a AddressAnswer>,
}

impl Afterwards<'_> {
    /// The meter, where it has its new address. The read back decides, whatever was acknowledged.
    pub(super) fn verdict(&self) -> Result<SecondaryAddress, Fault> {
        if self.read_back.is_meter(self.meter) { self.verdict_on_old() } else { self.missed() }
    }

    /// The meter is at its new address. Is it only there?
    fn verdict_on_old(&self) -> Result<SecondaryAddress, Fault> {
        match self.old {
            None | Some(AddressAnswer::Nobody { .. }) => Ok(self.meter),
            Some(answer) => Err(Fault {
                stage: AddressStage::CheckOld,
                reason: AddressReason::OldAddressAnswers { found: answer.identification() },
                state: AddressState::ChangedUnverified,
            }),
        }
    }

    /// The meter was not read at its new address. Where is it?
    fn missed(&self) -> Result<SecondaryAddress, Fault> {
        let state = match self.kept() {
            Some(true) => AddressState::Unchanged,
            Some(false) => AddressState::ChangedUnverified,
            None => match self.read_back {
                // Something that may be the meter is where it should be.
                AddressAnswer::Unclear(_)
                | AddressAnswer::NoTelegram
                | AddressAnswer::Unidentified { .. }
                    if self.acknowledgement == Acknowledgement::Acknowledged =>
                {
                    AddressState::ChangedUnverified
                }
                _ => AddressState::Unknown,
            },
        };
        let was_acknowledged = self.acknowledgement == Acknowledgement::Acknowledged;
        let (stage, reason) = match (self.read_back, state) {
            (AddressAnswer::Nobody { .. }, AddressState::Unchanged) if was_acknowledged => {
                (AddressStage::ReadBack, AddressReason::Ignored)
            }
            (AddressAnswer::Nobody { .. }, AddressState::Unchanged) => {
                (AddressStage::Write, AddressReason::NotAcknowledged)
            }
            (AddressAnswer::Meter { identification: found, .. }, _) => {
                (AddressStage::ReadBack, AddressReason::OtherMeterAtNew { found: *found })
            }
            (AddressAnswer::Nobody { .. }, _) => (AddressStage::ReadBack, AddressReason::Lost),
            (answer, _) => (AddressStage::ReadBack, unread(answer)),
        };
        Err(Fault { stage, reason, state })
    }

    /// Whether the meter answered at the old address and still has it; `None` where that is not
    /// known. One that is called by its secondary address answers whatever it has, and says so
    /// in the A field, or answers with 253.
    fn kept(&self) -> Option<bool> {
        let Some(AddressAnswer::Meter { identification, telegram }) = self.old else { return None };
        if *identification != self.meter {
            return None;
        }
        let found = match Frame::parse(&telegram.frame) {
            Ok((Frame::Long { address, .. }, _)) => address,
            _ => return None,
        };
        if found == self.new.get() {
            return Some(false);
        }
        let silent_at_new = matches!(self.read_back, AddressAnswer::Nobody { .. });
        (silent_at_new || mbus::PrimaryAddress::new(found).is_some()).then_some(true)
    }
}

/// Why an answer is not that of one meter.
pub(super) const fn unread(answer: &AddressAnswer) -> AddressReason {
    match answer {
        AddressAnswer::Unclear(failure) => AddressReason::Unread(failure.reason),
        AddressAnswer::Unidentified { .. } => AddressReason::Unidentified,
        AddressAnswer::NoTelegram => AddressReason::NoTelegram,
        AddressAnswer::Nobody { .. } | AddressAnswer::Meter { .. } => AddressReason::NoMeter,
    }
}
