//! The stream down: what there is to fetch, as it comes up.

use std::time::Duration;

use fleet_link::StreamEvent;
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::backoff::Backoff;
use super::client::{Client, LinkError};
use super::condition::Part;
use super::event_lines::EventLines;
use super::task::LinkTask;

/// The portal shows each 15 s that it lives. After this long without a byte it does not.
const SILENCE: Duration = Duration::from_secs(45);
/// A connection that held for this long was a good one.
const GOOD: Duration = Duration::from_secs(10);

/// Listens, and listens anew whenever that ends.
pub(super) struct Stream {
    task: LinkTask,
    client: Client,
    backoff: Backoff,
}

impl Stream {
    pub(super) fn new(task: LinkTask, client: Client) -> Self {
        Self { task, client, backoff: Backoff::default() }
    }

    pub(super) async fn run(mut self) {
        loop {
            let began = Instant::now();
            let error = self.listen().await;
            tracing::debug!(%error, "the stream from the portal ended");
            self.task.fails(Part::Stream, &error);
            if began.elapsed() > GOOD {
                self.backoff.reset();
            }
            tokio::time::sleep(self.backoff.failed()).await;
        }
    }

    /// Listens until that ends, and says why.
    async fn listen(&mut self) -> LinkError {
        let mut body = match self.client.listen("/stream").await {
            Ok(body) => body,
            Err(error) => return error,
        };
        self.task.works(Part::Stream);
        // Whatever came while nobody listened.
        self.task.configuration().notify_one();
        self.task.commands().notify_one();
        self.task.replies().notify_one();
        let mut lines = EventLines::default();
        loop {
            let frame = match tokio::time::timeout(SILENCE, body.frame()).await {
                Err(_) => {
                    return LinkError::TooSlow { what: "the portal said nothing", limit: SILENCE };
                }
                Ok(None) => return LinkError::Broken("the portal ended its stream".to_owned()),
                Ok(Some(Err(error))) => return LinkError::Broken(error.to_string()),
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(bytes) = frame.into_data() else { continue };
            match lines.take(&bytes) {
                Ok(events) => events.iter().for_each(|(name, data)| self.heard(name, data)),
                Err(error) => return LinkError::Answer(error.to_string()),
            }
        }
    }

    fn heard(&self, name: &str, data: &str) {
        match StreamEvent::parse(name, data) {
            Ok(Some(StreamEvent::Configuration { revision })) => {
                tracing::debug!(revision, "the portal has a configuration");
                self.task.configuration().notify_one();
            }
            Ok(Some(StreamEvent::Command { id })) => {
                tracing::debug!(id, "the portal has a command");
                self.task.commands().notify_one();
            }
            Ok(None) => {}
            // It may say the same as one that is understood: whoever fetches finds out.
            Err(error) => {
                tracing::warn!(%error, name, "an event of the portal is not understood");
                self.task.configuration().notify_one();
                self.task.commands().notify_one();
            }
        }
    }
}
