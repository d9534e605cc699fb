//! Replies go up, and wait in the store until the portal has them.

use jiff::Timestamp;

use super::backoff::Backoff;
use super::client::Client;
use super::task::LinkTask;

/// Sends replies.
pub(super) struct Replies {
    task: LinkTask,
    client: Client,
    backoff: Backoff,
}

impl Replies {
    pub(super) fn new(task: LinkTask, client: Client) -> Self {
        Self { task, client, backoff: Backoff::default() }
    }

    pub(super) async fn run(mut self) {
        loop {
            match self.send_all().await {
                Ok(()) => {
                    self.backoff.reset();
                    self.task.replies().notified().await;
                }
                Err(error) => {
                    tracing::debug!(error, "a reply was not sent");
                    self.task.pause(self.backoff.failed()).await;
                }
            }
        }
    }

    async fn send_all(&mut self) -> Result<(), String> {
        let waiting = self.task.store.waiting_replies().await.map_err(|error| error.to_string())?;
        for (id, reply) in waiting {
            match self.client.tell(&format!("/commands/{id}/reply"), &reply).await {
                Ok(()) => tracing::info!(command = id, "the portal has the reply"),
                // Sent again it would be refused again.
                Err(error)
                    if matches!(
                        error.refusal(),
                        Some("unknown" | "bad_message" | "message_too_large")
                    ) =>
                {
                    tracing::error!(command = id, %error, "the portal does not take a reply");
                }
                Err(error) => return Err(error.to_string()),
            }
            let delivered = self.task.store.reply_delivered(id, Timestamp::now()).await;
            delivered.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
