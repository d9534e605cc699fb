//! What the portal tells the gateway to do: the same jobs as those of the pages.
//!
//! A command is in the store before it begins, so it is never run twice, and its reply is there
//! before the portal hears it, so it is never lost. What a stop of the gateway interrupted is
//! answered at the next start.

mod order;

use std::time::Duration;

use fleet_link::{Command, CommandKind, CommandProgress, CommandReply, PendingCommands};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::backoff::Backoff;
use super::client::Client;
use super::outgoing::finding_of;
use super::store::FleetStore;
use super::task::LinkTask;
use crate::findings::{Finding, Severity};
use crate::job::{JobStep, Steps};
use crate::latest::now_to_the_millisecond;
use crate::store::StoreError;

/// Steps of a command that wait to be told.
const ROOM: usize = 8;
/// How long the portal may take to hear that a command begins.
const HEARD: Duration = Duration::from_secs(5);

/// Fetches commands and carries them out.
pub(super) struct Commands {
    task: LinkTask,
    client: Client,
    backoff: Backoff,
    /// What has begun goes on to its end, also where the link ends meanwhile.
    under_way: TaskTracker,
}

impl Commands {
    pub(super) fn new(task: LinkTask, client: Client, under_way: TaskTracker) -> Self {
        Self { task, client, backoff: Backoff::default(), under_way }
    }

    pub(super) async fn run(mut self) {
        loop {
            self.task.commands().notified().await;
            while let Err(error) = self.fetch().await {
                tracing::debug!(error, "commands were not fetched");
                self.task.pause(self.backoff.failed()).await;
            }
            self.backoff.reset();
        }
    }

    async fn fetch(&mut self) -> Result<(), String> {
        let pending = self.client.get::<PendingCommands>("/commands").await;
        for command in pending.map_err(|error| error.to_string())?.commands {
            self.begin(command).await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    async fn begin(&self, command: Command) -> Result<(), StoreError> {
        let Command { id, expires_at, command: kind, .. } = command;
        let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if id.is_empty() || !id.chars().all(is_id) {
            tracing::warn!(id = %id.escape_default(), "a command has an id that cannot be answered");
            return Ok(());
        }
        let now = Timestamp::now();
        if !self.task.store.begin_command(id.clone(), kind.clone(), now).await? {
            return Ok(());
        }
        tracing::info!(command = id, "the portal has a command");
        let one = OneCommand { task: self.task.clone(), client: self.client.clone(), id };
        let too_late = now > expires_at;
        self.under_way.spawn(async move {
            if too_late {
                one.reply(failed(expired(expires_at, now))).await;
            } else {
                one.run(kind).await;
            }
        });
        Ok(())
    }
}

/// Answers what was begun before the gateway stopped. Nobody knows how it ended.
pub(super) async fn answer_interrupted(store: &FleetStore) -> Result<(), StoreError> {
    for begun in store.begun_commands().await? {
        tracing::warn!(command = begun.id, "a command was interrupted by a stop of the gateway");
        store.save_reply(begun.id, &failed(interrupted(&begun.kind))).await?;
    }
    Ok(())
}

/// A command that has begun.
struct OneCommand {
    task: LinkTask,
    client: Client,
    id: String,
}

impl OneCommand {
    async fn run(mut self, kind: CommandKind) {
        let (steps, told) = mpsc::channel(ROOM);
        // So that the portal does not tell of it again; the meter does not wait long for that.
        let _ = tokio::time::timeout(HEARD, self.tell(JobStep::Queued, &kind)).await;
        let teller =
            Self { task: self.task.clone(), client: self.client.clone(), id: self.id.clone() };
        let telling = teller.tell_all(told, kind.clone());
        let doing = async {
            let surroundings = &self.task.surroundings;
            let reply = order::carry_out(surroundings, &self.id, kind, Steps::to(steps)).await;
            self.reply(reply).await;
        };
        tokio::join!(doing, telling);
    }

    async fn tell_all(mut self, mut told: mpsc::Receiver<JobStep>, kind: CommandKind) {
        while let Some(step) = told.recv().await {
            self.tell(step, &kind).await;
        }
    }

    /// Tells how far it is. Where the portal does not hear it, it will hear the end.
    async fn tell(&mut self, step: JobStep, kind: &CommandKind) {
        let progress = CommandProgress {
            at: now_to_the_millisecond(),
            step: step.code().to_owned(),
            text: order::words(step, kind),
        };
        let path = format!("/commands/{}/progress", self.id);
        if let Err(error) = self.client.tell(&path, &progress).await {
            tracing::debug!(%error, command = self.id, "the portal did not hear how far it is");
        }
    }

    async fn reply(&self, reply: CommandReply) {
        if let CommandReply::Failed { finding } = &reply {
            tracing::info!(command = self.id, code = finding.code, "a command failed");
        }
        match self.task.store.save_reply(self.id.clone(), &reply).await {
            Ok(()) => self.task.replies().notify_one(),
            Err(error) => tracing::error!(%error, command = self.id, "a reply could not be kept"),
        }
    }
}

pub(super) fn failed(finding: Finding) -> CommandReply {
    CommandReply::Failed { finding: finding_of(finding, None, None) }
}

fn expired(expires_at: Timestamp, now: Timestamp) -> Finding {
    Finding {
        code: "command_expired".to_owned(),
        what: "The command came too late, so nothing was done".to_owned(),
        why: format!("It was to be begun until {expires_at}; at the gateway it is {now}."),
        remedy: "Try again; where this comes again, set the clock of the gateway.".to_owned(),
        severity: Severity::Fault,
        since: None,
    }
}

fn interrupted(kind: &CommandKind) -> Finding {
    let (what, remedy) = match kind {
        CommandKind::SetAddress { current, new, .. } => (
            format!("Whether the meter at {current} has address {new} is not known"),
            format!("Read address {new} and address {current} to see where the meter is."),
        ),
        _ => ("The meter was not read".to_owned(), "Read it again.".to_owned()),
    };
    Finding {
        code: "interrupted".to_owned(),
        what,
        why: "The gateway was stopped meanwhile.".to_owned(),
        remedy,
        severity: Severity::Fault,
        since: None,
    }
}
