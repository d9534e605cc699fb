//! The portal's configuration comes down, is read by as a whole or not at all, and what came of
//! it goes up.

use fleet_link::{Configuration, ConfigurationResult};

use super::backoff::Backoff;
use super::client::{Client, LinkError};
use super::task::LinkTask;

/// Fetches configurations.
pub(super) struct ConfigurationFetch {
    task: LinkTask,
    client: Client,
    backoff: Backoff,
}

impl ConfigurationFetch {
    pub(super) fn new(task: LinkTask, client: Client) -> Self {
        Self { task, client, backoff: Backoff::default() }
    }

    pub(super) async fn run(mut self) {
        loop {
            self.task.configuration().notified().await;
            while let Err(error) = self.fetch().await {
                tracing::debug!(%error, "the portal's configuration was not fetched or reported");
                self.task.pause(self.backoff.failed()).await;
            }
            self.backoff.reset();
        }
    }

    /// Fetches the newest revision and reads by it. One that holds already is reported once more:
    /// the portal may not have heard it.
    async fn fetch(&mut self) -> Result<(), LinkError> {
        let Configuration { revision, meters } = self.client.get("/configuration").await?;
        if revision == 0 {
            return Ok(());
        }
        let count = meters.len();
        let applied = self.task.surroundings.configurator.apply_portal(revision, meters).await;
        let result = match applied {
            Ok(()) => ConfigurationResult { applied: true, problems: Vec::new() },
            Err(problems) => ConfigurationResult { applied: false, problems },
        };
        match result.problems.first() {
            None => tracing::info!(revision, meters = count, "the portal's configuration holds"),
            Some(first) => {
                tracing::warn!(revision, code = first.code, "{}: {}", first.what, first.why);
            }
        }
        let path = format!("/configuration/{revision}/result");
        match self.client.tell(&path, &result).await {
            // There is a newer one already.
            Err(error) if error.refusal() == Some("unknown") => Ok(()),
            told => told,
        }
    }
}
