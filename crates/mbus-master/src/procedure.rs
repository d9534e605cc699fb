//! What a master can be asked to do: one file for each procedure.
//!
//! A procedure decides and does nothing else. `begin` gives its first request, `proceed` the next
//! step after each answer, `give_up` the outcome when nothing can be sent any more; it knows
//! neither bytes on the wire nor time. A new procedure is a new file with these three functions,
//! a variant of [`Procedure`] and one of [`Outcome`].

mod initialize;
mod read_out;
mod select;

use std::collections::VecDeque;

use mbus::SecondaryAddress;

pub use initialize::InitializeTarget;
pub use read_out::ReadOut;

use crate::exchange::Answer;
use crate::request::Request;
use crate::retry::GaveUp;
use crate::{Event, Outcome, Timing};
use initialize::Initializing;
use read_out::ReadingOut;
use select::SelectingOne;

/// One thing to do on the bus, from the first request to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// Send SND_NKE, so that the link starts anew.
    Initialize(InitializeTarget),
    /// Select a meter by its secondary address and leave it selected.
    Select(SecondaryAddress),
    /// Read all telegrams of a meter.
    ReadOut(ReadOut),
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
}

impl Running {
    pub(crate) fn new(procedure: Procedure, timing: &Timing) -> Self {
        match procedure {
            Procedure::Initialize(target) => Self::Initialize(Initializing::new(target)),
            Procedure::Select(mask) => Self::Select(SelectingOne::new(mask, timing)),
            Procedure::ReadOut(read_out) => Self::ReadOut(ReadingOut::new(read_out, timing)),
        }
    }

    /// The first request.
    pub(crate) fn begin(&mut self) -> Request {
        match self {
            Self::Initialize(running) => running.begin(),
            Self::Select(running) => running.begin(),
            Self::ReadOut(running) => running.begin(),
        }
    }

    /// The step after an answer. Telegrams that may be used go to `events`.
    pub(crate) fn proceed(&mut self, answered: Answered, events: &mut VecDeque<Event>) -> Step {
        match self {
            Self::Initialize(running) => running.proceed(&answered),
            Self::Select(running) => running.proceed(answered),
            Self::ReadOut(running) => running.proceed(answered, events),
        }
    }

    /// The end where it stands, because no request can be sent any more.
    pub(crate) fn give_up(self, gave_up: GaveUp) -> Outcome {
        match self {
            Self::Initialize(running) => running.give_up(gave_up),
            Self::Select(running) => running.give_up(gave_up),
            Self::ReadOut(running) => running.give_up(gave_up),
        }
    }
}
