//! What every part of a running link has.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::Surroundings;
use super::client::LinkError;
use super::condition::{Condition, Conditions, LinkState, Part};
use super::outgoing::finding_of;
use super::store::{Claim, FleetStore};
use crate::findings::{Finding, Severity, sentence};

/// What every part of a running link has; clones share it.
#[derive(Clone, Debug)]
pub(super) struct LinkTask {
    pub(super) store: FleetStore,
    pub(super) surroundings: Arc<Surroundings>,
    pub(super) epoch: i64,
    portal: String,
    conditions: Arc<Mutex<Conditions>>,
    condition: watch::Receiver<Condition>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The last readout that the portal has.
    sent: AtomicI64,
    /// The last readout that the portal does not take.
    left_out: Mutex<Option<fleet_link::Finding>>,
    configuration: Notify,
    commands: Notify,
    replies: Notify,
}

impl LinkTask {
    pub(super) fn new(
        claim: &Claim,
        store: FleetStore,
        surroundings: Arc<Surroundings>,
        conditions: Arc<Mutex<Conditions>>,
    ) -> Self {
        let shared = Shared { sent: AtomicI64::new(claim.acknowledged), ..Shared::default() };
        let condition = conditions.lock().unwrap_or_else(PoisonError::into_inner).watch();
        Self {
            store,
            surroundings,
            epoch: claim.epoch,
            portal: claim.portal.to_string(),
            conditions,
            condition,
            shared: Arc::new(shared),
        }
    }

    /// The last readout that the portal has.
    pub(super) fn sent(&self) -> i64 {
        self.shared.sent.load(Ordering::Relaxed)
    }

    pub(super) fn set_sent(&self, last: i64) {
        self.shared.sent.fetch_max(last, Ordering::Relaxed);
    }

    /// How many readouts the portal does not have. Numbers in the store have no gaps.
    pub(super) fn waiting(&self) -> u64 {
        let last = self.surroundings.store.committed().borrow().0;
        u64::try_from(last - self.sent()).unwrap_or(0)
    }

    /// There may be another configuration to fetch.
    pub(super) fn configuration(&self) -> &Notify {
        &self.shared.configuration
    }

    /// There may be commands to fetch.
    pub(super) fn commands(&self) -> &Notify {
        &self.shared.commands
    }

    /// There may be replies to send.
    pub(super) fn replies(&self) -> &Notify {
        &self.shared.replies
    }

    pub(super) fn works(&self, part: Part) {
        let mut conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.works(part, Timestamp::now());
    }

    pub(super) fn fails(&self, part: Part, error: &LinkError) {
        let finding = error.finding(&self.portal);
        let before = self.condition.borrow().problem.as_ref().map(|before| before.code.clone());
        if before.as_ref() != Some(&finding.code) {
            tracing::warn!(portal = self.portal, code = finding.code, %error, "{}", finding.what);
        }
        let mut conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.fails(part, finding, error.is_lasting(), Timestamp::now());
    }

    /// Waits, but not longer than until the portal is back.
    pub(super) async fn pause(&self, wait: Duration) {
        let mut condition = self.condition.clone();
        let is_connected = |condition: &Condition| condition.state == LinkState::Connected;
        if is_connected(&condition.borrow_and_update()) {
            tokio::time::sleep(wait).await;
            return;
        }
        let back = condition.wait_for(is_connected);
        let _ = tokio::time::timeout(wait, back).await;
    }

    /// The portal does not take this readout, and takes those after it.
    pub(super) fn left_out(&self, readout: i64, error: &LinkError) {
        let finding = Finding {
            code: "readout_refused".to_owned(),
            what: format!("The portal does not take readout {readout} of this gateway"),
            why: sentence(&error.to_string()),
            remedy: "It stays on the gateway. Bring both to the same version and claim the \
                     gateway again to send it once more."
                .to_owned(),
            severity: Severity::Attention,
            since: Some(Timestamp::now()),
        };
        let mut left_out = self.shared.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        *left_out = Some(finding_of(finding, None, None));
    }

    /// What is wrong with the link itself, for the portal.
    pub(super) fn problems(&self) -> Vec<fleet_link::Finding> {
        let left_out = self.shared.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        left_out.iter().cloned().collect()
    }
}
