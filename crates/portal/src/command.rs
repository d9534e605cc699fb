//! What a person asked a gateway to do, and how far it is.

use fleet_link::{CommandKind, CommandProgress, CommandReply};
use jiff::Timestamp;

use crate::id::{CommandId, GatewayId, MeterId};

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its id.
    pub id: CommandId,
    /// Who is to do it.
    pub gateway: GatewayId,
    /// What is to be done, in the words of the gateway.
    pub kind: CommandKind,
    /// The meter it is about, where it is one of this portal.
    pub meter: Option<MeterId>,
    /// When a person asked for it.
    pub created_at: Timestamp,
    /// Who asked.
    pub created_by: String,
    /// After this it is not begun any more.
    pub expires_at: Timestamp,
    /// When the gateway fetched it first.
    pub delivered_at: Option<Timestamp>,
    /// How it went, oldest first.
    pub progress: Vec<CommandProgress>,
    /// What came of it, and when.
    pub reply: Option<(CommandReply, Timestamp)>,
}

/// How far a command is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandState {
    /// The gateway has not fetched it.
    Queued,
    /// The gateway has it.
    Delivered,
    /// The gateway has begun.
    Running,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
    /// The time to begin it is over.
    Expired,
}

impl Command {
    /// How far it is.
    pub fn state(&self, now: Timestamp) -> CommandState {
        match (&self.reply, self.progress.is_empty(), self.delivered_at) {
            (Some((CommandReply::Failed { .. }, _)), ..) => CommandState::Failed,
            (Some(_), ..) => CommandState::Done,
            (None, false, _) => CommandState::Running,
            (None, true, _) if now > self.expires_at => CommandState::Expired,
            (None, true, Some(_)) => CommandState::Delivered,
            (None, true, None) => CommandState::Queued,
        }
    }
}
