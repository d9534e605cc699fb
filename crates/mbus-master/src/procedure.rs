//! What a master can be asked to do: one file for each procedure.
//!
//! A procedure decides and does nothing else. `begin` gives its first request, `proceed` the next
//! step after each answer, `give_up` the outcome when nothing can be sent any more; it knows
//! neither bytes on the wire nor time. A new procedure is a new file with these three functions,
//! a variant of [`Procedure`] and one of [`Outcome`].

mod initialize;
mod read_out;
mod select;
mod set_address;

use std::collections::VecDeque;

use mbus::SecondaryAddress;

pub use initialize::InitializeTarget;
pub use read_out::ReadOut;
pub use set_address::SetAddress;

use crate::exchange::Answer;
use crate::request::Request;
use crate::retry::GaveUp;
use crate::{Event, Outcome, Timing};
use initialize::Initializing;
use read_out::ReadingOut;
use select::SelectingOne;
use set_address::SettingAddress;

/// One thing to do on the bus, from the first request to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// Send SND_NKE, so that the link starts anew.
    Initialize(InitializeTarget),
    /// Select a meter by its secondary address and leave it selected.
    Select(SecondaryAddress),
    /// Read all telegrams of a meter.
    ReadOut(ReadOut),
    /// Give a meter another primary address, with proof before and after.
    SetAddress(SetAddress),
}

/// What a procedure wants next.
#[derive(Debug)]
pub(crate) enum Step {
    /// An answer to this request.
    Ask(Request),
    /// Nothing more.
    Finish(Outcome),
}

/// What became of a request, its repetitions included.
pub(crate) type Answered = Result<Answer, GaveUp>;

/// A procedure on its way.
#[derive(Debug)]
pub(crate) enum Running {
    Initialize(Initializing),
    Select(SelectingOne),
    ReadOut(ReadingOut),
    SetAddress(SettingAddress),
}

impl Running {
    pub(crate) fn new(procedure: Procedure, timing: &Timing) -> Self {
        match procedure {
            Procedure::Initialize(target) => Self::Initialize(Initializing::new(target)),
            Procedure::Select(mask) => Self::Select(SelectingOne::new(mask, timing)),
            Procedure::ReadOut(read_out) => Self::ReadOut(ReadingOut::new(read_out, timing)),
            Procedure::SetAddress(order) => Self::SetAddress(SettingAddress::new(order, timing)),
        }
    }

    /// The first request.
    pub(crate) fn begin(&mut self) -> Request {
        match self {
            Self::Initialize(running) => running.begin(),
            Self::Select(running) => running.begin(),
            Self::ReadOut(running) => running.begin(),
            Self::SetAddress(running) => running.begin(),
        }
    }

    /// The step after an answer to what was `sent`. Telegrams that may be used go to `events`.
    pub(crate) fn proceed(
        &mut self,
        answered: Answered,
        sent: &[u8],
        events: &mut VecDeque<Event>,
    ) -> Step {
        match self {
            Self::Initialize(running) => running.proceed(&answered),
            Self::Select(running) => running.proceed(answered),
            Self::ReadOut(running) => running.proceed(answered, events),
            Self::SetAddress(running) => running.proceed(answered, sent, events),
        }
    }

    /// The end where it stands, because no request can be sent any more; the last was `sent`
    /// if it was tried at all.
    pub(crate) fn give_up(self, gave_up: GaveUp, sent: &[u8]) -> Outcome {
        match self {
            Self::Initialize(running) => running.give_up(gave_up),
            Self::Select(running) => running.give_up(gave_up),
            Self::ReadOut(running) => running.give_up(gave_up),
            Self::SetAddress(running) => running.give_up(&gave_up, sent),
        }
    }
}
