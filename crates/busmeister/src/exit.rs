//! The exit codes that scripts rely on.

use std::io;
use std::process::ExitCode;

use mbus_io::PortError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Ok = 0,
    /// Something was faulty; what was good has been printed.
    Faulty = 1,
    /// The command was called wrongly.
    Usage = 2,
    /// No meter answered.
    NoAnswer = 3,
    /// The port or connection failed.
    Port = 4,
    /// Another meter answered, or several at once.
    WrongMeter = 5,
}

/// A port that cannot be used, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{error}. {}", error.remedy())]
pub(crate) struct PortFailure {
    error: PortError,
}

impl PortFailure {
    pub(crate) const fn new(error: PortError) -> Self {
        Self { error }
    }
}

/// An error of the person who typed the command.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

impl Exit {
    /// Tells the person why the command ended, and gives the code for scripts.
    pub(crate) fn report(error: &anyhow::Error) -> Self {
        let is_closed_pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        if error.downcast_ref().is_some_and(is_closed_pipe) {
            // The reader of our output has seen enough: `busmeister decode … | head`.
            return Self::Ok;
        }
        eprintln!("busmeister: {error:#}");
        if error.is::<UsageError>() {
            Self::Usage
        } else if error.is::<PortFailure>() {
            Self::Port
        } else {
            Self::Faulty
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
