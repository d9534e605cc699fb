//! SND_NKE (EN 13757-2, 5.7.3.1): the link starts anew, the frame count with it.

use mbus::PrimaryAddress;
use mbus::address::link;

use crate::procedure::{Answered, Step};
use crate::request::Request;
use crate::retry::GaveUp;
use crate::{Acknowledgement, Outcome, Stage};

/// To whom SND_NKE goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitializeTarget {
    /// One meter.
    Primary(PrimaryAddress),
    /// The meters that are selected (253); it also ends their selection.
    Selected,
    /// Every meter, and each of them answers (254).
    Test,
    /// Every meter, and none of them answers (255).
    Broadcast,
}

impl InitializeTarget {
    /// The A field.
    pub const fn link_address(self) -> u8 {
        match self {
            Self::Primary(address) => address.get(),
            Self::Selected => link::SELECTED,
            Self::Test => link::TEST,
            Self::Broadcast => link::BROADCAST,
        }
    }
}

/// The request that ends every selection.
pub(super) const CLEAR_SELECTION: Request = Request::Initialize { address: link::SELECTED };

#[derive(Debug)]
pub(crate) struct Initializing {
    target: InitializeTarget,
}

impl Initializing {
    pub(super) const fn new(target: InitializeTarget) -> Self {
        Self { target }
    }

    pub(super) const fn begin(&self) -> Request {
        Request::Initialize { address: self.target.link_address() }
    }

    pub(super) fn proceed(&self, answered: &Answered) -> Step {
        Step::Finish(Outcome::Initialized(Ok(acknowledgement(answered))))
    }

    pub(super) fn give_up(self, gave_up: GaveUp) -> Outcome {
        Outcome::Initialized(Err(gave_up.at(Stage::Initialize)))
    }
}

/// What SND_NKE was answered with. Meters may stay silent, and several may answer at 253 and 254,
/// so nothing here is a failure.
pub(super) fn acknowledgement(answered: &Answered) -> Acknowledgement {
    match answered {
        Ok(_) => Acknowledgement::Acknowledged,
        Err(gave_up) if gave_up.nobody_answered() => Acknowledgement::Silent,
        Err(_) => Acknowledgement::Unclear,
    }
}
