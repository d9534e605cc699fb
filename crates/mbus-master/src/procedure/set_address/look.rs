//! A look at one address: who answers there, and is it only one?

use mbus::address::link;
use mbus::telegram::Body;
use mbus::{MeterAddress, SecondaryAddress, Telegram};

use crate::exchange::Answer;
use crate::identity::{as_address, is_selected_by};
use crate::procedure::Answered;
use crate::procedure::initialize::acknowledgement;
use crate::procedure::select::{SelectStep, Selecting};
use crate::request::{Answerers, Request};
use crate::{
    Acknowledgement, AddressAnswer, Failure, FailureReason, ReceivedTelegram, Stage, Timing,
};

/// SND_NKE or a selection, then REQ_UD2 for one telegram, and nothing else may come.
#[derive(Debug)]
pub(super) struct Look {
    access: Access,
    is_open: bool,
    initialization: Acknowledgement,
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
        Self { access, is_open: false, initialization: Acknowledgement::Silent }
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

    pub(super) fn proceed(&mut self, answered: Answered) -> LookStep {
        if self.is_open {
            return LookStep::Seen(self.judge(answered));
        }
        match &mut self.access {
            Access::Primary(address) => {
                self.initialization = acknowledgement(&answered);
                let address = *address;
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

fn unclear(reason: FailureReason, telegram: ReceivedTelegram) -> AddressAnswer {
    let ReceivedTelegram { frame: evidence, answered_after: waited, tries, .. } = telegram;
    let stage = Stage::ReadOut { telegram: 0 };
    AddressAnswer::Unclear(Failure { reason, stage, tries, waited, evidence })
}
