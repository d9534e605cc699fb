//! A look at one address: who answers there, and is it only one?

use mbus::address::link;
use mbus::telegram::Body;
use mbus::{MeterAddress, SecondaryAddress, Telegram};

use crate::exchange::{Answer, Miss};
use crate::identity::{as_address, is_selected_by};
use crate::procedure::Answered;
use crate::procedure::initialize::acknowledgement;
use crate::procedure::select::{SelectStep, Selecting};
use crate::request::{Answerers, Request};
use crate::retry::GaveUp;
use crate::{
    Acknowledgement, AddressAnswer, Failure, FailureReason, ReceivedTelegram, Stage, Timing,
};

/// How often a damaged answer is asked for in all, as in a readout.
const MOST_ASKED: u8 = 3;
/// What SND_NKE is answered with.
const ACKNOWLEDGEMENT: u8 = 0xE5;
/// The shortest frame that holds a telegram.
const LEAST_TELEGRAM: usize = 9;

/// SND_NKE or a selection, then REQ_UD2 for one telegram, and nothing else may come.
#[derive(Debug)]
pub(super) struct Look {
    access: Access,
    is_open: bool,
    initialization: Acknowledgement,
    /// What came instead of an acknowledgement of SND_NKE.
    before: Vec<u8>,
    /// Whether a damaged answer is asked for again, to tell noise from several meters.
    tells_apart: bool,
    damaged: Option<GaveUp>,
}

#[derive(Debug)]
enum Access {
    Primary(u8),
    Secondary { mask: SecondaryAddress, selecting: Selecting },
}

/// What a look wants next.
#[derive(Debug)]
pub(super) enum LookStep {
    Ask(Request),
    Seen(AddressAnswer),
}

impl Look {
    pub(super) const fn new(address: MeterAddress, timing: &Timing) -> Self {
        let access = match address {
            MeterAddress::Primary(address) => Access::Primary(address.get()),
            MeterAddress::Secondary(mask) => {
                Access::Secondary { mask, selecting: Selecting::new(mask, None, timing) }
            }
        };
        Self {
            access,
            is_open: false,
            initialization: Acknowledgement::Silent,
            before: Vec::new(),
            tells_apart: false,
            damaged: None,
        }
    }

    /// A damaged answer is asked for again: several meters damage it in the same way twice.
    /// Whatever comes then, no answer counts any more.
    pub(super) const fn telling_apart(mut self) -> Self {
        self.tells_apart = true;
        self
    }

    pub(super) const fn begin(&mut self) -> Request {
        match &mut self.access {
            Access::Primary(address) => Request::Initialize { address: *address },
            Access::Secondary { selecting, .. } => selecting.begin(),
        }
    }

    /// What SND_NKE was answered with.
    pub(super) const fn initialization(&self) -> Acknowledgement {
        self.initialization
    }

    /// What came instead of an acknowledgement of SND_NKE.
    pub(super) fn before(&self) -> &[u8] {
        &self.before
    }

    pub(super) fn proceed(&mut self, answered: Answered) -> LookStep {
        if self.is_open {
            return self.opened(answered);
        }
        match &mut self.access {
            Access::Primary(address) => {
                self.initialization = acknowledgement(&answered);
                let address = *address;
                if let Err(gave_up) = answered {
                    self.before = gave_up.miss.evidence;
                }
                self.request(address)
            }
            Access::Secondary { selecting, .. } => {
                let step = selecting.proceed(answered);
                self.initialization = selecting.cleared();
                match step {
                    SelectStep::Ask(request) => LookStep::Ask(request),
                    SelectStep::Selected(_) => self.request(link::SELECTED),
                    SelectStep::Failed(gave_up) if gave_up.nobody_answered() => {
                        let (tries, waited) = (gave_up.tries, gave_up.miss.waited);
                        LookStep::Seen(AddressAnswer::Nobody { tries, waited })
                    }
                    SelectStep::Failed(gave_up) => {
                        LookStep::Seen(AddressAnswer::Unclear(gave_up.at(Stage::Select)))
                    }
                }
            }
        }
    }

    /// The request for data was answered, or was not.
    fn opened(&mut self, answered: Answered) -> LookStep {
        let seen = |gave_up: GaveUp| {
            let failure = gave_up.at(Stage::ReadOut { telegram: 0 });
            LookStep::Seen(AddressAnswer::Unclear(failure))
        };
        if let Some(first) = self.damaged.take() {
            let told = told_apart(first, answered);
            if told.is_certain || told.gave_up.tries >= MOST_ASKED {
                return seen(told.gave_up);
            }
            self.damaged = Some(told.gave_up);
            return self.request(self.link_address());
        }
        match (answered, &self.access) {
            (Err(mut gave_up), Access::Secondary { mask, .. })
                if mask.has_wildcard() && is_damage(gave_up.miss.reason) =>
            {
                // As in a readout: the mask may have selected several.
                gave_up.miss.reason = FailureReason::Collision;
                seen(gave_up)
            }
            (Err(mut gave_up), _) if self.is_second_acknowledgement(&gave_up.miss) => {
                gave_up.miss.reason = FailureReason::Collision;
                seen(gave_up)
            }
            (Err(gave_up), _) if self.tells_apart && is_damage(gave_up.miss.reason) => {
                self.damaged = Some(gave_up);
                self.request(self.link_address())
            }
            (answered, _) => LookStep::Seen(self.judge(answered)),
        }
    }

    /// Whether SND_NKE was acknowledged once more before the answer: then there are two.
    fn is_second_acknowledgement(&self, miss: &Miss) -> bool {
        let is_broken =
            is_damage(miss.reason) || matches!(miss.reason, FailureReason::Truncated { .. });
        let was_acknowledged = self.initialization == Acknowledgement::Acknowledged;
        is_broken && was_acknowledged && miss.evidence.first() == Some(&ACKNOWLEDGEMENT)
    }

    const fn link_address(&self) -> u8 {
        match &self.access {
            Access::Primary(address) => *address,
            Access::Secondary { .. } => link::SELECTED,
        }
    }

    const fn request(&mut self, address: u8) -> LookStep {
        self.is_open = true;
        LookStep::Ask(Request::Data { address, answerers: Answerers::ProvablyOne })
    }

    fn judge(&self, answered: Answered) -> AddressAnswer {
        match answered {
            Ok(Answer::Telegram(telegram)) => self.identify(telegram),
            // An exchange takes no acknowledgement for data, so this does not happen.
            Ok(Answer::Acknowledged { .. }) => AddressAnswer::NoTelegram,
            Err(gave_up) if gave_up.nobody_answered() => {
                let selected = matches!(self.access, Access::Secondary { .. });
                if selected || self.initialization != Acknowledgement::Silent {
                    return AddressAnswer::NoTelegram;
                }
                let (tries, waited) = (gave_up.tries, gave_up.miss.waited);
                AddressAnswer::Nobody { tries, waited }
            }
            Err(gave_up) => AddressAnswer::Unclear(gave_up.at(Stage::ReadOut { telegram: 0 })),
        }
    }

    /// Who sent a telegram with a right checksum, from an address that may answer.
    fn identify(&self, telegram: ReceivedTelegram) -> AddressAnswer {
        let Ok(contents) = Telegram::parse(&telegram.frame) else {
            return AddressAnswer::Unidentified { telegram };
        };
        if let Body::ApplicationError(error) = contents.body {
            return unclear(FailureReason::ApplicationError(error.0), telegram);
        }
        let identity = contents.identity();
        let Some(found) = as_address(identity) else {
            return AddressAnswer::Unidentified { telegram };
        };
        match self.access {
            Access::Secondary { mask, .. } if !is_selected_by(identity, mask) => {
                unclear(FailureReason::WrongMeter { expected: mask, found }, telegram)
            }
            _ => AddressAnswer::Meter { identification: found, telegram },
        }
    }
}

const fn is_damage(reason: FailureReason) -> bool {
    matches!(reason, FailureReason::Garbage | FailureReason::Damaged { .. })
}

/// What damaged answers were, as far as it can be told.
struct ToldApart {
    gave_up: GaveUp,
    /// Whether asking again would tell no more.
    is_certain: bool,
}

/// What a damaged answer was, after the same was asked again: noise never strikes twice alike.
fn told_apart(first: GaveUp, second: Answered) -> ToldApart {
    let certain = |gave_up| ToldApart { gave_up, is_certain: true };
    let Err(second) = second else { return certain(first) };
    let tries = first.tries.saturating_add(second.tries);
    let is_alike = first.miss.evidence == second.miss.evidence;
    let reason = match second.miss.reason {
        FailureReason::Damaged { error } if is_alike => FailureReason::DamagedAlike { error },
        // Less than a telegram may be stray bytes of the converter, which are always the same.
        FailureReason::Garbage if is_alike && second.miss.evidence.len() >= LEAST_TELEGRAM => {
            FailureReason::Collision
        }
        FailureReason::Collision => FailureReason::Collision,
        reason if is_damage(reason) => {
            let is_certain = is_alike;
            return ToldApart { gave_up: GaveUp { tries, ..second }, is_certain };
        }
        _ => return certain(GaveUp { tries, ..first }),
    };
    certain(GaveUp { miss: Miss { reason, ..second.miss }, tries })
}

fn unclear(reason: FailureReason, telegram: ReceivedTelegram) -> AddressAnswer {
    let ReceivedTelegram { frame: evidence, answered_after: waited, tries, .. } = telegram;
    let stage = Stage::ReadOut { telegram: 0 };
    AddressAnswer::Unclear(Failure { reason, stage, tries, waited, evidence })
}
