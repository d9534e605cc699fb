//! Readouts go up: a cursor over the store, which moves when the portal has them on its disk.
//!
//! The number of a readout is its number in the store. What was sent and not acknowledged is sent
//! again, the same under the same number, so that the portal has each once.

use std::time::Duration;

use fleet_link::{Acknowledgement, MAX_READOUTS};

use super::backoff::Backoff;
use super::client::{Client, LinkError};
use super::condition::Part;
use super::outgoing::{Envelope, Packet};
use super::task::LinkTask;
use crate::store::{Reader, ReadoutId, StoreError};

/// Readouts of a batch, where many wait.
const MANY: usize = if MAX_READOUTS < 200 { MAX_READOUTS } else { 200 };
/// Between two batches while many wait: buses and pages have their turn.
const BREATH: Duration = Duration::from_millis(20);
/// How long until a store that failed is read again.
const STORE_FAILED: Duration = Duration::from_secs(10);

/// Sends what is in the store and what comes into it.
pub(super) struct Upload {
    task: LinkTask,
    client: Client,
    reader: Reader,
    backoff: Backoff,
    /// How many readouts the next batch may have.
    most: usize,
}

impl Upload {
    pub(super) fn new(task: LinkTask, client: Client, reader: Reader) -> Self {
        Self { task, client, reader, backoff: Backoff::default(), most: MANY }
    }

    pub(super) async fn run(mut self) {
        let mut committed = self.task.surroundings.store.committed();
        let (last, sent) = (committed.borrow().0, self.task.sent());
        if last < sent {
            // Its numbers would not be sent before they reach those of the one before.
            tracing::error!(last, sent, "the store was exchanged");
            return self.task.fails(Part::Upload, &LinkError::StoreReplaced { sent, last });
        }
        loop {
            let sent = self.task.sent();
            // Whoever waits for the next commit must not miss one that comes meanwhile.
            let last = *committed.borrow_and_update();
            if last.0 <= sent {
                if committed.changed().await.is_err() {
                    return;
                }
                continue;
            }
            match self.next(ReadoutId(sent)).await {
                Ok(packet) => self.send(packet).await,
                Err(error) => {
                    tracing::error!(%error, "readouts cannot be read to be sent");
                    tokio::time::sleep(STORE_FAILED).await;
                }
            }
        }
    }

    async fn next(&self, after: ReadoutId) -> Result<Packet, StoreError> {
        let envelope = Envelope {
            boot: self.task.surroundings.boot.clone(),
            names: self.task.surroundings.meter_names(),
            time_zone: self.task.surroundings.time_zone.clone(),
        };
        self.reader.readouts_after(after, self.most, move |rows| envelope.pack(rows)).await
    }

    async fn send(&mut self, packet: Packet) {
        let Packet { body, readouts, last } = packet;
        let Some(body) = body else {
            // Nothing of it can be read, or nothing is left: go on after it.
            self.acknowledged(last).await;
            return;
        };
        let answer = self.client.post_json::<Acknowledgement>("/batches", body.into()).await;
        match answer {
            Ok(Acknowledgement { acknowledged }) => {
                tracing::debug!(readouts, acknowledged, "the portal has readouts");
                self.backoff.reset();
                self.task.works(Part::Upload);
                self.acknowledged(last).await;
                let is_behind = readouts == self.most;
                self.most = MANY;
                if is_behind {
                    tokio::time::sleep(BREATH).await;
                }
            }
            Err(error) if is_about_the_batch(&error) && readouts > 1 => {
                // One of them is the cause; the others must not wait for it.
                tracing::warn!(%error, readouts, "a batch was refused; sending one by one");
                self.most = 1;
            }
            Err(error) if is_about_the_batch(&error) => {
                tracing::error!(%error, readout = last, "the portal takes all but this readout");
                self.task.left_out(last, &error);
                self.acknowledged(last).await;
            }
            Err(error) => {
                tracing::debug!(%error, readouts, "readouts were not sent");
                self.task.fails(Part::Upload, &error);
                self.task.pause(self.backoff.failed()).await;
            }
        }
    }

    async fn acknowledged(&self, last: i64) {
        // The portal has it. Where that cannot be kept here, it is sent once more after a start.
        if let Err(error) = self.task.store.acknowledge(self.task.epoch, last).await {
            tracing::warn!(%error, "how far the portal is could not be kept");
        }
        self.task.set_sent(last);
    }
}

/// Whether the portal refuses what is in the batch: sent again it is refused again.
fn is_about_the_batch(error: &LinkError) -> bool {
    matches!(error.refusal(), Some("bad_batch" | "bad_message" | "message_too_large"))
}
